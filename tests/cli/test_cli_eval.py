"""`factnotes eval` with a model behind a scripted service: killed, resumed, capped, compared."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import time
from pathlib import Path

import pytest
from command_line import FACTNOTES, call as call_command, environment
from scripted_service import Service, running

from pipeline.core.settings import PROJECT

CASES = [
    {
        "stage": "verdict",
        "claim": f"The council of district {number} repaired {number + 3} schools.",
        "label": "supported" if number % 2 else "not_enough_evidence",
        "evidence": [f"The council of district {number} repaired {number + 3 if number % 2 else 'some'} schools."],
        "source": "odd" if number % 2 else "even",
    }
    for number in range(30)
]


def desk(home: Path, address: str, **more: str) -> dict[str, str]:
    own = {"FACTNOTES_HOME": str(home / "desk"), "FACTNOTES_MODEL": "openai:small", "FACTNOTES_BASE_URL": address}
    own |= {"FACTNOTES_MODEL_RETRIES": "0", "FACTNOTES_CONCURRENCY": "3", "FACTNOTES_CLAIMS_PER_CALL": "1"}
    return own | more


def call(
    home: Path, *arguments: str, address: str = "http://127.0.0.1:9/v1", **more: str
) -> subprocess.CompletedProcess[str]:
    return call_command(home, "eval", *arguments, **desk(home, address, **more))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "schools.jsonl").write_text("\n".join(map(json.dumps, CASES)), encoding="utf-8")
    return tmp_path


def labels(printed: str) -> list[object]:
    told = json.loads(printed)
    rows = Path(told["folder"], "answers.jsonl").read_text(encoding="utf-8").splitlines()
    return [[row[name] for name in ("case_id", "variant", "repeat", "label")] for row in map(json.loads, rows)]


def test_what_make_evaluate_runs_compares_prompts_with_one_claim_a_call_and_with_eight(home: Path) -> None:
    given = ["make", "-n", "--no-print-directory", "evaluate", "MODEL=openai:small", "SUITE=schools.jsonl"]
    printed = subprocess.run(given, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    words = shlex.split(printed.replace("\\\n", " ").partition("eval run ")[2])
    done = call(home, "estimate", *words)
    assert done.returncode == 0, done.stderr
    for variant in ("predict_verdict@1 openai:small:", "predict_verdict@3 openai:small:", "openai:small, 8 a call:"):
        assert variant in done.stdout


@pytest.mark.process
def test_killed_at_any_moment_and_started_again_it_repeats_no_call_and_ends_the_same(
    home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    arguments = ("run", "schools.jsonl", "--repeat", "2", "--json")
    with running(Service()) as service:
        whole = call(home, *arguments, address=service.address)
        assert whole.returncode == 0, whole.stderr
        assert service.asked.total() == 60
    again = tmp_path_factory.mktemp("killed")
    (again / "schools.jsonl").write_bytes((home / "schools.jsonl").read_bytes())
    with running(Service(latency_s=0.1)) as service:
        for enough in (7, 29):
            process = subprocess.Popen(
                [FACTNOTES, "eval", *arguments],
                cwd=again,
                env=environment(**desk(again, service.address)),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            deadline = time.monotonic() + 600
            while service.answered.total() < enough and time.monotonic() < deadline and process.poll() is None:
                time.sleep(0.01)
            assert process.poll() is None
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            service.wait_until_idle()
        done = call(again, *arguments, address=service.address)
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        lost = 2 * 3  # at each kill, the three that were on their way
        assert 60 <= service.asked.total() <= 60 + lost
        assert max(service.asked.values()) <= 2 + lost
        assert told["counts"] == {"questions": 60, "answers": 60, "failures": 0, "may_be_asked_again": 0}
    assert labels(done.stdout) == [
        [case, variant, repeat, label] for case, variant, repeat, label in labels(done.stdout)
    ]
    assert [row[0:1] + row[2:] for row in labels(done.stdout)] == [row[0:1] + row[2:] for row in labels(whole.stdout)]
    figures = [json.loads(each)["scores"][0]["figures"] for each in (done.stdout, whole.stdout)]
    assert figures[0] == figures[1]
    assert len(list((again / "desk" / "evaluations").iterdir())) == 1


def test_a_run_prints_figures_with_intervals_failures_and_baselines_and_all_else_follows_from_it(home: Path) -> None:
    with running(Service()) as service:
        capped = call(home, "run", "schools.jsonl", "--max-calls", "20", address=service.address)
        assert capped.returncode == 0, capped.stderr
        assert "n 30, failures 10" in capped.stdout and "failed: budget 10" in capped.stdout
        assert "10 failures may be temporary" in capped.stdout
        again = call(home, "run", "schools.jsonl", "--max-calls", "25", address=service.address)
        assert service.asked.total() == 25, "a cap holds for all sessions of an evaluation together"
        assert "Already spent on it: 20 calls, $0.0000" in again.stderr and "n 30, failures 5" in again.stdout
        done = call(home, "run", "schools.jsonl", address=service.address)
        assert service.asked.total() == 30
    lines = done.stdout.splitlines()
    assert any(line.startswith("  macro-F1 0.") and line.endswith("n 30, failures 0") for line in lines)
    assert any(line.startswith("baseline majority: macro-F1") for line in lines)
    (listed,) = call(home, "list").stdout.splitlines()
    name = listed.split()[0]
    assert "30/30 answers, 0 failures" in listed
    assert call(home, "show", name[:12]).stdout == done.stdout
    replayed = call(home, "replay", name)
    assert "30 answers proven again" in replayed.stdout, replayed.stderr
    (page,) = call(home, "report", name).stdout.splitlines()
    assert "<html" in Path(page).read_text(encoding="utf-8")
    assert call(home, "replay", name).returncode == 0, "a report beside it changes nothing"
    alone = call(home, "run", "schools.jsonl", "--model", "none", "--json")
    assert json.loads(alone.stdout)["scores"][0]["failures"] == {"no_model": 30}
    compared = call(home, "compare", name, json.loads(alone.stdout)["evaluation"]["id"])
    assert compared.returncode == 0, compared.stderr
    assert "against predict_verdict@3 openai:small" in compared.stdout
    manifest = Path(json.loads(alone.stdout)["folder"], "manifest.json")
    told = json.loads(manifest.read_text(encoding="utf-8"))
    told["evaluation"]["code"] = "0.0.1+other"
    manifest.write_text(json.dumps(told), encoding="utf-8")
    (both,) = call(home, "report", name, told["evaluation"]["id"], "--out", "both.html").stdout.splitlines()
    assert "made by two versions of factnotes" in (home / both).read_text(encoding="utf-8")


def test_an_estimate_sends_nothing_and_money_is_not_spent_unasked(home: Path) -> None:
    (home / "desk").mkdir()
    price = "- {model: 'openai:small', input: 10, output: 10, date: 2026-01-01, source: test}\n"
    (home / "desk" / "prices.yaml").write_text(price, encoding="utf-8")
    told = call(home, "estimate", "schools.jsonl", "--json")
    (row,) = json.loads(told.stdout)
    assert (row["questions"], row["calls"], row["dollars"]) == (30, [30, 60], [0, 0])
    away = "https://models.example/v1"
    refused = call(home, "run", "schools.jsonl", address=away)
    assert refused.returncode == 4 and "needs a key" in refused.stderr
    keyed = call(home, "run", "schools.jsonl", address=away, OPENAI_API_KEY="secret")
    assert keyed.returncode == 3 and "--yes" in keyed.stderr
    capped = call(home, "run", "schools.jsonl", "--max-usd", "1", address=away, OPENAI_API_KEY="secret")
    assert capped.returncode == 4 and "no known price" in capped.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("run", "missing.jsonl"), "there is no suite or file missing.jsonl"),
        (("run", "schools.jsonl", "--prompt", "detect_claims"), "answered by predict_verdict, not by detect_claims"),
        (("run", "schools.jsonl", "--prompt", "predict_verdict@x"), "is not a version of a prompt"),
        (("run", "schools.jsonl", "--prompt", "predict_verdict@99"), "no version 99"),
        (("run", "schools.jsonl", "--prompt", "predict_verdict@1", "--prompt", "predict_verdict@1"), "named twice"),
        (("show", "nothing"), "no evaluation 'nothing': `factnotes eval list`"),
        (("report", "a", "b", "c"), "two side by side"),
    ],
)
def test_what_cannot_be_done_is_one_line(home: Path, arguments: tuple[str, ...], says: str) -> None:
    done = call(home, *arguments)
    assert done.returncode in (3, 4) and done.stdout == ""
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
    assert says in line and "Traceback" not in done.stderr


def test_a_wrong_key_ends_the_run_at_once_and_keeps_it_open(home: Path) -> None:
    with running(Service(status=401, error_code="invalid_api_key")) as service:
        done = call(home, "run", "schools.jsonl", address=service.address)
        assert done.returncode == 6 and "rejects the key" in done.stderr
        assert service.asked.total() <= 6
        service.status = 200
        again = call(home, "run", "schools.jsonl", "--json", address=service.address)
    assert json.loads(again.stdout)["counts"]["answers"] == 30
    assert len(call(home, "list").stdout.splitlines()) == 1
