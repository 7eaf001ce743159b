"""The limit on calls in flight, shared by all who ask."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pydantic import BaseModel

from pipeline.core.errors import BudgetSpent, ModelError, RateLimited
from pipeline.core.models import Usage
from pipeline.core.ports import Rendered, Reply
from pipeline.llm import Budget, Caps, Model


class Answer(BaseModel):
    text: str


class Crowd:
    """An LLM that answers once so many calls are in flight together, and keeps the most it has seen."""

    name, parameters = "crowd:small", {"max_output_tokens": 10}

    def __init__(self, together: int, refuse_first: bool = False) -> None:
        self._meet = threading.Barrier(together)
        self._lock = threading.Lock()
        self._refuse = refuse_first
        self.now = self.most = self.calls = 0

    def complete(self, prompt: str, schema: Mapping[str, Any]) -> Reply:
        with self._lock:
            self.calls += 1
            self.now += 1
            self.most = max(self.most, self.now)
            refuse, self._refuse = self._refuse, False
        try:
            if refuse:
                raise RateLimited("slow down")
            self._meet.wait(60)
        finally:
            with self._lock:
                self.now -= 1
        return Reply(text='{"text": "yes"}', usage=Usage(tokens_in=1, tokens_out=1))


def ask(model: Model, number: int) -> str:
    answer, _ = model.ask(Rendered(text=f"question {number}", ref="test@1"), Answer, lambda given: given.text)
    return answer


def test_never_more_calls_are_in_flight_than_allowed_and_as_many_as_allowed_are() -> None:
    crowd = Crowd(together=4)
    model = Model(crowd, at_once=4)
    with ThreadPoolExecutor(24) as pool:
        assert list(pool.map(lambda number: ask(model, number), range(24))) == ["yes"] * 24
    assert (crowd.most, crowd.calls, model.usage.calls) == (4, 24, 24)


def test_a_call_that_waits_to_be_tried_again_leaves_its_place_to_others() -> None:
    crowd = Crowd(together=1, refuse_first=True)
    paused, go_on = threading.Event(), threading.Event()

    def sleep(seconds: float) -> None:
        paused.set()
        assert go_on.wait(60)

    model = Model(crowd, at_once=1, sleep=sleep)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(ask, model, 0)
        assert paused.wait(60)
        assert ask(model, 1) == "yes", "the only place is free while the first waits"
        go_on.set()
        assert first.result(60) == "yes"
    assert crowd.calls == 3


@pytest.mark.parametrize("cap", [1, 7, 23])
def test_a_cap_in_calls_is_exact_however_many_ask(cap: int) -> None:
    crowd = Crowd(together=1)
    model = Model(crowd, budget=Budget(Caps(max_calls=cap)), at_once=5)

    def tried(number: int) -> bool:
        try:
            return ask(model, number) == "yes"
        except BudgetSpent:
            return False

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(tried, range(40))) == cap
    assert crowd.calls == cap


def test_a_call_that_fails_gives_its_place_back() -> None:
    class Broken(Crowd):
        def complete(self, prompt: str, schema: Mapping[str, Any]) -> Reply:
            self.calls += 1
            raise ModelError("no")

    broken = Broken(together=1)
    model = Model(broken, at_once=1)
    for number in range(3):
        with pytest.raises(ModelError):
            ask(model, number)
    assert broken.calls == 3


def test_claims_of_the_run_that_began_first_are_asked_first_and_before_them_what_a_run_begins_with() -> None:
    asked: list[str] = []
    held, go_on = threading.Event(), threading.Event()

    class Slow:
        name, parameters = "slow:small", {"max_output_tokens": 10}

        def complete(self, prompt: str, schema: Mapping[str, Any]) -> Reply:
            asked.append(prompt)
            held.set()
            assert go_on.wait(60)
            return Reply(text='{"text": "yes"}', usage=Usage(tokens_in=1, tokens_out=1))

    model = Model(Slow(), at_once=1)
    first, second = model.for_run(), model.for_run()
    with ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(ask, model, 0)]
        assert held.wait(60)
        for number, by in enumerate((second, first, model, second, first), 1):
            futures.append(pool.submit(ask, by, number))
            while len(model._queue._waiting) < number:
                threading.Event().wait(0.01)
        go_on.set()
        assert [future.result(60) for future in futures] == ["yes"] * 6
    assert [prompt.split()[1] for prompt in asked] == ["0", "3", "2", "5", "1", "4"]
    assert model.usage.calls == first.usage.calls == 6, "one account for all"
