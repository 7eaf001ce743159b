"""The file behind lexical search: for every word the passages that hold it, how often, and how long they are.

Every change is one transaction of SQLite, so a process that is killed leaves whole passages or none. A change first
takes back the note of what the file is the whole of: who opens it next sees that it is to be compared with the store.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter, defaultdict
from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy
import numpy.typing

from pipeline.core.errors import StoreBusy, StoreError

_FORM = "1"
_SCHEMA = """
create table if not exists passages(row integer primary key, id text unique not null, words text not null);
create table if not exists lists(word text, part integer, rows blob, counts blob, lengths blob,
    primary key(word, part)) without rowid;
create table if not exists parts(part integer primary key, passages integer not null);
create table if not exists about(name text primary key, value);
"""
_BLOCK = 5000
"""Passages of one transaction."""
_MOST_PARTS = 24
"""A word's list is read in so many pieces at most; then the small ones are joined."""
_WAIT_S = 30.0
_ASKED = 500
"""Values in one question to SQLite."""
_MOST = 255
"""Higher counts than a byte holds change no score."""

T = TypeVar("T")
Numbers = numpy.typing.NDArray[Any]


class Lists(NamedTuple):
    """Where a word stands: rows of passages, how often in each, and the length of each in words."""

    rows: Numbers
    counts: Numbers
    lengths: Numbers


