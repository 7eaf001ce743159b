"""What the sources that a check asks are, told without loading what reads them: asked before anything else."""

from __future__ import annotations

import json

import sqlalchemy as sa

from pipeline.core.models import content_id
from pipeline.store import Store, schema as t

_DECIDES = ("name", "kind", "address", "arguments", "publisher", "may_see", "asks", "pages")


def asked_digest(store: Store) -> str | None:
    """Return what stands for the sources that a check asks; None where it asks none."""
    with store.reading() as connection:
        bodies = list(connection.scalars(sa.select(t.evidence_sources.c.body).order_by(t.evidence_sources.c.name)))
    asked = [{name: body.get(name) for name in _DECIDES} for body in bodies if body.get("ask")]
    return content_id(json.dumps(asked, sort_keys=True)) if asked else None
