"""Threads that want the same thing take turns; those that want different things do not wait."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Generator
from contextlib import contextmanager


class Turns:
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
