"""The ledger's log: events are read in order and appended, each by who has seen all before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.core.clock import utc_now
from pipeline.core.errors import Conflict
from pipeline.core.models import Person
from pipeline.ledger.models import Draft, FactAction, FactEvent, Signature
from pipeline.store import in_utc, schema

SIGNATURE = "signature"
"""Stands where a fact's id would, for the events of the ledger as a whole."""
Events = Mapping[str, Sequence[FactEvent]]
"""The events of facts, by the fact's id."""
_E = schema.ledger_events.c


def read_events(connection: Connection, draft_id: str) -> tuple[dict[str, list[FactEvent]], list[Signature]]:
    """Return the events of a draft's facts, and its signatures."""
    query = sa.select(schema.ledger_events).where(_E.draft_id == draft_id).order_by(_E.fact_id, _E.sequence)
    events: dict[str, list[FactEvent]] = {}
    signatures = []
    for row in connection.execute(query).mappings():
        if row["fact_id"] == SIGNATURE:
            signatures.append(Signature.model_validate(row["body"]))
        else:
            events.setdefault(row["fact_id"], []).append(_event(row))
    return events, signatures


def _event(row: Mapping[Any, Any]) -> FactEvent:
    names = ("id", "draft_id", "fact_id", "sequence", "action", "version", "person")
    return FactEvent.model_validate({name: row[name] for name in names} | {"at": in_utc(row["at"])} | row["body"])


def append(
    connection: Connection,
    draft: Draft,
    fact_id: str,
    action: FactAction,
    person: Person,
    seen: int,
    body: Mapping[str, Any],
) -> FactEvent:
    """Write an event of a fact behind the `seen` that there are; raises Conflict where there are others."""
    row = {"draft_id": draft.id, "fact_id": fact_id, "sequence": seen + 1, "action": action, "version": draft.version}
    row |= {"person": person.name, "at": utc_now(), "body": dict(body)}
    newest = sa.select(_E.person, _E.action, _E.sequence).where(_E.draft_id == draft.id, _E.fact_id == fact_id)
    last = connection.execute(newest.order_by(_E.sequence.desc()).limit(1)).first()
    if seen != (last.sequence if last else 0):
        who = f"{last.person} was first ({last.action.replace('_', ' ')})" if last else "nothing has happened to it"
        raise Conflict(f"{who}: look again", None)
    try:
        (id_,) = connection.execute(sa.insert(schema.ledger_events), row).inserted_primary_key or (None,)
    except sa.exc.IntegrityError as error:
        raise Conflict("somebody was first: look again", None) from error
    return _event(row | {"id": id_})
