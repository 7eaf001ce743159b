"""What a run found that is worth telling: flagged claims that were not flagged before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.core.models import Claim
from pipeline.store import Store, schema as t
from pipeline.watch.notify.models import Event, event_id

DOUBTFUL = ("refuted", "conflicting_evidence")
"""Labels that call for a person as much as a flag does."""
MOST_CLAIMS = 50
"""So many claims are described in words; all are counted."""

_N = t.notes.c
_SELECT = (
    sa.select(_N.id, _N.claim_id, _N.since_run_id, t.claims.c.body, t.claims.c.uncheckable, t.articles.c.title)
    .add_columns(t.verdicts.c.label, t.failures.c.reason)
    .join(t.claims, t.claims.c.id == _N.claim_id)
    .join(t.articles, t.articles.c.id == t.claims.c.article_id)
    .outerjoin(t.verdicts, t.verdicts.c.note_id == _N.id)
    .outerjoin(t.failures, t.failures.c.note_id == _N.id)
)


def flagged_run(
    store: Store, watch: str, source: str, run_id: str, at: datetime, *, reported: Collection[str] = (), desk: str = ""
) -> Event | None:
    """Return the news of a run's flagged claims; None where there is none beside what was sent of them otherwise."""
    with store.reading() as connection:
        run = connection.execute(sa.select(t.runs).where(t.runs.c.id == run_id)).mappings().first()
        rows = connection.execute(_SELECT.where(_N.run_id == run_id).order_by(_N.position)).mappings().all()
        flags = flags_of(connection, sa.select(_N.id).where(_N.run_id == run_id))
        flagged = [row for row in rows if flags.get(row["id"]) or row["label"] in DOUBTFUL]
        known = _flagged_before(connection, flagged)
    new = [row for row in flagged if not row["since_run_id"] and row["claim_id"] not in known | set(reported)]
    if run is None or not new:
        return None
    facts: dict[str, Any] = {"watch": watch, "run_id": run_id, "article_id": run["article_id"]}
    facts |= {"as_of": str(run["as_of"]), "claims": sum(row["uncheckable"] is None for row in rows)}
    facts |= {"outcomes": outcomes(rows), "flags": kinds(flags.values())}
    facts |= {"newly_flagged": len(new), "claim_ids": [row["claim_id"] for row in new]}
    facts |= {"desk": f"{desk}/?run={run_id}"} if desk else {}
    words = {"title": rows[0]["title"], "source": source}
    words["flagged_claims"] = [in_words_of(row, flags.get(row["id"], [])) for row in new[:MOST_CLAIMS]]
    return Event(id=event_id("run.flagged", run_id), kind="run.flagged", at=at, facts=facts, words=words)


def flags_of(
    connection: Connection, note_ids: sa.Select[tuple[int]] | Sequence[int]
) -> dict[int, list[dict[str, Any]]]:
    """Return the flags of notes, in order, by the note's id."""
    query = sa.select(t.flags.c.note_id, t.flags.c.body).where(t.flags.c.note_id.in_(note_ids))
    found: dict[int, list[dict[str, Any]]] = {}
    for note_id, body in connection.execute(query.order_by(t.flags.c.note_id, t.flags.c.position)):
        found.setdefault(note_id, []).append(body)
    return found


def _flagged_before(connection: Connection, flagged: Collection[sa.RowMapping]) -> set[str]:
    """Return the claims that an earlier run had flagged: a person has them in the queue."""
    newest = {row["claim_id"]: row["id"] for row in flagged}
    doubted = sa.exists().where(t.flags.c.note_id == _N.id) | sa.exists().where(
        t.verdicts.c.note_id == _N.id, t.verdicts.c.label.in_(DOUBTFUL)
    )
    query = sa.select(_N.id, _N.claim_id).where(_N.claim_id.in_(list(newest)), doubted)
    return {claim_id for id_, claim_id in connection.execute(query) if id_ < newest[claim_id]}


def outcomes(rows: Iterable[sa.RowMapping]) -> dict[str, int]:
    """Count how claims came out, those that nobody can check left out."""
    checkable = (row for row in rows if row["uncheckable"] is None)
    return dict(Counter(row["label"] or "not_checked" for row in checkable).most_common())


def kinds(flags: Iterable[Iterable[dict[str, Any]]]) -> dict[str, int]:
    """Count flags by kind."""
    return dict(Counter(flag["kind"] for of_note in flags for flag in of_note).most_common())


def in_words_of(row: sa.RowMapping, flags: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return what is reported of a claim where words may be."""
    claim = Claim.model_validate(row["body"])
    kept = ("kind", "severity", "message", "suggestion")
    return {
        "claim_id": claim.id,
        "words": words_of(claim),
        "title": row["title"],
        "label": row["label"],
        "flags": [{name: flag.get(name) for name in kept} for flag in flags],
    }


def words_of(claim: Claim) -> str:
    """Return a claim in the article's own words."""
    return " … ".join(span.exact for span in claim.spans)
