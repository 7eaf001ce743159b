"""What a desk stands on that has outgrown one process: a Prefect server, and processes that end with a part."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from load_desk import Desk, drop_database

from pipeline.core.settings import environment

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
from debian_postgres import debian_postgres  # type: ignore[import-not-found]
from serving import free_ports  # type: ignore[import-not-found]

PROJECT = Path(__file__).parents[1]
PYTHON = Path(sys.executable)
PREFECT = PYTHON.parent / "prefect"
PATIENCE_S = 300


def fresh(desk: Desk, name: str) -> Desk:
    """Return another desk in the same folder, with nothing in it."""
    made = desk.other(name)
    for folder in (made.home, *made.folder.glob(f"{name}-articles*")):
        shutil.rmtree(folder, ignore_errors=True)
    if made.url:
        drop_database(made.url)
    return made


def postgres(stack: ExitStack, *databases: str) -> list[str] | None:
    """Serve databases of these names, written to disk as in earnest, as long as a stack is open; give their addresses.

    None where Debian's PostgreSQL is not installed.
    """
    with suppress(pytest.skip.Exception):
        served: list[str] = stack.enter_context(debian_postgres(*databases, fsync="on"))
        return served
    return None


@contextmanager
def prefect_server(folder: Path, database: str | None = None) -> Generator[dict[str, str], None, None]:
    """Serve Prefect on a database, its own SQLite file without; give the environment of whoever speaks to it."""
    [port] = free_ports(1)
    given = {
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_HOME": str((folder / "prefect").resolve()),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "DASK_TEMPORARY_DIRECTORY": str((folder / "dask").resolve()),
    }
    env = environment(**given)
    shutil.rmtree(folder / "prefect", ignore_errors=True)
    more = {}
    if database:
        address = sa.make_url(database).set(drivername="postgresql+asyncpg")
        more["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = address.render_as_string(hide_password=False)
    words = [PREFECT, "server", "start", "--host", "127.0.0.1", "--port", port]
    with kept_running(words, env | more, folder / "prefect-server.log") as server:

        def answers() -> bool:
            if server.poll() is not None:
                raise SystemExit(f"the Prefect server did not start: see {folder / 'prefect-server.log'}")
            try:
                return httpx.get(f"{env['PREFECT_API_URL']}/health", timeout=10).is_success
            except httpx.TransportError:
                return False

        wait_until(answers, "an answer of the Prefect server")
        yield env


@contextmanager
def kept_running(
    words: Sequence[object], env: dict[str, str], log: Path
) -> Generator[subprocess.Popen[bytes], None, None]:
    """Keep a process running in the project's folder; end it, and what it has started, afterwards."""
    process = start(words, env, log)
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(60)
        end_group(process)


def start(words: Sequence[object], env: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start a process in the project's folder, in a group of its own."""
    with log.open("ab") as output:
        return subprocess.Popen(
            list(map(str, words)), cwd=PROJECT, env=env, stdout=output, stderr=output, start_new_session=True
        )


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and all that is left of its group."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(30)


def wait_until(holds: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> float:
    """Wait for something, and return how many seconds it took; ends the program where it does not come."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > patience_s:
            raise SystemExit(f"waited {patience_s:.0f} s for {what}")
        time.sleep(0.3)
    return time.monotonic() - began
