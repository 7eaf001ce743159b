"""A quotation that no source ought to hold: counted in the coverage, no place in the queue unless it is flagged."""

from __future__ import annotations

import pytest

from pipeline.core.models import Coverage
from pipeline.store.queue import unreviewed


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
