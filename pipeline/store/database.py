"""The store: articles, runs, claims, passages, evidence, verdicts, failures, flags, reviews and usage.

SQLite by default (WAL, one writer at a time), PostgreSQL by its address. Rows are written as a run goes, one
transaction a claim, so whatever ends a process leaves whole notes and no half ones.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import AfterValidator, Field
from sqlalchemy.engine import URL, Connection

from pipeline import __version__
from pipeline.core.clock import utc_now
from pipeline.core.errors import InputError, StoreError
from pipeline.core.models import (
    NEW_LINEAGE,
    Article,
    Coverage,
    Lineage,
    Note,
    OfficeRecord,
    Passage,
    Usage,
    Value,
    Versions,
    content_id,
)
from pipeline.core.settings import Settings
from pipeline.core.telemetry import get_log, start_logs, start_traces
from pipeline.store import schema as t
from pipeline.store.connection import connect, for_writing, name_of, our_errors, parse_url
from pipeline.store.log import in_utc
from pipeline.store.queue import RunHead, rebuild, run_head, write_note
from pipeline.store.rows import (
    BATCH,
    CITED,
    NOTE_COLUMNS,
    cited_row,
    claim_row,
    dump,
    insert_missing,
    insert_new,
    insert_outcome,
    passage_row,
    read_note,
    record_row,
    take_in_cited,
)

_HEAD = "0019"

_HEADS = 64
"""Of so many runs the head is kept: more are seldom written at once."""


_Moment = Annotated[datetime, AfterValidator(in_utc)]


class Run(Value):
    """One run: its row."""

    id: str
    article_id: str
    as_of: date
    status: str
    started_at: _Moment
    finished_at: _Moment | None = None
    versions: Versions
    summary: dict[str, Any] | None = Field(default=None, exclude=True)
    """What a finished run's report holds beyond its notes."""
    problem: str | None = None
    source: str | None = None
    about: str | None = None
    fingerprint: str | None = None
    host: str | None = None
    pid: int | None = None
    beat_at: _Moment | None = None
    """When its process last said that it lives."""


RUN_COLUMNS = sa.select(*(t.runs.c[name] for name in Run.model_fields))


_EVIDENCE = "evidence"
_D = t.digests.c


