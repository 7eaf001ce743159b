"""Score the title checker on sentences with known titles, beside two baselines.

Data: `title_mentions.jsonl` and `titles.jsonl` in the folder given with `--data`. The record set is all
of `titles.jsonl` plus each row's own records, added once each; so a person is looked up among everybody.
Rows about people who are in no record must never be flagged. Each sentence is an article of its own,
judged at its own date.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.models import Article, OfficeRecord
from pipeline.titles.checking import outcome_of
from pipeline.titles.judge import WRONG
from pipeline.titles.mentions import sightings
from pipeline.titles.records import Records

Row = dict[str, Any]


def read(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def records_of(titles: list[Row], mentions: list[Row]) -> Iterator[OfficeRecord]:
    known = set()
    people = {row["person"]: row for row in titles}
    for row in titles:
        known.add((row["person"], row["title"], row["start"]))
        yield OfficeRecord(
            person=row["person"],
            aliases=tuple(row["aliases"]),
            office=row["title"],
            organisation=row["org"],
            country=row["country"],
            start=row["start"],
            end=row["end"],
            as_of=row["as_of"],
            acting=bool(row["acting"]),
            source=row["source"],
        )
    for row in mentions:
        for held in row["records"]:
            key = (row["person"], held["title"], held["start"])
            if key in known:
                continue
            known.add(key)
            likeness = people.get(row["person"])
            yield OfficeRecord(
                person=row["person"],
                aliases=tuple(likeness["aliases"]) if likeness else (),
                office=held["title"],
                country=held["country"],
                start=held["start"],
                end=held["end"],
                as_of=likeness["as_of"] if likeness else row["article_date"],
                source="title_mentions",
            )


def judge_row(row: Row, records: Records) -> tuple[bool, bool, str]:
    """Return whether person and title were found, whether a flag was raised, and the outcome."""
    article = Article(text=row["text"])
    day = date.fromisoformat(row["article_date"])
    found, flagged, outcome = False, False, "no_mention"
    for sighting in sightings(article):
        said = outcome_of(sighting, article, records, day).outcome
        flagged = flagged or said in WRONG
        same = sighting.mention.person == row["person"] and row["title"].lower() in sighting.mention.title.lower()
        found = found or same
        if same or outcome == "no_mention":
            outcome = said
    return found, flagged, outcome


def score(rows: list[Row], flags: list[bool]) -> dict[str, Any]:
    pairs = list(zip(rows, flags, strict=True))
    true = sum(flag and row["label"] == "bad" for row, flag in pairs)
    bad = sum(row["label"] == "bad" for row in rows)
    return {
        "flags": sum(flags),
        "precision": round(true / sum(flags), 4) if any(flags) else None,
        "recall": round(true / bad, 4) if bad else None,
        "false_alarms_ok": sum(flag and row["label"] == "ok" for row, flag in pairs),
        "false_alarms_unknown": sum(flag and row["label"] == "unknown" for row, flag in pairs),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--show", default="", help="print rows of this kind of error that were missed or falsely flagged"
    )
    options = parser.parse_args()
    if not (options.data / "title_mentions.jsonl").exists():
        print(f"skipped: no title_mentions.jsonl in {options.data}")
        return 0
    rows = read(options.data / "title_mentions.jsonl")
    records = Records(records_of(read(options.data / "titles.jsonl"), rows))
    started = time.perf_counter()
    results = [judge_row(row, records) for row in rows]
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for row, (found, flagged, outcome) in zip(rows, results, strict=True):
        kinds[row["error"]].update({"n": 1, "found": int(found), "flagged": int(flagged), outcome: 1})
        wrong = flagged != (row["label"] == "bad") or not found
        if options.show and options.show in (row["error"], "all") and wrong:
            print(row["error"], outcome, found, "|", row["text"], "|", row["records"][:3], file=sys.stderr)
    report = {
        "n": len(rows),
        "records": len(records),
        "mention_found": sum(found for found, _, _ in results),
        "factnotes": score(rows, [flagged for _, flagged, _ in results]),
        "baseline_never": score(rows, [False] * len(rows)),
        "baseline_every_former": score(rows, ["former" in row["text"].lower() for row in rows]),
        "by_error": {kind: dict(counts) for kind, counts in sorted(kinds.items())},
        "seconds": round(time.perf_counter() - started, 1),
    }
    print(json.dumps(report, indent=None if options.json else 1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
