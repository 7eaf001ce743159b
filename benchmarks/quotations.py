"""Measure the quotation check on our own invented cases: precision and recall of each outcome.

`proven` wants the verdict `supported`, `altered`, `other_speaker` and `not_found` their flag, `silent` nothing. The
half `held` was only looked at for its figures. Baselines: the words are a substring of some source, or they are not.
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
}
OUTCOMES = tuple(EXPECTED.values())


class _Shelf:
    """Stored sources and no records."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._passages = [Passage(text=text, publisher=f"Source {n}") for n, text in enumerate(texts, 1)]

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


def check(text: str, words: str, speaker: str, name: str | None, sources: Sequence[str]) -> Finding:
    article = Article(text=text)
    span = Span.locate(words, article.text)
    attribution = Attribution(speaker=speaker, content=span, direct=True, name=name)
    claim = Claim(
        article_id=article.id,
        spans=(span,),
        text=words,
        kind="quotation",
        check_worthiness=0.8,
        attribution=attribution,
    )
    shelf = _Shelf(sources)
    return check_quotation(claim, CheckContext(article, (claim,), (), date(2026, 1, 1), _Shelf(()), shelf, _Blind()))


def outcome(finding: Finding) -> str:
    if finding.flags:
        return finding.flags[0].kind
    return finding.verdict.label if finding.verdict else "silent"


def baseline(case: dict[str, Any]) -> str:
    return "supported" if any(case["words"] in source["text"] for source in case["sources"]) else "unproven_quotation"


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
    failures = 0
    began = time.perf_counter()
    for case in cases:
        expected = EXPECTED.get(case["kind"], "silent")
        sources = [source["text"] for source in case["sources"]]
        try:
            got = outcome(check(case["article"], case["words"], case["speaker"], case["name"], sources))
        except Exception as error:  # a benchmark counts what breaks
            failures += 1
            wrong.append(f"{case['id']}: {type(error).__name__}: {error}")
            continue
        confusion[got, expected] += 1
        guessed[baseline(case), expected] += 1
        if got != expected:
            wrong.append(f"{case['id']} ({case['why']}): {got}, expected {expected}")
    return {
        "n": len(cases),
        "failures": failures,
        "spoken": sum(n for key, n in confusion.items() if key[0] != "silent"),
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
