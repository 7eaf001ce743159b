"""Commands that write an event: decide, take back, assign, ask for a second decision, approve, send back."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Literal

import click

from pipeline.cli.review.options import (
    LABELS,
    REASONS,
    Desk,
    comment_option,
    filter_of,
    filter_options,
    json_option,
    open_desk,
    person_option,
    print_json,
    review,
    seen_option,
    with_ids,
)
from pipeline.core.errors import InputError

if TYPE_CHECKING:
    from pipeline.core.models import AddedEvidence, Correction, Label, ReasonCode, Review


def _decide(
    desk: Desk,
    claim: str,
    action: Literal["accept", "correct", "dismiss"],
    seen: int | None,
    as_json: bool,
    *,
    correction: Correction | None = None,
    reason: ReasonCode | None = None,
    comment: str = "",
) -> None:
    from pipeline.review import decide
    from pipeline.store import find_claim_id

    claim_id = find_claim_id(desk.store, claim)
    _print_event(
        decide(
            desk.store,
            claim_id,
            action,
            desk.person,
            seen=_seen(desk, claim_id, seen),
            correction=correction,
            reason=reason,
            comment=comment,
        ),
        as_json,
    )


def _seen(desk: Desk, claim_id: str, given: int | None) -> int:
    """Return the events seen: those said, else all there are now."""
    if given is not None:
        return given
    from pipeline.review import find_item

    return find_item(desk.store, claim_id).sequence


def _print_event(done: Review, as_json: bool) -> None:
    if as_json:
        print_json(done)
        return
    from pipeline.cli.review.rendering import open_console, print_events

    print_events(open_console(), [done])


_reason_option = click.option("--reason", type=click.Choice(REASONS), required=True, help="Why the note is wrong.")


@review.command()
@click.argument("claim")
@seen_option
@comment_option
@person_option
@json_option
def accept(claim: str, seen: int | None, comment: str, name: str | None, as_json: bool) -> None:
    """Accept the note of CLAIM as it is."""
    with open_desk(name) as desk:
        _decide(desk, claim, "accept", seen, as_json, comment=comment)


@review.command()
@click.argument("claim")
@_reason_option
@click.option("--label", type=click.Choice(LABELS), help="The right verdict. Default: the note's.")
@click.option("--justification", help="The wording of the note. Default: the note's.")
@click.option("--drop-flag", "dropped", type=click.IntRange(0), multiple=True, help="A flag to leave out, by number.")
@click.option("--drop-flags", "drop_all", is_flag=True, help="Leave out all flags.")
@click.option(
    "--evidence", multiple=True, metavar="TEXT", help="Evidence to add: an address, words, or an address and words."
)
@seen_option
@comment_option
@person_option
@json_option
def correct(
    claim: str,
    reason: ReasonCode,
    label: Label | None,
    justification: str | None,
    dropped: tuple[int, ...],
    drop_all: bool,
    evidence: tuple[str, ...],
    seen: int | None,
    comment: str,
    name: str | None,
    as_json: bool,
) -> None:
    """Correct the note of CLAIM: verdict, wording, flags, evidence; what is not given stays."""
    from pipeline.core.models import Correction
    from pipeline.review import open_claim
    from pipeline.store import find_claim_id

    with open_desk(name) as desk:
        flags = None
        if dropped or drop_all:
            count = len(open_claim(desk.store, find_claim_id(desk.store, claim), desk.person).note.flags)
            flags = _kept(count, range(count) if drop_all else dropped)
        added = tuple(read_evidence(each) for each in evidence)
        correction = Correction(label=label, justification=justification, flags=flags, evidence=added)
        _decide(desk, claim, "correct", seen, as_json, correction=correction, reason=reason, comment=comment)


def _kept(count: int, dropped: Collection[int]) -> tuple[int, ...]:
    from pipeline.reports import counted

    unknown = [position for position in dropped if position >= count]
    if unknown:
        raise InputError(f"--drop-flag {unknown[0]}: the note has {counted(count, 'flag')}, numbered from 0")
    return tuple(position for position in range(count) if position not in dropped)


def read_evidence(text: str) -> AddedEvidence:
    """Read evidence as it is typed: an address, words, or an address and words; raises InputError."""
    from pipeline.core.models import AddedEvidence

    first, _, rest = text.strip().partition(" ")
    if not first:
        raise InputError("evidence: give an address, words, or an address and words")
    if first.lower().startswith(("http://", "https://")):
        return AddedEvidence(url=first, text=rest.strip() or None)
    return AddedEvidence(text=text.strip())


@review.command()
@click.argument("claim")
@_reason_option
@seen_option
@comment_option
@person_option
@json_option
def dismiss(claim: str, reason: ReasonCode, seen: int | None, comment: str, name: str | None, as_json: bool) -> None:
    """Dismiss the note of CLAIM: it should not be there."""
    with open_desk(name) as desk:
        _decide(desk, claim, "dismiss", seen, as_json, reason=reason, comment=comment)


def _act(what: str, claim: str, seen: int | None, name: str | None, as_json: bool, **given: Any) -> None:
    """Do one of the other actions of the desk by its name."""
    from pipeline import review as desk_review
    from pipeline.store import find_claim_id

    with open_desk(name) as desk:
        claim_id = find_claim_id(desk.store, claim)
        action = getattr(desk_review, what)
        _print_event(action(desk.store, claim_id, desk.person, seen=_seen(desk, claim_id, seen), **given), as_json)


@review.command()
@click.argument("claim")
@seen_option
@person_option
@json_option
def undo(claim: str, seen: int | None, name: str | None, as_json: bool) -> None:
    """Take back the newest decision on CLAIM: your own, or anybody's for an editor. Nothing is deleted."""
    _act("undo", claim, seen, name, as_json)


