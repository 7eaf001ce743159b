"""Geometry of the charts: what stands where, in the units of the drawing; templates draw it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.evaluation.scores import Bin, Comparison, Confusion, Figure, RiskPoint

WIDTH, HEIGHT = 320, 290
LEFT, RIGHT, TOP, BOTTOM = 40, 10, 10, 40
TINTS = 8


@dataclass(frozen=True)
class Whisker:
    """A value with its interval on a scale of 0 to 100."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Band:
    """A difference about a zero in the middle, and the differences too small for the suite to see."""

    whisker: Whisker
    unseen: tuple[float, float] | None


@dataclass(frozen=True)
class Dot:
    """A point of a chart with the ends of its interval."""

    x: float
    y: float
    top: float
    bottom: float


@dataclass(frozen=True)
class Cell:
    """A number of a confusion matrix, how dark it is, and whether it counts as right."""

    count: float
    share: float
    tint: int
    right: bool


def whisker(figure: Figure) -> Whisker | None:
    """Return a share as a whisker; None without a value between 0 and 1."""
    if figure.value is None or not 0 <= figure.value <= 1:
        return None
    low = figure.value if figure.low is None else figure.low
    high = figure.value if figure.high is None else figure.high
    return Whisker(*(round(100 * min(1.0, max(0.0, one)), 2) for one in (figure.value, low, high)))


def difference_scale(comparisons: Iterable[Comparison]) -> float:
    """Return the largest difference that a common scale must show, rounded up to 0.05."""
    ends = [abs(end) for one in comparisons for end in (one.low, one.high, one.difference) if end is not None]
    return max(0.1, -(-max(ends, default=0.1) // 0.05) * 0.05)


def band(comparison: Comparison, scale: float) -> Band:
    """Return a difference on a scale from -scale to scale."""

    def place(value: float) -> float:
        return round(50 + 50 * min(1.0, max(-1.0, value / scale)), 2)

    low = comparison.difference if comparison.low is None else comparison.low
    high = comparison.difference if comparison.high is None else comparison.high
    unseen = comparison.detectable
    return Band(
        Whisker(place(comparison.difference), place(low), place(high)),
        None if unseen is None else (place(-unseen), place(unseen)),
    )


def x_of(share: float) -> float:
    """Return where a share stands on the horizontal axis of a square chart."""
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 2)


def y_of(share: float) -> float:
    """Return where a share stands on the vertical axis."""
    return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 2)


def calibration_dots(bins: Sequence[Bin]) -> tuple[Dot, ...]:
    """Return a dot for each bin: confidence across, share of right answers up."""
    return tuple(Dot(x_of(one.confidence), y_of(one.right), y_of(one.high), y_of(one.low)) for one in bins)


def risk_path(points: Sequence[RiskPoint]) -> str:
    """Return the risk-coverage curve as steps."""
    if not points:
        return ""
    parts = [f"M {x_of(0)} {y_of(points[0].risk)}"]
    for point in points:
        parts.append(f"H {x_of(point.coverage)}")
        parts.append(f"V {y_of(point.risk)}")
    return " ".join(parts)


def confusion_cells(confusion: Confusion) -> tuple[tuple[str, tuple[Cell, ...]], ...]:
    """Return the rows of a confusion matrix; a cell is as dark as its share of the gold label."""
    rows = []
    for label, counts in zip(confusion.gold, confusion.counts, strict=True):
        total = sum(counts) or 1.0
        cells = tuple(
            Cell(count, count / total, min(TINTS, round(TINTS * count / total)), label == answer)
            for answer, count in zip(confusion.answers, counts, strict=True)
        )
        rows.append((label, cells))
    return tuple(rows)
