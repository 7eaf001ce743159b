"""What a check inside an article finds: two places that do not fit together, pinned to the second."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipeline.models import Span

WEEKDAYS = tuple(calendar.day_name)
MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_FULL = "|".join(name for name in calendar.month_name if name)
_SHORT = "|".join([*(name for name in calendar.month_abbr if name and name != "May"), "Sept"])
MONTH = rf"(?:(?:{_FULL})\b|(?:{_SHORT})\b\.?)"
YEAR = r"(?:1[0-9]{3}|20[0-9]{2})"
YEARS = re.compile(rf"(?<![\w$£€,.]){YEAR}(?![\w,.]*\d)")


@dataclass(frozen=True)
class Oddity:
    """Two places of an article that cannot both be right."""

    span: Span
    """The second or odd one."""
    message: str
    severity: Literal["medium", "low"] = "medium"
    suggestion: str | None = None


def month_number(word: str) -> int:
    """Return the number of a month as written.

    >>> month_number("Sept.")
    9
    """
    return MONTHS[word.lower().rstrip(".")]


def other_years(text: str, *known: int) -> bool:
    """Tell whether a text names a year besides the known ones: then it may speak of another time."""
    return any(int(match[0]) not in known for match in YEARS.finditer(text))


def make_date(year: int, month: int, day: int) -> date | None:
    """Return a day of the calendar, or None where it has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def pin(text: str, start: int, begin: int, end: int) -> Span:
    """Return the span of a sentence's words in the article; the sentence stands at `start`."""
    span = Span.of(text, begin, end)
    return span.model_copy(update={"start": span.start + start, "end": span.end + start})
