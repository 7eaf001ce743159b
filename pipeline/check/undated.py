"""What may be decided on an article whose day is only estimated: what would be decided on whatever day it was.

A check is asked again as of other days; a verdict or a flag that one of them takes away hangs on the day, and stays
unsaid. This is the only place that knows which findings those are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from pipeline.core.caching import once_for_each
from pipeline.core.models import Article, Claim, Finding, Flag, TraceStep
from pipeline.core.ports import CheckContext, Checker

_EARLIER = (40, 12, 3, 1)
_LATER = (1, 3, 12)
"""Years around the estimate at which a check is asked again: a term of office lies within them, or runs over all."""
_NO_WORD_OF_TIME = "the article's day is only estimated: what depends on it is not decided"


def keep_timeless(
    finding: Finding, checker: Checker, claim: Claim, context: CheckContext
) -> tuple[Finding, TraceStep | None]:
    """Return a finding without what depends on the day, and a step of the trace where that took something away.

    A check of quotations is asked as of later days only: as of earlier ones its sources would not have been there.
    """
    if finding.verdict is None and not finding.flags:
        return finding, None
    years = _LATER if finding.checker == "quotations" else (*(-each for each in _EARLIER), *_LATER)
    others = [checker(claim, _as_of(context, each)) for each in years]
    kept = finding.model_copy(
        update={
            "verdict": finding.verdict if all(_same_verdict(finding, other) for other in others) else None,
            "flags": tuple(flag for flag in finding.flags if all(_has(other, flag) for other in others)),
        }
    )
    if kept == finding:
        return finding, None
    return kept, TraceStep(stage="withheld", detail=f"{finding.checker}: {_NO_WORD_OF_TIME}")


def _same_verdict(finding: Finding, other: Finding) -> bool:
    mine, theirs = finding.verdict, other.verdict
    return (mine and mine.label) == (theirs and theirs.label)


def _has(finding: Finding, flag: Flag) -> bool:
    return any((each.kind, each.span) == (flag.kind, flag.span) for each in finding.flags)


def _as_of(context: CheckContext, years: int) -> CheckContext:
    day = _shift(context.as_of, years)
    return replace(context, as_of=day, article=_published(context.article, day))


def _shift(day: date, years: int) -> date:
    return day + timedelta(days=round(365.25 * years))


@once_for_each
def _published(article: Article, day: date) -> Article:
    return article.model_copy(update={"published_at": day, "estimated_at": None})


def find_with(
    checkers: Sequence[Checker], claim: Claim, context: CheckContext, trace: Callable[[TraceStep], None]
) -> list[Finding]:
    """Ask checkers; on a day that is not known, keep what does not depend on it and trace what was withheld."""
    findings = [checker(claim, context) for checker in checkers]
    if context.day_known:
        return findings
    kept = []
    for checker, finding in zip(checkers, findings, strict=True):
        timeless, step = keep_timeless(finding, checker, claim, context)
        kept.append(timeless)
        if step:
            trace(step)
    return kept
