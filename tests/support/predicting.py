"""A verdict by a model on one claim, as if it were asked of alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pipeline.check import Question, predict_verdicts
from pipeline.core.models import Article, Claim, Evidence, Usage, Verdict
from pipeline.llm import Model, Prompt


def predict_verdict(
    claim: Claim, article: Article, evidence: Sequence[Evidence], as_of: date, model: Model, prompt: Prompt
) -> tuple[Verdict, Usage]:
    """Return the verdict and its cost; raise what went wrong instead."""
    (outcome,), (usage,) = predict_verdicts([Question.of(claim, article, evidence, as_of)], model, prompt)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome, usage
