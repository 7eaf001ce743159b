"""Comparing two stored evaluations: only where they answered the same, and then case by case."""

from __future__ import annotations

from pipeline.core.errors import InputError
from pipeline.core.models import Value
from pipeline.evaluation.cases import Answer, Evaluation, Suite, Variant
from pipeline.evaluation.run.bundle import Bundle
from pipeline.evaluation.run.replay import pair
from pipeline.evaluation.scores import Pairing, Scores, score_answers

_LONGEST = 3


class Compared(Value):
    """Two evaluations side by side, the variants of the first one first."""

    suite: Suite
    evaluations: tuple[Evaluation, Evaluation]
    variants: tuple[Variant, ...]
    answers: tuple[Answer, ...]
    scores: tuple[Scores, ...]
    pairings: tuple[Pairing, ...]
    cautions: tuple[str, ...] = ()
    """What differs between the two and does not forbid comparing them."""


def compare_bundles(one: Bundle, other: Bundle) -> Compared:
    """Compare every variant of two evaluations with the first variant of the first one.

    Raises InputError that names what differs: cases, evidence, scorer, what counts as judge, or repeats.
    """
    differing = differences(one, other)
    if differing:
        raise InputError(f"{one.evaluation.id} and {other.evaluation.id} cannot be compared: {'; '.join(differing)}")
    for bundle in (one, other):
        if not bundle.manifest.complete:
            raise InputError(f"{bundle.evaluation.id} has questions without an answer: run it again to go on with it")
    suite, kept = one.suite(), [*one.answers()]
    known = {variant.id for variant in one.evaluation.variants}
    further = [variant for variant in other.evaluation.variants if variant.id not in known]
    again = [variant for variant in other.evaluation.variants if variant.id in known]
    # The same variant asked twice is compared with itself: that shows how much it wavers.
    renamed = {variant.id: _asked_again(variant, other) for variant in again}
    for each in other.answers():
        other_one = renamed.get(each.variant)
        kept.append(each.model_copy(update={"variant": other_one.id}) if other_one else each)
    variants = (*one.evaluation.variants, *further, *renamed.values())
    return Compared(
        suite=suite,
        evaluations=(one.evaluation, other.evaluation),
        variants=variants,
        answers=tuple(kept),
        scores=tuple(
            score_answers(suite, variant, [each for each in kept if each.variant == variant.id]) for variant in variants
        ),
        pairings=pair(suite, variants, kept),
        cautions=_cautions(one.evaluation, other.evaluation),
    )


def _asked_again(variant: Variant, bundle: Bundle) -> Variant:
    name = f"{variant.name} ({bundle.evaluation.id})"
    return Variant(name=name, id=f"{variant.id}-{bundle.evaluation.id}", **variant.model_dump(exclude={"name", "id"}))


def differences(one: Bundle, other: Bundle) -> tuple[str, ...]:
    """Return a line for each thing that has to be the same and is not."""
    first, second = one.evaluation, other.evaluation
    found = []
    if first.suite_digest != second.suite_digest:
        found.append(_of_cases(one.suite(), other.suite()))
    if first.evidence_digest != second.evidence_digest:
        found.append(f"the evidence differs ({first.evidence_digest}, {second.evidence_digest})")
    if first.scorer != second.scorer:
        found.append(f"the scorer differs (version {first.scorer}, version {second.scorer}): replay the older one")
    if one.manifest.undated != other.manifest.undated:
        found.append(f"cases without a date were judged as of {one.manifest.undated} and {other.manifest.undated}")
    if one.manifest.sources_told != other.manifest.sources_told and _names_sources(one.suite()):
        found.append("the evidence differs (one model was told where it comes from, and the other was not)")
    if first.repeats != second.repeats:
        found.append(f"one asked {first.repeats} times and the other {second.repeats}")
    return tuple(found)


def _names_sources(suite: Suite) -> bool:
    return any(case.metadata.get("passages") for case in suite.cases)


def _of_cases(one: Suite, other: Suite) -> str:
    first, second = {case.id: case for case in one.cases}, {case.id: case for case in other.cases}
    if first.keys() == second.keys():
        relabelled = [key for key in first if first[key] != second[key]]
        names = ", ".join(relabelled[:_LONGEST])
        return f"the judge differs: {len(relabelled)} cases have another right answer or other facts ({names})"
    only = len(first.keys() - second.keys()), len(second.keys() - first.keys())
    return f"the cases differ: {only[0]} are only in the first, {only[1]} only in the second"


def _cautions(one: Evaluation, other: Evaluation) -> tuple[str, ...]:
    if one.code == other.code:
        return ()
    return (f"made by two versions of factnotes ({one.code}, {other.code})",)
