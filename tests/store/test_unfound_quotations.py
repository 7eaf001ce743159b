"""A quotation that no source ought to hold: counted in the coverage, no place in the queue unless it is flagged."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from desks import keep_report
from samples import sample_report

from pipeline.core.models import Claim, Coverage, DecidedNote, DeskOutcome, Failure, Note, Span
from pipeline.reports.publication.select import standing_of
from pipeline.review import Filter, queue
from pipeline.store import Store
from pipeline.store.queue import unreviewed
from pipeline.web.rendering import outcome_of_item

WORDS = "We warned them three times and nobody listened"


def test_the_coverage_line_counts_quotations_that_were_not_found() -> None:
    line = str(Coverage(claims=3, supported=1, not_checked={"quotation_in_no_source": 2}))
    assert line.endswith("; 2 quotations not found in any source")
    assert "not found in any source" not in str(Coverage(claims=1, supported=1))


@pytest.mark.parametrize(
    ("uncheckable", "failure", "flagged", "status"),
    [
        (None, "quotation_in_no_source", False, "none"),
        (None, "quotation_in_no_source", True, "open"),
        (None, "no_model", False, "open"),
        (None, None, False, "open"),
        ("opinion", None, False, "none"),
    ],
)
def test_only_what_a_person_must_decide_is_open(
    uncheckable: str | None, failure: str | None, flagged: bool, status: str
) -> None:
    assert unreviewed(uncheckable, failure, marked=flagged) == status


def unfound() -> Note:
    text = sample_report().article.text
    claim = Claim(
        article_id=sample_report().article.id,
        spans=(Span.locate(WORDS, text),),
        text=WORDS,
        kind="quotation",
        check_worthiness=0.5,
    )
    return Note(claim=claim, failure=Failure(stage="quotations", reason="quotation_in_no_source"))


def test_no_place_calls_it_a_statement_that_nobody_can_check(tmp_path: Path) -> None:
    report = sample_report().model_copy(update={"notes": (unfound(),), "coverage": Coverage.of([unfound()])})
    with closing(Store.open(tmp_path / "store.db")) as store:
        keep_report(store, report)
        assert queue(store, Filter()).total == 0
        [item] = queue(store, Filter(status="none")).items
    assert outcome_of_item(item) == "not_checked"
    decided = DecidedNote(
        note=unfound(), outcome=DeskOutcome.of(unfound()), status="none", editor_status="none", reviews=()
    )
    assert standing_of(decided, report.run_id) == "not_checked"
