"""Processes that are started, watched and stopped together, by honcho (https://github.com/nickstenning/honcho)."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from honcho import manager
from honcho.process import Process

from pipeline.core.errors import FactnotesError

_LOOK_EVERY_S = 1.0
_GRACE_S = 15


class Part(NamedTuple):
    """One process: what it is called, how it is started, where what it says is kept if not shown, and its folder.

    A library in it reads settings of its own from files of that folder.
    """

    name: str
    called: str
    command: tuple[str, ...]
    log: Path | None = None
    folder: Path | None = None

    def line(self) -> str:
        """Return it for a shell, which it takes the place of."""
        said = f" > {shlex.quote(str(self.log.absolute()))} 2>&1" if self.log else ""
        return f"exec {shlex.join(self.command)}{said}"


class _Minded(Process):  # type: ignore[misc] # honcho has no types
    """A process that is also stopped where the one that started all is killed."""

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        started_by = os.getppid()

        def mind() -> None:
            while os.getppid() == started_by:
                time.sleep(_LOOK_EVERY_S)
            if self._child is not None:
                os.killpg(self._child.pid, signal.SIGTERM)

        threading.Thread(target=mind, daemon=True).start()
        super().run(events, ignore_signals)


class _Together(manager.Manager):  # type: ignore[misc] # honcho has no types
    """Processes that are started and stopped together, and which of them was the first to end by itself."""

    ended: str | None = None
    _asked = False

    def __init__(self) -> None:
        super().__init__()
        self._process_ctor = _Minded

    def terminate(self) -> None:
        """Ask for the end; honcho's loop brings it about.

        A signal may come while this thread holds the queue of events, or has not started every part.
        """
        if not self._asked:
            self._asked = True
            self.ended = next((name for name, each in self._processes.items() if "returncode" in each), None)

    def _all_started(self) -> bool:
        started = bool(super()._all_started())
        if started and self._asked:
            super().terminate()  # once
        return started

    def _system_print(self, data: str) -> None:
        with suppress(RuntimeError):  # a signal came while a line was being written
            super()._system_print(data)


def run_together(parts: list[Part], env: dict[str, str]) -> None:
    """Run the parts until one ends or a signal comes; raises FactnotesError where one ended by itself."""
    manager.KILL_WAIT = _GRACE_S  # honcho's own five seconds would cut off answers of the desk
    together = _Together()
    for part in parts:
        together.add_process(part.name, part.line(), env=env, cwd=part.folder and str(part.folder))
    together.loop()
    for part in parts:
        if part.name == together.ended:
            kept = f"; what it said is in {part.log}" if part.log else ""
            raise FactnotesError(f"{part.called} ended by itself, so everything was stopped{kept}")
    sys.exit(together.returncode)
