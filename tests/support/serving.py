"""Processes of a desk that is served, as a user starts them: their output kept, all of them ended with the test."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

import httpx
from command_line import call, environment as without_desk

from pipeline.store import Store
from pipeline.watch import Visit, find_watch, visits

PREFECT = Path(sys.executable).with_name("prefect")
PATIENCE_S = 600
"""A slow machine that other tests keep busy starts Prefect's server in some minutes."""
T = TypeVar("T")


class Started:
    """A process group, and what it said."""

    def __init__(self, command: Sequence[object], cwd: Path, env: dict[str, str], log: Path) -> None:
        self._log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [str(part) for part in command], cwd=cwd, env=env, stdout=output, stderr=output, start_new_session=True
            )

    @property
    def said(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def until(self, true: Callable[[], T], what: str) -> T:
        """Return what is waited for soon after it is true; fail with what was said where the process has ended.

        Looking takes a sixth of the time at most, so that what is looked at is not kept from going on.
        """
        deadline = time.monotonic() + PATIENCE_S
        began = time.monotonic()
        while not (found := true()):
            assert self.process.poll() is None, f"ended before {what}:\n{self.said}"
            assert time.monotonic() < deadline, f"no {what}:\n{self.said}"
            time.sleep(max(0.2, 5 * (time.monotonic() - began)))
            began = time.monotonic()
        return found

    def ended(self) -> int:
        """Return the exit code, once it has ended."""
        return self.process.wait(PATIENCE_S)

    def parts(self) -> dict[str, int]:
        """Return the processes it says it has started."""
        return {name: int(pid) for name, pid in re.findall(r"(\w+) started \(pid=(\d+)\)", self.said)}


@contextmanager
def started(command: Sequence[object], cwd: Path, env: dict[str, str], name: str) -> Generator[Started, None, None]:
    """Start a process; kill it and what it has started if it is still there."""
    running = Started(command, cwd, env, cwd / f"{name}.log")
    try:
        yield running
    finally:
        for pid in (running.process.pid, *running.parts().values()):
            try:
                os.killpg(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        running.process.wait()


@contextmanager
def prefect_server(home: Path) -> Generator[tuple[Started, str], None, None]:
    """Start a Prefect server on this machine; yield it and the address of its API once it answers."""
    (port,) = free_ports(1)
    with started(_prefect(port), home, environment(home), "server") as running:
        yield running, _serving(running, port)


def lasting_prefect_server(home: Path) -> tuple[int, str]:
    """Start one without schedules and pages, which somebody has to kill; return its process and its API's address."""
    (port,) = free_ports(1)
    running = Started(_prefect(port, "--no-services", "--no-ui"), home, environment(home), home / "server.log")
    return running.process.pid, _serving(running, port)


def _prefect(port: int, *options: str) -> list[object]:
    return [PREFECT, "server", "start", "--host", "127.0.0.1", "--port", port, *options]


def _serving(server: Started, port: int) -> str:
    server.until(partial(_answers, f"http://127.0.0.1:{port}/api/health"), "a server that answers")
    return f"http://127.0.0.1:{port}/api"


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=60).is_success
    except httpx.TransportError:
        return False


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return an environment for processes of a desk of their own, whose schedules are looked at often."""
    prefect = {
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_DATABASE_TIMEOUT": "60",
        "PREFECT_RUNNER_POLL_FREQUENCY": "2",
        "PREFECT_WORKER_QUERY_SECONDS": "2",
        "PREFECT_LOGGING_LEVEL": "WARNING",
    }
    return without_desk(**prefect, FACTNOTES_HOME=str(home / "desk")) | more


def factnotes(home: Path, *arguments: object, **more: str) -> str:
    """Call a command; return what it prints."""
    done = call(home, *map(str, arguments), **environment(home, **more))
    assert done.returncode == 0, done.stderr
    return done.stdout


def past(home: Path, name: str) -> tuple[Visit, ...]:
    """Return the visits of a watch, newest first."""
    with closing(Store.open(home / "desk" / "store.db")) as store:
        return visits(store, find_watch(store, name))


def checked(home: Path, name: str) -> Visit | None:
    """Return the newest visit of a watch that has checked something."""
    return next(
        (visit for visit in past(home, name) if "checked" in visit.counts() and visit.status == "finished"), None
    )


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    found = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return found


def lives(pid: int) -> bool:
    """Tell whether a process is there and no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def gone(pids: Sequence[int]) -> bool:
    """Wait until processes have ended; tell whether they have."""
    deadline = time.monotonic() + PATIENCE_S
    while any(map(lives, pids)) and time.monotonic() < deadline:
        time.sleep(0.2)
    return not any(map(lives, pids))
