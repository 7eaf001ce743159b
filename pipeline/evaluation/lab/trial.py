"""One trial: the live prompt and a draft answer the same few cases with the configured model."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from pipeline.core.models import Case, Usage
from pipeline.core.settings import Settings
from pipeline.evaluation.cases import Answer
from pipeline.evaluation.lab.allowance import Allowance
from pipeline.evaluation.run.answer import Answered, EvalContext, Question, Quoted, answer, cited_quotes
from pipeline.evaluation.run.recorder import MemoryReplies
from pipeline.evaluation.run.runner import estimate
from pipeline.evaluation.setup import systems_of, with_rate_limits
from pipeline.llm import Budget, Cache, Caps, Prompt, Spent
from pipeline.store import Store


@dataclass(frozen=True)
class Attempt:
    """What one prompt made of one case."""

    prompt: Prompt
    answer: Answer
    quotes: tuple[Quoted, ...]
    """Every quotation of its replies, proven or not."""
    replies: tuple[str, ...]
    """As they came; the second is the one chance to mend the first."""
    calls: int
    """Calls made just now; none where the replies were kept from before."""


@dataclass(frozen=True)
class Tried:
    """A trial: each case with the attempts of the live prompt (where there is one) and of the draft."""

    rows: tuple[tuple[Case, tuple[Attempt, ...]], ...]
    spent: Usage
    """Just now."""
    left: Caps
    """Of the day."""


def try_out(
    settings: Settings, store: Store, prompts: Sequence[Prompt], cases: Sequence[Case], *, person: str, suite: str
) -> Tried:
    """Ask a few cases of each prompt (the draft last); what was asked before in the same words is not asked again.

    Raises SettingsError for a model that cannot be asked or capped, BudgetSpent where the day is spent, and
    ModelUnusable; any other failure is a value of its answer.
    """
    found = systems_of(settings.model_copy(update={"max_usd": settings.lab_max_usd}), prompts)
    systems = with_rate_limits(settings, store, found)
    questions = [Question(system, case) for case in cases for system in systems]
    allowance = Allowance(settings)
    worst = _worst(questions, store, settings.model_retries)
    about = {"prompt": prompts[-1].ref, "suite": suite, "person": person}
    model, ids = systems[-1].variant.model, tuple(case.id for case in cases)
    with allowance.reserve(worst, model=model, cases=ids, **about) as (room, charge):
        replies = MemoryReplies()
        context = EvalContext(
            replies=replies,
            budget=Budget(Caps(room.dollars, room.calls, settings.lab_max_seconds)),
            cache=store,
            retries=settings.model_retries,
        )
        try:
            with ThreadPoolExecutor(min(settings.concurrency, len(questions))) as pool:
                answered = list(pool.map(partial(answer, context=context), questions))
        finally:
            for usage in replies.charges:
                charge(usage)
    asked = {system.variant.id: prompt for system, prompt in zip(systems, prompts, strict=True)}
    attempts = {
        question.key: _attempt(asked[question.system.variant.id], question, one)
        for question, one in zip(questions, answered, strict=True)
    }
    rows = tuple((case, tuple(attempts[case.id, variant, 0] for variant in asked)) for case in cases)
    return Tried(rows, sum(replies.charges, Usage()), allowance.left())


def _worst(questions: Sequence[Question], cache: Cache, retries: int) -> Spent:
    """Return the most that questions can take: each asked, mended once, and each call repeated."""
    costs = estimate(questions, EvalContext(budget=Budget(), cache=cache))
    forecasts = [each.forecast for each in costs if each.forecast]
    calls = sum(each.calls[1] for each in forecasts) * (retries + 1)
    dollars = sum(each.dollars[1] for each in forecasts if each.dollars) * (retries + 1)
    return Spent(calls=calls, dollars=dollars)


def _attempt(prompt: Prompt, question: Question, made: Answered) -> Attempt:
    replies = tuple(each.text for each in made.replies)
    return Attempt(prompt, made.answer, cited_quotes(question, made.replies), replies, made.calls)
