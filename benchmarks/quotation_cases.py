"""Measure quotations against transcripts and reports, the whole way: cases by somebody who had not seen the rules.

    python benchmarks/quotation_cases.py [--cases FILE ...] [--data ../shared/data] [--half dev|aside] [--json] [--show]

Each row is a snippet of an article with the passages it is judged with, and what is right of each quotation: `found`,
`altered`, `absent_should_be_there` (a source of the same speech lacks the words), `absent` (nothing stored ought to
hold them: no flag), `other_speaker`. Precision is of flags on quotations; recall is over the rows that want one. A
speaker is right where the claim names the person the article means. `--half dev --show` is for looking.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from halves import Measured, print_halves
from text_checks import CHECK_OF, Flagged, Row, check, tools_of

from pipeline.core.models import Note
from pipeline.core.ports import Embedder

CASES = Path(__file__).parent / "cases" / "quotation_cases_other.jsonl"
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


def measure(rows: Sequence[Row], embedder: Embedder) -> Measured:
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


if __name__ == "__main__":
    print_halves(__doc__, [CASES], measure)
