"""The claims of an article: with the model where there is one, titles always by rule."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.check.checkers.titles import claim_titles
from pipeline.check.claim import Tools
from pipeline.check.claims import detect_claims, detect_claims_with_model
from pipeline.core.errors import BudgetSpent, InputError, ModelError, ModelUnusable, QuoteNotFound
from pipeline.core.models import Article, Claim, Usage, Value
from pipeline.llm import usage_of


class Detected(Value):
    """The claims of an article, in order of offset, and how they were found."""

    claims: tuple[Claim, ...]
    usage: Usage = Usage()
    problems: tuple[str, ...] = ()
    is_settled: bool = True
    """False where something went wrong that may pass."""


def detect(article: Article, tools: Tools) -> Detected:
    """Find an article's claims: with the model where there is one, titles always by rule.

    A model that fails leaves the embedded detection and a problem in the report; one that no call
    can work with raises ModelUnusable. Raises InputError for an article without a statement.
    """
    usage, problems, failed = Usage(), [], False
    found: tuple[Claim, ...] | None = None
    if tools.model and tools.detect_prompt:
        try:
            found, usage = detect_claims_with_model(article, tools.model, tools.detect_prompt)
        except ModelUnusable:
            raise
        except (ModelError, BudgetSpent, QuoteNotFound) as error:
            usage, failed = usage_of(error), True
            problems.append(f"claims were detected without the model: {error}")
        if found == ():
            problems.append("claims were detected without the model: it found none")
    if not found:
        found = detect_claims(article, tools.embedder)
    claims = _merge(claim_titles(article), found)
    if not claims:
        raise InputError("the article holds no statement to check: give running text in English")
    return Detected(claims=claims, usage=usage, problems=tuple(problems), is_settled=not failed)


def _merge(titles: Sequence[Claim], found: Sequence[Claim]) -> tuple[Claim, ...]:
    """Join claims in order of offset; where a detected claim has a title's very words, the title stays."""
    taken = {claim.span for claim in titles}
    claims = {claim.id: claim for claim in (*titles, *(claim for claim in found if claim.span not in taken))}
    return tuple(sorted(claims.values(), key=lambda claim: (claim.span.start, claim.span.end)))
