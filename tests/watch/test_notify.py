"""Channels, signatures, the outbox and the digest, with both databases; real receivers are in test_notify_delivery."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from pydantic import SecretStr, ValidationError
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from pipeline.core.errors import DeliveryFailed, InputError, SettingsError
from pipeline.core.settings import Settings
from pipeline.store import Store
from pipeline.watch.notify import (
    Channel,
    Event,
    add_channel,
    channels,
    counts,
    deliveries,
    event_id,
    find_channel,
    forget_sent,
    put_all,
    remove_channel,
    require_channels,
    secret_of,
    try_again,
)
from pipeline.watch.notify.outbox import HELD, KEPT, WAITS, arrived, failed, take
from pipeline.watch.notify.webhook import signed_headers

pytest_plugins = ("postgres",)

AT = datetime(2026, 5, 4, 6, tzinfo=UTC)
KEY = "k" * 32
DOWN = DeliveryFailed("the receiver cannot be reached")


def a_channel(name: str = "desk", **more: object) -> Channel:
    values = {
        "id": name,
        "name": name,
        "kind": "webhook",
        "target": "https://hooks.example.org/T0ken",
        "created_at": AT,
    }
    return Channel.model_validate(values | more)


def an_event(id_: str = "e1", **more: object) -> Event:
    values = {"id": id_, "kind": "run.flagged", "at": AT, "facts": {"run_id": "r1"}, "words": {"title": "The trams"}}
    return Event.model_validate(values | more)


@pytest.fixture
def channel(store: Store) -> Channel:
    made = a_channel()
    add_channel(store, made)
    return made


# Channels


@pytest.mark.parametrize(
    "wrong",
    [
        {"target": "ftp://example.org/x"},
        {"target": "https://user:secret@example.org/x"},
        {"target": "https:///x"},
        {"target": "https://example.org/a b"},
        {"target": "https://example.org/\r\nx: y"},
        {"kind": "email", "target": "nobody"},
        {"kind": "email", "target": "a@b.example, c@d.example"},
        {"kind": "email", "target": "a@b.example\nBcc: c@d.example"},
        {"digest_at": "7:30"},
        {"digest_at": "24:00"},
        {"timezone": "Mars/Olympus"},
        {"name": "a b"},
    ],
)
def test_a_channel_that_cannot_be_told_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        a_channel(**wrong)


def test_the_path_of_a_webhook_is_not_shown_because_it_may_be_a_key() -> None:
    assert (
        a_channel(target="https://hooks.example.org:8443/T0ken?k=1").shown_target == "https://hooks.example.org:8443/…"
    )
    assert a_channel(target="https://hooks.example.org/").shown_target == "https://hooks.example.org"
    assert a_channel(kind="email", target="ann@example.org").shown_target == "ann@example.org"


def test_two_channels_of_one_name_are_refused_and_a_removed_one_takes_its_messages_along(
    store: Store, channel: Channel
) -> None:
    with pytest.raises(InputError, match="already"):
        add_channel(store, a_channel(id="other"))
    require_channels(store, ["desk"])
    with pytest.raises(InputError, match="no channel 'nobody'"):
        require_channels(store, ["desk", "nobody"])
    put_all(store, [channel], [an_event("e1"), an_event("e2")], AT)
    assert remove_channel(store, find_channel(store, "desk")) == 2
    assert channels(store) == () and counts(store) == {} and take(store, AT) is None
    with pytest.raises(InputError, match="no channel"):
        find_channel(store, "desk")


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("2026-03-28T06:29:59+00:00", "2026-03-27T06:30:00+00:00"),
        ("2026-03-28T06:30:00+00:00", "2026-03-28T06:30:00+00:00"),
        ("2026-03-29T05:30:00+00:00", "2026-03-29T05:30:00+00:00"),  # summer time began that night
        ("2026-10-25T05:30:00+00:00", "2026-10-24T05:30:00+00:00"),  # it ended that night: 07:30 is an hour later
        ("2026-10-25T06:30:00+00:00", "2026-10-25T06:30:00+00:00"),
    ],
)
def test_a_digest_is_due_at_its_time_of_day_where_its_reader_is(moment: str, due: str) -> None:
    daily = a_channel(digest_at="07:30", timezone="Europe/Berlin")
    assert daily.digest_due(datetime.fromisoformat(moment)) == datetime.fromisoformat(due)


def test_a_digest_at_an_hour_that_a_clock_skips_is_due_that_day_all_the_same() -> None:
    daily = a_channel(digest_at="02:30", timezone="Europe/Berlin")
    due = {daily.digest_due(datetime(2026, 3, 28, 12, tzinfo=UTC) + timedelta(hours=h)) for h in range(0, 48, 1)}
    assert len(due) == 3


# Signatures


@given(st.binary(min_size=1).map(lambda raw: raw.hex().encode()), st.text("0123456789abcdef", min_size=1))
def test_what_we_sign_verifies_and_what_somebody_changed_does_not(body: bytes, message_id: str) -> None:
    secret = secret_of(a_channel(), Settings(notify_key=SecretStr(KEY)))
    headers = signed_headers(secret, message_id, datetime.now(UTC), body)
    Webhook(secret).verify(body, headers, json_parse=False)
    for changed in (headers | {"webhook-id": message_id + "0"}, headers | {"webhook-signature": "v1,AAAA"}):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, changed, json_parse=False)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body + b"0", headers, json_parse=False)


def test_each_channel_has_a_secret_of_its_own_and_without_a_good_key_there_is_none() -> None:
    settings = Settings(notify_key=SecretStr(KEY))
    assert secret_of(a_channel("a"), settings) == secret_of(a_channel("a", allow_text=True), settings)
    assert secret_of(a_channel("a"), settings) != secret_of(a_channel("b"), settings)
    for key, why in ((None, "not set"), (SecretStr("short"), "shorter")):
        with pytest.raises(SettingsError, match=f"FACTNOTES_NOTIFY_KEY is {why}"):
            secret_of(a_channel(), Settings(notify_key=key))


# The outbox


def test_an_event_that_is_told_twice_is_one_message_a_channel(store: Store, channel: Channel) -> None:
    other = a_channel("other")
    add_channel(store, other)
    assert put_all(store, [channel], [an_event()], AT) == 1
    assert put_all(store, [channel, other], [an_event(), an_event()], AT) == 1
    assert counts(store) == {"desk": {"pending": 1}, "other": {"pending": 1}}


def test_two_that_tell_the_same_events_at_once_write_each_once(store: Store, channel: Channel) -> None:
    events = [an_event(f"e{number}") for number in range(40)]
    errors: list[BaseException] = []

    def tell(order: list[Event]) -> None:
        try:
            for event in order:
                put_all(store, [channel], [event], AT)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=tell, args=(order,)) for order in (events, events[::-1], events)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == [] and counts(store) == {"desk": {"pending": 40}}


def test_words_are_written_only_for_a_channel_that_allows_them(store: Store, channel: Channel) -> None:
    wordy = a_channel("wordy", allow_text=True)
    add_channel(store, wordy)
    put_all(store, [channel, wordy], [an_event()], AT)
    (plain,), (told,) = deliveries(store, channel), deliveries(store, wordy)
    assert plain.body == {"type": "run.flagged", "timestamp": AT.isoformat(), "data": {"run_id": "r1"}}
    assert told.body["data"] == {"run_id": "r1", "title": "The trams"}


def test_a_channel_is_told_only_of_what_it_wants(store: Store) -> None:
    picky = a_channel(events=("visit.failed",))
    add_channel(store, picky)
    assert put_all(store, [picky], [an_event("a"), an_event("b", kind="visit.failed")], AT) == 1
    assert put_all(store, [picky], [an_event("c", kind="digest.daily"), an_event("d", kind="channel.test")], AT) == 2


def test_a_message_is_one_senders_until_that_one_is_dead_and_then_comes_back(store: Store, channel: Channel) -> None:
    put_all(store, [channel], [an_event()], AT)
    first = take(store, AT)
    assert first and first[1].tries == 1 and take(store, AT) is None
    second = take(store, AT + HELD + timedelta(seconds=1))
    assert second and second[1].tries == 2 and second[1].event_id == first[1].event_id
    failed(store, first[1], DOWN, AT, 9)  # the first was only slow: it has nothing to say any more
    assert deliveries(store, channel)[0].problem == ""
    arrived(store, second[1], AT)
    assert counts(store) == {"desk": {"sent": 1}} and take(store, AT + timedelta(days=9)) is None


def test_senders_at_once_take_each_message_once(store: Store, store_address: Path | str, channel: Channel) -> None:
    put_all(store, [channel], [an_event(f"e{number}") for number in range(60)], AT)
    taken: list[int] = []
    errors: list[BaseException] = []

    def send() -> None:
        try:
            with closing(Store.open(store_address)) as own:
                while found := take(own, AT):
                    taken.append(found[1].id)
                    arrived(own, found[1], AT)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == [] and sorted(taken) == sorted(set(taken)) and len(taken) == 60
    assert counts(store) == {"desk": {"sent": 60}}


def test_a_message_that_does_not_arrive_waits_longer_each_time_and_is_given_up_with_the_reason(
    store: Store, channel: Channel
) -> None:
    put_all(store, [channel], [an_event()], AT)
    now, waits = AT, list[float]()
    for _ in range(9):
        found = take(store, now)
        assert found and take(store, now) is None
        stands = failed(store, found[1], DOWN, now, 9)
        waits.append((stands.due_at - now).total_seconds())
        assert take(store, stands.due_at - timedelta(milliseconds=1)) is None
        now = stands.due_at
    for waited, planned in zip(waits[:-1], WAITS, strict=False):
        assert planned <= waited <= planned * 1.1
    (message,) = deliveries(store, channel)
    assert (message.status, message.tries, message.problem) == ("given_up", 9, "the receiver cannot be reached")
    assert take(store, now + timedelta(days=30)) is None
    assert try_again(store, channel, now) == 1
    again = take(store, now)
    assert again and again[1].tries == 1


def test_a_receiver_that_asks_to_wait_is_heard_but_not_for_ever(store: Store, channel: Channel) -> None:
    put_all(store, [channel], [an_event("a"), an_event("b"), an_event("c")], AT)
    for asked, least, most in ((600.0, 600, 660), (1.0, WAITS[0], WAITS[0] * 1.1), (1e9, WAITS[-1], WAITS[-1] * 1.1)):
        found = take(store, AT)
        assert found
        stands = failed(store, found[1], DeliveryFailed("busy", retry_after=asked), AT, 9)
        assert least <= (stands.due_at - AT).total_seconds() <= most


def test_what_can_never_arrive_is_given_up_at_once(store: Store, channel: Channel) -> None:
    put_all(store, [channel], [an_event()], AT)
    found = take(store, AT)
    assert found
    assert failed(store, found[1], DeliveryFailed("gone", for_good=True), AT, 9).status == "given_up"


def test_what_arrived_long_ago_is_forgotten_and_what_did_not_is_kept(store: Store, channel: Channel) -> None:
    put_all(store, [channel], [an_event("a"), an_event("b"), an_event("c")], AT)
    for end in (arrived, lambda *taken: failed(*taken[:2], DeliveryFailed("gone", for_good=True), AT, 9)):
        found = take(store, AT)
        assert found
        end(store, found[1], AT)
    assert forget_sent(store, AT + KEPT) == 0
    assert forget_sent(store, AT + KEPT + timedelta(seconds=1)) == 1
    assert counts(store) == {"desk": {"given_up": 1, "pending": 1}}


def test_an_event_is_named_by_what_it_is_about() -> None:
    assert event_id("run.flagged", "r1") == event_id("run.flagged", "r1") != event_id("run.flagged", "r2")


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep the settings of who runs the tests out of them."""
    for name in ("FACTNOTES_NOTIFY_KEY", "FACTNOTES_SMTP_HOST", "FACTNOTES_SMTP_FROM"):
        monkeypatch.delenv(name, raising=False)
    yield
