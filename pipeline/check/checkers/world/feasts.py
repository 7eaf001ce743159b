"""Public holidays: `Easter Monday fell on 21 April 2025`, `Thanksgiving in Canada is on` a day.

Easter and what is counted from it is worked out; an eastern church has it on other days, so that a day is wrong only
where it is neither's. What a country keeps is looked up by the name that stands in its list for that year: wrong is a
day only where the list has that name on one other day, and not where it is only estimated, moved or kept by parts of
the country. Left alone: holidays without a year, and without a country those that more than one may keep.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.check.checkers.world.forms import Answer, Form, Setting, form, in_group
from pipeline.core.caching import once_for_each
from pipeline.core.english import WEEKDAY, find_written_dates, format_date, make_date
from pipeline.core.models import PartialDate, Passage
from pipeline.core.tables import Table, Word, read_table
from pipeline.evidence import named

if TYPE_CHECKING:
    from collections.abc import Mapping

_MODERN = 1995
_LAST = 2030
_UNSURE = re.compile(r"\((?:observed|estimated|substitute|in lieu|.*estimated.*)\)|;", re.IGNORECASE)
_NOTE = "worked out by the rules of the feast"


class Feasts(Table):
    """The table."""

    from_easter: dict[Word, int]
    """Days from the day of Easter."""
    also: dict[Word, Word]
    """The name in a list of holidays, by what the press says."""


@once_for_each
def feasts() -> Feasts:
    """Return the table."""
    return read_table(__package__, "feasts.yaml", Feasts)


def judge_feast(match: re.Match[str], setting: Setting) -> Answer | None:
    """Tell whether a feast that is counted from Easter is on a day."""
    day = _day(match, setting)
    if day is None:
        return None
    offset = timedelta(days=feasts().from_easter[match["feast"]])
    western, eastern = (easter(day.year, church) + offset for church in ("western", "eastern"))
    orthodox = match["orthodox"] is not None
    right = eastern if orthodox else western
    if day != right and (day in (western, eastern) or "Orthodox" in setting.text and not orthodox):
        return None
    name = f"Orthodox {match['feast']}" if orthodox else match["feast"]
    fact = _fact(f"{name} of {day.year} is on {format_date(right)}.", day.year, _NOTE)
    return _answer(match, day == right, right, fact)


def judge_holiday_of(match: re.Match[str], setting: Setting) -> Answer | None:
    """Tell whether a public holiday of a country, by the name its list has, is on a day."""
    day, country = _day(match, setting), setting.whose(match)
    if day is None or country is None or not country.alpha2:
        return None
    listed = _holidays(country.alpha2, day.year)
    name = _key(match["holiday"])
    name = next((each for each in (feasts().also.get(name, name), f"national {name}") if each in listed), name)
    days = listed.get(name, frozenset())
    if not days or (len(days) > 1 and day not in days):
        return None
    if day not in days and any(day in each for each in _moved(country.alpha2, day.year, name)):
        return None
    right = day if day in days else min(days)
    text = f"{match['holiday']} in {named(country)} is on {format_date(right)}."
    fact = _fact(text, day.year, "looked up in the package holidays")
    return _answer(match, day in days, right, fact)


def judge_free_day(match: re.Match[str], setting: Setting) -> Answer | None:
    """Tell whether a day is a public holiday of a country; that one is none is never said."""
    day, country = _day(match, setting), setting.whose(match)
    if day is None or country is None or not country.alpha2:
        return None
    name = next((name for name, days in _holidays(country.alpha2, day.year).items() if day in days), None)
    if name is None:
        return None
    fact = _fact(
        f"{format_date(day)} is a public holiday in {named(country)}: {name.title()}.",
        day.year,
        "looked up in the package holidays",
    )
    return Answer("right", in_group(match, "date"), fact)


def _answer(match: re.Match[str], is_right: bool, day: date, fact: Passage) -> Answer:
    spot = in_group(match, "date")
    return Answer("right" if is_right else "wrong", spot, fact, "wrong_fact", None if is_right else format_date(day))


def _fact(text: str, year: int, note: str) -> Passage:
    return Passage(
        text=text, title="The calendar", publisher="factnotes world data", event_date=PartialDate(str(year)), note=note
    )


def _day(match: re.Match[str], setting: Setting) -> date | None:
    """Return the day that a match names, its year being told behind it or in it."""
    words = match["date"].strip(" ,")
    groups = match.groupdict()
    year = groups.get("year") or (str(setting.day.year) if groups.get("this") and setting.day else None)
    if year and not re.search(r"\d{4}", words):
        words = f"{words} {year}"
    written = find_written_dates(words)
    if len(written) != 1 or (written[0].start, written[0].end) != (0, len(words)):
        return None
    found = written[0]
    day = make_date(found.year, found.month, found.day) if found.year and found.month and found.day else None
    return day if day and _MODERN <= day.year <= _LAST else None


def easter(year: int, church: str = "western") -> date:
    """Return the day of Easter of a year.

    >>> easter(2025), easter(2024, "eastern")
    (datetime.date(2025, 4, 20), datetime.date(2024, 5, 5))
    """
    from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter as of

    sunday: date = of(year, EASTER_ORTHODOX if church == "eastern" else EASTER_WESTERN)
    return sunday


@lru_cache(256)
def _listed(alpha2: str, year: int) -> Mapping[date, str]:
    """Return a country's public holidays of a year; none where there is no list."""
    import holidays  # some tenths of a second, which only a sentence of this form costs

    if alpha2 not in holidays.list_supported_countries():
        return {}
    spoken = holidays.list_localized_countries().get(alpha2, [])
    return dict(holidays.country_holidays(alpha2, years=year, language="en_US" if "en_US" in spoken else None).items())


