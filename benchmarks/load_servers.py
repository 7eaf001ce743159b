"""A desk on servers under load: PostgreSQL for the store and for Prefect, a Chroma server, a work pool's three workers.

Three watches, each on a third of the articles, are deployed to the pool and begun by their schedules. A pass is one
slot of every watch; its wall time goes from the slot to the end of the last visit, so the start of the processes is
within it. In the first pass the process of one watch is killed (-9) twice. Its work comes back when `keep-schedules`,
every so many seconds, sees that the visit is owed: how long that took is told, and the wall time without it.
"""

from __future__ import annotations

import argparse
import os
import signal
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from load_cluster import PREFECT, PROJECT, PYTHON, fresh, kept_running, postgres, prefect_server, wait_until
from load_desk import Desk, Service, asked_of_edited
from load_killed import KILLED_AT, chroma, wait_for

POOL, WORKERS = "load", 3
SOON_S = 45
"""How long before its slot a pass is put on the schedule: as long as Prefect may take to plan it."""
EVERY_S = 60
"""How often the workers look at what is owed."""
LONGEST_S = 900


def servers(desk: Desk, given: argparse.Namespace) -> dict[str, Any]:
    """Check all articles on servers while a worker is killed twice, then again, then with a tenth of them edited."""
    with ExitStack() as stack:
        addresses = postgres(stack, "desk", "prefect")
        if addresses is None:
            return {"skipped": "needs Debian's postgresql: Prefect's database has its extension pg_trgm"}
        return _measure(desk, given, addresses, stack)


