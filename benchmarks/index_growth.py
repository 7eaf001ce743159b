"""Measure how a desk's evidence grows: one home that is filled step by step, and asked at each size.

`python -m benchmarks.index_growth --sizes 1000 10000 [--words 90] [--embedded] [--home FOLDER] [--out FILE]` invents
passages of so many English words, no two alike. With `--embedded` every one is embedded with the model that ships,
which takes most of the time; without, each gets a random vector, far from all others, which is harder on an index. The
claims that are asked are embedded in both cases. A home is filled in one process, asked in another and opened as a
check opens it in a third, so that memory is that of each work alone. Times are told on the wall and of the processor,
over all threads: only the latter does not count what else runs on the machine.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from functools import partial
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

import numpy

from pipeline.check import open_bench
from pipeline.core.models import Article, Claim, Passage, Span
from pipeline.core.ports import Embedder, Vectors
from pipeline.core.settings import Settings
from pipeline.evidence import LexicalIndex, MiniLM, VectorIndex, build_index, sync_words
from pipeline.evidence.embedding import _tokenizer
from pipeline.evidence.retrieval import rank
from pipeline.store import Store, passages_by_id

_ASKED, _DEPTH = 60, 100
_DAY = date(2025, 5, 1)


class RandomVectors:
    """Gives each text a vector of its own, far from all others, in the name of the model that ships."""

    name = MiniLM().name

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return random vectors of unit length."""
        rows = numpy.stack([numpy.random.default_rng(abs(hash(text))).standard_normal(384) for text in texts])
        return numpy.asarray(rows / numpy.linalg.norm(rows, axis=1, keepdims=True), dtype=numpy.float32)


def invented(length: int) -> Iterator[Passage]:
    """Yield passages of so many English words, common ones often: the model's own list of words is in their order."""
    chance = random.Random(17)
    pieces = sorted(_tokenizer().get_vocab().items(), key=lambda each: each[1])
    words = [word for word, _ in pieces if word.isascii() and word.isalpha()]
    weights = list(accumulate(1 / (place + 20) for place in range(len(words))))
    number = 0
    while True:
        text = " ".join(chance.choices(words, cum_weights=weights, k=length)).capitalize() + "."
        yield Passage(text=text, source_url=f"https://x.example/{number}")
        number += 1


def fill(settings: Settings, size: int, words_each: int, embedder: Embedder) -> dict[str, Any]:
    """Bring a home to a size; return the rate and the memory it took."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with closing(Store.open(settings.store_address)) as store:
        before = store.count_passages()
        new = islice(invented(words_each), before, size)
        while block := list(islice(new, 5000)):
            store.save_passages(block)
        began, cpu = time.monotonic(), time.process_time()
        with (
            closing(LexicalIndex(path=settings.words_path)) as words,
            closing(VectorIndex.create(settings.vectors_address, embedder.name)) as vectors,
        ):
            build_index((), store, vectors, embedder, passages_of=partial(passages_by_id, store), words=words)
        seconds, cpu = time.monotonic() - began, time.process_time() - cpu
    return {
        "added": size - before,
        "added_per_second": round((size - before) / seconds, 1),
        "added_per_cpu_second": round((size - before) / cpu, 1),
        "indexing_rss_mb": _peak_mb(),
    }


def ask(settings: Settings, size: int, words_each: int, _: Embedder) -> dict[str, Any]:
    """Open and ask a home of a size."""
    embedder = MiniLM()
    embedder.embed(["ready"])
    with closing(Store.open(settings.store_address)) as store:
        look_up = partial(passages_by_id, store)
        began = time.monotonic()
        words = LexicalIndex(path=settings.words_path)
        sync_words(words, store, look_up)
        opened = time.monotonic() - began
        with closing(words), closing(VectorIndex(settings.vectors_address, embedder.name)) as vectors:
            claims = [
                passage.text[: 20 + 150 * (n % 2)] for n, passage in enumerate(islice(invented(words_each), _ASKED))
            ]
            times = [_query(claim, embedder, words, vectors, look_up) for claim in claims]
    return {
        "words_opened_ms": round(opened * 1000, 1),
        "query_wall_ms": _percentiles([wall for wall, _ in times]),
        "query_cpu_ms": _percentiles([cpu for _, cpu in times]),
        "asking_rss_mb": _peak_mb(),
    }


def _query(
    claim: str, embedder: MiniLM, words: LexicalIndex, vectors: VectorIndex, look_up: Any
) -> tuple[float, float]:
    wall, cpu = time.monotonic(), time.process_time()
    near = vectors.query(embedder.embed([claim])[0], _DEPTH)
    ranked = rank(near, words.query(claim, _DEPTH, [id_ for id_, _ in near]))
    look_up([id_ for id_, _ in ranked[:30]])
    return time.monotonic() - wall, time.process_time() - cpu


def start(settings: Settings, size: int, words_each: int, _: Embedder) -> dict[str, Any]:
    """Open all that a check works with, and find the evidence of one claim."""
    began, cpu = time.monotonic(), time.process_time()
    words = "The council opened a station in the city."
    article = Article(text=words)
    claim = Claim(article_id=article.id, spans=(Span.of(words, 0, len(words)),), text=words, check_worthiness=1)
    with open_bench(settings, ahead=False) as bench:
        bench.tools.retrieve(claim, article, _DAY)
        wall, cpu = time.monotonic() - began, time.process_time() - cpu
    return {"check_started_s": round(wall, 2), "check_started_cpu_s": round(cpu, 2), "check_rss_mb": _peak_mb()}


def _percentiles(seconds: list[float]) -> dict[str, float]:
    return {f"p{share}": round(float(numpy.percentile(seconds, share)) * 1000, 1) for share in (50, 95)}


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


_STEPS = {"fill": fill, "ask": ask, "start": start}


def main() -> None:
    """Print the figures of each size, and keep them where a file is named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--words", type=int, default=90, help="words of a passage")
    parser.add_argument("--home", type=Path, default=Path("growth"))
    parser.add_argument("--out", type=Path)
    parser.add_argument("--embedded", action="store_true", help="embed every passage")
    parser.add_argument("--step", choices=_STEPS)
    given = parser.parse_args()
    settings = Settings(home=given.home, model="none")
    if given.step:
        embedder = MiniLM() if given.embedded else RandomVectors()
        print(json.dumps(_STEPS[given.step](settings, given.sizes[0], given.words, embedder)))
        return
    figures = []
    for size in given.sizes:
        measured: dict[str, Any] = {"passages": size, "words": given.words}
        for step in _STEPS:
            command = [sys.executable, "-m", "benchmarks.index_growth", "--step", step, "--sizes", str(size)]
            command += [
                "--words",
                str(given.words),
                "--home",
                str(given.home),
                *(["--embedded"] if given.embedded else []),
            ]
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
            measured |= json.loads(done.stdout.splitlines()[-1])
        measured["words_mb"] = given.home.joinpath("words/words.db").stat().st_size // 1_000_000
        figures.append(measured | {"vectors": "embedded" if given.embedded else "random"})
        print(json.dumps(figures[-1]), file=sys.stderr, flush=True)
        if given.out:
            kept = {"topic": "index_growth", "sizes": figures}
            given.out.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    print(json.dumps({"topic": "index_growth", "sizes": figures}))


if __name__ == "__main__":
    main()