@lru_cache(256)
def _holidays(alpha2: str, year: int) -> Mapping[str, frozenset[date]]:
    """Return the days of holidays by name, without those that are moved, joined or estimated."""
    found: dict[str, set[date]] = {}
    for day, name in _listed(alpha2, year).items():
        if not _UNSURE.search(name):
            found.setdefault(_key(name), set()).add(day)
    return {name: frozenset(days) for name, days in found.items()}


def _moved(alpha2: str, year: int, name: str) -> list[set[date]]:
    """Return the days to which a holiday is moved or shared with another."""
    known = feasts().also.get(name, name)
    return [{day} for day, names in _listed(alpha2, year).items() if known in _key(names)]


def _key(name: str) -> str:
    plain = re.sub(r"[^\w ]", "", name.casefold().replace("’", "'"))
    return re.sub(r"^the ", "", " ".join(plain.split()))


_IS = r"(?: (?:is|was|fell|falls|will fall|will be))(?: on)? "
_DATE = rf"(?:{WEEKDAY},? )?(?P<date>[\w .,]{{5,24}}?)"
_YEAR = r"(?:,? in (?P<year>[12][0-9]{3})|(?P<this> this year))?"
_FEAST = rf"(?P<orthodox>Orthodox )?(?P<feast>{'|'.join(feasts().from_easter)})"
_HOLIDAY = r"(?P<holiday>[A-Z][\w.'’]*(?: [\w.'’]+){0,4}?)"
_WHERE = r" in (?:[Tt]he )?(?P<place>[A-Z][\w.’' ]+?)"
_OWNER = r"(?P<owner>[A-Z][\w. ]+?)['’]s? "
_IN = r"In (?:the )?(?P<place>[A-Z][\w.’' ]+?),? "
_OF = r"(?P<adjective>[A-Z][\w.]+(?: [A-Z]\w+)?) "

WHOLE: tuple[Form, ...] = (
    form(rf"{_FEAST}(?: in (?P<year>[12][0-9]{{3}}))?{_IS}{_DATE}(?P<this> this year)?", judge_feast),
    form(rf"{_FEAST}{_IS}{_DATE}{_YEAR}", judge_feast),
    form(rf"{_HOLIDAY}{_WHERE}{_IS}{_DATE}{_YEAR}", judge_holiday_of),
    form(rf"{_HOLIDAY}{_IS}{_DATE}{_YEAR}{_WHERE}", judge_holiday_of),
    form(rf"{_HOLIDAY}{_IS}{_DATE}{_WHERE}{_YEAR}", judge_holiday_of),
    form(rf"{_IN}{_HOLIDAY}{_IS}{_DATE}{_YEAR}", judge_holiday_of),
    form(rf"{_OF}{_HOLIDAY}{_IS}{_DATE}{_YEAR}", judge_holiday_of),
    form(rf"{_OWNER}{_HOLIDAY}{_IS}{_DATE}{_YEAR}", judge_holiday_of),
    form(rf"{_DATE} (?:is|was|will be) a (?:public|national|federal|bank) holiday{_WHERE}", judge_free_day),
    form(rf"{_IN}{_DATE} (?:is|was|will be) a (?:public|national|federal|bank) holiday", judge_free_day),
)


def _restate(match: re.Match[str], setting: Setting) -> str | None:
    return f"{match['orthodox'] or ''}{match['feast']} is on {match['date'].strip(' ,')}"


PARTS: tuple[Form, ...] = (
    form(
        rf"\b{_FEAST}, (?P<date>(?:\d{{1,2}} \w+|\w+ \d{{1,2}}),? [12][0-9]{{3}})(?=[,.;)]|$| )", judge_feast, _restate
    ),
)
