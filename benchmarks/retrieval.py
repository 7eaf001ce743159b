"""Measure retrieval: BM25, vectors and both joined, on claims with known relevant passages.

`python -m benchmarks.retrieval --data ../shared/data [--json] [--limit N]` reads `retrieval.jsonl` and
`corpus.jsonl` there. Relevant passages are not all known, so the figures compare systems and are no
absolute recall. Vectors of the corpus are kept in `.factnotes/bench/`, keyed by embedder and text.

`fused` is what retrieval does; beside it stand reciprocal rank fusion with the paper's k = 60, and a
convex combination of the scores (Bruch, Gai and Ingber 2023), which needs scores of a known scale.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy

from pipeline.core.models import Passage, content_id
from pipeline.core.ports import Embedder, Vectors
from pipeline.evidence import LexicalIndex, MiniLM
from pipeline.evidence.lexical import searchable_text
from pipeline.evidence.retrieval import fuse

_CUT = 10
_DEPTH = 100
_BLOCK = 256
_VECTOR_SHARE = 0.8

Ranked = list[tuple[str, float]]


@dataclass(frozen=True)
class Query:
    """A claim and the ids of the passages that are known to bear on it."""

    text: str
    relevant: frozenset[str]
    source: str


@dataclass
class Scores:
    """Sums over queries; means are taken when they are shown."""

    n: int = 0
    failures: int = 0
    sums: dict[str, float] = field(default_factory=dict)

    def add(self, ranking: Sequence[str], relevant: frozenset[str]) -> None:
        """Count one query; a query that found nothing is a failure and scores 0."""
        self.n += 1
        self.failures += not ranking
        for name, value in score(ranking, relevant).items():
            self.sums[name] = self.sums.get(name, 0.0) + value

    def shown(self) -> dict[str, float | int]:
        """Return n, failures and the means."""
        means = {name: round(value / self.n, 4) for name, value in self.sums.items()}
        return {"n": self.n, "failures": self.failures, **means}


def score(ranking: Sequence[str], relevant: frozenset[str]) -> dict[str, float]:
    """Return nDCG@10, recall@10 and the reciprocal rank of the first relevant passage."""
    hits = [id_ in relevant for id_ in ranking[:_CUT]]
    gain = sum(hit / math.log2(rank + 1) for rank, hit in enumerate(hits, 1))
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(relevant), _CUT) + 1))
    first = next((rank for rank, id_ in enumerate(ranking, 1) if id_ in relevant), None)
    return {
        "ndcg@10": gain / ideal,
        "recall@10": sum(hits) / len(relevant),
        "mrr": 1 / first if first else 0.0,
    }


def read_queries(path: Path, limit: int | None) -> list[Query]:
    """Read claims, evenly over the file where a limit is given."""
    rows = _rows(path)
    step = max(1, len(rows) // limit) if limit else 1
    queries = [Query(row["query"], frozenset(row["relevant"]), row["source_dataset"]) for row in rows[::step]]
    return queries[:limit]


def embedded(passages: Sequence[Passage], embedder: Embedder, cache: Path) -> Vectors:
    """Return the vectors of passages, a block at a time from the cache or made and kept."""
    cache.mkdir(parents=True, exist_ok=True)
    blocks = []
    for start in range(0, len(passages), _BLOCK):
        texts = [searchable_text(passage) for passage in passages[start : start + _BLOCK]]
        file = cache / f"{content_id(embedder.name, *texts)}.npy"
        if not file.is_file():
            print(f"embedding {start} of {len(passages)}", file=sys.stderr)
            numpy.save(file, embedder.embed(texts))
        blocks.append(numpy.load(file))
    return numpy.concatenate(blocks)


def measure(queries: Sequence[Query], systems: Mapping[str, Callable[[int], Sequence[str]]]) -> dict[str, Any]:
    """Return the figures of each system, for each source and for all."""
    figures: dict[str, Any] = {}
    for name, rank in systems.items():
        by_source: dict[str, Scores] = {}
        for at, query in enumerate(queries):
            ranking = rank(at)
            for source in (query.source, "all"):
                by_source.setdefault(source, Scores()).add(ranking, query.relevant)
        figures[name] = {source: scores.shown() for source, scores in sorted(by_source.items())}
    return figures


def rankings(
    queries: Sequence[Query], ids: Sequence[str], passages: Sequence[Passage], embedder: Embedder, cache: Path
) -> tuple[list[Ranked], list[Ranked]]:
    """Rank the corpus for every query, by vectors (exactly, without an approximate index) and by words."""
    of_passage = {passage.id: id_ for id_, passage in zip(ids, passages, strict=True)}
    index = LexicalIndex(passages)
    lexical = [[(of_passage[id_], score) for id_, score in index.query(query.text, _DEPTH)] for query in queries]
    vectors = embedded(passages, embedder, cache)
    similar = embedder.embed([query.text for query in queries]) @ vectors.T
    dense = [[(ids[row], float(each[row])) for row in numpy.argsort(-each)[:_DEPTH]] for each in similar]
    return dense, lexical


def convex(vector: Ranked, lexical: Ranked, share: float = _VECTOR_SHARE) -> list[str]:
    """Rank by a weighted sum of the cosine and the BM25 score relative to the best one."""
    best = max((value for _, value in lexical), default=1.0)
    sums = {id_: share * value for id_, value in vector}
    for id_, value in lexical:
        sums[id_] = sums.get(id_, 0.0) + (1 - share) * value / best
    return sorted(sums, key=lambda id_: -sums[id_])


def run(data: Path, limit: int | None, cache: Path, beside: Path | None = None) -> dict[str, Any]:
    """Measure every system on the queries of a folder; passages of a file beside the corpus bear on no query."""
    queries = read_queries(data / "retrieval.jsonl", limit)
    corpus = _rows(data / "corpus.jsonl")
    corpus += [{"id": f"beside-{at}", **row} for at, row in enumerate(_rows(beside))] if beside else []
    ids = [row["id"] for row in corpus]
    passages = [
        Passage(text=row["text"], title=row.get("title") or None, source_url=f"https://corpus.example/{row['id']}")
        for row in corpus
    ]
    embedder = MiniLM()
    started = time.monotonic()
    vector, lexical = rankings(queries, ids, passages, embedder, cache)
    figures = measure(
        queries,
        {
            "bm25": lambda at: _ids(lexical[at]),
            "vector": lambda at: _ids(vector[at]),
            "rrf k=60": lambda at: _ids(fuse([_ids(vector[at]), _ids(lexical[at])], k=60)),
            "convex": lambda at: convex(vector[at], lexical[at]),
            "fused": lambda at: _ids(fuse([_ids(vector[at]), _ids(lexical[at])])),
        },
    )
    return {
        "topic": "retrieval",
        "queries": len(queries),
        "passages": len(passages),
        "embedder": embedder.name,
        "seconds": round(time.monotonic() - started, 1),
        "systems": figures,
    }


def main() -> None:
    """Print the figures as a table or as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--limit", type=int, help="so many queries, evenly over the file")
    parser.add_argument("--beside", type=Path, help="passages to search too, such as seeds/world/facts.jsonl")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--cache", type=Path, default=Path(".factnotes/bench"))
    given = parser.parse_args()
    if not (given.data / "retrieval.jsonl").is_file() or not (given.data / "corpus.jsonl").is_file():
        print(f"skipped: no retrieval.jsonl and corpus.jsonl in {given.data}", file=sys.stderr)
        return
    result = run(given.data, given.limit, given.cache, given.beside)
    print(json.dumps(result, indent=1) if given.json else _table(result))


def _table(result: Mapping[str, Any]) -> str:
    lines = [f"retrieval: {result['queries']} claims, {result['passages']} passages, {result['seconds']} s"]
    lines.append(f"{'system':8} {'source':16} {'n':>4} {'failures':>8} {'nDCG@10':>8} {'recall@10':>9} {'MRR':>6}")
    for system, sources in result["systems"].items():
        for source, row in sources.items():
            lines.append(
                f"{system:8} {source:16} {row['n']:4} {row['failures']:8} {row['ndcg@10']:8.3f} "
                f"{row['recall@10']:9.3f} {row['mrr']:6.3f}"
            )
    return "\n".join(lines)


def _ids(ranked: Ranked) -> list[str]:
    return [id_ for id_, _ in ranked]


def _rows(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


if __name__ == "__main__":
    main()
