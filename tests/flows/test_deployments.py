"""Schedules of watches on a Prefect server: kept as the store has them, run by a worker, what is owed made up for."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest
import sqlalchemy as sa
import yaml
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule
from prefect.events import DeploymentEventTrigger
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Crashed, Running, Scheduled
from serving import PREFECT, Started, checked, environment, factnotes, past, prefect_server, started

import flows.schedules
from flows.deployments import AFTER_A_CRASH
from flows.run_watch import summarise, wait_for
from flows.schedules import Kept, end_all, keep_schedules, schedule_of
from pipeline.core.settings import PROJECT, Settings
from pipeline.store import Store, schema as t
from pipeline.watch import (
    Cron,
    Interval,
    Owed,
    Round,
    Visit,
    Watch,
    add_watch,
    find_watch,
    owed,
    remove_watch,
    set_status,
)
from pipeline.watch.slots import claim, finish, new_owner

NOW = datetime(2026, 5, 4, 6, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FACT = {"text": "The council of district 4 repaired a school.", "publisher": "Council", "published_at": "2024-01-02"}
ARTICLE = "The council of district 4 repaired 7 schools in 2023, the mayor said."
pytest_plugins = ("postgres", "prefect_home")


def a_watch(name: str = "drafts", **more: Any) -> Watch:
    values = {"id": name, "name": name, "kind": "folder", "source": "/drafts", "created_at": NOW - timedelta(hours=5)}
    return Watch.model_validate(values | {"schedule": Interval(seconds=3600)} | more)


def dead_owner() -> str:
    """Name a worker whose process has ended."""
    code = "from pipeline.watch.slots import new_owner; print(new_owner())"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


# What is owed


def test_a_slot_is_owed_when_nobody_took_it_for_a_while(store: Store) -> None:
    add_watch(store, a_watch())
    assert owed(store, NOW + MINUTE / 2, MINUTE) == (Owed(watch="drafts", slot=NOW - timedelta(hours=1)),)
    assert owed(store, NOW + MINUTE, MINUTE) == (Owed(watch="drafts", slot=NOW),)


def test_nothing_is_owed_that_was_run_or_is_paused_or_is_being_run(store: Store) -> None:
    watch = a_watch()
    add_watch(store, watch)
    taken = claim(store, watch, new_owner(), NOW)
    assert taken is not None
    assert owed(store, NOW + timedelta(hours=3), MINUTE) == (), "this process runs it"
    visit = Visit(id=taken.visit_id, watch_id="drafts", watch="drafts", slot=taken.slot, status="finished")  # type: ignore[union-attr]
    with store.reading() as connection:
        owner = connection.scalar(sa.select(t.watch_visits.c.owner))
    assert finish(store, visit, str(owner), NOW)
    assert owed(store, NOW + MINUTE, MINUTE) == ()
    assert len(owed(store, NOW + timedelta(hours=1) + MINUTE, MINUTE)) == 1
    set_status(store, watch, "paused", NOW)
    assert owed(store, NOW + timedelta(hours=1) + MINUTE, MINUTE) == ()


@pytest.mark.process
def test_the_slot_of_a_dead_worker_is_owed_at_once(store: Store) -> None:
    watch = a_watch()
    add_watch(store, watch)
    taken = claim(store, watch, dead_owner(), NOW)
    assert taken is not None
    assert owed(store, NOW, MINUTE) == (Owed(watch="drafts", slot=taken.slot, begun=True),)


def test_an_hourly_slot_that_a_scheduler_passes_over_when_clocks_go_back_is_owed(store: Store) -> None:
    """Lisbon, 25 October 2026: two o'clock comes twice, which Prefect fires once and the table of slots has twice."""
    began = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    add_watch(store, a_watch(schedule=Cron(expression="15 * * * *", timezone="Europe/Lisbon"), created_at=began))
    found = []
    for hour in range(3):
        (each,) = owed(store, began + timedelta(hours=hour, minutes=50), MINUTE)
        found.append(each.slot)
    assert found == [datetime(2026, 10, 25, hour, 15, tzinfo=UTC) for hour in (1, 2, 3)]


# Schedules


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("drafts", "watch-drafts"),
        ("city-desk", "watch-city-desk"),
        ("City.Desk_2", "watch-city-desk-2-w1"),
        ("9", "watch-9"),
    ],
)
def test_prefect_names_a_schedule_after_its_watch_and_no_two_alike(name: str, slug: str) -> None:
    schedule = schedule_of(a_watch(name, id="w1"))
    assert schedule is not None and schedule.slug == slug


