"""Bring what is stored of a source to what it has now; whatever fails costs nothing else and is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from pipeline.core.errors import FactnotesError, StoreError
from pipeline.core.models import Passage, content_id
from pipeline.core.settings import Settings
from pipeline.evidence.sources.earlier_checks import feed_checks, item_of, search_checks
from pipeline.evidence.sources.kept import change_source, drop_items, forget_unless_given, items_of, save_items
from pipeline.evidence.sources.listing import Listed, Read, entries_of
from pipeline.evidence.sources.models import CHECKS, EarlierCheck, Item, Source, Synced
from pipeline.evidence.sources.own_notes import approved_notes
from pipeline.evidence.sources.polite import Polite
from pipeline.store import Store

_TOGETHER = 50
"""Entries between two writes: so much is fetched again after a crash."""
_REFUSED = timedelta(days=7)
_WHOLE = frozenset({"folder", "pages", "notes"})
"""Kinds that list all they have: what they list no more is gone. A feed only lists what is newest."""


def sync_source(
    store: Store, source: Source, settings: Settings, sleep: Callable[[float], None] = time.sleep
) -> Synced:
    """Read what is new or changed, forget what is gone; raises FactnotesError where the source cannot be read."""
    return _Sync(store, source, settings, sleep).run()


class _Sync:
    def __init__(self, store: Store, source: Source, settings: Settings, sleep: Callable[[float], None]) -> None:
        self._store, self._source, self._settings = store, source, settings
        self._polite = Polite(settings, sleep)
        self._known = items_of(store, source.name)
        self._problems: list[str] = []
        self._items: dict[str, Item] = {}
        self._passages: list[Passage] = []
        self._old: set[str] = set()
        self._counts = dict.fromkeys(("new", "changed", "unchanged"), 0)

    def run(self) -> Synced:
        if self._source.kind in CHECKS:
            return self._take_checks()
        listed: set[str] = set()
        for entry in self._entries():
            if entry.key not in listed:
                listed.add(entry.key)
                self._take(entry)
            if len(self._items) >= _TOGETHER:
                self._write()
        self._write()
        gone = self._forget([key for key in self._known if key not in listed])
        forget_unless_given(self._store, sorted(self._old))
        self._settle()
        return Synced(name=self._source.name, gone=gone, problems=tuple(self._problems), **self._counts)

    def _entries(self) -> Iterator[Listed]:
        if self._source.kind == "notes":
            return _own_notes(self._store, self._source)
        return entries_of(self._source, self._polite, self._settings, self._problems.append)

    def _take_checks(self) -> Synced:
        """Keep what others have found of claims; no passage is made of it. A feed lists all it has."""
        found: dict[str, Item] = {}
        feed = self._source.kind == "claimreview"
        for checks in [feed_checks(self._source, self._polite)] if feed else self._searches():
            found |= dict(map(item_of, checks))
        new = {key: item for key, item in found.items() if key not in self._known}
        changed = [key for key in found if key in self._known and found[key].checks != self._known[key].checks]
        save_items(self._store, self._source.name, new | {key: found[key] for key in changed})
        gone = [key for key in self._known if key not in found] if feed else []
        drop_items(self._store, self._source.name, gone)
        self._settle()
        counts = {"new": len(new), "changed": len(changed), "unchanged": len(found) - len(new) - len(changed)}
        return Synced(name=self._source.name, gone=len(gone), problems=tuple(self._problems), **counts)

    def _searches(self) -> Iterator[list[EarlierCheck]]:
        for query in self._source.queries:
            try:
                yield list(search_checks(query, self._source, self._polite, self._settings))
            except FactnotesError as error:
                self._problems.append(f"asked with {query!r}: {error}")

    def _settle(self) -> None:
        change_source(self._store, self._source.model_copy(update={"synced_at": datetime.now(UTC)}))

    def _take(self, entry: Listed) -> None:
        known = self._standing(entry.key)
        if known and entry.listed and known.listed and entry.listed <= known.listed:
            self._leave(known)
            return
        if self._counts["new"] + self._counts["changed"] >= self._source.most:
            self._problems.append(f"{entry.key} is left for the next sync: {self._source.most} were read in this one")
            return
        try:
            read = entry.read(known)
        except StoreError:
            raise
        except FactnotesError as error:
            self._problems.append(str(error))
            return
        except ValueError as error:
            self._problems.append(f"{entry.key}: {error}")
            return
        if read is None:
            self._leave(known)
            return
        self._problems += read.problems
        if read.refused:
            self._problems.append(read.refused)
            if known and known.passages:  # what was read of it before stands
                return
        else:
            self._counts["changed" if known and not known.refused else "new"] += 1
        self._passages += read.passages
        self._old.update(known.passages if known else ())
        self._items[entry.key] = Item(
            etag=read.etag,
            modified=read.modified,
            listed=entry.listed,
            fetched_at=datetime.now(UTC),
            address=entry.address,
            passages=tuple(passage.id for passage in read.passages),
            refused=read.refused,
        )

    def _standing(self, key: str) -> Item | None:
        """Return what is known of an entry; what was refused long ago is read anew, as what is refused may change."""
        known = self._known.get(key)
        return None if known and known.refused and datetime.now(UTC) - known.fetched_at > _REFUSED else known

    def _leave(self, known: Item | None) -> None:
        """Count an entry that is as it was."""
        if known and known.refused:
            self._problems.append(known.refused)
        else:
            self._counts["unchanged"] += 1

    def _write(self) -> None:
        """Write passages first: what a crash leaves without its item is read again, and is the same then."""
        if self._passages:
            self._store.save_passages(self._passages)
        if self._items:
            save_items(self._store, self._source.name, self._items)
        self._passages, self._items = [], {}

    def _forget(self, keys: list[str]) -> int:
        if self._source.kind not in _WHOLE or not keys:
            return 0
        self._old.update(id_ for key in keys for id_ in self._known[key].passages)
        drop_items(self._store, self._source.name, keys)
        return len(keys)


def _own_notes(store: Store, source: Source) -> Iterator[Listed]:
    for claim_id, passage in approved_notes(store, source):
        yield Listed(claim_id, partial(_note_read, passage))


def _note_read(passage: Passage, known: Item | None) -> Read | None:
    mark = content_id(passage.model_dump_json())
    return None if known and known.etag == mark else Read((passage,), etag=mark)
