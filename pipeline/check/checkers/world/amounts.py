"""Figures of a country: population, area, and GDP in dollars, as the sentence rounds and bounds them.

A figure is held against that of the year the sentence names, or of the article's, with the years beside it as slack:
sources differ by a few per cent. Wrong is only what lies outside every plausible reading: twice or half of all
figures of fifteen years, for GDP also counted in purchasing power. In between the check is silent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.check.checkers.world.forms import Answer, Form, Setting, form, in_group, owner, place
from pipeline.core.english import find_numbers
from pipeline.core.models import Passage
from pipeline.evidence import Country, Series, area_fact, figure_fact, named, upper

Bound = Literal["exact", "about", "nearly", "under", "over"]

_BOUNDS: dict[Bound, str] = {
    "about": r"about|around|approximately|roughly|some|an estimated|estimated|circa|just about",
    "nearly": r"nearly|almost|close to|just under|just below|approaching",
    "under": r"under|less than|fewer than|below",
    "over": r"over|more than|just over|slightly more than|at least|above",
    "exact": r"exactly|just|only",
}
_SCALE = r"(?:[ -]?(?:million|billion|trillion|bn|mn|m|tn))"
_NUMBER = rf"(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]+(?:\.[0-9]+)?|[a-z]+(?:-[a-z]+)?){_SCALE}?(?!\w|[.,][0-9])"
AMOUNT = rf"(?:(?P<bound>{'|'.join(_BOUNDS.values())}) )?(?P<number>{_NUMBER})"
_YEAR = r"(?: (?:in|as of|by|at the end of|at the start of) (?P<year>(?:19|20)[0-9]{2}))?"
_TWICE = 2.0
_OLD = 15
_PAST = re.compile(
    r"\b(?:had|was|were|stood|reached|totall?ed|numbered|came|lived|fell|dropped|shrank|declined|rose|grew|climbed|increased)\b"
)
_KM2_PER_SQUARE_MILE = 2.589988


@dataclass(frozen=True)
class Told:
    """A figure as a sentence tells it."""

    value: float
    half_step: float
    """Half of what its last meaningful digit is worth."""
    bound: Bound

    def fits(self, figures: Sequence[float], slack: float) -> bool:
        """Tell whether a figure of the sources, give or take a share, could be told so."""
        low, high = min(figures) * (1 - slack), max(figures) * (1 + slack)
        least, most = self.value - self.half_step, self.value + self.half_step
        if self.bound == "about":
            least, most = least * 0.96, most * 1.04
        elif self.bound in ("nearly", "under"):
            least, most = self.value * 0.9, self.value * 1.005
        elif self.bound == "over":
            least, most = self.value * 0.995, self.value * 1.15 + self.half_step
        return least <= high and low <= most

    def misses(self, figures: Sequence[float], low_factor: float, high_factor: float) -> bool:
        """Tell whether it lies outside every plausible reading of the figures."""
        above = self.value - self.half_step > max(figures) * high_factor
        below = self.value + self.half_step < min(figures) / low_factor
        return (above and self.bound != "under") or (below and self.bound != "over")


def read_told(match: re.Match[str]) -> Told | None:
    """Return the figure of a match; None where it is not one plain number."""
    words = match["number"]
    numbers = find_numbers(words)
    if len(numbers) != 1 or numbers[0].start or numbers[0].end != len(words) or numbers[0].kind != "cardinal":
        return None
    number = numbers[0]
    bound = match["bound"]
    kind: Bound = next(
        (each for each, known in _BOUNDS.items() if bound and re.fullmatch(known, bound.lower())), "exact"
    )
    return Told(number.value, number.step / 2, "about" if kind == "exact" and number.rough else kind)


def judge_population(match: re.Match[str], setting: Setting) -> Answer | None:
    """Tell whether so many people live in a country, or in the world."""
    groups = match.groupdict()
    whole_world = "world" in (groups.get("place"), groups.get("owner"))
    country = None if whole_world else setting.whose(match)
    if country is None and not whole_world:
        return None
    series = setting.facts.figures(country.id if country else "WLD", "population")
    return _by_year(match, setting, country, series, 0.02, (_TWICE, _TWICE)) if series else None


def judge_gdp(match: re.Match[str], setting: Setting) -> Answer | None:
    """Tell whether a country's GDP in dollars was so much in a year."""
    country = setting.whose(match)
    series = setting.facts.figures(country.id, "gdp") if country else None
    if country is None or series is None:
        return None
    power = max(country.dollars_worth or 4.0, 1.0)
    return _by_year(match, setting, country, series, 0.04, (_TWICE, _TWICE * power))


