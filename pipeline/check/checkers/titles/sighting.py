"""A title mention with all the text tells about it. Works that depict a person say nothing of who is in office."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from pipeline.check.checkers.titles.grammar import Phrase, modifier_of
from pipeline.check.checkers.titles.times import (
    Tenure,
    date_before,
    is_dated_behind,
    is_dated_within,
    tenure_after,
    tenure_behind_comma,
)
from pipeline.check.checkers.titles.tokens import Words
from pipeline.core.english import find_place, find_places, full_state
from pipeline.core.models import Article, PartialDate, Span, TitleMention
from pipeline.evidence import lexicon, parse_office

How = Literal["before", "apposition", "relative", "copula"]

_PARTY = re.compile(
    r"\s*[(,]\s*(?:D|R|I|Dem|Rep|Ind)\.?[-–‑ ](?P<state>[A-Z][A-Za-z.]*(?: [A-Z][a-z]+)*?)(?=[),;]|\s*$)"
)
_OF_PARTY = re.compile(
    r",\s+an? [A-Za-z-]+ (?:from|of|for|representing) (?P<state>[A-Z][a-z]+(?: [A-Z][a-z]+)?)(?=[,;.]|\s*$)"
)
"""As in `Senator X, a Republican from Ohio,`."""
_OF_PLACE = re.compile(r"\s+of\s+(?=(?:the\s+)?[A-Z])")
_BRACKET = re.compile(r"\s\((?P<words>[^()\n\d]{2,90})\)")
_MINISTRY = re.compile(r"(?<=of State), [A-Z][A-Za-z]*[A-Z][A-Za-z]*(?= \(|[.,;]|$)")
_CLOCK = re.compile(r"\s*\d{1,2}[.:]\d\d ?(?:am|pm)?[ :–—-]*", re.IGNORECASE)
"""The time of day that heads an entry."""
_OF_A_BOARD = ("director", "governor", "commissioner")
"""With `a`, one of several."""
_ASSERTING = ("current", "sitting", "incumbent", "currently")
ACCUSING = re.compile(r"(?:accus|suspect|convict|warn|inform|remind|assur|persuad|convinc|acquit|depriv|rob)")
"""After these, `of Norway` belongs to the verb and not to the name."""
_RANKED = ("secretary", "selectman", "selectwoman", "selectperson", "minister", "lady", "lord", "sea")
"""Offices of which there is a first, for as long as somebody holds it."""
_CONGRESS = ("senator", "representative")
_SEATED = (*_CONGRESS, "governor", "lieutenant_governor", "mayor", "justice", "attorney_general", "treasurer")
"""Offices whose place says which one it is."""
_LONGEST_PLACE = 4
_QUARTERS = ("north", "south", "east", "west", "northern", "southern", "central", "new")
_NO_PLACE = frozenset(
    {"university", "ministry", "department", "council", "inc", "ltd", "plc", "corporation", "company"}
) | {
    "committee",
    "commission",
    "agency",
    "institute",
    "association",
    "federation",
    "foundation",
    "union",
    "league",
    "club",
    "times",
    "party",
    "bank",
    "police",
    "army",
    "court",
    "school",
    "college",
    "hospital",
    "group",
}


@dataclass(frozen=True)
class Sighting:
    """A title mention and how the text says it."""

    mention: TitleMention
    how: How
    past: bool
    """Said with a past tense, such as `was` or `served as`."""
    then: bool
    """Said of another time, such as `then-Senator`."""
    now: bool = False
    """Said in so many words to be held now, as in `the current governor`."""
    stated: bool = False
    """Said in a clause of its own in the present, as in `, who is the governor,` or `, now the governor,`."""
    leaving: bool = False
    """Said of somebody outgoing."""
    at: PartialDate | None = None
    """The day, month or year for which the sentence asserts the title."""
    decade: int | None = None
    """First year of the decade in which it was held."""
    seat: str | None = None
    """The state or town somebody sits for that stands behind the name, as in `Mayor Ana Reyes of Alder Falls`."""
    shared: bool = False
    """True where the name may belong to the office inside the title, as in `counselor to the President X`."""
    pronoun: bool = False
    """True where the person is said as `he` or `she`."""
    loose: bool = False
    """True where something in the title's own construction is not understood: it is never called wrong."""
    owned: bool = False
    """True of `the company's chief executive`: of the body that the words around name."""
    cut: bool = False
    """True where a word right before the title may belong to it and was not understood: it is not judged."""
    related: bool = False
    """True where the text also says whom the person followed in office: the title alone does not make it right."""
    began: PartialDate | None = None
    """When the term began, as `became mayor in May 2020` says."""
    ended: PartialDate | None = None
    """When it ended, as `resigned as mayor on Monday` or `mayor until last year` says."""
    elected: bool = False
    """True where it began with an election, which a holder may have won before."""


