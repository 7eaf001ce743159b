"""A worker and its neighbours: heartbeats, one at a time for each key, and articles that may have ended a process."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from pipeline.watch.models import Item

_ALONE, _ENOUGH = 2, 3
TOLD = f"its check ended with its whole process {_ENOUGH} times: `factnotes check` shows why"


class Parted(NamedTuple):
    """A visit's items: for several at once, one after another, and those that are not looked at any more."""

    together: tuple[Item, ...]
    alone: tuple[Item, ...]
    left: tuple[Item, ...]


def part(items: Sequence[Item], deaths: Mapping[str, int]) -> Parted:
    """Part items by how many processes of this visit ended while they were checked (`deaths`, by key); in order."""
    together = sorted((item for item in items if deaths.get(item.key, 0) < _ALONE), key=lambda i: deaths.get(i.key, 0))
    alone = (item for item in items if _ALONE <= deaths.get(item.key, 0) < _ENOUGH)
    left = (item for item in items if deaths.get(item.key, 0) >= _ENOUGH)
    return Parted(tuple(together), tuple(alone), tuple(left))


class KeyedLock:
    """A lock for each key, kept as long as somebody holds it or waits for it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._wanted: dict[str, int] = defaultdict(int)

    @contextmanager
    def of(self, key: str) -> Generator[None, None, None]:
        """Hold the turn of a key."""
        with self._guard:
            lock = self._locks[key]
            self._wanted[key] += 1
        try:
            with lock:
                yield
        finally:
            with self._guard:
                self._wanted[key] -= 1
                if not self._wanted[key]:
                    del self._locks[key], self._wanted[key]
