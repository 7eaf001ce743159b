"""Watches by the wall clock, run over and over as a schedule does, through changes of the clocks and long visits."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from watched import Desk

from pipeline.core.models import Article
from pipeline.watch import Cron, Interval, Visit, visits

NIGHTLY = Cron(expression="30 2 * * *", timezone="Europe/Berlin")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path / "store.db", tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("began", "nights"),
    [
        # The night to 29 March has no half past two: once, when the clocks read three.
        (datetime(2026, 3, 28, 12, tzinfo=UTC), ["29 01:00", "30 00:30", "31 00:30"]),
        # The night to 25 October has it twice: once, the first time.
        (datetime(2026, 10, 24, 12, tzinfo=UTC), ["25 00:30", "26 01:30", "27 01:30"]),
    ],
)
def test_a_nightly_watch_runs_once_a_night_when_the_clocks_change(
    desk: Desk, began: datetime, nights: list[str]
) -> None:
    desk.write("a.txt")
    desk.watch(schedule=NIGHTLY, created_at=began)
    desk.now = began
    ran: list[Visit] = []
    while desk.now < began + timedelta(days=3):
        done = desk.run(hours=0.5)
        assert not done.refused and not done.errors
        ran += done.visits
    assert [f"{visit.slot:%d %H:%M}" for visit in ran] == nights
    assert [visit.missed for visit in ran] == [0, 0, 0]
    assert sum(desk.asked.values()) == 2  # one draft with two claims


def test_a_visit_longer_than_its_interval_is_not_doubled_and_every_slot_is_told(desk: Desk) -> None:
    desk.write("a.txt")
    watch = desk.watch(schedule=Interval(seconds=600))
    began, refused = desk.now, []

    def others_come_meanwhile(_: Article) -> None:
        for _ in range(5):
            done = desk.run(hours=5 / 60)
            assert not done.visits
            refused.extend(done.refused)

    desk.before_check = others_come_meanwhile
    (long,) = desk.run().visits
    desk.before_check = lambda article: None
    after = desk.visit(hours=10 / 60)
    minutes = [10, 20]  # slots that came while it went on
    assert [each.slot for each in refused if each.skipped] == [began + timedelta(minutes=each) for each in minutes]
    assert (long.slot, long.counts()) == (began, {"checked": 1})
    assert (after.slot, after.missed, after.counts()) == (began + timedelta(minutes=30), 0, {"unchanged": 1})
    with closing(desk.store) as store:
        told = {visit.slot: visit.status for visit in visits(store, watch)}
    every = {began + timedelta(minutes=each): "skipped" if each in minutes else "finished" for each in (0, 10, 20, 30)}
    assert told == every
    assert desk.checked.total() == 1 and sum(desk.asked.values()) == 2
