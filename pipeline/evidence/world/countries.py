"""The hand-made tables of countries and organisations: names, dated capitals and currencies, memberships."""

from __future__ import annotations

from pydantic import Field

from pipeline.core.models import PartialDate
from pipeline.core.tables import Spellings, Table, Word, Words, read_table
from pipeline.evidence.world.facts import BY_HAND, Capital, Membership, Money, Organisation

Code = Word
Day = Word
UNTOLD = "?"
"""In place of a day that is not told."""


class HandCapital(Table):
    """A capital with its dates."""

    name: Word
    also: Spellings = ()
    doubtful: Spellings = ()
    since: PartialDate | None = Field(None, alias="from")
    until: PartialDate | None = None


class FormerCurrency(Table):
    """What a country paid with before, and since when it has had what it pays with now."""

    nouns: Spellings
    until: PartialDate
    now_from: PartialDate


class HandCountries(Table):
    """The table `countries.yaml`."""

    names: dict[Code, Spellings]
    adjectives: dict[Code, Spellings]
    unsafe_adjectives: Words
    unsafe_names: Words
    namesakes: dict[Code, Spellings]
    shared: Words
    contested: Words
    capitals: dict[Code, tuple[HandCapital, ...]]
    capital_spellings: dict[Code, Spellings]
    cities: dict[Code, Spellings]
    former_currencies: dict[Code, FormerCurrency]
    euro_years: dict[Code, tuple[int, ...]]
    mixed_currencies: Words
    currency_nouns: dict[Word, Spellings]
    currency_codes: dict[Code, Word]
    continents: dict[Code, Spellings]


class HandOrganisation(Table):
    """An organisation of `memberships.yaml`."""

    names: Spellings
    url: Word
    complete: bool
    slowly: bool = False
    doubtful: Spellings
    joined: dict[Day, Spellings]
    left: dict[Code, PartialDate]


class Memberships(Table):
    """The table `memberships.yaml`."""

    organisations: dict[Word, HandOrganisation]


def hand_countries() -> HandCountries:
    """Return the hand-made table of countries; raises TableError."""
    return read_table(__package__, "countries.yaml", HandCountries)


def hand_capitals(table: HandCountries, code: str) -> tuple[Capital, ...]:
    """Return the capitals of a country that were dated by hand."""
    return tuple(
        Capital(
            name=each.name,
            also=each.also,
            doubtful=each.doubtful,
            since=each.since,
            until=each.until,
            source=BY_HAND,
        )
        for each in table.capitals.get(code, ())
    )


def currencies(table: HandCountries, country: str, code: str, source: str) -> tuple[Money, ...]:
    """Return what a country pays and paid with, as far as the currency is known by its nouns."""
    nouns = table.currency_nouns.get(code)
    if nouns is None:
        return ()
    before = table.former_currencies.get(country)
    now = Money(code=code, nouns=nouns, since=before.now_from if before else None, source=source)
    if before is None:
        return (now,)
    return Money(code="", nouns=before.nouns, until=before.until, source=BY_HAND), now


def organisations() -> tuple[Organisation, ...]:
    """Return the organisations with their members, in order of their ids; raises TableError."""
    table = read_table(__package__, "memberships.yaml", Memberships)
    euro_years = hand_countries().euro_years
    return tuple(
        _organisation(id_, each, euro_years if id_ == "eurozone" else {})
        for id_, each in sorted(table.organisations.items())
    )


def _organisation(id_: str, told: HandOrganisation, years: dict[Code, tuple[int, ...]]) -> Organisation:
    members = [
        _member(code, day, told.left.get(code), years.get(code)) for day, codes in told.joined.items() for code in codes
    ]
    return Organisation(
        id=id_,
        names=told.names,
        url=told.url,
        complete=told.complete,
        slowly=told.slowly,
        doubtful=told.doubtful,
        members=tuple(sorted(members, key=lambda member: member.country)),
        source=BY_HAND,
    )


def _member(code: str, day: str, left: PartialDate | None, years: tuple[int, ...] | None) -> Membership:
    since = None if day == UNTOLD else PartialDate(day)
    named = years or ((since.earliest.year,) if since else ())
    return Membership(country=code, since=since, until=left, years=named, source=BY_HAND)
