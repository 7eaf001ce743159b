"""An archive checked through Dask under load: three worker processes, two kills (-9), then again, then a tenth edited.

The store is as the other parts' (SQLite, or PostgreSQL with `--url`), beside a Prefect server and a Chroma server. A
pass is one `python -m flows.check_archive FOLDER`; its wall time is the command's, the start of the cluster within it.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from load_cluster import PYTHON, end_group, fresh, prefect_server, start, wait_until
from load_desk import Desk, Service, asked_of_edited
from load_killed import KILLED_AT, chroma, wait_for

WORKERS, AT_ONCE = 3, 3
"""Processes, and articles at once in each: one is detected or read while claims of others are judged."""
LONGEST_S = 900


def dask(desk: Desk, given: argparse.Namespace) -> dict[str, Any]:
    """Check all articles through Dask while workers are killed twice, then again, then with a tenth of them edited."""
    bulk = fresh(desk, "bulk")
    share = max(1, given.limit // WORKERS)
    bulk.given = argparse.Namespace(**vars(given) | {"limit": share, "at_once": AT_ONCE})
    numbers, edited = range(given.articles), frozenset(range(0, given.articles, 10))
    bulk.write(numbers)
    with ExitStack() as stack:
        bulk.chroma_url = stack.enter_context(chroma(bulk))
        env = stack.enter_context(prefect_server(desk.folder))
        env |= {"FACTNOTES_TASK_RUNNER": "dask", "FACTNOTES_DASK_WORKERS": str(WORKERS)}
        first = _pass(bulk, env, numbers, KILLED_AT) | {"states": bulk.states(given.articles)}
        second = _pass(bulk, env, numbers)
        bulk.write(numbers, edited)
        third = _pass(bulk, env, numbers, edited=edited) | {"states": bulk.states(given.articles)}
    second["share_of_first_pass"] = round(second["wall_s"] / first["wall_s"], 4)
    told = {"workers": WORKERS, "limit_of_each": share, "store": bulk.kind}
    return told | {"first": first, "second": second, "edited": third}


def _pass(
    bulk: Desk,
    env: dict[str, str],
    numbers: range,
    killed_at: tuple[float, ...] = (),
    edited: frozenset[int] = frozenset(),
) -> dict[str, Any]:
    """Check the archive to its end; return what it took."""
    log = bulk.folder / "check-archive.log"
    log.unlink(missing_ok=True)
    kills: dict[str, Any] = {}
    with bulk.service() as service:
        began = time.monotonic()
        running = start(bulk.words(PYTHON, "-m", "flows.check_archive", bulk.articles.resolve()), env, log)
        try:
            if killed_at:
                kills = _kill(bulk, service, numbers, killed_at, running)
            if running.wait(LONGEST_S):
                raise SystemExit(f"the archive's check ended with {running.returncode}: see {log}")
        finally:
            end_group(running)
        wall, counts = time.monotonic() - began, service.counts()
    ideal = counts["busy_s"] / (bulk.given.limit * WORKERS)
    return {
        **kills,
        "said": _last_line(log),
        "wall_s": round(wall, 2),
        "answered_again": sum(times - 1 for times in counts["answered"].values()),
        "questions": len(counts["asked"]),
        "calls": sum(counts["asked"].values()),
        "refused": counts["failed"],
        "most_in_flight": counts["most_in_flight"],
        "ideal_s": round(ideal, 2),
        "asking_s": counts["span_s"],
        **({"asking_to_ideal": round(counts["span_s"] / ideal, 3)} if ideal else {}),
        **({"wall_to_ideal": round(wall / ideal, 3)} if ideal else {}),
        **(asked_of_edited(edited, counts["asked"]) if edited else {}),
    }


def _kill(
    bulk: Desk, service: Service, numbers: range, killed_at: tuple[float, ...], running: subprocess.Popen[bytes]
) -> dict[str, Any]:
    """Kill a worker at each of the shares; tell what was in flight, and how long its articles lay."""
    in_flight, took = [], []
    for share in killed_at:
        wait_for(service, share, numbers, lambda: running.poll() is not None)
        wait_until(lambda: bool(_at_work(bulk)), "a worker that has a run")
        dead = _at_work(bulk)[0]
        in_flight.append(service.counts()["in_flight"])
        os.kill(dead, signal.SIGKILL)
        took.append(wait_until(lambda dead=dead: dead not in _at_work(bulk), "its articles to be gone on with"))  # type: ignore[misc]
    return {
        "killed": len(killed_at),
        "in_flight_of_all_when_killed": in_flight,
        "seconds_until_gone_on_with": [round(each, 1) for each in took],
    }


def _at_work(bulk: Desk) -> list[int]:
    """Return the processes that have runs going on."""
    from pipeline.store import Store, schema as t

    with closing(Store.open(bulk.store_address)) as store, store.reading() as connection:
        rows = connection.execute(sa.select(t.runs.c.pid).where(t.runs.c.status == "running"))
        return sorted({pid for (pid,) in rows if pid})


def _last_line(log: Path) -> str:
    """Return what the command said at its end, without Prefect's logs."""
    lines = [
        line for line in log.read_text(encoding="utf-8").splitlines() if re.search(r"\d+ claims, \d+ calls$", line)
    ]
    return lines[-1] if lines else ""
