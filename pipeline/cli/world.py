"""The commands for what a desk knows of the world: make it ready, say how old it is, bring it up to date."""

from __future__ import annotations

from datetime import date

import click

from pipeline.cli.offices import DAY


@click.command()
def init() -> None:
    """Prepare a home: make its store, and make the shipped data of the world ready for checks.

    Run again, it changes nothing but what a new release has changed. FACTNOTES_WORLD=off leaves the world out.
    """
    from pipeline.core.settings import load_settings
    from pipeline.evidence import prepare_world
    from pipeline.store import open_store

    settings = load_settings()
    with open_store(settings) as store:
        click.echo(f"Store: {store.where}")
    if not settings.world:
        click.echo("World: off (FACTNOTES_WORLD)")
        return
    made = prepare_world(settings)
    click.echo(f"World: {made.records} office records of {made.people} people")


@click.group()
def world() -> None:
    """Use the shipped data of the world: who held which office, in nearly every country."""


@world.command()
def status() -> None:
    """Say which data of the world this desk uses, and to which day each source knows them."""
    from pipeline.core.settings import load_settings
    from pipeline.evidence import world_status

    found = world_status(load_settings())
    state = "ready" if found.ready else "not in use: run `factnotes init`, and look at FACTNOTES_WORLD"
    click.echo(f"{found.source}{', updated here' if found.updated else ', as shipped'}: {state}")
    if found.ready:
        click.echo(f"{found.records} office records of {found.people} people")
    for source, day in (found.known_to or {}).items():
        click.echo(f"  {source}: open terms known to {day}")


@world.command()
@click.option("--since", **DAY, help="First day on which a term may have ended. Default: the oldest day of a source.")
@click.option(
    "--from",
    "where",
    type=click.Choice(["wikidata", "repositories", "all"]),
    default="wikidata",
    show_default=True,
    help="Whom to ask: Wikidata's query service, the repositories of the shipped data by their raw files, or both.",
)
@click.option("--yes", is_flag=True, help="Take what has changed without asking.")
def update(since: date | None, where: str, yes: bool) -> None:
    """Bring the offices of the world up to date from Wikidata or public repositories, for this desk.

    Asks page by page and file by file, slowly; needs FACTNOTES_CONTACT. What is cut off goes on where it was. New
    holders, ended terms and other days are shown first, and taken when you agree; the shipped records stay as they are.
    """
    from datetime import UTC, datetime

    from pipeline.cli.terminal_records import spell_holder
    from pipeline.core.settings import load_settings
    from pipeline.evidence import RawFiles, look_for_update, prepare_world, service_of, take_update
    from pipeline.reports import counted

    settings = load_settings()
    service = service_of(settings)
    raw = RawFiles(settings) if where != "wikidata" else None
    days = sorted((prepare_world(settings).known_to or {}).values())
    first = since or date.fromisoformat(days[0] if days else "2020-01-01")
    asked = service if where != "repositories" else None
    found = look_for_update(settings, asked, first, datetime.now(UTC).date(), raw)
    for trouble in found.troubles:
        click.echo(f"Left out: {trouble}", err=True)
    for name, day in found.newer.items():
        click.echo(f"{name} has something newer: to {day}")
    for change in found.changes:
        if change.what != "as it was":
            click.echo(f"{change.what}: {spell_holder(change.record)}")
    still = sum(change.what == "as it was" for change in found.changes)
    click.echo(
        f"{counted(len(found.changes) - still, 'record')} new or changed, {still} as they were, "
        f"{counted(found.unusable, 'row')} of no use"
    )
    if not found.changes or not (yes or click.confirm("Take them?", default=False)):
        click.echo("Nothing was taken.")
        return
    taken = take_update(settings, found)
    if asked:
        service.forget()
    if raw:
        raw.take(found.newer)
    click.echo(f"World: {taken.records} office records of {taken.people} people")
