"""Decided claims are opened again where a source they rest on no longer says what was cited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import sqlalchemy as sa

from pipeline.core.errors import Conflict, InputError, StoreBusy
from pipeline.core.models import SYSTEM, Citation, Passage, Person, Review, content_id
from pipeline.evidence import Verified
from pipeline.review.actions import draft_edit
from pipeline.review.events import Draft, LockedClaim, act
from pipeline.store import Store, schema as t

_REOPENS = {"changed": "does not hold the cited words any more", "gone": "is gone"}
_SHOWN = 200


def reopen_resting(store: Store, verified: Verified) -> tuple[Review, ...]:
    """Open the decided claims again whose newest note cites a page that has changed or is gone; return the events.

    Each is an event of the system, which an editor can take back; then the same change opens the claim no more. One
    that was dismissed rests on nothing. Raises StoreError.
    """
    if verified.state not in _REOPENS:
        return ()
    return tuple(_reopened(store, verified, _resting(store, verified)))


def _resting(store: Store, verified: Verified) -> list[tuple[str, int]]:
    """Return the decided claims that rest on a page, with the number of their events."""
    queue, verdicts = t.queue.c, t.verdicts.c
    asked = sa.select(queue.claim_id, queue.sequence, verdicts.citations)
    asked = asked.join(t.verdicts, verdicts.note_id == queue.note_id)
    asked = asked.where(queue.status == "decided", queue.claim_id.in_(verified.claims))
    with store.reading() as connection:
        rows = connection.execute(asked).all()
        cited = {row.claim_id: {Citation.model_validate(each).passage_id for each in row.citations} for row in rows}
        ids = sorted({id_ for each in cited.values() for id_ in each})
        bodies = connection.scalars(sa.select(t.passages.c.body).where(t.passages.c.id.in_(ids)))
        on_page = {each.id for each in map(Passage.model_validate, bodies) if each.source_url == verified.address}
    return [(row.claim_id, row.sequence) for row in rows if cited[row.claim_id] & on_page]


def _reopened(store: Store, verified: Verified, claims: Iterable[tuple[str, int]]) -> Iterator[Review]:
    change = content_id(verified.address, verified.state, verified.detail if verified.state == "changed" else "")
    comment = f"{verified.address} {_REOPENS[verified.state]}: {' '.join(verified.detail.split())[:_SHOWN]}"

    def draft(locked: LockedClaim) -> Draft:
        if any(event.detail.get("source_change") == change for event in locked.events):
            raise InputError("this change has opened the claim before")
        if locked.current.dismissed:
            raise InputError("a dismissed claim rests on nothing")
        return draft_edit(locked, "send_back", comment) | {"detail": {"source_change": change}}

    for claim_id, sequence in claims:
        try:
            yield act(store, claim_id, Person(name=SYSTEM, role="editor"), sequence, draft)
        except (Conflict, InputError, StoreBusy):
            continue  # somebody acts on it just now, or it stays as it is for a reason: the next look tells
