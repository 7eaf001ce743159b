"""The watches of a desk, and who is at which of their slots.

A worker claims a slot by its row: the watch's own row is locked first, and the pair of watch and slot is unique,
so no slot is run by two. While it works it beats; the slot of a worker that is dead comes back to the next one.
"""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from pipeline.core.errors import InputError
from pipeline.core.models import Value
from pipeline.store import Store, schema as t
from pipeline.watch.models import Interval, Visit, Watch, WatchStatus
from pipeline.watch.schedule import Due, slots_due

LEASE = timedelta(seconds=60)
"""A worker on another machine that has not beaten for so long is dead."""
_MUCH = timedelta(days=1)


class Claimed(Value):
    """A slot that is this worker's to run."""

    visit_id: int
    slot: datetime
    missed: int = 0
    at_least: bool = False
    by_hand: bool = False
    resumed: bool = False
    """True where a worker that died had begun it."""
    seconds_before: float = 0.0
    """How long that one had taken."""


class Refused(Value):
    """Why a watch is not run now, though it is due or was asked for."""

    slot: datetime
    missed: int = 0
    at_least: bool = False
    reason: str
    skipped: bool
    """True where the slot is settled by this and does not come back."""


# Watches


def add_watch(store: Store, watch: Watch) -> None:
    """Store a new watch; raises InputError where one of that name is there."""
    # The first slot of an interval is its beginning.
    settled = watch.created_at - timedelta(microseconds=1) if isinstance(watch.schedule, Interval) else watch.created_at
    row: dict[str, object] = {"id": watch.id, "name": watch.name, "status": watch.status}
    row["body"] = watch.model_dump(mode="json")
    row |= {"settled_until": settled, "created_at": watch.created_at, "changed_at": watch.created_at}
    with store.writing() as connection:
        if connection.scalar(sa.select(t.watches.c.id).where(t.watches.c.name == watch.name)):
            raise InputError(f"there is a watch {watch.name!r} already: give another name, or remove that one first")
        connection.execute(sa.insert(t.watches), row)


def watches(store: Store) -> tuple[Watch, ...]:
    """Return all watches, in order of name."""
    query = sa.select(t.watches.c.body, t.watches.c.status).order_by(t.watches.c.name)
    with store.reading() as connection:
        return tuple(Watch.model_validate(body | {"status": status}) for body, status in connection.execute(query))


def find_watch(store: Store, name: str) -> Watch:
    """Return a watch by name; raises InputError where there is none."""
    found = {watch.name: watch for watch in watches(store)}
    if name not in found:
        raise InputError(f"there is no watch {name!r}: see `factnotes watch list`")
    return found[name]


def settled_until(store: Store, watch: Watch) -> datetime:
    """Return the moment up to which every slot was run or reported as missed."""
    with store.reading() as connection:
        found = connection.scalar(sa.select(t.watches.c.settled_until).where(t.watches.c.id == watch.id))
    return aware(found) if found else watch.created_at


def set_status(store: Store, watch: Watch, status: WatchStatus, now: datetime) -> Due | None:
    """Pause or resume a watch; return the slots that passed while it was paused, which are not run."""
    with store.writing() as connection:
        row = _locked(connection, watch.id)
        passed = None
        values: dict[str, object] = {"status": status, "changed_at": now}
        if status == "active" and row["status"] == "paused":
            passed = slots_due(watch.schedule, watch.created_at, aware(row["settled_until"]), now)
            values["settled_until"] = now
        connection.execute(sa.update(t.watches).where(t.watches.c.id == watch.id).values(**values))
    return passed


def remove_watch(store: Store, watch: Watch) -> None:
    """Forget a watch and what it saw; runs and notes stay."""
    with store.writing() as connection:
        connection.execute(sa.delete(t.watches).where(t.watches.c.id == watch.id))


