"""Join records of one time in office, so that a desk's records say each thing once.

One time in office: the same person, office, organisation or country, and terms that surely overlap or
may be equal. Of two dates the verified one wins, then the more precise one, then the one of the newer
`as_of`; what the other source says stays in the note. Joining again what was joined changes nothing.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from pipeline.core.models import OfficeRecord, PartialDate

_PRECISION = ("year", "month", "day")
Key = tuple[str, str, str, bool]


@dataclass(frozen=True)
class Merged:
    """Records after joining, and how they differ from those that were there."""

    records: tuple[OfficeRecord, ...]
    new: tuple[OfficeRecord, ...]
    """Records to store: those that came and those that changed."""
    gone: tuple[str, ...]
    """Ids of records that were there and are replaced."""
    unchanged: int
    """How many of the incoming records say nothing new."""


def merge_records(known: Iterable[OfficeRecord], incoming: Iterable[OfficeRecord]) -> Merged:
    """Join incoming records with known ones and with each other."""
    before = {record.id: record for record in known}
    places: dict[Key, list[OfficeRecord]] = defaultdict(list)
    for record in before.values():
        places[_key(record)].append(record)
    unchanged = 0
    for record in incoming:
        place = places[_key(record)]
        earlier = set(place)
        _join(place, record)
        unchanged += int(earlier == set(place))
    after = {record.id: record for place in places.values() for record in place}
    new = tuple(record for id_, record in after.items() if before.get(id_) != record)
    gone = tuple(id_ for id_, record in before.items() if after.get(id_) != record)
    return Merged(tuple(after.values()), new, gone, unchanged)


@lru_cache(262144)
def fold_name(text: str) -> str:
    """Return a name or office in lower case, without diacritics."""
    if text.isascii():
        return " ".join(text.casefold().split())
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(plain.casefold().replace("’", "'").split())


def _key(record: OfficeRecord) -> Key:
    return (
        fold_name(record.person),
        fold_name(record.office),
        fold_name(record.organisation or record.country or ""),
        record.acting,
    )


def _join(place: list[OfficeRecord], record: OfficeRecord) -> None:
    """Put a record into its place, joined with every record that is the same time in office."""
    if agreeing := [each for each in place if _agrees(each, record)]:
        joined = [(each, join_two(each, record)) for each in agreeing]
        old, new = next((pair for pair in joined if pair[0] == pair[1]), joined[0])
        place[place.index(old)] = new
        return
    while found := [each for each in place if _is_one(each, record)]:
        other = max(found, key=lambda each: each.id)
        place.remove(other)
        record = join_two(other, record)
    place.append(record)


def _agrees(known: OfficeRecord, record: OfficeRecord) -> bool:
    """Tell whether a record's dates were joined into a known one before, and nothing since makes them weigh more."""
    newer = (record.as_of or date.min) > (known.as_of or date.min) or (record.verified and not known.verified)
    if are_others(known.person_id, record.person_id):
        return False
    return _dates(known) == _dates(record) or (not newer and _source_and_dates(record) in known.note)


def _dates(record: OfficeRecord) -> tuple[PartialDate | None, PartialDate | None]:
    return record.start, record.end


def _is_one(one: OfficeRecord, other: OfficeRecord) -> bool:
    if are_others(one.person_id, other.person_id):
        return False
    return _overlap(one, other) or _may_be_equal(one, other)


def are_others(one: str | None, other: str | None) -> bool:
    """Tell whether two ids of one scheme name two people."""
    return bool(one and other and one != other and one.split(":")[0] == other.split(":")[0])


def _overlap(one: OfficeRecord, other: OfficeRecord) -> bool:
    if one.start is None or other.start is None:
        return False
    return one.start.latest < _last(other) and other.start.latest < _last(one)


def _last(record: OfficeRecord) -> date:
    """Return the last day a term surely went on; an open one until it was looked up."""
    if record.end:
        return record.end.earliest
    return record.as_of or date.min


def _may_be_equal(one: OfficeRecord, other: OfficeRecord) -> bool:
    one_open = one.start is not None and (one.end is None or other.end is None)
    return _agree(one.start, other.start) and (one_open or _agree(one.end, other.end))


def _agree(one: PartialDate | None, other: PartialDate | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.earliest <= other.latest and other.earliest <= one.latest


def join_two(known: OfficeRecord, other: OfficeRecord) -> OfficeRecord:
    """Return one record for two of one time in office; `known` wins where nothing decides."""
    if known == other:
        return known
    start, end = _dates(known) if _agrees(known, other) else (_better(known, other, "start"), _end(known, other))
    days = [each.as_of for each in (known, other) if each.as_of]
    leading = other if _dates(other) == (start, end) and _dates(known) != (start, end) else known
    following = known if leading is other else other
    notes = [known.note, other.note] + [
        _source_and_dates(each) for each in (known, other) if _dates(each) != (start, end)
    ]
    if following.source_url and leading.source_url not in (None, following.source_url):
        notes.append(f"Also {following.source_url}")
    return OfficeRecord(
        person=known.person,
        person_id=known.person_id or other.person_id,
        aliases=_union(known.aliases, (other.person, *other.aliases), known.person),
        office=known.office,
        organisation=known.organisation or other.organisation,
        country=known.country or other.country,
        start=start,
        end=end,
        as_of=max(days) if days else None,
        acting=known.acting,
        verified=known.verified or other.verified,
        source_url=leading.source_url or following.source_url,
        source=_joined("; ", [known.source or "", other.source or ""]) or None,
        note=_joined(" ", notes),
    )


def _union(names: tuple[str, ...], more: tuple[str, ...], person: str) -> tuple[str, ...]:
    return tuple(name for name in dict.fromkeys((*names, *more)) if name != person)


def _joined(between: str, parts: list[str]) -> str:
    """Join texts, each said once."""
    text = ""
    for part in parts:
        if part and part not in text:
            text = f"{text}{between}{part}" if text else part
    return text


def _better(known: OfficeRecord, other: OfficeRecord, name: str) -> PartialDate | None:
    one: PartialDate | None = getattr(known, name)
    two: PartialDate | None = getattr(other, name)
    if one is None or two is None:
        return one or two
    return two if _weight(other, two) > _weight(known, one) else one


def _weight(record: OfficeRecord, when: PartialDate) -> tuple[bool, int, date]:
    return record.verified, _PRECISION.index(when.precision), record.as_of or date.min


def _end(known: OfficeRecord, other: OfficeRecord) -> PartialDate | None:
    """Return the end; an open term yields to an end, unless it was seen open after that end was told."""
    if known.end and other.end:
        return _better(known, other, "end")
    ended, still = (known, other) if known.end else (other, known)
    if ended.end and still.as_of and still.as_of > ended.end.latest and still.as_of > (ended.as_of or date.min):
        return None
    return ended.end


def _source_and_dates(record: OfficeRecord) -> str:
    return f"Also told: {record.start or 'unknown'} to {record.end or 'open'}."
