"""Claims that are a part of another one are shown under it, on whatever page of the queue that is.

Where a claim stands in its article never changes: it is read from the store once and kept, so that a page costs no
reading of all the claims of its articles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from threading import Lock
from typing import Any, NamedTuple

import sqlalchemy as sa
from cachetools import LRUCache
from sqlalchemy.engine import Connection

from pipeline.reports import Listed, find_parts
from pipeline.review.filters import Filter
from pipeline.review.models import FoldedPage, QueueItem, QueuePage
from pipeline.review.work_queue import ORDER, conditions, item_of
from pipeline.store import Store, schema

_Q, _C = schema.queue.c, schema.claims.c
_AT_ONCE = 500
"""Ids in one question to the store."""


class _Place(NamedTuple):
    start: int
    end: int
    sentence: tuple[int, int] | None


_PLACES: LRUCache[str, _Place] = LRUCache(maxsize=50_000)
_LOCK = Lock()


def with_parts(store: Store, filter: Filter, page: QueuePage) -> FoldedPage:
    """Put those claims of a page that are a part of another one that matches under it, on whatever page that is.

    Raises StoreError.
    """
    if not page.items:
        return FoldedPage(page=page, parts={})
    here = {item.claim_id for item in page.items}
    columns = (_Q.claim_id, _Q.run_id, _Q.kind, _Q.label, _Q.failure, _Q.flags, _Q.differs)
    with store.reading() as connection:
        places = _near(connection, page)
        query = sa.select(*columns).where(*conditions(filter, store.dialect), _Q.claim_id.in_(places))
        rows = connection.execute(query).all()
        whole_of = dict(_parts(rows, places))
        wanted = [part for part, whole in whole_of.items() if whole in here]
        found = sa.select(schema.queue).where(_Q.claim_id.in_(wanted)).order_by(*ORDER)
        items = [item_of(row) for row in connection.execute(found).mappings()] if wanted else []
    shown = tuple(item for item in page.items if item.claim_id not in whole_of) or page.items
    parts: dict[str, tuple[QueueItem, ...]] = {}
    for item in items:
        parts[whole_of[item.claim_id]] = (*parts.get(whole_of[item.claim_id], ()), item)
    return FoldedPage(page=page.model_copy(update={"items": shown}), parts=parts)


def _near(connection: Connection, page: QueuePage) -> dict[str, _Place]:
    """Return where those claims stand that share words with one of a page: a part does with its whole."""
    shown: dict[str, list[str]] = {}
    for item in page.items:
        shown.setdefault(item.article_id, []).append(item.claim_id)
    query = sa.select(_C.id, _C.article_id).where(_C.article_id.in_(shown))
    beside: dict[str, list[str]] = {}
    for claim_id, article_id in connection.execute(query).tuples():
        beside.setdefault(article_id, []).append(claim_id)
    places = _places(connection, [each for ids in beside.values() for each in ids])
    near: dict[str, _Place] = {}
    for article_id, ids in beside.items():
        spots = [places[each] for each in shown[article_id]]
        near.update((each, places[each]) for each in ids if any(_share(places[each], spot) for spot in spots))
    return near


def _share(one: _Place, other: _Place) -> bool:
    return one.start < other.end and other.start < one.end


def _places(connection: Connection, ids: Sequence[str]) -> dict[str, _Place]:
    """Return where claims stand in their articles; a claim's id is made of that."""
    with _LOCK:
        known = {each: _PLACES[each] for each in ids if each in _PLACES}
    new = [each for each in ids if each not in known]
    for at in range(0, len(new), _AT_ONCE):
        query = sa.select(_C.id, _C.body).where(_C.id.in_(new[at : at + _AT_ONCE]))
        known.update((row.id, _place(row.body)) for row in connection.execute(query))
    with _LOCK:
        _PLACES.update({each: known[each] for each in new if each in known})
    return known


def _place(body: Mapping[str, Any]) -> _Place:
    sentence = body.get("sentence")
    around = (sentence["start"], sentence["end"]) if sentence else None
    return _Place(body["spans"][0]["start"], body["spans"][-1]["end"], around)


def _parts(rows: Sequence[sa.Row[Any]], places: Mapping[str, _Place]) -> Iterator[tuple[str, str]]:
    """Yield the ids of claims that are a part of another of the same run, with the other's."""
    by_run: dict[str, list[sa.Row[Any]]] = {}
    for row in rows:
        by_run.setdefault(row.run_id, []).append(row)
    for found in by_run.values():
        for part, whole in find_parts([_listed(row, places[row.claim_id]) for row in found]).items():
            yield found[part].claim_id, found[whole].claim_id


def _listed(row: sa.Row[Any], place: _Place) -> Listed:
    said, alone = (row.label, row.failure), bool(row.flags.strip()) or row.differs
    decided = bool(row.label) and row.label != "not_enough_evidence"
    return Listed(place.start, place.end, place.sentence, row.kind, said, alone, decided)
