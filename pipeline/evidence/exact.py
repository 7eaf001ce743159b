"""Search by vector without an index on disk: exact cosine over a few vectors, and several searches as one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy

from pipeline.core.models import Passage
from pipeline.core.ports import Embedder, Vectors
from pipeline.evidence.lexical import searchable_text
from pipeline.evidence.retrieval import ByVector


class ExactVectors:
    """Vectors in memory, compared one by one: right for the files of one run, not for a large archive."""

    def __init__(self, passages: Sequence[Passage], embedder: Embedder) -> None:
        self._ids = [passage.id for passage in passages]
        texts = [searchable_text(passage) for passage in passages]
        self._vectors = embedder.embed(texts) if texts else None

    def query(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """Return the ids nearest to a vector with their cosine similarity, best first."""
        if self._vectors is None:
            return []
        scores = self._vectors @ vector
        best = numpy.argsort(-scores, kind="stable")[:limit]
        return [(self._ids[row], float(scores[row])) for row in best]


class JoinedVectors:
    """Several searches by vector with one measure, as one."""

    def __init__(self, parts: Sequence[ByVector]) -> None:
        self._parts = tuple(parts)

    def query(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """Return the best of every part, each id once, best first."""
        found: dict[str, float] = {}
        for part in self._parts:
            for id_, score in part.query(vector, limit):
                found[id_] = max(score, found.get(id_, score))
        return sorted(found.items(), key=lambda each: -each[1])[:limit]
