"""Several reviewers who ask for the next claim at once: each gets another one, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa
from desk import ANN, BOB, EVA, write_sample
from guarded import add_people, open_desk

from pipeline.core.errors import Conflict, StoreBusy
from pipeline.core.models import Person
from pipeline.review import Filter, ask_second, assign, decide, hand_out, next_claim, open_claim, queue
from pipeline.review.work_queue import HELD
from pipeline.store import Store, schema as t

pytest_plugins = ("postgres",)

NOW = datetime(2031, 6, 20, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def claims(store: Store) -> list[str]:
    write_sample(store)
    add_people(store)
    return [item.claim_id for item in queue(store, Filter()).items]


def handed(store: Store, person: Person, now: datetime = NOW, **more: str) -> str | None:
    item = hand_out(store, Filter(), person, now=now, **more)
    return item.claim_id if item else None


def test_who_asks_next_gets_another_claim_and_who_asks_again_the_same(store: Store, claims: list[str]) -> None:
    assert [handed(store, person) for person in (ANN, BOB, EVA, ANN, BOB)] == [*claims[:3], *claims[:2]]


def test_after_some_minutes_a_claim_that_was_left_lying_is_anybodys_again(store: Store, claims: list[str]) -> None:
    assert handed(store, ANN) == claims[0]
    assert handed(store, BOB, NOW + HELD - SECOND) == claims[1]
    assert handed(store, BOB, NOW + HELD) == claims[0]


def test_a_claim_that_was_skipped_is_free_at_once(store: Store, claims: list[str]) -> None:
    assert handed(store, ANN) == claims[0]
    assert handed(store, ANN, after=claims[0]) == claims[1]
    assert handed(store, BOB) == claims[0]


def test_at_the_end_of_the_list_nothing_is_held_any_longer(store: Store, claims: list[str]) -> None:
    handed(store, ANN)
    assert handed(store, ANN, after=claims[-1]) is None
    assert handed(store, BOB) == claims[0]


def test_a_claim_that_is_assigned_to_somebody_is_handed_to_that_one_though_another_has_just_seen_it(
    store: Store, claims: list[str]
) -> None:
    assert handed(store, ANN) == claims[0]
    assign(store, claims[0], EVA, seen=0, assignee=BOB.name)
    assert handed(store, BOB) == claims[0]


def test_a_second_review_is_handed_to_one_of_those_who_may_make_it(store: Store, claims: list[str]) -> None:
    ask_second(store, claims[0], EVA, seen=0)
    decide(store, claims[0], "accept", ANN, seen=1)
    waiting = Filter(status="awaiting_second")
    found = [hand_out(store, waiting, person, now=NOW) for person in (ANN, BOB, EVA)]
    assert [item and item.claim_id for item in found] == [None, claims[0], None]


def test_only_next_skips_and_decisions_are_guarded_as_ever(store: Store, claims: list[str]) -> None:
    assert handed(store, ANN) == claims[0]
    view = open_claim(store, claims[0], BOB)
    assert view.item.sequence == 0 and queue(store, Filter()).items[0].claim_id == claims[0]
    decide(store, claims[0], "accept", BOB, seen=0)
    with pytest.raises(Conflict):
        decide(store, claims[0], "dismiss", ANN, seen=0, reason="evidence_too_old")


def test_a_look_hands_nothing_out(store: Store, claims: list[str]) -> None:
    for person in (ANN, BOB):
        item = next_claim(store, Filter(), person, now=NOW)
        assert item and item.claim_id == claims[0]
    handed(store, ANN)
    seen_by_bob = next_claim(store, Filter(), BOB, now=NOW)
    assert seen_by_bob and seen_by_bob.claim_id == claims[1]


def test_people_who_ask_at_the_same_moment_get_different_claims(store_address: Path | str) -> None:
    people = [Person(name=f"p{number}", role="reviewer") for number in range(8)]
    together = Barrier(len(people))
    with closing(Store.open(store_address)) as store, ThreadPoolExecutor(len(people)) as pool:
        write_sample(store)
        add_people(store)

        def ask(person: Person) -> str | None:
            together.wait(60)
            return handed(store, person)

        for _ in range(3):
            found = list(pool.map(ask, people))
            assert len(set(found)) == len(people) and None not in found
        with store.reading() as connection:
            assert connection.scalar(sa.select(sa.func.count()).select_from(t.handed)) == len(people)


def test_a_store_that_is_too_busy_to_write_hands_out_all_the_same(
    store: Store, claims: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy() -> None:
        raise StoreBusy("somebody else writes")

    monkeypatch.setattr(store, "writing_lightly", busy)
    assert handed(store, ANN) == claims[0]


def test_a_desk_without_accounts_is_one_persons_who_finds_the_same_claim_under_any_name(store: Store) -> None:
    write_sample(store)
    first, *_ = queue(store, Filter()).items
    assert handed(store, ANN) == handed(store, BOB) == first.claim_id


def test_on_the_desk_two_reviewers_are_sent_to_two_claims_and_may_open_each_others(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        rita, edda = desk.signed_in("rita"), desk.signed_in("edda")
        hers, other = (browser.get("/next").headers["location"] for browser in (rita, edda))
        assert hers.startswith("/claims/") and other.startswith("/claims/") and hers != other
        assert rita.get("/next").headers["location"] == hers
        assert edda.get(hers.partition("#")[0]).status_code == 200


def test_the_end_of_the_list_says_that_others_have_the_rest(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        ids = [item.claim_id for item in queue(desk.store, Filter(label="refuted")).items]
        rita, edda = desk.signed_in("rita"), desk.signed_in("edda")
        for claim_id in ids[1:]:
            decide(desk.store, claim_id, "accept", ANN, seen=0)
        assert rita.get("/next?label=refuted").headers["location"].startswith(f"/claims/{ids[0]}")
        end = edda.get("/next?label=refuted").headers["location"]
        page = edda.get(end).text
        assert end.startswith("/end") and "open with another reviewer just now" in page and "Start again" not in page
