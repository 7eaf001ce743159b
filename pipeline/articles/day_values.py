"""A day as a page or a feed writes it: read, with what may be wrong about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from pipeline.core.english import find_written_dates, make_date

_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?!\d)(?:[T ]+(\d{2}):?(\d{2})(?::?\d{2}(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_COMPACT = re.compile(
    r"(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2}):?(\d{2})(?::?\d{2}(?:\.\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?$"
)
_EPOCH = re.compile(r"\d{10}(?:\d{3}|\.\d+)?$")
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?!\d)")
_UTC_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?\s*(?:GMT|UTC|Z|[+-]00:?00)\b")
_UTC = ("Z", "UTC", "GMT", "+00:00", "+0000", "-00:00")
_NEWEST = timedelta(days=1)
_WEB_YEAR = 1995
_SENTINELS = (date(1970, 1, 1), date(1969, 12, 31), date(1900, 1, 1), date(1899, 12, 30), date(1601, 1, 1))
"""What machines write for a day that they do not know."""


@dataclass(frozen=True)
class ReadDay:
    """A day that was read; `doubt` tells why it may be another."""

    day: date
    doubt: str | None = None
    other: date | None = None
    """The other day that an ambiguous form may mean."""
    utc_minutes: int | None = None
    """Minutes after midnight, where the time is told in UTC: elsewhere it may be another day."""


def read_day(value: str, *, month_first: bool = False, now: datetime | None = None) -> ReadDay | None:
    """Return the day a value names, or None where it names none that an article may be from.

    >>> read_day("2024-03-05T23:30:00-05:00").day
    datetime.date(2024, 3, 5)
    """
    value = " ".join(value.split())[:100]
    found = _read(value, month_first)
    if found is None or found.day in _SENTINELS or found.day > (now or datetime.now(UTC)).date() + _NEWEST:
        return None
    if found.day.year < 1400:
        return None
    if found.day.year < _WEB_YEAR and found.doubt is None:
        return ReadDay(found.day, "it is older than the web")
    return found


def _read(value: str, month_first: bool) -> ReadDay | None:
    if match := _ISO.match(value):
        return _of_parts(match)
    if match := _COMPACT.match(value):
        return _of_parts(match)
    if _EPOCH.match(value):
        return _of_epoch(float(value))
    if match := _YEAR_FIRST.match(value):
        day = make_date(*(int(part) for part in match.groups()))
        return ReadDay(day, f"it is written {value[:20]}") if day else None
    if match := _YEAR_LAST.match(value):
        return _ambiguous(int(match[1]), int(match[3]), int(match[4]), match[2], month_first)
    return _in_words(value)


def _of_parts(match: re.Match[str]) -> ReadDay | None:
    """Read year, month, day, hour, minute and zone; a time without a zone is most often in UTC."""
    day = make_date(*(int(part) for part in match.groups()[:3]))
    utc = match[4] is not None and (match[6] is None or match[6] in _UTC)
    return ReadDay(day, utc_minutes=int(match[4]) * 60 + int(match[5]) if utc else None) if day else None


def _of_epoch(seconds: float) -> ReadDay | None:
    seconds = seconds / 1000 if seconds > 1e11 else seconds
    moment = datetime.fromtimestamp(seconds, UTC)
    return ReadDay(moment.date(), "it is written as a number of seconds", utc_minutes=moment.hour * 60 + moment.minute)


def _ambiguous(one: int, two: int, year: int, sign: str, month_first: bool) -> ReadDay | None:
    day_first, other = make_date(year, two, one), make_date(year, one, two)
    if sign == ".":
        return ReadDay(day_first) if day_first else None
    if day_first and other and day_first != other:
        first, second = (other, day_first) if month_first else (day_first, other)
        return ReadDay(first, f"{one:02d}{sign}{two:02d}{sign}{year} may be either of two days", other=second)
    only = day_first or other
    return ReadDay(only) if only else None


def _in_words(value: str) -> ReadDay | None:
    for written in find_written_dates(value):
        if written.year and written.month and written.day:
            day = make_date(written.year, written.month, written.day)
            time = _UTC_TIME.search(value, written.end)
            return ReadDay(day, utc_minutes=int(time[1]) * 60 + int(time[2]) if time else None) if day else None
    return None


def is_day_alone(line: str) -> bool:
    """Tell whether a line is a day in figures and nothing else, as below many headlines.

    >>> is_day_alone("05/08/2025"), is_day_alone("05/08/2025 was a Thursday")
    (True, False)
    """
    return _ALONE.fullmatch(line.strip()) is not None


_ALONE = re.compile(
    r"(?:[A-Za-z]{3,9},?\s+)?(?:\d{1,2}([/.-])\d{1,2}\1\d{4}|\d{4}-\d{2}-\d{2})(?:,?\s+\d{1,2}:\d{2}(?:\s*[ap]\.?m\.?)?)?",
    re.I,
)


_PRINTED = re.compile(
    r"\b(?P<kind>(?:first\s+|originally\s+)?(?:published|posted|publication\s+date|story\s+is\s+from)"
    r"|(?:last\s+)?(?:updated|modified|edited|corrected)(?:\s+date)?)\b(?:\s+(?:on|at))?\s*[:|,–—-]?\s*"
    r"(?P<value>[^|;·•]{6,48})",
    re.IGNORECASE,
)


def printed_days(line: str) -> Iterator[tuple[bool, str]]:
    """Yield the values in a line such as `Published 5 March. Updated 9 March`, and whether each is of publication."""
    starts = [match.start() for match in _PRINTED.finditer(line)]
    for match in _PRINTED.finditer(line):
        end = next((start for start in starts if start > match.start("value")), len(line))
        modified = re.match(r"(?:last\s+)?(?:updat|modif|edit|correct)", match["kind"], re.IGNORECASE) is not None
        yield not modified, line[match.start("value") : min(end, match.end())]
