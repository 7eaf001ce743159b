"""Measure how the evidence index grows: time to build, memory, time to open and to ask, at several sizes.

`python benchmarks/index_growth.py --sizes 1000 10000 50000 [--json]` invents passages and gives them random vectors, so
that what is measured is the index and not the embedding model; the claims that are asked are really embedded. The time
of a query is that of the processor over all threads, so that what else runs on the machine does not count.
Each size is measured in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy

from pipeline.core.models import Passage
from pipeline.core.ports import Vectors
from pipeline.evidence import LexicalIndex, MiniLM, VectorIndex, build_index, sync_words
from pipeline.evidence.retrieval import rank
from pipeline.store import Store, passages_by_id

_ASKED = 60
_DEPTH = 100


class RandomVectors:
    """An embedder that gives each text a vector of its own, far from all others."""

    name = "random"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return random vectors of unit length."""
        rows = numpy.stack([numpy.random.default_rng(abs(hash(text))).standard_normal(384) for text in texts])
        return numpy.asarray(rows / numpy.linalg.norm(rows, axis=1, keepdims=True), dtype=numpy.float32)


def invented(size: int) -> Iterator[Passage]:
    """Yield passages of about sixty words, common ones often and rare ones seldom, as in a language."""
    chance = random.Random(17)
    words = [
        f"{a}{b}{c}" for a in ("ba", "ko", "mi", "tu", "re") for b in ("lan", "dor", "vic", "sem") for c in range(600)
    ]
    weights = list(accumulate(1 / place for place in range(1, len(words) + 1)))
    for number in range(size):
        yield Passage(
            text=" ".join(chance.choices(words, cum_weights=weights, k=60)), source_url=f"https://x.example/{number}"
        )


def measure(size: int) -> dict[str, Any]:
    """Build an index of a size and ask it."""
    embedder = RandomVectors()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with closing(Store.open(home / "store.db")) as store:
            store.save_passages(invented(size))
            look_up = partial(passages_by_id, store)
            began = time.monotonic()
            with (
                closing(LexicalIndex(path=home / "words.db")) as words,
                closing(VectorIndex.create(home / "vectors", embedder.name)) as vectors,
            ):
                build_index((), store, vectors, embedder, passages_of=look_up, words=words)
            built = time.monotonic() - began
            began = time.monotonic()
            words = LexicalIndex(path=home / "words.db")
            sync_words(words, store, look_up)
            opened = time.monotonic() - began
            with closing(words), closing(VectorIndex(home / "vectors", embedder.name)) as vectors:
                seconds = list(_ask(words, vectors, look_up))
    return {
        "passages": size,
        "built_per_second": round(size / built),
        "words_opened_ms": round(opened * 1000, 1),
        "query_cpu_ms": {f"p{share}": round(float(numpy.percentile(seconds, share)) * 1000, 1) for share in (50, 95)},
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _ask(words: LexicalIndex, vectors: VectorIndex, look_up: Any) -> Iterator[float]:
    claims = [passage.text[:150] for passage in invented(_ASKED)]
    embedder = MiniLM()
    embedder.embed(["ready"])
    for claim in claims:
        began = time.process_time()
        near = vectors.query(embedder.embed([claim])[0], _DEPTH)
        ranked = rank(near, words.query(claim, _DEPTH, [id_ for id_, _ in near]))
        look_up([id_ for id_, _ in ranked[:30]])
        yield time.process_time() - began


def main() -> None:
    """Print the figures of each size."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    if len(given.sizes) == 1:
        print(json.dumps(measure(given.sizes[0])))
        return
    figures = []
    for size in given.sizes:
        done = subprocess.run([sys.executable, __file__, "--sizes", str(size)], stdout=subprocess.PIPE, check=True)
        figures.append(json.loads(done.stdout))
        print(json.dumps(figures[-1]), file=sys.stderr)
    print(json.dumps({"topic": "index_growth", "sizes": figures}, indent=None if given.json else 1))


if __name__ == "__main__":
    main()
