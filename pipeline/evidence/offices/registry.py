"""The office records of a desk: bring files in, look people and offices up, open records for checks."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from pipeline.core.errors import InputError
from pipeline.core.models import OfficeRecord
from pipeline.core.settings import Settings
from pipeline.evidence.offices.lookup import (
    Person,
    Wanted,
    bears,
    bears_words_of,
    held_on,
    is_office,
    names_in,
    people_of,
)
from pipeline.evidence.offices.merging import merge_records
from pipeline.evidence.offices.person_names import name_key
from pipeline.evidence.offices.reading import FORMS, read_records
from pipeline.evidence.offices.records import Records
from pipeline.evidence.run_files import read_record_files, require_records
from pipeline.evidence.world.offices import WorldRecords
from pipeline.evidence.world.offices_index import WorldFile
from pipeline.evidence.world.status import open_file, open_world
from pipeline.store import Store, open_store

OF_THE_WORLD = "of the world data that are shipped"
_HOW = "give --records FILE, or import files with `factnotes offices import FILE...`"


@dataclass(frozen=True)
class Imported:
    """What an import did."""

    files: tuple[str, ...]
    """A line on each file: its form and how many rows were read."""
    problems: tuple[str, ...]
    added: int
    changed: int
    unchanged: int
    total: int
    undated: int
    """Open terms that do not say when they were last known to be right."""


def import_records(
    settings: Settings, paths: Sequence[Path], form: str, as_of: date | None, country: str | None
) -> Imported:
    """Bring files of office records into the store, joined with what is there, in one transaction.

    The form is one of FORMS, or recognised by content. Raises InputError where a file is missing or nothing can be
    used, and StoreError.
    """
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise InputError(f"there is no file {missing[0]}: check the path")
    known_form = next((each for each in FORMS if each == form), None)
    today = datetime.now(UTC).date()
    incoming: list[OfficeRecord] = []
    problems: list[str] = []
    files = []
    for path in paths:
        try:
            read = read_records(path, known_form, as_of=as_of, country=country, today=today, known_countries=True)
        except InputError as error:
            problems.append(str(error))
            continue
        incoming += read.records
        problems += (*read.notes, *read.problems)
        files.append(f"{path} ({read.form}): {len(read.records)} rows used, {len(read.problems)} not")
    require_records(incoming, problems)
    with open_store(settings) as store:
        known = store.find_records(names_in(incoming))
        merged = merge_records(known, incoming)
        if merged.new or merged.gone:
            store.replace_records(merged.gone, merged.new)
        total = store.count_records()
    grown = len(merged.records) - len(known)
    undated = sum(record.end is None and record.as_of is None for record in incoming)
    return Imported(tuple(files), tuple(problems), grown, len(merged.new) - grown, merged.unchanged, total, undated)


def open_records(settings: Settings, paths: Sequence[Path]) -> tuple[Records, tuple[str, ...]]:
    """Return the records of files, without files the store's and the world's, and what could not be used.

    Raises InputError where there are none, and StoreError.
    """
    if paths:
        records, problems = read_record_files(paths)
        return Records(records), problems
    world = open_file(settings)
    if world is None:
        with _stored(settings) as store:
            return Records(store.records()), ()
    if not settings.database_url and not settings.store_path.is_file():
        return WorldRecords((), world), ()
    with open_store(settings) as store:
        return WorldRecords(store.records(), world), ()


@contextmanager
def _stored(settings: Settings) -> Generator[Store, None, None]:
    """Open the store where it holds records; makes none."""
    if not settings.database_url and not settings.store_path.is_file():
        raise InputError(f"there are no office records yet: {_HOW}")
    with open_store(settings) as store:
        if not store.count_records():
            raise InputError(f"there are no office records yet: {_HOW}")
        yield store


def people_named(settings: Settings, name: str) -> tuple[tuple[Person, ...], bool]:
    """Return the people a name or alias means, and True; else those whose names hold its words, and False.

    Those of the world's data follow those of the desk. Raises InputError where there is nobody.
    """
    if not name.strip():
        raise InputError("there is nobody to look up: give a name")
    found = _find(settings, bears(name), lambda world: world.with_words(name_key(name).split()))
    exact = bool(found)
    found = found or _find(settings, bears_words_of(name), lambda world: world.with_words(name_key(name).split()))
    if not found:
        raise InputError(f"nobody called {name} is in the office records: try a part of the name")
    return people_of(found), exact


def holders_of(settings: Settings, office: str, day: date, country: str | None) -> tuple[OfficeRecord, ...]:
    """Return the records of an office that may include a day, the desk's and the world's; raises InputError."""
    found = _find(settings, is_office(office, country), lambda world: world.with_office(office))
    if not found:
        raise InputError(f"no office called {office} is in the records: try fewer words")
    return held_on(found, day)


def _find(
    settings: Settings, wanted: Wanted, near: Callable[[WorldFile], Iterable[Sequence[OfficeRecord]]]
) -> list[OfficeRecord]:
    """Return the desk's records that pass a test, and the world's, marked as such; raises InputError without any."""
    with open_world(settings) as world:
        if world is None:
            with _stored(settings) as store:
                return list(store.find_records(wanted))
        people = [record for person in near(world) for record in person]
        shipped = [_marked(record) for record in people if wanted(record.model_dump(mode="json"))]
    if not settings.database_url and not settings.store_path.is_file():
        return shipped
    with open_store(settings) as store:
        return [*store.find_records(wanted), *shipped]


def _marked(record: OfficeRecord) -> OfficeRecord:
    """Return a record of the world's data that says so."""
    return record.model_copy(update={"note": "; ".join(filter(None, (OF_THE_WORLD, record.note)))})
