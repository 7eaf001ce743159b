"""Cases in two halves: rules may be made by looking at `dev`, never at `aside`; one command for all of them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from text_checks import Row

from pipeline.core.ports import Embedder
from pipeline.evidence import MiniLM

HALVES = ("dev", "aside")
Measured = tuple[dict[str, Any], list[str]]
"""The figures of rows, and a line on each that was answered wrongly."""


def read_cases(paths: Iterable[Path], half: str) -> list[Row]:
    """Return the rows of the files that are in a half."""
    rows = [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [row for row in rows if row["half"] == half]


def print_halves(
    about: str | None, cases: Sequence[Path], measure: Callable[[Sequence[Row], Embedder], Measured]
) -> None:
    """Print the figures of each half that the command line asks for, and with `--show` what went wrong in them."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, nargs="+", default=cases)
    parser.add_argument("--half", choices=HALVES)
    parser.add_argument("--data", type=Path, help="not used: the cases are our own")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--show", action="store_true", help="print what was answered wrongly")
    given = parser.parse_args()
    embedder = MiniLM()
    halves = [half for half in HALVES if given.half in (None, half)]
    measured = {half: measure(read_cases(given.cases, half), embedder) for half in halves}
    if given.show:
        print("\n".join(line for _, lines in measured.values() for line in lines), file=sys.stderr)
    figures = {half: found for half, (found, _) in measured.items()}
    print(json.dumps(figures, indent=None if given.json else 2, ensure_ascii=False))
