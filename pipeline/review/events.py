"""One event on one claim: lock it, look whether it is as its author saw it, append, show it in the queue."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.core.errors import Conflict, Forbidden, InputError, StoreBusy, UnknownClaim
from pipeline.core.models import DeskOutcome, Person, Review, ReviewAction, ReviewStatus
from pipeline.store import (
    NoteSummary,
    Standing,
    Store,
    append,
    decided_on,
    events_of,
    schema,
    stand,
    summaries_of,
    unreviewed,
    write_standing,
)

_CLAIM_ID = re.compile(r"[0-9a-f]{16}")
_VISIBLE_TO_SECOND = ("assign", "ask_second")


@dataclass(frozen=True)
class LockedClaim:
    """A claim as it is, locked for the one who acts."""

    connection: Connection
    row: sa.RowMapping
    events: tuple[Review, ...]
    standing: Standing
    _summaries: dict[int, NoteSummary] = field(default_factory=dict)

    def summary(self, note_id: int | None = None) -> NoteSummary:
        """Return what a note says, the newest unless named."""
        wanted = self.row["note_id"] if note_id is None else note_id
        if wanted not in self._summaries:
            self._summaries.update(summaries_of(self.connection, [wanted]))
        return self._summaries[wanted]

    @property
    def needs_checking(self) -> bool:
        """Tell whether somebody ought to check the claim: it is neither uncheckable nor words that no source holds."""
        return _unreviewed(self.row) != "none"

    @property
    def current(self) -> DeskOutcome:
        """What the desk says now."""
        return self.standing.outcome or self.summary().outcome


Draft = dict[str, Any]
"""What an event says besides who, when and where in the order: action, reason, comment, before, after, detail."""


def act(store: Store, claim_id: str, person: Person, seen: int, draft: Callable[[LockedClaim], Draft]) -> Review:
    """Append what `draft` makes of the claim; raises UnknownClaim, Conflict, and what `draft` raises."""
    require_claim_id(claim_id)
    try:
        with store.writing() as connection:
            return act_within(connection, claim_id, person, seen, draft)
    except _Taken as taken:  # a writer that does not lock the row first: the unique sequence has refused
        with store.reading() as connection:
            raise _conflict(events_of(connection, claim_id), person) from taken


class _Taken(StoreBusy):
    """The database holds an event of this sequence already."""


def act_within(
    connection: Connection, claim_id: str, person: Person, seen: int, draft: Callable[[LockedClaim], Draft]
) -> Review:
    """Do the same in a transaction that is open; raises before anything is written."""
    locked = _lock(connection, claim_id)
    if seen != locked.row["sequence"]:
        _refuse(locked, person, seen)
    made = draft(locked)
    event = {"run_id": locked.row["run_id"], "claim_id": claim_id, "reviewer": person.name, "sequence": seen + 1}
    try:
        review = append(connection, {"comment": "", "reason": None, **event, **made})
    except sa.exc.IntegrityError as error:
        raise _Taken("another program has written to this claim; try again") from error
    standing = stand((*locked.events, review), _unreviewed(locked.row))
    write_standing(connection, claim_id, standing, review.sequence, _signature(locked, standing))
    return review


def _signature(locked: LockedClaim, standing: Standing) -> str | None:
    """Return the signature of the note that the decision is on, from the row where it holds it."""
    if (
        standing.decision
        and "signature" not in standing.decision.detail
        and standing.decision.run_id == locked.row["run_id"]
        and standing.status not in ("open", "none")
    ):
        return str(locked.row["signature"])
    return decided_on(locked.connection, standing)


def require_claim_id(claim_id: str) -> None:
    """Raise UnknownClaim for what cannot be the id of a claim."""
    if not _CLAIM_ID.fullmatch(claim_id):
        raise UnknownClaim(f"no claim {claim_id[:40]!r}: an id has 16 hexadecimal digits")


def require_editor(person: Person, what: str) -> None:
    """Raise Forbidden for a reviewer."""
    if person.role not in ("editor", "admin"):
        raise Forbidden(f"{person.name} may not {what}: only an editor may")


def visible(events: tuple[Review, ...], standing: Standing, person: Person) -> tuple[Review, ...]:
    """Return the events a person may see: the second of two reviewers sees nothing of what was decided."""
    if not standing.hides_from(person.name):
        return events
    return tuple(event for event in events if event.action in _VISIBLE_TO_SECOND)


def lookup(connection: Connection, claim_id: str, *, lock: bool = False) -> sa.RowMapping:
    """Return the queue's row of a claim, with why nobody can check it; raises UnknownClaim."""
    query = sa.select(schema.queue, schema.claims.c.uncheckable).join(schema.claims)
    query = query.where(schema.queue.c.claim_id == claim_id)
    row = connection.execute(query.with_for_update(of=schema.queue) if lock else query).mappings().first()
    if row is None:
        raise UnknownClaim(f"no claim {claim_id} has a note; `factnotes check` makes notes")
    return row


def _unreviewed(row: sa.RowMapping) -> ReviewStatus:
    """Return the status of a row of the queue without events."""
    return unreviewed(row["uncheckable"], row["failure"], marked=bool(row["flags"]) or row["differs"])


def stand_of(connection: Connection, row: sa.RowMapping) -> tuple[tuple[Review, ...], Standing]:
    """Return a claim's events and what they add up to."""
    events = tuple(events_of(connection, row["claim_id"]))
    return events, stand(events, _unreviewed(row))


def _lock(connection: Connection, claim_id: str) -> LockedClaim:
    row = lookup(connection, claim_id, lock=True)
    return LockedClaim(connection, row, *stand_of(connection, row))


def _refuse(locked: LockedClaim, person: Person, seen: int) -> None:
    if not 0 <= seen < locked.row["sequence"]:
        raise InputError(f"seen: {seen} is more than has happened to this claim ({locked.row['sequence']})")
    raise _conflict(list(locked.events), person)


_DID: dict[ReviewAction, str] = {
    "accept": "accepted the note",
    "correct": "corrected the note",
    "dismiss": "dismissed the note",
    "undo": "took a decision back",
    "assign": "assigned the claim",
    "ask_second": "asked for a second review",
    "approve": "approved the decision",
    "send_back": "sent the claim back",
    "supersede": "took the claim out of the queue, because a newer text was checked,",
}


def _conflict(events: list[Review], person: Person) -> Conflict:
    seen = visible(tuple(events), stand(events), person)
    newest = (seen or tuple(events))[-1]
    message = f"{newest.reviewer} {_DID[newest.action]} at {newest.at:%H:%M} UTC, after you opened it: look again"
    return Conflict(message, newest)
