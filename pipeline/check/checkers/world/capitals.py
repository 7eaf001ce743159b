"""Capitals: `X is the capital of Y`, `Y's capital is X`, and the like inside a longer sentence.

Right is what a dated term says of the article's day. Wrong is a city that is known, by the capital of another country
or as a large city, to be none of the country's present, doubtful or lately former capitals. Only a bare `capital` or
`capital city` counts: a financial, former or provincial one is something else. A former capital inside a longer
sentence is wrong only where the sentence tells of these days.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from pipeline.check.checkers.world.forms import (
    END,
    NO_NAME,
    Answer,
    Form,
    Setting,
    adjective,
    form,
    in_group,
    owner,
    place,
)
from pipeline.evidence import Capital, Country, capital_fact, city_key, named

_LATELY = timedelta(days=730)
"""So long after a city ceased to be the capital it may still be called so."""
_WELL_KNOWN_SINCE = date(1992, 1, 1)
"""Before this, a capital that no source has dated may have been another."""
_CITY = rf"(?P<city>{NO_NAME}" + r"[^\W\d_a-z][\w.'’-]*(?:,? [\w.'’-]+){0,4}?)"
_TOWN = rf"(?P<city>{NO_NAME}" + r"[^\W\d_a-z][\w.'’-]*(?:(?: (?:de|la|da|of|el|al))* [^\W\d_a-z][\w.'’-]*){0,3})"
_NEXT = r"(?=[,.;)]|$| (?:on|in|at|after|to|and|for|where|from|with|during|before|by|was|is|has|had|have|were|when)\b)"
_ITS = r"(?:[Tt]he|[Ii]ts|[Tt]he country['’]s)"
_CAPITAL = r"capital(?: city)?"


def judge_capital(match: re.Match[str], setting: Setting) -> Answer | None:
    """Tell whether a city is the capital of a country, said as of the article's day."""
    country = setting.whose(match)
    return _judge(country, city_key(match["city"]), in_group(match, "city"), setting) if country else None


def _judge(country: Country, city: str, spot: tuple[int, int], setting: Setting) -> Answer | None:
    if not country.independent or country.contested or not country.capitals:
        return None
    if setting.time == "other":
        return _never(country, city, spot, setting)
    day = setting.day
    if day is None:
        only = country.capitals[0] if len(country.capitals) == 1 and not country.capitals[0].since else None
        day = setting.facts.as_of[only.source] if only else None
    if day is None or not setting.knows(country.capitals[-1].source, day):
        return None
    if right := next((term for term in country.capitals if _is_right(term, city, day)), None):
        return Answer("right", spot, capital_fact(setting.facts, country, right))
    if any(_is_near(term, city, day) for term in country.capitals):
        return None
    now = _current(country, day)
    if now is None:
        return None
    if any(city in _names(term) for term in country.capitals):
        if not setting.now:
            return None
        return Answer("wrong", spot, capital_fact(setting.facts, country, now), "outdated", now.name)
    return _never(country, city, spot, setting)


def _names(term: Capital) -> set[str]:
    return {city_key(name) for name in (term.name, *term.also)}


def _is_right(term: Capital, city: str, day: date) -> bool:
    return city in _names(term) and term.holds(day) and (term.since is not None or day >= _WELL_KNOWN_SINCE)


def _is_near(term: Capital, city: str, day: date) -> bool:
    """Tell whether a city could be called the capital on a day: with some right, lately, or soon."""
    if not term.may_hold(day - _LATELY, day + _LATELY):
        return term.since is not None and term.since.earliest > day and city in _names(term)
    return city in _names(term) | {city_key(name) for name in term.doubtful}


def _current(country: Country, day: date) -> Capital | None:
    return next((term for term in reversed(country.capitals) if term.holds(day)), None)


def _never(country: Country, city: str, spot: tuple[int, int], setting: Setting) -> Answer | None:
    """Return what tells that a well-known city never was a country's capital."""
    homes = setting.facts.homes.get(city, frozenset())
    own = {key for term in country.capitals for key in _names(term) | {city_key(name) for name in term.doubtful}}
    last = country.capitals[-1]
    if not homes or city in own or homes & set(country.namesakes) or not setting.knows(last.source, setting.day):
        return None
    return Answer("wrong", spot, capital_fact(setting.facts, country, last), "wrong_fact", last.name)


def judge_former(match: re.Match[str], setting: Setting) -> Answer | None:
    """Tell whether a city was the capital of a country until a year."""
    country, city, year = setting.whose(match), city_key(match["city"]), int(match["year"])
    if country is None or country.contested:
        return None
    for term in country.capitals:
        if city in _names(term) and term.until and term.until.earliest.year == year:
            return Answer("right", in_group(match, "city"), capital_fact(setting.facts, country, term))
    return None


