"""Places in an order: `Y is the most populous country in Africa`, `Y is Africa's largest country by area`.

Only over tables that hold every country of a continent, of the world or of the EU. Right is a country that stands there
in each of the last years, however countries on two continents are counted; wrong is one that is not even near it in
any of these readings. `largest` without more may mean area or people, and an economy may be counted in purchasing
power: wrong is only what is wrong in both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.check.checkers.world.forms import Answer, Form, Setting, form, in_group, place
from pipeline.evidence import Country, WorldFacts, named, rank_fact, upper

_CONTINENTS = ("Africa", "Asia", "Europe", "North America", "South America", "Oceania")
_REGIONS = {"EU": "the European Union", "European Union": "the European Union", "world": "the world"}
_ORDINALS = {"second": 2, "third": 3}
_NEAR = 0.8
"""A country with so much of the holder's figure may be ahead by another count."""
_YEARS = 3

Values = Mapping[str, float]


@dataclass(frozen=True)
class Order:
    """What is ordered: the figures by country of some years, and its words."""

    tables: tuple[Values, ...]
    words: str
    source: str
    year: int | None
    also: tuple[Values, ...] = ()
    """Other figures somebody could mean, by which nothing may be right before it is wrong."""
    smallest: bool = False


def judge_rank(match: re.Match[str], setting: Setting) -> Answer | None:
    """Tell whether a country stands at a place in an order."""
    country = setting.country(match["place"])
    if (
        country is None
        or not country.independent
        or country.contested
        or setting.day is None
        or setting.time == "other"
    ):
        return None
    order = _order(match, setting)
    groups = list(_readings(match["region"], setting))
    number = _ORDINALS.get((match["ordinal"] or "").strip(" -"), 1)
    if order is None or not groups or country.id not in order.tables[-1]:
        return None
    place_in = f"the {_ordinal(number)}{order.words} in {_REGIONS.get(match['region'], match['region'])}"
    fact = rank_fact(setting.facts, country, place_in, order.source, order.year)
    if all(_rank(country.id, group, table, order.smallest) == number for group in groups for table in order.tables):
        return Answer("right", in_group(match, "place"), fact)
    if setting.now and all(
        _is_far(country.id, number, group, table, order.smallest)
        for group in groups
        for table in (*order.tables, *order.also)
    ):
        return _wrong(match, setting, order, groups[0], place_in, number)
    return None


def _ordinal(number: int) -> str:
    return next((f"{word}-" for word, each in _ORDINALS.items() if each == number), "")


def _wrong(
    match: re.Match[str], setting: Setting, order: Order, group: Sequence[Country], words: str, number: int
) -> Answer | None:
    """Return the country that stands there instead, by the widest reading."""
    table = order.tables[-1]
    known = [each for each in group if each.id in table]
    first = sorted(known, key=lambda each: table[each.id], reverse=not order.smallest)[number - 1]
    fact = rank_fact(setting.facts, first, words, order.source, order.year)
    return Answer("wrong", in_group(match, "place"), fact, "wrong_fact", first.name)


def _readings(region: str, setting: Setting) -> Iterator[list[Country]]:
    """Yield the countries of a region in each way to count those that lie on two continents."""
    states = [country for country in setting.facts.countries if country.independent]
    if region == "world":
        yield states
    elif region in ("European Union", "EU"):
        body = setting.facts.organisation("EU")
        day = setting.day
        if body and day and setting.knows(body.source, day):
            members = {term.country for term in body.members if term.holds(day)}
            yield [country for country in states if country.id in members]
    elif region in _CONTINENTS:
        yield [country for country in states if region in country.continents]
        yield [country for country in states if country.continents[:1] == (region,)]
        yield [country for country in states if country.continents == (region,)]


def _rank(country: str, group: Iterable[Country], table: Values, smallest: bool) -> int:
    """Return a country's place among those of a group; 0 where it is none of them or has no figure."""
    ids = [each.id for each in group if each.id in table]
    if country not in ids:
        return 0
    return 1 + sum(table[each] < table[country] if smallest else table[each] > table[country] for each in ids)


def _is_far(country: str, number: int, group: Iterable[Country], table: Values, smallest: bool) -> bool:
    """Tell whether a country is far behind a place of a group."""
    figures = sorted((table[each.id] for each in group if each.id in table), reverse=not smallest)
    if country not in table or len(figures) <= number:
        return False
    holder = figures[number - 1]
    return holder < table[country] * _NEAR if smallest else table[country] < holder * _NEAR


