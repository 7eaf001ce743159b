"""Days: a weekday beside its date, and dates that the calendar does not have.

A date without a year is taken as the one nearest to the article's date, and only if it is within five
months and the paragraph names no other year. Nothing before 1930 is judged: calendars differed.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date

from pipeline.consistency.oddities import MONTH, WEEKDAYS, YEAR, Oddity, make_date, month_number, other_years, pin

_WEEKDAY = (
    r"(?:Mon(?:day|\.)|Tues?(?:day|\.)|Wed(?:nesday|\.)|Thu(?:rs)?(?:day|\.)|Fri(?:day|\.)|Sat(?:urday|\.)|Sunday)"
)
_DAY = r"[0-3]?[0-9](?:st|nd|rd|th)?"
_NO_RANGE = r"(?![\d]|\s?[-–/&]\s?\d|,\s\d{1,2}\b|,?\s(?:and|or|to|through)\s\d)"
_DATE = (
    rf"(?:(?:the\s)?(?P<d1>{_DAY})(?:\sof)?\s(?P<m1>{MONTH})(?:,?\s(?P<y1>{YEAR})\b)?"
    rf"|(?P<m2>{MONTH})\s(?:the\s)?(?P<d2>{_DAY}){_NO_RANGE}(?:,?\s(?P<y2>{YEAR})\b)?)"
)
_WEEKDAY_DATE = re.compile(rf"\b(?P<weekday>{_WEEKDAY})(?:,?\s(?:on\s)?|\s\(){_DATE}")
_DATE_WEEKDAY = re.compile(
    rf"\b{_DATE}(?:,\s(?:which\s(?:is|was|falls\son|fell\son)\s)?an?\s|\s\((?:an?\s)?)(?P<weekday>{_WEEKDAY})"
)
_JOINED = re.compile(rf"{_WEEKDAY}(?:,|\s?[-–&/]|,?\s(?:and|or|to|through|until|till))\s?$")
_MODERN = 1930
_NEAR = 150
_ALONE = re.compile(
    rf"(?P<d1>{_DAY})\s(?P<m1>{MONTH})(?:,?\s(?P<y1>{YEAR})\b)?|\b(?P<m2>{MONTH})\s(?P<d2>{_DAY})(?![\d]"
    rf"|[,.:%]\d)(?:,?\s(?P<y2>{YEAR})\b)?"
)
_LEADING = re.compile(
    r"(?:\b(?:on|by|until|till|dated|due|expires?|ends?|ended|ending|before|after|from|to|since|day|the)|,|\()\s$",
    re.IGNORECASE,
)
_FOLLOWING = re.compile(
    r"\s*(?:$|[.,;:)”\"]|(?:in|at|and|to|for|with|by|when|but|after|before|as|until|this|last|next)\b)"
)
_KNOWING = re.compile(
    r"\b(?:no such|not exist|n[o']t a real|non-?existent|there is no|there are only|impossible|mistak\w+|fiction\w*"
    r"|erroneous\w*|error|typo|joke|prank|leap|invent\w*|fake\w*|bogus|calendar)\b",
    re.IGNORECASE,
)  # fmt: skip


def odd_days(text: str, start: int, paragraph: str, today: date | None) -> Iterator[Oddity]:
    """Yield the weekdays and dates of a sentence that the calendar contradicts."""
    for pattern in (_WEEKDAY_DATE, _DATE_WEEKDAY):
        for match in pattern.finditer(text):
            if odd := _wrong_weekday(match, text, start, paragraph, today):
                yield odd
    if not _KNOWING.search(paragraph):
        for match in _ALONE.finditer(text):
            if odd := _impossible(match, text, start):
                yield odd


def _parts(match: re.Match[str]) -> tuple[int, int, int | None]:
    day = int(re.sub(r"\D", "", match["d1"] or match["d2"]))
    year = match["y1"] or match["y2"]
    return day, month_number(match["m1"] or match["m2"]), int(year) if year else None


def _wrong_weekday(match: re.Match[str], text: str, start: int, paragraph: str, today: date | None) -> Oddity | None:
    day, month, year = _parts(match)
    if _JOINED.search(text[: match.start()]):
        return None
    named = next(number for number, name in enumerate(WEEKDAYS) if name[:3] == match["weekday"][:3])
    when = _resolve(day, month, year, paragraph, today)
    if when is None or when.weekday() == named:
        return None
    right = WEEKDAYS[when.weekday()]
    span = pin(text, start, match.start(), match.end())
    assumed = "" if year else f" (taking {when.year} from the article’s date)"
    message = (
        f"The text says “{span.exact}”, but {_say(when)} was a {right}{assumed}: the weekday or the date is wrong."
    )
    if today and when > today:
        message = message.replace(" was a ", " is a ")
    return Oddity(span, message)


def _resolve(day: int, month: int, year: int | None, paragraph: str, today: date | None) -> date | None:
    if year:
        return make_date(year, month, day) if year >= _MODERN else None
    if today is None or today.year < _MODERN or other_years(paragraph, today.year):
        return None
    dates = [found for each in (today.year - 1, today.year, today.year + 1) if (found := make_date(each, month, day))]
    near = [found for found in dates if abs((found - today).days) <= _NEAR]
    return near[0] if len(near) == 1 else None


def _say(day: date) -> str:
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def _impossible(match: re.Match[str], text: str, start: int) -> Oddity | None:
    day, month, year = _parts(match)
    last = 29 if month == 2 and not (year and year >= _MODERN) else calendar.monthrange(year or 2024, month)[1]
    if not last < day <= 31 or match["d1"] is None and not text[match.start()].isupper():
        return None
    stands_alone = year or (_LEADING.search(text[: match.start()]) and _FOLLOWING.match(text, match.end()))
    if not stands_alone:
        return None
    span = pin(text, start, match.start(), match.end())
    name = calendar.month_name[month] + (f" {year}" if year and month == 2 else "")
    return Oddity(span, f"The text says “{span.exact}”, but {name} has only {last} days.")
