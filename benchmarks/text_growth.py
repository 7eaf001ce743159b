"""Measure how the time of every reader of a text grows with its length, over patterns that repeat without an end.

    python benchmarks/text_growth.py [--data FOLDER] [--json] [--length 300000] [--only NAME] [--patterns 60]

A pattern is a piece again and again (`tests/data/hostile/repeated.yaml`): as one line for what reads any text, as
sentences of 700 characters for what parses them, and that at a tenth of the length. Each reader reads a sixteenth and a
quarter of the length; the whole of what was slowest or steep. `order` is the exponent that the seconds grow with: 1 is
linear, 2 a square. Below `NOISE_S` seconds no exponent is told. --data is not looked at.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import yaml

from pipeline.articles import load_article
from pipeline.articles.plain import find_headings
from pipeline.check.addressed import told_of_article
from pipeline.check.checkers.consistency.checker import find_oddities
from pipeline.check.checkers.quantities.parsing import find_quantities
from pipeline.check.checkers.titles.mentions import sightings
from pipeline.check.claims import attributions, detect_claims
from pipeline.core.english import (
    find_addressed,
    find_dates,
    find_numbers,
    find_places,
    readable_lines,
    sentences,
)
from pipeline.core.errors import FactnotesError
from pipeline.core.models import (
    Article,
    Citation,
    Claim,
    Coverage,
    Evidence,
    Note,
    Passage,
    Report,
    Span,
    Usage,
    Verdict,
    Versions,
)
from pipeline.core.printing import shown
from pipeline.core.settings import PROJECT, load_settings
from pipeline.evidence import LexicalIndex, split_text
from pipeline.evidence.reading import read_reference
from pipeline.llm import load_prompt
from pipeline.reports import render_markdown
from pipeline.reports.run.html import render_html

REPEATED = PROJECT / "tests" / "data" / "hostile" / "repeated.yaml"
NOISE_S = 0.1
STEEP = 1.45
"""An exponent above this is no n log n at these lengths."""
SLOW_S = 20.0
"""A quarter that takes longer is not followed by the whole."""
SLOWEST = 3
"""Patterns that are read whole however they grow."""
DAY = date(2031, 3, 14)
Reader = Callable[[str], object]


def _load(text: str) -> object:
    return load_article("-", load_settings(model="none"), stdin=text.encode())


def _article(text: str) -> Article:
    return Article(text=unicodedata.normalize("NFC", text.strip() or "a"), published_at=DAY)


def _on_article(read: Callable[[Article], object], text: str) -> object:
    return read(_article(text))


def _evidence(text: str) -> object:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "evidence.txt"
        path.write_text(text, encoding="utf-8")
        return read_reference(path)


def _search(text: str) -> object:
    index = LexicalIndex([Passage(text=part) for part in split_text(text) if part])
    return index.query(text[:2_000], 5)


def _prompt(text: str) -> object:
    return _detection().render(context=text[:500], text=text)


@cache
def _detection() -> Any:
    return load_prompt("detect_claims", PROJECT / "prompts")


def _report(text: str) -> Report:
    article, passage = _article(text), Passage(text=text.strip() or "a")
    whole = Span(start=0, end=len(article.text), exact=article.text)
    claim = Claim(article_id=article.id, spans=(whole,), text=article.text, check_worthiness=0.5)
    cited = Citation.locate(passage.text, passage)
    verdict = Verdict(label="refuted", confidence=1, justification=text, citations=(cited,), method="model", by="model")
    evidence = Evidence(passage=passage, rank=1, score=1, retriever="words")
    note = Note(claim=claim, evidence=(evidence,), verdict=verdict)
    versions = Versions(code="1", embedding="1", index="1", syntax="1")
    return Report(
        run_id="run", coverage=Coverage.of((note,)), as_of=DAY, article=article, notes=(note,), usage=Usage(),
        seconds=0, versions=versions, created_at=datetime(2031, 3, 14, tzinfo=UTC),
    )  # fmt: skip


PLAIN: Mapping[str, Reader] = {
    "load": _load,
    "headings": find_headings,
    "lines": lambda text: list(readable_lines(text)),
    "numbers": find_numbers,
    "dates": lambda text: find_dates(text, DAY),
    "places": find_places,
    "words to checkers": find_addressed,
    "quotations located": lambda text: Span.locate(text[len(text) // 2 :][:400], text, near=len(text)),
    "quantities": lambda text: [find_quantities(part) for part in split_text(text)],
    "splitting": split_text,
    "evidence": _evidence,
    "search": _search,
    "prompt": _prompt,
    "printing": shown,
    "report page": lambda text: render_html(_report(text)),
    "report text": lambda text: render_markdown(_report(text)),
}
"""Readers without a parse: at the whole length."""
PARSING: Mapping[str, Reader] = {
    "sentences": partial(_on_article, sentences),
    "titles": partial(_on_article, sightings),
    "attributions": partial(_on_article, attributions),
    "consistency": partial(_on_article, find_oddities),
    "claims": partial(_on_article, detect_claims),
    "told of the article": partial(_on_article, lambda article: list(told_of_article(article))),
}
"""Readers with a parse, which costs about a second in 10,000 words: at a tenth of the length, one after another."""


def line_of(piece: str, length: int) -> str:
    """Return one line of a piece again and again."""
    return piece * (length // len(piece))


def sentences_of(piece: str, length: int) -> str:
    """Return sentences of pieces, each as long as a sentence may be."""
    sentence = f"The board met {piece * (650 // len(piece))} until the end was near. "
    return sentence * max(1, length // len(sentence))


def seconds(read: Reader, text: str) -> float:
    """Return the processor's seconds of a reading; one that is refused counts as well."""
    begun = time.process_time()
    with suppress(FactnotesError, ValueError):
        read(text)
    return time.process_time() - begun


