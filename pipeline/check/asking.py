"""Asking the model: claims that nothing else decides, in batches; every failure is a value of a note."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial

from pipeline.check.batches import plan_batches
from pipeline.check.calibration import calibrate
from pipeline.check.combine import make_note
from pipeline.check.job import CheckedClaim, Job, Pending, Tools, failed
from pipeline.check.together import predict_verdicts
from pipeline.check.verdict import Question, shared_passages, takes_several
from pipeline.core.errors import SettingsError
from pipeline.core.models import (
    Failure,
    Note,
    Passage,
    TraceStep,
    Usage,
    Verdict,
)
from pipeline.core.telemetry import SetAttributes, bound, get_log, span
from pipeline.llm import collecting_mends, failure_of, usage_of

_log = get_log("check")


def batches_of(waiting: Sequence[Pending], tools: Tools) -> tuple[tuple[int, ...], ...]:
    """Return the places of claims that wait for the model, in the batches it is asked on; those alike go together."""
    if tools.verdict_prompt is None or not takes_several(tools.verdict_prompt):
        return tuple((place,) for place in range(len(waiting)))
    alike: dict[tuple[object, ...], list[int]] = {}
    for place, each in enumerate(waiting):
        alike.setdefault(each.key, []).append(place)
    by_day: dict[date, list[list[int]]] = {}
    for group in alike.values():
        by_day.setdefault(waiting[group[0]].question.as_of, []).append(group)
    return tuple(batch for groups in by_day.values() for batch in _planned(groups, waiting, tools))


def _planned(groups: Sequence[list[int]], waiting: Sequence[Pending], tools: Tools) -> Iterator[tuple[int, ...]]:
    """Yield the places of claims that are judged as of one day, a batch at a time."""
    if tools.verdict_prompt is None:
        return
    questions = [waiting[group[0]].question for group in groups]
    for batch in plan_batches(questions, tools.verdict_prompt, tools.claims_per_call):
        yield tuple(place for number in batch for place in groups[number])


def ask_model(batch: Sequence[Pending], tools: Tools) -> tuple[CheckedClaim, ...]:
    """Judge claims with the model, in one call where its prompt takes several; every failure is a value of the note.

    Claims that say the same on the same passages are asked about once.
    """
    first = {each.key: each for each in reversed(batch)}
    asked = [each for each in batch if first[each.key] is each]
    with span("judge claims", claims=len(batch)), collecting_mends() as mends:
        outcomes, costs = _ask([each.question for each in asked], tools)
        beyond = shared_passages([each.question for each in asked])
        answers = {each.key: outcome for each, outcome in zip(asked, outcomes, strict=True)}
        spent = {id(each): cost for each, cost in zip(asked, costs, strict=True)}
        steps = partial(step_of_model, mends=mends, others=len(batch) - 1)
        done = tuple(
            CheckedClaim(
                note=_note_of_model(each, answers[each.key], steps, beyond), usage=spent.get(id(each), Usage())
            )
            for each in batch
        )
        for pending, each in zip(batch, done, strict=True):
            claim_id = pending.job.claim.id
            with bound(claim_id=claim_id), span("judge claim", claim_id=claim_id) as set_attributes:
                trace_outcome(each, set_attributes)
    return done


def _ask(
    questions: Sequence[Question], tools: Tools
) -> tuple[Sequence[Verdict | Exception | Failure], Sequence[Usage]]:
    nothing = [Usage()] * len(questions)
    if tools.model is None or tools.verdict_prompt is None:
        raise SettingsError("claims that wait for a model need one, and its prompt")
    if is_late(tools):
        return [too_late()] * len(questions), nothing
    try:
        outcomes, costs = predict_verdicts(questions, tools.model, tools.verdict_prompt, tools.call_size)
        known = tools.calibrations
        return [calibrate(each, known) if isinstance(each, Verdict) else each for each in outcomes], costs
    except Exception as error:  # a bug must cost no more than the claims it was met on
        return [error] * len(questions), [usage_of(error), *nothing[1:]]


def _note_of_model(
    pending: Pending,
    outcome: Verdict | Exception | Failure,
    step: Callable[[Verdict | Failure], TraceStep],
    beyond: Sequence[Passage],
) -> Note:
    try:
        if isinstance(outcome, Exception):
            outcome = _failure(outcome, "predict_verdict")
        return pending.make_note(outcome, [*pending.trace, step(outcome)], beyond)
    except Exception as error:  # a bug met in one claim must not cost the others theirs
        return note_of_error(pending.job, error)


def step_of_model(outcome: Verdict | Failure, mends: Sequence[str] = (), others: int = 0) -> TraceStep:
    """Return how a claim ended with the model, for its trace; `others` were asked about with it."""
    together = [f"asked together with {others} other claim{'s' if others > 1 else ''}"] if others else []
    mended = [f"mended in the reply: {', '.join(mends)}"] if mends else []
    detail = "; ".join([*together, *mended])
    if isinstance(outcome, Verdict):
        return TraceStep(stage="model", label=outcome.label, detail=detail)
    return TraceStep(stage="model", reason=outcome.reason, detail=detail)


def note_of_error(job: Job, error: Exception) -> Note:
    """Return the note of a claim on which a bug was met."""
    failure = _failure(error, "check_claim")
    return make_note(job.claim, (), (), failure, (TraceStep(stage="failed", detail=failure.detail),))


def _failure(error: Exception, stage: str) -> Failure:
    failure = failure_of(error, stage)
    if failure.reason == "error":
        _log.error("claim could not be checked", exc_info=error)
    return failure


def is_late(tools: Tools) -> bool:
    """Tell whether a run's cap in seconds is reached."""
    return tools.deadline is not None and time.monotonic() > tools.deadline


def too_late() -> Failure:
    """Return the failure of a claim that was not begun before the cap in seconds."""
    return failed("budget", "the cap in seconds was reached before this claim was begun")


def trace_outcome(done: CheckedClaim, set_attributes: SetAttributes) -> None:
    """Log and trace what came of a claim, without a word of it; what is wrong in full at level debug alone."""
    failure, usage = done.note.failure, done.usage
    outcome = done.note.verdict.label if done.note.verdict else failure.reason if failure else None
    spent = {"calls": usage.calls, "cached": usage.cached, "dollars": usage.dollars}
    flags = [flag.kind for flag in done.note.flags]
    _log.info("claim checked", outcome=outcome, flags=flags, seconds=round(usage.seconds, 3), **spent)
    set_attributes(outcome=outcome, flags=len(flags), **spent)
    if failure:
        _log.debug("claim not checked", stage=failure.stage, detail=failure.detail)
