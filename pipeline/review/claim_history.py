"""What has been decided: a claim in view, its history, the whole log."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from pipeline.core.errors import InputError
from pipeline.core.models import Article, Claim, DecidedNote, DeskOutcome, Person, Review
from pipeline.review.events import lookup, require_claim_id, stand_of, visible
from pipeline.review.limits import storable
from pipeline.review.models import ClaimView
from pipeline.review.work_queue import item_of
from pipeline.store import Standing, Store, event_of, events_of_all, note_of, read_note, schema, stand

MAX_EVENTS = 1_000
_LAST_ID = 2**31 - 1
_RUN = sa.select(schema.runs.c.id)
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
    """Return the condition that an event may be seen: see `acting.visible`."""
    rows = schema.queue.c
    blind = sa.exists().where(
        rows.claim_id == _R.claim_id, rows.status == "awaiting_second", rows.first_reviewer != viewer.name
    )
    return sa.or_(_R.action.in_(("assign", "ask_second")), sa.not_(blind))


def export_log(store: Store) -> Iterator[Review]:
    """Yield every event ever written, oldest first, without holding them all."""
    last = 0
    while events := history(store, after_id=last, limit=MAX_EVENTS):
        yield from events
        last = events[-1].id


def outcomes(store: Store, run_id: str) -> tuple[DecidedNote, ...]:
    """Return a run's notes in order, each with what the desk says of it now; raises InputError for an unknown run."""
    columns = (schema.notes.c.id, schema.notes.c.trace, schema.claims.c.body, schema.claims.c.uncheckable)
    query = sa.select(*columns).join(schema.claims, schema.claims.c.id == schema.notes.c.claim_id)
    with store.reading() as connection:
        if not storable(run_id) or not connection.scalar(_RUN.where(schema.runs.c.id == run_id)):
            raise InputError(f"no run {run_id[:64]!r}: `factnotes review runs` lists them")
        found = connection.execute(query.where(schema.notes.c.run_id == run_id).order_by(schema.notes.c.position)).all()
        notes = [read_note(connection, row.id, row.trace, Claim.model_validate(row.body)) for row in found]
        events = events_of_all(connection, (note.claim.id for note in notes))
    decided = []
    for note in notes:
        reviews = tuple(events.get(note.claim.id, ()))
        standing: Standing = stand(reviews, "open" if note.claim.checkable else "none")
        decided.append(
            DecidedNote(
                note=note,
                outcome=standing.outcome or DeskOutcome.of(note),
                status=standing.status,
                editor_status=standing.editor_status,
                reviews=reviews,
            )
        )
    return tuple(decided)
