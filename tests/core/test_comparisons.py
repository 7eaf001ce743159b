"""A claim beside its nearest source: both sides are proven, and it is counted, never a verdict."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from pipeline.core.models import (
    Article,
    Claim,
    Comparison,
    Coverage,
    Evidence,
    Failure,
    Note,
    Part,
    Passage,
    Report,
    Span,
    Verdict,
    Versions,
)

TEXT = "The quay is 82 metres long."
SOURCE = Passage(text="A survey came in May. The quay is 62 metres long.")
UNDECIDED = Failure(stage="check_claim", reason="no_model")


def comparison(source_words: str = "62 metres", words: str = "82 metres") -> Comparison:
    part = Part(
        kind="number",
        words=Span.locate(words, TEXT),
        relation="differs",
        source_words=Span.locate(source_words, SOURCE.text),
    )
    sentence = Span.locate("The quay is 62 metres long.", SOURCE.text)
    return Comparison(passage_id=SOURCE.id, sha256=SOURCE.sha256, sentence=sentence, parts=(part,))


def note(**given: object) -> Note:
    claim = Claim(article_id="a", spans=(Span.of(TEXT, 0, len(TEXT)),), text=TEXT, check_worthiness=0.5)
    evidence = (Evidence(passage=SOURCE, rank=1, score=1, retriever="lexical"),)
    return Note.model_validate({"claim": claim, "failure": UNDECIDED, "evidence": evidence} | given)


def report(*notes: Note) -> Report:
    return Report(
        run_id="r",
        coverage=Coverage.of(notes),
        as_of=date(2026, 5, 1),
        article=Article(text=TEXT),
        notes=notes,
        versions=Versions(code="1"),
        created_at=datetime(2026, 5, 1, tzinfo=UTC),
    )


def test_a_claim_whose_source_differs_is_counted_beside_the_outcomes() -> None:
    assert report(note(comparison=comparison()), note()).coverage.differing == 1


def test_a_verdict_says_more_than_a_difference() -> None:
    verdict = Verdict(label="supported", confidence=0.9, justification="", method="quantities", by="checker")
    assert not note(failure=None, verdict=verdict, comparison=comparison()).differs


def test_words_that_are_not_in_the_passage_are_not_shown() -> None:
    other = Passage(text="A survey came in May. The quay is 63 metres long.")
    for evidence in ((), (Evidence(passage=other, rank=1, score=1, retriever="lexical"),)):
        with pytest.raises(ValidationError, match="a comparison with words that are not in its passage"):
            report(note(comparison=comparison(), evidence=evidence))
    given = comparison().model_copy(update={"passage_id": other.id, "sha256": other.sha256})
    with pytest.raises(ValidationError, match="a comparison with words that are not in its passage"):
        report(note(comparison=given, evidence=evidence))


def test_words_outside_the_sentence_that_is_shown_are_refused() -> None:
    with pytest.raises(ValidationError, match="must stand in the sentence"):
        comparison(source_words="in May")


def test_a_part_shows_words_of_the_source_exactly_where_it_is_mentioned() -> None:
    words = Span.locate("82 metres", TEXT)
    with pytest.raises(ValidationError, match="shows the source's words"):
        Part(kind="number", words=words, relation="differs")
    with pytest.raises(ValidationError, match="shows the source's words"):
        Part(kind="number", words=words, relation="not_mentioned", source_words=words)
