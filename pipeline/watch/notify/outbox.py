"""The outbox: messages are written here first, each event once a channel, and sent from here until they arrive.

A sender takes a message by its row and holds it for a while; when it dies, the message comes back. A message that
arrived just before its sender died is sent again under the same id, by which a receiver knows it.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.core.errors import DeliveryFailed
from pipeline.store import Store, in_utc, schema as t, unless_there
from pipeline.watch.notify.models import Channel, Delivery, Event

_D = t.deliveries.c
HELD = timedelta(minutes=5)
"""A sender that has not said within this time what came of a message is dead; longer than any one may take."""
WAITS = (5.0, 300.0, 1800.0, 7200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0)
"""Seconds after the first, second, ... failed try, as Standard Webhooks advises."""
KEPT = timedelta(days=90)
"""How long a message that arrived is remembered, and the words in it."""
LONG = timedelta(hours=1)
"""A message that waits for so long has found its channel down more than once, or nobody who sends it."""
_LATELY = timedelta(days=30)
_LONGEST_PROBLEM = 300
_WITH_CHANNEL = sa.select(t.deliveries, t.channels.c.name, t.channels.c.body.label("channel_body")).join(
    t.channels, t.channels.c.id == _D.channel_id
)


class Stuck(NamedTuple):
    """Messages of one channel that do not arrive; those that were asked for as a test are not among them."""

    channel: str
    given_up: int
    """In the last 30 days."""
    waiting: int
    """For long."""
    untried: int
    """Those of `waiting` that nobody has tried to send."""
    oldest_at: datetime | None
    """When the oldest of `waiting` was written."""


def put(connection: Connection, channels: Iterable[Channel], event: Event, now: datetime) -> int:
    """Write an event for each channel that wants it and has not got it; return for how many."""
    written = 0
    insert = unless_there(t.deliveries, connection.dialect.name)
    for channel in channels:
        if channel.wants(event.kind):
            row: dict[str, Any] = {"channel_id": channel.id, "event_id": event.id, "kind": event.kind}
            row |= {"body": event.body_for(channel), "status": "pending", "tries": 0, "due_at": now}
            written += connection.execute(insert, row | {"problem": "", "created_at": now}).rowcount
    return written


def put_all(store: Store, channels: Collection[Channel], events: Iterable[Event], now: datetime) -> int:
    """Write events in one transaction; return how many messages that makes."""
    with store.writing() as connection:
        return sum(put(connection, channels, event, now) for event in events)


def take(
    store: Store, now: datetime, spared: Collection[str] = (), only: int | None = None
) -> tuple[Channel, Delivery] | None:
    """Take the message that is due longest, of a channel that is not spared; or one that is named."""
    free = sa.or_(_D.held_until.is_(None), _D.held_until < now)
    query = _WITH_CHANNEL.where(_D.status == "pending", _D.due_at <= now, free, _D.channel_id.not_in(list(spared)))
    if only is not None:
        query = query.where(_D.id == only)
    query = query.order_by(_D.due_at, _D.id).limit(1).with_for_update(of=t.deliveries, skip_locked=True)
    with store.writing() as connection:
        row = connection.execute(query).mappings().first()
        if row is None:
            return None
        held = {"held_until": now + HELD, "tries": row["tries"] + 1}
        connection.execute(sa.update(t.deliveries).where(_D.id == row["id"]).values(held))
    return Channel.model_validate(row["channel_body"]), _delivery(dict(row) | held)


def arrived(store: Store, taken: Delivery, now: datetime) -> None:
    """Write down that a message was taken by its receiver."""
    _end(store, taken, status="sent", ended_at=now, problem="")


def failed(store: Store, taken: Delivery, error: DeliveryFailed, now: datetime, most_tries: int) -> Delivery:
    """Write down that a message was not taken, and when it is tried again, if it is; return it as it stands."""
    problem = " ".join(str(error).split())[:_LONGEST_PROBLEM]
    if not error.retryable or taken.tries >= most_tries or taken.kind == "channel.test":  # who tests is waiting
        values: dict[str, Any] = {"status": "given_up", "ended_at": now}
    else:
        values = {"status": "pending", "due_at": now + _wait(taken.tries, error.retry_after)}
    _end(store, taken, problem=problem, **values)
    return taken.model_copy(update=values | {"problem": problem})


def _wait(tries: int, asked: float | None) -> timedelta:
    """Return how long to wait after so many tries: a little more than planned, so that not all come back at once."""
    planned = WAITS[min(tries, len(WAITS)) - 1]
    spread = random.uniform(1.0, 1.1)  # noqa: S311 # nosec B311 # so that not all are tried at once
    return timedelta(seconds=max(planned, min(asked or 0.0, WAITS[-1])) * spread)


def _end(store: Store, taken: Delivery, **values: object) -> None:
    # Whoever has taken it over since has counted one more try.
    own = (_D.id == taken.id, _D.status == "pending", _D.tries == taken.tries)
    with store.writing() as connection:
        connection.execute(sa.update(t.deliveries).where(*own).values(held_until=None, **values))


def try_again(store: Store, channel: Channel, now: datetime) -> int:
    """Let what was given up, or waits, be due at once and tried as if for the first time; return how many."""
    stuck = (_D.channel_id == channel.id, _D.status.in_(("given_up", "pending")), _D.held_until.is_(None))
    values = {"status": "pending", "tries": 0, "due_at": now, "ended_at": None}
    with store.writing() as connection:
        return connection.execute(sa.update(t.deliveries).where(*stuck).values(values)).rowcount


def forget_sent(store: Store, now: datetime) -> int:
    """Delete messages that arrived long ago; return how many. What was given up stays until somebody looks."""
    old = (_D.status == "sent", _D.ended_at < now - KEPT)
    with store.reading() as connection:  # mostly there is none, and a look costs no writer's turn
        if connection.scalar(sa.select(_D.id).where(*old).limit(1)) is None:
            return 0
    with store.writing() as connection:
        return connection.execute(sa.delete(t.deliveries).where(*old)).rowcount


def deliveries(store: Store, channel: Channel, limit: int = 20) -> tuple[Delivery, ...]:
    """Return a channel's messages, the newest first."""
    query = _WITH_CHANNEL.where(_D.channel_id == channel.id).order_by(_D.id.desc()).limit(limit)
    with store.reading() as connection:
        return tuple(_delivery(dict(row)) for row in connection.execute(query).mappings())