def sighting_of(
    words: Words,
    phrase: Phrase,
    name: tuple[int, int],
    how: How,
    article: Article,
    *,
    past: bool = False,
    at: PartialDate | None = None,
    now: bool = False,
    stated: bool = False,
    shared: bool = False,
) -> Sighting:
    """Return the mention made of a title's words and a name's, with all that stands around them."""
    offset = words.line.start
    text = article.text
    person = _span(text, offset + words[name[0]].start, offset + words[name[1] - 1].end)
    stop = words[phrase.end - 1].end
    if how != "before":
        stop = after_brackets(words.text, stop)
    title = Span.of(text, offset + words[phrase.start].start, offset + stop)
    tenure = _tenure(words, phrase, name, how, stop, article.published_at)
    modifiers = phrase.modifiers(words)
    parsed = parse_office(title.exact)
    home = _home(words, name[1], parsed.kind) if how == "before" else _sent_from(words, phrase.end, parsed.kind)
    elsewhere = _country_behind(words, phrase)
    one_place = not phrase.plural or len(find_places(title.exact)) < 2
    mention = TitleMention(
        person=person.exact,
        person_span=person,
        title=title.exact,
        span=Span.of(text, min(title.start, person.start), max(title.end, person.end, offset + tenure.stop)),
        office=Span.of(text, offset + _office_start(words, phrase), title.end).exact,
        jurisdiction=(parsed.place if one_place else None) or home[0] or elsewhere,
        modifier=modifier_of(modifiers | {"former"} if tenure.former else modifiers),
        start_year=tenure.start,
        end_year=tenure.end,
    )
    lows = {words[i].low for i in range(phrase.start, phrase.head)}
    return Sighting(
        mention,
        how,
        (past or tenure.over) and not tenure.former,
        "then" in modifiers or _is_lasting(words, phrase),
        now=now or bool(lows & set(_ASSERTING)),
        stated=stated,
        leaving="outgoing" in lows,
        at=at or tenure.at,
        decade=tenure.decade,
        seat=home[1],
        shared=shared or (phrase.determiner in ("a", "an") and parsed.kind in _OF_A_BOARD),
        loose=tenure.loose or elsewhere is not None or _is_loose(words, phrase, how, tenure),
        owned=owner_before(words, phrase.start),
        cut=_has_unread_owner(words, phrase.start),
        ended=tenure.ended,
    )


def with_words(sighting: Sighting, before: str, behind: str) -> Sighting:
    """Return a mention with the words it shares with another title, such as `chairman of Velmark`."""
    title = f"{before}{sighting.mention.title}{behind}"
    if not before and not behind:
        return sighting
    return replace(sighting, mention=sighting.mention.model_copy(update={"title": title, "office": title}))


def is_somebody_elses(words: Words, start: int) -> bool:
    """Tell whether `who` may mean another than the name before it, as in `the husband of Lena Alm, who is`."""
    return start > 0 and words[start].joined and words[start - 1].low in ("of", "and", "or")


def _tenure(words: Words, phrase: Phrase, name: tuple[int, int], how: How, stop: int, today: date | None) -> Tenure:
    """Read the time a title was held, which stands behind the title, or behind a name that follows it."""
    if how == "before":
        return Tenure(loose=is_dated_behind(words.text, words[name[1] - 1].end))
    reversed_ = how == "apposition" and name[0] >= phrase.end
    if reversed_:
        return Tenure(loose=is_dated_behind(words.text, words[name[1] - 1].end))
    # Behind the comma that ends an apposition, years belong to the verb: `Alm, the minister, since 2019 has`.
    closed = how == "apposition" and words.text[stop : stop + 1] == ","
    return tenure_behind_comma(words.text, stop) if closed else tenure_after(words.text, stop, today)


