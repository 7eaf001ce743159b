"""Can this evaluation show anything at all: a warning before anybody reads its figures."""

from __future__ import annotations

from collections import Counter

import numpy as np

from pipeline.evaluation.scores.end_to_end import NOT_FOUND
from pipeline.evaluation.scores.labels import Labelled
from pipeline.evaluation.scores.sheets import Sheet, case_of
from pipeline.evaluation.scores.values import Control
from pipeline.evaluation.statistics import Floats, fewest_pairs

MOSTLY_FAILED = 0.5
OFTEN_FAILED = 0.1
FEW_CLUSTERS = 20
FEW_OF_A_CLASS = 10
_SURE = 1 - 1e-9


def why_uninformative(baseline: Sheet, variant: Sheet, right: tuple[Floats, Floats]) -> tuple[str, ...]:
    """Return why nothing can be concluded of two variants, whatever the figures say; nothing when something can."""
    reasons = [
        reason for sheet, who in ((baseline, "baseline"), (variant, "variant")) for reason in _failed(sheet, who)
    ]
    clusters = int(baseline.clusters.max()) + 1
    if clusters < fewest_pairs():
        reasons.append(
            f"Only {clusters} independent case{'' if clusters == 1 else 's'}: no test can tell a difference from "
            f"chance with fewer than {fewest_pairs()}."
        )
    if not right[0].any() and not right[1].any():
        reasons.append("Both get every case wrong (floor): look at the prompt, the parser or the gold labels first.")
    elif (right[0] >= _SURE).all() and (right[1] >= _SURE).all():
        reasons.append("Both get every case right (ceiling): the suite is too easy to tell them apart.")
    return tuple(reasons)


def one_answer_only(baseline: Labelled, variant: Labelled) -> tuple[str, ...]:
    """Return a reason where both give one and the same label to every case: they then measure the suite alone."""
    labels = [{answer.label for answer in labelled.sheet.answers if answer.label} for labelled in (baseline, variant)]
    if labels[0] == labels[1] and len(labels[0]) == 1 and len(baseline.classes) > 1:
        label = next(iter(labels[0]))
        return (f"Both answer “{spelled(label)}” to every case: the figures describe the suite, not the prompts.",)
    return ()


def cautions_of(baseline: Labelled, variant: Labelled, detectable: float) -> tuple[str, ...]:
    """Return what a reader should keep in mind though something can be concluded."""
    sheet = baseline.sheet
    return tuple(
        [
            *_floor_and_ceiling(baseline, detectable),
            *_never_answered(baseline, variant),
            *_rare_classes(baseline),
            *_few_clusters(sheet),
            *(
                line
                for one, who in ((sheet, "baseline"), (variant.sheet, "variant"))
                for line in _often_failed(one, who)
            ),
        ]
    )


def control_set(sheet: Sheet, right: Floats) -> tuple[str, ...]:
    """Return the ids of the cases that a variant gets right in every repeat."""
    return tuple(dict.fromkeys(case_of(case) for case, share in zip(sheet.cases, right, strict=True) if share >= _SURE))


def check_control(sheet: Sheet, baseline: Floats, variant: Floats) -> Control:
    """Return how many cases of the control set stay right with another variant, and which do not."""
    asked = np.flatnonzero(baseline >= _SURE)
    lost = asked[variant[asked] < _SURE]
    return Control(cases=len(asked), lost=tuple(case_of(sheet.cases[place]) for place in lost))


def _failing(sheet: Sheet) -> float:
    """Return the share of failures; a claim that was not found is a miss of the prompt, not of the service."""
    return sum(answer.failure not in (None, NOT_FOUND) for answer in sheet.answers) / len(sheet.answers)


def _failed(sheet: Sheet, who: str) -> list[str]:
    share = _failing(sheet)
    if share < MOSTLY_FAILED:
        return []
    return [f"{share:.0%} of the {who}'s answers failed: this measures the service or the parser, not the prompt."]


def _often_failed(sheet: Sheet, who: str) -> list[str]:
    share = _failing(sheet)
    if not OFTEN_FAILED <= share < MOSTLY_FAILED:
        return []
    return [f"{share:.0%} of the {who}'s answers failed: see whether failures or judgement make the difference."]


def _floor_and_ceiling(baseline: Labelled, detectable: float) -> list[str]:
    accuracy = float(baseline.right_per_case.mean())
    label, most = Counter(case.label for case in baseline.sheet.cases).most_common(1)[0]
    majority = most / len(baseline.sheet.cases)
    if accuracy <= majority and len(baseline.classes) > 1:
        return [
            f"The baseline is right on {accuracy:.0%} of cases; "
            f"always saying “{spelled(label)}” would be right on {majority:.0%}."
        ]
    if 1 - accuracy < detectable:
        return [f"The baseline is right on {accuracy:.0%}: this suite has no room to show an improvement, only a fall."]
    return []


def _never_answered(baseline: Labelled, variant: Labelled) -> list[str]:
    lines = []
    for number, label in enumerate(baseline.classes):
        gold = int(sum(case.label == label for case in baseline.sheet.cases))
        if not (baseline.answered == number).any() and not (variant.answered == number).any():
            lines.append(
                f"Neither ever answers “{spelled(label)}”, which {gold} cases are: nothing is learnt about it."
            )
        elif not (baseline.answered == number).any():
            lines.append(f"The baseline never answers “{spelled(label)}”, which {gold} cases are.")
    return lines


def _rare_classes(labelled: Labelled) -> list[str]:
    counts = Counter(case.label for case in labelled.sheet.cases)
    rare = [f"“{spelled(label)}” ({counts[label]})" for label in labelled.classes if counts[label] < FEW_OF_A_CLASS]
    if not rare:
        return []
    return [f"Fewer than {FEW_OF_A_CLASS} cases of {', '.join(rare)}: macro-F1 hangs on a handful of answers."]


def _few_clusters(sheet: Sheet) -> list[str]:
    clusters = int(np.max(sheet.clusters)) + 1
    if clusters >= FEW_CLUSTERS:
        return []
    return [f"Only {clusters} independent groups of cases: intervals and tests of so few are rough."]


def spelled(label: str) -> str:
    """Return a label as words."""
    return label.replace("_", " ")
