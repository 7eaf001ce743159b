"""What a run tells of a model that gives one answer to everything."""

from __future__ import annotations

import pytest

from pipeline.check.disclosing import same_of_all
from pipeline.core.models import Article, Citation, Claim, Label, Note, Passage, Span, Verdict

TEXT = "The pier of Osmund was opened in 1931."
ARTICLE = Article(text=TEXT)
SOURCE = Passage(text="Osmund's pier opened in 1931.")
CLAIM = Claim(article_id=ARTICLE.id, spans=(Span.of(TEXT, 0, len(TEXT)),), text=TEXT, check_worthiness=1)


def judged(label: Label, by: str = "model") -> Note:
    cited = () if label == "not_enough_evidence" else (Citation.locate(SOURCE.text, SOURCE),)
    verdict = Verdict(label=label, confidence=1, justification="j", citations=cited, method="m", by=by)  # type: ignore[arg-type]
    return Note(claim=CLAIM, verdict=verdict)


@pytest.mark.parametrize(("label", "number"), [("supported", 12), ("refuted", 6)])
def test_a_model_that_says_one_thing_of_all_claims_is_told(label: Label, number: int) -> None:
    (line,) = same_of_all([judged(label)] * number)
    assert line.startswith(f"the model said {label} of all {number} claims that it judged: ")
    assert list(same_of_all([judged(label)] * (number - 1))) == []


def test_a_model_that_says_something_else_once_is_not_told() -> None:
    assert list(same_of_all([*[judged("supported")] * 30, judged("not_enough_evidence")])) == []


def test_a_model_that_never_decides_is_not_told() -> None:
    assert list(same_of_all([judged("not_enough_evidence")] * 30)) == []


def test_what_was_judged_without_the_model_counts_for_nothing() -> None:
    assert list(same_of_all([judged("refuted", "checker")] * 30)) == []
    assert list(same_of_all([*[judged("refuted")] * 6, judged("supported", "checker")])) != []
