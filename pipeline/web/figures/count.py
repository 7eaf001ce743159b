"""Count the figures: each is one question to the database, and none reads what an article says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.store import Store, in_utc, schema as t, status_of
from pipeline.web.figures.models import (
    Failures,
    Figures,
    Outbox,
    QueueFigures,
    RunFigures,
    Spending,
    Trials,
    WatchFigures,
    Window,
)
from pipeline.web.figures.watches import count_watches

__all__ = [
    "Figures",
    "Outbox",
    "QueueFigures",
    "RunFigures",
    "Spending",
    "WatchFigures",
    "count_figures",
]

_DAYS = 30
_R, _Q, _D = t.runs.c, t.queue.c, t.deliveries.c
_WITHIN: dict[Window, tuple[Window, ...]] = {"today": ("today",), "month": ("today", "month"), "ever": ()}
"""Which parts of the past a window is made of; none for all of them."""
_SUMMED = ("calls", "cached", "tokens_in", "tokens_out", "dollars")


def count_figures(store: Store, now: datetime | None = None, trials: Trials = Trials()) -> Figures:  # noqa: B008 # frozen
    """Return how it all goes now, of one state of the store, with what trials have spent; raises StoreError."""
    at = (now or datetime.now(UTC)).astimezone(UTC)
    with store.reading() as connection:
        return Figures(
            at=at,
            runs=_runs(connection, at),
            outcomes=_outcomes(connection),
            flags=_by(connection, t.flags.c.kind),
            failures=_failures(connection, at),
            spending=_spending(connection, at),
            trials=trials,
            queue=_queue(connection),
            watches=count_watches(connection, at),
            outbox=_outbox(connection, at),
        )


def beginnings(now: datetime) -> tuple[datetime, datetime]:
    """Return when today began, and the 30 days that end today."""
    today = datetime.combine(now.date(), time(), UTC)
    return today, today - timedelta(days=_DAYS - 1)


def _part(now: datetime) -> sa.Case[Any]:
    """Return an expression that tells in which part of the past a run began."""
    today, month = beginnings(now)
    return sa.case((_R.started_at >= today, "today"), (_R.started_at >= month, "month"), else_="ever")


def _windows(counted: Iterable[tuple[str, str, int]]) -> dict[Window, dict[str, int]]:
    """Add up counts by part of the past and name to counts by window and name."""
    found: dict[Window, dict[str, int]] = {window: {} for window in _WITHIN}
    for part, name, count in counted:
        for window, parts in _WITHIN.items():
            if not parts or part in parts:
                found[window][name] = found[window].get(name, 0) + count
    return found


def _runs(connection: Connection, now: datetime) -> RunFigures:
    part, asked = _part(now).label("part"), _R.cancel_asked_at.is_not(None).label("asked")
    ended = sa.select(part, _R.status, asked, sa.func.count()).where(_R.status != "running")
    counted = [
        (part, "cancelled" if status == "failed" and asked else status, count)
        for part, status, asked, count in connection.execute(ended.group_by("part", _R.status, "asked"))
    ]
    names = ("status", "host", "pid", "beat_at", "started_at", "cancel_asked_at")
    going = sa.select(part, *(_R[name] for name in names)).where(_R.status == "running")
    counted += [(row["part"], status_of(row), 1) for row in connection.execute(going).mappings()]
    return RunFigures.model_validate(_windows(counted))


def _failures(connection: Connection, now: datetime) -> Failures:
    """Count what could not be judged; what is kept from an earlier run was not tried again."""
    failures, part = t.failures.c, _part(now).label("part")
    query = sa.select(part, failures.reason, sa.func.count()).select_from(t.failures)
    query = query.join(t.notes, t.notes.c.id == failures.note_id).join(t.runs, _R.id == t.notes.c.run_id)
    query = query.where(failures.reason != "not_checkable", t.notes.c.since_run_id.is_(None))
    rows = connection.execute(query.group_by("part", failures.reason)).all()
    return Failures.model_validate(_windows((part, reason, count) for part, reason, count in rows))


def _outcomes(connection: Connection) -> dict[str, int]:
    reasons = _by(connection, t.failures.c.reason)
    left = reasons.pop("not_checkable", 0)
    return _by(connection, t.verdicts.c.label) | {"not_checked": sum(reasons.values()), "not_checkable": left}


def _by(connection: Connection, column: sa.Column[Any]) -> dict[str, int]:
    query = sa.select(column, sa.func.count()).group_by(column)
    return {name: count for name, count in connection.execute(query).all()}


def _spending(connection: Connection, now: datetime) -> tuple[Spending, ...]:
    """Sum the usage of each run first: so a run's model and its watch are looked up once a run."""
    u = t.usage.c
    sums = [sa.func.sum(u[name]).label(name) for name in _SUMMED]
    unpriced = sa.func.sum(sa.case((u.dollars.is_(None), u.calls), else_=0)).label("unpriced")
    by_run = sa.select(u.run_id, *sums, unpriced).group_by(u.run_id).subquery()
    model, part = _R.versions["model"].as_string().label("model"), _part(now).label("part")
    names = (*_SUMMED, "unpriced")
    totals = [sa.func.sum(by_run.c[name]).label(name) for name in names]
    query = sa.select(model, t.watches.c.name.label("watch"), part, sa.func.count().label("runs"), *totals)
    query = query.select_from(by_run).join(t.runs, _R.id == by_run.c.run_id)
    query = query.outerjoin(t.watch_runs, t.watch_runs.c.run_id == _R.id)
    query = query.outerjoin(t.watches, t.watches.c.id == t.watch_runs.c.watch_id)
    rows = connection.execute(query.group_by("model", t.watches.c.name, "part")).mappings().all()
    keys = {(row["model"], row["watch"]) for row in rows}
    return tuple(
        _sum(key, window, [row for row in rows if (row["model"], row["watch"]) == key and _is_in(row, window)])
        for key in sorted(keys, key=lambda key: (key[0] or "", key[1] or ""))
        for window in _WITHIN
    )


