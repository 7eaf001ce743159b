"""`factnotes runs`: what ran, going on with what was cut short, stopping, comparing."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import command_line
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from command_line import FACTNOTES
from rechecked import SENTENCES, Bench, article, detected, in_turn, judged, said
from scripted_service import Service, running

from pipeline.check import check_article, compare_runs, unchanged_run
from pipeline.check.recheck import EarlierRuns
from pipeline.cli import show_progress
from pipeline.cli.main import main
from pipeline.core.clock import utc_now
from pipeline.core.errors import InputError, ModelUnavailable, RunCancelled
from pipeline.core.models import LOCAL_PERSON, Report
from pipeline.review import decide, open_claim
from pipeline.store import Store, ask_to_cancel, find_run, run_status as processes, schema
from pipeline.store.run_status import SILENT_SECONDS

pytest_plugins = ("postgres",)

NO_PROCESS = 2**22 + 1
"""Above the largest id that Linux gives."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith(("FACTNOTES_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FACTNOTES_HOME", str(tmp_path))
    monkeypatch.setenv("FACTNOTES_REVIEWER", "ann")
    return tmp_path


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    opened = Store.open(home / "store.db")
    yield opened
    opened.close()


def factnotes(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def printed(*arguments: str) -> Any:
    result = factnotes(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def listed(*arguments: str) -> list[dict[str, Any]]:
    result = factnotes("runs", "list", "--json", *arguments)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def change(store: Store, run_id: str, **values: Any) -> None:
    with store.writing() as connection:
        connection.execute(sa.update(schema.runs).where(schema.runs.c.id == run_id).values(**values))


def stops_at(number: int, what: Callable[[], Any]) -> Callable[[str], Any]:
    asked: list[str] = []

    def reply(prompt: str) -> Any:
        asked.append(prompt)
        if len(asked) == number:
            what()
        return judged(prompt)

    return reply


def resumed(store: Store, run_id: str, bench: Bench) -> Report:
    given = article(SENTENCES)
    recall = EarlierRuns(store, given, bench.tools.versions)
    return check_article(
        given, bench.tools, store, detect=detected, run_id=run_id, resume=True, run_claims=in_turn, recall=recall
    )


def raise_(error: BaseException) -> None:
    raise error


def test_runs_are_listed_newest_first_with_coverage_and_cost(store: Store) -> None:
    first = Bench().check(store, article(SENTENCES))
    second = Bench().check(store, article(SENTENCES[:2], title="Other matters"))
    rows = listed()
    assert [row["id"] for row in rows] == [second.run_id, first.run_id]
    assert rows[1]["coverage"] == first.coverage.model_dump(mode="json")
    assert rows[1]["usage"]["calls"] == 4 and rows[1]["status"] == "finished"
    shown = factnotes("runs", "list").output
    assert str(first.coverage) in shown and "Other matters" in shown


def test_filters_choose_runs(store: Store) -> None:
    first = Bench().check(store, article(SENTENCES))
    second = Bench().check(store, article(SENTENCES[:2], title="Other matters"))
    assert [row["id"] for row in listed("--article", "other MATTERS")] == [second.run_id]
    assert [row["id"] for row in listed("--article", first.article.id[:6])] == [first.run_id]
    assert listed("--status", "failed") == listed("--model", "none") == listed("--until", "2001-01-01") == []
    assert len(listed("--model", "scripted", "--since", "2001-01-01")) == 2
    assert len(listed("--limit", "1")) == 1


def test_show_tells_failures_and_reasons(store: Store) -> None:
    def down(prompt: str) -> Any:
        raise ModelUnavailable("nobody there")

    Bench(down).check(store, article(SENTENCES))
    Bench().check(store, article([*SENTENCES[1:], "A mill was closed."]))
    first, second = (row["id"] for row in reversed(listed()))
    page = printed("runs", "show", first)
    assert [(each["reason"], each["claims"]) for each in page["failures"]] == [("unavailable", 4)]
    assert page["checked_for"] == {"new claim": 4}
    assert printed("runs", "show", second)["checked_for"].keys() <= {
        "context changed",
        "earlier failure may pass",
        "words changed",
        "new claim",
    }
    assert "not checked, unavailable: 4 (nobody there)" in factnotes("runs", "show", first).output


def test_a_run_is_named_by_a_part_of_its_id_or_as_latest(store: Store) -> None:
    first = Bench().check(store, article(SENTENCES))
    second = Bench().check(store, article(SENTENCES[:2]))
    assert find_run(store, "latest").id == second.run_id
    assert find_run(store, first.run_id[-8:]).id == first.run_id
    assert find_run(store, first.run_id).id == first.run_id
    for named, told in (
        ("nothing", "no run"),
        ("", "no run"),
        ("2", "several run ids"),
        ("%", "no run"),
        ("\0", "no run"),
    ):
        with pytest.raises(InputError, match=told):
            find_run(store, named)
    result = factnotes("runs", "show", "nothing")
    assert (result.exit_code, result.stdout) == (3, "") and len(result.stderr.splitlines()) == 1


def test_a_cancelled_run_stops_before_its_next_claim_and_can_be_resumed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "POLL_SECONDS", 0.0)
    cancel: list[Result] = []
    bench = Bench(stops_at(2, lambda: cancel.append(factnotes("runs", "cancel", "latest"))))
    with pytest.raises(RunCancelled, match="cancelled by ann"):
        bench.check(store, article(SENTENCES), run_claims=in_turn)
    assert bench.calls == 2 and "asked to stop" in cancel[0].output
    (row,) = listed("--status", "cancelled")
    assert row["coverage"]["claims"] == 2 and "cancelled by ann" in row["problem"]
    assert listed("--status", "failed") == []
    again = Bench()
    report = resumed(store, row["id"], again)
    assert again.calls == 2 and report.run_id == row["id"]
    assert report.usage.calls == 4
    (row,) = listed()
    assert (row["status"], row["problem"], row["coverage"]["claims"]) == ("finished", None, 4)
    assert factnotes("runs", "cancel", "latest").exit_code == 3


def test_a_resumed_run_has_the_notes_of_one_that_was_never_cut_short(store: Store, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        Bench(stops_at(3, lambda: raise_(KeyboardInterrupt()))).check(store, article(SENTENCES), run_claims=in_turn)
    report = resumed(store, find_run(store, "latest").id, Bench())
    other = Store.open(tmp_path / "other.db")
    try:
        full = Bench().check(other, article(SENTENCES), recall=False)
    finally:
        other.close()
    assert [said(note) for note in report.notes] == [said(note) for note in full.notes]
    assert [said(note) for note in store.notes(report.run_id)] == [said(note) for note in full.notes]


def test_a_run_is_not_resumed_with_other_versions(store: Store) -> None:
    run_id = Bench().check(store, article(SENTENCES)).run_id
    change(store, run_id, status="failed", finished_at=None)
    facts = Path(store.where).with_name("facts.jsonl")
    facts.write_text(json.dumps(FACT), encoding="utf-8")
    assert factnotes("index", str(facts)).exit_code == 0
    result = factnotes("runs", "resume", run_id)
    assert result.exit_code == 3 and "other versions (code, model, prompts" in result.stderr
    assert "; model scripted:scripted then, none now)" in result.stderr
    assert find_run(store, run_id).status == "failed"


def test_a_run_whose_process_is_gone_is_lost_and_may_be_taken_over(store: Store) -> None:
    run_id = Bench().check(store, article(SENTENCES)).run_id
    change(store, run_id, status="running", finished_at=None, pid=NO_PROCESS)
    assert [row["id"] for row in listed("--status", "lost")] == [run_id] and listed("--status", "running") == []
    assert "resumes it" in factnotes("runs", "show", run_id).output
    assert "marked as cancelled" in factnotes("runs", "cancel", run_id).output
    assert find_run(store, run_id).status == "cancelled"


def test_a_run_whose_beat_is_before_its_beginning_took_no_time(store: Store) -> None:
    run_id = Bench().check(store, article(SENTENCES)).run_id
    change(store, run_id, status="running", finished_at=None, pid=NO_PROCESS, summary=None)
    change(store, run_id, beat_at=find_run(store, run_id).started_at - timedelta(microseconds=40))
    assert find_run(store, run_id).seconds == 0 and "-0.0" not in factnotes("runs", "list").output


def test_what_calls_in_flight_cost_when_a_process_ended_is_told_as_unknown_for_ever(store: Store) -> None:
    bench = Bench()
    run_id = bench.check(store, article(SENTENCES)).run_id
    assert not find_run(store, run_id).cut_off
    with_model = find_run(store, run_id).versions.model_copy(update={"model": "openai:m"})
    change(store, run_id, status="running", finished_at=None, pid=NO_PROCESS, versions=with_model.model_dump())
    assert find_run(store, run_id).cut_off
    assert "cost is not known" in factnotes("runs", "show", run_id).output
    processes.take_over(store, run_id)
    change(store, run_id, status="finished")
    after = find_run(store, run_id)
    assert after.cut_off and after.usage.calls == 4 and processes.was_cut_off(store, run_id)


def test_a_run_elsewhere_is_lost_when_it_has_been_silent_for_long(store: Store) -> None:
    run_id = Bench().check(store, article(SENTENCES)).run_id
    change(store, run_id, status="running", host="elsewhere", beat_at=utc_now())
    assert find_run(store, run_id).status == "running"
    with pytest.raises(InputError, match="is going on"):
        processes.take_over(store, run_id)
    change(store, run_id, beat_at=utc_now() - timedelta(seconds=SILENT_SECONDS + 1))
    assert find_run(store, run_id).status == "lost"
    processes.take_over(store, run_id)
    row = find_run(store, run_id)
    assert (row.status, row.host, row.pid) == ("running", socket.gethostname(), os.getpid())


def test_a_run_that_another_process_has_taken_over_stops(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "POLL_SECONDS", 0.0)
    bench = Bench(stops_at(1, lambda: change(store, find_run(store, "latest").id, pid=NO_PROCESS)))
    with pytest.raises(RunCancelled, match="taken it over"):
        bench.check(store, article(SENTENCES), run_claims=in_turn)
    assert bench.calls == 1
    row = find_run(store, "latest")
    assert (row.status, row.problem, row.pid) == ("lost", None, NO_PROCESS), "the other process says how it ends"


def test_a_run_says_that_it_lives_while_a_claim_takes_long(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.core.heartbeat.BEAT_SECONDS", 0.01)

    def until_it_beats() -> None:
        began, until = find_run(store, "latest").beat_at, time.monotonic() + 300
        while find_run(store, "latest").beat_at == began and time.monotonic() < until:
            time.sleep(0.01)
        assert find_run(store, "latest").beat_at != began

    Bench(stops_at(1, until_it_beats)).check(store, article(SENTENCES[:1]))


def test_a_cancellation_that_comes_too_late_leaves_a_finished_run(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "POLL_SECONDS", 0.0)
    reply = stops_at(4, lambda: ask_to_cancel(store, find_run(store, "latest").id, "ann"))
    Bench(reply).check(store, article(SENTENCES), run_claims=in_turn)
    assert find_run(store, "latest").status == "finished"


def test_compare_tells_what_is_another(store: Store) -> None:
    first = Bench().check(store, article(SENTENCES))
    edited = [SENTENCES[2], SENTENCES[0], SENTENCES[3].replace("a school", "two schools"), "All bridges were closed."]
    second = Bench().check(store, article(edited))
    found = compare_runs(store, first.run_id, second.run_id)
    assert [each.words for each in found.removed] == [SENTENCES[1]]
    assert [each.words for each in found.added] == [edited[3]]
    assert [(each.earlier_words, each.words) for each in found.reworded] == [(SENTENCES[3], edited[2])]
    assert [each.words for each in found.moved] == [SENTENCES[2], SENTENCES[0]]
    assert not found.same_text
    labels = [{note.claim.text: note.verdict.label for note in run.notes if note.verdict} for run in (first, second)]
    expected = {words for words in (SENTENCES[0], SENTENCES[2]) if labels[0][words] != labels[1][words]}
    assert {each.words for each in found.outcome_changed} - {edited[2]} == expected
    assert printed("runs", "compare", first.run_id, "last") == found.model_dump(mode="json")
    shown = factnotes("runs", "compare", first.run_id).output
    assert f"removed: {SENTENCES[1]}" in shown and f"was: {SENTENCES[3]}" in shown


def test_a_run_compared_with_itself_has_no_difference(store: Store) -> None:
    run_id = Bench().check(store, article(SENTENCES)).run_id
    found = compare_runs(store, run_id, run_id)
    assert found.unchanged == len(SENTENCES) and found.same_text
    lists = (found.added, found.removed, found.reworded, found.moved, found.outcome_changed, found.flags_changed)
    assert not any(lists)


def test_all_of_it_on_postgresql(home: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTNOTES_DATABASE_URL", postgres_url)
    monkeypatch.setattr(processes, "POLL_SECONDS", 0.0)
    store = Store.open(postgres_url)
    try:
        bench = Bench(stops_at(2, lambda: factnotes("runs", "cancel", "latest")))
        with pytest.raises(RunCancelled, match="cancelled by ann"):
            bench.check(store, article(SENTENCES), run_claims=in_turn)
        (row,) = listed("--status", "cancelled", "--article", "school", "--model", "scripted")
        first = resumed(store, row["id"], Bench())
        assert unchanged_run(store, article(SENTENCES), first.versions) is not None
        decide(store, first.notes[2].claim.id, "accept", LOCAL_PERSON, seen=0)
        bench = Bench()
        second = bench.check(store, article([*SENTENCES[:3], "The audit counted a school of another district."]))
        assert bench.calls == 1
        view = open_claim(store, second.notes[2].claim.id, LOCAL_PERSON)
        assert (view.item.status, view.item.moved, view.history[0].reviewer) == ("decided", False, "factnotes")
        assert printed("runs", "show", "latest")["checked_for"] == {"unchanged": 3, "new claim": 1}
        assert printed("runs", "compare", first.run_id)["unchanged"] == 3
    finally:
        store.close()


DRAFT = "\n\n".join(
    f"The council of district {number} repaired {number + 3} schools in 2023, the mayor said." for number in range(10)
)
FACT = {"text": "The council of district 4 repaired a school.", "publisher": "Council", "published_at": "2024-01-02"}


@pytest.fixture
def service() -> Iterator[Service]:
    with running(Service(latency_s=0.4)) as started:
        yield started


def call(home: Path, service: Service, *arguments: str) -> subprocess.CompletedProcess[str]:
    return command_line.call(home, *arguments, FACTNOTES_HOME=str(home), **settings(service))


def settings(service: Service) -> dict[str, str]:
    named = {"FACTNOTES_MODEL": "openai:scripted", "FACTNOTES_BASE_URL": service.address, "FACTNOTES_CONCURRENCY": "2"}
    return named | {"FACTNOTES_CLAIMS_PER_CALL": "1"}


@pytest.mark.process
def test_a_killed_check_is_lost_resumed_and_then_unchanged(home: Path, service: Service) -> None:
    (home / "draft.txt").write_text(DRAFT, encoding="utf-8")
    (home / "draft.yaml").write_text("published_at: 2024-02-01\n", encoding="utf-8")
    (home / "facts.jsonl").write_text(json.dumps(FACT), encoding="utf-8")
    assert call(home, service, "index", "facts.jsonl").returncode == 0
    check = [FACTNOTES, "check", "draft.txt"]
    process = subprocess.Popen(check, cwd=home, env=dict(os.environ) | settings(service), stdout=-3, stderr=-3)
    until = time.monotonic() + 600
    while service.answered.total() < 5 and process.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    while (
        not any(run["coverage"]["claims"] for run in listed()) and process.poll() is None and time.monotonic() < until
    ):
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    (lost,) = listed("--status", "lost")
    assert lost["coverage"]["claims"] > 0
    assert lost["cut_off"] and lost["seconds"] >= 0, "calls were in flight, and no clock runs backwards"
    done = call(home, service, "runs", "resume", lost["id"], "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["run_id"] == lost["id"] and report["coverage"]["not_checked"] == {}
    assert any("in flight is not known" in problem for problem in report["problems"])
    assert max(service.asked.values()) <= 2 and sum(n > 1 for n in service.asked.values()) <= 3
    asked = service.asked.total()
    again = call(home, service, "check", "draft.txt", "--json")
    assert json.loads(again.stdout)["notes"] == report["notes"] and "unchanged since run" in again.stderr
    (home / "draft.txt").write_text(DRAFT.replace("district 9 repaired", "district 9 closed"), encoding="utf-8")
    edited = call(home, service, "check", "draft.txt", "--json")
    assert edited.returncode == 0, edited.stderr
    changed = {note["claim"]["text"] for note in json.loads(edited.stdout)["notes"] if _again(note)}
    assert changed and service.asked.total() - asked == len(changed) + 1, "and one to find the claims"
    assert all("district 9" in text for text in changed)


def _again(note: dict[str, Any]) -> bool:
    return not any(step["detail"].startswith("unchanged since run") for step in note["trace"])


def test_a_pipe_is_told_every_tenth_of_what_is_done_and_no_more(capsys: pytest.CaptureFixture[str]) -> None:
    with show_progress() as show:
        for done in range(101):
            show("checking", done, 100)
        show("writing", 0, 0)
    lines = capsys.readouterr().err.split("\n")[:-1]
    assert lines == [f"checking {done}/100" for done in range(0, 101, 10)] + ["writing"]
