"""Statements compiled once a process for all the stores that tests open, as in a store that stays open."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects.postgresql.pg8000 import PGDialect_pg8000
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Engine
from sqlalchemy.util import LRUCache

_COMPILED: LRUCache[Any, Any] = LRUCache(5000)


def compile_once() -> None:
    """Let engines share what they compile: `pipeline.store` sets all of one kind alike, so they count as equal."""
    for dialect in (SQLiteDialect_pysqlite, PGDialect_pg8000):
        dialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
        dialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]
    made = Engine.__init__

    def share(self: Engine, *arguments: Any, **more: Any) -> None:
        made(self, *arguments, **more)
        self._compiled_cache = _COMPILED

    Engine.__init__ = share  # type: ignore[method-assign]