def _is_in(row: sa.RowMapping, window: Window) -> bool:
    return not _WITHIN[window] or row["part"] in _WITHIN[window]


def _sum(key: tuple[str | None, str | None], window: Window, rows: list[sa.RowMapping]) -> Spending:
    whole = {name: sum(int(row[name] or 0) for row in rows) for name in ("runs", *_SUMMED, "unpriced")}
    dollars = sum(float(row["dollars"] or 0) for row in rows)
    return Spending.model_validate({"model": key[0], "watch": key[1], "window": window, **whole, "dollars": dollars})


def _queue(connection: Connection) -> tuple[QueueFigures, ...]:
    """Two questions that each an index answers alone: the rows themselves are long, and tens of thousands."""
    flagged = sa.func.sum(sa.case((_Q.flags != "", 1), else_=0))
    counted = sa.select(_Q.status, sa.func.count(), flagged).group_by(_Q.status).order_by(_Q.status)
    known = sa.select(_Q.run_id, _Q.status).group_by(_Q.run_id, _Q.status).subquery()
    oldest = sa.select(known.c.status, sa.func.min(_R.started_at)).join(t.runs, _R.id == known.c.run_id)
    began = {status: moment for status, moment in connection.execute(oldest.group_by(known.c.status)).all()}
    return tuple(
        QueueFigures(status=status, claims=claims, flagged=flags, oldest_at=in_utc(began[status]))
        for status, claims, flags in connection.execute(counted).all()
    )


def _outbox(connection: Connection, now: datetime) -> Outbox:
    lately = sa.func.sum(sa.case((_D.created_at >= beginnings(now)[1], 1), else_=0))
    query = sa.select(_D.status, sa.func.count(), lately, sa.func.min(_D.created_at)).group_by(_D.status)
    rows = {status: (count, new, oldest) for status, count, new, oldest in connection.execute(query).all()}
    waiting, given_up = rows.get("pending", (0, 0, None)), rows.get("given_up", (0, 0, None))
    return Outbox(
        waiting=waiting[0],
        oldest_at=in_utc(waiting[2]) if waiting[2] else None,
        given_up=given_up[0],
        given_up_lately=given_up[1],
        sent=rows.get("sent", (0,))[0],
    )
