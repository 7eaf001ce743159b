"""What the desk has found and an editor approved, as a source: the house's own words, and told as such.

Off unless it is added. A note is no evidence on its own article, in whatever version of it, nor where it rests on notes
of the desk alone; of what was refuted or left open nothing is taken, because only what is so can be said again.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from pipeline.core.models import Citation, Passage
from pipeline.evidence.house import HOUSE, house_origin
from pipeline.evidence.sources.models import Source
from pipeline.store import Store, events_of_all, schema as t, stand


def approved_notes(store: Store, source: Source) -> Iterator[tuple[str, Passage]]:
    """Yield by claim what an editor approved as supported, dated by the day of approval; raises StoreError."""
    queue = t.queue.c
    asked = sa.select(
        queue.claim_id, queue.text, queue.article_id, queue.title, t.articles.c.url, t.verdicts.c.citations
    )
    asked = asked.join(t.articles, t.articles.c.id == queue.article_id)
    asked = asked.outerjoin(t.verdicts, t.verdicts.c.note_id == queue.note_id)
    asked = asked.where(queue.status == "decided", queue.editor_status == "approved", queue.kind.not_in(_SAID))
    with store.reading() as connection:
        rows = connection.execute(asked.order_by(queue.claim_id)).all()
        events = events_of_all(connection, [row.claim_id for row in rows])
        ours = t.passages.c.body["place"].as_string() == HOUSE
        house = set(connection.scalars(sa.select(t.passages.c.id).where(ours)))
    for row in rows:
        outcome = stand(events.get(row.claim_id, ())).outcome
        cited = {Citation.model_validate(each).passage_id for each in row.citations or ()}
        rests = bool(cited - house) or bool(outcome and outcome.evidence)
        if outcome and outcome.label == "supported" and not outcome.dismissed and rests:
            yield (
                row.claim_id,
                Passage(
                    text=row.text,
                    source_url=f"claims/{row.claim_id}",
                    publisher=source.publisher or "this desk",
                    published_at=max(each.at for each in events[row.claim_id] if each.action == "approve").date(),
                    origin=house_origin(row.article_id, row.url, row.title),
                    place=HOUSE,
                    note="the house's own words",
                ),
            )


_SAID = ("quotation", "title")
"""That words were said, or an office held at a day, is no statement that holds by itself."""
