"""Find where an article gives a person a title.

Six constructions: before the name (`before_names`), in apposition before or behind it (`appositions`), in a relative
clause, with `is` or `was` (`predicates`), as what somebody acts in (`roles`) or is another's counterpart in
(`counterparts`), and in what happened to somebody (`events`). Blind spots: `the minister` for
somebody named before, and organisations with long unknown names between head and name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from pipeline.check.checkers.titles.appositions import apposition, title_then_name
from pipeline.check.checkers.titles.before_names import before_name
from pipeline.check.checkers.titles.counterparts import counterpart
from pipeline.check.checkers.titles.events import fronted
from pipeline.check.checkers.titles.predicates import clause, event
from pipeline.check.checkers.titles.roles import in_a_role
from pipeline.check.checkers.titles.sighting import Sighting
from pipeline.check.checkers.titles.tokens import Words
from pipeline.check.sparing import each_alone
from pipeline.core.caching import once_for_each
from pipeline.core.english import Line, lines
from pipeline.core.models import Article, Span, TitleMention

__all__ = ["Sighting", "find_title_mentions", "sightings"]


@once_for_each
def sightings(article: Article) -> tuple[Sighting, ...]:
    """Find every title mention of an article, in order, each person's title once per place."""
    found: dict[tuple[int, int, str, bool], Sighting] = {}
    for line in lines(article):
        for sighting in each_alone(partial(_of_line, article), [line], article, _place):
            mention = sighting.mention
            dated = bool(sighting.began or sighting.ended or mention.start_year)
            person = mention.person_span
            found.setdefault((person.start, person.end, mention.office.lower(), dated), sighting)
    return tuple(sorted(found.values(), key=lambda s: (s.mention.span.start, s.mention.span.end)))


def _of_line(article: Article, line: Line) -> Iterator[Sighting]:
    return in_line(Words(line), article)


def _place(line: Line) -> Span:
    return Span(start=line.start, end=line.start + len(line.text), exact=line.text)


def find_title_mentions(article: Article) -> tuple[TitleMention, ...]:
    """Return every place where an article gives a person a title or role."""
    return tuple(sighting.mention for sighting in sightings(article))


def in_line(words: Words, article: Article) -> Iterator[Sighting]:
    """Find every title mention of a line."""
    for head in words.heads:
        yield from before_name(words, head, article)
    for at in range(len(words)):
        yield from fronted(words, at, article)
        yield from in_a_role(words, at, article)
        yield from title_then_name(words, at, article)
        yield from counterpart(words, at, article)
        if at and not words[at].joined and re.fullmatch(r"['’\"”]?(?:,| \(| [-–—]| ?[–—] ?)\s*", words[at].gap):
            yield from apposition(words, at, article)
        if at and words[at].joined:
            yield from event(words, at, article)
            yield from clause(words, at, at, "copula", article)
