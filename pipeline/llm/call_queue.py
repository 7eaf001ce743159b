"""Calls to a model take turns: so many at once, those that others wait for first, then run by run."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from heapq import heapify, heappop, heappush
from itertools import count


class CallQueue:
    """Lets at most `at_once` calls be in flight, or any number; safe to share between threads.

    Runs that share the calls evenly all end together, and then no call is in flight while all read their next articles.
    """

    def __init__(self, at_once: int | None = None) -> None:
        self._free = at_once
        self._lock = threading.Lock()
        self._runs, self._order = count(), count()
        self._waiting: list[tuple[int, int, threading.Event]] = []

    def join(self) -> int:
        """Return the place of one more run, behind those that have joined."""
        return next(self._runs)

    @contextmanager
    def turn(self, place: int) -> Generator[None, None, None]:
        """Wait for a turn and hold it; the lowest place is served first, and in a place who has waited longest."""
        self._take(place)
        try:
            yield
        finally:
            self._give_back()

    def _take(self, place: int) -> None:
        with self._lock:
            if self._free is None:
                return
            if self._free:
                self._free -= 1
                return
            given = threading.Event()
            mine = (place, next(self._order), given)
            heappush(self._waiting, mine)
        try:
            given.wait()
        except BaseException:  # an interrupt from the keyboard
            self._leave(mine)
            raise

    def _leave(self, mine: tuple[int, int, threading.Event]) -> None:
        with self._lock:
            if mine in self._waiting:
                self._waiting.remove(mine)
                heapify(self._waiting)
                return
        self._give_back()

    def _give_back(self) -> None:
        with self._lock:
            if self._free is None:
                return
            if self._waiting:
                _, _, given = heappop(self._waiting)
                given.set()
            else:
                self._free += 1
