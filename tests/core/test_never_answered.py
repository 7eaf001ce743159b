"""Whether a model that was asked has answered at all, told by the notes of a run."""

import pytest

from pipeline.core.models import Article, Claim, Failure, Note, Span, TraceStep, Verdict, never_answered

TEXT = "The ferry left at nine."
ARTICLE = Article(text=TEXT)
CLAIM = Claim(article_id=ARTICLE.id, spans=(Span.of(TEXT, 0, len(TEXT)),), text=TEXT, check_worthiness=1)
VERDICT = Verdict(label="supported", confidence=1, justification="so", method="x", by="model")


def failing(reason: str, *steps: TraceStep) -> Note:
    failure = Failure.model_validate({"stage": "predict_verdict", "reason": reason, "detail": f"why {reason}"})
    asked = TraceStep.model_validate({"stage": "model", "reason": reason})
    return Note(claim=CLAIM, failure=failure, trace=(*steps, asked))


def judged(detail: str = "", *, kept: bool = False) -> Note:
    step = TraceStep(stage="model", label="supported", detail=detail, kept=kept)
    return Note(claim=CLAIM, verdict=VERDICT, trace=(step,))


BY_CHECKER = Note(claim=CLAIM, verdict=VERDICT, trace=(TraceStep(stage="titles", label="supported"),))


@pytest.mark.parametrize("reason", ["timeout", "unavailable", "rate_limited", "malformed_reply", "error", "wrong_key"])
def test_a_model_that_fails_every_claim_has_not_answered(reason: str) -> None:
    failure = never_answered([BY_CHECKER, failing(reason), failing("budget"), failing("unavailable")])
    assert failure is not None and failure.detail == f"why {reason}"


@pytest.mark.parametrize(
    "answered",
    [judged(), judged("mended in the reply: a fence"), failing("refused"), failing("quote_not_found")],
    ids=["verdict", "mended", "declined", "unproven"],
)
def test_one_answer_of_any_kind_is_an_answer(answered: Note) -> None:
    assert never_answered([failing("unavailable"), answered]) is None


def test_a_model_that_was_not_asked_has_not_failed() -> None:
    for note in (BY_CHECKER, failing("no_model"), failing("budget"), failing("no_evidence_source")):
        assert never_answered([note]) is None


def test_a_verdict_of_an_earlier_run_is_no_answer_of_this_one() -> None:
    assert never_answered([judged("as in run 20310101", kept=True), failing("unavailable")]) is not None
