"""Run the watches' schedules on this machine: what `factnotes serve` starts beside Prefect's server.

    python -m flows.serve [--at-once N]

Each run is a process of its own. Watches that are added, changed, paused or removed meanwhile are picked up.
"""

from __future__ import annotations

import logging
import signal
import sys

import anyio
import anyio.to_thread
import click
import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.exceptions import PrefectException
from prefect.runner import Runner
from prefect.types.entrypoint import EntrypointType

from flows.run_watch import run_watch_flow
from flows.schedules import end_all, keep_schedules
from flows.sending import send
from pipeline.core.errors import FactnotesError, SettingsError
from pipeline.core.settings import Settings, load_settings

DEPLOYMENT = "served"
KEEP_EVERY_S = 15.0
_PATIENCE_S = 600
"""Prefect's server makes its database at its first start, which takes a slow machine minutes."""

log = logging.getLogger("factnotes.serve")


async def serve(settings: Settings, at_once: int) -> None:
    """Run schedules until this process is asked to end; raises SettingsError where a server does not come up."""
    async with get_client() as client:
        await _wait_for_servers(client, settings)
        runner = Runner(name="factnotes", pause_on_shutdown=False, limit=at_once)
        deployment = await run_watch_flow.ato_deployment(DEPLOYMENT, entrypoint_type=EntrypointType.MODULE_PATH)
        deployment_id = await runner.aadd_deployment(deployment)
        await end_all(client, deployment_id)
        kept = await keep_schedules(client, deployment_id, settings)
        click.echo(f"Ready: {kept.watches} watch{'' if kept.watches == 1 else 'es'}, {at_once} at once.")

        async def keep() -> None:
            while True:
                await anyio.sleep(KEEP_EVERY_S)
                try:
                    await keep_schedules(client, deployment_id, settings)
                    await anyio.to_thread.run_sync(send, settings)
                except (FactnotesError, PrefectException, httpx.HTTPError) as error:
                    log.warning("schedules or messages were not seen to, which is tried again: %s", error)

        async with anyio.create_task_group() as group:
            group.start_soon(keep)
            group.start_soon(_stop_when_told, group.cancel_scope)
            await runner.start()


async def _stop_when_told(scope: anyio.CancelScope) -> None:
    """Stop at a signal, instead of the runner's own way, which ends in an exception inside its event loop.

    Processes of runs get the signal too and give their slots back.
    """
    with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        async for _ in signals:
            scope.cancel()


async def _wait_for_servers(client: PrefectClient, settings: Settings) -> None:
    with anyio.move_on_after(_PATIENCE_S):
        while await client.api_healthcheck():
            await anyio.sleep(0.5)
        while settings.chroma_url and not await _answers(settings.chroma_url):
            await anyio.sleep(0.5)
        return
    raise SettingsError(f"Prefect's or Chroma's server has not answered for {_PATIENCE_S} seconds: see what they say")


async def _answers(chroma_url: str) -> bool:
    try:
        async with httpx.AsyncClient(timeout=5) as client:
            return (await client.get(f"{chroma_url.rstrip('/')}/api/v2/heartbeat")).is_success
    except httpx.HTTPError:
        return False


@click.command()
@click.option("--at-once", type=click.IntRange(1), default=2, show_default=True, help="How many watches run at once.")
def main(at_once: int) -> None:
    """Run the watches' schedules until asked to end."""
    logging.basicConfig(format="%(levelname)s %(message)s")
    try:
        anyio.run(serve, load_settings(), at_once)
    except FactnotesError as error:
        sys.exit(f"Error: {error}")


if __name__ == "__main__":
    main()
