"""Measure how long scoring takes and how heavy the report is.

`scored`: 10,000 invented cases answered by two variants, every figure and every comparison with 10,000 resamples, on
one core; alone, and in groups of 5 asked twice. `report`: the page for 2,000 cases with evidence of some 900
characters: seconds to write it, its size, and how long Chromium takes to open it (load event and first paint, cases
closed; the median of five). --data is not used.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from pipeline.core.models import Case, Failure, Usage
from pipeline.evaluation import Suite
from pipeline.evaluation.cases import Answer, Evaluation, Variant
from pipeline.evaluation.report import render_report
from pipeline.evaluation.scores import SCORER, Pairing, Scores, compare_answers, score_answers

CHROMIUM = Path("/usr/bin/chromium")
LABELS = ("supported", "refuted", "not_enough_evidence", "conflicting_evidence")
WORDS = re.findall(
    r"\w+",
    "the harbour council voted on ferry tolls after a long winter of repairs while engineers counted ships cranes and "
    "sacks of grain that the old ledger had left out in several years",
)


def invented(
    cases: int, *, group: int = 1, repeats: int = 1, seed: int = 7
) -> tuple[Suite, list[Variant], list[Answer]]:
    """Return a suite of invented cases with the answers of two variants, the second a little better."""
    chance = random.Random(seed)
    made = [
        Case(
            claim=f"In year {number} {' '.join(chance.choices(WORDS, k=14))}.",
            label=chance.choices(LABELS, (40, 35, 18, 7))[0],
            evidence=tuple(f"{' '.join(chance.choices(WORDS, k=80))}." for _ in range(2)),
            source=("ledger", "minutes", "gazette")[number % 3],
            group=f"article {number // group}" if group > 1 else None,
        )
        for number in range(cases)
    ]
    suite = Suite(name="Invented", stage="verdict", cases=tuple(sorted(made, key=lambda case: case.id)))
    variants = [
        Variant(name=f"verdict@{number}", prompt_ref=f"verdict@{number}", model="local:small") for number in (1, 2)
    ]
    answers = [
        _answer(case, variant, repeat, skill, chance)
        for variant, skill in zip(variants, (0.60, 0.64), strict=True)
        for case in suite.cases
        for repeat in range(repeats)
    ]
    return suite, variants, answers


def _answer(case: Case, variant: Variant, repeat: int, skill: float, chance: random.Random) -> Answer:
    known: dict[str, Any] = {
        "case_id": case.id,
        "variant": variant.id,
        "repeat": repeat,
        "seconds": chance.expovariate(0.5),
    }
    usage = Usage(calls=1, tokens_in=700, tokens_out=90, dollars=0.0003)
    if chance.random() < 0.02:
        return Answer(**known, failure=Failure(stage="verdict", reason="malformed_reply"), usage=usage)
    right = chance.random() < skill
    quote = case.evidence[0][10:60]
    return Answer(
        **known,
        label=case.label if right else chance.choice(LABELS),
        confidence=round(min(1.0, max(0.0, chance.gauss(0.8 if right else 0.65, 0.12))), 2),
        citations_given=1,
        citations_proven=1,
        payload={"justification": "The record says so.", "citations": [{"passage": "p", "quote": quote}]},
        usage=usage,
    )


def scored(suite: Suite, variants: list[Variant], answers: list[Answer]) -> tuple[list[Scores], tuple[Pairing, ...]]:
    """Return every figure and comparison."""
    scores = [score_answers(suite, variant, answers) for variant in variants]
    return scores, compare_answers(suite, variants[0], variants, answers)


def time_scoring(cases: int) -> dict[str, float]:
    """Return the processor seconds of scoring, alone and in groups with repeats."""
    seconds = {}
    for name, shape in {"alone": {}, "groups_of_5_twice": {"group": 5, "repeats": 2}}.items():
        made = invented(cases, **shape)
        began = time.process_time()
        scored(*made)
        seconds[name] = round(time.process_time() - began, 2)
    return seconds


def weigh_report(cases: int) -> dict[str, float]:
    """Return how long the page takes to write and to open, and its size."""
    suite, variants, answers = invented(cases)
    scores, pairings = scored(suite, variants, answers)
    evaluation = Evaluation(
        id="invented",
        suite=suite.name,
        suite_digest=suite.digest,
        cases=cases,
        evidence_digest=suite.evidence_digest,
        scorer=SCORER,
        variants=tuple(variants),
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        code="0",
    )
    began = time.perf_counter()
    page = render_report([evaluation], suite, answers, scores, pairings)
    written = time.perf_counter() - began
    figures = {"cases": cases, "seconds_to_write": round(written, 2), "megabytes": round(len(page.encode()) / 1e6, 2)}
    return figures | (_open(page) if CHROMIUM.exists() else {})


def _open(page: str) -> dict[str, float]:
    loads, paints = [], []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "report.html"
        file.write_text(page, encoding="utf-8")
        flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        for _ in range(5):
            tab = browser.new_page(viewport={"width": 1400, "height": 900})
            tab.goto(file.as_uri())
            loads.append(tab.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd") / 1000)
            tab.wait_for_function("performance.getEntriesByName('first-contentful-paint').length > 0")
            paints.append(tab.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") / 1000)
            tab.close()
        browser.close()
    return {
        "seconds_to_load": round(statistics.median(loads), 2),
        "seconds_to_first_paint": round(statistics.median(paints), 2),
    }


def main() -> None:
    """Print the figures, as text or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--listed", type=int, default=2_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures = {"scored": {"cases": given.cases, **time_scoring(given.cases)}, "report": weigh_report(given.listed)}
    print(json.dumps(figures, indent=None if given.json else 2))


if __name__ == "__main__":
    main()
