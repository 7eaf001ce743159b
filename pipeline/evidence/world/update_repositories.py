"""Office records out of the raw files of the repositories that have something newer than the desk."""

from __future__ import annotations

import csv
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from tarfile import TarError
from types import MappingProxyType
from urllib.parse import urlsplit

import yaml

from pipeline.core.errors import FactnotesError, FetchError
from pipeline.core.models import OfficeRecord
from pipeline.evidence.offices.merging import are_others
from pipeline.evidence.offices.person_names import light_key
from pipeline.evidence.world import offices_factbook, offices_uk, offices_us, offices_wikidata
from pipeline.evidence.world.offices_build import OfficeKey, office_key
from pipeline.evidence.world.people import People, share_a_name
from pipeline.evidence.world.raw_files import RawClone, RawFiles, Repository

_READERS: Mapping[str, Callable[[RawClone], list[OfficeRecord]]] = MappingProxyType(
    {
        "congress": offices_us.congress_records,
        "factbook": offices_factbook.newest_records,
        "ifg": offices_uk.records_of,
        "openstates": offices_us.state_records,
        "wikidata": offices_wikidata.records_of,
    }
)
_UNREADABLE = (
    FactnotesError,
    yaml.YAMLError,
    csv.Error,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    TarError,
    EOFError,
    OSError,
    zlib.error,
)
"""What a file raises that has another form than it had when its reader was written."""
_OF_ONE_DAY = (offices_factbook.SOURCE,)
"""Sources that name who holds an office, and nobody who has left."""
_HANDED_OVER = timedelta(days=3)
"""Sources differ by so much on the day of a change."""
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
        one_day = repository.source in _OF_ONE_DAY
        found = (whom.of_today(record) if one_day else record for record in map(whom.named, records))
        read.records += [record for record in found if record]
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
        self._offices: dict[OfficeKey, list[OfficeRecord]] = defaultdict(list)
        self._terms: dict[tuple[object, ...], set[str | None]] = defaultdict(set)
        for record in records:
            self._offices[office_key(record)].append(record)
            for term in _terms_of(record):
                self._terms[term].add(record.person_id)

    def named(self, record: OfficeRecord) -> OfficeRecord:
        """Return a record under the id by which its term is known, else its person; never that of somebody else.

        A source's person may be known under several ids, because each record was matched for itself.
        """
        held = set().union(*(self._terms.get(term, ()) for term in _terms_of(record)))
        if len(held) == 1:
            return _with(record, person_id=held.pop())
        if record.person_id in self._ids:
            return record
        found = self._people.known(record)
        return record if are_others(record.person_id, found.person_id) else found

    def of_today(self, record: OfficeRecord) -> OfficeRecord | None:
        """Return what one page, of one day, adds: that a holder is still there, or a new one; None where it is doubted.

        A page writes names in its own way and gives second terms a day of their own: who is known stays as known.
        """
        held = self._offices[office_key(record)]
        first = record.start.earliest if record.start else date.min
        last = max((each for each in held if _is_same_person(each, record)), key=_known_to, default=None)
        if last and last.end is None:
            return _with(last, as_of=max(last.as_of or date.min, record.as_of or date.min))
        others = [each for each in held if each is not last]
        if any(_known_to(each) > first + _HANDED_OVER for each in ([last] if last else []) + others):
            return None
        return _with(record, person=last.person, person_id=last.person_id) if last else record


def _known_to(record: OfficeRecord) -> date:
    """Return the last day on which a record knows its holder in office."""
    return record.end.latest if record.end else record.as_of or date.max


def _with(record: OfficeRecord, **fields: object) -> OfficeRecord:
    return OfficeRecord(**{**record.model_dump(exclude={"id"}), **fields})


def _is_same_person(one: OfficeRecord, other: OfficeRecord) -> bool:
    same = one.person_id is not None and one.person_id == other.person_id
    return same or (share_a_name(one, other) and not are_others(one.person_id, other.person_id))


def _terms_of(record: OfficeRecord) -> list[tuple[object, ...]]:
    """Return a record's office and first day with each of its names."""
    names = (record.person, *record.aliases)
    return [(office_key(record), str(record.start), light_key(name)) for name in names] if record.start else []
