"""Find where an article gives a person a title.

Four constructions: before the name, in apposition before or behind it, in a relative clause, and with
`is` or `was`. Blind spots: `the minister` for somebody named before, and
organisations with long unknown names between head and name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from pipeline.check.checkers.titles.events import after_name, fronted, index_at, is_named, led, since
from pipeline.check.checkers.titles.grammar import Phrase, complement, left_of, owner_end, phrase_at
from pipeline.check.checkers.titles.reference import antecedent, full_name
from pipeline.check.checkers.titles.sighting import How, Sighting, after_brackets, is_somebody_elses, sighting_of
from pipeline.check.checkers.titles.times import date_before, event_time, is_sometime, tenure_after
from pipeline.check.checkers.titles.tokens import Words
from pipeline.check.sparing import each_alone
from pipeline.core.caching import once_for_each
from pipeline.core.english import Line, lines
from pipeline.core.models import Article, PartialDate, Span, TitleMention
from pipeline.evidence import parse_office

__all__ = ["Sighting", "find_title_mentions", "sightings"]

_COPULA = re.compile(
    r"(?:(?:has|have|had|also|once|later|previously|formerly|then|briefly|currently|now|still|twice|both|long)\s+)*"
    r"(?P<verb>serves?\s+as|served\s+(?:(?:\w+\s+){1,3}(?:terms?|years?|months?)\s+)?as|worked\s+as|acted\s+as|been|is|was|became|remains?|serving\s+as"
    r"|took\s+(?:over|office|up\s+office)\s+as)\s+"
    r"(?:(?:also|once|previously|formerly|then|briefly|currently|now|still|both|(?:re-elected|elected|appointed|named"
    r"|chosen|hired|installed|inaugurated|confirmed|picked)(?:\s+as)?|sworn\s+in\s+as)\s+)*",
)
_VERBS = frozenset(
    {
        "has",
        "had",
        "was",
        "were",
        "left",
        "lost",
        "vacated",
        "relinquished",
        "gave",
        "resigned",
        "retired",
        "stepped",
        "stood",
        "quit",
        "bowed",
        "succeeded",
        "replaced",
    }
    | {"abruptly", "suddenly", "formally", "officially", "quietly", "finally", "reluctantly", "then", "later"}
)
"""The first words of an end of office, or of one who follows another."""
_FORMER = ("formerly", "previously", "once")
_ADVERBS = ("then", "now", "currently", "formerly", "previously", "once", "still", "also")
_PRONOUNS = ("he", "she")
_STYLES = (
    "rt",
    "right",
    "most",
    "very",
    "rev",
    "reverend",
    "hon",
    "honourable",
    "professor",
    "prof",
    "councillor",
    "cllr",
)
_APPOINTED = re.compile(
    r"\b(?:became|elected|appointed|named|made|sworn|took|chosen|hired|installed|inaugurated|confirmed|picked)\b"
)
_ELECTED = re.compile(r"\b(?:re-)?(?:elected|sworn)\b")
_CAPTION = re.compile(
    r"(?P<open>\()?(?:(?:far|second|third|fourth|fifth|front|back|top|bottom)\s)?(?:from\s)?(?:(?:the\s)?(?:left|right|centre"
    r"|center|middle|foreground|background)|pictured(?:\s(?:left|right|above|below|here|centre|center))?|above|below|inset)"
    r"(?(open)\)|(?=,))",
)
_AGED = re.compile(r"(?:aged )?\d{1,3}(?=,)")
_UNTIL = re.compile(r"(?:up )?(?:until|till) ")
_DETERMINED = ("the", "a", "an", "its", "his", "her")
_PARTY_SEAT = re.compile(
    r"\((?:Lab|Con|Lib Dem|LD|LDem|SNP|DUP|SDLP|UUP|SF|PC|Plaid|Green|Grn|Alliance|Reform|Ind|Labour|Conservative"
    r"|Lib Dem)(?: Co-op)?, (?P<seat>[A-Z][\w’'-]+(?:,? (?:[A-Z][\w’'-]+|and|of|the|upon|under|on))*)\)"
)
_LONGEST_OWNER = 4


@once_for_each
def sightings(article: Article) -> tuple[Sighting, ...]:
    """Find every title mention of an article, in order, each person's title once per place."""
    found: dict[tuple[int, int, str], Sighting] = {}
    for line in lines(article):
        for sighting in each_alone(partial(_of_line, article), [line], article, _place):
            mention = sighting.mention
            found.setdefault((mention.person_span.start, mention.person_span.end, mention.office.lower()), sighting)
    return tuple(sorted(found.values(), key=lambda s: (s.mention.span.start, s.mention.span.end)))


