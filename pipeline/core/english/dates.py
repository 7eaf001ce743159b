"""The dates of a text, absolute and relative to a day, each with its exact place; the tables of months and weekdays."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from pipeline.core.models import PartialDate

Precision = Literal["day", "week", "month", "year", "decade"]

MONTHS = tuple(calendar.month_name)[1:]
WEEKDAYS = tuple(calendar.day_name)
_NUMBERS = {name.lower(): number for number, name in enumerate(MONTHS, 1)}
_NUMBERS |= {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)} | {"sept": 9}
_FULL = "|".join(MONTHS)
_PLAIN = "|".join(name for name in MONTHS if name not in ("March", "May"))
_SHORT = "|".join([*(name[:3] for name in MONTHS if name != "May"), "Sept"])
MONTH = rf"(?:(?i:{_PLAIN})\b|(?:March|MARCH|May|MAY)\b|(?:{_SHORT}|{_SHORT.upper()})\b\.?)"
"""A month as it is written; `may` and `march` are other words."""
WEEKDAY = (
    r"(?:Mon(?:day|\.)|Tues?(?:day|\.)|Wed(?:nesday|\.)|Thu(?:rs)?(?:day|\.)|Fri(?:day|\.)|Sat(?:urday|\.)|Sunday)"
)
YEAR = r"(?:1[0-9]{3}|20[0-9]{2})"
YEARS = re.compile(rf"(?<![\w$£€,.]){YEAR}(?![\w,.]*\d)")
_DAY = r"[0-3]?[0-9](?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"\b(?:(?P<d1>{_DAY})(?:\s+of)?\s+(?P<m1>{MONTH})(?:,?\s+(?P<y1>{YEAR})(?![0-9]))?"
    rf"|(?P<m2>{MONTH})\s+(?:the\s)?(?P<d2>{_DAY})(?![\d,.:%]*\d|%)(?:,?\s+(?P<y2>{YEAR})(?![0-9]))?"
    rf"|(?P<m3>{MONTH}),?\s+(?:of\s)?(?P<y3>{YEAR})(?![0-9])"
    rf"|(?P<y4>{YEAR})-(?P<m4>[01][0-9])-(?P<d4>[0-3][0-9])(?![0-9])"
    rf"|(?P<y5>{YEAR})(?P<decade>['’]?s\b)?(?![\w%]|[/.,][0-9]|[-–](?!(?:{YEAR}|[0-9]{{2}})\b)[0-9]))"
)
_RELATIVE = re.compile(
    rf"\b(?:(?P<weekday>{'|'.join(WEEKDAYS)})|(?P<near>today|tonight|yesterday|tomorrow)"
    r"|(?P<which>last|this|next)\s(?P<unit>week|month|year)"
    rf"|(?<=in )(?P<month>{_FULL})|(?<=since )(?P<month2>{_FULL})|(?<=last )(?P<month3>{_FULL}))\b(?!\s?[0-9])",
    re.IGNORECASE,
)
_NEAR = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}
_STEPS = {"last": -1, "this": 0, "next": 1}
_SOON = 2
_BEFORE_YEAR = re.compile(
    r"(?:\b(?:in|since|of|from|until|till|by|for|the|and|to|during|late|early|mid|before|after"
    r"|spring|summer|autumn|fall|winter|around|circa|year|between)|[(,–-])[ -]?$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class WrittenDate:
    """A date as its words give it: parts that they leave out are None; the calendar may lack the day."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    decade: bool = False
    month_first: bool = False


@dataclass(frozen=True)
class When:
    """A date in place, as the first and the last day it may mean."""

    start: int
    end: int
    first: date
    last: date
    precision: Precision
    relative: bool = False

    def overlaps(self, first: date, last: date) -> bool:
        """Tell whether some day is common."""
        return self.first <= last and first <= self.last

    @property
    def partial(self) -> PartialDate | None:
        """The day, month or year; nothing for weeks and decades."""
        kept = {"day": 10, "month": 7, "year": 4}.get(self.precision)
        return PartialDate(self.first.isoformat()[:kept]) if kept else None