def visits(store: Store, watch: Watch, limit: int = 10) -> tuple[Visit, ...]:
    """Return a watch's visits, newest first, without what they said of each article."""
    query = sa.select(t.watch_visits).where(t.watch_visits.c.watch_id == watch.id)
    query = query.order_by(t.watch_visits.c.began_at.desc(), t.watch_visits.c.id.desc()).limit(limit)
    columns = ("id", "by_hand", "status", "missed", "reason")
    with store.reading() as connection:
        rows = connection.execute(query).mappings().all()
    return tuple(
        Visit(
            watch_id=watch.id,
            watch=watch.name,
            slot=aware(row["slot"]),
            **{name: row[name] for name in columns},
            **(row["summary"] or {}),
        )
        for row in rows
    )


# Slots


def claim(store: Store, watch: Watch, owner: str, now: datetime, *, by_hand: bool = False) -> Claimed | Refused | None:
    """Take the watch's due slot, or one by hand; None where nothing is due."""
    now = now.astimezone(UTC)
    with store.writing() as connection:
        row = _locked(connection, watch.id)
        running = _running(connection, watch.id)
        alive = [each for each in running if is_alive(each["owner"], aware(each["beat_at"]), now)]
        may_run = by_hand or row["status"] == "active"
        due = None
        if row["status"] == "active":
            due = slots_due(watch.schedule, watch.created_at, aware(row["settled_until"]), now)
        if alive:
            return _refuse(connection, watch, alive[0], due, owner, now, by_hand)
        if running and may_run:
            return _take_over(connection, running, owner, now)
        if by_hand:
            due = Due(slot=_free_moment(connection, watch, now), missed=0)
        if due is None:
            return _set_back(aware(row["settled_until"]), now) if row["status"] == "active" else None
        visit_id = _begin(connection, watch, due, owner, now, by_hand=by_hand)
        return Claimed(visit_id=visit_id, by_hand=by_hand, **due.model_dump()) if visit_id else None


def _refuse(
    connection: Connection, watch: Watch, busy: RowMapping, due: Due | None, owner: str, now: datetime, by_hand: bool
) -> Refused:
    began = f"{aware(busy['began_at']):%Y-%m-%d %H:%M:%S} UTC"
    if by_hand or due is None:
        return Refused(slot=aware(busy["slot"]), reason=f"its run begun at {began} still goes on", skipped=False)
    reason = f"this slot was skipped: the run begun at {began} still went on"
    _begin(connection, watch, due, owner, now, status="skipped", reason=reason)
    return Refused(**due.model_dump(), reason=reason, skipped=True)


def _set_back(settled: datetime, now: datetime) -> Refused | None:
    """Tell of a clock that was far ahead when slots were settled: until it is there again nothing would be due."""
    if settled - now < _MUCH:
        return None
    reason = "this slot was settled already and the clock reads earlier now; pause and resume the watch to begin anew"
    return Refused(slot=settled, reason=reason, skipped=False)


def _take_over(connection: Connection, dead: list[RowMapping], owner: str, now: datetime) -> Claimed:
    newest, *older = sorted(dead, key=lambda row: -row["id"])
    for row in older:
        _end(connection, row["id"], None, status="failed", ended_at=now, reason="its worker died")
    values = {"owner": owner, "beat_at": now}
    connection.execute(sa.update(t.watch_visits).where(t.watch_visits.c.id == newest["id"]).values(**values))
    return Claimed(
        visit_id=newest["id"],
        slot=aware(newest["slot"]),
        missed=newest["missed"],
        by_hand=newest["by_hand"],
        resumed=True,
        seconds_before=newest["seconds"],
    )


def _begin(
    connection: Connection,
    watch: Watch,
    due: Due,
    owner: str,
    now: datetime,
    *,
    by_hand: bool = False,
    status: str = "running",
    reason: str = "",
) -> int | None:
    """Write a slot's row and settle it; None where it is there already."""
    taken = (t.watch_visits.c.watch_id == watch.id) & (t.watch_visits.c.slot == due.slot)
    if not by_hand:
        settle = sa.update(t.watches).where(t.watches.c.id == watch.id)
        connection.execute(settle.values(settled_until=due.slot))
    if connection.scalar(sa.select(t.watch_visits.c.id).where(taken)):
        return None
    row = {"watch_id": watch.id, "slot": due.slot, "by_hand": by_hand, "status": status, "owner": owner}
    row |= {"day": watch.day_of(now), "began_at": now, "beat_at": now, "seconds": 0.0, "missed": due.missed}
    row |= {"reason": reason, "ended_at": None if status == "running" else now}
    made: int = connection.execute(sa.insert(t.watch_visits).returning(t.watch_visits.c.id), row).scalar_one()
    return made


