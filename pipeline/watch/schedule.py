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
_NO_TWO_CHANGES = timedelta(days=2)
"""In so short a time no zone changes its clocks twice; the greatest change was of a day."""
_TICK = timedelta(microseconds=1)


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
    """Every minute that exists in the zone is looked at once, also those of an hour that comes twice.

    Between two changes of the clocks a wall clock is real time and an offset, so each such stretch is searched alone.
    """
    zone, since = ZoneInfo(schedule.timezone), after.astimezone(UTC)
    while True:
        offset = _offset(since + _TICK, zone)
        wall = next(CronSim(schedule.expression, (since + offset).replace(tzinfo=None)), None)
        if wall is None:
            return
        slot = wall.replace(tzinfo=UTC) - offset
        change = _next_change(since + _TICK, slot, zone)
        if change is None:
            yield slot
        since = slot if change is None else change - _TICK


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _next_change(after: datetime, until: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the first moment, to the second, from which clocks have another offset than after a moment, if any."""
    low, old = after.replace(microsecond=0), _offset(after, zone)
    high = min(low + _NO_TWO_CHANGES, until)
    while _offset(high, zone) == old:
        if high >= until:
            return None
        low, high = high, min(high + _NO_TWO_CHANGES, until)
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) // 2).replace(microsecond=0)
        low, high = (middle, high) if _offset(middle, zone) == old else (low, middle)
    return high


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
