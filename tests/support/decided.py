"""Decided notes for tests: the sample report after people have been at it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from samples import sample_report

from pipeline.core.models import (
    Correction,
    DecidedNote,
    DeskOutcome,
    Note,
    ReasonCode,
    Review,
    ReviewAction,
    ReviewStatus,
)

RUN = sample_report().run_id
NOON = datetime(2031, 3, 15, 12, 0, tzinfo=UTC)


def corrected(note: Note, correction: Correction) -> DeskOutcome:
    """Return what a note says after a correction."""
    kept = range(len(note.flags)) if correction.flags is None else correction.flags
    outcome = DeskOutcome.of(note)
    return DeskOutcome(
        label=correction.label or outcome.label,
        justification=correction.justification or outcome.justification,
        flags=tuple(note.flags[position] for position in kept),
        evidence=correction.evidence,
    )


def event(
    note: Note,
    sequence: int,
    action: ReviewAction,
    after: DeskOutcome | None = None,
    *,
    before: DeskOutcome | None = None,
    reason: ReasonCode | None = None,
    reviewer: str = "Ada Quist",
    run_id: str = RUN,
    **detail: Any,
) -> Review:
    """Return an event of the log; its id and time follow its sequence."""
    decides = action in ("accept", "correct", "dismiss")
    return Review(
        id=sequence,
        claim_id=note.claim.id,
        run_id=run_id,
        sequence=sequence,
        action=action,
        reason=reason,
        reviewer=reviewer,
        at=NOON + timedelta(hours=sequence),
        before=before or (DeskOutcome.of(note) if decides else None),
        after=after,
        detail=detail,
    )


def decided(
    note: Note,
    *events: Review,
    outcome: DeskOutcome | None = None,
    status: ReviewStatus = "decided",
    approved: bool = True,
) -> DecidedNote:
    """Return a note with events, and an editor's approval after them."""
    if approved:
        events = (*events, event(note, len(events) + 1, "approve", reviewer="Brit Ness"))
    return DecidedNote(
        note=note,
        outcome=outcome or DeskOutcome.of(note),
        status=status,
        editor_status="approved" if approved else "none",
        reviews=events,
    )


def accepted(note: Note, *, approved: bool = True) -> DecidedNote:
    """Return a note that a person took as it was found."""
    return decided(note, event(note, 1, "accept", DeskOutcome.of(note)), approved=approved)


def set_right(
    note: Note, correction: Correction, reason: ReasonCode = "other", *, approved: bool = True
) -> DecidedNote:
    """Return a note that a person corrected."""
    after = corrected(note, correction)
    return decided(note, event(note, 1, "correct", after, reason=reason), outcome=after, approved=approved)


def set_aside(note: Note, reason: ReasonCode, *, approved: bool = False) -> DecidedNote:
    """Return a note that a person dismissed."""
    after = DeskOutcome(dismissed=True)
    return decided(note, event(note, 1, "dismiss", after, reason=reason), outcome=after, approved=approved)


def untouched(note: Note) -> DecidedNote:
    """Return a note that nobody has decided on."""
    status: ReviewStatus = "open" if note.claim.checkable else "none"
    return DecidedNote(note=note, outcome=DeskOutcome.of(note), status=status)
