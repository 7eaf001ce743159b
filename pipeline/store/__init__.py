"""The store: articles, runs, claims, passages, evidence, verdicts, failures, flags, reviews and usage.

SQLite by default (WAL, one writer at a time); rows are written as a run goes, one transaction a claim,
so whatever ends a process leaves whole notes and no half ones.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from pipeline.errors import StoreBusy, StoreError
from pipeline.models import (
    Article,
    Claim,
    Coverage,
    Evidence,
    Failure,
    Flag,
    Note,
    OfficeRecord,
    Passage,
    Usage,
    Value,
    Verdict,
    Versions,
    content_id,
)
from pipeline.store import schema as t

_HEAD = "0001"
_BATCH = 500
_CITED = "cited"
"""Kind of a passage that one run was given: kept for its notes, never searched, no part of the snapshot."""


class Run(Value):
    """One run as the store knows it."""

    id: str
    article_id: str
    as_of: date
    status: str
    started_at: datetime
    finished_at: datetime | None = None
    versions: Versions
    summary: dict[str, Any] | None = None
    problem: str | None = None


def _connect(path: Path) -> Engine:
    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        for pragma in ("journal_mode = wal", "synchronous = full", "foreign_keys = on"):
            connection.execute(f"pragma {pragma}")

    return engine


@contextmanager
def _our_errors(where: object) -> Generator[None, None, None]:
    try:
        yield
    except sa.exc.OperationalError as error:
        reason = str(error.orig)
        if "locked" in reason or "busy" in reason:
            raise StoreBusy(f"{where} is in use by another process; try again when it has finished") from error
        raise StoreError(f"{where} cannot be used ({reason}); check the folder's permissions and free space") from error
    except sa.exc.DatabaseError as error:
        raise StoreError(
            f"{where} is damaged ({error.orig}); move it away and run `factnotes index` again, or restore a copy"
        ) from error


class Store:
    """Reads and writes the tables; every public call is one transaction."""

    def __init__(self, engine: Engine, where: str) -> None:
        self._engine = engine
        self._where = where

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open or create the SQLite file and bring its schema up to date; raises StoreError."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{path.parent} cannot be created ({error.strerror}); set FACTNOTES_HOME") from error
        store = cls(_connect(path), str(path))
        try:
            with _our_errors(path):
                store._migrate()
        except StoreError:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def _migrate(self) -> None:
        with self._engine.connect() as connection:
            if connection.dialect.has_table(connection, "alembic_version"):
                revision = connection.scalar(sa.text("select version_num from alembic_version"))
                if revision == _HEAD:
                    return
        from alembic import command  # slow to import, and seldom needed
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self._engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    @contextmanager
    def _reading(self) -> Generator[Connection, None, None]:
        with _our_errors(self._where), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Generator[Connection, None, None]:
        with _our_errors(self._where), self._engine.begin() as connection:
            yield connection

    # Passages and office records

    def save_passages(self, passages: Iterable[Passage]) -> int:
        """Store passages; return how many were new."""
        rows = [_passage_row(passage) for passage in passages]
        with self._writing() as connection:
            return _take_in_cited(connection, rows) + _insert_new(connection, t.passages, rows)

    def passages(self, kind: str = "passage") -> tuple[Passage, ...]:
        """Return the passages of a kind, in order of id."""
        query = sa.select(t.passages.c.body).where(t.passages.c.kind == kind).order_by(t.passages.c.id)
        with self._reading() as connection:
            return tuple(Passage.model_validate(body) for body in connection.scalars(query))

    def save_records(self, records: Iterable[OfficeRecord]) -> int:
        """Store office records; return how many were new."""
        rows = [_record_row(record) for record in records]
        with self._writing() as connection:
            return _insert_new(connection, t.office_records, rows)

    def records(self) -> tuple[OfficeRecord, ...]:
        """Return all office records, in order of id."""
        query = sa.select(t.office_records.c.body).order_by(t.office_records.c.id)
        with self._reading() as connection:
            return tuple(OfficeRecord.model_validate(body) for body in connection.scalars(query))

    def find_records(self, wanted: Callable[[Mapping[str, Any]], bool]) -> tuple[OfficeRecord, ...]:
        """Return the office records whose fields a function wants, in order of id; quick among many."""
        query = sa.select(t.office_records.c.body).order_by(t.office_records.c.id)
        with self._reading() as connection:
            return tuple(OfficeRecord.model_validate(body) for body in connection.scalars(query) if wanted(body))

    def count_records(self) -> int:
        """Return how many office records there are."""
        with self._reading() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(t.office_records)) or 0

    def replace_records(self, gone: Iterable[str], new: Iterable[OfficeRecord]) -> None:
        """Forget office records by id and store others, all or nothing."""
        ids, rows = list(gone), [_record_row(record) for record in new]
        with self._writing() as connection:
            for at in range(0, len(ids), _BATCH):
                old = t.office_records.c.id.in_(ids[at : at + _BATCH])
                connection.execute(sa.delete(t.office_records).where(old))
            _insert_new(connection, t.office_records, rows)

    def snapshot(self) -> str:
        """Return a hash over the ids of all passages and office records: what evidence there was."""
        with self._reading() as connection:
            passages = sa.select(t.passages.c.id).where(t.passages.c.kind == "passage").order_by(t.passages.c.id)
            records = sa.select(t.office_records.c.id).order_by(t.office_records.c.id)
            return content_id(*connection.scalars(passages), "|", *connection.scalars(records))

    # Runs

    def begin_run(self, run_id: str, article: Article, as_of: date, versions: Versions) -> None:
        """Store an article and the start of a run on it."""
        with self._writing() as connection:
            row = {name: getattr(article, name) for name in ("id", "title", "url", "publisher", "published_at")}
            _insert_new(connection, t.articles, [row | {"body": _dump(article), "created_at": _now()}])
            run = {"id": run_id, "article_id": article.id, "as_of": as_of, "status": "running", "started_at": _now()}
            connection.execute(sa.insert(t.runs), run | {"versions": _dump(versions)})

    def save_note(self, run_id: str, position: int, note: Note, usage: Usage) -> None:
        """Store a note with its claim, evidence, outcome, flags and usage, all or nothing.

        Evidence that the store does not hold is kept for the note, and is not searched.
        """
        with self._writing() as connection:
            _insert_new(connection, t.claims, [_claim_row(note.claim)])
            cited = [_cited_row(evidence.passage) for evidence in note.evidence]
            _insert_new(connection, t.passages, cited)
            key = {"run_id": run_id, "claim_id": note.claim.id}
            inserted = connection.execute(sa.insert(t.notes), key | {"position": position, "trace": list(note.trace)})
            (note_id,) = inserted.inserted_primary_key or (None,)
            _insert_outcome(connection, note_id, note)
            connection.execute(sa.insert(t.usage), key | {"stage": "check"} | usage.model_dump())

    def save_usage(self, run_id: str, stage: str, usage: Usage) -> None:
        """Store what a stage cost that belongs to no single claim."""
        with self._writing() as connection:
            connection.execute(sa.insert(t.usage), {"run_id": run_id, "stage": stage} | usage.model_dump())

    def finish_run(self, run_id: str, coverage: Coverage, seconds: float) -> None:
        """Mark a run as finished."""
        summary = {"coverage": coverage.model_dump(mode="json"), "seconds": seconds}
        self._end_run(run_id, status="finished", summary=summary)

    def fail_run(self, run_id: str, problem: str) -> None:
        """Mark a run as failed, and why."""
        self._end_run(run_id, status="failed", problem=problem)

    def _end_run(self, run_id: str, **values: object) -> None:
        with self._writing() as connection:
            connection.execute(sa.update(t.runs).where(t.runs.c.id == run_id).values(finished_at=_now(), **values))

    def runs(self) -> tuple[Run, ...]:
        """Return all runs, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(sa.select(t.runs).order_by(t.runs.c.started_at, t.runs.c.id)).mappings()
            return tuple(Run.model_validate(dict(row)) for row in rows)

    def article(self, article_id: str) -> Article:
        """Return a stored article; raises StoreError when there is none."""
        with self._reading() as connection:
            body = connection.scalar(sa.select(t.articles.c.body).where(t.articles.c.id == article_id))
        if body is None:
            raise StoreError(f"no article {article_id} in {self._where}")
        return Article.model_validate(body)

    def notes(self, run_id: str) -> tuple[Note, ...]:
        """Return a run's notes as far as they are written, in order of position."""
        query = (
            sa.select(t.notes.c.id, t.notes.c.trace, t.claims.c.body)
            .join(t.claims, t.claims.c.id == t.notes.c.claim_id)
            .where(t.notes.c.run_id == run_id)
            .order_by(t.notes.c.position)
        )
        with self._reading() as connection:
            return tuple(
                _read_note(connection, note_id, trace, Claim.model_validate(body))
                for note_id, trace, body in connection.execute(query).all()
            )

    def usage_of(self, run_id: str) -> Usage:
        """Return what a run has cost so far."""
        columns = [t.usage.c[name] for name in Usage.model_fields]
        with self._reading() as connection:
            rows = connection.execute(sa.select(*columns).where(t.usage.c.run_id == run_id)).mappings().all()
        return sum((Usage.model_validate(dict(row)) for row in rows), Usage())

    # Answers of models

    def get(self, key: str) -> str | None:
        """Return a model's cached answer."""
        with self._reading() as connection:
            found: str | None = connection.scalar(sa.select(t.answers.c.text).where(t.answers.c.key == key))
            return found

    def put(self, key: str, text: str, usage: Usage) -> None:
        """Keep a model's proven answer."""
        row = {"key": key, "text": text, "usage": _dump(usage), "created_at": _now()}
        with self._writing() as connection:
            _insert_new(connection, t.answers, [row], key="key")