def _free_moment(connection: Connection, watch: Watch, now: datetime) -> datetime:
    """Return the moment, or the first after it that is no slot: what is asked for by hand is never somebody's turn."""
    taken = sa.select(t.watch_visits.c.slot).where(t.watch_visits.c.watch_id == watch.id, t.watch_visits.c.slot >= now)
    slots = {aware(slot) for slot in connection.scalars(taken)}
    while now in slots:
        now += timedelta(microseconds=1)
    return now


def beat(store: Store, visit_id: int, owner: str, now: datetime, seconds: float) -> bool:
    """Say that the worker lives and how long the visit has taken; False where the slot is no longer its own."""
    with store.writing() as connection:
        return _end(connection, visit_id, owner, beat_at=now, seconds=seconds)


def finish(store: Store, visit: Visit, owner: str, now: datetime, seconds_before: float = 0.0) -> bool:
    """Write down how a visit ended; False where the slot is no longer the worker's."""
    items = [item.model_dump(mode="json") for item in visit.told if item.outcome != "unchanged"][:1000]
    summary: dict[str, object] = {"problems": list(visit.problems[:100]), "told": items}
    summary |= {"spent": visit.spent.model_dump(mode="json"), "unchanged": visit.counts().get("unchanged", 0)}
    values = {"status": visit.status, "ended_at": now, "beat_at": now, "reason": visit.reason, "summary": summary}
    with store.writing() as connection:
        return _end(connection, visit.id, owner, seconds=seconds_before + visit.spent.seconds, **values)


def give_back(store: Store, visit_id: int, owner: str) -> None:
    """Let the next worker go on with a slot at once."""
    with store.writing() as connection:
        _end(connection, visit_id, owner, owner="")


def _end(connection: Connection, visit_id: int, holder: str | None, **values: object) -> bool:
    visit = (t.watch_visits.c.id == visit_id) & (t.watch_visits.c.status == "running")
    if holder is not None:
        visit &= t.watch_visits.c.owner == holder
    return connection.execute(sa.update(t.watch_visits).where(visit).values(**values)).rowcount == 1


def _locked(connection: Connection, watch_id: str) -> RowMapping:
    query = sa.select(t.watches).where(t.watches.c.id == watch_id).with_for_update()
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise InputError("the watch was removed: see `factnotes watch list`")
    return row


def _running(connection: Connection, watch_id: str) -> list[RowMapping]:
    query = sa.select(t.watch_visits).where(t.watch_visits.c.watch_id == watch_id)
    return list(connection.execute(query.where(t.watch_visits.c.status == "running")).mappings())


# Workers


def new_owner() -> str:
    """Name this process so that others can tell whether it still lives."""
    return f"{_this_machine()}|{os.getpid()}|{_started(os.getpid())}|{uuid4().hex[:8]}"


def is_alive(owner: str, beat_at: datetime, now: datetime) -> bool:
    """Tell whether a worker lives: its process on this machine, its last beat on another.

    On this machine a process that sleeps with the machine is not dead.
    """
    if not owner:
        return False
    where, pid, started, _ = owner.split("|")
    if where == _this_machine():
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
        return _started(int(pid)) == started
    return abs(now - beat_at) < LEASE


def _this_machine() -> str:
    """Name this machine, and the processes that see each other on it."""
    try:
        return f"{socket.gethostname()}/{os.readlink('/proc/self/ns/pid')}"  # noqa: PTH115 # no path, a name
    except OSError:
        return socket.gethostname()


def _started(pid: int) -> str:
    """Return when a process began, as its system tells it: a number may be given to another process later."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]


def aware(moment: datetime) -> datetime:
    """Return a moment as the databases give it, in UTC: SQLite keeps no zone."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
