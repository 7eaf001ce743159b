"""Accounts from the command line, in one process with the command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli.main import main
from pipeline.core.settings import load_settings
from pipeline.review.accounts import person_of_token, session_of
from pipeline.store import Store

GOOD = "seven grey herons"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("FACTNOTES_HOME", str(tmp_path))
    monkeypatch.delenv("FACTNOTES_DATABASE_URL", raising=False)

    def invoke(*arguments: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(main, ["people", *arguments], input=stdin)

    return invoke


def test_people_are_added_listed_changed_and_closed(run: Run) -> None:
    assert "one local person" in run("list").output
    first = run("add", "Rita Dahl", stdin=f"{GOOD}\n")
    assert first.exit_code == 0 and "from now on the desk asks everybody to sign in" in first.output
    assert run("add", "edda", "--role", "editor", stdin=f"{GOOD}\n").output == "edda can sign in as editor.\n"
    assert run("role", "rita dahl", "admin").exit_code == 0
    assert run("deactivate", "edda").exit_code == 0
    listed = run("list").output.splitlines()
    assert [line.split(", since")[0] for line in listed] == ["edda: editor, deactivated", "Rita Dahl: admin"]
    assert run("activate", "edda").exit_code == 0
    assert "edda: editor, since" in run("list").output
    changed = run("password", "edda", stdin="a boat of red tin\n")
    assert changed.output == "edda has a new password; sessions and tokens have ended.\n"


def test_a_password_is_never_an_argument_and_never_shown(run: Run) -> None:
    assert run("add", "rita", GOOD).exit_code == 2
    assert run("add", "rita", "--password", GOOD).exit_code == 2
    done = run("add", "rita", stdin=f"{GOOD}\n")
    assert done.exit_code == 0 and GOOD not in done.output


@pytest.mark.parametrize(
    ("arguments", "stdin", "words"),
    [
        (("add", "rita"), "short\n", "12 to 1000 characters"),
        (("add", "rita"), "", "give the password on standard input"),
        (("add", "local"), f"{GOOD}\n", "take another name"),
        (("role", "nobody", "editor"), None, "nobody is named 'nobody'"),
        (("password", "nobody"), f"{GOOD}\n", "nobody is named 'nobody'"),
        (("deactivate", "nobody"), None, "nobody is named 'nobody'"),
        (("token", "nobody"), None, "nobody is named 'nobody'"),
    ],
)
def test_what_cannot_be_done_is_one_line(run: Run, arguments: tuple[str, ...], stdin: str | None, words: str) -> None:
    done = run(*arguments, stdin=stdin)
    assert done.exit_code == 3 and words in done.stderr and len(done.stderr.splitlines()) == 1
    assert "no accounts" in run("list").output.lower()


def test_a_token_is_printed_once_alone_on_its_line_and_can_be_revoked(run: Run, tmp_path: Path) -> None:
    run("add", "rita", stdin=f"{GOOD}\n")
    made = run("token", "rita", "--label", "export")
    (token,) = made.stdout.splitlines()
    store = Store.open(load_settings(home=tmp_path).store_path)
    found = person_of_token(store, token)
    assert found is not None and found.name == "rita"
    listed = run("list").output
    assert "token export, expires" in listed and token not in listed
    assert run("token", "rita", "--label", "export", "--revoke").output == "1 token of rita ended.\n"
    assert person_of_token(store, token) is None
    store.close()


def test_a_token_is_no_session(run: Run, tmp_path: Path) -> None:
    from datetime import timedelta

    from pipeline.review.accounts import Lifetimes

    run("add", "rita", stdin=f"{GOOD}\n")
    token = run("token", "rita").stdout.strip()
    store = Store.open(load_settings(home=tmp_path).store_path)
    assert session_of(store, token, Lifetimes(timedelta(hours=1), timedelta(hours=1))) is None
    store.close()
