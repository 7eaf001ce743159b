"""What is painted on a page over what: for points, which of the boxes painted over each is the last one."""

from __future__ import annotations

import math
import operator
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from itertools import pairwise

Box = tuple[float, float, float, float]
"""Left, bottom, right and top."""
Point = tuple[float, float]
_NEAR = 0.01
"""Points that the corners of a box may be off by."""
_NOWHERE = -1
_SLICES, _STEPS, _MOST_CORNERS = 32, 8, 200
_STRAIGHT = 0.01
"""Of a turn: by what a side of a shape may be off."""


def last_over(points: Sequence[Point], boxes: Sequence[Box]) -> list[int]:
    """Return for each point which of the boxes, in the order they are painted, lies over it last; -1 for none.

    From left to right, with what is open of the boxes kept by height, so that many of both cost little more than each.

    >>> last_over([(1, 1), (5, 5), (9, 9)], [(0, 0, 6, 6), (4, 4, 6, 6)])
    [0, 1, -1]
    """
    heights = sorted({y for _, y in points})
    open_at: list[list[tuple[int, float]]] = [[] for _ in range(2 * len(heights))]
    coming = sorted(range(len(boxes)), key=lambda at: boxes[at][0], reverse=True)
    found = [_NOWHERE] * len(points)
    for at in sorted(range(len(points)), key=lambda at: points[at]):
        x, y = points[at]
        while coming and boxes[coming[-1]][0] <= x:
            number = coming.pop()
            _, bottom, right, top = boxes[number]
            for node in _nodes(bisect_left(heights, bottom), bisect_right(heights, top), len(heights)):
                heappush(open_at[node], (-number, right))
        found[at] = _last(open_at, len(heights) + bisect_left(heights, y), x)
    return found


def _last(open_at: Sequence[list[tuple[int, float]]], node: int, x: float) -> int:
    """Return the last box that is open at a place, on the way up from its node; what has ended is forgotten."""
    last = _NOWHERE
    while node:
        held = open_at[node]
        while held and held[0][1] < x:
            heappop(held)
        if held:
            last = max(last, -held[0][0])
        node //= 2
    return last


def _nodes(first: int, end: int, size: int) -> Iterator[int]:
    """Yield the nodes of a tree over `size` places that stand for those from the first up to the end."""
    first, end = first + size, end + size
    while first < end:
        if first % 2:
            yield first
            first += 1
        if end % 2:
            end -= 1
            yield end
        first, end = first // 2, end // 2


def filled_boxes(parts: Sequence[Sequence[Point]], *, by_turns: bool) -> list[Box]:
    """Return what is filled for sure by a path: each of its parts, if all are upright boxes or bulge everywhere.

    The latter are cut in slices. Several parts are filled for sure only where all turn the same way, and none if the
    path is filled by turns.
    """
    drawn = [part for part in parts if len(part) > 1]
    if len(drawn) > 1 and (by_turns or len({_turn(part) for part in drawn}) > 1):
        return []
    found = [[box] if (box := upright_box(part)) else sliced(part) for part in drawn]
    return [box for boxes in found for box in boxes] if all(found) else []


def sliced(corners: Sequence[Point]) -> list[Box]:
    """Return boxes that lie inside of a shape and fill it nearly; none for one that does not bulge everywhere."""
    corners = [one for one, other in pairwise([*corners, corners[0]]) if not _is_near(one, other)]
    if len(corners) < 3 or len(corners) > _MOST_CORNERS or not _bulges(corners):
        return []
    bottom, top = min(y for _, y in corners), max(y for _, y in corners)
    levels = [bottom + (top - bottom) * (0.001 + 0.998 * at / _SLICES) for at in range(_SLICES + 1)]
    widths = [_across(corners, level) for level in levels]
    pairs = zip(pairwise(levels), pairwise(widths), strict=True)
    boxes = ((max(one[0], two[0]), low, min(one[1], two[1]), high) for (low, high), (one, two) in pairs)
    return [box for box in boxes if box[0] < box[2]]


def _across(corners: Sequence[Point], level: float) -> tuple[float, float]:
    """Return from where to where a shape that bulges reaches at a height."""
    met = [
        x + (z - x) * (level - y) / (w - y)
        for (x, y), (z, w) in pairwise([*corners, corners[0]])
        if min(y, w) <= level <= max(y, w) and y != w
    ]
    return (min(met), max(met)) if met else (0.0, 0.0)


def _bulges(corners: Sequence[Point]) -> bool:
    """Tell whether an outline turns one way at each corner, and once around in all."""
    ways = [math.atan2(w - y, z - x) for (x, y), (z, w) in pairwise([*corners, corners[0]])]
    turns = [math.remainder(other - one, math.tau) for one, other in pairwise([*ways, ways[0]])]
    one_way = all(turn > -_STRAIGHT for turn in turns) or all(turn < _STRAIGHT for turn in turns)
    return one_way and abs(abs(sum(turns)) - math.tau) < _STRAIGHT


def curve(start: Point, first: Point, second: Point, end: Point) -> list[Point]:
    """Return places along a curve, but for its start."""
    steps = [at / _STEPS for at in range(1, _STEPS + 1)]
    shares = [((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3) for t in steps]
    across, up = zip(start, first, second, end, strict=True)
    return [(sum(map(operator.mul, each, across)), sum(map(operator.mul, each, up))) for each in shares]


def upright_box(corners: Sequence[Point]) -> Box | None:
    """Return the box of four corners in order; None where they make none that stands upright.

    >>> upright_box([(0, 0), (0, 2), (3, 2), (3, 0)]), upright_box([(0, 0), (1, 2), (3, 2), (3, 0)])
    ((0, 0, 3, 2), None)
    """
    if len(corners) == 5 and _is_near(corners[0], corners[4]):
        corners = corners[:4]
    if len(corners) != 4:
        return None
    steps = [(abs(x - z) <= _NEAR, abs(y - w) <= _NEAR) for (x, y), (z, w) in pairwise([*corners, corners[0]])]
    if not any(all(step[(number + first) % 2] for number, step in enumerate(steps)) for first in (0, 1)):
        return None
    across, up = zip(*corners, strict=True)
    return min(across), min(up), max(across), max(up)


def stroked_box(parts: Sequence[Sequence[Point]], width: float) -> Box | None:
    """Return what one straight line, upright or level, covers; without what its ends may add."""
    if len(parts) != 1 or len(parts[0]) != 2:
        return None
    (x, y), (z, w) = parts[0]
    if abs(x - z) <= _NEAR:
        return min(x, z) - width / 2, min(y, w), max(x, z) + width / 2, max(y, w)
    return (min(x, z), min(y, w) - width / 2, max(x, z), max(y, w) + width / 2) if abs(y - w) <= _NEAR else None


def _is_near(one: Point, other: Point) -> bool:
    return math.dist(one, other) <= _NEAR


def _turn(corners: Sequence[Point]) -> bool:
    """Tell whether corners follow each other against the clock."""
    return sum(x * w - z * y for (x, y), (z, w) in pairwise([*corners, corners[0]])) > 0
