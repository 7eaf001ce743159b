"""Stretches of a text in order of offset, looked up by place: what is asked for each claim must not read them all."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from itertools import accumulate

from pipeline.core.models import Span


class Stretches:
    """Spans that may overlap, and those that share words with one."""

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        self._spans = sorted(spans, key=_start)
        self._longest = max((span.end - span.start for span in self._spans), default=0)

    def add(self, span: Span) -> None:
        """Take in one more."""
        insort(self._spans, span, key=_start)
        self._longest = max(self._longest, span.end - span.start)

    def touching(self, span: Span) -> list[Span]:
        """Return those that share words with a span, in order."""
        first = bisect_left(self._spans, span.start - self._longest, key=_start)
        last = bisect_left(self._spans, span.end, key=_start)
        return [each for each in self._spans[first:last] if each.end > span.start]


class Holders:
    """Spans, and whether one of them holds a stretch from its first character to its last."""

    def __init__(self, spans: Iterable[Span]) -> None:
        ordered = sorted(spans, key=_start)
        self._starts = [span.start for span in ordered]
        self._farthest = list(accumulate((span.end for span in ordered), max))

    def hold(self, start: int, end: int) -> bool:
        """Tell whether one span holds a stretch."""
        before = bisect_right(self._starts, start)
        return before > 0 and self._farthest[before - 1] >= end


class Numbered:
    """Numbered stretches of one text: those at a place are found without looking at each."""

    def __init__(self, numbered: Iterable[tuple[int, Span]]) -> None:
        self._numbered = sorted(numbered, key=lambda each: (each[1].start, each[0]))
        self._starts = [span.start for _, span in self._numbered]
        self._ends = list(accumulate((span.end for _, span in self._numbered), max))

    def over(self, span: Span) -> list[int]:
        """Return the numbers of the stretches that share words with a span.

        >>> text = "one two three"
        >>> numbered = Numbered([(0, Span.of(text, 0, 3)), (1, Span.of(text, 4, 13)), (2, Span.of(text, 8, 13))])
        >>> numbered.over(Span.of(text, 5, 9))
        [1, 2]
        """
        found = []
        at = bisect_left(self._starts, span.end)
        while at and self._ends[at - 1] > span.start:
            at -= 1
            number, own = self._numbered[at]
            if own.overlap(span):
                found.append(number)
        return sorted(found)

    def neighbours(self, span: Span) -> list[int]:
        """Return the numbers of the last stretch that begins before a span and of the first behind it.

        >>> text = "one two three"
        >>> Numbered([(0, Span.of(text, 0, 3)), (1, Span.of(text, 8, 13))]).neighbours(Span.of(text, 4, 7))
        [0, 1]
        """
        behind = bisect_left(self._starts, span.start)
        before = bisect_left(self._starts, self._starts[behind - 1]) if behind else len(self._starts)
        return [number for number, _ in (*self._numbered[before : before + 1], *self._numbered[behind : behind + 1])]


def _start(span: Span) -> int:
    return span.start
