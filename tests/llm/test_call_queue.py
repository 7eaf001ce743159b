from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager

import pytest

from pipeline.llm.call_queue import CallQueue


class Line:
    """Threads that ask for a turn one after another, and the order in which they got it."""

    def __init__(self, queue: CallQueue) -> None:
        self.queue, self.order = queue, list[str]()
        self._threads: list[threading.Thread] = []

    def ask(self, name: str, place: int) -> None:
        thread = threading.Thread(target=self._go, args=(name, place))
        waiting = len(self.queue._waiting)
        thread.start()
        self._threads.append(thread)
        until(lambda: len(self.queue._waiting) == waiting + 1)

    def _go(self, name: str, place: int) -> None:
        with self.queue.turn(place):
            self.order.append(name)

    def end(self) -> list[str]:
        for thread in self._threads:
            thread.join(60)
        return self.order


def until(holds: Callable[[], bool]) -> None:
    reached = threading.Event()
    for _ in range(6000):
        if holds():
            return
        reached.wait(0.01)
    raise AssertionError("it never held")


@contextmanager
def busy(queue: CallQueue) -> Generator[Line, None, None]:
    """Hold the only turn while others line up."""
    with queue.turn(0):
        yield Line(queue)


def test_those_with_the_lowest_place_go_first_and_of_one_place_those_who_have_waited_longest() -> None:
    queue = CallQueue(1)
    first, second = queue.join(), queue.join()
    with busy(queue) as line:
        for name, place in (("b1", second), ("a1", first), ("b2", second), ("a2", first), ("b3", second)):
            line.ask(name, place)
    assert line.end() == ["a1", "a2", "b1", "b2", "b3"]


def test_who_gives_up_waiting_takes_no_turn_from_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = CallQueue(1)

    class Interrupted(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            raise KeyboardInterrupt

    with busy(queue) as line:
        line.ask("before", 5)
        monkeypatch.setattr("pipeline.llm.call_queue.threading.Event", Interrupted)
        with pytest.raises(KeyboardInterrupt), queue.turn(1):
            pass
        monkeypatch.undo()
        line.ask("after", 5)
    assert line.end() == ["before", "after"]
    with queue.turn(0):
        assert not queue._waiting


def test_a_turn_that_came_at_the_moment_of_giving_up_goes_on_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = CallQueue(1)

    class Late(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            queue._give_back()  # the turn that is held ends just now
            raise KeyboardInterrupt

    queue._take(0)
    monkeypatch.setattr("pipeline.llm.call_queue.threading.Event", Late)
    with pytest.raises(KeyboardInterrupt), queue.turn(1):
        pass
    monkeypatch.undo()
    with queue.turn(2):
        assert not queue._free


def test_an_error_gives_the_turn_back() -> None:
    queue = CallQueue(1)
    for _ in range(3):
        with pytest.raises(ValueError, match="wrong"), queue.turn(0):
            raise ValueError("wrong")


def test_without_a_limit_nobody_waits() -> None:
    queue = CallQueue()
    with queue.turn(0), queue.turn(0), queue.turn(9):
        assert not queue._waiting
