"""From a stored evaluation to `calibration.yaml`: each prompt with each model that answered it is fitted on its own.

Its replies are proven again by the code of now, and the probabilities taken as the model says them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import yaml

from pipeline.check import CALIBRATION, Calibration, CalibrationTable, Change, deciding, read_calibrations
from pipeline.core.errors import InputError
from pipeline.core.models import Value
from pipeline.evaluation.calibration.fitting import FOLDS, Method, Scaling, fit, out_of_sample, worth_of
from pipeline.evaluation.cases import Variant, canonical
from pipeline.evaluation.prompts.lock import write_whole
from pipeline.evaluation.run.bundle import Bundle
from pipeline.evaluation.run.replay import prove_again
from pipeline.evaluation.run.runner import is_finished
from pipeline.evaluation.scores import Sheet, lay_out
from pipeline.evaluation.scores.probabilities import LABELS, Judged, read_judged

LEAST_CASES: dict[Method, int] = {"temperature": 50, "vector": 200}
"""Judged cases that one number, or seven, can be fitted to."""
LEAST_OF_LABEL = 10
"""Cases of each label that its own scale and offset need."""
WORSE = 0.01
"""How much log loss may rise out of sample: what was calibrated before stays so but for chance."""

_HEAD = (
    "# What the probabilities of a prompt with a model are brought to. Written by `factnotes eval calibrate`; without\n"
    "# its entry they are again as the model says them.\n"
)


class Fitted(Value):
    """What came of one variant of an evaluation."""

    variant: str
    """Its name."""
    calibration: Calibration | None = None
    reason: str = ""
    """Why there is none."""


def calibrate_evaluation(bundle: Bundle, method: Method = "temperature") -> tuple[Fitted, ...]:
    """Fit each variant of a finished evaluation of verdicts; raises InputError where none can be."""
    evaluation = bundle.evaluation
    if evaluation.stage != "verdict":
        raise InputError(f"{evaluation.id} is an evaluation of {evaluation.stage}: calibrate on one of verdicts")
    if not is_finished(bundle):
        raise InputError(f"{evaluation.id} is not complete, or has failures that may pass: go on with it")
    if changed := bundle.changed_files():
        raise InputError(f"{evaluation.id} is not as it was stored: {changed[0]}")
    fitted = tuple(_fit_variant(bundle, variant, method) for variant in evaluation.variants)
    if not any(each.calibration for each in fitted):
        raise InputError("; ".join(f"{each.variant}: {each.reason}" for each in fitted))
    return fitted


def _fit_variant(bundle: Bundle, variant: Variant, method: Method) -> Fitted:
    if variant.prompt_ref is None or variant.model is None:
        return Fitted(variant=variant.name, reason="no model answers, so nothing tells how likely a label is")
    sheet = lay_out(bundle.suite().cases, prove_again(bundle, variant))
    judged = read_judged(sheet)
    if reason := _too_few(sheet, judged, method):
        return Fitted(variant=variant.name, reason=reason)
    scaled = out_of_sample(judged, _clusters(sheet, judged), method)
    before, after = worth_of(judged.said, judged), worth_of(scaled, judged)
    if after.log_loss > before.log_loss + WORSE:
        told = f"out of sample log loss would rise from {before.log_loss:.3f} to {after.log_loss:.3f}"
        return Fitted(variant=variant.name, reason=f"{told}: the model's own probabilities stay")
    changes = zip(before._asdict().items(), after, strict=True)
    figures = {name: Change(before=round(old, 6), after=round(new, 6)) for (name, old), new in changes}
    scaling = fit(judged, method)
    calibration = Calibration(
        prompt=variant.prompt_ref,
        model=variant.model,
        parameters=deciding(variant.parameters),
        method=method,
        **_by_label(scaling),
        evaluation=bundle.evaluation.id,
        cases=len(np.unique(judged.place)),
        figures=figures,
    )
    return Fitted(variant=variant.name, calibration=calibration)


def _too_few(sheet: Sheet, judged: Judged, method: Method) -> str:
    """Return why answers are not enough to fit to; empty where they are."""
    cases, least = len(np.unique(judged.place)), LEAST_CASES[method]
    if not cases:
        return "no answer tells how likely each label is: its prompt does not ask for that"
    if cases < least:
        return f"{cases} judged cases tell how likely each label is, and {method} scaling needs {least}"
    clusters = len(np.unique(_clusters(sheet, judged)))
    if clusters < FOLDS:
        return f"the cases are of {clusters} articles, and cross-validation needs {FOLDS}"
    counts = np.bincount(judged.gold, weights=judged.weight, minlength=len(LABELS))
    if method == "vector" and counts.min() < LEAST_OF_LABEL:
        rare = LABELS[int(counts.argmin())].replace("_", " ")
        return f"{counts.min():.0f} cases are {rare}, and vector scaling needs {LEAST_OF_LABEL} of each label"
    return "every case has the same label" if np.count_nonzero(counts) < 2 else ""


def _clusters(sheet: Sheet, judged: Judged) -> np.ndarray:
    """Return the cluster of each row, numbered from 0 without a gap."""
    return np.unique(sheet.clusters[judged.place], return_inverse=True)[1].ravel()


def _by_label(scaling: Scaling) -> dict[str, dict[str, float]]:
    parts = scaling._asdict().items()
    return {name: dict(zip(LABELS, values.tolist(), strict=True)) for name, values in parts}


def write_calibrations(folder: Path, made: Iterable[Calibration]) -> Path:
    """Write calibrations beside the prompts of a folder, in place of those of the same prompt, model and parameters.

    Raises TableError where the table that is there cannot be read.
    """
    known = {_key(each): each for each in (*read_calibrations(folder), *made)}
    table = CalibrationTable(calibrations=tuple(known[key] for key in sorted(known)))
    text = yaml.safe_dump(table.model_dump(mode="json"), sort_keys=False, allow_unicode=True, width=110)
    write_whole(folder / CALIBRATION, _HEAD + text)
    return folder / CALIBRATION


def _key(each: Calibration) -> tuple[str, str, str]:
    return each.prompt, each.model, canonical(each.parameters)
