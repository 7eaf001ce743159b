"""Where the notes on a Word file go, and which of their wordings become tracked changes: alike for .docx and .odt."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from pipeline.articles.word.layout import Layout, Piece, Placed
from pipeline.articles.word.marks import writable
from pipeline.articles.word.values import WordNote
from pipeline.core.errors import InputError


@dataclass
class Part:
    """The part of a note's words that is in one line."""

    placed: Placed
    start: int
    """A raw offset in the line."""
    end: int

    def pieces(self) -> list[Piece]:
        """Return the pieces that hold the words."""
        return [piece for piece, _, _ in self.ranges()]

    def ranges(self) -> list[tuple[Piece, int, int]]:
        """Return the pieces that hold the words, each with the range of its characters that are among them."""
        found = []
        at = 0
        for piece in self.placed.line.pieces:
            if at < self.end and self.start < at + len(piece.raw):
                found.append((piece, max(self.start - at, 0), min(self.end - at, len(piece.raw))))
            at += len(piece.raw)
        return found


@dataclass
class Planned:
    """A note and where it goes."""

    note: WordNote
    parts: list[Part]
    replacement: str | None = None
    """What is written as a tracked change."""
    told: list[str] = field(default_factory=list)
    """What the comment says besides, because the file cannot show it."""

    def said(self) -> str:
        """Return the comment, and what is told besides; outside of the body also the words it is about."""
        lines = [self.note.comment, *self.told]
        if all(part.placed.line.story.kind != "body" for part in self.parts):
            lines.insert(0, f"In {self.parts[0].placed.line.story.label}, at “{self.note.span.exact}”:")
        return "\n".join(line for line in lines if line)


def plan(note: WordNote, layout: Layout, name: str) -> Planned:
    """Find a note's words; raises InputError where they are not at their place."""
    span = note.span
    if not span.is_in(layout.text):
        raise InputError(f"{span.exact[:60]!r} is not at character {span.start} of {name}: read the file again")
    lines = layout.within(span.start, span.end)
    parts = [Part(placed, *placed.raw_range(span.start, span.end)) for placed in lines]
    if not parts:
        raise InputError(f"the note at character {span.start} of {name} has no words: give it some")
    return Planned(note, parts)


def settle_changes(planned: Iterable[Planned], can_change: Callable[[Part], bool]) -> None:
    """Decide which replacements are written as tracked changes: those in one line that overlap no other."""
    taken: list[Planned] = []
    for each in planned:
        words = each.note.replacement
        if words is None or words == each.note.span.exact:
            continue
        fits = len(each.parts) == 1 and can_change(each.parts[0])
        if fits and not any(_overlap(each.note, other.note) for other in taken):
            each.replacement = writable(words)
            taken.append(each)
        else:
            each.told.append(f"Proposed wording: {words}" if words else "Proposed: delete these words")


def _overlap(one: WordNote, other: WordNote) -> bool:
    return one.span.start < other.span.end and other.span.start < one.span.end
