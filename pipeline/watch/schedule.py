"""When a watch is due: slots of a cron expression or an interval, whatever the clocks do.

An expression that names its hours goes by the wall clock, as people mean it: an hour that daylight saving
skips fires once after it, an hour that comes twice fires once. One for every hour (`*`) goes by real time.
Slots only ever move forward from the last one that was settled, so a clock set back runs nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim

from pipeline.core.models import Value
from pipeline.watch.models import Cron, Interval, Schedule

_LONGEST = timedelta(days=400)
"""Slots missed before that are not counted one by one."""


class Due(Value):
    """The newest slot that is due, and how many before it have passed unrun."""

    slot: datetime
    missed: int
    at_least: bool = False
    """True where more were missed than were counted."""


def slots_due(schedule: Schedule, beginning: datetime, settled_until: datetime, now: datetime) -> Due | None:
    """Return the newest slot after `settled_until` and not after `now`, with the number missed; None for none."""
    if now <= settled_until:
        return None
    if isinstance(schedule, Interval):
        return _intervals_due(schedule.seconds, beginning, settled_until, now)
    start = max(settled_until, now - _LONGEST)
    newest, count = None, 0
    for slot in slots_after(schedule, beginning, start):
        if slot > now:
            break
        newest, count = slot, count + 1
    return Due(slot=newest, missed=count - 1, at_least=start > settled_until) if newest else None


def next_slot(schedule: Schedule, beginning: datetime, after: datetime) -> datetime | None:
    """Return the first slot after a moment; None where no more come."""
    return next(slots_after(schedule, beginning, after), None)


def slots_after(schedule: Schedule, beginning: datetime, after: datetime) -> Iterator[datetime]:
    """Yield the slots after a moment, in UTC, each later than the one before."""
    if isinstance(schedule, Interval):
        step = timedelta(seconds=schedule.seconds)
        number = max(0, (after - beginning) // step + 1)
        while True:
            yield beginning + number * step
            number += 1
    found = _by_the_clock(schedule, after) if _names_hours(schedule) else _in_real_time(schedule, after)
    last = after.astimezone(UTC)
    for slot in found:
        if slot > last:
            yield slot
            last = slot


def _intervals_due(seconds: int, beginning: datetime, settled_until: datetime, now: datetime) -> Due | None:
    step = timedelta(seconds=seconds)
    newest = (now - beginning) // step
    settled = max(-1, (settled_until - beginning) // step)
    if newest <= settled or newest < 0:
        return None
    return Due(slot=beginning + newest * step, missed=newest - settled - 1)


def _names_hours(schedule: Cron) -> bool:
    return schedule.expression.split()[1] != "*"


def _in_real_time(schedule: Cron, after: datetime) -> Iterator[datetime]:
    """Every minute that exists in the zone is looked at once, also those of an hour that comes twice."""
    for slot in CronSim(schedule.expression, after.astimezone(ZoneInfo(schedule.timezone))):
        yield slot.astimezone(UTC)


def _by_the_clock(schedule: Cron, after: datetime) -> Iterator[datetime]:
    zone = ZoneInfo(schedule.timezone)
    # A day early: where clocks were set back, or a day was skipped, local times do not follow real ones.
    local = after.astimezone(zone).replace(tzinfo=None, microsecond=0) - timedelta(days=1, hours=2)
    for wall in CronSim(schedule.expression, local):
        yield _moment(wall, zone)


def _moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the first moment a wall clock shows a time, or passes it where that time is skipped."""
    moment = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    low = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)  # before the gap; `moment` is behind it
    while moment - low > timedelta(seconds=1):
        middle = low + (moment - low) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).replace(tzinfo=None) > wall:
            moment = middle
        else:
            low = middle
    return moment
