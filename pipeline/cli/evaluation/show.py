"""Looking: stored evaluations, their figures, two of them side by side, as a page."""

from __future__ import annotations

import json
from pathlib import Path

import click

from pipeline.cli.evaluation.group import AS_JSON, evaluation, find, settings_of, show_figures
from pipeline.core.errors import InputError


@evaluation.command("list")
@AS_JSON
def list_evaluations(as_json: bool) -> None:
    """List the stored evaluations, oldest first."""
    from pipeline.evaluation import bundles
    from pipeline.reports import counted

    for bundle in bundles(settings_of({}).home):
        evaluation, counts = bundle.evaluation, bundle.manifest.counts
        if as_json:
            click.echo(
                json.dumps(evaluation.model_dump(mode="json") | {"counts": counts, "folder": str(bundle.folder)})
            )
            continue
        answers = f"{counts.get('answers', 0)}/{counts.get('questions', 0)} answers"
        answers += f", {counted(counts.get('failures', 0), 'failure')}"
        names = ", ".join(variant.name for variant in evaluation.variants)
        click.echo(
            f"{evaluation.id}  {evaluation.suite} ({evaluation.stage}, {counted(evaluation.cases, 'case')}): "
            f"{names}; {answers}"
        )


@evaluation.command("show")
@click.argument("name")
@AS_JSON
def show(name: str, as_json: bool) -> None:
    """Show the figures of an evaluation: NAME is an id, a unique part of one, or `latest`; or a folder."""
    show_figures(find(name), as_json)


@evaluation.command("compare")
@click.argument("one")
@click.argument("other")
@AS_JSON
def compare(one: str, other: str, as_json: bool) -> None:
    """Compare two evaluations case by case; refused where cases, evidence, scorer or judge differ.

    ONE and OTHER are each an id, a unique part of one, or `latest`; or a folder.
    """
    from pipeline.cli.terminal_scores import print_scores
    from pipeline.evaluation import compare_bundles

    compared = compare_bundles(find(one), find(other))
    if as_json:
        click.echo(compared.model_dump_json(indent=1, exclude={"suite", "answers"}))
        return
    print_scores(compared.scores, (), compared.pairings)
    for line in compared.cautions:
        click.echo(f"Caution: {line}")


@evaluation.command("report")
@click.argument("names", nargs=-1, required=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Default: report.html in its folder.")
def report(names: tuple[str, ...], out: Path | None) -> None:
    """Write one self-contained HTML page of one evaluation, or of two that may be compared.

    Each of NAMES is an id, a unique part of one, or `latest`; or a folder.
    """
    from pipeline.evaluation import compare_bundles, render_report, score_bundle

    if len(names) > 2:
        raise InputError("a report shows one evaluation, or two side by side")
    found = [find(name) for name in names]
    baselines = score_bundle(found[0]).baselines
    if len(found) == 2:
        both = compare_bundles(found[0], found[1])
        page = render_report(
            both.evaluations,
            both.suite,
            both.answers,
            both.scores,
            both.pairings,
            baselines=baselines,
            cautions=both.cautions,
        )
    else:
        scored, bundle = score_bundle(found[0]), found[0]
        page = render_report(
            [bundle.evaluation], bundle.suite(), bundle.answers(), scored.scores, scored.pairings, baselines=baselines
        )
    target = out or found[0].folder / "report.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page, encoding="utf-8")
    click.echo(str(target))
