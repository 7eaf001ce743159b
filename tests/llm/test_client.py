"""Asking a model: repair, retries, cache, caps, usage, and every failure by its name. Replies are scripted."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from pipeline.core import errors
from pipeline.core.errors import BudgetSpent, MalformedReply, ModelRefused, ModelTimeout, QuoteNotFound, RateLimited
from pipeline.core.models import Usage, Value
from pipeline.core.ports import Rendered, Reply
from pipeline.llm import Budget, Caps, Model, Price, Spent, failure_of, forecast, load_prices, price_of, usage_of
from pipeline.llm.budget import estimate_tokens, is_loopback
from pipeline.llm.client import LONGEST_WAIT_S
from pipeline.llm.scripted import Line, Scripted

QUESTION = Rendered(text="How many?", ref="count@1+00000000")
SCRIPTED_GOOD = '{"count": 3}'
DOLLAR_A_TOKEN = Price(model="x", input=1_000_000, output=1_000_000, date=date(2026, 1, 1), source="a test")


class Counted(Value):
    count: int


class DictCache:
    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        return self.kept.get(key)

    def put(self, key: str, text: str, usage: Usage) -> None:
        self.kept[key] = text


def few(counted: Counted) -> int:
    if counted.count > 10:
        raise ValueError("too many")
    if counted.count < 0:
        raise QuoteNotFound("minus")
    return counted.count


def ask(model: Model, question: Rendered = QUESTION, prove: Callable[[Counted], int] = few) -> tuple[int, Usage]:
    return model.ask(question, Counted, prove)


def test_a_good_reply_is_parsed_proven_and_counted() -> None:
    answer, usage = ask(Model(Scripted([SCRIPTED_GOOD]), price=DOLLAR_A_TOKEN))
    assert answer == 3
    assert (usage.calls, usage.cached, usage.tokens_in, usage.tokens_out) == (1, 0, 9, 12)
    assert usage.dollars == 21


def test_a_reply_in_a_code_block_is_read() -> None:
    assert ask(Model(Scripted([f"```json\n{SCRIPTED_GOOD}\n```"])))[0] == 3


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ('{"count": 3', "EOF"),
        ("__import__('os').abort()", "Invalid JSON"),
        ('{"count": "many"}', "count: "),
        ('{"mood": 1}', "count: "),
        ('{"count": 11}', "too many"),
        ('{"count": -1}', "minus"),
        ("", "Invalid JSON"),
    ],
)
def test_one_repair_is_asked_with_the_error_and_the_first_reply(bad: str, said: str) -> None:
    scripted = Scripted([bad, SCRIPTED_GOOD])
    answer, usage = ask(Model(scripted))
    assert answer == 3 and usage.calls == 2
    assert scripted.prompts[1].startswith(QUESTION.text)
    assert said in scripted.prompts[1] and f"\n{bad}\n</reply-" in scripted.prompts[1]


def test_a_second_bad_reply_is_an_error_that_knows_its_cost() -> None:
    with pytest.raises(MalformedReply) as caught:
        ask(Model(Scripted(['{"count": 11}', "nonsense"]), price=DOLLAR_A_TOKEN))
    assert caught.value.reply == "nonsense"
    assert usage_of(caught.value).calls == 2
    with pytest.raises(QuoteNotFound) as unproven:
        ask(Model(Scripted(["nonsense", '{"count": -1}', SCRIPTED_GOOD])))
    assert usage_of(unproven.value).calls == 2


def test_a_cut_off_reply_told_by_the_provider_is_repaired_too() -> None:
    assert ask(Model(Scripted([MalformedReply("cut off", reply='{"cou'), SCRIPTED_GOOD])))[0] == 3


def test_an_answer_is_asked_once_and_then_costs_nothing() -> None:
    cache, scripted = DictCache(), Scripted([SCRIPTED_GOOD])
    first, again = Model(scripted, cache=cache), Model(scripted, cache=cache, price=DOLLAR_A_TOKEN)
    ask(first)
    assert ask(again) == (3, Usage(cached=1))
    assert again.usage == Usage(cached=1) and len(scripted.prompts) == 1


def test_a_repaired_answer_is_kept_as_repaired() -> None:
    cache, scripted = DictCache(), Scripted(["nonsense", SCRIPTED_GOOD])
    ask(Model(scripted, cache=cache))
    assert ask(Model(scripted, cache=cache)) == (3, Usage(cached=1))


@pytest.mark.parametrize(
    "line", [ModelRefused("no"), ModelTimeout("slow"), "nonsense", '{"count": -1}', '{"count": 11}']
)
def test_errors_refusals_and_unproven_replies_are_never_kept(line: Line) -> None:
    cache = DictCache()
    with pytest.raises(errors.FactnotesError):
        ask(Model(Scripted([line, line]), cache=cache, retries=0))
    assert cache.kept == {}


def test_the_cache_key_holds_model_parameters_prompt_schema_and_evidence() -> None:
    class Counted2(Value):
        count: int
        why: str | None = None

    class Renamed(Scripted):
        name = "scripted:other"

    cache, scripted = DictCache(), Scripted(lambda _: SCRIPTED_GOOD)
    model = Model(scripted, cache=cache)
    ask(model)
    ask(model, Rendered(text="How many now?", ref=QUESTION.ref))
    model.ask(QUESTION, Counted2, lambda counted: counted.count)
    model.ask(QUESTION, Counted, few, evidence=["a hash"])
    ask(Model(Scripted(lambda _: SCRIPTED_GOOD, max_output_tokens=7), cache=cache))
    ask(Model(Renamed(lambda _: SCRIPTED_GOOD), cache=cache))
    assert len(cache.kept) == 6


def test_a_kept_answer_that_no_longer_holds_is_asked_again() -> None:
    cache = DictCache()
    ask(Model(Scripted([SCRIPTED_GOOD]), cache=cache))
    [key] = cache.kept
    for stale in ("nonsense", '{"count": 99}'):
        cache.kept[key] = stale
        assert ask(Model(Scripted(['{"count": 4}']), cache=cache))[1].calls == 1
        assert json.loads(cache.kept[key]) == {"count": 4}


def test_only_errors_that_may_pass_are_retried() -> None:
    pauses: list[float] = []
    answer, usage = ask(Model(Scripted([ModelTimeout("a"), ModelTimeout("b"), SCRIPTED_GOOD]), sleep=pauses.append))
    assert (answer, usage.calls, len(pauses)) == (3, 3, 2)
    assert 0.5 <= pauses[0] <= 1 < pauses[1] <= 1.5
    with pytest.raises(ModelRefused) as caught:
        ask(Model(Scripted([ModelRefused("no"), SCRIPTED_GOOD]), sleep=pauses.append))
    assert usage_of(caught.value).calls == 1 and len(pauses) == 2
    with pytest.raises(ModelTimeout):
        ask(Model(Scripted([ModelTimeout("a"), ModelTimeout("b"), SCRIPTED_GOOD]), retries=1, sleep=pauses.append))


def limited(seconds: float) -> RateLimited:
    error = RateLimited("slow down")
    error.retry_after = seconds
    return error


def test_the_pause_a_service_asks_for_is_kept_unless_it_is_too_long() -> None:
    pauses: list[float] = []
    assert ask(Model(Scripted([limited(7), limited(0), SCRIPTED_GOOD]), sleep=pauses.append))[0] == 3
    assert pauses == [7, 0]
    with pytest.raises(RateLimited):
        ask(Model(Scripted([limited(LONGEST_WAIT_S + 1), SCRIPTED_GOOD]), sleep=pauses.append))
    with pytest.raises(RateLimited):
        ask(Model(Scripted([limited(30), SCRIPTED_GOOD]), sleep=pauses.append, budget=Budget(Caps(max_seconds=20))))
    assert pauses == [7, 0]


def test_calls_never_exceed_their_cap_with_eight_threads() -> None:
    scripted = Scripted(lambda _: SCRIPTED_GOOD, latency_s=0.002)
    model = Model(scripted, budget=Budget(Caps(max_calls=10)))
    outcomes = run_in_threads(model, 40)
    assert len(scripted.prompts) == 10 == outcomes.count(None)
    assert model.usage.calls == 10


def test_dollars_never_exceed_their_cap_with_eight_threads() -> None:
    cost = Usage(tokens_in=10, tokens_out=10)
    scripted = Scripted(lambda _: SCRIPTED_GOOD, latency_s=0.002, usage=cost, max_output_tokens=20)
    model = Model(scripted, price=DOLLAR_A_TOKEN, budget=Budget(Caps(max_usd=500)))
    outcomes = run_in_threads(model, 80)
    assert model.usage.dollars is not None and 400 < model.usage.dollars <= 500
    assert "budget" in outcomes and outcomes.count(None) == len(scripted.prompts)


def run_in_threads(model: Model, calls: int) -> list[str | None]:
    gate = threading.Barrier(8)

    def one(number: int) -> str | None:
        if number < 8:
            gate.wait()
        try:
            ask(model, Rendered(text=f"{number:03}", ref="x"))
        except BudgetSpent as error:
            return failure_of(error, "verdict").reason
        return None

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, range(calls)))


def test_a_call_whose_cost_is_unknown_is_counted_at_its_worst_and_one_that_is_never_billed_at_nothing() -> None:
    worst = estimate_tokens(QUESTION.text) + estimate_tokens(json.dumps(Counted.model_json_schema())) + 10
    for line, more in ((ModelTimeout("slow"), False), (errors.WrongKey("no"), True)):
        scripted = Scripted([line, SCRIPTED_GOOD], max_output_tokens=10)
        model = Model(scripted, price=DOLLAR_A_TOKEN, budget=Budget(Caps(max_usd=worst * 1.5)), retries=0)
        with pytest.raises(errors.ModelError):
            ask(model)
        if more:
            assert ask(model)[0] == 3
        else:
            with pytest.raises(BudgetSpent, match="leaves no room"):
                ask(model)


def test_no_call_begins_after_the_time_is_up() -> None:
    now = [0.0]
    model = Model(Scripted(lambda _: SCRIPTED_GOOD), budget=Budget(Caps(max_seconds=5), clock=lambda: now[0]))
    ask(model)
    now[0] = 5.0
    with pytest.raises(BudgetSpent, match="5 seconds"):
        ask(model)


def test_dollars_cannot_be_capped_without_a_price() -> None:
    with pytest.raises(errors.SettingsError, match="add it to prices.yaml"):
        Model(Scripted([]), budget=Budget(Caps(max_usd=1)))
    assert ask(Model(Scripted([SCRIPTED_GOOD])))[1].dollars is None


def test_prices_are_dated_known_by_snapshot_and_free_on_this_machine(tmp_path: Path) -> None:
    prices = load_prices()
    assert all(price.source and price.date.year >= 2025 for price in prices.values())
    known = price_of("openai:gpt-5.4-mini-2026-03-17", None, prices)
    assert known == prices["openai:gpt-5.4-mini"] and known.dollars(1_000_000, 0) == known.input
    assert price_of("openai:gpt-5.4-mini", "https://llm.example/v1", prices) is None
    assert price_of("openai:nobody-knows", None, prices) is None
    local = price_of("openai:nobody-knows", "http://127.0.0.1:8089/v1", prices)
    assert local is not None and local.dollars(10**9, 10**9) == 0
    own = tmp_path / "prices.yaml"
    own.write_text('- {model: "openai:nobody-knows", input: 1, output: 2, date: 2026-11-01, source: contract}')
    found = price_of("openai:nobody-knows", None, load_prices(own))
    assert found is not None and found.output == 2
    own.write_text("- nonsense")
    with pytest.raises(errors.SettingsError, match="prices.yaml is not in the form it should have: 0"):
        load_prices(own)


class Tape:
    """Records what it is given, and knows what it is made with (implements `Recorder`)."""

    def __init__(self, known: Reply | ModelRefused | None = None) -> None:
        self.known = known
        self.recorded: list[tuple[str, Reply | errors.ModelError, Usage]] = []

    def recall(self, prompt: str, form: object) -> Reply | None:
        if isinstance(self.known, ModelRefused):
            raise self.known
        return self.known

    def record(self, prompt: str, form: object, outcome: Reply | errors.ModelError, usage: Usage) -> None:
        self.recorded.append((prompt, outcome, usage))


def test_a_recorder_gets_every_reply_before_its_proof_and_what_it_cost_failed_calls_included() -> None:
    tape, down = Tape(), errors.ModelUnavailable("down")
    scripted = Scripted([down, "no JSON at all", SCRIPTED_GOOD], usage=Usage(tokens_in=2, tokens_out=1))
    model = Model(scripted, price=DOLLAR_A_TOKEN, recorder=tape, sleep=lambda seconds: None)
    assert ask(model)[0] == 3
    outcomes = [outcome.text if isinstance(outcome, Reply) else outcome for _, outcome, _ in tape.recorded]
    assert outcomes == [down, "no JSON at all", SCRIPTED_GOOD]
    assert [prompt for prompt, _, _ in tape.recorded] == list(scripted.prompts)
    assert [(usage.calls, usage.dollars) for _, _, usage in tape.recorded] == [(1, 0.0), (1, 3.0), (1, 3.0)]
    assert sum((usage for _, _, usage in tape.recorded), Usage()) == model.usage


def test_a_reply_that_a_recorder_knows_is_not_asked_for_and_takes_no_room_in_the_budget() -> None:
    scripted = Scripted([])
    tape = Tape(Reply(text=SCRIPTED_GOOD, usage=Usage(calls=1, tokens_in=9, dollars=7.0)))
    assert ask(Model(scripted, budget=Budget(Caps(max_calls=0)), recorder=tape)) == (3, Usage(cached=1))
    with pytest.raises(ModelRefused, match="declined"):
        ask(Model(scripted, recorder=Tape(ModelRefused("declined"))))
    assert (scripted.prompts, tape.recorded) == ((), [])


def test_a_budget_goes_on_with_what_was_spent_of_it_before() -> None:
    caps = Caps(max_usd=2, max_calls=5, max_seconds=60)
    budget = Budget(caps, Spent(dollars=1.5, calls=4, seconds=20), clock=lambda: 0.0)
    assert budget.seconds_left() == 40
    with pytest.raises(BudgetSpent, match=r"1\.5000 spent, the next call costs up to 0\.6000"), budget.call(0.6):
        raise AssertionError("it began")
    with budget.call(0.5):
        pass
    with pytest.raises(BudgetSpent, match="the cap of 5 model calls is reached"), budget.call(0.0):
        raise AssertionError("it began")
    with pytest.raises(BudgetSpent, match="leaves no room"), Budget(Caps(max_usd=9), Spent(dollars=None)).call(0.0):
        raise AssertionError("it began, though nobody knows what was spent")


@given(
    st.builds(Spent, dollars=st.none() | st.floats(0, 9), calls=st.integers(0, 9), seconds=st.floats(0, 9)),
    st.builds(Caps, st.none() | st.floats(0, 9), st.none() | st.integers(0, 9), st.none() | st.floats(0, 9)),
)
def test_what_is_left_of_caps_is_never_more_than_they_were_nor_less_than_nothing(spent: Spent, caps: Caps) -> None:
    left = caps.after(spent)
    for cap, rest, used in (
        (caps.max_usd, left.max_usd, spent.dollars),
        (caps.max_calls, left.max_calls, spent.calls),
        (caps.max_seconds, left.max_seconds, spent.seconds),
    ):
        assert (rest is None) == (cap is None)
        if cap is not None and rest is not None:
            assert rest == (0 if used is None else max(cap - used, 0))


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://localhost:1/v1", True),
        ("http://[::1]/v1", True),
        ("http://127.9.9.9/v1", True),
        ("https://localhost.example/v1", False),
        ("http://127.0.0.1.example/v1", False),
        (None, False),
        ("nonsense", False),
    ],
)
def test_this_machine_is_known_by_its_address(url: str | None, here: bool) -> None:
    assert is_loopback(url) is here


@given(st.text())
def test_an_estimate_is_never_below_a_quarter_of_the_characters(text: str) -> None:
    assert estimate_tokens(text) * 4 >= len(text)


def test_a_forecast_has_a_floor_and_a_ceiling_that_the_real_run_stays_within() -> None:
    prompts = [f"Question {number}: how many?" * 20 for number in range(5)]
    told = forecast(prompts, DOLLAR_A_TOKEN, 100)
    assert told.calls == (5, 10) and told.dollars is not None and told.dollars[0] < told.dollars[1]
    assert told.tokens_in[1] >= 2 * sum(estimate_tokens(prompt) for prompt in prompts)
    assert forecast(prompts, None, 100).dollars is None
    assert forecast([], DOLLAR_A_TOKEN, 100).calls == (0, 0)


def test_what_is_perhaps_asked_raises_the_ceiling_of_a_forecast_alone() -> None:
    plain, more = forecast(["How many?"], DOLLAR_A_TOKEN, 100), forecast(["How many?"], None, 100, perhaps=["And who?"])
    assert (plain.calls, more.calls) == ((1, 2), (1, 4))
    assert more.tokens_in[0] == plain.tokens_in[0] and more.tokens_in[1] > plain.tokens_in[1]
    assert more.tokens_out == (plain.tokens_out[0], 2 * plain.tokens_out[1])


def every_error() -> list[type[Exception]]:
    return [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]


REASONS = {
    "BudgetSpent": "budget",
    "ModelTimeout": "timeout",
    "RateLimited": "rate_limited",
    "ModelUnavailable": "unavailable",
    "ModelRefused": "refused",
    "MalformedReply": "malformed_reply",
    "QuoteNotFound": "quote_not_found",
    "QuoteNotRelevant": "quote_not_relevant",
    "NoEvidence": "no_evidence_source",
    "IndexMissing": "no_evidence_source",
    "WrongKey": "wrong_key",
    "UnknownModel": "unknown_model",
    "PromptTooLong": "prompt_too_long",
    "CutOff": "malformed_reply",
    "RequestNotTaken": "unavailable",
}


ALSO_TOLD: dict[str, tuple[Any, ...]] = {"Conflict": (None,), "TooManyAttempts": (60,)}


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_every_error_has_a_failure(kind: type[errors.FactnotesError]) -> None:
    failure = failure_of(kind("some\nwords", *ALSO_TOLD.get(kind.__name__, ())), "verdict")
    assert failure.reason == REASONS.get(kind.__name__, "error")
    assert failure.stage == "verdict" and "some" in failure.detail and "\n" not in failure.detail
    assert failure.retryable is kind.retryable


def test_an_error_nobody_expected_is_named_and_not_retried() -> None:
    failure = failure_of(ZeroDivisionError("by zero"), "verdict")
    assert (failure.reason, failure.detail, failure.retryable) == ("error", "ZeroDivisionError: by zero", False)
    assert usage_of(ZeroDivisionError()) == Usage()


def test_a_script_that_has_run_out_says_so() -> None:
    with pytest.raises(errors.ModelUnavailable, match="run out"):
        ask(Model(Scripted([]), retries=0))
