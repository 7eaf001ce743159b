"""Days of birth written down by hand in `births_by_hand.yaml`, for the people whom the records know by these names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator

from pipeline.core.models import OfficeRecord, PartialDate
from pipeline.core.tables import Table, Word, read_table_file
from pipeline.evidence.offices.office_names import office_place, parse_office
from pipeline.evidence.offices.person_names import light_key
from pipeline.evidence.world.births import HAND, Life, life_key
from pipeline.evidence.world.people import home_of

NAME = "births_by_hand.yaml"
_Day = Annotated[PartialDate, BeforeValidator(str)]


class _Births(Table):
    births: dict[Word, dict[Word, _Day]]
    """By country or body, then by name."""


def hand_lives(folder: Path, records: Iterable[OfficeRecord]) -> Iterator[Life]:
    """Yield a life for each person that one record's name and home mean alone; raises TableError."""
    path = folder / NAME
    told = read_table_file(path, _Births).births if path.is_file() else {}
    people = _people(records)
    for home, names in told.items():
        for name, born in names.items():
            keys = people.get((office_place(home) or home, light_key(name)), set())
            if len(keys) == 1:
                yield Life(next(iter(keys)), born, None, HAND)


def _people(records: Iterable[OfficeRecord]) -> Mapping[tuple[str, str], set[str]]:
    people: dict[tuple[str, str], set[str]] = defaultdict(set)
    for record in records:
        homes = {home_of(record), record.country, parse_office(record.office).place} - {None}
        for name in (record.person, *record.aliases):
            for home in homes:
                people[str(home), light_key(name)].add(life_key(record))
    return people
