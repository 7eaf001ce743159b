"""Passages by their ids, as they are asked for: a store may hold more than memory should."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from pipeline.core.models import Passage
from pipeline.store import schema as t
from pipeline.store.database import Store

_ASKED = 500
_P = t.passages.c


def passages_by_id(store: Store, ids: Sequence[str]) -> dict[str, Passage]:
    """Return those of the passages that are searched, in the order of the ids; raises StoreError."""
    wanted = list(dict.fromkeys(ids))
    found: dict[str, Passage] = {}
    with store.reading() as connection:
        for at in range(0, len(wanted), _ASKED):
            query = sa.select(_P.body, _P.kind).where(_P.id.in_(wanted[at : at + _ASKED]))
            # The kind is looked at here: asked for it, SQLite goes through all passages of the kind, and not by id.
            bodies = (row.body for row in connection.execute(query) if row.kind == "passage")
            found |= {each.id: each for each in map(Passage.model_validate, bodies)}
    return {id_: found[id_] for id_ in wanted if id_ in found}
