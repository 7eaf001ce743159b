"""What is painted on a PDF's page in order: which words something is painted over later, or a path cuts off.

Only what is made of boxes counts, and words of which it is sure where they stand; a word stays of which a part may be
seen.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.evidence.pdf_covers import Box, last_over
from pipeline.evidence.pdf_letters import Point, Shown, Word, words_of

_MOST_SPOTS = 3_000_000
"""Places of letters that are asked what lies over them; words that are left then count as seen."""
_NOWHERE: Box = (math.inf, math.inf, -math.inf, -math.inf)


@dataclass(frozen=True)
class _Placed:
    """When and where something was shown."""

    before: int
    """How many boxes were painted before it."""
    clip: Box | None
    """Outside of which nothing of it is painted; None where that is said nowhere."""
    asked: bool
    """False where it is known that nobody sees it."""


@dataclass
class Painting:
    """Follows what is painted on one page."""

    _shown: list[Shown] = field(default_factory=list)
    _placed: list[_Placed] = field(default_factory=list)
    _covers: list[tuple[Box, Box | None]] = field(default_factory=list)
    """Boxes that nothing shows through, and the whole picture where one is a picture."""

    def show(self, shown: Shown, clip: Box | None, *, asked: bool) -> None:
        """Add what is shown at once."""
        self._shown.append(shown)
        self._placed.append(_Placed(len(self._covers), clip, asked))

    def cover(self, box: Box, picture: Box | None = None) -> None:
        """Add a box that nothing shows through."""
        self._covers.append((box, picture))

    def unseen(self, layer: frozenset[Box]) -> dict[int, list[range]]:
        """Return which letters of what was shown, by its number, nobody sees; pictures of a scan cover nothing."""
        words = self._words()
        covers = [_NOWHERE if picture in layer else box for box, picture in self._covers]
        out: Mapping[int, list[range]] = defaultdict(list)
        for word in (*self._cut_off(words), *self._covered(words, covers)):
            out[word.shown].append(word.places)
        return dict(out)

    def letters_under(self, pictures: frozenset[Box]) -> int:
        """Return how many letters lie under some pictures that are painted later."""
        covers = [box if picture in pictures else _NOWHERE for box, picture in self._covers]
        return sum(word.letters for word in self._covered(self._words(), covers))

    def _words(self) -> list[Word]:
        """Return the words of which something can be asked."""
        last = len(self._covers)
        if not any(each.asked and (each.clip or each.before < last) for each in self._placed):
            return []
        return [word for word in words_of(self._shown) if self._placed[word.shown].asked]

    def _cut_off(self, words: Iterable[Word]) -> list[Word]:
        clipped = ((word, self._placed[word.shown].clip) for word in words)
        return [word for word, clip in clipped if clip and _is_outside(word.reach, clip)]

    def _covered(self, words: Iterable[Word], covers: Sequence[Box]) -> list[Word]:
        """Return the words that lie wholly under boxes painted later: under one, or under several together."""
        asked = [word for word in words if self._placed[word.shown].before < len(covers)]
        over = last_over([word.middle for word in asked], covers)
        covered, partly = list[Word](), list[Word]()
        for word, cover in zip(asked, over, strict=True):
            if cover < self._placed[word.shown].before:
                continue
            (covered if _is_inside(word.corners, covers[cover]) else partly).append(word)
        return covered + self._covered_together(partly, covers)

    def _covered_together(self, words: Iterable[Word], covers: Sequence[Box]) -> list[Word]:
        asked, spots = list[tuple[Word, int]](), list[Point]()
        for word in words:
            first = len(spots)
            spots += word.spots()
            if len(spots) > _MOST_SPOTS:
                del spots[first:]
                break
            asked.append((word, first))
        over = last_over(spots, covers)
        ends = [*(first for _, first in asked[1:]), len(spots)]
        return [
            word
            for (word, first), end in zip(asked, ends, strict=False)
            if min(over[first:end]) >= self._placed[word.shown].before
        ]


def _is_inside(points: Iterable[Point], box: Box) -> bool:
    left, bottom, right, top = box
    return all(left <= x <= right and bottom <= y <= top for x, y in points)


def _is_outside(points: Sequence[Point], box: Box) -> bool:
    """Tell whether a box and what lies between points share nothing."""
    across, up = [x for x, _ in points], [y for _, y in points]
    left, bottom, right, top = box
    return max(across) < left or min(across) > right or max(up) < bottom or min(up) > top
