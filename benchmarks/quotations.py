"""Measure the quotation check on our own invented cases: precision and recall of each outcome.

`proven` wants the verdict `supported`, `altered`, `other_speaker` and `not_found` their flag, `absent` to be counted
without a flag or a verdict, `silent` nothing. `suggestions` counts those that are the very words a case wants. The half
`held` was only looked at for its figures. Baselines: the words are a substring of some source, or they are not.
The cases are our own, so --data is taken only for the sake of a common call.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy

from pipeline.check.checkers.quotations import check_quotation
from pipeline.core.models import Article, Attribution, Claim, Finding, OfficeRecord, Passage, Span
from pipeline.core.ports import CheckContext, Vectors

CASES = Path(__file__).parent / "cases" / "quotations.jsonl"
EXPECTED = {
    "proven": "supported",
    "altered": "altered_quotation",
    "other_speaker": "wrong_speaker",
    "not_found": "unproven_quotation",
    "absent": "counted",
}
OUTCOMES = tuple(EXPECTED.values())
FLAGGED = ("altered_quotation", "wrong_speaker", "unproven_quotation")


class _Shelf:
    """Stored sources and no records."""

    def __init__(self, sources: Sequence[dict[str, Any]]) -> None:
        self._passages = [Passage(**{"publisher": f"Source {n}"} | source) for n, source in enumerate(sources, 1)]

    def passages(self) -> Sequence[Passage]:
        return self._passages

    def of_person(self, name: str) -> Sequence[OfficeRecord]:
        return ()

    def named(self, surname: str) -> Sequence[OfficeRecord]:
        return ()

    def __len__(self) -> int:
        return len(self._passages)


class _Blind:
    """No vectors: words are looked up as they are."""

    name = "none"

    def embed(self, texts: Sequence[str]) -> Vectors:
        return numpy.ones((len(texts), 1), dtype=numpy.float32)


def check(case: dict[str, Any]) -> Finding:
    """Check the quotation of a case."""
    day = date.fromisoformat(case.get("article_date", "2026-01-01"))
    article = Article(text=case["article"], published_at=day if "article_date" in case else None)
    span = Span.locate(case["words"], article.text)
    speaker, name = case["speaker"], case["name"]
    attribution = Attribution(speaker=speaker, content=span, direct=True, name=name) if speaker else None
    claim = Claim(
        article_id=article.id,
        spans=(span,),
        text=case["words"],
        kind="quotation",
        check_worthiness=0.8,
        attribution=attribution,
    )
    shelf = _Shelf(case["sources"])
    return check_quotation(claim, CheckContext(article, (claim,), (), day, _Shelf(()), shelf, _Blind()))


def outcome(finding: Finding) -> str:
    if finding.flags:
        return finding.flags[0].kind
    if finding.verdict:
        return finding.verdict.label
    return "counted" if finding.failure else "silent"


def baseline(case: dict[str, Any]) -> str:
    return "supported" if any(case["words"] in source["text"] for source in case["sources"]) else "counted"


def _suggests(finding: Finding, words: str | None) -> bool:
    return words is not None and any(flag.suggestion == words for flag in finding.flags)


def scores(confusion: Counter[tuple[str, str]]) -> dict[str, Any]:
    result = {}
    for name in OUTCOMES:
        answers = sum(n for key, n in confusion.items() if key[0] == name)
        gold = sum(n for key, n in confusion.items() if key[1] == name)
        right = confusion[name, name]
        result[name] = {
            "answers": answers,
            "right": right,
            "precision": round(right / answers, 3) if answers else None,
            "recall": round(right / gold, 3) if gold else None,
        }
    return result


def measure(cases: list[dict[str, Any]]) -> dict[str, Any]:
    confusion: Counter[tuple[str, str]] = Counter()
    guessed: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    suggested: Counter[str] = Counter()
    failures = 0
    began = time.perf_counter()
    for case in cases:
        expected = EXPECTED.get(case["kind"], "silent")
        try:
            finding = check(case)
        except Exception as error:  # a benchmark counts what breaks
            failures += 1
            wrong.append(f"{case['id']}: {type(error).__name__}: {error}")
            continue
        got = outcome(finding)
        confusion[got, expected] += 1
        suggested["wanted"] += "suggestion" in case
        right = _suggests(finding, case.get("suggestion"))
        suggested["right"] += right
        if "suggestion" in case and not right:
            wrong.append(f"{case['id']}: suggests {[flag.suggestion for flag in finding.flags]}")
        guessed[baseline(case), expected] += 1
        if got != expected:
            wrong.append(f"{case['id']} ({case['why']}): {got}, expected {expected}")
    return {
        "n": len(cases),
        "failures": failures,
        "spoken": sum(n for key, n in confusion.items() if key[0] != "silent"),
        "false_flags": sum(n for (got, want), n in confusion.items() if got in FLAGGED and got != want),
        "suggestions": dict(suggested),
        **scores(confusion),
        "baseline": scores(guessed),
        "seconds_per_claim": round((time.perf_counter() - began) / max(1, len(cases)), 3),
        "wrong": wrong,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    cases = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines() if line.strip()]
    result = {half: measure([case for case in cases if case["half"] == half]) for half in ("dev", "held")}
    print(json.dumps(result, indent=None if arguments.json else 2))


if __name__ == "__main__":
    main()
