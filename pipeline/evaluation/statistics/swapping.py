"""The paired swap test of figures that are functions of totals, such as macro-F1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.evaluation.statistics.resampling import Floats, Patterns, Statistic, chunks_of

_STEP = 1e-4
_TINY = 1e-16


def swap_p(patterns: Patterns, statistic: Statistic, resamples: int) -> float:
    """Return the two-sided p of a difference between the two halves of each row, by swapping whole clusters.

    Under chance alone, who of the two gave which answers to a cluster is a fair coin: Noreen (1989), Computer
    intensive methods for testing hypotheses; for F1 Yeh (2000), More accurate tests for the statistical significance
    of result differences. Each difference is divided by its standard error (by the delta method): so the test stays
    right where two variants are equally good in different ways, say one at refuting and one at supporting, for which
    plain swaps find too little: Chung and Romano (2013), Exact and asymptotically robust permutation tests. The
    observed difference counts as one of the swaps: Phipson and Smyth (2010), Permutation p-values should never be zero.
    """
    moments = _Moments.of(patterns)
    observed = abs(float(_studentized(moments.totals, moments.products, patterns.clusters, statistic)))
    if np.isnan(observed):
        return 1.0
    random = patterns.generator("swap")
    reached = 0
    for size in chunks_of(len(moments.counts) + 2 * moments.products.shape[-1], resamples):
        swapped = random.binomial(moments.counts, 0.5, size=(size, len(moments.counts))).astype(np.float64)
        totals = moments.totals + swapped @ moments.total_changes
        products = moments.products + swapped @ moments.product_changes
        found = np.abs(_studentized(totals, products, patterns.clusters, statistic))
        reached += int((found >= observed * (1 - 1e-9)).sum())
    return (1 + reached) / (1 + resamples)


@dataclass(frozen=True)
class _Moments:
    """Sums of contributions and of their products, and how a swap of each pattern changes them."""

    totals: Floats
    products: Floats
    counts: np.ndarray
    total_changes: Floats
    product_changes: Floats

    @classmethod
    def of(cls, patterns: Patterns) -> _Moments:
        rows = patterns.rows
        first, second = np.split(rows, 2, axis=1)
        differs = (first != second).any(axis=1)
        mirrored = np.concatenate([second, first], axis=1)[differs]
        products = _products(rows)
        return cls(
            totals=patterns.counts @ rows,
            products=patterns.counts @ products,
            counts=patterns.counts[differs],
            total_changes=mirrored - rows[differs],
            product_changes=_products(mirrored) - products[differs],
        )


def _products(rows: Floats) -> Floats:
    """Return the products of all pairs of columns, each pair once."""
    one, other = np.triu_indices(rows.shape[1])
    return rows[:, one] * rows[:, other]


def _studentized(totals: Floats, products: Floats, clusters: int, statistic: Statistic) -> Floats:
    """Return the difference of the two halves in standard errors."""
    first, second = np.split(totals, 2, axis=-1)
    difference = statistic(second) - statistic(first)
    slopes = np.concatenate([-_slopes(first, statistic), _slopes(second, statistic)], axis=-1)
    one, other = np.triu_indices(totals.shape[-1])
    weights = np.where(one == other, 1.0, 2.0) * slopes[..., one] * slopes[..., other]
    variance = (weights * products).sum(axis=-1) - (slopes * totals).sum(axis=-1) ** 2 / clusters
    return np.asarray(difference / np.sqrt(np.maximum(variance, _TINY)))


def _slopes(totals: Floats, statistic: Statistic) -> Floats:
    """Return how fast the statistic changes with each total; 0 for a total to which nobody contributes."""
    steps = _STEP * np.eye(totals.shape[-1])
    above, below = (statistic(totals[..., None, :] * (1 + step)) for step in (steps, -steps))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(totals > 0, (above - below) / (2 * _STEP * totals), 0.0))
