"""The Prefect flow: the same check as tasks, resumed by content."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
import serving
from called_flows import flows_in, tasks_run
from scripted_service import Service, running

from flows.check_article import check_article_flow

ONE_A_CALL = {"FACTNOTES_CLAIMS_PER_CALL": "1"}
"""So that what is kept and repeated can be counted by claims."""

pytestmark = pytest.mark.process
pytest_plugins = ("prefect_home",)
PROJECT = Path(__file__).parents[2]
ARTICLE = "\n\n".join(
    f"The council of district {number} repaired {number + 3} schools in 2023, the mayor said." for number in range(12)
)
FACT = {
    "text": "The council of district 4 repaired a school.",
    "publisher": "Council",
    "published_at": "2024-01-02",
}


@pytest.fixture
def service() -> Generator[Service, None, None]:
    with running(Service(latency_s=0.4)) as started:
        yield started


def environment(home: Path, **more: str) -> dict[str, str]:
    return serving.environment(home) | {"PREFECT_LOGGING_LEVEL": "ERROR"} | more


@pytest.fixture
def home(tmp_path: Path, prefect_home: Path) -> Path:
    (tmp_path / "article.txt").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "article.yaml").write_text("published_at: 2024-02-01\n", encoding="utf-8")
    (tmp_path / "facts.jsonl").write_text(json.dumps(FACT), encoding="utf-8")
    serving.factnotes(tmp_path, "index", "facts.jsonl")
    return tmp_path


def start(home: Path, **more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "flows.check_article", "article.txt"]
    output = (home / "output.txt").open("a")
    given = environment(home, **more)
    return subprocess.Popen(command, cwd=home, env=given, stdout=output, stderr=output, start_new_session=True)


def finish(process: subprocess.Popen[bytes], home: Path) -> dict[str, Any]:
    assert process.wait(900) == 0, (home / "output.txt").read_text()
    folder = max((home / "runs").iterdir())
    report: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return report


def test_a_killed_run_started_again_repeats_no_finished_claim(home: Path, service: Service) -> None:
    more = {"FACTNOTES_MODEL": "openai:scripted", "FACTNOTES_BASE_URL": service.address} | ONE_A_CALL
    process = start(home, **more)
    deadline = time.monotonic() + 600
    asked_after_one_was_kept = 1 + 8 + 2  # the detection, the eight at once, and those asked when one of them was done
    while service.asked.total() < asked_after_one_was_kept and time.monotonic() < deadline:
        assert process.poll() is None, (home / "output.txt").read_text()
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    service.wait_until_idle()
    os.killpg(process.pid, signal.SIGTERM)  # the Prefect server that the killed run leaves behind
    report = finish(start(home, **more), home)
    again = [prompt for prompt, times in service.asked.items() if times > 1]
    assert max(service.asked.values()) <= 2
    assert len(again) <= 9, "at most the eight in flight and one answered but not yet kept"
    usage, coverage = report["usage"], report["coverage"]
    assert isinstance(usage, dict) and isinstance(coverage, dict)
    assert usage["cached"] >= 1
    assert coverage["not_enough_evidence"] > 6


def test_an_unchanged_article_is_not_run_again_and_an_edited_one_keeps_what_holds(home: Path, prefect_api: str) -> None:
    with flows_in(home, prefect_api):
        first, tasks = called(home)
        assert "check-claim" in tasks
        second, tasks = called(home)
        assert (second["run_id"], second["notes"]) == (first["run_id"], first["notes"])
        assert tasks == {"load-article"}
        (home / "article.txt").write_text(ARTICLE + "\n\nThe mill was closed in 2023.", encoding="utf-8")
        third, _ = called(home)
    assert third["run_id"] != first["run_id"]
    kept = f"unchanged since run {first['run_id']}"
    notes = third["notes"]
    assert isinstance(notes, list)
    again = [note["claim"]["text"] for note in notes if kept != note["trace"][-1]["detail"]]
    assert again and all("mill" in text for text in again)


def test_a_failure_that_may_pass_is_not_kept(home: Path, service: Service, prefect_api: str) -> None:
    more = {"FACTNOTES_MODEL": "openai:scripted", "FACTNOTES_BASE_URL": service.address} | ONE_A_CALL
    service.latency_s, service.status = 0.0, 500
    with flows_in(home, prefect_api, **more, FACTNOTES_MODEL_RETRIES="0"):
        first, _ = called(home)
    assert set(first["coverage"]["not_checked"]) == {"unavailable"}
    service.status = 200
    with flows_in(home, prefect_api, **more):
        second, _ = called(home)
    assert second["coverage"]["not_checked"] == {}
    assert second["coverage"]["not_enough_evidence"] > 6


def called(home: Path) -> tuple[dict[str, Any], set[str]]:
    """Call the flow in this process; return its report, and which tasks were run."""
    with tasks_run() as tasks:
        folder = check_article_flow("article.txt")
    report: dict[str, Any] = json.loads((home / folder / "report.json").read_text(encoding="utf-8"))
    return report, tasks
