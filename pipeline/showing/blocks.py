"""Cut an article into its paragraphs and headings, each with the pieces of its words and what stands beside it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from pipeline.models import Article
from pipeline.showing.page import heading_levels, text_lines
from pipeline.showing.segments import Mark, Segment, cut_segments

Key = TypeVar("Key", bound=Hashable)
Piece = TypeVar("Piece")
Beside = TypeVar("Beside")


@dataclass(frozen=True)
class Block(Generic[Piece, Beside]):
    """A paragraph or a heading."""

    level: int | None
    """Of a heading as shown, 3 to 6; None for a paragraph."""
    pieces: tuple[Piece, ...]
    gap: str
    """The white space up to the next block."""
    beside: tuple[Beside, ...]
    """What begins in this block."""


def cut_blocks(
    article: Article,
    marks: Iterable[Mark[Key]],
    piece_of: Callable[[Segment[Key]], Piece],
    beside: Iterable[tuple[int, Beside]],
) -> Iterator[Block[Piece, Beside]]:
    """Yield the article's blocks in order; their words and gaps join to its text.

    `beside` are things with the offset where each begins.
    """
    lines = text_lines(article.text)
    starts = [start for start, _, _ in lines]
    within: dict[int, list[Segment[Key]]] = defaultdict(list)
    for segment in cut_segments(article.text, marks, (offset for line in lines for offset in line)):
        within[bisect_right(starts, segment.start) - 1].append(segment)
    things: dict[int, list[Beside]] = defaultdict(list)
    for offset, thing in beside:
        things[bisect_right(starts, offset) - 1].append(thing)
    levels = heading_levels(article)
    for index, (start, end, _) in enumerate(lines):
        yield Block(
            level=next((level for offset, level in levels.items() if start <= offset < end), None),
            pieces=tuple(piece_of(segment) for segment in within[index] if segment.start < end),
            gap="".join(segment.text for segment in within[index] if segment.start >= end),
            beside=tuple(things[index]),
        )
