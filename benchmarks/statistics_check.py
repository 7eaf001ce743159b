"""Check the statistics of evaluations against simulations whose truth is known.

Each simulation draws two variants that answer the same cases. `null`: they are equally good, and 5 in 100 may be
called different. `clustered`: cases come in groups of 8 in which a variant is lucky or unlucky as a whole; `naive`
is the same test that forgets the groups, to show what that does. `in_different_ways`: equally good, but the one at the
first label and the other at the second, which plain swaps misjudge. `accuracy_exact`: by the exact p, which is told
and does not decide. `power`: with a true difference, how often it is found, beside what theory says (for McNemar's
mid-p exactly; for macro-F1 from the standard error). `covered`: how often the 95 % interval holds the true difference.
Everything is drawn from fixed seeds; --data is not used.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from pipeline.evaluation.statistics import (
    Floats,
    compare_pairs,
    mcnemar,
    mcnemar_power,
    sign_flips,
    smallest_detectable,
    smallest_detectable_share,
)
from pipeline.evaluation.statistics.resampling import sum_clusters

SHARES = (0.42, 0.36, 0.15, 0.07)
RESAMPLES = 2_000


@dataclass(frozen=True)
class World:
    """How two variants answer: the truth that a test does not know."""

    cases: int = 240
    right: tuple[float, float] = (0.65, 0.65)
    """Mean share of right answers of each variant."""
    group: int = 1
    """Cases of a group."""
    luck: float = 0.0
    """How much a variant's skill changes from group to group, in logits."""
    hardness: float = 1.5
    """How much cases differ, for both variants alike, in logits."""
    tilt: float = 0.0
    """How much better the first variant is at the first label than at the second, the other one reversed, in logits."""
    shares: tuple[float, ...] = SHARES
    """Of the labels."""

    def draw(self, random: np.random.Generator) -> tuple[Floats, Floats, NDArray[np.bool_], NDArray[np.int64]]:
        """Return rows for F1 of both variants, who was right, and the group of each case."""
        gold = random.choice(len(SHARES), self.cases, p=self.shares)
        groups = np.arange(self.cases) // self.group
        hardness = random.normal(0, self.hardness, self.cases)
        rows, rights = [], []
        for mean, way in zip(self.right, (self.tilt, -self.tilt), strict=True):
            luck = random.normal(0, self.luck, groups[-1] + 1)[groups] if self.luck else 0.0
            logit = (
                _logit_of(mean, self.hardness, self.luck)
                + hardness
                + luck
                + np.where(gold == 0, way, np.where(gold == 1, -way, 0.0))
            )
            right = random.random(self.cases) < 1 / (1 + np.exp(-logit))
            wrong = (gold + random.integers(1, len(SHARES), self.cases)) % len(SHARES)
            rows.append(_rows(gold, np.where(right, gold, wrong)))
            rights.append(right)
        return rows[0], rows[1], np.stack(rights), groups


def simulate(world: World, simulations: int, seed: int) -> dict[str, float]:
    """Return how often each test calls the two different, and what theory expects."""
    calls: dict[str, list[float]] = {}
    truth = true_difference(world)
    for random in _seeds(simulations, seed):
        first, second, right, groups = world.draw(random)
        change = right[1].astype(int) - right[0].astype(int)
        lost, won = int((change < 0).sum()), int((change > 0).sum())
        clusters = groups if world.group > 1 else None
        found = compare_pairs(first, second, clusters=clusters, resamples=RESAMPLES)
        chance = sign_flips(sum_clusters(change, clusters)) if world.group > 1 else mcnemar(lost, won)
        told = {
            "accuracy": chance.mid_p <= 0.05,
            "accuracy_exact": chance.exact <= 0.05,
            "macro_f1": found.p <= 0.05,
            "covered": found.interval is not None and found.interval.low <= truth <= found.interval.high,
            "standard_error": found.standard_error,
            "discordance": (lost + won) / world.cases,
        }
        if world.group > 1:
            told["naive_accuracy"] = mcnemar(lost, won).mid_p <= 0.05
            told["naive_macro_f1"] = compare_pairs(first, second, resamples=RESAMPLES).p <= 0.05
        for name, value in told.items():
            calls.setdefault(name, []).append(float(value))
    means = {name: float(np.mean(values)) for name, values in calls.items()}
    return {**means, "true_macro_f1_difference": truth}