class Store:
    """Reads and writes the tables; every public call is one transaction."""

    def __init__(self, url: URL) -> None:
        self.where = name_of(url)
        """How errors name it."""
        self._engine = connect(url, durable=True)
        self._runs_engine = connect(url, durable=False)
        self.dialect = self._engine.dialect.name
        """`sqlite` or `postgresql`."""
        # SQLite has one writer at a time: threads take turns here, quicker than by asking the file again and again.
        self._turn = threading.Lock() if self.dialect == "sqlite" else nullcontext()
        self._heads: dict[str, RunHead] = {}

    @classmethod
    def open(cls, address: Path | str) -> Store:
        """Open a SQLite file (made if needed) or a database's URL, and bring its schema up to date.

        Raises StoreError.
        """
        url = parse_url(address)
        if url.get_backend_name() == "sqlite":
            _make_folder(Path(str(url.database)).parent)
        store = cls(url)
        try:
            store._migrate()
        except StoreError:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Let go of the database."""
        self._runs_engine.dispose()
        self._engine.dispose()

    def _migrate(self) -> None:
        with self.reading() as connection:
            found = _revision(connection)
        if found == _HEAD:
            return
        if found is not None and found > _HEAD:
            raise StoreError(
                f"the store in {self.where} was made by a newer factnotes (schema {found}, this one knows {_HEAD}): "
                "install that version"
            )
        from alembic import command  # slow to import, and seldom needed
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self.writing() as connection:
            if self.dialect == "postgresql":  # several processes may start at once
                connection.execute(sa.text("select pg_advisory_xact_lock(4807)"))
            revision = _revision(connection)
            if revision == _HEAD:
                return
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            if revision == "0001":  # it had no queue
                rebuild(connection)
            _write_evidence_digest(connection)

    @contextmanager
    def reading(self) -> Generator[Connection, None, None]:
        """Give a connection that sees one state of the store; raises StoreBusy, StoreError."""
        with our_errors(self.where), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Generator[Connection, None, None]:
        """Give a connection whose changes are written whole at the end, or not at all, and survive a power cut.

        Raises StoreBusy, StoreError.
        """
        with our_errors(self.where), self._turn, for_writing(self._engine).begin() as connection:
            yield connection

    @contextmanager
    def writing_lightly(self) -> Generator[Connection, None, None]:
        """Like `writing`, but a power cut may take the last of it: what a run writes can be made again."""
        with our_errors(self.where), self._turn, for_writing(self._runs_engine).begin() as connection:
            yield connection

    # Passages and office records

    def save_passages(self, passages: Iterable[Passage]) -> int:
        """Store passages; return how many were new."""
        rows = [passage_row(passage) for passage in passages]
        with self._writing_evidence() as connection:
            return take_in_cited(connection, rows) + insert_new(connection, t.passages, rows)

    def forget_passages(self, ids: Sequence[str]) -> None:
        """Let passages be searched no more; those that a note rests on are kept for it."""
        with self._writing_evidence() as connection:
            for at in range(0, len(ids), BATCH):
                asked = (t.passages.c.id.in_(ids[at : at + BATCH]), t.passages.c.kind == "passage")
                held = t.passages.c.id.in_(sa.select(t.evidence.c.passage_id))
                connection.execute(sa.update(t.passages).where(*asked, held).values(kind=CITED))
                connection.execute(sa.delete(t.passages).where(*asked))

    def passages(self, kind: str = "passage") -> tuple[Passage, ...]:
        """Return the passages of a kind, in order of id."""
        query = sa.select(t.passages.c.body).where(t.passages.c.kind == kind).order_by(t.passages.c.id)
        with self.reading() as connection:
            return tuple(Passage.model_validate(body) for body in connection.scalars(query))

    def passage_ids(self) -> frozenset[str]:
        """Return the ids of the passages that are searched."""
        with self.reading() as connection:
            return frozenset(connection.scalars(sa.select(t.passages.c.id).where(t.passages.c.kind == "passage")))

    def count_passages(self) -> int:
        """Return how many passages are searched."""
        return self._count(sa.select(sa.func.count()).where(t.passages.c.kind == "passage"))

    def records(self) -> tuple[OfficeRecord, ...]:
        """Return all office records, in order of id."""
        query = sa.select(t.office_records.c.body).order_by(t.office_records.c.id)
        with self.reading() as connection:
            return tuple(OfficeRecord.model_validate(body) for body in connection.scalars(query))

    def find_records(self, wanted: Callable[[Mapping[str, Any]], bool]) -> tuple[OfficeRecord, ...]:
        """Return the office records whose fields a function wants, in order of id; quick among many."""
        query = sa.select(t.office_records.c.body).order_by(t.office_records.c.id)
        with self.reading() as connection:
            return tuple(OfficeRecord.model_validate(body) for body in connection.scalars(query) if wanted(body))

    def count_records(self) -> int:
        """Return how many office records there are."""
        return self._count(sa.select(sa.func.count()).select_from(t.office_records))

    def _count(self, counting: sa.Select[tuple[int]]) -> int:
        with self.reading() as connection:
            return connection.execute(counting).scalar_one()

    def replace_records(self, gone: Iterable[str], new: Iterable[OfficeRecord]) -> None:
        """Forget office records by id and store others, all or nothing."""
        ids, rows = list(gone), [record_row(record) for record in new]
        with self._writing_evidence() as connection:
            for at in range(0, len(ids), BATCH):
                old = t.office_records.c.id.in_(ids[at : at + BATCH])
                connection.execute(sa.delete(t.office_records).where(old))
            insert_new(connection, t.office_records, rows)

    def snapshot(self) -> str:
        """Return a hash over the ids of all passages and office records: what evidence there was.

        It is kept until the evidence changes: who adds piece by piece, as a sync does, pays for it once at the end.
        """
        kept = sa.select(_D.digest).where(_D.name == _EVIDENCE)
        with self.reading() as connection:
            if digest := connection.scalar(kept):
                return str(digest)
        with self._changing_evidence() as connection:
            return connection.scalar(kept) or _write_evidence_digest(connection)

    @contextmanager
    def _writing_evidence(self) -> Generator[Connection, None, None]:
        """Give a connection as `writing` does; the hash over the evidence goes with what is changed."""
        with self._changing_evidence() as connection:
            yield connection
            connection.execute(sa.delete(t.digests).where(_D.name == _EVIDENCE))

    @contextmanager
    def _changing_evidence(self) -> Generator[Connection, None, None]:
        with self.writing() as connection:
            if self.dialect == "postgresql":  # or a hash could be kept that leaves out what another adds just now
                connection.execute(sa.text("select pg_advisory_xact_lock(4808)"))
            yield connection

    # Runs

    def begin_run(
        self,
        run_id: str,
        article: Article,
        as_of: date,
        versions: Versions,
        mark: Mapping[str, Any] | None = None,
        admit: Callable[[Connection], None] = lambda connection: None,
    ) -> None:
        """Store an article and the start of a run on it; `mark` tells what `run_status.mark_of` made of it.

        `admit` is called in the same transaction, before anything is written, and may raise.
        """
        started = utc_now()
        with self.writing_lightly() as connection:
            admit(connection)
            row = {name: getattr(article, name) for name in ("id", "title", "url", "publisher", "published_at")}
            insert_missing(connection, t.articles, [row | {"body": dump(article), "created_at": started}])
            run = {"id": run_id, "article_id": article.id, "as_of": as_of, "status": "running", "started_at": started}
            connection.execute(sa.insert(t.runs), run | {"versions": dump(versions)} | dict(mark or {}))

    def save_note(self, run_id: str, position: int, note: Note, usage: Usage, lineage: Lineage = NEW_LINEAGE) -> None:
        """Store a note with its claim, evidence, outcome, flags and usage, and show it in the queue, all or nothing.

        Evidence that the store does not hold is kept for the note, and is not searched. Raises StoreError.
        """
        self.save_notes(run_id, [(position, note, usage, lineage)])

    def save_notes(self, run_id: str, notes: Iterable[tuple[int, Note, Usage, Lineage]]) -> None:
        """Store notes as `save_note` does, all of them or none. Raises StoreError."""
        with self.writing_lightly() as connection:
            for position, note, usage, lineage in notes:
                self._save_note(connection, run_id, position, note, usage, lineage)

    def _save_note(
        self, connection: Connection, run_id: str, position: int, note: Note, usage: Usage, lineage: Lineage
    ) -> None:
        claim = claim_row(note.claim)
        cited = {each.passage.id: cited_row(each.passage) for each in note.evidence}
        key = {"run_id": run_id, "claim_id": note.claim.id}
        run = self._run_head(connection, run_id)
        insert_missing(connection, t.claims, [claim])
        insert_missing(connection, t.passages, list(cited.values()))
        row = (
            key
            | {
                "position": position,
                "trace": [step.model_dump(mode="json", exclude_defaults=True) for step in note.trace],
                "comparison": dump(note.comparison) if note.comparison else None,
                "differs": note.differs,
            }
            | dump(lineage)
        )
        note_id = connection.execute(sa.insert(t.notes).returning(t.notes.c.id), row).scalar_one()
        insert_outcome(connection, note_id, note)
        connection.execute(sa.insert(t.usage), key | {"stage": "check"} | usage.model_dump())
        write_note(connection, run, note_id, claim, note)

    def _run_head(self, connection: Connection, run_id: str) -> RunHead:
        """Return what the queue shows of a run; it never changes once begun, so it is read once."""
        head = self._heads.get(run_id) or run_head(connection, run_id)
        if head is None:
            raise StoreError(f"no run {run_id} in {self.where}")
        heads = {**self._heads, run_id: head}
        self._heads = heads if len(heads) <= _HEADS else {run_id: head}  # never changed in place: threads share it
        return head

    def save_usage(self, run_id: str, stage: str, usage: Usage) -> None:
        """Store what a stage cost that belongs to no single claim."""
        with self.writing_lightly() as connection:
            connection.execute(sa.insert(t.usage), {"run_id": run_id, "stage": stage} | usage.model_dump())

    def finish_run(
        self, run_id: str, coverage: Coverage, seconds: float, more: Mapping[str, Any] | None = None
    ) -> None:
        """Mark a run as finished; `more` is kept with its summary."""
        summary = {"coverage": coverage.model_dump(mode="json"), "seconds": seconds} | dict(more or {})
        self._end_run(run_id, status="finished", summary=summary)

    def fail_run(self, run_id: str, problem: str) -> None:
        """Mark a run as failed, and why."""
        self._end_run(run_id, status="failed", problem=problem)

    def _end_run(self, run_id: str, **values: object) -> None:
        with self.writing() as connection:
            connection.execute(sa.update(t.runs).where(t.runs.c.id == run_id).values(finished_at=utc_now(), **values))
            if self.dialect == "sqlite":  # PostgreSQL looks by itself how a table has grown
                connection.exec_driver_sql("pragma analysis_limit = 400")
                connection.exec_driver_sql("analyze queue")

    def runs(self) -> tuple[Run, ...]:
        """Return all runs, oldest first."""
        with self.reading() as connection:
            rows = connection.execute(RUN_COLUMNS.order_by(t.runs.c.started_at, t.runs.c.id)).mappings()
            return tuple(Run.model_validate(dict(row)) for row in rows)

    def count_runs(self) -> int:
        """Return how many runs there are."""
        return self._count(sa.select(sa.func.count()).select_from(t.runs))

    def run(self, run_id: str) -> Run:
        """Return the run of an id; raises InputError when there is none."""
        with self.reading() as connection:
            row = connection.execute(RUN_COLUMNS.where(t.runs.c.id == run_id)).mappings().first()
        if row is None:
            raise InputError(f"no run {run_id[:64]}")
        return Run.model_validate(dict(row))

    def article(self, article_id: str) -> Article:
        """Return a stored article; raises StoreError when there is none."""
        with self.reading() as connection:
            body = connection.scalar(sa.select(t.articles.c.body).where(t.articles.c.id == article_id))
        if body is None:
            raise StoreError(f"no article {article_id} in {self.where}")
        return Article.model_validate(body)

    def notes(self, run_id: str) -> tuple[Note, ...]:
        """Return a run's notes as far as they are written, in order of position."""
        query = (
            sa.select(*NOTE_COLUMNS)
            .join(t.claims, t.claims.c.id == t.notes.c.claim_id)
            .where(t.notes.c.run_id == run_id)
            .order_by(t.notes.c.position)
        )
        with self.reading() as connection:
            return tuple(read_note(connection, row) for row in connection.execute(query).all())

    def usage_of(self, run_id: str) -> Usage:
        """Return what a run has cost so far."""
        columns = [t.usage.c[name] for name in Usage.model_fields]
        with self.reading() as connection:
            rows = connection.execute(sa.select(*columns).where(t.usage.c.run_id == run_id)).mappings().all()
        return sum((Usage.model_validate(dict(row)) for row in rows), Usage())

    # Answers of models

    def get(self, key: str) -> str | None:
        """Return a model's cached answer."""
        with self.reading() as connection:
            found: str | None = connection.scalar(sa.select(t.answers.c.text).where(t.answers.c.key == key))
            return found

    def put(self, key: str, text: str, usage: Usage) -> None:
        """Keep a model's proven answer."""
        row = {"key": key, "text": text, "usage": dump(usage), "created_at": utc_now()}
        with self.writing() as connection:
            insert_new(connection, t.answers, [row], key="key")


