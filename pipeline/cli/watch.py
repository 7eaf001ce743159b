"""The commands that watch sources. Heavy modules are imported by the command that needs them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.core.errors import InputError

if TYPE_CHECKING:
    from pipeline.core.settings import Settings
    from pipeline.watch import ItemReport, Refused, Visit, Watch

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def _seconds(_: click.Context, __: click.Parameter, value: str | None) -> int | None:
    if value is None:
        return None
    found = re.fullmatch(r"([0-9]{1,9})\s*([smhd])", value.strip().lower())
    if not found or int(found[1]) == 0:
        raise click.BadParameter("give a number with s, m, h or d, such as 15m")
    return int(found[1]) * _UNITS[found[2]]


@click.group()
def watch() -> None:
    """Watch folders, feeds, sitemaps and lists of URLs: check what is new or changed, on a schedule."""


@watch.command()
@click.argument("name")
@click.option("--folder", type=click.Path(file_okay=False, exists=True, path_type=Path), help="A folder of drafts.")
@click.option("--feed", help="Address of an RSS or Atom feed.")
@click.option("--sitemap", help="Address of a sitemap or of an index of them.")
@click.option("--url", "addresses", multiple=True, help="A page; may be given several times.")
@click.option(
    "--urls", type=click.Path(dir_okay=False, exists=True, path_type=Path), help="File with one URL per line."
)
@click.option("--cron", help="When, in five fields: '0 6 * * mon-fri' is six in the morning on weekdays.")
@click.option("--every", callback=_seconds, help="Or how often: 15m, 6h, 1d. Default: 1h")
@click.option("--timezone", default="UTC", show_default=True, help="Of --cron, and of the day of the daily budgets.")
@click.option("--publisher", help="Who publishes its articles; never used as evidence for itself.")
@click.option("--model", help="Model as provider:name; `none` to use no model even if a key is set.")
@click.option("--max-usd-run", type=click.FloatRange(0), help="Hard cap of one run in dollars.")
@click.option("--max-usd-day", type=click.FloatRange(0), help="Hard cap of one day in dollars.")
@click.option("--max-calls-run", type=click.IntRange(0), help="Hard cap of one run in model calls.")
@click.option("--max-calls-day", type=click.IntRange(0), help="Hard cap of one day in model calls.")
@click.option("--max-seconds-run", type=click.FloatRange(0, min_open=True), help="Hard cap of one run in seconds.")
@click.option("--max-seconds-day", type=click.FloatRange(0, min_open=True), help="Hard cap of one day in seconds.")
@click.option(
    "--recheck",
    type=click.Choice(["never", "changed", "volatile"]),
    default="changed",
    show_default=True,
    help="Which articles are checked again besides edited ones: none; those that newer evidence, prompts, model, "
    "code or settings may change; or also those on offices and quantities, after --recheck-days, as of that day.",
)
@click.option("--recheck-days", type=click.IntRange(1, 3650), default=7, show_default=True)
@click.option("--notify", multiple=True, help="Name of a channel to notify; may be given several times.")
def add(name: str, cron: str | None, every: int | None, timezone: str, **given: Any) -> None:
    """Add a watch called NAME, of one source: --folder, --feed, --sitemap, --url or --urls."""
    from uuid import uuid4

    from pydantic import ValidationError

    from pipeline.core.clock import utc_now
    from pipeline.watch import Cron, Interval, Watch, add_watch, require_channels

    if cron and every:
        raise click.UsageError("give --cron or --every, not both")
    kind, source = _source(given)
    try:
        schedule = Cron(expression=cron, timezone=timezone) if cron else Interval(seconds=every or 3600)
        new = Watch(
            id=uuid4().hex[:16],
            name=name,
            kind=kind,
            source=source,
            schedule=schedule,
            timezone=timezone,
            created_at=utc_now(),
            **given,
        )
    except ValidationError as error:
        raise InputError(error.errors()[0]["msg"].removeprefix("Value error, ")) from error
    with _store() as (_, store):
        require_channels(store, new.notify)
        add_watch(store, new)
        click.echo(f"{name}: {_describe(new)}; next {_next(store, new)}")


def _source(given: dict[str, Any]) -> tuple[Any, str]:
    """Take the source out of the options; exactly one must be given."""
    options = ("folder", "feed", "sitemap", "addresses", "urls")
    sources = {name: value for name in options if (value := given.pop(name))}
    if len(sources) != 1:
        raise click.UsageError("give one source: --folder, --feed, --sitemap, --url or --urls")
    ((name, value),) = sources.items()
    if name == "addresses":
        wrong = next((url for url in value if not url.lower().startswith(("http://", "https://"))), None)
        if wrong:
            raise InputError(f"{wrong!r} is not an http or https URL")
        return "urls", "\n".join(value)
    return name, str(value.resolve()) if isinstance(value, Path) else value


@watch.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a line of JSON for each watch, and nothing else there.")
def list_watches(as_json: bool) -> None:
    """List the watches: source, schedule, next slot, last run."""
    from pipeline.watch import visits, watches

    with _store() as (_, store):
        found = watches(store)
        for each in found:
            if as_json:
                click.echo(each.model_dump_json())
                continue
            last = next(iter(visits(store, each, 1)), None)
            state = f"last {last.slot:%Y-%m-%d %H:%M} UTC {last.status}" if last else "not run yet"
            click.echo(f"{each.name}: {_describe(each)}; next {_next(store, each)}; {state}")
    if not found and not as_json:
        click.echo("no watches yet; add one with `factnotes watch add NAME --folder PATH`")


@watch.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print the watch and its visits as JSON, and nothing else there.")
def show(name: str, as_json: bool) -> None:
    """Show the watch NAME: its budgets, what it has spent today, its last visits, what is waiting or unreadable."""
    import json

    from pipeline.core.clock import utc_now
    from pipeline.watch import find_watch, known_items, spent_on, visits

    with _store() as (_, store):
        found = find_watch(store, name)
        seen, spent = known_items(store, found), spent_on(store, found, found.day_of(utc_now()))
        past = visits(store, found)
        if as_json:
            values: dict[str, Any] = {"watch": found.model_dump(mode="json")}
            values["spent_today"] = spent.model_dump(mode="json")
            values["items"] = [item.model_dump(mode="json") for item in seen.values()]
            click.echo(json.dumps(values | {"visits": [visit.model_dump(mode="json") for visit in past]}, indent=2))
            return
        click.echo(f"{found.name}: {_describe(found)}; next {_next(store, found)}")
        click.echo(f"  budgets: {_budgets(found)}; spent today: {_spent(spent)}")
        for visit in past:
            counts = ", ".join(f"{count} {outcome}" for outcome, count in visit.counts().items())
            click.echo(f"  {visit.slot:%Y-%m-%d %H:%M:%S} UTC {visit.status}: {visit.reason or counts or 'no change'}")
        for item in seen.values():
            if item.state != "checked":
                click.echo(f"  {item.state:<10} {item.key}: {item.reason}")


@watch.command()
@click.argument("name")
def pause(name: str) -> None:
    """Pause the watch NAME: nothing is checked until it is resumed."""
    _set_status(name, "paused")


@watch.command()
@click.argument("name")
def resume(name: str) -> None:
    """Resume the watch NAME from its next slot on; slots missed meanwhile are reported, not run."""
    _set_status(name, "active")


@watch.command()
@click.argument("name")
def remove(name: str) -> None:
    """Forget the watch NAME and its visits; its runs, notes and reviews stay."""
    from pipeline.watch import find_watch, remove_watch

    with _store() as (_, store):
        remove_watch(store, find_watch(store, name))
    click.echo(f"{name}: removed; its runs and notes stay")


@watch.command()
@click.argument("names", nargs=-1)
@click.option("--once", is_flag=True, help="Run what is due and end; needs no server.")
@click.option("--json", "as_json", is_flag=True, help="Print a line of JSON for each visit, and nothing else there.")
def run(names: tuple[str, ...], once: bool, as_json: bool) -> None:
    """Check what is due; or the watches NAMES now, whether due or not, paused ones too.

    For each article it prints what was done: checked, unfinished, unchanged, waiting for budget, problem, gone.
    Exit code 3 when something could not be read, 6 when every call of the model failed; the others are still checked.
    """
    if not once:
        raise click.UsageError("give --once: schedules are run by a server, such as `factnotes serve` starts")
    from pipeline.core.settings import load_settings
    from pipeline.watch import Listeners, run_watches_and_notify

    echo = None if as_json else click.echo
    listeners = Listeners(on_item=_print_item(echo), on_visit=_print_visit(echo), on_refusal=_print_refusal)
    settings = load_settings()
    done = run_watches_and_notify(settings, names, listeners=listeners)
    _send_messages(settings)
    if not done.visits and not done.refused and not as_json:
        click.echo("nothing is due")
    for error in done.errors:
        raise error
    unread = sum(visit.counts().get("problem", 0) + len(visit.problems) for visit in done.visits)
    if unread:
        raise InputError(f"{unread} could not be read; each is named above and is tried again next time")
    told = [item for visit in done.visits for item in visit.told if item.outcome in ("checked", "unfinished")]
    _require_answers([item.run_id for item in told if item.run_id])


def _require_answers(run_ids: Sequence[str]) -> None:
    """Raise ModelError where the model was asked about the items' claims and every call failed."""
    from pipeline.cli.model_answers import require_answers

    if run_ids:
        with _store() as (_, store):
            notes = [note for run_id in run_ids for note in store.notes(run_id)]
        require_answers(notes, None)


