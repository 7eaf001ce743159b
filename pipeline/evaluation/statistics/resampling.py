"""Clusters of cases drawn again, or swapped between two variants: the arithmetic under intervals and tests.

A figure is a function of totals (right answers, answers of a class ...) that add up over cases. So a resample needs
no pass over the cases: clusters with equal contributions are one pattern, a resample is how often each pattern was
drawn (a multinomial draw, exactly the same distribution), and the totals are one product of matrices. Patterns are
sorted and the seed is a hash of them: the same cases in any order give the same figures.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Floats = NDArray[np.float64]
Statistic = Callable[[Floats], Floats]
"""Takes totals, whose last axis is their kind, and returns a figure for each."""

RESAMPLES = 10_000
_CHUNK = 4_000_000


class Interval(NamedTuple):
    """Where a figure may lie, with 95 % confidence unless said otherwise."""

    low: float
    high: float


@dataclass(frozen=True)
class Patterns:
    """What clusters contribute to the totals: each distinct contribution once, with how many clusters make it."""

    rows: Floats
    counts: NDArray[np.int64]

    @property
    def clusters(self) -> int:
        """How many clusters there are."""
        return int(self.counts.sum())

    @property
    def totals(self) -> Floats:
        """What all of them contribute together."""
        return np.asarray(self.counts @ self.rows, dtype=np.float64)

    def generator(self, purpose: str) -> np.random.Generator:
        """Return a source of chance that depends on the contributions and on what it is for, on nothing else."""
        digest = hashlib.sha256(purpose.encode())
        for part in (self.rows, self.counts):
            digest.update(str(part.shape).encode() + np.ascontiguousarray(part).tobytes())
        return np.random.default_rng(int.from_bytes(digest.digest()[:16], "big"))


def sum_clusters(rows: ArrayLike, clusters: ArrayLike | None = None) -> Floats:
    """Add up the rows of each cluster; without clusters every row stands for itself."""
    table = np.asarray(rows, dtype=np.float64)
    if clusters is None:
        return table
    numbers = np.unique(np.asarray(clusters), return_inverse=True)[1].ravel()
    sums = np.zeros((int(numbers.max(initial=-1)) + 1, *table.shape[1:]))
    np.add.at(sums, numbers, table)
    return sums


def find_patterns(rows: ArrayLike, clusters: ArrayLike | None = None) -> Patterns:
    """Return the distinct contributions of clusters (of rows, without clusters), sorted, with their numbers."""
    sums = np.round(sum_clusters(rows, clusters), 12) + 0.0
    flat = sums.reshape(len(sums), -1)
    distinct, counts = np.unique(flat, axis=0, return_counts=True)
    return Patterns(np.ascontiguousarray(distinct), counts.astype(np.int64))


def draw_totals(patterns: Patterns, resamples: int = RESAMPLES) -> Floats:
    """Return the totals of resamples of whole clusters, as many as there are, drawn with replacement.

    Efron (1979), Bootstrap methods: another look at the jackknife; of clusters: Field and Welsh (2007),
    Bootstrapping clustered data.
    """
    random = patterns.generator("bootstrap")
    shares = patterns.counts / patterns.clusters
    drawn = [
        random.multinomial(patterns.clusters, shares, size=n) @ patterns.rows
        for n in chunks_of(len(patterns.counts), resamples)
    ]
    return np.concatenate(drawn)


def draw_weights(clusters: ArrayLike, content: Floats, resamples: int) -> Iterator[Floats]:
    """Yield, some resamples at a time, how often each case was drawn, for figures that are no function of totals.

    The seed is a hash of `content`.
    """
    numbers, sizes = np.unique(np.asarray(clusters), return_inverse=True, return_counts=True)[1:]
    patterns = Patterns(np.ascontiguousarray(content), np.ones(len(sizes), dtype=np.int64))
    random = patterns.generator("weights")
    for size in chunks_of(len(patterns.counts), resamples):
        yield random.multinomial(len(sizes), patterns.counts / len(sizes), size=size)[:, numbers.ravel()].astype(float)


def percentile_interval(values: Floats, clusters: int, level: float = 0.95) -> Interval | None:
    """Return the middle share of resampled figures, wider where clusters are few.

    None where there is no figure, and where no resample differs: that tells nothing of how sure it is.
    The expanded percentile interval of Hesterberg (2015), What teachers should know about the bootstrap: resamples
    of n clusters vary too little by (n - 1) / n, and n of them leave the spread itself uncertain (Student's t).
    """
    defined = values[~np.isnan(values)]
    if not len(defined):
        return None
    tail = (1 - level) / 2
    if clusters > 1:
        reach = float(stats.t.ppf(tail, clusters - 1)) * float(np.sqrt(clusters / (clusters - 1)))
        tail = float(stats.norm.cdf(reach))
    low, high = np.quantile(defined, [tail, 1 - tail])
    return Interval(float(low), float(high)) if high - low > 1e-12 else None


def chunks_of(width: int, resamples: int) -> Iterator[int]:
    """Yield how many resamples of so many numbers to draw at once, so that memory stays small."""
    step = max(1, _CHUNK // max(1, width))
    for start in range(0, resamples, step):
        yield min(step, resamples - start)