def _now() -> datetime:
    return datetime.now(UTC)


def _dump(value: Value) -> Any:
    return json.loads(value.model_dump_json())


def _insert_new(connection: Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]], key: str = "id") -> int:
    """Insert the rows whose key is not there yet; return how many."""
    unique = {row[key]: row for row in rows}
    known: set[Any] = set()
    keys = list(unique)
    for at in range(0, len(keys), _BATCH):
        query = sa.select(table.c[key]).where(table.c[key].in_(keys[at : at + _BATCH]))
        known.update(connection.scalars(query))
    new = [row for each, row in unique.items() if each not in known]
    if new:
        connection.execute(sa.insert(table), new)
    return len(new)


def _passage_row(passage: Passage) -> dict[str, Any]:
    columns = ("id", "sha256", "kind", "publisher", "published_at")
    return {name: getattr(passage, name) for name in columns} | {"body": _dump(passage)}


def _cited_row(passage: Passage) -> dict[str, Any]:
    row = _passage_row(passage)
    return row | {"kind": _CITED} if passage.kind == "passage" else row


def _take_in_cited(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
    """Let passages that were only kept for a note be searched; return how many."""
    cited = set(connection.scalars(sa.select(t.passages.c.id).where(t.passages.c.kind == _CITED)))
    taken = {row["id"]: row for row in rows if row["id"] in cited}
    for id_, row in taken.items():
        connection.execute(sa.update(t.passages).where(t.passages.c.id == id_).values(**row))
    return len(taken)


def _record_row(record: OfficeRecord) -> dict[str, Any]:
    body = record.model_dump(mode="json")
    return {"id": record.id, "person": record.person, "office": record.office, "body": body}


def _claim_row(claim: Claim) -> dict[str, Any]:
    columns = ("id", "article_id", "kind", "text", "uncheckable", "check_worthiness")
    return {name: getattr(claim, name) for name in columns} | {"body": _dump(claim)}


def _insert_outcome(connection: Connection, note_id: Any, note: Note) -> None:
    key = {"note_id": note_id}
    for evidence in note.evidence:
        row = evidence.model_dump(include={"rank", "score", "retriever", "stance", "later"})
        connection.execute(sa.insert(t.evidence), key | row | {"passage_id": evidence.passage.id})
    if note.verdict:
        connection.execute(sa.insert(t.verdicts), key | _dump(note.verdict))
    if note.failure:
        connection.execute(sa.insert(t.failures), key | _dump(note.failure))
    for position, flag in enumerate(note.flags):
        row = {"position": position, "kind": flag.kind, "severity": flag.severity, "body": _dump(flag)}
        connection.execute(sa.insert(t.flags), key | row)


def _read_note(connection: Connection, note_id: int, trace: list[str], claim: Claim) -> Note:
    def rows(table: sa.Table, *more: sa.Column[Any]) -> list[dict[str, Any]]:
        found = connection.execute(sa.select(table, *more).where(table.c.note_id == note_id)).mappings()
        return [{name: value for name, value in row.items() if name != "note_id"} for row in found]

    verdict = [Verdict.model_validate(row) for row in rows(t.verdicts)]
    failure = [Failure.model_validate(row) for row in rows(t.failures)]
    flags = sorted(rows(t.flags), key=lambda row: int(row["position"]))
    found = (
        sa.select(t.evidence, t.passages.c.body)
        .join(t.passages, t.passages.c.id == t.evidence.c.passage_id)
        .where(t.evidence.c.note_id == note_id)
        .order_by(t.evidence.c.rank)
    )
    evidence = tuple(
        Evidence(
            passage=Passage.model_validate(row["body"]),
            **{name: row[name] for name in ("rank", "score", "retriever", "stance", "later")},
        )
        for row in connection.execute(found).mappings()
    )
    return Note(
        claim=claim,
        verdict=verdict[0] if verdict else None,
        failure=failure[0] if failure else None,
        flags=tuple(Flag.model_validate(row["body"]) for row in flags),
        evidence=evidence,
        trace=tuple(trace),
    )
