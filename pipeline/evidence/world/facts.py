"""Facts of countries with their dates and sources, as they are shipped in `seeds/world/facts.json`.

The file is read when a fact is first asked for, in a few milliseconds; `facts_build` makes it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from pipeline.core.caching import once_for_each
from pipeline.core.errors import TableError
from pipeline.core.models import PartialDate
from pipeline.core.tables import Table

BY_HAND = "by-hand"
"""The source of what the project's own tables say; `seeds/world/sources.yaml` tells where it can be seen."""
FACTS = Path(__file__).resolve().parents[3] / "seeds" / "world" / "facts.json"

Measure = Literal["population", "gdp", "inflation", "area"]


class Term(Table):
    """Something that holds from one day to another; None where a source tells no day."""

    since: PartialDate | None = None
    until: PartialDate | None = None
    source: str

    def holds(self, day: date) -> bool:
        """Tell whether a day surely lies in it, however precisely its ends are known."""
        return (self.since is None or self.since.latest <= day) and (self.until is None or day <= self.until.earliest)

    def may_hold(self, first: date, last: date) -> bool:
        """Tell whether some day of a stretch may lie in it."""
        begins = self.since is None or self.since.earliest <= last
        return begins and (self.until is None or first <= self.until.latest)


class Capital(Term):
    """A city that is or was a country's capital."""

    name: str
    also: tuple[str, ...] = ()
    """Other names of the same city."""
    doubtful: tuple[str, ...] = ()
    """Other cities that somebody could call the capital with some right."""


class Money(Term):
    """A currency of a country."""

    code: str
    """ISO 4217; empty for one that is no more."""
    nouns: tuple[str, ...]
    """How a sentence calls it, without the country's adjective."""


class Membership(Term):
    """A country's membership in an organisation."""

    country: str
    years: tuple[int, ...] = ()
    """The years that may be named for its beginning; none where no source tells."""


class Organisation(Table):
    """A body of countries with its members, past and present."""

    id: str
    names: tuple[str, ...] = Field(min_length=1)
    url: str
    complete: bool
    """True where whoever is not listed is no member."""
    slowly: bool = False
    """True where who joins is known a year before."""
    doubtful: tuple[str, ...] = ()
    members: tuple[Membership, ...]
    source: str

    def terms(self, country: str) -> tuple[Membership, ...]:
        """Return a country's memberships."""
        return tuple(member for member in self.members if member.country == country)


class Series(Table):
    """A measure of one country by year."""

    country: str
    measure: Measure
    first_year: int
    values: tuple[float | None, ...]
    source: str

    def value(self, year: int) -> float | None:
        """Return the figure of a year, if there is one."""
        at = year - self.first_year
        return self.values[at] if 0 <= at < len(self.values) else None

    @property
    def last_year(self) -> int:
        """The last year with a figure."""
        return self.first_year + len(self.values) - 1

    def years(self, first: int, last: int) -> dict[int, float]:
        """Return the figures of the years from one to another."""
        return {year: value for year in range(first, last + 1) if (value := self.value(year)) is not None}


class Country(Table):
    """A country or territory, by its ISO 3166-1 alpha-3 code."""

    id: str
    alpha2: str = ""
    wikidata: str = ""
    names: tuple[str, ...] = Field(min_length=1)
    """The name a newspaper uses, then others."""
    adjectives: tuple[str, ...] = ()
    independent: bool = True
    continents: tuple[str, ...] = ()
    capitals: tuple[Capital, ...] = ()
    cities: tuple[str, ...] = ()
    """Large cities that are no capital of it."""
    currencies: tuple[Money, ...] = ()
    mixed_currency: bool = False
    """True where more than one money is in use."""
    languages: str = ""
    neighbours: tuple[str, ...] = ()
    areas: tuple[float, ...] = ()
    """Square kilometres in all, then other readings: of land alone, without overseas regions."""
    dollars_worth: float | None = None
    """How many times the GDP in purchasing power is that in dollars."""
    shared: bool = False
    """True where its name is also that of a city, a region or another country."""
    namesakes: tuple[str, ...] = ()
    """Countries with a place of the same name, or nearly."""
    contested: bool = False
    """True where it is in dispute what belongs to it, or what its capital is."""
    sources: Mapping[str, str]
    """By field, the source it was taken from."""

    @property
    def name(self) -> str:
        """The name a newspaper uses."""
        return self.names[0]


