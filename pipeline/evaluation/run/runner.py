"""Running an evaluation: every variant answers the same cases on the same evidence, as often as repeats say.

Cases come in the order of their ids, which are hashes, and each case goes to all variants before the next one
does: wherever a cap or a kill ends a run, what was answered is a fair sample, and paired.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.core.errors import InputError
from pipeline.core.models import Failure, FailureReason
from pipeline.evaluation.cases import Answer, Suite
from pipeline.evaluation.run.answer import UNDATED, Answered, EvalContext, Question, System, answer, groups_of
from pipeline.evaluation.run.bundle import Bundle, bundles, key_of_plan, new_evaluation
from pipeline.evaluation.run.journal import Journal, Key
from pipeline.evaluation.run.recorder import ReplyNotKept
from pipeline.llm import Forecast, forecast

ASKED_AGAIN: frozenset[FailureReason] = frozenset(
    {"budget", "timeout", "rate_limited", "unavailable", "wrong_key", "unknown_model", "error"}
)
"""Failures that say nothing of the prompt: they are asked again when the evaluation is resumed."""

_MODEL_STAGES = ("verdict", "detection", "end_to_end")


@dataclass(frozen=True)
class Progress:
    """How far a run is."""

    done: int
    """Answers there are now, those of earlier sessions among them."""
    total: int
    failures: int
    calls: int
    """Calls of a model in this session."""
    dollars: float | None
    """Spent in this session; None where a price is not known."""


@dataclass(frozen=True)
class Estimate:
    """What a run will take, for one variant."""

    variant: str
    questions: int
    """Those still open."""
    known: int
    """Those of them whose replies are kept already: they cost nothing."""
    forecast: Forecast | None
    """None without a model."""


def may_be_asked_again(failure: Failure | None) -> bool:
    """Tell whether a failure may pass: an outage, a cap, a bug; never what a model answered."""
    return failure is not None and (failure.retryable or failure.reason in ASKED_AGAIN)


def prepare(
    home: Path,
    suite: Suite,
    systems: Sequence[System],
    *,
    repeats: int,
    scorer: str,
    code: str,
    prompts: Path,
    anew: bool = False,
) -> Bundle:
    """Return the newest evaluation of this very plan that is not finished, else a new one.

    One that an older scorer began goes on with the scorer of now: no reply depends on who scores it.
    Raises InputError for an empty suite, a variant named twice, and a prompt that does not fit the stage.
    """
    _check(suite, systems)
    variants = [system.variant for system in systems]
    plan = key_of_plan(suite, variants, repeats)
    if not anew:
        for bundle in reversed(bundles(home)):
            known = bundle.evaluation
            same = key_of_plan(known, known.variants, known.repeats) == plan
            if same and not is_finished(bundle):
                own = known.model_copy(update={"scorer": scorer})  # written when the work on it begins, under its lock
                bundle.manifest = bundle.manifest.model_copy(update={"evaluation": own})
                return bundle
    evaluation = new_evaluation(suite, variants, repeats, scorer, code)
    used = {system.prompt.ref: system.prompt for system in systems if system.prompt}
    folder = home / "evaluations" / evaluation.id
    return Bundle.create(folder, suite, evaluation, used.values(), prompts, UNDATED)


def is_finished(bundle: Bundle) -> bool:
    """Tell whether nothing is left to ask."""
    return bundle.manifest.complete and not bundle.manifest.counts.get("may_be_asked_again", 0)


def _check(suite: Suite, systems: Sequence[System]) -> None:
    if not suite.cases:
        raise InputError(f"the suite {suite.name} has no case")
    if not systems:
        raise InputError("there is nothing to evaluate: name a prompt and a model, or --model none")
    if len({system.variant.id for system in systems}) != len(systems):
        raise InputError("the same prompt with the same model is named twice")
    for system in systems:
        if system.prompt and suite.stage not in _MODEL_STAGES:
            raise InputError(f"no prompt answers cases of the stage {suite.stage}: use --model none")


def open_questions(
    suite: Suite, systems: Sequence[System], repeats: int, answered: Mapping[Key, Answer]
) -> list[Question]:
    """Return what has no answer yet, or a failure that may pass, paired and in the order it is asked."""
    groups = {system.variant.id: groups_of(suite.cases, system.claims_per_call) for system in systems}
    questions = [
        Question(system, case, repeat, groups[system.variant.id].get(case.id, ()))
        for case in sorted(suite.cases, key=lambda case: case.id)
        for repeat in range(repeats)
        for system in systems
    ]
    return [
        question
        for question in questions
        if question.key not in answered or may_be_asked_again(answered[question.key].failure)
    ]


def estimate(questions: Sequence[Question], context: EvalContext) -> tuple[Estimate, ...]:
    """Say what questions will cost, from the very prompts they would send; nothing is sent.

    Its replies should be in memory, as by default: an estimate leaves no trace.
    """
    by_variant: dict[str, list[Question]] = {}
    for question in questions:
        by_variant.setdefault(question.system.variant.id, []).append(question)
    found = []
    for asked in by_variant.values():
        system = asked[0].system
        if system.llm is None:
            found.append(Estimate(system.variant.name, len(asked), 0, None))
            continue
        told = [_prompt_of(question, context) for question in asked]
        asked_once = {(question.repeat, prompt) for question, prompt in zip(asked, told, strict=True) if prompt}
        prompts = [prompt for _, prompt in sorted(asked_once)]  # one for all cases of a call
        longest = int(system.llm.parameters.get("max_output_tokens", 4096))
        costs = forecast(prompts, system.price, longest)
        found.append(Estimate(system.variant.name, len(asked), told.count(None), costs))
    return tuple(found)


def _prompt_of(question: Question, context: EvalContext) -> str | None:
    """Return the first prompt that would really be sent, None where all replies are kept."""
    try:
        answer(replace(question, system=replace(question.system, llm=None)), context)
    except ReplyNotKept as unknown:
        return unknown.prompt
    return None


def run(
    bundle: Bundle,
    systems: Sequence[System],
    context: EvalContext,
    *,
    code: str,
    concurrency: int = 8,
    progress: Callable[[Progress], None] = lambda progress: None,
) -> Bundle:
    """Ask what is open, keep each reply and answer as it comes, and return the bundle with its counts.

    Raises ModelUnusable at once, StoreError, StoreBusy; what was answered by then is kept.
    """
    suite = bundle.suite()
    with bundle.working(code) as journal:
        clock = time.monotonic()
        questions = open_questions(suite, systems, bundle.evaluation.repeats, journal.answers)
        meter = _Meter(journal, len(questions))
        ended: str | None = None
        try:
            for answered, calls, _ in _asked(questions, replace(context, replies=journal), concurrency):
                journal.add(answered)
                progress(meter.count(answered, calls))
        except BaseException as error:
            ended = type(error).__name__
            raise
        finally:
            *before, own = bundle.manifest.sessions
            totals = {"answers": meter.answers, "calls": meter.calls, "seconds": round(time.monotonic() - clock, 3)}
            own = own.model_copy(update=totals | {"interrupted": ended})
            bundle.save_manifest(sessions=(*before, own), **_state(bundle, journal))
    return bundle


def _asked(questions: Sequence[Question], context: EvalContext, concurrency: int) -> Iterator[Answered]:
    together: dict[tuple[str, str, int], list[Question]] = {}
    for question in questions:
        first = question.together[0].id if question.together else question.case.id
        together.setdefault((first, question.system.variant.id, question.repeat), []).append(question)
    with ThreadPoolExecutor(concurrency) as pool:
        futures = [pool.submit(_answer_each, members, context) for members in together.values()]
        try:
            for future in as_completed(futures):
                yield from future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _answer_each(questions: Sequence[Question], context: EvalContext) -> list[Answered]:
    """Answer the questions of one call in turn: the first asks it, the others take their part of its reply."""
    return [answer(question, context) for question in questions]


class _Meter:
    """Counts a session."""

    def __init__(self, journal: Journal, questions: int) -> None:
        before = journal.answers.values()
        settled = [each for each in before if not may_be_asked_again(each.failure)]
        self._done, self._total = len(settled), len(settled) + questions
        self._failures = sum(each.failure is not None for each in settled)
        self.answers = self.calls = 0
        self._dollars: float | None = 0.0

    def count(self, answered: Answer, calls: int) -> Progress:
        self.answers += 1
        self.calls += calls
        self._done += 1
        self._failures += answered.failure is not None
        if calls:
            spent = answered.usage.dollars
            self._dollars = None if spent is None or self._dollars is None else self._dollars + spent
        return Progress(self._done, self._total, self._failures, self.calls, self._dollars)


def _state(bundle: Bundle, journal: Journal) -> dict[str, object]:
    """Say how many answers there are, and whether every question has one."""
    evaluation = bundle.evaluation
    answers = journal.answers.values()
    counts = {
        "questions": evaluation.cases * len(evaluation.variants) * evaluation.repeats,
        "answers": len(answers),
        "failures": sum(each.failure is not None for each in answers),
        "may_be_asked_again": sum(may_be_asked_again(each.failure) for each in answers),
    }
    return {"counts": counts, "complete": counts["answers"] == counts["questions"]}
