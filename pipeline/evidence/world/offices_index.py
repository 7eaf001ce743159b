"""The shipped office records made ready: an SQLite file in which only the people who are looked up are read.

It is made once from the compressed records, and again when they or the code that makes its keys have changed.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

from pipeline.core.models import OfficeRecord, PartialDate
from pipeline.evidence.offices.office_names import Office, parse_office, places_of, seat_names
from pipeline.evidence.offices.person_names import are_alike_surnames, light_key, name_key, peer_key, surname
from pipeline.evidence.world.births import Life
from pipeline.evidence.world.offices_file import named_sources, read_rows

Person = tuple[OfficeRecord, ...]
_KINDS: Final = ("exact", "light", "surname", "office", "seat")
_SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE people (id INTEGER PRIMARY KEY, rows TEXT NOT NULL);
CREATE TABLE keys (kind INTEGER, key TEXT, person INTEGER, PRIMARY KEY (kind, key, person)) WITHOUT ROWID;
CREATE TABLE lives (person TEXT PRIMARY KEY, born TEXT NOT NULL, died TEXT, source TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE lasts (last TEXT, person INTEGER, PRIMARY KEY (last, person)) WITHOUT ROWID;
"""


def office_text(office: Office, place: str) -> str:
    """Return what an office of a place is looked up by."""
    return "|".join((office.kind, office.rank, " ".join(sorted(office.subject)), place))


def seat_text(office: Office, subject: frozenset[str]) -> str:
    """Return what an office is looked up by where its own name says of what it is."""
    return "|".join((office.kind, office.rank, " ".join(sorted(subject))))