class WorldFacts(Table):
    """Everything that is shipped about countries."""

    about: str
    as_of: Mapping[str, date]
    """By source, the day until which it was known to be right."""
    urls: Mapping[str, str]
    """By source, where it is."""
    countries: tuple[Country, ...]
    organisations: tuple[Organisation, ...]
    series: tuple[Series, ...]

    @cached_property
    def by_id(self) -> dict[str, Country]:
        """Countries by their code."""
        return {country.id: country for country in self.countries}

    @cached_property
    def by_name(self) -> dict[str, Country]:
        """Countries by the keys of their names; a name of two countries is nobody's."""
        return _unique((place_key(name), country) for country in self.countries for name in country.names)

    @cached_property
    def by_adjective(self) -> dict[str, Country]:
        """Countries by the keys of their adjectives; `French` is of France, not of its territories."""
        own, others = (
            _unique(
                (place_key(word), each)
                for each in self.countries
                if each.independent == free
                for word in each.adjectives
            )
            for free in (True, False)
        )
        return others | own

    @cached_property
    def money_nouns(self) -> frozenset[str]:
        """Every word for a currency."""
        return frozenset(noun for country in self.countries for each in country.currencies for noun in each.nouns)

    @cached_property
    def homes(self) -> dict[str, frozenset[str]]:
        """The countries in which a city of a name is known, by its key."""
        found: dict[str, set[str]] = {}
        for country in self.countries:
            capitals = (name for each in country.capitals for name in (each.name, *each.also, *each.doubtful))
            for name in (*country.cities, *capitals):
                found.setdefault(city_key(name), set()).add(country.id)
        return {key: frozenset(countries) for key, countries in found.items()}

    @cached_property
    def _series(self) -> dict[tuple[str, Measure], Series]:
        return {(each.country, each.measure): each for each in self.series}

    def figures(self, country: str, measure: Measure) -> Series | None:
        """Return a measure of a country by year."""
        return self._series.get((country, measure))

    def all_figures(self, measure: Measure) -> Iterator[Series]:
        """Yield a measure of every country that has it."""
        return (each for each in self.series if each.measure == measure)

    def organisation(self, name: str) -> Organisation | None:
        """Return the organisation of a name as in the news."""
        key = place_key(name)
        return next((each for each in self.organisations if key in map(place_key, each.names)), None)


def _unique(pairs: Iterator[tuple[str, Country]]) -> dict[str, Country]:
    found: dict[str, Country] = {}
    twice: set[str] = set()
    for key, country in pairs:
        if found.setdefault(key, country).id != country.id:
            twice.add(key)
    return {key: country for key, country in found.items() if key not in twice}


def place_key(name: str) -> str:
    """Return what spellings of a name share: letters without accents, one blank, no dots; `US` is not `us`.

    >>> place_key("Côte d’Ivoire"), place_key("U.S."), place_key("the Gambia")
    ("cote d'ivoire", 'US', 'gambia')
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    plain = re.sub(r"\s+", " ", plain.replace("’", "'").replace(".", "")).strip()
    plain = re.sub(r"^(?:[Tt]he|THE) ", "", plain)
    return plain if plain.isupper() and len(plain) <= 4 else plain.casefold()


def city_key(name: str) -> str:
    """Return what spellings of a city's name share: letters alone, `Saint` and `St` being one.

    >>> city_key("St. John's") == city_key("Saint John’s"), city_key("Bogotá")
    (True, 'bogota')
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if c.isalnum() or c.isspace())
    return re.sub(r"\s+", "", re.sub(r"^saint\b", "st", plain))


@once_for_each
def world_facts(path: Path = FACTS) -> WorldFacts:
    """Return the shipped facts; raises TableError where the file is missing or not in its form."""
    try:
        return WorldFacts.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise TableError(f"{path} is missing or damaged: install factnotes again, or build it anew") from error


@once_for_each
def facts_digest(path: Path = FACTS) -> str:
    """Return what stands for the content of the shipped facts; empty where there are none."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8] if path.exists() else ""
