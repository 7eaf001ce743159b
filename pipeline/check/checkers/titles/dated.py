"""Mentions of titles with the time of their term, which the words of the text say."""

from __future__ import annotations

from dataclasses import replace

from pipeline.check.checkers.titles.sighting import How, Sighting
from pipeline.check.checkers.titles.tokens import Words
from pipeline.core.models import Article, PartialDate, Span, TitleMention
from pipeline.evidence import parse_office

Name = tuple[int, int]
"""The indices of a name's words, end exclusive."""


def index_at(words: Words, offset: int) -> int | None:
    """Return the index of the first word at or behind an offset."""
    return next((i for i in range(len(words)) if words[i].start >= offset), None)


def until(sighting: Sighting, when: PartialDate, words: Words, end: int, article: Article) -> Sighting:
    """Return a mention of a term that ended at a time, which the text's words up to an end say."""
    mention = dated(sighting, words, end, article, end_year=when.earliest.year, start_year=None)
    return replace(sighting, mention=mention, past=True, at=None, ended=when, loose=False)


def since(
    sighting: Sighting, when: PartialDate, words: Words, end: int, article: Article, *, elected: bool
) -> Sighting:
    """Return a mention of a term that began at a time, which the text's words up to an end say."""
    mention = dated(sighting, words, end, article, start_year=when.earliest.year, end_year=None)
    return replace(sighting, mention=mention, past=True, at=None, began=when, elected=elected, loose=False)


def dated(sighting: Sighting, words: Words, end: int, article: Article, **years: int | None) -> TitleMention:
    """Return a mention with years, and with the words up to an end that say them."""
    mention = sighting.mention
    span = Span.of(article.text, mention.span.start, max(mention.span.end, words.line.start + end))
    return mention.model_copy(update={**years, "span": span})


def in_own_words(words: Words, name: Name, title: str, stop: int, how: How, article: Article) -> Sighting:
    """Return a mention of a title that the text says in other words, up to an offset."""
    offset = words.line.start
    person = Span.of(article.text, offset + words[name[0]].start, offset + words[name[1] - 1].end)
    span = Span.of(article.text, person.start, offset + stop)
    place = parse_office(title).place
    mention = TitleMention(
        person=person.exact, person_span=person, title=title, span=span, office=title, jurisdiction=place
    )
    return Sighting(mention, how, past=True, then=False)
