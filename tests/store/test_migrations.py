"""A store of the first schema becomes one of the newest, and keeps what people had decided; on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from desk import ANN, BOB, EVA, TOWN, town_note
from samples import sample_report

import pipeline.store.database
from pipeline.core.errors import StoreError
from pipeline.core.models import DeskOutcome, Note, content_id
from pipeline.review import Filter, decide, open_claim, queue, undo
from pipeline.store import Store, export_log, insert_missing, schema
from pipeline.store.connection import connect, for_writing, parse_url
from pipeline.store.queue import rebuild
from pipeline.store.rows import claim_row, dump, insert_outcome, passage_row

pytest_plugins = ("postgres",)

AT = datetime(2031, 5, 2, 10, 0, tzinfo=UTC)
REVIEWS = sa.table(
    "reviews",
    *(sa.column(name) for name in ("claim_id", "run_id", "decision", "label", "reason", "comment", "reviewer")),
    sa.column("at", sa.DateTime(timezone=True)),
)


@pytest.fixture(params=["sqlite", "postgresql"])
def old_store(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Return the address of a store of the first schema with two runs and decisions."""
    address = tmp_path / "s.db" if request.param == "sqlite" else request.getfixturevalue("empty_postgres_url")
    engine = for_writing(connect(parse_url(address), durable=True))
    config = Config()
    config.set_main_option("script_location", str(Path(pipeline.store.database.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        _write(connection, "r1", 1, town_note())
        _write(connection, "r2", 2, town_note(label="supported", flagged=False))
        for number, note in enumerate(sample_report().notes):
            _write(connection, "sample", 10 + number, note)
        key = {"claim_id": town_note().claim.id, "comment": "c", "reviewer": "ann", "label": None, "reason": None}
        for decision in (
            {"decision": "correct", "label": "supported", "reason": "wrong_evidence", "run_id": "r1"},
            {"decision": "dismiss", "reason": "boring", "run_id": "r2"},
            {"decision": "accept", "run_id": "r1"},
        ):
            connection.execute(sa.insert(REVIEWS), key | {"at": AT} | decision)
    engine.dispose()
    return address


def _write(connection: sa.Connection, run_id: str, note_id: int, note: Note) -> None:
    article = TOWN if note.claim.article_id == TOWN.id else sample_report().article
    row = {name: getattr(article, name) for name in ("id", "title", "url", "publisher", "published_at")}
    insert_missing(connection, schema.articles, [row | {"body": dump(article), "created_at": AT}])
    run = {"id": run_id, "article_id": article.id, "as_of": date(2031, 6, 1), "status": "finished", "versions": {}}
    insert_missing(
        connection, schema.runs, [run | {"started_at": AT.replace(hour=10 + len(run_id) % 3, minute=note_id)}]
    )
    insert_missing(connection, schema.claims, [claim_row(note.claim)])
    insert_missing(connection, schema.passages, [passage_row(each.passage) for each in note.evidence])
    values = {"id": note_id, "run_id": run_id, "claim_id": note.claim.id, "position": note_id, "trace": []}
    connection.execute(sa.insert(schema.notes), values)
    insert_outcome(connection, note_id, note.model_copy(update={"verdict": None}))
    if note.verdict:  # the table did not tell yet who judged, nor how likely each label is
        later = {"by", "probabilities", "calibrated_on", "calibrated_cases"}
        connection.execute(sa.insert(schema.verdicts), {"note_id": note_id} | note.verdict.model_dump(exclude=later))


def test_an_older_store_gets_its_queue_and_keeps_its_decisions(old_store: Path | str) -> None:
    store = Store.open(old_store)
    with store.reading() as connection:
        kept = connection.scalar(sa.select(schema.digests.c.digest))
    assert kept == content_id(
        *sorted(each.id for each in store.passages()), "|", *(each.id for each in store.records())
    )
    assert store.passages()
    checkable = [note for note in sample_report().notes if note.claim.checkable]
    assert queue(store, Filter()).total == len(checkable)
    assert queue(store, Filter(text="trams")).total > 0
    events = list(export_log(store))
    assert [(event.sequence, event.action, event.run_id) for event in events] == [
        (1, "correct", "r1"),
        (2, "dismiss", "r2"),
        (3, "accept", "r1"),
    ]
    first, second, third = events
    assert (first.before, first.after.label, first.at) == (DeskOutcome.of(town_note()), "supported", AT)
    assert (first.reason, first.after.flags) == ("wrong_evidence", town_note().flags)
    assert (second.reason, second.detail, second.after) == ("other", {"reason": "boring"}, DeskOutcome(dismissed=True))
    assert third.after == DeskOutcome.of(town_note())
    item = open_claim(store, town_note().claim.id, ANN).item
    assert (item.status, item.sequence, item.run_id, item.moved) == ("decided", 3, "r2", True)
    assert undo(store, item.claim_id, EVA, seen=3).id > third.id
    store.close()


def test_a_store_of_a_newer_version_is_refused_with_what_to_do(old_store: Path | str) -> None:
    store = Store.open(old_store)
    version = sa.table("alembic_version", sa.column("version_num", sa.String))

    def call_it(name: str) -> None:
        with store.writing() as connection:
            connection.execute(sa.update(version).values(version_num=name))

    with store.reading() as connection:
        own = connection.scalar(sa.select(version.c.version_num))
    call_it("9999")
    try:
        with pytest.raises(StoreError, match=r"made by a newer factnotes \(schema 9999.*install that version"):
            Store.open(old_store)
    finally:
        call_it(own)
        store.close()
    Store.open(old_store).close()


def test_the_queue_made_anew_is_the_queue_that_was_kept(store: Store) -> None:
    from desk import write_sample

    write_sample(store)
    claim_ids = [item.claim_id for item in queue(store, Filter()).items]
    decide(store, claim_ids[0], "accept", ANN, seen=0)
    decide(store, claim_ids[1], "dismiss", BOB, seen=0, reason="other")
    undo(store, claim_ids[1], BOB, seen=1)
    columns = [column for column in schema.queue.c if column.name not in ("id", "updated_at")]
    rows = sa.select(*columns).order_by(schema.queue.c.claim_id)
    with store.writing() as connection:
        before = connection.execute(rows).all()
        found = queue(store, Filter(text="bridge", status="any")).items
        rebuild(connection)
        assert connection.execute(rows).all() == before
    again = queue(store, Filter(text="bridge", status="any")).items
    assert [item.claim_id for item in again] == [item.claim_id for item in found] != []


def test_a_server_that_is_not_there_is_one_line_without_its_password() -> None:
    with pytest.raises(StoreError, match="FACTNOTES_DATABASE_URL") as error:
        Store.open("postgresql://desk:hunter2@127.0.0.1:1/factnotes")
    assert "hunter2" not in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("address", ["mysql://a@b/c", "postgresql://a b:x@[/c", "sqlite://"])
def test_an_address_of_another_kind_is_refused_with_what_to_do(address: str) -> None:
    with pytest.raises(StoreError, match="postgresql://|FACTNOTES_DATABASE_URL"):
        Store.open(address)


def test_the_database_refuses_to_truncate_the_log(postgres_url: str) -> None:
    store = Store.open(postgres_url)
    with pytest.raises(StoreError, match="append-only"), store.writing() as connection:
        connection.execute(sa.text("truncate reviews"))
    store.close()
