"""An archive checked in threads and on a Dask cluster whose workers are killed: nothing twice, nothing lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import dask
import pytest
import serving
import sqlalchemy as sa
from called_flows import flows_in
from prefect.settings import PREFECT_API_URL, temporary_settings
from scripted_service import Service, running
from watched import Desk, sentences

import pipeline.watch.archive as archive
from flows import check_archive
from flows.check_archive import open_runner
from pipeline.articles import load_article
from pipeline.check import check_article, open_bench
from pipeline.core.errors import InputError, RunGoesOn, SettingsError
from pipeline.core.models import Note
from pipeline.core.settings import Settings
from pipeline.store import Store, fingerprint, lost_run, schema as t

ONE_A_CALL = {"FACTNOTES_CLAIMS_PER_CALL": "1"}
"""So that what is kept and repeated can be counted by claims."""

pytest_plugins = ("postgres", "prefect_home")
ARTICLES, CLAIMS, AT_ONCE = 6, 6, 3


# One article, whichever process has it


@pytest.fixture
def desk(store_address: Path | str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk(store_address, tmp_path, monkeypatch)
    monkeypatch.setattr("pipeline.check.check_article", made.check)
    return made


def test_an_article_is_checked_once_and_again_only_where_it_was_edited(desk: Desk) -> None:
    place = str(desk.write("a.txt"))
    with desk.open_bench(desk.settings) as bench:
        first = archive.check_archived(place, bench)
        assert (first.outcome, first.claims, first.calls) == ("checked", 2, 2)
        assert archive.check_archived(place, bench).model_dump() == {
            **first.model_dump(), "outcome": "unchanged", "reason": "", "claims": 0, "calls": 0
        }  # fmt: skip
        desk.write("a.txt", claims=3)
        assert (archive.check_archived(place, bench).calls, desk.asked.total()) == (1, 3)


def test_a_file_that_trips_a_parser_is_left_to_its_own_check(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    place = str(desk.write("a.txt"))

    def trip(*_: object, **__: object) -> None:
        raise RecursionError("too deep")

    with desk.open_bench(desk.settings) as bench:
        assert archive.archived_before(place, bench) is None
        done = archive.check_archived(place, bench)
        found = archive.archived_before(place, bench)
        assert found is not None and (found.outcome, found.run_id) == ("unchanged", done.run_id)
        assert archive.archived_before(place + ".gone", bench) is None
        monkeypatch.setattr(archive, "load_article", trip)
        assert archive.archived_before(place, bench) is None


@pytest.mark.process
def test_an_article_that_another_process_checks_is_refused_and_what_it_left_behind_is_gone_on_with(desk: Desk) -> None:
    place = str(desk.write("a.txt", claims=4))
    with desk.open_bench(desk.settings) as bench:
        article = load_article(place, desk.settings)

        def die(stage: str, done: int, total: int) -> None:
            if done == 2:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            check_article(article, bench.tools, bench.store, detect=sentences, progress=die, run_id="dead")
        with bench.store.writing() as connection:  # as if its process went on
            alive = {"status": "running", "pid": os.getppid(), "host": socket.gethostname()}
            connection.execute(sa.update(t.runs).values(alive))
        asked = desk.asked.total()
        with pytest.raises(RunGoesOn, match="run dead is going on"):
            archive.check_archived(place, bench)
        with pytest.raises(RunGoesOn):
            check_article(article, bench.tools, bench.store, detect=sentences)
        assert (desk.asked.total(), desk.runs()) == (asked, 1)
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        with bench.store.writing() as connection:
            connection.execute(sa.update(t.runs).values(pid=gone.pid))
        done = archive.check_archived(place, bench)
        assert (done.run_id, done.outcome, done.claims, desk.runs()) == ("dead", "checked", 4, 1)
        assert len(desk.asked) == 4 and list(desk.asked.values()).count(1) >= 2, "no claim with a note is asked again"
        day = bench.store.runs()[0].as_of
        assert lost_run(bench.store, fingerprint(article, day, bench.tools.versions)) is None


def test_of_many_that_begin_one_article_at_the_same_moment_one_does(desk: Desk) -> None:
    place = str(desk.write("a.txt"))
    start = Barrier(6)

    def work(_: int) -> str:
        with desk.open_bench(desk.settings) as bench:
            start.wait(60)
            try:
                return archive.check_archived(place, bench).outcome
            except RunGoesOn:
                return "refused"

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(work, range(6)))
    assert outcomes.count("checked") == 1 and set(outcomes) <= {"checked", "refused", "unchanged"}
    assert (desk.runs(), desk.asked.total(), set(desk.asked.values())) == (1, 2, {1})


def test_who_looked_before_another_ended_looks_again_instead_of_checking_once_more(desk: Desk) -> None:
    place = str(desk.write("a.txt"))
    with desk.open_bench(desk.settings) as bench:
        assert archive.check_archived(place, bench).outcome == "checked"
        article = load_article(place, bench.settings)
        with pytest.raises(RunGoesOn, match="just checked the same: look again"):
            check_article(article, bench.tools, bench.store, finished=0)
        assert desk.runs() == 1


def test_a_watch_leaves_an_article_that_somebody_checks_by_hand_to_its_next_visit(desk: Desk) -> None:
    path = desk.write("a.txt")
    desk.watch()
    with desk.open_bench(desk.settings) as bench:
        article = load_article(str(path), desk.settings)
        check_article(article, bench.tools, bench.store, detect=sentences, run_id="by hand")
        with bench.store.writing() as connection:
            connection.execute(sa.update(t.runs).values(status="running", pid=os.getppid()))
    (report,) = desk.visit().told
    assert report.outcome == "waiting" and "run by hand is going on" in report.reason
    with closing(desk.store) as store, store.writing() as connection:
        connection.execute(sa.update(t.runs).values(status="finished"))
    assert {each.outcome for each in desk.visit(hours=1).told} <= {"checked", "unchanged"}


# Caps


def test_workers_keep_the_caps_of_the_run_together_and_not_their_own(desk: Desk) -> None:
    places = [str(desk.write(name, claims=2)) for name in ("a.txt", "b.txt", "c.txt")]
    with desk.open_bench(desk.settings.model_copy(update={"max_calls": 3})) as starter:
        capped = archive.open_caps(starter, "bulk")
        assert capped == "bulk"
    own = desk.settings.model_copy(update={"max_calls": 1})
    with desk.open_bench(own) as first, desk.open_bench(desk.settings) as second:
        told = [
            archive.check_archived(place, archive.under_caps(bench, capped))
            for place, bench in zip(places, (first, second, first), strict=True)
        ]
        assert [each.outcome for each in told] == ["checked", "unfinished", "unfinished"]
        assert [each.calls for each in told] == [2, 1, 0]
        reasons = [
            [note.failure.reason if note.failure else "judged" for note in first.store.notes(each.run_id or "")]
            for each in told
        ]
        assert reasons == [["judged"] * 2, ["judged", "budget"], ["budget"] * 2]
        again = [archive.check_archived(place, archive.under_caps(second, None)) for place in places]
        assert [(each.outcome, each.calls) for each in again] == [("unchanged", 0), ("checked", 1), ("checked", 2)]
    assert set(desk.asked.values()) == {1}


def test_no_claim_is_begun_in_any_worker_after_the_seconds_of_the_run(desk: Desk) -> None:
    place = str(desk.write("a.txt"))
    with desk.open_bench(desk.settings.model_copy(update={"max_seconds": 600})) as starter:
        late = replace(starter, deadline=time.monotonic() - 1)
        capped = archive.open_caps(late, "bulk")
    desk.model = False
    with desk.open_bench(desk.settings) as bench:
        done = archive.check_archived(place, archive.under_caps(bench, capped))
        (first, second) = bench.store.notes(done.run_id or "")
        assert first.failure and second.failure and {first.failure.reason, second.failure.reason} == {"budget"}
    assert desk.asked.total() == 0


def test_without_caps_nothing_is_written_and_the_workbench_stays_as_it_is(desk: Desk) -> None:
    with desk.open_bench(desk.settings) as bench:
        assert archive.open_caps(bench, "bulk") is None
        assert archive.under_caps(bench, None) is bench
        with bench.store.reading() as connection:
            assert connection.execute(sa.select(t.budgets)).all() == []


# Settings


def test_processes_share_no_embedded_index() -> None:
    with pytest.raises(SettingsError, match="FACTNOTES_CHROMA_URL"):
        archive.require_shareable(Settings())
    archive.require_shareable(Settings(vector_search=False, max_calls=5))
    archive.require_shareable(Settings(chroma_url="http://127.0.0.1:8000"))


def test_workers_of_dask_are_started_without_the_profiler_that_locks_them_up() -> None:
    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:1/api"}), dask.config.set({"distributed": {}}):
        open_runner(Settings(task_runner="dask", vector_search=False))
        assert dask.config.get("distributed.worker.profile.enabled") is False


def test_an_archive_is_a_folder_or_a_list_of_addresses(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A text.")
    (tmp_path / "b.xlsx").write_text("x")
    listed = {item.key: bool(item.problem) for item in archive.list_archive(str(tmp_path), Settings()).items}
    assert listed == {"a.txt": False, "b.xlsx": True}
    (tmp_path / "pages.txt").write_text("https://example.org/1\n")
    assert archive.list_archive(str(tmp_path / "pages.txt"), Settings()).items[0].location == "https://example.org/1"
    with pytest.raises(InputError):
        archive.list_archive(str(tmp_path / "nowhere"), Settings())


# The flow


def environment(home: Path, **more: str) -> dict[str, str]:
    quiet = {"PREFECT_LOGGING_LEVEL": "ERROR", "DASK_TEMPORARY_DIRECTORY": str(home / "dask")}
    return serving.environment(home, **quiet, FACTNOTES_VECTOR_SEARCH="false", **more)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    drafts = tmp_path / "drafts"
    drafts.mkdir()
    for number in range(ARTICLES):
        lines = (
            f"The council of district {number}{place} repaired {number + place + 3} schools in 2023, the mayor said."
            for place in range(CLAIMS)
        )
        (drafts / f"{number}.txt").write_text("\n\n".join(lines), encoding="utf-8")
        (drafts / f"{number}.yaml").write_text("published_at: 2024-02-01\n", encoding="utf-8")
    fact = {"text": "The council of district 4 repaired a school.", "published_at": "2024-01-02"}
    (tmp_path / "facts.jsonl").write_text(json.dumps(fact), encoding="utf-8")
    serving.factnotes(tmp_path, "index", "facts.jsonl", FACTNOTES_VECTOR_SEARCH="false")
    return tmp_path


def wait_until(holds: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return held


def start(home: Path, **more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "flows.check_archive", "drafts"]
    given = environment(
        home, PYTHONPATH=os.pathsep.join([str(Path(__file__).parents[2]), os.environ["PYTHONPATH"]]), **more
    )
    with (home / "output.txt").open("a") as output:
        return subprocess.Popen(command, cwd=home, env=given, stdout=output, stderr=output, start_new_session=True)


def finish(process: subprocess.Popen[bytes], home: Path) -> str:
    try:
        code = process.wait(900)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    text = (home / "output.txt").read_text()
    assert code == 0, text
    return text.strip().splitlines()[-1] if text.strip() else ""


@pytest.mark.process
def test_on_dask_every_claim_ends_in_one_state_though_workers_are_killed_twice(home: Path, prefect_api: str) -> None:
    with running(Service(latency_s=0.4)) as service:
        more = {"FACTNOTES_MODEL": "openai:scripted", "FACTNOTES_BASE_URL": service.address} | ONE_A_CALL
        more |= {"FACTNOTES_TASK_RUNNER": "dask", "FACTNOTES_DASK_WORKERS": "3", "PREFECT_API_URL": prefect_api}
        more |= {"FACTNOTES_ARTICLES_AT_ONCE": "1", "FACTNOTES_CONCURRENCY": str(AT_ONCE)}
        process = start(home, **more)
        killed: list[int] = []
        for answered in (4, 16):
            wait_until(lambda n=answered: service.answered.total() >= n or process.poll() is not None, 600)
            assert process.poll() is None, (home / "output.txt").read_text()
            assert wait_until(lambda: bool(set(at_work(home)) - set(killed)), 600)
            killed.append(next(pid for pid in at_work(home) if pid not in killed))
            os.kill(killed[-1], signal.SIGKILL)
        finish(process, home)
        assert len(set(killed)) == 2
        again = sum(times - 1 for times in service.asked.values())
        assert again <= 2 * AT_ONCE and max(service.asked.values()) <= 3, "only what was in flight is asked again"
        examine(home)
        shutil.rmtree(home / "dask")
        assert finish(start(home, **more), home) == f"{ARTICLES} unchanged; 0 claims, 0 calls"
        assert not (home / "dask").exists(), "no cluster starts where nothing is to be checked"


@pytest.mark.process
def test_on_dask_caps_hold_for_all_workers_together_though_one_is_killed(home: Path, prefect_api: str) -> None:
    cap = 16
    with running(Service(latency_s=0.4)) as service:
        more = {"FACTNOTES_MODEL": "openai:scripted", "FACTNOTES_BASE_URL": service.address} | ONE_A_CALL
        more |= {"FACTNOTES_TASK_RUNNER": "dask", "FACTNOTES_DASK_WORKERS": "2", "PREFECT_API_URL": prefect_api}
        more |= {"FACTNOTES_ARTICLES_AT_ONCE": "1", "FACTNOTES_CONCURRENCY": str(AT_ONCE)}
        process = start(home, FACTNOTES_MAX_CALLS=str(cap), FACTNOTES_MAX_USD="1", **more)
        wait_until(lambda: service.answered.total() >= 4 or process.poll() is not None, 600)
        assert process.poll() is None, (home / "output.txt").read_text()
        assert wait_until(lambda: bool(at_work(home)), 600)
        os.kill(at_work(home)[0], signal.SIGKILL)
        finish(process, home)
        asked = service.asked.total()
        assert cap - AT_ONCE <= asked <= cap, "a killed process may have reserved calls that it never made"
        capped = newest_notes(home)
        reasons = Counter(note.failure.reason for notes in capped.values() for note in notes if note.failure)
        assert set(reasons) <= {"budget", "not_checkable"} and reasons["budget"] > 0
        finish(start(home, **more), home)
        done = newest_notes(home)
        assert done.keys() == capped.keys() and len(done) == ARTICLES
        reasons = Counter(note.failure.reason for notes in done.values() for note in notes if note.failure)
        assert set(reasons) <= {"not_checkable"}
        assert sum(times - 1 for times in service.asked.values()) <= AT_ONCE, "only what was in flight is asked again"
        with closing(Store.open(home / "desk" / "store.db")) as store, store.reading() as connection:
            (calls,) = connection.scalars(sa.select(t.budgets.c.calls))
            assert asked <= calls == cap, "one row for the run with caps, none for the other"


def newest_notes(home: Path) -> dict[str, tuple[Note, ...]]:
    """Return the notes of each article's newest run, each claim in one note with one outcome."""
    with closing(Store.open(home / "desk" / "store.db")) as store:
        runs = store.runs()
        assert {run.status for run in runs} == {"finished"}
        found = {run.article_id: store.notes(run.id) for run in runs}
    for notes in found.values():
        assert len({note.claim.id for note in notes}) == len(notes) >= CLAIMS
        assert all((note.verdict is None) != (note.failure is None) for note in notes)
    return found


