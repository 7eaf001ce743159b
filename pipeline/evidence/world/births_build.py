"""Read the days of birth that the cloned sources tell of the people in the shipped office records."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.core.models import OfficeRecord, PartialDate
from pipeline.evidence.offices.person_names import light_key
from pipeline.evidence.world import offices_us, offices_wikidata
from pipeline.evidence.world.births import Life, join_lives, life_key, write_lives
from pipeline.evidence.world.births_hand import hand_lives
from pipeline.evidence.world.offices_file import BIRTHS, NAME, read_rows
from pipeline.evidence.world.sources_git import Clone

_BIOGRAPHIES = "html/bio.csv"
_CURRENT = "html/current.csv"
_PRECISION = {"9": 4, "10": 7, "11": 10}
"""Characters of a date that Wikidata's precision leaves: a year, a month, a day."""
_DATE = re.compile(r"(?:18|19|20)\d\d(?:-\d\d(?:-\d\d)?)?")
_QID = re.compile(r"Q\d+")
_SCHEMES = ("wikidata", "bioguide", "govtrack")


def build_births(clones: Mapping[str, Clone], folder: Path) -> int:
    """Write the births of those in a folder's office records, and return how many; raises InputError."""
    rows = list(read_rows(folder / NAME))
    records = [OfficeRecord.model_validate(row) for row in rows]
    known = {life_key(record) for record in records}
    told = [life for clone in clones.values() if offices_wikidata.is_table(clone) for life in wikidata_lives(clone)]
    if congress := clones.get(offices_us.CONGRESS):
        told += congress_lives(offices_us.everybody(congress))
    if states := clones.get(offices_us.STATES):
        told += state_lives(offices_us.state_people(states), rows)
    lives = join_lives(life for life in (*told, *hand_lives(folder, records)) if life.person in known)
    write_lives(lives, folder / BIRTHS)
    return len(lives)


def wikidata_lives(clone: Clone) -> Iterator[Life]:
    """Return the lives of a table of biographies, and of everybody whom a version of the table of holders names."""
    yield from lives_of_biographies(clone.read(_BIOGRAPHIES) or "")
    for version in offices_us.quarterly(clone.versions(_CURRENT)):
        yield from lives_of_holders(clone.read(_CURRENT, version.commit) or "")


def lives_of_biographies(text: str) -> Iterator[Life]:
    """Return lives that are as precise as each date says it is."""
    for row in csv.DictReader(io.StringIO(text)):
        born = _day(row.get("dob"), _PRECISION.get(row.get("dobp") or "", 0))
        died = _day(row.get("dod"), _PRECISION.get(row.get("dodp") or "", 0))
        if born and _QID.fullmatch(row.get("id") or ""):
            yield Life(f"wikidata:{row['id']}", born, died, "wikidata")


def lives_of_holders(text: str) -> Iterator[Life]:
    """Return lives of a table that does not say how precise its dates are: the first of a month may be the month."""
    for row in csv.DictReader(io.StringIO(text)):
        born, died = (
            _day(row.get(name), 7 if (row.get(name) or "").endswith("-01") else 10) for name in ("DOB", "DOD")
        )
        if born and _QID.fullmatch(row.get("personID") or ""):
            yield Life(f"wikidata:{row['personID']}", born, died, "wikidata")


def congress_lives(people: Iterable[Mapping[str, Any]]) -> Iterator[Life]:
    """Return the lives of members of Congress and presidents."""
    for person in people:
        ids = person["id"]
        scheme = next((each for each in _SCHEMES if ids.get(each)), None)
        born = _day(str((person.get("bio") or {}).get("birthday") or ""), 10)
        if scheme and born:
            yield Life(f"{scheme}:{ids[scheme]}", born, None, "congress")


def state_lives(people: Iterable[Mapping[str, Any]], rows: Iterable[Mapping[str, Any]]) -> Iterator[Life]:
    """Return the lives of governors and the like, under the ids by which the records know them."""
    ids: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if "openstates" in row.get("source", "").split("; ") and "person_id" in row:
            for name in (row["person"], *row.get("aliases", ())):
                ids[light_key(name)].add(row["person_id"])
    for person in people:
        found = ids.get(light_key(str(person["name"])), set())
        born, died = (_day(str(person.get(name) or ""), 10) for name in ("birth_date", "death_date"))
        if born and len(found) == 1:
            yield Life(next(iter(found)), born, died, "openstates")


def _day(text: str | None, length: int) -> PartialDate | None:
    """Return a date as far as it is told; the first of January is how a year alone is often written."""
    day = (text or "").strip()[:length]
    if not _DATE.fullmatch(day):
        return None
    try:
        return PartialDate(
            day[:4] if day.endswith(("-01-01", "-00-00")) or (length == 7 and day.endswith("-01")) else day
        )
    except ValueError:
        return None
