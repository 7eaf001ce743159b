"""The days, months and years a sentence names."""

from __future__ import annotations

import calendar
import re

from pipeline.models import PartialDate

_DATE = re.compile(
    r"\b(?:(?P<d1>\d{1,2})(?:st|nd|rd|th)?\s+)?(?P<month>Jan(?:uary|\.)?|Feb(?:ruary|\.)?|March|Mar\.?|April|Apr\.?|May|June"
    r"|July|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
    r"(?:\s+(?P<d2>\d{1,2})(?:st|nd|rd|th)?)?,?\s+(?P<year>[12]\d{3})\b"
)
_BARE_YEAR = re.compile(
    r"\b(?:in|since|by|until|from|of|after|before|during|between|and|early|late|mid-)\s*"
    r"(?P<year>1[6-9]\d\d|20\d\d)\b",
    re.IGNORECASE,
)
_MONTHS = tuple(name[:3] for name in calendar.month_name)


def dates_in(sentence: str) -> tuple[PartialDate, ...]:
    """Return the days, months and years a sentence names.

    >>> [str(day) for day in dates_in("He spoke on 3 May 2014.")]
    ['2014-05-03']
    """
    found = []
    for said in _DATE.finditer(sentence):
        parts = [said["year"], f"{_MONTHS.index(said['month'][:3]):02d}"]
        if day := said["d1"] or said["d2"]:
            parts.append(f"{int(day):02d}")
        found.append("-".join(parts))
    rest = _DATE.sub(" ", sentence)
    found += [said["year"] for said in _BARE_YEAR.finditer(rest)]
    return tuple(value for text in found if (value := _date(text)))


def _date(text: str) -> PartialDate | None:
    try:
        return PartialDate(text)
    except ValueError:
        return None
