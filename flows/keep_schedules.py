"""Keep the schedules of `run-watch` as a Prefect flow, so that the workers of a work pool do it themselves."""

from __future__ import annotations

import anyio.to_thread
from prefect import flow
from prefect.client.orchestration import get_client

from flows.schedules import keep_schedules
from flows.sending import send
from pipeline.core.settings import load_settings

NAME = "factnotes"
"""Of each deployment, and of the work pool unless another is given."""


@flow(name="keep-schedules")
async def keep_schedules_flow() -> str:
    """Make the schedules of `run-watch` what the store's watches say, start what they are owed, and say so.

    Messages that did not arrive and digests are sent too.
    """
    settings = load_settings()
    async with get_client() as client:
        deployment = await client.read_deployment_by_name(f"run-watch/{NAME}")
        kept = await keep_schedules(client, deployment.id, settings)
    sent = await anyio.to_thread.run_sync(send, settings)
    schedules = f"schedules {'changed' if kept.changed else 'as they were'}"
    return f"{kept.watches} watches, {schedules}, owed: {', '.join(kept.started) or 'none'}; {sent} messages sent"
