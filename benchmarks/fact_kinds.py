"""Facts of real pages that somebody marked by hand, by kind, against those that the ledger lists.

    python -m benchmarks.fact_kinds [--data ../shared/data] [--json] [--show] [PAGE ...]

The pages stay where they are: `cases/fact_kinds.jsonl` holds of each its set, the hash of its text, and the kind, start
and end of each mark. Sets were marked before the ledger was run on their pages; rules were made from what it missed in
a set before the next one was run, so no set is unseen any more (the tenth and the eleventh were marked by people who
had not seen the tool). The pages of the eleventh were marked once more by a second person, as a set of its own that no
sum over all pages holds: `agreement` tells what share of one's marks the other has. A mark is found where a fact of its
own kind holds half of its words or stands wholly in them; `near` also counts kinds that lie beside it, `words` any fact
around all of it.
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

CASES = Path(__file__).parent / "cases" / "fact_kinds.jsonl"
SECOND = ", second person"
"""How the name of a set ends that marks the pages of another once more."""
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
    """What somebody marked, or the ledger lists."""

    kind: str
    start: int
    end: int


def measure(data: Path, pages: list[str] | None = None) -> dict[str, Any]:
    """Return how many marks are found, by set, page and kind, which are not, and how far two people agree."""
    rows = [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]
    rows = [row for row in rows if not pages or row["page"] in pages]
    figures: dict[str, Any] = {"sets": {}, "pages": {}, "kinds": {}, "agreement": agreement(rows), "skipped": []}
    sums: dict[str, Counter[str]] = {}
    for row in rows:
        article = _article(data / "articles" / f"{row['page']}.html", row["text_sha256"])
        page = row["page"] + (SECOND if row["set"].endswith(SECOND) else "")
        if article is None:
            figures["skipped"].append(page)
            continue
        facts = [Mark(fact.kind, fact.span.start, fact.span.end) for fact in find_facts(article)]
        marks = _marks(row)
        missed = [mark for mark in marks if not _found(mark, facts, {mark.kind})]
        figures["pages"][page] = {"marks": len(marks), "missed": missed}
        for mark in marks:
            for key in _sums_of(row["set"], mark):
                sums.setdefault(key, Counter()).update(_told(mark, facts))
    for key, counted in sums.items():
        group, _, name = key.partition(" ")
        share = {"marks": counted["marks"], **{each: round(counted[each] / counted["marks"], 3) for each in _WAYS}}
        (figures[group] if name else figures).update({name or "all": share})
    return figures


def _sums_of(marked: str, mark: Mark) -> tuple[str, ...]:
    """Return the sums that a mark of a set counts in: a second person's in that set's alone."""
    own = f"sets {marked}"
    return (own,) if marked.endswith(SECOND) else (own, f"kinds {mark.kind}", "all")


def agreement(rows: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Return what share of one person's marks the other has under the own kind, both ways, with and without names."""
    twice = {row["page"]: _marks(row) for row in rows if row["set"].endswith(SECOND)}
    once = {row["page"]: _marks(row) for row in rows if row["page"] in twice and not row["set"].endswith(SECOND)}
    ways = {"first found by second": (once, twice), "second found by first": (twice, once)}
    return {way: _shared(these, others) for way, (these, others) in ways.items() if twice}


def _shared(these: dict[str, list[Mark]], others: dict[str, list[Mark]]) -> dict[str, float]:
    told = [(mark, _found(mark, others[page], {mark.kind})) for page, marks in these.items() for mark in marks]
    bare = [found for mark, found in told if mark.kind != "name"]
    own, without = sum(found for _, found in told) / len(told), sum(bare) / len(bare)
    return {"marks": len(told), "own": round(own, 3), "own_without_names": round(without, 3)}


def _marks(row: dict[str, Any]) -> list[Mark]:
    return [Mark(*each) for each in row["marks"]]


_WAYS = ("own", "near", "words")


def _article(path: Path, sha256: str) -> Article | None:
    """Return a page whose text is the one that was marked."""
    try:
        article = load_article(str(path), Settings())
    except (InputError, OSError):
        return None
    return article if hashlib.sha256(article.text.encode()).hexdigest() == sha256 else None


def _told(mark: Mark, facts: list[Mark]) -> Iterator[str]:
    yield "marks"
    if _found(mark, facts, {mark.kind}):
        yield "own"
    if _found(mark, facts, {mark.kind, *(other for one, other in NEAR if one == mark.kind)}):
        yield "near"
    if any(fact.start <= mark.start and mark.end <= fact.end for fact in facts):
        yield "words"


def _found(mark: Mark, facts: list[Mark], kinds: set[str]) -> bool:
    for fact in (each for each in facts if each.kind in kinds):
        shared = min(mark.end, fact.end) - max(mark.start, fact.start)
        if shared > 0 and (2 * shared >= mark.end - mark.start or shared == fact.end - fact.start):
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
