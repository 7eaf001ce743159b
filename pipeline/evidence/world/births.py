"""When the people of the shipped office records were born: one line a person, by the id of the records.

The same rows give the same bytes. A day that two sources tell differently is kept as far as they agree.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.models import OfficeRecord, PartialDate
from pipeline.evidence.offices.person_names import light_key
from pipeline.evidence.world.offices_file import SOURCES
from pipeline.evidence.world.people import home_of

HAND = "births-by-hand"
_ADDRESSES = {
    "congress": "https://github.com/unitedstates/congress-legislators",
    "openstates": "https://github.com/openstates/people",
    HAND: "https://en.wikipedia.org/wiki/Lists_of_office-holders",
}


@dataclass(frozen=True)
class Life:
    """When one person was born, and died where that is known."""

    person: str
    """The key of whom it is of, as `life_key` gives it."""
    born: PartialDate
    died: PartialDate | None
    source: str
    """Ids of sources, joined by `; `."""

    @property
    def told_by(self) -> str:
        """The sources by their names, for a reader."""
        return "; ".join(SOURCES[each] for each in self.source.split("; "))

    @property
    def url(self) -> str:
        """Where it can be looked up."""
        if "wikidata" in self.source:
            return f"https://www.wikidata.org/wiki/{self.person.partition(':')[2]}"
        return _ADDRESSES[self.source.split("; ")[0]]


def life_key(record: OfficeRecord) -> str:
    """Return by what a record's person is known among lives: the id, else name and country or body."""
    return record.person_id or f"name:{light_key(record.person)}, {home_of(record) or ''}"


def join_lives(told: Iterable[Life]) -> list[Life]:
    """Return one life a person, in order of their ids; those whose sources tell different years are left out."""
    people: dict[str, list[Life]] = {}
    for life in told:
        people.setdefault(life.person, []).append(life)
    joined = (_joined(lives) for _, lives in sorted(people.items()))
    return [life for life in joined if life]


def _joined(lives: list[Life]) -> Life | None:
    born = _common([life.born for life in lives])
    if born is None:
        return None
    deaths = [life.died for life in lives if life.died]
    died = min(deaths, key=lambda day: day.earliest) if deaths else None
    return Life(lives[0].person, born, died, "; ".join(sorted({life.source for life in lives})))


def _common(days: list[PartialDate]) -> PartialDate | None:
    """Return the most precise date that contradicts none: the finest where all agree, else what they share."""
    parts = [str(day).split("-") for day in days]
    length = max(map(len, parts))
    shared: list[str] = []
    for at in range(length):
        told = {part[at] for part in parts if at < len(part)}
        if len(told) > 1:
            break
        shared += told
    return PartialDate("-".join(shared)) if shared else None


def write_lives(lives: Iterable[Life], path: Path) -> None:
    """Write lives, in the order of their ids."""
    lines = "".join(f"{_line(life)}\n" for life in lives)
    path.write_bytes(lzma.compress(lines.encode(), preset=9 | lzma.PRESET_EXTREME))


def _line(life: Life) -> str:
    row = {"person": life.person, "born": str(life.born)}
    row |= {"died": str(life.died)} if life.died else {}
    return json.dumps(row | {"source": life.source}, ensure_ascii=False, separators=(",", ":"))


def read_lives(path: Path) -> Iterator[Life]:
    """Return the lives of a file, none where there is no file; raises OSError, LZMAError and ValueError."""
    if not path.is_file():
        return
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield _life(json.loads(line))


def _life(row: Mapping[str, str]) -> Life:
    if missing := {"person", "born", "source"} - set(row):
        raise ValueError(f"a row of births lacks {', '.join(sorted(missing))}")
    died = PartialDate(row["died"]) if "died" in row else None
    return Life(row["person"], PartialDate(row["born"]), died, row["source"])
