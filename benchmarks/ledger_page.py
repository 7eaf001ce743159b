"""The ledger's page of a draft with some 2,000 facts: milliseconds a page, by the clock and of the processor.

python -m benchmarks.ledger_page [--facts 2000] [--requests 60] [--json]
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.testclient import TestClient

from pipeline.core.models import LOCAL_PERSON, Article
from pipeline.core.settings import Settings
from pipeline.ledger import add_version, open_ledger
from pipeline.store import open_store
from pipeline.web import create_app

PARAGRAPH = (
    "Mia Holt, the harbour master of Olm, said on 3 May {year} that the pier number {number} had cost €{money} million,"
    " because the ground was soft. {number} people use it, according to the council."
)


def measure(facts: int, requests: int) -> dict[str, float]:
    """Return the figures of one page after another, each with another fact in view."""
    with TemporaryDirectory() as folder, open_store(settings := Settings(home=Path(folder))) as store:
        text = [
            PARAGRAPH.format(year=1900 + n % 120, number=n + 100, money=f"{n + 2}.{n % 9}") for n in range(facts // 12)
        ]
        draft = add_version(store, "Piers", Article(text="\n\n".join(text)), LOCAL_PERSON)
        found = open_ledger(store, draft).facts
        client = TestClient(create_app(store, settings), base_url="http://127.0.0.1")
        gc.set_threshold(50_000)  # as every command sets it
        gc.collect()
        gc.freeze()  # as the desk does before it serves
        walls, spent = [], []
        for number in range(requests):
            fact = found[number * len(found) // requests].fact.id
            wall, processor = time.perf_counter(), time.process_time()
            client.get(f"/drafts/{draft.id}?fact={fact}").raise_for_status()
            walls.append(1000 * (time.perf_counter() - wall))
            spent.append(1000 * (time.process_time() - processor))
    figures: dict[str, float] = {"facts": len(found), "requests": requests}
    for name, values in (("wall_ms", walls), ("processor_ms", spent)):
        figures[f"{name}_median"] = round(statistics.median(values), 1)
        figures[f"{name}_p95"] = round(statistics.quantiles(values, n=20)[-1], 1)
    return figures


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--facts", type=int, default=2_000)
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures = measure(given.facts, given.requests)
    print(json.dumps(figures) if given.json else json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