@review.command()
@click.argument("claim")
@click.argument("to", metavar="NAME", required=False)
@click.option("--nobody", is_flag=True, help="Take the claim from whoever has it.")
@seen_option
@person_option
@json_option
def assign(claim: str, to: str | None, nobody: bool, seen: int | None, name: str | None, as_json: bool) -> None:
    """Give CLAIM to NAME, or to --nobody."""
    if (to is None) != nobody:
        raise click.UsageError("give either a NAME or --nobody")
    with open_desk(name) as desk:
        to = _known(desk, to)
    _act("assign", claim, seen, name, as_json, assignee=to)


@review.command()
@click.argument("claim")
@seen_option
@comment_option
@person_option
@json_option
def second(claim: str, seen: int | None, comment: str, name: str | None, as_json: bool) -> None:
    """Ask for a second decision on CLAIM by somebody who does not see the first."""
    _act("ask_second", claim, seen, name, as_json, comment=comment)


@review.command()
@click.argument("claim")
@seen_option
@comment_option
@person_option
@json_option
def approve(claim: str, seen: int | None, comment: str, name: str | None, as_json: bool) -> None:
    """Approve the decision on CLAIM as an editor: it may be published."""
    _act("approve", claim, seen, name, as_json, comment=comment)


@review.command("send-back")
@click.argument("claim")
@seen_option
@comment_option
@person_option
@json_option
def send_back(claim: str, seen: int | None, comment: str, name: str | None, as_json: bool) -> None:
    """Reopen CLAIM as an editor."""
    _act("send_back", claim, seen, name, as_json, comment=comment)


_BULK = {"accept": "accept", "dismiss": "dismiss", "assign": "assign", "second": "ask_second"}
_BULK |= {"approve": "approve", "send-back": "send_back"}


@review.command()
@click.argument("action", type=click.Choice(list(_BULK)))
@filter_options
@click.option("--expected", type=click.IntRange(0), required=True, help="How many claims match, as `list` says.")
@click.option("--reason", type=click.Choice(REASONS), help="Why the notes are wrong; a dismissal needs it.")
@click.option("--to", "assignee", metavar="NAME", help="Whom to assign them to; nobody if left out.")
@comment_option
@person_option
@json_option
def bulk(
    action: str,
    expected: int,
    reason: ReasonCode | None,
    assignee: str | None,
    comment: str,
    name: str | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Do ACTION to every claim that matches; refused when the number of matches is not --expected.

    Claims that others changed meanwhile are left as they are and named; the exit code is then 7.
    """
    from pipeline.review import bulk as act_on_all

    what: Any = _BULK[action]
    filter = filter_of(given)
    with open_desk(name) as desk:
        done = act_on_all(
            desk.store,
            with_ids(filter, desk.store),
            what,
            desk.person,
            expected=expected,
            reason=reason,
            comment=comment,
            assignee=_known(desk, assignee),
        )
    if as_json:
        print_json(done)
    else:
        left = f"; left as they are: {', '.join(done.conflicts)}" if done.conflicts else ""
        click.echo(f"{len(done.done)} done{left}")
    if done.conflicts:
        click.get_current_context().exit(7)


def _known(desk: Desk, name: str | None) -> str | None:
    """Return the name of an account as it is written there; any name where there are no accounts."""
    from pipeline.review import find_person, has_people

    return find_person(desk.store, name).name if name is not None and has_people(desk.store) else name
