"""Measure how pages are read: words, days, warnings, on pages of our own and on pages of --data.

    python benchmarks/pages.py [--data ../shared/data] [--json] [--show]

`pages.jsonl` holds short pages written by us in the mark-up of thirty systems, `pages_further.jsonl` of others, with
the right answers written down before any of them was read: what a reader sees of the article (`text`), the day it was
published and whether the page lets one know it, what must be warned of or refused. Words are compared as bags: F1 of
each page, and their mean; the author of the reader wrote them, so it is flattered. `articles`
of --data are real pages of others' test sets with a day of publication each (`articles/index.tsv`).
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from pipeline.articles import load_article
from pipeline.core.errors import InputError
from pipeline.core.models import Article
from pipeline.core.settings import Settings

CASES = {
    "own_pages": Path(__file__).parent / "cases" / "pages.jsonl",
    "further_pages": Path(__file__).parent / "cases" / "pages_further.jsonl",
}
LOW = 0.9
"""F1 below which a page must come with a warning."""
Row = dict[str, Any]


def words_f1(read: str, gold: str) -> float:
    """Return the F1 of two bags of words.

    >>> round(words_f1("the pier opened", "the pier opened today"), 2)
    0.86
    """
    one, two = (Counter(re.findall(r"\w+", text.casefold())) for text in (read, gold))
    shared = (one & two).total()
    return 2 * shared / (one.total() + two.total()) if one or two else 1.0


def judge_page(row: Row, folder: Path) -> Row:
    """Read a page of ours; return its F1 and everything that is not as it should be."""
    file = folder / "page.html"
    file.write_text(row["html"], encoding="utf-8")
    try:
        article = load_article(str(file), Settings())
    except InputError as error:
        as_wanted = bool(row["refused"]) and row["refused"] in str(error)
        return {"system": row["system"], "f1": None, "wrong": [] if as_wanted else [f"refused: {error}"]}
    f1 = None if row["refused"] or not row["text"] else words_f1(article.text, row["text"])
    return {"system": row["system"], "f1": f1, "wrong": list(_wrong(row, article, f1))}


def _wrong(row: Row, article: Article, f1: float | None) -> list[str]:
    wrong = []
    if row["refused"]:
        wrong.append("not refused")
    known, estimated = str(article.published_at or ""), str(article.estimated_at or "")
    if row["known"] and known != row["date"]:
        wrong.append(f"day {known or 'none'} (estimated {estimated or 'none'}), not {row['date']}")
    if not row["known"] and known:
        wrong.append(f"{known} is taken for known")
    if row["warning"] and not any(row["warning"] in warning for warning in article.warnings):
        wrong.append(f"no warning of {row['warning']!r}")
    if f1 is not None and f1 < LOW and not article.warnings:
        wrong.append(f"F1 {f1:.2f} without a warning")
    if len(article.corrections) != row["corrections"]:
        wrong.append(f"{len(article.corrections)} corrections, not {row['corrections']}")
    days = [entry.published_at.isoformat() for entry in article.entries]
    return [*wrong, *([f"days of entries {days}"] if days != row["entries"] else [])]


def measure_own(cases: Path) -> tuple[Row, list[Row]]:
    """Read pages of our own; return figures and the judged pages."""
    rows = [json.loads(line) for line in cases.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        judged = [judge_page(row, Path(folder)) for row in rows]
    scores = [each["f1"] for each in judged if each["f1"] is not None]
    figures = {
        "pages": len(rows),
        "words_f1": round(sum(scores) / len(scores), 4),
        "lowest_f1": round(min(scores), 4),
        "pages_not_as_they_should_be": sum(bool(each["wrong"]) for each in judged),
    }
    return figures, judged


def measure_dated(folder: Path) -> tuple[Row, list[Row]]:
    """Read dated pages; return how many days are known, estimated, right and wrong, and which are not right."""
    counts: Counter[str] = Counter()
    missed = []
    started = time.perf_counter()
    with (folder / "index.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    for row in rows:
        article = load_article(str(folder / f"{row['file'].removesuffix('.html')}.html"), Settings())
        state = "known" if article.published_at else "estimated" if article.estimated_at else "untold"
        day = article.published_at or article.estimated_at
        outcome = state if day is None else f"{state} {'right' if str(day) == row['date'] else 'wrong'}"
        counts[outcome] += 1
        if outcome != "known right":
            missed.append({"system": row["file"], "f1": None, "wrong": [f"{outcome}: {day}, not {row['date']}"]})
    known = counts["known right"] + counts["known wrong"]
    figures = {
        "pages": len(rows),
        **dict(sorted(counts.items())),
        "known_days_right": round(counts["known right"] / known, 4) if known else None,
        "seconds": round(time.perf_counter() - started, 1),
    }
    return figures, missed


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--show", action="store_true", help="list the pages that are not read as they should be")
    options = parser.parse_args()
    figures: Row = {}
    judged: list[Row] = []
    for name, cases in CASES.items():
        figures[name], more = measure_own(cases)
        judged += more
    if (options.data / "articles" / "index.tsv").is_file():
        figures["dated_pages"], missed = measure_dated(options.data / "articles")
        judged += missed
    for each in judged if options.show else ():
        for wrong in each["wrong"]:
            sys.stderr.write(f"{each['system']}: {wrong}\n")
    sys.stdout.write(json.dumps(figures, indent=None if options.json else 2) + "\n")


if __name__ == "__main__":
    main()
