"""The channels of a desk."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.core.errors import InputError
from pipeline.store import Store, in_utc, schema as t
from pipeline.watch.notify.models import Channel

_C = t.channels.c


def add_channel(store: Store, channel: Channel) -> None:
    """Store a new channel; raises InputError where one of that name is there."""
    row: dict[str, object] = {"id": channel.id, "name": channel.name, "body": channel.model_dump(mode="json")}
    row |= {"digest_until": channel.created_at, "created_at": channel.created_at}
    with store.writing() as connection:
        if connection.scalar(sa.select(_C.id).where(_C.name == channel.name)):
            raise InputError(
                f"there is a channel {channel.name!r} already: give another name, or remove that one first"
            )
        connection.execute(sa.insert(t.channels), row)


def channels(store: Store) -> tuple[Channel, ...]:
    """Return all channels, in order of name."""
    with store.reading() as connection:
        bodies = connection.scalars(sa.select(_C.body).order_by(_C.name)).all()
    return tuple(Channel.model_validate(body) for body in bodies)


def channels_named(store: Store, names: Collection[str]) -> tuple[Channel, ...]:
    """Return the channels of these names that are there."""
    return tuple(channel for channel in channels(store) if channel.name in names) if names else ()


def find_channel(store: Store, name: str) -> Channel:
    """Return a channel by name; raises InputError where there is none."""
    found = channels_named(store, (name,))
    if not found:
        raise InputError(f"there is no channel {name!r}: see `factnotes notify list`")
    return found[0]


def require_channels(store: Store, names: Collection[str]) -> None:
    """Raise InputError for the first name that no channel has."""
    known = {channel.name for channel in channels(store)}
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        raise InputError(f"there is no channel {unknown!r}: add it with `factnotes notify add {unknown} ...` first")


def remove_channel(store: Store, channel: Channel) -> int:
    """Forget a channel and what was to be sent to it; return how many messages were not sent yet."""
    of_it = t.deliveries.c.channel_id == channel.id
    with store.writing() as connection:
        unsent = sa.select(sa.func.count()).select_from(t.deliveries).where(of_it, t.deliveries.c.status == "pending")
        count: int = connection.scalar(unsent) or 0
        connection.execute(sa.delete(t.channels).where(_C.id == channel.id))
    return count


def digest_ended(connection: Connection, channel: Channel, since: datetime, until: datetime) -> bool:
    """Write down how far a channel's digests reach; False where another process has written this one."""
    own = (_C.id == channel.id, _C.digest_until == since)
    return connection.execute(sa.update(t.channels).where(*own).values(digest_until=until)).rowcount == 1


def digests_due(store: Store, moment: datetime) -> tuple[tuple[Channel, datetime, datetime], ...]:
    """Return the channels whose digest is due, each with the beginning and the end of what it covers."""
    with store.reading() as connection:
        rows = connection.execute(sa.select(_C.body, _C.digest_until).order_by(_C.name)).all()
    found = []
    for body, until in rows:
        channel = Channel.model_validate(body)
        due = channel.digest_due(moment)
        since = in_utc(until) if until else channel.created_at
        if due is not None and since < due:
            found.append((channel, since, due))
    return tuple(found)
