"""What had to be mended before a reply could be read, told to whoever keeps the trace of a claim."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

_told: ContextVar[list[str] | None] = ContextVar("mends", default=None)


@contextmanager
def collecting_mends() -> Generator[list[str], None, None]:
    """Yield the list of what is mended meanwhile in this thread, in order and each once."""
    before = _told.get()
    mends: list[str] = []
    reset = _told.set(mends)
    try:
        yield mends
    finally:
        _told.reset(reset)
        for mend in mends if before is not None else ():
            tell_mend(mend)


def tell_mend(mend: str) -> None:
    """Tell of one thing that was mended; nobody may be listening."""
    told = _told.get()
    if told is not None and mend not in told:
        told.append(mend)
