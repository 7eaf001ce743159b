"""Decide claims with one key each, one after another, in a terminal."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import click
from rich.console import Console
from rich.text import Text

from pipeline.cli.review.decide import read_evidence
from pipeline.cli.review.options import LABELS, REASONS, Desk
from pipeline.cli.review.rendering import open_console, plain_line, print_claim, spell_event
from pipeline.core.errors import Conflict, Forbidden, InputError
from pipeline.core.models import AddedEvidence, Correction, ReasonCode
from pipeline.core.ports import Embedder
from pipeline.reports import OUTCOMES
from pipeline.review import REASON_CODES, ClaimView, Filter, decide, find_item, hand_out, open_claim, queue, undo

KEYS = "a accept  c correct  d dismiss  u undo  s skip  e earlier  ? help  q quit"
_HELP = """a  accept the note as it is, and move on
c  correct it: a digit for the verdict (Enter keeps it), a digit for the reason, then wording and evidence
d  dismiss it: a digit for the reason
u  take back your last decision and see that claim again
s  skip: the claim stays open
e  decisions on claims that say the same
q  quit; what was decided is in the store
Esc takes back a key that was begun."""
_ESCAPE = "\x1b"
_SUSPEND = "\x1a"

Answer = TypeVar("Answer")


class _Quit(Exception):
    """The person wants to stop."""


class _NeverMind(Exception):
    """The person took back what she had begun."""


@dataclass
class _Session:
    desk: Desk
    filter: Filter
    console: Console
    after: str | None = None
    embedder: Embedder | None = None
    """Loaded when earlier decisions are asked for."""
    skipped: set[str] = field(default_factory=set)
    decided: list[str] = field(default_factory=list)
    """Claims decided here, the newest last: undo goes back along them."""


def decide_one_after_another(desk: Desk, filter: Filter, after: str | None) -> None:
    """Show claim after claim and do what the keys say, until nothing is left or the person quits."""
    session = _Session(desk, filter, open_console(), after)
    claim_id = _next(session)
    try:
        while claim_id is not None:
            claim_id = _one(session, claim_id)
        session.console.print("Nothing that matches is left.")
    except (_Quit, KeyboardInterrupt, EOFError):
        session.console.print()
    session.console.print(f"{len(session.decided)} decided, {len(session.skipped)} skipped.")


def _next(session: _Session) -> str | None:
    """Return the next claim; one that was decided here does not come again, whatever the filter."""
    desk, done = session.desk, {*session.skipped, *session.decided}
    item = hand_out(desk.store, session.filter, desk.person, after=session.after, skipped=done)
    return item.claim_id if item else None


def _one(session: _Session, claim_id: str) -> str | None:
    """Show a claim and act on it; return the claim to show after it."""
    view = open_claim(session.desk.store, claim_id, session.desk.person)
    left = queue(session.desk.store, session.filter, limit=1).total
    print_claim(session.console, view, left=left)
    while True:
        session.console.print(Text(KEYS, style="dim"))
        try:
            return _ACTIONS.get(_key(), _unknown)(session, view)
        except _Stay:
            continue
        except _NeverMind:
            session.console.print("Nothing was written.")
        except Conflict as error:
            session.console.print(Text(f"{plain_line(str(error))}. Nothing was written.", style="bold yellow"))
            return claim_id
        except (InputError, Forbidden) as error:
            session.console.print(Text(plain_line(str(error)), style="bold yellow"))


class _Stay(Exception):
    """The claim stays as it is."""


def _key() -> str:
    """Return the next key; several that come at once are one key that does nothing.

    Keys typed before are forgotten, as the terminal changes its mode: nobody decides on a claim before it is shown.
    Raises KeyboardInterrupt for Ctrl-C, EOFError for Ctrl-D and for a terminal that is gone.
    """
    key = click.getchar()
    if key == _SUSPEND and hasattr(signal, "SIGTSTP"):
        os.kill(0, signal.SIGTSTP)  # the terminal is in its own mode again
        return _key()
    if not key:
        raise EOFError
    return key


def _accept(session: _Session, view: ClaimView) -> str | None:
    return _decide(session, view, "accept")


def _dismiss(session: _Session, view: ClaimView) -> str | None:
    reason = _reason(session)
    return _decide(session, view, "dismiss", reason=reason, comment=_comment(reason))


def _correct(session: _Session, view: ClaimView) -> str | None:
    """Ask for a correction; nothing is written before the last answer."""
    choices = [OUTCOMES[label].label for label in LABELS]  # type: ignore[index] # labels are outcomes
    picked = _digit(session, "Verdict", choices, keep=True)
    reason = _reason(session)
    wording = _line("Wording (Enter keeps it)")
    flags = _kept_flags(session, len(view.note.flags)) if view.note.flags else None
    evidence: list[AddedEvidence] = []
    while added := _ask(session, "Evidence: an address, words, or both (Enter for no more)", read_evidence):
        evidence.append(added)
    correction = Correction(
        label=None if picked is None else LABELS[picked],
        justification=wording or None,
        flags=flags,
        evidence=tuple(evidence),
    )
    return _decide(session, view, "correct", correction=correction, reason=reason, comment=_comment(reason))


def _kept_flags(session: _Session, count: int) -> tuple[int, ...] | None:
    def read(answer: str) -> tuple[int, ...]:
        words = [] if answer == "-" else answer.replace(",", " ").split()
        if not all(word.isdecimal() and int(word) < count for word in words):
            raise InputError(f"give numbers from 0 to {count - 1}, such as 0 or 0 1")
        return tuple(int(word) for word in words)

    return _ask(session, "Numbers of the flags to keep, - for none (Enter keeps all)", read)


def _decide(
    session: _Session, view: ClaimView, action: Literal["accept", "correct", "dismiss"], **given: Any
) -> str | None:
    item, desk = view.item, session.desk
    done = decide(desk.store, item.claim_id, action, desk.person, seen=item.sequence, note_id=item.note_id, **given)
    session.decided.append(item.claim_id)
    session.console.print(Text(plain_line(spell_event(done)), style="bold green"))
    return _next(session)


def _undo(session: _Session, view: ClaimView) -> str | None:
    if not session.decided:
        raise InputError("nothing was decided here yet; `factnotes review undo CLAIM` takes back older decisions")
    claim_id, desk = session.decided[-1], session.desk
    done = undo(desk.store, claim_id, desk.person, seen=find_item(desk.store, claim_id).sequence)
    session.decided.pop()
    session.console.print(Text(plain_line(spell_event(done)), style="bold green"))
    return claim_id


def _skip(session: _Session, view: ClaimView) -> str | None:
    session.skipped.add(view.item.claim_id)
    return _next(session)


def _earlier(session: _Session, view: ClaimView) -> str | None:
    from pipeline.cli.review.rendering import print_similar
    from pipeline.core.settings import load_settings
    from pipeline.evidence import MiniLM
    from pipeline.review import similar_decisions

    folder = load_settings().reviewed_vectors_path
    session.embedder = session.embedder or MiniLM()
    print_similar(session.console, similar_decisions(session.desk.store, folder, session.embedder, view.note.claim))
    raise _Stay


def _help(session: _Session, view: ClaimView) -> str | None:
    session.console.print(_HELP)
    raise _Stay


def _quit(session: _Session, view: ClaimView) -> str | None:
    raise _Quit


def _unknown(session: _Session, view: ClaimView) -> str | None:
    raise InputError("that key does nothing here; ? shows the keys")


_ACTIONS: dict[str, Callable[[_Session, ClaimView], str | None]] = {
    "a": _accept,
    "c": _correct,
    "d": _dismiss,
    "u": _undo,
    "s": _skip,
    "e": _earlier,
    "?": _help,
    "q": _quit,
}


def _reason(session: _Session) -> ReasonCode:
    picked = _digit(session, "Reason", [REASON_CODES[code] for code in REASONS])  # type: ignore[index]
    return REASONS[picked or 0]  # type: ignore[return-value]


def _comment(reason: ReasonCode) -> str:
    """Ask for a comment where the reason alone says nothing."""
    return _line("Comment") if reason == "other" else ""


def _digit(session: _Session, what: str, choices: list[str], *, keep: bool = False) -> int | None:
    shown = " ".join(f"{number} {choice}" for number, choice in enumerate(choices, 1))
    session.console.print(Text(f"{what}: {shown}{' · Enter keeps it' if keep else ''} · Esc", style="bold"))
    while True:
        key = _key()
        if key == _ESCAPE:
            raise _NeverMind
        if keep and key in ("\r", "\n"):
            return None
        if key.isdecimal() and 1 <= int(key) <= len(choices):
            return int(key) - 1


def _ask(session: _Session, what: str, read: Callable[[str], Answer]) -> Answer | None:
    """Ask until the answer can be read: what was typed before is not lost to a slip. None for no answer."""
    while answer := _line(what):
        try:
            return read(answer)
        except InputError as error:
            session.console.print(Text(plain_line(str(error)), style="bold yellow"))
    return None


def _line(what: str) -> str:
    try:
        answer: str = click.prompt(what, default="", show_default=False)
    except click.Abort as error:
        raise _NeverMind from error
    if _ESCAPE in answer:
        raise _NeverMind
    return answer.strip()
