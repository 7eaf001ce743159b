"""The articles of an archive, each by itself, in whichever process: checked, or taken as it was checked before.

Several processes may be at one archive. The store sees to it that each article is checked by one of them at a time;
what a process that died had checked is kept, and whoever comes next goes on with it.
"""

from __future__ import annotations

import atexit
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Literal

from pipeline.articles import load_article
from pipeline.check import Bench, check_or_reuse, day_of, open_bench, unchanged_run
from pipeline.core.caching import once_for_each
from pipeline.core.clock import utc_now
from pipeline.core.errors import InputError, RunGoesOn, SettingsError
from pipeline.core.models import Article, Report, Value
from pipeline.core.settings import Settings
from pipeline.llm import Caps, SharedBudget, open_budget
from pipeline.store import Store, count_finished, fingerprint, lost_run
from pipeline.watch.models import Interval, Listing, Watch
from pipeline.watch.sources import list_items

if TYPE_CHECKING:
    from pipeline.check import Tools

_opening = threading.Lock()

_GRACE_S = 60.0
"""What a call may last beyond the model's time limit, waiting for its rate limit."""


class Archived(Value):
    """What came of one article of an archive."""

    place: str
    outcome: Literal["checked", "unfinished", "unchanged", "problem"]
    """Unfinished where some claim failed for a reason that may pass."""
    reason: str = ""
    run_id: str | None = None
    claims: int = 0
    calls: int = 0


def list_archive(source: str, settings: Settings) -> Listing:
    """Return the articles of a folder, or of a file that names a URL a line; raises InputError."""
    from pipeline.articles import FEEDS, fetch  # brings httpx, which a folder does not need

    kind: Literal["folder", "urls"] = "urls" if source.endswith((".txt", ".list")) else "folder"
    stand_in = Watch(
        id="archive",
        name="archive",
        kind=kind,
        source=source,
        schedule=Interval(seconds=3600),
        created_at=utc_now(),
    )
    return list_items(stand_in, lambda url: fetch(url, settings, FEEDS))


def archived_before(place: str, bench: Bench, publisher: str | None = None) -> Archived | None:
    """Return what was checked of an article and still holds; None where it is to be checked, or cannot be read."""
    try:
        article = load_article(place, bench.settings, publisher=publisher)
    except Exception:  # whoever checks it meets the same, and tells it of this article alone
        return None
    known = unchanged_run(bench.store, article, bench.versions)
    return Archived(place=place, outcome="unchanged", run_id=known.id) if known else None


def check_archived(place: str, bench: Bench, publisher: str | None = None) -> Archived:
    """Check one article unless its last run still holds; go on with a run that its process left behind.

    Raises RunGoesOn while another process checks it, and what `load_article` and `check_article` raise.
    """
    article = load_article(place, bench.settings, publisher=publisher)
    mark = fingerprint(article, day_of(article), bench.versions)
    finished = count_finished(bench.store, mark)
    report, reused = check_or_reuse(article, bench, place, check=partial(_go_on_or_check, mark, finished))
    if reused:
        return Archived(place=place, outcome="unchanged", run_id=report.run_id)
    counts = {"run_id": report.run_id, "claims": len(report.notes), "calls": report.usage.calls}
    settled = unchanged_run(bench.store, article, bench.versions) is not None
    return Archived(place=place, outcome="checked" if settled else "unfinished", reason=str(report.coverage), **counts)


def _go_on_or_check(mark: str, finished: int, article: Article, tools: Tools, store: Store, **how: Any) -> Report:
    """Go on with the run that a dead process left, else check anew unless another process just has."""
    from pipeline.check import check_article

    lost = lost_run(store, mark)
    if lost is not None:
        try:
            return check_article(article, tools, store, run_id=lost, resume=True, **how)
        except RunGoesOn:
            raise
        except InputError:  # other claims are found than then: it cannot be gone on with
            pass
    return check_article(article, tools, store, finished=finished, **how)


def require_shareable(settings: Settings) -> None:
    """Raise SettingsError for settings under which several processes cannot check at once."""
    if settings.vector_search and not settings.chroma_url:
        raise SettingsError(
            "several processes cannot share the embedded evidence index: set FACTNOTES_CHROMA_URL to a Chroma server, "
            "or FACTNOTES_VECTOR_SEARCH=false to search by words alone"
        )


def open_caps(bench: Bench, run_id: str) -> str | None:
    """Let the processes of a run keep its caps together; return what `under_caps` takes, None where there are none.

    Raises StoreError.
    """
    settings, deadline = bench.settings, bench.deadline
    caps = Caps(settings.max_usd, settings.max_calls, settings.max_seconds)
    if caps == Caps():
        return None
    open_budget(bench.store, run_id, caps, None if deadline is None else deadline - time.monotonic())
    return run_id


def under_caps(bench: Bench, run_id: str | None) -> Bench:
    """Return a bench that keeps the caps of a run instead of its own; raises StoreError, SettingsError.

    A worker may have a price for the model or none: one that has none cannot keep a cap in dollars.
    """
    if run_id is None:
        return bench
    budget = SharedBudget(bench.store, run_id, patience_s=bench.settings.model_timeout_s + _GRACE_S)
    deadline = time.monotonic() + budget.seconds_left()

    def open_tools() -> Tools:
        model = bench.tools.model.paid_from(budget) if bench.tools.model else None
        return replace(bench.tools, model=model, deadline=deadline)

    return replace(bench, open_tools=once_for_each(open_tools), deadline=deadline)


def bench_of_process(settings: Settings) -> Bench:
    """Return this process's own bench, opened at the first call and closed when the process ends."""
    with _opening:
        return _opened(settings)


@lru_cache(1)
def _opened(settings: Settings) -> Bench:
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(open_bench(settings, ahead=False))
