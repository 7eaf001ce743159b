"""Limits of a model's service, kept by threads and real processes together, with both databases."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from processes import PROCESSES
from rate_limited import Reply, ask_many, begin_calls
from scripted_service import Service, running

from pipeline.check import open_rate_limit
from pipeline.core.errors import BudgetSpent, RateLimited
from pipeline.core.ports import Rendered
from pipeline.core.settings import Settings
from pipeline.llm import Budget, Caps, Model, SharedRateLimit, open_llm
from pipeline.llm.rate_limit import LONGEST_HOLD_S
from pipeline.store import Store, schema

pytest_plugins = ("postgres",)


class Sleeper:
    """A sleep that only writes down how long, and may do something the first time."""

    def __init__(self, then: Any = lambda: None) -> None:
        self.slept: list[float] = []
        self._then = then

    def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._then()


def make_limit(store: Store, requests: float = 0, tokens: float = 0, **more: Any) -> SharedRateLimit:
    return SharedRateLimit(
        store, "openai:m", "http://s/v1", requests_per_minute=requests, tokens_per_minute=tokens, **more
    )


def row_of(store: Store) -> sa.RowMapping:
    with store.reading() as connection:
        return connection.execute(sa.select(schema.paces)).mappings().one()


@pytest.mark.process
def test_calls_of_three_processes_never_begin_faster_than_the_limit_together(store_address: Path | str) -> None:
    requests, calls = 1200.0, 15
    Store.open(store_address).close()
    began = time.time()
    with PROCESSES.Pool(3) as pool:
        told = pool.starmap(begin_calls, [(store_address, calls, requests)] * 3, chunksize=1)
    moments = sorted(moment for each in told for moment in each)
    assert len(moments) == 3 * calls
    interval = 60 / requests
    early = [place for place, moment in enumerate(moments) if moment < began + place * interval - 0.001]
    assert early == []
    with closing(Store.open(store_address)) as store:
        assert row_of(store)["next_request"] >= began + len(moments) * interval - 0.001


def test_without_others_in_the_row_a_call_begins_at_once_and_the_next_one_interval_later(store: Store) -> None:
    rate_limit = make_limit(store, requests=1)
    first, second, third = rate_limit.reserve(1), rate_limit.reserve(1), rate_limit.reserve(1)
    assert first.wait_s == 0
    assert second.wait_s == pytest.approx(60, abs=20) and third.wait_s == pytest.approx(120, abs=20)
    assert third.wait_s - second.wait_s == pytest.approx(60, abs=20)


def test_tokens_are_counted_as_told_beforehand_and_corrected_by_what_they_were(store: Store) -> None:
    rate_limit = make_limit(store, tokens=600)
    assert rate_limit.reserve(1000).wait_s == 0
    before = row_of(store)["next_token"]
    rate_limit.settle(500)
    assert row_of(store)["next_token"] - before == pytest.approx(50, abs=0.01)
    rate_limit.settle(-200)
    assert row_of(store)["next_token"] - before == pytest.approx(30, abs=0.01)
    assert rate_limit.reserve(1).wait_s == pytest.approx(130, abs=20)


def test_each_model_and_service_has_a_row_of_its_own(store: Store) -> None:
    for model, service in (("openai:a", "x"), ("openai:b", "x"), ("openai:a", "y")):
        assert SharedRateLimit(store, model, service, requests_per_minute=1).reserve(1).wait_s == 0


def test_a_pause_the_service_asks_for_holds_others_and_those_who_wait_already(store: Store) -> None:
    def end_hold() -> None:
        with store.writing() as connection:
            connection.execute(sa.update(schema.paces).values(not_before=0, next_request=0))

    make_limit(store).hold(60)
    late = Sleeper(end_hold)
    make_limit(store, requests=600, sleep=late).wait(1)
    assert late.slept == [pytest.approx(60, abs=20)]

    def hold_then_end() -> None:
        if len(waiting.slept) == 1:
            make_limit(store).hold(90)
        else:
            end_hold()

    waiting = Sleeper(hold_then_end)
    rate_limit = make_limit(store, requests=2, sleep=waiting)
    rate_limit.reserve(1)
    rate_limit.wait(1)
    assert waiting.slept == [pytest.approx(30, abs=20), pytest.approx(90, abs=20)]


def test_a_shorter_pause_does_not_cut_a_longer_one_and_none_is_longer_than_an_hour(store: Store) -> None:
    rate_limit = make_limit(store, requests=60)
    rate_limit.hold(100)
    rate_limit.hold(1)
    assert 60 < rate_limit.held_s() <= 100
    rate_limit.hold(10**9)
    assert 3000 < rate_limit.held_s() <= 3600


def test_a_place_that_is_not_waited_for_is_left_to_others(store: Store) -> None:
    rate_limit = make_limit(store, requests=1)
    rate_limit.wait(1)
    before = row_of(store)
    with pytest.raises(BudgetSpent, match="cap in seconds"):
        rate_limit.wait(1, longest_s=5)
    assert row_of(store) == before
    rate_limit.hold(LONGEST_HOLD_S + 60)
    held = row_of(store)
    with pytest.raises(RateLimited, match="http://s/v1 asks to stay away") as caught:
        rate_limit.wait(1)
    assert caught.value.retry_after == pytest.approx(LONGEST_HOLD_S + 60, abs=20)
    assert row_of(store) == held


def test_without_a_limit_nothing_is_kept_and_nothing_is_asked_of_the_store(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, model="openai:m", base_url="http://127.0.0.1:9/v1")
    llm = open_llm(settings)
    assert llm is not None
    with closing(Store.open(tmp_path / "s.db")) as store:
        assert open_rate_limit(settings, store, llm) is None
        limited = settings.model_copy(update={"tokens_per_minute": 5.0})
        assert isinstance(open_rate_limit(limited, store, llm), SharedRateLimit)


@pytest.fixture
def service() -> Iterator[Service]:
    with running(Service()) as started:
        yield started


@pytest.mark.process
def test_a_service_that_is_busy_once_is_left_alone_by_every_process_and_then_answers_all(
    store_address: Path | str, service: Service
) -> None:
    Store.open(store_address).close()
    limit, processes, questions = 1200.0, 2, 12
    service.busy, service.retry_after_s = 1, 3.0
    began = time.time()
    with PROCESSES.Pool(processes) as pool:
        given = [(store_address, service.address, number, questions, limit) for number in range(processes)]
        problems = [each for told in pool.starmap(ask_many, given, chunksize=1) for each in told]
    assert problems == [""] * (processes * questions)
    assert service.answered.total() == processes * questions and max(service.answered.values()) == 1
    arrived = sorted(service.arrived)
    assert len(arrived) == processes * questions + 1
    assert [n for n, moment in enumerate(arrived) if moment < began + n * 60 / limit - 0.001] == []
    pauses = [later - earlier for earlier, later in pairwise(arrived)]
    assert max(pauses) > service.retry_after_s / 2, (
        "nobody asked for a while: at 20 a second all take little more than one"
    )
    assert pauses.index(max(pauses)) + 1 < processes * questions, "most had waited for the pause to end"


def test_a_call_that_cannot_begin_in_time_is_told_as_the_budget_and_costs_nothing(
    tmp_path: Path, service: Service
) -> None:
    settings = Settings(home=tmp_path, model="openai:m", base_url=service.address)
    llm = open_llm(settings)
    assert llm is not None
    with closing(Store.open(tmp_path / "s.db")) as store:
        model = Model(llm, budget=Budget(Caps(max_seconds=30)), rate_limit=make_limit(store, requests=1))
        model.ask(Rendered(text="1", ref="x"), Reply, lambda reply: reply)
        with pytest.raises(BudgetSpent):
            model.ask(Rendered(text="2", ref="x"), Reply, lambda reply: reply)
    assert model.usage.calls == 1 and service.asked.total() == 1