def _of_line(article: Article, line: Line) -> Iterator[Sighting]:
    return _in_line(Words(line), article)


def _place(line: Line) -> Span:
    return Span(start=line.start, end=line.start + len(line.doc.text), exact=line.doc.text)


def find_title_mentions(article: Article) -> tuple[TitleMention, ...]:
    """Return every place where an article gives a person a title or role."""
    return tuple(sighting.mention for sighting in sightings(article))


def _in_line(words: Words, article: Article) -> Iterator[Sighting]:
    for head in words.heads:
        yield from _before(words, head, article)
    for at in range(len(words)):
        yield from fronted(words, at, article)
        yield from _reversed(words, at, article)
        if at and not words[at].joined and re.fullmatch(r"['’\"”]?(?:,| \(| [-–—]| ?[–—] ?)\s*", words[at].gap):
            yield from _apposition(words, at, article)
        if at and words[at].joined:
            yield from _event(words, at, article)
            yield from _clause(words, at, at, "copula", article)


def _before(words: Words, head: int, article: Article) -> Iterator[Sighting]:
    head_end, kind = words.heads[head]
    if head_end in words.heads and words[head_end].joined:
        return
    if head > 2 and _to_the_head(words, head - 2) == head_end and _ends_head(words, head - 2):
        return
    start = _with_owner(words, left_of(words, head))
    at = head_end
    if at < len(words) and words[at].low in ("elect", "designate"):
        at += 1
    plural = tuple(words[i].low for i in range(head, head_end)) in words.lexicon.plurals
    end = _to_the_head(words, at) or complement(words, at)
    if end == at and at < len(words) and words[at].low in ("of", "for"):
        end = _unknown_complement(words, at)
    if end >= len(words) or not words[end].joined:
        return
    last = words.name_from(end)
    if last is None or (end > at and last - end < 2) or words.is_named_after(end, last):
        return
    if end > at and words.is_organisation(end, last):
        return
    start = _with_first_of_two(words, start, head)
    phrase = Phrase(start, head, head_end, end, kind, plural)
    shared = _holds_head(words, at, end)
    yield sighting_of(words, phrase, (end, last), "before", article, shared=shared)
    for name in _other_names(words, last) if plural else ():
        yield sighting_of(words, phrase, name, "before", article)


def _with_first_of_two(words: Words, start: int, head: int) -> int:
    """Return the index of `Velmark` in `Velmark founder and chief executive Ana Reyes`; the start itself elsewhere."""
    first = next((at for at, (end, _) in words.heads.items() if end == start - 1), None)
    joint = first is not None and start == head and words[start - 1].low == "and" and words[start].joined
    if first is None or not joint or words[first].capital or words[start].capital:
        return start
    left = _with_owner(words, left_of(words, first))
    return left if left < first and words.low(left - 1 if left else 0) != "the" else start


def _with_owner(words: Words, start: int) -> int:
    """Return the index of `Harrow Bay's` before a title that starts at an index; the index itself without an owner."""
    first = start
    while first > 0 and words[first].joined and words[first - 1].capital and start - first < _LONGEST_OWNER:
        first -= 1
    owned = first < start and words[start - 1].possessive and owner_end(words, first) == start
    return first if owned else start


def _ends_head(words: Words, at: int) -> bool:
    return any(end == at for end, _ in words.heads.values())


def _to_the_head(words: Words, at: int) -> int | None:
    """Return the index after `to the President`: the name behind it belongs to the counselor."""
    if at + 2 >= len(words) or (words[at].low, words[at + 1].low) != ("to", "the") or at + 2 not in words.heads:
        return None
    return words.heads[at + 2][0] if words[at].joined and words[at + 1].joined and words[at + 2].joined else None


def _holds_head(words: Words, at: int, end: int) -> bool:
    """Tell whether `to the President` stands between a head and a name."""
    return _to_the_head(words, at) == end


def _other_names(words: Words, at: int) -> list[tuple[int, int]]:
    """Return the names that follow a first one in a list that an `and` closes."""
    names: list[tuple[int, int]] = []
    while at < len(words):
        at = _after_home(words, at)
        closing = at < len(words) and words[at].low in ("and", "&")
        if at >= len(words) or not (closing or words[at].gap == ", "):
            return []
        first = at + 1 if closing else at
        last = words.name_from(first) if first < len(words) else None
        if last is None:
            return []
        names.append((first, last))
        if closing:
            return names
        at = last
    return []


