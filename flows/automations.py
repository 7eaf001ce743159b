"""A Prefect automation as an example: call a webhook whenever a flow run fails or crashes.

    python -m flows.automations URL
    python -m flows.automations --remove

What watches find, and their failures, are sent by `factnotes notify`, signed and without loss. This one is Prefect's
own report of runs whose process died before it could report anything; Prefect signs nothing. It needs a server
(PREFECT_API_URL) and sends names and states only, never an article's text or an error's.
"""

from __future__ import annotations

import ipaddress
import sys
from urllib.parse import urlsplit

import anyio
import click
import httpx
from prefect.automations import Automation
from prefect.blocks.webhook import Webhook
from prefect.events.actions import CallWebhook
from prefect.events.schemas.automations import EventTrigger, Posture
from pydantic import SecretStr

from pipeline.core.errors import FactnotesError, InputError

NAME = "factnotes-failed-runs"
FAILED = {"prefect.flow-run.Failed", "prefect.flow-run.Crashed"}
PAYLOAD = (
    '{"flow": {{ flow.name | tojson }}, "run": {{ flow_run.name | tojson }}, '
    '"run_id": {{ flow_run.id | string | tojson }}, "state": {{ flow_run.state.name | tojson }}}'
)


async def report_failed_runs(url: str) -> Automation:
    """Let Prefect's server call a URL for each flow run that fails or crashes; replaces what was set before.

    Raises InputError for what is no URL. Private addresses are refused by Prefect, those of this machine are not.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError("give an http or https URL")
    await end_reporting()
    hook = Webhook(url=SecretStr(url), method="POST", allow_private_urls=_is_this_machine(parts.hostname))
    block_id = await hook.asave(NAME, overwrite=True)
    trigger = EventTrigger(
        expect=FAILED,
        match={"prefect.resource.id": "prefect.flow-run.*"},
        posture=Posture.Reactive,
        threshold=1,
    )
    call = CallWebhook(block_document_id=block_id, payload=PAYLOAD)
    automation = Automation(name=NAME, description="Tell runs that fail or crash", trigger=trigger, actions=[call])
    return await automation.acreate()


async def end_reporting() -> bool:
    """Remove the automation; False where there was none."""
    try:
        await (await Automation.aread(name=NAME)).adelete()
    except ValueError:  # there is none of that name
        return False
    return True


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@click.command()
@click.argument("url", required=False)
@click.option("--remove", is_flag=True, help="Call nothing any more.")
def main(url: str | None, remove: bool) -> None:
    """Let Prefect's server call URL for each flow run that fails or crashes."""
    if bool(url) == remove:
        raise click.UsageError("give a URL, or --remove")
    try:
        if url:
            anyio.run(report_failed_runs, url)
            click.echo(f"{NAME}: set")
        else:
            click.echo(f"{NAME}: {'removed' if anyio.run(end_reporting) else 'was not set'}")
    except FactnotesError as error:
        sys.exit(f"Error: {error}")
    except httpx.HTTPError:
        sys.exit("Error: Prefect's server does not answer: start it, and set PREFECT_API_URL to its address")


if __name__ == "__main__":
    main()
