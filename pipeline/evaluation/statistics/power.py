"""What a suite could have shown: power and the smallest difference that is found four times in five."""

from __future__ import annotations

import numpy as np
from scipy import optimize, stats

POWER = 0.8
ALPHA = 0.05


def mcnemar_power(cases: int, discordance: float, difference: float, alpha: float = ALPHA) -> float:
    """Return how often McNemar's mid-p test finds a difference, without approximation.

    `discordance` is the share of cases that exactly one variant gets right, `difference` what one has more of right
    answers. Summed over all tables: Suissa and Shuster (1991), The 2 x 2 matched-pairs trial: exact unconditional
    design and analysis. Connor (1987) gives the approximation.
    """
    discordance = max(discordance, abs(difference))
    if discordance <= 0:
        return 0.0
    first, last = stats.binom.ppf([1e-10, 1 - 1e-10], cases, discordance)
    pairs = np.arange(max(1, int(first)), int(last) + 1)
    limit = stats.binom.ppf(alpha / 2, pairs, 0.5)
    one_sided = stats.binom.cdf(limit, pairs, 0.5) - stats.binom.pmf(limit, pairs, 0.5) / 2
    limit = np.where(one_sided <= alpha / 2, limit, limit - 1)
    share = (discordance + difference) / (2 * discordance)
    found = stats.binom.cdf(limit, pairs, share) + stats.binom.sf(pairs - limit - 1, pairs, share)
    return float((stats.binom.pmf(pairs, cases, discordance) * np.where(limit >= 0, found, 0)).sum())


def smallest_detectable_share(cases: int, discordance: float, alpha: float = ALPHA, power: float = POWER) -> float:
    """Return the smallest difference in accuracy that McNemar's mid-p test finds with the stated power.

    1.0 says that not even the greatest difference would be found. A difference can only be as large as the share of
    discordant cases: a larger one is looked for with as many discordant cases as it needs.
    """

    def lacking(difference: float) -> float:
        return mcnemar_power(cases, discordance, difference, alpha) - power

    if lacking(1.0) < 0:
        return 1.0
    return float(optimize.brentq(lacking, 0.0, 1.0, xtol=1e-4))


def smallest_detectable(
    standard_error: float, clusters: int, differing: int, alpha: float = ALPHA, power: float = POWER
) -> float:
    """Return the smallest difference found with the stated power, from the standard error of the difference.

    (t of alpha + t of power) standard errors, which is 2.8 of them with many clusters: Lachin (1981), Introduction
    to sample size determination and power analysis. Where fewer clusters differ than a test needs, a standard error
    of nearly 0 promises nothing: then it is what so many clusters can show when all that differ go one way.
    """
    if clusters < fewest_pairs(alpha):
        return 1.0
    quantiles = stats.t.ppf([1 - alpha / 2, power], clusters - 1)
    reach = float(quantiles.sum()) * standard_error
    if differing < fewest_pairs(alpha):
        reach = max(reach, smallest_detectable_share(clusters, 0.0, alpha, power))
    return min(1.0, reach)


def fewest_pairs(alpha: float = ALPHA) -> int:
    """Return how many clusters must differ before a test of swaps can find a difference: 6 at 5 %."""
    return int(np.ceil(1 - np.log2(alpha)))
