"""Titles in apposition, behind a name or before it: `Ana Reyes, left, the mayor,` and `Velmark's chief, Bo Lind,`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pipeline.check.checkers.titles.dated import in_own_words, index_at
from pipeline.check.checkers.titles.events import after_name, is_named, led
from pipeline.check.checkers.titles.grammar import Phrase, body_end, owner_end, phrase_at
from pipeline.check.checkers.titles.posts import of_the_post, term_of
from pipeline.check.checkers.titles.predicates import clause, name_with_suffix, without_letters
from pipeline.check.checkers.titles.sighting import Sighting, owner_before, sighting_of, with_words
from pipeline.check.checkers.titles.times import tenure_after
from pipeline.check.checkers.titles.tokens import Words
from pipeline.core.models import Article, Span, TitleMention

_OPENERS = ("But", "And", "So", "Yet", "As", "Then", "While")
_FORMER = ("formerly", "previously", "once")
_ADVERBS = ("then", "now", "currently", "formerly", "previously", "once", "still", "also")
_DETERMINED = ("the", "a", "an", "its", "his", "her")
_STYLES = frozenset(
    ("rt", "right", "most", "very", "rev", "reverend", "hon", "honourable", "professor", "prof", "councillor", "cllr")
)
_RANKS = frozenset(
    ("general", "gen", "lieutenant", "lt", "major", "maj", "brigadier", "brig", "colonel", "col", "admiral", "adm")
    + ("vice", "rear", "air", "marshal", "commodore", "captain", "capt", "cardinal")
)
"""In a list, those of somebody else; not where a verb follows, as in `the army chief, General Ana Reyes, said`."""
_CAPTION = re.compile(
    r"(?P<open>\()?(?:(?:far|second|third|fourth|fifth|front|back|top|bottom)\s)?(?:from\s)?(?:(?:the\s)?(?:left|right|centre"
    r"|center|middle|foreground|background)|pictured(?:\s(?:left|right|above|below|here|centre|center))?|above|below|inset)"
    r"(?(open)\)|(?=,))",
)
_AGED = re.compile(r"(?:aged )?\d{1,3}(?=,)")
_FOR_YEARS = re.compile(
    r"for (?:(?:nearly|almost|about|over|more than|some|many) )?\w+ (?:years|months|terms) (?=the |a )"
)
_UNTIL = re.compile(r"(?:up )?(?:until|till) ")
_IN_A_LETTER = re.compile(r"^(?:Sir|Madam|Dear|To the Editor)\b|\b(?:I|[Mm]y|[Ww]e|[Oo]ur)\b")
_ENDED = re.compile(r"[.!?][”\"’]?\s+(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms|Sir|Dame|Rev)\.? )?$")
_PLACES = re.compile(r"(?:, [A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*)*\.?\s*")
"""What stands around the name and post that sign a letter."""
_PARTY_SEAT = re.compile(
    r"\((?:Lab|Con|Lib Dem|LD|LDem|SNP|DUP|SDLP|UUP|SF|PC|Plaid|Green|Grn|Alliance|Reform|Ind|Labour|Conservative"
    r"|Lib Dem)(?: Co-op)?, (?P<seat>[A-Z][\w’'-]+(?:,? (?:[A-Z][\w’'-]+|and|of|the|upon|under|on))*)\)"
)


def apposition(words: Words, at: int, article: Article) -> Iterator[Sighting]:
    """Read what stands behind a name and a mark: a title, two, or a clause that `who` opens."""
    end = without_letters(words, at)
    start = name_with_suffix(words, end)
    name = (start or 0, end)
    if start is None:
        return
    yield from _seated(words, at, name, article)
    at = _after_insertions(words, at)
    if at >= len(words):
        return
    if words[at].low == "who":
        yield from led(words, at + 1, name, article)
        yield from after_name(words, at + 1, name, "relative", article)
        yield from clause(words, name[1], at + 1, "relative", article, start)
        return
    if words[at].low == "whose":
        yield from term_of(words, at, name, article)
        return
    yield from _signed(words, at, name, article)
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


def _signed(words: Words, at: int, name: tuple[int, int], article: Article) -> Iterator[Sighting]:
    """Read `Ana Reyes, Director, Tide Survey, Brask.` that ends a letter: the director of that body, on its day."""
    phrase = phrase_at(words, at)
    plain = phrase is not None and (phrase.start, phrase.end) == (phrase.head, phrase.head_end) and words[at].capital
    if phrase is None or not plain or phrase.determiner or phrase.end >= len(words) or words[phrase.end].gap != ", ":
        return
    before, last = words.text[: words[name[0]].start], body_end(words, phrase.end)
    if last is None or not _ENDED.search(before) or not _PLACES.fullmatch(words.text[words[last - 1].end :]):
        return
    if _IN_A_LETTER.search(article.text[: words.line.start] + before):
        body = words.text[words[phrase.end].start : words[last - 1].end]
        title = f"{words.text[words[at].start : words[phrase.head_end - 1].end]} of {body}"
        found = in_own_words(words, name, title, words[last - 1].end, "apposition", article)
        yield replace(found, past=False, stated=True)


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
    years = index_at(words, match.end()) if (match := _FOR_YEARS.match(words.text, words[at].start)) else None
    first = (
        years
        or (index_at(words, tenure.stop) if tenure and tenure.stop else None)
        or at + (adverb in _ADVERBS or still)
    )
    phrase = phrase_at(words, first + 2 if owner_before(words, first + 2) else first)
    second = _joint(words, phrase) if phrase else None
    if phrase is None or not (second or _ends(words, phrase.end)) or _is_reversed(words, second or phrase, name):
        return
    now = adverb == "currently"
    stated = now or still or words[phrase.start].low == "now" or adverb == "now"
    sighting = sighting_of(
        words, phrase, name, "apposition", article, past=adverb == "then" or years is not None, now=now, stated=stated
    )
    sighting = replace(sighting, loose=sighting.loose or years is not None)
    timeless = not (sighting.past or sighting.at or sighting.mention.start_year or sighting.mention.end_year)
    if timeless and (adverb in _FORMER or (tenure and tenure.former)):
        sighting = replace(sighting, mention=sighting.mention.model_copy(update={"modifier": "former"}))
    elif tenure and tenure.end:
        mention = sighting.mention.model_copy(update={"end_year": tenure.end})
        sighting = replace(sighting, mention=mention, past=True, ended=tenure.ended, loose=False)
    if second is None:
        yield sighting
        yield from of_the_post(words, sighting, phrase.end, article)
        return
    other = _with_place(sighting_of(words, second, name, "apposition", article), sighting.mention)
    bare = (phrase.start, phrase.end) == (phrase.head, phrase.head_end)
    yield with_words(sighting, "", _complement(words, second) if bare else "")
    yield with_words(other, "" if second.end > second.head_end else _owner(words, phrase), "")


def _complement(words: Words, phrase: Phrase) -> str:
    return str(words.text[words[phrase.head_end - 1].end : words[phrase.end - 1].end])


def _owner(words: Words, phrase: Phrase) -> str:
    """Return `Velmark's ` before a title, which two titles share."""
    end = owner_end(words, phrase.start)
    return f"{words.text[words[phrase.start].start : words[end - 1].end]} " if end else ""


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
        or _and_another(words, at)
        or (words[at].low == "and" and words.closes(at + 1))
        or words[at].low in ("who", "from", "since", "until", "between", "when", "for", "through", "throughout")
        or [words[i].low for i in range(at, min(at + 3, len(words)))] == ["at", "the", "time"]
        or bool(re.fullmatch(r"[12]\d{3}", words[at].text))
        or (words[at].low == "in" and at + 1 < len(words) and words[at + 1].text[0].isdigit())
    )


def _and_another(words: Words, at: int) -> bool:
    """Tell whether `and a keen cyclist,` ends an apposition: a list of people goes on with no comma behind it.

    Without the article, `and keen cyclist,` is a noun that is no title.
    """
    if words.low(at) != "and" or words.closes(at + 1):
        return False
    article = words.low(at + 1) in ("a", "an")
    first = last = at + 1 + article
    while (
        last < len(words)
        and words[last].joined
        and last - at < _LONGEST_TRAIT
        and words[last].pos not in ("VERB", "AUX")
    ):
        last += 1
    small = last > first and not any(word.capital for word in words.words[at:last])
    trait = article or (words[last - 1].pos == "NOUN" and not any(i in words.heads for i in range(first, last)))
    return small and trait and (last == len(words) or bool(re.match(r"[.,]", words[last].gap)))


_MARKS = {", ": r"[,.;:]|$", " (": r"\)", " – ": r"\s–\s", " — ": r"\s—\s", " - ": r"\s-\s"}
"""What may open a name behind its title, and what then closes it."""
_LONGEST_TRAIT = 8
_LONGEST_BODY = 7


def _is_reversed(words: Words, phrase: Phrase, before: tuple[int, int] | None = None) -> bool:
    """Tell whether a name in commas follows a title; behind another name it may have a title of its own."""
    end = _after_state(words, phrase)
    gap = words[end].gap if end < len(words) else ""
    if phrase.determiner in ("a", "an") or gap not in _MARKS:
        return False
    first = _after_style(words, end)
    last = words.name_from(first)
    if last is None or last - first < 2 or not words.closes(last):
        return False
    if gap != ", " and not re.match(_MARKS[gap], words.text[words[last - 1].end :]):
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
    styles = _STYLES | _RANKS
    while last < len(words) and words[last].low.strip(".") in styles and (last == at or words[last].joined):
        last += 1
    ranked = any(words[i].low.strip(".") in _RANKS for i in range(first, last))
    name = words.name_from(last) if ranked else None
    listed = ranked and not (name and name < len(words) and words[name].pos in ("VERB", "AUX"))
    return last if last > first and not listed else at


def title_then_name(words: Words, at: int, article: Article) -> Iterator[Sighting]:
    """Read `the mayor of Brask, Ana Reyes,` from its first word."""
    opens = words[at].low in ("the", "its", "his", "her", "their", "whose") or (
        at in words.places and words[words.places[at][0] - 1].possessive
    )
    group = at == 0 or not words[at].joined or not (words[at - 1].capital or words[at - 1].low in ("of", "the"))
    group = group or words[at - 1].text in _OPENERS
    begins = words[at].capital and (at == 0 or bool(re.search(r"[.!?]\W*$", words[at].gap)))
    opens = opens or begins or (group and owner_end(words, at) is not None)
    if not opens:
        return
    owned = at + 2 < len(words) and owner_before(words, at + 2)
    phrase = phrase_at(words, at + 2 if owned else at)
    if phrase is None or phrase.plural or not _is_reversed(words, phrase):
        yield from is_named(words, at, article) if begins else ()
        return
    first = _after_style(words, _after_state(words, phrase))
    last = words.name_from(first)
    if last is not None:
        found = sighting_of(words, phrase, (first, last), "apposition", article)
        if words[at].low == "whose":
            found = replace(found, seat=_antecedent(words, at))
        yield found
        yield from of_the_post(words, found, last, article)
        if words[at].low == "the" and last < len(words) and words[last].gap == ", " and words[last].low == "is":
            yield from clause(words, last, last, "relative", article, first)


def _antecedent(words: Words, at: int) -> str | None:
    """Return `Lomond Opera` of `at the Lomond Opera, whose director, Ana Reyes,`; None where no name stands there."""
    first = at
    while first and at - first < _LONGEST_BODY and (words[first - 1].capital or words[first - 1].low in ("of", "for")):
        first -= 1
        if not words[first].joined:
            break
    named = first < at and words[at - 1].capital and words[first].capital and words[first].low != "the"
    return str(words.text[words[first].start : words[at - 1].end]) if named else None
