"""Nothing is lost at the desk: many writers at once, and a process killed in the middle of writing."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from desk import ANN, TOWN, town_note, write_run, write_sample
from processes import PROCESSES
from racing import Raced, examine, race_in_processes, race_in_threads, write_until_killed

from pipeline.core.errors import Conflict
from pipeline.core.models import Review, Usage
from pipeline.review import Filter, decide, events as acting_module, open_claim, queue
from pipeline.store import Store, export_log, schema

pytest_plugins = ("postgres",)

CLEAN = {"lost": 0, "unasked": 0, "double": 0, "gaps": 0, "half": 0}


def claims_of(address: Path | str, number: int) -> list[str]:
    with closing(Store.open(address)) as store:
        write_sample(store)
        return [item.claim_id for item in queue(store, Filter(), limit=number).items]


def test_of_200_decisions_by_threads_none_is_lost_or_doubled(store_address: Path | str) -> None:
    claim_ids = claims_of(store_address, 6)
    raced = race_in_threads(store_address, "t", claim_ids, people=8, decisions=25)
    with closing(Store.open(store_address)) as store:
        found = examine(store, raced)
    assert found["log"] == found["acknowledged"] == 200
    assert found["conflicts"] > 0, "they must have met"
    assert found | CLEAN == found


@pytest.mark.process
def test_of_200_decisions_by_processes_none_is_lost_or_doubled(store_address: Path | str) -> None:
    claim_ids = claims_of(store_address, 6)
    raced = race_in_processes(store_address, claim_ids, processes=2, threads=4, decisions=25)
    with closing(Store.open(store_address)) as store:
        found = examine(store, raced)
    assert found["log"] == found["acknowledged"] == 200
    assert found["conflicts"] > 0, "they must have met"
    assert found | CLEAN == found


@pytest.mark.process
def test_a_killed_desk_keeps_every_acknowledged_decision_and_no_half_one(
    store_address: Path | str, tmp_path: Path
) -> None:
    claim_ids = claims_of(store_address, 4)
    told = tmp_path / "told.jsonl"
    writer = PROCESSES.Process(target=write_until_killed, args=(store_address, told, claim_ids))
    writer.start()
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline and (not told.exists() or told.read_bytes().count(b"\n") < 40):
        time.sleep(0.01)
    os.kill(writer.pid, signal.SIGKILL)
    writer.join()
    lines = told.read_text().splitlines(keepends=True)
    acknowledged = [Review.model_validate_json(line) for line in lines if line.endswith("\n")]
    assert len(acknowledged) >= 40
    with closing(Store.open(store_address)) as store:
        found = examine(store, [Raced(acknowledged, 0)])
        assert found["unasked"] <= len(claim_ids), "at most one for each thread was written and not yet acknowledged"
        assert found | CLEAN | {"unasked": found["unasked"]} == found
        sequence = open_claim(store, claim_ids[0], ANN).item.sequence
        assert decide(store, claim_ids[0], "accept", ANN, seen=sequence).sequence == sequence + 1


def test_a_reader_sees_one_state_and_holds_no_writer_up(store_address: Path | str) -> None:
    with closing(Store.open(store_address)) as store:
        write_run(store, "r1", TOWN, town_note())
        with store.reading() as reading:
            events = sa.select(sa.func.count()).select_from(schema.reviews)
            before = reading.scalar(events)
            decide(store, town_note().claim.id, "accept", ANN, seen=0)
            decide(store, town_note().claim.id, "accept", ANN, seen=1)
            assert reading.scalar(events) == before == 0, "a reader sees one state"
        assert len(list(export_log(store))) == 2


def test_a_run_and_reviewers_write_at_once_and_both_are_whole(store_address: Path | str) -> None:
    with closing(Store.open(store_address)) as store:
        write_run(store, "r0", TOWN, town_note())
        claim_id = town_note().claim.id

        def check_again() -> None:
            for number in range(1, 16):
                note = town_note(label="supported" if number % 2 else "refuted")
                write_run(store, f"r{number}", TOWN, note)

        runs = threading.Thread(target=check_again)
        runs.start()
        for sequence in range(15):
            decide(store, claim_id, "accept", ANN, seen=sequence)
        runs.join()
        view = open_claim(store, claim_id, ANN)
        assert (view.item.run_id, view.item.sequence, view.item.status) == ("r15", 15, "decided")
        assert view.item.moved == (view.current.label != "supported")


def test_the_database_itself_refuses_a_second_event_of_one_number(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_run(store, "r1", TOWN, town_note())
    claim_id = town_note().claim.id
    first = decide(store, claim_id, "accept", ANN, seen=0)
    lookup = acting_module.lookup

    def stale(connection: sa.Connection, claim_id: str, *, lock: bool = False) -> object:
        return dict(lookup(connection, claim_id, lock=lock)) | {"sequence": 0}

    monkeypatch.setattr(acting_module, "lookup", stale)  # as a writer that has not looked
    with pytest.raises(Conflict) as error:
        decide(store, claim_id, "accept", ANN, seen=0)
    assert error.value.newest == first
    assert list(export_log(store)) == [first]


def test_a_store_that_is_being_written_to_can_be_read(store: Store) -> None:
    write_run(store, "r1", TOWN, town_note())
    with store.writing() as connection:
        connection.execute(sa.update(schema.queue).values(status="decided"))
        assert queue(store, Filter()).total == 1
    assert queue(store, Filter()).total == 0
    store.begin_run("r2", TOWN, TOWN.published_at, store.runs()[0].versions)
    store.save_note("r2", 0, town_note(), Usage())
