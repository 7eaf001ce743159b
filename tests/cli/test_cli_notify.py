"""`factnotes notify` and a watch that tells: to a webhook and a mailbox on this machine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import call, run as run_process
from receivers import PASSWORD, USER, Mailbox, Receiver, certificate, free_port, mail_server, receiving

KEY = "0123456789abcdef0123456789abcdef"
FACT = {"text": "The Velda tunnel is 14 kilometres long.", "publisher": "Register", "published_at": "2024-01-02"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "drafts").mkdir()
    return tmp_path


def desk(home: Path) -> dict[str, str]:
    return {"FACTNOTES_HOME": str(home / "desk"), "FACTNOTES_NOTIFY_KEY": KEY, "FACTNOTES_NOTIFY_TIMEOUT_S": "20"}


def run(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return call(home, *arguments, **desk(home), **more)


@pytest.mark.process
def test_a_watch_tells_its_channel_what_it_found_and_the_secret_is_nowhere(home: Path) -> None:
    (home / "facts.jsonl").write_text(json.dumps(FACT), encoding="utf-8")
    (home / "drafts" / "secretive.txt").write_text("The Velda tunnel is 10 kilometres long.")
    (home / "drafts" / "secretive.yaml").write_text("published_at: 2024-02-01\n")
    (home / "drafts" / "empty.txt").write_text("")
    private = {"FACTNOTES_ALLOW_PRIVATE_WEBHOOKS": "true"}
    assert run(home, "index", "facts.jsonl").returncode == 0
    with receiving(Receiver()) as receiver:
        unknown = run(home, "watch", "add", "drafts", "--folder", "drafts", "--notify", "desk")
        assert (unknown.returncode, unknown.stderr.count("\n")) == (3, 1) and "no channel 'desk'" in unknown.stderr
        added = run(home, "notify", "add", "desk", "--webhook", receiver.address, **private)
        secret = added.stdout.strip().rpartition(" ")[2]
        assert secret.startswith("whsec_") and "/hook/T0ken" not in added.stdout
        assert run(home, "watch", "add", "drafts", "--folder", "drafts", "--notify", "desk").returncode == 0
        done = run_process(home, "watch", "run", "--once", **desk(home), **private)
        assert done.returncode == 3 and "not sent" not in done.stderr, done.stderr
    told = {message["type"]: message["data"] for message in (got.verified(secret) for got in receiver.got)}
    assert set(told) == {"run.flagged", "visit.failed"}
    assert told["run.flagged"]["flags"] == {"wrong_number": 1} and told["visit.failed"]["unread"] == 1
    assert not any(word in got.body.decode() for got in receiver.got for word in ("Velda", "tunnel", "secretive"))
    listed = run(home, "notify", "list")
    assert "watches: drafts; 2 sent" in listed.stdout and "T0ken" not in listed.stdout
    assert run(home, "notify", "show", "desk").stdout.count(" sent 20") == 2
    assert run(home, "notify", "secret", "desk").stdout.strip() == secret
    assert run(home, "backup", "save.zip").returncode == 0
    subprocess.run([sys.executable, "-m", "zipfile", "-e", "save.zip", "unpacked"], cwd=home, check=True)
    files = [path for folder in ("desk", "unpacked") for path in (home / folder).rglob("*") if path.is_file()]
    assert (home / "unpacked" / "store.db") in files
    for path in files:
        held = path.read_bytes()
        assert secret[6:].encode() not in held and KEY.encode() not in held, path


def test_a_test_says_whether_it_arrived_and_what_waited_is_sent_when_it_can_be(home: Path) -> None:
    made, box, port = certificate(home), Mailbox(), free_port()
    mail = {"FACTNOTES_SMTP_HOST": "localhost", "FACTNOTES_SMTP_PORT": str(port), "SSL_CERT_FILE": str(made.path)}
    mail |= {"FACTNOTES_SMTP_FROM": "factnotes@example.org", "FACTNOTES_SMTP_USER": USER}
    mail |= {"FACTNOTES_SMTP_PASSWORD": PASSWORD}
    unset = run(home, "notify", "add", "ann", "--email", "ann@example.org")
    assert unset.returncode == 4 and "FACTNOTES_SMTP_HOST" in unset.stderr
    assert run(home, "notify", "add", "ann", "--email", "ann@example.org", **mail).returncode == 0
    down = run(home, "notify", "test", "ann", **mail)
    assert down.returncode == 9 and "cannot be reached" in down.stderr and down.stderr.count("\n") == 1
    assert "given up, tries: 1" in run(home, "notify", "show", "ann").stdout
    with mail_server(box, made, starttls=True, port=port):
        sent = run(home, "notify", "send", "--again", "ann", **mail)
        assert (sent.returncode, sent.stdout) == (0, "1 sent\n"), sent.stderr
        assert run(home, "notify", "test", "ann", **mail).stdout == "ann: a test was sent to ann@example.org\n"
    assert [each["Subject"] for each in box.mails] == 2 * ["factnotes: a test of channel ann"]
    shown = [json.loads(line) for line in run(home, "notify", "show", "ann", "--json").stdout.splitlines()]
    assert [each["status"] for each in shown] == ["sent", "sent"]
    assert run(home, "notify", "remove", "ann").stdout == "ann: removed\n"
    assert run(home, "notify", "list").stdout.startswith("no channels yet")


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (("add", "x"), 2, "--slack and --email"),
        (("add", "x", "--webhook", "https://a.example", "--email", "a@b.example"), 2, "--slack and --email"),
        (("add", "x", "--webhook", "http://a.example/x"), 3, "https"),
        (("add", "x", "--webhook", "https://ann:pw@a.example/x"), 3, "no user name"),
        (("test", "nobody"), 3, "no channel"),
    ],
)
def test_what_is_wrong_with_a_channel_is_one_line(home: Path, arguments: tuple[str, ...], code: int, why: str) -> None:
    done = run(home, "notify", *arguments)
    assert done.returncode == code and why in done.stderr and "pw" not in done.stderr and not done.stdout
    assert done.stderr.splitlines()[-1].startswith("Error: ")
