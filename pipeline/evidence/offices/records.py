"""Dated office records in memory, by person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from pipeline.core.english import are_kin, find_place
from pipeline.core.models import OfficeRecord
from pipeline.evidence.offices.office_names import (
    OF_PARTIES,
    Office,
    body_words,
    office_place,
    office_within,
    parse_office,
    parts_of,
    places_of,
    plain,
    portfolios_within,
    seat_names,
)
from pipeline.evidence.offices.person_names import (
    are_alike_surnames,
    light_key,
    may_be_one,
    name_key,
    peer_key,
    surname,
)

if TYPE_CHECKING:
    from pipeline.evidence.world.births import Life

_OfficeKey = tuple[str, str, frozenset[str], str]
Seats = dict[tuple[str, str, frozenset[str]], list[OfficeRecord]]
_KINDS = frozenset(
    ("borough", "city", "county", "district", "town", "parish", "metropolitan", "royal", "national", "federal", "state")
    + ("central", "regional", "public", "unitary", "council", "company", "corporation", "group", "holdings", "plc")
    + ("ltd", "limited", "inc", "co", "nhs", "trust", "foundation", "international", "authority", "department", "board")
    + ("police", "constabulary", "force", "service")
    + ("general", "orchestra", "railway", "railways", "trains", "airlines", "airways", "generalitat", "junta", "xunta")
)
"""Words that a body's full name may have more than the short one that people say."""
_LIFETIME = 70
"""Years of office of one person: more means two people of one name."""


class Records:
    """Office records that answer by name; two people of one name are nobody."""

    def __init__(self, records: Iterable[OfficeRecord]) -> None:
        self._people: dict[str, list[OfficeRecord]] = {}
        self._exact: dict[str, set[str]] = defaultdict(set)
        self._light: dict[str, set[str]] = defaultdict(set)
        self._surnames: dict[str, set[str]] = defaultdict(set)
        self._spellings: dict[str, dict[str, set[tuple[str, str]]]] = defaultdict(lambda: defaultdict(set))
        self._count = 0
        for record in records:
            self._add(record)
        self._find = lru_cache(4096)(self._resolve)

    def _add(self, record: OfficeRecord, of: str | None = None) -> None:
        """Add a record, under its person's own key or that of somebody who is known by another name."""
        self._count += 1
        person = of or light_key(record.person)
        known = self._people.setdefault(person, [])
        known.append(record)
        for name in dict.fromkeys((record.person, *record.aliases)):
            key = name_key(name)
            if person in self._exact.get(key, ()):
                continue
            self._exact[key].add(person)
            self._light[light_key(name)].add(person)
            if short := peer_key(name):
                self._light[short].add(person)
            self._surnames[surname(name)].add(person)
            light = light_key(name)
            if " " in light:
                last = light.rsplit(" ", 1)[-1]
                self._spellings[last[:3]][last].add((light, person))

    def __len__(self) -> int:
        return self._count

    def of_person(self, name: str) -> Sequence[OfficeRecord]:
        """Return the records of the person a name means: exact name or alias, else one clear match, else none."""
        return self._find(name_key(name))

    def named(self, surname: str) -> Sequence[OfficeRecord]:
        """Return the records of everybody whose name ends with a surname."""
        people = sorted(self._surnames.get(name_key(surname), ()))
        return tuple(record for person in people for record in self._people[person])

    def holders(self, office: Office, place: str | None) -> Sequence[OfficeRecord]:
        """Return everybody's records of exactly this office of a country or organisation; of any without a place.

        Without a place the subject must say which: `mayor of Boston`, `chief executive of Brightwater`; of a desk's own
        records the one whose body is that and a kind of place more, as Brightwater Borough Council is for `of
        Brightwater council`. Of a desk's own ministers, where nobody has just this, those of whose joined portfolio it
        is one: `transport` of the Minister of Transport and Communications.
        """
        if place is None:
            exact = self._seats.get((office.kind, office.rank, office.subject), ())
            return (tuple(exact) or self._of_longer_name(office)) if office.subject else ()
        exact = self._offices.get(_office_key(office, place), ())
        return tuple(exact or self._portfolios.get(_office_key(office, place), ()))

    def _of_longer_name(self, office: Office) -> tuple[OfficeRecord, ...]:
        of_kind = self._own_seats.get((office.kind, office.rank), {})
        found = {name: records for name, records in of_kind.items() if office.subject < name}
        meant = [records for name, records in found.items() if all(map(_is_kind, name - office.subject))]
        bodies = {
            (plain(each.office), plain(each.organisation or "")) for records in found.values() for each in records
        }
        return tuple(meant[0]) if meant and len(bodies) == 1 else ()

    def life_of(self, records: Sequence[OfficeRecord]) -> Life | None:
        """Return when the person of some records was born; a desk's own records do not tell."""
        return None

    @cached_property
    def _seats(self) -> Seats:
        return seats_of(self._all())

    @cached_property
    def _own_seats(self) -> dict[tuple[str, str], dict[frozenset[str], list[OfficeRecord]]]:
        """A desk's own seats, by kind and rank."""
        found: dict[tuple[str, str], dict[frozenset[str], list[OfficeRecord]]] = defaultdict(dict)
        for (kind, rank, name), records in seats_of(self._of_the_desk()).items():
            found[kind, rank][name] = records
        return found

    @cached_property
    def _offices(self) -> dict[_OfficeKey, list[OfficeRecord]]:
        return _by_office((record, (office_within(record.office, record.organisation),)) for record in self._all())

    @cached_property
    def _portfolios(self) -> dict[_OfficeKey, list[OfficeRecord]]:
        """The ministries that are joined in one, in a desk's own records."""
        return _by_office(
            (record, portfolios_within(record.office, record.organisation)) for record in self._of_the_desk()
        )

    def _all(self) -> Iterator[OfficeRecord]:
        return (record for person in self._people.values() for record in person)

    def _of_the_desk(self) -> Iterable[OfficeRecord]:
        """Return a desk's own records."""
        return self._all()

    def _resolve(self, key: str) -> tuple[OfficeRecord, ...]:
        people = self._exact.get(key) or self._light.get(light_key(key)) or self._light.get(key)
        words = key.split()
        if not people and len(words) == 2:
            people = self._exact.get(f"{words[1]} {words[0]}")
        if not people and len(words) > 1:
            people = self._spelled_alike(light_key(key))
        if not people or (len(people) > 1 and (len(words) < 2 or light_key(key) not in people)):
            return ()
        found = tuple(record for person in sorted(people) for record in self._people[person])
        return () if any(_are_two_people(part) for part in parted(found)) else found

    def _spelled_alike(self, light: str) -> set[str]:
        """Return the people whose names are clearly spellings of one name; surnames are compared once each."""
        last = light.rsplit(" ", 1)[-1]
        alike = (names for other, names in self._spellings.get(last[:3], {}).items() if are_alike_surnames(other, last))
        return {person for names in alike for spelling, person in names if may_be_one(spelling, light)}


