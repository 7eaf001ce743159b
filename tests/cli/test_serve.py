"""Everything that one machine needs, in one command: started, watched over and stopped together."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from functools import partial
from pathlib import Path

import httpx
import numpy as np
import pytest
from command_line import FACTNOTES
from scripted_service import Service, running
from serving import Started, checked, environment, factnotes, free_ports, gone, past, started

from pipeline.core.errors import StoreBusy
from pipeline.evidence import VectorIndex

pytestmark = pytest.mark.process
pytest_plugins = ("prefect_home",)
FACT = {"text": "The council of district 4 repaired a school.", "publisher": "Council", "published_at": "2024-01-02"}
TOGETHER = """
import sys
from pipeline.cli.processes import Part, run_together
from pipeline.core.errors import FactnotesError
from pipeline.core.settings import environment
lasting = f"import time; print('here', flush=True); time.sleep(600)"
commands = {"one": sys.argv[1] if len(sys.argv) > 1 else lasting, "two": lasting, "three": lasting}
try:
    parts = [Part(name, f"part {name}", (sys.executable, "-c", it)) for name, it in commands.items()]
    run_together(parts, environment())
except FactnotesError as error:
    sys.exit(f"Error: {error}")
"""


@pytest.fixture
def service() -> Generator[Service, None, None]:
    with running(Service()) as started_service:
        yield started_service


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for folder, district in (("drafts", 4), ("wires", 5)):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder, district)
    (tmp_path / "facts.jsonl").write_text(json.dumps(FACT), encoding="utf-8")
    factnotes(tmp_path, "index", "facts.jsonl")
    return tmp_path


def write(folder: Path, *districts: int) -> None:
    lines = [f"The council of district {n} repaired {n + 3} schools in 2023, the mayor said." for n in districts]
    (folder / "council.txt").write_text("\n\n".join(lines), encoding="utf-8")


def together(tmp_path: Path, *first: str) -> tuple[list[str], Path, dict[str, str], str]:
    return [sys.executable, "-c", TOGETHER, *first], tmp_path, environment(tmp_path), "together"


def pids_of(running_parts: Started) -> list[int]:
    running_parts.until(lambda: running_parts.said.count("| here") == 3, "three parts that run")
    return list(running_parts.parts().values())


# One for all


@pytest.mark.parametrize("code", [0, 3])
def test_when_one_part_ends_all_are_stopped_and_one_line_says_which_it_was(tmp_path: Path, code: int) -> None:
    go = tmp_path / "go"
    waiting = f"import pathlib, time\nwhile not pathlib.Path({str(go)!r}).exists(): time.sleep(0.05)"
    waiting += f"\nraise SystemExit({code})"
    with started(*together(tmp_path, waiting)) as parts:
        parts.until(lambda: len(parts.parts()) == 3, "three parts that are started")
        go.touch()
        assert parts.ended() == 1
        assert len(parts.parts()) == 3
        assert gone(list(parts.parts().values()))
        assert parts.said.splitlines()[-1] == "Error: part one ended by itself, so everything was stopped"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_stops_all_parts(tmp_path: Path, number: signal.Signals, code: int) -> None:
    with started(*together(tmp_path)) as parts:
        pids = pids_of(parts)
        parts.process.send_signal(number)
        assert parts.ended() == code
        assert gone(pids)
        assert "Error" not in parts.said


def test_a_signal_while_parts_are_still_started_stops_those_too(tmp_path: Path) -> None:
    with started(*together(tmp_path)) as parts:
        parts.until(lambda: "started (pid=" in parts.said, "a first part")
        parts.process.send_signal(signal.SIGTERM)
        assert parts.ended() == 143
        assert gone(list(parts.parts().values()))
        assert "Traceback" not in parts.said


def test_parts_do_not_outlive_the_one_that_started_them_even_where_it_is_killed(tmp_path: Path) -> None:
    with started(*together(tmp_path)) as parts:
        pids = pids_of(parts)
        parts.process.kill()
        parts.ended()
        assert gone(pids)


def test_who_opens_a_folder_that_is_served_is_led_to_its_server_until_that_ends(tmp_path: Path) -> None:
    folder, (port,) = tmp_path / "vectors", free_ports(1)
    command = [sys.executable, "-m", "pipeline.evidence.serve_vectors", folder, port]
    vector = np.ones((1, 4), dtype=np.float32)
    with started(command, tmp_path, environment(tmp_path), "chroma") as server:
        server.until(lambda: "listening" in server.said, "a server that listens")
        with VectorIndex.create(folder, "test") as index:
            index.add(["a"], vector, [{"origin": ""}])
        with VectorIndex(folder, "test") as one, VectorIndex(folder, "test") as other:
            assert one.ids() == other.ids() == {"a"}, "several at once, as only a server allows"
        second = [*command[:-1], free_ports(1)[0]]
        done = subprocess.run([str(part) for part in second], capture_output=True, text=True)
        assert done.returncode == 1 and done.stderr.startswith("Error: another process uses the evidence index")
        server.process.kill()
        server.ended()
        with VectorIndex(folder, "test") as index:
            assert index.ids() == {"a"}
            with pytest.raises(StoreBusy):
                VectorIndex(folder, "test", wait_s=0)


# The real thing


def test_a_port_that_is_taken_is_one_line_that_says_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for option in ("--port", "--prefect-port", "--chroma-port"):
            free = {"--port": "0", "--prefect-port": "0", "--chroma-port": "0"} | {option: str(port)}
            command = [str(FACTNOTES), "serve", *(part for pair in free.items() for part in pair)]
            done = subprocess.run(command, cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True)
            assert done.returncode == 4
            (line,) = done.stderr.splitlines()
            assert f"port {port}" in line and option in line
            assert "started" not in done.stdout


def test_one_command_runs_schedules_shows_their_runs_and_goes_on_after_a_stop(
    home: Path, service: Service, migrated_prefect: Path
) -> None:
    shutil.copytree(migrated_prefect, home / "desk" / "prefect")
    more = {"FACTNOTES_MODEL": "openai:scripted", "FACTNOTES_BASE_URL": service.address}
    desk, prefect, chroma = free_ports(3)
    ports = ("--port", desk, "--prefect-port", prefect, "--chroma-port", chroma)
    given = ([FACTNOTES, "serve", *ports], home, environment(home, **more))
    factnotes(home, "watch", "add", "every-minute", "--folder", "drafts", "--cron", "* * * * *")

    with started(*given, "first") as serving:
        serving.until(lambda: "Ready: 1 watch" in serving.said, "schedules")
        for name in ("every-minute", "often"):
            visit = serving.until(partial(checked, home, name), f"a run of {name}")
            assert not visit.by_hand
            page = httpx.get(f"http://127.0.0.1:{desk}/runs", timeout=60)
            assert page.status_code == 200, serving.said
            assert str(visit.told[0].run_id) in page.text
            if name == "every-minute":  # one after the other: each run costs seconds of a processor
                factnotes(home, "watch", "pause", name)
                factnotes(home, "watch", "add", "often", "--folder", "wires", "--every", "60s")

        api = f"http://127.0.0.1:{prefect}/api"
        assert httpx.post(f"{api}/flow_runs/filter", json={}, timeout=60).status_code == 401
        password = home / "desk" / "serve" / "password"
        assert password.stat().st_mode & 0o077 == 0
        auth = httpx.BasicAuth(*password.read_text().strip().split(":"))
        both = partial(fired, api, auth, {"every-minute", "often"})
        serving.until(both, "runs that Prefect's schedules started")
        (home / "more.jsonl").write_text(json.dumps(FACT | {"text": "The mill burnt down."}), encoding="utf-8")
        assert "1 passage added" in factnotes(home, "index", "more.jsonl"), "through the server that has the index"
        again = subprocess.run(
            [str(FACTNOTES), "serve", "--port", "0", "--prefect-port", "0", "--chroma-port", "0"],
            cwd=home,
            env=given[2],
            capture_output=True,
            text=True,
        )
        assert (again.returncode, len(again.stderr.splitlines())) == (5, 1) and "runs already" in again.stderr

        service.latency_s = 30
        asked = service.asked.total()
        write(home / "wires", 6, 7, 8)
        serving.until(lambda: service.asked.total() > asked, "a run that asks the model")
        pids = list(serving.parts().values())
        serving.process.terminate()
        assert serving.ended() == 143
        assert gone(pids)
        assert "Traceback" not in serving.said

    service.latency_s = 0
    (begun, *_) = (visit for visit in past(home, "often") if visit.status != "skipped")
    assert begun.status == "running", "given back, for the next worker to go on with"
    with started(*given, "second") as serving:
        serving.until(lambda: past(home, "often")[0].status == "finished", "the run that was interrupted")
        assert max(service.asked.values()) <= 2, "at most what was in flight is asked again"
        pids = serving.parts()
        os.kill(pids["chroma"], signal.SIGKILL)
        assert serving.ended() == 1
        assert gone(list(pids.values()))
        last = serving.said.splitlines()[-1]
        assert last.startswith("Error: the Chroma server ended by itself, so everything was stopped; what it said")


def fired(api: str, auth: httpx.BasicAuth, names: set[str]) -> bool:
    """Tell whether runs of watches have ended well that were started by their schedules, not to make up for one."""
    completed = {"flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}}
    runs = httpx.post(f"{api}/flow_runs/filter", json=completed, auth=auth, timeout=60).json()
    return names == {run["parameters"]["watch"] for run in runs if run["auto_scheduled"]}