def _by_year(
    match: re.Match[str],
    setting: Setting,
    country: Country | None,
    series: Series,
    slack: float,
    factors: tuple[float, float],
) -> Answer | None:
    told = read_told(match)
    named = int(match["year"]) if match.groupdict().get("year") else None
    year = named or (setting.day.year if setting.day and setting.time != "other" else None)
    if told is None or year is None or (country and country.contested):
        return None
    if setting.day and year > setting.day.year:
        return None
    nearest = _nearest(series, year, told.value)
    if nearest is None:
        return None
    spot = in_group(match, "number")
    fact = figure_fact(setting.facts, country, series, nearest)
    close = series.years(nearest - 1, nearest + 1) if named else series.years(nearest - 3, nearest + 1)
    if told.fits(list(close.values()), slack):
        return Answer("right", spot, fact) if _moved_so(match, series, nearest) else None
    oldest = nearest - (_OLD if named or setting.now else 2 * _OLD)
    if named is None and _PAST.search(match[0]):
        return None  # how long ago, the sentence does not say
    plausible = list(series.years(max(oldest, series.first_year), nearest + 3).values())
    if (country and country.shared) or not told.misses(plausible, *factors):
        return None
    return Answer("wrong", spot, fact, "wrong_number", _suggest(fact))


def _moved_so(match: re.Match[str], series: Series, year: int) -> bool:
    """Tell whether a figure went the way a sentence says, if it says one: in each of the last two years."""
    groups, steps = match.groupdict(), series.years(year - 2, year)
    if not groups.get("up") and not groups.get("down"):
        return True
    values = list(steps.values())
    rising = all(one < two for one, two in zip(values, values[1:], strict=False))
    falling = all(one > two for one, two in zip(values, values[1:], strict=False))
    return len(values) == 3 and (rising if groups.get("up") else falling)


def _nearest(series: Series, year: int, value: float) -> int | None:
    """Return the year whose figure speaks of a year: its own, else the last one, if that is not long before."""
    if series.value(year) is not None:
        return year
    last = series.last_year
    return last if last < year <= last + 3 else None


def _suggest(fact: Passage) -> str | None:
    found = re.search(r" was (\S+(?: (?:million|billion|trillion))?) in ", fact.text)
    return found[1] if found else None


def judge_area(match: re.Match[str], setting: Setting) -> Answer | None:
    """Tell whether a country covers so many square kilometres or miles."""
    country, told = setting.country(match["place"]), read_told(match)
    if country is None or told is None or not country.areas or country.contested or setting.time == "other":
        return None
    if not setting.knows(country.sources["profile"], setting.day):
        return None
    scale = _KM2_PER_SQUARE_MILE if "mi" in match["unit"] else 1.0
    told = Told(told.value * scale, told.half_step * scale, told.bound)
    spot, fact = in_group(match, "number"), area_fact(setting.facts, country)
    if any(told.fits([area], 0.015) for area in country.areas):
        return Answer("right", spot, fact)
    if country.shared or not told.misses(country.areas, _TWICE, _TWICE):
        return None
    return Answer("wrong", spot, fact, "wrong_number")


