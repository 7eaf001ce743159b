"""Find where an article gives a person a title.

Four constructions: before the name, in apposition before or behind it, in a relative clause, and with
`is` or `was`. Blind spots: a title and a name in different sentences, titles said of a pronoun, and
organisations with long unknown names between head and name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pipeline.language import lines
from pipeline.models import Article, Span, TitleMention
from pipeline.titles.grammar import Phrase, complement, left_of, modifier_of, phrase_at
from pipeline.titles.offices import parse_office
from pipeline.titles.words import Words

How = Literal["before", "apposition", "relative", "copula"]

_COPULA = re.compile(
    r"(?:(?:has|have|had|also|once|later|previously|formerly|then|briefly|currently|now|still|twice|both|long)\s+)*"
    r"(?P<verb>serves?\s+as|served\s+as|worked\s+as|acted\s+as|been|is|was|became|remains?|serving\s+as)\s+"
    r"(?:(?:also|once|previously|formerly|then|briefly|currently|now|still|both|elected|appointed)\s+)*",
)
_YEARS = re.compile(
    r"\s*,?\s*\(?(?:(?:from|between|in)\s+)?(?:[\w]+,?\s){0,2}(?P<start>[12]\d{3})\s*(?:to|and|until|till|through|-|–|—)\s*"
    r"(?:(?!the\b)[A-Za-z\d]+,?\s){0,2}(?P<end>[12]\d{3}|\d{2})\b"
)
_UNTIL = re.compile(r"\s*,?\s*(?:until|till)\s+(?:\w+,?\s){0,2}(?P<end>[12]\d{3})\b")
_SINCE = re.compile(r"\s*,?\s*since\s+(?:\w+,?\s){0,2}(?P<start>[12]\d{3})\b")
_ENDED = re.compile(r"\s*,?\s*(?:until|till|before|when)\b")
_AGE = re.compile(r"^\d{1,3}$")


@dataclass(frozen=True)
class Sighting:
    """A title mention and how the text says it."""

    mention: TitleMention
    how: How
    past: bool
    """Said with a past tense, such as `was` or `served as`."""
    then: bool
    """Said of another time, such as `then-Senator`."""


@lru_cache(8)
def sightings(article: Article) -> tuple[Sighting, ...]:
    """Find every title mention of an article, in order, each person's title once per place."""
    found: dict[tuple[int, int, str], Sighting] = {}
    for line in lines(article):
        words = Words(line)
        for sighting in _in_line(words, article):
            mention = sighting.mention
            found.setdefault((mention.person_span.start, mention.person_span.end, mention.office.lower()), sighting)
    return tuple(sorted(found.values(), key=lambda s: (s.mention.span.start, s.mention.span.end)))


def find_title_mentions(article: Article) -> tuple[TitleMention, ...]:
    """Return every place where an article gives a person a title or role."""
    return tuple(sighting.mention for sighting in sightings(article))


def _in_line(words: Words, article: Article) -> Iterator[Sighting]:
    for head in words.heads:
        yield from _before(words, head, article)
    for at in range(len(words)):
        yield from _reversed(words, at, article)
        if at and not words[at].joined and re.fullmatch(r"['’\"”]?(?:,| \(| [-–—]| ?[–—] ?)\s*", words[at].gap):
            yield from _apposition(words, at, article)
        if at and words[at].joined:
            yield from _clause(words, at, at, "copula", article)


def _before(words: Words, head: int, article: Article) -> Iterator[Sighting]:
    head_end, kind = words.heads[head]
    if head_end in words.heads and words[head_end].joined:
        return
    start = left_of(words, head)
    at = head_end
    if at < len(words) and words[at].low in ("elect", "designate"):
        at += 1
    plural = tuple(words[i].low for i in range(head, head_end)) in words.lexicon.plurals
    end = complement(words, at)
    if end == at and at < len(words) and words[at].low in ("of", "for"):
        end = _unknown_complement(words, at)
    if end >= len(words) or not words[end].joined:
        return
    last = words.name_from(end)
    if last is None or (end > at and last - end < 2):
        return
    phrase = Phrase(start, head, head_end, end, kind, plural)
    yield _sighting(words, phrase, (end, last), "before", article)
    if plural and last + 1 < len(words) and words[last].low == "and" and words[last].joined:
        other = words.name_from(last + 1)
        if other:
            yield _sighting(words, phrase, (last + 1, other), "before", article)


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
    people = [entity for entity in words.line.doc.ents if entity.label_ == "PERSON"]
    for name in range(first + 1, last - 1):
        if any(entity.start_char == words[name].start and entity.end_char >= words[last - 1].end for entity in people):
            return name
    return at


