"""How far a live prompt may fall: floors follow from what it has reached, and a stored evaluation holds them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.check import deciding
from pipeline.evaluation.cases import Variant
from pipeline.evaluation.prompts.lock import Floor, Level
from pipeline.evaluation.prompts.scorecards import Held, Round, Scorecard
from pipeline.evaluation.run.bundle import Bundle
from pipeline.evaluation.run.replay import prove_again
from pipeline.evaluation.run.runner import is_finished
from pipeline.evaluation.scores import MACRO, REFUTED, SCORER, Figure, Scores, score_answers
from pipeline.llm import Prompt

GATED = (MACRO, REFUTED)
"""The figures that have floors."""


def raise_floors(floors: Sequence[Floor], card: Scorecard) -> tuple[Floor, ...]:
    """Return the floors with what the promoted version has reached; none goes down, but for an accepted drop.

    Floors of the prompt that no evaluation of it says anything of go: without an accepted drop there are none.
    """
    known = {floor.key: floor for floor in floors}
    made = [_reached(card, each, card) for each in card.rounds]
    made += [_reached(card, each, each) for each in card.held]
    raised = (_never_lower(floor, known.get(floor.key), card) for floor in made)
    return (*(floor for floor in floors if floor.prompt != card.prompt), *raised)


def _reached(card: Scorecard, by: Round | Held, where: Scorecard | Held) -> Floor:
    """Return what a version reached with a model, on the suite of the promotion's evaluation or of another one."""
    levels = {figure.name: level_of(figure) for figure in by.after if figure.name in GATED}
    return Floor(
        prompt=card.prompt,
        model=by.model,
        parameters=by.parameters,
        suite=where.suite,
        suite_digest=where.suite_digest,
        scorer=card.scorer,
        evaluation=where.evaluation,
        figures={name: level for name, level in levels.items() if level is not None},
    )


def _never_lower(floor: Floor, old: Floor | None, card: Scorecard) -> Floor:
    if old is None or card.accepted_drop:
        return floor
    before = {name: level for name, level in old.figures.items() if name in floor.figures}
    kept = {name: level for name, level in before.items() if level.floor > floor.figures[name].floor}
    return floor.model_copy(update={"figures": floor.figures | kept})


def level_of(figure: Figure) -> Level | None:
    """Return what a figure has reached, with half its interval as noise; None where there is no figure."""
    if figure.value is None:
        return None
    wide = (figure.high - figure.low) / 2 if figure.low is not None and figure.high is not None else 0.0
    return Level(floor=round(figure.value, 6), noise=round(wide, 6))


def value_of(scores: Scores, name: str) -> float | None:
    """Return a figure's value; None where the stage has none, or nothing to say."""
    figure = scores.figure(name)
    return figure.value if figure is not None else None


def below(scores: Scores, floor: Floor) -> tuple[str, ...]:
    """Return a line for each figure that is below its floor by more than the noise."""
    return tuple(
        f"{name} {value:.3f} is below the agreed {level.least:.3f} ({level.floor:.3f} less noise {level.noise:.3f})."
        for name, level in floor.figures.items()
        if (value := value_of(scores, name)) is not None and value < level.least
    )


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
    variants = ((each, (each.prompt_ref, each.model, deciding(each.parameters))) for each in bundle.evaluation.variants)
    return next((each for each, what in variants if what == wanted), None)


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
