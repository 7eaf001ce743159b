"""Amounts as ranges, in units of measure: what a figure says strictly, and what it may mean when taken generously."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal, Self

from pydantic import Field, RootModel, model_validator

from pipeline.core.caching import once_for_each
from pipeline.core.tables import Number, Spellings, Table, Word, read_table


class UnitRow(Table):
    """A row of the table."""

    factor: Number = Field(gt=0)
    spread: Number = Field(default=0.0, ge=0)
    zero: Number = 0.0
    words: Spellings
    """Empty for a unit that is told by its sign alone."""
    signs: Spellings = ()


class UnitTable(RootModel[dict[Word, dict[Word, UnitRow]]]):
    """The table: dimension -> unit -> row. Each word and sign means one unit."""

    @model_validator(mode="after")
    def _tell_one_unit(self) -> Self:
        rows = [row for members in self.root.values() for row in members.values()]
        counts = Counter(word.lower() for row in rows for word in (*row.words, *row.signs))
        if doubtful := [word for word, times in counts.items() if times > 1]:
            raise ValueError(f"these mean more than one unit: {', '.join(doubtful)}")
        return self


@dataclass(frozen=True)
class Unit:
    """A unit: how many base units of its dimension it holds, give or take `spread`, counted from `zero`."""

    name: str
    dimension: str
    factor: float
    spread: float = 0.0
    zero: float = 0.0


@dataclass(frozen=True)
class Units:
    """The table, with one pattern for words after a number and one for signs before it."""

    words: dict[str, Unit]
    signs: dict[str, Unit]
    after: re.Pattern[str]
    before: re.Pattern[str]
    one: re.Pattern[str]
    """`a month`, `an hour and a half`, `half a day`, `month-long`."""


@once_for_each
def units() -> Units:
    """Load the table once."""
    words: dict[str, Unit] = {}
    signs: dict[str, Unit] = {}
    for dimension, members in read_table(__package__, "units.yaml", UnitTable).root.items():
        for name, row in members.items():
            unit = Unit(name, dimension, row.factor, row.spread, row.zero)
            words.update({word.lower(): unit for word in row.words})
            signs.update({sign: unit for sign in row.signs})
    times = "|".join(
        sorted(
            word
            for word, unit in words.items()
            if unit.dimension in ("duration", "points") and unit.name in (word, word.removeprefix("percentage "))
        )
    )
    return Units(
        words,
        signs,
        after=re.compile(rf"\s?-?(?P<unit>{_choices(words)})(?![\w])", re.IGNORECASE),
        before=re.compile(rf"(?P<sign>{_choices(signs)})\s?$"),
        one=re.compile(
            rf"\b(?P<half>half )?(?P<article>an?|one)[ -](?P<unit>{times})(?P<more> and a half)?\b(?!-)"
            rf"|\b(?P<long>{times})-?long\b",
            re.IGNORECASE,
        ),
    )


def _choices(words: dict[str, Unit]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


Bound = Literal["exact", "about", "more", "less", "range"]
Agreement = Literal["agree", "near", "differ"]

# Shares of a value. Strict: two wordings within it say the same. Loose: only beyond it do they contradict each
# other; between the two nothing is said. Newspapers round, and counts of one thing grow within a day.
_ABOUT = (0.1, 0.25)
_ROUND = 0.1
_PLAIN = 0.05
_HALF = 0.49
"""Of the last digit: less than a half, so that 7 and 8 percent do not meet."""
_HAIR = 0.02
"""Of the value: what converting between round figures may cost."""
_FEW = 20
"""Below it a plain whole number is meant to the unit."""


@dataclass(frozen=True)
class Amount:
    """A range of values in the base unit of a dimension, strictly and loosely read."""

    strict: tuple[float, float]
    loose: tuple[float, float]

    @classmethod
    def of(
        cls,
        low: float,
        high: float | None = None,
        *,
        bound: Bound = "exact",
        unit: float = 0.0,
        spread: float = 0.0,
        share: float = 0.0,
        measured: bool = False,
    ) -> Amount:
        """Read a figure, or a range of two, whose last digit is worth `unit`, in a unit that varies by `spread`.

        `share` is the least share of the value by which a contradiction must miss; a `measured`
        figure is rounded, a counted one is not.
        """
        low, high = sorted((abs(low), abs(low if high is None else high)))
        rounded = measured or unit > 1 or not low.is_integer()
        half = (unit if unit <= 1 else min(unit, 2 * _ROUND * high)) * _HALF if rounded else 0.0
        few = unit <= 1 and high < _FEW and high.is_integer()
        share = max(share, 0.0 if few else _ROUND if unit > 1 else _PLAIN)
        if bound == "about":
            strict = (low * (1 - _ABOUT[0]), high * (1 + _ABOUT[0]))
            loose = (low * (1 - _ABOUT[1]), high * (1 + _ABOUT[1]))
        elif bound == "more":
            strict, loose = (low, high * 1.5), (low * (1 - _PLAIN), math.inf)
        elif bound == "less":
            strict, loose = (low * 0.85, high), (0.0, high * (1 + _PLAIN))
        else:
            strict = (low - half, high + half)
            loose = (min(low * (1 - share), low - half), max(high * (1 + share), high + half))
        return cls(_widen(strict, spread), _widen(loose, spread))

    def times(self, factor: float, zero: float = 0.0) -> Amount:
        """Return it in another unit, counted from another zero."""
        (low, high), (least, most) = self.strict, self.loose
        return Amount(
            ((low - zero) * factor, (high - zero) * factor), ((least - zero) * factor, (most - zero) * factor)
        )

    def compare(self, other: Amount) -> Agreement:
        """Tell whether two amounts say the same, contradict each other, or neither surely; symmetric."""
        if _overlap(self.strict, other.strict):
            return "agree"
        return "near" if _overlap(self.loose, other.loose) else "differ"

    def within(self, other: Amount, *, counted: bool = False) -> bool:
        """Tell whether it is at least as precise as another, so that it can prove it; `counted` allows no rounding."""
        hair = 0.0 if counted else _HAIR
        return _inside(self.strict, (other.loose[0] * (1 - hair), other.loose[1] * (1 + hair)))


def _widen(bounds: tuple[float, float], by: float) -> tuple[float, float]:
    return max(0.0, bounds[0] - by), bounds[1] + by


def _overlap(one: tuple[float, float], two: tuple[float, float]) -> bool:
    slack = 1e-6 * max(1e-3, *(value for value in (*one, *two) if math.isfinite(value)))
    return one[0] <= two[1] + slack and two[0] <= one[1] + slack


def _inside(one: tuple[float, float], two: tuple[float, float]) -> bool:
    slack = 1e-6 * max(1e-3, *(value for value in (*one, *two) if math.isfinite(value)))
    return two[0] - slack <= one[0] and one[1] <= two[1] + slack
