"""Which watches should have run by now and are run by nobody: what a schedule that does not fire leaves behind.

A schedule's own clock may skip an hour that daylight saving doubles, its server may have been off, its worker dead.
The table of slots knows; whoever asks here makes up for it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from pipeline.core.models import Value
from pipeline.store import Store, schema as t
from pipeline.watch.models import Watch
from pipeline.watch.schedule import slots_due
from pipeline.watch.slots import aware, is_alive, settled_until, watches


class Owed(Value):
    """A watch that should run, and the slot it is owed."""

    watch: str
    slot: datetime
    begun: bool = False
    """True where a worker that is dead now had begun it."""


def owed(store: Store, now: datetime, grace: timedelta) -> tuple[Owed, ...]:
    """Return what active watches are owed: slots of dead workers, and slots that nobody took for `grace`."""
    found = (_owed(store, watch, now, grace) for watch in watches(store) if watch.status == "active")
    return tuple(each for each in found if each)


def _owed(store: Store, watch: Watch, now: datetime, grace: timedelta) -> Owed | None:
    query = sa.select(t.watch_visits.c.slot, t.watch_visits.c.owner, t.watch_visits.c.beat_at)
    query = query.where(t.watch_visits.c.watch_id == watch.id, t.watch_visits.c.status == "running")
    with store.reading() as connection:
        running = connection.execute(query.order_by(t.watch_visits.c.id.desc())).all()
    if any(is_alive(owner, aware(beat_at), now) for _, owner, beat_at in running):
        return None
    if running:
        return Owed(watch=watch.name, slot=aware(running[0].slot), begun=True)
    due = slots_due(watch.schedule, watch.created_at, settled_until(store, watch), now - grace)
    return Owed(watch=watch.name, slot=due.slot) if due else None
