"""Facts of real pages that somebody marked by hand, by kind, against those that the ledger lists.

    python -m benchmarks.fact_kinds [--data ../shared/data] [--json] [--show] [PAGE ...]

The pages stay where they are: `cases/fact_kinds.jsonl` holds of each its set, the hash of its text, and the kind, start
and end of each mark. Sets were marked before the ledger was run on their pages; rules were made from what it missed in
a set before the next one was run, so no set is unseen any more (the tenth and the eleventh were marked by people who
had not seen the tool). A mark is found where a fact of its own kind holds half
of its words or stands wholly in them; `near` also counts kinds that lie beside it, `words` any fact around all of it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.articles import load_article
from pipeline.core.errors import InputError
from pipeline.core.models import Article
from pipeline.core.settings import Settings
from pipeline.ledger.find import find_facts
from pipeline.ledger.models import Fact

CASES = Path(__file__).parent / "cases" / "fact_kinds.jsonl"
_BESIDE = (
    ("name", "place"),
    ("name", "title"),
    ("name", "work"),
    ("number", "date"),
    ("number", "measurement"),
    ("number", "superlative"),
    ("number", "work"),
    ("measurement", "date"),
    ("title", "other"),
    ("cause", "attribution"),
)
NEAR = frozenset((*_BESIDE, *((other, one) for one, other in _BESIDE), ("age", "number"), ("age", "measurement")))
NEAR |= {("name", "other"), ("caption", "name")}


class Mark(NamedTuple):
    """What somebody marked."""

    kind: str
    start: int
    end: int


def measure(data: Path, pages: list[str] | None = None) -> dict[str, Any]:
    """Return how many marks are found, by set, page and kind, and which are not."""
    rows = [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]
    figures: dict[str, Any] = {"sets": {}, "pages": {}, "kinds": {}, "skipped": []}
    sums: dict[str, Counter[str]] = {}
    for row in rows:
        article = _article(data / "articles" / f"{row['page']}.html", row["text_sha256"])
        if pages and row["page"] not in pages:
            continue
        if article is None:
            figures["skipped"].append(row["page"])
            continue
        facts, marks = find_facts(article), [Mark(*each) for each in row["marks"]]
        missed = [mark for mark in marks if not _found(mark, facts, {mark.kind})]
        figures["pages"][row["page"]] = {"marks": len(marks), "missed": missed}
        for mark in marks:
            for key in (f"sets {row['set']}", f"kinds {mark.kind}", "all"):
                sums.setdefault(key, Counter()).update(_told(mark, facts))
    for key, counted in sums.items():
        group, _, name = key.partition(" ")
        share = {"marks": counted["marks"], **{each: round(counted[each] / counted["marks"], 3) for each in _WAYS}}
        (figures[group] if name else figures).update({name or "all": share})
    return figures


_WAYS = ("own", "near", "words")


def _article(path: Path, sha256: str) -> Article | None:
    """Return a page whose text is the one that was marked."""
    try:
        article = load_article(str(path), Settings())
    except (InputError, OSError):
        return None
    return article if hashlib.sha256(article.text.encode()).hexdigest() == sha256 else None


def _told(mark: Mark, facts: tuple[Fact, ...]) -> Iterator[str]:
    yield "marks"
    if _found(mark, facts, {mark.kind}):
        yield "own"
    if _found(mark, facts, {mark.kind, *(other for one, other in NEAR if one == mark.kind)}):
        yield "near"
    if any(fact.span.start <= mark.start and mark.end <= fact.span.end for fact in facts):
        yield "words"


def _found(mark: Mark, facts: tuple[Fact, ...], kinds: set[str]) -> bool:
    for fact in (each for each in facts if each.kind in kinds):
        shared = min(mark.end, fact.span.end) - max(mark.start, fact.span.start)
        if shared > 0 and (2 * shared >= mark.end - mark.start or shared == fact.span.end - fact.span.start):
            return True
    return False


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("pages", nargs="*")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--show", action="store_true", help="list the places of what is missed")
    given = parser.parse_args()
    if not (given.data / "articles").is_dir():
        print(f"skipped: {given.data}/articles is not here")
        return
    figures = measure(given.data, given.pages)
    if not given.show:
        for page in figures["pages"].values():
            page["missed"] = len(page["missed"])
    print(json.dumps(figures) if given.json else json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
