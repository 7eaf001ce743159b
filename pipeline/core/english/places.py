"""Names, demonyms and seats of countries, their regions and international organisations.

Base is the library `countryinfo`; `data/places.json` adds what it lacks. A word counts only when it
is written as a name: `polish` and `us` are no places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from countryinfo import all_countries
from pydantic import Field

from pipeline.core.caching import once_for_each
from pipeline.core.models import opens_large, plain
from pipeline.core.tables import Spellings, Table, Word, Words, read_table

Kind = Literal["country", "organisation", "region"]
Form = Literal["name", "adjective", "seat", "capital"]

_WORD = re.compile(r"[^\W_]+(?:[.'’&-][^\W_]+)*\.?")
_PREFIX = re.compile(r"(?:ex|then)[-‐‑](?=[^\W\d_])", re.IGNORECASE)
_FORMAL = re.compile(r"\b(?:Republic|Kingdom|Federation|States?|Union|Confederation|Commonwealth|Principality)\b")


@dataclass(frozen=True)
class Place:
    """What a word or phrase means: a standard name, and how it was said."""

    name: str
    kind: Kind
    form: Form
    country: str | None = None
    """The country of a region; a country's own name; None for an organisation."""


@dataclass(frozen=True)
class _Table:
    places: dict[str, Place]
    capitals_only: frozenset[str]
    longest: int
    adjectives: dict[str, str]
    kin: frozenset[frozenset[str]]


class Places(Table):
    """The table: what the library lacks, spells differently, or should not know, by the standard name of a place."""

    about: str
    rename: dict[Word, Word]
    skip: Words
    names: dict[Word, Spellings]
    adjectives: dict[Word, Spellings]
    unsafe: Words
    """Demonyms that may mean something else."""
    organisations: dict[Word, Spellings]
    seats: dict[Word, Spellings]
    capitals: dict[Word, Spellings]
    regions_of: Words
    """Countries whose regions the library knows well enough."""
    regions: dict[Word, Spellings]
    region_adjectives: dict[Word, Spellings]
    state_abbreviations: dict[Word, Word]
    postal: dict[Word, Word]
    kin: tuple[Annotated[Words, Field(min_length=2, max_length=2)], ...]


@once_for_each
def _extra() -> Places:
    return read_table(__package__, "places.json", Places)


def _key(words: str) -> str:
    return " ".join(plain(words)[0].replace("’", "'").replace(".", "").lower().split())


def _countries(extra: Places) -> Iterator[tuple[str, Place]]:
    for country in all_countries():
        name = extra.rename.get(country.name(), country.name())
        if name in extra.skip:
            continue
        yield name, Place(name, "country", "name", name)
        for spelling in country.alt_spellings():
            if spelling.isascii() and _FORMAL.search(spelling):
                yield spelling.strip(), Place(name, "country", "name", name)
        for demonym in re.split("[,/]", country.demonym() or ""):
            if len(demonym) > 2 and demonym not in extra.unsafe:
                yield demonym, Place(name, "country", "adjective", name)
        if name in extra.regions_of:
            for province in country.provinces():
                yield from _region(province, name, extra)


def _regions(extra: Places) -> Iterator[tuple[str, Place]]:
    for country, regions in extra.regions.items():
        for region in regions:
            yield from _region(region, country, extra)


def _region(name: str, country: str, extra: Places) -> Iterator[tuple[str, Place]]:
    yield name, Place(name, "region", "name", country)
    for adjective in extra.region_adjectives.get(name, ()):
        yield adjective, Place(name, "region", "adjective", country)


def _extras(extra: Places) -> Iterator[tuple[str, Place]]:
    for name, others in extra.organisations.items():
        for words in (name, *others):
            yield words, Place(name, "organisation", "name")
    for name, others in extra.names.items():
        for words in (name, *others):
            yield words, Place(name, "country", "name", name)
    forms: tuple[tuple[dict[str, tuple[str, ...]], Form], ...] = (
        (extra.adjectives, "adjective"),
        (extra.seats, "seat"),
        (extra.capitals, "capital"),
    )
    for table, form in forms:
        for name, others in table.items():
            organisation = name in extra.organisations
            kind: Kind = "organisation" if organisation else "country"
            for words in others:
                yield words, Place(name, kind, form, None if organisation else name)


