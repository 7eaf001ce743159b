"""Mutate pages and texts, read each, and count what is read, refused and broken.

    python benchmarks/fuzz_pages.py [--number 100000] [--seed 1] [--json] [--show]

Pages are those of `cases/pages.jsonl`, texts the words on them; each is cut, doubled, mixed with another, filled with
pieces of `page_patterns.yaml`, or its bytes are changed. What is read must hold its own places; a refusal must be one
line. Of one in `--detect-every` the claims are found as well; with `--check` they are checked too, without a model and
with the shipped world, and no claim may end as an error. The same seed makes the same pages.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from pipeline.articles import load_article
from pipeline.check import Tools, check_claims, detect as detect_all, index_paths, open_bench, plan_jobs
from pipeline.check.claims import detect_claims
from pipeline.core.errors import InputError
from pipeline.core.models import Article
from pipeline.core.settings import PROJECT, Settings
from pipeline.evidence import prepare_world

CASES = Path(__file__).parent / "cases" / "pages.jsonl"
PATTERNS = Path(__file__).parent / "page_patterns.yaml"
_LONGEST_DETECTED = 6000
_SLOW = 2.0


def _cut(page: str, other: str, pieces: list[str], chance: random.Random) -> str:
    at, length = chance.randrange(len(page)), chance.choice((1, 5, 40, 400))
    return page[:at] + page[at + length :]


def _double(page: str, other: str, pieces: list[str], chance: random.Random) -> str:
    at, length = chance.randrange(len(page)), chance.choice((5, 40, 400, 2000))
    return page[:at] + page[at : at + length] * chance.choice((2, 3, 10)) + page[at + length :]


def _mix(page: str, other: str, pieces: list[str], chance: random.Random) -> str:
    return page[: chance.randrange(len(page))] + other[chance.randrange(len(other)) :]


def _fill(page: str, other: str, pieces: list[str], chance: random.Random) -> str:
    at = chance.randrange(len(page))
    return page[:at] + chance.choice(pieces) * chance.choice((1, 2, 30)) + page[at:]


def _change(page: str, other: str, pieces: list[str], chance: random.Random) -> str:
    at = chance.randrange(len(page))
    return (
        page[:at]
        + chr(chance.choice((0, 9, 0x22, 0x3C, 0x3E, 0x7C, 0xAD, 0x2028, 0x202E, 0xFFFD, 0x1F6A2)))
        + page[at + 1 :]
    )


MUTATIONS: tuple[Callable[[str, str, list[str], random.Random], str], ...] = (_cut, _double, _mix, _fill, _change)
ENCODINGS = ("utf-8", "utf-8", "utf-8", "utf-8", "cp1252", "utf-16-le", "utf-16", "latin-1")


def mutated(sources: list[str], pieces: list[str], chance: random.Random) -> bytes:
    """Return a page or text that was changed one to four times, in some encoding."""
    page, other = chance.choice(sources), chance.choice(sources)
    for _ in range(chance.randint(1, 4)):
        page = chance.choice(MUTATIONS)(page, other, pieces, chance) or other
    data = bytearray(page[:60_000].encode(chance.choice(ENCODINGS), "replace"))
    if data and chance.random() < 0.1:
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def sources_and_pieces() -> tuple[list[str], list[str]]:
    """Return the pages and texts that are mutated, and what they are filled with."""
    rows = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    pieces = list(yaml.safe_load(PATTERNS.read_text(encoding="utf-8")).values())
    return [*(row["html"] for row in rows), *(row["text"] for row in rows if row["text"])], pieces


def read(data: bytes, *, detect: bool, tools: Tools | None = None) -> str:
    """Read a page; return what became of it. Raises whatever the reader raises that is no refusal."""
    try:
        article = load_article("-", Settings(), stdin=data)
    except InputError as error:
        assert "\n" not in str(error), "a refusal of several lines"
        return "refused"
    _hold(article)
    if not detect or len(article.text) > _LONGEST_DETECTED:
        return "read"
    if tools is not None:
        return _check(article, tools)
    assert all(span.is_in(article.text) for claim in detect_claims(article) for span in claim.spans)
    return "read, and its claims found"


def _check(article: Article, tools: Tools) -> str:
    """Check an article as a desk does without a model."""
    try:
        claims = detect_all(article, tools).claims
    except InputError as error:
        assert "\n" not in str(error), "a refusal of several lines"
        return "read, with nothing to check"
    assert all(span.is_in(article.text) for claim in claims for span in claim.spans)
    for note in check_claims(plan_jobs(article, claims, article.published_at or date(2026, 1, 1)), tools):
        assert note.failure is None or note.failure.reason != "error", f"a claim ended as an error: {note.claim.text}"
        assert all(flag.span is None or flag.span.is_in(article.text) for flag in note.flags)
    return "read, and its claims checked"


def _hold(article: Article) -> None:
    headings, entries = [each.span for each in article.headings], [each.span for each in article.entries]
    spans = [*article.corrections, *headings, *entries]
    assert all(span.is_in(article.text) for span in spans), "a place that does not hold its words"


def measure(number: int, seed: int, every: int, *, check: bool, show: bool) -> dict[str, object]:
    """Return how many were read, refused, broken, slow, and the slowest in seconds."""
    with ExitStack() as stack:
        tools = _tools(stack) if check else None
        return _measure(number, seed, every, tools, show=show)


def _tools(stack: ExitStack) -> Tools:
    """Open a desk of its own, with the shipped world and no model."""
    settings = Settings(home=Path(stack.enter_context(TemporaryDirectory())), model="none", vector_search=False)
    prepare_world(settings)
    index_paths(settings, [PROJECT / "seeds" / "reference"])
    return stack.enter_context(open_bench(settings)).tools


def _measure(number: int, seed: int, every: int, tools: Tools | None, *, show: bool) -> dict[str, object]:
    chance = random.Random(seed)  # not for secrets
    sources, pieces = sources_and_pieces()
    counts: Counter[str] = Counter()
    slowest, began = 0.0, time.process_time()
    for at in range(number):
        data = mutated(sources, pieces, chance)
        started = time.process_time()
        try:
            counts[read(data, detect=at % every == 0, tools=tools)] += 1
        except Exception as error:  # what this looks for
            counts[f"broken: {type(error).__name__}"] += 1
            if show:
                sys.stderr.write(f"{at}: {error!r} {data[:80]!r}\n")
                Path(f"/tmp/fuzz-{seed}-{at}").write_bytes(data)
        took = time.process_time() - started
        slowest = max(slowest, took)
        counts["slow"] += took > _SLOW
    return {
        "number": number,
        "seed": seed,
        **dict(sorted(counts.items())),
        "slowest_seconds": round(slowest, 2),
        "seconds": round(time.process_time() - began),
    }


def main() -> None:
    """Print the counts."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="not used: the pages are made here")
    parser.add_argument("--number", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--detect-every", type=int, default=50)
    parser.add_argument("--check", action="store_true", help="check those claims too, without a model")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--show", action="store_true", help="keep what breaks, and tell it")
    options = parser.parse_args()
    found = measure(options.number, options.seed, options.detect_every, check=options.check, show=options.show)
    sys.stdout.write(json.dumps(found, indent=None if options.json else 1) + "\n")


if __name__ == "__main__":
    main()
