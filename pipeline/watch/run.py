"""Run what is due: joins what is watched with the check, and records what came of it.

`run_watches` needs no server. A schedule, a flow or a person may call it at any moment and as often as they like:
each slot is run by one worker, each article is checked once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.check import Check
from pipeline.core.clock import utc_now
from pipeline.core.errors import FactnotesError
from pipeline.core.settings import Settings
from pipeline.core.telemetry import bound, get_log, span
from pipeline.store import open_store
from pipeline.watch.item_log import Listeners, Worker
from pipeline.watch.models import Visit, Watch
from pipeline.watch.slots import Claimed, Refused, claim, find_watch, new_owner, watches
from pipeline.watch.visit import VisitToWatch

_log = get_log("watch")

__all__ = ["Check", "Listeners", "Round", "run_watches"]


@dataclass
class Round:
    """What came of one call: visits that ended, and errors that ended some of them early."""

    visits: list[Visit] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    errors: list[FactnotesError] = field(default_factory=list)


def run_watches(
    settings: Settings,
    names: Sequence[str] = (),
    *,
    only_due: bool = False,
    listeners: Listeners = Listeners(),  # noqa: B008 # frozen
    check: Check | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Round:
    """Run every active watch that is due, or those named now (with `only_due` only where due).

    An error in one watch costs no other. A slot that a dead worker had begun is finished first; what fell due
    meanwhile comes after it. Raises InputError for a name that is not there, and StoreError.
    """
    done = Round()
    with open_store(settings) as store:
        worker = Worker(store, settings, new_owner(), listeners, check, clock)
        for watch in [find_watch(store, name) for name in names] if names else watches(store):
            _run_watch(worker, watch, bool(names) and not only_due, done)
    return done


def _run_watch(worker: Worker, watch: Watch, by_hand: bool, done: Round) -> None:
    resumed = True
    while resumed:  # after a dead worker's slot, the newest that is due
        taken = claim(worker.store, watch, worker.owner, worker.clock(), by_hand=by_hand)
        if taken is None:
            return
        if isinstance(taken, Refused):
            done.refused.append(taken)
            _log.info("visit refused", watch=watch.name, slot=taken.slot.isoformat(), skipped=taken.skipped)
            worker.listeners.on_refusal(watch, taken)
            return
        resumed = taken.resumed and not by_hand
        visit, error = _visit(worker, watch, taken)
        done.visits.append(visit)
        worker.listeners.on_visit(visit)
        if error:
            done.errors.append(error)
            return


def _visit(worker: Worker, watch: Watch, taken: Claimed) -> tuple[Visit, FactnotesError | None]:
    """Look at a watch's source; log and trace what came of it, in counts."""
    with bound(watch=watch.name), span("visit watch", watch=watch.name, visit=taken.visit_id) as set_attributes:
        _log.info("visit begun", visit=taken.visit_id, slot=taken.slot.isoformat(), missed=taken.missed)
        visit, error = VisitToWatch(worker, watch, taken).run()
        figures = {"status": visit.status, "calls": visit.spent.calls, "dollars": visit.spent.dollars}
        kind = type(error).__name__ if error else None
        _log.info(
            "visit ended", visit=visit.id, items=visit.counts(), seconds=visit.spent.seconds, error=kind, **figures
        )
        set_attributes(items=sum(visit.counts().values()), error=kind, **figures)
    return visit, error
