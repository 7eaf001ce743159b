"""Score the title checker on sentences and claims with known titles, beside baselines, and time it.

Data: `title_mentions.jsonl`, `title_claims.jsonl` and `titles.jsonl` in the folder given with `--data`.

Mentions: the record set is all of `titles.jsonl` plus each row's own records, added once each; so a person is looked
up among everybody. Rows about people who are in no record must never be flagged.

Claims: looked up in records of `titles.jsonl` alone; a row's evidence, label and title row are never read by the
checker. A claim is answered when it is found right or wrong. `answerable` counts the claims of which `titles.jsonl`
holds the person and title at all.

`with_world` judges both again with the shipped records behind those, as a desk does that imports its own.

Each sentence is an article of its own, judged at its own date. `--speed` also loads 100,000 invented records and
reads an article of 1,000 words.
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
from tempfile import TemporaryDirectory
from typing import Any

from pipeline.check.checkers.titles.checker import outcome_of
from pipeline.check.checkers.titles.judgement import WRONG
from pipeline.check.checkers.titles.mentions import sightings
from pipeline.core.models import Article, OfficeRecord
from pipeline.core.settings import Settings
from pipeline.evidence import Records, parse_office, prepare_world, records_with_world
from pipeline.evidence.offices import record_of

Row = dict[str, Any]


def read(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def records_of(titles: list[Row], mentions: list[Row]) -> Iterator[OfficeRecord]:
    known = set()
    people = {row["person"]: row for row in titles}
    for row in titles:
        known.add((row["person"], row["title"], row["start"]))
        yield record_of(row)
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
        judged = outcome_of(sighting, article, records, day).outcome
        flagged = flagged or judged in WRONG
        same = sighting.mention.person == row["person"] and row["title"].lower() in sighting.mention.title.lower()
        found = found or same
        if same or outcome == "no_mention":
            outcome = judged
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


def judge_claim(row: Row, records: Records) -> str:
    """Return the outcome of a claim: that of the first title it gives the person."""
    article = Article(text=row["claim"])
    day = date.fromisoformat(row["claim_date"])
    outcomes = [outcome_of(sighting, article, records, day).outcome for sighting in sightings(article)]
    return outcomes[0] if outcomes else "no_mention"


def score_claims(rows: list[Row], titles: list[Row], records: Records) -> dict[str, Any]:
    known = {(row["person"], row["title"]) for row in titles}
    outcomes = [judge_claim(row, records) for row in rows]
    answers = {"right": "supported", **dict.fromkeys(WRONG, "refuted")}
    answered = [(row, answers[outcome]) for row, outcome in zip(rows, outcomes, strict=True) if outcome in answers]
    right = sum(answer == row["label"] for row, answer in answered)
    by_form: dict[str, Counter[str]] = defaultdict(Counter)
    for row, outcome in zip(rows, outcomes, strict=True):
        by_form[f"{row['form']}, {row['label']}"].update({"n": 1, outcome: 1})
    supported = sum(row["label"] == "supported" for row in rows)
    return {
        "n": len(rows),
        "answerable": sum((row["person"], row["title"]) in known for row in rows),
        "answered": len(answered),
        "answered_share": round(len(answered) / len(rows), 4),
        "right_of_answered": round(right / len(answered), 4) if answered else None,
        "wrong": [row["id"] for row, answer in answered if answer != row["label"]],
        "unanswered": dict(Counter(outcome for outcome in outcomes if outcome not in answers)),
        "baseline_ever_held": round(supported / len(rows), 4),
        "by_form": {form: dict(counts) for form, counts in sorted(by_form.items())},
    }


def with_world(titles: list[Row], rows: list[Row], claims: list[Row]) -> dict[str, Any]:
    """Score mentions and claims with the shipped records behind the given ones."""
    with TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        shipped = prepare_world(settings).records
        with records_with_world(settings, records_of(titles, rows)) as records:
            mentions = score(rows, [judge_row(row, records)[1] for row in rows])
        with records_with_world(settings, records_of(titles, [])) as records:
            told = score_claims(claims, titles, records)
    kept = ("answered", "answered_share", "right_of_answered", "wrong", "unanswered")
    return {"shipped": shipped, "mentions": mentions, "claims": {name: told[name] for name in kept}}


def invented_records(n: int) -> Iterator[OfficeRecord]:
    offices = ("Minister of Health", "Minister of Finance", "Prime Minister", "Member of Parliament", "Mayor of Town")
    syllables = ("ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu")
    for i in range(n):
        given, family = (
            "".join(syllables[(number // 10**place) % 10] for place in range(4)).title()
            for number in (i % 997, i * 7 + i // 997)
        )
        yield OfficeRecord(
            person=f"{given} {family}",
            office=f"{offices[i % 5]} {i % 500}",
            country=("France", "Chile", "Kenya", "Japan")[i % 4],
            start=f"{1950 + i % 70}-03-01",
            end=f"{1953 + i % 70}-03-01",
            source="invented",
        )


def measure_speed() -> dict[str, Any]:
    made = list(invented_records(100_000))
    started = time.perf_counter()
    records = Records(made)
    loaded = time.perf_counter() - started
    names = [made[i].person for i in range(0, len(made), 500)]
    names += [name[:-1] + "x" for name in names]
    times = []
    for name in names:
        started = time.perf_counter()
        records.of_person(name)
        times.append(time.perf_counter() - started)
    started = time.perf_counter()
    records.holders(parse_office("Minister of Health 5"), "France")
    offices = time.perf_counter() - started
    sentence = "“It is over,” said former French Finance Minister {} on Monday, and nobody in the room asked him why. "
    text = "".join(sentence.format(made[i * 37].person) for i in range(53))
    sightings(Article(text="President Ana Reyes left."))
    started = time.perf_counter()
    article = Article(text=text)
    for sighting in sightings(article):
        outcome_of(sighting, article, records, date(2020, 1, 1))
    return {
        "records": len(records),
        "load_seconds": round(loaded, 2),
        "lookup_ms_median": round(sorted(times)[len(times) // 2] * 1000, 3),
        "lookup_ms_worst": round(max(times) * 1000, 3),
        "first_lookup_by_office_seconds": round(offices, 2),
        "article_words": len(text.split()),
        "article_seconds": round(time.perf_counter() - started, 2),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--speed", action="store_true", help="also time 100,000 records and a long article")
    parser.add_argument(
        "--show", default="", help="print rows of this kind of error that were missed or falsely flagged"
    )
    options = parser.parse_args()
    missing = [f for f in ("title_mentions.jsonl", "titles.jsonl") if not (options.data / f).exists()]
    if missing:
        print(f"skipped: no {' and no '.join(missing)} in {options.data}")
        return 0
    titles = read(options.data / "titles.jsonl")
    rows = read(options.data / "title_mentions.jsonl")
    records = Records(records_of(titles, rows))
    started = time.perf_counter()
    results = [judge_row(row, records) for row in rows]
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for row, (found, flagged, outcome) in zip(rows, results, strict=True):
        kinds[row["error"]].update({"n": 1, "found": int(found), "flagged": int(flagged), outcome: 1})
        wrong = flagged != (row["label"] == "bad") or not found
        if options.show and options.show in (row["error"], "all") and wrong:
            print(row["error"], outcome, found, "|", row["text"], "|", row["records"][:3], file=sys.stderr)
    report: dict[str, Any] = {
        "n": len(rows),
        "records": len(records),
        "mention_found": sum(found for found, _, _ in results),
        "factnotes": score(rows, [flagged for _, flagged, _ in results]),
        "baseline_never": score(rows, [False] * len(rows)),
        "baseline_every_former": score(rows, ["former" in row["text"].lower() for row in rows]),
        "by_error": {kind: dict(counts) for kind, counts in sorted(kinds.items())},
        "seconds": round(time.perf_counter() - started, 1),
    }
    if (options.data / "title_claims.jsonl").exists():
        claims = read(options.data / "title_claims.jsonl")
        report["claims"] = score_claims(claims, titles, Records(records_of(titles, [])))
        report["with_world"] = with_world(titles, rows, claims)
    if options.speed:
        report["speed"] = measure_speed()
    print(json.dumps(report, indent=None if options.json else 1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
