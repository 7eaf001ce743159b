"""A store and a report that an older version wrote, with a trace of lines and verdicts without `by`."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.core.models import Report, TraceStep
from pipeline.reports import render_markdown
from pipeline.reports.run.html import render_html
from pipeline.review import Filter, queue
from pipeline.store import Store
from pipeline.store.queue import rebuild

OLD = Path(__file__).parents[1] / "data" / "compat"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    file = tmp_path / "store.db"
    file.write_bytes(gzip.decompress((OLD / "trace-store.db.gz").read_bytes()))
    opened = Store.open(file)
    yield opened
    opened.close()


@pytest.fixture
def written() -> str:
    return (OLD / "trace-report.json").read_text(encoding="utf-8")


def test_an_older_report_is_read_and_shows_the_trace_it_had(written: str) -> None:
    report = Report.model_validate_json(written)
    lines = [note["trace"] for note in json.loads(written)["notes"]]
    assert [[str(step) for step in note.trace] for note in report.notes] == lines
    title = report.notes[1]
    assert TraceStep(stage="titles", label="refuted", flags=("misattributed_title", "outdated")) in title.trace
    assert "titles: refuted, misattributed_title, outdated" in render_html(report)
    assert "### 2" in render_markdown(report)


def test_an_older_report_written_anew_differs_only_in_what_newer_ones_tell(
    written: str,
) -> None:
    report = Report.model_validate_json(written)
    again = json.loads(report.model_dump_json())
    assert Report.model_validate(again) == report
    old = json.loads(written)
    assert again["versions"].pop("world") is None
    passages = [each["passage"] for note in again["notes"] for each in note["evidence"]]
    assert {passage.pop(name) for passage in passages for name in ("place", "published_in")} == {None}
    for note in (*old["notes"], *again["notes"]):
        del note["trace"]
    told = [note["verdict"].pop("by") for note in again["notes"] if note["verdict"]]
    compared = [note.pop("comparison") for note in again["notes"]]
    assert compared == [None] * len(old["notes"]) and again["coverage"].pop("differing") == 0
    assert [again["coverage"].pop(name) for name in ("sentences", "without_claim")] == [0, 0]
    assert again.pop("unclaimed") == []
    assert again["article"].pop("estimated_at") is None
    assert [again["article"].pop(name) for name in ("provenance", "corrections", "entries")] == [[], [], []]
    judged = [note["verdict"] for note in again["notes"] if note["verdict"]]
    newer = ("probabilities", "calibrated_on", "calibrated_cases")
    assert {verdict.pop(name) for verdict in judged for name in newer} == {None}
    assert again == old and told == ["checker"] * 5


def test_the_notes_of_an_older_store_are_read_with_what_their_traces_said(store: Store, written: str) -> None:
    report = Report.model_validate_json(written)
    assert store.notes(report.run_id) == report.notes
    steps = [step for run in store.runs() for note in store.notes(run.id) for step in note.trace]
    first = store.runs()[0].id
    assert TraceStep(stage="model", reason="no_model") in steps
    assert TraceStep(stage="model", label="refuted", detail=f"as in run {first}") in steps
    assert TraceStep(stage="recall", detail=f"unchanged since run {first}") in steps


def test_the_verdicts_of_an_older_store_tell_who_judged(store: Store) -> None:
    verdicts = [note.verdict for run in store.runs() for note in store.notes(run.id) if note.verdict]
    assert Counter(verdict.by for verdict in verdicts) == {"model": 6, "checker": 5}
    assert all((verdict.by == "model") == verdict.method.startswith("predict_verdict@") for verdict in verdicts)


def test_a_claim_that_a_model_judged_in_an_older_store_is_found_as_such(store: Store) -> None:
    with store.writing() as connection:
        rebuild(connection)
    assert {item.checkers for item in queue(store, Filter(checker="model", status="any")).items} == {("model",)}
    assert queue(store, Filter(checker="titles", status="any")).total == 2
