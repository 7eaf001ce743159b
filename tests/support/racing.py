"""Many people at one desk, in threads and processes: for tests and for `benchmarks/desk_decisions.py`."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import NamedTuple

from processes import PROCESSES

from pipeline.core.errors import Conflict
from pipeline.core.models import Person, Review
from pipeline.review import Filter, decide, queue, undo
from pipeline.store import Store, export_log, stand


class Raced(NamedTuple):
    """What one person was told."""

    acknowledged: list[Review]
    conflicts: int


def race(store: Store, name: str, claim_ids: Sequence[str], decisions: int) -> Raced:
    """Decide until so many decisions are acknowledged; look again after each conflict."""
    person = Person(name=name, role="editor")
    acknowledged: list[Review] = []
    conflicts = 0
    seen: dict[str, int] = {}
    while len(acknowledged) < decisions:
        claim_id = claim_ids[(len(acknowledged) + conflicts) % len(claim_ids)]
        sequence = seen.get(claim_id, 0)
        try:
            made = decide(store, claim_id, "accept", person, seen=sequence, comment=f"{name} {len(acknowledged)}")
        except Conflict as conflict:
            conflicts += 1
            seen[claim_id] = conflict.newest.sequence
            assert conflict.newest.sequence > sequence
            continue
        acknowledged.append(made)
        seen[claim_id] = made.sequence
    return Raced(acknowledged, conflicts)


def race_in_threads(
    address: Path | str, prefix: str, claim_ids: Sequence[str], people: int, decisions: int
) -> list[Raced]:
    """Let several people of one process decide at once."""
    with closing(Store.open(address)) as store, ThreadPoolExecutor(people) as pool:
        names = [f"{prefix}-{number}" for number in range(people)]
        return list(pool.map(lambda name: race(store, name, claim_ids, decisions), names))


def race_in_processes(
    address: Path | str, claim_ids: Sequence[str], processes: int, threads: int, decisions: int
) -> list[Raced]:
    """Let people of several processes decide at once; the decisions are each person's."""
    one = partial(race_in_threads, address, claim_ids=claim_ids, people=threads, decisions=decisions)
    with PROCESSES.Pool(processes) as pool:
        raced = pool.map(one, [f"p{number}" for number in range(processes)], chunksize=1)
    return [each for some in raced for each in some]


def examine(store: Store, raced: Sequence[Raced]) -> dict[str, int]:
    """Count from the log what was lost, doubled or half written; all must be 0 but `log` and `conflicts`."""
    log = list(export_log(store))
    kept = {event.id: event for event in log}
    told = [event for each in raced for event in each.acknowledged]
    places = Counter((event.claim_id, event.sequence) for event in log)
    by_claim: dict[str, list[Review]] = {}
    for event in log:
        by_claim.setdefault(event.claim_id, []).append(event)
    rows = {item.claim_id: item for item in queue(store, Filter(status="any"), limit=500).items}
    return {
        "acknowledged": len(told),
        "log": len(log),
        "conflicts": sum(each.conflicts for each in raced),
        "lost": sum(kept.get(event.id) != event for event in told),
        "unasked": len(set(kept) - {event.id for event in told}),
        "double": sum(number - 1 for number in places.values()),
        "gaps": sum(sorted(e.sequence for e in each) != list(range(1, len(each) + 1)) for each in by_claim.values()),
        "half": sum(
            (rows[claim_id].sequence, rows[claim_id].status) != (len(each), stand(each).status)
            for claim_id, each in by_claim.items()
        ),
    }


def write_until_killed(address: Path | str, told: Path, claim_ids: Sequence[str]) -> None:
    """Decide and take back for ever, in threads; note each acknowledgement in a file as soon as it is given."""
    handle = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    store = Store.open(address)

    def write(claim_id: str) -> None:
        person = Person(name=f"on {claim_id}", role="reviewer")
        seen = 0
        while True:
            act = undo if seen % 2 else partial(decide, action="accept", comment="c" * 3000)
            made = act(store, claim_id, person=person, seen=seen)
            os.write(handle, (made.model_dump_json() + "\n").encode())
            seen = made.sequence

    with ThreadPoolExecutor(len(claim_ids)) as pool:
        list(pool.map(write, claim_ids))