def _order(match: re.Match[str], setting: Setting) -> Order | None:
    by, thing = (match["by"] or "").strip(), match["thing"]
    smallest = (match["degree"] or "") in ("smallest", "least populous")
    facts, day = setting.facts, setting.day
    if day is None:
        return None
    if "populous" in match["degree"] or thing == "population" or by in ("by population", "in population"):
        return _people(facts, day.year, smallest)
    if thing == "economy":
        return None if smallest or by else _economies(facts, day.year)
    known = facts.as_of["factbook"]
    if not setting.knows("factbook", day) or by not in ("by area", "by land area", "in area", ""):
        return None
    areas = _areas(facts)
    lands = {each.id: min(each.areas) for each in facts.countries if each.areas}
    words = f"{'smallest' if smallest else 'largest'} country by area"
    if known.year and day.year < 2012 and match["region"] == "Africa":
        return None  # Sudan was the largest before it was parted, and the areas are those of today
    if by:
        return Order((areas,), words, "factbook", None, (lands,), smallest)
    people = _people(facts, day.year, smallest)
    return Order((areas,), words, "factbook", None, (lands, *people.tables), smallest) if people else None


def _areas(facts: WorldFacts) -> Values:
    return {country.id: country.areas[0] for country in facts.countries if country.areas}


def _people(facts: WorldFacts, year: int, smallest: bool) -> Order | None:
    tables, last = _by_year(facts, year, lambda each: 1.0)
    words = f"{'least' if smallest else 'most'} populous country"
    return Order(tables, words, "datasets-population", last, smallest=smallest) if tables else None


def _economies(facts: WorldFacts, year: int) -> Order | None:
    tables, last = _by_year(facts, year, lambda each: 1.0, "gdp")
    power, _ = _by_year(facts, year, lambda each: each.dollars_worth or 1.0, "gdp")
    return Order(tables, "largest economy", "datasets-gdp", last, power) if tables else None


def _by_year(
    facts: WorldFacts, year: int, worth: Callable[[Country], float], measure: str = "population"
) -> tuple[tuple[Values, ...], int]:
    """Return the figures of the last years up to one, oldest first, and the last of these years."""
    series = list(facts.all_figures("gdp" if measure == "gdp" else "population"))
    last = min(year, sorted(each.last_year for each in series)[len(series) // 2])
    if year > last + _YEARS:
        return (), last
    tables = []
    for each_year in range(last - _YEARS + 1, last + 1):
        table = {
            each.country: value * worth(facts.by_id[each.country])
            for each in series
            if each.country in facts.by_id and (value := each.value(each_year)) is not None
        }
        tables.append(table)
    return tuple(tables), last


_DEGREE = (
    r"(?P<ordinal>second |second-|third |third-)?(?P<degree>most populous|least populous|largest|biggest|smallest)"
)
_THING = r"(?P<thing>country|nation|state|economy)"
_HAS = r"(?P<thing>economy|population)"
_NO_BY = r"(?P<by>(?!))?"
_BY = r"(?P<by> (?:by|in) (?:area|land area|population))?"
_REGION = r"(?P<region>world|European Union|EU|Africa|Asia|Europe|North America|South America|Oceania)"
_IN = rf"(?:in|on) (?:the )?{_REGION}"
_OF = rf"(?:[Tt]he )?{_REGION}['’]s"
WHOLE: tuple[Form, ...] = (
    form(rf"{place('place')} is the {_DEGREE} {_THING}{_BY} {_IN}", judge_rank),
    form(rf"{place('place')} is the {_DEGREE} {_THING} {_IN}{_BY}", judge_rank),
    form(rf"{place('place')} is {_OF} {_DEGREE} {_THING}{_BY}", judge_rank),
    form(rf"{place('place')} has {_OF} {_DEGREE} {_HAS}{_NO_BY}", judge_rank),
    form(rf"{place('place')} has the {_DEGREE} {_HAS} {_IN}{_NO_BY}", judge_rank),
    form(rf"[Tt]he {_DEGREE} {_THING}{_BY} {_IN} is {place('place')}", judge_rank),
    form(rf"{_OF} {_DEGREE} {_THING}{_BY} is {place('place')}", judge_rank),
)


def _restate(match: re.Match[str], setting: Setting) -> str | None:
    country = setting.country(match["place"])
    place_in = _REGIONS.get(match["region"], match["region"])
    words = f"{match['ordinal'] or ''}{match['degree']} {match['thing']}{match['by'] or ''}"
    return f"{upper(named(country))} is the {words} in {place_in}" if country else None


PARTS: tuple[Form, ...] = (
    form(rf"(?:^|(?<=, )|(?<= )){place('place')}, {_OF} {_DEGREE} {_THING}{_BY}(?=[,.])", judge_rank, _restate),
    form(rf"(?:^|(?<=, )|(?<= )){place('place')}, the {_DEGREE} {_THING} {_IN}{_BY}(?=[,.])", judge_rank, _restate),
)
