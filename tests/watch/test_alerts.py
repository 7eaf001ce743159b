"""What the channels of a watch are told of its visits, on both databases: all of it, once, and no word too many."""

from __future__ import annotations

import json
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from watched import BEGAN, REFUTED, UNDECIDED, Desk

from pipeline.core.errors import WrongKey
from pipeline.core.models import Article, Versions
from pipeline.core.settings import Settings
from pipeline.store import schema as t
from pipeline.watch import Listeners, Round, run_watches_and_notify, send_messages, unknown_channels, watches
from pipeline.watch.alerts import notify_of_visits
from pipeline.watch.notify import Channel, Delivery, add_channel, channels, deliveries, find_channel, put_digests
from pipeline.watch.notify.wording import in_words

pytest_plugins = ("postgres",)

WORDS = ("district", "repaired", "school", "council", "headline", "audit", "a.txt", "b.txt", "drafts/")
"""Each stands in an article, its name or the evidence, and in nothing that is told without leave."""


class NotifyingDesk(Desk):
    """A desk whose visits are told to channels."""

    def run(self, *names: str, hours: float = 0, listeners: Listeners | None = None) -> Round:
        self.now += timedelta(hours=hours)
        return run_watches_and_notify(
            self.settings, names, listeners=listeners or Listeners(), check=self.check, clock=lambda: self.now
        )

    def channel(self, name: str, **more: object) -> None:
        values = {"id": name, "name": name, "kind": "email", "target": f"{name}@example.org", "created_at": BEGAN}
        with closing(self.store) as store:
            add_channel(store, Channel.model_validate(values | more))

    def sent(self, name: str) -> list[Delivery]:
        with closing(self.store) as store:
            return list(reversed(deliveries(store, find_channel(store, name), 100)))

    def kinds(self, name: str) -> list[str]:
        return [each.kind for each in self.sent(name)]


