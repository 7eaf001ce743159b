"""`factnotes review`: the desk from the command line, for people and for scripts."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from desk import TOWN, judged_note, write_run
from desks import sample_file
from samples import sample_report

from pipeline.cli.main import main
from pipeline.cli.review.rendering import plain
from pipeline.core.models import (
    Article,
    Citation,
    Claim,
    Coverage,
    Evidence,
    Note,
    Passage,
    Report,
    Span,
    Usage,
    Verdict,
)
from pipeline.review.accounts import Passwords, add_person
from pipeline.store import Store

FACTNOTES = Path(sys.executable).with_name("factnotes")
EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e\x08"


def fill(home: Path, report: Report) -> None:
    store = Store.open(home / "store.db")
    store.begin_run(report.run_id, report.article, report.as_of, report.versions)
    for position, note in enumerate(report.notes):
        store.save_note(report.run_id, position, note, Usage())
    store.finish_run(report.run_id, report.coverage, 1.0)
    store.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "store.db").write_bytes(sample_file())
    return folder


@pytest.fixture
def run(home: Path) -> Callable[..., Result]:
    def call(*arguments: str, **environment: str) -> Result:
        given = {"FACTNOTES_HOME": str(home), "FACTNOTES_REVIEWER": "ada"} | environment
        return CliRunner(env=given).invoke(main, ["review", *arguments])

    return call


def said(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def first_claim(run: Callable[..., Result]) -> dict[str, Any]:
    item: dict[str, Any] = said(run("next", "--json"))["item"]
    return item


def test_the_next_claim_is_shown_in_context_with_proven_words_and_commands_that_work(
    run: Callable[..., Result],
) -> None:
    item = first_claim(run)
    shown = run("next").stdout
    assert item["claim_id"] in shown and "open" in shown
    assert "»" in shown and "✓" in shown
    command = next(line.split() for line in shown.splitlines() if "review accept" in line)
    assert command[:3] == ["factnotes", "review", "accept"]
    done = run(*command[2:])
    assert (done.exit_code, "ada accepted" in done.stdout) == (0, True)
    assert first_claim(run)["claim_id"] != item["claim_id"]


def test_words_that_prove_a_verdict_are_marked_in_their_passage(run: Callable[..., Result]) -> None:
    cited = next(note for note in sample_report().notes if note.citations and note.claim.checkable)
    shown = " ".join(run("show", cited.claim.id).stdout.split())
    for citation in cited.citations:
        assert f"»{citation.span.exact}«" in shown


def test_how_likely_a_model_finds_each_label_is_shown_and_told_to_scripts(
    home: Path, run: Callable[..., Result]
) -> None:
    note = judged_note("It cost nine million", "supported", 0.3)
    with closing(Store.open(home / "store.db")) as store:
        write_run(store, "town", TOWN, note)
    shown = " ".join(run("show", note.claim.id).stdout.split())
    likely = "supported .70, refuted .30, not enough evidence .00, conflicting .00"
    assert f"{likely} (as the model says, not calibrated)" in shown
    told = said(run("show", note.claim.id, "--json"))["note"]["verdict"]
    assert (told["probabilities"]["refuted"], told["calibrated_on"]) == (0.3, None)


def test_everything_a_script_needs_is_json(run: Callable[..., Result]) -> None:
    page = said(run("list", "--json", "--limit", "2"))
    assert len(page["items"]) == 2 and page["total"] > 2
    rest = said(run("list", "--json", "--limit", "500", "--after", page["next"]))
    assert len(rest["items"]) == page["total"] - 2
    claim_id = page["items"][0]["claim_id"]
    done = said(run("dismiss", claim_id, "--reason", "false_alarm", "--comment", "no", "--json"))
    assert (done["action"], done["reason"], done["comment"], done["reviewer"]) == (
        "dismiss",
        "false_alarm",
        "no",
        "ada",
    )
    assert done["after"]["dismissed"] is True
    view = said(run("show", claim_id, "--json"))
    assert view["item"]["status"] == "decided" and view["current"]["dismissed"] is True
    assert said(run("history", claim_id, "--json")) == [done]
    assert said(run("runs", "--json"))[0]["statuses"]["decided"] == 1


def test_when_nothing_is_left_a_script_gets_null_and_a_person_a_sentence(run: Callable[..., Result]) -> None:
    assert said(run("next", "--text", "zeppelin", "--json")) is None
    assert run("next", "--text", "zeppelin").stdout == "Nothing that matches needs you.\n"


def test_filters_narrow_as_at_the_desk_and_a_wrong_one_names_its_choices(run: Callable[..., Result]) -> None:
    refuted = said(run("list", "--label", "refuted", "--json"))["items"]
    assert refuted and {item["label"] for item in refuted} == {"refuted"}
    flagged = said(run("list", "--flag", "wrong_speaker", "--json"))["items"]
    assert flagged and all("wrong_speaker" in item["flags"] for item in flagged)
    assert said(run("list", "--since", "2040-01-01", "--json"))["total"] == 0
    wrong = run("list", "--status", "closed")
    assert wrong.exit_code == 3 and "awaiting_second" in wrong.stderr


def test_a_correction_changes_what_is_given_and_keeps_the_rest(run: Callable[..., Result]) -> None:
    wrong = next(
        note for note in sample_report().notes if len(note.flags) > 1 and note.verdict and note.claim.checkable
    )
    assert wrong.verdict
    done = said(
        run(
            *("correct", wrong.claim.id, "--reason", "wrong_evidence", "--drop-flag", "0", "--json"),
            *("--evidence", "https://example.org/minutes page 4", "--evidence", "the clerk says so"),
        )
    )
    after = done["after"]
    assert (after["label"], after["justification"]) == (wrong.verdict.label, wrong.verdict.justification)
    assert [flag["kind"] for flag in after["flags"]] == [flag.kind for flag in wrong.flags[1:]]
    assert after["evidence"] == [
        {"url": "https://example.org/minutes", "text": "page 4"},
        {"url": None, "text": "the clerk says so"},
    ]
    undone = said(run("undo", wrong.claim.id, "--json"))
    assert undone["action"] == "undo" and undone["after"]["evidence"] == []


def test_a_decision_that_says_nothing_or_lacks_its_reason_is_refused(run: Callable[..., Result]) -> None:
    claim_id = first_claim(run)["claim_id"]
    nothing = run("correct", claim_id, "--reason", "other")
    assert nothing.exit_code == 3 and "changes nothing" in nothing.stderr
    assert run("dismiss", claim_id).exit_code == 2
    assert run("correct", claim_id, "--reason", "other", "--drop-flag", "99").exit_code == 3
    assert run("correct", claim_id, "--reason", "other", "--evidence", " ").exit_code == 3
    assert run("undo", claim_id).exit_code == 3
    assert said(run("history", "--json")) == []


def test_the_history_of_all_says_the_words_of_each_claim(run: Callable[..., Result]) -> None:
    item = first_claim(run)
    run("accept", item["claim_id"])
    assert (
        item["text"][:40] in run("history").stdout and item["text"][:40] not in run("history", item["claim_id"]).stdout
    )


def test_a_conflict_says_who_did_what_and_writes_nothing(run: Callable[..., Result]) -> None:
    item = first_claim(run)
    assert run("accept", item["claim_id"], "--seen", "0", "--as", "bela").exit_code == 0
    late = run("dismiss", item["claim_id"], "--seen", "0", "--reason", "other")
    assert late.exit_code == 7
    assert (
        late.stderr.count("\n") == 1
        and "bela accepted the note" in late.stderr
        and "nothing was written" in late.stderr
    )
    assert item["claim_id"][:8] in late.stderr
    assert len(said(run("history", item["claim_id"], "--json"))) == 1


def test_a_claim_is_named_by_a_unique_part_of_its_id_or_as_the_latest(run: Callable[..., Result]) -> None:
    ids = [item["claim_id"] for item in said(run("list", "--status", "any", "--limit", "500", "--json"))["items"]]
    for part in (ids[0][:12], ids[0][4:]):
        assert said(run("show", part, "--json"))["item"]["claim_id"] == ids[0]
    assert said(run("show", "latest", "--json"))["item"]["claim_id"] in ids
    several = run("show", next(digit for digit in ids[0] if sum(digit in each for each in ids) > 1))
    assert several.exit_code == 3 and "several claim ids" in several.stderr
    assert [run("show", wrong).exit_code for wrong in ("%", "0123456789abcdef")] == [3, 3]


def test_the_queue_is_narrowed_to_the_latest_run_and_article(run: Callable[..., Result]) -> None:
    every = said(run("list", "--json"))
    assert said(run("list", "--run", "latest", "--article", "latest", "--json")) == every and every["items"]
    for option in ("--run", "--article"):
        assert run("list", option, "nothing").exit_code == 3


def test_with_accounts_a_name_must_be_one_of_them_and_roles_hold(run: Callable[..., Result], home: Path) -> None:
    item = first_claim(run)
    store = Store.open(home / "store.db")
    passwords = Passwords()
    for name, role in (("rita", "reviewer"), ("edda", "editor")):
        add_person(store, name, role, "seven grey herons", passwords=passwords)
    store.close()
    stranger = run("accept", item["claim_id"])
    assert stranger.exit_code == 3 and "--as NAME" in stranger.stderr
    assert run("accept", item["claim_id"], "--as", "rita").exit_code == 0
    assert run("approve", item["claim_id"], "--as", "rita").exit_code == 8
    assert run("approve", item["claim_id"], "--as", "edda").exit_code == 0
    assert run("export", "--as", "rita").exit_code == 8
    assert run("assign", item["claim_id"], "nobody-known", "--as", "edda").exit_code == 3
    assert run("assign", item["claim_id"], "RITA", "--as", "edda").exit_code == 0
    assert [event["reviewer"] for event in said(run("history", "--json", "--as", "rita"))] == ["rita", "edda", "edda"]


def test_the_second_of_two_reviewers_does_not_see_the_first_decision(run: Callable[..., Result]) -> None:
    item = first_claim(run)
    assert run("second", item["claim_id"], "--comment", "please").exit_code == 0
    assert run("dismiss", item["claim_id"], "--reason", "false_alarm", "--comment", "secret").exit_code == 0
    shown = run("show", item["claim_id"], "--as", "bela")
    assert "Second review" in shown.stdout and "secret" not in shown.stdout and "dismissed" not in shown.stdout
    assert "secret" not in run("history", "--as", "bela").stdout
    assert "secret" in run("history", "--as", "ada").stdout
    assert run("accept", item["claim_id"], "--as", "bela").exit_code == 0
    assert said(run("show", item["claim_id"], "--json"))["item"]["status"] == "disputed"


def test_the_log_is_exported_whole_a_line_an_event(run: Callable[..., Result], tmp_path: Path) -> None:
    for item in said(run("list", "--json", "--limit", "3"))["items"]:
        assert run("accept", item["claim_id"]).exit_code == 0
    lines = [json.loads(line) for line in run("export").stdout.splitlines()]
    assert [line["id"] for line in lines] == [1, 2, 3]
    assert run("export", str(tmp_path / "log.jsonl")).stdout.startswith("3 events")
    assert [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()] == lines


def test_an_earlier_decision_on_the_same_words_is_offered(run: Callable[..., Result], home: Path) -> None:
    report = sample_report()
    note = next(note for note in report.notes if note.claim.kind == "event" and note.claim.checkable)
    again = Article(text=report.article.text + "\nAgain.", title="A later edition", published_at=date(2031, 3, 15))
    claim = note.claim.model_copy(update={"article_id": again.id, "id": "00000000000000aa"})
    copy = note.model_copy(update={"claim": claim})
    made = {"run_id": "later", "article": again, "notes": (copy,), "coverage": Coverage.of([copy])}
    fill(home, report.model_copy(update=made))
    assert run("correct", note.claim.id, "--reason", "other", "--justification", "As it was.").exit_code == 0
    found = said(run("similar", claim.id, "--json"))
    (decision,) = found["decisions"]
    assert (decision["claim_id"], decision["same_words"]) == (note.claim.id, True)
    assert decision["outcome"]["justification"] == "As it was."
    assert "the same words" in run("similar", claim.id).stdout
    assert said(run("similar", note.claim.id, "--json"))["decisions"] == []


def test_one_action_on_all_that_match_needs_their_number(run: Callable[..., Result]) -> None:
    total = said(run("list", "--label", "refuted", "--json"))["total"]
    wrong = run("bulk", "accept", "--label", "refuted", "--expected", str(total + 1))
    assert wrong.exit_code == 3 and said(run("history", "--json")) == []
    assert run("bulk", "assign", "--label", "refuted", "--expected", str(total), "--to", "bela").exit_code == 0
    assert said(run("list", "--assignee", "bela", "--json"))["total"] == total
    done = said(run("bulk", "accept", "--label", "refuted", "--expected", str(total), "--json"))
    assert len(done["done"]) == total and done["conflicts"] == []
    assert run("bulk", "dismiss", "--expected", "1").exit_code == 3


def evil_report() -> Report:
    article = Article(
        text=f"The mill{EVIL} burned down. It stood empty.",
        title=f"Mill{EVIL}",
        publisher=f"Tidings{EVIL}",
        published_at=date(2031, 5, 1),
    )
    passage = Passage(
        text=f"The mill{EVIL} burned down in 2019.", publisher=f"Fire{EVIL}", source_url=f"https://x/{EVIL}"
    )
    span = Span.of(article.text, 0, article.text.index("."))
    note = Note(
        claim=Claim(article_id=article.id, spans=(span,), text=f"The mill{EVIL} burned down.", check_worthiness=1),
        verdict=Verdict(
            label="supported",
            confidence=0.9,
            justification=f"It did{EVIL}",
            citations=(Citation.locate(passage.text, passage),),
            method=f"model{EVIL}",
        ),
        evidence=(Evidence(passage=passage, rank=1, score=1, retriever="given"),),
        trace=(f"model: {EVIL}",),
    )
    sample = sample_report()
    made = {"run_id": "evil", "article": article, "notes": (note,), "coverage": Coverage.of([note])}
    return sample.model_copy(update=made)


def test_no_control_character_of_an_article_reaches_the_terminal(tmp_path: Path) -> None:
    fill(tmp_path, evil_report())
    (claim_id,) = (note.claim.id for note in evil_report().notes)
    runner = CliRunner(env={"FACTNOTES_HOME": str(tmp_path), "FACTNOTES_REVIEWER": "ada", "FORCE_COLOR": ""})
    comment = ("--comment", "note\x1b[2Jwell\u202e")
    for arguments in (
        ("next",),
        ("list",),
        ("runs",),
        ("show", claim_id),
        ("show", claim_id, "--json"),
        ("accept", claim_id, *comment),
        ("history",),
        ("export",),
        ("similar", claim_id),
        ("list", "--text", "mill", "--status", "decided", "--json"),
    ):
        result = runner.invoke(main, ["review", *arguments])
        assert result.exit_code == 0, result.stderr
        assert not [c for c in result.output if c != "\n" and not c.isprintable()], arguments
    assert plain("caf\u00e9 \u200b\u05d0 a\x1b[0m\tb") == "caf\u00e9 \u05d0 a[U+001B][0m\tb"


def test_a_file_or_a_pipe_cannot_decide_with_keys(run: Callable[..., Result]) -> None:
    assert run("next", "--interactive").exit_code == 2


def own_terminal() -> None:
    """Make standard input the process's own terminal, so that Ctrl-C reaches it, also where tests run in background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """A person's terminal: what is typed, and what can be read."""

    def __init__(self, home: Path, *options: str) -> None:
        self._master, slave = pty.openpty()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("FACTNOTES_", "OPENAI_"))}
        given = {"FACTNOTES_HOME": str(home), "FACTNOTES_REVIEWER": "ada", "TERM": "dumb", "COLUMNS": "120"}
        self.process = subprocess.Popen(
            [FACTNOTES, "review", "next", "-i", *options],
            preexec_fn=own_terminal,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=kept | given,
            close_fds=True,
        )
        os.close(slave)
        self.text = ""

    def read_until(self, words: str, seconds: float = 240) -> str:
        """Return what came since the last call, up to the words."""
        until = time.monotonic() + seconds
        while words not in self.text:
            assert time.monotonic() < until, f"no {words!r} in {self.text!r}"
            if select.select([self._master], [], [], 0.2)[0]:
                try:
                    self.text += os.read(self._master, 65536).decode()
                except OSError:
                    break
        before, found, self.text = self.text.partition(words)
        assert found, before
        return before + found

    def press(self, key: str) -> None:
        """Press a key once the terminal waits for one: a key that comes earlier is forgotten."""
        until = time.monotonic() + 60
        while termios.tcgetattr(self._master)[3] & termios.ICANON:
            assert time.monotonic() < until, "the terminal waits for no key"
            time.sleep(0.01)
        self.type(key)

    def type(self, words: str) -> None:
        """Type without waiting: a line, or what comes too early."""
        os.write(self._master, words.encode())

    def close(self) -> int:
        code = self.process.wait(300)
        os.close(self._master)
        return code


@pytest.fixture
def terminal(home: Path) -> Iterator[Terminal]:
    opened = Terminal(home)
    yield opened
    if opened.process.poll() is None:
        opened.process.kill()
        opened.close()


@pytest.mark.process
def test_a_person_clears_claims_with_one_key_each(terminal: Terminal, run: Callable[..., Result]) -> None:
    total = said(run("list", "--json"))["total"]
    terminal.read_until("q quit")
    terminal.press("?")
    assert "skip: the claim stays open" in terminal.read_until("q quit")
    terminal.press("x")
    terminal.read_until("that key does nothing")
    terminal.read_until("q quit")
    terminal.press("a")
    assert "accepted" in terminal.read_until("q quit")
    terminal.press("d")
    terminal.read_until("Reason:")
    terminal.press("\x1b")
    terminal.read_until("Nothing was written.")
    terminal.press("d")
    terminal.read_until("Reason:")
    terminal.press("1")
    assert "dismissed (false alarm)" in terminal.read_until("q quit")
    terminal.press("u")
    assert "took back" in terminal.read_until("q quit")
    terminal.press("s")
    terminal.read_until("q quit")
    terminal.press("c")
    terminal.read_until("Verdict:")
    terminal.press("1")
    terminal.read_until("Reason:")
    terminal.press("2")
    terminal.read_until("Wording (Enter keeps it):")
    terminal.type("As the minutes say.\r")
    if "flags to keep" in terminal.read_until("(Enter"):
        terminal.type("9 x\r")
        terminal.read_until("give numbers from 0")
        terminal.type("-\r")
        terminal.read_until("Evidence: an")
    terminal.read_until(":")
    terminal.type("https://example.org/minutes\r")
    terminal.read_until("Evidence: an")
    terminal.type("\r")
    assert "corrected" in terminal.read_until("q quit")
    terminal.press("q")
    terminal.read_until("2 decided, 1 skipped.")
    assert terminal.close() == 0
    events = said(run("history", "--json"))
    assert [event["action"] for event in events] == ["accept", "dismiss", "undo", "correct"]
    assert events[3]["after"]["justification"] == "As the minutes say."
    assert events[3]["after"]["evidence"] == [{"url": "https://example.org/minutes", "text": None}]
    assert said(run("list", "--json"))["total"] == total - 2


@pytest.mark.process
def test_a_claim_that_was_decided_here_does_not_come_again_whatever_the_filter(
    home: Path, run: Callable[..., Result]
) -> None:
    refuted = said(run("list", "--status", "any", "--label", "refuted", "--json"))["total"]
    terminal = Terminal(home, "--status", "any", "--label", "refuted")
    for _ in range(refuted):
        terminal.read_until("q quit")
        terminal.press("a")
    terminal.read_until("Nothing that matches is left.")
    terminal.read_until(f"{refuted} decided, 0 skipped.")
    assert terminal.close() == 0
    assert len({event["claim_id"] for event in said(run("history", "--json"))}) == refuted


@pytest.mark.process
def test_a_claim_that_somebody_else_decided_meanwhile_is_shown_again(
    terminal: Terminal, run: Callable[..., Result]
) -> None:
    item = first_claim(run)
    terminal.read_until("q quit")
    assert run("dismiss", item["claim_id"], "--reason", "other", "--as", "bela").exit_code == 0
    terminal.press("a")
    again = " ".join(terminal.read_until("q quit").split())
    assert "bela dismissed the note" in again and "Nothing was written" in again
    assert "The desk says: Dismissed" in again
    terminal.press("\x03")
    terminal.read_until("0 decided")
    assert terminal.close() == 0


@pytest.mark.process
def test_keys_that_come_too_early_or_several_at_once_decide_nothing(
    terminal: Terminal, run: Callable[..., Result]
) -> None:
    terminal.type("a")
    terminal.read_until("q quit")
    for keys in ("aa", "\x1b[A"):
        terminal.press(keys)
        terminal.read_until("that key does nothing")
        terminal.read_until("q quit")
    terminal.press("\x04")
    terminal.read_until("0 decided")
    assert terminal.close() == 0
    assert said(run("history", "--json")) == []


def test_what_the_command_line_says_of_itself_gives_no_orders_to_a_terminal() -> None:
    done = CliRunner().invoke(main, ["init", EVIL])
    assert done.exit_code == 2 and "unexpected extra argument" in done.stderr
    assert not set("\x1b\x07\x9b\u202e\x08") & set(done.output + done.stderr)
