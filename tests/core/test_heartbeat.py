"""A worker's heartbeat: it goes on through a store that is busy, and tells when the work is another's."""

from __future__ import annotations

import threading

import pytest

from pipeline.core.errors import StoreBusy
from pipeline.core.heartbeat import heartbeat

PATIENCE_S = 60


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.core.heartbeat.BEAT_SECONDS", 0.001)


def test_a_store_that_is_busy_once_does_not_end_the_beats() -> None:
    answers, lost = [True, False], threading.Event()

    def beat() -> bool:
        if len(answers) == 2:
            answers.pop(0)
            raise StoreBusy("somebody else writes")
        return answers[0]

    with heartbeat(beat, lost):
        assert lost.wait(PATIENCE_S)


def test_work_that_is_still_ones_own_is_not_lost_and_nothing_beats_after_its_end() -> None:
    beaten, lost = threading.Event(), threading.Event()

    def beat() -> bool:
        beaten.set()
        return True

    with pytest.raises(KeyError), heartbeat(beat, lost):
        assert beaten.wait(PATIENCE_S)
        raise KeyError("the work fails")
    assert not lost.is_set() and not [each for each in threading.enumerate() if "heartbeat" in each.name]