def order(short: float, long: float) -> float | None:
    """Return the exponent that seconds grow with over four times the length; None below the noise."""
    return round(math.log(long / max(short, 0.01), 4), 2) if long > NOISE_S else None


def measured(read: Reader, texts: Mapping[str, Callable[[int], str]], length: int) -> dict[str, dict[str, Any]]:
    """Return the seconds of each pattern for a sixteenth and a quarter, and the whole of the slow and steep ones."""
    rows: dict[str, dict[str, Any]] = {}
    for pattern, make in texts.items():
        short, quarter = (round(seconds(read, make(length // part)), 3) for part in (16, 4))
        rows[pattern] = {"sixteenth": short, "quarter": quarter, "order": order(short, quarter)}
    slowest = sorted(rows, key=lambda pattern: -rows[pattern]["quarter"])[:SLOWEST]
    for pattern in rows:
        row = rows[pattern]
        if row["quarter"] < SLOW_S and (pattern in slowest or (row["order"] or 0) > STEEP):
            row["whole"] = round(seconds(read, texts[pattern](length)), 3)
            row["order"] = order(row["quarter"], row["whole"])
    return rows


def table(length: int, patterns: Mapping[str, str], readers: Mapping[str, tuple[Reader, int]]) -> dict[str, Any]:
    """Return for each reader its slowest pattern, and every one that is steep or that took too long to go on."""
    figures: dict[str, Any] = {}
    for name, (read, part) in readers.items():
        seconds(read, "The council of Velda closed the pier on 3 May 2019.")  # loads what it needs
        form = line_of if part == 1 else sentences_of
        rows = measured(read, {name: partial(form, piece) for name, piece in patterns.items()}, length // part)
        slowest = max(rows, key=lambda pattern: rows[pattern].get("whole", rows[pattern]["quarter"]))
        steep = {
            pattern: row for pattern, row in rows.items() if (row["order"] or 0) > STEEP or row["quarter"] >= SLOW_S
        }
        figures[name] = {"characters": length // part, "slowest": {slowest: rows[slowest]}, "steep": steep}
        print(name, json.dumps(figures[name]), file=sys.stderr, flush=True)
    return figures


def main() -> None:
    """Measure every reader, or the ones that are named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--length", type=int, default=300_000)
    parser.add_argument("--only", action="append")
    parser.add_argument("--patterns", type=int)
    given = parser.parse_args()
    pieces = list(yaml.safe_load(REPEATED.read_text(encoding="utf-8")).items())[: given.patterns]
    readers = {name: (read, 1) for name, read in PLAIN.items()} | {name: (read, 10) for name, read in PARSING.items()}
    chosen = {name: each for name, each in readers.items() if not given.only or name in given.only}
    print(json.dumps({"patterns": len(pieces), **table(given.length, dict(pieces), chosen)}, indent=2))


if __name__ == "__main__":
    main()