def test_a_watch_is_a_schedule_with_its_own_time_zone_and_beginning() -> None:
    cron = schedule_of(a_watch(schedule=Cron(expression="0 6 * * mon-fri", timezone="Europe/Lisbon")))
    assert cron is not None and isinstance(cron.schedule, CronSchedule)
    assert (cron.schedule.cron, cron.schedule.timezone) == ("0 6 * * mon-fri", "Europe/Lisbon")
    assert (cron.active, cron.parameters) == (True, {"watch": "drafts"})
    every = schedule_of(a_watch(schedule=Interval(seconds=900), status="paused", timezone="Europe/Lisbon"))
    assert every is not None and isinstance(every.schedule, IntervalSchedule)
    assert (every.schedule.interval, every.schedule.anchor_date) == (timedelta(minutes=15), NOW - timedelta(hours=5))
    assert not every.active


@pytest.mark.parametrize(("early", "waited"), [(0.4, [0.4]), (-0.1, []), (0, []), (3600, [])])
def test_a_run_that_begins_a_moment_before_its_slot_waits_for_it(early: float, waited: list[float]) -> None:
    slept: list[float] = []
    wait_for(NOW + timedelta(seconds=early), clock=lambda: NOW, sleep=slept.append)
    assert slept == waited


def test_what_came_of_a_run_is_said_in_a_line() -> None:
    assert summarise(Round()) == "nothing is due"
    visit = Visit(id=1, watch_id="a", watch="a", slot=NOW, status="finished", unchanged=3)
    assert summarise(Round(visits=[visit])) == "slot 2026-05-04 06:30:00 UTC finished: 3 unchanged"