def _send_messages(settings: Settings) -> None:
    """Send the messages of channels; one that does not arrive is reported, tried again later, and fails no run."""
    from pipeline.watch import send_messages, unknown_channels, watches

    with _store() as (_, store):
        for name, channel in unknown_channels(store, watches(store)):
            click.echo(f"watch {name} names channel {channel}, which does not exist: nobody is notified", err=True)
    for message in send_messages(settings).problems:
        ended = "given up" if message.status == "given_up" else "tried again later"
        click.echo(f"not sent to {message.channel}, {ended}: {message.problem}", err=True)


Echo = Callable[[str], None]


def _print_item(echo: Echo | None) -> Callable[[Watch, ItemReport], None]:
    def on_item(of: Watch, report: ItemReport) -> None:
        if echo is None:
            return
        run_id = f" [run {report.run_id}]" if report.run_id else ""
        echo(f"  {report.outcome:<10} {report.key}{': ' if report.reason else ''}{report.reason}{run_id}")
        for change in report.changed:
            echo(f"    OUTCOME CHANGED  {_outcome(change.before)} -> {_outcome(change.after)}\n      {change.draft}")

    return on_item


def _outcome(judgement: Any) -> str:
    flags = f" with {', '.join(judgement.flags)}" if judgement.flags else ""
    return f"{judgement.label or 'not checked'}{flags}".replace("_", " ")


