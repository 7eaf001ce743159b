"""Which one somebody means who types an id, a unique part of one, or `latest`: the same for all that has ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pipeline.core.errors import InputError
from pipeline.store import schema as t
from pipeline.store.database import Store

LATEST = ("latest", "last")
_SHOWN = 5
_LONGEST = 64


@dataclass(frozen=True)
class Kind:
    """A kind of thing that has ids, and the commands that list and make it, for messages."""

    name: str
    listed_by: str
    made_by: str


RUN = Kind("run", "factnotes runs list", "factnotes check FILE")
ARTICLE = Kind("article", "factnotes runs list --json", "factnotes check FILE")
CLAIM = Kind("claim", "factnotes review list --status any", "factnotes check FILE")
EVALUATION = Kind("evaluation", "factnotes eval list", "factnotes eval run SUITE")


def find_id(ids: Sequence[str], typed: str, kind: Kind) -> str:
    """Return the id that is meant, of ids with the newest last.

    A whole id goes before ids that begin so, and these before ids that hold it. Raises InputError where none is meant,
    with the command that lists them, and where several are, with the newest of them.
    """
    typed = typed.strip()
    if typed in LATEST:
        if not ids:
            raise InputError(f"there is no {kind.name} yet: `{kind.made_by}` makes one")
        return ids[-1]
    found = _meant(ids, typed)
    if len(found) == 1:
        return found[0]
    if not found:
        raise InputError(f"no {kind.name} {typed[:_LONGEST]!r}: `{kind.listed_by}` lists them")
    more = ", ..." if len(found) > _SHOWN else ""
    newest = ", ".join(found[: -_SHOWN - 1 : -1])
    raise InputError(f"{typed!r} is part of several {kind.name} ids ({newest}{more}): type more of the one you mean")


def _meant(ids: Sequence[str], typed: str) -> list[str]:
    if typed in ids:
        return [typed]
    part = typed.lower()
    if not part:
        return []
    return [each for each in ids if each.lower().startswith(part)] or [each for each in ids if part in each.lower()]


def find_stored_id(store: Store, column: sa.ColumnElement[str], order: Sequence[Any], typed: str, kind: Kind) -> str:
    """Return what `find_id` returns for a column of the store, in an order with the newest last.

    Only the few ids that may be meant are read. Raises InputError, StoreError.
    """
    typed = typed.strip()
    query = sa.select(column).order_by(*(each.desc() for each in order)).limit(_SHOWN + 1)
    if typed not in LATEST:
        if not typed.isprintable() or len(typed) > _LONGEST:  # a database may refuse to look for it
            return find_id((), typed, kind)
        best_first = (column == typed).desc(), column.istartswith(typed, autoescape=True).desc()
        query = query.order_by(None).order_by(*best_first, *(each.desc() for each in order))
        query = query.where(column.icontains(typed, autoescape=True))
    with store.reading() as connection:
        found = connection.scalars(query).all()
    return find_id(found[::-1], typed, kind)


def find_article_id(store: Store, typed: str) -> str:
    """Return the id of the article that is meant; raises InputError, StoreError."""
    return find_stored_id(store, t.articles.c.id, (t.articles.c.created_at, t.articles.c.id), typed, ARTICLE)


def find_claim_id(store: Store, typed: str) -> str:
    """Return the id of the claim that is meant, of those with a note; the latest is the one noted last.

    Raises InputError, StoreError.
    """
    return find_stored_id(store, t.queue.c.claim_id, (t.queue.c.note_id,), typed, CLAIM)


def find_run_id(store: Store, typed: str, *, finished: bool = False) -> str:
    """Return the id of the run that is meant; with `finished` the latest is the newest that has finished, if one has.

    Raises InputError, StoreError.
    """
    newest = (t.runs.c.started_at, t.runs.c.id)
    return find_stored_id(
        store, t.runs.c.id, (t.runs.c.status == "finished", *newest) if finished else newest, typed, RUN
    )
