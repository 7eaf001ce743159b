"""The queue: claims that need a person, the most harmful first; "next" hands each person another one."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.core.clock import utc_now
from pipeline.core.errors import InputError, StoreBusy
from pipeline.core.models import Person, storable
from pipeline.review.filters import UNASSIGNED, Filter
from pipeline.review.models import QueueItem, QueuePage
from pipeline.store import Store, has_accounts, in_utc, matching, schema

MAX_PAGE = 500
HELD = timedelta(minutes=5)
"""How long a claim that somebody was handed is nobody else's next one; opened by its address it is anybody's."""
_Q, _H = schema.queue.c, schema.handed.c
_CURSOR = re.compile(r"([0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?)_([0-9a-f]{16})")
ORDER = (_Q.rank, _Q.claim_id)


def queue(store: Store, filter: Filter, *, limit: int = 50, after: str | None = None) -> QueuePage:
    """Return a page of the claims that match, and how many match; raises InputError for a broken cursor or limit."""
    if not 1 <= limit <= MAX_PAGE:
        raise InputError(f"limit: from 1 to {MAX_PAGE}")
    wanted = conditions(filter, store.dialect)
    query = sa.select(schema.queue).where(*wanted).order_by(*ORDER).limit(limit + 1)
    if after is not None:
        query = query.where(_behind(*_read_cursor(after)))
    with store.reading() as connection:
        rows = connection.execute(query).mappings().all()
        total = count(connection, wanted)
    more = len(rows) > limit
    cursor = f"{rows[limit - 1]['rank']!r}_{rows[limit - 1]['claim_id']}" if more else None
    return QueuePage(items=tuple(item_of(row) for row in rows[:limit]), total=total, next=cursor)


def next_claim(
    store: Store,
    filter: Filter,
    person: Person,
    *,
    after: str | None = None,
    skipped: Collection[str] = (),
    now: datetime | None = None,
) -> QueueItem | None:
    """Return the next claim for a person, behind the claim `after` in the queue's order; None when nothing is left.

    Claims that others have, or were handed a few minutes ago, or that wait for somebody else's second decision, are
    left out. Whoever is to have it is handed it by `hand_out`.
    """
    with store.reading() as connection:
        return look_for_next(connection, filter, person, after, skipped, now or utc_now())


def look_for_next(
    connection: Connection, filter: Filter, person: Person, after: str | None, skipped: Collection[str], now: datetime
) -> QueueItem | None:
    """Return what `next_claim` returns, in a transaction that is there."""
    wanted = [
        *conditions(filter, connection.dialect.name),
        sa.or_(_Q.first_reviewer.is_(None), _Q.first_reviewer != person.name),
        sa.or_(_Q.assignee == person.name, _Q.claim_id.not_in(_with_others(person, now))),
    ]
    if filter.assignee is None:
        wanted.append(sa.or_(_Q.assignee.is_(None), _Q.assignee == person.name))
    if skipped:
        wanted.append(_Q.claim_id.not_in([each for each in skipped if storable(each)]))
    query = sa.select(schema.queue).where(*wanted).order_by(*ORDER).limit(1)
    if after is not None and storable(after):
        place = connection.execute(sa.select(*ORDER).where(_Q.claim_id == after)).first()
        query = query.where(_behind(*place)) if place else query
    row = connection.execute(query).mappings().first()
    return item_of(row) if row else None


def _with_others(person: Person, now: datetime) -> sa.Select[tuple[str]]:
    """Choose the claims that others were handed a few minutes ago."""
    return sa.select(_H.claim_id).where(_H.person != person.name, _H.at > now - HELD)


def conditions(filter: Filter, dialect: str) -> list[Any]:
    """Return a filter as conditions on the queue's rows."""
    wanted: list[Any] = [_Q.status != "none" if filter.status == "any" else _Q.status == filter.status]
    for column, value in (
        (_Q.run_id, filter.run),
        (_Q.article_id, filter.article),
        (_Q.publisher, filter.publisher),
        (_Q.editor_status, filter.editor_status),
        (_Q.moved, filter.moved),
        (_Q.differs, filter.differs),
    ):
        if value is not None:
            wanted.append(column == value)
    wanted += _outcome_conditions(filter)
    if filter.since:
        wanted.append(_Q.published_at >= filter.since)
    if filter.until:
        wanted.append(_Q.published_at <= filter.until)
    if filter.assignee:
        wanted.append(_Q.assignee.is_(None) if filter.assignee == UNASSIGNED else _Q.assignee == filter.assignee)
    if filter.text:
        wanted.append(matching(dialect, filter.text))
    return wanted


