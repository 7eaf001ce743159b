"""When a title was held, as the words around it say: years, decades, and the day a sentence asserts it for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.core.english import find_dates
from pipeline.core.models import PartialDate

_PART = r"(?:(?:early|late|mid|[A-Z][a-z]+|\d{1,2}(?:st|nd|rd|th)?)[.,]?[ -]){0,2}"
"""A month or a day before a year; not another year."""
_YEARS = re.compile(
    rf"\s*,?\s*\(?(?:(?:from|between|in)\s+)?{_PART}(?P<start>[12]\d{{3}})\s*(?:to|and|until|till|through|-|–|—)\s*"
    rf"{_PART}(?P<end>[12]\d{{3}}|\d{{2}}(?!\s+[A-Z][a-z]|%))\b"
)
_UNTIL = re.compile(rf"\s*,?\s*(?:until|till|through|up to)\s+{_PART}(?P<end>[12]\d{{3}})\b")
_SINCE = re.compile(rf"\s*,?\s*(?:ever )?since\s+{_PART}(?P<start>[12]\d{{3}})\b")
_DECADE = re.compile(
    r"\s*,?\s*(?:in|during|through|throughout)\s+(?:much of |most of |part of )?the\s+"
    r"(?:early |mid-|late )?(?P<decade>[12]\d\d0)['’]?s\b"
)
_AT = re.compile(
    r"\s*,?\s*\(?(?:on|in|as of|back in|during)\s+(?P<date>(?:[\w.]+,?\s){0,2}[12]\d{3})\b(?!\s*(?:to|[-–—]))"
)
_BEFORE_NAME = re.compile(
    r"(?:^|[.!?]['\"’”]?\s+)(?:On|In|As of|Back in)\s+(?P<date>(?:[\w.]+,?\s){0,2}[12]\d{3}),?\s+$"
)
_EARLIEST = 1600
"""Before it a bare number is hardly the year of an office."""
_YEAR_AFTER = re.compile(
    r"\b(?:in|since|by|until|from|of|after|before|during|between|and|early|late|mid-)\s*$", re.IGNORECASE
)
_ENDED = re.compile(r"\s*,?\s*(?:until|till|before|when|at the time)\b")


@dataclass(frozen=True)
class Tenure:
    """What the words behind a title say of when it was held."""

    start: int | None = None
    end: int | None = None
    decade: int | None = None
    at: PartialDate | None = None
    stop: int = 0
    """Where those words end; 0 when there are none."""
    over: bool = False
    """True where the words say that it ended."""


def tenure_after(text: str, at: int) -> Tenure:
    """Read when a title was held from the words that follow it."""
    if match := _YEARS.match(text, at):
        start, last = match["start"], match["end"]
        last = start[:2] + last if len(last) == 2 else last
        return Tenure(int(start), int(last), stop=match.end())
    over = bool(_ENDED.match(text, at))
    if match := _UNTIL.match(text, at):
        return Tenure(end=int(match["end"]), stop=match.end(), over=over)
    if match := _SINCE.match(text, at):
        return Tenure(int(match["start"]), stop=match.end())
    if match := _DECADE.match(text, at):
        return Tenure(decade=int(match["decade"]), stop=match.end(), over=True)
    if (match := _AT.match(text, at)) and (when := _one_date(match["date"])):
        return Tenure(at=when, stop=match.end())
    return Tenure(over=over)


def date_before(text: str) -> PartialDate | None:
    """Return the date that opens the sentence a name continues, as in `On 3 May 2014, Lena Alm`."""
    match = _BEFORE_NAME.search(text)
    return _one_date(match["date"]) if match else None


def dates_in(sentence: str) -> tuple[PartialDate, ...]:
    """Return the days, months and years a sentence names; a year alone only after a word such as `in`.

    >>> [str(day) for day in dates_in("He spoke on 3 May 2014.")]
    ['2014-05-03']
    """
    found = (
        when.partial
        for when in find_dates(sentence)
        if when.precision != "year"
        or (when.first.year >= _EARLIEST and _YEAR_AFTER.search(sentence, max(0, when.start - 12), when.start))
    )
    return tuple(day for day in found if day)


def _one_date(words: str) -> PartialDate | None:
    found = dates_in(words if " " in words else f"in {words}")
    return found[0] if len(found) == 1 else None