def _after_home(words: Words, at: int) -> int:
    """Return the index after `of Chile`, or the index itself."""
    if at + 1 < len(words) and words[at].low == "of" and words[at].joined and at + 1 in words.places:
        return words.places[at + 1][0]
    return at


def _unknown_complement(words: Words, at: int) -> int:
    """Return where the name starts in `chairman of Novobank Ana Reyes`; `at` when that is not clear."""
    first = at + 1
    if first < len(words) and words[first].low == "the":
        first += 1
    last = first
    while last < len(words) and words[last].capital and words[last].joined and last not in words.heads:
        last += 1
        if words[last - 1].possessive:
            return at
    name = next((i for i in range(first + 1, last - 1) if words.is_person(i, last)), None)
    if name is not None:
        return name
    plain = words[at].low == "of" and last - first == 3 and words[first - 1].low == "of" and not words.closes(last)
    return first + 1 if plain and not words.is_place_like(first, last) else at


def _name_before(words: Words, end: int) -> int | None:
    """Return the index of the first word of the name that ends before an index, `Jr.` included."""
    start = words.name_before(end)
    junior = end > 2 and words[end - 1].gap == ", " and words[end - 1].text in ("Jr", "Jr.", "Sr", "Sr.", "III", "II")
    return words.name_before(end - 1) if start is None and junior else start


def _apposition(words: Words, at: int, article: Article) -> Iterator[Sighting]:
    start = _name_before(words, at)
    name = (start or 0, at)
    if start is None:
        return
    yield from _seated(words, at, name, article)
    at = _after_insertions(words, at)
    if at >= len(words):
        return
    if words[at].low == "who":
        yield from led(words, at + 1, name, article)
        yield from after_name(words, at + 1, name, "relative", article)
        yield from _clause(words, name[1], at + 1, "relative", article, start)
        return
    events = tuple(after_name(words, at, name, "apposition", article)) if words[at].gap == ", " else ()
    yield from events or _roles(words, at, name, article)


def _after_insertions(words: Words, at: int) -> int:
    """Return the index after an age, `right,` and the like that stand between a name and its title."""
    while at + 1 < len(words):
        match = _AGED.match(words.text, words[at].start) or _CAPTION.match(words.text, words[at].start)
        opened = words.text[words[at].start - 1] == "("
        if opened and not match:
            match = _CAPTION.match(words.text, words[at].start - 1)
        behind = index_at(words, match.end()) if match else None
        if behind is None or words[behind].joined:
            break
        at = behind
    return at


def _seated(words: Words, at: int, name: tuple[int, int], article: Article) -> Iterator[Sighting]:
    """Read `Hasan Iqbal (Lab, Medbury North)`: the member for that seat, in words of its own."""
    match = _PARTY_SEAT.match(words.text, words[at].start - 1)
    if match is None:
        return
    offset = words.line.start
    person = Span.of(article.text, offset + words[name[0]].start, offset + words[name[1] - 1].end)
    title = f"MP for {match['seat']}"
    span = Span.of(article.text, person.start, offset + match.end())
    mention = TitleMention(person=person.exact, person_span=person, title=title, span=span, office=title)
    yield Sighting(mention, "apposition", past=False, then=False)


def _roles(words: Words, at: int, name: tuple[int, int], article: Article) -> Iterator[Sighting]:
    """Read one title behind a name, or two that an `and` joins."""
    adverb = words[at].low if words.low(at + 1) in _DETERMINED else ""
    over = _UNTIL.match(words.text, words[at].start)
    tenure = tenure_after(words.text, words[at].start, article.published_at) if over else None
    still = words[at].low == "still"
    first = (index_at(words, tenure.stop) if tenure and tenure.stop else None) or at + (adverb in _ADVERBS or still)
    phrase = phrase_at(words, first)
    second = _joint(words, phrase) if phrase else None
    if phrase is None or not (second or _ends(words, phrase.end)) or _is_reversed(words, second or phrase, name):
        return
    now = adverb == "currently"
    stated = now or still or words[phrase.start].low == "now" or adverb == "now"
    sighting = sighting_of(words, phrase, name, "apposition", article, past=adverb == "then", now=now, stated=stated)
    timeless = not (sighting.past or sighting.at or sighting.mention.start_year or sighting.mention.end_year)
    if timeless and (adverb in _FORMER or (tenure and tenure.former)):
        sighting = replace(sighting, mention=sighting.mention.model_copy(update={"modifier": "former"}))
    elif tenure and tenure.end:
        mention = sighting.mention.model_copy(update={"end_year": tenure.end})
        sighting = replace(sighting, mention=mention, past=True, ended=tenure.ended, loose=False)
    if second is None:
        yield sighting
        return
    other = _with_place(sighting_of(words, second, name, "apposition", article), sighting.mention)
    bare = (phrase.start, phrase.end) == (phrase.head, phrase.head_end)
    yield _with_words(sighting, "", _complement(words, second) if bare else "")
    yield _with_words(other, "" if second.end > second.head_end else _owner(words, phrase), "")


