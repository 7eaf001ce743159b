"""Prefect's schedules, kept as the store's watches have them, and what they miss made up for.

Each watch is a schedule of one deployment of `run-watch`. Prefect fires it; the table of slots in the store decides.
The two differ where daylight saving doubles or skips an hour, where nothing ran when a slot came, and where a
worker died: `keep_schedules`, called every minute or so, starts what is owed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import anyio.to_thread
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import DeploymentScheduleUpdate, DeploymentUpdate
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import DeploymentSchedule, FlowRun, StateType
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule
from prefect.states import Cancelled, Crashed
from pydantic import ValidationError

from pipeline.core.clock import utc_now
from pipeline.core.models import Value
from pipeline.core.settings import Settings
from pipeline.store import open_store
from pipeline.watch import Cron, Owed, Watch, owed, watches

GRACE = timedelta(seconds=60)
"""A slot that nobody took for so long is owed."""
STARTING = timedelta(minutes=3)
"""A run that began so lately may not have taken its slot yet."""
_AT_ONCE = 200
"""As many runs as Prefect's server lists at once."""


class Kept(Value):
    """What one call did."""

    watches: int = 0
    changed: bool = False
    """True where Prefect's schedules were not what the store has."""
    started: tuple[str, ...] = ()
    """Watches that were owed a slot."""


async def keep_schedules(client: PrefectClient, deployment_id: UUID, settings: Settings) -> Kept:
    """Make a deployment's schedules what the store's watches say, and start what they are owed.

    Raises StoreError where the store cannot be read, and what Prefect's client raises where its server is gone.
    """
    found, behind = await anyio.to_thread.run_sync(_read, settings)
    wanted = [schedule for watch in found if (schedule := schedule_of(watch))]
    changed = await _take_over(client, deployment_id, wanted)
    runs = await _runs_until_now(client, deployment_id)
    await _drop_superseded(client, runs)
    await _end_dead(client, runs, {each.watch for each in behind if each.begun})
    on_their_way = {_watch_of(run) for run in runs if _may_still_begin(run)}
    started = tuple(each.watch for each in behind if each.watch not in on_their_way)
    for each in behind:
        if each.watch in started:
            moment = f"{utc_now():%Y-%m-%dT%H:%M}"
            key = f"{each.watch} {each.slot.isoformat()} {moment}"  # two who keep the same schedules start one run
            await client.create_flow_run_from_deployment(
                deployment_id,
                name=f"watch-{each.watch}",
                parameters={"watch": each.watch},
                idempotency_key=key,
                tags=["owed"],
            )
    return Kept(watches=len(found), changed=changed, started=started)


def _read(settings: Settings) -> tuple[tuple[Watch, ...], tuple[Owed, ...]]:
    with open_store(settings) as store:
        return watches(store), owed(store, utc_now(), GRACE)


def schedule_of(watch: Watch) -> DeploymentScheduleUpdate | None:
    """Return a watch's schedule as Prefect has it; None for an expression it does not take, which is then only owed."""
    try:
        if isinstance(watch.schedule, Cron):
            when: CronSchedule | IntervalSchedule = CronSchedule(
                cron=watch.schedule.expression, timezone=watch.schedule.timezone
            )
        else:
            # In UTC: by a zone with daylight saving Prefect would keep the hour of the day instead of the distance.
            every = timedelta(seconds=watch.schedule.seconds)
            when = IntervalSchedule(interval=every, anchor_date=watch.created_at, timezone="UTC")
    except ValidationError:
        return None
    return DeploymentScheduleUpdate(
        schedule=when, active=watch.status == "active", parameters={"watch": watch.name}, slug=slug_of(watch)
    )


def slug_of(watch: Watch) -> str:
    """Return how Prefect names a watch's schedule: `watch-NAME`, with its id where the name has other signs.

    Prefect takes small letters and digits between single hyphens.
    """
    plain = re.sub(r"[^a-z0-9]+", "-", watch.name.lower()).strip("-")
    told = f"watch-{plain}" if plain else "watch"
    return told if plain == watch.name else f"{told}-{re.sub(r'[^a-z0-9]+', '-', watch.id.lower()).strip('-')}"


async def _take_over(client: PrefectClient, deployment_id: UUID, wanted: list[DeploymentScheduleUpdate]) -> bool:
    """Make the schedules what is wanted; return whether they were something else."""
    there = (await client.read_deployment(deployment_id)).schedules
    if _as_text(there) == _as_text(wanted):
        return False
    await client.update_deployment(deployment_id, DeploymentUpdate(schedules=wanted))
    slugs = {schedule.slug for schedule in wanted}
    for each in there:  # the update adds and changes, and takes none away
        if each.slug not in slugs:
            await client.delete_deployment_schedule(deployment_id, each.id)
    return True


def _as_text(schedules: Iterable[DeploymentSchedule | DeploymentScheduleUpdate]) -> set[str]:
    fields = {"schedule", "active", "parameters", "slug"}
    return {each.model_dump_json(include=fields) for each in schedules}


async def _runs_until_now(client: PrefectClient, deployment_id: UUID) -> list[FlowRun]:
    """Return the deployment's runs that should have begun by now and have not ended, newest first."""
    states = [StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]
    runs = await client.read_flow_runs(
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment_id])),
        flow_run_filter=FlowRunFilter(
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=states)),
            expected_start_time=FlowRunFilterExpectedStartTime(before_=utc_now()),
        ),
        limit=_AT_ONCE,
    )
    return sorted(runs, key=_expected, reverse=True)


def _expected(run: FlowRun) -> datetime:
    return run.expected_start_time or utc_now()


def _watch_of(run: FlowRun) -> str:
    return str(run.parameters.get("watch"))


def _may_still_begin(run: FlowRun) -> bool:
    """Tell whether a run waits for its turn, or began so lately that it may not have taken its slot yet."""
    if run.state_type == StateType.SCHEDULED:
        return True
    return run.state is not None and utc_now() - run.state.timestamp < STARTING


async def _drop_superseded(client: PrefectClient, runs: Iterable[FlowRun]) -> None:
    """Cancel runs that nobody has begun and that a later one of the same watch does the work of."""
    seen = set()
    for run in runs:
        if run.state_type == StateType.SCHEDULED:
            if _watch_of(run) in seen:
                await client.set_flow_run_state(run.id, Cancelled(message="a later run of the watch does its work"))
            seen.add(_watch_of(run))


async def _end_dead(client: PrefectClient, runs: Iterable[FlowRun], dead: set[str]) -> None:
    """Write down that runs have ended whose process the table of slots knows to be dead."""
    for run in runs:
        if run.state_type == StateType.RUNNING and _watch_of(run) in dead and not _may_still_begin(run):
            await client.set_flow_run_state(run.id, Crashed(message="its process died"), force=True)


async def end_all(client: PrefectClient, deployment_id: UUID) -> None:
    """Write down that every run has ended: at the start of the only process that runs them, none can be alive."""
    for run in await _runs_until_now(client, deployment_id):
        state = Cancelled if run.state_type == StateType.SCHEDULED else Crashed
        await client.set_flow_run_state(run.id, state(message="factnotes serve had ended"), force=True)
