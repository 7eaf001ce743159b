"""Measure verdicts without a model on claims of other people with their gold evidence, the whole way.

    python benchmarks/claims_with_evidence.py [--data ../shared/data] [--json] [--show]

Each row of `verdict_with_evidence.jsonl` in --data is checked as an article of one sentence against its own passages:
detection, search among them, every checker. A row is decided where some claim of it is `supported` or `refuted` (both
together count as wrong), and right where that is its gold label. `differing` counts rows whose nearest source is shown
with a difference, which is no verdict, by gold label. Scores stand per source, because label goes with source. Nothing
of the rows is stored; `--show` prints the decided ones.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from text_checks import Row, check, tools_for

from pipeline.check.checkers.titles import Records
from pipeline.core.models import Passage
from pipeline.core.ports import Embedder
from pipeline.evidence import MiniLM

_TODAY = date(2026, 1, 1)
"""The day claims without one are judged at."""


def answer_of(row: Row, embedder: Embedder) -> tuple[str, bool]:
    """Return the verdict on a row, `silent` for none, and whether a source is shown to differ."""
    passages = [Passage(text=text) for text in dict.fromkeys(row["evidence"]) if text.strip()]
    day = date.fromisoformat(row["claim_date"]) if row["claim_date"] else _TODAY
    notes, _ = check(row["claim"], day, tools_for(Records(()), passages, embedder))
    labels = {note.verdict.label for note in notes if note.verdict} & {"supported", "refuted"}
    answer = "both" if len(labels) == 2 else next(iter(labels), "silent")
    return answer, any(note.differs for note in notes)


def measure(rows: Sequence[Row], embedder: Embedder) -> tuple[dict[str, Any], list[str]]:
    """Return figures per source and pooled, and a line on each decided row."""
    counts: Counter[tuple[str, str, str]] = Counter()
    differing: Counter[tuple[str, str]] = Counter()
    lines: list[str] = []
    for row in rows:
        answer, differs = answer_of(row, embedder)
        for source in (row["source_dataset"], "all"):
            counts[source, answer, row["label"]] += 1
            differing[source, row["label"]] += differs
        if answer != "silent":
            lines.append(f"{row['id']} {answer}, gold {row['label']}: {row['claim']}")
    sources = sorted({source for source, _, _ in counts})
    return {source: _figures(source, counts, differing) for source in sources}, lines


def _figures(
    source: str, counts: Counter[tuple[str, str, str]], differing: Counter[tuple[str, str]]
) -> dict[str, object]:
    of_source = {(answer, gold): number for (name, answer, gold), number in counts.items() if name == source}
    decided = sum(number for (answer, _), number in of_source.items() if answer != "silent")
    right = sum(number for (answer, gold), number in of_source.items() if answer == gold)
    return {
        "n": sum(of_source.values()),
        "decided": decided,
        "right": right,
        "right_of_decided": round(right / decided, 3) if decided else None,
        "differing": {gold: number for (name, gold), number in sorted(differing.items()) if name == source},
    }


def main() -> None:
    """Print the figures; say so where the data is absent."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    path = given.data / "verdict_with_evidence.jsonl"
    if not path.exists():
        print(f"skipped: {path} is absent", file=sys.stderr)
        return
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    figures, lines = measure(rows, MiniLM())
    print(json.dumps(figures, indent=2))
    if given.show:
        print("\n".join(lines), file=sys.stderr)


if __name__ == "__main__":
    main()
