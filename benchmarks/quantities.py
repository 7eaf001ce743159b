"""Measure the quantity check on claims with evidence: how often it speaks, and how often it is right.

Each figure of a claim is checked as a claim of kind `quantity`. `altered` takes the claims that the check supported,
multiplies the supported figure by three, and counts how often that is refuted; the gold label plays no part there.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.models import Article, Claim, Evidence, Finding, OfficeRecord, Passage, Span
from pipeline.ports import Ground
from pipeline.providers.minilm import MiniLM
from pipeline.quantities import check_quantities
from pipeline.quantities.parsing import find_quantities


class _Nothing:
    """No records and no stored sources."""

    def of_person(self, name: str) -> Sequence[OfficeRecord]:
        return ()

    def named(self, surname: str) -> Sequence[OfficeRecord]:
        return ()

    def passages(self) -> Sequence[Passage]:
        return ()

    def __len__(self) -> int:
        return 0


def check(text: str, evidence: Sequence[str], embedder: MiniLM) -> Finding:
    article = Article(text=text)
    span = Span.of(text, 0, len(text))
    claim = Claim(article_id=article.id, spans=(span,), text=text, kind="quantity", check_worthiness=1, sentence=span)
    passages = [Passage(text=passage) for passage in evidence if passage.strip()]
    found = tuple(
        Evidence(passage=passage, rank=rank, score=1, retriever="given") for rank, passage in enumerate(passages, 1)
    )
    ground = Ground(article, (claim,), found, date(2026, 1, 1), _Nothing(), _Nothing(), embedder)
    return check_quantities(claim, ground)


def baseline(text: str, evidence: Sequence[str]) -> str:
    """Refute when no number is shared."""
    figures = set(re.findall(r"\d[\d,.]*\d|\d", text))
    return "supported" if not figures or figures & set(re.findall(r"\d[\d,.]*\d|\d", " ".join(evidence))) else "refuted"


def altered(text: str) -> str | None:
    """Multiply the only figure in digits by three."""
    quantities = find_quantities(text)
    match = re.search(r"\d+", text[quantities[0].start : quantities[0].end]) if len(quantities) == 1 else None
    if not match:
        return None
    start = quantities[0].start + match.start()
    return f"{text[:start]}{3 * int(match[0])}{text[start + len(match[0]) :]}"


def ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


def measure(rows: list[dict[str, Any]]) -> dict[str, Any]:
    embedder = MiniLM()
    said: Counter[tuple[str, str, str]] = Counter()
    guessed: Counter[tuple[str, str]] = Counter()
    failures = mutated = caught = 0
    wrong: list[str] = []
    for row in rows:
        try:
            finding = check(row["claim"], row["evidence"], embedder)
        except Exception as error:  # a benchmark counts what breaks
            failures += 1
            wrong.append(f"{row['id']}: {type(error).__name__}: {error}")
            continue
        label = finding.verdict.label if finding.verdict else "silent"
        said[row["source_dataset"], label, row["label"]] += 1
        guessed[baseline(row["claim"], row["evidence"]), row["label"]] += 1
        if label in ("supported", "refuted") and label != row["label"]:
            wrong.append(f"{row['id']}: {label}, gold {row['label']}")
        if label == "supported" and (other := altered(row["claim"])):
            mutated += 1
            verdict = check(other, row["evidence"], embedder).verdict
            caught += bool(verdict and verdict.label == "refuted")
    return {
        "n": len(rows),
        "failures": failures,
        **_scores(said),
        "sources": {
            source: _scores(Counter({key: n for key, n in said.items() if key[0] == source}))
            for source in sorted({key[0] for key in said})
        },
        "altered": {"n": mutated, "refuted": caught, "recall": ratio(caught, mutated)},
        "baseline": {
            f"{label}_precision": ratio(guessed[label, label], sum(n for key, n in guessed.items() if key[0] == label))
            for label in ("supported", "refuted")
        },
        "wrong": wrong,
    }


def _scores(said: Counter[tuple[str, str, str]]) -> dict[str, Any]:
    scores: dict[str, Any] = {"spoken": sum(n for key, n in said.items() if key[1] != "silent")}
    for label in ("supported", "refuted"):
        answers = sum(n for key, n in said.items() if key[1] == label)
        right = sum(n for key, n in said.items() if key[1] == key[2] == label)
        scores[label] = {"answers": answers, "right": right, "precision": ratio(right, answers)}
    return scores


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    path = arguments.data / "verdict_with_evidence.jsonl"
    if not path.exists():
        print(json.dumps({"skipped": f"{path} is absent"}) if arguments.json else f"skipped: {path} is absent")
        return
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    result = measure([row for row in rows if find_quantities(row["claim"])])
    print(json.dumps(result, indent=None if arguments.json else 2))


if __name__ == "__main__":
    main()