def _print_visit(echo: Echo | None) -> Callable[[Visit], None]:
    def on_visit(visit: Visit) -> None:
        if echo is None:
            click.echo(visit.model_dump_json())
            return
        for problem in visit.problems:
            echo(f"  problem    {problem}")
        counts = ", ".join(f"{count} {outcome}" for outcome, count in visit.counts().items()) or "nothing listed"
        what = "by hand" if visit.by_hand else f"slot {visit.slot:%Y-%m-%d %H:%M:%S} UTC"
        missed = _missed(visit)
        resumed = ", begun by a worker that died" if visit.resumed else ""
        ended = f"; {visit.status}: {visit.reason}" if visit.reason else ""
        echo(f"{visit.watch} ({what}{missed}{resumed}): {counts}; {_spent(visit.spent)}{ended}")

    return on_visit


def _print_refusal(of: Watch, refused: Refused) -> None:
    missed = _missed(refused)
    click.echo(f"{of.name} (slot {refused.slot:%Y-%m-%d %H:%M:%S} UTC{missed}): {refused.reason}", err=True)


def _missed(report: Visit | Refused) -> str:
    most = "at least " if report.at_least else ""
    return f", {most}{report.missed} slots before it were missed" if report.missed else ""


def _set_status(name: str, status: Any) -> None:
    from pipeline.core.clock import utc_now
    from pipeline.watch import find_watch, set_status

    with _store() as (_, store):
        found = find_watch(store, name)
        passed = set_status(store, found, status, utc_now())
        if status == "paused":
            click.echo(f"{name}: paused")
            return
        state = f"; {passed.missed + 1} slots passed while it was paused and are not run" if passed else ""
        click.echo(f"{name}: active; next {_next(store, find_watch(store, name))}{state}")


def _describe(each: Watch) -> str:
    source = each.source.replace("\n", " ")
    return f"{each.kind} {source[:120]}, {each.schedule}, {each.status}"


def _next(store: Any, each: Watch) -> str:
    from zoneinfo import ZoneInfo

    from pipeline.core.clock import utc_now
    from pipeline.watch import next_slot, settled_until

    if each.status == "paused":
        return "when it is resumed"
    slot: datetime | None = next_slot(each.schedule, each.created_at, settled_until(store, each))
    if slot is None:
        return "never"
    zone = ZoneInfo(each.timezone)
    return "now" if slot <= utc_now() else f"{slot.astimezone(zone):%Y-%m-%d %H:%M:%S} {each.timezone}"


def _budgets(each: Watch) -> str:
    values = {
        f"{getattr(each, f'max_{unit}_{of}'):g} {name} a {of}"
        for unit, name in (("usd", "dollars"), ("calls", "calls"), ("seconds", "seconds"))
        for of in ("run", "day")
        if getattr(each, f"max_{unit}_{of}") is not None
    }
    return ", ".join(sorted(values)) or "none"


def _spent(spent: Any) -> str:
    from pipeline.reports import counted

    dollars = "unknown dollars" if spent.dollars is None else f"{spent.dollars:.4f} dollars"
    return f"{dollars}, {counted(spent.calls, 'call')}, {spent.seconds:.1f} s"


def _store() -> Any:
    from contextlib import contextmanager

    from pipeline.core.settings import load_settings
    from pipeline.store import open_store

    @contextmanager
    def opened() -> Any:
        settings: Settings = load_settings()
        with open_store(settings) as store:
            yield settings, store

    return opened()