def _is_loose(words: Words, phrase: Phrase, how: How, tenure: Tenure) -> bool:
    """Tell whether a title is dated by words that are not understood, or its end is not."""
    first = phrase.start
    beside = words[first - 1] if first and words[first].joined else None
    aged = beside is not None and beside.is_age and (first < 2 or words[first - 2].low != "then")
    before = words.text[: words[first].start]
    numbered = beside is not None and beside.text[0].isdigit() and not (aged or _CLOCK.fullmatch(before))
    if numbered and date_before(before) is None:
        return True
    if phrase.determiner in ("his", "her", "their") or is_dated_within(_complement(words, phrase)):
        return True
    follows = words[phrase.end].low if phrase.end < len(words) and not words.closes(phrase.end) else ""
    return how != "before" and not tenure.stop and follows not in ("", "and", "but", "from")


def _has_unread_owner(words: Words, first: int) -> bool:
    """Tell whether a possessive that was not understood stands before a title: it says of what body it is."""
    owner = words[first - 1] if first and words[first].joined and words[first - 1].possessive else None
    return owner is not None and owner.low != "majesty" and first not in words.places and not owner_before(words, first)


def owner_before(words: Words, first: int) -> bool:
    """Tell whether `the company's` stands before a title: a body that the words around name."""
    owner = words[first - 1] if 1 < first < len(words) and words[first].joined else None
    known = owner is not None and owner.possessive and owner.low in words.lexicon.belongs
    return known and words[first - 2].low == "the" and words[first - 1].joined


def _complement(words: Words, phrase: Phrase) -> str:
    if phrase.end <= phrase.head_end:
        return ""
    return str(words.text[words[phrase.head_end].start : words[phrase.end - 1].end])


def _sent_from(words: Words, at: int, kind: str) -> tuple[str | None, str | None]:
    """Return country and state of `the junior senator from Ohio`."""
    if kind not in _CONGRESS or at + 1 >= len(words) or words[at].low != "from" or at + 1 not in words.places:
        return None, None
    last, place = words.places[at + 1]
    region = place.kind == "region" and place.form == "name" and not _goes_on(words, last)
    return (place.country, place.name) if region else (None, None)


def _country_behind(words: Words, phrase: Phrase) -> str | None:
    """Return the country of `the mayor of Northfield, Minnesota,`, a state that the title leaves out."""
    at = phrase.end
    if phrase.end == phrase.head_end or at not in words.places or words[at].gap != ", " or not words[at - 1].capital:
        return None
    last, place = words.places[at]
    state = place.kind == "region" and place.form == "name" and words.closes(last) and not words[last - 1].possessive
    return place.country if state else None


def _home(words: Words, name_end: int, kind: str) -> tuple[str | None, str | None]:
    """Return the country, and the seat of who sits for one, that stand behind a name."""
    end = words[name_end - 1].end
    if kind in _CONGRESS:
        match = _PARTY.match(words.text, end) or _OF_PARTY.match(words.text, end)
        if match and (state := _state(match["state"])):
            return "United States", state
    match = _OF_PLACE.match(words.text, end)
    index = next((i for i in range(name_end, len(words)) if match and words[i].start >= match.end()), None)
    if index is None or _is_accused(words, name_end):
        return None, None
    if unknown := _unknown_place(words, index):
        return (None, unknown) if kind in _SEATED else (unknown, None)
    found = words.places.get(index)
    if found is None or found[1].form != "name" or words[found[0] - 1].possessive or _goes_on(words, found[0]):
        return None, None
    place = found[1]
    if place.kind == "region":
        return place.country, place.name if kind in _SEATED else None
    return (place.name, None) if place.kind == "country" else (None, None)


def _is_accused(words: Words, name_end: int) -> bool:
    return any(ACCUSING.match(words[i].low) for i in range(max(0, name_end - 9), name_end))


