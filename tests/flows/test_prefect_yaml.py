"""`prefect deploy --all` in a checkout, as its file says: on a real server, to a worker that was started elsewhere."""

from __future__ import annotations

import json
import subprocess
from datetime import timedelta
from functools import partial
from pathlib import Path

import anyio
import pytest
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.responses import DeploymentResponse
from prefect.settings import PREFECT_API_URL, temporary_settings
from serving import PREFECT, checked, environment, factnotes, prefect_server, started

from pipeline.core.settings import PROJECT

FACT = {"text": "The council of district 4 repaired a school.", "publisher": "Council", "published_at": "2024-01-02"}
ARTICLE = "The council of district 4 repaired 7 schools in 2023, the mayor said."
pytest_plugins = ("prefect_home",)
FLOWS = ("run-watch", "keep-schedules", "check-article")


@pytest.mark.process
@pytest.mark.usefixtures("prefect_home")
def test_what_the_file_says_deploys_and_a_worker_keeps_and_runs_the_watches(tmp_path: Path) -> None:
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts" / "council.txt").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "facts.jsonl").write_text(json.dumps(FACT), encoding="utf-8")
    factnotes(tmp_path, "index", "facts.jsonl")
    factnotes(tmp_path, "watch", "add", "often", "--folder", tmp_path / "drafts", "--every", "60s")
    with prefect_server(tmp_path) as (_, api), temporary_settings({PREFECT_API_URL: api}):
        given = environment(tmp_path, PREFECT_API_URL=api)
        for line in ("work-pool create factnotes --type process", "--no-prompt deploy --all"):
            command = [str(PREFECT), *line.split()]
            done = subprocess.run(command, cwd=PROJECT, env=given, stdin=subprocess.DEVNULL, capture_output=True)
            assert done.returncode == 0, f"{line}: {done.stdout.decode()} {done.stderr.decode()}"
        anyio.run(_is_as_the_file_says)
        worker = [PREFECT, "worker", "start", "--pool", "factnotes", "--type", "process"]
        with started(worker, tmp_path, given, "worker") as working:
            visit = working.until(partial(checked, tmp_path, "often"), "a run of the schedule that was kept")
        assert visit and not visit.by_hand
        assert anyio.run(_watched) == ["often"]


async def _is_as_the_file_says() -> None:
    async with get_client() as client:
        watching, keeping, checking = [await _deployment(client, name) for name in FLOWS]
        assert {each.work_pool_name for each in (watching, keeping, checking)} == {"factnotes"}
        (every,) = [schedule.schedule for schedule in keeping.schedules]
        assert getattr(every, "interval", None) == timedelta(minutes=1)
        assert keeping.global_concurrency_limit and keeping.global_concurrency_limit.limit == 1
        assert watching.schedules == [] == checking.schedules
        await client.pause_deployment(keeping.id)  # each of its runs takes a process; one is enough, and at once
        await client.create_flow_run_from_deployment(keeping.id)


async def _watched() -> list[str]:
    async with get_client() as client:
        return [each.parameters["watch"] for each in (await _deployment(client, "run-watch")).schedules]


async def _deployment(client: PrefectClient, flow: str) -> DeploymentResponse:
    return await client.read_deployment_by_name(f"{flow}/factnotes")
