"""What has been decided: a claim in view, its history, the whole log."""

from __future__ import annotations

import sqlalchemy as sa

from pipeline.core.errors import InputError
from pipeline.core.models import Article, DeskOutcome, Person, Review, storable
from pipeline.review.events import lookup, require_claim_id, stand_of, visible
from pipeline.review.models import ClaimView
from pipeline.review.work_queue import item_of
from pipeline.store import Store, event_of, note_of, schema

MAX_EVENTS = 1_000
_LAST_ID = 2**31 - 1
_R = schema.reviews.c


def open_claim(store: Store, claim_id: str, person: Person) -> ClaimView:
    """Return all a person needs to decide a claim; raises UnknownClaim.

    The second of two reviewers sees the claim as if the first had not decided.
    """
    require_claim_id(claim_id)
    with store.reading() as connection:
        row = lookup(connection, claim_id)
        body = connection.scalar(sa.select(schema.articles.c.body).where(schema.articles.c.id == row["article_id"]))
        note = note_of(connection, row["note_id"])
        events, standing = stand_of(connection, row)
    hidden = standing.hides_from(person.name)
    return ClaimView(
        item=item_of(row),
        article=Article.model_validate(body),
        note=note,
        current=DeskOutcome.of(note) if hidden else standing.outcome or DeskOutcome.of(note),
        history=visible(events, standing, person),
        hidden=hidden,
    )


def history(
    store: Store,
    *,
    claim_id: str | None = None,
    person: str | None = None,
    after_id: int = 0,
    limit: int = 100,
    viewer: Person | None = None,
) -> tuple[Review, ...]:
    """Return events in the order they were written: of a claim, by a person, or all; go on after the last one's id.

    With a viewer, what this person must not see yet (a blind second review) is left out. Raises InputError
    for a limit out of range, UnknownClaim.
    """
    if not 1 <= limit <= MAX_EVENTS:
        raise InputError(f"limit: from 1 to {MAX_EVENTS}")
    if person is not None and not storable(person):
        return ()
    query = sa.select(schema.reviews).where(_R.id > min(max(after_id, 0), _LAST_ID)).order_by(_R.id).limit(limit)
    with store.reading() as connection:
        if claim_id is not None:
            require_claim_id(claim_id)
            lookup(connection, claim_id)
            query = query.where(_R.claim_id == claim_id)
        if person is not None:
            query = query.where(_R.reviewer == person)
        if viewer is not None:
            query = query.where(_seen_by(viewer))
        return tuple(event_of(row) for row in connection.execute(query).mappings())


def _seen_by(viewer: Person) -> sa.ColumnElement[bool]:
    """Return the condition that an event may be seen: see `events.visible`."""
    rows = schema.queue.c
    blind = sa.exists().where(
        rows.claim_id == _R.claim_id, rows.status == "awaiting_second", rows.first_reviewer != viewer.name
    )
    return sa.or_(_R.action.in_(("assign", "ask_second")), sa.not_(blind))
