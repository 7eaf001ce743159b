"""Measure the quantity check: how often it speaks, and how often it is right.

`cases` are our own invented claims with passages (`benchmarks/cases/quantities.jsonl`), most of the passages about
something near: `agree` wants `supported`, `differ` a `wrong_number`, `conflict` a `conflicting_evidence`, and
`incomparable` silence. Thresholds were set on the half `dev`; `held` was only looked at for its figures. `clause`
repeats them with the whole sentence as a claim of kind `event`, where only a wrong number may be said.

`shared` are the claims with a figure of `verdict_with_evidence.jsonl` in --data: each figure is checked as a claim of
kind `quantity`. `altered` takes the claims that the check supported, multiplies the supported figure by three, and
counts how often that is refuted; the gold label plays no part there.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pipeline.check.checkers.quantities import check_quantities
from pipeline.check.checkers.quantities.parsing import find_quantities
from pipeline.core.models import Article, Claim, Evidence, Finding, OfficeRecord, Passage, Span
from pipeline.core.ports import CheckContext
from pipeline.evidence import MiniLM

CASES = Path(__file__).parent / "cases" / "quantities.jsonl"
EXPECTED = {"agree": "supported", "differ": "wrong_number", "conflict": "conflicting_evidence"}


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


def check(
    text: str,
    passages: Sequence[Passage],
    embedder: MiniLM,
    *,
    kind: Literal["quantity", "event"] = "quantity",
    figure: str | None = None,
    as_of: date = date(2026, 1, 1),
) -> Finding:
    article = Article(text=text)
    sentence = Span.of(text, 0, len(text))
    span = Span.locate(figure, text) if figure else sentence
    claim = Claim(article_id=article.id, spans=(span,), text=text, kind=kind, check_worthiness=1, sentence=sentence)
    found = tuple(
        Evidence(passage=passage, rank=rank, score=1, retriever="given") for rank, passage in enumerate(passages, 1)
    )
    return check_quantities(claim, CheckContext(article, (claim,), found, as_of, _Nothing(), _Nothing(), embedder))


def outcome(finding: Finding) -> str:
    """Return what a finding tells an editor, in one word."""
    kinds = {flag.kind for flag in finding.flags}
    for kind in ("wrong_number", "conflicting_evidence"):
        if kind in kinds:
            return kind
    return finding.verdict.label if finding.verdict else "silent"


def measure_cases(cases: list[dict[str, Any]], kind: Literal["quantity", "event"], embedder: MiniLM) -> dict[str, Any]:
    """Score our own cases, per outcome, with what went wrong."""
    confusion: Counter[tuple[str, str]] = Counter()
    failures = 0
    wrong: list[str] = []
    missed: list[str] = []
    began = time.perf_counter()
    for case in cases:
        passages = [
            Passage(text=p["text"], published_at=date.fromisoformat(p["published_at"])) for p in case["passages"]
        ]
        figure = case["figure"] if kind == "quantity" else None
        expected = EXPECTED.get(case["kind"], "silent")
        try:
            day = date.fromisoformat(case["date"])
            got = outcome(check(case["claim"], passages, embedder, kind=kind, figure=figure, as_of=day))
        except Exception as error:  # a benchmark counts what breaks
            failures += 1
            wrong.append(f"{case['id']}: {type(error).__name__}: {error}")
            continue
        confusion[got, expected] += 1
        if got != expected:
            (missed if got == "silent" else wrong).append(f"{case['id']} ({case['why']}): {got}, expected {expected}")
    outcomes = ("supported", "wrong_number", "conflicting_evidence") if kind == "quantity" else ("wrong_number",)
    return {
        "n": len(cases),
        "failures": failures,
        "spoken": sum(n for key, n in confusion.items() if key[0] != "silent"),
        **{name: _precision_and_recall(confusion, name) for name in outcomes},
        "seconds_per_claim": round((time.perf_counter() - began) / max(1, len(cases)), 3),
        "wrong": wrong,
        "missed": missed,
    }


def _precision_and_recall(confusion: Counter[tuple[str, str]], name: str) -> dict[str, Any]:
    answers = sum(n for key, n in confusion.items() if key[0] == name)
    gold = sum(n for key, n in confusion.items() if key[1] == name)
    right = confusion[name, name]
    return {"answers": answers, "right": right, "precision": ratio(right, answers), "recall": ratio(right, gold)}


def baseline_cases(cases: list[dict[str, Any]]) -> dict[str, Any]:
    """Score the guess that a figure in no passage is wrong and any other is right."""
    guesses: Counter[tuple[str, str]] = Counter()
    for case in cases:
        guess = baseline(case["figure"], [passage["text"] for passage in case["passages"]])
        expected = EXPECTED.get(case["kind"], "silent")
        guesses["wrong_number" if guess == "refuted" else guess, expected] += 1
    return {name: _precision_and_recall(guesses, name) for name in ("supported", "wrong_number")}


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


def measure_shared(rows: list[dict[str, Any]], embedder: MiniLM) -> dict[str, Any]:
    """Score the shared claims against their gold labels."""
    confusion: Counter[tuple[str, str, str]] = Counter()
    guessed: Counter[tuple[str, str]] = Counter()
    failures = mutated = caught = 0
    wrong: list[str] = []
    for row in rows:
        try:
            passages = [Passage(text=passage) for passage in row["evidence"] if passage.strip()]
            finding = check(row["claim"], passages, embedder)
        except Exception as error:  # a benchmark counts what breaks
            failures += 1
            wrong.append(f"{row['id']}: {type(error).__name__}: {error}")
            continue
        label = finding.verdict.label if finding.verdict else "silent"
        confusion[row["source_dataset"], label, row["label"]] += 1
        guessed[baseline(row["claim"], row["evidence"]), row["label"]] += 1
        if label in ("supported", "refuted") and label != row["label"]:
            wrong.append(f"{row['id']}: {label}, gold {row['label']}")
        if label == "supported" and (other := altered(row["claim"])):
            mutated += 1
            verdict = check(other, passages, embedder).verdict
            caught += bool(verdict and verdict.label == "refuted")
    return {
        "n": len(rows),
        "failures": failures,
        **_scores(confusion),
        "sources": {
            source: _scores(Counter({key: n for key, n in confusion.items() if key[0] == source}))
            for source in sorted({key[0] for key in confusion})
        },
        "altered": {"n": mutated, "refuted": caught, "recall": ratio(caught, mutated)},
        "baseline": {
            f"{label}_precision": ratio(guessed[label, label], sum(n for key, n in guessed.items() if key[0] == label))
            for label in ("supported", "refuted")
        },
        "wrong": wrong,
    }


def _scores(confusion: Counter[tuple[str, str, str]]) -> dict[str, Any]:
    scores: dict[str, Any] = {"spoken": sum(n for key, n in confusion.items() if key[1] != "silent")}
    for label in ("supported", "refuted"):
        answers = sum(n for key, n in confusion.items() if key[1] == label)
        right = sum(n for key, n in confusion.items() if key[1] == key[2] == label)
        scores[label] = {"answers": answers, "right": right, "precision": ratio(right, answers)}
    return scores


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    cases = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines() if line.strip()]
    embedder = MiniLM()
    result: dict[str, Any] = {"cases": {}}
    for half in ("dev", "held"):
        part = [case for case in cases if case["half"] == half]
        result["cases"][half] = {
            **measure_cases(part, "quantity", embedder),
            "clause": measure_cases(part, "event", embedder),
            "baseline": baseline_cases(part),
        }
    path = arguments.data / "verdict_with_evidence.jsonl"
    if path.exists():
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        result["shared"] = measure_shared([row for row in rows if find_quantities(row["claim"])], embedder)
    else:
        result["skipped"] = f"{path} is absent"
    print(json.dumps(result, indent=None if arguments.json else 2))


if __name__ == "__main__":
    main()
