"""Days: a weekday beside its date, and dates that the calendar does not have.

A date without a year is taken as the one nearest to the article's date, and only if it is within five months and the
paragraph names no other year. No error is told where the weekday fits a year that the article names, or the year before
or after where nothing says that it is not meant. Nothing before 1930 is judged: calendars differed.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from pipeline.check.checkers.consistency.oddity import Oddity, other_years, pin, years_of
from pipeline.core.english import (
    MONTH,
    MONTHS,
    WEEKDAY,
    WEEKDAYS,
    WrittenDate,
    find_written_dates,
    format_date,
    make_date,
    weekday_number,
)

_RANGE = re.compile(r"\d|\s?[-–/&]\s?\d|,\s\d{1,2}\b|,?\s(?:and|or|to|through)\s\d")
_WEEKDAY_BEFORE = re.compile(rf"\b(?P<weekday>{WEEKDAY})(?:,?\s(?:on\s)?|\s\()(?:the\s)?$")
_WEEKDAY_AFTER = re.compile(
    rf"(?:,\s(?:which\s(?:is|was|falls\son|fell\son)\s)?an?\s|\s\((?:an?\s)?)(?P<weekday>{WEEKDAY})"
)
_JOINED = re.compile(rf"{WEEKDAY}(?:,|\s?[-–&/]|,?\s(?:and|or|to|through|until|till))\s?$")
_COMING = re.compile(
    r"\b(?:will|is|are|takes?|falls?|opens?|begins?|starts?|ends?|closes?|expires?|meets?|returns?|follows?|due|next)\b"
)
"""A sentence of what is to come speaks of the article's own year, whatever years its paragraph names."""
_OTHER_YEAR = re.compile(
    r"\b(?:next|last|previous|following|coming|every|each|that|same) year\b"
    r"|\b(?:years?|decades?) (?:ago|before|earlier|later|after|on|from|since)\b"
    rf"|\b(?:next|last) (?:spring|summer|autumn|winter|fall|{MONTH})\b|\beach {MONTH}\b",
    re.IGNORECASE,
)
"""A day without a year is then one of another year, or of all."""
_MODERN = 1930
_NEAR = 150
_SOON = 60
"""Days from the article's own within which a sentence in the right tense means that day."""
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


def odd_days(text: str, start: int, paragraph: str, article: str, today: date | None) -> Iterator[Oddity]:
    """Yield the weekdays and dates of a sentence that the calendar contradicts."""
    dates = [each for each in find_written_dates(text) if each.day and each.month]
    for written in dates:
        odd = _wrong_weekday(written, text, start, paragraph, today)
        if odd and not _is_of_a_named_year(written, text, article):
            yield odd
    if dates and not _is_about_dates(paragraph):
        for written in dates:
            if odd := _impossible(written, text, start):
                yield odd


@lru_cache(64)
def _is_about_dates(paragraph: str) -> bool:
    """Tell whether a paragraph may name a day that it knows not to exist."""
    return _KNOWING.search(paragraph) is not None


def _beside(written: WrittenDate, text: str) -> tuple[int, int, int] | None:
    """Return the number of the weekday beside a date, with the place of both together."""
    if before := _WEEKDAY_BEFORE.search(text, max(0, written.start - 24), written.start):
        if written.month_first and written.year is None and _RANGE.match(text, written.end):
            return None
        return weekday_number(before["weekday"]), before.start(), written.end
    if after := _WEEKDAY_AFTER.match(text, written.end):
        return weekday_number(after["weekday"]), written.start, after.end()
    return None


def _wrong_weekday(written: WrittenDate, text: str, start: int, paragraph: str, today: date | None) -> Oddity | None:
    beside = _beside(written, text)
    if beside is None or _JOINED.search(text, 0, beside[1]):
        return None
    if written.year is None and _OTHER_YEAR.search(text):
        return None
    named, first, last = beside
    when = _resolve(written, text if _COMING.search(text) else paragraph, today)
    if when is None or when.weekday() == named:
        return None
    if today and not written.year and _is_of_another_year(when, named, text, today):
        return None
    span = pin(text, start, first, last)
    assumed = "" if written.year else f" (taking {when.year} from the article’s date)"
    tense = "is" if today and when > today else "was"
    message = (
        f"The text says “{span.exact}”, but {format_date(when)} {tense} a {WEEKDAYS[when.weekday()]}{assumed}: "
        "the weekday or the date is wrong."
    )
    return Oddity(span, message)


def _resolve(written: WrittenDate, paragraph: str, today: date | None) -> date | None:
    month, day = written.month or 0, written.day or 0
    if written.year:
        return make_date(written.year, month, day) if written.year >= _MODERN else None
    if today is None or today.year < _MODERN or other_years(paragraph, today.year):
        return None
    dates = [found for each in (today.year - 1, today.year, today.year + 1) if (found := make_date(each, month, day))]
    near = [found for found in dates if abs((found - today).days) <= _NEAR]
    return near[0] if len(near) == 1 else None


_OF_THE_PAST = re.compile(
    r"\b(?:accused|charged|alleged|about|suspected|prosecutors|died|killed|began|broke|shot|was|were)\b", re.IGNORECASE
)
"""Words of what has happened in a sentence that also has one of what is to come: `he is accused of`."""


def _is_of_another_year(when: date, named: int, text: str, today: date) -> bool:
    """Tell whether the weekday fits the day in the year before or after, and nothing says that it is not meant."""
    coming = _COMING.search(text) is not None and not (_OF_THE_PAST.search(text) and when >= today)
    near = abs((when - today).days) <= _SOON and coming == (when >= today)
    return not near and any(_falls_on(when.month, when.day, year, named) for year in (when.year - 1, when.year + 1))


def _is_of_a_named_year(written: WrittenDate, text: str, article: str) -> bool:
    """Tell whether a weekday fits its date, which has no year, in a year that the article names anywhere."""
    beside = _beside(written, text)
    if written.year or beside is None:
        return False
    return any(_falls_on(written.month or 0, written.day or 0, year, beside[0]) for year in years_of(article))


def _falls_on(month: int, day: int, year: int, named: int) -> bool:
    """Tell whether a day falls on a weekday in some year."""
    other = make_date(year, month, day)
    return other is not None and other.weekday() == named


def _impossible(written: WrittenDate, text: str, start: int) -> Oddity | None:
    year, month, day = written.year, written.month or 0, written.day or 0
    last = 29 if month == 2 and not (year and year >= _MODERN) else calendar.monthrange(year or 2024, month)[1]
    if not last < day <= 31 or written.month_first and not text[written.start].isupper():
        return None
    stands_alone = year or (_LEADING.search(text, 0, written.start) and _FOLLOWING.match(text, written.end))
    if not stands_alone:
        return None
    span = pin(text, start, written.start, written.end)
    name = MONTHS[month - 1] + (f" {year}" if year and month == 2 else "")
    return Oddity(span, f"The text says “{span.exact}”, but {name} has only {last} days.")
