"""Prefect for tests: a database migrated once for all test processes, copied for each test, and a server to share."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from serving import PREFECT, environment, gone, lasting_prefect_server, lives


@pytest.fixture(scope="session")
def migrated_prefect(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of Prefect's own files whose database has the newest schema and nothing in it."""
    own = tmp_path_factory.getbasetemp()
    home = (own.parent if hasattr(request.config, "workerinput") else own) / "prefect-template"
    made = home / "prefect"
    with FileLock(f"{home}.lock"):
        if not (home / "done").exists():
            made.mkdir(parents=True, exist_ok=True)
            upgrade = [PREFECT, "server", "database", "upgrade", "-y"]
            subprocess.run(upgrade, cwd=home, env=environment(home), check=True, capture_output=True)
            (home / "done").touch()
    return made


@pytest.fixture
def prefect_home(migrated_prefect: Path, tmp_path: Path) -> Path:
    """Return the test's folder, with files of Prefect's own in it that need no migration."""
    shutil.copytree(migrated_prefect, tmp_path / "prefect")
    return tmp_path


@pytest.fixture(scope="session")
def prefect_api(migrated_prefect: Path) -> Iterator[str]:
    """Yield the address of a server that tests of all processes share, the last of which stops it.

    It has no schedules and no automations: those are for tests that start their own.
    """
    home = migrated_prefect.parent / "server"
    users, lock = home / "users", FileLock(f"{home}.lock")
    with lock:
        if not users.exists():
            shutil.copytree(migrated_prefect, home / "prefect")
            (home / "server.json").write_text(json.dumps(lasting_prefect_server(home)))
            users.touch()
        users.write_text(f"{users.read_text()}{os.getpid()}\n")
    pid, api = json.loads((home / "server.json").read_text())
    yield api
    with lock:
        others = {int(each) for each in users.read_text().split()} - {os.getpid()}
        users.write_text("".join(f"{each}\n" for each in others if lives(each)))
        if not users.read_text():
            os.killpg(pid, signal.SIGKILL)
            assert gone([pid])
            shutil.rmtree(home)
