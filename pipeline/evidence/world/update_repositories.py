"""Office records out of the raw files of the repositories that have something newer than the desk."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from urllib.parse import urlsplit

import yaml

from pipeline.core.errors import FactnotesError, FetchError
from pipeline.core.models import OfficeRecord
from pipeline.evidence.offices.merging import are_others
from pipeline.evidence.world import offices_uk, offices_us, offices_wikidata
from pipeline.evidence.world.people import People
from pipeline.evidence.world.raw_files import RawClone, RawFiles, Repository

_READERS: Mapping[str, Callable[[RawClone], list[OfficeRecord]]] = MappingProxyType(
    {
        "congress": offices_us.congress_records,
        "ifg": offices_uk.records_of,
        "wikidata": offices_wikidata.records_of,
    }
)
_UNREADABLE = (FactnotesError, yaml.YAMLError, csv.Error, ValueError, LookupError, TypeError, AttributeError)
"""What a file raises that has another form than it had when its reader was written."""
_REFUSED = (403, 429, 503)
"""How a host says that it wants fewer questions; GitHub's interface also by 403."""


@dataclass
class Read:
    """What repositories had newer."""

    records: list[OfficeRecord] = field(default_factory=list)
    newer: dict[str, date] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)


def read_repositories(raw: RawFiles, known: Sequence[OfficeRecord]) -> Read:
    """Return the records of the repositories that have something newer than is known; one that fails is told."""
    read, people = Read(), People.of(known)
    ids = {record.person_id for record in known}
    left: Counter[str] = Counter()
    for repository in raw.repositories():
        host = urlsplit(repository.raw.commits).netloc
        if host in left:
            left[host] += 1
            continue
        try:
            if (clone := raw.newer(repository)) is None:
                continue
            records = _records(raw, repository, clone)
        except FactnotesError as error:
            read.troubles.append(f"{repository.name}: {error}")
            if isinstance(error, FetchError) and error.status in _REFUSED:
                left[host] = 0
            continue
        read.records += [_as_known(record, people, ids) for record in records]
        read.newer[repository.name] = clone.version.day
    read.troubles += [
        f"{count} more left for later: {host} wants fewer questions; run the update again in an hour"
        for host, count in left.items()
        if count
    ]
    return read


def _records(raw: RawFiles, repository: Repository, clone: RawClone) -> list[OfficeRecord]:
    """Return a repository's records; raises FetchError where its files say none."""
    try:
        records = _READERS[repository.source](clone)
    except _UNREADABLE as error:
        raw.drop(repository)
        reason = " ".join(str(error).split())[:120]
        raise FetchError(f"its files have another form than is known ({type(error).__name__}: {reason})") from error
    if not records:
        raw.drop(repository)
        raise FetchError("its files tell of no office: nothing was taken from it")
    return records


def _as_known(record: OfficeRecord, people: People, ids: set[str | None]) -> OfficeRecord:
    """Return a record under the id by which its person is known; never that of another whose own id is told too."""
    if record.person_id in ids:
        return record
    found = people.known(record)
    return record if are_others(record.person_id, found.person_id) else found
