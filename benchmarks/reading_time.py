"""Measure how the time to read a page grows with its length, for pages that repeat one piece without an end.

    python benchmarks/reading_time.py [--json] [--most 300000]

`page_patterns.yaml` holds the pieces. For each the processor seconds are told for pages of several lengths, and the
`growth`: how many times longer the longest takes than one of a quarter of its length (4 is linear). Pages
that are refused count too.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import time
from pathlib import Path

import yaml

from pipeline.articles import load_article
from pipeline.core.errors import InputError
from pipeline.core.settings import Settings

PATTERNS = Path(__file__).parent / "page_patterns.yaml"
LEAD = "The harbour council voted on Tuesday to rebuild the eastern pier, which a storm had broken in two places."
END = "Fishermen had asked for a longer wall for eleven years, and forty of them came to watch the vote."
SHORTEST = 0.3
"""Seconds below which growth is noise."""


def page_of(piece: str, size: int) -> bytes:
    """Return a page of about as many characters that repeats a piece."""
    many = piece * max(1, size // len(piece))
    return (
        f"<html><head><title>Pier</title></head><body><article><h1>Pier</h1><p>{LEAD}</p>{many}<p>{END}</p>"
        "</article></body></html>"
    ).encode()


def seconds(piece: str, size: int) -> float:
    """Return the processor seconds that reading takes."""
    data = page_of(piece, size)
    started = time.process_time()
    with contextlib.suppress(InputError):
        load_article("-", Settings(), stdin=data)
    return time.process_time() - started


def measure(most: int) -> dict[str, object]:
    """Return seconds by pattern and size, and the patterns whose time grows faster than their length."""
    sizes = (most // 16, most // 4, most)
    seconds("<p>It is old.</p>", 1000)  # what is loaded once
    table = {}
    for name, piece in yaml.safe_load(PATTERNS.read_text(encoding="utf-8")).items():
        took = [round(seconds(piece, size), 3) for size in sizes]
        table[name] = {**{f"{size:,}": each for size, each in zip(sizes, took, strict=True)}, "growth": _growth(took)}
    faster = sorted(name for name, row in table.items() if (row["growth"] or 0) > 8)
    slowest = max(table, key=lambda name: float(table[name][f"{most:,}"] or 0))
    return {"patterns": len(table), "slowest": slowest, "faster_than_linear": faster, "seconds": table}


def _growth(took: list[float]) -> float | None:
    return round(took[-1] / max(took[-2], 0.02), 1) if took[-1] >= SHORTEST else None


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="not used: the pages are made here")
    parser.add_argument("--most", type=int, default=300_000, help="characters of the longest page")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    sys.stdout.write(json.dumps(measure(options.most), indent=None if options.json else 1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
