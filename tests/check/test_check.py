"""Where the stages meet: failures stay failures, caps hold, nothing is lost. Replies here are scripted."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline import check as checking
from pipeline.check import Detected, Tools, check_article
from pipeline.check.checkers.titles import Records
from pipeline.core.errors import (
    InputError,
    MalformedReply,
    ModelRefused,
    ModelTimeout,
    ModelUnavailable,
    PromptTooLong,
    RateLimited,
    StoreError,
    UnknownModel,
    WrongKey,
)
from pipeline.core.models import Article, Claim, Evidence, Finding, Passage, Report, Span, Verdict, Versions
from pipeline.core.settings import PROJECT
from pipeline.evidence import MiniLM
from pipeline.llm import Budget, Caps, Model, load_prompt
from pipeline.llm.scripted import Scripted
from pipeline.store import Store

SENTENCES = [f"The council of district {number} repaired a school." for number in range(6)]
ARTICLE = Article(text=" ".join(SENTENCES), published_at=date(2026, 1, 5))
PASSAGE = Passage(text="The council repaired one school in each district, the audit found.", publisher="Audit office")
UNDECIDED = {"label": "not_enough_evidence", "confidence": 0.7, "justification": "scripted", "citations": []}


def claims(article: Article = ARTICLE) -> tuple[Claim, ...]:
    return tuple(
        Claim(
            article_id=article.id, spans=(Span.locate(each, article.text),), text=each, check_worthiness=0.9 - at / 20
        )
        for at, each in enumerate(SENTENCES)
    )


class NoSources:
    def __len__(self) -> int:
        return 0

    def passages(self) -> tuple[Passage, ...]:
        return ()


def tools(reply: Callable[[str], Any] | None = None, budget: Budget | None = None, **changes: Any) -> Tools:
    model = Model(Scripted(reply), budget=budget or Budget(), retries=0) if reply else None
    given = Tools(
        retrieve=lambda claim, article, as_of, **_: (
            Evidence(passage=PASSAGE, rank=1, score=1.0, retriever="scripted"),
        ),
        records=Records(()),
        sources=NoSources(),
        embedder=MiniLM(),
        versions=Versions(code="test"),
        model=model,
        verdict_prompt=load_prompt("predict_verdict", PROJECT / "prompts", 1),
    )
    return replace(given, **changes)


def run(store: Store, given: Tools, **more: Any) -> Report:
    return check_article(ARTICLE, given, store, detect=lambda article, tools: Detected(claims=claims()), **more)


@pytest.fixture
def store(tmp_path: Path):
    opened = Store.open(tmp_path / "store.db")
    yield opened
    opened.close()


def raising(error: Exception) -> Callable[[str], Any]:
    def reply(prompt: str) -> Any:
        raise error

    return reply


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ModelTimeout("slow"), "timeout"),
        (RateLimited("slow down"), "rate_limited"),
        (ModelUnavailable("down"), "unavailable"),
        (ModelRefused("no"), "refused"),
        (MalformedReply("not JSON"), "malformed_reply"),
        (PromptTooLong("long"), "prompt_too_long"),
        (WrongKey("key"), "wrong_key"),
        (UnknownModel("model"), "unknown_model"),
        (ZeroDivisionError("a fault of ours"), "error"),
    ],
)
def test_every_error_of_a_model_is_a_failure_and_never_a_verdict(store: Store, error: Exception, reason: str) -> None:
    report = run(store, tools(raising(error)))
    assert report.coverage.not_checked == {reason: len(SENTENCES)}
    assert all(note.verdict is None and note.failure.reason == reason for note in report.notes)


def test_a_reply_that_is_not_json_is_asked_for_once_more_and_then_a_failure(store: Store) -> None:
    report = run(store, tools(lambda prompt: "I think it is true."))
    assert report.coverage.not_checked == {"malformed_reply": 6}
    assert report.usage.calls == 12


def test_an_invented_quotation_voids_the_verdict(store: Store) -> None:
    invented = UNDECIDED | {"label": "supported", "citations": [{"passage": 1, "quote": "every school was rebuilt"}]}
    report = run(store, tools(lambda prompt: json.dumps(invented)))
    assert report.coverage.not_checked == {"quote_not_found": 6}
    assert report.coverage.supported == 0


def test_a_proven_verdict_is_cited_and_carries_prompt_and_model(store: Store) -> None:
    proven = UNDECIDED | {"label": "supported", "citations": [{"passage": 1, "quote": "repaired one school in each"}]}
    report = run(store, tools(lambda prompt: json.dumps(proven)))
    assert report.coverage.supported == 6
    verdict = report.notes[0].verdict
    assert verdict is not None and verdict.citations[0].span.is_in(PASSAGE.text)
    assert verdict.method.startswith("predict_verdict@1+") and verdict.by == "model"
    assert report.disclosures and report.notes[0].evidence[0].stance == "supports"


def test_without_evidence_the_model_is_not_asked(store: Store) -> None:
    report = run(store, tools(raising(AssertionError("asked")), retrieve=lambda claim, article, as_of, **_: ()))
    assert report.coverage.not_checked == {"no_evidence_source": 6}
    assert report.usage.calls == 0


def test_at_the_cap_the_most_check_worthy_claims_have_been_done(store: Store) -> None:
    report = run(store, tools(lambda prompt: json.dumps(UNDECIDED), Budget(Caps(max_calls=2)), concurrency=1))
    assert report.coverage.not_checked == {"budget": 4}
    assert [note.verdict is not None for note in report.notes] == [True, True, False, False, False, False]
    assert report.usage.calls == 2


def test_claims_not_begun_by_the_cap_in_seconds_are_not_checked(store: Store) -> None:
    report = run(store, tools(deadline=0.0))
    assert report.coverage.not_checked == {"budget": 6}


def test_behind_the_cap_in_seconds_no_claim_is_embedded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    embedded: list[str] = []
    monkeypatch.setattr(MiniLM, "embed", lambda self, texts: embedded.extend(texts))
    run(store, tools(deadline=0.0))
    assert not embedded


def test_a_fault_in_a_checker_costs_that_claim_only(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(claim: Claim, context: Any) -> Finding:
        if claim.text == SENTENCES[2]:
            raise KeyError("a fault of ours")
        return Finding(
            checker="scripted",
            verdict=Verdict(label="not_enough_evidence", confidence=1, justification="scripted", method="scripted"),
        )

    monkeypatch.setattr("pipeline.check.claim.CHECKERS", (faulty,))
    report = run(store, tools())
    assert report.coverage.not_checked == {"error": 1}
    assert report.coverage.not_enough_evidence == 5
    assert "KeyError" in report.notes[2].failure.detail


def test_a_store_that_fails_ends_the_run_and_what_was_written_stays(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Store.save_note

    def full(self: Store, run_id: str, position: int, *more: Any) -> None:
        if position == 3:
            raise StoreError("the disk is full")
        write(self, run_id, position, *more)

    monkeypatch.setattr(Store, "save_note", full)
    with pytest.raises(StoreError):
        run(store, tools(), run_id="r")
    (stored,) = store.runs()
    assert (stored.status, stored.problem) == ("failed", "StoreError: the disk is full")
    notes = store.notes("r")
    assert {note.claim for note in notes} <= set(claims()) and all(note.failure for note in notes)


def test_every_note_of_the_report_is_in_the_store(store: Store) -> None:
    report = run(store, tools(lambda prompt: json.dumps(UNDECIDED)))
    assert store.notes(report.run_id) == report.notes
    assert store.usage_of(report.run_id) == report.usage
    assert store.runs()[0].status == "finished"


def test_the_same_claims_with_the_same_model_cost_nothing_the_second_time(store: Store) -> None:
    def opened() -> Tools:
        model = Model(Scripted(lambda prompt: json.dumps(UNDECIDED)), cache=store)
        return tools(model=model)

    first, second = run(store, opened()), run(store, opened())
    assert (first.usage.calls, first.usage.cached) == (6, 0)
    assert (second.usage.calls, second.usage.cached) == (0, 6)
    assert second.notes == first.notes


def test_a_failure_is_not_remembered(store: Store) -> None:
    run(store, tools(model=Model(Scripted(raising(ModelUnavailable("down"))), cache=store, retries=0)))
    later = run(store, tools(model=Model(Scripted(lambda prompt: json.dumps(UNDECIDED)), cache=store)))
    assert later.coverage.not_enough_evidence == 6
    assert later.usage.calls == 6


@pytest.mark.parametrize("error", [WrongKey("wrong key"), UnknownModel("unknown model")])
def test_a_wrong_key_or_unknown_model_ends_the_run_before_any_claim(store: Store, error: Exception) -> None:
    given = tools(raising(error), detect_prompt=load_prompt("detect_claims", PROJECT / "prompts"))
    with pytest.raises(type(error)):
        check_article(ARTICLE, given, store)
    assert store.runs()[0].status == "failed"


def test_a_model_that_cannot_detect_claims_leaves_the_embedded_detection_and_says_so(store: Store) -> None:
    given = tools(raising(ModelUnavailable("down")), detect_prompt=load_prompt("detect_claims", PROJECT / "prompts"))
    report = check_article(ARTICLE, given, store)
    assert len(report.notes) >= 6
    assert report.problems == ("claims were detected without the model: down",)


def test_an_article_without_a_statement_is_refused(store: Store) -> None:
    with pytest.raises(InputError, match="running text"):
        check_article(Article(text="?!"), tools(), store, detect=lambda article, tools: checking.detect(article, tools))


def test_a_day_that_is_assumed_is_said_to_be(store: Store) -> None:
    undated = ARTICLE.model_copy(update={"published_at": None})
    detected = Detected(claims=claims())
    report = check_article(undated, tools(), store, detect=lambda article, tools: detected)
    assert report.as_of_assumed
    report = check_article(undated, tools(), store, as_of=date(2020, 1, 1), detect=lambda article, tools: detected)
    assert (report.as_of, report.as_of_assumed) == (date(2020, 1, 1), False)
