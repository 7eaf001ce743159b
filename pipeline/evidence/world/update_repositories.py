"""Office records out of the raw files of the repositories that have something newer than the desk."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from urllib.parse import urlsplit

import yaml

from pipeline.core.errors import FactnotesError, FetchError
from pipeline.core.models import OfficeRecord
from pipeline.evidence.offices.merging import are_others
from pipeline.evidence.offices.person_names import light_key
from pipeline.evidence.world import offices_uk, offices_us, offices_wikidata
from pipeline.evidence.world.offices_build import office_key
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
    read, whom = Read(), _Known(known)
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
        read.records += [whom.named(record) for record in records]
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


class _Known:
    """Under which ids a desk knows people."""

    def __init__(self, records: Sequence[OfficeRecord]) -> None:
        self._people = People.of(records)
        self._ids = {record.person_id for record in records}
        self._terms: dict[tuple[object, ...], set[str | None]] = defaultdict(set)
        for record in records:
            for term in _terms_of(record):
                self._terms[term].add(record.person_id)

    def named(self, record: OfficeRecord) -> OfficeRecord:
        """Return a record under the id by which its term is known, else its person; never that of somebody else.

        A source's person may be known under several ids, because each record was matched for itself.
        """
        held = set().union(*(self._terms.get(term, ()) for term in _terms_of(record)))
        if len(held) == 1:
            return OfficeRecord(**record.model_dump(exclude={"id", "person_id"}), person_id=held.pop())
        if record.person_id in self._ids:
            return record
        found = self._people.known(record)
        return record if are_others(record.person_id, found.person_id) else found


def _terms_of(record: OfficeRecord) -> list[tuple[object, ...]]:
    """Return a record's office and first day with each of its names."""
    names = (record.person, *record.aliases)
    return [(office_key(record), str(record.start), light_key(name)) for name in names] if record.start else []
