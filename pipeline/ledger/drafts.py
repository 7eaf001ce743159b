"""Drafts and their versions in the store; facts are found when a version comes in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.engine import Connection

from pipeline.articles import is_open_document
from pipeline.core.clock import utc_now
from pipeline.core.errors import InputError
from pipeline.core.models import Article, Person, content_id
from pipeline.ledger.find import find_facts
from pipeline.ledger.models import Draft, Fact
from pipeline.store import Store, in_utc, insert_missing, schema

_D, _V = schema.ledger_drafts.c, schema.ledger_versions.c
_FACTS = TypeAdapter(tuple[Fact, ...])
_NAME = 200
WordKind = Literal["docx", "odt"]
_HEAD = 100
"""Bytes at the beginning of a zip file that name its first entry, by which most files are known."""
_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument.text"
_OF_DOCX = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"word/")
MAX_FILE = 20_000_000
"""Bytes of a Word file that is kept beside its text."""


def add_version(store: Store, name: str, article: Article, person: Person, *, file: bytes | None = None) -> Draft:
    """Keep a text as the next version of the draft of that name, the first where there is none.

    The text of the newest version again makes no new one. Raises InputError, StoreError.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= _NAME:
        raise InputError(f"a draft's name has 1 to {_NAME} characters")
    if file is not None and len(file) > MAX_FILE:
        raise InputError(f"the file has {len(file):,} bytes: at most {MAX_FILE:,} are kept")
    facts = [fact.model_dump(mode="json") for fact in find_facts(article)]
    with store.writing() as connection:
        draft_id = content_id("draft", name)
        insert_missing(connection, schema.ledger_drafts, [{"id": draft_id, "name": name}])
        newest = _newest(connection, draft_id)
        if newest and newest["article_id"] == article.id:
            return _draft(name, newest)
        row = {name: getattr(article, name) for name in ("id", "title", "url", "publisher", "published_at")}
        row |= {"body": article.model_dump(mode="json"), "created_at": utc_now()}
        insert_missing(connection, schema.articles, [row])
        version: dict[str, Any] = {
            "draft_id": draft_id,
            "version": newest["version"] + 1 if newest else 1,
            "article_id": article.id,
            "added_by": person.name,
            "added_at": utc_now(),
        }
        connection.execute(sa.insert(schema.ledger_versions), version | {"facts": facts, "file": file})
        return _draft(name, version)


def list_drafts(store: Store) -> tuple[Draft, ...]:
    """Return all drafts, the newest version first."""
    newest = sa.select(_V.draft_id, sa.func.max(_V.version).label("version")).group_by(_V.draft_id).subquery()
    same = sa.and_(newest.c.draft_id == _V.draft_id, newest.c.version == _V.version)
    query = sa.select(_D.name, *_COLUMNS).join(schema.ledger_versions, _V.draft_id == _D.id).join(newest, same)
    with store.reading() as connection:
        rows = connection.execute(query.order_by(_V.added_at.desc(), _D.name)).mappings().all()
    return tuple(_draft(row["name"], row) for row in rows)


def find_draft(store: Store, typed: str) -> Draft:
    """Return a draft by its name, its id or a unique part of either, or the `latest`; raises InputError."""
    drafts = list_drafts(store)
    exact = [draft for draft in drafts if typed in (draft.name, draft.id)]
    if typed in ("latest", "last") and drafts and not exact:
        return drafts[0]
    found = exact or [
        draft for draft in drafts if typed.casefold() in draft.name.casefold() or draft.id.startswith(typed)
    ]
    if len(found) != 1:
        how = "no draft" if not found else f"{len(found)} drafts"
        raise InputError(f"{how} {typed[:60]!r}: `factnotes ledger list` lists them")
    return found[0]


def article_of(store: Store, draft: Draft, version: int) -> Article:
    """Return a version's text; raises InputError where there is none."""
    query = sa.select(schema.articles.c.body).join(schema.ledger_versions, _V.article_id == schema.articles.c.id)
    with store.reading() as connection:
        body = connection.scalar(query.where(_V.draft_id == draft.id, _V.version == version))
    if body is None:
        raise InputError(f"draft {draft.name!r} has no version {version}")
    return Article.model_validate(body)


def facts_of(connection: Connection, draft_id: str, version: int) -> tuple[Fact, ...]:
    """Return what was found in a version when it came in; nothing for a version that there is not."""
    rows = connection.scalar(sa.select(_V.facts).where(_V.draft_id == draft_id, _V.version == version))
    return _FACTS.validate_python(rows or ())


def word_kind(store: Store, draft: Draft) -> WordKind | None:
    """Return as what kind of Word file the newest version came; None where it came as none."""
    head = sa.func.substr(_V.file, 1, _HEAD)
    query = sa.select(head).where(_V.draft_id == draft.id, _V.version == draft.version)
    with store.reading() as connection:
        found = connection.scalar(query)
    if found is None:
        return None
    if _OPEN_DOCUMENT in bytes(found):
        return "odt"
    if any(path in bytes(found) for path in _OF_DOCX):
        return "docx"
    return "odt" if is_open_document(file_of(store, draft) or b"") else "docx"


def file_of(store: Store, draft: Draft) -> bytes | None:
    """Return the Word or OpenDocument file of the newest version, if it came as one."""
    query = sa.select(_V.file).where(_V.draft_id == draft.id, _V.version == draft.version)
    with store.reading() as connection:
        file: bytes | None = connection.scalar(query)
    return file


_COLUMNS = (_V.draft_id, _V.version, _V.article_id, _V.added_at)


def _newest(connection: Connection, draft_id: str) -> sa.RowMapping | None:
    query = sa.select(*_COLUMNS).where(_V.draft_id == draft_id).order_by(_V.version.desc()).limit(1)
    return connection.execute(query).mappings().first()


def _draft(name: str, row: Mapping[Any, Any]) -> Draft:
    added_at = in_utc(row["added_at"])
    return Draft(id=row["draft_id"], name=name, version=row["version"], article_id=row["article_id"], added_at=added_at)
