"""Keeping: proving an evaluation again, passing it on, and holding prompts to what they reached."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pipeline.cli.evaluation.group import AS_JSON, evaluation, find, settings_of
from pipeline.core.errors import InputError


@evaluation.command("replay")
@click.argument("bundle")
@click.option("--rescore", "again", is_flag=True, help="Write the figures of this version's scorer into the bundle.")
@AS_JSON
def replay_bundle(bundle: str, again: bool, as_json: bool) -> None:
    """Score BUNDLE again without a network: check every reply, and that the scores are the same byte for byte.

    BUNDLE is an id, a unique part of one, or `latest`; or a folder, or a file that `eval export` wrote.
    """
    from pipeline.cli.terminal_scores import print_scores
    from pipeline.evaluation import is_packed, replay, rescore, unpacked

    if is_packed(Path(bundle)):
        if again:
            raise InputError("figures are not written into an archive: `factnotes eval import` it, then --rescore")
        with unpacked(Path(bundle)) as opened:
            found = replay(opened)
    else:
        found = rescore(find(bundle)) if again else replay(find(bundle))
    if as_json:
        click.echo(found.model_dump_json(indent=1))
        return
    print_scores(found.scored.scores, found.scored.baselines, found.scored.pairings)
    taken = f", {found.taken} taken as stored (no reply decides them)" if found.taken else ""
    click.echo(
        f"Bundle {found.digest}: {found.proven} answers proven again{taken}; scores.json is the same to the byte"
    )


@evaluation.command("export")
@click.argument("name")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Default: ID.zip in this folder.")
def export(name: str, out: Path | None) -> None:
    """Write a finished evaluation as one zip file that another machine can replay.

    NAME is an id, a unique part of one, or `latest`; or a folder. The file holds the cases with
    their evidence, the prompts and every reply: look at what it tells before you pass it on.
    """
    from pipeline.evaluation import pack

    bundle = find(name)
    click.echo(str(pack(bundle, out or Path(f"{bundle.evaluation.id}.zip"))))


@evaluation.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def import_file(file: Path) -> None:
    """Add an evaluation that `eval export` wrote to those of this desk, to compare with and report on."""
    from pipeline.evaluation import import_bundle

    bundle = import_bundle(file, settings_of({}).home)
    click.echo(f"{bundle.evaluation.id}: `factnotes eval replay {bundle.evaluation.id}` proves it again")


@evaluation.command("gate")
@click.option(
    "--bundle",
    "given",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Another evaluation to take into account, by its folder.",
)
@click.option(
    "--set-floor", "floor_of", metavar="PROMPT", help="Make what this prompt's live version reaches its floor."
)
@click.option(
    "--lower-floor", "why", metavar="WHY", help="Lower floors that are not reached; WHY goes to prompts/LOG.md."
)
@AS_JSON
def gate(given: tuple[Path, ...], floor_of: str | None, why: str | None, as_json: bool) -> None:
    """For CI: exit code 4 when a live prompt's text changed, or its score fell by more than the noise."""
    from datetime import UTC, datetime

    from pipeline.evaluation import gate_command

    today = datetime.now(UTC).date()
    found = gate_command(settings_of({}), given=given, floor_of=floor_of, why=why, day=today)
    if as_json:
        click.echo(found.model_dump_json(indent=1))
    else:
        for line in (*found.checks, *found.notes):
            click.echo(str(line))
    if not found.passed:
        sys.exit(4)
