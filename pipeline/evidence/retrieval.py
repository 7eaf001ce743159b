"""Retrieve evidence for a claim: vectors and BM25 joined in a weighted sum, then the guards.

How the two are joined was chosen by `benchmarks/retrieval.py`: see docs/evidence.md for what was tried and left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from textwrap import shorten
from typing import Protocol

from pipeline.core.models import Article, Claim, Evidence, Passage
from pipeline.core.ports import Embedder, Vectors
from pipeline.evidence.guards import COPY_OF_ARTICLE, Guards, Reprints
from pipeline.evidence.lexical import WordMatch

_DEPTH = 100
"""How many of each list are joined at first; more where the guards leave too few."""
_WORDS, _TENTH = 0.7, 10
"""What BM25 counts beside the cosine where no other passage shares words; less, the nearer the tenth passage is."""
_BESIDE = 0.2
"""What it adds when all neighbouring words of the claim are neighbours in the passage."""

_READ = 30
"""Passages that are read from the store at once."""

_COPY = "a copy of a passage that is used"
_TOLD, _NAMED = 5, 60
"""How many passages that were left out are named, and in how many characters those without a title."""

PassagesOf = Callable[[Sequence[str]], Mapping[str, Passage]]
"""Returns those of the passages of the ids that are there."""


class ByVector(Protocol):
    """Finds passages near a vector."""

    def query(self, vector: Vectors, limit: int) -> Sequence[tuple[str, float]]:
        """Return ids and scores, best first."""
        ...


class ByWords(Protocol):
    """Finds passages that share words with a text."""

    def query(self, text: str, limit: int, also: Sequence[str] = ()) -> Sequence[WordMatch]:
        """Return the best passages, best first, and those of `also` that share words with the text."""
        ...


def retrieve_evidence(
    claim: Claim,
    article: Article,
    as_of: date,
    *,
    passages: PassagesOf,
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
        by_words = lexical.query(claim.text, depth, [id_ for id_, _ in by_vector])
        ranked = rank(by_vector, by_words)
        known = _Known(ranked, passages)
        now, later, left_out = _guarded(ranked, known, guards, limit)
        if len(now) == limit or max(len(by_vector), len(by_words)) < depth:
            break
        depth *= 4
    for id_, likeness in by_vector:
        near(id_, likeness)
    for line in _explain(left_out, known):
        report(line)
    for id_, _ in [each for each in left_out if each[1] == COPY_OF_ARTICLE][:_TOLD]:
        if not guards.is_later(known[id_]):
            copied(known[id_])
    found = {"vector": {id_ for id_, _ in by_vector}, "lexical": {match.id for match in by_words[:depth]}}
    return tuple(
        Evidence(
            passage=known[id_],
            rank=place,
            score=score,
            retriever="+".join(name for name, ids in found.items() if id_ in ids),
            later=place > len(now),
        )
        for place, (id_, score) in enumerate([*now, *later], 1)
    )


def rank(by_vector: Sequence[tuple[str, float]], by_words: Sequence[WordMatch]) -> list[tuple[str, float]]:
    """Join what two searches found, best first: the cosine, BM25, and neighbouring words in common.

    BM25 counts relative to its best passage, and the more, the further that stands above the tenth: where many share
    the claim's words alike, they tell little. What the vectors did not find counts as the last that they found.

    >>> rank([("a", 0.6), ("b", 0.5)], [WordMatch("b", 8.0, 0.5), WordMatch("c", 2.0, 0.0)])[0][0]
    'b'
    """
    least = min((likeness for _, likeness in by_vector), default=0.0)
    scores = dict(by_vector)
    best = by_words[0].score if by_words else 1.0
    tenth = by_words[_TENTH].score if len(by_words) > _TENTH else 0.0
    for match in by_words:
        likeness = scores.get(match.id, least)
        scores[match.id] = likeness + _WORDS * (1 - tenth / best) * match.score / best + _BESIDE * match.beside
    return sorted(scores.items(), key=lambda entry: -entry[1])


def from_memory(passages: Iterable[Passage]) -> PassagesOf:
    """Return what looks passages up among a few."""
    known = {passage.id: passage for passage in passages}
    return lambda ids: {id_: known[id_] for id_ in ids if id_ in known}


class _Known:
    """The passages of a ranking, read some at a time from the best on: seldom are all looked at."""

    def __init__(self, ranked: Sequence[tuple[str, float]], read: PassagesOf) -> None:
        self._ids, self._read, self._at = [id_ for id_, _ in ranked], read, 0
        self._found: dict[str, Passage] = {}
        self._place = {id_: place for place, id_ in enumerate(self._ids)}

    def get(self, id_: str) -> Passage | None:
        """Return the passage of an id of the ranking, None where there is none."""
        while self._at <= self._place[id_]:
            self._found |= self._read(self._ids[self._at : self._at + _READ])
            self._at += _READ
        return self._found.get(id_)

    def __getitem__(self, id_: str) -> Passage:
        return self._found[id_]


def _guarded(
    ranked: Sequence[tuple[str, float]], passages: _Known, guards: Guards, limit: int
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


def _explain(left_out: Sequence[tuple[str, str]], passages: _Known) -> Iterator[str]:
    """Yield a line on each of the best passages that were left out, and one on how many more there were."""
    for id_, why in left_out[:_TOLD]:
        passage = passages[id_]
        name = passage.title or passage.source_url or shorten(passage.text, _NAMED, placeholder="…")
        origin = ", ".join(str(part) for part in (passage.publisher, passage.published) if part)
        yield f"{name}{f' ({origin})' if origin else ''}: {why}"
    if len(left_out) > _TOLD:
        yield f"{len(left_out) - _TOLD} more"
