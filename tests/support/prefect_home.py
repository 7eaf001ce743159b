"""Prefect for tests: a database migrated once for all test processes, copied for each test, and a server to share."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from serving import PREFECT, environment, prefect_server


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
def prefect_api(migrated_prefect: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a server that tests share which are not about its starting, its schedules or its events."""
    home = tmp_path_factory.mktemp("prefect-server")
    shutil.copytree(migrated_prefect, home / "prefect")
    with prefect_server(home) as (_, api):
        yield api
