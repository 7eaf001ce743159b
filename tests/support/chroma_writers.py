"""What processes do in the tests of an index at a server; light to import, because each of them does."""

from __future__ import annotations

import time

import numpy

from pipeline.core.ports import Vectors
from pipeline.evidence import VectorIndex


def unit_rows(seed: int, count: int) -> Vectors:
    """Return vectors of unit length, the same for the same seed; the first ones do not depend on the count."""
    vectors = numpy.random.default_rng(seed).normal(size=(count, 16)).astype(numpy.float32)
    unit: Vectors = vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def write_rows(url: str, seed: int, count: int) -> list[str]:
    """Add vectors in small blocks; return their ids."""
    ids = [f"{seed}-{place}" for place in range(count)]
    vectors = unit_rows(seed, count)
    with VectorIndex.create(url, "toy 1", wait_s=60) as index:
        for start in range(0, count, 20):
            rows = slice(start, start + 20)
            index.add(ids[rows], vectors[rows], [{"publisher": ""}] * 20)
    return ids


def read_while_written(url: str, until_count: int) -> list[str]:
    """Search vectors while others are added, until so many are there; return what was wrong."""
    wrong = []
    until = time.monotonic() + 600
    with VectorIndex(url, "toy 1", wait_s=60) as index:
        while (count := index.count()) < until_count:
            found = index.query(unit_rows(0, 1)[0], 5)
            scores = [score for _, score in found]
            if len(found) < min(5, count) or scores != sorted(scores, reverse=True):
                wrong.append(f"{len(found)} of {count}: {scores}")
            if "0-0" in index.ids() and index.query(unit_rows(0, 1)[0], 1)[0][0] != "0-0":
                wrong.append("a vector that is there was not found")
            if time.monotonic() > until:
                return [*wrong, f"only {count} vectors after all this time"]
    return wrong
