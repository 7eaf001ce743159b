"""What a visit reports of each item, handed to listeners and written down, in that order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pipeline.check import Check
from pipeline.core.models import SETTLED, Article, Note
from pipeline.core.settings import Settings
from pipeline.store import Store, supersede
from pipeline.watch.changes import changes, claims_before, is_volatile, judgements_before, left_open
from pipeline.watch.items import content_of, detection_may_pass, former_texts, known_items, save_item
from pipeline.watch.models import Item, ItemReport, KnownItem, OutcomeChanged, Visit, Watch, printable
from pipeline.watch.planning import due_again
from pipeline.watch.slots import Refused


def _no_item(watch: Watch, report: ItemReport) -> None: ...


def _no_visit(visit: Visit) -> None: ...


@dataclass(frozen=True)
class Listeners:
    """Called as things happen; an item before it is written down, so a killed worker's is reported again."""

    on_item: Callable[[Watch, ItemReport], None] = _no_item
    on_visit: Callable[[Visit], None] = _no_visit
    on_refusal: Callable[[Watch, Refused], None] = lambda watch, refused: None


@dataclass(frozen=True)
class Worker:
    """Who runs what is due, with what."""

    store: Store
    settings: Settings
    owner: str
    listeners: Listeners
    check: Check | None
    """What to call instead of `check_article`."""
    clock: Callable[[], datetime]


class ItemLog:
    """What was known of a watch's items, and what is reported of them now.

    An item is reported before it is written down: what a killed worker had not written is reported again.
    """

    def __init__(self, worker: Worker, watch: Watch) -> None:
        self._store, self._clock, self._listeners, self._watch = worker.store, worker.clock, worker.listeners, watch
        self._lock = threading.Lock()
        self.known = known_items(worker.store, watch)
        self.reports: list[ItemReport] = []

    def report(self, report: ItemReport) -> None:
        """Report what was done with an item, and write nothing down."""
        with self._lock:  # several articles are checked at once, and listeners are called one after another
            self.reports.append(report)
            self._listeners.on_item(self._watch, report)

    def take(self, item: Item, article: Article, known: KnownItem, fingerprint: str, run_id: str) -> None:
        """Take a run that has checked this very article already, such as one that a killed worker had finished."""
        notes = self._store.notes(run_id)
        changed = self.changes_of(item, article, known, notes, run_id, article.published_at)
        reason = "the same article was checked already"
        report = ItemReport(key=item.key, outcome="unchanged", reason=reason, run_id=run_id, changed=changed)
        self.settle(report, self.checked(known, article, fingerprint, run_id, notes), item)

    def changes_of(
        self, item: Item, article: Article, known: KnownItem, notes: Sequence[Note], run_id: str, as_of: date | None
    ) -> tuple[OutcomeChanged, ...]:
        """Return which claims came out otherwise than in the item's last run."""
        if known.run_id is None or known.run_id == run_id:
            return ()
        claims = [note.claim for note in notes]
        was = {claim.id: claim.id for claim in claims}
        if known.article_id != article.id:
            was = claims_before(self._store, known.run_id, claims)
        before = judgements_before(self._store, known.run_id, list(was.values()), SETTLED)
        before = {id_: before[earlier] for id_, earlier in was.items() if earlier in before}
        day = as_of or self._watch.day_of(self._clock())
        return changes(self._watch.name, item.key, article, notes, before, run_id, day, SETTLED)

    def checked(
        self, known: KnownItem, article: Article, fingerprint: str, run_id: str, notes: Sequence[Note]
    ) -> KnownItem:
        """Return what is known of an item that was checked: finished, or left open and due again."""
        now = self._clock()
        open_claims = left_open(notes, SETTLED)
        if detection_may_pass(self._store, run_id):
            open_claims["found without the model"] = len(notes)
        tries = (known.tries if known.fingerprint == fingerprint else 0) + 1
        volatile = self._watch.recheck == "volatile" and is_volatile(article, [note.claim for note in notes])
        due_at = due_again(self._watch, now, volatile, open_claims, tries)
        return KnownItem(
            key=known.key,
            state="unfinished" if open_claims and due_at == now else "checked",
            reason=", ".join(f"{reason.replace('_', ' ')} {count}" for reason, count in sorted(open_claims.items())),
            fingerprint=fingerprint,
            content=content_of(article),
            article_id=article.id,
            run_id=run_id,
            tries=tries,
            checked_at=now,
            due_at=due_at,
        )

    def seen(self, known: KnownItem) -> KnownItem:
        """Return what is known of an item that was found as it was when it was checked."""
        if known.state in ("checked", "unfinished"):
            return known
        return known.model_copy(update={"state": "checked", "reason": ""})

    def wait(self, item: Item, reason: str) -> None:
        """Put an item off to the next visit."""
        known = self.known.get(item.key) or KnownItem(key=item.key, state="waiting")
        report = ItemReport(key=item.key, outcome="waiting", reason=reason, run_id=known.run_id)
        self.settle(report, known.model_copy(update={"state": "waiting", "reason": reason}), item)

    def not_read(self, item: Item, reason: str) -> None:
        """Record why an item could not be used; it is tried again."""
        reason = printable(reason)
        known = self.known.get(item.key) or KnownItem(key=item.key, state="problem")
        report = ItemReport(key=item.key, outcome="problem", reason=reason, run_id=known.run_id)
        tries = known.tries + 1 if known.state == "problem" else 1
        self.settle(report, known.model_copy(update={"state": "problem", "reason": reason, "tries": tries}), item)

    def gone(self, known: KnownItem) -> None:
        """Report once that an item is no longer in its folder or list."""
        self.report(ItemReport(key=known.key, outcome="gone", reason="it is no longer there", run_id=known.run_id))
        self._write(known.model_copy(update={"state": "gone"}))

    def settle(self, report: ItemReport, known: KnownItem, item: Item) -> None:
        """Report what was done with an item, and write down what is known of it now."""
        self.report(report)
        before = self.known.get(known.key)
        if known.article_id and (before is None or before.article_id != known.article_id):
            supersede(self._store, former_texts(self._store, self._watch, known, before), known.article_id)
        self._write(known.model_copy(update={"modified": item.modified, "published": item.published}))

    def _write(self, known: KnownItem) -> None:
        if self.known.get(known.key) != known:  # thousands that did not change cost no transaction each
            save_item(self._store, self._watch, known, self._clock())
            self.known[known.key] = known