def counts(store: Store) -> dict[str, dict[str, int]]:
    """Return how many messages each channel has in which state, by the channel's id."""
    query = sa.select(_D.channel_id, _D.status, sa.func.count()).group_by(_D.channel_id, _D.status)
    found: dict[str, dict[str, int]] = {}
    with store.reading() as connection:
        for channel_id, status, count in connection.execute(query):
            found.setdefault(channel_id, {})[status] = count
    return found


def stuck(store: Store, now: datetime) -> tuple[Stuck, ...]:
    """Return the channels that have messages given up lately, or waiting for long, in order of name."""
    given_up = sa.and_(_D.status == "given_up", _D.created_at >= now - _LATELY)
    waiting = sa.and_(_D.status == "pending", _D.created_at < now - LONG)
    named, untried = t.channels.c.name, sa.and_(waiting, _D.tries == 0)
    counts = [sa.func.sum(sa.case((wanted, 1), else_=0)) for wanted in (given_up, waiting, untried)]
    query = sa.select(named, *counts, sa.func.min(sa.case((waiting, _D.created_at))))
    query = query.join(t.channels, t.channels.c.id == _D.channel_id)
    query = query.where(sa.or_(given_up, waiting), _D.kind != "channel.test").group_by(named).order_by(named)
    with store.reading() as connection:
        rows = connection.execute(query).all()
    return tuple(
        Stuck(name, given_up, waiting, untried, in_utc(oldest) if oldest else None)
        for name, given_up, waiting, untried, oldest in rows
    )


def _delivery(row: dict[str, Any]) -> Delivery:
    names = ("id", "channel_id", "event_id", "kind", "body", "status", "tries", "problem")
    moments = {name: in_utc(row[name]) if row[name] else None for name in ("due_at", "created_at", "ended_at")}
    return Delivery.model_validate({name: row[name] for name in names} | moments | {"channel": row["name"]})
