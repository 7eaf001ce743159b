"""A call on several claims that is too much for a service, or spoilt by one of them: fewer at a time, none lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, strategies as st
from repaired_schools import DISTRICTS, ask, labels, replies
from verdict_replies import claims_asked

from pipeline.check.together import CallSize
from pipeline.core.errors import (
    CutOff,
    ModelRefused,
    ModelTimeout,
    ModelUnavailable,
    PromptTooLong,
    RequestNotTaken,
)
from pipeline.llm import collecting_mends
from pipeline.llm.scripted import Scripted

TOO_MUCH = [
    PromptTooLong("of 4,096 tokens"),
    ModelTimeout("60 seconds"),
    CutOff("at its longest", reply='{"claims": ['),
]


def taking(most: int, otherwise: Exception, *, never: str = "") -> Scripted:
    """Return a service that takes so many claims in a call, and none of a district."""

    def reply(prompt: str) -> Any:
        asked = claims_asked(prompt)
        spoilt = never and any(never in words for words in asked)
        return otherwise if spoilt or len(asked) > most else replies()(prompt)

    return Scripted(reply)


def sizes(scripted: Scripted) -> list[int]:
    return [len(claims_asked(prompt)) for prompt in scripted.prompts]


@pytest.mark.parametrize("error", TOO_MUCH, ids=lambda error: type(error).__name__)
def test_what_is_too_much_for_a_service_is_asked_in_halves(error: Exception) -> None:
    outcomes, costs = ask(scripted := taking(3, error), 8)
    assert labels(outcomes) == ["supported"] * 8
    assert sizes(scripted) == [8, 4, 2, 2, 2, 2]
    assert [cost.calls for cost in costs] == [3, 0, 1, 0, 1, 0, 1, 0]


@pytest.mark.parametrize("error", TOO_MUCH, ids=lambda error: type(error).__name__)
def test_what_was_too_much_for_a_service_is_not_asked_of_it_again_in_the_same_run(error: Exception) -> None:
    size = CallSize()
    ask(taking(3, error), 8, size=size)
    with collecting_mends() as mends:
        outcomes, _ = ask(scripted := taking(3, error), 8, size=size)
    assert labels(outcomes) == ["supported"] * 8 and sizes(scripted) == [2, 2, 2, 2]
    assert mends == ["at most 2 claims were asked about at once, since calls on more were not taken"]


def test_that_fewer_were_asked_about_at_once_stands_in_the_trace() -> None:
    with collecting_mends() as mends:
        ask(taking(3, PromptTooLong("of 4,096 tokens")), 8)
    assert mends == [
        *(f"a call on {number} claims was not taken, so fewer were asked about at once" for number in (8, 4)),
        "at most 2 claims were asked about at once, since calls on more were not taken",
    ]


def test_a_service_that_takes_one_claim_at_a_time_loses_none() -> None:
    outcomes, _ = ask(scripted := taking(1, PromptTooLong("of 512 tokens")), 5)
    assert labels(outcomes) == ["supported"] * 5 and sizes(scripted) == [5, 2, 1, 1, 1, 1, 1]


@given(st.integers(1, 10), st.integers(1, 10))
def test_whatever_a_service_takes_each_claim_is_judged_once(claims: int, most: int) -> None:
    outcomes, costs = ask(scripted := taking(most, PromptTooLong("too long")), claims)
    assert labels(outcomes) == ["supported"] * claims
    taken = [asked for asked in map(claims_asked, scripted.prompts) if len(asked) <= most]
    assert sorted(sum(taken, [])) == sorted(set(sum(taken, []))) and len(sum(taken, [])) == claims
    assert sum(cost.calls for cost in costs) == len(scripted.prompts)


@pytest.mark.parametrize("place", range(8))
def test_a_request_refused_in_unknown_words_costs_only_the_claim_that_spoils_it(place: int) -> None:
    never = DISTRICTS[place]
    outcomes, _ = ask(scripted := taking(9, RequestNotTaken("rejects the request: Bad Request"), never=never), 8)
    expected = ["RequestNotTaken" if name == never else "supported" for name in DISTRICTS[:8]]
    assert labels(outcomes) == expected and len(scripted.prompts) <= 7


@pytest.mark.parametrize("place", range(4))
def test_a_claim_that_is_declined_costs_no_other_its_verdict(place: int) -> None:
    outcomes, _ = ask(taking(9, ModelRefused("declined"), never=DISTRICTS[place]))
    assert labels(outcomes).count("supported") == 3 and labels(outcomes)[place] == "ModelRefused"


def test_a_service_that_refuses_everything_is_not_asked_for_each_claim() -> None:
    outcomes, _ = ask(scripted := taking(0, RequestNotTaken("rejects the request: no")), 8)
    assert labels(outcomes) == ["RequestNotTaken"] * 8 and sizes(scripted) == [8, 4, 2, 1, 1]


def test_a_service_that_cuts_everything_off_is_not_asked_for_each_claim() -> None:
    outcomes, _ = ask(scripted := taking(0, CutOff("at its longest")), 8)
    assert labels(outcomes) == ["CutOff"] * 8 and sizes(scripted) == [8, 4, 2, 1, 1, 1, 1]


def test_a_service_that_hangs_is_waited_for_a_few_times_not_three_times_for_each_claim() -> None:
    outcomes, _ = ask(scripted := taking(0, ModelTimeout("60 seconds")), 8, retries=2)
    assert labels(outcomes) == ["ModelTimeout"] * 8 and sizes(scripted) == [8, 4, 2, 1, 1]


def test_a_service_that_answered_before_is_asked_for_each_claim() -> None:
    size = CallSize()
    ask(taking(8, ModelTimeout("60 seconds")), 8, size=size)
    outcomes, _ = ask(scripted := taking(0, RequestNotTaken("rejects the request: no")), 4, size=size)
    assert labels(outcomes) == ["RequestNotTaken"] * 4 and sizes(scripted) == [4, 2, 1, 1, 2, 1, 1]


def test_a_claim_asked_of_alone_from_the_start_is_waited_for_as_often_as_the_settings_say() -> None:
    outcomes, _ = ask(scripted := taking(0, ModelTimeout("60 seconds")), 1, retries=2)
    assert labels(outcomes) == ["ModelTimeout"] and sizes(scripted) == [1, 1, 1]


def test_a_service_that_is_down_after_a_first_division_fails_each_claim_with_its_own_words() -> None:
    lines: list[Exception] = [PromptTooLong("of 4,096 tokens")]

    def reply(prompt: str) -> Any:
        return lines.pop() if lines else ModelUnavailable("down")

    outcomes, _ = ask(scripted := Scripted(reply), 4)
    assert labels(outcomes) == ["ModelUnavailable"] * 4 and sizes(scripted) == [4, 2, 2]


# Replies that are cut off


def cut(after: Callable[[str], int]) -> Scripted:
    """Return a service that cuts its replies on several claims off."""

    def reply(prompt: str) -> Any:
        whole = replies()(prompt)
        return CutOff("at its longest", reply=whole[: after(whole)]) if len(claims_asked(prompt)) > 1 else whole

    return Scripted(reply)


def test_a_reply_cut_off_behind_its_last_word_counts_whole() -> None:
    outcomes, _ = ask(scripted := cut(len))
    assert labels(outcomes) == ["supported"] * 4 and sizes(scripted) == [4]


def test_of_a_reply_that_is_cut_off_the_whole_answers_count_and_the_rest_are_asked_of_alone() -> None:
    outcomes, _ = ask(scripted := cut(lambda whole: whole.index('"claim": 3') + 40))
    assert labels(outcomes) == ["supported"] * 4 and sizes(scripted) == [4, 1, 1]


def test_an_answer_that_is_cut_off_itself_never_counts() -> None:
    def reply(prompt: str) -> Any:
        whole = json.loads(replies()(prompt))
        text = json.dumps(whole)
        return CutOff("at its longest", reply=text[: len(text) - 3])

    outcomes, _ = ask(scripted := Scripted(reply), 1)
    assert labels(outcomes) == ["CutOff"] and sizes(scripted) == [1, 1]
