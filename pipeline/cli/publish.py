"""The commands `publish` and `gold`: what leaves the desk. Heavy modules are imported by their command."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from pipeline.core.errors import InputError
from pipeline.core.printing import visible_json

if TYPE_CHECKING:
    from pipeline.core.settings import Settings
    from pipeline.evaluation import Gold
    from pipeline.reports import Format, Publication, Publisher


def _formats(_: click.Context, __: click.Parameter, value: str | None) -> tuple[Format, ...] | None:
    from pipeline.reports import FORMATS

    if value is None:
        return None
    wanted = {each.strip() for each in value.split(",") if each.strip()}
    unknown = sorted(wanted - set(FORMATS))
    if unknown or not wanted:
        what = f"{unknown[0]!r} is no format" if unknown else "no format given"
        raise click.BadParameter(f"{what}; choose from {', '.join(FORMATS)}")
    return tuple(name for name in FORMATS if name in wanted)


@click.command("publish")
@click.argument("run")
@click.option(
    "--format",
    "formats",
    callback=_formats,
    metavar="LIST",
    help="Any of html, md, json, csv, annotations, claimreview, separated by commas. Default: all that can be written.",
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("published"), show_default=True)
@click.option("--publisher", help="Who publishes: the author of each ClaimReview. Default: FACTNOTES_PUBLISHER.")
@click.option("--publisher-url", help="The publisher's home page. Default: FACTNOTES_PUBLISHER_URL.")
@click.option("--page-url", help="Where published.html will be read: the address of each check.")
@click.option("--utf16", is_flag=True, help="Count places in JSON and annotations in UTF-16 as well, as browsers do.")
@click.option("--names", is_flag=True, help="Say who decided and who approved.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON, and nothing else there.")
def publish(
    run: str,
    formats: tuple[Format, ...] | None,
    out: Path,
    publisher: str | None,
    publisher_url: str | None,
    page_url: str | None,
    utf16: bool,
    names: bool,
    as_json: bool,
) -> None:
    """Publish the approved notes of RUN: an id, a unique part of one, or `latest`, the newest that finished.

    Only what an editor approved is shown; the rest is counted. Files go to a folder named after the run and
    replace earlier ones, so that nothing withdrawn can still be read.
    """
    from pipeline.core.settings import load_settings
    from pipeline.evaluation import publication_of
    from pipeline.reports import FORMATS, write_publication
    from pipeline.store import find_run, open_store

    settings = load_settings(publisher=publisher, publisher_url=publisher_url)
    by = _publisher(settings)
    _require_address("--page-url", page_url)
    if formats and "claimreview" in formats and by is None:
        raise InputError("a ClaimReview needs its author: give --publisher NAME, or set FACTNOTES_PUBLISHER")
    with open_store(settings) as store:
        found = find_run(store, run, finished=True)
        publication = publication_of(store, found, publisher=by, page_url=page_url, names=names)
    wanted = formats or tuple(name for name in FORMATS if by or name != "claimreview")
    files = write_publication(publication, out / found.id, wanted, utf16=utf16)
    if as_json:
        click.echo(_as_json(publication, files))
    else:
        _print_files(publication, files)
    _hint(publication, by is not None, formats)


def _publisher(settings: Settings) -> Publisher | None:
    from pipeline.reports import Publisher

    name = " ".join((settings.publisher or "").split())
    _require_address("--publisher-url", settings.publisher_url)
    return Publisher(name=name, url=settings.publisher_url) if name else None


def _require_address(option: str, url: str | None) -> None:
    from pipeline.reports import web_link

    if url is not None and web_link(url) is None:
        raise InputError(f"{option}: {url[:80]!r} is no web address; give one with https://")


def _as_json(publication: Publication, files: tuple[Path, ...]) -> str:
    values = {
        "run": publication.run_id,
        "coverage": publication.coverage,
        "counts": publication.counts.model_dump(),
        "files": [str(path) for path in files],
    }
    return json.dumps(values, indent=2, ensure_ascii=False)


def _print_files(publication: Publication, files: tuple[Path, ...]) -> None:
    click.echo(f"{publication.coverage}.")
    if not publication.checks:
        click.echo(
            "Nothing is approved, so nothing is published. "
            f"Decide claims with `factnotes desk` or `factnotes review next --run {publication.run_id}`; "
            "an editor approves each decision there, or with `factnotes review approve CLAIM`."
        )
        if files:
            click.echo("The files of an earlier publication now say so:")
    for path in files:
        click.echo(path)


def _hint(publication: Publication, has_publisher: bool, formats: tuple[Format, ...] | None) -> None:
    """Say on standard error what readers or search engines will miss."""
    if not publication.checks:
        return
    if not has_publisher and formats is None:
        click.echo("Note: no ClaimReview without its author: give --publisher NAME", err=True)
    elif has_publisher and publication.page_url is None:
        click.echo("Note: search engines take a ClaimReview only with an address: give --page-url URL", err=True)
    bare = sum(1 for check in publication.checks if check.label in ("supported", "refuted") and not check.sources)
    if bare:
        click.echo(f"Note: {bare} published with a verdict and no source: add evidence in a correction", err=True)


@click.command("gold")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    default=Path("cases.jsonl"),
    show_default=True,
    help="File to write; - for standard output.",
)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only decisions of this day (UTC) or later.")
@click.option(
    "--include",
    multiple=True,
    type=click.Choice(["names", "comments"]),
    help="Keep reviewers' names or comments too; may be given twice.",
)
def gold(out: Path, since: datetime | None, include: tuple[str, ...]) -> None:
    """Write decided claims as evaluation cases, a line of JSON each, for `factnotes eval`.

    A case holds what a person said of a claim and the evidence it was judged on. Decisions that give no answer are
    left out and counted. The same decisions give the same file.
    """
    from pipeline.core.settings import load_settings
    from pipeline.evaluation import Include, gold_of
    from pipeline.store import open_store

    kept: tuple[Include, ...] = tuple(name for name in get_args(Include) if name in include)
    with open_store(load_settings()) as store:
        found = gold_of(store, since=since.date() if since else None, include=kept)
    text = "".join(f"{visible_json(case.model_dump_json())}\n" for case in found.cases)
    if str(out) == "-":
        click.echo(text, nl=False)
    else:
        unfinished = out.with_name(f".{out.name}.unfinished")
        unfinished.write_text(text, encoding="utf-8", newline="")
        unfinished.replace(out)
    click.echo(_gold_summary(found, out), err=str(out) == "-")


def _gold_summary(found: Gold, out: Path) -> str:
    from pipeline.reports import counted

    stages = [case.stage for case in found.cases]
    parts = ", ".join(f"{stages.count(stage)} {stage.replace('_', ' ')}" for stage in dict.fromkeys(sorted(stages)))
    cases = counted(len(stages), "case") + (f" ({parts})" if parts else "")
    lines = [cases if str(out) == "-" else f"{cases} written to {out}"]
    lines += [f"Left out, {reason}: {count}" for reason, count in found.left_out.items()]
    return "\n".join(lines)
