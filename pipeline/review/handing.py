"""Hand out claims: who asks for the next one gets one that nobody else was handed a few minutes ago.

Nothing is locked: the log's own rule still guards every decision, and a person who went away holds nobody up for long.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.errors import StoreBusy
from pipeline.models import Person
from pipeline.review.filters import Filter
from pipeline.review.queue import look_for_next, next_claim
from pipeline.review.values import QueueItem
from pipeline.store import Store, schema
from pipeline.store.people import has_accounts
from pipeline.store.rows import now as utc_now

_ONE_AT_A_TIME = "select pg_advisory_xact_lock(4808)"


def hand_out(
    store: Store,
    filter: Filter,
    person: Person,
    *,
    after: str | None = None,
    skipped: Collection[str] = (),
    now: datetime | None = None,
) -> QueueItem | None:
    """Return the next claim for a person as `next_claim` does, and let it be nobody else's next one for a while.

    What this person was handed before is free again. Where the store is too busy to write, the claim is handed out
    all the same; a desk without accounts is one person's, whatever name, and nothing is written.
    """
    moment = now or utc_now()
    if not has_accounts(store):
        return next_claim(store, filter, person, after=after, skipped=skipped, now=moment)
    try:
        with store.writing_lightly() as connection:
            if connection.dialect.name == "postgresql":  # two at once would not see each other's row; SQLite has a turn
                connection.execute(sa.text(_ONE_AT_A_TIME))
            found = look_for_next(connection, filter, person, after, skipped, moment)
            _note(connection, person, found, moment)
    except StoreBusy:
        return next_claim(store, filter, person, after=after, skipped=skipped, now=moment)
    return found


def _note(connection: Connection, person: Person, found: QueueItem | None, moment: datetime) -> None:
    connection.execute(sa.delete(schema.handed).where(schema.handed.c.person == person.name))
    if found is not None:
        row = {"person": person.name, "claim_id": found.claim_id, "at": moment}
        connection.execute(sa.insert(schema.handed), row)
