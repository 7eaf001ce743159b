"""What the shipped office records cover: a line a country or body, for `docs/world.md`.

`python -m pipeline.evidence.world.status_coverage` prints the table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipeline.evidence.offices.office_names import office_place
from pipeline.evidence.world.offices_file import NAME, read_rows
from pipeline.evidence.world.sources import WORLD

_HEAD = (
    "| Country or body | Terms that began | Offices | People | Records | Open terms known to |",
    "| --- | --- | ---: | ---: | ---: | --- |",
)


def coverage(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Return the lines of the table, in order of the names."""
    groups: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[_home(row)].append(row)
    yield from _HEAD
    for home, held in sorted(groups.items()):
        years = sorted(str(row["start"])[:4] for row in held)
        offices = len({row["office"] for row in held})
        people = len({row.get("person_id") or row["person"] for row in held})
        known = max((str(row["as_of"]) for row in held if "end" not in row), default="none open")
        yield f"| {home} | {years[0]} to {years[-1]} | {offices} | {people} | {len(held)} | {known} |"


def _home(row: Mapping[str, Any]) -> str:
    return str(row.get("country") or office_place(row.get("organisation")) or row.get("organisation") or "the world")


if __name__ == "__main__":
    print("\n".join(coverage(read_rows(WORLD / NAME))))
