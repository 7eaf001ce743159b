"""Measure proof: claims beside passages or records, where a careful editor decides or rightly stays silent.

    python benchmarks/proof_pairs.py [PAIRS.jsonl ...] [--data ../shared/data] [--json] [--show] [--show-aside]

Each row is a claim, its date, passages, office records and the one right `answer`; about half are traps whose answer is
`silent`. Kinds: `1` several numbers, `2` another's voice, `3` records after the day they were known, `4` a title's own
time, `5` titles in embedded or past acts, `6` years of another clause, `plain`. Without files the set of our own
(`benchmarks/cases/proof_pairs.jsonl`, written before the rules) and every `proof_pairs*.jsonl` of --data are read. Each
claim goes the whole way: claims are detected, evidence is searched among the row's own passages, every checker runs.

A row is decided `refuted` by a refuted claim or a flag that says something is wrong, `supported` when every claim of it
is. A decision is wrong where it is not the row's answer; so is a part of a row: a refutation beside the words that
`differs` names, a support that holds such words, and any support where nothing is proven (titles of the kinds 4 to 6
aside: there the title is right and the rest unproven). Rows of the half `aside` are only summed up; `--show` lists
what went wrong in the other half, `--show-aside` also there.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from text_checks import Flagged, check, tools_for

from pipeline.check.checkers.titles import Records
from pipeline.core.models import Note, Passage
from pipeline.core.ports import Embedder
from pipeline.evidence import MiniLM
from pipeline.evidence.offices import record_of

CASES = Path(__file__).parent / "cases" / "proof_pairs.jsonl"
ACCUSING = frozenset(
    {"wrong_number", "wrong_fact", "misattributed_title", "outdated", "altered_quotation", "wrong_speaker"}
)
Row = dict[str, Any]
Answer = Literal["supported", "refuted", "silent"]


@dataclass(frozen=True)
class Outcome:
    """What the desk made of a row."""

    row: Row
    said: Answer
    wrong: tuple[str, ...]
    """Parts that say what the row does not prove."""
    failures: int

    @property
    def right(self) -> bool:
        """True where it says the row's answer and nothing wrong beside it."""
        return self.said == self.row["answer"] and not self.wrong

    @property
    def decided(self) -> bool:
        """True where it says anything that could be wrong."""
        return self.said != "silent" or bool(self.wrong)


def read_rows(paths: Iterable[Path]) -> Iterator[Row]:
    """Yield the rows of files, each with the name of its file."""
    for path in paths:
        for line in path.read_text("utf-8").splitlines():
            if line.strip():
                yield json.loads(line) | {"file": path.name}


def judge(row: Row, embedder: Embedder) -> Outcome:
    """Take a row the whole way."""
    given = ("text", "published_at", "title", "publisher")
    passages = [Passage.model_validate({k: p[k] for k in given if p.get(k)}) for p in row["passages"]]
    tools = tools_for(Records(record_of(record) for record in row["records"]), passages, embedder)
    notes, flags = check(row["claim"], date.fromisoformat(row["date"]), tools)
    flags = [each for each in flags if each.flag.kind in ACCUSING and each.flag.severity != "low"]
    failures = sum(note.failure is not None and note.failure.reason == "error" for note in notes)
    return Outcome(row, _said(notes, flags), tuple(_wrong(row, notes, flags)), failures)


def _said(notes: Sequence[Note], flags: Sequence[Flagged]) -> Answer:
    labels = [note.verdict.label if note.verdict else None for note in notes if note.claim.checkable]
    if flags or "refuted" in labels:
        return "refuted"
    return "supported" if labels and all(label == "supported" for label in labels) else "silent"


def _wrong(row: Row, notes: Sequence[Note], flags: Sequence[Flagged]) -> Iterator[str]:
    for note in notes:
        label, words = (note.verdict.label if note.verdict else None), note.claim.span.exact
        if label == "refuted" and not (row["answer"] == "refuted" and _differs(row, note)):
            yield f"refuted: {words}"
        if label == "supported" and not _may_stand(row, note):
            yield f"supported: {words}"
    for each in flags:
        if row["answer"] != "refuted" or not any(each.meets(row["claim"], words) for words in row["differs"]):
            yield f"{each.flag.kind}: {each.flag.span.exact}"


def _differs(row: Row, note: Note) -> bool:
    """Tell whether a claim holds words that the evidence contradicts."""
    for words in row["differs"]:
        start = row["claim"].index(words)
        if any(span.start < start + len(words) and start < span.end for span in note.claim.spans):
            return True
    return False


def _may_stand(row: Row, note: Note) -> bool:
    """Tell whether a support of a part of a row is right."""
    if row["answer"] == "silent":
        return note.claim.kind == "title" and row["kind"] in ("4", "5", "6")
    return not _differs(row, note)


def figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Sum up rows."""
    decided = [each for each in outcomes if each.decided]
    traps = [each for each in outcomes if each.row["answer"] == "silent"]
    wanted = [each for each in outcomes if each.row["answer"] != "silent"]
    return {
        "n": len(outcomes),
        "decided": len(decided),
        "right_of_decided": _ratio(sum(each.right for each in decided), len(decided)),
        "traps": len(traps),
        "traps_decided": sum(each.decided for each in traps),
        "recall": _ratio(sum(each.right for each in wanted), len(wanted)),
        "failures": sum(each.failures for each in outcomes),
    }


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


def measure(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return the figures of both halves and of each kind, per file."""
    parts: dict[str, list[Outcome]] = defaultdict(list)
    for each in outcomes:
        file, half, kind = each.row["file"], each.row["half"], each.row["kind"]
        for name in (f"{file} all", f"{file} {half}", f"{file} {half} kind {kind}"):
            parts[name].append(each)
    return {name: figures(parts[name]) for name in sorted(parts)}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", nargs="*", type=Path, metavar="PAIRS.jsonl")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--show", action="store_true", help="list what went wrong in the half `dev`")
    parser.add_argument("--show-aside", action="store_true", help="list it in the half `aside` too")
    given = parser.parse_args()
    paths = given.pairs or [CASES, *sorted(given.data.glob("proof_pairs*.jsonl"))]
    embedder = MiniLM()
    outcomes = [judge(row, embedder) for row in read_rows(paths)]
    for each in outcomes:
        shown = given.show_aside or (given.show and each.row["half"] == "dev")
        if shown and not each.right:
            row = each.row
            print(f"{row['id']} ({row['kind']}) {row['answer']}, said {each.said} {list(each.wrong)}", file=sys.stderr)
            print(f"    {row['claim']}\n    {[p['text'] for p in row['passages']]}", file=sys.stderr)
    print(json.dumps(measure(outcomes), indent=None if given.json else 2, ensure_ascii=False))


if __name__ == "__main__":
    main()
