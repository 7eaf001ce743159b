"""The commands for prompts: what there is, how versions differ, and what becomes live. Heavy modules load late."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from pipeline.core.errors import InputError, PromptError

if TYPE_CHECKING:
    from pipeline.core.settings import Settings
    from pipeline.evaluation import PromptRow, Scorecard


@click.group()
def prompts() -> None:
    """Manage prompts: versioned files; a stored evaluation decides which version becomes live."""


def _settings() -> Settings:
    from pipeline.core.settings import load_settings

    return load_settings()


@prompts.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a line of JSON for each version, and nothing else there.")
def list_versions(as_json: bool) -> None:
    """List every version: status, digest, where it is used, its scores in the latest evaluation."""
    from pipeline.evaluation import known_bundles, list_prompts

    settings = _settings()
    rows = list_prompts(settings.prompts, known_bundles(settings.prompts, settings.home))
    if not rows:
        raise InputError(f"there is no prompt in {settings.prompts}")
    for row in rows:
        click.echo(row.model_dump_json() if as_json else _line(row))


def _line(row: PromptRow) -> str:
    taken = " <- used" if row.used else ""
    reached = row.reached or ("not evaluated yet",)
    name, _, digest = row.ref.partition("+")
    lines = [f"{name:<22} {row.status:<6} {digest}{taken}", f"    {row.purpose}"]
    lines += [f"    used for {row.used}"] if row.used else []
    lines += [f"    {each}" for each in reached]
    return "\n".join(lines)


@prompts.command("show")
@click.argument("prompt")
def show(prompt: str) -> None:
    """Print a PROMPT as its file has it: NAME for the live version, NAME@2 or NAME@latest for another."""
    from pipeline.evaluation import find_version
    from pipeline.llm import prompt_files

    folder = _settings().prompts
    found = find_version(prompt, folder)
    click.echo(f"{found.ref}", err=True)
    click.echo(prompt_files(found.name, folder)[found.version].read_text(encoding="utf-8"), nl=False)


@prompts.command("diff")
@click.argument("older")
@click.argument("newer", required=False)
@click.option("--words", is_flag=True, help="Show the words that differ, as [-gone-] and {+new+}, for long lines.")
def diff(older: str, newer: str | None, words: bool) -> None:
    """Show how two versions differ: NAME@1 NAME@2, or NAME alone for the live and the latest version."""
    from pipeline.evaluation import diff_versions, diff_words, find_version
    from pipeline.llm import load_prompt, prompt_files

    folder = _settings().prompts
    one = find_version(older, folder)
    other = find_version(newer, folder) if newer else load_prompt(one.name, folder, max(prompt_files(one.name, folder)))
    lines = diff_words(one, other) if words else diff_versions(one, other)
    colours = {"+": "green", "-": "red", "@": "cyan"}
    for line in lines:
        click.secho(line, fg=None if words else colours.get(line[:1]))
    if not lines:
        click.echo(f"{one.ref} and {other.ref} say the same")


@prompts.command("new")
@click.argument("name")
@click.option("--from", "origin", type=click.IntRange(1), help="Copy this version. Default: the newest.")
def new(name: str, origin: int | None) -> None:
    """Copy a version of NAME to the next number, as a draft to edit."""
    from pipeline.evaluation import new_version

    path = new_version(name, _settings().prompts, origin)
    click.echo(f"{path} is a draft: edit it, then `factnotes eval run SUITE --prompt {name}@{path.stem[1:]}`")


@prompts.command("check")
def check() -> None:
    """Check every prompt file and the lock of the live ones; exit code 4 when something is wrong."""
    from pipeline.evaluation import check_prompts

    folder = _settings().prompts
    problems = check_prompts(folder)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        sys.exit(4)
    click.echo(f"the prompts in {folder} are sound, and the live ones are as they were promoted")


@prompts.command("lock")
def lock() -> None:
    """Lock the live prompts as they are: once, for prompts that were live before there was a lock."""
    from pipeline.evaluation import live_prompts, name_of, read_lock, write_lock

    folder = _settings().prompts
    if read_lock(folder) is not None:
        raise PromptError("the live prompts are locked already: a new version goes through `factnotes prompts promote`")
    write_lock(folder)
    click.echo(f"locked: {', '.join(name_of(prompt) for prompt in live_prompts(folder)) or 'nothing is live'}")


@prompts.command("promote")
@click.argument("name")
@click.argument("version")
@click.option(
    "--evaluation",
    "evaluations",
    multiple=True,
    help="The evaluation: an id, a unique part of one, or `latest`; or a folder. Given again, one that holds an agreed "
    "floor on another suite. Default: the newest that fit.",
)
@click.option("--accept-drop", "why", help="Promote even if the evaluation speaks against it; the reason, for the log.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
def promote(name: str, version: str, evaluations: tuple[str, ...], why: str | None, dry_run: bool) -> None:
    """Make draft VERSION of NAME live, a number or `latest`, on a stored evaluation of it and of the live version.

    It must not be worse by more than chance allows in macro-F1 and in the precision of refuted, and the
    evaluation must be able to show something. A floor agreed on another suite or model must be held too: by that
    evaluation, or by another one of the draft. Writes the scorecard, the floors, the lock and a line in LOG.md.
    Exit code 4 when something speaks against it.
    """
    from datetime import date

    from pipeline.evaluation import (
        choose_bundle,
        find_bundle,
        find_draft,
        find_version,
        known_bundles,
        make_scorecard,
        promote as make_live,
        read_floors,
        render_scorecard,
    )

    if why is not None and len(why.split()) < 2:
        raise InputError("say in words why the drop is accepted: the log keeps it")
    settings = _settings()
    folder = settings.prompts
    number = find_version(f"{name}@{version}", folder).version
    floors, (draft, before) = read_floors(folder), find_draft(name, number, folder)
    given = [find_bundle(each, settings.home) for each in evaluations] or known_bundles(folder, settings.home)
    bundle = choose_bundle(draft, before, given, floors)
    card = make_scorecard(draft, before, bundle, floors, date.today(), given)  # noqa: DTZ011 # the desk's own day
    card = card.model_copy(update={"accepted_drop": " ".join(why.split()) if why and card.reasons else None})
    _refuse_or_warn(card)
    if dry_run:
        click.echo(render_scorecard(card), nl=False)
        return
    people, programs = make_live(card, folder)
    click.echo(f"{draft.ref} is live. {card}")
    click.echo(f"Scorecard: {people} and {programs}; commit them with live.lock, floors.yaml and LOG.md")


def _refuse_or_warn(card: Scorecard) -> None:
    from pipeline.evaluation import in_plain_words

    for reason in card.reasons:
        click.echo(f"Against it: {reason}", err=True)
    for caution in (*card.cautions, *(line for each in card.rounds for line in each.pairing.cautions)):
        click.echo(f"Caution: {in_plain_words(caution)}", err=True)
    if card.reasons and card.accepted_drop is None:
        raise PromptError(
            f'{card.prompt} v{card.version} stays a draft: improve it, or promote it anyway with --accept-drop "why"'
        )
