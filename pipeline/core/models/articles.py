"""An article and its headings."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from datetime import date
from typing import Self

from pydantic import Field, model_validator

from pipeline.core.models.text import Shown, Span, Value, content_id


class Heading(Value):
    """A heading of an article, in place."""

    span: Span
    level: int = Field(default=2, ge=1, le=6)


class Article(Value):
    """The text being checked: NFC, offsets in code points."""

    text: str = Field(min_length=1)
    title: str | None = None
    url: Shown | None = None
    publisher: str | None = None
    published_at: date | None = None
    language: str = "en"
    headings: tuple[Heading, ...] = ()
    warnings: tuple[str, ...] = ()
    """What the reader of the article's source should know, such as a guessed encoding."""
    id: str = Field(default_factory=lambda data: content_id("article", data["text"]))
    """Hash of the text."""

    @model_validator(mode="after")
    def _is_proven(self) -> Self:
        if not unicodedata.is_normalized("NFC", self.text):
            raise ValueError("the text is not in NFC")
        if any(not heading.span.is_in(self.text) for heading in self.headings):
            raise ValueError("a heading's span does not hold its words")
        return self

    def __hash__(self) -> int:
        """Hash the id alone: what is worked out once for an article is looked up thousands of times."""
        return hash(self.id)

    def heading_at(self, offset: int) -> Heading | None:
        """Return the heading an offset stands under (or in), if any."""
        above = bisect_right(self.headings, offset, key=lambda heading: heading.span.start)
        return self.headings[above - 1] if above else None
