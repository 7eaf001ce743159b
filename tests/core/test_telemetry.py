"""Logs and traces of a real check, as whoever runs a desk reads them: ids and counts, and no word of the article."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from collector import Collector, collecting
from scripted_service import Service, running
from verdict_replies import claims_asked
from watched import Desk

from pipeline.cli.main import main
from pipeline.core.errors import SettingsError
from pipeline.core.settings import Settings
from pipeline.core.telemetry import LogContext, bound, get_log, span, start_logs
from pipeline.core.telemetry.traces import address_of
from pipeline.store import Store
from pipeline.store.database import observe

PROJECT = Path(__file__).parents[2]
FACTNOTES = Path(sys.executable).with_name("factnotes")
MARKER = "Quibberwick"
KEY = "sk-hidden-4807-hidden"
DRAFT = "\n\n".join(
    f"The council of {MARKER} district {number} repaired {number + 3} schools in 2023, the mayor said."
    for number in range(4)
)
FACT = {"text": f"The council of {MARKER} repaired a school in district 1.", "publisher": "Council"}
NAMES = ("check article", "detect claims", "check claims", "check claim", "judge claims", "judge claim", "ask model")


class Babbling(Service):
    """A service whose reply to whatever asks about the first claim of all repeats the article."""

    first: str | None = None

    def answer(self, body: dict[str, Any]) -> dict[str, Any]:
        reply = super().answer(body)
        prompt = body["messages"][-1]["content"]
        if asked := claims_asked(prompt):
            self.first = self.first or asked[0]
            if self.first in asked:
                reply["choices"][0]["message"]["content"] = f"{MARKER} is a town, and this is no JSON"
        return reply


def check(home: Path, service: Service, **more: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FACTNOTES_", "OPENAI_"))}
    desk = {"FACTNOTES_HOME": str(home / "desk"), "FACTNOTES_MODEL": "openai:small"}
    desk |= {"FACTNOTES_BASE_URL": service.address, "FACTNOTES_API_KEY": KEY, "FACTNOTES_CONCURRENCY": "3"}
    (home / f"{MARKER}.txt").write_text(DRAFT, encoding="utf-8")
    (home / "facts.jsonl").write_text(json.dumps(FACT), encoding="utf-8")
    command = [str(FACTNOTES), "check", f"{MARKER}.txt", "--date", "2024-02-01", "--evidence", "facts.jsonl"]
    return subprocess.run(
        [*command, "--only-given", "--json"],
        capture_output=True,
        text=True,
        cwd=home,
        env=kept | desk | {f"FACTNOTES_{name.upper()}": value for name, value in more.items()},
        timeout=600,
    )


@pytest.fixture(scope="module")
def observed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str, Collector, Service]:
    """Check an article at level info with traces on; return its report, its log, its spans and who was asked."""
    home = tmp_path_factory.mktemp("observed")
    with collecting() as collector, running(Babbling()) as service:
        log = home / "logs" / "desk.log"
        done = check(home, service, log_level="info", log_file=str(log), otlp_endpoint=collector.address)
    assert done.returncode == 0, done.stderr
    assert MARKER not in done.stderr
    return json.loads(done.stdout), log.read_text(encoding="utf-8"), collector, service


@pytest.mark.process
def test_a_log_at_info_holds_ids_and_counts_and_no_word_of_the_article(observed: tuple[Any, ...]) -> None:
    report, text, _, _ = observed
    lines = [json.loads(line) for line in text.splitlines()]
    assert MARKER not in text and "schools" not in text and KEY not in text
    assert {line["run_id"] for line in lines} == {report["run_id"]}
    checked = [line for line in lines if line["event"] == "claim checked"]
    outcomes = {
        note["claim"]["id"]: note["verdict"]["label"] if note["verdict"] else note["failure"]["reason"]
        for note in report["notes"]
    }
    assert {line["claim_id"]: line["outcome"] for line in checked} == outcomes
    assert "malformed_reply" in outcomes.values()
    (begun,), (ended,) = ([line for line in lines if line["event"] == f"run {how}"] for how in ("begun", "finished"))
    assert begun["model"] == "openai:small" and begun["article_id"] == report["article"]["id"]
    assert ended["calls"] == report["usage"]["calls"] and sum(ended["outcomes"].values()) == len(report["notes"])
    assert all({"timestamp", "level", "logger", "pid"} <= line.keys() for line in lines)


@pytest.mark.process
def test_spans_of_a_run_arrive_with_stage_claim_and_question_under_one_another(observed: tuple[Any, ...]) -> None:
    report, _, collector, service = observed
    assert collector.paths == {"/v1/traces"}
    (run,) = collector.named("check article")
    assert run.parent == "" and run.attributes["run_id"] == report["run_id"]
    assert len({each.trace for each in collector.spans}) == 1
    stages = [*collector.named("detect claims"), *collector.named("check claims")]
    assert len(stages) == 2 and {each.parent for each in stages} == {run.id}
    claims = collector.named("check claim")
    assert {each.attributes["claim_id"] for each in claims} == {note["claim"]["id"] for note in report["notes"]}
    assert {each.parent for each in claims} == {stages[1].id}
    asked = collector.named("ask model")
    assert len(asked) == service.asked.total() == report["usage"]["calls"]
    under = Counter(collector.parent_of(each).name for each in asked)
    assert under["detect claims"] >= 1 and under["judge claims"] > len(collector.named("judge claims"))
    tokens = sum(each.attributes["tokens_in"] for each in asked)
    assert tokens == report["usage"]["tokens_in"] > 0


@pytest.mark.process
def test_spans_hold_no_word_of_the_article_and_no_key(observed: tuple[Any, ...]) -> None:
    _, _, collector, _ = observed
    assert collector.spans and MARKER.encode() not in collector.raw and b"schools" not in collector.raw
    assert KEY.encode() not in collector.raw


@pytest.mark.process
def test_a_collector_that_is_down_costs_a_run_nothing_and_says_so_in_one_line(tmp_path: Path) -> None:
    with running(Service()) as service:
        done = check(tmp_path, service, otlp_endpoint="http://127.0.0.1:9")
    assert done.returncode == 0 and json.loads(done.stdout)["notes"]
    told = [line for line in done.stderr.splitlines() if line.startswith("{")]
    assert "Traceback" not in done.stderr and 1 <= len(told) <= 3
    assert all("opentelemetry" in json.loads(line)["logger"] for line in told)


@pytest.mark.process
def test_a_log_file_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with running(Service()) as service:
        done = check(tmp_path, service, log_file=str(tmp_path / "file" / "desk.log"))
    assert (done.returncode, done.stdout) == (4, "") and done.stderr.count("\n") == 1
    assert "FACTNOTES_LOG_FILE" in done.stderr


def lines_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_an_error_is_told_by_kind_and_place_and_its_message_only_at_debug(tmp_path: Path) -> None:
    for level in ("info", "debug"):
        start_logs(level, tmp_path / level)
        try:
            raise ValueError(f"{MARKER} is not in the text")
        except ValueError:
            get_log("check").exception("claim could not be checked")
            logging.getLogger("factnotes.desk").exception("a fault of ours at %s", "/claims")
    brief, full = lines_of(tmp_path / "info"), lines_of(tmp_path / "debug")
    assert [line["error"] for line in brief + full] == 4 * ["ValueError"]
    assert MARKER not in (tmp_path / "info").read_text()
    assert all("test_telemetry.py" in line["at"][-1] for line in brief)
    assert all(f"{MARKER} is not in the text" in line["traceback"] for line in full)
    assert brief[1]["event"] == "a fault of ours at /claims" and brief[1]["logger"] == "factnotes.desk"


def test_a_secret_never_stands_in_a_line_at_any_level_however_it_is_spelled(tmp_path: Path) -> None:
    odd = 'pass"word\\with marks'
    start_logs("debug", tmp_path / "log", [KEY, odd, "abc"])
    try:
        raise OSError(f"the service said: {KEY} and {odd}")
    except OSError:
        get_log("model").exception("asked", headers={"authorization": f"Bearer {KEY}"}, form=odd)
    (line,) = lines_of(tmp_path / "log")
    text = (tmp_path / "log").read_text()
    assert KEY not in text and "with marks" not in text and text.count("[hidden]") == 4
    assert line["event"] == "asked" and "Traceback" in line["traceback"]


def test_a_secret_of_the_settings_never_stands_in_a_line(tmp_path: Path) -> None:
    given = {"api_key": KEY, "metrics_token": "a token of metrics", "log_level": "debug", "log_file": tmp_path / "log"}
    observe(Settings.model_validate(given | {"database_url": "postgresql://desk:hunter2@db.example/facts"}))
    get_log("check").info(f"{KEY}, a token of metrics, hunter2@db.example")
    (line,) = lines_of(tmp_path / "log")
    assert line["event"] == "[hidden], [hidden], [hidden]@db.example"


def test_what_is_below_the_level_is_not_written_and_the_last_call_counts(tmp_path: Path) -> None:
    start_logs("warning", tmp_path / "one")
    get_log("check").info("run begun")
    start_logs("info", tmp_path / "two")
    start_logs("info", tmp_path / "two")
    get_log("check").info("run begun")
    assert (tmp_path / "one").read_text() == ""
    assert [line["event"] for line in lines_of(tmp_path / "two")] == ["run begun"]


def test_a_log_that_was_rotated_away_goes_on_in_a_new_file(tmp_path: Path) -> None:
    start_logs("info", tmp_path / "log")
    get_log("check").info("first")
    (tmp_path / "log").rename(tmp_path / "log.1")
    get_log("check").info("second")
    assert [lines_of(tmp_path / name)[0]["event"] for name in ("log.1", "log")] == ["first", "second"]


def test_threads_log_the_ids_of_whom_they_work_for_and_of_nobody_else(tmp_path: Path) -> None:
    start_logs("info", tmp_path / "log")
    log = get_log("check")

    def work(log_context: LogContext, claim: str) -> None:
        with log_context.again(claim_id=claim), span("check claim"):
            log.info("claim checked")
        log.info("idle")

    with ThreadPoolExecutor(2) as pool:
        for run in ("a", "b"):
            with bound(run_id=run):
                log_context = LogContext()
            list(pool.map(work, [log_context] * 20, [f"{run}{number}" for number in range(20)]))
    lines = lines_of(tmp_path / "log")
    told = {line["claim_id"]: line["run_id"] for line in lines if line["event"] == "claim checked"}
    assert told == {f"{run}{number}": run for run in ("a", "b") for number in range(20)}
    assert all("run_id" not in line for line in lines if line["event"] == "idle")


def test_a_visit_is_logged_with_its_watch_and_its_runs_and_no_word_of_a_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path / "home" / "store.db", tmp_path, monkeypatch)
    observed = {"log_level": "info", "log_file": tmp_path / "log"}
    desk.settings = desk.settings.model_copy(update=observed)
    desk.write("a.txt", said=f" {MARKER}")
    desk.write("b.txt", claims=3)
    desk.watch("morning")
    desk.visit("morning")
    lines = lines_of(tmp_path / "log")
    begun, ended = ([line for line in lines if line["event"] == f"visit {how}"] for how in ("begun", "ended"))
    assert [(line["watch"], line["status"]) for line in begun + ended if "status" in line] == [("morning", "finished")]
    assert begun[0]["visit"] == ended[0]["visit"] and ended[0]["items"] == {"checked": 2}
    assert ended[0]["calls"] == desk.asked.total() > 0
    runs = {line["run_id"] for line in lines if line["event"] == "run finished"}
    checked = [line for line in lines if line["event"] == "claim checked"]
    assert len(runs) == 2 and len(checked) == 5 and {line["run_id"] for line in checked} == runs
    assert {line["watch"] for line in lines} == {"morning"}
    text = (tmp_path / "log").read_text(encoding="utf-8")
    assert MARKER not in text and "repaired" not in text


@pytest.mark.process
def test_lines_of_several_processes_in_one_file_stay_whole(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from pipeline.core.telemetry import get_log, start_logs\n"
        "start_logs('info', Path(sys.argv[1]))\n"
        "for number in range(300): get_log('check').info('claim checked', number=number, filler='x' * 500)\n"
    )
    workers = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "log")]) for _ in range(3)]
    assert [worker.wait(600) for worker in workers] == [0, 0, 0]
    counts = Counter(line["pid"] for line in lines_of(tmp_path / "log"))
    assert counts == {worker.pid: 300 for worker in workers}


def test_a_log_file_in_a_folder_that_cannot_be_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="FACTNOTES_LOG_FILE"):
        start_logs("info", tmp_path)


def test_spans_that_nobody_collects_are_nothing_and_errors_pass_through() -> None:
    with span("check article", run_id="1") as set_attributes:
        set_attributes(claims=3)
    with pytest.raises(KeyError), span("check claim"):
        raise KeyError("claim")


@pytest.mark.parametrize(
    "given", ["http://127.0.0.1:4318", "http://127.0.0.1:4318/", "http://127.0.0.1:4318/v1/traces"]
)
def test_the_collectors_address_may_name_the_path_or_not(given: str) -> None:
    assert address_of(given) == "http://127.0.0.1:4318/v1/traces"


@pytest.mark.parametrize(
    "command",
    [
        "publish latest",
        "gold --out -",
        "notify list",
        "offices show nobody",
        "offices import records.jsonl",
        "watch list",
        "watch run --once",
        "runs list",
        "review list",
        "people list",
    ],
)
def test_every_command_that_opens_the_store_writes_its_log(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    record = {"person": "Ana Lobo", "office": "Mayor of Vila Nova", "start": "2021-10-14", "as_of": "2024-01-01"}
    (tmp_path / "records.jsonl").write_text(json.dumps(record))
    (tmp_path / "desk").mkdir()
    Store.open(tmp_path / "desk/store.db").close()
    given = {"FACTNOTES_HOME": "desk", "FACTNOTES_LOG_FILE": "log", "FACTNOTES_LOG_LEVEL": "debug"}
    CliRunner(env=given).invoke(main, command.split())
    opened = [line for line in lines_of(tmp_path / "log") if line["event"] == "store opened"]
    assert opened and all(line["store"] == "desk/store.db" for line in opened)


def test_the_store_is_opened_in_one_place() -> None:
    code = [path for folder in ("pipeline", "flows") for path in (PROJECT / folder).rglob("*.py")]
    found = [path.relative_to(PROJECT).as_posix() for path in code if "Store.open(" in path.read_text(encoding="utf-8")]
    assert found == ["pipeline/store/database.py"]
