"""Passages by their ids, as they are asked for: a store may hold more than memory should."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from pipeline.core.models import Passage
from pipeline.store import schema as t
from pipeline.store.database import Store

_ASKED = 500


def passages_by_id(store: Store, ids: Sequence[str]) -> dict[str, Passage]:
    """Return those of the passages that are searched, in the order of the ids; raises StoreError."""
    wanted = list(dict.fromkeys(ids))
    found: dict[str, Passage] = {}
    with store.reading() as connection:
        for at in range(0, len(wanted), _ASKED):
            block = t.passages.c.id.in_(wanted[at : at + _ASKED])
            query = sa.select(t.passages.c.body).where(block, t.passages.c.kind == "passage")
            found |= {each.id: each for each in map(Passage.model_validate, connection.scalars(query))}
    return {id_: found[id_] for id_ in wanted if id_ in found}
