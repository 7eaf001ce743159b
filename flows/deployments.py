"""Deploy the watches' schedules to a work pool of a Prefect server, for workers on one machine or many.

    python -m flows.deployments [--pool NAME] [--folder PATH] [--every SECONDS]

Afterwards `prefect worker start --pool NAME` on each machine runs what is due. `run-watch` has a schedule for each
watch; `keep-schedules` takes over what was added, changed or removed since, and starts what is owed. A run whose
process died is begun again as soon as its worker tells Prefect. Where the worker died too, or Prefect holds the word
back (it may for runs planned minutes before), the run is owed.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import anyio
import click
import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.events import DeploymentEventTrigger
from prefect.exceptions import ObjectAlreadyExists, PrefectException
from prefect.types.entrypoint import EntrypointType
from prefect.workers.process import ProcessWorker

from flows.check_article import check_article_flow
from flows.keep_schedules import NAME, keep_schedules_flow
from flows.run_watch import run_watch_flow
from flows.schedules import keep_schedules
from pipeline.core.errors import FactnotesError, SettingsError
from pipeline.core.settings import load_settings

AFTER_A_CRASH = DeploymentEventTrigger(
    name="factnotes-go-on",
    description="Goes on with a watch whose run's process died",
    expect={"prefect.flow-run.Crashed"},
    match={"prefect.resource.id": "prefect.flow-run.*"},
    match_related={"prefect.resource.role": "flow", "prefect.resource.name": run_watch_flow.name},
    parameters={"watch": {"__prefect_kind": "jinja", "template": "{{ flow_run.parameters.watch }}"}},
)
_ONE = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)


async def deploy(pool: str, folder: Path, every: int) -> tuple[str, ...]:
    """Make the work pool where there is none, deploy the flows to it, and return what the deployments are called.

    Workers run them in `folder`; schedules are kept as the watches are every so many seconds. Raises SettingsError
    where no Prefect server answers, and StoreError where the watches cannot be read.
    """
    async with get_client() as client:
        if await client.api_healthcheck():
            raise SettingsError(f"no Prefect server answers at {client.api_url}: start it, or set PREFECT_API_URL")
        template = ProcessWorker.get_default_base_job_template()
        with suppress(ObjectAlreadyExists):
            await client.create_work_pool(WorkPoolCreate(name=pool, type="process", base_job_template=template))
        place = {"working_dir": str(folder.resolve())}
        ids: dict[str, UUID] = {}
        for each, seconds in ((run_watch_flow, None), (check_article_flow, None), (keep_schedules_flow, every)):
            made = await each.ato_deployment(
                NAME,
                interval=seconds,
                concurrency_limit=_ONE if seconds else None,
                triggers=[AFTER_A_CRASH.model_copy()] if each is run_watch_flow else None,
                work_pool_name=pool,
                job_variables=place,
                entrypoint_type=EntrypointType.MODULE_PATH,
            )
            ids[f"{each.name}/{NAME}"] = await made.aapply()
        await keep_schedules(client, ids[f"{run_watch_flow.name}/{NAME}"], load_settings())
    return tuple(ids)


@click.command()
@click.option("--pool", default=NAME, show_default=True, help="Work pool, of process type; made where there is none.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path(),
    help="Where workers run: it must be there on each machine.  [default: this folder]",
)
@click.option(
    "--every", type=click.IntRange(5), default=60, show_default=True, help="Seconds between looks at watches."
)
def main(pool: str, folder: Path, every: int) -> None:
    """Deploy the watches' schedules to a work pool of the Prefect server that PREFECT_API_URL names."""
    try:
        for name in anyio.run(deploy, pool, folder, every):
            click.echo(f"deployed {name}")
    except (FactnotesError, PrefectException, httpx.HTTPError) as error:
        sys.exit(f"Error: {' '.join(str(error).split())}")
    click.echo(f"Now start a worker on each machine: prefect worker start --pool {pool} --type process")


if __name__ == "__main__":
    main()
