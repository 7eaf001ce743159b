"""The claims of an article: those found by rule, and with a model what it adds to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from pipeline.check.checkers.titles import claim_ages, claim_titles
from pipeline.check.checkers.world import claim_world
from pipeline.check.claims import (
    Listed,
    Tally,
    detect_claims,
    in_order,
    join_claims,
    list_claims,
    statements,
    without_claim,
)
from pipeline.check.job import Tools
from pipeline.check.reach import read_in_time, unreached
from pipeline.core.english import unread as unread_of
from pipeline.core.errors import InputError
from pipeline.core.models import Article, Claim, Span, Usage, Value
from pipeline.core.telemetry import get_log

_log = get_log("check")


class Detected(Value):
    """The claims of an article, in order of offset, and how they were found."""

    claims: tuple[Claim, ...]
    usage: Usage = Usage()
    problems: tuple[str, ...] = ()
    is_settled: bool = True
    """False where something went wrong that may pass."""
    sentences: int = 0
    """How many there are, without headings and what only stands on the page."""
    unclaimed: tuple[Span, ...] = ()
    """Those of them that hold no claim."""
    read: Article | None = None
    """What of the article there was time to read: its first part, under its id; None for all of it."""


def detect(article: Article, tools: Tools) -> Detected:
    """Find an article's claims by rule, and add what the model lists, where there is one.

    Where the time is capped, as much of the beginning is read as there is time for; the report tells the rest.

    A model that fails leaves those found by rule and a problem in the report; one that no call can work with raises
    ModelUnusable. Raises InputError for an article without a statement.
    """
    whole = article
    article, claims = read_in_time(article, tools.deadline, partial(_by_rule, tools))
    listed, problems = Listed(), tuple[str, ...]()
    if tools.model and tools.detect_prompt:
        listed = list_claims(article, tools.model, tools.detect_prompt)
        claims, tally = join_claims(article, claims, _without_corrections(article, listed.claims))
        problems = tuple(_problems(listed, tally))
        _log.info("claims of the model joined", **vars(tally), lost=listed.lost, asked_again=listed.again)
    if not claims:
        raise InputError("the article holds no statement to check: give running text in English")
    unread = (*unread_of(article), *unreached(whole, article))
    return Detected(
        claims=claims,
        usage=listed.usage,
        problems=problems,
        is_settled=not listed.errors and article is whole,
        sentences=len(statements(article)) + len(unread),
        unclaimed=(*without_claim(article, claims), *unread),
        read=None if article is whole else article,
    )


def _by_rule(tools: Tools, article: Article) -> tuple[Claim, ...]:
    """Find the claims that need no model."""
    sure = (*claim_titles(article), *(claim_world(article) if tools.world else ()), *claim_ages(article, tools.records))
    claims = _without_corrections(article, _merge(sure, detect_claims(article, tools.embedder)))
    statements(article)  # are asked for later, whatever the time is then
    return claims


def _without_corrections(article: Article, claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Leave out what an article's own correction says: the desk's words on an earlier version, shown as such."""
    return tuple(
        claim for claim in claims if not any(claim.span.overlap(correction) for correction in article.corrections)
    )


def _problems(listed: Listed, tally: Tally) -> Iterator[str]:
    """Yield what of a model's claims could not be used, for a reader."""
    if listed.errors:
        why = "; ".join(dict.fromkeys(listed.errors))
        part = " in part" if listed.claims else ""
        yield f"claims were detected{part} without the model: {why}"
    elif not listed.claims:
        yield "claims were detected without the model: it found none"
    if listed.lost:
        yield f"left out of the model's claims, because their words are not in the article: {listed.lost}"
    if listed.unread:
        yield f"left out of the model's claims, because they do not fit the form that was asked for: {listed.unread}"
    if tally.otherwise:
        yield (
            "restatements by the model with other names, figures or denials than the article's words, "
            f"which stand for themselves: {tally.otherwise}"
        )
    if tally.doubted:
        yield (
            "the model calls statements opinions or the like that rules hold to be statements of fact; nothing in them "
            f"can be looked up for sure, so they are left unchecked, each with its reason: {tally.doubted}"
        )
    if tally.outvoted:
        yield f"the model calls {tally.disputed} statements of fact opinions or the like: they are checked all the same"


def _merge(sure: Sequence[Claim], found: Sequence[Claim]) -> tuple[Claim, ...]:
    """Join claims in order of offset; where a detected claim has the very words of a surer one, that one stays."""
    taken = {claim.span for claim in sure}
    claims = {claim.id: claim for claim in (*sure, *(claim for claim in found if claim.span not in taken))}
    return in_order(claims.values())
