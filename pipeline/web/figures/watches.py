"""Count how watches stand: when each runs next, whether it is late, and how its visits went."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.store import schema as t
from pipeline.watch import Watch, aware, is_alive, next_slot
from pipeline.web.figures.models import VisitFigures, WatchFigures

_V = t.watch_visits.c
_COLUMNS = (
    "id",
    "watch_id",
    "slot",
    "status",
    "owner",
    "began_at",
    "beat_at",
    "ended_at",
    "seconds",
    "missed",
    "reason",
)


def count_watches(connection: Connection, now: datetime) -> tuple[WatchFigures, ...]:
    """Return every watch in order of name."""
    query = sa.select(t.watches.c.body, t.watches.c.status, t.watches.c.settled_until).order_by(t.watches.c.name)
    newest, items = _newest(connection, now), t.watch_items.c
    visits, found = _counts(connection, _V.watch_id, _V.status), _counts(connection, items.watch_id, items.state)
    figures = []
    for body, status, settled in connection.execute(query).all():
        watch = Watch.model_validate(body | {"status": status})
        more = {"newest": newest.get(watch.id), "visits": visits.get(watch.id, {}), "items": found.get(watch.id, {})}
        figures.append(WatchFigures.model_validate(_times(watch, aware(settled), now) | more))
    return tuple(figures)


def _times(watch: Watch, settled: datetime, now: datetime) -> dict[str, Any]:
    active = watch.status == "active"
    first = next_slot(watch.schedule, watch.created_at, settled) if active else None
    return {
        "name": watch.name,
        "status": watch.status,
        "schedule": str(watch.schedule),
        "next_at": next_slot(watch.schedule, watch.created_at, max(settled, now)) if active else None,
        "due_since": first if first and first <= now else None,
    }


def _newest(connection: Connection, now: datetime) -> dict[str, VisitFigures]:
    last = sa.select(sa.func.max(_V.id)).group_by(_V.watch_id)
    query = sa.select(*(_V[name] for name in _COLUMNS)).where(_V.id.in_(last))
    return {row["watch_id"]: _visit(row, now) for row in connection.execute(query).mappings()}


def _visit(row: sa.RowMapping, now: datetime) -> VisitFigures:
    dead = row["status"] == "running" and not is_alive(row["owner"], aware(row["beat_at"]), now)
    values: dict[str, Any] = {name: row[name] for name in ("seconds", "reason", "missed")}
    values |= {name: aware(row[name]) if row[name] else None for name in ("slot", "began_at", "ended_at")}
    return VisitFigures.model_validate(values | {"status": "lost" if dead else row["status"]})


def _counts(connection: Connection, watch: sa.Column[Any], name: sa.Column[Any]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for watch_id, named, count in connection.execute(sa.select(watch, name, sa.func.count()).group_by(watch, name)):
        found.setdefault(watch_id, {})[named] = count
    return found
