"""Sources and what they gave, in the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.core.errors import InputError
from pipeline.evidence.sources.models import EarlierCheck, Item, Source
from pipeline.store import Store, insert_missing, schema as t

_LOOKED_AT = 2000
_S, _I = t.evidence_sources.c, t.evidence_items.c


def add_source(store: Store, source: Source) -> None:
    """Keep a new source; raises InputError where its name is taken."""
    if any(each.name == source.name for each in known_sources(store)):
        raise InputError(f"there is a source {source.name} already: choose another name, or remove that one")
    with store.writing() as connection:
        connection.execute(sa.insert(t.evidence_sources), {"name": source.name, "body": source.model_dump(mode="json")})


def change_source(store: Store, source: Source) -> None:
    """Keep a source as it is now."""
    with store.writing() as connection:
        kept = sa.update(t.evidence_sources).where(_S.name == source.name)
        connection.execute(kept.values(body=source.model_dump(mode="json")))


def known_sources(store: Store) -> tuple[Source, ...]:
    """Return all sources, by name."""
    with store.reading() as connection:
        bodies = connection.scalars(sa.select(_S.body).order_by(_S.name))
        return tuple(Source.model_validate(body) for body in bodies)


def source_named(store: Store, name: str) -> Source:
    """Return a source; raises InputError where there is none of that name."""
    known = {each.name: each for each in known_sources(store)}
    if name not in known:
        names = ", ".join(known) or "none yet; `factnotes sources add` adds one"
        raise InputError(f"there is no source {name}: there are {names}")
    return known[name]


def remove_source(store: Store, name: str) -> int:
    """Forget a source and what only it gave; return how many passages are searched no more."""
    given = {id_ for item in items_of(store, source_named(store, name).name).values() for id_ in item.passages}
    with store.writing() as connection:
        connection.execute(sa.delete(t.evidence_items).where(_I.source == name))
        connection.execute(sa.delete(t.evidence_sources).where(_S.name == name))
    return forget_unless_given(store, sorted(given))


def items_of(store: Store, name: str | None = None) -> dict[str, Item]:
    """Return what a source has given by key, or without a name every source, by source and key."""
    asked = sa.select(_I.source, _I.key, _I.body)
    with store.reading() as connection:
        rows = connection.execute(asked.where(_I.source == name) if name else asked).all()
    return {row.key if name else f"{row.source} {row.key}": Item.model_validate(row.body) for row in rows}


def checks_with(store: Store, words: Sequence[str], limit: int) -> tuple[EarlierCheck, ...]:
    """Return what others have found of claims that hold every one of some words, the newest first."""
    body = sa.cast(_I.body, sa.Text)
    asked = sa.select(_I.body).where(_I.key.startswith("check "), *(body.icontains(w, autoescape=True) for w in words))
    with store.reading() as connection:
        items = [Item.model_validate(each) for each in connection.scalars(asked.limit(_LOOKED_AT))]
    checks = {check.model_dump_json(): check for item in items for check in item.checks}.values()
    return tuple(sorted(checks, key=lambda check: str(check.reviewed_on or ""), reverse=True))[:limit]


def save_items(store: Store, name: str, items: Mapping[str, Item]) -> None:
    """Keep what a source gave, in the place of what it gave before under the same keys; two may do so at once."""
    rows = [{"source": name, "key": key, "body": item.model_dump(mode="json")} for key, item in items.items()]
    if rows:
        with store.writing() as connection:
            _drop(connection, name, list(items))
            insert_missing(connection, t.evidence_items, rows)


def drop_items(store: Store, name: str, keys: Sequence[str]) -> None:
    """Forget what a source gave under some keys."""
    with store.writing() as connection:
        _drop(connection, name, keys)


def _drop(connection: Connection, name: str, keys: Sequence[str]) -> None:
    for at in range(0, len(keys), 500):
        gone = sa.delete(t.evidence_items).where(_I.source == name, _I.key.in_(keys[at : at + 500]))
        connection.execute(gone)


def forget_unless_given(store: Store, ids: Sequence[str]) -> int:
    """Let passages be searched no more that no source gives any longer; return how many."""
    if not ids:
        return 0
    given = {id_ for item in items_of(store).values() for id_ in item.passages}
    gone = [id_ for id_ in ids if id_ not in given]
    store.forget_passages(gone)
    return len(gone)
