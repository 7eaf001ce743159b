"""What an edit of a watched article does to the queue: claims of former texts leave it, and no decision is lost."""

from __future__ import annotations

import shutil
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from desk import ANN
from watched import Desk

from pipeline.review import decide, describe_review, history
from pipeline.store import schema
from pipeline.store.queue import rebuild

pytest_plugins = ("postgres",)
_Q = schema.queue.c


@pytest.fixture
def desk(store_address: Path | str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(store_address, tmp_path, monkeypatch)


def queue(desk: Desk) -> dict[str, str]:
    """Return the status of each claim, by id, in the order in which they came."""
    with closing(desk.store) as store, store.reading() as connection:
        rows = connection.execute(sa.select(_Q.claim_id, _Q.status).order_by(_Q.id)).all()
    return {row.claim_id: row.status for row in rows}


def test_of_three_versions_of_an_article_only_the_newest_waits_in_the_queue(desk: Desk) -> None:
    desk.watch()
    for said in ("", " It was in May.", " It was in June."):
        desk.write("a.txt", said=said)
        desk.visit(hours=1)
    assert list(queue(desk).values()) == ["superseded"] * 4 + ["open"] * 2
    with closing(desk.store) as store:
        first = next(iter(queue(desk)))
        (event,) = history(store, claim_id=first)
        assert event.reviewer == "factnotes" and "a newer text was checked" in describe_review(event)
        with store.writing() as connection:
            rebuild(connection)
    assert Counter(queue(desk).values()) == {"superseded": 4, "open": 2}


def test_what_people_have_decided_of_a_former_text_stays_decided(desk: Desk) -> None:
    desk.watch()
    desk.write("a.txt")
    desk.visit()
    first, second = queue(desk)
    with closing(desk.store) as store:
        decide(store, first, "dismiss", ANN, seen=0, reason="other", comment="no")
    desk.write("a.txt", said=" It was in May.")
    desk.visit(hours=1)
    now = queue(desk)
    assert (now[first], now[second]) == ("decided", "superseded")
    with closing(desk.store) as store:
        decide(store, second, "dismiss", ANN, seen=1, reason="other", comment="no")
    assert queue(desk)[second] == "decided", "who has its page may still decide it"


def test_a_text_that_comes_back_has_its_claims_in_the_queue_again(desk: Desk) -> None:
    desk.watch()
    for said in ("", " It was in May.", ""):
        desk.write("a.txt", said=said)
        desk.visit(hours=1)
    assert list(queue(desk).values()) == ["open", "open", "superseded", "superseded"]
    with closing(desk.store) as store:
        events = history(store, claim_id=next(iter(queue(desk))))
    assert [event.action for event in events] == ["supersede", "undo"]
    assert "there again" in describe_review(events[-1])


def test_a_text_that_stands_in_another_place_as_well_keeps_its_claims_in_the_queue(desk: Desk) -> None:
    desk.watch()
    shutil.copy(desk.write("a.txt"), desk.drafts / "copy.txt")
    desk.visit()
    desk.write("a.txt", said=" It was in May.")
    desk.visit(hours=1)
    assert list(queue(desk).values()) == ["open"] * 4
    desk.write("a.txt", said=" It was in June.")
    desk.visit(hours=1)
    assert list(queue(desk).values()) == ["open"] * 2 + ["superseded"] * 2 + ["open"] * 2
    desk.write("copy.txt", said=" It was in July.")
    desk.visit(hours=1)
    assert Counter(queue(desk).values()) == {"superseded": 4, "open": 4}
