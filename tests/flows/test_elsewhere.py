"""A flow that is started from another folder: its Prefect is ours, and nothing it keeps holds a secret."""

from __future__ import annotations

import json
import shutil
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
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT=true\n",
}
SEEN = """
import flows, json
from prefect._internal.analytics.enabled import is_telemetry_enabled
from prefect.settings import get_current_settings
it = get_current_settings()
told = it.server.analytics_enabled, is_telemetry_enabled(), it.telemetry.enable_resource_metrics
kept = it.api.key, it.results.persist_by_default
print(json.dumps([str(it.home), it.api.url, *told, *map(str, kept)]))
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
    own |= {"HOME": str(folder.parent / "user"), "PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1"} | more
    (folder.parent / "user").mkdir(exist_ok=True)
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, env=own, capture_output=True, text=True, timeout=600)


def test_what_prefect_is_told_does_not_depend_on_the_folder_or_the_user(elsewhere: Path) -> None:
    done = started(elsewhere, "-c", SEEN)
    home = str(elsewhere / ".factnotes" / "prefect")
    assert json.loads(done.stdout) == [home, None, False, False, False, "None", "False"], done.stderr
    desk = str(elsewhere / "desk")
    named = started(elsewhere, "-c", SEEN, PREFECT_API_URL="http://127.0.0.1:9/api", FACTNOTES_HOME=desk)
    assert json.loads(named.stdout)[:2] == [f"{desk}/prefect", "http://127.0.0.1:9/api"]


def test_a_flow_that_fails_elsewhere_keeps_to_its_own_home_and_hides_what_the_service_sent_back(
    elsewhere: Path, migrated_prefect: Path
) -> None:
    (elsewhere / "article.txt").write_text("The council repaired 4 schools in 2023, the audit found.", encoding="utf-8")
    (elsewhere / "fact.jsonl").write_text('{"text": "The council repaired schools."}', encoding="utf-8")
    assert call(elsewhere, "index", "fact.jsonl", FACTNOTES_HOME="desk").returncode == 0
    shutil.copytree(migrated_prefect, elsewhere / "desk" / "prefect")
    given = {f"FACTNOTES_{name.upper()}": value for name, value in SECRETS.items() if name != "database_url"}
    given |= {"FACTNOTES_HOME": "desk", "FACTNOTES_MODEL": "openai:small", "FACTNOTES_MODEL_RETRIES": "0"}
    with echoing() as echo:
        echo.answer = ECHOES["a rejected key"]
        done = started(elsewhere, "-m", "flows.check_article", "article.txt", FACTNOTES_BASE_URL=echo.address, **given)
        assert echo.asked
    assert done.returncode == 1 and "rejects the key" in done.stderr, done.stderr
    assert "EventsWorker" not in done.stdout + done.stderr
    assert not seen_in(done.stdout + done.stderr) and not seen_under(elsewhere)
    assert not (elsewhere / "foreign").exists() and not (elsewhere.parent / "user" / ".prefect").exists()
    with closing(sqlite3.connect(elsewhere / "desk" / "prefect" / "prefect.db")) as kept:
        said = [words for (words,) in kept.execute("select message from log union all select state_name from flow_run")]
    assert "Failed" in said and "rejects the key" in str(said), said
