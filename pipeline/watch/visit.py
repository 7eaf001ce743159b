"""One look at a watch's source: each item is read, and checked, left as it is, put off, or reported as a problem."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.articles import dated_by_feed, load_article
from pipeline.check import Bench, check_anew, open_bench, unchanged_run
from pipeline.core.errors import (
    FactnotesError,
    ModelUnusable,
    PromptError,
    RunCancelled,
    RunGoesOn,
    SettingsError,
    StoreBusy,
    StoreError,
)
from pipeline.core.heartbeat import heartbeat
from pipeline.core.models import Article, Usage
from pipeline.core.settings import Settings
from pipeline.core.telemetry import LogContext
from pipeline.llm import Caps, Spent
from pipeline.store import new_run_id
from pipeline.watch.item_log import ItemLog, Worker
from pipeline.watch.items import (
    SlotLost,
    as_of_run,
    begin_run,
    close_orphans,
    content_of,
    deaths_of,
    drop_run,
    fingerprint_of,
    listed_check,
    spent_in,
    spent_on,
)
from pipeline.watch.models import Item, ItemReport, KnownItem, Visit, Watch
from pipeline.watch.planning import (
    REASONS,
    Why,
    agenda,
    caps_of,
    day_of_check,
    no_longer_there,
    says_unchanged,
    why_check,
)
from pipeline.watch.slots import Claimed, beat, finish, give_back
from pipeline.watch.sources import list_items
from pipeline.watch.workers import TOLD, KeyedLock, part

if TYPE_CHECKING:
    from pipeline.articles import Page

ENDS_ALL = (SettingsError, PromptError, StoreError, ModelUnusable, SlotLost)
"""Errors that every other item would meet as well."""


class _Found(NamedTuple):
    """An item's article, and what was known of the item."""

    item: Item
    article: Article
    known: KnownItem
    fingerprint: str