def _complement(words: Words, phrase: Phrase) -> str:
    return words.text[words[phrase.head_end - 1].end : words[phrase.end - 1].end]


def _owner(words: Words, phrase: Phrase) -> str:
    """Return `Velmark's ` before a title, which two titles share."""
    end = owner_end(words, phrase.start)
    return f"{words.text[words[phrase.start].start : words[end - 1].end]} " if end else ""


def _with_words(sighting: Sighting, before: str, behind: str) -> Sighting:
    """Return a mention with the words it shares with another title, such as `chairman of Velmark`."""
    title = f"{before}{sighting.mention.title}{behind}"
    if not before and not behind:
        return sighting
    return replace(sighting, mention=sighting.mention.model_copy(update={"title": title, "office": title}))


def _joint(words: Words, phrase: Phrase) -> Phrase | None:
    """Return the second title of `vice premier and head of its consumer board`, which ends the apposition."""
    if phrase.plural or words.low(phrase.end) != "and" or not words[phrase.end].joined:
        return None
    second = phrase_at(words, phrase.end + 1)
    same = second is not None and second.determiner in (
        "",
        "its",
        phrase.determiner if phrase.determiner != "the" else "",
    )
    return second if second and same and not second.plural and words.closes(second.end) else None


def _with_place(sighting: Sighting, first: TitleMention) -> Sighting:
    """Return the second of two titles with the place that stands before the first."""
    place = sighting.mention.jurisdiction or first.jurisdiction
    return replace(sighting, mention=sighting.mention.model_copy(update={"jurisdiction": place}))


def _ends(words: Words, at: int) -> bool:
    return (
        words.closes(at)
        or words[at].low in ("who", "from", "since", "until", "between", "when", "for")
        or [words[i].low for i in range(at, min(at + 3, len(words)))] == ["at", "the", "time"]
        or bool(re.fullmatch(r"[12]\d{3}", words[at].text))
        or (words[at].low == "in" and at + 1 < len(words) and words[at + 1].text[0].isdigit())
    )


def _is_reversed(words: Words, phrase: Phrase, before: tuple[int, int] | None = None) -> bool:
    """Tell whether a name in commas follows a title; behind another name it may have a title of its own."""
    end = _after_state(words, phrase)
    if phrase.determiner in ("a", "an") or end >= len(words) or words[end].gap != ", ":
        return False
    first = _after_style(words, end)
    last = words.name_from(first)
    if last is None or last - first < 2 or not words.closes(last):
        return False
    listed = before is not None and not phrase.determiner and last < len(words) and words[last].gap == ", "
    return not (listed and (words[last].low == "who" or phrase_at(words, last) is not None))


def _after_state(words: Words, phrase: Phrase) -> int:
    """Return the index after `from Maine` behind a senator; else the end of the title."""
    end = phrase.end
    if phrase.kind not in ("senator", "representative") or words.low(end) != "from" or end + 1 not in words.places:
        return end
    return words.places[end + 1][0]


def _after_style(words: Words, at: int) -> int:
    """Return the index of the name in `the Rt Rev Ines Pardo` or `Professor Nell Ashby`; the index itself else."""
    first = at + (words[at].low == "the")
    last = first
    while last < len(words) and words[last].low.strip(".") in _STYLES and (last == at or words[last].joined):
        last += 1
    return last if last > first else at


def _reversed(words: Words, at: int, article: Article) -> Iterator[Sighting]:
    opens = words[at].low in ("the", "its", "his", "her", "their") or (
        at in words.places and words[words.places[at][0] - 1].possessive
    )
    group = at == 0 or not words[at].joined or not (words[at - 1].capital or words[at - 1].low in ("of", "the"))
    begins = words[at].capital and (at == 0 or bool(re.search(r"[.!?]\W*$", words[at].gap)))
    opens = opens or begins or (group and owner_end(words, at) is not None)
    if not opens:
        return
    owned = at + 2 < len(words) and words[at + 1].possessive and words[at + 1].low in words.lexicon.belongs
    phrase = phrase_at(words, at + 2 if owned else at)
    if phrase is None or phrase.plural or not _is_reversed(words, phrase):
        yield from is_named(words, at, article) if begins else ()
        return
    first = _after_style(words, _after_state(words, phrase))
    last = words.name_from(first)
    if last is not None:
        yield sighting_of(words, phrase, (first, last), "apposition", article)