_PEOPLE = r"(?: (?:people|inhabitants|residents))"
_IS = (
    r" (?:is|was|is estimated at|was estimated at|is put at|was put at|stands at|stood at|reached|totals|totalled"
    r"|totaled|numbers|numbered|came to"
    r"|(?P<down>(?:fell|dropped|shrank|declined|has fallen|has dropped|has shrunk|has declined) to)"
    r"|(?P<up>(?:rose|grew|climbed|increased|has risen|has grown|has climbed|has increased) to)) "
)
_GDP = r"(?:GDP|gross domestic product)"
_MONEY = rf"(?:(?P<bound>{'|'.join(_BOUNDS.values())}) )?(?:US)?\$(?P<number>{_NUMBER})"
_UNIT = r"(?P<unit>square kilomet(?:re|er)s|sq km|km2|km²|square miles|sq mi(?:les)?)"
WHOLE: tuple[Form, ...] = (
    form(rf"{place('place')} has a (?:total )?population of {AMOUNT}{_PEOPLE}?{_YEAR}", judge_population),
    form(rf"{place('place')} had a (?:total )?population of {AMOUNT}{_PEOPLE}?{_YEAR}", judge_population),
    form(rf"{owner('owner')} (?:total )?population{_IS}{AMOUNT}{_PEOPLE}?{_YEAR}", judge_population),
    form(rf"[Tt]he (?:total )?population of {place('place')}{_IS}{AMOUNT}{_PEOPLE}?{_YEAR}", judge_population),
    form(rf"{place('place')} is home to {AMOUNT} people{_YEAR}", judge_population),
    form(rf"{place('place')} has {AMOUNT}{_PEOPLE}{_YEAR}", judge_population),
    form(rf"{place('place')} is a (?:country|nation) of {AMOUNT}{_PEOPLE}?", judge_population),
    form(rf"(?i:{AMOUNT}) people live in {place('place')}", judge_population),
    form(rf"There (?:are|were) {AMOUNT} people (?:living )?in {place('place')}{_YEAR}", judge_population),
    form(rf"{owner('owner')} {_GDP}{_IS}{_MONEY}{_YEAR}", judge_gdp),
    form(rf"{owner('owner')} {_GDP} in (?P<year>(?:19|20)[0-9]{{2}}){_IS}{_MONEY}", judge_gdp),
    form(rf"[Tt]he {_GDP} of {place('place')}{_IS}{_MONEY}{_YEAR}", judge_gdp),
    form(rf"{place('place')} ha[sd] a {_GDP} of {_MONEY}{_YEAR}", judge_gdp),
    form(rf"{place('place')} (?:covers|spans) (?:an area of )?{AMOUNT} {_UNIT}", judge_area),
    form(rf"{place('place')} has an? (?:total )?area of {AMOUNT} {_UNIT}", judge_area),
    form(rf"[Tt]he (?:total )?area of {place('place')} is {AMOUNT} {_UNIT}", judge_area),
)


def _restate(match: re.Match[str], setting: Setting) -> str | None:
    country, bound = setting.whose(match), match["bound"]
    amount = f"{bound} {match['number']}" if bound else match["number"]
    return f"{upper(named(country))} has a population of {amount} people" if country else None


_BEHIND = r"(?=[,.]|$| (?:is|are|was|were|has|have|had|lives|live|lived|will)\b)"
_COUNTRY = r"(?:a|the) (?:country|nation|state|kingdom|republic)"
PARTS: tuple[Form, ...] = (
    form(
        rf"(?:^|(?<=, )){place('place')}, (?:with|which has|{_COUNTRY} with) a population of {AMOUNT}{_PEOPLE}?,",
        judge_population,
        _restate,
    ),
    form(
        rf"(?:^|(?<=, )|(?<= )){place('place')}, {_COUNTRY} of {AMOUNT}{_PEOPLE}?(?=[,.])", judge_population, _restate
    ),
    form(rf"(?:^|(?<=, )){place('place')}, home to {AMOUNT} people,", judge_population, _restate),
    form(rf"^With a population of {AMOUNT}{_PEOPLE}?, {place('place')}(?= [a-z])", judge_population, _restate),
    form(rf"\b{owner('owner')} population of {AMOUNT}{_PEOPLE}?{_BEHIND}", judge_population, _restate),
    form(rf"\b{owner('owner')} {AMOUNT}{_PEOPLE}{_BEHIND}", judge_population, _restate),
    form(rf"\b{place('place')} \(population {AMOUNT}\)", judge_population, _restate),
    form(rf"(?:^|(?<=, )){place('place')}, population {AMOUNT},", judge_population, _restate),
)
