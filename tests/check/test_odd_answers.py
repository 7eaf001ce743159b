"""Answers on claims with something odd beside the point: what is right counts, and for its own claim alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from pipeline.check.claims.by_model import DetectedClaims
from pipeline.check.judged import JudgedClaims
from pipeline.check.together import predict_verdicts
from pipeline.check.verdict import Question
from pipeline.core.models import Article, Claim, Passage, Span, Verdict
from pipeline.core.settings import PROJECT
from pipeline.llm import Model, collecting_mends, load_prompt
from pipeline.llm.replies import read_reply
from pipeline.llm.scripted import Scripted

PROMPT = load_prompt("predict_verdict", PROJECT / "prompts", 3)
DAY = date(2026, 1, 5)
RECORD = Passage(
    text="The county owns the Alva bridge. The architect of the Alva bridge was Arne Holt. It carries trains.",
    publisher="County register",
)
QUOTES = {
    "The county owns the Alva bridge.": ("supported", "The county owns the Alva bridge."),
    "The architect of the Alva bridge was Mette Lund.": ("refuted", "The architect of the Alva bridge was Arne Holt."),
    "The Alva bridge cost nine million.": ("not_enough_evidence", None),
}
Change = Callable[[dict[str, Any]], Any]


def answer(number: int, words: str) -> dict[str, Any]:
    label, quote = QUOTES[words]
    says = {"supported": "same", "refuted": "other", "not_enough_evidence": "silent"}[label]
    shares = {name: 0.02 for name in ("supported", "refuted", "not_enough_evidence", "conflicting_evidence")}
    return {
        "claim": number,
        "parts": [{"part": "all of it", "says": says}],
        "citations": [{"passage": 1, "quote": quote}] if quote else [],
        "justification": "So the register says.",
        "label": label,
        "probabilities": shares | {label: 0.94},
    }


def outcomes(
    change: Change = lambda one: one, whole: Callable[[list[Any]], Any] = lambda all_: {"claims": all_}
) -> tuple[list[str], int, list[str]]:
    """Return the labels of the three claims, how often a model that changes its answers so was asked, and the mends."""
    article = Article(text=" ".join(QUOTES))

    def reply(prompt: str) -> str:
        asked = sorted(
            (words for words in QUOTES if words in prompt.split("<passage")[0] + prompt.split("</passage")[-1]),
            key=prompt.index,
        )
        return json.dumps(whole([change(answer(number, words)) for number, words in enumerate(asked, start=1)]))

    scripted = Scripted(reply)
    claims = [
        Claim(article_id=article.id, spans=(Span.locate(words, article.text),), text=words, check_worthiness=1)
        for words in QUOTES
    ]
    with collecting_mends() as mends:
        found, _ = predict_verdicts(
            [Question(claim, article, (RECORD,), DAY) for claim in claims], Model(scripted, retries=0), PROMPT
        )
    labels = [each.label if isinstance(each, Verdict) else type(each).__name__ for each in found]
    return labels, len(scripted.prompts), mends


RIGHT = [label for label, _ in QUOTES.values()]


def test_answers_in_good_order_take_one_question_and_no_mending() -> None:
    assert outcomes() == (RIGHT, 1, [])


def with_number(said: Callable[[int], Any]) -> Change:
    return lambda one: one | {"claim": said(one["claim"])}


@pytest.mark.parametrize("by", [-1, 1, 7])
def test_answers_that_are_numbered_otherwise_are_nobodys_until_each_claim_is_asked_alone(by: int) -> None:
    labels, calls, _ = outcomes(with_number(lambda number: number + by))
    assert labels == RIGHT
    assert calls == 2 + len(QUOTES)  # the reply, its mending, and each claim alone


def test_an_answer_too_many_that_only_repeats_another_says_nothing() -> None:
    assert outcomes(whole=lambda all_: {"claims": [*all_, all_[0] | {"claim": 4}]})[:2] == (RIGHT, 1)


def among_several(change: Callable[[list[Any]], list[Any]]) -> Callable[[list[Any]], Any]:
    """Change the answers where several claims were asked about."""
    return lambda all_: {"claims": change(all_) if len(all_) > 1 else all_}


SPLIT = {"label": "not_enough_evidence", "citations": [], "parts": [{"part": "half of it", "says": "silent"}]}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda all_: [*all_, all_[0] | SPLIT | {"claim": 4}], id="another_one_too_many"),
        pytest.param(lambda all_: [all_[0] | SPLIT | {"claim": 0}, *all_], id="counted_from_nought"),
        pytest.param(lambda all_: [all_[0] | {"claim": 0}, all_[0], all_[1]], id="shifted_and_repeated"),
        pytest.param(lambda all_: [all_[0], all_[0] | SPLIT, *all_[1:]], id="two_answers_on_one_claim"),
        pytest.param(lambda all_: [all_[0], *({**one, "claim": one["claim"] - 1} for one in all_[1:])], id="shifted"),
    ],
)
def test_one_number_that_does_not_fit_spoils_all_of_a_reply(change: Callable[[list[Any]], list[Any]]) -> None:
    labels, calls, _ = outcomes(whole=among_several(change))
    assert (labels, calls) == (RIGHT, 2 + len(QUOTES))


@pytest.mark.parametrize("said", ["the first", "1 or 2", "P1", "passage 1", None])
def test_an_answer_without_a_readable_number_is_nobodys_and_costs_no_other(said: Any) -> None:
    def unnumbered(all_: list[Any]) -> list[Any]:
        return [all_[0] | {"claim": said}, *all_[1:]]

    assert outcomes(whole=among_several(unnumbered))[:2] == (RIGHT, 2)


@pytest.mark.parametrize(
    "said",
    [
        lambda number: f"claim-{number}",
        lambda number: f"Claim {number}",
        lambda number: f"#{number}",
        lambda number: f"claim-{number}-e7e6ab12f0e1",
        lambda number: [number],
        lambda number: float(number),
    ],
)
def test_the_number_of_a_claim_is_read_in_words(said: Callable[[int], Any]) -> None:
    assert outcomes(with_number(said))[:2] == (RIGHT, 1)


def test_a_claim_that_is_asked_of_alone_needs_no_number() -> None:
    def without(one: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in one.items() if name != "claim"}

    assert outcomes(without)[0] == RIGHT
    assert outcomes(with_number(lambda number: "the first of them"))[0] == RIGHT


def shares(value: Any) -> Change:
    return lambda one: one | {"probabilities": value}


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        [],
        0.9,
        "high",
        {"supported": 0.9},
        {"supported": float("nan"), "refuted": 0.1, "not_enough_evidence": 0, "conflicting_evidence": 0},
        {"supported": 0, "refuted": 0, "not_enough_evidence": 0, "conflicting_evidence": 0},
        {"supported": -0.1, "refuted": 1.1, "not_enough_evidence": 0, "conflicting_evidence": 0},
    ],
)
def test_probabilities_that_cannot_be_read_cost_no_verdict(value: Any) -> None:
    labels, calls, mends = outcomes(shares(value))
    assert (labels, calls) == (RIGHT, 1)
    assert "probabilities that cannot be read, left out" in mends


def test_probabilities_in_percent_are_read_together() -> None:
    def in_percent(one: dict[str, Any]) -> dict[str, Any]:
        return one | {"probabilities": {name: round(share * 100) for name, share in one["probabilities"].items()}}

    labels, calls, mends = outcomes(in_percent)
    assert (labels, calls, mends) == (RIGHT, 1, ["a percentage"])


@pytest.mark.parametrize(
    ("given", "supported"),
    [
        ({"supported": 94, "refuted": 0.5, "not_enough_evidence": 5, "conflicting_evidence": 0.5}, 0.94),
        ({"supported": "94%", "refuted": 2, "not_enough_evidence": "2 percent", "conflicting_evidence": 2}, 0.94),
        ({"supported": "94%", "refuted": 0.02, "not_enough_evidence": 0.02, "conflicting_evidence": 0.02}, 0.94),
        ({"supported": 1, "refuted": 0, "not_enough_evidence": 0, "conflicting_evidence": 0}, 1),
        ({"supported": 9, "refuted": 1, "not_enough_evidence": 0, "conflicting_evidence": 0}, None),
    ],
)
def test_what_is_of_a_hundred_is_decided_over_the_four_probabilities(
    given: dict[str, Any], supported: float | None
) -> None:
    one = answer(1, "The county owns the Alva bridge.") | {"probabilities": given}
    read, _ = read_reply(json.dumps({"claims": [one]}), JudgedClaims)
    shares = read.on(1, 1).shares
    assert (shares and shares.by_label()["supported"]) == supported


def quoting(wrap: str) -> Change:
    def change(one: dict[str, Any]) -> dict[str, Any]:
        cited = [each | {"quote": wrap.replace("{}", each["quote"])} for each in one["citations"]]
        return one | {"citations": cited}

    return change


@pytest.mark.parametrize("wrap", ['"{}"', "“{}”", "**{}**", "> {}", "…{}", "{} [...]", '\\"{}\\"', "&quot;{}&quot;"])
def test_marks_around_a_quotation_are_no_words_of_it(wrap: str) -> None:
    labels, calls, mends = outcomes(quoting(wrap))
    assert (labels, calls) == (RIGHT, 1)
    assert "marks around a quotation" in mends


@pytest.mark.parametrize("wrap", ["{} Indeed.", "So: {}", "The county [...] the Alva bridge. {}"])
def test_words_that_are_added_to_a_quotation_are_not_found(wrap: str) -> None:
    assert outcomes(quoting(wrap))[0][:2] == ["QuoteNotFound", "QuoteNotFound"]


@pytest.mark.parametrize("passage", ["Passage 1", "[1]", "#1", "passage-1", "P1", [1]])
def test_the_number_of_a_passage_is_read_in_words(passage: Any) -> None:
    def change(one: dict[str, Any]) -> dict[str, Any]:
        return one | {"citations": [each | {"passage": passage} for each in one["citations"]]}

    assert outcomes(change)[:2] == (RIGHT, 1)


@pytest.mark.parametrize(
    "citations",
    [None, [{"passage": 1, "quote": ""}], [{"passage": None, "quote": "None"}], [{"passage": 1, "quote": " "}]],
)
def test_what_nothing_is_cited_for_needs_no_list_of_it(citations: Any) -> None:
    def change(one: dict[str, Any]) -> dict[str, Any]:
        return one if one["citations"] else one | {"citations": citations}

    assert outcomes(change)[:2] == (RIGHT, 1)


def test_a_verdict_that_cites_nothing_is_none() -> None:
    assert outcomes(lambda one: one | {"citations": [{"passage": 1, "quote": ""}]})[0][:2] == ["MalformedReply"] * 2


@pytest.mark.parametrize("why", [None, "", " "])
def test_a_verdict_without_a_reason_stands(why: str | None) -> None:
    assert outcomes(lambda one: one | {"justification": why}) == (RIGHT, 1, ["a reason left out"])


@pytest.mark.parametrize(
    "parts",
    [
        lambda says: {"who": says, "what": says},
        lambda says: [f"who: {says}"],
        lambda says: json.dumps([{"part": "who", "says": says}]),
    ],
)
def test_parts_are_read_as_an_object_and_in_words(parts: Callable[[str], Any]) -> None:
    assert outcomes(lambda one: one | {"parts": parts(one["parts"][0]["says"])})[:2] == (RIGHT, 1)


FEVER = {"supported": "SUPPORTS", "refuted": "REFUTES", "not_enough_evidence": "NOT ENOUGH INFO"}


def test_the_labels_of_the_fields_data_sets_are_read_and_others_are_not() -> None:
    assert outcomes(lambda one: one | {"label": FEVER[one["label"]]})[:2] == (RIGHT, 1)
    for other in ("MOSTLY SUPPORTS", "contradicts", "true", "not supported"):
        assert outcomes(lambda one, word=other: one | {"label": word})[0] == ["MalformedReply"] * 3


@pytest.mark.parametrize(
    "whole",
    [
        lambda all_: {"judgements": all_},
        lambda all_: {"claims": {str(one["claim"]): one for one in all_}},
        lambda all_: {f"claim_{one['claim']}": {**one, "claim": one["claim"]} for one in all_},
        lambda all_: {"answer": {"judgements": all_, "note": "As asked."}},
        lambda all_: {"claims": json.dumps(all_)},
        lambda all_: json.dumps({"claims": all_}),
    ],
)
def test_the_list_of_answers_is_known_by_another_name_by_its_numbers_and_in_words(
    whole: Callable[[list[Any]], Any],
) -> None:
    assert outcomes(whole=whole)[:2] == (RIGHT, 1)


def test_one_odd_answer_does_not_keep_the_others_from_being_mended() -> None:
    def change(one: dict[str, Any]) -> dict[str, Any]:
        return one | {"label": one["label"].upper()} if one["claim"] > 1 else one

    assert outcomes(change) == (RIGHT, 1, ["the spelling of a label"])


def test_comments_are_no_part_of_an_answer_and_addresses_are_no_comments() -> None:
    one = answer(1, "The county owns the Alva bridge.") | {"justification": "See http://county.example/#bridge for it."}
    text = (
        json.dumps({"claims": [one]}, indent=1)
        .replace('"label"', '// the label\n "label"')
        .replace('"parts"', '/* each */ "parts"')
    )
    read, mends = read_reply(text, JudgedClaims)
    assert read.on(1, 1).justification == one["justification"]  # type: ignore[union-attr]
    assert "loose JSON" in mends


def test_one_object_is_an_answer_on_one_claim_and_the_only_whole_one_of_a_list_that_breaks_off_is_none() -> None:
    one = answer(1, "The county owns the Alva bridge.")
    read, mends = read_reply(json.dumps(one), JudgedClaims)
    assert read.on(1, 1).label == "supported" and "one item where a list was wanted" in mends
    with pytest.raises(ValueError):
        read_reply('{"claims": [' + json.dumps(one) + ', {"claim": 2', JudgedClaims)


def test_a_claim_that_cannot_be_read_costs_no_other_that_is_listed() -> None:
    good = {"quote": "It rained.", "text": "It rained.", "kind": "event", "uncheckable": None, "check_worthiness": 0.9}
    good |= {"reason": "an event", "speaker": None, "speaker_title": None, "cue": None}
    read, _ = read_reply(json.dumps({"claims": [good, good | {"kind": "weather"}]}), DetectedClaims)
    assert [claim.quote for claim in read.read] == ["It rained."]
    with pytest.raises(ValueError, match="kind"):
        read_reply(json.dumps({"claims": [good | {"kind": "weather"}]}), DetectedClaims)
    with pytest.raises(ValueError):
        read_reply("{}", DetectedClaims)
