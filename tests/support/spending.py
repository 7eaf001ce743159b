"""What processes do in the tests of shared caps; light to import, because each of them does."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from pipeline.core.errors import BudgetSpent
from pipeline.llm import SharedBudget
from pipeline.store import Store

THREADS = 4


def spend(
    address: Path | str, run_id: str, seed: int, calls: int, worst: float, costs_file: Path | None = None
) -> list[float]:
    """Make calls from the threads of one process; tell what each did cost, and append it to a file while it goes on."""
    with closing(Store.open(address)) as store, ThreadPoolExecutor(THREADS) as pool:
        budget = SharedBudget(store, run_id, patience_s=3600 if costs_file is None else 2)

        def one(number: int) -> float | None:
            chance = random.Random(f"{seed} {number}")
            try:
                with budget.call(worst) as charge:
                    cost = chance.uniform(0, worst)
                    if costs_file is not None:
                        with costs_file.open("a") as lines:
                            lines.write(f"{cost!r}\n")
                    time.sleep(chance.uniform(0, 0.02))
                    charge(cost)
                    return cost
            except BudgetSpent:
                return None

        return [cost for cost in pool.map(one, range(calls)) if cost is not None]


def hold(address: Path | str, run_id: str, worst: float, begun: Path) -> None:
    """Begin a call that does not end."""
    with closing(Store.open(address)) as store, SharedBudget(store, run_id).call(worst):
        begun.touch()
        time.sleep(3600)
