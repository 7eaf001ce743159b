"""One action on every claim of a filter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import sqlalchemy as sa

from pipeline.errors import Conflict, Forbidden, InputError
from pipeline.models import Correction, Person, ReasonCode
from pipeline.review.acting import Draft, LockedClaim, act_within, require_editor
from pipeline.review.deciding import check_decision, draft_assignment, draft_decision, draft_edit, draft_second
from pipeline.review.filters import Filter
from pipeline.review.limits import Comment, typed
from pipeline.review.queue import conditions
from pipeline.review.values import BulkResult
from pipeline.store import Store, schema

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