@pytest.mark.process
def test_in_threads_an_archive_is_checked_once_and_then_only_what_was_edited(
    home: Path, prefect_api: str, capsys: pytest.CaptureFixture[str]
) -> None:
    more = {"FACTNOTES_MODEL": "openai:scripted", "FACTNOTES_ARTICLES_AT_ONCE": "3"} | ONE_A_CALL
    more |= {"FACTNOTES_VECTOR_SEARCH": "false"}
    with running(Service()) as service, flows_in(home, prefect_api, FACTNOTES_BASE_URL=service.address, **more):
        code, (summary,) = archived(capsys)
        assert code == 0 and summary.startswith(f"{ARTICLES} checked; ")
        assert set(service.asked.values()) == {1}
        examine(home)
        asked = service.asked.total()
        assert archived(capsys) == (0, [f"{ARTICLES} unchanged; 0 claims, 0 calls"])
        assert service.asked.total() == asked
        path = home / "drafts" / "1.txt"
        path.write_text(path.read_text().replace("district 12 repaired 6", "district 12 mended 6"))
        (home / "drafts" / "c.xlsx").write_text("x")
        code, (problem, summary) = archived(capsys)
        assert code == 1 and ".xlsx is not read" in problem
        assert f"{ARTICLES - 1} unchanged" in summary and "1 checked" in summary
        assert 1 <= service.asked.total() - asked <= 4, "the detection, the edited claim, and the one it stands before"


