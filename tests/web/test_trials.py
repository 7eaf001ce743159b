"""What evaluations and the prompt lab have spent, apart from the runs: by model and time, right after kills, cheap."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from eval_samples import ONE, TWO, sample_suite
from guarded import open_desk
from hypothesis import given, strategies as st
from prometheus_client.parser import text_string_to_metric_families
from pydantic import BaseModel

from pipeline.core.models import Usage
from pipeline.core.ports import Rendered
from pipeline.core.settings import Settings
from pipeline.evaluation import Allowance, Bundle, Charge, import_bundle, pack
from pipeline.evaluation.cases import Variant
from pipeline.evaluation.run.bundle import new_evaluation
from pipeline.evaluation.run.recorder import MemoryReplies, QuestionRecorder
from pipeline.llm import Model, Spent
from pipeline.llm.scripted import Scripted
from pipeline.web.figures import Tally, TrialSpending, trial_spending
from pipeline.web.figures.trials import TrialAccounts

NOW = datetime(2031, 6, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LAB: dict[str, Any] = {"person": "edda", "prompt": "p@1", "suite": "s", "cases": ("c",)}


def evaluation(home: Path, *variants: Variant, name: str = "Ferries") -> Bundle:
    suite = sample_suite(3, name)
    made = new_evaluation(suite, variants or (ONE,), 1, "scorer", "0")
    return Bundle.create(home / "evaluations" / made.id, suite, made, (), home, date(2031, 1, 1))


def charge(bundle: Bundle, *charges: Usage) -> None:
    with (bundle.folder / "calls.jsonl").open("a") as file:
        file.writelines(each.model_dump_json() + "\n" for each in charges)


def call(model: str, at: datetime, dollars: float | None = 0.5) -> Charge:
    return Charge(calls=1, tokens_in=100, tokens_out=10, dollars=dollars, model=model, at=at)


def told(accounts: TrialAccounts, window: str) -> dict[tuple[str, str | None], tuple[int, int, float, int]]:
    return {
        (each.kind, each.model): (each.calls, each.tokens_in, round(each.dollars, 6), each.unpriced)
        for each in accounts.read(NOW).spending
        if each.window == window
    }


def test_calls_of_all_evaluations_are_summed_by_model_on_the_day_they_were_made(tmp_path: Path) -> None:
    midnight = NOW.replace(hour=0)
    one, other = evaluation(tmp_path), evaluation(tmp_path, TWO, name="Trams")
    charge(one, call("a:dear", NOW), call("a:dear", midnight - DAY), call("b:own", NOW, None))
    charge(other, call("a:dear", midnight), call("a:dear", midnight - 29 * DAY), call("a:dear", midnight - 30 * DAY))
    accounts = TrialAccounts(Settings(home=tmp_path))
    own = {("evaluation", "b:own"): (1, 100, 0.0, 1)}
    assert told(accounts, "today") == {("evaluation", "a:dear"): (2, 200, 1.0, 0)} | own
    assert told(accounts, "month") == {("evaluation", "a:dear"): (4, 400, 2.0, 0)} | own
    assert told(accounts, "ever") == {("evaluation", "a:dear"): (5, 500, 2.5, 0)} | own


def test_calls_of_before_the_model_and_day_were_kept_count_for_the_only_model_on_the_last_day(tmp_path: Path) -> None:
    one, mixed = evaluation(tmp_path, ONE, TWO), evaluation(tmp_path, ONE, Variant(name="x", model="b:own"))
    for bundle in (one, mixed):
        bundle.begin_session("0")
        worked = [session.model_copy(update={"began": NOW - 3 * DAY}) for session in bundle.manifest.sessions]
        bundle.save_manifest(sessions=tuple(worked))
        charge(bundle, Usage(calls=1, tokens_in=7, dollars=0.25))
    accounts = TrialAccounts(Settings(home=tmp_path))
    ever = {("evaluation", "local:small"): (1, 7, 0.25, 0), ("evaluation", None): (1, 7, 0.25, 0)}
    assert told(accounts, "month") == ever and set(told(accounts, "today").values()) == {(0, 0, 0.0, 0)}


def test_the_lab_counts_what_trials_cost_and_one_that_was_killed_as_what_it_had_reserved(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, lab_max_calls=10, lab_max_usd=2.0)
    lab, killed = Allowance(settings, now=lambda: NOW), Allowance(settings, now=lambda: NOW - DAY)
    with lab.reserve(Spent(calls=4, dollars=1.0), model="a:dear", **LAB) as (_, spend):
        assert told(TrialAccounts(settings), "today") == {("lab", "a:dear"): (4, 0, 1.0, 0)}
        spend(Usage(calls=1, tokens_in=9, dollars=0.1))
        spend(Usage(calls=1, tokens_in=9, dollars=0.1))
    never_left = killed.reserve(Spent(calls=3, dollars=0.5), model="a:dear", **LAB)
    never_left.__enter__()
    accounts = TrialAccounts(settings)
    assert told(accounts, "today") == {("lab", "a:dear"): (2, 18, 0.2, 0)}
    assert told(accounts, "month") == {("lab", "a:dear"): (5, 18, 0.7, 0)}


def test_a_lab_journal_of_before_the_model_was_kept_is_read(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    line = {"id": "x", "at": NOW.isoformat(), "calls": 2, "dollars": 0.5, "ended": True}
    (tmp_path / "lab.jsonl").write_text(json.dumps(LAB | line) + "\n")
    assert told(TrialAccounts(settings), "today") == {("lab", None): (2, 0, 0.5, 0)}


def test_what_is_written_meanwhile_is_told_and_a_torn_line_is_not(tmp_path: Path) -> None:
    bundle, accounts = evaluation(tmp_path), TrialAccounts(Settings(home=tmp_path))
    assert accounts.read(NOW).spending == ()
    charge(bundle, call("a:dear", NOW))
    assert told(accounts, "today") == {("evaluation", "a:dear"): (1, 100, 0.5, 0)}
    charge(bundle, call("a:dear", NOW))
    with (bundle.folder / "calls.jsonl").open("a") as file:
        file.write('{"calls": 1, "dol')
    assert told(accounts, "today") == {("evaluation", "a:dear"): (2, 200, 1.0, 0)}


def test_an_account_that_did_not_change_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle, accounts = evaluation(tmp_path), TrialAccounts(Settings(home=tmp_path))
    charge(bundle, call("a:dear", NOW))
    before = accounts.read(NOW)

    def never(*_: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr("pipeline.web.figures.trials.read_lines", never)
    assert accounts.read(NOW) == before and before.spending


def test_an_account_that_cannot_be_read_is_named_and_costs_no_other(tmp_path: Path) -> None:
    broken, fine = evaluation(tmp_path), evaluation(tmp_path, TWO)
    (broken.folder / "calls.jsonl").write_text("no account\n")
    charge(fine, call("a:dear", NOW))
    (tmp_path / "lab.jsonl").write_text("no journal\n")
    found = TrialAccounts(Settings(home=tmp_path)).read(NOW)
    assert found.unread == (broken.evaluation.id, "lab.jsonl")
    assert {each.model for each in found.spending} == {"a:dear"}


def test_what_an_imported_evaluation_had_cost_elsewhere_is_not_ours_and_what_we_add_is(tmp_path: Path) -> None:
    theirs = evaluation(tmp_path / "theirs")
    charge(theirs, call("a:dear", NOW), call("a:dear", NOW))
    theirs.seal(b"{}")
    archive = pack(theirs, tmp_path / "evaluation.zip")
    ours = import_bundle(archive, tmp_path / "ours")
    accounts = TrialAccounts(Settings(home=tmp_path / "ours"))
    assert accounts.read(NOW).spending == () and ours.spent().calls == 2
    charge(ours, call("a:dear", NOW))
    assert told(accounts, "today") == {("evaluation", "a:dear"): (1, 100, 0.5, 0)}


def test_each_call_is_charged_with_its_model_and_moment() -> None:
    class Reply(BaseModel):
        pass

    kept, began = MemoryReplies(), datetime.now(UTC)
    recorder = QuestionRecorder(kept, name="a:dear", parameters={}, asked=("c", "v", 0))
    model = Model(Scripted(["{}"], usage=Usage(tokens_in=5, tokens_out=2)), recorder=recorder)
    model.ask(Rendered(ref="p@1+0", text="Is it so?"), Reply, lambda reply: reply)
    (charged,) = kept.charges
    assert (charged.model, charged.calls, charged.tokens_in, charged.dollars) == ("a:dear", 1, 5, None)
    assert charged.at and began <= charged.at <= datetime.now(UTC)


DAYS = st.dictionaries(
    st.tuples(st.sampled_from(["a", "b", None]), st.dates(date(2031, 5, 1), date(2031, 6, 20))),
    st.builds(Tally, *[st.integers(0, 9)] * 3, st.sampled_from([0.0, 0.25, 4.0]), st.integers(0, 9)),
)


@given(DAYS)
def test_windows_hold_each_other_and_ever_is_all_there_is(days: dict[tuple[str | None, date], Tally]) -> None:
    found = trial_spending("lab", days, NOW)

    def total(window: str) -> TrialSpending | int:
        return sum(each.calls for each in found if each.window == window)

    assert total("ever") == sum(tally.calls for tally in days.values())
    assert total("today") <= total("month") <= total("ever")  # type: ignore[operator]
    assert total("today") == sum(tally.calls for (_, day), tally in days.items() if day == NOW.date())


def test_the_page_and_the_metrics_tell_trials_apart_from_runs(tmp_path: Path) -> None:
    with open_desk(tmp_path, accounts=False) as desk:
        browser = desk.browser()
        assert "trying out prompts" not in browser.get("/operations").text
        now = datetime.now(UTC)
        bundle = evaluation(tmp_path)
        charge(bundle, call("a:dear", now, 1.25), call("b:own", now, None))
        with Allowance(Settings(home=tmp_path)).reserve(Spent(calls=1, dollars=0.5), model="a:dear", **LAB) as (
            _,
            spend,
        ):
            spend(Usage(calls=1, dollars=0.25))
        page = browser.get("/operations").text
        assert "trying out prompts" in page and "$1.25" in page and "the prompt lab" in page
        assert "1 call today had no known price" in page and "Nothing was spent on articles" not in page
        (tmp_path / "lab.jsonl").write_text("<script>no journal</script>\n")
        assert "the account of lab.jsonl cannot be read" in browser.get("/operations").text
        metrics = browser.get("/metrics").text
    found = {
        (each.name, *(value for _, value in sorted(each.labels.items()))): each.value
        for family in text_string_to_metric_families(metrics)
        for each in family.samples
    }
    assert found["factnotes_trial_dollars", "evaluation", "a:dear"] == 1.25
    assert found["factnotes_trial_calls_unpriced", "evaluation", "b:own"] == 1
    assert found["factnotes_trial_spending_dollars", "evaluation", "a:dear", "today"] == 1.25
    assert found["factnotes_trial_tokens", "in", "evaluation", "a:dear"] == 100
    assert found["factnotes_trial_accounts_unread",] == 1
    assert ("factnotes_model_calls_total", "a:dear", "none") not in found
