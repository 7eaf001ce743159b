"""Units: `10 miles (26km)`, `12,000 acres, or 48,600 hectares`, `41 degrees Fahrenheit (5C)`.

Each of the two figures may be rounded as newspapers round; silent about ranges, sums of units (`6ft 2in`),
units of which one is not in the table, and figures of which both stand in one system of units.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pydantic import Field, RootModel

from pipeline.check.checkers.consistency.figures import spell
from pipeline.check.checkers.consistency.oddity import Oddity
from pipeline.check.checkers.consistency.stretch import Stretch
from pipeline.core.caching import once_for_each
from pipeline.core.english import Number, find_numbers, read_bound
from pipeline.core.tables import Number as Factor, Table, Word, WordList, read_table

_BETWEEN = re.compile(r"(?P<opened> ?\(|, or |,? that is,? )(?P<hedge>(?:[a-z]+ ){0,3})$")
_JOINED = re.compile(r"^\s?(?:[-–—/x×+]|to|and|or|by|per|cubed|squared|\d)")
_BEFORE = re.compile(
    r"(?:\d\s?[-–/x×]|\b(?:by|x|between|minus|square|cubic)|(?:feet|foot|ft|stone|pounds?|degrees)|[-−$£€])\s?$",
    re.IGNORECASE,
)
_SLACK = 0.03
_MILLION = 1e6
_FREEZING = 32.0
_FAHRENHEIT = 5 / 9


class UnitRow(Table):
    """A unit."""

    factors: tuple[Factor, ...] = Field(min_length=1)
    words: WordList


class UnitTable(RootModel[dict[Word, tuple[UnitRow, ...]]]):
    """Dimension -> its units."""


@dataclass(frozen=True)
class _Unit:
    dimension: str
    factors: tuple[float, ...]


@dataclass(frozen=True)
class _Measure:
    start: int
    end: int
    value: float
    half: float
    unit: _Unit
    word: str


@once_for_each
def convertible() -> tuple[dict[str, _Unit], re.Pattern[str]]:
    """Return the units that are converted by their words, and a pattern for all, from the table."""
    table = read_table(__package__, "conversions.yaml", UnitTable).root
    units = {
        word: _Unit(dimension, row.factors) for dimension, rows in table.items() for row in rows for word in row.words
    }
    longest = sorted(units, key=len, reverse=True)
    return units, re.compile(rf"[ \N{{NO-BREAK SPACE}}-]?(?P<unit>{'|'.join(map(re.escape, longest))})(?![\w/²³])")


def odd_conversions(stretch: Stretch) -> Iterator[Oddity]:
    """Yield the measures of a sentence that are followed by another measure, of a wrong size, in another unit."""
    text = stretch.text
    numbers = find_numbers(text)
    for one, two in zip(numbers, numbers[1:], strict=False):
        first = None if _BEFORE.search(text[: one.start]) else _measure(text, one)
        between = first and _BETWEEN.search(text[first.end : two.start])
        if not first or not between or between.start() or _JOINED.match(text, first.end):
            continue
        second = _measure(text, two)
        closed = second and (text.startswith(")", second.end) or between["opened"].strip()[:1] != "(")
        if second and closed and not _JOINED.match(text[second.end :]) and not _agree(first, second):
            yield stretch.odd(first.start, second.end, _message(text, first, second))


def _measure(text: str, number: Number) -> _Measure | None:
    units, pattern = convertible()
    if number.scale == _MILLION and re.search(r"[0-9]m$", text[number.start : number.end]):
        number = _metres(number)  # `150m (492ft)`: of money no other measure follows
    match = pattern.match(text, number.end)
    if not match or number.rough or number.kind != "cardinal" or number.value <= 0:
        return None
    unit = units[match["unit"]]
    hedged = read_bound(text, number.start, number.end)[0] != "exact"
    return _Measure(number.start, match.end(), number.value, _half(number, hedged), unit, match["unit"])


def _metres(number: Number) -> Number:
    step, digit = number.step / _MILLION, number.digit / _MILLION
    return replace(number, end=number.end - 1, value=number.value / _MILLION, step=step, digit=digit, scale=1.0)


def _half(number: Number, hedged: bool) -> float:
    """Return how far a measure may be off: half of what its last digit that is not nought is worth."""
    worth, value = number.digit, number.value
    if number.digit >= 1 or number.scale > 1:
        while value % (worth * 10) == 0:
            worth *= 10
    if worth == number.digit and value % (worth * 5) == 0:
        return 2.5 * worth
    return worth * (1.0 if hedged else 0.5)


def _agree(one: _Measure, two: _Measure) -> bool:
    if one.unit.dimension != two.unit.dimension or one.unit == two.unit:
        return True
    if one.unit.dimension == "temperature":
        return _same_heat(one, two)
    return any(
        _near(one.value * first / second, one.half * first / second, two)
        for first in one.unit.factors
        for second in two.unit.factors
    )


def _near(value: float, half: float, two: _Measure) -> bool:
    return abs(value - two.value) <= half + two.half + _SLACK * max(value, two.value)


def _same_heat(one: _Measure, two: _Measure) -> bool:
    """Tell whether two temperatures are one, or two differences of temperature are."""
    warm, cold = (one, two) if _is_warm(one, two) else (two, one)
    slack = warm.half * _FAHRENHEIT + cold.half + 0.5
    return any(
        abs((warm.value - zero) * _FAHRENHEIT - sign * cold.value) <= slack
        for zero, sign in ((_FREEZING, 1), (_FREEZING, -1), (0.0, 1))
    )


def _is_warm(one: _Measure, two: _Measure) -> bool:
    """Tell whether the first of two temperatures is the one in Fahrenheit; bare degrees are of the other scale."""
    return one.unit.factors[0] != 1 if len(one.unit.factors) == 1 else two.unit.factors[0] == 1


def _message(text: str, one: _Measure, two: _Measure) -> str:
    words = f"The text says “{text[one.start : two.end]}”, but {text[one.start : one.end]}"
    if one.unit.dimension == "temperature":
        to_celsius = _is_warm(one, two)
        value = (one.value - _FREEZING) * _FAHRENHEIT if to_celsius else one.value / _FAHRENHEIT + _FREEZING
        return f"{words} is about {spell(round(value))} degrees {'Celsius' if to_celsius else 'Fahrenheit'}."
    value = one.value * one.unit.factors[0] / two.unit.factors[0]
    return f"{words} is about {spell(float(f'{value:.3g}'))} {two.word}."