def _measure(desk: Desk, given: argparse.Namespace, addresses: list[str], stack: ExitStack) -> dict[str, Any]:
    store_address, prefect_address = addresses
    served = fresh(desk, "served")
    share = max(1, given.limit // WORKERS)
    served.given = argparse.Namespace(**vars(given) | {"url": store_address, "limit": share})
    parts = _write(served, range(given.articles))
    served.chroma_url = stack.enter_context(chroma(served))
    env = stack.enter_context(prefect_server(desk.folder, prefect_address))
    passes = _Passes(served, parts, env)
    stack.callback(passes.close)
    passes.put_on_schedule()
    for number in range(WORKERS):
        words = served.words(PREFECT, "worker", "start", "--pool", POOL, "--type", "process", "--limit", 2)
        stack.enter_context(kept_running(words, env, desk.folder / f"worker-{number}.log"))
    first = passes.first() | {"states": served.states(given.articles)}
    second = passes.again()
    edited = passes.edited() | {"states": served.states(given.articles)}
    second["share_of_first_pass"] = round(second["wall_s"] / first["wall_s"], 4)
    second["share_of_first_visits"] = round(second["visits_s"] / first["visits_s"], 4)
    return {"workers": WORKERS, "limit_of_each": share, "first": first, "second": second, "edited": edited}


def _write(desk: Desk, numbers: range, edited: frozenset[int] = frozenset()) -> dict[str, range]:
    """Write each watch's articles, and watch them; return which watch has which."""
    parts = {f"part-{number}": numbers[number::WORKERS] for number in range(WORKERS)}
    for name, own in parts.items():
        folder = desk.folder / f"served-articles-{name}"
        desk.write(own, edited & set(own), folder)
        desk.watch(name, folder)
    return parts


class _Passes:
    """The same watches, again and again, each time as one slot of their schedules."""

    def __init__(self, desk: Desk, parts: dict[str, range], env: dict[str, str]) -> None:
        from pipeline.store import Store

        self._desk, self._parts, self._env = desk, parts, env
        self._store = Store.open(desk.store_address)
        self._slot = datetime.min.replace(tzinfo=UTC)

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()

    def put_on_schedule(self) -> None:
        """Give every watch a slot soon, and deploy what is on the schedule then."""
        from pipeline.core.clock import utc_now
        from pipeline.store import schema as t
        from pipeline.watch import watches

        self._slot = utc_now().replace(microsecond=0) + timedelta(seconds=SOON_S)
        later = [watch.model_copy(update={"created_at": self._slot}) for watch in watches(self._store)]
        with self._store.writing() as connection:
            for watch in later:
                row = sa.update(t.watches).where(t.watches.c.id == watch.id)
                connection.execute(row.values(body=watch.model_dump(mode="json")))
        words = (PYTHON, "-m", "flows.deployments", "--pool", POOL, "--folder", PROJECT, "--every", EVERY_S)
        with kept_running(self._desk.words(*words), self._env, self._desk.folder / "deployments.log") as deploying:
            if deploying.wait(300):
                raise SystemExit(f"deploying failed: see {self._desk.folder / 'deployments.log'}")

    def first(self) -> dict[str, Any]:
        """Check everything, while the process of the first watch is killed twice."""
        kills: dict[str, list[float]] = {"in_flight_of_all_when_killed": [], "seconds_until_taken_over": []}
        with self._desk.service() as service:
            for share in KILLED_AT:
                wait_until(lambda: self._owner() != "" or self._ended(), "the first watch to begin", LONGEST_S)
                wait_for(service, share, self._parts["part-0"], self._ended)
                dead = self._owner()
                kills["in_flight_of_all_when_killed"].append(service.counts()["in_flight"])
                os.kill(int(dead.split("|")[1]), signal.SIGKILL)
                took = wait_until(lambda dead=dead: self._owner() != dead, "the killed one's work", LONGEST_S)  # type: ignore[misc]
                kills["seconds_until_taken_over"].append(round(took, 1))
            figures = self._wait_for_end(service)
            answered = service.counts()["answered"]
        lost, ends = sum(kills["seconds_until_taken_over"]), figures["seconds_of_each"]
        undisturbed = max(ends[0] - lost, *ends[1:])
        told = {"answered_again": sum(times - 1 for times in answered.values())}
        told |= {"wall_without_the_wait_s": round(undisturbed, 2)}
        told |= {"wall_without_the_wait_to_ideal": round(undisturbed / figures["ideal_s"], 3)}
        return {"killed": len(KILLED_AT)} | kills | told | figures

    def again(self) -> dict[str, Any]:
        """Check everything again, unchanged."""
        with self._desk.service() as service:
            self.put_on_schedule()
            return self._wait_for_end(service)

    def edited(self) -> dict[str, Any]:
        """Change one sentence of every tenth article, and check all again."""
        numbers = range(sum(map(len, self._parts.values())))
        edited = frozenset(numbers[::10])
        _write(self._desk, numbers, edited)
        with self._desk.service() as service:
            self.put_on_schedule()
            figures = self._wait_for_end(service)
            return figures | asked_of_edited(edited, service.counts()["asked"])

    def _owner(self) -> str:
        """Return who is at the first watch now; empty while nobody is."""
        return next((owner for watch, _, owner, *_ in self._visits() if watch == "part-0"), "")

    def _ended(self) -> bool:
        return sum(status != "running" for _, status, *_ in self._visits()) == len(self._parts)

    def _visits(self) -> list[tuple[str, str, str, datetime, datetime, float, dict[str, Any]]]:
        """Return this slot's visits, in order of the watches' names."""
        from pipeline.store import schema as t

        v = t.watch_visits.c
        query = sa.select(v.watch_id, v.status, v.owner, v.began_at, v.ended_at, v.seconds, v.summary)
        with self._store.reading() as connection:
            rows = connection.execute(query.where(v.slot == self._slot).order_by(v.watch_id)).all()
        return [tuple(row) for row in rows]

    def _wait_for_end(self, service: Service) -> dict[str, Any]:
        wait_until(self._ended, "the end of every watch's visit", LONGEST_S)
        visits, counts = self._visits(), service.counts()
        ends = [(ended - self._slot).total_seconds() for *_, ended, _, _ in visits]
        ideal = counts["busy_s"] / (self._desk.given.limit * WORKERS)
        outcomes: Counter[str] = Counter()
        for *_, summary in visits:
            outcomes.update(told["outcome"] for told in summary["told"])
            outcomes["unchanged"] += summary["unchanged"]
        return {
            "items": dict(+outcomes),
            "visits": dict(Counter(status for _, status, *_ in visits)),
            "wall_s": round(max(ends), 2),
            "seconds_of_each": [round(end, 1) for end in ends],
            "seconds_from_slot_to_begin": [round((each[3] - self._slot).total_seconds(), 1) for each in visits],
            "visits_s": round(sum(each[5] for each in visits), 2),
            "questions": len(counts["asked"]),
            "calls": sum(counts["asked"].values()),
            "refused": counts["failed"],
            "most_in_flight": counts["most_in_flight"],
            "ideal_s": round(ideal, 2),
            "asking_s": counts["span_s"],
            **({"wall_to_ideal": round(max(ends) / ideal, 3)} if ideal else {}),
        }