def _outcome_conditions(filter: Filter) -> list[Any]:
    wanted: list[Any] = []
    if filter.label:
        wanted.append(_Q.label.is_(None) if filter.label == "not_checked" else _Q.label == filter.label)
    for column, name in ((_Q.flags, filter.flag), (_Q.checkers, filter.checker)):
        if name:
            wanted.append(column.contains(f" {name} ", autoescape=True))
    return wanted


def count(connection: Connection, wanted: list[Any]) -> int:
    """Return how many claims match."""
    return connection.scalar(sa.select(sa.func.count()).select_from(schema.queue).where(*wanted)) or 0


def count_unchecked(store: Store, filter: Filter) -> int:
    """Return how many of the claims that match nobody has checked: no verdict, no flag, nothing to accept."""
    with store.reading() as connection:
        return count(connection, [*conditions(filter, store.dialect), _Q.label.is_(None), _Q.flags == ""])


def item_of(row: sa.RowMapping) -> QueueItem:
    """Read a row of the queue."""
    values = {name: row[name] for name in QueueItem.model_fields}
    marks = {name: tuple(row[name].split()) for name in ("flags", "checkers")}
    return QueueItem.model_validate(values | marks | {"updated_at": in_utc(row["updated_at"])})


def _behind(rank: float, claim_id: str) -> Any:
    return sa.tuple_(*ORDER) > sa.tuple_(sa.literal(rank), sa.literal(claim_id))


def _read_cursor(cursor: str) -> tuple[float, str]:
    parts = _CURSOR.fullmatch(cursor)
    if parts is None:
        raise InputError("this is no cursor of the queue: begin at its first page")
    return float(parts[1]), parts[2]


_ONE_AT_A_TIME = "select pg_advisory_xact_lock(4808)"


def hand_out(
    store: Store,
    filter: Filter,
    person: Person,
    *,
    after: str | None = None,
    skipped: Collection[str] = (),
    now: datetime | None = None,
) -> QueueItem | None:
    """Return the next claim for a person as `next_claim` does, and let it be nobody else's next one for a while.

    What this person was handed before is free again. Where the store is too busy to write, the claim is handed out
    all the same; a desk without accounts is one person's, whatever name, and nothing is written.
    """
    moment = now or utc_now()
    if not has_accounts(store):
        return next_claim(store, filter, person, after=after, skipped=skipped, now=moment)
    try:
        with store.writing_lightly() as connection:
            if connection.dialect.name == "postgresql":  # two at once would not see each other's row; SQLite has a turn
                connection.execute(sa.text(_ONE_AT_A_TIME))
            found = look_for_next(connection, filter, person, after, skipped, moment)
            _note(connection, person, found, moment)
    except StoreBusy:
        return next_claim(store, filter, person, after=after, skipped=skipped, now=moment)
    return found


def _note(connection: Connection, person: Person, found: QueueItem | None, moment: datetime) -> None:
    connection.execute(sa.delete(schema.handed).where(schema.handed.c.person == person.name))
    if found is not None:
        row = {"person": person.name, "claim_id": found.claim_id, "at": moment}
        connection.execute(sa.insert(schema.handed), row)
