"""Which of many stretches of a text lie at a place: an article may have ten thousand claims, and as many flags."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate

from pipeline.core.models import Span


class Placed:
    """Numbered stretches of one text, found without looking at each."""

    def __init__(self, numbered: Iterable[tuple[int, Span]]) -> None:
        self._numbered = sorted(numbered, key=lambda each: (each[1].start, each[0]))
        self._starts = [span.start for _, span in self._numbered]
        self._ends = list(accumulate((span.end for _, span in self._numbered), max))

    def over(self, span: Span) -> list[int]:
        """Return the numbers of the stretches that share words with a span.

        >>> text = "one two three"
        >>> placed = Placed([(0, Span.of(text, 0, 3)), (1, Span.of(text, 4, 13)), (2, Span.of(text, 8, 13))])
        >>> placed.over(Span.of(text, 5, 9))
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
        >>> Placed([(0, Span.of(text, 0, 3)), (1, Span.of(text, 8, 13))]).neighbours(Span.of(text, 4, 7))
        [0, 1]
        """
        behind = bisect_left(self._starts, span.start)
        before = bisect_left(self._starts, self._starts[behind - 1]) if behind else len(self._starts)
        return [number for number, _ in (*self._numbered[before : before + 1], *self._numbered[behind : behind + 1])]