def _apposition(words: Words, at: int, article: Article) -> Iterator[Sighting]:
    start = words.name_before(at)
    name_end = at
    if (
        start is None
        and at > 2
        and words[at - 1].gap == ", "
        and words[at - 1].text in ("Jr", "Jr.", "Sr", "Sr.", "III", "II")
    ):
        start = words.name_before(at - 1)
    if start is None:
        return
    if _AGE.match(words[at].text) and at + 1 < len(words) and not words[at + 1].joined:
        at += 1
    if words[at].low == "who":
        yield from _clause(words, name_end, at + 1, "relative", article, start)
        return
    phrase = phrase_at(words, at)
    if phrase is None or not _ends(words, phrase.end) or _is_reversed(words, phrase):
        return
    yield _sighting(words, phrase, (start, name_end), "apposition", article)


def _ends(words: Words, at: int) -> bool:
    return (
        words.closes(at)
        or words[at].low in ("who", "from", "since", "until", "between")
        or (words[at].low == "in" and at + 1 < len(words) and words[at + 1].text[0].isdigit())
    )


def _is_reversed(words: Words, phrase: Phrase) -> bool:
    if phrase.determiner in ("a", "an") or phrase.end >= len(words) or words[phrase.end].gap != ", ":
        return False
    last = words.name_from(phrase.end)
    return last is not None and last - phrase.end >= 2 and words.closes(last)


def _reversed(words: Words, at: int, article: Article) -> Iterator[Sighting]:
    opens = words[at].low in ("the", "its", "his", "her", "their") or (
        at in words.places and words[words.places[at][0] - 1].possessive
    )
    if not opens:
        return
    phrase = phrase_at(words, at)
    if phrase is None or phrase.plural or not _is_reversed(words, phrase):
        return
    last = words.name_from(phrase.end)
    if last is not None:
        yield _sighting(words, phrase, (phrase.end, last), "apposition", article)


def _clause(
    words: Words, name_end: int, at: int, how: How, article: Article, start: int | None = None
) -> Iterator[Sighting]:
    if at >= len(words) or not (match := _COPULA.match(words.text, words[at].start)):
        return
    start = words.name_before(name_end) if start is None else start
    after = next((i for i in range(at, len(words)) if words[i].start >= match.end()), None)
    if start is None or after is None:
        return
    phrase = phrase_at(words, after)
    if phrase is None or _names_follow(words, phrase):
        return
    verb = match["verb"].split()[0]
    if how == "copula" and not phrase.determiner and verb in ("is", "was") and not _is_definite(words, phrase):
        return
    past = verb in ("was", "served", "worked", "acted", "became") or "had" in match[0].split()
    yield _sighting(words, phrase, (start, name_end), how, article, past=past)


def _is_definite(words: Words, phrase: Phrase) -> bool:
    return phrase.end > phrase.head_end or bool(phrase.modifiers(words)) or phrase.start in words.places


def _names_follow(words: Words, phrase: Phrase) -> bool:
    return phrase.end < len(words) and words[phrase.end].joined and words.name_from(phrase.end) is not None


def _sighting(
    words: Words, phrase: Phrase, name: tuple[int, int], how: How, article: Article, *, past: bool = False
) -> Sighting:
    offset = words.line.start
    text = article.text
    person = _span(text, offset + words[name[0]].start, offset + words[name[1] - 1].end)
    title = Span.of(text, offset + words[phrase.start].start, offset + words[phrase.end - 1].end)
    years = _years(words.text, words[phrase.end - 1].end) if how != "before" else (None, None, 0)
    end = max(title.end, person.end, offset + years[2])
    past = past or (how != "before" and bool(_ENDED.match(words.text, words[phrase.end - 1].end)))
    said = phrase.modifiers(words)
    office = Span.of(text, offset + _office_start(words, phrase), title.end).exact
    parsed = parse_office(title.exact)
    mention = TitleMention(
        person=person.exact,
        person_span=person,
        title=title.exact,
        span=Span.of(text, min(title.start, person.start), end),
        office=office,
        jurisdiction=None if phrase.plural else parsed.place,
        modifier=modifier_of(said),
        start_year=years[0],
        end_year=years[1],
    )
    return Sighting(mention, how, past, "then" in said)


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


def _years(text: str, at: int) -> tuple[int | None, int | None, int]:
    """Return the years a title was held as the text says them, and where the words end."""
    if match := _YEARS.match(text, at):
        start, last = match["start"], match["end"]
        last = start[:2] + last if len(last) == 2 else last
        return int(start), int(last), match.end()
    if match := _UNTIL.match(text, at):
        return None, int(match["end"]), match.end()
    if match := _SINCE.match(text, at):
        return int(match["start"]), None, match.end()
    return None, None, 0
