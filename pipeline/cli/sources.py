"""The commands for sources of evidence. Heavy modules are imported by the command."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from pipeline.cli.offices import print_skipped
from pipeline.core.errors import FactnotesError, InputError

_KINDS = {
    "folder": "Folder of files, read again where one has changed.",
    "pages": "File with a URL of a page a line.",
    "feed": "URL of an RSS or Atom feed.",
    "sitemap": "URL of a sitemap.",
    "retriever": "A LangChain retriever as package.module:Class.",
    "mediawiki": "URL of a MediaWiki, such as https://en.wikipedia.org.",
    "searxng": "URL of a SearXNG service.",
    "factchecks": "URL of Google's Fact Check Tools, https://factchecktools.googleapis.com.",
    "claimreview": "URL of a feed of ClaimReview.",
    "notes": "`approved`: what this desk has found and an editor approved, as the house's own words.",
    "gdelt": "URL of GDELT's news search, https://api.gdeltproject.org.",
}


@click.group()
def sources() -> None:
    """Add sources of evidence once, then sync them as often as wanted.

    A sync sends nothing of an article to any: a search is asked with the words given by --query alone. With --ask a
    check asks it too, with words made of claims, of articles that were read on the web, or with --may-see all of any.
    """


def _kinds(command: Any) -> Any:
    for kind, words in reversed(_KINDS.items()):
        command = click.option(f"--{kind}", help=words)(command)
    return command


@sources.command()
@click.argument("name")
@_kinds
@click.option("--query", "queries", multiple=True, help="Words a search is asked with; may be given several times.")
@click.option("--argument", "arguments", multiple=True, help="What a retriever is made with, as name=value in JSON.")
@click.option("--publisher", help="Who publishes what does not say it itself.")
@click.option("--most", type=click.IntRange(1), default=500, show_default=True, help="Pages read in one sync at most.")
@click.option("--ask", is_flag=True, help="Ask it during checks, with words made of the claims.")
@click.option(
    "--may-see",
    type=click.Choice(["published", "all"]),
    default="published",
    show_default=True,
    help="Of which articles such words may be made: those read on the web, or all.",
)
@click.option("--asks", type=click.IntRange(1), default=20, show_default=True, help="Claims of an article asked about.")
def add(name: str, queries: tuple[str, ...], arguments: tuple[str, ...], **given: Any) -> None:
    """Add a source; `sources sync` reads it, and with --ask checks ask it."""
    from pydantic import ValidationError

    from pipeline.core.settings import load_settings
    from pipeline.evidence import Source, add_source
    from pipeline.store import open_store

    named = {kind: address for kind in _KINDS if (address := given.pop(kind))}
    if len(named) != 1:
        raise click.UsageError(f"give one of {', '.join(f'--{kind}' for kind in _KINDS)}")
    ((kind, address),) = named.items()
    if kind in ("folder", "pages"):
        address = str(Path(address).expanduser().resolve())
    row = {"name": name, "kind": kind, "address": address, "queries": queries, **given}
    try:
        source = Source.model_validate(row | {"arguments": _arguments(arguments), "added_at": datetime.now(UTC)})
    except ValidationError as error:
        raise InputError(f"{name} cannot be added: {error.errors()[0]['msg'].removeprefix('Value error, ')}") from error
    with open_store(load_settings()) as store:
        add_source(store, source)
    if queries or not source.ask:
        click.echo(f"added {name}; `factnotes sources sync {name}` reads it")
    if source.ask:
        click.echo(f"{name} is asked during checks: {_sees(source.may_see)}")


def _sees(may_see: str) -> str:
    return "it may see words of every article" if may_see == "all" else "it may see words of published articles alone"


def _arguments(given: tuple[str, ...]) -> dict[str, Any]:
    found = {}
    for each in given:
        name, sign, value = each.partition("=")
        if not sign:
            raise click.UsageError(f"--argument {each} has no value: write name=value")
        try:
            found[name] = json.loads(value)
        except ValueError:
            found[name] = value
    return found


@sources.command("list")
def list_() -> None:
    """List the sources, and when each was read last."""
    from pipeline.core.settings import load_settings
    from pipeline.evidence import known_sources
    from pipeline.store import open_store

    with open_store(load_settings()) as store:
        known = known_sources(store)
    for each in known:
        read = f"{each.synced_at:%Y-%m-%d %H:%M}" if each.synced_at else "never"
        asked = f", asked with {'; '.join(each.queries)}" if each.queries else ""
        asked += f", asked during checks ({_sees(each.may_see)})" if each.ask else ""
        click.echo(f"{each.name}: {each.kind} {each.address}{asked}, read {read}")
    if not known:
        click.echo("no sources; `factnotes sources add` adds one")


@sources.command()
@click.argument("names", nargs=-1)
def sync(names: tuple[str, ...]) -> None:
    """Read what is new or changed in the sources of NAMES, else in all, and index it."""
    from pipeline.check import index_paths
    from pipeline.core.settings import load_settings
    from pipeline.evidence import known_sources, source_named, sync_source
    from pipeline.store import open_store

    settings = load_settings()
    failed: list[str] = []
    with open_store(settings) as store:
        for source in [source_named(store, name) for name in names] or known_sources(store):
            if source.ask and not source.queries:
                click.echo(f"{source.name}: asked during checks alone, there is nothing to sync")
                continue
            try:
                done = sync_source(store, source, settings)
            except FactnotesError as error:
                failed.append(f"{source.name}: {error}")
                continue
            print_skipped(done.problems)
            click.echo(
                f"{source.name}: {done.new} new, {done.changed} changed, {done.unchanged} unchanged, {done.gone} gone"
            )
    index_paths(settings, ())
    if failed:
        raise InputError("; ".join(failed))


@sources.command()
@click.argument("name")
def remove(name: str) -> None:
    """Forget a source and what only it gave; what notes rest on is kept for them."""
    from pipeline.check import index_paths
    from pipeline.core.settings import load_settings
    from pipeline.evidence import remove_source
    from pipeline.reports import counted
    from pipeline.store import open_store

    settings = load_settings()
    with open_store(settings) as store:
        gone = remove_source(store, name)
    index_paths(settings, ())
    click.echo(f"removed {name}; {counted(gone, 'passage')} searched no more")


@sources.command()
@click.option("--report", type=click.Path(path_type=Path), help="Check a report.json against what it holds itself.")
@click.option("--look-only", is_flag=True, help="Say what has changed, and open no claim again.")
def verify(report: Path | None, look_only: bool) -> None:
    """Fetch every page again that a verdict cites, and say which changed or are gone, with the claims on them.

    Decided claims that rest on such a page are opened again; an editor can take that back.
    """
    from pipeline.core.settings import load_settings
    from pipeline.evidence import verify_cited, verify_report
    from pipeline.reports import counted
    from pipeline.review import reopen_resting
    from pipeline.store import open_store

    if report:
        click.echo(f"{counted(verify_report(report), 'citation')} stand in the passages that {report} holds")
        return

    settings = load_settings()
    any_page = False
    with open_store(settings) as store:
        for each in verify_cited(store, settings):
            any_page = True
            read = f", read {each.fetched_at:%Y-%m-%d}" if each.fetched_at else ""
            click.echo(f"{each.state}: {each.address}{read}")
            if each.state != "unchanged":
                click.echo(f"    {' '.join(each.detail.split())[:200]}\n    claims: {', '.join(each.claims)}")
            reopened = () if look_only else reopen_resting(store, each)
            if reopened:
                click.echo(f"    opened again: {', '.join(event.claim_id for event in reopened)}")
    if not any_page:
        click.echo("no page is cited by any verdict")
