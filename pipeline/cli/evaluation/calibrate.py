"""Calibrating: what a model's probabilities are worth on an evaluation, written down for checks to use."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

import click

from pipeline.cli.evaluation.group import AS_JSON, evaluation, find, settings_of

if TYPE_CHECKING:
    from pipeline.evaluation import Fitted


@evaluation.command("calibrate")
@click.argument("name", metavar="[EVALUATION]", default="latest")
@click.option(
    "--method",
    type=click.Choice(["temperature", "vector"]),
    default="temperature",
    show_default=True,
    help="One number for all labels, or a scale and an offset for each label, which needs more cases.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@AS_JSON
def calibrate(name: str, method: Literal["temperature", "vector"], dry_run: bool, as_json: bool) -> None:
    """Fit how likely a model says each label is to the labels of people in EVALUATION, and write calibration.yaml.

    EVALUATION is an id, a unique part of one, or `latest`; or a folder. Checks with the same prompt, model and
    parameters then tell calibrated probabilities; kept replies are not asked for again. The figures are of cases
    that were not fitted to.
    """
    from pipeline.evaluation import calibrate_evaluation, write_calibrations

    bundle, folder = find(name), settings_of({}).prompts
    fitted = calibrate_evaluation(bundle, method)
    written = None if dry_run else write_calibrations(folder, [each.calibration for each in fitted if each.calibration])
    if as_json:
        rows = [each.model_dump(mode="json") for each in fitted]
        click.echo(json.dumps({"fitted": rows, "written": written and str(written)}, indent=1, ensure_ascii=False))
        return
    for each in fitted:
        for line in _lines(each):
            click.echo(line)
    if written:
        click.echo(f"Written to {written}: the next check of an article judges its claims by it, from kept replies")


def _lines(fitted: Fitted) -> list[str]:
    from pipeline.evaluation import FOLDS

    made = fitted.calibration
    if made is None:
        return [f"{fitted.variant}: not calibrated: {fitted.reason}"]
    scale = next(iter(made.scale.values()))
    how = f"temperature {1 / scale:.2f}" if made.method == "temperature" else "a scale and an offset for each label"
    figures = (
        f"  {each.replace('_', ' ')} {figure.before:.3f} -> {figure.after:.3f}" for each, figure in made.figures.items()
    )
    judged = f"{made.cases} judged cases of {made.evaluation}"
    return [
        f"{fitted.variant}: {how}, fitted to {judged}",
        f"  on cases not fitted to ({FOLDS}-fold cross-validation), lower is better:",
        *figures,
    ]
