"""Scores of answers that are labels: macro-F1 and F1 of each class first, accuracy never alone.

Definitions, which a reader of the figures may hold them to:

* The classes are the labels that cases have as their right answer; an answer that is none of them is right for
  nobody and counts against recall.
* An acceptable alternative that was answered counts as right, and is then the gold label of that answer.
* A failure has no label. In the headline macro-F1 and in accuracy it counts as a case that was not got right (it
  lowers recall, never precision); `macro-F1 of answered` leaves failures out of both. Both are always given.
* With repeats every answer weighs 1 / repeats: F1 is computed once, of the counts averaged over repeats.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.evaluation.scores.sheets import Sheet, Truths, Whole, in_order
from pipeline.evaluation.scores.values import ClassScore, Confusion, Figure
from pipeline.evaluation.statistics import RESAMPLES, Floats, Interval, bootstrap_intervals, class_f1, macro_f1

NOBODY = -1
"""Stands for a failure, or for a label that is no class."""

MACRO = "macro-F1"
MACRO_ANSWERED = "macro-F1 of answered"
ACCURACY = "accuracy"
ACCURACY_ANSWERED = "accuracy of answered"
REFUTED = "precision of refuted"
CHECK_WORTHY = "check_worthy"


@dataclass(frozen=True)
class Labelled:
    """Gold and answered label of each answer, as numbers of classes."""

    sheet: Sheet
    classes: tuple[str, ...]
    gold: Whole
    answered: Whole
    right: Truths

    @property
    def right_per_case(self) -> Floats:
        """The share of right answers of each case."""
        return self.sheet.per_case(self.right.astype(np.float64))

    def rows(self, *, answered_only: bool = False) -> Floats:
        """Return for each case what it adds to the totals of F1: right, answered and gold of each class."""
        cases, classes = len(self.sheet.cases), len(self.classes)
        table = np.zeros((cases, 3 * classes))
        gold = self.gold >= 0
        if answered_only:
            gold &= ~self.sheet.failed
        for part, chosen, label in (
            (0, self.right & gold, self.gold),
            (1, self.answered >= 0, self.answered),
            (2, gold, self.gold),
        ):
            np.add.at(table, (self.sheet.place[chosen], part * classes + label[chosen]), self.sheet.weight[chosen])
        return table


def read_labels(sheet: Sheet, classes: tuple[str, ...] | None = None) -> Labelled:
    """Read gold and answered labels; the classes are those of the sheet's own cases unless given."""
    classes = classes or in_order(case.label for case in sheet.cases)
    numbers = {label: number for number, label in enumerate(classes)}
    gold, answered, right = [], [], []
    for place, answer in zip(sheet.place.tolist(), sheet.answers, strict=True):
        case, label = sheet.cases[place], answer.label
        accepted = case.accepts(label)
        gold.append(numbers.get((label if accepted and label else case.label), NOBODY))
        answered.append(numbers.get(label, NOBODY) if label else NOBODY)
        right.append(accepted)
    return Labelled(
        sheet=sheet,
        classes=classes,
        gold=np.array(gold, dtype=np.int64),
        answered=np.array(answered, dtype=np.int64),
        right=np.array(right, dtype=bool),
    )


def label_figures(labelled: Labelled, resamples: int = RESAMPLES) -> tuple[tuple[Figure, ...], tuple[ClassScore, ...]]:
    """Return the figures of a whole sheet and the scores of each class, from one set of resamples."""
    sheet, classes = labelled.sheet, len(labelled.classes)
    rows = np.concatenate([labelled.rows(), labelled.rows(answered_only=True)[:, 2 * classes :]], axis=1)
    values = _all_figures(rows.sum(axis=0))
    intervals = bootstrap_intervals(rows, _all_figures, sheet.groups, resamples)
    named = {MACRO: "all cases, a failure is a miss", MACRO_ANSWERED: "answered cases alone"}
    figures = [
        sheet.figure(name, float(values[place]), intervals[place], of) for place, (name, of) in enumerate(named.items())
    ]
    scores = [
        _class_score(labelled, number, rows.sum(axis=0).reshape(4, classes)[:, number], intervals[2 + number])
        for number in range(classes)
    ]
    return (*figures, *_shares(labelled, scores)), tuple(scores)


