"""What a sure check contradicts is not supported beside it, whoever found the support."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from benches import bench_over_one_fact

from pipeline.check import Bench, Detected, check_article
from pipeline.check.combine import CONTRADICTING, withhold_support
from pipeline.core.models import Article, Claim, Evidence, Failure, Finding, Flag, Note, Passage, Span, Verdict
from pipeline.core.settings import PROJECT
from pipeline.llm import Budget, Model, load_prompt
from pipeline.llm.scripted import Scripted

WRONG_DAY = "The council opened the northern pier on Tuesday, 5 March 2025."
RIGHT_DAY = "The mayor opened the southern pier on Wednesday, 5 March 2025."
QUOTED = "“We will open the pier on Tuesday, 5 March 2025,” the mayor said."
PASSAGE = Passage(text="The council and the mayor opened the pier on 5 March 2025.", publisher="Port authority")
SUPPORTED = {
    "label": "supported",
    "confidence": 0.9,
    "justification": "scripted",
    "citations": [{"passage": 1, "quote": "opened the pier on 5 March 2025"}],
}


@pytest.fixture
def bench(tmp_path: Path):
    with bench_over_one_fact(tmp_path) as opened:
        yield opened


def claims(article: Article) -> tuple[Claim, ...]:
    """Return a claim for each sentence, and one for a part of it that gives the day."""
    words = [*article.text.splitlines(), *(each for each in ("Tuesday, 5 March 2025",) if each in article.text)]
    return tuple(
        Claim(article_id=article.id, spans=(Span.locate(each, article.text),), text=each, check_worthiness=0.9)
        for each in words
    )


def check(bench: Bench, text: str, **more: Any) -> tuple[Note, ...]:
    """Check an article with a model that finds everything supported."""
    return asked(bench, text, PASSAGE, SUPPORTED, **more)


def asked(bench: Bench, text: str, passage: Passage, reply: dict[str, Any], **more: Any) -> tuple[Note, ...]:
    """Check an article with one passage and a model that always replies the same."""
    article = Article(text=text, published_at=date(2025, 3, 10))
    found = Evidence(passage=passage, rank=1, score=1.0, retriever="scripted")
    tools = replace(
        bench.tools,
        retrieve=lambda claim, article, as_of, **_: (found,),
        model=Model(Scripted(lambda prompt: json.dumps(reply)), budget=Budget(), retries=0),
        verdict_prompt=load_prompt("predict_verdict", PROJECT / "prompts", 1),
    )
    given = Detected(claims=claims(article))
    return check_article(article, tools, bench.store, detect=lambda article, tools: given, **more).notes


def test_a_weekday_that_does_not_fit_its_date_is_not_supported_by_a_model(bench: Bench) -> None:
    whole, other, day = check(bench, f"{WRONG_DAY}\n{RIGHT_DAY}")
    assert other.verdict and other.verdict.label == "supported"
    assert {flag.kind for note in (whole, day) for flag in note.flags} == {"inconsistent_article"}
    for note in (whole, day):  # the flag stands on one of them, its words in both
        assert note.failure and (note.failure.reason, note.failure.stage) == ("findings_disagree", "consistency")
        assert "found it supported; consistency: " in note.failure.detail
        assert [step.stage for step in note.trace][-2:] == ["model", "withheld"]


def test_nor_by_a_checker(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def sure(claim: Claim, context: object) -> Finding:
        verdict = Verdict(label="supported", confidence=1, justification="j", method="sure", by="checker")
        return Finding(checker="sure", verdict=verdict)

    monkeypatch.setattr("pipeline.check.claim.CHECKERS", (sure,))
    whole, other, day = check(bench, f"{WRONG_DAY}\n{RIGHT_DAY}")
    assert whole.failure and day.failure and whole.failure.detail.startswith("sure found it supported")
    assert other.verdict and other.verdict.by == "checker"


def test_what_somebody_is_quoted_with_may_be_supported_though_it_does_not_fit(bench: Bench) -> None:
    assert all(note.verdict and note.verdict.label == "supported" for note in check(bench, QUOTED))


def judged(bench: Bench, claim: str, passage: str, quote: str, label: str = "supported") -> Note:
    """Return the note of a claim that a model judges by a quotation."""
    reply = SUPPORTED | {"label": label, "citations": [{"passage": 1, "quote": quote}]}
    return asked(bench, claim, Passage(text=passage, publisher="Port authority"), reply)[0]


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("Mia Nora Vik opened the Olm library in May.", "In May Mia Ada Holt opened the Olm library."),
        ("The Olm library lent 82,000 books last year.", "The Olm library says it lent some 62,000 books in 2024."),
    ],
)
def test_words_that_say_another_number_name_or_day_support_nothing(bench: Bench, claim: str, said: str) -> None:
    note = judged(bench, claim, said, said)
    assert note.failure and (note.failure.reason, note.failure.stage) == ("findings_disagree", "comparison")
    (part,) = note.comparison.differing if note.comparison else ()
    assert part.source_words and part.source_words.exact in note.failure.detail


@pytest.mark.parametrize(
    ("claim", "passage", "quote"),
    [
        (
            "The Olm ferry carried 82 passengers to Skar.",
            "The Olm ferry carried 62 passengers to Skar in May. In June the Olm ferry carried 82 passengers to Skar.",
            "In June the Olm ferry carried 82 passengers to Skar.",
        ),
        (
            "The Olm ferry carried 82 passengers to Skar.",
            "On 3 May the Olm ferry, with a crew of 9, carried 82 passengers to Skar.",
            "the Olm ferry, with a crew of 9, carried 82 passengers to Skar",
        ),
        (
            "The Olm ferry carried 94 people to Skar.",
            "The Olm ferry carried 82 people from Lund and 12 people from Olm to Skar.",
            "The Olm ferry carried 82 people from Lund and 12 people from Olm to Skar.",
        ),
    ],
)
def test_another_figure_beside_the_right_one_takes_no_support_away(
    bench: Bench, claim: str, passage: str, quote: str
) -> None:
    note = judged(bench, claim, passage, quote)
    assert note.verdict and note.verdict.label == "supported"


def test_what_a_model_refutes_may_well_differ(bench: Bench) -> None:
    said = "The Olm ferry carried 62 passengers to Skar."
    note = judged(bench, "The Olm ferry carried 82 passengers to Skar.", said, said, "refuted")
    assert note.verdict and note.verdict.label == "refuted"


ARTICLE = Article(text="The harbour was closed for two days.")
CLAIM = Claim(
    article_id=ARTICLE.id, spans=(Span.locate("closed for two days", ARTICLE.text),), text="c", check_worthiness=1
)


def verdict(label: str) -> Verdict:
    return Verdict.model_validate(
        {"label": label, "confidence": 0.9, "justification": "j", "method": "m", "by": "checker"}
    )


def flag(kind: str = "wrong_number", words: str = "two days", severity: str = "medium") -> Flag:
    span = Span.locate(words, ARTICLE.text)
    return Flag.model_validate({"kind": kind, "severity": severity, "message": "m", "span": span, "checker": "c"})


@pytest.mark.parametrize("kind", sorted(CONTRADICTING))
def test_each_flag_that_contradicts_withholds_support_of_its_words(kind: str) -> None:
    ended = withhold_support(CLAIM, verdict("supported"), [flag(kind)])
    assert isinstance(ended, Failure) and ended.reason == "findings_disagree" and not ended.retryable


def test_other_words_another_verdict_and_an_unsure_flag_change_nothing() -> None:
    for label in ("refuted", "not_enough_evidence", "conflicting_evidence"):
        assert withhold_support(CLAIM, verdict(label), [flag()]) == verdict(label)
    failed = Failure(stage="s", reason="timeout")
    assert withhold_support(CLAIM, failed, [flag()]) is failed
    beside = [flag(words="The harbour"), flag(severity="low"), flag("later_evidence"), flag("unproven_quotation")]
    assert withhold_support(CLAIM, verdict("supported"), beside) == verdict("supported")
