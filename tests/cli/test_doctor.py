"""What `factnotes doctor` says of notifications; the rest of it is in test_cli and test_cli_model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from pipeline.cli.doctor import Sign, examine
from pipeline.core.models import LOCAL_PERSON, Article
from pipeline.core.settings import Settings, load_settings
from pipeline.ledger import act, add_version, as_source, keep_file, open_ledger
from pipeline.store import Store, schema as t
from pipeline.watch import Interval, Watch, add_watch
from pipeline.watch.notify import Channel, Event, add_channel, channels, deliveries, put_all, stuck
from pipeline.watch.notify.models import EventKind

pytest_plugins = ("postgres",)

KEY = "0123456789abcdef0123456789abcdef"
PASSWORD = "correct horse battery staple"
NOW = datetime(2031, 6, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "desk"


@pytest.fixture
def desk(home: Path) -> Iterator[Store]:
    home.mkdir()
    with closing(Store.open(home / "store.db")) as store:
        yield store


def channel(store: Store, name: str, **more: object) -> Channel:
    values = {"id": name, "name": name, "kind": "webhook", "target": "https://hooks.example.org/T0ken"}
    made = Channel.model_validate(values | {"created_at": NOW} | more)
    add_channel(store, made)
    return made


def message(
    store: Store, to: Channel, written: datetime, status: str, *, tries: int = 0, kind: EventKind = "run.flagged"
) -> None:
    event = Event(id=uuid4().hex, kind=kind, at=written, facts={})
    put_all(store, (to,), [event], written)
    (newest,) = deliveries(store, to, 1)
    values = {"status": status, "tries": tries}
    with store.writing() as connection:
        connection.execute(sa.update(t.deliveries).where(t.deliveries.c.id == newest.id).values(values))


def settings(home: Path, **more: object) -> Settings:
    return load_settings(home=home, vector_search=False, model="none", **more)


def signs(given: Settings) -> dict[str, Sign]:
    return {sign.what: sign for sign in examine(given) if sign.what.startswith(("channel", "messages", "notif"))}


def test_a_desk_that_tells_nobody_is_fine_and_is_told_how_to(home: Path, desk: Store) -> None:
    (sign,) = signs(settings(home)).values()
    assert sign.fine and "factnotes notify add" in sign.how


def test_each_channel_that_lacks_a_setting_is_told_by_name_with_what_to_set(home: Path, desk: Store) -> None:
    channel(desk, "hook")
    channel(desk, "plain", target="http://hooks.example.org/T0ken")
    channel(desk, "mail", kind="email", target="desk@example.org")
    found = signs(settings(home))
    assert not any(sign.fine for sign in found.values())
    assert "FACTNOTES_NOTIFY_KEY is not set" in found["channel hook"].how
    assert "FACTNOTES_SMTP_HOST" in found["channel mail"].how
    mail = {"smtp_host": "mail.example.org", "smtp_from": "factnotes@example.org", "smtp_user": "desk"}
    found = signs(settings(home, notify_key=SecretStr(KEY), **mail))
    assert found["channel hook"].fine and "factnotes notify test hook" in found["channel hook"].how
    assert "FACTNOTES_ALLOW_PRIVATE_WEBHOOKS" in found["channel plain"].how and not found["channel plain"].fine
    assert "FACTNOTES_SMTP_PASSWORD" in found["channel mail"].how and not found["channel mail"].fine
    mail |= {"smtp_password": PASSWORD}
    found = signs(settings(home, notify_key=SecretStr(KEY), allow_private_webhooks=True, **mail))
    assert all(sign.fine for sign in found.values()) and len(found) == 3


def test_no_secret_and_no_path_of_a_webhook_is_shown(home: Path, desk: Store) -> None:
    made = channel(desk, "hook")
    channel(desk, "mail", kind="email", target="desk@example.org")
    message(desk, made, datetime.now(UTC) - 2 * HOUR, "given_up", tries=9)
    mail = {"smtp_host": "mail.example.org", "smtp_from": "factnotes@example.org", "smtp_user": "desk"}
    for key in (KEY, KEY[:10]):
        shown = " ".join(
            f"{sign.what} {sign.how}"
            for sign in examine(settings(home, notify_key=SecretStr(key), smtp_password=PASSWORD, **mail))
        )
        assert not [secret for secret in (key, PASSWORD, "whsec_", "T0ken") if secret in shown]


def test_a_watch_that_names_a_channel_that_is_not_there_is_told(home: Path, desk: Store) -> None:
    values = {"id": "w", "name": "drafts", "kind": "folder", "source": "drafts", "created_at": NOW}
    add_watch(desk, Watch.model_validate(values | {"schedule": Interval(seconds=3600), "notify": ("night",)}))
    (sign,) = signs(settings(home)).values()
    assert not sign.fine and sign.what == "channel night" and "watch drafts" in sign.how


def test_messages_given_up_or_waiting_long_are_told_with_what_to_do(home: Path, desk: Store) -> None:
    now = datetime.now(UTC)
    down, idle = channel(desk, "down"), channel(desk, "idle")
    fresh = channel(desk, "fresh")
    message(desk, down, now - 2 * HOUR, "given_up", tries=9)
    message(desk, down, now - 3 * HOUR, "pending", tries=2)
    message(desk, idle, now - 5 * HOUR, "pending")
    message(desk, fresh, now, "pending", tries=1)
    found = signs(settings(home, notify_key=SecretStr(KEY)))
    assert {what for what, sign in found.items() if not sign.fine} == {"messages to down", "messages to idle"}
    told = found["messages to down"].how
    assert "1 given up" in told and "1 waiting" in told and "factnotes notify send --again down" in told
    assert "never tried" in found["messages to idle"].how and "`factnotes notify send`" in found["messages to idle"].how
    assert "--again" not in found["messages to idle"].how


def test_only_what_was_given_up_lately_counts_and_no_test_does(store: Store) -> None:
    made = channel(store, "desk")
    message(store, made, NOW - timedelta(days=31), "given_up", tries=9)
    message(store, made, NOW - 2 * HOUR, "given_up", tries=1, kind="channel.test")
    message(store, made, NOW - 2 * HOUR, "sent", tries=1)
    assert stuck(store, NOW) == () and channels(store) == (made,)
    for hours, tries in ((2, 0), (4, 3), (3, 0)):
        message(store, made, NOW - hours * HOUR, "pending", tries=tries)
    message(store, made, NOW - timedelta(days=29), "given_up", tries=9)
    assert stuck(store, NOW) == (("desk", 1, 3, 2, NOW - 4 * HOUR),)


def test_a_store_that_cannot_be_opened_is_told_once(home: Path) -> None:
    home.write_text("no folder")
    found = [sign for sign in examine(settings(home)) if not sign.fine]
    assert [sign.what for sign in found] == ["store"]


def test_a_file_that_a_fact_rests_on_is_held_against_its_hash(home: Path, desk: Store) -> None:
    draft = add_version(desk, "Weir", Article(text="The weir at Olm cost €7 million in 2029."), LOCAL_PERSON)
    given = settings(home)
    fact = open_ledger(desk, draft).facts[0].fact.id
    for number, name in enumerate(("minutes.pdf", "budget.pdf")):
        kept = keep_file(given.attachments_path, name, name.encode(), 100)
        act(desk, draft, fact, "comment", LOCAL_PERSON, seen=number, sources=[as_source(kept)])
    files = {sign.what: sign for sign in examine(given)}
    assert files["files of drafts"].fine and files["files of drafts"].how == "2, all whole"
    (given.attachments_path / kept.sha256[:2] / kept.sha256).unlink()
    files = {sign.what: sign for sign in examine(given)}
    assert not files["files of drafts"].fine
    assert files["files of drafts"].how.startswith("2; 1 lost: budget.pdf is missing; restore ")
