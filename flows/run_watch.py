"""Run one watch as a Prefect flow, where it is due: what a watch's schedule starts.

    python -m flows.run_watch NAME

The table of slots in the store says what is due, so a flow that is started twice, late or by hand checks nothing twice.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from datetime import datetime

import click
from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State
from prefect.exceptions import FailedRun
from prefect.runtime import flow_run
from prefect.states import Completed, Failed

from flows.sending import send
from pipeline.core.clock import utc_now
from pipeline.core.errors import FactnotesError
from pipeline.core.printing import shown
from pipeline.core.settings import load_settings
from pipeline.store import open_store
from pipeline.watch import Round, Visit, run_watches_and_notify, watches

_EARLIEST_S = 2.0
"""A run that is earlier was begun by somebody who does not mean the slot."""


class _IsNew(logging.Filter):
    """Drops the trace of a run whose failure was said in a line already."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not (record.exc_info and isinstance(record.exc_info[1], FailedRun))


for _name in ("prefect.engine", "prefect.flow_runs"):
    logging.getLogger(_name).addFilter(_IsNew())


@flow(name="run-watch", flow_run_name="watch-{watch}")
def run_watch_flow(watch: str) -> State[None]:
    """Run a watch where it is due; the state says what came of it.

    What ended a visit early is a failed run. A watch that was removed since it was scheduled is nothing to do.
    """
    wait_for(flow_run.scheduled_start_time)
    settings = load_settings()
    with open_store(settings) as store:
        if watch not in {each.name for each in watches(store)}:
            return Completed(name="Removed", message=f"{watch} is not watched any more")
    done = run_watches_and_notify(settings, [watch], only_due=True)
    send(settings)
    for visit in done.visits:
        _publish(visit)
    summary = summarise(done)
    click.echo(f"{watch}: {summary}")
    if done.errors:
        return Failed(message=summary)
    return Completed(message=summary, name="Completed" if done.visits else "NotDue")


def wait_for(
    slot: datetime, clock: Callable[[], datetime] = utc_now, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Wait for a slot that is a moment away.

    Prefect's server rounds what a run has to wait to whole seconds, so it may begin half a second before its slot,
    when nothing is due yet. Prefect 3.8, rule `WaitForScheduledTime`.
    """
    early = (slot - clock()).total_seconds()
    if 0 < early < _EARLIEST_S:
        sleep(early)


def summarise(done: Round) -> str:
    """Return in a line what came of a round: how many articles of each visit came out how, or why there was none."""
    summary = [f"slot {visit.slot:%Y-%m-%d %H:%M:%S} UTC {visit.status}: {_counts(visit)}" for visit in done.visits]
    summary += [refused.reason for refused in done.refused]
    return "; ".join(summary) or "nothing is due"


def _counts(visit: Visit) -> str:
    counts = ", ".join(f"{count} {outcome}" for outcome, count in visit.counts().items())
    return visit.reason or counts or "no article"


def _publish(visit: Visit) -> None:
    """Show what a visit did among the run's artifacts: where each article is, never what stands in it."""
    rows = [
        {"article": item.key, "outcome": item.outcome, "reason": item.reason, "run": item.run_id or ""}
        for item in visit.told
        if item.outcome != "unchanged"
    ]
    if rows:
        create_table_artifact(rows[:1000], description=f"{visit.watch}: {_counts(visit)}")


if __name__ == "__main__":
    try:
        print(shown(str(run_watch_flow(sys.argv[1], return_state=True).message)))
    except FactnotesError as error:
        sys.exit(f"Error: {error}")
