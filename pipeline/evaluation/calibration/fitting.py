"""Temperature and vector scaling of four probabilities: Guo et al. (2017), On calibration of modern neural networks.

What is fitted is judged on other rows than it was fitted to: by cross-validation over clusters, so that no article is
on both sides.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from scipy.optimize import minimize, minimize_scalar

from pipeline.check import LEAST_SAID
from pipeline.evaluation.scores.confidence import BINS
from pipeline.evaluation.scores.probabilities import LABELS, Judged, brier_scores
from pipeline.evaluation.scores.sheets import Whole
from pipeline.evaluation.statistics import Floats

Method = Literal["temperature", "vector"]

FOLDS = 10
_SCALES = (0.05, 20.0)
_SPREAD = 10.0
"""The largest offset: what is beyond it is 0 or 1 in any case."""


class Scaling(NamedTuple):
    """A scale and an offset for each label, in the order of `LABELS`."""

    scale: Floats
    offset: Floats

    def apply(self, said: Floats) -> Floats:
        """Return the scaled probabilities of each row."""
        return _softmax(_logs(said) * self.scale + self.offset)


class Worth(NamedTuple):
    """Log loss, Brier score and calibration error of probabilities; all are better when lower."""

    log_loss: float
    brier: float
    calibration_error: float


def fit(judged: Judged, method: Method) -> Scaling:
    """Return the scaling under which the right labels are likeliest.

    The truth of a row is smoothed as if one further row of each label had been seen (Platt 1999): a handful of answers
    that are all right does not make the next one certain.
    """
    logs, truth, weight = _logs(judged.said), _smoothed(judged), judged.weight / judged.weight.sum()
    scaling = _fit_temperature(logs, truth, weight)
    return scaling if method == "temperature" else _fit_vector(logs, truth, weight, scaling)


def out_of_sample(judged: Judged, clusters: Whole, method: Method) -> Floats:
    """Return the probabilities of each row, scaled by what was fitted to the rows of other folds.

    `clusters` tells the cluster of each row; a fold holds whole clusters.
    """
    scaled = np.empty_like(judged.said)
    folds = clusters % FOLDS
    for fold in np.unique(folds):
        held = folds == fold
        scaled[held] = fit(_only(judged, ~held), method).apply(judged.said[held])
    return scaled


def worth_of(said: Floats, judged: Judged) -> Worth:
    """Return what probabilities are worth on rows whose right labels are known."""
    rows = np.arange(len(judged.gold))
    weight = judged.weight / judged.weight.sum()
    losses = -np.log(np.maximum(said[rows, judged.gold], LEAST_SAID))
    own, now = judged.said[rows, judged.given], said[rows, judged.given]
    return Worth(
        log_loss=float((weight * losses).sum()),
        brier=float((weight * brier_scores(said, judged.gold)).sum()),
        calibration_error=_calibration_error(own, now, judged.right),
    )


def _calibration_error(own: Floats, now: Floats, right: Floats) -> float:
    """Return the mean distance of probability and share of right answers, in bins of the model's own probability.

    So before and after are measured in the same bins. In bins of the probabilities out of sample, folds would sort
    themselves: those that happen to hold more right answers are scaled by what the other folds got wrong.
    """
    groups = np.unique(own, return_inverse=True)[1].ravel()
    sizes = np.bincount(groups)
    level_now, level_right = (np.bincount(groups, weights=each) / sizes for each in (now, right))
    order = np.argsort(groups, kind="stable")
    bins = np.array_split(groups[order], max(1, min(BINS, len(own) // 10)))
    return float(sum(abs((level_now[each] - level_right[each]).sum()) for each in bins) / len(own))


def _only(judged: Judged, kept: np.ndarray) -> Judged:
    return Judged(*(part[kept] for part in judged))


def _logs(said: Floats) -> Floats:
    return np.asarray(np.log(np.maximum(said, LEAST_SAID)))


def _softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _smoothed(judged: Judged) -> Floats:
    rows, labels = len(judged.gold), len(LABELS)
    return (np.eye(labels)[judged.gold] * rows + 1) / (rows + labels)


def _loss(logits: Floats, truth: Floats, weight: Floats) -> float:
    most = logits.max(axis=1, keepdims=True)
    normal = logits - most - np.log(np.exp(logits - most).sum(axis=1, keepdims=True))
    return -float((weight[:, None] * truth * normal).sum())


def _fit_temperature(logs: Floats, truth: Floats, weight: Floats) -> Scaling:
    def loss(log_scale: float) -> float:
        return _loss(logs * np.exp(log_scale), truth, weight)

    found = minimize_scalar(loss, bounds=tuple(np.log(_SCALES)), method="bounded", options={"xatol": 1e-6})
    return _rounded(np.full(len(LABELS), np.exp(found.x)), np.zeros(len(LABELS)))


def _fit_vector(logs: Floats, truth: Floats, weight: Floats, begin: Scaling) -> Scaling:
    """Minimise from the temperature's own scale; the last label's offset is 0, for only differences count."""
    labels = len(LABELS)

    def loss(values: Floats) -> float:
        return _loss(logs * values[:labels] + np.append(values[labels:], 0.0), truth, weight)

    bounds = [_SCALES] * labels + [(-_SPREAD, _SPREAD)] * (labels - 1)
    start = np.append(begin.scale, np.zeros(labels - 1))
    found = minimize(loss, start, method="L-BFGS-B", bounds=bounds).x
    return _rounded(found[:labels], np.append(found[labels:], 0.0))


def _rounded(scale: Floats, offset: Floats) -> Scaling:
    """Round as the file does, so that what is written is what was measured."""
    return Scaling(np.round(scale, 6), np.round(offset, 6) + 0.0)
