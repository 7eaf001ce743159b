"""What is read from a Word file, and what is written into one."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import Field, model_validator

from pipeline.core.models import Heading, Span, Value


class WordComment(Value):
    """A comment that the file holds already, such as the writer's source for some words."""

    author: str
    text: str
    written_at: datetime | None = None
    """As the file says it: Word writes local time without its zone."""
    span: Span | None = None
    """The words it is anchored to; None where it is anchored to a point, or to words that were left out."""


class WordCell(Value):
    """A line of a table; a cell may hold several."""

    table: int = Field(ge=1)
    row: int = Field(ge=1)
    column: int = Field(ge=1)
    span: Span


class WordText(Value):
    """The text of a Word or OpenDocument file: NFC, offsets in code points, paragraphs with an empty line between."""

    text: str
    title: str | None = None
    headings: tuple[Heading, ...] = ()
    comments: tuple[WordComment, ...] = ()
    footnotes: tuple[Span, ...] = ()
    """Paragraphs of footnotes and endnotes; they stand at the end of the text, in the order they are referred to."""
    cells: tuple[WordCell, ...] = ()
    """The lines that stand in tables; tables, rows and columns are counted from 1."""
    tracked_changes: int = 0
    """Insertions, deletions and moves that were read as accepted."""
    warnings: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _is_proven(self) -> Self:
        anchored = [each.span for each in self.comments if each.span]
        placed = [*(heading.span for heading in self.headings), *(cell.span for cell in self.cells)]
        spans = [*self.footnotes, *placed, *anchored]
        if any(not span.is_in(self.text) for span in spans):
            raise ValueError("a span does not hold its words")
        return self


class WordNote(Value):
    """A comment to be written at words of a text that `read_word` returned."""

    span: Span
    author: str = Field(min_length=1)
    comment: str
    replacement: str | None = None
    """The wording proposed for the span, as a tracked change; an empty one proposes to delete it."""
