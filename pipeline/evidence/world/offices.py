"""A desk's own office records, and behind them the world's: the desk's win, the world's are read when asked for."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from threading import RLock

from pipeline.core.models import OfficeRecord
from pipeline.core.settings import Settings
from pipeline.evidence.offices.merging import are_others, join_two
from pipeline.evidence.offices.office_names import Office, office_place, parse_office
from pipeline.evidence.offices.person_names import name_key
from pipeline.evidence.offices.records import Records
from pipeline.evidence.world.births import Life, life_key
from pipeline.evidence.world.offices_index import Person, WorldFile
from pipeline.evidence.world.status import open_world


class WorldRecords(Records):
    """Records that look in a file of prepared ones for everybody who is asked for (implements `OfficeRecords`)."""

    def __init__(self, records: Iterable[OfficeRecord], world: WorldFile) -> None:
        """Take a desk's own records, and the open file."""
        self._given = tuple(records)
        super().__init__(self._given)
        self._world = world
        self._brought: set[int] = set()
        self._lock = RLock()

    def __len__(self) -> int:
        return self._count + int(self._world.about["records"])

    def of_person(self, name: str) -> Sequence[OfficeRecord]:
        """Return the records of the person a name means, as `Records` does."""
        with self._lock:
            self._bring(self._world.named(name_key(name)))
            return super().of_person(name)

    def named(self, surname: str) -> Sequence[OfficeRecord]:
        """Return the records of everybody whose name ends with a surname."""
        with self._lock:
            self._bring(self._world.surnamed(name_key(surname)))
            return super().named(surname)

    def holders(self, office: Office, place: str | None) -> Sequence[OfficeRecord]:
        """Return everybody's records of exactly this office, as `Records` does."""
        with self._lock:
            self._bring(self._world.holders(office, place))
            return super().holders(office, place)

    def _of_the_desk(self) -> Iterable[OfficeRecord]:
        return self._given  # whatever the world has brought by now

    def life_of(self, records: Sequence[OfficeRecord]) -> Life | None:
        """Return when the person of some records was born, where the file tells it once."""
        with self._lock:
            lives = (self._world.life(key) for key in dict.fromkeys(map(life_key, records)))
            found = [life for life in lives if life]
        return found[0] if len({str(life.born) for life in found}) == 1 else None

    def _bring(self, numbers: set[int]) -> None:
        """Add people of the file who are not there yet."""
        if not (new := numbers - self._brought):
            return
        self._brought |= new
        count = self._count
        for person in self._world.people(new):
            self._add_person(person)
        self._count = count  # a record that was brought is one of the file's
        self._find.cache_clear()
        for name in ("_seats", "_offices"):
            self.__dict__.pop(name, None)

    def _add_person(self, person: Person) -> None:
        """Add one person's records, under the name of the desk's own person where it is surely the same."""
        own = self._own(person)
        if own is None:
            for record in person:
                self._add(record)
            return
        kept = self._people[own]
        joined = beside(kept, person)
        kept[:] = joined[: len(kept)]
        for record in joined[len(kept) :]:
            self._add(record, own)

    def _own(self, person: Person) -> str | None:
        """Return the key of a person who is there already and bears a name of the new one; None for nobody sure."""
        found: set[str] = set()
        for name in dict.fromkeys(name for record in person for name in (record.person, *record.aliases)):
            if " " in (key := name_key(name)):
                found |= self._exact.get(key, set())
        same = [key for key in found if not any(are_others(a, b) for a, b in _ids(self._people[key], person))]
        return same[0] if len(same) == 1 else None


@contextmanager
def records_with_world(settings: Settings, own: Iterable[OfficeRecord]) -> Generator[Records, None, None]:
    """Open a desk's own records with those of the world behind them, where it uses them; raises InputError."""
    with open_world(settings) as world:
        yield WorldRecords(own, world) if world else Records(own)


def _ids(one: Sequence[OfficeRecord], other: Sequence[OfficeRecord]) -> list[tuple[str | None, str | None]]:
    return [(left.person_id, right.person_id) for left in one for right in other]


def beside(own: Sequence[OfficeRecord], world: Sequence[OfficeRecord]) -> list[OfficeRecord]:
    """Return a desk's records of a person, what the world knows of each added, and behind them what only it knows.

    Of an office that the desk has, the world tells only the times that the desk does not.
    """
    mine, more = list(own), []
    for record in world:
        at = next((at for at, each in enumerate(mine) if _is_one_term(each, record)), None)
        if at is None:
            more.append(record)
        else:
            mine[at] = _under(mine[at], record)
    return [*mine, *more]


def _is_one_term(own: OfficeRecord, world: OfficeRecord) -> bool:
    if own.acting != world.acting or _office(own) != _office(world) or own.start is None or world.start is None:
        return False
    own_end = own.end.latest if own.end else own.as_of
    world_end = world.end.latest if world.end else world.as_of
    begun_before = own_end is None or world.start.earliest <= own_end
    return begun_before and (world_end is None or own.start.earliest <= world_end)


def _office(record: OfficeRecord) -> tuple[str, str, frozenset[str], str | None]:
    office = parse_office(record.office)
    place = office_place(record.country) or office.place or office_place(record.organisation) or office.implied
    return office.kind, office.rank, office.subject, place


def _under(own: OfficeRecord, world: OfficeRecord) -> OfficeRecord:
    """Return a desk's record with what the world adds: a date where the desk has none, names, the other source."""
    weak = OfficeRecord(**{**world.model_dump(exclude={"id"}), "verified": False})
    return join_two(own, weak)
