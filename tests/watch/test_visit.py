"""Visits to watches, on both databases: nothing twice, nothing silently skipped, budgets hold."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from random import Random
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from watched import BEGAN, REFUTED, UNDECIDED, Desk

from pipeline.core.errors import InputError, ModelUnavailable, StoreBusy, WrongKey
from pipeline.core.models import Article, Versions
from pipeline.store import schema as t
from pipeline.watch import (
    Cron,
    Listeners,
    Refused,
    Round,
    Visit,
    find_watch,
    known_items,
    remove_watch,
    set_status,
    spent_on,
    visits,
    watches,
)
from pipeline.watch.slots import LEASE, Claimed, beat, claim, finish, new_owner
from pipeline.watch.workers import TOLD

pytest_plugins = ("postgres",)


@pytest.fixture
def desk(store_address: Path | str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(store_address, tmp_path, monkeypatch)


def outcomes_of(visit: Visit) -> dict[str, str]:
    return {each.key: each.outcome for each in visit.told}


def test_what_is_new_or_edited_is_checked_and_nothing_else(desk: Desk) -> None:
    desk.write("a.txt", age_hours=2)
    desk.write("b.txt", age_hours=1)
    desk.watch()
    assert list(outcomes_of(desk.visit()).items()) == [("b.txt", "checked"), ("a.txt", "checked")]
    assert not desk.run().visits, "the next slot is in an hour"
    calls, runs = desk.asked.total(), desk.runs()
    assert (calls, runs) == (4, 2)
    again = desk.visit(hours=1)
    assert outcomes_of(again) == {"a.txt": "unchanged", "b.txt": "unchanged"}
    assert all(each.run_id for each in again.told)
    assert (desk.asked.total(), desk.runs()) == (calls, runs)
    desk.write("a.txt", said=" It was in May.")
    assert outcomes_of(desk.visit("drafts")) == {"a.txt": "checked", "b.txt": "unchanged"}
    assert desk.runs() == runs + 1
    with closing(desk.store) as store:
        assert visits(store, find_watch(store, "drafts"))[0].counts() == {"checked": 1, "unchanged": 1}
    (desk.drafts / "b.txt").unlink()
    assert outcomes_of(desk.visit("drafts")) == {"a.txt": "unchanged", "b.txt": "gone"}
    assert outcomes_of(desk.visit("drafts")) == {"a.txt": "unchanged"}


def test_newer_versions_check_again_unless_the_watch_says_never(desk: Desk) -> None:
    desk.write("a.txt")
    desk.watch("changed")
    desk.watch("never", recheck="never")
    assert [outcomes_of(visit) for visit in desk.run().visits] == [{"a.txt": "checked"}, {"a.txt": "unchanged"}]
    desk.versions = Versions(code="2")
    assert [outcomes_of(visit) for visit in desk.run(hours=1).visits] == [{"a.txt": "checked"}, {"a.txt": "unchanged"}]
    assert desk.runs() == 2


def test_the_publisher_of_the_watch_is_that_of_its_articles(desk: Desk) -> None:
    desk.write("a.txt")
    desk.watch(publisher="Town Herald")
    desk.visit()
    with closing(desk.store) as store:
        assert store.article(store.runs()[0].article_id).publisher == "Town Herald"


def test_what_cannot_be_read_is_told_with_its_reason_and_tried_again(desk: Desk) -> None:
    desk.write("good.txt")
    (desk.drafts / "bad.txt").write_bytes(b"")
    (desk.drafts / "table.xlsx").write_bytes(b"x")
    desk.watch()
    visit = desk.visit()
    assert outcomes_of(visit) == {"good.txt": "checked", "bad.txt": "problem", "table.xlsx": "problem"}
    assert all(each.reason for each in visit.told if each.outcome == "problem")
    with closing(desk.store) as store:
        known = known_items(store, find_watch(store, "drafts"))["bad.txt"]
    assert (known.state, "empty" in known.reason) == ("problem", True)
    desk.write("bad.txt")
    assert outcomes_of(desk.visit(hours=1))["bad.txt"] == "checked"


def test_names_that_no_database_or_terminal_takes_cost_no_other_draft(desk: Desk) -> None:
    desk.write("good.txt")
    long = desk.drafts.joinpath(*["é" * 120] * 9)
    long.mkdir(parents=True)
    (long / "deep.txt").write_bytes(b"")
    Path(os.fsdecode(os.fsencode(desk.drafts) + b"/bad\xff\n.txt")).write_bytes(b"")
    desk.watch()
    outcomes = outcomes_of(desk.visit())
    assert outcomes.pop("good.txt") == "checked"
    assert list(outcomes.values()) == ["problem", "problem"]
    assert outcomes_of(desk.visit("drafts")).keys() == {*outcomes, "good.txt"}


def test_a_fault_of_ours_in_one_article_costs_no_other(desk: Desk) -> None:
    good, bad = desk.write("good.txt"), desk.write("bad.txt")
    desk.watch()

    def trip(article: Article) -> None:
        if "district bad" in article.text:
            raise ZeroDivisionError("tripped")

    desk.before_check = trip
    visit = desk.visit()
    assert outcomes_of(visit) == {good.name: "checked", bad.name: "problem"}
    assert "ZeroDivisionError" in next(each.reason for each in visit.told if each.outcome == "problem")


def test_a_source_that_is_gone_fails_its_watch_and_no_other(desk: Desk, tmp_path: Path) -> None:
    desk.write("a.txt")
    desk.watch("a", source=str(tmp_path / "nowhere"))
    desk.watch("b")
    done = desk.run()
    assert [(visit.watch, visit.status) for visit in done.visits] == [("a", "failed"), ("b", "finished")]
    assert "no folder" in done.visits[0].reason and isinstance(done.errors[0], InputError)
    assert outcomes_of(done.visits[1]) == {"a.txt": "checked"}


def test_a_wrong_key_ends_the_run_and_the_rest_waits_with_the_reason(desk: Desk) -> None:
    for number in range(3):
        desk.write(f"{number}.txt", age_hours=number)
    desk.watch()

    def refuse(article: Article) -> None:
        raise WrongKey("the service rejects the key")

    desk.before_check = refuse
    done = desk.run()
    assert isinstance(done.errors[0], WrongKey)
    assert {each.outcome for each in done.visits[0].told} == {"waiting"} and len(done.visits[0].told) == 3
    desk.before_check = lambda article: None
    assert set(outcomes_of(desk.visit(hours=1)).values()) == {"checked"}


def test_at_the_cap_of_a_run_the_rest_waits_and_the_most_recent_comes_first_next_time(desk: Desk) -> None:
    for number in range(4):
        desk.write(f"{number}.txt", age_hours=number)
    desk.watch(max_calls_run=3)
    first = desk.visit()
    assert list(outcomes_of(first).values()) == ["checked", "unfinished", "waiting", "waiting"]
    assert first.spent.calls == 3
    assert "3 calls for one run" in first.told[2].reason
    second = desk.visit(hours=1)
    assert list(outcomes_of(second).items()) == [
        ("0.txt", "unchanged"),
        ("1.txt", "checked"),
        ("2.txt", "checked"),
        ("3.txt", "waiting"),
    ]
    assert second.spent.calls == 3, "the claim of 1.txt that was done is not asked again"
    desk.visit(hours=1)
    assert set(outcomes_of(desk.visit(hours=1)).values()) == {"unchanged"}


def test_the_day_has_its_own_budget_in_the_time_zone_of_the_watch(desk: Desk) -> None:
    for number in range(4):
        desk.write(f"{number}.txt", claims=3, age_hours=number)
    watch = desk.watch(max_calls_day=5, timezone="Pacific/Auckland")  # its day ends at noon UTC
    assert list(outcomes_of(desk.visit()).values()) == ["checked", "unfinished", "waiting", "waiting"]
    later = desk.visit(hours=5.5)
    assert list(outcomes_of(later).values()) == ["unchanged", "waiting", "waiting", "waiting"]
    assert "the day's budget of 5 calls is spent" in later.told[1].reason
    assert desk.asked.total() == 5
    assert list(outcomes_of(desk.visit(hours=1)).values()) == ["unchanged", "checked", "checked", "unfinished"]
    with closing(desk.store) as store:
        assert spent_on(store, watch, date(2026, 5, 4)).calls == 5
        assert spent_on(store, watch, date(2026, 5, 5)).calls == 5


@pytest.mark.parametrize("seed", range(6))
def test_budgets_hold_whatever_they_are_and_in_the_end_everything_is_checked(desk: Desk, seed: int) -> None:
    chance = Random(seed)
    desk.check_at_once(1 + seed % 2 * 3)
    claims = {f"{number}.txt": chance.randint(1, 5) for number in range(6)}
    for name, count in claims.items():
        desk.write(name, claims=count, age_hours=chance.random() * 9)
    caps: dict[str, Any] = {
        "max_calls_run": chance.choice([None, 5, 7]),
        "max_calls_day": chance.choice([6, 9]),
        "max_usd_run": chance.choice([None, 4.0]),
        "max_usd_day": chance.choice([None, 6.0]),
    }
    watch = desk.watch(**caps)
    for _ in range(60):
        before = desk.asked.total()
        visit = desk.visit(hours=5)
        assert desk.asked.total() - before == visit.spent.calls <= (caps["max_calls_run"] or caps["max_calls_day"])
        assert (visit.spent.dollars or 0) <= (caps["max_usd_run"] or 6.0) + 1e-9
        assert {each.key for each in visit.told} == set(claims)
        if set(outcomes_of(visit).values()) == {"unchanged"}:
            break
    else:
        pytest.fail("not everything was checked")
    with closing(desk.store) as store:
        for day in range(20):
            spent = spent_on(store, watch, BEGAN.date() + timedelta(days=day))
            assert spent.calls <= caps["max_calls_day"]
            assert (spent.dollars or 0) <= (caps["max_usd_day"] or 99) + 1e-9
        for known in known_items(store, watch).values():
            assert len(store.notes(known.run_id or "")) == claims[known.key]
            assert all(note.verdict for note in store.notes(known.run_id or ""))


def test_claims_left_open_because_the_model_was_down_are_tried_again_without_an_edit(desk: Desk) -> None:
    desk.write("a.txt")
    desk.watch()
    desk.reply = ModelUnavailable("down")
    assert outcomes_of(desk.visit()) == {"a.txt": "unfinished"}
    desk.reply = UNDECIDED
    assert outcomes_of(desk.visit(hours=1)) == {"a.txt": "checked"}
    assert outcomes_of(desk.visit(hours=1)) == {"a.txt": "unchanged"}


def test_an_article_in_two_watches_or_files_is_checked_once(desk: Desk) -> None:
    text = desk.write("a.txt").read_bytes()
    (desk.drafts / "copy.txt").write_bytes(text)
    desk.watch("one")
    desk.watch("two")
    outcomes = [sorted(outcomes_of(visit).values()) for visit in desk.run().visits]
    assert outcomes == [["checked", "unchanged"], ["unchanged", "unchanged"]]
    assert desk.runs() == 1


def test_what_one_file_left_open_is_taken_from_another_file_of_the_same_text(desk: Desk) -> None:
    first = desk.write("a.txt")
    (desk.drafts / "b.txt").write_text(first.read_text(encoding="utf-8"), encoding="utf-8")
    desk.watch()

    def down_for_the_first(article: Article) -> None:
        desk.reply = UNDECIDED if desk.checked.total() else ModelUnavailable("down")

    desk.before_check = down_for_the_first
    assert set(outcomes_of(desk.visit()).values()) == {"unfinished", "checked"}
    assert set(outcomes_of(desk.visit(hours=1)).values()) == {"unchanged"}
    assert desk.checked.total() == 2


def test_an_outcome_that_changes_is_told_once_with_a_draft_for_the_editor(desk: Desk) -> None:
    desk.write("a.txt", claims=1)
    (desk.drafts / "a.yaml").write_text("title: Schools mended\npublished_at: 2026-05-01\n")
    desk.watch()
    desk.visit()
    desk.reply, desk.versions = REFUTED, Versions(code="1.1")
    (change,) = desk.visit(hours=1).changed
    assert (change.before.label, change.after.label) == ("not_enough_evidence", "refuted")
    assert change.claim.span.exact in change.draft
    for words in ("Correction: “Schools mended” (1 May 2026) said", "The audit found one school.", "Audit office"):
        assert words in change.draft
    desk.versions = Versions(code="1.2")
    visit = desk.visit(hours=1)
    assert (outcomes_of(visit), visit.changed) == ({"a.txt": "checked"}, ())
    desk.reply, desk.versions = ModelUnavailable("down"), Versions(code="2")
    assert desk.visit(hours=1).changed == (), "an outage is no outcome"
    desk.reply = UNDECIDED
    (back,) = desk.visit(hours=1).changed
    assert (back.before.label, back.after.label) == ("refuted", "not_enough_evidence")
    assert back.draft.startswith("Please look again")


def test_an_outcome_that_changes_is_told_also_when_other_words_of_the_article_were_edited(desk: Desk) -> None:
    desk.write("a.txt", claims=2)
    desk.watch()
    desk.visit()
    desk.write("a.txt", claims=3)
    assert desk.visit(hours=1).changed == (), "a claim that is new has not changed"
    desk.reply, desk.versions = REFUTED, Versions(code="2")
    desk.write("a.txt", claims=1)
    (change,) = desk.visit(hours=1).changed
    assert "district a.txt 0" in change.claim.text and change.before.label == "not_enough_evidence"


def test_an_outcome_is_told_though_the_worker_died_between_the_run_and_its_telling(desk: Desk) -> None:
    desk.write("a.txt", claims=1)
    desk.watch()
    desk.visit()
    desk.reply, desk.versions = REFUTED, Versions(code="2")

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.run(hours=1, listeners=Listeners(on_item=die))
    runs = desk.runs()
    visit = desk.visit()
    assert (desk.runs(), visit.resumed, len(visit.changed)) == (runs, True, 1)


def test_volatile_claims_are_due_again_after_days_and_judged_as_of_then(desk: Desk) -> None:
    path = desk.write("a.txt", claims=1)
    path.write_text("The council under Mayor Ana Lobo repaired two schools in each district on 3 May 2024.")
    (desk.drafts / "plain.txt").write_text("The council of the district spoke about a school in the town at length.")
    for name in ("a", "plain"):
        (desk.drafts / f"{name}.yaml").write_text("published_at: 2026-05-01\n")
    desk.watch(recheck="volatile", recheck_days=7)
    desk.visit()
    assert set(outcomes_of(desk.visit(hours=24)).values()) == {"unchanged"}
    desk.reply = REFUTED
    visit = desk.visit(hours=24 * 6 + 1)
    assert outcomes_of(visit) == {"a.txt": "checked", "plain.txt": "unchanged"}
    (change,) = visit.changed
    assert change.after.as_of == date(2026, 5, 11)
    assert set(outcomes_of(desk.visit(hours=24)).values()) == {"unchanged"}


# Several articles at once


def test_several_articles_are_checked_at_the_same_time_and_told_in_the_order_of_their_dates(desk: Desk) -> None:
    for number in range(6):
        desk.write(f"{number}.txt", age_hours=number)
    desk.watch()
    desk.check_at_once(3)
    together = Barrier(3)
    desk.before_check = lambda article: None if together.wait(60) >= 0 else None
    reported: list[str] = []
    visit = desk.run(listeners=Listeners(on_item=lambda watch, report: reported.append(report.key))).visits[0]
    assert list(outcomes_of(visit).items()) == [(f"{number}.txt", "checked") for number in range(6)]
    assert sorted(reported) == [f"{number}.txt" for number in range(6)]
    assert set(desk.asked.values()) == {1} and visit.spent.calls == desk.asked.total() == 12
    desk.before_check = lambda article: None
    assert set(outcomes_of(desk.visit(hours=1)).values()) == {"unchanged"}
    assert desk.asked.total() == 12


def test_of_two_files_that_hold_one_article_the_second_waits_for_the_first(desk: Desk) -> None:
    text = desk.write("a.txt").read_bytes()
    for number in range(3):
        (desk.drafts / f"copy {number}.txt").write_bytes(text)
    desk.watch()
    desk.check_at_once(4)
    assert sorted(outcomes_of(desk.visit()).values()) == ["checked", "unchanged", "unchanged", "unchanged"]
    assert (desk.runs(), desk.asked.total()) == (1, 2)


def test_a_wrong_key_ends_every_article_that_was_begun_and_the_rest_waits(desk: Desk) -> None:
    for number in range(8):
        desk.write(f"{number}.txt", age_hours=number)
    desk.watch()
    desk.check_at_once(3)

    def refuse(article: Article) -> None:
        if "district 1.txt" in article.text:
            raise WrongKey("the service rejects the key")

    desk.before_check = refuse
    done = desk.run()
    assert isinstance(done.errors[0], WrongKey)
    outcomes = outcomes_of(done.visits[0])
    assert outcomes.keys() == {f"{number}.txt" for number in range(8)}
    assert outcomes["1.txt"] == outcomes["7.txt"] == "waiting"
    assert set(outcomes.values()) <= {"waiting", "checked"}
    desk.before_check = lambda article: None
    assert set(outcomes_of(desk.visit(hours=1)).values()) <= {"checked", "unchanged"}


def test_who_stops_a_visit_loses_no_claim_and_the_next_call_goes_on_with_it(desk: Desk) -> None:
    for number in range(4):
        desk.write(f"{number}.txt", claims=3, age_hours=number)
    desk.watch()
    desk.check_at_once(4)
    together = Barrier(4)

    def interrupt(article: Article) -> None:
        together.wait(60)
        if "district 2.txt" in article.text:
            raise KeyboardInterrupt

    desk.before_check = interrupt
    with pytest.raises(KeyboardInterrupt):
        desk.run()
    desk.before_check = lambda article: None
    visit = desk.visit()
    assert visit.resumed and set(outcomes_of(visit).values()) <= {"checked", "unchanged"}
    assert set(desk.asked.values()) == {1} and len(desk.asked) == 12, "what was answered is not asked again"
    with closing(desk.store) as store:
        for known in known_items(store, find_watch(store, "drafts")).values():
            assert all(note.verdict for note in store.notes(known.run_id or ""))


def test_a_worker_that_has_lost_its_slot_begins_nothing_more_though_it_checks_several_at_once(desk: Desk) -> None:
    for number in range(9):
        desk.write(f"{number}.txt", age_hours=number)
    desk.watch()
    desk.check_at_once(2)

    def take_over(article: Article) -> None:
        with closing(desk.store) as store, store.writing() as connection:
            connection.execute(sa.update(t.watch_visits).values(owner="elsewhere|1|1|x", beat_at=desk.now))

    desk.before_check = take_over
    done = desk.run()
    assert "taken this slot over" in str(done.errors[0])
    assert 1 <= desk.runs() <= 2


# Slots and workers


def test_a_slot_is_run_once_and_missed_ones_are_told(desk: Desk) -> None:
    desk.write("a.txt")
    watch = desk.watch()
    desk.visit()
    assert desk.visit(hours=5.5).missed == 4
    desk.now -= timedelta(hours=3)  # the clock is set back
    assert not desk.run().visits
    assert desk.visit(hours=4).missed == 0
    with closing(desk.store) as store:
        slots = [visit.slot for visit in visits(store, watch)]
    assert len(slots) == len(set(slots)) == 3


def test_two_workers_get_a_slot_once_and_the_second_is_told(desk: Desk) -> None:
    watch = desk.watch()
    with closing(desk.store) as one, closing(desk.store) as two:
        first = claim(one, watch, new_owner(), BEGAN)
        second = claim(two, watch, new_owner(), BEGAN)
        assert isinstance(first, Claimed)
        assert isinstance(second, Refused) and not second.skipped
        late = BEGAN + timedelta(hours=2)
        overlapping = claim(two, watch, new_owner(), late)
        assert isinstance(overlapping, Refused) and overlapping.skipped
        assert (overlapping.slot, overlapping.missed) == (late, 1)
        assert claim(two, watch, new_owner(), late, by_hand=True).skipped is False
        past = {visit.slot: (visit.status, visit.reason) for visit in visits(one, watch)}
    assert past[late][0] == "skipped" and "still went on" in past[late][1]


def test_many_workers_at_the_same_moment_check_each_article_once(desk: Desk) -> None:
    for number in range(4):
        desk.write(f"{number}.txt", age_hours=number)
    desk.watch("one")
    desk.watch("two")
    start = Barrier(6)

    def work(_: int) -> Round:
        start.wait()
        return desk.run()

    with ThreadPoolExecutor(6) as pool:
        rounds = list(pool.map(work, range(6)))
    assert not [error for done in rounds for error in done.errors]
    assert set(desk.checked.values()) == {1} and len(desk.checked) == 4
    slots = [(visit.watch, visit.slot) for done in rounds for visit in done.visits]
    assert sorted(slots) == [("one", BEGAN), ("two", BEGAN)]


def test_a_clock_that_was_far_ahead_is_told_until_the_watch_is_begun_anew(desk: Desk) -> None:
    desk.write("a.txt")
    watch = desk.watch()
    assert desk.visit(hours=24 * 365).slot > BEGAN
    (refused,) = desk.run(hours=-24 * 300).refused
    assert "clock" in refused.reason and not refused.skipped
    with closing(desk.store) as store:
        set_status(store, watch, "paused", desk.now)
        set_status(store, watch, "active", desk.now)
    assert outcomes_of(desk.visit(hours=1)) == {"a.txt": "unchanged"}


def test_the_seconds_of_a_dead_worker_count_to_the_day(desk: Desk) -> None:
    desk.write("a.txt")
    watch = desk.watch(max_seconds_day=100)
    with closing(desk.store) as store:
        first = claim(store, watch, "", BEGAN)
        assert isinstance(first, Claimed) and beat(store, first.visit_id, "", BEGAN, 99.5)
        desk.visit()
        assert 99.5 < spent_on(store, watch, BEGAN.date()).seconds < 110
    desk.write("b.txt")
    with closing(desk.store) as store, store.writing() as connection:
        connection.execute(sa.update(t.watch_visits).values(seconds=100.0))
    visit = desk.visit(hours=1)
    assert set(outcomes_of(visit).values()) == {"waiting"}
    assert all("the day's budget of 100 seconds is spent" in each.reason for each in visit.told)


def test_the_slot_of_a_worker_on_another_machine_comes_back_when_it_no_longer_beats(desk: Desk) -> None:
    watch = desk.watch()
    elsewhere = "elsewhere|1|1|x"
    with closing(desk.store) as store:
        first = claim(store, watch, elsewhere, BEGAN)
        assert isinstance(first, Claimed)
        soon = claim(store, watch, new_owner(), BEGAN + LEASE / 2)
        assert isinstance(soon, Refused)
        again = claim(store, watch, new_owner(), BEGAN + LEASE)
        assert isinstance(again, Claimed) and again.resumed
        assert (again.visit_id, again.slot) == (first.visit_id, BEGAN)
        lost = Visit(id=first.visit_id, watch_id=watch.id, watch=watch.name, slot=BEGAN, status="finished")
        assert not finish(store, lost, elsewhere, BEGAN), "the dead one cannot end what is another's now"


def test_a_run_that_was_interrupted_is_finished_by_the_next_call_and_repeats_nothing(desk: Desk) -> None:
    for number in range(3):
        desk.write(f"{number}.txt", age_hours=number)
    desk.watch()

    def interrupt(article: Article) -> None:
        if "district 1.txt" in article.text and not desk.checked[article.id]:
            desk.checked[article.id] += 1
            raise KeyboardInterrupt

    desk.before_check = interrupt
    with pytest.raises(KeyboardInterrupt):
        desk.run()
    first, second = desk.run(hours=3).visits
    assert (first.resumed, list(outcomes_of(first).values())) == (True, ["unchanged", "checked", "checked"])
    assert (second.resumed, second.missed, set(outcomes_of(second).values())) == (False, 2, {"unchanged"})


@pytest.mark.process
def test_an_article_that_ends_its_process_again_and_again_costs_the_others_nothing(desk: Desk) -> None:
    for number in range(5):
        desk.write(f"{number}.txt", age_hours=number)
    desk.watch()
    desk.check_at_once(3)
    answer, asked = desk._answer, desk.settings.home / "asked"
    asked.mkdir(parents=True)

    def die_at(prompt: str) -> str | Exception:
        number = prompt.split("The council of district ")[-1][0]
        (asked / f"{os.getpid()} {number}").touch()
        if number == "1":
            os.kill(os.getpid(), signal.SIGKILL)
        return answer(prompt)

    desk._answer = die_at  # type: ignore[method-assign]
    died = []
    for _ in range(3):
        worker = get_context("fork").Process(target=desk.run)
        worker.start()
        worker.join(300)
        died.append(worker.pid)
        assert worker.exitcode == -signal.SIGKILL
    visit = desk.visit(hours=0)
    outcomes = outcomes_of(visit)
    assert visit.resumed and outcomes.pop("1.txt") == "problem"
    assert set(outcomes.values()) <= {"checked", "unchanged"} and len(outcomes) == 4
    assert next(each.reason for each in visit.told if each.key.endswith("1.txt")) == TOLD
    third = {path.name.split()[1] for path in asked.glob(f"{died[2]} *")}
    assert "1" in third, "tried alone before it is given up"
    desk._answer = answer  # type: ignore[method-assign]
    assert outcomes_of(desk.visit(hours=2))["1.txt"] == "checked", "the next slot tries it again"


def test_a_run_that_is_gone_on_with_has_spent_already_what_the_dead_worker_spent(desk: Desk) -> None:
    for number in range(3):
        desk.write(f"{number}.txt", age_hours=number)
    desk.watch(max_calls_run=4)

    def interrupt(article: Article) -> None:
        if "district 1.txt" in article.text and desk.checked.total() == 1:
            raise KeyboardInterrupt

    desk.before_check = interrupt
    with pytest.raises(KeyboardInterrupt):
        desk.run()
    desk.before_check = lambda article: None
    assert list(outcomes_of(desk.visit()).values()) == ["unchanged", "checked", "waiting"]
    assert desk.asked.total() == 4


def test_a_worker_whose_slot_was_taken_over_begins_nothing_more(desk: Desk) -> None:
    for number in range(3):
        desk.write(f"{number}.txt", age_hours=number)
    desk.watch()

    def take_over(article: Article) -> None:
        with closing(desk.store) as store, store.writing() as connection:
            connection.execute(sa.update(t.watch_visits).values(owner="elsewhere|1|1|x", beat_at=desk.now))

    desk.before_check = take_over
    done = desk.run()
    assert "taken this slot over" in str(done.errors[0])
    assert list(outcomes_of(done.visits[0]).values()) == ["checked"] and desk.runs() == 1


def test_an_index_in_use_puts_the_slot_off_and_loses_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.write("a.txt")
    desk.watch()
    with monkeypatch.context() as patch:
        busy = StoreBusy("another process owns the index")

        def refuse(*_: object, **__: object) -> None:
            raise busy

        patch.setattr("pipeline.watch.visit.open_bench", refuse)
        done = desk.run()
        assert done.errors == [busy] and "put off" in done.visits[0].reason
    visit = desk.visit()
    assert (visit.resumed, visit.slot, outcomes_of(visit)) == (True, BEGAN, {"a.txt": "checked"})


def test_a_paused_watch_runs_only_by_name_and_what_passed_is_told(desk: Desk) -> None:
    desk.write("a.txt")
    watch = desk.watch(schedule=Cron(expression="0 * * * *"))
    with closing(desk.store) as store:
        set_status(store, watch, "paused", BEGAN)
        assert not desk.run(hours=5).visits
        assert outcomes_of(desk.visit("drafts")) == {"a.txt": "checked"}
        passed = set_status(store, watch, "active", desk.now)
        assert passed is not None and passed.missed + 1 == 5
        assert not desk.run().visits
        assert desk.visit(hours=1).slot == datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_a_watch_that_is_removed_leaves_its_runs_and_notes(desk: Desk) -> None:
    desk.write("a.txt")
    watch = desk.watch()
    desk.visit()
    with closing(desk.store) as store:
        remove_watch(store, watch)
        assert watches(store) == () and len(store.runs()) == 1
        with pytest.raises(InputError, match="no watch"):
            find_watch(store, "drafts")