def _class_score(labelled: Labelled, number: int, totals: Floats, interval: Interval | None) -> ClassScore:
    """Return how one label fared."""
    sheet, spelled = labelled.sheet, labelled.classes[number].replace("_", " ")
    right, answered, gold, _ = (round(float(total), 6) for total in totals)
    f1 = 2 * right / (answered + gold) if answered + gold else None
    hits = labelled.right
    return ClassScore(
        label=labelled.classes[number],
        right=right,
        answered=answered,
        gold=gold,
        f1=sheet.figure(f"F1 of {spelled}", f1, interval),
        precision=sheet.share(f"precision of {spelled}", hits, labelled.answered == number, "answers of this label"),
        recall=sheet.share(f"recall of {spelled}", hits, labelled.gold == number, "cases of this label"),
    )


def brief_figures(labelled: Labelled, resamples: int) -> tuple[Figure, ...]:
    """Return what is said of the cases of one source: macro-F1, accuracy, coverage."""
    sheet = labelled.sheet
    rows = labelled.rows()
    (interval,) = bootstrap_intervals(rows, macro_f1, sheet.groups, resamples)
    return (
        sheet.figure(MACRO, float(macro_f1(rows.sum(axis=0))), interval, "all cases, a failure is a miss"),
        sheet.share(ACCURACY, labelled.right, np.ones_like(labelled.right), "all cases, a failure is not right"),
        sheet.coverage,
    )


def confusion_of(labelled: Labelled) -> Confusion:
    """Count gold against answers; an accepted alternative stands on the diagonal of its own label."""
    sheet = labelled.sheet
    answers = in_order([*labelled.classes, *(answer.label for answer in sheet.answers if answer.label)])
    columns = {label: number for number, label in enumerate(answers)}
    counts = np.zeros((len(labelled.classes), len(answers) + 1))
    for gold, answer, weight in zip(labelled.gold.tolist(), sheet.answers, sheet.weight.tolist(), strict=True):
        if gold >= 0:
            counts[gold, columns[answer.label] if answer.label else len(answers)] += weight
    rounded = tuple(tuple(round(float(count), 6) for count in row) for row in counts)
    return Confusion(gold=labelled.classes, answers=(*answers, "failure"), counts=rounded)


def _all_figures(totals: Floats) -> Floats:
    """Return both macro-F1, then the F1 of each class, of totals with gold of answered last."""
    right, answered, gold, gold_answered = np.split(np.asarray(totals, dtype=np.float64), 4, axis=-1)
    macro = macro_f1(np.concatenate([right, answered, gold], axis=-1))
    of_answered = macro_f1(np.concatenate([right, answered, gold_answered], axis=-1))
    each = class_f1(np.concatenate([right, answered, gold], axis=-1))
    return np.concatenate([macro[..., None], of_answered[..., None], each], axis=-1)


def _shares(labelled: Labelled, classes: list[ClassScore]) -> list[Figure]:
    sheet, every = labelled.sheet, np.ones_like(labelled.right)
    figures = [
        sheet.share(ACCURACY, labelled.right, every, "all cases, a failure is not right"),
        sheet.share(ACCURACY_ANSWERED, labelled.right, ~sheet.failed, "answered cases alone"),
    ]
    refuted = next((score.precision for score in classes if score.label == "refuted"), None)
    if refuted:
        figures.append(
            refuted.model_copy(update={"name": REFUTED, "of": "answers “refuted”: a false alarm costs most"})
        )
    return [*figures, sheet.coverage]
