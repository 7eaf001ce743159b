"""Messages that are really sent, by https and by SMTP with TLS; receivers that fail, senders that die."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from receivers import PASSWORD, USER, Certificate, Mailbox, Receiver, certificate, free_port, mail_server, receiving
from standardwebhooks.webhooks import WebhookVerificationError

from pipeline.core.settings import Settings
from pipeline.store import Store
from pipeline.watch.notify import (
    Channel,
    Event,
    Sent,
    add_channel,
    counts,
    deliveries,
    put_all,
    secret_of,
    send_due,
    try_again,
)
from pipeline.watch.notify.outbox import HELD

AT = datetime(2026, 5, 4, 6, tzinfo=UTC)
KEY = SecretStr("a key of more than thirty-two characters")
FLAGGED = {
    "watch": "drafts",
    "run_id": "r1",
    "article_id": "a1",
    "as_of": "2026-05-01",
    "claims": 3,
    "outcomes": {"refuted": 1, "not_checked": 2},
    "flags": {"wrong_number": 1},
    "newly_flagged": 1,
    "claim_ids": ["c1"],
    "desk": "http://127.0.0.1:8765/?run=r1",
}
FLAG = {"kind": "wrong_number", "severity": "high", "message": "The register has 7.", "suggestion": "seven trams"}
WORDS = {
    "title": "Trams\r\nBcc: everybody@example.org",
    "source": "trams.txt",
    "flagged_claims": [
        {"claim_id": "c1", "words": "The town bought nine trams — “quite” new.", "title": "T", "label": "refuted"}
        | {"flags": [FLAG]}
    ],
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store.open(tmp_path / "store.db")) as opened:
        yield opened


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    made = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.path))
    return made


def settings(**more: object) -> Settings:
    given = {"notify_key": KEY, "allow_private_webhooks": True, "notify_timeout_s": 20} | more
    return Settings.model_validate(given)


def hook(store: Store, address: str, **more: object) -> Channel:
    values = {"id": "hook", "name": "hook", "kind": "webhook", "target": address, "created_at": AT} | more
    made = Channel.model_validate(values)
    add_channel(store, made)
    return made


def told(store: Store, channel: Channel, *ids: str, words: dict[str, object] = WORDS) -> None:
    events = [Event(id=id_, kind="run.flagged", at=AT, facts=FLAGGED, words=words) for id_ in ids or ("e1",)]
    put_all(store, [channel], events, AT)


def send(store: Store, of: Settings, at: datetime = AT) -> Sent:
    return send_due(store, of, clock=lambda: at)


def test_a_webhook_gets_a_signed_message_over_https_that_its_receiver_verifies(
    store: Store, trusted: Certificate
) -> None:
    with receiving(Receiver(), trusted) as receiver:
        channel = hook(store, receiver.address)
        told(store, channel)
        assert send_due(store, settings()) == (1, ())
        assert send_due(store, settings()) == (0, ())
    (got,) = receiver.got
    body = got.verified(secret_of(channel, settings()))
    assert body == {"type": "run.flagged", "timestamp": AT.isoformat(), "data": FLAGGED}
    assert got.headers["webhook-id"] == "msg_e1" and got.headers["content-type"] == "application/json"
    assert got.path == "/hook/T0ken" and b"nine trams" not in got.body
    with pytest.raises(WebhookVerificationError):
        got.verified(secret_of(channel, settings(notify_key=SecretStr("x" * 40))))
    assert counts(store) == {"hook": {"sent": 1}}


def test_slack_gets_a_line_and_blocks_in_which_words_of_others_are_no_markup(store: Store) -> None:
    hostile = {
        **WORDS["flagged_claims"][0],
        "words": "<!channel> *pay* <https://bad.example|here> &amp; :x: " + "long " * 900,
    }
    with receiving(Receiver()) as receiver:
        channel = hook(store, receiver.address, kind="slack", allow_text=True)
        told(store, channel, words={"title": "Trams <!here> & more", "flagged_claims": [hostile]})
        assert send_due(store, settings(notify_key=None)) == (1, ())
    (got,) = receiver.got
    body = json.loads(got.body)
    assert body["text"] == "factnotes: 1 claim flagged (drafts): Trams &lt;!here&gt; &amp; more"
    assert "webhook-signature" not in got.headers
    header, *sections = body["blocks"]
    assert header["type"] == "header" and len(header["text"]["text"]) <= 150
    assert len(sections) > 2 and all(len(block["text"]["text"]) <= 3000 for block in sections)
    marked = [block["text"] for block in sections if block["text"]["type"] == "mrkdwn"]
    assert marked == [{"type": "mrkdwn", "text": "<http://127.0.0.1:8765/?run=r1|On the desk>"}]
    plain = [block["text"] for block in sections if block["text"]["type"] == "plain_text"]
    assert "<!channel> *pay*" in "".join(text["text"] for text in plain) and not any(text["emoji"] for text in plain)


def test_a_certificate_that_nobody_vouches_for_gets_nothing(store: Store, tmp_path: Path) -> None:
    with receiving(Receiver(), certificate(tmp_path)) as receiver:
        channel = hook(store, receiver.address)
        told(store, channel)
        (problem,) = send(store, settings()).problems
    assert "CERTIFICATE_VERIFY_FAILED" in problem.problem and receiver.got == []


def test_a_channel_that_is_down_gets_every_message_once_when_it_is_up_again(store: Store) -> None:
    port, now = free_port(), AT
    channel = hook(store, f"http://127.0.0.1:{port}/hook")
    told(store, channel, "e1", "e2", "e3")
    sent = send(store, settings(), now)
    assert sent.arrived == 0 and [each.status for each in sent.problems] == ["pending"]
    assert "cannot be reached" in sent.problems[0].problem
    with receiving(Receiver(), port=port) as receiver:
        assert send(store, settings(), now).arrived == 2  # those that have not failed
        assert send(store, settings(), now + timedelta(seconds=6)).arrived == 1
        assert send(store, settings(), now + timedelta(days=1)).arrived == 0
    assert sorted(got.headers["webhook-id"] for got in receiver.got) == ["msg_e1", "msg_e2", "msg_e3"]
    assert counts(store) == {"hook": {"sent": 3}}


def test_a_receiver_that_answers_no_is_asked_again_and_one_that_is_gone_is_not(store: Store) -> None:
    with receiving(Receiver()) as receiver:
        channel = hook(store, receiver.address)
        told(store, channel)
        receiver.answers = [(500, {}), (429, {"Retry-After": "900"}), (302, {"Location": "/elsewhere"}), (410, {})]
        now, waits = AT, []
        for reason in ("answered 500", "answered 429", "answered 302", "answered 410 and wants no more"):
            (problem,) = send(store, settings(), now).problems
            assert reason in problem.problem
            waits.append((problem.due_at - now).total_seconds())
            now = problem.due_at
        assert send(store, settings(), now + timedelta(days=9)) == (0, ())
    assert len(receiver.got) == 4 and {got.path for got in receiver.got} == {"/hook/T0ken"}
    assert waits[1] >= 900 and problem.status == "given_up"


def test_a_message_is_given_up_after_so_many_tries_and_the_reason_is_kept(store: Store) -> None:
    channel = hook(store, f"http://127.0.0.1:{free_port()}/hook/T0ken")
    told(store, channel)
    now = AT
    for _ in range(3):
        (problem,) = send(store, settings(notify_tries=3), now).problems
        now = problem.due_at
    (message,) = deliveries(store, channel)
    assert (message.status, message.tries) == ("given_up", 3)
    assert "cannot be reached" in message.problem and "T0ken" not in message.problem
    assert send(store, settings(notify_tries=3), now + timedelta(days=9)) == (0, ())


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/x", "https://localhost:1/x", "https://[::1]:1/x", "https://[::ffff:127.0.0.1]:1/x"]
)
def test_a_private_address_gets_nothing_unless_it_is_allowed(store: Store, address: str) -> None:
    channel = hook(store, address)
    told(store, channel)
    (problem,) = send(store, settings(allow_private_webhooks=False)).problems
    assert "FACTNOTES_ALLOW_PRIVATE_WEBHOOKS" in problem.problem and problem.status == "pending"


def test_without_a_key_nothing_is_sent_and_nothing_is_lost(store: Store) -> None:
    with receiving(Receiver()) as receiver:
        channel = hook(store, receiver.address)
        told(store, channel)
        (problem,) = send(store, settings(notify_key=None)).problems
        assert "FACTNOTES_NOTIFY_KEY" in problem.problem and receiver.got == []
        assert send(store, settings(), problem.due_at).arrived == 1


def test_one_channel_that_is_down_does_not_hold_up_another(store: Store) -> None:
    down = hook(store, f"http://127.0.0.1:{free_port()}/hook", id="down", name="down")
    told(store, down, "e1", "e2")
    with receiving(Receiver()) as receiver:
        up = hook(store, receiver.address)
        told(store, up, "e1", "e2")
        assert send(store, settings()).arrived == 2
    assert counts(store) == {"down": {"pending": 2}, "hook": {"sent": 2}}


@pytest.mark.process
def test_what_a_killed_sender_held_is_sent_again_under_the_same_id(store: Store, tmp_path: Path) -> None:
    receiver = Receiver()
    receiver.open.clear()
    with receiving(receiver):
        channel = hook(store, receiver.address)
        told(store, channel, "e1", "e2")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("FACTNOTES_")}
        environment |= {"FACTNOTES_HOME": str(tmp_path), "FACTNOTES_NOTIFY_KEY": KEY.get_secret_value()}
        environment |= {"FACTNOTES_ALLOW_PRIVATE_WEBHOOKS": "true"}
        factnotes = Path(sys.executable).with_name("factnotes")
        sender = subprocess.Popen([factnotes, "notify", "send"], env=environment, stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 600
        while not receiver.got and sender.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        assert receiver.got, sender.communicate()
        sender.kill()
        sender.communicate()
        receiver.open.set()
        now = datetime.now(UTC)
        assert send(store, settings(), now).arrived == 1  # the one that it did not hold
        assert send(store, settings(), now + HELD + timedelta(minutes=1)).arrived == 1
    ids = [got.headers["webhook-id"] for got in receiver.got]
    assert ids == ["msg_e1", "msg_e2", "msg_e1"]
    assert receiver.got[0].body == receiver.got[2].body and counts(store) == {"hook": {"sent": 2}}


# Mail


def mailbox(store: Store, **more: object) -> Channel:
    return hook(store, "ann@example.org", id="mail", name="mail", kind="email", **more)


def mail_settings(port: int, **more: object) -> Settings:
    given = {"smtp_host": "localhost", "smtp_port": port, "smtp_from": "factnotes@example.org"}
    return settings(**(given | {"smtp_user": USER, "smtp_password": SecretStr(PASSWORD)} | more))


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # the server does not see that it is spoken to over TLS
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_mail_arrives_over_tls_from_who_signs_in(store: Store, trusted: Certificate, security: str) -> None:
    box = Mailbox()
    with mail_server(box, trusted, starttls=security == "starttls") as port:
        told(store, mailbox(store, allow_text=True))
        assert send(store, mail_settings(port, smtp_security=security)) == (1, ())
    (mail,) = box.mails
    assert box.over_tls == [True] and box.envelopes[0].rcpt_tos == ["ann@example.org"]
    assert (mail["From"], mail["To"], mail["Bcc"]) == ("factnotes@example.org", "ann@example.org", None)
    assert mail["Subject"] == "factnotes: 1 claim flagged (drafts): Trams Bcc: everybody@example.org"
    assert mail["Message-ID"] == "<e1.mail@example.org>" and mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_content()
    assert "“The town bought nine trams — “quite” new.”" in text and "It should read: “seven trams”." in text
    assert "3 claims: 1 refuted, 2 not checked." in text and FLAGGED["desk"] in text


def test_a_mail_to_a_channel_without_text_has_no_word_of_the_article(store: Store, trusted: Certificate) -> None:
    box = Mailbox()
    with mail_server(box, trusted, starttls=True) as port:
        told(store, mailbox(store))
        assert send(store, mail_settings(port)).arrived == 1
    whole = box.mails[0].as_string().casefold()
    assert "newly flagged: 1" in whole
    assert not any(word in whole for word in ("tram", "nine", "quite", "register", "everybody"))


def test_a_wrong_password_is_told_without_it_and_the_mail_waits(store: Store, trusted: Certificate) -> None:
    box = Mailbox()
    with mail_server(box, trusted, starttls=True) as port:
        told(store, mailbox(store))
        (problem,) = send(store, mail_settings(port, smtp_password=SecretStr("open sesame"))).problems
        assert "535" in problem.problem and "sesame" not in problem.problem and problem.status == "pending"
        assert send(store, mail_settings(port), problem.due_at).arrived == 1
    assert len(box.mails) == 1


def test_a_mail_server_without_a_trusted_certificate_sees_neither_password_nor_mail(
    store: Store, tmp_path: Path
) -> None:
    box = Mailbox()
    with mail_server(box, certificate(tmp_path), starttls=True) as port:
        told(store, mailbox(store))
        (problem,) = send(store, mail_settings(port)).problems
    assert "CERTIFICATE_VERIFY_FAILED" in problem.problem and box.mails == []


def test_an_address_that_the_server_refuses_for_good_is_given_up_and_one_it_refuses_for_now_is_not(
    store: Store, trusted: Certificate
) -> None:
    box = Mailbox()
    with mail_server(box, trusted, starttls=True) as port:
        channel = mailbox(store)
        told(store, channel)
        box.refused = {"ann@example.org": "450 greylisted"}
        (later,) = send(store, mail_settings(port)).problems
        box.refused = {"ann@example.org": "550 no such user"}
        (never,) = send(store, mail_settings(port), later.due_at).problems
        assert (later.status, never.status) == ("pending", "given_up")
        assert "450 greylisted" in later.problem and "550 no such user" in never.problem
        box.refused = {}
        assert try_again(store, channel, AT) == 1 and send(store, mail_settings(port), AT).arrived == 1


def test_a_mail_server_that_is_down_gets_the_mail_once_when_it_is_up_again(store: Store, trusted: Certificate) -> None:
    port, box = free_port(), Mailbox()
    told(store, mailbox(store))
    (problem,) = send(store, mail_settings(port)).problems
    assert "cannot be reached" in problem.problem
    with mail_server(box, trusted, starttls=True, port=port):
        assert send(store, mail_settings(port), problem.due_at).arrived == 1
        assert send(store, mail_settings(port), problem.due_at + timedelta(days=9)) == (0, ())
    assert len(box.mails) == 1


def test_mail_without_tls_goes_to_no_other_machine(store: Store) -> None:
    told(store, mailbox(store))
    (problem,) = send(store, mail_settings(25, smtp_host="mail.example.org", smtp_security="none")).problems
    assert "only for a mail server on this machine" in problem.problem