def archived(capsys: pytest.CaptureFixture[str]) -> tuple[object, list[str]]:
    """Call the command in this process; return its exit code, and the lines it prints."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        check_archive.main(["drafts"])
    return ended.value.code, capsys.readouterr().out.splitlines()


def at_work(home: Path) -> list[int]:
    """Return the processes that have a run going on."""
    with closing(Store.open(home / "desk" / "store.db")) as store, store.reading() as connection:
        return [pid for (pid,) in connection.execute(sa.select(t.runs.c.pid).where(t.runs.c.status == "running"))]


def examine(home: Path) -> None:
    """Find each article in one finished run, and each of its claims in one note with one outcome."""
    with closing(Store.open(home / "desk" / "store.db")) as store:
        runs = store.runs()
        assert [run.status for run in runs] == ["finished"] * ARTICLES
        assert len({run.article_id for run in runs}) == ARTICLES
        for run in runs:
            notes = store.notes(run.id)
            assert len(notes) == (run.summary or {})["coverage"]["claims"] >= CLAIMS
            assert len({note.claim.id for note in notes}) == len(notes)
            assert all((note.verdict is None) != (note.failure is None) for note in notes)
            reasons = {note.failure.reason for note in notes if note.failure}
            assert reasons <= {"not_checkable"}, reasons


def test_evidence_is_found_by_words_where_no_vectors_are_wanted(home: Path) -> None:
    settings = Settings(home=home / "desk", model="none", vector_search=False)
    (home / "desk" / "vectors").rename(home / "moved")
    with open_bench(settings) as bench:
        by_words = bench.tools.versions.settings
        (item, *_) = archive.list_archive(str(home / "drafts"), settings).items
        done = archive.check_archived(item.location, bench)
        assert done.claims >= CLAIMS
        found = [each for note in bench.store.notes(done.run_id or "") for each in note.evidence]
        assert found and {each.retriever for each in found} == {"lexical"}
    (home / "moved").rename(home / "desk" / "vectors")
    with open_bench(settings.model_copy(update={"vector_search": True})) as bench:
        assert bench.tools.versions.settings != by_words, "other evidence is another ground"
