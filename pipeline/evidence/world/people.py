"""Names of people across sources: one person's spellings, peers, and who of one source is who in another."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from pipeline.core.models import OfficeRecord
from pipeline.evidence.offices.office_names import office_place, parse_office
from pipeline.evidence.offices.person_names import light_key, may_be_one

_PEER = re.compile(
    r"^(?P<name>[^,]+), (?P<rank>Baron|Baroness|Viscount|Viscountess|Earl|Countess|Marquess) (?P<of>.+)$"
)
_BRACKETS = re.compile(r"\s*\([^)]*\)$")
_SAME_DAY = timedelta(days=7)


def names_of(label: str, *others: str) -> tuple[str, ...]:
    """Return the names of a person, the plain one first: of a peer the name, the rank, and both together.

    >>> names_of("Ann Lee, Baroness Lee of Ham", "Annie Lee (politician)")
    ('Ann Lee', 'Ann Lee, Baroness Lee of Ham', 'Baroness Lee of Ham', 'Lady Lee of Ham', 'Lady Lee', 'Annie Lee')
    """
    names: list[str] = []
    for each in (label, *others):
        name = _BRACKETS.sub("", " ".join(each.split()))
        peer = _PEER.match(name)
        names += [name] if peer is None else [peer["name"], name, *_peerage(peer["rank"], peer["of"])]
    return tuple(dict.fromkeys(name for name in names if name))


def _peerage(rank: str, of: str) -> list[str]:
    style = "Lady" if rank in ("Baroness", "Viscountess", "Countess") else "Lord"
    return [f"{rank} {of}", f"{style} {of}", f"{style} {of.split(' of ')[0]}"]


@dataclass
class People:
    """The people of sources that tell people apart, for those of a source that gives names alone."""

    _by_name: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    _terms: dict[tuple[str, str, str], list[OfficeRecord]] = field(default_factory=lambda: defaultdict(list))
    _first: dict[str, OfficeRecord] = field(default_factory=dict)

    @classmethod
    def of(cls, records: Iterable[OfficeRecord]) -> People:
        """Return the people of records with ids."""
        people = cls()
        for record in records:
            if not record.person_id:
                continue
            home = home_of(record) or ""
            people._first.setdefault(record.person_id, record)
            for name in (record.person, *record.aliases):
                people._by_name[home, light_key(name)].add(record.person_id)
            office = parse_office(record.office)
            people._terms[home, office.kind, office.rank].append(record)
        return people

    def known(self, record: OfficeRecord) -> OfficeRecord:
        """Return a record under the name and id by which others know its person, where they surely do."""
        same_term = self._of_term(record)
        ids = {same_term.person_id} if same_term else self._by_names(record)
        if len(ids) != 1:
            return record
        known = self._first[str(next(iter(ids)))]
        names = dict.fromkeys((*known.aliases, record.person, *record.aliases))
        return _changed(
            record,
            person=known.person,
            person_id=known.person_id,
            aliases=tuple(name for name in names if name != known.person),
            office=same_term.office if same_term else record.office,
        )

    def known_apart(self, records: Sequence[OfficeRecord]) -> list[OfficeRecord]:
        """Return records of a source that tells people apart as `known` does, but no two of its people as one.

        Of several the one who is called exactly so is meant: `Ann Lee` and `Ann T. Lee` may both have been ministers.
        """
        found = [self.known(record) for record in records]
        claimed: dict[str | None, set[str | None]] = defaultdict(set)
        for record, each in zip(records, found, strict=True):
            claimed[each.person_id].add(record.person_id)
        return [
            each if len(claimed[each.person_id]) < 2 or self._is_called(record, each.person_id) else record
            for record, each in zip(records, found, strict=True)
        ]

    def _is_called(self, record: OfficeRecord, id_: str | None) -> bool:
        home = home_of(record) or ""
        return any(id_ in self._by_name.get((home, light_key(name)), ()) for name in _names(record))

    def _by_names(self, record: OfficeRecord) -> set[str]:
        home = home_of(record) or ""
        found: set[str] = set()
        for name in (record.person, *record.aliases):
            if " " in light_key(name):
                found |= self._by_name.get((home, light_key(name)), set())
        return found or self._by_office(record)

    def _by_office(self, record: OfficeRecord) -> set[str]:
        """Return who of those that have held an office before has a name of which this may be a spelling."""
        office = parse_office(record.office)
        held = self._terms.get((home_of(record) or "", office.kind, office.rank), ())
        return {str(each.person_id) for each in held if may_be_one(each.person, record.person)}

    def _of_term(self, record: OfficeRecord) -> OfficeRecord | None:
        """Return a record of the same office of the same country that begins with it, of somebody called alike."""
        office, start = parse_office(record.office), record.start
        if start is None:
            return None
        for other in self._terms.get((home_of(record) or "", office.kind, office.rank), ()):
            near = other.start and abs(other.start.earliest - start.earliest) <= _SAME_DAY
            if near and parse_office(other.office).subject == office.subject and share_a_name(record, other):
                return other
        return None


def home_of(record: OfficeRecord) -> str | None:
    """Return the country or body of a record in the standard name."""
    return office_place(record.country) or office_place(record.organisation)


def share_a_name(one: OfficeRecord, other: OfficeRecord) -> bool:
    """Tell whether two people's names may be one's: alike as a whole, or two words in common, or one of one word."""
    pairs = [(a, b) for a in _names(one) for b in _names(other)]
    return any(may_be_one(a, b) or _words_in_common(a, b) for a, b in pairs)


def _words_in_common(one: str, other: str) -> bool:
    left, right = set(light_key(one).split()), set(light_key(other).split())
    short = min(len(left), len(right))
    return len(left & right) >= min(2, short) or bool({w for w in left & right if len(w) > 4})


def _names(record: OfficeRecord) -> tuple[str, ...]:
    return (record.person, *record.aliases)


def _changed(record: OfficeRecord, **fields: object) -> OfficeRecord:
    """Return a record with other fields and the id that belongs to them."""
    return OfficeRecord(**{**record.model_dump(exclude={"id"}), **fields})


def with_names(records: Sequence[OfficeRecord]) -> list[OfficeRecord]:
    """Return records in which a person has one name, the most used, and all the others that any record gives."""
    names: dict[str, dict[str, None]] = defaultdict(dict)
    called: dict[str, Counter[str]] = defaultdict(Counter)
    for record in records:
        if record.person_id:
            names[record.person_id] |= dict.fromkeys(_names(record))
            called[record.person_id][record.person] += 1
    usual = {who: min(each, key=lambda name: (-each[name], name)) for who, each in called.items()}
    return [
        _named(record, usual[record.person_id], names[record.person_id]) if record.person_id else record
        for record in records
    ]


def _named(record: OfficeRecord, person: str, names: Iterable[str]) -> OfficeRecord:
    return _changed(record, person=person, aliases=tuple(name for name in names if name != person))
