"""Look people and offices up in many records, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.core.models import OfficeRecord
from pipeline.evidence.offices.merging import fold_name

Wanted = Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True)
class Person:
    """One person's records, in order of time."""

    name: str
    records: tuple[OfficeRecord, ...]

    @property
    def aliases(self) -> tuple[str, ...]:
        """Every other name."""
        names = (name for record in self.records for name in (record.person, *record.aliases))
        return tuple(name for name in dict.fromkeys(names) if name != self.name)


def bears(name: str) -> Wanted:
    """Return a test for records of people with a name or alias."""
    wanted = fold_name(name)
    return lambda row: wanted in map(fold_name, (row["person"], *row["aliases"]))


def names_in(records: Iterable[OfficeRecord]) -> Wanted:
    """Return a test for records of people who are called like one of some records."""
    names = {fold_name(record.person) for record in records}
    return lambda row: fold_name(row["person"]) in names


def bears_words_of(name: str) -> Wanted:
    """Return a test for records of people whose name or alias holds every word of a name."""
    words = set(fold_name(name).split())
    return lambda row: any(words <= set(fold_name(each).split()) for each in (row["person"], *row["aliases"]))


def is_office(words: str, country: str | None = None) -> Wanted:
    """Return a test for records of offices that hold some words, of a country if one is given."""
    wanted, home = fold_name(words), fold_name(country or "")
    return lambda row: (
        wanted in fold_name(row["office"])
        and (not home or home in map(fold_name, (row["country"] or "", row["organisation"] or "")))
    )


def people_of(records: Iterable[OfficeRecord]) -> tuple[Person, ...]:
    """Sort records by person: by name, and by id where a source tells people of one name apart."""
    people: dict[tuple[str, str], list[OfficeRecord]] = {}
    rows = list(records)
    ids: dict[str, set[str]] = {}
    for record in rows:
        ids.setdefault(fold_name(record.person), set()).update([record.person_id] if record.person_id else [])
    for record in rows:
        name = fold_name(record.person)
        people.setdefault((name, (record.person_id or "") if _are_several(ids[name]) else ""), []).append(record)
    return tuple(Person(held[0].person, tuple(sorted(held, key=_begun))) for _, held in sorted(people.items()))


def _are_several(ids: set[str]) -> bool:
    schemes = [each.split(":")[0] for each in ids]
    return len(schemes) > len(set(schemes))


def _begun(record: OfficeRecord) -> tuple[date, str]:
    return record.start.earliest if record.start else date.min, record.office


def homes_of(person: Person) -> tuple[str, ...]:
    """Return the countries of a person's records: several may mean several people."""
    return tuple(dict.fromkeys(record.country for record in person.records if record.country))


def held_on(records: Sequence[OfficeRecord], day: date) -> tuple[OfficeRecord, ...]:
    """Return the records of terms that may include a day, in order of name; an unknown start is not."""
    found = [
        record
        for record in records
        if record.start and record.start.earliest <= day and (record.end is None or day <= record.end.latest)
    ]
    return tuple(sorted(found, key=lambda record: (record.person, _begun(record))))