class InvertedIndex:
    """An open file of words, or the same in memory; one thread at a time, others wait. Raises StoreError."""

    def __init__(self, path: Path | None) -> None:
        self._name = str(path) if path else "in memory"
        self._turn = threading.RLock()
        with self._our_errors():
            if path:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(
                path or ":memory:", timeout=_WAIT_S, check_same_thread=False, isolation_level=None
            )
            self._db.execute("pragma journal_mode=wal")
            self._db.execute("pragma synchronous=normal")  # a power cut may take the last of it: it is made again
            self._db.executescript(_SCHEMA)
            if self._note("form") not in (None, _FORM):
                raise StoreError(f"the word index {path} is of another version: delete it, it is made again")
            self._db.execute("insert or ignore into about values('form', ?)", (_FORM,))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def size(self) -> tuple[int, int]:
        """Return how many passages there are, and of how many words."""
        return int(self._note("passages") or 0), int(self._note("words") or 0)

    def ids(self) -> frozenset[str]:
        """Return the ids of all passages."""
        return frozenset(id_ for (id_,) in self._asked("select id from passages"))

    def snapshot(self) -> str | None:
        """Return what the file is the whole of; None after a change."""
        return self._note("snapshot")

    def settle(self, snapshot: str) -> None:
        """Note what the file is the whole of."""
        with self._writing():
            self._db.execute("insert or replace into about values('snapshot', ?)", (snapshot,))

    def add(self, passages: Iterable[tuple[str, Sequence[str]]]) -> None:
        """Take in passages by id, each with its words in order; those that are there stay as they are."""
        for block in _blocks(passages, _BLOCK):
            with self._writing():
                self._add(block)

    def remove(self, ids: Iterable[str]) -> None:
        """Forget passages."""
        rows = self.rows_of(list(ids))
        if rows:
            with self._writing():
                self._forget(rows)

    def rows_of(self, ids: Sequence[str]) -> list[int]:
        """Return the rows of those of the ids that are there."""
        return [row for (row,) in self._of("select row from passages where id in", ids)]

    def texts(self, rows: Collection[int]) -> Iterator[tuple[int, str, list[str]]]:
        """Yield row, id and words of passages."""
        for row, id_, words in self._of("select row, id, words from passages where row in", sorted(rows)):
            yield row, id_, words.split(" ")

    def lists(self, words: Sequence[str]) -> dict[str, Lists]:
        """Return the lists of those of the words that are anywhere."""
        found: dict[str, list[Sequence[bytes]]] = defaultdict(list)
        asked = "select word, rows, counts, lengths from lists where word in"
        for word, *blobs in self._of(asked, words):
            found[word].append(blobs)
        return {word: _read(pieces) for word, pieces in found.items()}

    def _add(self, passages: Sequence[tuple[str, Sequence[str]]]) -> None:
        known = set(self._of("select id from passages where id in", [id_ for id_, _ in passages]))
        new = {id_: words for id_, words in passages if (id_,) not in known}
        if not new:
            return
        part = self._db.execute("select coalesce(max(part + passages), 1) from parts").fetchone()[0]
        self._db.executemany(
            "insert into passages values(?, ?, ?)",
            [(row, id_, " ".join(words)) for row, (id_, words) in enumerate(new.items(), part)],
        )
        lists: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        for row, words in enumerate(new.values(), part):
            for word, count in Counter(words).items():
                lists[word].append((row, min(count, _MOST), len(words)))
        self._db.executemany(
            "insert into lists values(?, ?, ?, ?, ?)",
            [(word, part, *_written(*map(numpy.array, zip(*each, strict=True)))) for word, each in lists.items()],
        )
        self._db.execute("insert into parts values(?, ?)", (part, len(new)))
        self._count(len(new), sum(map(len, new.values())))
        self._join_small()

    def _count(self, passages: int, words: int) -> None:
        before = self.size()
        for name, value in (("passages", before[0] + passages), ("words", before[1] + words)):
            self._db.execute("insert or replace into about values(?, ?)", (name, str(value)))

    def _join_small(self) -> None:
        """Join the parts added last, where there are too many: each is then at least as large as all after it."""
        parts = self._db.execute("select part, passages from parts order by part desc").fetchall()
        if len(parts) <= _MOST_PARTS:
            return
        taken, size = [parts[0][0]], parts[0][1]
        for part, passages in parts[1:]:
            if passages > size and len(parts) - len(taken) < _MOST_PARTS // 2:
                break
            taken.append(part)
            size += passages
        self._rewrite(min(taken), size)

    def _rewrite(self, first: int, passages: int, gone: Numbers | None = None) -> None:
        """Write the lists from a part on as one, without the rows that are gone."""
        asked = self._db.execute(
            "select word, rows, counts, lengths from lists where part >= ? order by word", (first,)
        )
        pieces: dict[str, list[Sequence[bytes]]] = defaultdict(list)
        for word, *blobs in asked:
            pieces[word].append(blobs)
        self._db.execute("delete from lists where part >= ?", (first,))
        joined = ((word, _without(_read(each), gone)) for word, each in pieces.items())
        rows = [(word, first, *_written(*each)) for word, each in joined if len(each.rows)]
        self._db.executemany("insert into lists values(?, ?, ?, ?, ?)", rows)
        self._db.execute("delete from parts where part >= ?", (first,))
        self._db.execute("insert into parts values(?, ?)", (first, passages))

    def _forget(self, rows: Sequence[int]) -> None:
        lengths = [len(words) for _, _, words in self.texts(rows)]
        self._db.executemany("delete from passages where row = ?", [(row,) for row in rows])
        self._count(-len(lengths), -sum(lengths))
        self._rewrite(1, self.size()[0], numpy.array(rows))

    def _note(self, name: str) -> str | None:
        found = self._asked("select value from about where name = ?", (name,))
        return str(found[0][0]) if found else None

    def _asked(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._turn, self._our_errors():
            return self._db.execute(query, values).fetchall()

    def _of(self, query: str, values: Sequence[Any]) -> list[Any]:
        found = []
        for block in _blocks(values, _ASKED):
            found += self._asked(f"{query} ({', '.join('?' * len(block))})", block)
        return found

    @contextmanager
    def _writing(self) -> Generator[None, None, None]:
        with self._turn, self._our_errors():
            self._db.execute("begin immediate")
            try:
                self._db.execute("delete from about where name = 'snapshot'")
                yield
            except BaseException:
                self._db.execute("rollback")
                raise
            self._db.execute("commit")

    @contextmanager
    def _our_errors(self) -> Generator[None, None, None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            if "locked" in str(error):
                raise StoreBusy(f"another process writes the word index {self._name}: wait until it ends") from error
            raise StoreError(
                f"the word index {self._name} cannot be used ({error}): delete it, it is made again from the store"
            ) from error


def _blocks(values: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    rest = iter(values)
    while block := tuple(islice(rest, size)):
        yield block


def _read(pieces: Sequence[Sequence[bytes]]) -> Lists:
    kinds = ("<u4", "u1", "<u4")
    return Lists(
        *(numpy.concatenate([numpy.frombuffer(piece[at], kind) for piece in pieces]) for at, kind in enumerate(kinds))
    )


def _written(rows: Numbers, counts: Numbers, lengths: Numbers) -> tuple[bytes, bytes, bytes]:
    return rows.astype("<u4").tobytes(), counts.astype("u1").tobytes(), lengths.astype("<u4").tobytes()


def _without(lists: Lists, gone: Numbers | None) -> Lists:
    if gone is None:
        return lists
    kept = ~numpy.isin(lists.rows, gone)
    return Lists(*(each[kept] for each in lists))
