"""Bring a desk's world data up to date: what would change is shown before it is taken.

Nothing is lost: a record keeps its sources, and what another source says of its days stays in its note.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from pipeline.core.english import find_place
from pipeline.core.errors import InputError
from pipeline.core.models import OfficeRecord
from pipeline.core.settings import Settings
from pipeline.evidence.offices import record_of
from pipeline.evidence.offices.merging import join_two
from pipeline.evidence.offices.person_names import light_key
from pipeline.evidence.offices.wikidata import as_ours
from pipeline.evidence.world import update_pages
from pipeline.evidence.world.offices_build import OfficeKey, is_one_term, office_key
from pipeline.evidence.world.offices_file import read_rows, write_records
from pipeline.evidence.world.offices_wikidata import Term, records_of_terms, term_of
from pipeline.evidence.world.people import with_names
from pipeline.evidence.world.raw_files import RawFiles
from pipeline.evidence.world.status import WorldStatus, prepare_world, source_file, updated_file
from pipeline.evidence.world.update_pages import QueryService
from pipeline.evidence.world.update_repositories import Read, read_repositories

What = Literal["new holder", "ended", "as it was", "other days"]
_QID = re.compile(r"Q\d+$")


@dataclass(frozen=True)
class Change:
    """What an update would do to one record."""

    what: What
    record: OfficeRecord
    """As it would be."""
    before: OfficeRecord | None = None


@dataclass(frozen=True)
class Update:
    """What a query service tells, beside what is known: to be shown, and then taken or not."""

    changes: tuple[Change, ...]
    records: tuple[OfficeRecord, ...]
    """Every record as it would be."""
    unusable: int = 0
    """Rows that could not be read."""
    newer: Mapping[str, date] = field(default_factory=dict)
    """The repositories that had something newer, and to which day."""
    troubles: tuple[str, ...] = ()
    """Sources that could not be asked or read, one line each: they cost the others nothing."""


def service_of(settings: Settings) -> QueryService:
    """Return the query service that the settings name; raises InputError without a contact."""
    if not settings.contact:
        raise InputError(
            "Wikidata asks who sends many queries to say how to be reached: set FACTNOTES_CONTACT to a mail address"
        )
    return QueryService(
        settings.wikidata_url, settings.contact, settings.home / "world" / "pages", update_pages.PAUSE_S
    )


def look_for_update(
    settings: Settings, service: QueryService | None, since: date, today: date, raw: RawFiles | None = None
) -> Update:
    """Ask Wikidata what has changed since a day, and repositories what they have newer: one of them, or both.

    Raises InputError where the known records cannot be read, or the service where it alone is asked.
    """
    known = [OfficeRecord.model_validate(row) for row in read_rows(source_file(settings))]
    read = read_repositories(raw, known) if raw else Read()
    try:
        incoming, unusable = records_in(service.rows(since), today) if service else ([], 0)
    except InputError as error:
        if raw is None:
            raise
        incoming, unusable = [], 0
        read.troubles.append(str(error))
    found = update_of(known, [*incoming, *read.records], unusable)
    return replace(found, newer=read.newer, troubles=tuple(read.troubles))


def records_in(rows: Iterable[Mapping[str, str]], today: date) -> tuple[list[OfficeRecord], int]:
    """Return the records of a service's rows, as they were told on a day, and how many rows were of no use."""
    by_country: dict[str, dict[Term, None]] = defaultdict(dict)
    unusable = 0
    for row in rows:
        country, term = _read(row, today)
        if country and term:
            by_country[country][term] = None
        else:
            unusable += 1
    found = [each for country, terms in sorted(by_country.items()) for each in records_of_terms(terms, country, today)]
    return found, unusable


def _read(row: Mapping[str, str], today: date) -> tuple[str | None, Term | None]:
    """Return the country and the term of a row; None for what is not sure."""
    try:
        ours = as_ours(row)
        record = record_of({**ours, "as_of": today}, today=today, known_countries=True)
    except ValueError:
        return None, None
    place = find_place(record.country or "")
    qid = _QID.search(record.person_id or "")
    if place is None or qid is None:
        return None, None
    cells = {
        "position": record.office,
        "person": record.person,
        "personID": qid[0],
        "start": str(record.start or ""),
        "end": str(record.end or ""),
        "enwiki": "",
    }
    return place.name, term_of(cells)


def update_of(known: Sequence[OfficeRecord], incoming: Sequence[OfficeRecord], unusable: int = 0) -> Update:
    """Return what incoming records would change; an incoming one that tells nothing new changes nothing."""
    groups: dict[tuple[str, OfficeKey, bool], list[OfficeRecord]] = defaultdict(list)
    for record in known:
        groups[_key(record)].append(record)
    changes = []
    for record in incoming:
        if (change := _change(groups[_key(record)], record)) is not None:
            changes.append(change)
    records = with_names([record for group in groups.values() for record in group])
    return Update(tuple(changes), tuple(records), unusable)


def _key(record: OfficeRecord) -> tuple[str, OfficeKey, bool]:
    return record.person_id or light_key(record.person), office_key(record), record.acting


def _change(group: list[OfficeRecord], record: OfficeRecord) -> Change | None:
    """Put a record into its group and return what that changes."""
    at = next((at for at, each in enumerate(group) if (each.start, each.end) == (record.start, record.end)), None)
    if at is None:
        at = next((at for at, each in enumerate(group) if is_one_term(each, record)), None)
    if at is None:
        group.append(record)
        return Change("new holder", record)
    before = group[at]
    after = join_two(before, record)
    if (after.start, after.end, after.as_of) == (before.start, before.end, before.as_of):
        return None
    group[at] = after
    if before.end is None and after.end is not None:
        return Change("ended", after, before)
    days = (after.start, after.end) != (before.start, before.end)
    return Change("other days" if days else "as it was", after, before)


def take_update(settings: Settings, update: Update) -> WorldStatus:
    """Write what an update tells into the desk's home and make it ready; the shipped records stay as they are."""
    path = updated_file(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".part")
    write_records(update.records, fresh)
    fresh.replace(path)
    return prepare_world(settings)
