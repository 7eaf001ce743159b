"""Find where an article tells the age or the birth of somebody to whom it gives a title.

Forms: `X, 61,`, `X (61)`, `X, aged 61`, `X, who is 61,`, `X is 61 years old`, `the 61-year-old senator X`, `X was born
on 2 May 1960` and `X (born 2 May 1960)`; a party and a home may stand between. Left alone: `a 61-year-old` of whom no
name follows, the ages of relatives, numbers that count something else, and what is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.check.checkers.titles.mentions import sightings
from pipeline.check.checkers.titles.moments import is_quoted, sentence_at
from pipeline.check.checkers.titles.sighting import Sighting, is_depicted
from pipeline.core.caching import once_for_each
from pipeline.core.english import find_written_dates, make_date
from pipeline.core.models import Article, PartialDate, Span
from pipeline.evidence import name_key

_PARTY = r"(?:\s*\([A-Z][\w.]*[-–‑][\w. ]+\)|,\s*[DRI]-[A-Z][\w.]+(?=,))?"
_YEARS = r"(?P<age>[2-9]\d|1[01]\d)"
_ENDS = r"(?=\s*(?:[,;)—–]|\.(?:\s|$)|$))"
_BEHIND: tuple[tuple[str, bool], ...] = (
    (rf"{_PARTY},\s*{_YEARS}{_ENDS}", True),
    (rf"{_PARTY}\s*\({_YEARS}\)", True),
    (rf"{_PARTY},?\s+\(?(?:aged|age)\s+{_YEARS}(?!\s*(?:%|per|or|to|and over|-))\b", False),
    (rf"{_PARTY},\s+who\s+is\s+(?:now\s+)?{_YEARS}(?:\s+years\s+old)?{_ENDS}", False),
    (rf"\s+is\s+(?:now\s+)?{_YEARS}\s+years\s+old\b", False),
)
_BORN = re.compile(
    rf"{_PARTY}(?:,)?(?:\s+was\s+born\s+(?:in\s+[A-ZÀ-Þ][\w ,'’-]{{2,40}}?\s+)?(?:on\s+)|\s*\(born\s+(?:on\s+)?)"
    r"(?P<date>\w+ \w+,? \d{4})"
)
_YEARS_OLD = re.compile(rf"\b{_YEARS}[-‐‑]year[-‐‑]old\s+")
_COUNTS = re.compile(r"\b(?:per ?cent|percentage|votes?|points?|seats?|scored?|goals?|polls?|polled|jersey)\b|%", re.I)


@dataclass(frozen=True)
class Told:
    """What a text tells of somebody's age or day of birth."""

    sighting: Sighting
    span: Span
    """Name and age together."""
    words: Span
    """The age or the date alone."""
    age: int | None = None
    born: PartialDate | None = None
    bare: bool = False
    """True for a number without a word that says it is an age."""


@once_for_each
def ages_told(article: Article) -> tuple[Told, ...]:
    """Return what an article tells of the ages of those it gives titles, in order, each once."""
    found: dict[tuple[int, int], Told] = {}
    for sighting in sightings(article):
        if sighting.pronoun or is_depicted(sighting.mention, article) or is_quoted(article, sighting.mention.span):
            continue
        for told in (*_before(sighting, article), *_at_names(sighting, article)):
            found.setdefault((told.words.start, told.words.end), told)
    return tuple(found[key] for key in sorted(found))


def _before(sighting: Sighting, article: Article) -> Iterator[Told]:
    """Yield the age right before a title, or inside it as in `Norway's 60-year-old prime minister`."""
    mention = sighting.mention
    title = mention.span.start + max(0, mention.span.exact.find(mention.title))
    line = article.text.rfind("\n", 0, title) + 1
    head = article.text[line : title + len(mention.title)]
    for match in _YEARS_OLD.finditer(head):
        if line + match.end() >= title:
            spot = line + match.start("age"), line + match.end("age")
            start = min(line + match.start(), mention.span.start)
            yield _age(sighting, article, start, mention.span.end, spot, bare=False)


def _at_names(sighting: Sighting, article: Article) -> Iterator[Told]:
    """Yield what stands behind the name, where the title is given and wherever else the name stands in full."""
    person = sighting.mention.person_span
    places = [(person.start, person.end)]
    if " " in name_key(person.exact):
        full = re.finditer(rf"(?<![\w-]){re.escape(person.exact)}(?![\w-])", article.text)
        places += [match.span() for match in full if match.start() != person.start]
    for start, end in places:
        if is_quoted(article, Span.of(article.text, start, end)) or _is_of_a_relative(article, start):
            continue
        yield from _behind(sighting, article, start, end)


def _is_of_a_relative(article: Article, start: int) -> bool:
    """Tell whether a name only says whose somebody is, as in `a son of X, 34,`."""
    return bool(
        re.search(r"\b(?:of|to|by|with|and|['’]s)\s+(?:\w+\s+){0,2}$", article.text[max(0, start - 24) : start])
    )


def _behind(sighting: Sighting, article: Article, start: int, end: int) -> Iterator[Told]:
    text = article.text
    stop = text.find("\n", end)
    tail = text[end : len(text) if stop < 0 else stop]
    for pattern, bare in _BEHIND:
        if (match := re.match(pattern, tail)) and not (bare and _counts(article, Span.of(text, start, end))):
            spot = end + match.start("age"), end + match.end("age")
            yield _age(sighting, article, start, end + match.end(), spot, bare=bare)
            return
    if (match := _BORN.match(tail)) and (day := _day_of(match["date"])):
        words = Span.of(text, end + match.start("date"), end + match.end("date"))
        yield Told(sighting, Span.of(text, start, words.end), words, born=PartialDate(day.isoformat()))


def _day_of(words: str) -> date | None:
    found = find_written_dates(words)
    if len(found) != 1 or not (found[0].year and found[0].month and found[0].day):
        return None
    return make_date(found[0].year, found[0].month, found[0].day)


def _counts(article: Article, span: Span) -> bool:
    """Tell whether a sentence counts votes or the like, so that a bare number may be one of them."""
    sentence = sentence_at(article, span)
    return sentence is None or sentence.line.is_heading or bool(_COUNTS.search(sentence.span.exact))


def _age(sighting: Sighting, article: Article, start: int, end: int, spot: tuple[int, int], *, bare: bool) -> Told:
    words = Span.of(article.text, *spot)
    return Told(sighting, Span.of(article.text, start, end), words, age=int(words.exact), bare=bare)