def observe(settings: Settings) -> None:
    """Log and trace what this process does, as the settings say; raises SettingsError."""
    start_logs(settings.log_level, settings.log_file, settings.secrets)
    start_traces(settings.otlp_endpoint, __version__)


@contextmanager
def open_store(settings: Settings) -> Generator[Store, None, None]:
    """Open the store the settings name: the first thing every process does, so its logs and traces begin here.

    Raises StoreError, SettingsError.
    """
    observe(settings)
    with closing(Store.open(settings.store_address)) as store:
        if logging.getLogger("factnotes.store").isEnabledFor(logging.DEBUG):  # what makes lines is slow to import
            get_log("store").debug("store opened", store=store.where)
        yield store


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder} cannot be created ({error.strerror}); set FACTNOTES_HOME") from error


def _write_evidence_digest(connection: Connection) -> str:
    digest = _evidence_digest(connection)
    connection.execute(sa.delete(t.digests).where(_D.name == _EVIDENCE))
    connection.execute(sa.insert(t.digests), {"name": _EVIDENCE, "digest": digest})
    return digest


def _evidence_digest(connection: Connection) -> str:
    passages = sa.select(t.passages.c.id).where(t.passages.c.kind == "passage").order_by(t.passages.c.id)
    records = sa.select(t.office_records.c.id).order_by(t.office_records.c.id)
    return content_id(*connection.scalars(passages), "|", *connection.scalars(records))


def _revision(connection: Connection) -> str | None:
    """Return the revision of the schema; None for an empty database."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    found: str | None = connection.scalar(sa.text("select version_num from alembic_version"))
    return found
