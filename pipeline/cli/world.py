"""The commands for what a desk knows of the world: make it ready, say how old it is, bring it up to date."""

from __future__ import annotations

import click


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
