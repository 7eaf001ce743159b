"""Measure quotations against transcripts and reports, the whole way: cases by somebody who had not seen the rules.

    python benchmarks/quotation_cases.py [--cases FILE ...] [--data ../shared/data] [--json] [--show]

Each row is a snippet of an article with the passages it is judged with, and what is right of each quotation: `found`,
`altered`, `absent_should_be_there` (a source of the same speech lacks the words), `absent` (nothing stored ought to
hold them: no flag), `other_speaker`. Precision is of flags on quotations; recall is over the rows that want one. A
speaker is right where the claim names the person the article means. `--show` prints the half `dev` alone.
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

from text_checks import CHECK_OF, Flagged, Row, check, tools_of

from pipeline.core.models import Note
from pipeline.core.ports import Embedder
from pipeline.evidence import MiniLM

CASES = Path(__file__).parent / "cases" / "quotation_cases_other.jsonl"
HALVES = ("dev", "aside")
WANTED = {
    "altered": "altered_quotation",
    "absent_should_be_there": "unproven_quotation",
    "other_speaker": "wrong_speaker",
}


def flag_on(text: str, words: str, flags: Sequence[Flagged]) -> str | None:
    """Return the kind of flag that a quotation got; None for none."""
    kinds = [
        each.flag.kind for each in flags if CHECK_OF.get(each.flag.kind) == "quotations" and each.meets(text, words)
    ]
    return kinds[0] if kinds else None


def speaker_of(text: str, words: str, notes: Sequence[Note]) -> str | None:
    """Return who is said to have spoken; None where no claim tells."""
    start = text.index(words)
    for note in notes:
        told = note.claim.attribution
        if told and told.direct and told.content.start < start + len(words) and start < told.content.end:
            return told.name or told.speaker
    return None


def measure(rows: Sequence[Row], embedder: Embedder) -> tuple[dict[str, Any], list[str]]:
    """Return the figures of rows, and a line on each quotation that was answered wrongly."""
    counts: Counter[tuple[str, str]] = Counter()
    speakers: Counter[bool] = Counter()
    wrong: list[str] = []
    for row in rows:
        text = row["article"]
        notes, flags = check(text, date.fromisoformat(row["date"]), tools_of(row, embedder))
        for quotation in row["quotations"]:
            got, wanted = flag_on(text, quotation["words"], flags), WANTED.get(quotation["outcome"])
            counts[str(wanted), str(got)] += 1
            if got != wanted:
                wrong.append(f"{row['id']} {row['trap']}: “{quotation['words']}” wants {wanted}, got {got}")
            named = speaker_of(text, quotation["words"], notes)
            if quotation["speaker"] and named:
                speakers[named.split()[-1] in quotation["speaker"] or quotation["speaker"] in named] += 1
    flagged = sum(number for (_, got), number in counts.items() if got != "None")
    to_flag = sum(number for (wanted, _), number in counts.items() if wanted != "None")
    right = sum(number for (wanted, got), number in counts.items() if wanted == got != "None")
    figures = {
        "quotations": counts.total(),
        "flag_precision": round(right / flagged, 3) if flagged else None,
        "flag_recall": round(right / to_flag, 3) if to_flag else None,
        "false_flags": counts["None", "altered_quotation"]
        + counts["None", "unproven_quotation"]
        + counts["None", "wrong_speaker"],
        "speakers_right": f"{speakers[True]} of {speakers.total()}",
        "counts": {f"wants {wanted}, got {got}": number for (wanted, got), number in sorted(counts.items())},
    }
    return figures, wrong


def main() -> None:
    """Print the figures of each half."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, nargs="+", default=[CASES])
    parser.add_argument("--data", type=Path, help="not used: the snippets are our own")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--show", action="store_true", help="print what was answered wrongly in the half `dev`")
    given = parser.parse_args()
    lines = [line for path in given.cases for line in path.read_text("utf-8").splitlines() if line.strip()]
    rows = [json.loads(line) for line in lines]
    embedder = MiniLM()
    halves = {half: measure([row for row in rows if row["half"] == half], embedder) for half in HALVES}
    print(json.dumps({half: figures for half, (figures, _) in halves.items()}, indent=2))
    if given.show:
        print("\n".join(halves["dev"][1]), file=sys.stderr)


if __name__ == "__main__":
    main()
