"""A flow that is started from another folder: its Prefect is ours, and nothing it keeps holds a secret."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from command_line import call, environment
from echoing import ECHOES, SECRETS, echoing, seen_in, seen_under

pytestmark = pytest.mark.process
pytest_plugins = ("prefect_home",)
PROJECT = Path(__file__).parents[2]
FOREIGN = {
    "pyproject.toml": '[tool.prefect]\nserver.analytics_enabled = true\n[tool.prefect.api]\nurl = "http://127.0.0.1:1/api"\n',
    "prefect.toml": '[server]\nanalytics_enabled = true\n[logging]\nlevel = "DEBUG"\n',
    ".env": "PREFECT_API_URL=http://127.0.0.1:2/api\nPREFECT_HOME=foreign\nPREFECT_API_KEY=foreign\n"
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT=true\nPREFECT_LOCAL_STORAGE_PATH=foreign\nPREFECT_PROFILES_PATH=foreign.toml\n"
    "PREFECT_SERVER_DATABASE_CONNECTION_URL=sqlite+aiosqlite:///foreign.db\nPREFECT_LOGGING_SETTINGS_PATH=foreign.yml\n"
    "PREFECT_CLOUD_API_URL=http://127.0.0.1:2/foreign\nPREFECT_API_AUTH_STRING=foreign:foreign\n"
    "PREFECT_SERVER_MEMO_STORE_PATH=foreign.memo\nPREFECT_LOGGING_EXTRA_LOGGERS=foreign\n"
    "PREFECT_TASKS_DEFAULT_RETRIES=7\nPREFECT_MESSAGING_BROKER=foreign.broker\n",
    "foreign.yml": "version: 1\nhandlers: {foreign: {class: foreign.Handler}}\nroot: {handlers: [foreign]}\n",
    "foreign.toml": "active = 'foreign'\n[profiles.foreign]\nPREFECT_API_URL = 'http://127.0.0.1:2/foreign'\n",
    "logging.yml": "version: 1\nhandlers: {foreign: {class: foreign.Handler}}\nroot: {handlers: [foreign]}\n",
}
SEEN = """
import flows, json
from pipeline.core.settings import environment
from prefect._internal.analytics.enabled import is_telemetry_enabled
from prefect.settings import get_current_settings
it = get_current_settings()
told = it.server.analytics_enabled, is_telemetry_enabled(), it.telemetry.enable_resource_metrics
kept = it.api.key, it.results.persist_by_default
children = it.to_environment_variables(include_aliases=True), dict(environment())
foreign = sorted(name for given in children for name, value in given.items() if "foreign" in value)
print(json.dumps([str(it.home), it.api.url, *told, *map(str, kept), foreign, it.tasks.default_retries]))
"""


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    for name, text in FOREIGN.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def started(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder, as a user with a home of their own and without a variable of Prefect's."""
    own = {name: value for name, value in environment().items() if not name.startswith(("PREFECT_", "DO_NOT"))}
    own |= {"HOME": str(folder.parent / "user"), "PYTHONUTF8": "1"} | more
    own["PYTHONPATH"] = os.pathsep.join([str(PROJECT), own["PYTHONPATH"]])
    (folder.parent / "user").mkdir(exist_ok=True)
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, env=own, capture_output=True, text=True, timeout=600)


def test_what_prefect_is_told_does_not_depend_on_the_folder_or_the_user(elsewhere: Path) -> None:
    done = started(elsewhere, "-c", SEEN)
    home = str(elsewhere / ".factnotes" / "prefect")
    assert json.loads(done.stdout) == [home, None, False, False, False, "None", "False", [], 0], done.stderr
    desk = str(elsewhere / "desk")
    named = started(elsewhere, "-c", SEEN, PREFECT_API_URL="http://127.0.0.1:9/api", FACTNOTES_HOME=desk)
    assert json.loads(named.stdout)[:2] == [f"{desk}/prefect", "http://127.0.0.1:9/api"]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (".env", "PREFECT_SERVER_DATABASE_PORT=5433", "PREFECT_SERVER_DATABASE_PORT"),
        (".env", 'PREFECT_CLIENT_CUSTOM_HEADERS={"x-key": "a"}', "PREFECT_CLIENT_CUSTOM_HEADERS"),
        (".env", "PREFECT_API_REQUEST_TIMEOUT=soon", "what Prefect cannot read"),
        ("prefect.toml", "[server.database", "what Prefect cannot read"),
    ],
)
def test_what_a_folder_sets_and_no_variable_can_take_back_is_refused_in_one_line(
    tmp_path: Path, name: str, text: str, told: str
) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / name).write_text(text, encoding="utf-8")
    done = started(folder, "-m", "flows.check_article", "article.txt")
    (line,) = done.stderr.splitlines()
    assert done.returncode == 1 and line.startswith("Error: ") and told in line and str(folder) in line


def test_a_flow_that_fails_elsewhere_keeps_to_its_own_home_and_hides_what_the_service_sent_back(
    elsewhere: Path, migrated_prefect: Path
) -> None:
    (elsewhere / "article.txt").write_text("The council repaired 4 schools in 2023, the audit found.", encoding="utf-8")
    (elsewhere / "fact.jsonl").write_text('{"text": "The council repaired schools."}', encoding="utf-8")
    assert call(elsewhere, "index", "fact.jsonl", FACTNOTES_HOME="desk").returncode == 0
    shutil.copytree(migrated_prefect, elsewhere / "desk" / "prefect")
    given = {f"FACTNOTES_{name.upper()}": value for name, value in SECRETS.items() if name != "database_url"}
    given |= {"FACTNOTES_HOME": "desk", "FACTNOTES_MODEL": "openai:small", "FACTNOTES_MODEL_RETRIES": "0"}
    with echoing() as echo, socket.create_server(("127.0.0.1", 0)) as foreign:
        address = f"http://127.0.0.1:{foreign.getsockname()[1]}/api"
        with (elsewhere / ".env").open("a", encoding="utf-8") as more:
            more.write(f"PREFECT_CLOUD_API_URL={address}\nPREFECT_API_URL={address}\n")
        echo.answer = ECHOES["a rejected key"]
        done = started(elsewhere, "-m", "flows.check_article", "article.txt", FACTNOTES_BASE_URL=echo.address, **given)
        assert echo.asked
        foreign.setblocking(False)
        with pytest.raises(BlockingIOError):
            foreign.accept()
    assert done.returncode == 1 and "rejects the key" in done.stderr, done.stderr
    assert "EventsWorker" not in done.stdout + done.stderr
    assert not seen_in(done.stdout + done.stderr) and not seen_under(elsewhere)
    made = {path.name for path in elsewhere.iterdir()} - {*FOREIGN, "article.txt", "fact.jsonl"}
    assert made == {"desk"} and not (elsewhere.parent / "user" / ".prefect").exists()
    with closing(sqlite3.connect(elsewhere / "desk" / "prefect" / "prefect.db")) as kept:
        said = [words for (words,) in kept.execute("select message from log union all select state_name from flow_run")]
    assert "Failed" in said and "rejects the key" in str(said), said
