"""What sources have answered, kept as it came: hashed passages that a note may cite, asked for only once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from pipeline.core.clock import utc_now
from pipeline.core.models import Passage, content_id
from pipeline.evidence.sources.kept import save_items
from pipeline.evidence.sources.models import Item, Source
from pipeline.evidence.sources.questions import Question
from pipeline.store import Store, cited_row, insert_missing, schema as t

KEPT = timedelta(days=1)
"""So long an answer stands; after that a source may know more."""
_ASKED = 500


def known_answer(store: Store, source: Source, question: Question) -> tuple[Passage, ...] | None:
    """Return what a source answered to a question within the last day; None where it must be asked."""
    row = sa.select(t.evidence_items.c.body).where(
        t.evidence_items.c.source == source.name, t.evidence_items.c.key == _key(source, question)
    )
    with store.reading() as connection:
        body = connection.scalar(row)
    item = Item.model_validate(body) if body else None
    if item is None or utc_now() - item.fetched_at > KEPT:
        return None
    passages = _passages(store, item.passages)
    return passages if len(passages) == len(item.passages) else None


def keep_answer(store: Store, source: Source, question: Question, passages: Sequence[Passage]) -> None:
    """Store what a source answered: first the passages with their hashes, then that it did."""
    rows = {passage.id: cited_row(passage) for passage in passages}
    with store.writing() as connection:
        insert_missing(connection, t.passages, list(rows.values()))
    item = Item(fetched_at=utc_now(), passages=tuple(rows))
    save_items(store, source.name, {_key(source, question): item})


def _key(source: Source, question: Question) -> str:
    how = source.model_dump_json(include={"kind", "address", "arguments", "publisher", "pages"})
    days = [str(day) for day in question.days or ()]
    return f"asked {content_id(how, question.words, *days)}"


def _passages(store: Store, ids: Sequence[str]) -> tuple[Passage, ...]:
    """Return passages in their order, whether they are searched or only kept."""
    found: dict[str, Passage] = {}
    with store.reading() as connection:
        for at in range(0, len(ids), _ASKED):
            bodies = connection.scalars(sa.select(t.passages.c.body).where(t.passages.c.id.in_(ids[at : at + _ASKED])))
            found |= {passage.id: passage for passage in map(Passage.model_validate, bodies)}
    return tuple(found[id_] for id_ in ids if id_ in found)
