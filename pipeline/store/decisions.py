"""A run's notes with what people decided; and decisions that come along to an edited article.

A decision comes along when an edited article still says the same: as an event of the system that names its author.

Nobody decides here. The event's reviewer is `factnotes`; its detail tells who decided, when, on which claim and run.
Only a claim that nobody has acted on takes one, and only one whose flags are proven at their new places. The claim is
marked as moved where its note, or what stands around it, is another than the one decided on. An editor's approval and
a second review that was asked for do not come along: they were of that text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.core.errors import InputError
from pipeline.core.models import (
    SYSTEM,
    DecidedNote,
    DeskOutcome,
    Flag,
    Note,
    Review,
    ReviewStatus,
    Span,
    content_id,
    storable,
)
from pipeline.store import schema as t
from pipeline.store.database import Store
from pipeline.store.log import append, event_of, events_of, events_of_all
from pipeline.store.queue import NoteSummary, unreviewed, write_standing
from pipeline.store.rows import NOTE_COLUMNS, read_note
from pipeline.store.standing import stand

_Q = t.queue.c
_BLOCK = 1_000


def carry_decision(store: Store, run_id: str, previous_claim_id: str, note: Note, *, moved: bool) -> Review | None:
    """Let the decision on an earlier claim stand for the claim of a note just written; return the event, if any.

    `moved` marks it as to be looked at again, also where the note says the same. Raises StoreError.
    """
    with store.writing() as connection:
        row = _locked(connection, note.claim.id)
        before = _locked(connection, previous_claim_id)
        if row is None or before is None or row["sequence"] or before["status"] != "decided":
            return None
        decision = stand(events_of(connection, previous_claim_id)).decision
        after = _in_place(decision.after, note) if decision and decision.after else None
        if decision is None or after is None:
            return None
        decided = str(before["decided_signature"])
        event = _event(decision, after, note, content_id(decided, "context changed") if moved else decided)
        review = append(connection, event | {"run_id": run_id, "claim_id": note.claim.id, "sequence": 1})
        standing = stand([review], _unreviewed(note))
        write_standing(connection, note.claim.id, standing, 1, event["detail"]["signature"])
        return review


def _unreviewed(note: Note) -> ReviewStatus:
    """Return the status of a note's claim without events."""
    reason = note.failure.reason if note.failure else None
    return unreviewed(note.claim.uncheckable, reason, marked=bool(note.flags) or note.differs)


def _locked(connection: Connection, claim_id: str) -> sa.RowMapping | None:
    query = sa.select(t.queue).where(_Q.claim_id == claim_id).with_for_update()
    return connection.execute(query).mappings().first()


def _event(decision: Review, after: DeskOutcome, note: Note, signature: str) -> dict[str, Any]:
    """Return the event; a decision that came along before still names who made it."""
    made = decision.detail.get("carried_from") or {
        "claim_id": decision.claim_id,
        "run_id": decision.run_id,
        "sequence": decision.sequence,
        "reviewer": decision.reviewer,
        "at": decision.at.isoformat(),
    }
    comment = (
        f"{made['reviewer']} decided this on {made['at'][:10]}, on the same words of an earlier text of the article."
    )
    return {
        "action": decision.action,
        "reason": decision.reason,
        "comment": comment
        + (f" {decision.comment}" if decision.comment and "carried_from" not in decision.detail else ""),
        "reviewer": SYSTEM,
        "before": NoteSummary.by(note).outcome,
        "after": after,
        "detail": {"carried_from": made, "signature": signature},
    }


def _in_place(outcome: DeskOutcome, note: Note) -> DeskOutcome | None:
    """Return an outcome with its flags at their places in the new text; None where one cannot be proven there."""
    flags = []
    for flag in outcome.flags:
        placed = _placed(flag, note)
        if placed is None:
            return None
        flags.append(placed)
    return outcome.model_copy(update={"flags": tuple(flags)})


def _placed(flag: Flag, note: Note) -> Flag | None:
    """Return a flag where the new note has it, else where its words stand in the claim's sentence; else None."""
    for new in note.flags:
        if (new.kind, new.span.exact, new.suggestion) == (flag.kind, flag.span.exact, flag.suggestion):
            return flag.model_copy(update={"span": new.span})
    for place in (*note.claim.spans, *([note.claim.sentence] if note.claim.sentence else [])):
        at = place.exact.find(flag.span.exact)
        if at >= 0:
            start = place.start + at
            return flag.model_copy(
                update={"span": Span(start=start, end=start + len(flag.span.exact), exact=flag.span.exact)}
            )
    return None


def decided_notes(store: Store, run_id: str) -> tuple[DecidedNote, ...]:
    """Return a run's notes in order, each with what the desk says of it now; raises InputError for an unknown run."""
    query = sa.select(*NOTE_COLUMNS).join(t.claims, t.claims.c.id == t.notes.c.claim_id)
    with store.reading() as connection:
        if not storable(run_id) or not connection.scalar(sa.select(t.runs.c.id).where(t.runs.c.id == run_id)):
            raise InputError(f"no run {run_id[:64]!r}: `factnotes review runs` lists them")
        found = connection.execute(query.where(t.notes.c.run_id == run_id).order_by(t.notes.c.position)).all()
        notes = [read_note(connection, row) for row in found]
        events = events_of_all(connection, (note.claim.id for note in notes))
    return tuple(_decided(note, tuple(events.get(note.claim.id, ()))) for note in notes)


def _decided(note: Note, reviews: tuple[Review, ...]) -> DecidedNote:
    standing = stand(reviews, _unreviewed(note))
    return DecidedNote(
        note=note,
        outcome=standing.outcome or DeskOutcome.of(note),
        status=standing.status,
        editor_status=standing.editor_status,
        reviews=reviews,
    )


def export_log(store: Store) -> Iterator[Review]:
    """Yield every event ever written, oldest first, without holding them all; raises StoreError."""
    last = 0
    while True:
        query = sa.select(t.reviews).where(t.reviews.c.id > last).order_by(t.reviews.c.id).limit(_BLOCK)
        with store.reading() as connection:
            events = [event_of(row) for row in connection.execute(query).mappings()]
        if not events:
            return
        yield from events
        last = events[-1].id
