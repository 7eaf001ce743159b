"""A check killed at each boundary between its stages, for real and with calls in flight: whole, told, resumable."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from killed import BOUNDARIES, EDITED, Words, check, killed_at
from processes import PROCESSES
from rechecked import SENTENCES, Bench, article, said

from pipeline.core.models import LOCAL_PERSON, Report, Review
from pipeline.review import decide
from pipeline.store import RunFilter, Store, decided_notes, list_runs

BEFORE_A_RUN = ("the article is read, no run begun", "a run is half begun")
AFTER_A_RUN = ("a report is half written",)


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return for each boundary a home in which a check was killed there; `none` is one whose check went on."""
    base = tmp_path_factory.mktemp("kills")
    first = base / "first"
    first.mkdir()
    with closing(Store.open(first / "store.db")) as store:
        report = Bench(embedder=Words()).check(store, article(SENTENCES))
        for note in report.notes:
            decide(store, note.claim.id, "accept", LOCAL_PERSON, seen=0)
    names = {boundary: base / f"home-{number}" for number, boundary in enumerate((*BOUNDARIES, "none"))}
    for folder in names.values():
        shutil.copytree(first, folder)
    check(names["none"])
    driver = PROCESSES.Process(target=killed_at, args=({each: names[each] for each in BOUNDARIES},))
    driver.start()
    driver.join(600)
    return names


@pytest.fixture(scope="module")
def whole(homes: dict[str, Path]) -> dict[str, object]:
    return state(homes["none"])


def state(home: Path) -> dict[str, object]:
    """Return what the store holds of the edited article: its notes, and what was decided on each claim."""
    with closing(Store.open(home / "store.db")) as store:
        (run,) = [each for each in store.runs() if each.article_id == EDITED.id]
        decided = decided_notes(store, run.id)
        return {"notes": [said(each.note) for each in decided], "decided": [acted(each.reviews) for each in decided]}


def acted(reviews: tuple[Review, ...]) -> list[tuple[str, str]]:
    return [(review.action, review.reviewer) for review in reviews]


def asked(home: Path) -> int:
    file = home / "asked.txt"
    return len(file.read_text(encoding="utf-8").splitlines()) if file.exists() else 0


def runs_of(home: Path) -> Iterator[tuple[str, str]]:
    with closing(Store.open(home / "store.db")) as store:
        for run in list_runs(store, RunFilter(), limit=9):
            if run.article_id == EDITED.id:
                yield run.id, run.status


@pytest.mark.process
@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_a_check_killed_at_a_boundary_is_whole_told_and_resumed(
    boundary: str, homes: dict[str, Path], whole: dict[str, object]
) -> None:
    home = homes[boundary]
    assert (home / "ended.txt").read_text(encoding="utf-8") == "-9\n", "it was not killed there"
    with closing(sqlite3.connect(home / "store.db")) as file:
        assert file.execute("pragma integrity_check").fetchone() == ("ok",)
    runs, before = list(runs_of(home)), asked(home)
    if boundary in BEFORE_A_RUN:
        assert not runs and not before, "nothing was begun, nothing asked"
    elif boundary in AFTER_A_RUN:
        assert [status for _, status in runs] == ["finished"]
    else:
        ((run_id, status),) = runs
        assert status == "lost", "and neither running nor finished"
        assert written(home, run_id) <= {json.dumps(note, default=str) for note in whole["notes"]}  # type: ignore[union-attr]
    report = finished(home)
    assert state(home) == whole
    assert [status for _, status in runs_of(home)] == ["finished"]
    told = any("in flight is not known" in problem for problem in report.problems)
    assert told == bool(runs and boundary not in AFTER_A_RUN), "unknown costs are told, known ones are not doubted"
    assert report.usage.calls == asked(home) or told and report.usage.calls < asked(home)
    written_report = home / "runs" / report.run_id
    assert not list(written_report.glob("*.unfinished"))
    assert Report.model_validate_json((written_report / "report.json").read_text(encoding="utf-8")) == report


def written(home: Path, run_id: str) -> set[str]:
    with closing(Store.open(home / "store.db")) as store:
        return {json.dumps(said(note), default=str) for note in store.notes(run_id)}


def finished(home: Path) -> Report:
    """Resume what was cut short, else check anew, as a person does who is told of it; return the report."""
    lost = next((run_id for run_id, status in runs_of(home) if status == "lost"), None)
    return check(home, resume=lost)
