"""The example of an automation: a real Prefect server calls a real receiver when a flow run fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import anyio
import httpx
import pytest
from called_flows import flows_in
from click.testing import CliRunner
from prefect import flow
from prefect.settings import PREFECT_API_URL, temporary_settings
from receivers import Receiver, receiving
from serving import PREFECT, environment, free_ports, started

from flows.automations import main, report_failed_runs
from pipeline.core.errors import InputError


@flow(name="run-watch", flow_run_name="watch-{watch}")
def fine(watch: str) -> None: ...


@flow(name="run-watch", flow_run_name="watch-{watch}")
def failing(watch: str) -> None:
    raise RuntimeError("The trams of Velda are late")


PROJECT = Path(__file__).parents[2]
pytest_plugins = ("prefect_home",)


@pytest.mark.process
@pytest.mark.usefixtures("prefect_home")
def test_a_flow_run_that_fails_calls_the_webhook_without_the_words_of_its_error(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    api = f"http://127.0.0.1:{port}/api"
    env = environment(tmp_path, PREFECT_API_URL=api, PYTHONPATH=f"{PROJECT}{os.pathsep}{os.environ['PYTHONPATH']}")

    def python(*arguments: str) -> str:
        done = subprocess.run([sys.executable, *arguments], cwd=tmp_path, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def automations(*arguments: str) -> str:
        with temporary_settings({PREFECT_API_URL: api}):
            return CliRunner().invoke(main, arguments, catch_exceptions=False).output

    def healthy() -> bool:
        try:
            return httpx.get(f"{api}/health", timeout=5).is_success
        except httpx.HTTPError:
            return False

    server = (PREFECT, "server", "start", "--host", "127.0.0.1", "--port", port, "--no-ui")
    with receiving(Receiver()) as receiver, started(server, tmp_path, env, "server") as serving:
        serving.until(healthy, "a server that answers")
        assert python("-m", "flows.automations", receiver.address) == "factnotes-failed-runs: set\n"
        assert automations(receiver.address) == "factnotes-failed-runs: set\n"
        with flows_in(tmp_path, api):
            fine("calm")
            failing("drafts", return_state=True)
        serving.until(lambda: receiver.got, "a call")
        assert automations("--remove") == "factnotes-failed-runs: removed\n"
        assert automations("--remove") == "factnotes-failed-runs: was not set\n"
    (got,) = receiver.got
    told = json.loads(got.body)
    assert (told["flow"], told["run"], told["state"]) == ("run-watch", "watch-drafts", "Failed")
    env["PREFECT_CLIENT_MAX_RETRIES"] = "0"
    down = [sys.executable, "-m", "flows.automations", "http://127.0.0.1:1/x"]
    done = subprocess.run(down, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr.startswith("Error: Prefect's server does not answer")
    assert b"Velda" not in got.body and got.path == "/hook/T0ken"


@pytest.mark.parametrize("url", ["ftp://example.org/x", "example.org", "https://"])
def test_what_is_no_url_is_refused_before_a_server_is_asked(url: str) -> None:
    with pytest.raises(InputError, match="http or https"):
        anyio.run(report_failed_runs, url)