def test_the_file_for_checkouts_names_flows_that_are_there() -> None:
    deployments = yaml.safe_load((PROJECT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    found = set()
    for each in deployments:
        file, name = each["entrypoint"].split(":")
        module = __import__(file.removesuffix(".py").replace("/", "."), fromlist=[name])
        found.add(getattr(module, name).name)
    assert found >= {"run-watch", "keep-schedules", "check-article"}


def test_the_file_for_checkouts_goes_on_after_a_crash_as_the_command_does() -> None:
    deployments = yaml.safe_load((PROJECT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    given = [trigger for each in deployments for trigger in each.get("triggers", ())]
    assert [DeploymentEventTrigger.model_validate(each) for each in given] == [AFTER_A_CRASH]


# A server and a worker


@pytest.fixture
def home(tmp_path: Path, prefect_home: Path) -> Path:
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts" / "council.txt").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "facts.jsonl").write_text(json.dumps(FACT), encoding="utf-8")
    factnotes(tmp_path, "index", "facts.jsonl")
    return tmp_path


@pytest.fixture
def server(home: Path) -> Iterator[tuple[Started, str]]:
    with prefect_server(home) as running:
        yield running


@pytest.mark.process
def test_a_worker_runs_what_is_scheduled_and_what_is_owed(home: Path, server: tuple[Started, str]) -> None:
    running, api = server
    given = environment(home, PREFECT_API_URL=api)
    factnotes(home, "watch", "add", "often", "--folder", "drafts", "--every", "60s")
    deploy = [sys.executable, "-m", "flows.deployments", "--pool", "desk", "--every", "60"]
    assert "deployed run-watch/factnotes" in deployed(deploy, home, given)
    settings = Settings(home=home / "desk", model="none")
    with temporary_settings({PREFECT_API_URL: api}):
        anyio.run(_keep, settings)
        deployed(deploy, home, given)
        factnotes(home, "watch", "add", "yearly", "--folder", "drafts", "--cron", "0 0 1 1 *")
        with closing(Store.open(home / "desk" / "store.db")) as store:
            began = claim(store, find_watch(store, "yearly"), dead_owner(), datetime.now(UTC), by_hand=True)
        assert began is not None
        worker = [PREFECT, "worker", "start", "--pool", "desk", "--type", "process"]
        with started(worker, home, given, "worker") as working:
            visit = working.until(partial(checked, home, "often"), "a run of the schedule")
            assert not visit.by_hand
            factnotes(home, "watch", "pause", "often")  # its runs would only take turns from what is waited for
            working.until(lambda: past(home, "yearly")[0].status == "finished", "what a dead worker had begun")
            anyio.run(_keep_no_more)
            runs = working.until(_both_kinds, "a completed run of the schedule, and of what was owed")
            anyio.run(_crash, "yearly")
            working.until(_gone_on_with, "a run that goes on with what crashed")
    assert all(run.work_pool_name == "desk" for run in runs)
    assert "yearly" not in {run.parameters["watch"] for run in runs if _by_schedule(run)}


def deployed(command: list[str], home: Path, given: dict[str, str]) -> str:
    """Deploy; return what was said."""
    done = subprocess.run(command, cwd=home, env=given, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def _keep_no_more() -> None:
    """Let schedules be kept no more: each time takes a process of its own."""
    async with get_client() as client:
        keeping = await client.read_deployment_by_name("keep-schedules/factnotes")
        await client.pause_deployment(keeping.id)


async def _crash(watch: str) -> None:
    """Let the process of a run die, as its worker tells it."""
    async with get_client() as client:
        deployment = await _deployment(client)
        run = await client.create_flow_run_from_deployment(deployment.id, parameters={"watch": watch}, state=Running())
        await client.set_flow_run_state(run.id, Crashed(), force=True)


def _gone_on_with() -> bool:
    runs = anyio.run(_completed)
    return any(run.created_by and run.created_by.type == "AUTOMATION" for run in runs)


def _both_kinds() -> list[FlowRun]:
    """Return what Prefect knows as completed, once a schedule's and an owed run are there: the store knows earlier."""
    runs = anyio.run(_completed)
    often = any(_by_schedule(run) and run.parameters["watch"] == "often" for run in runs)
    yearly = any(run.parameters == {"watch": "yearly"} and "owed" in run.tags for run in runs)
    return runs if often and yearly else []


def _by_schedule(run: FlowRun) -> bool:
    return run.auto_scheduled and "watch" in run.parameters


async def _completed() -> list[FlowRun]:
    only = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.COMPLETED])))
    async with get_client() as client:
        return await client.read_flow_runs(flow_run_filter=only)


async def _keep(settings: Settings) -> None:
    """Keep schedules of watches that come and go, before there is a worker."""
    async with get_client() as client:
        deployment = await client.read_deployment_by_name("run-watch/factnotes")
        await client.delete_resource_owned_automations(f"prefect.deployment.{deployment.id}")
        keep = partial(keep_schedules, client, deployment.id, settings)
        assert not (await keep()).changed
        await _mirrors(client, settings, keep)
        await _starts_each_once(client, settings, keep)
        await end_all(client, deployment.id)
        assert {run.state_type for run in await _runs(client, "quiet")} <= {StateType.CRASHED, StateType.CANCELLED}
        with closing(Store.open(settings.store_path)) as store:
            remove_watch(store, find_watch(store, "quiet"))  # it is still owed a run


async def _mirrors(client: PrefectClient, settings: Settings, keep: Any) -> None:
    quiet = a_watch("quiet", schedule=Cron(expression="0 0 1 1 *", timezone="Asia/Tokyo"), created_at=NOW)
    with closing(Store.open(settings.store_path)) as store:
        add_watch(store, quiet)
        assert await keep() == Kept(watches=2, changed=True)
        assert not (await keep()).changed
        set_status(store, quiet, "paused", NOW)
        assert (await keep()).changed
        schedules = {each.slug: each for each in (await _deployment(client)).schedules}
        assert not schedules["watch-quiet"].active
        assert schedules["watch-quiet"].schedule == CronSchedule(cron="0 0 1 1 *", timezone="Asia/Tokyo")
        remove_watch(store, quiet)
        assert (await keep()).changed
        assert "watch-quiet" not in {each.slug for each in (await _deployment(client)).schedules}
        add_watch(store, quiet)
        assert (await keep()).changed


async def _starts_each_once(client: PrefectClient, settings: Settings, keep: Any) -> None:
    """Start what a dead worker had begun, once; end its run; let one late run do the work of several."""
    deployment = await _deployment(client)
    with closing(Store.open(settings.store_path)) as store:
        claim(store, find_watch(store, "quiet"), dead_owner(), datetime.now(UTC), by_hand=True)
    dead = await client.create_flow_run_from_deployment(deployment.id, parameters={"watch": "quiet"}, state=Running())
    assert (await keep()).started == (), "a run that has just begun may still take its slot"
    flows.schedules.STARTING, before = timedelta(0), flows.schedules.STARTING
    try:
        assert (await keep()).started == ("quiet",)
        assert (await client.read_flow_run(dead.id)).state_type == StateType.CRASHED
        assert (await keep()).started == (), "one is on its way"
    finally:
        flows.schedules.STARTING = before
    for minutes in (5, 4):
        late = Scheduled(scheduled_time=datetime.now(UTC) - timedelta(minutes=minutes))
        await client.create_flow_run_from_deployment(deployment.id, parameters={"watch": "quiet"}, state=late)
    await keep()
    states = [run.state_type for run in await _runs(client, "quiet") if run.id != dead.id]
    assert sorted(states) == [StateType.CANCELLED, StateType.CANCELLED, StateType.SCHEDULED]


async def _deployment(client: PrefectClient) -> Any:
    return await client.read_deployment_by_name("run-watch/factnotes")


async def _runs(client: PrefectClient, name: str) -> list[FlowRun]:
    runs: list[FlowRun] = []
    while page := await client.read_flow_runs(limit=200, offset=len(runs)):  # a server gives no more at once
        runs += page
    return [run for run in runs if run.parameters == {"watch": name} and not run.auto_scheduled]
