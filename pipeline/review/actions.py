"""What people do to claims, one or all of a filter: each call appends one event a claim, or raises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import sqlalchemy as sa

from pipeline.core.errors import Conflict, Forbidden, InputError
from pipeline.core.models import AddedEvidence, Correction, DeskOutcome, Flag, Person, ReasonCode, Review
from pipeline.review.events import Draft, LockedClaim, act, act_within, require_editor
from pipeline.review.filters import Filter
from pipeline.review.limits import Comment, Name, typed, typed_correction
from pipeline.review.models import BulkResult
from pipeline.review.work_queue import conditions
from pipeline.store import NoteSummary, Store, schema, stand

Decision = Literal["accept", "correct", "dismiss"]


def decide(
    store: Store,
    claim_id: str,
    action: Decision,
    person: Person,
    *,
    seen: int,
    correction: Correction | None = None,
    reason: ReasonCode | None = None,
    comment: str = "",
    note_id: int | None = None,
) -> Review:
    """Decide a claim: the note is right, should read otherwise, or should not be there.

    A correction is one of the note; evidence that people have added before stays. A claim that nobody has checked
    cannot be accepted: it needs a verdict with a source, or with `checked_myself` and a comment that says how.
    `note_id` is the note in view, by default the newest; where they differ the claim is marked as moved. Raises
    UnknownClaim, Conflict, Forbidden (a disputed claim is settled by an editor), and InputError (a correction or
    dismissal without a reason, a correction that changes nothing, a text that is too long, nothing to accept).
    """
    checked = check_decision(action, correction, reason)
    comment = typed("comment", comment, Comment)

    def draft(locked: LockedClaim) -> Draft:
        return draft_decision(locked, action, person, checked, reason, comment, note_id)

    return act(store, claim_id, person, seen, draft)


def check_decision(action: Decision, correction: Correction | None, reason: ReasonCode | None) -> Correction:
    """Return the correction as it is kept, empty for none; raises InputError for what does not go together."""
    if (correction is not None) != (action == "correct"):
        raise InputError(f"{action}: " + ("say what is to be corrected" if action == "correct" else "corrects nothing"))
    if action != "accept" and reason is None:
        raise InputError(f"{action}: give a reason, such as wrong_evidence")
    if action == "accept" and reason is not None:
        raise InputError("accept: needs no reason; write a comment")
    return typed_correction(correction) if correction else Correction()


def draft_decision(
    locked: LockedClaim,
    action: Decision,
    person: Person,
    correction: Correction,
    reason: ReasonCode | None,
    comment: str,
    note_id: int | None = None,
) -> Draft:
    """Return the event of a decision; raises Forbidden, InputError."""
    if locked.standing.status == "disputed":
        require_editor(person, "settle a disputed claim")
    note_id, run_id = _note_in_view(locked, note_id)
    summary = locked.summary(note_id)
    before = locked.standing.outcome or locked.summary().outcome
    after = _after(action, summary, correction, before.evidence)
    if action != "dismiss" and locked.needs_checking and not summary.says_something:
        _require_own_check(action, after, reason, comment)
    draft: Draft = {"action": action, "reason": reason, "comment": comment, "run_id": run_id, "before": before}
    return draft | {"after": after}


def _require_own_check(action: Decision, after: DeskOutcome, reason: ReasonCode | None, comment: str) -> None:
    """Refuse to settle a claim that nobody has checked without a verdict and what it rests on."""
    if action == "accept":
        raise InputError(
            "accept: nobody has checked this claim; correct it with your verdict and a source, or dismiss it"
        )
    if after.label is None:
        raise InputError("correct: nobody has checked this claim; give your verdict")
    rests = after.evidence or (reason == "checked_myself" and comment) or after.label == "not_enough_evidence"
    if not rests:
        raise InputError(
            "correct: nobody has checked this claim; add a source, or give the reason checked_myself and say in the "
            "comment how you checked it"
        )


def _note_in_view(locked: LockedClaim, note_id: int | None) -> tuple[int, str]:
    if note_id is None or note_id == locked.row["note_id"]:
        return locked.row["note_id"], locked.row["run_id"]
    notes = schema.notes.c
    query = sa.select(notes.run_id).where(notes.id == note_id, notes.claim_id == locked.row["claim_id"])
    run_id = locked.connection.scalar(query) if 0 < note_id < 2**31 else None
    if run_id is None:
        raise InputError(f"note {note_id} is not one of this claim")
    return note_id, run_id


def _after(
    action: Decision, summary: NoteSummary, correction: Correction, added: tuple[AddedEvidence, ...]
) -> DeskOutcome:
    if action == "dismiss":
        return DeskOutcome(dismissed=True, evidence=added)
    note = summary.outcome
    if action == "accept":
        return note.model_copy(update={"evidence": added})
    after = DeskOutcome(
        label=correction.label or note.label,
        justification=correction.justification or note.justification,
        flags=_kept(note.flags, correction.flags),
        evidence=tuple(dict.fromkeys((*added, *correction.evidence))),
    )
    if after.model_copy(update={"evidence": ()}) == note and after.evidence == added:
        raise InputError("correct: this changes nothing; accept the note instead")
    return after


def _kept(flags: tuple[Flag, ...], positions: tuple[int, ...] | None) -> tuple[Flag, ...]:
    if positions is None:
        return flags
    if any(not 0 <= position < len(flags) for position in positions):
        raise InputError(f"flags: the note has {len(flags)}, counted from 0")
    return tuple(flag for position, flag in enumerate(flags) if position in positions)


def undo(store: Store, claim_id: str, person: Person, *, seen: int) -> Review:
    """Take back the newest decision or request for a second one; an event like any other.

    Raises UnknownClaim, Conflict, Forbidden (somebody else's, and the person is no editor), InputError (nothing there).
    """

    def draft(locked: LockedClaim) -> Draft:
        gone = locked.standing.undoable
        if gone is None:
            raise InputError("undo: there is nothing to take back")
        if gone.reviewer != person.name and person.role == "reviewer":
            raise Forbidden(f"{person.name} may not take back what {gone.reviewer} did: only an editor may")
        left = stand([event for event in locked.events if event.sequence != gone.sequence])
        after = left.outcome or locked.summary().outcome
        return {"action": "undo", "before": locked.current, "after": after, "detail": {"undone": gone.sequence}}

    return act(store, claim_id, person, seen, draft)


def assign(store: Store, claim_id: str, person: Person, *, seen: int, assignee: str | None) -> Review:
    """Give a claim to somebody, or to nobody; raises UnknownClaim, Conflict, InputError."""
    made = draft_assignment(assignee)
    return act(store, claim_id, person, seen, lambda _: made)


def draft_assignment(assignee: str | None) -> Draft:
    """Return the event of an assignment; raises InputError."""
    name = typed("assignee", assignee, Name) if assignee and assignee.strip() else None
    return {"action": "assign", "detail": {"assignee": name}}


def ask_second(store: Store, claim_id: str, person: Person, *, seen: int, comment: str = "") -> Review:
    """Ask for a second decision by somebody who does not see the first; the comment is for them.

    An undecided claim then needs two decisions. Raises UnknownClaim, Conflict, InputError (asked already, disputed).
    """
    comment = typed("comment", comment, Comment)
    return act(store, claim_id, person, seen, lambda locked: draft_second(locked, comment))


def draft_second(locked: LockedClaim, comment: str) -> Draft:
    """Return the event that asks for a second decision; raises InputError."""
    if locked.standing.wants_second:
        raise InputError("ask_second: a second review has been asked for already")
    if locked.standing.status == "disputed":
        raise InputError("ask_second: two have decided, and differently; an editor settles it")
    return {"action": "ask_second", "comment": comment}


def approve(store: Store, claim_id: str, person: Person, *, seen: int, comment: str = "") -> Review:
    """Approve a decided claim as editor; raises UnknownClaim, Conflict, Forbidden, InputError (open, or approved)."""
    return _edit(store, claim_id, "approve", person, seen, comment)


def send_back(store: Store, claim_id: str, person: Person, *, seen: int, comment: str = "") -> Review:
    """Reopen a decided claim as editor; raises UnknownClaim, Conflict, Forbidden, InputError (open)."""
    return _edit(store, claim_id, "send_back", person, seen, comment)


EditorAction = Literal["approve", "send_back"]


def _edit(store: Store, claim_id: str, action: EditorAction, person: Person, seen: int, comment: str) -> Review:
    require_editor(person, action.replace("_", " "))
    comment = typed("comment", comment, Comment)
    return act(store, claim_id, person, seen, lambda locked: draft_edit(locked, action, comment))


def draft_edit(locked: LockedClaim, action: EditorAction, comment: str) -> Draft:
    """Return the event of an editor; raises InputError."""
    if locked.standing.status != "decided":
        raise InputError(f"{action}: the claim is not decided")
    if action == "approve" and locked.standing.editor_status == "approved":
        raise InputError("approve: it is approved already")
    return {"action": action, "comment": comment, "before": locked.current, "after": locked.current}


MAX_BULK = 5_000
_TOGETHER = 50
"""Claims in one transaction: other writers get their turn in between."""

BulkAction = Literal["accept", "dismiss", "assign", "ask_second", "approve", "send_back"]


def bulk(
    store: Store,
    filter: Filter,
    action: BulkAction,
    person: Person,
    *,
    expected: int,
    reason: ReasonCode | None = None,
    comment: str = "",
    assignee: str | None = None,
) -> BulkResult:
    """Do one action to every claim that matches, as if to each alone.

    What others change meanwhile, and what does not allow the action, is left as it is and named. Raises InputError
    when the filter now matches another number than `expected` or too many, Forbidden, and what does not go together.
    """
    draft = _drafter(action, person, reason, typed("comment", comment, Comment), assignee)
    rows = schema.queue.c
    query = sa.select(rows.claim_id, rows.sequence).where(*conditions(filter, store.dialect)).order_by(rows.claim_id)
    with store.reading() as connection:
        found = connection.execute(query.limit(MAX_BULK + 1)).all()
    if len(found) > MAX_BULK:
        raise InputError(f"more than {MAX_BULK:,} claims are too many at once: narrow the filter")
    if len(found) != expected:
        raise InputError(f"the filter matches {len(found)} claims now, not {expected}: look again")
    done: list[str] = []
    conflicts: list[str] = []
    for at in range(0, len(found), _TOGETHER):
        with store.writing() as connection:
            for claim_id, sequence in found[at : at + _TOGETHER]:
                try:
                    act_within(connection, claim_id, person, sequence, draft)
                    done.append(claim_id)
                except (Conflict, InputError, Forbidden):  # raised before anything of this claim is written
                    conflicts.append(claim_id)
    return BulkResult(done=tuple(done), conflicts=tuple(conflicts))


def _drafter(
    action: BulkAction, person: Person, reason: ReasonCode | None, comment: str, assignee: str | None
) -> Callable[[LockedClaim], Draft]:
    if action == "accept" or action == "dismiss":
        check_decision(action, None, reason)
        return lambda locked: draft_decision(locked, action, person, Correction(), reason, comment)
    if action == "approve" or action == "send_back":
        require_editor(person, action.replace("_", " "))
        return lambda locked: draft_edit(locked, action, comment)
    if action == "assign":
        assignment = draft_assignment(assignee)
        return lambda _: assignment
    return lambda locked: draft_second(locked, comment)
