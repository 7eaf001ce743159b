"""A thousand decisions at once, by threads and by processes: how many were lost, doubled or half written.

    python benchmarks/desk_decisions.py [--decisions 1000] [--url postgresql://...] [--json]

Everything is counted from the log afterwards. Without `--url` a SQLite file is made.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from desk_data import fill

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
from racing import Raced, examine, race_in_processes, race_in_threads  # type: ignore[import-not-found]

from pipeline.review import Filter, queue
from pipeline.store import Store

THREADS = 20
PROCESSES = 4


def measure(address: Path | str, decisions: int) -> dict[str, dict[str, float]]:
    """Let threads and then processes race for a few claims; return what the log says of each race."""
    with closing(Store.open(address)) as store:
        fill(store, 500, decided=0)
        items = queue(store, Filter(), limit=50).items
    threads, others = [item.claim_id for item in items[:25]], [item.claim_id for item in items[25:]]
    each = decisions // (2 * THREADS)
    found: dict[str, dict[str, float]] = {}
    raced: list[Raced] = []
    races: dict[str, Callable[[], list[Raced]]] = {
        f"{THREADS} threads": lambda: race_in_threads(address, "t", threads, THREADS, each),
        f"{PROCESSES} processes": lambda: race_in_processes(address, others, PROCESSES, THREADS // PROCESSES, each),
    }
    for name, run in races.items():
        began = time.monotonic()
        some = run()
        raced += some
        seconds = round(time.monotonic() - began, 1)
        acknowledged = sum(len(one.acknowledged) for one in some)
        conflicts = sum(one.conflicts for one in some)
        found[name] = {"acknowledged": acknowledged, "conflicts refused": conflicts, "seconds": seconds}
    with closing(Store.open(address)) as store:
        found["the log says"] = {name: float(number) for name, number in examine(store, raced).items()}
    return found


def main() -> None:
    """Race and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--decisions", type=int, default=1000)
    parser.add_argument("--url")
    parser.add_argument("--data", help="not used: the claims are made up")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(given.url or Path(folder) / "store.db", given.decisions)
    if given.json:
        print(json.dumps(found))
        return
    for name, figures in found.items():
        print(f"{name}: " + ", ".join(f"{what} {number:g}" for what, number in figures.items()))


if __name__ == "__main__":
    main()
