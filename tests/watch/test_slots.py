"""Slots in the store, for any schedule, whatever the clocks read and however workers end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given, settings, strategies as st
from test_schedule import Fields, fields, turns

from pipeline.store import Store
from pipeline.watch import Cron, Refused, Visit, Watch, add_watch, visits
from pipeline.watch.schedule import slots_after
from pipeline.watch.slots import LEASE, Claimed, claim, finish


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with closing(Store.open(Path(tmp_path_factory.mktemp("slots")) / "store.db")) as opened:
        yield opened


def new_watch(store: Store, schedule: Cron, began: datetime) -> Watch:
    values = {"id": uuid4().hex[:16], "name": f"w{uuid4().hex[:8]}", "kind": "folder", "source": "drafts"}
    watch = Watch.model_validate(values | {"schedule": schedule, "created_at": began})
    add_watch(store, watch)
    return watch


endings = st.sampled_from(["finishes", "dies", "goes on elsewhere"])


@settings(max_examples=40, deadline=None)
@given(
    fields,
    turns,
    st.integers(-20 * 60, 0),
    st.lists(st.tuples(st.integers(-3600, 40_000), endings), min_size=1, max_size=8),
)
def test_in_the_store_no_slot_runs_twice_and_each_is_run_or_told(
    store: Store, cron: Fields, turn: tuple[str, datetime], offset: int, steps: list[tuple[int, str]]
) -> None:
    zone, moment = turn
    now = latest = began = moment + timedelta(minutes=offset)
    schedule = Cron(expression=repr(cron), timezone=zone)
    watch = new_watch(store, schedule, began)
    begun: list[datetime] = []
    told = 0
    end = (int(LEASE.total_seconds()) + 1, "finishes")
    for seconds, ending in [*steps, end]:
        now = now + timedelta(seconds=seconds) if (seconds, ending) != end else latest + timedelta(seconds=seconds)
        latest = max(latest, now)
        for _ in range(3):  # after a dead worker's slot, the newest one
            owner = f"elsewhere|1|1|{uuid4()}"
            taken = claim(store, watch, owner, now)
            if not isinstance(taken, Claimed):
                break
            if not taken.resumed:
                begun.append(taken.slot)
                told += taken.missed
            if ending == "finishes" or taken.resumed:
                ended = Visit(id=taken.visit_id, watch_id=watch.id, watch="w", slot=taken.slot, status="finished")
                assert finish(store, ended, owner, now)
            if not taken.resumed:
                break
        if isinstance(taken, Refused) and taken.skipped:
            begun.append(taken.slot)
            told += taken.missed
    assert len(set(begun)) == len(begun)
    expected = []
    for slot in slots_after(schedule, began, began):
        if slot > latest:
            break
        expected.append(slot)
    assert set(begun) <= set(expected)
    assert len(begun) + told == len(expected)
    assert {visit.slot for visit in visits(store, watch, 1000)} == set(begun)