def _by_office(records: Iterable[tuple[OfficeRecord, Sequence[Office]]]) -> dict[_OfficeKey, list[OfficeRecord]]:
    found: dict[_OfficeKey, list[OfficeRecord]] = defaultdict(list)
    for record, offices in records:
        for office in offices:
            for place in places_of(record, office) if not office.vague else ():
                found[_office_key(office, place)].append(record)
    return found


def seats_of(records: Iterable[OfficeRecord]) -> Seats:
    """Return every office by its own name, that of its company or body included."""
    seats: Seats = defaultdict(list)
    for record in records:
        body = body_words(record)
        for office in dict.fromkeys((office_within(record.office, record.organisation), *parts_of(record.office))):
            alone = office.subject & body or office.kind in OF_PARTIES  # whose body is the party that the title names
            party = {office.subject | body - {"party"}} if office.kind in OF_PARTIES else set()
            own = {office.subject} if alone else set()
            for name in seat_names(record, office) | own | party:
                if not office.vague:
                    seats[office.kind, office.rank, name].append(record)
    return seats


def _is_kind(word: str) -> bool:
    return word in _KINDS or find_place(word.title()) is not None


def _office_key(office: Office, place: str) -> _OfficeKey:
    return office.kind, office.rank, office.subject, place


def parted(records: Sequence[OfficeRecord]) -> list[tuple[OfficeRecord, ...]]:
    """Part the records of namesakes: two ids of one scheme are two people; a record without such an id may be any's."""
    ids = {record.person_id for record in records if record.person_id}
    schemes = Counter(identity.partition(":")[0] for identity in ids)
    scheme, people = max(schemes.items(), key=lambda each: (each[1], each[0]), default=("", 0))
    if people < 2:
        return [tuple(records)]
    own = sorted(identity for identity in ids if identity.partition(":")[0] == scheme)
    others = set(own)
    return [tuple(r for r in records if r.person_id == one or r.person_id not in others) for one in own]


def _are_two_people(records: Sequence[OfficeRecord]) -> bool:
    if len({record.person_id for record in records}) == 1 and records[0].person_id:
        return False
    years = [record.start.earliest.year for record in records if record.start]
    years += [record.end.latest.year for record in records if record.end]
    if years and max(years) - min(years) > _LIFETIME:
        return True
    homes = [(place, record) for record in records if (place := _home(record))]
    return any(
        not are_kin(one, other) and _overlap(first, second)
        for at, (one, first) in enumerate(homes)
        for other, second in homes[at + 1 :]
    )


def _home(record: OfficeRecord) -> str | None:
    """Return the country whose government an office sits in."""
    if parse_office(record.office).kind not in ("president", "minister", "head_of_government", "governor", "senator"):
        return None
    return office_place(record.country) or office_place(record.organisation)


def _overlap(one: OfficeRecord, other: OfficeRecord) -> bool:
    if one.start is None or other.start is None or one.end is None or other.end is None:
        return False
    return one.start.latest < other.end.earliest and other.start.latest < one.end.earliest
