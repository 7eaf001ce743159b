"""How likely a model says each of the four labels is, laid out as arrays, and what that is worth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, get_args

import numpy as np

from pipeline.core.models import Case, Label
from pipeline.evaluation.cases import Answer
from pipeline.evaluation.scores.sheets import Sheet, Whole
from pipeline.evaluation.scores.values import Figure
from pipeline.evaluation.statistics import Floats, mean_interval

BRIER = "Brier score"
LABELS: tuple[Label, ...] = get_args(Label)


class Judged(NamedTuple):
    """Answers that tell probabilities, to cases whose right label is one of the four; a row an answer."""

    said: Floats
    """A column a label, in the order of `LABELS`."""
    gold: Whole
    """The column of the right label."""
    given: Whole
    """The column of the answered one."""
    place: Whole
    """The case's place in its sheet."""
    weight: Floats

    @property
    def right(self) -> Floats:
        """1 for each answer that is right, else 0."""
        return np.asarray(self.gold == self.given, dtype=np.float64)


def sureness(answer: Answer) -> float | None:
    """Return the probability of the label given where the answer tells it, else its confidence."""
    told = (answer.probabilities or {}).get(answer.label or "")
    return answer.confidence if told is None else told


def read_judged(sheet: Sheet) -> Judged:
    """Return the answers of a sheet that tell probabilities; an accepted alternative that was answered is right."""
    rows = list(_rows(sheet))
    said, gold, given, places, weights = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    return Judged(
        said=np.array(said, dtype=np.float64).reshape(-1, len(LABELS)),
        gold=np.array(gold, dtype=np.int64),
        given=np.array(given, dtype=np.int64),
        place=np.array(places, dtype=np.int64),
        weight=np.array(weights, dtype=np.float64),
    )


def _rows(sheet: Sheet) -> Iterator[tuple[list[float], int, int, int, float]]:
    for place, weight, answer in zip(sheet.place.tolist(), sheet.weight.tolist(), sheet.answers, strict=True):
        gold = _right_label(sheet.cases[place], answer)
        if answer.probabilities is not None and answer.label in LABELS and gold in LABELS:
            yield _row(answer.probabilities), LABELS.index(gold), LABELS.index(answer.label), place, weight


def _right_label(case: Case, answer: Answer) -> str:
    return answer.label if answer.label and case.accepts(answer.label) else case.label


def _row(probabilities: Mapping[str, float]) -> list[float]:
    """Return the four in order, summing to exactly 1."""
    values = [probabilities.get(label, 0.0) for label in LABELS]
    return [value / sum(values) for value in values]


def brier_scores(said: Floats, gold: Iterable[int] | Whole) -> Floats:
    """Return the sum of squared distances from the truth of each row, from 0 to 2: Brier (1950)."""
    truth = np.eye(len(LABELS))[np.asarray(gold, dtype=np.int64)]
    return np.asarray(((said - truth) ** 2).sum(axis=1))


def brier_figures(sheet: Sheet) -> tuple[Figure, ...]:
    """Return the Brier score over four labels of the answers that tell probabilities; nothing where none does."""
    judged = read_judged(sheet)
    if not len(judged.gold):
        return ()
    cases = len(sheet.cases)
    weights = np.bincount(judged.place, weights=judged.weight, minlength=cases)
    scores = brier_scores(judged.said, judged.gold)
    sums = np.bincount(judged.place, weights=scores * judged.weight, minlength=cases)
    means, clusters = sums[weights > 0] / weights[weights > 0], sheet.clusters[weights > 0]
    of = f"squared distance of the four probabilities from the truth, 0 to 2, of {len(judged.gold)} answers; 0 is best"
    value = float((scores * judged.weight).sum() / judged.weight.sum())
    return (sheet.figure(BRIER, value, mean_interval(means, clusters), of),)
