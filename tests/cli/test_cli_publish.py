"""The commands publish and gold, on a store with the seed article and decisions made at the desk."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from command_line import call, run as run_process

from pipeline.articles import load_article
from pipeline.check import check_article, index_paths, open_bench
from pipeline.core.models import LOCAL_PERSON, AddedEvidence, Correction, DecidedNote, Person
from pipeline.core.settings import load_settings
from pipeline.evaluation import gold_of
from pipeline.reports.publication import FILES
from pipeline.review import approve, decide, undo
from pipeline.store import Store, decided_notes, find_run, open_store

SEEDS = Path(__file__).parents[2] / "seeds"
REVIEWER = Person(name="Ada Quist", role="reviewer")


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return call(home, *arguments, FACTNOTES_HOME=str(home / "desk"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the store of a desk that has checked the seed article."""
    folder = tmp_path_factory.mktemp("home")
    settings = load_settings(home=folder / "desk", model="none")
    index_paths(settings, [SEEDS / "reference"])
    article = load_article(str(SEEDS / "articles/putin-trump-call.txt"), settings)
    with open_bench(settings) as bench:
        check_article(article, bench.tools, bench.store)
    return folder


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with open_store(load_settings(home=home / "desk")) as opened:
        yield opened


def _open(store: Store) -> list[DecidedNote]:
    """Return the notes with a verdict that nobody has decided on."""
    notes = decided_notes(store, find_run(store, "latest").id)
    return [note for note in notes if note.note.verdict and note.status == "open" and not note.reviews]


def _publish(home: Path, *options: str) -> tuple[Path, subprocess.CompletedProcess[str]]:
    done = run(home, "publish", "latest", *options)
    assert done.returncode == 0, done.stderr
    (folder,) = (home / "published").iterdir()
    return folder, done


def test_with_nothing_approved_it_says_how_to_approve_and_writes_nothing(home: Path, store: Store) -> None:
    decide(store, _open(store)[0].note.claim.id, "accept", REVIEWER, seen=0)
    done = run(home, "publish", "latest", "--out", "none")
    assert done.returncode == 0, done.stderr
    assert "0 published" in done.stdout.splitlines()[0]
    assert "Nothing is approved" in done.stdout
    assert not (home / "none").exists()


def test_what_was_approved_is_published_in_every_format_and_what_is_undone_disappears(home: Path, store: Store) -> None:
    kept, wrong, waiting = (note.note for note in _open(store)[:3])
    decide(store, kept.claim.id, "accept", REVIEWER, seen=0)
    approve(store, kept.claim.id, LOCAL_PERSON, seen=1)
    correction = Correction(
        label="conflicting_evidence",
        justification="Two registers differ.",
        evidence=(AddedEvidence(url="https://register.example/1", text="Another register says otherwise."),),
    )
    decide(store, wrong.claim.id, "correct", REVIEWER, seen=0, correction=correction, reason="wrong_evidence")
    approve(store, wrong.claim.id, LOCAL_PERSON, seen=1)
    decide(store, waiting.claim.id, "dismiss", REVIEWER, seen=0, reason="false_alarm")

    names = [
        "--publisher",
        "The Desk",
        "--publisher-url",
        "https://desk.example",
        "--page-url",
        "https://desk.example/1",
    ]
    folder, done = _publish(home, *names)
    assert done.stderr == ""
    assert "2 published" in done.stdout and "1 set aside by a person" in done.stdout
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES.values())
    published = json.loads((folder / "published.json").read_text(encoding="utf-8"))
    assert {check["id"] for check in published["checks"]} == {kept.claim.id, wrong.claim.id}
    reviews = json.loads((folder / "claimreview.jsonld").read_text(encoding="utf-8"))
    assert {review["author"]["name"] for review in reviews} == {"The Desk"}
    assert {review["url"] for review in reviews} == {
        f"https://desk.example/1#check-{note.claim.id}" for note in (kept, wrong)
    }
    page = (folder / "published.html").read_text(encoding="utf-8")
    assert "Decided by a person" in page
    assert "Another register says otherwise." in page
    assert not any("Ada Quist" in path.read_text(encoding="utf-8") for path in folder.iterdir())

    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    _publish(home, *names)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before

    undo(store, wrong.claim.id, LOCAL_PERSON, seen=2)
    _publish(home, "--format", "md", "--publisher", "The Desk")
    assert not any(wrong.claim.id in path.read_text(encoding="utf-8") for path in folder.iterdir())


