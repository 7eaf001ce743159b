"""Claims of an earlier text of an article leave the queue when a newer one is checked, and return if that text does.

Nobody decides here: the events are the program's own. What people have decided stays decided.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.core.models import SYSTEM, Review
from pipeline.store import schema as t
from pipeline.store.database import Store
from pipeline.store.log import append, events_of
from pipeline.store.queue import decided_on, unreviewed, write_standing
from pipeline.store.standing import stand

_Q = t.queue.c
_UNDECIDED = ("open", "awaiting_second", "disputed")


def supersede(store: Store, former: Collection[str], article_id: str) -> int:
    """Close the undecided claims of an article's former texts, and open again what was closed of this one.

    Returns how many left the queue. Raises StoreError.
    """
    with store.reading() as connection:  # thousands of articles that are new, or stand as they did, write nothing
        undecided, left = _Q.status.in_(_UNDECIDED), _Q.status == "superseded"
        wanted = (_Q.article_id.in_(list(former)) & undecided) | ((_Q.article_id == article_id) & left)
        if connection.scalar(sa.select(_Q.id).where(wanted).limit(1)) is None:
            return 0
    with store.writing() as connection:
        closing = list(_rows(connection, [each for each in former if each != article_id], _UNDECIDED))
        for row in closing:
            _write(connection, row, "supersede", {"by": article_id})
        for row in _rows(connection, [article_id], ("superseded",)):
            closed = [event for event in events_of(connection, row["claim_id"]) if event.action == "supersede"]
            _write(connection, row, "undo", {"undone": closed[-1].sequence, "returned": True})
    return len(closing)


def _rows(connection: Connection, article_ids: Iterable[str], statuses: Collection[str]) -> Iterable[sa.RowMapping]:
    query = sa.select(t.queue, t.claims.c.uncheckable).join(t.claims, t.claims.c.id == _Q.claim_id)
    query = query.where(_Q.article_id.in_(list(article_ids)), _Q.status.in_(statuses)).order_by(_Q.id)
    return connection.execute(query.with_for_update(of=t.queue)).mappings().all()


def _write(connection: Connection, row: sa.RowMapping, action: str, detail: dict[str, object]) -> Review:
    event = {"run_id": row["run_id"], "claim_id": row["claim_id"], "sequence": row["sequence"] + 1, "reason": None}
    review = append(connection, event | {"reviewer": SYSTEM, "action": action, "comment": "", "detail": detail})
    status = unreviewed(row["uncheckable"], row["failure"], marked=bool(row["flags"]) or row["differs"])
    standing = stand(events_of(connection, row["claim_id"]), status)
    write_standing(connection, row["claim_id"], standing, review.sequence, decided_on(connection, standing))
    return review
