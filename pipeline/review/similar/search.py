"""Earlier decisions on the same claim, or on one that says the same: offered with their date, never applied.

A claim of the same words is found without vectors. One of other words is found by its vector and offered
only if it is very near and nothing that decides its truth differs (`likeness`), because a contradiction is
as near as a paraphrase. The vectors of decided claims are derived data in a folder of their own: they are
added as they are needed, and made again when they are lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, overload

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.core.models import Claim, DeskOutcome, Review, Value, fold
from pipeline.core.ports import Embedder
from pipeline.evidence import EarlierCheck
from pipeline.review.similar.compare import another_time, difference, surface_difference
from pipeline.review.similar.elsewhere import checks_elsewhere
from pipeline.review.similar.reading import Reading, read_claim, read_deeply, read_surface
from pipeline.review.similar.vectors import index_decisions, nearest_decided
from pipeline.store import Store, events_of_all, schema as t, stand

__all__ = ["NEAR", "SimilarDecision", "SimilarDecisions", "fold_claim", "index_decisions", "similar_decisions"]

NEAR = 0.88
"""Cosine from which a claim of other words is looked at: measured in `benchmarks/claim_matching.py`."""
_LOOKED_AT = 40
_COMPARED = 8
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+")
_SLACK = 12
"""Code points that folding may take from a text."""
_OWN_KINDS = ("quotation", "title")
"""Of these kinds another thing is asked: whether words were said, not whether they are true."""


class SimilarDecision(Value):
    """A decision on a claim that says the same."""

    review: Review
    claim_id: str
    claim: str
    """The other claim's text."""
    article_id: str
    title: str | None = None
    """Its article's title."""
    publisher: str | None = None
    published_at: date | None = None
    outcome: DeskOutcome
    """What the desk says of it."""
    similarity: float
    """Cosine of the vectors; 1 for the same words."""
    same_words: bool


@dataclass(frozen=True)
class SimilarDecisions(Sequence[SimilarDecision]):
    """Earlier decisions, the same words first, then the nearest."""

    found: tuple[SimilarDecision, ...] = ()
    unsearched: str = ""
    """Why claims of other words were not all looked at, for a reader; empty when they were."""
    elsewhere: tuple[EarlierCheck, ...] = ()
    """What others have found of a claim that says the same; never evidence, and never applied."""

    @overload
    def __getitem__(self, index: int) -> SimilarDecision: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[SimilarDecision, ...]: ...

    def __getitem__(self, index: int | slice) -> SimilarDecision | tuple[SimilarDecision, ...]:
        return self.found[index]

    def __len__(self) -> int:
        return len(self.found)


def similar_decisions(
    store: Store, vectors_folder: Path, embedder: Embedder, claim: Claim, *, limit: int = 5
) -> SimilarDecisions:
    """Return decisions on claims that say the same as a claim; the claim's own are not among them.

    Vectors that are missing are added for at most about a second; while another process holds them, or
    when they cannot be used, only the same words are looked for, and `unsearched` says so. Raises
    StoreError when the store itself cannot be read.
    """
    found_near, unsearched = nearest_decided(store, vectors_folder, embedder, claim.text, _LOOKED_AT)
    near = {claim_id: cosine for claim_id, cosine in found_near.items() if cosine >= NEAR}
    with store.reading() as connection:
        day = connection.scalar(sa.select(t.articles.c.published_at).where(t.articles.c.id == claim.article_id))
        asked = read_claim(claim.text, day)
        rows = [*_of_same_words(connection, claim), *_of_ids(connection, claim, near)]
        found = {}
        for row in rows:
            if row["claim_id"] not in found and _says_the_same(claim, asked, row):
                found[row["claim_id"]] = row
        decisions = list(_decided(connection, found, near, fold_claim(claim.text)))
    decisions.sort(key=lambda each: (not each.same_words, -each.similarity, -each.review.id))
    elsewhere = checks_elsewhere(store, embedder, claim, day, near=NEAR, limit=limit)
    return SimilarDecisions(tuple(decisions[:limit]), unsearched, elsewhere)


def fold_claim(text: str) -> str:
    """Return a claim's words without case, kind of quotation marks and dashes, and the full stop."""
    return fold(text)[0].strip().rstrip(".").casefold()


_COLUMNS = ("claim_id", "article_id", "title", "publisher", "published_at", "text", "kind")


def _of_same_words(connection: Connection, claim: Claim) -> Iterator[Mapping[str, Any]]:
    text, folded, length = t.queue.c.text, fold_claim(claim.text), sa.func.length(t.queue.c.text)
    near = length.between(len(claim.text) - _SLACK, len(claim.text) + _SLACK)
    query = _decided_rows().where(near, t.queue.c.claim_id != claim.id)
    words = sorted(set(_ASCII_WORD.findall(claim.text)), key=len, reverse=True)
    for word in words[:_COMPARED]:  # the database compares many texts quicker than `fold` does
        query = query.where(text.icontains(word, autoescape=True))
    return (dict(row) for row in connection.execute(query).mappings() if fold_claim(row["text"]) == folded)


def _of_ids(connection: Connection, claim: Claim, near: Mapping[str, float]) -> Iterator[Mapping[str, Any]]:
    query = _decided_rows().where(t.queue.c.claim_id.in_(list(near)), t.queue.c.claim_id != claim.id)
    return (dict(row) for row in connection.execute(query).mappings())


def _decided_rows() -> sa.Select[Any]:
    return sa.select(*(t.queue.c[name] for name in _COLUMNS)).where(t.queue.c.status == "decided")


def _says_the_same(claim: Claim, asked: Reading, row: Mapping[str, Any]) -> bool:
    """Tell whether a decision may be offered; the same words only fail when they speak of another time."""
    if claim.kind != row["kind"] and (claim.kind in _OWN_KINDS or row["kind"] in _OWN_KINDS):
        return False
    other = read_surface(row["text"], row["published_at"])
    one_article = claim.article_id == row["article_id"]
    if fold_claim(claim.text) == fold_claim(row["text"]):
        known = asked.day is not None and other.day is not None
        return not (known and another_time(asked, other, one_article))
    if surface_difference(asked, other, one_article=one_article):
        return False
    return difference(asked, read_deeply(other), one_article=one_article) is None


def _decided(
    connection: Connection, rows: Mapping[str, Mapping[str, Any]], near: Mapping[str, float], folded: str
) -> Iterator[SimilarDecision]:
    for claim_id, events in events_of_all(connection, rows).items():
        standing, row = stand(events), rows[claim_id]
        if standing.status != "decided" or standing.decision is None or standing.outcome is None:
            continue
        same = fold_claim(row["text"]) == folded
        yield SimilarDecision(
            review=standing.decision,
            claim_id=claim_id,
            claim=row["text"],
            article_id=row["article_id"],
            title=row["title"],
            publisher=row["publisher"],
            published_at=row["published_at"],
            outcome=standing.outcome,
            similarity=1.0 if same else min(1.0, near[claim_id]),
            same_words=same,
        )