def _event(words: Words, at: int, article: Article) -> Iterator[Sighting]:
    """Read `Ana Reyes resigned as mayor last week`."""
    if words[at].low not in _VERBS:
        return
    start = _name_before(words, at)
    if start is None and _stands_alone(words, at, article) and words[at - 1].low not in _PRONOUNS:
        start = at - 1
    if start is not None:
        yield from after_name(words, at, (start, at), "copula", article)


def _clause(
    words: Words, name_end: int, at: int, how: How, article: Article, start: int | None = None
) -> Iterator[Sighting]:
    if at >= len(words) or not (match := _COPULA.match(words.text, words[at].start)):
        return
    if start is None:
        start = _name_before(words, name_end)
    alone = start is None and how == "copula"
    if alone and _stands_alone(words, name_end, article):
        start = name_end - 1
    after = next((i for i in range(at, len(words)) if words[i].start >= match.end()), None)
    if start is None or after is None:
        return
    phrase = phrase_at(words, after)
    if phrase is None or _names_follow(words, phrase):
        return
    verb = match["verb"].split()[0]
    appointed = bool(_APPOINTED.search(match[0]))
    bare = how == "copula" and not phrase.determiner and verb in ("is", "was") and not appointed
    if bare and not _is_definite(words, phrase):
        return
    past = verb in ("was", "served", "worked", "acted", "became") or "had" in match[0].split()
    asserts = verb in ("is", "was", "served", "remains")
    at_date = date_before(words.text[: words[start].start]) if asserts and how == "copula" else None
    now = not past and "currently" in match[0].split()
    stated = how == "relative" and not past and not is_somebody_elses(words, start)
    sighting = sighting_of(
        words, phrase, (start, name_end), how, article, past=past, at=at_date, now=now, stated=stated
    )
    if alone and words[name_end - 1].low in _PRONOUNS:
        named = _named(sighting, article)
        if named is None:
            return
        sighting = named
    yield _begun(sighting, words, phrase, match[0], article) if appointed else sighting


def _stands_alone(words: Words, end: int, article: Article) -> bool:
    """Tell whether the word before an index is a pronoun that opens a sentence, or the surname of somebody named."""
    word = words[end - 1]
    if word.low in _PRONOUNS:
        return word.capital
    plain_name = word.capital and word.pos in ("PROPN", "NOUN") and not word.possessive and end - 1 not in words.places
    return plain_name and words.name_from(end - 1) == end and full_name(word.text, article) is not None


def _named(sighting: Sighting, article: Article) -> Sighting | None:
    """Return a mention said of a pronoun with the full name of whom it means."""
    name = antecedent(article, sighting.mention.person_span.start)
    if name is None:
        return None
    return replace(sighting, mention=sighting.mention.model_copy(update={"person": name}), pronoun=True)


def _begun(sighting: Sighting, words: Words, phrase: Phrase, verb: str, article: Article) -> Sighting:
    """Read the time of `was elected president in 2016` as the first of a term: a term begins later than an election."""
    if sighting.mention.start_year or sighting.mention.end_year:
        return sighting
    time = event_time(words.text, words[phrase.end - 1].end, article.published_at)
    if time is None or is_sometime(words.text, time[1]):
        return _begun_at(sighting, sighting.at, verb) if sighting.at else sighting
    return since(sighting, time[0], words, time[1], article, elected=bool(_ELECTED.search(verb)))


def _begun_at(sighting: Sighting, when: PartialDate, verb: str) -> Sighting:
    mention = sighting.mention.model_copy(update={"start_year": when.earliest.year})
    return replace(sighting, mention=mention, at=None, began=when, elected=bool(_ELECTED.search(verb)))


def _is_definite(words: Words, phrase: Phrase) -> bool:
    office = words[phrase.head].capital and not parse_office(words[phrase.head].text).is_profession
    stop = words[phrase.end - 1].end
    bracket = after_brackets(words.text, stop) > stop or tenure_after(words.text, stop).stop > 0
    return (
        office
        or bracket
        or phrase.end > phrase.head_end
        or bool(phrase.modifiers(words))
        or phrase.start in words.places
    )


def _names_follow(words: Words, phrase: Phrase) -> bool:
    return phrase.end < len(words) and words[phrase.end].joined and words.name_from(phrase.end) is not None
