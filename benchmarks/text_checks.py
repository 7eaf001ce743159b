"""Measure every check as an editor gets it: flags on hand-written newspaper texts, and on other people's sentences.

    python benchmarks/text_checks.py [--data ../shared/data] [--json] [--show]

`newspaper` is our own set (`benchmarks/cases/newspaper.jsonl`), written by hand in the manner of different newspapers:
each row is a short text with the office records and passages it is judged with, the flags it should get, or
none. Terms of office of real people are facts with a named source; what they say and do in the texts, and all
other people and places, is invented. Each text goes the whole way: claims are detected, evidence is searched
among the row's own passages (the real search, in memory), and every checker runs. A flag is right when a
row expects one of its check whose words it meets. Every other flag is a false alarm. The
baseline flags nothing. The rows were written without a run of the checks, but those on consistency by the author of
that check: its figures are flattered.

`unplanted` are 300 sentences of --data (`claim_detection.jsonl`, `attribution.jsonl`), chosen by hash, in which
nothing was planted, with `titles.jsonl` as records: every flag there is a false alarm until somebody has
looked. `--show` prints those flags with their sentences; nothing of them is stored.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy

from pipeline.articles.plain import find_headings
from pipeline.check import StoredSources, Tools, check_claims, detect, plan_jobs
from pipeline.check.checkers.titles import Records
from pipeline.core.errors import InputError
from pipeline.core.models import Article, Flag, Note, OfficeRecord, Passage, Versions
from pipeline.core.ports import Embedder, Vectors
from pipeline.evidence import LexicalIndex, MiniLM, from_memory, retrieve_evidence
from pipeline.evidence.offices import record_of

Row = dict[str, Any]

CASES = Path(__file__).parent / "cases" / "newspaper.jsonl"
CHECK_OF = {
    "misattributed_title": "titles",
    "outdated": "titles",
    "unproven_quotation": "quotations",
    "altered_quotation": "quotations",
    "wrong_speaker": "quotations",
    "wrong_number": "numbers",
    "misplaced_voice": "voices",
    "inconsistent_article": "consistency",
}
SENTENCES = 300
TODAY = date(2024, 1, 1)
"""The day the sentences of --data are judged at: they tell none."""


class InMemory:
    """Vectors of a few passages, searched by scalar product."""

    def __init__(self, passages: Sequence[Passage], embedder: Embedder) -> None:
        self._ids = [passage.id for passage in passages]
        self._vectors = embedder.embed([passage.text for passage in passages]) if passages else None

    def query(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """Return ids and scores, best first."""
        if self._vectors is None:
            return []
        scores = self._vectors @ vector
        return [(self._ids[at], float(scores[at])) for at in numpy.argsort(-scores, kind="stable")[:limit]]


@dataclass(frozen=True)
class Flagged:
    """A flag and the note it is on."""

    flag: Flag
    note: Note

    @property
    def check(self) -> str:
        """Name the check a flag belongs to."""
        return CHECK_OF.get(self.flag.kind, self.flag.kind)

    def meets(self, text: str, words: str) -> bool:
        """Tell whether the flag stands on some of the words."""
        start = text.index(words)
        return self.flag.span.start < start + len(words) and start < self.flag.span.end


def tools_for(records: Records, passages: Sequence[Passage], embedder: Embedder) -> Tools:
    return Tools(
        retrieve=partial(
            retrieve_evidence,
            passages=from_memory(passages),
            vectors=InMemory(passages, embedder),
            lexical=LexicalIndex(passages),
            embedder=embedder,
            limit=8,
        ),
        records=records,
        sources=StoredSources(passages),
        embedder=embedder,
        versions=Versions(code="benchmark"),
    )


def check(text: str, day: date, tools: Tools) -> tuple[list[Note], list[Flagged]]:
    """Check a text as a desk does; return its notes and every flag once."""
    article = Article(text=text, published_at=day, headings=find_headings(text))
    try:
        claims = detect(article, tools).claims
    except InputError:  # nothing to check in it
        return [], []
    notes = list(check_claims(plan_jobs(article, claims, day), tools))
    once = {(flag.kind, flag.span): Flagged(flag, note) for note in notes for flag in note.flags}
    return notes, list(once.values())


def tools_of(row: Row, embedder: Embedder) -> Tools:
    passages = [Passage.model_validate(passage) for passage in row["passages"]]
    records = Records(OfficeRecord.model_validate(record) for record in row["records"])
    return tools_for(records, passages, embedder)


def score_row(row: Row, found: list[Flagged]) -> tuple[Counter[tuple[str, str]], list[str]]:
    """Count right flags, false alarms and misses by check; describe what went wrong."""
    counts: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    right: set[int] = set()
    for expected in row["expected"]:
        hits = [
            at
            for at, each in enumerate(found)
            if each.check == expected["check"] and each.meets(row["text"], expected["words"])
        ]
        right.update(hits)
        counts[expected["check"], "found" if hits else "missed"] += 1
        if not hits:
            wrong.append(f"{row['id']} missed {expected['check']} ({row['why']}): {row['text']}")
    for at, each in enumerate(found):
        counts[each.check, "right" if at in right else "false"] += 1
        if at not in right:
            wrong.append(f"{row['id']} false {each.flag.kind} on “{each.flag.span.exact}”: {each.flag.message}")
    return counts, wrong


def measure_newspaper(rows: list[Row], embedder: Embedder) -> dict[str, Any]:
    total: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    alarmed: list[str] = []
    failures = 0
    began = time.perf_counter()
    for row in rows:
        try:
            notes, found = check(row["text"], date.fromisoformat(row["article_date"]), tools_of(row, embedder))
        except Exception as error:  # a benchmark counts what breaks
            failures += 1
            wrong.append(f"{row['id']}: {type(error).__name__}: {error}")
            continue
        failures += sum(note.failure is not None and note.failure.reason == "error" for note in notes)
        counts, wrong_flags = score_row(row, found)
        total += counts
        wrong += wrong_flags
        if found and not row["expected"]:
            alarmed.append(row["id"])
    correct = [row for row in rows if not row["expected"]]
    return {
        "n": len(rows),
        "correct_rows": len(correct),
        "correct_rows_flagged": alarmed,
        "failures": failures,
        "checks": {name: _figures(total, name, rows) for name in sorted(set(CHECK_OF.values()))},
        "all": _all(total),
        "baseline_flag_nothing": {"precision": None, "recall": 0.0, "rows_right": round(len(correct) / len(rows), 3)},
        "rows_right": round(1 - len({line.split()[0] for line in wrong}) / len(rows), 3),
        "seconds_per_text": round((time.perf_counter() - began) / max(1, len(rows)), 3),
        "wrong": wrong,
    }


def _figures(total: Counter[tuple[str, str]], name: str, rows: list[Row]) -> dict[str, Any]:
    right, false = total[name, "right"], total[name, "false"]
    found, missed = total[name, "found"], total[name, "missed"]
    return {
        "n": sum(row["topic"] == name for row in rows),
        "expected": found + missed,
        "flags": right + false,
        "precision": _ratio(right, right + false),
        "recall": _ratio(found, found + missed),
    }


def _all(total: Counter[tuple[str, str]]) -> dict[str, Any]:
    by: Counter[str] = Counter()
    for (_, what), count in total.items():
        by[what] += count
    return {
        "precision": _ratio(by["right"], by["right"] + by["false"]),
        "recall": _ratio(by["found"], by["found"] + by["missed"]),
    }


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


def sentences_of(data: Path) -> list[str]:
    """Return 300 texts of the folder, chosen by hash so that everybody gets the same."""
    texts: dict[str, str] = {}
    for name, field in (("claim_detection.jsonl", "sentence"), ("attribution.jsonl", "text")):
        for line in (data / name).read_text("utf-8").splitlines():
            text = unicodedata.normalize("NFC", " ".join(str(json.loads(line)[field]).split()))
            texts[hashlib.sha256(text.encode()).hexdigest()] = text
    return [texts[key] for key in sorted(texts)[:SENTENCES]]


def records_of(data: Path) -> Iterable[OfficeRecord]:
    return [record_of(json.loads(line)) for line in (data / "titles.jsonl").read_text("utf-8").splitlines()]


def measure_unplanted(data: Path, embedder: Embedder, show: bool) -> dict[str, Any]:
    names = ("claim_detection.jsonl", "attribution.jsonl", "titles.jsonl")
    if not all((data / name).is_file() for name in names):
        return {"skipped": f"{data} has not all of {', '.join(names)}"}
    tools = tools_for(Records(records_of(data)), (), embedder)
    kinds: Counter[str] = Counter()
    flagged, failures = 0, 0
    texts = sentences_of(data)
    shown: dict[str, list[Flagged]] = defaultdict(list)
    for text in texts:
        try:
            notes, found = check(text, TODAY, tools)
        except Exception:  # a benchmark counts what breaks
            failures += 1
            continue
        failures += sum(note.failure is not None and note.failure.reason == "error" for note in notes)
        flagged += bool(found)
        kinds.update(each.flag.kind for each in found)
        shown[text] += found
    if show:
        _show(shown)
    return {"n": len(texts), "failures": failures, "flags": sum(kinds.values()), "texts_flagged": flagged, **kinds}


def _show(shown: dict[str, list[Flagged]]) -> None:
    for text, found in shown.items():
        for each in found:
            print(f"{each.flag.kind} on “{each.flag.span.exact}”: {each.flag.message}\n    {text}\n", file=sys.stderr)


def main() -> None:
    """Print the figures of both parts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--show", action="store_true", help="print what was flagged where nothing was planted")
    given = parser.parse_args()
    embedder = MiniLM()
    rows = [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]
    figures = {
        "newspaper": measure_newspaper(rows, embedder),
        "unplanted": measure_unplanted(given.data, embedder, given.show),
    }
    print(json.dumps(figures, indent=None if given.json else 2, ensure_ascii=False))


if __name__ == "__main__":
    main()