def month_number(word: str) -> int:
    """Return the number of a month as written.

    >>> month_number("Sept.")
    9
    """
    return _NUMBERS[word.lower().rstrip(".")]


def weekday_number(word: str) -> int:
    """Return the number of a weekday as written, Monday being 0.

    >>> weekday_number("Thurs.")
    3
    """
    return next(number for number, name in enumerate(WEEKDAYS) if name[:3] == word[:3].title())


def make_date(year: int, month: int, day: int) -> date | None:
    """Return a day of the calendar, or None where it has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def format_date(day: PartialDate | date) -> str:
    """Return a date in words, no more precise than it is known.

    >>> format_date(PartialDate("2009-09"))
    'September 2009'
    """
    year, *rest = str(day)[:10].split("-")
    return " ".join([*(str(int(part)) for part in rest[1:]), *(MONTHS[int(part) - 1] for part in rest[:1]), year])


def find_dates(text: str, today: date | None = None) -> tuple[When, ...]:
    """Return the dates of a text in order; those that need a day to be understood only if it is given.

    >>> [str(when.partial) for when in find_dates("From May 2014 until 3 June 2016")]
    ['2014-05', '2016-06-03']
    """
    found = [when for written in find_written_dates(text) if (when := _resolve(written, today))]
    if today:
        found += [when for match in _RELATIVE.finditer(text) if (when := _relative(match, today))]
    return tuple(sorted(found, key=lambda when: when.start))


@lru_cache(1024)
def find_written_dates(text: str) -> tuple[WrittenDate, ...]:
    """Return the dates that name a month or a year, as they are written, in order."""
    return tuple(_written(text))


def _written(text: str) -> Iterator[WrittenDate]:
    for match in _DATE.finditer(text):
        parts = {name[0]: value for name, value in match.groupdict().items() if value and name != "decade"}
        if match["y5"] and not _BEFORE_YEAR.search(text, max(0, match.start() - 12), match.start()):
            continue
        month = parts.get("m", "")
        yield WrittenDate(
            match.start(),
            match.end(),
            int(parts["y"]) if "y" in parts else None,
            (int(month) if month.isdigit() else month_number(month)) if month else None,
            int(re.sub(r"\D", "", parts["d"])) if "d" in parts else None,
            decade=match["decade"] is not None,
            month_first=match["m2"] is not None,
        )


def _resolve(written: WrittenDate, today: date | None) -> When | None:
    year = written.year or (today.year if today else None)
    if year is None:
        return None
    if written.decade:
        return When(written.start, written.end, date(year, 1, 1), date(min(year + 9, 9999), 12, 31), "decade")
    if written.month is None:
        return When(written.start, written.end, *_year(year), "year")
    if written.day is None:
        whole = _month(year, written.month) if 1 <= written.month <= 12 else None
        return When(written.start, written.end, *whole, "month") if whole else None
    day = make_date(year, written.month, written.day)
    return When(written.start, written.end, day, day, "day") if day else None


def _relative(match: re.Match[str], today: date) -> When | None:
    try:
        (first, last), precision = _days(match, today)
    except (OverflowError, ValueError):
        return None
    return When(match.start(), match.end(), first, last, precision, relative=True)


def _days(match: re.Match[str], today: date) -> tuple[tuple[date, date], Precision]:
    if match["near"]:
        day = today + timedelta(days=_NEAR[match["near"].lower()])
        return (day, day), "day"
    if match["weekday"]:
        # "On Tuesday" is the last one, today included, or the coming one: a week to either side holds both.
        day = today - timedelta(days=(today.weekday() - weekday_number(match["weekday"])) % 7)
        return (day, day), "day"
    if name := match["month"] or match["month2"] or match["month3"]:
        month = month_number(name)  # the last one, or the coming one where it is close
        return _month(today.year - (month > today.month + _SOON), month), "month"
    step = _STEPS[match["which"].lower()]
    if match["unit"].lower() == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
        return (monday, monday + timedelta(days=6)), "week"
    if match["unit"].lower() == "year":
        return _year(today.year + step), "year"
    years, month = divmod(today.month - 1 + step, 12)
    return _month(today.year + years, month + 1), "month"


def _year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
