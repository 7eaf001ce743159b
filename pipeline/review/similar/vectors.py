"""The vectors of decided claims: derived data in a folder of its own, added as decisions are made.

How far the log has been read is kept in a file beside the vectors, so that looking for what is new costs the
same with a hundred decided claims as with a hundred thousand.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipeline.core.errors import StoreBusy, StoreError
from pipeline.core.ports import Embedder
from pipeline.evidence import VectorIndex
from pipeline.store import Store, schema as t

_BLOCK = 32
_FILL_SECONDS = 1.0
_WAIT_SECONDS = 0.3
_LATE_EVENTS = 200
"""With several writers an event may be seen after others with higher ids, by so many at most."""


def nearest_decided(
    store: Store, folder: Path, embedder: Embedder, text: str, limit: int
) -> tuple[dict[str, float], str]:
    """Return the claims of decisions nearest to a text with their cosine, and why not all were looked at.

    Vectors that are missing are added first, for about a second at most. Some of the claims may not be
    decided any more.
    """
    try:
        vector = embedder.embed([text])[0]
        with VectorIndex.create(folder, embedder.name, wait_s=_WAIT_SECONDS, opened_often=True) as vectors:
            complete = _fill(store, folder, vectors, embedder)
            found = vectors.query(vector, limit)
    except StoreBusy:
        return {}, "Only claims of the same words were looked for: another process is comparing claims."
    except StoreError:
        return {}, _started_again(folder)
    return dict(found), "" if complete else "Not all decided claims are compared yet; look again in a moment."


def index_decisions(store: Store, vectors_folder: Path, embedder: Embedder) -> int:
    """Add the vectors of all decided claims that have none; return how many.

    The folder is free between blocks. Raises StoreBusy, StoreError.
    """
    total = 0
    while True:
        with VectorIndex.create(vectors_folder, embedder.name, wait_s=5, opened_often=True) as vectors:
            added = _add_block(store, vectors_folder, vectors, embedder)
        total += added
        if not added:
            return total


def _started_again(folder: Path) -> str:
    """Delete vectors that cannot be used: they are made again."""
    try:
        VectorIndex.delete(folder, wait_s=_WAIT_SECONDS)
    except StoreError:
        return "Only claims of the same words were looked for: the vectors of decided claims cannot be used."
    return "Only claims of the same words were looked for: the vectors of decided claims are made again."


def _fill(store: Store, folder: Path, vectors: VectorIndex, embedder: Embedder) -> bool:
    """Add vectors that are missing while there is time; return whether none is missing."""
    until = time.monotonic() + _FILL_SECONDS
    while _add_block(store, folder, vectors, embedder):
        if time.monotonic() > until:
            return False
    return True


def _add_block(store: Store, folder: Path, vectors: VectorIndex, embedder: Embedder) -> int:
    """Add the vectors of the claims whose decisions come next in the log; return how many."""
    file = folder / "through.json"
    through, recent = _read(file)
    rows = [row for row in _decided_after(store, through - _LATE_EVENTS) if recent.get(row.claim_id) != row.event]
    block = rows[:_BLOCK]
    if block:
        embedded = embedder.embed([row.text for row in block])
        vectors.add([row.claim_id for row in block], embedded, [{"of": "decided claim"}] * len(block))
        through = max(through, block[-1].event)
        known = recent | {row.claim_id: row.event for row in block}
        recent = {claim_id: event for claim_id, event in known.items() if event > through - _LATE_EVENTS}
        _write(file, through, recent)
    return len(block)


def _decided_after(store: Store, event: int) -> Sequence[sa.Row[Any]]:
    """Return the decided claims of which something was written after an event, in the order of their newest."""
    newest = sa.func.max(t.reviews.c.id).label("event")
    query = (
        sa.select(t.queue.c.claim_id, t.queue.c.text, newest)
        .join(t.reviews, t.reviews.c.claim_id == t.queue.c.claim_id)
        .where(t.reviews.c.id > event, t.queue.c.status == "decided")
        .group_by(t.queue.c.claim_id, t.queue.c.text)
        .order_by(newest)
        .limit(_BLOCK + _LATE_EVENTS)
    )
    with store.reading() as connection:
        return connection.execute(query).all()


def _read(file: Path) -> tuple[int, dict[str, int]]:
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
        return int(known["through"]), {str(claim_id): int(event) for claim_id, event in known["recent"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return 0, {}  # none yet, or damaged: adding a vector again changes nothing


def _write(file: Path, through: int, recent: dict[str, int]) -> None:
    part = file.with_suffix(".part")
    part.write_text(json.dumps({"through": through, "recent": recent}), encoding="utf-8")
    part.replace(file)
