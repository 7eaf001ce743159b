"""Runs as processes: who runs one, whether it lives, what asks it to stop, and taking it over.

A run that is going on writes `beat_at` every few seconds. One whose process is gone is `lost`: on the same host as soon
as there is no such process, elsewhere when the beat is too old. Both can be resumed.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.core.clock import utc_now
from pipeline.core.code_version import deciding
from pipeline.core.errors import InputError, RunGoesOn, StoreError
from pipeline.core.heartbeat import heartbeat
from pipeline.core.models import Article, Versions, content_id
from pipeline.store import schema as t
from pipeline.store.database import Store
from pipeline.store.log import in_utc

RunStatus = Literal["running", "lost", "finished", "failed", "cancelled"]

POLL_SECONDS = 0.5
"""How often, at most, a run looks between two claims whether it shall stop."""
SILENT_SECONDS = 60.0
"""After so long without a beat a run is taken for lost; nobody else can know of a process elsewhere."""

_R = t.runs.c


def new_run_id(article: Article) -> str:
    """Name a run by time and article."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"[:-3] + f"-{article.id[:8]}"


def about(article: Article) -> str:
    """Return a hash of what an article says about itself, which a claim is judged with."""
    return content_id(*(str(part) for part in (article.title, article.publisher, article.url, article.published_at)))


def fingerprint(article: Article, as_of: date, versions: Versions) -> str:
    """Return a hash of all that decides a run's notes."""
    versions = versions.model_copy(update={"code": deciding(versions.code)})
    # A run from before there were data of the world is one without them.
    known = versions.model_dump_json(exclude={"world"} if versions.world is None else None)
    return content_id(article.model_dump_json(exclude={"warnings", "provenance"}), as_of.isoformat(), known)


def sources(article: Article, source: str | None = None) -> tuple[str, ...]:
    """Return hashes of where an article is from, the surest first: where it was read, its address, its headline."""
    origins = [("source", source or ""), ("source", article.url or "")]
    origins += [("title", f"{article.publisher}|{article.title}" if article.title else "")]
    return tuple(dict.fromkeys(content_id(kind, where) for kind, where in origins if where))


def mark_of(article: Article, as_of: date, versions: Versions, source: str | None = None) -> dict[str, Any]:
    """Return what a run's row tells beyond its article: where it is from, what decides it, who runs it."""
    return {
        "source": next(iter(sources(article, source)), None),
        "about": about(article),
        "fingerprint": fingerprint(article, as_of, versions),
        **_owner(),
    }


def _owner() -> dict[str, Any]:
    return {"host": socket.gethostname()[:255], "pid": os.getpid(), "beat_at": utc_now()}


