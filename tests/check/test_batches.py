"""Several claims in one call: each with its own proof, and none that costs another its verdict."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st
from rechecked import Bench, article
from repaired_schools import (
    AUDITS,
    DAY,
    DISTRICTS,
    PROMPT,
    SENTENCES,
    ask,
    found,
    labels,
    questions,
    replies,
)
from verdict_replies import claims_asked, verdict_reply

from pipeline.check.batches import MOST_CHARACTERS, plan_batches
from pipeline.check.verdict import Question, render_verdicts_prompt, shared_passages
from pipeline.core.errors import ModelRefused, ModelUnavailable, PromptTooLong
from pipeline.core.models import BESIDE, Article, Claim, Evidence, Passage, Report, Span, Verdict
from pipeline.core.settings import PROJECT
from pipeline.llm import Model, load_prompt
from pipeline.llm.scripted import Scripted
from pipeline.store import Store


def judged(report: Report) -> list[tuple[str, tuple[Any, ...]]]:
    return [(note.verdict.label, note.verdict.citations) for note in report.notes if note.verdict]


# One call


def test_several_claims_are_judged_in_one_call_each_with_its_own_proven_citation() -> None:
    scripted = Scripted(replies())
    outcomes, costs = ask(scripted)
    assert len(scripted.prompts) == 1
    for outcome, name in zip(outcomes, DISTRICTS, strict=False):
        assert isinstance(outcome, Verdict)
        (citation,) = outcome.citations
        assert citation.passage_id == AUDITS[name].id and citation.span.is_in(AUDITS[name].text)
    assert [cost.calls for cost in costs] == [1, 0, 0, 0]


def test_a_passage_that_claims_share_is_told_once_and_every_claim_with_its_day_and_passages() -> None:
    first, second, third = questions(3)
    both = second._replace(passages=(*first.passages, *second.passages))
    prompt = render_verdicts_prompt([first, both, third], PROMPT).text
    assert prompt.count(AUDITS["north"].text) == 1
    assert "Claim 2, as of 2026-01-05; found for it were the passages 1, 2:" in prompt
    assert prompt.count("Title: Schools") == 1


def test_what_the_prompt_says_of_the_task_comes_before_all_that_varies() -> None:
    one, other = (render_verdicts_prompt(questions(number), PROMPT).text for number in (1, 4))
    shared = len(next(iter(re.findall(r"(?s)\A.*together 1\.\n", one))))
    assert one[:shared] == other[:shared] and shared > 2_000


def test_a_claim_cut_out_of_a_sentence_is_told_with_it_and_with_what_it_leans_on() -> None:
    text = Article(text="The council met. It closed 2 of its schools, so 12 would continue.")
    span, sentence = Span.locate("12 would continue", text.text), Span.locate("It closed", text.text)
    sentence = Span.of(text.text, sentence.start, len(text.text))
    claim = Claim(
        article_id=text.id,
        spans=(span,),
        text="12 would continue",
        check_worthiness=1,
        sentence=sentence,
        previous="The council met.",
    )
    question = Question(claim, text, (AUDITS["north"],), DAY)
    prompt = render_verdicts_prompt([question], PROMPT).text
    assert "Cut out of the sentence: It closed 2 of its schools, so 12 would continue." in prompt
    assert "Sentence before: The council met." in prompt


def test_the_probabilities_of_a_verdict_are_those_the_model_gave() -> None:
    given = {"supported": 0.7, "refuted": 0.1, "not_enough_evidence": 0.15, "conflicting_evidence": 0.06}
    outcomes, _ = ask(Scripted(replies({"probabilities": given})))
    assert isinstance(outcomes[0], Verdict) and outcomes[0].probabilities is not None
    assert outcomes[0].probabilities["refuted"] == pytest.approx(0.1 / 1.01, abs=1e-4)
    assert outcomes[0].confidence == outcomes[0].probabilities["supported"]
    assert sum(outcomes[0].probabilities.values()) == pytest.approx(1, abs=1e-3)


# What is wrong with one claim


INVENTED = {"citations": [{"passage": 1, "quote": "the north district never had a school"}]}
SILENT = {"parts": [{"part": "repair", "says": "same"}, {"part": "district", "says": "silent"}]}
WITHOUT_OTHER = {"label": "refuted"}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(None, id="left_out"),
        pytest.param(INVENTED, id="invented_quotation"),
        pytest.param({"citations": []}, id="no_citation"),
        pytest.param(SILENT, id="supported_with_a_silent_part"),
        pytest.param(WITHOUT_OTHER, id="refuted_with_no_other_part"),
        pytest.param({"label": "mostly true"}, id="unknown_label"),
        pytest.param({"parts": []}, id="no_parts"),
    ],
)
def test_an_answer_that_does_not_hold_is_asked_again_alone_and_costs_no_other_claim(
    change: dict[str, Any] | None,
) -> None:
    scripted = Scripted(replies(change))
    outcomes, costs = ask(scripted)
    assert labels(outcomes) == ["supported"] * 4
    assert [claims_asked(prompt) for prompt in scripted.prompts[1:]] == [SENTENCES[:1]]
    assert sum(cost.calls for cost in costs) == len(scripted.prompts)


@pytest.mark.parametrize("number", [0, 2, 5])
def test_a_number_that_does_not_fit_costs_the_whole_reply_because_each_answer_may_be_anothers(number: int) -> None:
    outcomes, _ = ask(scripted := Scripted(replies({"claim": number})))
    assert labels(outcomes) == ["supported"] * 4
    assert [len(claims_asked(prompt)) for prompt in scripted.prompts] == [4, 4, 1, 1, 1, 1]
    assert "What was wrong with it" in scripted.prompts[1]


def test_what_does_not_hold_alone_either_is_a_failure_of_that_claim_only() -> None:
    def reply(prompt: str) -> str:
        claims = json.loads(replies()(prompt))["claims"]
        return json.dumps(
            {"claims": [each | INVENTED if "north" in each["citations"][0]["quote"] else each for each in claims]}
        )

    scripted = Scripted(reply)
    outcomes, _ = ask(scripted)
    assert labels(outcomes) == ["QuoteNotFound", "supported", "supported", "supported"]
    assert [len(claims_asked(prompt)) for prompt in scripted.prompts] == [4, 1, 1]


# What is wrong with the whole call


@pytest.mark.parametrize("line", ["no JSON at all", ModelRefused("no"), PromptTooLong("of 4,096 tokens")])
def test_a_call_on_several_that_cannot_be_used_is_made_again_for_each_alone(line: str | Exception) -> None:
    def reply(prompt: str) -> Any:
        return line if len(claims_asked(prompt)) > 1 else replies()(prompt)

    outcomes, costs = ask(scripted := Scripted(reply))
    assert labels(outcomes) == ["supported"] * 4
    assert sum(cost.calls for cost in costs) == len(scripted.prompts)


def test_a_service_that_is_down_is_not_asked_for_each_claim_alone() -> None:
    outcomes, _ = ask(scripted := Scripted(lambda prompt: ModelUnavailable("down")))
    assert labels(outcomes) == ["ModelUnavailable"] * 4
    assert len(scripted.prompts) == 1


# A whole article


@pytest.fixture
def store(tmp_path: Path) -> Any:
    opened = Store.open(tmp_path / "store.db")
    yield opened
    opened.close()


def check(store: Store, scripted: Scripted, sentences: Sequence[str], *, retrieve: Any = found) -> Report:
    bench = Bench(retrieve=retrieve, model=Model(scripted, retries=0, cache=store), verdict_prompt=PROMPT)
    return bench.with_versions(prompts=(PROMPT.ref,)).check(store, article(sentences))


def test_an_article_costs_a_call_for_eight_claims_and_none_when_it_is_checked_again(store: Store) -> None:
    first = check(store, Scripted(replies()), SENTENCES)
    assert first.coverage.supported == 10 and first.usage.calls == 2
    second = check(store, scripted := Scripted(replies()), SENTENCES)
    assert scripted.prompts == () and second.usage.calls == 0
    assert judged(second) == judged(first)


def test_an_edited_sentence_alone_is_asked_again(store: Store) -> None:
    check(store, Scripted(replies()), SENTENCES)
    edited = [*SENTENCES[:-1], "The castle district has repaired a school."]
    report = check(store, scripted := Scripted(replies()), edited)
    assert [claims_asked(prompt) for prompt in scripted.prompts] == [["The castle district has repaired a school."]]
    assert report.coverage.supported == 10


def test_claims_that_say_the_same_are_asked_once(store: Store) -> None:
    report = check(store, scripted := Scripted(replies()), [*SENTENCES[:9], *SENTENCES[:9]])
    assert [len(claims_asked(prompt)) for prompt in scripted.prompts] == [9]
    assert report.coverage.supported == 18


def test_a_passage_that_another_claim_found_may_prove_this_one_and_stands_in_its_note(store: Store) -> None:
    def crosswise(claim: Claim, given: Article, as_of: date, **_: Any) -> tuple[Evidence, ...]:
        name = {"north": "south", "south": "north"}[claim.text.split()[1]]
        return (Evidence(passage=AUDITS[name], rank=1, score=1, retriever="scripted"),)

    first = check(store, Scripted(replies()), SENTENCES[:2], retrieve=crosswise)
    for note, name in zip(first.notes, DISTRICTS, strict=False):
        cited = next(each for each in note.evidence if each.passage == AUDITS[name])
        assert (cited.retriever, cited.stance) == (BESIDE, "supports")
    second = check(store, scripted := Scripted(replies()), SENTENCES[:2], retrieve=crosswise)
    assert scripted.prompts == () and judged(second) == judged(first)


def test_a_run_in_which_every_twentieth_reply_is_broken_loses_no_claim(store: Store) -> None:
    sentences = [f"{sentence[:-1]} in {year}." for year in range(2001, 2013) for sentence in SENTENCES]
    asked = 0

    def reply(prompt: str) -> str:
        nonlocal asked
        asked += 1
        good = replies()(prompt)
        return good[: len(good) // 2] if asked % 20 == 0 else good

    report = check(store, Scripted(reply), sentences)
    assert report.coverage.supported == len(sentences) == 120
    assert asked <= 1 + 120 / 6


# Which claims go together


def question_on(text: Article, start: int, passages: tuple[Passage, ...]) -> Question:
    span = Span.of(text.text, start, start + 1)
    claim = Claim(article_id=text.id, spans=(span,), text=span.exact, check_worthiness=0.5)
    return Question(claim, text, passages, DAY)


POOL = [Passage(text=f"{number} " + "x" * length) for number, length in enumerate([10, 900, 9_000, 20_000, 23_000])]
TEXT = Article(text="abcdefghijklmnopqrstuvwxyz" * 2)
ASKED = st.lists(
    st.builds(
        question_on,
        st.just(TEXT),
        st.integers(0, 51),
        st.lists(st.sampled_from(POOL), min_size=1, max_size=3, unique_by=id).map(tuple),
    ),
    max_size=30,
)


@given(ASKED, st.integers(1, 8))
def test_each_question_is_in_one_batch_that_is_neither_too_many_nor_too_long(
    asked: list[Question], per_call: int
) -> None:
    batches = plan_batches(asked, PROMPT, per_call)
    assert sorted(place for batch in batches for place in batch) == list(range(len(asked)))
    assert batches == plan_batches(asked, PROMPT, per_call)
    for batch in batches:
        assert len(batch) <= per_call + (per_call > 1 and batch == batches[-1])
        length = sum(len(passage.text) for passage in shared_passages([asked[place] for place in batch]))
        assert len(batch) == 1 or length <= MOST_CHARACTERS


def test_claims_that_share_passages_go_together_before_those_that_are_near() -> None:
    north, south = (AUDITS["north"],), (AUDITS["south"],)
    asked = [question_on(TEXT, place, passages) for place, passages in enumerate([north, south, north, south])]
    assert plan_batches(asked, PROMPT, 2) == ((0, 2), (1, 3))


def test_a_single_claim_that_would_be_left_over_joins_the_last_batch() -> None:
    asked = [question_on(TEXT, place, (AUDITS["north"],)) for place in range(7)]
    assert [len(batch) for batch in plan_batches(asked, PROMPT, 3)] == [3, 4]


def test_a_prompt_that_takes_one_claim_is_asked_on_one_at_a_time() -> None:
    assert plan_batches(questions(3), load_prompt("predict_verdict", PROJECT / "prompts", 1), 8) == ((0,), (1,), (2,))


def test_the_same_reply_is_built_for_a_prompt_on_one_claim_and_on_several() -> None:
    verdict = {"label": "not_enough_evidence", "confidence": 0.4, "justification": "?", "citations": []}
    prompt = render_verdicts_prompt(questions(2), PROMPT).text
    assert [each["label"] for each in json.loads(verdict_reply(prompt, lambda words: verdict))["claims"]] == [
        "not_enough_evidence"
    ] * 2