def prepare(source: Path, target: Path, version: str, lives: Iterable[Life] = ()) -> None:
    """Make the file at `target` from compressed records and lives; raises OSError, LZMAError and sqlite3.Error."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f"{target.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    people = _people(read_rows(source))
    try:
        database = sqlite3.connect(fresh)
        with database:
            database.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_SCHEMA}")
            _fill(database, people)
            rows = ((each.person, str(each.born), each.died and str(each.died), each.source) for each in lives)
            database.executemany("INSERT INTO lives VALUES (?, ?, ?, ?)", rows)
            count = sum(map(len, people))
            about = _days(people) | {"version": version, "records": str(count), "people": str(len(people))}
            database.executemany("INSERT INTO about VALUES (?, ?)", sorted(about.items()))
        database.close()
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


def _days(people: list[list[dict[str, Any]]]) -> dict[str, str]:
    """Return for each source the last day for which it knows an open term; of several sources of a row, none."""
    days: dict[str, str] = {}
    for row in (row for rows in people for row in rows if "as_of" in row and ";" not in row["source"]):
        name = f"as_of {row['source']}"
        days[name] = max(days.get(name, ""), row["as_of"])
    return days


def _people(rows: Iterable[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    people: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        people[row.get("person_id") or light_key(row["person"])].append(row)
    return list(people.values())


def _fill(database: sqlite3.Connection, people: list[list[dict[str, Any]]]) -> None:
    keys: list[tuple[int, str, int]] = []
    lasts: set[tuple[str, int]] = set()
    for number, rows in enumerate(people):
        names = {name for row in rows for name in (row["person"], *row.get("aliases", ()))}
        offices = {_office_keys(row["office"], row.get("organisation"), row.get("country")) for row in rows}
        keys += [(kind, key, number) for kind, key in sorted(_name_keys(names) | {k for each in offices for k in each})]
        lasts |= {(light.rsplit(" ", 1)[-1], number) for light in map(light_key, names) if " " in light}
    texts = (json.dumps(rows, ensure_ascii=False, separators=(",", ":")) for rows in people)
    database.executemany("INSERT INTO people VALUES (?, ?)", enumerate(texts))
    database.executemany("INSERT INTO keys VALUES (?, ?, ?)", sorted(keys))
    database.executemany("INSERT INTO lasts VALUES (?, ?)", sorted(lasts))


def _name_keys(names: Iterable[str]) -> set[tuple[int, str]]:
    found: set[tuple[int, str]] = set()
    for name in names:
        found |= {(0, name_key(name)), (1, light_key(name)), (2, surname(name))}
        if short := peer_key(name):
            found.add((1, short))
    return found


@lru_cache(65536)
def _office_keys(words: str, organisation: str | None, country: str | None) -> frozenset[tuple[int, str]]:
    office = parse_office(words)
    if office.vague:
        return frozenset()
    record = OfficeRecord(person="anybody", office=words, organisation=organisation, country=country)
    seats = {(4, seat_text(office, name)) for name in seat_names(record, office)}
    return frozenset(seats | {(3, office_text(office, place)) for place in places_of(record, office)})


class WorldFile:
    """An open file of prepared records; threads share it under a lock of their own."""

    def __init__(self, path: Path) -> None:
        """Open the file; raises sqlite3.Error where it is none."""
        self.path = path
        self._database = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @cached_property
    def about(self) -> dict[str, str]:
        """What it says of itself: `version`, `records`, `people`."""
        return dict(self._database.execute("SELECT name, value FROM about"))

    def named(self, key: str) -> set[int]:
        """Return everybody whom a name in `name_key` form may mean, by number."""
        light = light_key(key)
        words = key.split()
        people = self._keys(0, key) | self._keys(1, light) | self._keys(1, key)
        if len(words) == 2:
            people |= self._keys(0, f"{words[1]} {words[0]}")
        if " " in light:
            people |= self._alike(light.rsplit(" ", 1)[-1])
        return people

    def surnamed(self, key: str) -> set[int]:
        """Return everybody with a surname."""
        return self._keys(2, key)

    def holders(self, office: Office, place: str | None) -> set[int]:
        """Return everybody who has held an office of a place, or one whose own name says of what it is."""
        if place is not None:
            return self._keys(3, office_text(office, place))
        return self._keys(4, seat_text(office, office.subject)) if office.subject else set()

    def with_words(self, words: Iterable[str]) -> Iterator[Person]:
        """Return the records of everybody one of whose names, in `name_key` form, holds some words."""
        found: set[int] | None = None
        for word in words:
            rows = self._database.execute(
                "SELECT DISTINCT person FROM keys WHERE kind = 0 AND key LIKE ?", (f"%{word}%",)
            )
            people = {person for (person,) in rows}
            found = people if found is None else found & people
        return self.people(found or ())

    def with_office(self, words: str) -> Iterator[Person]:
        """Return the records of everybody who may have held an office whose name holds some words."""
        rows = self._database.execute("SELECT id FROM people WHERE rows LIKE ?", (f"%{words}%",))
        return self.people([person for (person,) in rows.fetchall()])

    def life(self, person: str) -> Life | None:
        """Return the life of whom a key of `life_key` means."""
        found = self._database.execute("SELECT born, died, source FROM lives WHERE person = ?", (person,)).fetchone()
        if found is None:
            return None
        born, died, source = found
        return Life(person, PartialDate(born), PartialDate(died) if died else None, source)

    def _keys(self, kind: int, key: str) -> set[int]:
        found = self._database.execute("SELECT person FROM keys WHERE kind = ? AND key = ?", (kind, key))
        return {person for (person,) in found}

    def _alike(self, last: str) -> set[int]:
        """Return everybody whose name ends with a word that may be a spelling of another."""
        span = (last[:3], f"{last[:3]}\U0010ffff")
        known = self._database.execute("SELECT DISTINCT last FROM lasts WHERE last >= ? AND last < ?", span)
        alike = [word for (word,) in known if word != last and are_alike_surnames(word, last)]
        marks = ", ".join("?" * (len(alike) + 1))
        return {
            person
            for (person,) in self._database.execute(
                f"SELECT person FROM lasts WHERE last IN ({marks})",  # noqa: S608 # nosec B608 # marks alone
                (*alike, last),
            )
        }

    def people(self, numbers: Iterable[int]) -> Iterator[Person]:
        """Return the records of people."""
        for number in sorted(numbers):
            (text,) = self._database.execute("SELECT rows FROM people WHERE id = ?", (number,)).fetchone()
            yield tuple(OfficeRecord.model_validate(named_sources(row)) for row in json.loads(text))

    def every(self) -> Iterator[Person]:
        """Return the records of everybody."""
        yield from self.people(number for (number,) in self._database.execute("SELECT id FROM people").fetchall())
