"""World facts as sentences: what a check cites, and what is indexed so that a search and a model can cite it too.

Each sentence is the project's own and stands alone; the source and the day it was known to be right stand beside it. A
fact of a year has the year as its date, so that it counts for no article from before it.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.core.english import format_date
from pipeline.core.models import PartialDate, Passage
from pipeline.evidence.world.facts import BY_HAND, Capital, Country, Membership, Money, Organisation, Series, WorldFacts

_PUBLISHERS = {
    BY_HAND: "factnotes world data",
    "datasets-country-codes": "datasets/country-codes",
    "datasets-gdp": "World Bank",
    "datasets-inflation": "World Bank",
    "datasets-population": "World Bank",
    "factbook": "CIA World Factbook",
}
_WITH_ARTICLE = frozenset({"NLD", "PHL", "GBR", "USA", "ARE", "BHS", "GMB", "MDV", "CAF", "COD", "COG", "DOM", "CZE",
                           "MHL", "SLB", "COM", "SYC"})  # fmt: skip
_YEARS_APART = 10
"""Of the older figures of a country, one in so many years is indexed; a check looks at all."""


def named(country: Country) -> str:
    """Return a country's name with the article it takes in a sentence."""
    article = country.id in _WITH_ARTICLE and country.name not in ("Czechia", "Maldives", "Seychelles")
    return f"the {country.name}" if article else country.name


def named_body(body: Organisation) -> str:
    """Return an organisation's name with the article it takes in a sentence."""
    name = body.names[0]
    return f"the {name}" if " " in name or name.islower() or name in ("OECD", "G7") else name


def capital_fact(facts: WorldFacts, country: Country, term: Capital) -> Passage:
    """Return what is known of a capital as a passage."""
    name = term.name + (f" (also {term.also[0]})" if term.also else "")
    if term.until is None:
        since = f", since {format_date(term.since)}" if term.since else ""
        text = f"{name} is the capital of {named(country)}{since}."
    else:
        since = f" from {format_date(term.since)}" if term.since else ""
        text = f"{name} was the capital of {named(country)}{since} until {format_date(term.until)}."
    return _passage(facts, country, text, term.source, term.until or term.since)


def money_fact(facts: WorldFacts, country: Country, term: Money) -> Passage:
    """Return what a country pays or paid with as a passage."""
    noun, since = term.nouns[0], f" since {format_date(term.since)}" if term.since else ""
    if term.until is None:
        text = f"The currency of {named(country)} is the {noun}{f' ({term.code})' if term.code else ''}{since}."
    else:
        text = f"The currency of {named(country)} was the {noun} until {format_date(term.until)}."
    return _passage(facts, country, text, term.source, term.until or term.since)


def membership_fact(facts: WorldFacts, country: Country, body: Organisation, terms: tuple[Membership, ...]) -> Passage:
    """Return whether a country is a member of an organisation as a passage."""
    name = named_body(body)
    text = f"{upper(named(country))} is not a member of {name}."
    if terms:
        term = terms[-1]
        since = f" since {format_date(term.since)}" if term.since else ""
        text = f"{upper(named(country))} has been a member of {name}{since}."
        if term.until:
            since = f"from {format_date(term.since)} " if term.since else ""
            text = f"{upper(named(country))} was a member of {name} {since}until {format_date(term.until)}."
        elif not since:
            text = f"{upper(named(country))} is a member of {name}."
    known = (terms[-1].until or terms[-1].since) if terms else None
    return _passage(facts, country, text, body.source, known, url=body.url)


def figure_fact(facts: WorldFacts, country: Country | None, series: Series, year: int) -> Passage:
    """Return a figure of a year as a passage; raises ValueError where there is none."""
    value = series.value(year)
    if value is None:
        raise ValueError(f"no {series.measure} of {series.country} in {year}")
    place = named(country) if country else "the world"
    told = {
        "population": f"The population of {place} was {value:,.0f} in {year}.",
        "gdp": f"The gross domestic product of {place} was {_dollars(value)} in {year}, in current US dollars.",
        "inflation": f"Consumer prices in {place} rose by {value:g}% in {year}, on the average of the year.",
    }
    if series.measure == "inflation" and value < 0:
        told["inflation"] = f"Consumer prices in {place} fell by {-value:g}% in {year}, on the average of the year."
    return _passage(facts, country, told[series.measure], series.source, PartialDate(str(year)))


def area_fact(facts: WorldFacts, country: Country) -> Passage:
    """Return a country's area as a passage."""
    text = f"{upper(named(country))} covers {country.areas[0]:,.10g} square kilometres."
    return _passage(facts, country, text, country.sources["profile"])


def neighbours_fact(facts: WorldFacts, country: Country) -> Passage:
    """Return the countries that border on one as a passage."""
    names = [named(facts.by_id[code]) for code in country.neighbours]
    listed = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return _passage(facts, country, f"{upper(named(country))} borders {listed}.", country.sources["profile"])


def rank_fact(facts: WorldFacts, country: Country, words: str, source: str, year: int | None) -> Passage:
    """Return a place in an order as a passage: `words` say which, such as `the most populous country in Africa`."""
    text = f"{upper(named(country))} was {words} in {year}." if year else f"{upper(named(country))} is {words}."
    return _passage(facts, country, text, source, PartialDate(str(year)) if year else None)


def indexed_facts(facts: WorldFacts) -> Iterator[Passage]:
    """Yield the facts of independent countries that are worth a search: a few sentences each, not every year."""
    for country in facts.countries:
        if not country.independent:
            continue
        yield from (capital_fact(facts, country, term) for term in country.capitals)
        yield from (money_fact(facts, country, term) for term in country.currencies if not country.mixed_currency)
        for body in facts.organisations:
            if terms := body.terms(country.id):
                yield membership_fact(facts, country, body, terms)
        yield from _indexed_figures(facts, country)


def _indexed_figures(facts: WorldFacts, country: Country) -> Iterator[Passage]:
    population = facts.figures(country.id, "population")
    if population:
        last = population.last_year
        years = {last, *range(2000, last - _YEARS_APART // 2, _YEARS_APART)}
        yield from (
            figure_fact(facts, country, population, y) for y in sorted(years) if population.value(y) is not None
        )
    gdp = facts.figures(country.id, "gdp")
    if gdp:
        yield figure_fact(facts, country, gdp, gdp.last_year)


def _passage(
    facts: WorldFacts,
    country: Country | None,
    text: str,
    source: str,
    known_from: PartialDate | None = None,
    url: str | None = None,
) -> Passage:
    """Return a fact as a passage; `known_from` is when it came about, so that it counts for no article before it."""
    known = facts.as_of[source]
    return Passage(
        text=text,
        title=f"World facts: {country.name if country else 'the world'}",
        publisher=_PUBLISHERS[source],
        source_url=url or facts.urls[source],
        event_date=known_from,
        note=f"as of {known.isoformat()}, source {source}",
    )


def _dollars(value: float) -> str:
    for scale, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if value >= scale:
            return f"${value / scale:.4g} {word}"
    return f"${value:,.0f}"


def upper(words: str) -> str:
    """Return words as they open a sentence."""
    return words[:1].upper() + words[1:]
