"""Scheduled runs under load: a watch over invented articles, against a scripted model service that fails now and then.

    python benchmarks/scheduled_runs.py [--articles 200] [--parts first,second,edited,...] [--at-once 8]
        [--limit 16] [--latency 0.3] [--sizes 100,1000,10000] [--url postgresql://...] [--work FOLDER] [--json]

Parts, each on what the ones before it left in the folder:
- first: `factnotes watch run` over all articles; wall time of the command and of its questions, against the ideal (the
  time the service was busy, divided by the limit), and what became of every claim;
- second: the same again: questions asked, share of the first one's time;
- edited: one sentence of every tenth article is changed: which claims were asked about;
- together: two workers, each on half of the articles in a store of their own, against the ideal;
- killed: three workers, each on a third of the articles in a store of their own, one of them killed (-9) twice;
- servers: three watches on a PostgreSQL, a Prefect server on another database of it, a Chroma server and three workers
  of a work pool, begun by their schedules, one killed (-9) twice; then all again; then every tenth article edited;
- dask: `flows.check_archive` through a Dask cluster of three processes beside a Prefect server and a Chroma server, two
  kills (-9); then all again; then every tenth article edited;
- growth: new articles checked in stores that hold more and more, per article and in memory;
- budgets: 200 runs with caps that are met at random moments (`tests/support/budget_trials.py`).

With `--work` the folder is kept, and a part that has its figures there is not measured again. With `--url` the stores
are databases beside that PostgreSQL database; `servers` starts one of its own, and is skipped where Debian's package of
it is not installed. `--quick` is a small round that shows that everything works.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from load_dask import dask
from load_desk import Desk, Round, asked_of_edited, summed
from load_growth import growth
from load_killed import killed, together
from load_servers import servers

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
from budget_trials import run_trials  # type: ignore[import-not-found]

TRIALS = 200


def first(desk: Desk, given: argparse.Namespace) -> dict[str, Any]:
    """Check every article for the first time."""
    desk.write(range(given.articles))
    desk.watch("drafts")
    done = desk.run("drafts")
    figures = summed(done, given.limit) | {"states": desk.states(given.articles)}
    return figures | {"asked_more_than_once_answered": _doubled(done)}


def second(desk: Desk, given: argparse.Namespace) -> dict[str, Any]:
    """Check every article again, unchanged."""
    done = desk.run("drafts")
    before = desk.figures("first")["wall_s"]
    return summed(done, given.limit) | {"share_of_first_pass": round(done.wall_s / before, 4)}


def edited(desk: Desk, given: argparse.Namespace) -> dict[str, Any]:
    """Change one sentence of every tenth article, and check all again."""
    numbers = frozenset(range(0, given.articles, 10))
    desk.write(range(given.articles), numbers)
    done = desk.run("drafts")
    told = asked_of_edited(numbers, done.counts["asked"])
    return summed(done, given.limit) | told | {"states": desk.states(given.articles)}


def budgets(desk: Desk, given: argparse.Namespace) -> dict[str, Any]:
    """Meet caps at random moments."""
    return dict(run_trials(desk.home.parent / "trials", given.trials))


def _doubled(done: Round) -> int:
    return sum(times - 1 for times in done.counts["answered"].values())


PARTS: dict[str, Callable[[Desk, argparse.Namespace], dict[str, Any]]] = {
    "first": first,
    "second": second,
    "edited": edited,
    "together": together,
    "killed": killed,
    "servers": servers,
    "dask": dask,
    "growth": growth,
    "budgets": budgets,
}


def measure(folder: Path, given: argparse.Namespace) -> dict[str, Any]:
    """Measure the parts that are wanted and not there yet."""
    desk = Desk(folder, given)
    for name in given.parts.split(","):
        if not desk.has_figures(name):
            print(f"-- {name}", file=sys.stderr, flush=True)
            desk.keep(name, PARTS[name](desk, given) | {"load_average": round(os.getloadavg()[0], 1)})
    found = {name: desk.figures(name) for name in PARTS if desk.has_figures(name)}
    return {"articles": given.articles, "limit": given.limit, "store": desk.kind, **found}


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--limit", type=int, default=16, help="calls in flight at most")
    parser.add_argument("--at-once", type=int, default=8, help="articles at once")
    parser.add_argument("--latency", type=float, default=0.3)
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--new", type=int, default=20, help="new articles in each of the three rounds at each size")
    parser.add_argument("--trials", type=int, default=TRIALS)
    parser.add_argument("--url", help="a PostgreSQL database that may be filled")
    parser.add_argument("--work", type=Path, help="keep the folder, and go on with what is in it")
    parser.add_argument("--quick", action="store_true", help="a few articles, small stores, 25 trials")
    parser.add_argument("--data", help="not used: the articles are made up")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    if given.quick:
        given.articles, given.sizes, given.new, given.trials = min(given.articles, 10), "20,100", 2, 25
    return given


def main() -> None:
    """Measure and print."""
    given = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # else its servers would stay behind
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(given.work or Path(folder), given)
    print(json.dumps(figures, indent=None if given.json else 2))


if __name__ == "__main__":
    main()