@pytest.mark.process
def test_json_tells_what_was_written_and_nothing_else(home: Path, store: Store) -> None:
    claim = _open(store)[0].note.claim
    decide(store, claim.id, "accept", REVIEWER, seen=0)
    approve(store, claim.id, LOCAL_PERSON, seen=1)
    found = find_run(store, "latest").id
    given = ("publish", found[:-2], "--format", "json,csv", "--utf16", "--json", "--out", "told")
    done = run_process(home, *given, FACTNOTES_HOME=str(home / "desk"), FACTNOTES_PUBLISHER="We")
    told = json.loads(done.stdout)
    assert (told["run"], told["counts"]["published"] > 0) == (found, True)
    assert [Path(path).name for path in told["files"]] == ["published.json", "published.csv"]
    assert all((home / path).is_file() for path in told["files"])
    checks = json.loads((home / told["files"][0]).read_text(encoding="utf-8"))["checks"]
    assert all("start_utf16" in span for check in checks for span in check["spans"])
    csv = (home / told["files"][1]).read_bytes()
    assert csv.startswith(b"\xef\xbb\xbf") and b"\r\n" in csv
    assert "--page-url" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("publish", "20991231"), 3, "no run '20991231': `factnotes runs list` lists them"),
        (("publish", "latest", "--format", "claimreview"), 3, "give --publisher NAME"),
        (("publish", "latest", "--format", "pdf"), 2, "'pdf' is no format; choose from html, md"),
        (("publish", "latest", "--publisher", "A", "--publisher-url", "javascript:alert(1)"), 3, "no web address"),
        (("publish", "latest", "--page-url", "here"), 3, "--page-url: 'here' is no web address"),
        (("gold", "--include", "secrets"), 2, "secrets"),
    ],
)
def test_what_cannot_be_done_is_one_line(home: Path, arguments: tuple[str, ...], code: int, words: str) -> None:
    done = run(home, *arguments)
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_desk_without_runs_says_what_to_do_first(tmp_path: Path) -> None:
    done = run(tmp_path, "publish", "latest")
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert "there is no run yet: `factnotes check FILE` makes one" in done.stderr


def test_gold_writes_decisions_once_and_the_same_each_time(home: Path, store: Store) -> None:
    refused, old = (note.note.claim for note in _open(store)[:2])
    decide(store, refused.id, "dismiss", REVIEWER, seen=0, reason="not_checkable", comment="Ask Ola")
    false = Correction(label="refuted")
    decide(store, old.id, "correct", REVIEWER, seen=0, correction=false, reason="evidence_too_old")
    done = run(home, "gold")
    assert done.returncode == 0, done.stderr
    written = (home / "cases.jsonl").read_bytes()
    cases = [json.loads(line) for line in written.splitlines()]
    stages = {case["metadata"]["claim_id"]: (case["stage"], case["label"]) for case in cases}
    assert stages[refused.id] == ("detection", "not_check_worthy")
    assert stages[old.id] == ("end_to_end", "refuted")
    assert f"{len(cases)} cases (1 detection, 1 end to end, " in done.stdout
    assert b"Ada Quist" not in written and b"Ola" not in written
    run(home, "gold")
    assert (home / "cases.jsonl").read_bytes() == written
    again = run(home, "gold", "--out", "-", "--include", "names")
    assert "Ada Quist" in again.stdout
    assert [json.loads(line)["id"] for line in again.stdout.splitlines()] == [case["id"] for case in cases]
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    assert run(home, "gold", "--out", "-", "--since", tomorrow).stdout == ""
    assert [case.id for case in gold_of(store).cases] == [case["id"] for case in cases]
