"""Shares and means: their intervals, and exact tests of paired differences."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from pipeline.evaluation.statistics.resampling import Interval, chunks_of, find_patterns, sum_clusters


class Chance(NamedTuple):
    """How likely equally good variants would differ so much, told twice.

    The exact p counts the observed outcome whole and so never errs more often than promised, but far less often where
    few cases differ; mid-p counts half of it and errs about as often as promised. Lancaster (1961), Significance
    tests in discrete distributions.
    """

    mid_p: float
    """What decides."""
    exact: float


def wilson_interval(successes: float, trials: float, level: float = 0.95) -> Interval | None:
    """Return Wilson's score interval of a share; None without trials.

    Wilson (1927), Probable inference, the law of succession, and statistical inference.
    """
    if trials <= 0:
        return None
    low, high = proportion_confint(successes, trials, alpha=1 - level, method="wilson")
    return Interval(max(0.0, float(low)), min(1.0, float(high)))


def share_interval(
    successes: ArrayLike, trials: ArrayLike, clusters: ArrayLike | None = None, level: float = 0.95
) -> Interval | None:
    """Return an interval of a share whose trials may come in clusters: Wilson's, with the effective number of trials.

    Unclustered single trials give Wilson's own interval. A share of exactly 0 or 1 shows no variance between
    clusters: then the clusters are counted, not the trials. Dean and Pagano (2015), Evaluating confidence interval
    methods for binomial proportions in clustered surveys.
    """
    right, asked = sum_clusters(successes, clusters), sum_clusters(trials, clusters)
    right, asked = right[asked > 0], asked[asked > 0]
    total = float(asked.sum())
    if not total:
        return None
    share = float(right.sum()) / total
    effective = total
    if len(asked) != total or (asked != 1).any():
        variance = _cluster_variance(right - share * asked, total) * (total - 1) / total if total > 1 else 0.0
        effective = min(total, share * (1 - share) / variance) if variance > 0 else float(min(total, len(asked)))
    return wilson_interval(share * effective, effective, level)


def mean_interval(values: ArrayLike, clusters: ArrayLike | None = None, level: float = 0.95) -> Interval | None:
    """Return an interval of a mean of cases that may share clusters; None with fewer than two clusters.

    Cluster-robust standard error (Liang and Zeger 1986; for evaluations Miller 2024, Adding error bars to evals) and
    Student's t with one degree of freedom less than there are clusters.
    """
    cases = np.asarray(values, dtype=np.float64)
    error = standard_error(cases, clusters)
    if error is None:
        return None
    freedom = len(sum_clusters(cases, clusters)) - 1
    reach = float(stats.t.ppf(0.5 + level / 2, freedom)) * error
    return Interval(float(cases.mean()) - reach, float(cases.mean()) + reach)


def standard_error(values: ArrayLike, clusters: ArrayLike | None = None) -> float | None:
    """Return the cluster-robust standard error of a mean; None with fewer than two clusters."""
    cases = np.asarray(values, dtype=np.float64)
    if not len(cases):
        return None
    sums = sum_clusters(cases - cases.mean(), clusters)
    return None if len(sums) < 2 else float(np.sqrt(_cluster_variance(sums, len(cases))))


def mcnemar(first_only: int, second_only: int) -> Chance:
    """Return the two-sided p of cases that only the one variant and only the other got right.

    McNemar (1947), Note on the sampling error of the difference between correlated proportions; mid-p: Fagerland,
    Lydersen and Laake (2013), The McNemar test for binary matched-pairs data: mid-p and asymptotic are better than
    exact conditional.
    """
    discordant = first_only + second_only
    if not discordant:
        return Chance(1.0, 1.0)
    exact = float(stats.binomtest(first_only, discordant, 0.5).pvalue)
    at_hand = float(stats.binom.pmf(first_only, discordant, 0.5))
    return Chance(exact - at_hand * (0.5 if first_only == second_only else 1.0), exact)


def sign_flips(differences: ArrayLike) -> Chance:
    """Return the two-sided p of whole-numbered differences, one a cluster, any of which could change its sign.

    With one case a cluster this is McNemar's test. All sign changes are counted, by the generating function of their
    sum. Fisher (1935), The design of experiments; Pagano and Tritchler (1983), On obtaining permutation
    distributions in polynomial time.
    """
    rounded = np.rint(np.asarray(differences, dtype=np.float64)).astype(np.int64)
    sizes, counts = np.unique(np.abs(rounded[rounded != 0]), return_counts=True)
    if not len(sizes):
        return Chance(1.0, 1.0)
    distribution = np.ones(1)
    for size, count in zip(sizes, counts, strict=True):
        spread = np.zeros(int(size * count) + 1)
        spread[::size] = stats.binom.pmf(np.arange(count + 1), count, 0.5)
        distribution = np.convolve(distribution, spread)
    sums = np.abs(2 * np.arange(len(distribution)) - (len(distribution) - 1))
    observed = abs(int(rounded.sum()))
    beyond, at_hand = float(distribution[sums > observed].sum()), float(distribution[sums == observed].sum())
    exact = min(1.0, beyond + at_hand)
    return Chance(exact - at_hand / 2, exact)


def sign_flip_sampled(differences: ArrayLike, resamples: int = 10_000) -> float:
    """Return the two-sided p of differences of any size, one a cluster, from random changes of sign.

    The observed one counts as one of them: Phipson and Smyth (2010), Permutation p-values should never be zero.
    """
    patterns = find_patterns(np.asarray(differences, dtype=np.float64)[:, None])
    random = patterns.generator("sign flip")
    observed = abs(float(patterns.totals[0]))
    reached = 0
    for drawn in chunks_of(len(patterns.counts), resamples):
        signs = 2 * random.binomial(patterns.counts, 0.5, size=(drawn, len(patterns.counts))) - patterns.counts
        reached += int((np.abs(signs @ patterns.rows[:, 0]) >= observed - 1e-9).sum())
    return (1 + reached) / (1 + resamples)


def holm(values: ArrayLike) -> tuple[float, ...]:
    """Return p-values corrected for how many there are: Holm (1979), A simple sequentially rejective procedure.

    As `statsmodels` has it, which looks for garbage in the whole process each time.
    """
    found = np.asarray(values, dtype=np.float64)
    order = np.argsort(found)
    corrected = np.empty_like(found)
    corrected[order] = np.minimum(np.maximum.accumulate(found[order] * np.arange(len(found), 0, -1)), 1)
    return tuple(corrected.tolist())


def _cluster_variance(sums: ArrayLike, cases: float) -> float:
    """Return the variance of a mean from the clusters' sums of deviations."""
    deviations = np.asarray(sums, dtype=np.float64)
    clusters = len(deviations)
    return float((deviations**2).sum()) / cases**2 * clusters / (clusters - 1) if clusters > 1 else 0.0
