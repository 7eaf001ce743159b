"""Keys of a terminal, one at a time, without Enter."""

from __future__ import annotations

import os
import select
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

ESCAPE = "\x1b"
_LONGEST = 16
_SEQUENCE_SECONDS = 0.05
_LISTEN_SECONDS = 0.5


class Keys:
    """Standard input read key by key; whole lines in between."""

    def __init__(self, descriptor: int, as_found: list[Any]) -> None:
        self._descriptor = descriptor
        self._as_found = as_found

    def forget(self) -> None:
        """Forget keys that were typed already: nobody decides on a claim before it is shown."""
        termios.tcflush(self._descriptor, termios.TCIFLUSH)

    def read(self) -> str:
        """Return the next key; what an arrow or function key sends is one key. Raises EOFError."""
        # A Ctrl-C that comes just before a wait does not end it, so no wait is long.
        while not select.select([self._descriptor], [], [], _LISTEN_SECONDS)[0]:
            continue
        key = os.read(self._descriptor, 1)
        if not key:
            raise EOFError
        while self._is_begun(key) and len(key) < _LONGEST:
            key += os.read(self._descriptor, 1)
        return key.decode(errors="replace")

    def _is_begun(self, key: bytes) -> bool:
        if key[0] >= 0xC0:
            return len(key) < (2 if key[0] < 0xE0 else 3 if key[0] < 0xF0 else 4)
        return key[:1] == b"\x1b" and bool(select.select([self._descriptor], [], [], _SEQUENCE_SECONDS)[0])

    @contextmanager
    def whole_lines(self) -> Iterator[None]:
        """Let the terminal read lines, with its editing keys."""
        now = termios.tcgetattr(self._descriptor)
        termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._as_found)
        try:
            yield
        finally:
            termios.tcsetattr(self._descriptor, termios.TCSADRAIN, now)


@contextmanager
def open_keys() -> Iterator[Keys]:
    """Read the terminal key by key, and leave it as it was found."""
    descriptor = sys.stdin.fileno()
    as_found = termios.tcgetattr(descriptor)
    tty.setcbreak(descriptor, termios.TCSADRAIN)
    try:
        yield Keys(descriptor, as_found)
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, as_found)
