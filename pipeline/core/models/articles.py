"""An article and its headings."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from pipeline.core.models.text import Shown, Span, Value, content_id


class Heading(Value):
    """A heading of an article, in place."""

    span: Span
    level: int = Field(default=2, ge=1, le=6)


class Rival(Value):
    """What another source says of a datum."""

    value: str
    source: str


class Datum(Value):
    """One thing known of an article, such as its day of publication: where it is from, and why that source won."""

    name: Literal["title", "byline", "publisher", "published", "modified", "first seen", "language", "section"]
    value: str
    """A day is written YYYY-MM-DD."""
    source: str
    """Such as `JSON-LD NewsArticle datePublished`, or `given`."""
    known: bool = True
    """False for an estimate."""
    why: str = ""
    """Why this source won, or why its value is only an estimate."""
    rivals: tuple[Rival, ...] = ()


class Entry(Value):
    """A part of an article with a day of its own, such as an entry of a live blog."""

    span: Span
    """From its heading or first words to its last."""
    title: str | None = None
    published_at: date
    time: str | None = None
    """As the page gives it, such as `2024-03-06T08:15:00+00:00`."""


class Article(Value):
    """The text being checked: NFC, offsets in code points."""

    text: str = Field(min_length=1)
    title: str | None = None
    url: Shown | None = None
    publisher: str | None = None
    published_at: date | None = None
    """The day it was published, where that is known for sure."""
    estimated_at: date | None = None
    """The day it may have been published, where that is only estimated; nothing that depends on it is decided."""
    language: str = "en"
    headings: tuple[Heading, ...] = ()
    warnings: tuple[str, ...] = ()
    """What the reader of the article's source should know, such as a guessed encoding."""
    provenance: tuple[Datum, ...] = ()
    """Where title, byline, publisher, days, language and section are from."""
    corrections: tuple[Span, ...] = ()
    """Its own corrections, mostly at its foot: the desk's words on an earlier version, no claims."""
    entries: tuple[Entry, ...] = ()
    """Parts with a day of their own, in order; each is judged as of its day."""
    id: str = Field(default_factory=lambda data: content_id("article", data["text"]))
    """Hash of the text."""

    @model_validator(mode="after")
    def _is_proven(self) -> Self:
        if not unicodedata.is_normalized("NFC", self.text):
            raise ValueError("the text is not in NFC")
        if any(not heading.span.is_in(self.text) for heading in self.headings):
            raise ValueError("a heading's span does not hold its words")
        if any(not span.is_in(self.text) for span in (*self.corrections, *(entry.span for entry in self.entries))):
            raise ValueError("the span of a correction or of an entry does not hold its words")
        if self.published_at and self.estimated_at:
            raise ValueError("a day that is known is not estimated as well")
        return self

    def __hash__(self) -> int:
        """Hash the id alone: what is worked out once for an article is looked up thousands of times."""
        return hash(self.id)

    def dated_at(self, offset: int) -> Article:
        """Return the article as of the day of the entry an offset stands in; itself where it stands in none."""
        for entry in self.entries:
            if entry.span.start <= offset < entry.span.end:
                return self.model_copy(update={"published_at": entry.published_at, "estimated_at": None})
        return self

    def datum(self, name: str) -> Datum | None:
        """Return where one thing known of the article is from."""
        return next((datum for datum in self.provenance if datum.name == name), None)

    def heading_at(self, offset: int) -> Heading | None:
        """Return the heading an offset stands under (or in), if any."""
        above = bisect_right(self.headings, offset, key=lambda heading: heading.span.start)
        return self.headings[above - 1] if above else None
