"""Measure whether errors that were really printed are seen, without a model, and what is said of the right wording.

    python benchmarks/printed_corrections.py [--data folder] [--json]

Each row of `corrections.jsonl` in --data holds a passage as it was printed and as its publisher put it right. Each
is checked twice from end to end: with the row's evidence and records (`other_words`), and with nothing but the right
passage as evidence (`right_sentence`). An error is found where its words are refuted, flagged, or marked as
differing from a source; on right passages whatever is refuted, flagged or marked is counted.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.check import StoredSources, Tools, check_claims, detect, plan_jobs
from pipeline.check.checkers.titles import Records
from pipeline.core.errors import InputError
from pipeline.core.models import Article, Note, OfficeRecord, Passage, Span, Versions
from pipeline.evidence import ExactVectors, LexicalIndex, MiniLM, from_memory, retrieve_evidence

LIMIT = 8
FILE = "corrections.jsonl"


def check(
    text: str, day: date, passages: Sequence[Passage], records: Iterable[OfficeRecord], embedder: MiniLM
) -> list[Note]:
    """Return the notes of a text, checked without a model against nothing but what is given."""
    article = Article(text=text, published_at=day)
    tools = Tools(
        retrieve=partial(
            retrieve_evidence,
            passages=from_memory(passages),
            vectors=ExactVectors(tuple(passages), embedder),
            lexical=LexicalIndex(tuple(passages)),
            embedder=embedder,
            limit=LIMIT,
        ),
        records=Records(tuple(records)),
        sources=StoredSources(tuple(passages)),
        embedder=embedder,
        versions=Versions(code="benchmark"),
    )
    try:
        jobs = plan_jobs(article, detect(article, tools).claims, day)
    except InputError:
        return []
    return list(check_claims(jobs, tools))


def error_span(row: dict[str, Any]) -> Span:
    """Return the place of the error words: where putting in the right ones gives the right passage."""
    wrong, words = row["wrong"], row["error_words"]
    at = wrong.find(words)
    while at >= 0:
        if wrong[:at] + row["right_words"] + wrong[at + len(words) :] == row["right"]:
            return Span.of(wrong, at, at + len(words))
        at = wrong.find(words, at + 1)
    return Span.locate(words, wrong)


def how_found(notes: Iterable[Note], error: Span) -> set[str]:
    """Return in which of the three ways the error words are pointed at."""
    found = set()
    for note in notes:
        if note.verdict and note.verdict.label == "refuted" and any(map(error.overlap, note.claim.spans)):
            found.add("refuted")
        if any(flag.span.overlap(error) for flag in note.flags):
            found.add("flagged")
        if note.comparison and any(part.words.overlap(error) for part in note.comparison.differing):
            found.add("differs")
    return found


def alarms(notes: Iterable[Note]) -> list[str]:
    """Return what is refuted, flagged or marked as differing, in words."""
    said = []
    for note in notes:
        if note.verdict and note.verdict.label == "refuted":
            said.append(f"refuted: {note.claim.span.exact}")
        said += [f"flagged {flag.kind}: {flag.span.exact}" for flag in note.flags]
        for part in note.comparison.differing if note.comparison else ():
            said.append(f"differs {part.kind}: {part.words.exact} | {part.source_words and part.source_words.exact}")
    return list(dict.fromkeys(said))


def _passage(given: dict[str, Any]) -> Passage:
    return Passage.model_validate(
        {name: given.get(name) for name in ("text", "publisher", "published_at", "source_url")}
    )


def sources_of(row: dict[str, Any], way: str) -> tuple[list[Passage], list[OfficeRecord]]:
    """Return the passages and records that a row is checked against."""
    if way == "other_words":
        return [_passage(each) for each in row["evidence"]], [
            OfficeRecord.model_validate(each) for each in row["records"]
        ]
    day = date.fromisoformat(row["article_date"]) - timedelta(days=1)
    return [Passage(text=row["right"], publisher="Another Paper", published_at=day)], []


def measure(rows: Sequence[dict[str, Any]], way: str, embedder: MiniLM) -> dict[str, Any]:
    """Check every row one way and count."""
    found: dict[str, set[str]] = {}
    said: dict[str, list[str]] = {}
    beside: dict[str, list[str]] = {}
    failures: list[str] = []
    for row in rows:
        day, (passages, records) = date.fromisoformat(row["article_date"]), sources_of(row, way)
        try:
            wrong, right = (check(row[which], day, passages, records, embedder) for which in ("wrong", "right"))
        except Exception as error:  # a benchmark counts what breaks
            failures.append(f"{row['id']}: {type(error).__name__}: {error}")
            continue
        found[row["id"]] = how_found(wrong, error_span(row))
        said[row["id"]] = alarms(right)
        beside[row["id"]] = alarms(wrong)
    return {
        **_counts(rows, found, said),
        "failures": failures,
        "missed": [id_ for id_, ways in found.items() if not ways],
        "on_right": {id_: lines for id_, lines in said.items() if lines},
        "on_wrong": {id_: lines for id_, lines in beside.items() if lines},
    }


def _counts(rows: Sequence[dict[str, Any]], found: dict[str, set[str]], said: dict[str, list[str]]) -> dict[str, Any]:
    kinds = Counter(row["kind"] for row in rows)
    hit = Counter(row["kind"] for row in rows if found.get(row["id"]))
    decided = sum(any(not line.startswith("differs") for line in lines) for lines in said.values())
    differing = sum(any(line.startswith("differs") for line in lines) for lines in said.values())
    return {
        "n": len(rows),
        "found": sum(map(bool, found.values())),
        "found_share": round(sum(map(bool, found.values())) / max(1, len(rows)), 3),
        "ways": Counter(way for ways in found.values() for way in ways),
        "kinds": {kind: f"{hit[kind]}/{n}" for kind, n in kinds.most_common()},
        "right_refuted_or_flagged": round(decided / max(1, len(rows)), 3),
        "right_differing": round(differing / max(1, len(rows)), 3),
    }


def main() -> None:
    """Print what was found; a data folder without the file is skipped with a word."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    path = given.data / FILE
    if not path.exists():
        print(f"printed_corrections: skipped, {path} is absent", file=sys.stderr)
        return
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    embedder = MiniLM()
    result = {way: measure(rows, way, embedder) for way in ("other_words", "right_sentence")}
    if given.json:
        for figures in result.values():
            for texts in ("on_right", "on_wrong"):  # others' words: counted, not kept
                figures.pop(texts)
    print(json.dumps(result, indent=None if given.json else 2, ensure_ascii=False))


if __name__ == "__main__":
    main()
