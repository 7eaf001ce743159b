"""Retrieve evidence for a claim: vectors and BM25 joined by reciprocal rank fusion, then the guards."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from textwrap import shorten
from typing import Protocol, TypeVar

from pipeline.core.models import Article, Claim, Evidence, Passage
from pipeline.core.ports import Embedder, Vectors
from pipeline.evidence.guards import COPY_OF_ARTICLE, Guards, Reprints

_K = 10
"""The paper's 60 was chosen on lists of a thousand; 10 was better on all three sources of `benchmarks/retrieval.py`."""
_DEPTH = 100
"""How many of each list are joined at first; more where the guards leave too few."""

_COPY = "a copy of a passage that is used"
_TOLD, _NAMED = 5, 60
"""How many passages that were left out are named, and in how many characters those without a title."""

Key = TypeVar("Key", bound=Hashable)


class ByVector(Protocol):
    """Finds passages near a vector."""

    def query(self, vector: Vectors, limit: int) -> Sequence[tuple[str, float]]:
        """Return ids and scores, best first."""
        ...


class ByWords(Protocol):
    """Finds passages that share words with a text."""

    def query(self, text: str, limit: int) -> Sequence[tuple[str, float]]:
        """Return ids and scores, best first."""
        ...


def retrieve_evidence(
    claim: Claim,
    article: Article,
    as_of: date,
    *,
    passages: Mapping[str, Passage],
    vectors: ByVector,
    lexical: ByWords,
    embedder: Embedder,
    limit: int,
    report: Callable[[str], None] = lambda line: None,
    copied: Callable[[Passage], None] = lambda passage: None,
    near: Callable[[str, float], None] = lambda id_, likeness: None,
) -> tuple[Evidence, ...]:
    """Return up to `limit` passages that may bear on a claim, best first, every guard applied.

    Passages later than `as_of` that would have been among them follow, marked `later`, at most `limit` of them.
    `report` gets a line on each passage that was found and left out, and why, `copied` the nearest of them that only
    copy the article, `near` the ids and likenesses of what the search by vectors found. Ids that `passages` does not
    know are ignored. Raises StoreError where the index is damaged.
    """
    # The claim as restated: page titles in the query helped one source of the benchmark and hurt another.
    vector = embedder.embed([claim.text])[0]
    guards = Guards(article, as_of)
    depth = max(_DEPTH, 5 * limit)
    while True:
        by_vector = vectors.query(vector, depth)
        lists = {
            "vector": [id_ for id_, _ in by_vector],
            "lexical": [id_ for id_, _ in lexical.query(claim.text, depth)],
        }
        now, later, left_out = _guarded(fuse(list(lists.values())), passages, guards, limit)
        if len(now) == limit or max(map(len, lists.values())) < depth:
            break
        depth *= 4
    for id_, likeness in by_vector:
        near(id_, likeness)
    found = {name: set(ids) for name, ids in lists.items()}
    for line in _explain(left_out, passages):
        report(line)
    for id_, _ in [each for each in left_out if each[1] == COPY_OF_ARTICLE][:_TOLD]:
        if not guards.is_later(passages[id_]):
            copied(passages[id_])
    return tuple(
        Evidence(
            passage=passages[id_],
            rank=rank,
            score=score,
            retriever="+".join(name for name, ids in found.items() if id_ in ids),
            later=rank > len(now),
        )
        for rank, (id_, score) in enumerate([*now, *later], 1)
    )


def fuse(
    rankings: Sequence[Sequence[Key]], weights: Sequence[float] | None = None, k: int = _K
) -> list[tuple[Key, float]]:
    """Join rankings by reciprocal rank fusion, best first (Cormack, Clarke and Buettcher 2009).

    Each ranking gives an entry `weight / (k + rank)`; only ranks count, so the scales of the
    scores behind them do not matter. Entries of the same score stand in the order they were met.

    >>> fuse([["a", "b"], ["b", "c"]])[0][0]
    'b'
    """
    scores: dict[Key, float] = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for rank, entry in enumerate(ranking, 1):
            scores[entry] = scores.get(entry, 0.0) + weight / (k + rank)
    return sorted(scores.items(), key=lambda entry: -entry[1])


def _guarded(
    ranked: Sequence[tuple[str, float]], passages: Mapping[str, Passage], guards: Guards, limit: int
) -> tuple[list[tuple[str, float]], list[tuple[str, float]], list[tuple[str, str]]]:
    """Part a ranking into what may be used, what is later, both without copies, and what is left out and why."""
    reprints = Reprints()
    now: list[tuple[str, float]] = []
    later: list[tuple[str, float]] = []
    left_out: list[tuple[str, str]] = []
    for id_, score in ranked:
        if len(now) == limit:
            break
        passage = passages.get(id_)
        if passage is None or passage.kind == "office_record":  # records are the title check's
            continue
        if why := guards.exclude(passage):
            left_out.append((id_, why))
        elif guards.is_later(passage):
            later.append((id_, score))
        elif reprints.seen(passage):
            left_out.append((id_, _COPY))
        else:
            now.append((id_, score))
    unseen = ((id_, score) for id_, score in later if not reprints.seen(passages[id_]))
    return now, list(islice(unseen, limit)), left_out


def _explain(left_out: Sequence[tuple[str, str]], passages: Mapping[str, Passage]) -> Iterator[str]:
    """Yield a line on each of the best passages that were left out, and one on how many more there were."""
    for id_, why in left_out[:_TOLD]:
        passage = passages[id_]
        name = passage.title or passage.source_url or shorten(passage.text, _NAMED, placeholder="…")
        origin = ", ".join(str(part) for part in (passage.publisher, passage.published_at) if part)
        yield f"{name}{f' ({origin})' if origin else ''}: {why}"
    if len(left_out) > _TOLD:
        yield f"{len(left_out) - _TOLD} more"
