"""The command line with a model behind a scripted service."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from command_line import call
from scripted_service import Service, running

ARTICLE = "\n\n".join(
    f"The council of district {number} repaired {number + 3} schools in 2023, the audit found." for number in range(9)
)
FACTS = (
    {"text": "The council of district 4 repaired a school.", "publisher": "Audit office"},
    {"person": "Ana Lobo", "office": "Mayor of Vila Nova", "start": "2021-10-14"},
)


def run(home: Path, *arguments: str, address: str = "http://127.0.0.1:9/v1") -> subprocess.CompletedProcess[str]:
    desk = {"FACTNOTES_HOME": str(home / "desk"), "FACTNOTES_MODEL": "openai:small", "FACTNOTES_BASE_URL": address}
    desk |= {"FACTNOTES_MODEL_RETRIES": "0", "FACTNOTES_MODEL_TIMEOUT_S": "60", "FACTNOTES_CLAIMS_PER_CALL": "4"}
    desk["FACTNOTES_CONCURRENCY"] = "1"  # so that the cap is met in the order of the claims
    return call(home, *arguments, **desk)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    (folder / "article.txt").write_text(ARTICLE, encoding="utf-8")
    (folder / "facts.jsonl").write_text("\n".join(map(json.dumps, FACTS)), encoding="utf-8")
    assert run(folder, "index", "facts.jsonl").returncode == 0
    return folder


@pytest.mark.parametrize(
    ("status", "code", "says"),
    [(401, "invalid_api_key", "rejects the key"), (404, "model_not_found", "does not know small")],
)
def test_a_wrong_key_or_unknown_model_is_one_line_and_the_store_stays_whole(
    home: Path, status: int, code: str, says: str
) -> None:
    with running(Service(status=status, error_code=code)) as service:
        done = run(home, "check", "article.txt", address=service.address)
    assert (done.returncode, done.stdout) == (6, "")
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
    assert says in line and "Traceback" not in done.stderr
    assert run(home, "search", "schools").returncode == 0


def test_a_service_that_is_down_leaves_every_claim_not_checked_and_says_why(home: Path) -> None:
    done = run(home, "check", "article.txt", "--json")
    assert done.returncode == 6 and "Error: every call of openai:small failed" in done.stderr
    report = json.loads(done.stdout)
    assert set(report["coverage"]["not_checked"]) == {"unavailable"}
    assert report["coverage"]["supported"] == report["coverage"]["refuted"] == 0
    assert "without the model" in report["problems"][0]


def test_a_run_stops_at_its_cap_and_counts_what_it_cost(home: Path) -> None:
    with running(Service()) as service:
        done = run(home, "check", "article.txt", "--json", "--max-calls", "2", address=service.address)
        report = json.loads(done.stdout)
        assert service.asked.total() == report["usage"]["calls"] == 2
    assert report["coverage"]["not_checked"]["budget"] == 5
    assert report["coverage"]["not_enough_evidence"] == 4
    assert report["usage"]["tokens_in"] == 20 and report["usage"]["dollars"] == 0
    assert report["versions"]["model"] == "openai:small" and len(report["versions"]["prompts"]) == 2
    assert "openai:small" in report["disclosures"][0]["service"]


def test_a_cap_in_dollars_needs_a_known_price(home: Path) -> None:
    done = run(home, "check", "article.txt", "--max-usd", "1", address="http://model.example/v1")
    assert done.returncode == 4
    assert "key" in done.stderr or "price" in done.stderr


def test_doctor_says_whether_the_model_is_reachable(home: Path) -> None:
    with running(Service()) as service:
        done = run(home, "doctor", address=service.address)
        assert done.returncode == 0 and "is reachable and offers it" in done.stdout
    done = run(home, "doctor")
    assert done.returncode == 4 and "MISSING model" in done.stdout


OPENED = "On 4 May 2021 the county's governor opened the harbour bridge of Alvesund to traffic."


class Careful(Service):
    """A scripted service that answers the doctor's three claims rightly."""

    def judge(self, claim: str) -> dict[str, Any]:
        label = "supported" if "4 May" in claim else "refuted" if "14 June" in claim else "not_enough_evidence"
        return quoting(label)


class Obedient(Service):
    """A scripted service that says `supported` of all, with the first words it sees."""

    def judge(self, claim: str) -> dict[str, Any]:
        return quoting("supported")


def quoting(label: str) -> dict[str, Any]:
    quoted = [] if label == "not_enough_evidence" else [{"passage": 1, "quote": OPENED}]
    return {"label": label, "confidence": 0.9, "justification": "scripted", "citations": quoted}


@pytest.mark.parametrize(
    ("service", "code", "says"),
    [
        (Careful(), 0, "3 of 3 claims judged as they should be; 1 calls, 10 tokens in, 5 out"),
        (Service(), 4, "1 of 3 claims judged as they should be; not_enough_evidence, though supported is right; "),
    ],
)
def test_doctor_asks_one_real_question_and_says_how_it_went(home: Path, service: Service, code: int, says: str) -> None:
    with running(service):
        done = run(home, "doctor", "--try", address=service.address)
        assert service.asked.total() == 1
    (line,) = [line for line in done.stdout.splitlines() if "one question" in line]
    assert (done.returncode, says in line) == (code, True), line


def test_doctor_tells_a_model_that_says_the_same_whatever_it_is_asked(home: Path) -> None:
    with running(Service()) as service:
        undecided = run(home, "doctor", "--try", address=service.address).stdout
    with running(Obedient()) as service:
        obedient = run(home, "doctor", "--try", address=service.address)
    assert "it says not_enough_evidence of all, as if it read nothing" in undecided
    assert obedient.returncode == 4
    assert "1 of 3 claims judged as they should be" in obedient.stdout


def test_doctor_says_in_one_line_that_the_model_cannot_be_reached(home: Path) -> None:
    done = run(home, "doctor", "--try")
    assert "MISSING model, one question: http://127.0.0.1:9/v1 cannot be reached" in done.stdout


def test_a_watch_and_an_evaluation_whose_every_call_fails_say_so_too(home: Path) -> None:
    drafts = home / "drafts"
    drafts.mkdir()
    (drafts / "one.txt").write_text(ARTICLE, encoding="utf-8")
    assert run(home, "watch", "add", "drafts", "--folder", "drafts").returncode == 0
    done = run(home, "watch", "run", "drafts", "--once")
    assert done.returncode == 6 and "Error: every call of the model failed" in done.stderr, done.stderr
    case = {
        "claim": "District 4 repaired a school.",
        "label": "supported",
        "evidence": [FACTS[0]["text"]],
        "source": "us",
    }
    (home / "schools.jsonl").write_text(json.dumps(case), encoding="utf-8")
    done = run(home, "eval", "run", "schools.jsonl", "--yes")
    assert done.returncode == 6 and "Error: every call of the model failed" in done.stderr, done.stderr
