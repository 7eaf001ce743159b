"""Caps of one run that threads and real processes keep together, some of them killed, with both databases."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from contextlib import ExitStack, closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from processes import PROCESSES
from rate_limited import Reply
from spending import hold, spend

from pipeline.core.errors import BudgetSpent, SettingsError, StoreBusy, StoreError
from pipeline.core.models import Usage
from pipeline.core.ports import Rendered
from pipeline.llm import Budget, Caps, Model, Price, SharedBudget, open_budget
from pipeline.llm.scripted import Scripted
from pipeline.store import Store, schema

pytest_plugins = ("postgres",)

GOOD = json.dumps({"label": "x", "confidence": 1, "justification": "x", "citations": []})
PRICE = Price(model="scripted", input=1_000_000, output=1_000_000, date=date(2026, 1, 1), source="test")


def shared(store: Store, caps: Caps, seconds_left: float | None = None, **more: Any) -> SharedBudget:
    open_budget(store, "run", caps, seconds_left)
    return SharedBudget(store, "run", **more)


def row_of(store: Store) -> dict[str, Any]:
    with store.reading() as connection:
        return dict(connection.execute(sa.select(schema.budgets)).mappings().one())


def begin(address: Path | str, caps: Caps) -> None:
    with closing(Store.open(address)) as store:
        open_budget(store, "run", caps)


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 300
    while not holds():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


@pytest.mark.process
def test_three_processes_make_together_just_as_many_calls_as_the_cap_allows(store_address: Path | str) -> None:
    begin(store_address, Caps(max_calls=25))
    with PROCESSES.Pool(3) as pool:
        costs = pool.starmap(spend, [(store_address, "run", seed, 20, 0.0) for seed in range(3)], chunksize=1)
    assert sum(len(each) for each in costs) == 25
    with closing(Store.open(store_address)) as store:
        assert row_of(store)["calls"] == 25


@pytest.mark.process
def test_three_processes_never_spend_more_together_than_the_cap_and_leave_less_than_a_call_costs(
    store_address: Path | str,
) -> None:
    worst, cap = 0.1, 1.5
    begin(store_address, Caps(max_usd=cap))
    with PROCESSES.Pool(3) as pool:
        told = pool.starmap(spend, [(store_address, "run", seed, 40, worst) for seed in range(3)], chunksize=1)
    costs = [cost for each in told for cost in each]
    assert cap - worst < sum(costs) <= cap + 1e-9
    with closing(Store.open(store_address)) as store:
        row = row_of(store)
        assert (row["calls"], row["dollars"]) == (len(costs), pytest.approx(sum(costs)))
        assert row["reserved"] == pytest.approx(0, abs=1e-9)


@pytest.mark.process
def test_processes_that_are_killed_with_calls_in_flight_let_nobody_spend_more(
    store_address: Path | str, tmp_path: Path
) -> None:
    worst, cap, costs_file = 0.1, 3.0, tmp_path / "costs.txt"
    begin(store_address, Caps(max_usd=cap))
    costs_file.touch()
    given = [(store_address, "run", seed, 60, worst, costs_file) for seed in range(3)]
    processes = [PROCESSES.Process(target=spend, args=each, daemon=True) for each in given]
    for process in processes:
        process.start()
    wait_until(lambda: len(costs_file.read_text().splitlines()) >= 12)
    processes[0].kill()
    for process in processes:
        process.join(600)
    assert [process.exitcode for process in processes] == [-9, 0, 0]
    costs = [float(line) for line in costs_file.read_text().splitlines()]
    assert len(costs) >= 12 and sum(costs) <= cap
    with closing(Store.open(store_address)) as store:
        row = row_of(store)
        assert row["dollars"] + row["reserved"] <= cap + 1e-9
        assert row["dollars"] + row["reserved"] > cap - worst, "nobody stopped before the cap was met"


@pytest.mark.process
def test_what_a_killed_process_had_reserved_stays_reserved_and_is_not_waited_for_forever(
    store_address: Path | str, tmp_path: Path
) -> None:
    begin(store_address, Caps(max_usd=1, max_calls=9))
    process = PROCESSES.Process(target=hold, args=(store_address, "run", 0.7, tmp_path / "begun"), daemon=True)
    process.start()
    wait_until((tmp_path / "begun").exists)
    process.kill()
    process.join(60)
    slept: list[float] = []
    with closing(Store.open(store_address)) as store:

        def sleep(seconds: float) -> None:
            slept.append(seconds)
            if len(slept) == 3:  # as if the time had passed
                with store.writing() as connection:
                    connection.execute(sa.update(schema.budgets).values(moved_at=schema.budgets.c.moved_at - 10_000))

        taken = SharedBudget(store, "run", patience_s=5_000, sleep=sleep)
        with (
            pytest.raises(BudgetSpent, match=r"leaves no room: 0\.0000 spent and up to 0\.7000 in flight"),
            taken.call(0.4),
        ):
            raise AssertionError("it began")
        assert len(slept) == 3
        with taken.call(0.3) as charge:
            charge(0.1)
        assert (row_of(store)["calls"], row_of(store)["reserved"]) == (2, pytest.approx(0.7))


def test_a_call_waits_while_only_calls_in_flight_are_in_its_way(store: Store) -> None:
    first = ExitStack()
    caps = Caps(max_usd=1)
    later = shared(store, caps, sleep=lambda seconds: first.close())
    charge = first.enter_context(SharedBudget(store, "run").call(0.9))
    charge(0.2)
    with later.call(0.8) as told:
        told(0.5)
    assert row_of(store)["dollars"] == pytest.approx(0.7)
    with pytest.raises(BudgetSpent, match=r"0\.7000 spent, the next call costs up to 0\.4000"), later.call(0.4):
        raise AssertionError("it began")


def test_a_call_that_ends_without_telling_is_counted_at_its_worst(store: Store) -> None:
    taken = shared(store, Caps(max_usd=1))
    with pytest.raises(KeyError), taken.call(0.6):
        raise KeyError
    assert row_of(store)["dollars"] == pytest.approx(0.6)


def test_the_time_is_up_for_all_at_the_moment_written_down_and_nothing_else_is_asked_of_the_store(store: Store) -> None:
    taken = shared(store, Caps(max_seconds=500), seconds_left=400)
    before = row_of(store)
    assert 0 < taken.seconds_left() <= 400
    with taken.call(1.0) as charge:
        charge(0.0)
    assert row_of(store)["calls"] == before["calls"] == 0
    with store.writing() as connection:
        connection.execute(sa.update(schema.budgets).values(ends_at=before["ends_at"] - 400))
    with pytest.raises(BudgetSpent, match="the cap of 500 seconds is reached"), SharedBudget(store, "run").call(0.0):
        raise AssertionError("it began")
    assert shared(store, Caps(max_seconds=500), seconds_left=400).seconds_left() <= 0, "a run begun again goes on"


def test_who_waits_for_room_stops_when_the_time_is_up(store: Store) -> None:
    open_budget(store, "run", Caps(max_usd=1, max_seconds=1000))
    now = [0.0]

    def pass_time(seconds: float) -> None:
        now[0] += 600

    with (
        SharedBudget(store, "run").call(0.9),
        pytest.raises(BudgetSpent, match="1000 seconds"),
        SharedBudget(store, "run", clock=lambda: now[0], sleep=pass_time).call(0.5),
    ):
        raise AssertionError("it began")
    assert row_of(store)["calls"] == 1


def test_without_a_cap_of_its_kind_nothing_is_in_the_way(store: Store) -> None:
    taken = shared(store, Caps(max_calls=2))
    assert math.isinf(taken.seconds_left())
    for _ in range(2):
        with taken.call(5.0) as charge:
            charge(4.0)
    with pytest.raises(BudgetSpent, match="the cap of 2 model calls is reached"), taken.call(0.0):
        raise AssertionError("it began")


def test_a_process_with_another_store_is_told_so_in_one_line(store: Store) -> None:
    with pytest.raises(StoreError, match="does not know the caps of this run: let all its processes use one store"):
        SharedBudget(store, "elsewhere")


def test_an_answer_is_not_lost_where_its_cost_cannot_be_written(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def busy() -> Any:
        raise StoreBusy("in use")
        yield

    taken = shared(store, Caps(max_usd=1))
    with monkeypatch.context() as patch:
        patch.setattr(store, "writing_lightly", busy)
        with taken.call(0.6) as charge:
            charge(0.1)
    assert row_of(store)["reserved"] == pytest.approx(0.6)


def test_a_model_is_x_as_from_its_own_budget(store: Store) -> None:
    scripted = Scripted(lambda _: GOOD, usage=Usage(tokens_in=10, tokens_out=5), max_output_tokens=20)
    model = Model(scripted, price=PRICE, budget=Budget(Caps(max_calls=0)))
    paid = model.paid_from(shared(store, Caps(max_calls=3, max_usd=100_000)))
    for number in range(3):
        assert paid.ask(Rendered(text=str(number), ref="x"), Reply, lambda reply: reply)[1].calls == 1
    with pytest.raises(BudgetSpent, match="3 model calls"):
        paid.ask(Rendered(text="4", ref="x"), Reply, lambda reply: reply)
    assert (model.usage.calls, row_of(store)["dollars"]) == (3, pytest.approx(45))
    with pytest.raises(SettingsError, match="add it to prices.yaml"):
        Model(scripted).paid_from(SharedBudget(store, "run"))
