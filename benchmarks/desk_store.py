"""How long the review desk's calls take among 50,000 claims, without any server.

    python benchmarks/desk_store.py [--claims 50000] [--url postgresql://...] [--keep HOME] [--json]

Without `--url` a SQLite file is made; `--keep` uses one that is there.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

from desk_data import fill

from pipeline.core.models import Person
from pipeline.review import Filter, bulk, decide, history, next_claim, open_claim, queue
from pipeline.store import RunFilter, Store, list_runs

ANN = Person(name="ann", role="editor")
ROUNDS = 40


def measure(store: Store) -> dict[str, dict[str, float]]:
    """Time each call; return its median and 95th percentile in milliseconds."""
    chance = random.Random(1)
    page = queue(store, Filter(), limit=500)
    ids = [item.claim_id for item in page.items]
    deep = page.next
    for _ in range(20):
        deep = queue(store, Filter(), limit=500, after=deep).next
    calls: dict[str, Callable[[], object]] = {
        "queue": lambda: queue(store, Filter()),
        "queue, page 200": lambda: queue(store, Filter(), after=deep),
        "queue, any status": lambda: queue(store, Filter(status="any")),
        "queue by label": lambda: queue(store, Filter(label="conflicting_evidence")),
        "queue by flag": lambda: queue(store, Filter(flag="outdated")),
        "queue by checker and date": lambda: queue(store, Filter(checker="titles", since=date(2030, 6, 1))),
        "queue by publisher": lambda: queue(store, Filter(publisher="Velda Herald")),
        "queue by run": lambda: queue(store, Filter(run="run-00500", status="any")),
        "queue by article": lambda: queue(store, Filter(article=chance.choice(page.items).article_id)),
        "queue of nobody": lambda: queue(store, Filter(assignee="-")),
        "queue without match": lambda: queue(store, Filter(publisher="nobody")),
        "search, a rare word": lambda: queue(store, Filter(text=f"file {chance.randrange(50_000)}")),
        "search, a common word": lambda: queue(store, Filter(text="bridge")),
        "search, every claim": lambda: queue(store, Filter(text="crowns")),
        "search, a phrase": lambda: queue(store, Filter(text='"harbour of velda"')),
        "next_claim": lambda: next_claim(store, Filter(), ANN),
        "next_claim after": lambda: next_claim(store, Filter(), ANN, after=chance.choice(ids)),
        "open_claim": lambda: open_claim(store, chance.choice(ids), ANN),
        "history": lambda: history(store, limit=100),
        "history of a person": lambda: history(store, person="bob", limit=100, viewer=ANN),
        "list_runs": lambda: list_runs(store, RunFilter(), limit=20),
    }
    found = {name: _time(call) for name, call in calls.items()}
    decided = iter(ids)
    found["decide"] = _time(lambda: decide(store, next(decided), "accept", ANN, seen=0))
    wanted = Filter(run="run-00123")
    number = queue(store, wanted).total
    began = time.perf_counter()
    bulk(store, wanted, "accept", ANN, expected=number)
    found[f"bulk of {number}"] = {"p50": round((time.perf_counter() - began) * 1e3, 1)}
    return found


def _time(call: Callable[[], object]) -> dict[str, float]:
    call()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        call()
        times.append((time.perf_counter() - began) * 1e3)
    return {"p50": round(statistics.median(times), 1), "p95": round(statistics.quantiles(times, n=20)[-1], 1)}


def main() -> None:
    """Fill a store, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=50_000)
    parser.add_argument("--url")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--data", help="not used: the claims are made up")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        address = given.url or (given.keep or Path(folder)) / "store.db"
        with closing(Store.open(address)) as store:
            filled = fill(store, given.claims) if not store.runs() else None
            figures = {"claims": given.claims, "store": store.dialect, "filled_s": filled, "ms": measure(store)}
    if given.json:
        print(json.dumps(figures))
        return
    print(f"{given.claims:,} claims in {figures['store']}" + (f", written in {filled:.0f} s" if filled else ""))
    for name, times in figures["ms"].items():
        print(f"  {name:26} " + "  ".join(f"{key} {value:7.1f} ms" for key, value in times.items()))


if __name__ == "__main__":
    main()
