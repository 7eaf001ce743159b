"""Benches without a model: over one fact, and over the reference that comes with factnotes."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from pipeline.check import Bench, index_paths, open_bench
from pipeline.core.settings import PROJECT, load_settings

FACT = {"text": "The square was swept.", "publisher": "Port authority"}


@contextmanager
def bench_over(home: Path, *paths: Path) -> Generator[Bench, None, None]:
    """Index files under a home of its own and open a bench over them."""
    settings = load_settings(home=home, model="none")
    index_paths(settings, paths)
    with open_bench(settings) as opened:
        yield opened


@contextmanager
def bench_over_one_fact(home: Path) -> Generator[Bench, None, None]:
    """Open a bench whose evidence has nothing to do with any claim."""
    facts = home / "facts.jsonl"
    facts.write_text(json.dumps(FACT), encoding="utf-8")
    with bench_over(home, facts) as opened:
        yield opened


@contextmanager
def bench_over_seeds(home: Path) -> Generator[Bench, None, None]:
    """Open a bench over the reference of the example article."""
    with bench_over(home, PROJECT / "seeds/reference") as opened:
        yield opened
