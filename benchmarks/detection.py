"""Measure claim detection on sentences of known check-worthiness and on an annotated article.

    python benchmarks/detection.py --data ../shared/data --json

Sentences (`claim_detection.jsonl`, each data set by itself because each has its own definition): a
sentence is taken for check-worthy when one of its detected claims is `checkable` with
`check_worthiness` of at least 0.5; its score is that of its best claim. Beside it stands the baseline
that calls every sentence check-worthy. The weights were fitted on the rows that may be redistributed,
so those figures are `in_sample`; their cross-validated figures stand beside them.

Article (`--gold`, default `seeds/gold/`, known when detection was written: a development figure): the
detected check-worthy claims, title claims included, against the gold ones.
`lenient`: two claims match when they share at least half of the code points of the shorter one.
`strict`: when their intersection is at least half of their union. Coverage is the
share of gold claims matched, precision the share of detected ones; `strict_one_to_one` lets every
claim match once only.

Parts (`claim_extraction.jsonl`): how many parts a sentence is split into beside how many facts people
split it into (people split names and attributes off too, so more); correlation over sentences.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy
from sklearn.metrics import average_precision_score, precision_recall_fscore_support

from pipeline.articles import load_article
from pipeline.check.checkers.titles import claim_titles
from pipeline.check.claims import detect_claims
from pipeline.check.claims.worthiness import read_fits
from pipeline.core.english import load_syntax
from pipeline.core.models import Article, Claim, Span
from pipeline.core.ports import Embedder
from pipeline.core.settings import load_settings
from pipeline.evidence import MiniLM

PROJECT = Path(__file__).resolve().parents[1]
GOLD = PROJECT / "seeds" / "gold" / "putin-trump-call.json"
ARTICLE = PROJECT / "seeds" / "articles" / "putin-trump-call.txt"
THRESHOLD = 0.5
PARTS_ROWS = 200
Match = Callable[[Span, Span], bool]


def main() -> None:
    """Print the figures of each part whose data is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--gold", type=Path, default=GOLD)
    parser.add_argument("--article", type=Path, default=ARTICLE)
    parser.add_argument("--json", action="store_true", help="print JSON only")
    given = parser.parse_args()
    load_syntax()
    embedder = MiniLM()
    embedder.embed(["ready"])
    figures: dict[str, Any] = {}
    if given.gold.is_file():
        figures["article"] = article_figures(given.article, given.gold, embedder)
    if rows := read_rows(given.data / "claim_detection.jsonl"):
        figures["sentences"] = {
            "features alone": sentence_figures(rows, None),
            "with embeddings": sentence_figures(rows, embedder),
        }
        figures["cross_validated_where_fitted"] = cross_validated()
    if rows := read_rows(given.data / "claim_extraction.jsonl"):
        figures["parts"] = part_figures(rows[:PARTS_ROWS])
    print(json.dumps(figures, indent=None if given.json else 2))


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a file, none where it is missing."""
    if not path.is_file():
        print(f"skipped: there is no {path}", file=sys.stderr)
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def is_check_worthy(claim: Claim) -> bool:
    """Tell whether a detected claim counts as check-worthy."""
    return claim.checkable and claim.check_worthiness >= THRESHOLD


def sentence_figures(rows: Sequence[dict[str, Any]], embedder: Embedder | None) -> dict[str, Any]:
    """Return precision, recall, F1 and average precision of each data set, beside the majority baseline."""
    found: dict[str, Any] = {}
    for source in sorted({row["source_dataset"] for row in rows}):
        own = [row for row in rows if row["source_dataset"] == source]
        scores, failures = [], 0
        for row in own:
            try:
                claims = detect_claims(Article(text=row["sentence"]), embedder)
            except Exception:  # a benchmark counts what fails
                claims, failures = (), failures + 1
            best = max((claim.check_worthiness for claim in claims), default=0.0)
            scores.append(best if any(map(is_check_worthy, claims)) else min(best, THRESHOLD - 0.001))
        labels = [bool(row["check_worthy"]) for row in own]
        found[source] = {
            "n": len(own),
            "failures": failures,
            "in_sample": all(row["redistributable"] for row in own),
            **_scores(labels, [score >= THRESHOLD for score in scores]),
            "average_precision": round(float(average_precision_score(labels, scores)), 3),
            "baseline_all": _scores(labels, [True] * len(labels)) | {"average_precision": _share(labels)},
        }
    return found


def _scores(labels: Sequence[bool], guesses: Sequence[bool]) -> dict[str, float]:
    precision, recall, f1, _ = precision_recall_fscore_support(labels, guesses, average="binary", zero_division=0)
    return {"precision": round(float(precision), 3), "recall": round(float(recall), 3), "f1": round(float(f1), 3)}


def _share(labels: Sequence[bool]) -> float:
    return round(sum(labels) / len(labels), 3)


def cross_validated() -> dict[str, Any]:
    """Return the figures of the rows fitted on, each scored as a whole sentence by a fit that did not see it."""
    return {fit.embedder or "features alone": fit.cross_validated for fit in read_fits()}


def article_figures(path: Path, gold: Path, embedder: Embedder) -> dict[str, Any]:
    """Return coverage and precision of the check-worthy claims of one article, and what was missed."""
    article = load_article(str(path), load_settings())
    wanted = [
        Span.of(article.text, each["start"], each["end"])
        for each in json.loads(gold.read_text(encoding="utf-8"))["claims"]
        if each["check_worthy"]
    ]
    began = time.perf_counter()
    claims = detect_claims(article, embedder)
    seconds = time.perf_counter() - began
    detected = [claim.span for claim in (*claims, *claim_titles(article)) if is_check_worthy(claim)]
    return {
        "seconds": round(seconds, 3),
        "claims": len(claims),
        "gold_check_worthy": len(wanted),
        "detected_check_worthy": len(detected),
        "lenient": overlap_figures(wanted, detected, lenient),
        "strict": overlap_figures(wanted, detected, strict),
        "strict_one_to_one": one_to_one(wanted, detected),
        "missed_strictly": [span.exact for span in wanted if not any(strict(span, other) for other in detected)],
        "not_in_gold_strictly": [span.exact for span in detected if not any(strict(span, other) for other in wanted)],
    }


def lenient(first: Span, second: Span) -> bool:
    """Tell whether two spans share at least half of the shorter one."""
    return 2 * first.overlap(second) >= min(len(first.exact), len(second.exact))


def strict(first: Span, second: Span) -> bool:
    """Tell whether the intersection of two spans is at least half of their union."""
    shared = first.overlap(second)
    return 2 * shared >= len(first.exact) + len(second.exact) - shared


def overlap_figures(wanted: Sequence[Span], detected: Sequence[Span], match: Match) -> dict[str, float]:
    """Return the share of gold claims matched by a detected one, and the other way round."""
    covered = sum(any(match(span, other) for other in detected) for span in wanted)
    right = sum(any(match(span, other) for other in wanted) for span in detected)
    return {"coverage": round(covered / len(wanted), 3), "precision": round(right / max(1, len(detected)), 3)}


def one_to_one(wanted: Sequence[Span], detected: Sequence[Span]) -> dict[str, float]:
    """Return strict figures where the best pairs are taken first and every claim matches once."""
    pairs = sorted(
        ((span.overlap(other), i, j) for i, span in enumerate(wanted) for j, other in enumerate(detected)
         if strict(span, other)),
        reverse=True,
    )  # fmt: skip
    left: set[int] = set()
    right: set[int] = set()
    for _, i, j in pairs:
        if i not in left and j not in right:
            left.add(i)
            right.add(j)
    return {"coverage": round(len(left) / len(wanted), 3), "precision": round(len(left) / max(1, len(detected)), 3)}


def part_figures(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return how many claims a sentence is split into, beside how many facts people found in it."""
    ours = [len(detect_claims(Article(text=row["sentence"]))) for row in rows]
    human = [len(row["claims"]) for row in rows]
    return {
        "n": len(rows),
        "claims_per_sentence": round(sum(ours) / len(ours), 2),
        "human_facts_per_sentence": round(sum(human) / len(human), 2),
        "sentences_without_a_claim": sum(count == 0 for count in ours),
        "correlation": round(float(numpy.corrcoef(ours, human)[0, 1]), 3),
    }


if __name__ == "__main__":
    main()
