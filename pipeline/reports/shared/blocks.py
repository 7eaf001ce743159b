"""Cut an article into paragraphs and headings, each with the pieces of its words and what stands beside it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from pipeline.core.models import Article, Span
from pipeline.reports.shared.page import heading_levels, text_lines
from pipeline.reports.shared.segments import Mark, Segment, cut_segments

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
    beside: Iterable[tuple[int, Beside]] = (),
    lines: Sequence[tuple[int, int, int]] | None = None,
) -> Iterator[Block[Piece, Beside]]:
    """Yield the article's blocks in order; their words and gaps join to its text.

    `beside` are things with the offset where each begins; `lines` are those of `text_lines` to show, by default all.
    """
    lines = text_lines(article.text) if lines is None else lines
    starts = [start for start, _, _ in lines]
    within: dict[int, list[Segment[Key]]] = defaultdict(list)
    for segment in cut_segments(article.text, marks, (offset for line in lines for offset in line)):
        within[bisect_right(starts, segment.start) - 1].append(segment)
    things: dict[int, list[Beside]] = defaultdict(list)
    for offset, thing in beside:
        things[bisect_right(starts, offset) - 1].append(thing)
    levels = heading_levels(article)
    for index, (start, end, after) in enumerate(lines):
        yield Block(
            level=next((level for offset, level in levels.items() if start <= offset < end), None),
            pieces=tuple(piece_of(segment) for segment in within[index] if segment.start < end),
            gap="".join(segment.text for segment in within[index] if end <= segment.start < after),
            beside=tuple(things[index]),
        )


class Flagged(NamedTuple):
    """Words of the article that a note flags."""

    span: Span
    key: Hashable
    """One for all spans of one flag."""
    topic: Hashable
    """What the flag reports: a claim that reports it too needs no second pointer."""


class Pinned(NamedTuple, Generic[Beside]):
    """What stands beside the article, with the words of its claim and the words that it flags."""

    thing: Beside
    claim: tuple[Span, ...]
    flags: tuple[Flagged, ...]


@dataclass(frozen=True)
class Words(Generic[Beside]):
    """Words of the article under the same claims and flags."""

    text: str
    claims: tuple[Beside, ...]
    """The longest claim first, the innermost last."""
    flagged: tuple[Beside, ...]
    """Those that flag these very words."""
    ends: tuple[Beside, ...]
    """Those whose claim ends here."""
    flag_ends: tuple[Beside, ...]
    """Those with a flag that ends here and that no claim on these words reports too."""


class _Key(NamedTuple):
    """A claim, or one of its flags, by its number among the pinned."""

    number: int
    flag: Hashable | None = None
    topic: Hashable | None = None


def pin(article: Article, pinned: Sequence[Pinned[Beside]]) -> Iterator[Block[Words[Beside], Beside]]:
    """Yield the article's blocks with what is pinned to its words, beside the block where its claim begins."""
    marks = [
        mark
        for number, each in enumerate(pinned)
        for mark in (
            *(Mark(span.start, span.end, _Key(number)) for span in each.claim),
            *(Mark(flag.span.start, flag.span.end, _Key(number, flag.key, flag.topic)) for flag in each.flags),
        )
    ]
    beside = ((each.claim[0].start, each.thing) for each in pinned)
    return cut_blocks(article, marks, lambda segment: _words(segment, pinned), beside)


def _words(segment: Segment[_Key], pinned: Sequence[Pinned[Beside]]) -> Words[Beside]:
    def things(numbers: Iterable[int]) -> tuple[Beside, ...]:
        return tuple(pinned[number].thing for number in dict.fromkeys(numbers))

    claims = [key.number for key in segment.keys if key.flag is None]
    topics = {flag.topic for number in claims for flag in pinned[number].flags}
    return Words(
        text=segment.text,
        claims=things(claims),
        flagged=things(key.number for key in segment.keys if key.flag is not None),
        ends=things(sorted(key.number for key in segment.ends if key.flag is None)),
        flag_ends=things(
            sorted(key.number for key in segment.ends if key.flag is not None and key.topic not in topics)
        ),
    )
