"""The clock: moments are in UTC, and functions that need one take it as an argument or ask here.

Whatever reads a long text looks at the clock between two pieces of it, and gives up where time is up.
"""

from __future__ import annotations

import math
import time
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from pipeline.core.errors import BudgetSpent

_end: ContextVar[float] = ContextVar("end", default=math.inf)


def utc_now() -> datetime:
    """Return the moment, in UTC."""
    return datetime.now(UTC)


@contextmanager
def time_limit(end: float) -> Generator[None, None, None]:
    """Let what looks at the clock in here give up behind a moment of `time.monotonic`."""
    before = _end.set(end)
    try:
        yield
    finally:
        _end.reset(before)


def is_limited() -> bool:
    """Tell whether what is done now has an end."""
    return _end.get() < math.inf


def look_at_clock() -> None:
    """Raise BudgetSpent where time is up."""
    if is_limited() and time.monotonic() > _end.get():
        raise BudgetSpent("the cap in seconds is reached")
