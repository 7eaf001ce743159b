"""What a check of the same text says where a fact's words stand: shown beside the fact, and never a tick."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.core.models import Claim, DeskOutcome, Flag
from pipeline.ledger.models import Checked, Ledger
from pipeline.store import Store, events_of_all, schema, stand

_F, _N, _R, _V = schema.flags.c, schema.notes.c, schema.runs.c, schema.verdicts.c


def with_checks(store: Store, ledger: Ledger) -> Ledger:
    """Return a ledger with the claims of the newest finished check of its text that have a verdict or a flag.

    Raises StoreError.
    """
    newest = sa.select(_R.id).where(_R.article_id == ledger.draft.article_id, _R.status == "finished")
    with store.reading() as connection:
        run_id = connection.scalar(newest.order_by(_R.started_at.desc(), _R.id.desc()).limit(1))
        checked = tuple(_checked(connection, run_id)) if run_id else ()
    return ledger.model_copy(update={"checked": checked})


def _checked(connection: Connection, run_id: str) -> Iterable[Checked]:
    flags: dict[int, list[Flag]] = {}
    flagged = sa.select(_F.note_id, _F.body).join(schema.notes, _N.id == _F.note_id).where(_N.run_id == run_id)
    for note_id, body in connection.execute(flagged.order_by(_F.note_id, _F.position)):
        flags.setdefault(note_id, []).append(Flag.model_validate(body))
    query = sa.select(_N.id, _V.label, _V.justification, schema.claims.c.body).where(_N.run_id == run_id)
    query = query.join(schema.claims, schema.claims.c.id == _N.claim_id)
    query = query.join(schema.verdicts, _V.note_id == _N.id, isouter=True).order_by(_N.position)
    rows = [(Claim.model_validate(row.body), row) for row in connection.execute(query)]
    events = events_of_all(connection, [claim.id for claim, _ in rows])
    for claim, row in rows:
        said = DeskOutcome(label=row.label, justification=row.justification, flags=tuple(flags.get(row.id, ())))
        standing = stand(events.get(claim.id, ()))
        decided = standing.outcome if standing.status == "decided" else None
        outcome = decided or said
        if outcome.label or outcome.flags:
            yield Checked(
                claim_id=claim.id,
                run_id=run_id,
                words=claim.text,
                spans=claim.spans,
                outcome=outcome,
                by_person=decided is not None,
            )