@pytest.fixture
def desk(store_address: Path | str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NotifyingDesk:
    made = NotifyingDesk(store_address, tmp_path, monkeypatch)
    made.channel("plain")
    made.channel("wordy", allow_text=True)
    return made


def draft(desk: NotifyingDesk, name: str, **more: Any) -> None:
    path = desk.write(name, **more)
    path.with_suffix(".yaml").write_text("title: The headline\npublished_at: 2026-05-01\n")


def test_a_run_with_flagged_claims_is_told_once_and_without_words_unless_the_channel_allows_them(
    desk: NotifyingDesk,
) -> None:
    desk.reply = REFUTED
    draft(desk, "a.txt")
    desk.watch(notify=("plain", "wordy"))
    desk.visit()
    desk.visit(hours=1)
    (plain,), (wordy,) = desk.sent("plain"), desk.sent("wordy")
    told = plain.body["data"]
    assert (plain.kind, told["watch"], told["claims"], told["newly_flagged"]) == ("run.flagged", "drafts", 2, 2)
    assert told["outcomes"] == {"refuted": 2} and len(told["claim_ids"]) == 2
    assert told["desk"] == f"http://127.0.0.1:8765/?run={told['run_id']}"
    whole = (json.dumps(plain.body) + "".join(in_words(plain.body))).casefold()
    assert [word for word in WORDS if word in whole] == []
    assert wordy.body["data"]["title"] == "The headline" and wordy.body["data"]["source"] == "a.txt"
    subject, text = in_words(wordy.body)
    assert subject == "factnotes: 2 claims flagged (drafts): The headline"
    assert "“The council of district a.txt 0 repaired a school in the town.”\n  refuted" in text


def test_a_run_without_flags_and_a_watch_without_channels_tell_nothing(desk: NotifyingDesk) -> None:
    desk.write("a.txt")
    desk.watch(notify=("plain",))
    desk.visit()
    desk.reply = REFUTED
    desk.watch("silent", notify=())
    desk.write("b.txt")
    desk.run("silent", hours=1)
    assert desk.sent("plain") == []


def test_a_claim_that_was_flagged_before_is_told_no_second_time(desk: NotifyingDesk) -> None:
    desk.reply = REFUTED
    desk.write("a.txt", claims=2)
    desk.watch(notify=("plain",))
    desk.visit()
    desk.versions = Versions(code="1.1")
    desk.visit(hours=1)  # checked again with the same outcome
    assert len(desk.sent("plain")) == 1
    desk.write("a.txt", claims=3)
    desk.visit(hours=1)
    (_, edited) = desk.sent("plain")
    assert edited.body["data"]["newly_flagged"] == 1, "only the claim that the edit brought"


def test_an_outcome_that_changes_is_told_with_a_draft_of_the_correction_where_words_are_allowed(
    desk: NotifyingDesk,
) -> None:
    draft(desk, "a.txt", claims=1)
    desk.watch(notify=("plain", "wordy"))
    desk.visit()
    desk.reply, desk.versions = REFUTED, Versions(code="1.1")
    desk.visit(hours=1)
    assert desk.kinds("plain") == ["outcome.changed"], "the claim is not told a second time as flagged"
    (plain,), (wordy,) = desk.sent("plain"), desk.sent("wordy")
    (change,) = plain.body["data"]["changes"]
    assert (change["before"]["label"], change["after"]["label"]) == ("not_enough_evidence", "refuted")
    whole = (json.dumps(plain.body) + "".join(in_words(plain.body))).casefold()
    assert [word for word in WORDS if word in whole] == []
    subject, text = in_words(wordy.body)
    assert subject == "factnotes: outcome of 1 claim changed (drafts): The headline"
    assert "not enough evidence (as of 2026-05-01) -> refuted (as of 2026-05-01)" in text
    assert "Draft: Correction: “The headline” (1 May 2026) said: “The council of district" in text
    desk.versions = Versions(code="1.2")
    desk.visit(hours=1)
    assert len(desk.sent("plain")) == 1


def test_news_of_a_worker_that_died_before_it_wrote_them_down_are_told_once(desk: NotifyingDesk) -> None:
    desk.reply = REFUTED
    desk.write("a.txt", claims=1)
    desk.watch(notify=("plain",))

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    before = Listeners(on_item=die)  # after the outbox, before the item is written down
    with pytest.raises(KeyboardInterrupt):
        desk.run(listeners=before)
    assert desk.kinds("plain") == ["run.flagged"]
    visit = desk.visit()
    assert visit.resumed and desk.kinds("plain") == ["run.flagged"]
    with closing(desk.store) as store, store.writing() as connection:
        connection.execute(sa.delete(t.deliveries))
        connection.execute(sa.delete(t.watch_items))  # as if it had died a moment earlier, between run and telling
    visit = desk.visit("drafts")
    assert [each.outcome for each in visit.told] == ["unchanged"] and desk.kinds("plain") == ["run.flagged"]


def test_what_cannot_be_read_is_told_once_a_day_and_again_when_something_else_fails(desk: NotifyingDesk) -> None:
    desk.write("a.txt")
    (desk.drafts / "b.txt").write_text("")
    desk.watch(notify=("plain", "wordy"))
    desk.visit()
    desk.visit(hours=1)
    (plain,), (wordy,) = desk.sent("plain"), desk.sent("wordy")
    assert (plain.kind, plain.body["data"]["unread"], plain.body["data"]["status"]) == ("visit.failed", 1, "finished")
    assert in_words(plain.body)[0] == "factnotes: watch drafts: 1 article not checked"
    whole = (json.dumps(plain.body) + "".join(in_words(plain.body))).casefold()
    assert [word for word in WORDS if word in whole] == []
    assert wordy.body["data"]["problems"][0].startswith("b.txt: ")
    (desk.drafts / "c.txt").write_text("")
    desk.visit(hours=1)
    assert [each.body["data"]["unread"] for each in desk.sent("plain")] == [1, 2]
    desk.visit(hours=24)
    assert [each.body["data"]["unread"] for each in desk.sent("plain")] == [1, 2, 2]


def test_a_run_that_fails_is_told_with_its_reason(desk: NotifyingDesk) -> None:
    desk.write("a.txt")
    desk.watch(notify=("plain",))

    def refuse(article: Article) -> None:
        raise WrongKey("the service rejects the key")

    desk.before_check = refuse
    assert desk.run().errors
    (failure,) = desk.sent("plain")
    assert (failure.body["data"]["status"], failure.kind) == ("failed", "visit.failed")
    assert "rejects the key" in failure.body["data"]["reason"]


def test_a_key_in_the_address_of_a_feed_is_not_told(desk: NotifyingDesk) -> None:
    address = "http://127.0.0.1:1/feed.xml?key=hunter2&all=1"
    desk.settings = desk.settings.model_copy(update={"allow_private_urls": True})
    desk.watch("news", kind="feed", source=address, notify=("plain", "wordy"))
    assert desk.run("news").errors
    for name in ("plain", "wordy"):
        (failure,) = desk.sent(name)
        assert "feed.xml" in failure.body["data"]["reason"] and "hunter2" not in json.dumps(failure.body)


def test_a_budget_that_is_reached_is_told_once_a_day_with_what_waits(desk: NotifyingDesk) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        desk.write(name, claims=2)
    desk.watch(notify=("plain",), max_calls_run=3, max_calls_day=5)
    desk.visit()
    (reached,) = desk.sent("plain")
    told = reached.body["data"]
    assert (reached.kind, told["waiting"], told["open_claims"], told["spent"]["calls"]) == ("budget.reached", 1, 1, 3)
    assert "budget of 3 calls for one run is spent" in told["reason"]
    desk.visit(hours=1)
    assert len(desk.sent("plain")) == 1
    desk.visit(hours=24)
    assert set(desk.kinds("plain")) == {"budget.reached"}


def test_visits_that_nobody_told_are_told_later_once_however_many_look(desk: NotifyingDesk) -> None:
    (desk.drafts / "b.txt").write_text("")
    desk.watch(notify=("plain",))
    Desk.run(desk)  # without telling, as if the worker had died right after the visit
    assert desk.sent("plain") == []
    errors: list[BaseException] = []

    def look() -> None:
        try:
            with closing(desk.store) as store:
                notify_of_visits(store, desk.settings, desk.now)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == [] and desk.kinds("plain") == ["visit.failed"]


def test_a_channel_that_is_added_later_is_not_told_of_what_is_past(desk: NotifyingDesk) -> None:
    desk.reply = REFUTED
    desk.write("a.txt")
    (desk.drafts / "b.txt").write_text("")
    desk.watch(notify=("late",))
    desk.visit()
    with closing(desk.store) as store:
        assert list(unknown_channels(store, watches(store))) == [("drafts", "late")]
    desk.channel("late")
    desk.visit(hours=24)
    assert desk.kinds("late") == ["visit.failed"], "what fails today is news"


def test_a_digest_tells_each_day_what_was_done_and_what_waits(desk: NotifyingDesk) -> None:
    desk.channel("daily", digest_at="07:30", timezone="Europe/Berlin", allow_text=True)
    desk.channel("sparse", digest_at="07:30")
    draft(desk, "a.txt", claims=1)
    draft(desk, "b.txt", claims=2)
    (desk.drafts / "c.txt").write_text("")
    desk.watch()
    desk.reply = REFUTED
    with_runs(desk)
    now = datetime.now(UTC)
    with closing(desk.store) as store:
        assert put_digests(store, now + timedelta(days=1), "https://desk.example.org") == 2
        assert put_digests(store, now + timedelta(days=1)) == 0
        put_digests(store, now + timedelta(days=4))
    first, after = desk.sent("daily")
    data = first.body["data"]
    assert (data["runs"], data["outcomes"], data["flagged"]) == ({"finished": 2}, {"refuted": 3}, 3)
    assert (data["open"], data["spent"]["calls"], data["failures"]) == (3, 3, {})
    assert len(data["flagged_claims"]) == 3 and data["desk"] == "https://desk.example.org/"
    later = after.body["data"]
    assert later["since"] == data["until"] and later["runs"] == {} and later["open"] == 3
    subject, text = in_words(first.body)
    assert subject.startswith("factnotes: 3 flagged claims since 2026-05-04")
    assert "Runs: 2 finished." in text and "Waiting for a person: 3 claims." in text
    plain = desk.sent("sparse")[0]
    whole = (json.dumps(plain.body) + "".join(in_words(plain.body))).casefold()
    assert [word for word in WORDS if word in whole] == [] and plain.body["data"]["flagged"] == 3


def with_runs(desk: NotifyingDesk) -> None:
    """Run the watch now and once more: what is unchanged is not counted again."""
    desk.visit()
    desk.visit(hours=1)


def test_a_digest_tells_of_messages_that_could_not_be_sent(desk: NotifyingDesk) -> None:
    desk.channel("daily", digest_at="07:30")
    desk.reply = REFUTED
    desk.write("a.txt")
    desk.watch(notify=("plain",))
    desk.visit()
    sent = send_messages(desk.settings, clock=lambda: desk.now)  # no mail server is set
    assert "FACTNOTES_SMTP_HOST" in sent.problems[0].problem
    with closing(desk.store) as store:
        put_digests(store, desk.now + timedelta(days=1))
    assert desk.sent("daily")[-1].body["data"]["not_sent"] == {"pending": 1}


def test_messages_lead_to_the_desk_where_people_reach_it() -> None:
    assert Settings(desk_port=8765).desk_address == "http://127.0.0.1:8765"
    assert Settings(desk_host="::1", desk_port=80).desk_address == "http://[::1]:80"
    proxied = Settings(desk_host="0.0.0.0", desk_behind_tls_proxy=True, desk_names=" desk.example.org, other.example")
    assert proxied.desk_address == "https://desk.example.org"
    assert Settings(desk_host="0.0.0.0").desk_address == "" == Settings(desk_port=0).desk_address


def test_undecided_claims_are_no_news(desk: NotifyingDesk) -> None:
    desk.reply = UNDECIDED
    desk.write("a.txt")
    desk.watch(notify=("plain",))
    desk.visit()
    with closing(desk.store) as store:
        assert {channel.name for channel in channels(store)} == {"plain", "wordy"}
    assert desk.sent("plain") == []
