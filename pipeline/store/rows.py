"""Rows of the tables, made from values and read back."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.core.models import Claim, Evidence, Failure, Flag, Note, OfficeRecord, Passage, Value, Verdict
from pipeline.store import schema as t

BATCH = 500
CITED = "cited"
"""Kind of a passage that one run was given: kept for its notes, never searched, no part of the snapshot."""


def moment(connection: Connection) -> float:
    """Return the moment in seconds since 1970, by a clock that all processes with this store share."""
    if connection.dialect.name == "sqlite":
        return time.time()
    return float(connection.exec_driver_sql("select extract(epoch from clock_timestamp())").scalar_one())


def dump(value: Value) -> Any:
    """Return a value as JSON takes it."""
    return value.model_dump(mode="json")


def insert_new(connection: Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]], key: str = "id") -> int:
    """Insert the rows whose key is not there yet; return how many."""
    unique = {row[key]: row for row in rows}
    known: set[Any] = set()
    keys = list(unique)
    for at in range(0, len(keys), BATCH):
        query = sa.select(table.c[key]).where(table.c[key].in_(keys[at : at + BATCH]))
        known.update(connection.scalars(query))
    new = [row for each, row in unique.items() if each not in known]
    if new:
        connection.execute(sa.insert(table), new)
    return len(new)


def passage_row(passage: Passage) -> dict[str, Any]:
    """Return the row of a passage."""
    columns = ("id", "sha256", "kind", "publisher", "published_at")
    return {name: getattr(passage, name) for name in columns} | {"body": dump(passage)}


def cited_row(passage: Passage) -> dict[str, Any]:
    """Return the row of a passage that is only kept for a note."""
    row = passage_row(passage)
    return row | {"kind": CITED} if passage.kind == "passage" else row


def take_in_cited(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
    """Let passages that were only kept for a note be searched; return how many."""
    by_id = {row["id"]: row for row in rows}
    ids, cited = list(by_id), set()
    for at in range(0, len(ids), BATCH):
        kinds = sa.select(t.passages.c.id, t.passages.c.kind).where(t.passages.c.id.in_(ids[at : at + BATCH]))
        cited |= {row.id for row in connection.execute(kinds) if row.kind == CITED}
    taken = {id_: by_id[id_] for id_ in ids if id_ in cited}
    for id_, row in taken.items():
        connection.execute(sa.update(t.passages).where(t.passages.c.id == id_).values(**row))
    return len(taken)


def record_row(record: OfficeRecord) -> dict[str, Any]:
    """Return the row of an office record."""
    body = record.model_dump(mode="json")
    return {"id": record.id, "person": record.person, "office": record.office, "body": body}


def claim_row(claim: Claim) -> dict[str, Any]:
    """Return the row of a claim."""
    columns = ("id", "article_id", "kind", "text", "uncheckable", "check_worthiness")
    return {name: getattr(claim, name) for name in columns} | {"body": dump(claim)}


def insert_missing(connection: Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows whose key is not there yet, in one statement and without a look beforehand."""
    if rows:
        connection.execute(unless_there(table, connection.dialect.name), list(rows))


@cache
def unless_there(table: sa.Table, dialect: str) -> sa.Insert:
    """Return the insert that leaves a row alone whose key is there."""
    if dialect == "sqlite":
        return sa.insert(table).prefix_with("or ignore")  # compiled once; `on conflict` would be at each call
    from sqlalchemy.dialects.postgresql import insert  # slow to import

    return insert(table).on_conflict_do_nothing()


def insert_outcome(connection: Connection, note_id: int, note: Note) -> None:
    """Insert what belongs to a note: evidence, verdict or failure, flags."""
    key = {"note_id": note_id}
    if note.evidence:
        columns = {"rank", "score", "retriever", "stance", "later"}
        rows = [each.model_dump(include=columns) | {"passage_id": each.passage.id} for each in note.evidence]
        connection.execute(sa.insert(t.evidence), [key | row for row in rows])
    if note.verdict:
        connection.execute(sa.insert(t.verdicts), key | dump(note.verdict))
    if note.failure:
        connection.execute(sa.insert(t.failures), key | dump(note.failure))
    if note.flags:
        flags = [
            {"position": position, "kind": flag.kind, "severity": flag.severity, "body": dump(flag)}
            for position, flag in enumerate(note.flags)
        ]
        connection.execute(sa.insert(t.flags), [key | row for row in flags])


NOTE_COLUMNS = (t.notes.c.id, t.notes.c.trace, t.notes.c.comparison, t.claims.c.body)
"""What `read_note` wants of a note and its claim."""


def read_note(connection: Connection, row: sa.Row[Any]) -> Note:
    """Read the rest of a note from its tables."""
    note_id = row.id

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
        claim=Claim.model_validate(row.body),
        verdict=verdict[0] if verdict else None,
        failure=failure[0] if failure else None,
        flags=tuple(Flag.model_validate(row["body"]) for row in flags),
        evidence=evidence,
        trace=tuple(row.trace),
        comparison=row.comparison,
    )


def note_of(connection: Connection, note_id: int) -> Note:
    """Read a note by its id."""
    query = sa.select(*NOTE_COLUMNS).join(t.claims, t.claims.c.id == t.notes.c.claim_id)
    return read_note(connection, connection.execute(query.where(t.notes.c.id == note_id)).one())
