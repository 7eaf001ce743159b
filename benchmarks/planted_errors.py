"""Measure how many errors planted in short articles are found without a model, and how much is flagged besides.

    python benchmarks/planted_errors.py [--cases FILE ...] [--half dev|aside] [--data ../shared/data] [--json] [--show]

Each row of a file of cases is an article with the office records and passages it is judged with, in the fields of
`cases/newspaper.jsonl`, and `errors`: the words of each planted error, its kind, and why it is one. `half` says
whether the rules may be made by looking at the row (`dev`) or not (`aside`). The rest of each article holds passages
that look wrong and are right. An article goes the whole way, as in `text_checks`; an error is found when a flag of any
check meets its words. Every other flag is a false alarm.

Without `--cases` every `cases/errors*.jsonl` is measured. `cases/errors.jsonl` was written before the rules it
measures, by their author: its figures are flattered even on the half kept aside. `cases/errors_third.jsonl` (36
articles, 48 errors, by somebody who had not seen the rules) gave .31 found and one false alarm at its first run, on
2026-11-30; rules were made for its kinds since.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from halves import Measured, print_halves
from text_checks import Flagged, Row, check, tools_of

from pipeline.core.ports import Embedder

CASES = Path(__file__).parent / "cases"


def score_article(row: Row, found: Sequence[Flagged]) -> tuple[Counter[tuple[str, str]], list[str]]:
    """Count found and missed errors by kind, and false alarms by check; describe what went wrong."""
    counts: Counter[tuple[str, str]] = Counter()
    lines: list[str] = []
    right: set[int] = set()
    for error in row["errors"]:
        hits = {at for at, each in enumerate(found) if each.meets(row["text"], error["words"])}
        right |= hits
        counts["found" if hits else "missed", error["kind"]] += 1
        if not hits:
            lines.append(f"{row['id']} missed {error['kind']}: “{error['words']}” ({error['why']})")
    for at, each in enumerate(found):
        if at not in right:
            counts["false", each.check] += 1
            lines.append(f"{row['id']} false {each.flag.kind} on “{each.flag.span.exact}”: {each.flag.message}")
    return counts, lines


def measure(rows: Sequence[Row], embedder: Embedder) -> Measured:
    """Return figures over all rows; an article that breaks counts as a failure, its errors as missed."""
    total: Counter[tuple[str, str]] = Counter()
    lines: list[str] = []
    failures = alarmed = 0
    for row in rows:
        try:
            notes, found = check(row["text"], date.fromisoformat(row["article_date"]), tools_of(row, embedder))
        except Exception as problem:  # a benchmark counts what breaks
            notes, found = [], []
            failures += 1
            lines.append(f"{row['id']}: {type(problem).__name__}: {problem}")
        failures += sum(note.failure is not None and note.failure.reason == "error" for note in notes)
        counts, wrong = score_article(row, found)
        total += counts
        alarmed += any(what == "false" for what, _ in counts)
        lines += wrong
    return {"articles": len(rows), "failures": failures, **_figures(total), "articles_alarmed": alarmed}, lines


def _figures(total: Counter[tuple[str, str]]) -> dict[str, Any]:
    found, missed = (sum(number for (what, _), number in total.items() if what == which) for which in _OUTCOMES)
    kinds = sorted({kind for what, kind in total if what in _OUTCOMES})
    false = {check: number for (what, check), number in sorted(total.items()) if what == "false"}
    return {
        "errors": found + missed,
        "found": found,
        "found_share": round(found / (found + missed), 3) if found + missed else None,
        "false_alarms": sum(false.values()),
        "by_kind": {kind: f"{total['found', kind]} of {_planted(total, kind)}" for kind in kinds},
        "false_by_check": false,
    }


_OUTCOMES = ("found", "missed")


def _planted(total: Counter[tuple[str, str]], kind: str) -> int:
    return sum(total[what, kind] for what in _OUTCOMES)


if __name__ == "__main__":
    print_halves(__doc__, sorted(CASES.glob("errors*.jsonl")), measure)