class VisitToWatch:
    """One look at a watch's source, from the claimed slot to its end."""

    def __init__(self, worker: Worker, watch: Watch, taken: Claimed) -> None:
        self._watch, self._taken, self._check = watch, taken, worker.check
        self._store, self._owner, self._clock = worker.store, worker.owner, worker.clock
        self._began = time.monotonic()
        if taken.resumed:
            close_orphans(self._store, taken.visit_id)
        today = spent_on(self._store, watch, watch.day_of(self._clock()))
        own = worker.settings
        of_setting = Caps(own.max_usd, own.max_calls, own.max_seconds)
        self._caps = caps_of(watch, spent_in(self._store, taken.visit_id), today, of_setting)
        self._settings = _within(own, watch, self._caps.left)
        self._item_log = ItemLog(worker, watch)
        self._usage: Callable[[], Usage] = Usage
        self._spent_reason: str | None = None
        self._problems: tuple[str, ...] = ()
        self._lost = threading.Event()
        self._ended = threading.Event()
        self._places: dict[str, int] = {}
        self._locks = KeyedLock()
        self._is_warm = threading.Event()

    def run(self) -> tuple[Visit, FactnotesError | None]:
        """Look at every item; return the visit, and the error that ended it early if one did."""
        status, reason, error = "finished", "", None
        try:
            with heartbeat(self._beat, self._lost):
                self._look_at_all()
        except StoreBusy as busy:  # another process has the evidence index: the slot is for the next call
            give_back(self._store, self._taken.visit_id, self._owner)
            return self._visit("running", f"put off: {busy}"), busy
        except FactnotesError as problem:
            status, reason, error = "failed", str(problem), problem
        except BaseException:
            give_back(self._store, self._taken.visit_id, self._owner)
            raise
        visit = self._visit(status, reason)
        finish(self._store, visit, self._owner, self._clock(), self._taken.seconds_before)
        return visit, error

    def _visit(self, status: str, reason: str) -> Visit:
        return Visit.model_validate(
            {
                "id": self._taken.visit_id,
                "watch_id": self._watch.id,
                "watch": self._watch.name,
                "status": status,
                "reason": reason,
                "told": tuple(sorted(self._item_log.reports, key=lambda each: self._places.get(each.key, -1))),
                "problems": self._problems,
                "spent": self._so_far(),
                **self._taken.model_dump(include={"slot", "by_hand", "missed", "at_least", "resumed"}),
            }
        )

    def _so_far(self) -> Spent:
        usage = self._usage()
        return Spent(dollars=usage.dollars, calls=usage.calls, seconds=round(time.monotonic() - self._began, 3))

    def _beat(self) -> bool:
        seconds = self._taken.seconds_before + self._so_far().seconds
        return beat(self._store, self._taken.visit_id, self._owner, self._clock(), seconds)

    def _look_at_all(self) -> None:
        listing = list_items(self._watch, self._fetch)
        self._problems = listing.problems
        for known in no_longer_there(listing, self._item_log.known):
            self._item_log.gone(known)
        items = agenda(self._watch, listing, self._item_log.known, self._clock())
        self._places = {item.key: place for place, item in enumerate(items)}
        futures: dict[Item, Future[None]] = {}
        try:
            if any(item.problem is None for item in items) and not self._is_spent(asks_model=False):
                # Where nothing has changed no model and no index is loaded.
                with open_bench(self._settings, ahead=False) as bench:
                    self._look_in_turns(items, bench, futures)
        except (StoreBusy, SlotLost):  # whoever goes on with the slot looks at them
            raise
        except FactnotesError as error:
            left = [item for item in items if not _is_done(futures.get(item))]
            self._leave(left, f"the run ended early: {error}")
            raise
        if not futures:
            self._leave(items, self._spent_reason or "")

    def _fetch(self, url: str) -> Page:
        from pipeline.articles import FEEDS, fetch  # brings httpx, which a folder does not need

        return fetch(url, self._settings, FEEDS)

    def _open_tools(self, bench: Bench) -> None:
        """Open what a check needs, before anything says that one has begun; from then on its calls are counted."""
        if model := bench.tools.model:
            self._usage = lambda: model.usage

    def _look_in_turns(self, items: Sequence[Item], bench: Bench, futures: dict[Item, Future[None]]) -> None:
        """Look at items, the most recent first, and last at those that may have ended a process before."""
        deaths = deaths_of(self._store, self._taken.visit_id) if self._taken.resumed else {}
        parted = part(items, deaths)
        for item in parted.left:
            self._item_log.not_read(item, TOLD)
            futures[item] = Future()
            futures[item].set_result(None)
        self._look_in_threads(parted.together, bench, futures, self._settings.articles_at_once)
        self._look_in_threads(parted.alone, bench, futures, 1)

    def _look_in_threads(
        self, items: Sequence[Item], bench: Bench, futures: dict[Item, Future[None]], at_once: int
    ) -> None:
        """Look at items, several at once; what ends one of them for all ends the rest."""
        with ThreadPoolExecutor(at_once, thread_name_prefix="article") as pool:
            log_context = LogContext()
            begun = {item: pool.submit(log_context.call, self._look, item, bench) for item in items}
            futures |= begun
            try:
                for future in as_completed(begun.values()):
                    future.result()
            except BaseException:
                self._ended.set()
                pool.shutdown(cancel_futures=True)
                raise

    def _leave(self, items: Sequence[Item], reason: str) -> None:
        for item in items:
            if item.problem:
                self._item_log.not_read(item, item.problem)
            else:
                self._item_log.wait(item, reason)

    def _is_spent(self, *, asks_model: bool) -> bool:
        self._spent_reason = self._spent_reason or self._caps.spent(self._so_far(), asks_model=asks_model)
        return self._spent_reason is not None

    def _look(self, item: Item, bench: Bench) -> None:
        """Say of one item what is done with it, and do it."""
        if self._ended.is_set():
            raise RunCancelled("the visit has ended early")
        if self._lost.is_set():
            raise SlotLost("another worker has taken this slot over; nothing more is begun here")
        known = self._item_log.known.get(item.key)
        if item.problem:
            return self._item_log.not_read(item, item.problem)
        if self._caps.spent(self._so_far(), asks_model=False):
            self._is_spent(asks_model=False)
            return self._item_log.wait(item, self._spent_reason or "")
        if known and says_unchanged(self._watch, item, known, self._clock()):
            item_report = ItemReport(
                key=item.key, outcome="unchanged", reason="its sitemap says so", run_id=known.run_id
            )
            return self._item_log.report(item_report)
        try:
            article = self._load(item)
        except FactnotesError as error:
            return self._item_log.not_read(item, str(error))
        except Exception as error:  # one page that trips a parser must not cost the others theirs
            return self._item_log.not_read(item, f"a fault of ours while reading it ({type(error).__name__}: {error})")
        return self._decide(item, article, bench)

    def _load(self, item: Item) -> Article:
        article = load_article(item.location, self._settings, publisher=self._watch.publisher)
        return dated_by_feed(article, item.published, item.estimated)

    def _decide(self, item: Item, article: Article, bench: Bench) -> None:
        now = self._clock()
        known = self._item_log.known.get(item.key) or KnownItem(key=item.key, state="waiting")
        content, fingerprint = content_of(article), fingerprint_of(article, bench.versions)
        with self._locks.of(fingerprint):  # of two files that hold one article, the second waits for the first
            self._check_where_due(_Found(item, article, known, fingerprint), content, bench, now)

    def _check_where_due(self, found: _Found, content: str, bench: Bench, now: datetime) -> None:
        item, article, known, fingerprint = found
        why = why_check(self._watch, known, content, fingerprint, now)
        if why is None:
            item_report = ItemReport(key=item.key, outcome="unchanged", reason="", run_id=known.run_id)
            return self._item_log.settle(item_report, self._item_log.seen(known), item)
        as_of = day_of_check(self._watch, why, known, article.id, now)
        if why == "open" and self._watch.recheck == "volatile":
            as_of = as_of_run(self._store, known.run_id)
        may_take = why != "volatile" and as_of is None
        if may_take and (same := self._same_check(found, bench)):
            return self._item_log.take(item, article, known, fingerprint, same)
        if self._is_spent(asks_model=bench.versions.model is not None):
            return self._item_log.wait(item, self._spent_reason or "")
        self._open_tools(bench)
        run_id = new_run_id(article)
        key = {"key": item.key, "fingerprint": fingerprint, "run_id": run_id}
        busy = begin_run(self._store, self._watch, self._taken.visit_id, self._owner, now=now, **key)
        if busy:
            return self._item_log.wait(item, busy)
        # Another watch's run may have ended since it was looked for; now that this one is written down, none begins.
        if may_take and (same := self._same_check(found, bench)):
            drop_run(self._store, run_id)
            return self._item_log.take(item, article, known, fingerprint, same)
        return self._run(found, run_id, bench, why, as_of)

    def _same_check(self, found: _Found, bench: Bench) -> str | None:
        run = unchanged_run(self._store, found.article, bench.versions)
        return run.id if run else listed_check(self._store, found.fingerprint)

    def _run(self, found: _Found, run_id: str, bench: Bench, why: Why, as_of: date | None) -> None:
        item, article, known, fingerprint = found
        from pipeline.check import warm_up

        if not self._is_warm.is_set():  # while a model is asked for the first article's claims
            self._is_warm.set()
            warm_up(bench.tools.embedder)
        how: dict[str, Any] = {"run_id": run_id, "as_of": as_of, "stop": self._why_stop}
        try:
            report = check_anew(article, bench, item.location, previous=known.run_id, check=self._check, **how)
        except ENDS_ALL:
            raise
        except RunGoesOn as error:  # somebody checks it by hand, say
            drop_run(self._store, run_id)
            return self._item_log.wait(item, str(error))
        except RunCancelled as error:
            if self._ended.is_set():  # nobody has cancelled this one: it waits like those that were not begun
                raise
            return self._item_log.not_read(item, str(error))
        except FactnotesError as error:
            return self._item_log.not_read(item, str(error))
        except Exception as error:  # one article that trips us must not cost the others theirs
            return self._item_log.not_read(item, f"a fault of ours while checking it ({type(error).__name__}: {error})")
        changed = self._item_log.changes_of(item, article, known, report.notes, run_id, report.as_of)
        checked = self._item_log.checked(known, article, fingerprint, run_id, report.notes)
        item_report = ItemReport(
            key=item.key,
            outcome="checked" if checked.state == "checked" else "unfinished",
            reason=f"{REASONS[why]}; {report.coverage}",
            run_id=run_id,
            changed=changed,
        )
        if report.coverage.not_checked.get("budget"):
            self._spent_reason = self._spent_reason or self._nearest_cap()
        return self._item_log.settle(item_report, checked, item)

    def _why_stop(self) -> str | None:
        return "the visit has ended early" if self._ended.is_set() else None

    def _nearest_cap(self) -> str:
        """Say which budget a run has met: it ends when the next call does not fit, a little before it is spent."""
        spent = self._caps.spent(self._so_far(), asks_model=True)
        return spent or self._caps.names.get("max_usd") or "the budget is spent"


def _is_done(future: Future[None] | None) -> bool:
    return future is not None and future.done() and not future.cancelled() and future.exception() is None


def _within(settings: Settings, watch: Watch, caps: Caps) -> Settings:
    """Return the settings for one visit: the watch's model and what is left of its budgets."""
    return settings.model_copy(update=asdict(caps) | ({"model": watch.model} if watch.model else {}))
