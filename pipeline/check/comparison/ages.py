"""Ages that an article tells, held against a source's date of birth."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.check.comparison.names import Name, likeness
from pipeline.check.comparison.reading import Day, Reading

_AGE = re.compile(
    r"(?<=, )(?P<comma>\d{1,3})(?=,|\.|$|\)| and )|(?<=\()(?P<bracket>\d{1,2})(?=\))|\baged?\s(?P<aged>\d{1,3})\b"
    r"|\b(?P<old>\d{1,3})[- ]years?[- ]old\b"
    r"|\b(?:was|is|turned|turns|be|at)\s(?P<was>\d{1,3})(?=\swhen\b|[.,;]|\syears old|\son\b|$)"
    r"|\bthe age of\s(?P<at>\d{1,3})\b|\bborn\s(?P<ago>\d{1,4})\syears\sago\b"
)
_THEN = re.compile(r"\b(?:in|of)\s(?P<year>1[5-9]\d\d|20\d\d)\b")
_BORN = re.compile(r"\b(?:born|birth)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Age:
    """An age in place, and the days on which it is told to be so."""

    start: int
    end: int
    years: int
    first: date
    last: date
    at_death: bool = False


def find_ages(reading: Reading, as_of: date) -> Iterator[Age]:
    """Yield the ages of a sentence; a year in the same sentence after `when` or `died` is when it was so."""
    for match in _AGE.finditer(reading.text):
        group = match.lastgroup or ""
        years, (start, end) = int(match[group]), match.span(group)
        then = _THEN.search(reading.text)
        past = group in ("was", "at", "aged") and re.search(r"\b(?:was|died|were|had)\b", reading.text)
        if then and (past or group == "old"):
            first, last = date(int(then["year"]), 1, 1), date(int(then["year"]), 12, 31)
        elif past and not re.search(r"\bhas died\b", reading.text):
            continue
        else:
            first, last = date.fromordinal(as_of.toordinal() - 7), as_of
        died = bool(past and re.search(r"\b(?:died|death)\b", reading.text))
        yield Age(reading.start + start, reading.start + end, years, first, last, died)


def whose(age: Age, names: Sequence[Name]) -> Name | None:
    """Return the name that an age stands behind, else the first of the sentence; None where there is none before it."""
    before = [name for name in names if name.end <= age.start and name.kind == "name"]
    beside = [name for name in before if age.start - name.end <= 2]
    return next(iter([*beside, *before]), None)


def birth_of(name: Name, there: Reading) -> Day | None:
    """Return the birth date of somebody that a sentence tells; a life in brackets begins with it."""
    owners = [each for each in there.names if likeness(name, each) == "same"]
    if not owners:
        return None
    owner = owners[0]
    days = [day for day in there.days if day.start >= owner.end and day.precision in ("day", "month", "year")]
    if not days:
        return None
    between = there.text[owner.end - there.start : days[0].start - there.start]
    others = [each for each in there.names if owner.end <= each.start < days[0].start and each.kind == "name"]
    life = re.fullmatch(r"\s?\(", between) and len(days) > 1
    born = _BORN.search(between) and not re.search(r"[;.]", between) and len(others) <= 1
    return days[0] if life or born else None


def death_of(born: Day, there: Reading) -> Day | None:
    """Return the date that ends a life in brackets: `(3 May 1901 - 7 June 1980)`."""
    after = [day for day in there.days if day.start >= born.end]
    between = there.text[born.end - there.start : after[0].start - there.start] if after else ""
    return after[0] if re.fullmatch(r"\s?[-–—]\s?", between) else None


def agrees(age: Age, born: Day, there: Reading) -> bool:
    """Tell whether somebody born then may be so old on one of the days, or on that of a death that is told."""
    died = death_of(born, there) if age.at_death else None
    first, last = (died.first, died.last) if died else (age.first, age.last)
    return _years(born.last, first) <= age.years <= _years(born.first, last)


def _years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
