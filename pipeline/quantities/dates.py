"""Dates in a text, absolute and relative to a day, as the days they may mean."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_DAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
_NAMES = "|".join(name for name in calendar.month_name if name)
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_YEAR = r"(?:1[0-9]{3}|20[0-9]{2})"
_DATE = re.compile(
    rf"\b(?:(?P<d1>[0-3]?[0-9])(?:st|nd|rd|th)?(?:\sof)?\s(?P<m1>{_MONTH})(?:,?\s(?P<y1>{_YEAR}))?"
    rf"|(?P<m2>{_MONTH})\s(?P<d2>[0-3]?[0-9])(?:st|nd|rd|th)?(?![\d,.%]*\d)(?:,?\s(?P<y2>{_YEAR}))?"
    rf"|(?P<m3>{_MONTH}),?\s(?:of\s)?(?P<y3>{_YEAR})"
    rf"|(?P<y4>{_YEAR})-(?P<m4>[01][0-9])-(?P<d4>[0-3][0-9])"
    rf"|(?P<y5>{_YEAR})(?P<decade>'?s)?(?![\w%]|[-–/.,][0-9]))",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    rf"\b(?:(?P<weekday>{'|'.join(_DAYS)})|(?P<near>today|tonight|yesterday|tomorrow)"
    r"|(?P<which>last|this|next)\s(?P<unit>week|month|year)"
    rf"|(?<=in )(?P<month>{_NAMES})|(?<=since )(?P<month2>{_NAMES})|(?<=last )(?P<month3>{_NAMES}))\b(?!\s?[0-9])",
    re.IGNORECASE,
)
_NEAR = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}
_SOON = 2
_BEFORE_YEAR = re.compile(
    r"(?:\b(?:in|since|of|from|until|till|by|for|the|and|to|during|late|early|mid|before|after"
    r"|spring|summer|autumn|fall|winter|around|circa|year)|[(,–-])[ -]?$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class When:
    """A date in place, as the first and the last day it may mean."""

    start: int
    end: int
    first: date
    last: date
    relative: bool = False

    def overlaps(self, first: date, last: date) -> bool:
        """Tell whether some day is common."""
        return self.first <= last and first <= self.last


def find_dates(text: str, today: date | None = None) -> tuple[When, ...]:
    """Return the dates of a text in order; those that need a day to be understood only if it is given."""
    found = [when for match in _DATE.finditer(text) if (when := _absolute(match, text, today))]
    if today:
        found += [when for match in _RELATIVE.finditer(text) if (when := _relative(match, today))]
    return tuple(sorted(found, key=lambda when: when.start))


def _absolute(match: re.Match[str], text: str, today: date | None) -> When | None:
    parts = {name: value for name, value in match.groupdict().items() if value}
    year = next((int(value) for name, value in parts.items() if name[0] == "y"), today.year if today else None)
    month = next((_month(value) for name, value in parts.items() if name[0] == "m"), None)
    day = next((int(value) for name, value in parts.items() if name in ("d1", "d2", "d4")), None)
    if year is None or ("y5" in parts and not _BEFORE_YEAR.search(text[: match.start()])):
        return None
    if "decade" in parts:
        return When(match.start(), match.end(), date(year, 1, 1), date(min(year + 9, 9999), 12, 31))
    if month is None:
        return When(match.start(), match.end(), date(year, 1, 1), date(year, 12, 31))
    return _of_month(match, year, month, day)


def _of_month(match: re.Match[str], year: int, month: int, day: int | None) -> When | None:
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    if day is None:
        return When(match.start(), match.end(), date(year, month, 1), date(year, month, last))
    if not 1 <= day <= last:
        return None
    return When(match.start(), match.end(), date(year, month, day), date(year, month, day))


def _month(word: str) -> int:
    return int(word) if word.isdigit() else _MONTHS[word.lower().rstrip(".")]


def _relative(match: re.Match[str], today: date) -> When | None:
    try:
        first, last = _days(match, today)
    except (OverflowError, ValueError):
        return None
    return When(match.start(), match.end(), first, last, relative=True)


def _days(match: re.Match[str], today: date) -> tuple[date, date]:
    if match["near"]:
        day = today + timedelta(days=_NEAR[match["near"].lower()])
        return day, day
    if match["weekday"]:
        # "On Tuesday" is the last one, today included, or the coming one: a week to either side holds both.
        back = (today.weekday() - _DAYS[match["weekday"].lower()]) % 7
        day = today - timedelta(days=back)
        return day, day
    month_name = match["month"] or match["month2"] or match["month3"]
    if month_name:
        return _nearest_month(_MONTHS[month_name.lower()], today)
    step = {"last": -1, "this": 0, "next": 1}[match["which"].lower()]
    if match["unit"].lower() == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
        return monday, monday + timedelta(days=6)
    if match["unit"].lower() == "year":
        return date(today.year + step, 1, 1), date(today.year + step, 12, 31)
    month = today.month - 1 + step
    year, month = today.year + month // 12, month % 12 + 1
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _nearest_month(month: int, today: date) -> tuple[date, date]:
    """Read a month without a year as the last one, or the coming one where it is close."""
    year = today.year - (month > today.month + _SOON)
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
