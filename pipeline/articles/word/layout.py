"""A text and where each of its characters comes from: a document's lines, cleaned as other readers clean theirs."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Literal

from pipeline.articles.cleaning import Cleaner
from pipeline.articles.word.names import RUN, Element

StoryKind = Literal["body", "footnote", "endnote", "box"]


@dataclass(frozen=True)
class Story:
    """Where a line stands: in the document's body, or in something that hangs on a place in it."""

    kind: StoryKind = "body"
    label: str = ""
    """What people call it, such as `footnote 3`."""
    reference: Element | None = None
    """What it hangs on in a run of the body: a reference, or a picture."""


BODY = Story()


@dataclass
class Piece:
    """The characters that one element shows."""

    node: Element
    raw: str

    @property
    def unit(self) -> Element:
        """The run it stands in, or itself where it stands in none, as a formula does."""
        parent = self.node.getparent()
        return parent if parent is not None and parent.tag == RUN else self.node


@dataclass
class Grid:
    """Counts tables, rows and columns as they are met, from 1; a table inside a cell is words of that cell."""

    _at: tuple[int, int, int] = (0, 0, 0)
    _depth: int = 0

    @property
    def cell(self) -> tuple[int, int, int] | None:
        """Table, row and column of what is read now; None outside of tables."""
        return self._at if self._depth else None

    @contextmanager
    def table(self) -> Generator[None, None, None]:
        """Count a table, and be in it."""
        self._depth += 1
        if self._depth == 1:
            self._at = (self._at[0] + 1, 0, 0)
        yield
        self._depth -= 1

    def row(self) -> None:
        """Count a row."""
        if self._depth == 1:
            self._at = (self._at[0], self._at[1] + 1, 0)

    def column(self) -> None:
        """Count a cell of the row."""
        if self._depth == 1:
            self._at = (*self._at[:2], self._at[2] + 1)


@dataclass
class Line:
    """A paragraph as it is read."""

    story: Story
    cell: tuple[int, int, int] | None = None
    """The table, row and column that it stands in."""
    pieces: list[Piece] = field(default_factory=list)
    level: int = 0
    is_title: bool = False

    @property
    def length(self) -> int:
        """How many raw characters it has."""
        return sum(len(piece.raw) for piece in self.pieces)


@dataclass(frozen=True)
class Point:
    """A place before a raw character of a line."""

    line: Line
    raw: int


@dataclass
class Anchor:
    """Where a comment of the document begins and ends, as far as it says so."""

    start: Point | None = None
    end: Point | None = None


@dataclass(frozen=True)
class Tidied:
    """A line's words; the character at i comes from the raw characters `starts[i]` to `ends[i]`."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def cut(self, places: Sequence[int]) -> Tidied:
        """Return only the characters at some places."""
        text = "".join(self.text[at] for at in places)
        return Tidied(text, [self.starts[at] for at in places], [self.ends[at] for at in places])


@dataclass(frozen=True)
class Placed:
    """A line in the text, at an offset; its text is empty if all of it is blank."""

    line: Line
    start: int
    tidied: Tidied

    @property
    def end(self) -> int:
        """Where it ends in the text."""
        return self.start + len(self.tidied.text)

    def raw_range(self, start: int, end: int) -> tuple[int, int]:
        """Return which raw characters stand for the part of a range of the text that is in this line.

        >>> Placed(Line(BODY), 10, Tidied("bc", [1, 2], [2, 3])).raw_range(0, 12)
        (1, 3)
        """
        first, last = max(start, self.start) - self.start, min(end, self.end) - self.start - 1
        return self.tidied.starts[first], self.tidied.ends[last]

    def first_after(self, raw: int) -> int:
        """Return the offset of the first character that does not begin before a raw one."""
        return self.start + bisect_left(self.tidied.starts, raw)

    def last_before(self, raw: int) -> int:
        """Return the offset after the last character that does not end after a raw one."""
        return self.start + bisect_right(self.tidied.ends, raw)


def tidy(raw: str, cleaner: Cleaner, *, on_one_line: bool = False) -> Tidied:
    """Return a line cleaned, in NFC, without blanks at its ends; a heading also with single blanks.

    A character that NFC makes of several stands for all of them.
    """
    places = range(len(raw)) if raw.isascii() and raw.isprintable() else list(cleaner.seen(raw))
    seen = Tidied(raw, range(len(raw)), range(1, len(raw) + 1)).cut(places)
    if not unicodedata.is_normalized("NFC", seen.text):
        seen = _composed(seen)
    stripped = seen.text.strip()
    start = len(seen.text) - len(seen.text.lstrip())
    inner = range(start, start + len(stripped))
    if on_one_line:
        return _with_single_blanks(seen.cut(inner))
    return seen if len(inner) == len(seen.text) else seen.cut(inner)


def _composed(seen: Tidied) -> Tidied:
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _clusters(seen.text):
        words = seen.text[start:end]
        composed = unicodedata.normalize("NFC", words)
        text.append(composed)
        if composed == words:
            starts += seen.starts[start:end]
            ends += seen.ends[start:end]
        else:
            starts += [seen.starts[start]] * len(composed)
            ends += [seen.ends[end - 1]] * len(composed)
    return Tidied("".join(text), starts, ends)


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Yield the parts of a text that NFC changes each by itself."""
    start = 0
    for at in range(1, len(text)):
        if _stands_alone(text[start:at], text[at]):
            yield start, at
            start = at
    if text:
        yield start, len(text)


def _stands_alone(before: str, character: str) -> bool:
    if character.isascii():
        return True
    if unicodedata.combining(character):
        return False
    apart = unicodedata.normalize("NFC", before) + unicodedata.normalize("NFC", character)
    return unicodedata.normalize("NFC", before + character) == apart


def _with_single_blanks(line: Tidied) -> Tidied:
    places = [at for at, each in enumerate(line.text) if not each.isspace() or not line.text[at - 1].isspace()]
    cut = line.cut(places)
    return Tidied("".join(" " if each.isspace() else each for each in cut.text), cut.starts, cut.ends)


@dataclass(frozen=True)
class Layout:
    """The text of a document, and its lines in place."""

    text: str
    placed: tuple[Placed, ...]

    def within(self, start: int, end: int) -> list[Placed]:
        """Return the lines that a range of the text has words of, in order."""
        first = max(bisect_right(self.placed, start, key=lambda placed: placed.start) - 1, 0)
        near = takewhile(lambda placed: placed.start < end, self.placed[first:])
        return [placed for placed in near if placed.tidied.text and start < placed.end]


def lay_out(lines: Sequence[Line], cleaner: Cleaner) -> Layout:
    """Join the lines that hold words with an empty line between them."""
    parts: list[str] = []
    placed = []
    offset = 0
    for line in lines:
        tidied = tidy("".join(piece.raw for piece in line.pieces), cleaner, on_one_line=line.level > 0)
        placed.append(Placed(line, offset, tidied))
        if tidied.text:
            parts.append(tidied.text)
            offset += len(tidied.text) + 2
    return Layout("\n\n".join(parts), tuple(placed))
