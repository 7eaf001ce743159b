"""What stands around a claim in view: its row, the claim before it, the newest events."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from pipeline.core.models import DeskOutcome, Person, Review
from pipeline.review.claim_history import history
from pipeline.review.events import lookup, require_claim_id
from pipeline.review.filters import Filter
from pipeline.review.models import QueueItem
from pipeline.review.work_queue import conditions, item_of
from pipeline.store import Store, events_of_all, schema, stand

_Q = schema.queue.c
_R = schema.reviews.c


def find_item(store: Store, claim_id: str) -> QueueItem:
    """Return a claim's row of the queue; raises UnknownClaim."""
    require_claim_id(claim_id)
    with store.reading() as connection:
        return item_of(lookup(connection, claim_id))


def texts_of(store: Store, claim_ids: Iterable[str]) -> dict[str, str]:
    """Return the words of claims, by id."""
    claims = schema.claims.c
    wanted = sa.select(claims.id, claims.text).where(claims.id.in_(set(claim_ids)))
    with store.reading() as connection:
        return {row.id: row.text for row in connection.execute(wanted)}


def outcomes_now(store: Store, items: Iterable[QueueItem]) -> dict[str, DeskOutcome]:
    """Return what people have made of the decided claims among some, by id; nothing of one that waits for a second."""
    decided = [item.claim_id for item in items if item.status == "decided"]
    if not decided:
        return {}
    with store.reading() as connection:
        logs = events_of_all(connection, decided)
    outcomes = {claim_id: stand(events).outcome for claim_id, events in logs.items()}
    return {claim_id: outcome for claim_id, outcome in outcomes.items() if outcome}


def previous_claim(store: Store, filter: Filter, *, before: str) -> QueueItem | None:
    """Return the claim that stands before another in the queue's order; None at its beginning."""
    order = (_Q.rank, _Q.claim_id)
    with store.reading() as connection:
        place = connection.execute(sa.select(*order).where(_Q.claim_id == before)).first()
        if place is None:
            return None
        ahead = sa.tuple_(*order) < sa.tuple_(sa.literal(place.rank), sa.literal(place.claim_id))
        query = sa.select(schema.queue).where(*conditions(filter, store.dialect), ahead)
        row = connection.execute(query.order_by(_Q.rank.desc(), _Q.claim_id.desc()).limit(1)).mappings().first()
    return item_of(row) if row else None


def newest_events(
    store: Store,
    viewer: Person,
    *,
    claim_id: str | None = None,
    person: str | None = None,
    before_id: int | None = None,
    limit: int = 100,
) -> tuple[tuple[Review, ...], int | None]:
    """Return events, the newest first, and the `before_id` of what is older (None when nothing is).

    What the viewer must not see yet is left out. Raises UnknownClaim, InputError.
    """
    wanted = [
        condition
        for condition, asked in (
            (_R.claim_id == claim_id, claim_id is not None),
            (_R.reviewer == person, person is not None),
            (_R.id < (before_id or 0), before_id is not None),
        )
        if asked
    ]
    with store.reading() as connection:
        ids = connection.scalars(sa.select(_R.id).where(*wanted).order_by(_R.id.desc()).limit(limit + 1)).all()
    page = ids[:limit]
    first = page[-1] if page else 0
    found = history(store, claim_id=claim_id, person=person, after_id=max(first - 1, 0), limit=limit, viewer=viewer)
    events = tuple(event for event in reversed(found) if page and event.id <= page[0])
    return events, first if len(ids) > limit else None