def admit_alone(fingerprint: str, finished: int | None = None) -> Callable[[Connection], None]:
    """Return what refuses to begin a run while one that would give the same notes lives (see `Store.begin_run`).

    With `finished`, how many such runs had ended when the caller looked, it also refuses where one has ended since.
    Whoever begins such a run takes turns: SQLite has one writer, PostgreSQL a lock of that name for a transaction.
    What is returned raises RunGoesOn.
    """

    def admit(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            lock = {"lock": int(fingerprint, 16) - 2**63}
            connection.execute(sa.text("select pg_advisory_xact_lock(:lock)"), lock)
        same = sa.select(t.runs).where(_R.fingerprint == fingerprint, _R.status == "running")
        for row in connection.execute(same).mappings():
            if status_of(row) == "running":
                raise _goes_on(row)
        if finished is not None and _finished(connection, fingerprint) > finished:
            raise RunGoesOn("another process has just checked the same: look again")

    return admit


def count_finished(store: Store, fingerprint: str) -> int:
    """Return how many runs that would give the same notes have ended; raises StoreError."""
    with store.reading() as connection:
        return _finished(connection, fingerprint)


def _finished(connection: Connection, fingerprint: str) -> int:
    same = sa.select(sa.func.count()).where(_R.fingerprint == fingerprint, _R.status == "finished")
    return int(connection.execute(same).scalar_one())


def _goes_on(row: sa.RowMapping) -> RunGoesOn:
    return RunGoesOn(f"run {row['id']} is going on (process {row['pid']} on {row['host']}): wait, or cancel it")


def lost_run(store: Store, fingerprint: str) -> str | None:
    """Return the newest run that its process left behind and that would give the same notes; None for none."""
    same = sa.select(t.runs).where(_R.fingerprint == fingerprint, _R.status == "running")
    with store.reading() as connection:
        rows = connection.execute(same.order_by(_R.started_at.desc(), _R.id.desc())).mappings().all()
    return next((row["id"] for row in rows if status_of(row) == "lost"), None)


def status_of(row: sa.RowMapping) -> RunStatus:
    """Tell how a run stands, from its row."""
    if row["status"] == "running":
        return "running" if _lives(row) else "lost"
    if row["status"] == "failed":
        return "cancelled" if row["cancel_asked_at"] else "failed"
    return "finished"


def _lives(row: sa.RowMapping) -> bool:
    if row["host"] == socket.gethostname()[:255] and row["pid"] and not _is_process(row["pid"]):
        return False
    seen = in_utc(row["beat_at"] or row["started_at"])
    return datetime.now(UTC) - seen < timedelta(seconds=SILENT_SECONDS)


def _is_process(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # somebody else's
    return True


def take_over(store: Store, run_id: str) -> date:
    """Make a run that is not going on this process's own; return the day it judges at.

    Raises InputError where it lives, has finished or is unknown.
    """
    with store.writing() as connection:
        row = connection.execute(sa.select(t.runs).where(_R.id == run_id).with_for_update()).mappings().first()
        if row is None:
            raise InputError(f"no run {run_id}: `factnotes runs list` lists them")
        status = status_of(row)
        if status == "finished":
            raise InputError(f"run {run_id} has finished: there is nothing to resume")
        if status == "running":
            raise _goes_on(row)
        _note_cut_off(connection, row, status)
        again = {"status": "running", "finished_at": None, "problem": None}
        again |= {"cancel_asked_at": None, "cancel_asked_by": None}
        connection.execute(sa.update(t.runs).where(_R.id == run_id).values(again | _owner()))
        day: date = row["as_of"]
        return day


CUT_OFF = "cut off"
"""The stage of usage that says: calls may have been in flight here, and nobody knows what they cost."""


def _note_cut_off(connection: Connection, row: sa.RowMapping, status: RunStatus) -> None:
    if row["versions"].get("model") and status != "cancelled":  # who is cancelled ends the calls in flight first
        usage = {"calls": 0, "cached": 0, "tokens_in": 0, "tokens_out": 0, "dollars": 0.0, "seconds": 0.0}
        connection.execute(sa.insert(t.usage), {"run_id": row["id"], "stage": CUT_OFF} | usage)


def was_cut_off(store: Store, run_id: str) -> bool:
    """Tell whether a process of a run with a model ended before it: calls in flight then are in no count."""
    cut = sa.select(t.usage.c.id).where(t.usage.c.run_id == run_id, t.usage.c.stage == CUT_OFF)
    with store.reading() as connection:
        return connection.scalar(cut.limit(1)) is not None


def ask_to_cancel(store: Store, run_id: str, who: str) -> RunStatus:
    """Ask a run to stop before its next claim; end a lost one at once. Return how it stood; raises InputError."""
    with store.writing() as connection:
        row = connection.execute(sa.select(t.runs).where(_R.id == run_id).with_for_update()).mappings().first()
        if row is None:
            raise InputError(f"no run {run_id}: `factnotes runs list` lists them")
        status = status_of(row)
        if status not in ("running", "lost"):
            raise InputError(f"run {run_id} is not going on: it is {status}")
        values: dict[str, Any] = {"cancel_asked_at": utc_now(), "cancel_asked_by": who}
        if status == "lost":
            _note_cut_off(connection, row, status)
            values |= {
                "status": "failed",
                "finished_at": utc_now(),
                "problem": f"cancelled by {who}; its process was gone",
            }
        connection.execute(sa.update(t.runs).where(_R.id == run_id).values(values))
    return status


def fail_own_run(store: Store, run_id: str, problem: str) -> None:
    """Mark a run as failed, and why, unless another process has taken it over. Raises StoreError."""
    own = (_R[name] == value for name, value in _owner().items() if name != "beat_at")
    ended = {"status": "failed", "finished_at": utc_now(), "problem": problem}
    with store.writing() as connection:
        connection.execute(sa.update(t.runs).where(_R.id == run_id, _R.status == "running", *own).values(ended))


@contextmanager
def run_heartbeat(store: Store, run_id: str) -> Generator[Callable[[], str | None], None, None]:
    """Say in the store, while it is open, that a run lives; give what tells why the run shall stop, None for go on."""
    own = _OwnRun(store, run_id)
    with heartbeat(own.beat, own.lost):
        yield own.why_stop


class _OwnRun:
    """A run of this process, as the store has it."""

    def __init__(self, store: Store, run_id: str) -> None:
        self.lost = threading.Event()
        self._store, self._run_id = store, run_id
        self._owner = {name: value for name, value in _owner().items() if name != "beat_at"}
        self._lock, self._looked = threading.Lock(), 0.0
        self._why: str | None = None

    def why_stop(self) -> str | None:
        """Return why the run shall stop, None while it may go on; asks the store only now and then."""
        with self._lock:
            if self._why is None and time.monotonic() - self._looked >= POLL_SECONDS:
                self._looked = time.monotonic()
                with suppress(StoreError):  # asked again before the next claim
                    self._why = self._ask()
            return self._why

    def _ask(self) -> str | None:
        columns = (_R.host, _R.pid, _R.status, _R.cancel_asked_by, _R.cancel_asked_at)
        with self._store.reading() as connection:
            row = connection.execute(sa.select(*columns).where(_R.id == self._run_id)).mappings().first()
        if row is None or row["status"] != "running" or any(row[name] != own for name, own in self._owner.items()):
            return "another process has taken it over"
        return f"cancelled by {row['cancel_asked_by']}" if row["cancel_asked_at"] else None

    def beat(self) -> bool:
        """Write that the run lives; False where it is no longer this process's."""
        own = sa.and_(_R.id == self._run_id, *(_R[name] == value for name, value in self._owner.items()))
        with self._store.writing() as connection:
            written = connection.execute(sa.update(t.runs).where(own, _R.status == "running").values(beat_at=utc_now()))
            return written.rowcount > 0
