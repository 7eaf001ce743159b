"""Full-text search over the queue: FTS5 in SQLite, tsvector with GIN in PostgreSQL.

Words are cut, folded and stemmed here, so that both find the same; the databases only index them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
import Stemmer
from sqlalchemy.engine import Connection

_WORD = re.compile(r"[^\W_]+")
_PART = re.compile(r'"([^"]*)"|([^\s"]+)')
_MAX = 64
"""Longest word that is told from others; the rest of it is not looked at."""

_WORDS = sa.table("queue_words", sa.column("id"), sa.column("rowid"), sa.column("words"))
_FIND: dict[str, str] = {
    "sqlite": "queue.id in (select rowid from queue_words where queue_words match :words)",
    "postgresql": "queue.id in (select id from queue_words where words @@ to_tsquery('simple', :words))",
}


def stems(text: str) -> list[str]:
    """Return the words of a text, without case and accents, as English stems.

    >>> stems("The Mayor’s bridges, café")
    ['the', 'mayor', 's', 'bridg', 'cafe']
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    words = [word[:_MAX] for word in _WORD.findall(plain)]
    return list(Stemmer.Stemmer("english").stemWords(words))


def write_words(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Index texts (`id` of the queue, `words` as written) in place of what was indexed for them."""
    stemmed = [{"at": row["id"], "stems": " ".join(stems(row["words"]))} for row in rows]
    if not stemmed:
        return
    at, words = sa.bindparam("at", type_=sa.Integer), sa.bindparam("stems", type_=sa.Text)
    if connection.dialect.name == "sqlite":
        statement: sa.Insert = sa.insert(_WORDS).prefix_with("or replace").values(rowid=at, words=words)
    else:
        from sqlalchemy.dialects import postgresql  # slow to import

        new = postgresql.insert(_WORDS).values(id=at, words=sa.func.to_tsvector("simple", words))
        statement = new.on_conflict_do_update(index_elements=[_WORDS.c.id], set_={"words": new.excluded.words})
    connection.execute(statement, stemmed)


def matching(dialect: str, text: str) -> sa.ColumnElement[bool] | sa.TextClause:
    """Return the condition that all words of a search stand in a text; words in quotation marks stand in a row."""
    phrases = [stems(quoted or word) for quoted, word in _PART.findall(text)]
    phrases = [phrase for phrase in phrases if phrase]
    if not phrases:
        return sa.false()
    if dialect == "postgresql":
        words = " & ".join("(" + " <-> ".join(f"'{word}'" for word in phrase) + ")" for phrase in phrases)
    else:
        words = " AND ".join('"' + " ".join(phrase) + '"' for phrase in phrases)
    return sa.text(_FIND[dialect]).bindparams(words=words)
