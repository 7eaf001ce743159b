"""The group of the evaluation commands, and what they share. Heavy modules load late."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pipeline.core.settings import Settings
    from pipeline.evaluation import Bundle, Scored


@click.group("eval")
def evaluation() -> None:
    """Compare prompts and models on the same cases and evidence, and say whether a difference could be chance."""


AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else there.")

_SETTINGS = ("base_url", "max_usd", "max_calls", "max_seconds")


def settings_of(given: dict[str, Any]) -> Settings:
    """Return the settings, with what the command was given."""
    from pipeline.core.settings import load_settings

    return load_settings(**{name: given.get(name) for name in _SETTINGS})


def find(name: str) -> Bundle:
    """Return the evaluation that somebody names; raises InputError."""
    from pipeline.evaluation import find_bundle

    return find_bundle(name, settings_of({}).home)


def show_figures(bundle: Bundle, as_json: bool) -> None:
    """Print the figures of an evaluation."""
    from pipeline.cli.terminal_scores import print_scores
    from pipeline.evaluation import score_bundle
    from pipeline.reports import counted

    scored = score_bundle(bundle)
    if as_json:
        click.echo(json.dumps(_as_json(bundle, scored), indent=1, ensure_ascii=False))
        return
    evaluation, counts = bundle.evaluation, bundle.manifest.counts
    click.echo(
        f"{evaluation.id}  {evaluation.suite} ({evaluation.stage}), {counted(evaluation.cases, 'case')}, "
        f"bundle {bundle.digest}"
    )
    print_scores(scored.scores, scored.baselines, scored.pairings)
    if counts.get("may_be_asked_again"):
        click.echo(f"{counted(counts['may_be_asked_again'], 'failure')} may be temporary: the same command asks again")
    click.echo(f"Kept in {bundle.folder}")


def _as_json(bundle: Bundle, scored: Scored) -> dict[str, Any]:
    values = {"evaluation": bundle.evaluation.model_dump(mode="json"), "counts": bundle.manifest.counts}
    where = {"bundle": bundle.digest, "folder": str(bundle.folder)}
    return values | where | scored.model_dump(mode="json")
