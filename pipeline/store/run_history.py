"""What earlier runs of an article said: read whole, a few queries a run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.core.models import Claim, Evidence, Failure, Flag, Lineage, Note, Passage, Verdict
from pipeline.store import schema as t
from pipeline.store.database import RUN_COLUMNS, Run, Store

_R, _N = t.runs.c, t.notes.c


@dataclass(frozen=True)
class KnownNote:
    """A note and how it came about."""

    note: Note
    lineage: Lineage


class KnownRun(Run):
    """A run and its notes, as far as they are written, in order of position."""

    notes: tuple[KnownNote, ...]


def earlier_runs(
    store: Store, article_id: str, sources: Iterable[str], *, limit: int, without: str | None = None
) -> tuple[KnownRun, ...]:
    """Return the newest runs that have notes on a text or on another text from one of its sources, newest first."""
    same = sa.or_(_R.article_id == article_id, _R.source.in_(list(sources)))
    has_notes = sa.exists().where(_N.run_id == _R.id)
    query = sa.select(t.runs).where(same, has_notes, _R.id != (without or ""))
    with store.reading() as connection:
        rows = connection.execute(query.order_by(_R.started_at.desc(), _R.id.desc()).limit(limit)).mappings().all()
        return tuple(_known_run(connection, row) for row in rows)


def known_run(store: Store, run_id: str) -> KnownRun | None:
    """Return a run with its notes; None when there is no such run."""
    with store.reading() as connection:
        row = connection.execute(sa.select(t.runs).where(_R.id == run_id)).mappings().first()
        return _known_run(connection, row) if row else None


def _known_run(connection: Connection, row: sa.RowMapping) -> KnownRun:
    run = {name: row[name] for name in Run.model_fields}
    return KnownRun.model_validate(run | {"notes": tuple(_notes(connection, row["id"]))})


def finished_run(store: Store, fingerprint: str) -> Run | None:
    """Return the newest run that finished with all that decides notes being the same; None when there is none."""
    query = RUN_COLUMNS.where(_R.fingerprint == fingerprint, _R.status == "finished")
    with store.reading() as connection:
        row = connection.execute(query.order_by(_R.started_at.desc(), _R.id.desc()).limit(1)).mappings().first()
        return Run.model_validate(dict(row)) if row else None


def failure_reasons(store: Store, run_id: str) -> frozenset[str]:
    """Return the reasons for which claims of a run have no verdict."""
    query = sa.select(t.failures.c.reason).join(t.notes, _N.id == t.failures.c.note_id).where(_N.run_id == run_id)
    with store.reading() as connection:
        return frozenset(connection.scalars(query.distinct()))


def decided_among(store: Store, claim_ids: Sequence[str]) -> frozenset[str]:
    """Return those of the claims that people have decided."""
    query = sa.select(t.queue.c.claim_id).where(t.queue.c.claim_id.in_(claim_ids), t.queue.c.status == "decided")
    with store.reading() as connection:
        return frozenset(connection.scalars(query))


def _notes(connection: Connection, run_id: str) -> Iterable[KnownNote]:
    columns = (_N.id, _N.trace, _N.comparison, *(_N[name] for name in Lineage.model_fields), t.claims.c.body)
    query = sa.select(*columns).join(t.claims, t.claims.c.id == _N.claim_id).where(_N.run_id == run_id)
    verdicts = _by_note(connection, t.verdicts, run_id)
    failures = _by_note(connection, t.failures, run_id)
    flags = _by_note(connection, t.flags, run_id, t.flags.c.position)
    found = _evidence(connection, run_id)
    for row in connection.execute(query.order_by(_N.position)).mappings():
        note = Note(
            claim=Claim.model_validate(row["body"]),
            verdict=next((Verdict.model_validate(each) for each in verdicts[row["id"]]), None),
            failure=next((Failure.model_validate(each) for each in failures[row["id"]]), None),
            flags=tuple(Flag.model_validate(each["body"]) for each in flags[row["id"]]),
            evidence=tuple(found[row["id"]]),
            trace=tuple(row["trace"]),
            comparison=row["comparison"],
        )
        yield KnownNote(note, Lineage.model_validate({name: row[name] for name in Lineage.model_fields}))


def _by_note(
    connection: Connection, table: sa.Table, run_id: str, *order: sa.ColumnElement[Any]
) -> dict[int, list[dict[str, Any]]]:
    query = sa.select(table).join(t.notes, _N.id == table.c.note_id).where(_N.run_id == run_id).order_by(*order)
    rows: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in connection.execute(query).mappings():
        rows[row["note_id"]].append({name: value for name, value in row.items() if name != "note_id"})
    return rows


def _evidence(connection: Connection, run_id: str) -> dict[int, list[Evidence]]:
    columns = {name: t.evidence.c[name] for name in ("note_id", "rank", "score", "retriever", "stance", "later")}
    query = sa.select(*columns.values(), t.evidence.c.passage_id).join(t.notes, _N.id == t.evidence.c.note_id)
    rows = connection.execute(query.where(_N.run_id == run_id).order_by(t.evidence.c.rank)).mappings().all()
    cited = sa.select(t.evidence.c.passage_id).join(t.notes, _N.id == t.evidence.c.note_id).where(_N.run_id == run_id)
    bodies = sa.select(t.passages.c.id, t.passages.c.body).where(t.passages.c.id.in_(cited))
    passages = {id_: Passage.model_validate(body) for id_, body in connection.execute(bodies)}
    found: dict[int, list[Evidence]] = defaultdict(list)
    for row in rows:
        fields = {name: row[name] for name in columns if name != "note_id"}
        found[row["note_id"]].append(Evidence(passage=passages[row["passage_id"]], **fields))
    return found