def _unknown_place(words: Words, at: int) -> str | None:
    """Return the place of `Mayor Ana Reyes of Alder Falls`, which no gazetteer has; None for anything else."""
    last = at
    while last < len(words) and last - at < _LONGEST_PLACE and (last == at or words[last].joined):
        small = last > at and not words[last].capital and words[last].low in words.lexicon.particles
        if not (small or _names_place(words, last)):
            break
        last += 1
    known = at in words.places and words.places[at][0] >= last
    ends = words.closes(last) or words[last].pos in ("VERB", "AUX") or words[last].low in ("and", "to", "on", "at")
    whole = last > at and words[last - 1].capital and not words[last - 1].possessive
    return words.text[words[at].start : words[last - 1].end] if whole and ends and not known else None


def _names_place(words: Words, at: int) -> bool:
    word = words[at]
    known = at in words.heads or word.low in _NO_PLACE or word.low in words.lexicon.person_stops
    described = words.lexicon.describes(word.low) and word.low not in _QUARTERS
    return word.capital and word.pos in ("PROPN", "NOUN", "ADJ") and word.text[0].isalpha() and not (known or described)


def _is_lasting(words: Words, phrase: Phrase) -> bool:
    """Tell whether a title is said as in `the first woman president`: it stays true for life."""
    first = range(phrase.start, phrase.head)
    return any(words[i].text in words.lexicon.lasting and not _is_ranked(words, i + 1) for i in first)


def _is_ranked(words: Words, at: int) -> bool:
    """Tell whether a word names an office of which there is a first and a second, as in `first vice-president`."""
    low = words[at].low
    return low in words.lexicon.ranks or low in _RANKED or low.startswith("vice-")


def _goes_on(words: Words, at: int) -> bool:
    """Tell whether a place is only the first word of something else, as in `of Georgia Tech`."""
    return not words.closes(at) and words[at].pos in ("PROPN", "NOUN", "ADJ", "NUM") and words[at].low != "who"


def _state(words: str) -> str | None:
    """Return the state a party bracket means."""
    name = full_state(words) or words
    place = find_place(name)
    return name if full_state(words) or (place and place.kind == "region") else None


def after_brackets(text: str, at: int) -> int:
    """Return where brackets that belong to a title end, as in `Minister for Trade (Canada)`."""
    if match := _MINISTRY.match(text, at):
        at = match.end()
    while match := _BRACKET.match(text, at):
        inside = match["words"]
        known = find_place(inside) or parse_office(inside).kind != "other"
        if not (known or any(lexicon().describes(word) for word in re.findall(r"\w+", inside))):
            break
        at = match.end()
    return at


def _span(text: str, start: int, end: int) -> Span:
    words = re.sub(r"['’][sS]?$", "", text[start:end])
    return Span.of(text, start, start + len(words))


def _office_start(words: Words, phrase: Phrase) -> int:
    """Return the offset of the first word that is neither modifier nor place."""
    at = phrase.start
    while at < phrase.head:
        if at in words.places and words.places[at][0] <= phrase.head and words.places[at][1].kind != "region":
            at = words.places[at][0]
        elif words[at].low in words.lexicon.modifiers:
            at += 1
        else:
            break
    return words[at].start


_WORK = re.compile(
    r"\b(?:portrait|statue|bust|painting|picture|photo(?:graph)?|mural|sculpture|bronze|waxwork|cartoon|poster|film|"
    r"documentary|biopic|biography|book|novel|musical|exhibition|memorial|monument|museum|library|grave|tomb|"
    r"footage|recording|letters?(?= of| by)|papers|memoirs?|assassination|inauguration|funeral|legacy|memory|era|days|"
    r"presidency|premiership|administration|government|time)\s+(?:of|about|on|to|by|under)\s+"
    r"(?:the\s+(?:late\s+)?|late\s+)?$",
    re.IGNORECASE,
)
_BEFORE = 60


def is_depicted(mention: TitleMention, article: Article) -> bool:
    """Tell whether the words before a mention make it a work or a memory of the person."""
    start = mention.span.start
    return bool(_WORK.search(article.text[max(0, start - _BEFORE) : start]))
