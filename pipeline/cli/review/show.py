"""Commands that show: the next claim, the queue, one claim, earlier decisions, the log.

Heavy modules are imported by the command that needs them.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from pipeline.cli.review.options import (
    filter_of,
    filter_options,
    json_option,
    open_desk,
    person_option,
    print_json,
    review,
    with_ids,
)
from pipeline.core.errors import Forbidden


@review.command("next")
@filter_options
@click.option("--after", metavar="CLAIM", help="Start after this claim in the queue's order.")
@click.option("-i", "--interactive", is_flag=True, help="Decide with one key and move on; ? shows the keys.")
@person_option
@json_option
def next_(after: str | None, interactive: bool, name: str | None, as_json: bool, **given: Any) -> None:
    """Show the next claim that needs you, and the commands that would decide it."""
    from pipeline.review import hand_out, open_claim, queue
    from pipeline.store import find_claim_id

    filter = filter_of(given)
    if interactive:
        _require_terminal(as_json)
    with open_desk(name) as desk:
        filter = with_ids(filter, desk.store)
        behind = find_claim_id(desk.store, after) if after else None
        if interactive:
            from pipeline.cli.review.interactive import decide_one_after_another

            decide_one_after_another(desk, filter, behind)
            return
        item = hand_out(desk.store, filter, desk.person, after=behind)
        view = open_claim(desk.store, item.claim_id, desk.person) if item else None
        if as_json:
            print_json(view)
        elif view is None:
            click.echo("Nothing that matches needs you.")
        else:
            from pipeline.cli.review.rendering import open_console, print_claim, print_commands

            console = open_console()
            print_claim(console, view, left=queue(desk.store, filter, limit=1).total)
            print_commands(console, view.item, may_edit=desk.person.role != "reviewer")


def _require_terminal(as_json: bool) -> None:
    if as_json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError("--interactive needs a terminal; scripts use `review next --json` and `review accept`")


@review.command("list")
@filter_options
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True)
@click.option("--after", metavar="CURSOR", help="Where the page before ended.")
@json_option
def list_(limit: int, after: str | None, as_json: bool, **given: Any) -> None:
    """List claims in the queue's order, the most harmful first."""
    from pipeline.core.settings import load_settings
    from pipeline.review import queue, with_parts
    from pipeline.store import open_store

    filter = filter_of(given)
    with open_store(load_settings()) as store:
        filter = with_ids(filter, store)
        page = queue(store, filter, limit=limit, after=after)
        folded = with_parts(store, filter, page)
    if as_json:
        print_json(page)
        return
    from pipeline.cli.review.rendering import open_console, print_queue

    print_queue(open_console(), folded)


@review.command()
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@json_option
def runs(limit: int, as_json: bool) -> None:
    """List runs, the newest first, and how far their review is."""
    from pipeline.core.settings import load_settings
    from pipeline.store import RunFilter, list_runs, open_store

    with open_store(load_settings()) as store:
        found = list_runs(store, RunFilter(), limit=limit)
    if as_json:
        names = ("article_id", "title", "started_at", "statuses")
        print_json([{"run_id": run.id} | {name: getattr(run, name) for name in names} for run in found])
        return
    from pipeline.cli.review.rendering import open_console, print_runs

    print_runs(open_console(), found)


@review.command()
@click.argument("claim")
@person_option
@json_option
def show(claim: str, name: str | None, as_json: bool) -> None:
    """Show CLAIM: its words in context, the note, the evidence with proven words marked, what was decided."""
    from pipeline.review import open_claim
    from pipeline.store import find_claim_id

    with open_desk(name) as desk:
        view = open_claim(desk.store, find_claim_id(desk.store, claim), desk.person)
        if as_json:
            print_json(view)
            return
        from pipeline.cli.review.rendering import open_console, print_claim, print_commands

        console = open_console()
        print_claim(console, view)
        print_commands(console, view.item, may_edit=desk.person.role != "reviewer")


@review.command()
@click.argument("claim")
@click.option("--limit", type=click.IntRange(1, 50), default=5, show_default=True)
@person_option
@json_option
def similar(claim: str, limit: int, name: str | None, as_json: bool) -> None:
    """Show decisions on claims that say the same as CLAIM, to decide alike; none is applied by itself."""
    from pipeline.core.settings import load_settings
    from pipeline.evidence import MiniLM
    from pipeline.review import index_decisions, open_claim, similar_decisions
    from pipeline.store import find_claim_id

    folder = load_settings().reviewed_vectors_path
    with open_desk(name) as desk:
        wanted = open_claim(desk.store, find_claim_id(desk.store, claim), desk.person).note.claim
        embedder = MiniLM()
        index_decisions(desk.store, folder, embedder)
        found = similar_decisions(desk.store, folder, embedder, wanted, limit=limit)
    if as_json:
        print_json({"decisions": list(found), "unsearched": found.unsearched, "elsewhere": list(found.elsewhere)})
        return
    from pipeline.cli.review.rendering import open_console, print_similar

    print_similar(open_console(), found)


@review.command()
@click.argument("claim", required=False)
@click.option("--by", "reviewer", metavar="NAME", help="Only what this person did.")
@click.option("--after-id", type=click.IntRange(0), default=0, help="Go on after this event.")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@person_option
@json_option
def history(
    claim: str | None, reviewer: str | None, after_id: int, limit: int, name: str | None, as_json: bool
) -> None:
    """Show who did what, when and why, oldest first: to CLAIM, by a person, or everything."""
    from pipeline.review import history as read_history, texts_of
    from pipeline.store import find_claim_id

    with open_desk(name) as desk:
        claim_id = find_claim_id(desk.store, claim) if claim else None
        events = read_history(
            desk.store, claim_id=claim_id, person=reviewer, after_id=after_id, limit=limit, viewer=desk.person
        )
        texts = {} if claim_id else texts_of(desk.store, (event.claim_id for event in events))
    if as_json:
        print_json(events)
        return
    from pipeline.cli.review.rendering import open_console, print_events

    print_events(open_console(), events, texts)
    if len(events) == limit:
        click.echo(f"More: --after-id {events[-1].id}", err=True)


@review.command()
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path), default="-")
@person_option
def export(file: Path, name: str | None) -> None:
    """Write the whole log as JSON Lines, an event a line, oldest first, to FILE or standard output.

    It holds everything, also first decisions of blind second reviews: an editor's or admin's right.
    """
    from pipeline.reports import counted
    from pipeline.store import export_log

    with open_desk(name) as desk:
        if desk.person.role == "reviewer":
            raise Forbidden(f"{desk.person.name} may not export the log: only an editor may")
        with click.open_file(str(file), "w", encoding="utf-8", atomic=str(file) != "-") as target:
            count = 0
            for event in export_log(desk.store):
                target.write(event.model_dump_json(ensure_ascii=True) + "\n")
                count += 1
    if str(file) != "-":
        click.echo(f"{counted(count, 'event')} written to {file}")
