"""The commands that say who is notified. Heavy modules are imported by the command that needs them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from pipeline.core.errors import DeliveryFailed, InputError

if TYPE_CHECKING:
    from collections.abc import Generator

    from pipeline.core.settings import Settings
    from pipeline.store import Store
    from pipeline.watch import Channel, Delivery, Sent


@click.group()
def notify() -> None:
    """Tell people and programs what watches found: by mail, by signed webhooks, or in Slack."""


@notify.command()
@click.argument("name")
@click.option("--webhook", help="An https URL that takes signed messages (Standard Webhooks).")
@click.option("--slack", help="Address of an incoming webhook of Slack, or of what takes its form (Mattermost).")
@click.option("--email", help="A mail address.")
@click.option(
    "--allow-text", is_flag=True, help="Also send words of articles: claims, headlines, drafts. Default: none."
)
@click.option(
    "--event",
    "events",
    multiple=True,
    type=click.Choice(["run.flagged", "outcome.changed", "visit.failed", "budget.reached"]),
    help="What it is notified of; may be given several times. Default: everything.",
)
@click.option("--digest", "digest_at", help="Time of a daily digest of all runs, such as 07:30. Default: none.")
@click.option("--timezone", default="UTC", show_default=True, help="Time zone of --digest.")
def add(name: str, webhook: str | None, slack: str | None, email: str | None, **given: Any) -> None:
    """Add a channel called NAME; watches name it with `factnotes watch add --notify NAME`.

    A webhook's secret is printed for its receiver. It is made from FACTNOTES_NOTIFY_KEY and stored nowhere; `factnotes
    notify secret NAME` prints it again.
    """
    from uuid import uuid4

    from pydantic import ValidationError

    from pipeline.core.clock import utc_now
    from pipeline.watch import Channel, add_channel, require_settings, secret_of

    named = {kind: target for kind, target in (("webhook", webhook), ("slack", slack), ("email", email)) if target}
    if len(named) != 1:
        raise click.UsageError("give one of --webhook, --slack and --email")
    ((kind, target),) = named.items()
    where = {"kind": kind, "target": target}
    values = given | where | {"id": uuid4().hex[:16], "name": name, "created_at": utc_now()}
    try:
        channel = Channel.model_validate(values)
    except ValidationError as error:
        raise InputError(error.errors()[0]["msg"].removeprefix("Value error, ")) from error
    with _opened() as (settings, store):
        if (
            channel.kind != "email"
            and channel.target.lower().startswith("http:")
            and not settings.allow_private_webhooks
        ):
            raise InputError("a webhook's address is https; FACTNOTES_ALLOW_PRIVATE_WEBHOOKS=true allows http as well")
        require_settings(channel, settings)
        add_channel(store, channel)
    click.echo(f"{name}: {_described(channel)}")
    if webhook:
        click.echo(f"its secret, for the receiver: {secret_of(channel, settings)}")


@notify.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a line of JSON for each channel, and nothing else there.")
def list_channels(as_json: bool) -> None:
    """List the channels: what they are notified of, which watches name them, which messages wait or failed."""
    import json

    from pipeline.watch import channels, counts, unknown_channels, watches

    with _opened() as (_, store):
        found, messages, watching = channels(store), counts(store), watches(store)
        for watch, name in unknown_channels(store, watching):
            click.echo(f"watch {watch} names channel {name}, which does not exist: nobody is notified", err=True)
    for channel in found:
        watched_by, of_it = (
            [watch.name for watch in watching if channel.name in watch.notify],
            messages.get(channel.id, {}),
        )
        if as_json:
            shown = channel.model_dump(mode="json") | {"target": channel.shown_target}
            click.echo(json.dumps(shown | {"watches": watched_by, "messages": of_it}))
            continue
        named = f"watches: {', '.join(watched_by)}" if watched_by else "no watch names it"
        counted = ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in sorted(of_it.items()))
        click.echo(f"{channel.name}: {_described(channel)}; {named}; {counted or 'no message yet'}")
    if not found and not as_json:
        click.echo("no channels yet; add one with `factnotes notify add NAME --email ADDRESS`")


@notify.command()
@click.argument("name")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print a line of JSON for each message, and nothing else there.")
def show(name: str, limit: int, as_json: bool) -> None:
    """Show the messages of channel NAME, the newest first, and why one did not arrive."""
    from pipeline.watch import deliveries, find_channel

    with _opened() as (_, store):
        channel = find_channel(store, name)
        found = deliveries(store, channel, limit)
    if not as_json:
        click.echo(f"{name}: {_described(channel)}")
    for message in found:
        click.echo(message.model_dump_json() if as_json else f"  {_delivery_line(message)}")


@notify.command()
@click.argument("name")
def secret(name: str) -> None:
    """Print the secret of webhook NAME again, for its receiver; needs FACTNOTES_NOTIFY_KEY."""
    from pipeline.watch import find_channel, secret_of

    with _opened() as (settings, store):
        channel = find_channel(store, name)
        if channel.kind != "webhook":
            raise InputError(f"{name} is of kind {channel.kind}: only webhooks have a secret")
        click.echo(secret_of(channel, settings))


@notify.command()
@click.argument("name")
def test(name: str) -> None:
    """Send a test to channel NAME now, once; exit code 9 when it does not arrive."""
    from uuid import uuid4

    from pipeline.core.clock import utc_now
    from pipeline.watch import Event, deliveries, find_channel, put_all, require_settings, send_due

    with _opened() as (settings, store):
        channel = find_channel(store, name)
        require_settings(channel, settings)
        event = Event(id=uuid4().hex[:16], kind="channel.test", at=utc_now(), facts={"channel": name})
        put_all(store, (channel,), [event], utc_now())
        (message,) = (each for each in deliveries(store, channel, 100) if each.event_id == event.id)
        sent = send_due(store, settings, only=message.id)
    for problem in sent.problems:
        raise DeliveryFailed(f"{name}: {problem.problem}")
    click.echo(f"{name}: a test was sent to {channel.shown_target}")


@notify.command()
@click.option("--again", help="First make this channel's waiting and failed messages due now.")
def send(again: str | None) -> None:
    """Send what is due, digests too; exit code 9 when something did not arrive.

    Runs of watches and `factnotes serve` do this by themselves; without them, call it from cron.
    """
    from pipeline.core.clock import utc_now
    from pipeline.watch import find_channel, send_messages, try_again

    with _opened() as (settings, store):
        if again:
            try_again(store, find_channel(store, again), utc_now())
    sent = send_messages(settings)
    click.echo(f"{sent.arrived} sent")
    report_unsent(sent)
    if sent.problems:
        raise DeliveryFailed(f"{len(sent.problems)} could not be sent; each is named above")


def report_unsent(sent: Sent) -> None:
    """Say on standard error which messages did not arrive."""
    for message in sent.problems:
        click.echo(f"{message.channel}: {_delivery_line(message)}", err=True)


@notify.command()
@click.argument("name")
def remove(name: str) -> None:
    """Delete channel NAME and its unsent messages."""
    from pipeline.watch import find_channel, remove_channel, watches

    with _opened() as (_, store):
        unsent = remove_channel(store, find_channel(store, name))
        watched_by = [watch.name for watch in watches(store) if name in watch.notify]
    lost = f"; {unsent} messages were not sent" if unsent else ""
    named = f"; still named by watches {', '.join(watched_by)}, which notify nobody there now" if watched_by else ""
    click.echo(f"{name}: removed{lost}{named}")


def _described(channel: Channel) -> str:
    text = "with words of articles" if channel.allow_text else "no words of articles"
    digest = f", digest at {channel.digest_at} {channel.timezone}" if channel.digest_at else ""
    return f"{channel.kind} {channel.shown_target}, {', '.join(channel.events) or 'every event'}, {text}{digest}"


def _delivery_line(message: Delivery) -> str:
    ends = {
        "sent": f"sent {message.ended_at:%Y-%m-%d %H:%M:%S} UTC" if message.ended_at else "sent",
        "pending": f"waits, next try {message.due_at:%Y-%m-%d %H:%M:%S} UTC" if message.tries else "waits",
        "given_up": f"given up, tries: {message.tries}",
    }
    why = f": {message.problem}" if message.problem else ""
    return f"{message.kind} of {message.created_at:%Y-%m-%d %H:%M:%S} UTC, {ends[message.status]}{why}"


@contextmanager
def _opened() -> Generator[tuple[Settings, Store], None, None]:
    from pipeline.core.settings import load_settings
    from pipeline.store import open_store

    settings = load_settings()
    with open_store(settings) as store:
        yield settings, store