@once_for_each
def _table() -> _Table:
    extra = _extra()
    places: dict[str, Place] = {}
    capitals: set[str] = set()
    adjectives: dict[str, str] = {}
    for words, place in (*_countries(extra), *_regions(extra), *_extras(extra)):
        key = _key(words)
        if place.form == "adjective":
            adjectives.setdefault(place.name, words)
        if place.form == "capital" and key in places and places[key].kind != "region":
            continue
        if place.kind == "region" and key in places:
            continue
        places[key] = place
        (capitals.add if words.isupper() and len(words) <= 4 else capitals.discard)(key)
    adjectives.update({"United States": "U.S.", "United Kingdom": "British"})
    return _Table(
        places, frozenset(capitals), max(key.count(" ") + 1 for key in places), adjectives, frozenset(extra.kin)
    )


def find_place(words: str) -> Place | None:
    """Return what a phrase means when all of it is the name, demonym or seat of a place.

    >>> find_place("U.S.").name
    'United States'
    """
    words = re.sub(r"^(?:the|The|THE)\s+", "", words.strip())
    words = re.sub(r"['’][sS]?$", "", words)
    if not opens_large(words):
        return None
    key = _key(words)
    table = _table()
    if key in table.capitals_only and not words.replace(".", "").isupper():
        return None
    return table.places.get(key)


def find_places(text: str) -> tuple[tuple[int, int, Place], ...]:
    """Return start, end and meaning of every place in a text, longest names first, without overlap."""
    words = [(match.start() + _prefix(match.group()), match.end()) for match in _WORD.finditer(text)]
    found = []
    at = 0
    while at < len(words):
        for last in range(min(len(words), at + _table().longest), at, -1):
            start, end = words[at][0], words[last - 1][1]
            if opens_large(text[start]) and (place := find_place(text[start:end])):
                found.append((start, _trimmed(text, start, end), place))
                at = last
                break
        else:
            at += 1
    return tuple(found)


def _prefix(word: str) -> int:
    """Return the length of `ex-` in `ex-Soviet`."""
    match = _PREFIX.match(word)
    return match.end() if match else 0


def _trimmed(text: str, start: int, end: int) -> int:
    words = text[start:end]
    if words.endswith("."):
        return end if words.count(".") > 1 else end - 1
    return end - 2 if words.endswith(("'s", "’s")) else end


def adjective(name: str) -> str | None:
    """Return how newspapers call what belongs to a place, such as `Russian` for `Russia`."""
    return _table().adjectives.get(name)


def full_state(code: str) -> str | None:
    """Return the name of the state of the United States behind a postal code or an abbreviation such as `Calif.`."""
    key = code.replace(".", "").replace(" ", "")
    return _extra().postal.get(key) or _extra().state_abbreviations.get(key)


def are_kin(one: str, other: str) -> bool:
    """Tell whether two names may mean one place: the same, or a state and its heir."""
    return one == other or frozenset((one, other)) in _table().kin


def lies_in(country: str, part_of_the_world: str) -> bool:
    """Tell whether a country, by its standard name, lies in a continent or a part of one: `Europe`, `western asia`."""
    return part_of_the_world.casefold() in _parts_of_the_world().get(country, ())


@once_for_each
def _parts_of_the_world() -> dict[str, frozenset[str]]:
    """Return by standard name the continent of a country and its part."""
    found = {}
    for country in all_countries():
        words = {str(country.region()).casefold(), str(country.subregion()).casefold()}
        found[_extra().rename.get(country.name(), country.name())] = frozenset(words - {"none", ""})
    return found


def country_of_capital(name: str) -> str | None:
    """Return the standard name of the country whose capital is written so; None of any other name.

    >>> country_of_capital("Rabat")
    'Morocco'
    """
    found = find_place(name)
    return found.name if found and found.form == "capital" else _capitals().get(_key(name))


@once_for_each
def _capitals() -> dict[str, str]:
    countries = {_extra().rename.get(each.name(), each.name()): each.capital() for each in all_countries()}
    return {_key(capital): name for name, capital in countries.items() if capital and name not in _extra().skip}
