"""A heartbeat: a thread that says again and again that a worker lives, while it works."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager

from pipeline.core.errors import StoreError

BEAT_SECONDS = 5.0
"""How often a run and a visit say that they live."""


@contextmanager
def heartbeat(beat: Callable[[], bool], lost: threading.Event) -> Generator[None, None, None]:
    """Call `beat` from a thread of its own; set `lost` when it says that the work is no longer this worker's."""
    ended = threading.Event()

    def go_on() -> None:
        while not ended.wait(BEAT_SECONDS):
            try:
                if not beat():
                    lost.set()
            except StoreError:
                continue  # the next beat may be written

    thread = threading.Thread(target=go_on, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
