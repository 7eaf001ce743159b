"""The commands for office records and titles, and what commands share. Heavy modules are imported by the command."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from pipeline.core.errors import InputError


class _Day(click.ParamType[date]):
    """A day of the calendar, as YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day; fails for words of another form, and for a day that no calendar has."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            shaped = re.fullmatch(r"\d{4}-\d{2}-\d{2}", value)
            why = "the calendar has no such day" if shaped else "give a day as YYYY-MM-DD, such as 2026-02-28"
            self.fail(f"{value[:40]!r}: {why}", param, ctx)


DAY: dict[str, Any] = {"type": _Day()}
RECORDS_HELP = "File of office records, in any form `offices import` reads; may be given several times."


def print_skipped(problems: Sequence[str]) -> None:
    """Say on standard error what could not be used."""
    for problem in problems:
        click.echo(f"Skipped: {problem}", err=True)


@click.command()
@click.argument("sentences", default="-")
@click.option("--records", multiple=True, type=click.Path(path_type=Path), help=f"{RECORDS_HELP} Default: the store's.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print a line of JSON for each line read, and nothing else there."
)
@click.option("--schema", is_flag=True, help="Print the JSON Schemas of a sentence, a record and a line of output.")
def titles(sentences: str, records: tuple[Path, ...], as_json: bool, schema: bool) -> None:
    """Judge the titles people are given in SENTENCES: JSON Lines with text and article_date, or - for standard input.

    Each title is right, stale, premature_former, wrong_country, wrong_office, wrong_years, not_in_records
    or unknown, as of the sentence's date (without one as of today, and said so); flag is true where a reader
    should be told. Offsets are code points of the given text. A line that cannot be read gives an error
    in its place, and exit code 3 at the end; empty lines are left out. Needs neither store nor index.
    """
    import json

    from pipeline.check import BadSentence, dump, judge_lines, schemas
    from pipeline.cli.terminal_records import spell_titles
    from pipeline.core.settings import load_settings
    from pipeline.evidence import open_records
    from pipeline.reports import counted

    if schema:
        click.echo(json.dumps(schemas(), indent=2))
        return
    lines = _lines(sentences)
    known, problems = open_records(load_settings(), records)
    print_skipped(problems)
    bad = assumed = 0
    for judged in judge_lines(lines, known, date.today()):  # noqa: DTZ011 # the reader's own day
        bad += isinstance(judged, BadSentence)
        assumed += not isinstance(judged, BadSentence) and judged.as_of_assumed is not None
        click.echo(dump(judged) if as_json else spell_titles(judged))
    if assumed:
        click.echo(f"Note: {counted(assumed, 'line')} without article_date: judged as of today", err=True)
    if bad:
        raise InputError(f"{counted(bad, 'line')} could not be read; each has an error in its place")


def _lines(source: str) -> list[bytes]:
    if source == "-":
        return sys.stdin.buffer.read().split(b"\n")
    try:
        return Path(source).read_bytes().split(b"\n")
    except OSError as error:
        raise InputError(f"{source} cannot be read ({error.strerror}): check the path") from error


@click.group()
def offices() -> None:
    """Keep office records: who held which office, from when to when."""


@offices.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["auto", "ours", "wikidata", "popolo", "ifg", "congress"]),
    default="auto",
    show_default=True,
    help="`auto` recognises it by its content.",
)
@click.option(
    "--as-of", **DAY, help="Day the files were made, for rows that do not say: after it an open term is unknown."
)
@click.option("--country", help="Country of rows that do not say theirs.")
def import_offices(files: tuple[Path, ...], form: str, as_of: date | None, country: str | None) -> None:
    """Add office records from FILES, joined with those that are there.

    FILES are JSON Lines, JSON or CSV of our form, Wikidata query results (JSON or CSV), Popolo JSON, the IfG
    ministers database (CSV) or congress-legislators (YAML or JSON).

    Records of one time in office are joined: verified, then more precise, then newer dates win, and what the
    other source says is kept in the note. Importing again changes nothing. Rows that cannot be used are told
    with file and row, the others are kept; exit code 3 when nothing could be used.
    """
    from pipeline.core.settings import load_settings
    from pipeline.evidence import import_records
    from pipeline.reports import counted

    done = import_records(load_settings(), files, form, as_of, country)
    print_skipped(done.problems)
    for source in done.files:
        click.echo(source)
    click.echo(
        f"{counted(done.added, 'record')} added, {done.changed} changed, {done.unchanged} unchanged; "
        f"{done.total} in all"
    )
    if done.undated:
        click.echo(
            f"Note: {counted(done.undated, 'open term')} without the day last known to be right: give --as-of DATE",
            err=True,
        )


@offices.command("show")
@click.argument("person")
@click.option("--json", "as_json", is_flag=True, help="Print the records as JSON Lines in our form.")
def show_offices(person: str, as_json: bool) -> None:
    """Show what the records say about PERSON, by any of their names: offices, dates, sources."""
    from pipeline.cli.terminal_records import spell_people
    from pipeline.core.settings import load_settings
    from pipeline.evidence import people_named

    people, exact = people_named(load_settings(), person)
    if as_json:
        for each in people:
            for record in each.records:
                click.echo(record.model_dump_json(exclude={"id"}))
        return
    for line in spell_people(person, people, exact):
        click.echo(line)


@offices.command("list")
@click.option("--office", required=True, help="Words of the office, such as `prime minister`.")
@click.option("--on", "day", required=True, **DAY, help="The day it was held.")
@click.option("--country", help="Only in this country or organisation.")
def list_offices(office: str, day: date, country: str | None) -> None:
    """List who held an office on a day."""
    from pipeline.cli.terminal_records import spell_holder
    from pipeline.core.settings import load_settings
    from pipeline.evidence import holders_of

    for record in holders_of(load_settings(), office, day, country):
        click.echo(spell_holder(record))
