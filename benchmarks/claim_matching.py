"""Measure claim matching: how often a decision is offered for a claim that says the same, and for one that does not.

`cases/claim_matching.jsonl` holds hand-written pairs: paraphrases, and near-misses that differ in one thing that
decides the truth (a figure, a date, a name, a denial, who did what to whom, ...). Thresholds and rules were made on
`dev`; `held` was only looked at for its figures. `late`, `last` and `final` were written to break the finished
rules, in that order: their first results are kept in FIRST_RUN, because the rules were mended with them afterwards.

`vectors_alone` is what the same threshold offers without looking at what the claims say. `speed` fills a store with
decided claims (default 5,000) and times `similar_decisions` as the desk calls it, after the first call: wall time,
and time of the processor, which other programs of a busy machine do not lengthen.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pipeline.core.models import LOCAL_PERSON, Article, Claim, Failure, Note, Span, Usage, Versions
from pipeline.evidence import MiniLM
from pipeline.review import Filter, bulk, index_decisions, similar_decisions
from pipeline.review.similar.compare import difference
from pipeline.review.similar.reading import read_claim
from pipeline.review.similar.search import NEAR
from pipeline.store import Store

CASES = Path(__file__).parent / "cases" / "claim_matching.jsonl"
DAY = date(2024, 5, 6)
THRESHOLDS = (0.75, 0.8, 0.85, 0.88, 0.9, 0.95)
FIRST_RUN = {
    "late": {"paraphrases": 16, "offered": 13, "near_misses": 44, "wrongly_offered": 1},
    "last": {"paraphrases": 12, "offered": 9, "near_misses": 35, "wrongly_offered": 3},
    "final": {"paraphrases": 8, "offered": 8, "near_misses": 24, "wrongly_offered": 2},
}
"""What the rules of the time said of pairs that nobody had tuned on."""
_BULK = 5_000


def measure_pairs(embedder: MiniLM) -> dict[str, Any]:
    """Return figures for each part of the pairs, for all thresholds and by what was changed."""
    pairs = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    one, two = (embedder.embed([pair[side] for pair in pairs]) for side in ("one", "two"))
    cosines = [float(value) for value in (one * two).sum(axis=1)]
    alike = [difference(read_claim(pair["one"], DAY), read_claim(pair["two"], DAY)) is None for pair in pairs]
    rows = list(zip(pairs, cosines, alike, strict=True))
    figures: dict[str, Any] = {"threshold": NEAR, "first_run": FIRST_RUN}
    for half in ("dev", "held", "late", "last", "final"):
        figures[half] = score([row for row in rows if row[0]["half"] == half], NEAR)
    figures["by_threshold"] = {str(threshold): score(rows, threshold) for threshold in THRESHOLDS}
    figures["vectors_alone"] = score([(pair, cosine, True) for pair, cosine, _ in rows], NEAR)
    wrongly = Counter(pair["change"] for pair, cosine, same in rows if same and cosine >= NEAR)
    changes = Counter(pair["change"] for pair in pairs)
    figures["offered_by_change"] = {change: f"{wrongly[change]} of {changes[change]}" for change in sorted(changes)}
    return figures


def score(rows: Sequence[tuple[dict[str, Any], float, bool]], threshold: float) -> dict[str, Any]:
    """Count what is offered above a threshold."""
    same = [cosine >= threshold and alike for pair, cosine, alike in rows if pair["change"] == "paraphrase"]
    other = [cosine >= threshold and alike for pair, cosine, alike in rows if pair["change"] != "paraphrase"]
    offered = sum(same) + sum(other)
    return {
        "paraphrases": len(same),
        "near_misses": len(other),
        "offered": sum(same),
        "wrongly_offered": sum(other),
        "precision": round(sum(same) / offered, 3) if offered else None,
        "recall": round(sum(same) / len(same), 3),
    }


PLACES = ("Arvik", "Belmora", "Corvan", "Dunmere", "Estrel", "Fairholt", "Gransk", "Hollin", "Istra", "Jarvo")
THINGS = ("school", "bridge", "hospital", "library", "factory", "tunnel", "stadium", "museum", "harbour", "prison")
DEEDS = ("was closed", "was rebuilt", "was sold", "lost its licence", "burned down")


def sentence(number: int) -> str:
    """Return a claim like many others, and like no other."""
    place, thing = PLACES[number % 10], THINGS[number // 10 % 10]
    told = f"The {thing} of {place} {DEEDS[number // 100 % 5]} in {1900 + number // 500}"
    return f"{told} after {3 + number % 89} complaints."


def fill(store: Store, count: int) -> None:
    """Store claims in articles of 250 and accept all of them."""
    versions = Versions(code="benchmark")
    for first in range(0, count, 250):
        texts = [sentence(number) for number in range(first, min(first + 250, count))]
        article = Article(text="\n".join(texts), title=f"Report {first}", published_at=DAY)
        store.begin_run(f"run {first}", article, DAY, versions)
        offset = 0
        for position, text in enumerate(texts):
            span = Span(start=offset, end=offset + len(text), exact=text)
            offset += len(text) + 1
            claim = Claim(article_id=article.id, spans=(span,), text=text, check_worthiness=0.5)
            failure = Failure(stage="verdict", reason="no_model")
            store.save_note(f"run {first}", position, Note(claim=claim, failure=failure), Usage())
        bulk(store, Filter(run=f"run {first}"), "accept", LOCAL_PERSON, expected=len(texts))


def measure_speed(embedder: MiniLM, count: int) -> dict[str, Any]:
    """Time the lookup among many decided claims: same words, other words, and nothing alike."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "store.db")
        fill(store, count)
        vectors = Path(folder) / "reviewed_vectors"
        began = time.perf_counter()
        index_decisions(store, vectors, embedder)
        filled = time.perf_counter() - began
        asked = [sentence(number) for number in range(7, count, max(1, count // 30))][:30]
        asked += [
            f"In {1900 + number // 500} there were {number} new dogs in {PLACES[number % 10]}." for number in range(30)
        ]
        seconds, processor, found = [], [], 0
        for text in asked:
            claim = Claim(article_id="new", spans=(Span.of(text, 0, len(text)),), text=text, check_worthiness=1)
            began, worked = time.perf_counter(), time.process_time()
            found += len(similar_decisions(store, vectors, embedder, claim)) > 0
            seconds.append(time.perf_counter() - began)
            processor.append(time.process_time() - worked)
        store.close()
    after_first, busy = sorted(seconds[1:]), sorted(processor[1:])
    return {
        "decided_claims": count,
        "fill_s": round(filled, 1),
        "first_call_ms": round(1000 * seconds[0]),
        "median_ms": round(1000 * statistics.median(after_first)),
        "p95_ms": round(1000 * after_first[int(0.95 * len(after_first))]),
        "worst_ms": round(1000 * after_first[-1]),
        "processor_median_ms": round(1000 * statistics.median(busy)),
        "processor_p95_ms": round(1000 * busy[int(0.95 * len(busy))]),
        "calls": len(seconds),
        "calls_that_found_something": found,
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="Not needed: the pairs are ours.")
    parser.add_argument("--decided", type=int, default=_BULK, help="Decided claims for the speed; 0 leaves it out.")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    embedder = MiniLM()
    figures = measure_pairs(embedder)
    if given.decided:
        figures["speed"] = measure_speed(embedder, given.decided)
    figures["measured_at"] = datetime.now(UTC).isoformat(timespec="seconds")
    json.dump(figures, sys.stdout, indent=None if given.json else 2)
    print()


if __name__ == "__main__":
    main()
