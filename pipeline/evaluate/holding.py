"""Floors that the evaluation of a promotion says nothing of: another stored evaluation of the draft may hold them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.evaluate.cases import Variant
from pipeline.evaluate.floors import GATED, below
from pipeline.evaluate.ledger import Floor, deciding
from pipeline.evaluate.reproving import prove_again
from pipeline.evaluate.running import is_finished
from pipeline.evaluate.scorecards import Held
from pipeline.evaluate.scores import SCORER, score_answers
from pipeline.evaluate.stored import Bundle
from pipeline.prompts import Prompt


def hold_floors(draft: Prompt, floors: Sequence[Floor], bundles: Iterable[Bundle]) -> tuple[Held, ...]:
    """Return what a draft reaches where floors are agreed, each by its newest evaluation that is as it was stored.

    Its replies are proven again by the code of now. Raises InputError where that cannot be done.
    """
    known = sorted(bundles, key=lambda each: (each.evaluation.created_at, each.evaluation.id), reverse=True)
    fitting = ((floor, _newest(draft, floor, known)) for floor in floors)
    return tuple(_held(floor, *found) for floor, found in fitting if found is not None)


def _newest(draft: Prompt, floor: Floor, known: Iterable[Bundle]) -> tuple[Bundle, Variant] | None:
    fitting = ((bundle, variant) for bundle in known if (variant := answered(draft, floor, bundle)) is not None)
    return next(((bundle, variant) for bundle, variant in fitting if _counts(bundle)), None)


def _counts(bundle: Bundle) -> bool:
    return is_finished(bundle) and bundle.evaluation.scorer == SCORER and not bundle.changed_files()


def answered(prompt: Prompt, floor: Floor, bundle: Bundle) -> Variant | None:
    """Return who answered a floor's suite with its model and a prompt in a complete evaluation, where somebody did."""
    if bundle.evaluation.suite_digest != floor.suite_digest or not bundle.manifest.complete:
        return None
    wanted = (prompt.ref, floor.model, floor.parameters)
    told = ((each, (each.prompt_ref, each.model, deciding(each.parameters))) for each in bundle.evaluation.variants)
    return next((each for each, what in told if what == wanted), None)


def _held(floor: Floor, bundle: Bundle, variant: Variant) -> Held:
    scores = score_answers(bundle.suite(), variant, prove_again(bundle, variant))
    figures = (scores.figure(name) for name in GATED)
    return Held(
        model=floor.model,
        parameters=floor.parameters,
        suite=floor.suite,
        suite_digest=floor.suite_digest,
        cases=scores.cases,
        evaluation=bundle.evaluation.id,
        evaluation_digest=bundle.digest,
        after=tuple(figure for figure in figures if figure is not None),
        reasons=below(scores, floor),
    )
