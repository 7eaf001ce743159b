"""Build the evidence index: read files, store what is new, embed what has no vector yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pipeline.core.models import OfficeRecord, Passage
from pipeline.core.ports import Embedder, Vectors
from pipeline.evidence.lexical import LexicalIndex, searchable_text
from pipeline.evidence.offices import merge_records, names_in
from pipeline.evidence.reading import Reference, read_reference
from pipeline.evidence.retrieval import PassagesOf
from pipeline.evidence.splitting import split_text
from pipeline.evidence.vectors import Metadata

__all__ = ["Indexed", "Reference", "build_index", "read_reference", "split_text"]

_BLOCK = 256
"""Passages between two writes: so much is embedded again after a crash."""
_READ = 5000
"""Passages whose words are read at once."""


class PassageStore(Protocol):
    """Keeps passages and office records."""

    def save_passages(self, passages: Iterable[Passage]) -> int:
        """Store passages; return how many were new."""
        ...

    def passage_ids(self) -> frozenset[str]:
        """Return the ids of the passages that are searched."""
        ...

    def snapshot(self) -> str:
        """Return what stands for all passages and office records there are."""
        ...

    def find_records(self, wanted: Callable[[Mapping[str, Any]], bool]) -> tuple[OfficeRecord, ...]:
        """Return the office records whose fields a function wants."""
        ...

    def replace_records(self, gone: Iterable[str], new: Iterable[OfficeRecord]) -> None:
        """Forget office records by id and store others, all or nothing."""
        ...


class VectorStore(Protocol):
    """Keeps a vector per passage."""

    def add(self, ids: Sequence[str], vectors: Vectors, metadatas: Sequence[Metadata]) -> None:
        """Store vectors under their ids."""
        ...

    def ids(self) -> frozenset[str]:
        """Return the ids of every stored vector."""
        ...

    def remove(self, ids: Sequence[str]) -> None:
        """Forget vectors."""
        ...


@dataclass(frozen=True)
class Indexed:
    """What indexing did."""

    added: int
    unchanged: int
    records_added: int
    problems: tuple[str, ...]
    """What could not be used, each with file and line."""


def build_index(
    paths: Sequence[Path],
    store: PassageStore,
    vectors: VectorStore,
    embedder: Embedder,
    *,
    passages_of: PassagesOf,
    words: LexicalIndex,
) -> Indexed:
    """Index files and folders, and give every stored passage its vector; doing it again changes nothing.

    Passages are stored before their words and vectors: after a crash, or without vectors, the next call
    adds what is missing. With no paths it only does that. `passages_of` looks passages of the store up. Raises
    InputError before anything is stored, StoreError and StoreBusy.
    """
    read = [read_reference(path) for path in paths]
    passages = {passage.id: passage for each in read for passage in each.passages}
    added = store.save_passages(passages.values())
    records_added = _join_records(store, [record for each in read for record in each.records])
    sync_words(words, store, passages_of)
    _embed_missing(store, vectors, embedder, passages_of)
    problems = tuple(problem for each in read for problem in each.problems)
    return Indexed(added, len(passages) - added, records_added, problems)


def _join_records(store: PassageStore, records: Sequence[OfficeRecord]) -> int:
    """Join office records with those of the same people in the store; return how many there are more."""
    known = store.find_records(names_in(records)) if records else ()
    merged = merge_records(known, records)
    if merged.new or merged.gone:
        store.replace_records(merged.gone, merged.new)
    return len(merged.records) - len(known)


def sync_words(words: LexicalIndex, store: PassageStore, passages_of: PassagesOf) -> None:
    """Let an index of words hold what the store holds; where nothing has changed since, nothing is read."""
    snapshot = store.snapshot()
    if words.snapshot == snapshot:
        return
    stored, known = store.passage_ids(), words.ids()
    words.remove(known - stored)
    missing = sorted(stored - known)
    for start in range(0, len(missing), _READ):
        words.add(passages_of(missing[start : start + _READ]).values())
    words.settle(snapshot)


def _embed_missing(store: PassageStore, vectors: VectorStore, embedder: Embedder, passages_of: PassagesOf) -> None:
    known = vectors.ids()  # first: what others add from now on is neither missing nor forgotten
    stored = store.passage_ids()
    missing = sorted(stored - known)
    for start in range(0, len(missing), _BLOCK):
        block = list(passages_of(missing[start : start + _BLOCK]).values())
        embedded = embedder.embed([searchable_text(passage) for passage in block])
        vectors.add([passage.id for passage in block], embedded, [_described(passage) for passage in block])
    forgotten = sorted(known - stored)
    if forgotten:
        vectors.remove(forgotten)


def _described(passage: Passage) -> Metadata:
    """Return what the vector index knows of a passage, for people who look into it; every key, always."""
    return {
        "publisher": passage.publisher or "",
        "source_url": passage.source_url or "",
        "published_at": str(passage.published_at or ""),
        "event_date": str(passage.event_date or ""),
    }