def true_difference(world: World) -> float:
    """Return the difference of macro-F1 in a very large suite."""
    if world.right[0] == world.right[1]:
        return 0.0
    large = replace(world, cases=400_000)
    first, second, _, _ = large.draw(np.random.default_rng(0))
    one, other = (_macro(rows.sum(axis=0)) for rows in (first, second))
    return other - one


def power(world: World, simulations: int, seed: int) -> dict[str, float]:
    """Return how often a true difference is found, and what theory says."""
    found = simulate(world, simulations, seed)
    difference = world.right[1] - world.right[0]
    reach = abs(found["true_macro_f1_difference"]) / found["standard_error"]
    return {
        "true_accuracy_difference": round(difference, 3),
        "accuracy_found": found["accuracy"],
        "accuracy_theory": round(mcnemar_power(world.cases, found["discordance"], difference), 3),
        "true_macro_f1_difference": round(found["true_macro_f1_difference"], 3),
        "macro_f1_found": found["macro_f1"],
        "macro_f1_theory": round(float(stats.norm.cdf(reach - 1.96) + stats.norm.cdf(-reach - 1.96)), 3),
        "macro_f1_covered": found["covered"],
        "detectable_accuracy": round(smallest_detectable_share(world.cases, found["discordance"]), 3),
        "detectable_macro_f1": round(smallest_detectable(found["standard_error"], world.cases, world.cases), 3),
    }


def _seeds(simulations: int, seed: int) -> Iterator[np.random.Generator]:
    for child in np.random.SeedSequence(seed).spawn(simulations):
        yield np.random.default_rng(child)


def _rows(gold: NDArray[np.int64], answered: NDArray[np.int64]) -> Floats:
    kinds = np.eye(len(SHARES))
    return np.concatenate([kinds[gold] * (gold == answered)[:, None], kinds[answered], kinds[gold]], axis=1)


def _macro(totals: Floats) -> float:
    right, answered, gold = np.split(totals, 3)
    return float(np.mean(2 * right / (answered + gold)))


def _logit_of(mean: float, *spreads: float) -> float:
    """Return the middle of a logistic-normal with this mean, by quadrature."""
    spread = float(np.sqrt(sum(one**2 for one in spreads)))
    points, weights = np.polynomial.hermite_e.hermegauss(40)
    low, high = -10.0, 10.0
    for _ in range(60):
        middle = (low + high) / 2
        share = float((weights / (1 + np.exp(-(middle + spread * points)))).sum() / weights.sum())
        low, high = (middle, high) if share < mean else (low, middle)
    return (low + high) / 2


def measure(simulations: int) -> dict[str, Any]:
    """Return every rate."""
    alone, grouped = World(), World(group=8, luck=1.0)
    null = {
        "alone_240": simulate(alone, simulations, 1),
        "alone_1000": simulate(World(cases=1000), simulations, 2),
        "clustered_240": simulate(grouped, simulations, 3),
        "clustered_960": simulate(World(cases=960, group=8, luck=1.0), simulations, 4),
        "alone_24": simulate(World(cases=24), simulations, 5),
    }
    ways = World(tilt=2.0, shares=(0.35, 0.35, 0.2, 0.1))
    null["in_different_ways_240"] = simulate(ways, simulations, 7)
    null["in_different_ways_60"] = simulate(replace(ways, cases=60), simulations, 8)
    steps = {f"{right:.2f}": World(right=(0.65, right)) for right in (0.70, 0.75, 0.80)}
    return {
        "simulations": simulations,
        "called_different_when_equal": {
            name: {kind: round(rate, 4) for kind, rate in rates.items()} for name, rates in null.items()
        },
        "mcnemar_when_equal_theory": {
            str(cases): round(mcnemar_power(cases, null[f"alone_{cases}"]["discordance"], 0.0), 4)
            for cases in (24, 240, 1000)
        },
        "power_240": {name: power(world, max(400, simulations // 4), 6) for name, world in steps.items()},
    }


def main() -> None:
    """Print the rates, as text or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--simulations", type=int, default=2000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures = measure(given.simulations)
    print(json.dumps(figures, indent=None if given.json else 2))


if __name__ == "__main__":
    main()
