"""The log of the desk: events are appended and read, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.core.models import Review
from pipeline.store import schema as t

JSON_COLUMNS = ("before", "after")


def event_of(row: Mapping[Any, Any]) -> Review:
    """Read an event from its row."""
    return Review.model_validate({name: row[name] for name in Review.model_fields} | {"at": in_utc(row["at"])})


def in_utc(moment: datetime) -> datetime:
    """Return a stored moment with its zone, which SQLite does not keep."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def events_of(connection: Connection, claim_id: str) -> list[Review]:
    """Return a claim's events in order."""
    query = sa.select(t.reviews).where(t.reviews.c.claim_id == claim_id).order_by(t.reviews.c.sequence)
    return [event_of(row) for row in connection.execute(query).mappings()]


def events_of_all(connection: Connection, claim_ids: Iterable[str]) -> dict[str, list[Review]]:
    """Return the events of claims that have any, in order."""
    found: dict[str, list[Review]] = {}
    query = sa.select(t.reviews).where(t.reviews.c.claim_id.in_(list(claim_ids)))
    for row in connection.execute(query.order_by(t.reviews.c.claim_id, t.reviews.c.sequence)).mappings():
        found.setdefault(row["claim_id"], []).append(event_of(row))
    return found


def append(connection: Connection, event: Mapping[str, Any]) -> Review:
    """Write an event and return it with its id; the database refuses a sequence that is taken (IntegrityError)."""
    row = dict(event) | {"at": datetime.now(UTC), "detail": event.get("detail", {})}
    for name in JSON_COLUMNS:
        row[name] = row[name].model_dump(mode="json") if row.get(name) is not None else None
    (id_,) = connection.execute(sa.insert(t.reviews), row).inserted_primary_key or (None,)
    return Review.model_validate(row | {"id": id_})