def judge_wrong(match: re.Match[str], setting: Setting) -> Answer | None:
    """Tell whether a city is not the capital of a country; that it is would not prove all that is said of it."""
    answer = judge_capital(match, setting)
    return answer if answer and answer.outcome == "wrong" else None


def judge_since(match: re.Match[str], setting: Setting) -> Answer | None:
    """Tell whether a city has been the capital of a country since a year."""
    answer = judge_capital(match, setting)
    country, city, year = setting.whose(match), city_key(match["city"]), int(match["since"])
    if answer is None or country is None or answer.outcome == "wrong":
        return answer
    begun = {term.since.earliest.year for term in country.capitals if term.since and city in _names(term)}
    return answer if year in begun else None


def _restate(match: re.Match[str], setting: Setting) -> str | None:
    country = setting.whose(match)
    return f"{match['city']} is the capital of {named(country)}" if country else None


def judge_its_own(match: re.Match[str], setting: Setting) -> Answer | None:
    """Tell whether a city is the capital of the only country that a sentence names."""
    country = setting.only_country(match.span())
    city = city_key(match["city"])
    answer = _judge(country, city, in_group(match, "city"), setting) if country else None
    if answer is None or country is None or answer.outcome == "right":
        return answer
    at_home = setting.facts.homes.get(city) == frozenset({country.id})
    return answer if at_home else None  # where it is another country's, the article may be about that one


def _restate_its_own(match: re.Match[str], setting: Setting) -> str | None:
    country = setting.only_country(match.span())
    return f"{match['city']} is the capital of {named(country)}" if country else None


_IS = r" (?:is|remains|serves as) (?:now |still |currently )?"
_SINCE = r" since (?P<since>[12][0-9]{3})"
_UNTIL = r" was the capital(?: city)? of "
_AND_MORE = r"(?:both )?the (?:capital and (?:the )?largest city|largest city and (?:the )?capital)"
WHOLE: tuple[Form, ...] = (
    form(rf"{_CITY}{_IS}{_AND_MORE} of {place('place')}", judge_wrong),
    form(rf"{_CITY} has been the {_CAPITAL} of {place('place')}{_SINCE}", judge_since),
    form(rf"{_CITY} has been {owner('owner')} {_CAPITAL}{_SINCE}", judge_since),
    form(rf"{_CITY}{_IS}(?:the )?{_CAPITAL} of {place('place')}", judge_capital),
    form(rf"{_CITY}{_IS}{owner('owner')} {_CAPITAL}", judge_capital),
    form(rf"{_CITY}{_IS}{adjective('adjective')} {_CAPITAL}", judge_capital),
    form(rf"[Tt]he {_CAPITAL} of {place('place')}{_IS}{_CITY}", judge_capital),
    form(rf"{owner('owner')} {_CAPITAL}{_IS}{_CITY}", judge_capital),
    form(rf"{adjective('adjective')} {_CAPITAL}{_IS}{_CITY}", judge_capital),
    form(rf"{_CITY}{_UNTIL}{place('place')} until (?P<year>[12][0-9]{{3}})", judge_former),
)
_BEFORE = r"(?:^|(?<=[^,] ))"
PARTS: tuple[Form, ...] = (
    form(rf"{_BEFORE}{_TOWN}, (?:the )?{_CAPITAL} of {place('place')}{END}", judge_capital, _restate),
    form(rf"{_BEFORE}{_TOWN}, {adjective('adjective')} {_CAPITAL}{END}", judge_capital, _restate),
    form(rf"{_BEFORE}{_TOWN}, {owner('owner')} {_CAPITAL}{END}", judge_capital, _restate),
    form(rf"{_BEFORE}{_TOWN}, which is (?:the )?{_CAPITAL} of {place('place')}{END}", judge_capital, _restate),
    form(rf"\b[Tt]he {_CAPITAL} of {place('place')}, {_TOWN}{END}", judge_capital, _restate),
    form(rf"\b{owner('owner')} {_CAPITAL} of {_TOWN}{_NEXT}", judge_capital, _restate),
    form(rf"\b{adjective('adjective')} {_CAPITAL} of {_TOWN}{_NEXT}", judge_capital, _restate),
    form(rf"\b{owner('owner')} {_CAPITAL}, {_TOWN}{END}", judge_capital, _restate),
    form(rf"\b{owner('owner')} {_CAPITAL} {_TOWN}{_NEXT}", judge_capital, _restate),
    form(rf"\b{adjective('adjective')} {_CAPITAL}, {_TOWN}{END}", judge_capital, _restate),
    form(rf"\b{adjective('adjective')} {_CAPITAL} {_TOWN}{_NEXT}", judge_capital, _restate),
    form(rf"\b{_ITS} {_CAPITAL}, {_TOWN}{END}", judge_its_own, _restate_its_own),
    form(rf"\b{_ITS} {_CAPITAL} {_TOWN}{_NEXT}", judge_its_own, _restate_its_own),
)
