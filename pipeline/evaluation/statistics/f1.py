"""F1 as a function of totals, its intervals, and a paired test of two variants.

The totals of K classes are 3 K numbers: right answers of each class, then answers of each class, then gold of each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pipeline.evaluation.statistics.resampling import (
    RESAMPLES,
    Floats,
    Interval,
    Statistic,
    draw_totals,
    find_patterns,
    percentile_interval,
)
from pipeline.evaluation.statistics.swapping import swap_p


def class_f1(totals: Floats) -> Floats:
    """Return the F1 of each class; not a number where a class is neither gold nor answered."""
    right, answered, gold = np.split(np.asarray(totals, dtype=np.float64), 3, axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(2 * right / (answered + gold))


def macro_f1(totals: Floats) -> Floats:
    """Return the mean F1 of the classes that have gold: rare ones weigh as much as common ones."""
    gold = np.split(np.asarray(totals, dtype=np.float64), 3, axis=-1)[2] > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(gold, class_f1(totals), 0.0).sum(axis=-1) / gold.sum(axis=-1))


@dataclass(frozen=True)
class Difference:
    """A paired difference, second less first, and what chance could have done."""

    value: float
    interval: Interval | None
    standard_error: float
    p: float
    clusters: int
    differing: int
    """Clusters to whose totals the two variants contribute differently: the only ones that tell them apart."""


def bootstrap_intervals(
    rows: ArrayLike, statistic: Statistic, clusters: ArrayLike | None = None, resamples: int = RESAMPLES
) -> tuple[Interval | None, ...]:
    """Return the percentile interval of each figure that the statistic makes of the totals."""
    patterns = find_patterns(rows, clusters)
    values = statistic(draw_totals(patterns, resamples))
    columns = values[:, None] if values.ndim == 1 else values
    return tuple(percentile_interval(column, patterns.clusters) for column in columns.T)


def compare_pairs(
    first: ArrayLike,
    second: ArrayLike,
    statistic: Statistic = macro_f1,
    clusters: ArrayLike | None = None,
    resamples: int = RESAMPLES,
) -> Difference:
    """Compare two variants that answered the same cases; rows of both are in the same order.

    The interval is a paired percentile bootstrap (both variants on the same drawn clusters), the p that of a
    studentized swap test of whole clusters (see `swap_p`).
    """
    patterns = find_patterns(np.concatenate([np.asarray(first), np.asarray(second)], axis=1), clusters)
    one, other = np.split(patterns.totals, 2)
    value = float(statistic(other) - statistic(one))
    one_drawn, other_drawn = np.split(draw_totals(patterns, resamples), 2, axis=1)
    drawn = statistic(other_drawn) - statistic(one_drawn)
    halves = np.split(patterns.rows, 2, axis=1)
    differing = int(patterns.counts[(halves[0] != halves[1]).any(axis=1)].sum())
    return Difference(
        value=value,
        interval=percentile_interval(drawn, patterns.clusters),
        standard_error=float(np.nanstd(drawn, ddof=1)),
        p=swap_p(patterns, statistic, resamples),
        clusters=patterns.clusters,
        differing=differing,
    )
