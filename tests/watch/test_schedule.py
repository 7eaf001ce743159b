"""Slots of schedules, held against a scan of every minute, whatever the clocks and the time zones do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings, strategies as st
from pydantic import ValidationError

from pipeline.watch import Cron, Interval, next_slot
from pipeline.watch.schedule import slots_after, slots_due

TURNS = (
    ("Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, 6, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),  # half an hour
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
    ("America/Sao_Paulo", datetime(2017, 10, 15, 3, tzinfo=UTC)),  # midnight was skipped
    ("America/Sao_Paulo", datetime(2018, 2, 18, 2, tzinfo=UTC)),  # the hour before midnight came twice
    ("Antarctica/Troll", datetime(2026, 3, 29, 1, tzinfo=UTC)),  # two hours
    ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),  # a whole day was skipped
    ("Asia/Kathmandu", datetime(2026, 5, 1, tzinfo=UTC)),
    ("UTC", datetime(2026, 5, 1, tzinfo=UTC)),
)
MINUTE = timedelta(minutes=1)


class Fields:
    """A cron expression as sets, matched without the library that the code uses."""

    def __init__(self, minutes: frozenset[int], hours: frozenset[int], weekdays: frozenset[int]) -> None:
        self.minutes, self.hours, self.weekdays = minutes, hours, weekdays

    def __repr__(self) -> str:
        fields = (
            "*" if len(values) == size else ",".join(map(str, sorted(values)))
            for values, size in ((self.minutes, 60), (self.hours, 24), (self.weekdays, 7))
        )
        minute, hour, weekday = fields
        return f"{minute} {hour} * * {weekday}"

    def matches(self, wall: datetime) -> bool:
        in_time = wall.minute in self.minutes and wall.hour in self.hours
        return in_time and wall.isoweekday() % 7 in self.weekdays

    def scan(self, zone: ZoneInfo, begin: datetime, end: datetime) -> list[datetime]:
        """Return the slots in (begin, end], looking at the wall clock every minute."""
        found = []
        now = (begin - timedelta(days=3)).replace(second=0, microsecond=0)
        mark = now.astimezone(zone).replace(tzinfo=None)
        while (now := now + MINUTE) <= end:
            wall = now.astimezone(zone).replace(tzinfo=None)
            fires = self.matches(wall)
            if len(self.hours) < 24:  # each time the clock has reached or passed fires once, at once
                passed = (mark + MINUTE * n for n in range(1, int((wall - mark) / MINUTE) + 1))
                fires = any(self.matches(each) for each in passed)
                mark = max(mark, wall)
            if fires and now > begin:
                found.append(now)
        return found


def some(size: int, most: int) -> st.SearchStrategy[frozenset[int]]:
    few = st.frozensets(st.integers(0, size - 1), min_size=1, max_size=most)
    return few | st.just(frozenset(range(size)))


fields = st.builds(Fields, some(60, 3), some(24, 4), some(7, 5))
turns = st.sampled_from(TURNS)


HALF_AN_HOUR, HOUR_TWICE, WHOLE_DAY = TURNS[4], TURNS[7], TURNS[9]
EVERY_HOUR, EVERY_MINUTE = frozenset(range(24)), frozenset(range(60))


@settings(max_examples=60, deadline=None)
@example(Fields(frozenset({30}), EVERY_HOUR, frozenset(range(7))), HALF_AN_HOUR, -1, 1)
@example(Fields(EVERY_MINUTE, EVERY_HOUR, frozenset({0, 5})), WHOLE_DAY, -60, 120)
@example(Fields(EVERY_MINUTE, EVERY_HOUR, frozenset({6})), HOUR_TWICE, -60, 240)
@given(fields, turns, st.integers(-40 * 60, 10 * 60), st.integers(1, 50 * 60))
def test_slots_are_those_that_a_scan_of_every_minute_finds(
    cron: Fields, turn: tuple[str, datetime], offset: int, length: int
) -> None:
    zone, moment = turn
    begin = moment + MINUTE * offset
    end = begin + MINUTE * length
    schedule = Cron(expression=repr(cron), timezone=zone)
    found = []
    for slot in slots_after(schedule, begin, begin):
        if slot > end:
            break
        found.append(slot)
    assert found == cron.scan(ZoneInfo(zone), begin, end)


@settings(max_examples=100, deadline=None)
@given(
    st.tuples(fields, turns) | st.integers(1, 5000),
    st.integers(-30 * 60, 0),
    st.lists(st.integers(-900, 3000), min_size=1, max_size=12),
)
def test_whatever_the_clock_reads_no_slot_runs_twice_and_each_is_run_or_told_as_missed(
    kind: tuple[Fields, tuple[str, datetime]] | int, offset: int, steps: list[int]
) -> None:
    if isinstance(kind, int):
        begin = datetime(2026, 5, 1, tzinfo=UTC) + MINUTE * offset
        schedule: Cron | Interval = Interval(seconds=kind * 7)
    else:
        cron, (zone, moment) = kind
        begin = moment + MINUTE * offset
        schedule = Cron(expression=repr(cron), timezone=zone)
    settled = now = latest = begin
    ran: list[datetime] = []
    missed = 0
    for step in steps:  # readings of a clock that is also set back
        now += timedelta(seconds=step * 31)
        latest = max(latest, now)
        due = slots_due(schedule, begin, settled, now)
        if due is None:
            continue
        assert settled < due.slot <= now
        ran.append(due.slot)
        missed += due.missed
        settled = due.slot
    assert len(set(ran)) == len(ran)
    expected = []
    for slot in slots_after(schedule, begin, begin):
        if slot > latest:
            break
        expected.append(slot)
    assert set(ran) <= set(expected)
    assert len(ran) + missed == len(expected)
    assert ran[-1:] == expected[-1:]


def test_an_hour_that_is_skipped_fires_once_after_it_and_one_that_comes_twice_fires_once() -> None:
    berlin = Cron(expression="15,45 2 * * *", timezone="Europe/Berlin")
    day = datetime(2026, 3, 28, 12, tzinfo=UTC)
    spring = slots_after(berlin, day, day)
    assert next(spring) == datetime(2026, 3, 29, 1, tzinfo=UTC)  # three o'clock, once for both
    assert next(spring) == datetime(2026, 3, 30, 0, 15, tzinfo=UTC)
    day = datetime(2026, 10, 24, 12, tzinfo=UTC)
    autumn = slots_after(berlin, day, day)
    firsts = [next(autumn) for _ in range(3)]
    assert firsts[:2] == [datetime(2026, 10, 25, 0, 15, tzinfo=UTC), datetime(2026, 10, 25, 0, 45, tzinfo=UTC)]
    assert firsts[2] == datetime(2026, 10, 26, 1, 15, tzinfo=UTC)


def test_a_machine_that_slept_for_years_is_told_at_least_how_many_slots_it_missed() -> None:
    began = datetime(2020, 1, 1, tzinfo=UTC)
    due = slots_due(Cron(expression="0 5 * * *"), began, began, began + timedelta(days=3000))
    assert due is not None and due.at_least and 390 < due.missed < 410
    exact = slots_due(Interval(seconds=60), began, began, began + timedelta(days=3000))
    assert exact is not None and not exact.at_least and exact.missed == 3000 * 24 * 60 - 1


def test_the_first_slot_of_an_interval_is_its_beginning() -> None:
    began = datetime(2026, 1, 1, tzinfo=UTC)
    before = began - timedelta(microseconds=1)
    due = slots_due(Interval(seconds=60), began, before, began)
    assert due is not None and (due.slot, due.missed) == (began, 0)
    assert next_slot(Interval(seconds=60), began, began) == began + MINUTE


@pytest.mark.parametrize(
    "expression", ["", "* * * *", "* * * * * *", "61 * * * *", "0 0 31 2 *", "a b c d e", "@daily"]
)
def test_an_expression_that_is_no_cron_or_never_comes_is_refused(expression: str) -> None:
    with pytest.raises(ValidationError, match="cron"):
        Cron(expression=expression)


def test_an_unknown_time_zone_is_refused() -> None:
    for name in ("Mars/Olympus", "../../etc/passwd", ""):
        with pytest.raises(ValidationError, match="time zone"):
            Cron(expression="0 0 * * *", timezone=name)
