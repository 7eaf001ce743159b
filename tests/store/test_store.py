"""The store on real SQLite files and a real PostgreSQL."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from processes import PROCESSES

from pipeline.core.errors import StoreError
from pipeline.core.models import (
    Article,
    Citation,
    Claim,
    Coverage,
    Evidence,
    Failure,
    Flag,
    Note,
    OfficeRecord,
    Passage,
    Span,
    TraceStep,
    Usage,
    Verdict,
    Versions,
    content_id,
)
from pipeline.core.settings import load_settings
from pipeline.store import Store, open_store, passages_by_id, schema
from pipeline.store.rows import insert_new

pytest_plugins = ("postgres",)

ARTICLE = Article(text="Mayor Ana Lobo opened the bridge. It cost nine million.", title="Bridge")
PASSAGE = Passage(text="The bridge cost seven million, the council said.", publisher="Council", event_date="2024-05")


def a_note(words: str, failure: bool = False) -> Note:
    claim = Claim(article_id=ARTICLE.id, spans=(Span.locate(words, ARTICLE.text),), text=words, check_worthiness=0.9)
    if failure:
        return Note(claim=claim, failure=Failure(stage="check", reason="no_model"), trace=(TraceStep(stage="titles"),))
    citation = Citation.locate("seven million", PASSAGE)
    flag = Flag(kind="wrong_number", severity="high", message="m", span=claim.span, checker="q", citations=(citation,))
    return Note(
        claim=claim,
        verdict=Verdict(label="refuted", confidence=0.9, justification="j", citations=(citation,), method="q"),
        flags=(flag,),
        evidence=(Evidence(passage=PASSAGE, rank=1, score=0.5, retriever="vector"),),
    )


def begin(store: Store, run_id: str = "r1") -> None:
    store.begin_run(run_id, ARTICLE, date(2024, 6, 1), Versions(code="0"))


def test_a_note_comes_back_as_it_was_written(store: Store) -> None:
    begin(store)
    written = (a_note("It cost nine million"), a_note("opened the bridge", failure=True))
    for position, note in enumerate(written):
        store.save_note("r1", position, note, Usage(calls=1, dollars=0.5))
    assert store.notes("r1") == written
    assert store.usage_of("r1") == Usage(calls=2, dollars=1.0)
    assert store.article(ARTICLE.id) == ARTICLE


def test_a_verdict_comes_back_with_how_likely_each_label_is_and_what_that_was_calibrated_on(store: Store) -> None:
    begin(store)
    said = {"supported": 0.05, "refuted": 0.8, "not_enough_evidence": 0.1, "conflicting_evidence": 0.05}
    note = a_note("It cost nine million")
    more = {"probabilities": said, "calibrated_on": "20310101-120000-000-abcd1234", "calibrated_cases": 240}
    written = note.model_copy(update={"verdict": note.verdict and note.verdict.model_copy(update=more)})
    store.save_note("r1", 0, written, Usage())
    assert store.notes("r1") == (written,)


def test_a_note_is_written_whole_or_not_at_all(store: Store) -> None:
    begin(store)
    store.save_note("r1", 0, a_note("It cost nine million"), Usage())
    with pytest.raises(StoreError):
        store.save_note("r1", 1, a_note("It cost nine million"), Usage())
    assert len(store.notes("r1")) == 1


def test_a_run_ends_finished_or_failed_with_its_reason(store: Store) -> None:
    begin(store, "r1")
    begin(store, "r2")
    store.finish_run("r1", Coverage.of([]), 1.5)
    store.fail_run("r2", "the disk is full")
    first, second = store.runs()
    assert (first.status, first.summary) == ("finished", {"coverage": Coverage.of([]).model_dump(), "seconds": 1.5})
    assert (second.status, second.problem) == ("failed", "the disk is full")


def test_saving_evidence_twice_changes_nothing(store: Store) -> None:
    record = OfficeRecord(person="Ana Lobo", office="Mayor of Vila Nova", start="2021-10")
    assert store.save_passages([PASSAGE, PASSAGE]) == 1
    store.replace_records((), [record, record])
    before = store.snapshot()
    assert store.save_passages([PASSAGE]) == 0
    store.replace_records((), [record])
    assert store.snapshot() == before
    assert (store.passages(), store.records()) == ((PASSAGE,), (record,))


def test_new_evidence_changes_the_snapshot(store: Store) -> None:
    before = store.snapshot()
    store.save_passages([PASSAGE])
    assert store.snapshot() != before


def counted_anew(store: Store) -> str:
    """Return the snapshot as it is by what is searched now."""
    return content_id(*sorted(each.id for each in store.passages()), "|", *(each.id for each in store.records()))


def kept(store: Store) -> str | None:
    with store.reading() as connection:
        return connection.scalar(sa.select(schema.digests.c.digest))


def test_the_snapshot_that_is_kept_is_that_of_the_evidence_after_every_change(store: Store) -> None:
    lobo, reis = (OfficeRecord(person=name, office="Mayor of Vila Nova", start="2021-10") for name in ("Lobo", "Reis"))
    others = [Passage(text=f"The bridge of district {number} is open.") for number in range(5)]
    store.save_passages([])
    begin(store)
    store.save_note("r1", 0, a_note("It cost nine million"), Usage())
    seen = {store.snapshot()}
    assert store.snapshot() == kept(store) == counted_anew(store), "what is only cited is not searched"
    changes = (
        lambda: store.save_passages(others),
        lambda: store.save_passages([PASSAGE]),  # cited so far
        lambda: store.replace_records([], [lobo]),
        lambda: store.replace_records([lobo.id], [reis]),
        lambda: store.replace_records([reis.id], []),
    )
    for change in changes:
        change()
        assert kept(store) is None, "who adds piece by piece does not pay for it at each"
        assert store.snapshot() == kept(store) == counted_anew(store)
        seen.add(store.snapshot())
    assert len(seen) == len(changes), "each is another, but without records it is again that of before them"


def test_evidence_that_could_not_be_written_leaves_the_snapshot_as_it_was(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save_passages([PASSAGE])
    before = store.snapshot()

    def fail(*given: Any) -> int:
        insert_new(*given)
        raise ZeroDivisionError("the process ends here")

    monkeypatch.setattr("pipeline.store.database.insert_new", fail)
    with pytest.raises(ZeroDivisionError):
        store.save_passages([Passage(text="The bridge was closed again in May.")])
    assert kept(store) == before == counted_anew(store)


def test_of_writers_at_once_none_leaves_out_what_another_adds(store_address: Path | str) -> None:
    stores = [Store.open(store_address) for _ in range(4)]
    together = Barrier(len(stores))

    def add(number: int) -> None:
        for turn in range(5):
            together.wait()
            stores[number].save_passages([Passage(text=f"The bridge of district {number} opened in year {turn}.")])
            stores[number].snapshot()  # keeps a hash, beside others who add

    with ThreadPoolExecutor(len(stores)) as pool:
        list(pool.map(add, range(len(stores))))
    assert len(stores[0].passages()) == 20
    assert stores[0].snapshot() == counted_anew(stores[0])
    for each in stores:
        each.close()


def test_the_database_refuses_to_change_or_delete_a_review(store: Store) -> None:
    begin(store)
    store.save_note("r1", 0, a_note("It cost nine million"), Usage())
    review = {
        "claim_id": a_note("It cost nine million").claim.id,
        "run_id": "r1",
        "sequence": 1,
        "action": "accept",
        "detail": {},
        "comment": "",
        "reviewer": "ann",
        "at": datetime.now(UTC),
    }
    with store._engine.begin() as connection:
        connection.execute(sa.insert(schema.reviews), review)
    for statement in (sa.update(schema.reviews).values(reviewer="bob"), sa.delete(schema.reviews)):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), store._engine.begin() as connection:
            connection.execute(statement)
    with store._engine.connect() as connection:
        assert connection.scalar(sa.select(schema.reviews.c.reviewer)) == "ann"


def not_words(name: str | None, kind: str, parents: object) -> bool:
    """Leave out what each database has in its own way: the tables of the full-text search, the order of the queue."""
    return not str(name).startswith(("queue_words", "ix_queue_order"))


def test_the_migrations_build_exactly_the_tables_of_the_code(store: Store) -> None:
    with store._engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": not_words, "compare_type": True})
        assert compare_metadata(context, schema.metadata) == []


def test_a_damaged_file_is_one_line_that_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(b"this is not a database, " * 500)
    with pytest.raises(StoreError, match="damaged .* move it away") as error:
        Store.open(path)
    assert "\n" not in str(error.value)


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="FACTNOTES_HOME"):
        Store.open(tmp_path / "file" / "home" / "store.db")


def test_a_decision_waits_for_the_disk_and_a_note_of_a_run_does_not(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store.db")

    def pragmas(connection: sa.Connection) -> tuple[object, ...]:
        names = ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        return tuple(connection.exec_driver_sql(f"pragma {name}").scalar() for name in names)

    full, normal = 2, 1
    with store.writing() as connection:
        assert pragmas(connection) == ("wal", full, 30_000, 1)
    with store.writing_lightly() as connection:
        assert pragmas(connection) == ("wal", normal, 30_000, 1)
    store.close()


def test_the_setting_opens_a_database_of_a_server(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTNOTES_DATABASE_URL", postgres_url)
    settings = load_settings()
    assert postgres_url not in repr(settings), "it may hold a password"
    with open_store(settings) as store:
        begin(store)
        assert (store.dialect, [run.id for run in store.runs()]) == ("postgresql", ["r1"])


def test_a_cached_answer_is_kept_once(store: Store) -> None:
    assert store.get("k") is None
    store.put("k", "first", Usage(calls=1))
    store.put("k", "second", Usage(calls=1))
    assert store.get("k") == "first"


def _write_for_ever(path: Path) -> None:
    store = Store.open(path)
    number = 0
    while True:
        run_id = f"r{number}"
        begin(store, run_id)
        for position, words in enumerate(("It cost nine million", "opened the bridge", "Mayor Ana Lobo")):
            store.save_note(run_id, position, a_note(words), Usage())
        number += 1


@pytest.mark.process
def test_a_killed_writer_leaves_whole_notes_and_a_readable_store(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    Store.open(path).close()
    writer = PROCESSES.Process(target=_write_for_ever, args=(path,))
    writer.start()
    store = Store.open(path)
    deadline = time.monotonic() + 600
    while len(store.runs()) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(writer.pid, signal.SIGKILL)
    writer.join()
    runs = store.runs()
    assert len(runs) >= 3
    for run in runs:
        for note in store.notes(run.id):
            assert note == a_note(note.claim.text)
    store.close()


def test_passages_are_looked_up_by_their_ids_and_not_among_all_of_their_kind(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store.db")
    passages = [Passage(text=f"Entry {number}.") for number in range(40)]
    store.save_passages(passages)
    asked: list[tuple[str, Any]] = []
    sa.event.listen(store._engine, "before_cursor_execute", lambda *event: asked.append((event[2], event[3])))
    assert list(passages_by_id(store, [passages[7].id, "none", passages[3].id]).values()) == [passages[7], passages[3]]
    statement, parameters = next(each for each in asked if "passages" in each[0])
    with store.reading() as connection:
        plan = connection.exec_driver_sql(f"explain query plan {statement}", parameters).all()
    assert "(id=?)" in str(plan) and "ix_passages_kind" not in str(plan)
    store.close()
