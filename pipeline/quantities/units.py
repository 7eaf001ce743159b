"""Units of measure, read from `pipeline/data/units.yaml`."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Self

from pydantic import Field, RootModel, model_validator

from pipeline.core.tables import Number, Spellings, Table, Word, read_table
from pipeline.remembering import once_for_each


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
        told = Counter(word.lower() for row in rows for word in (*row.words, *row.signs))
        if doubtful := [word for word, times in told.items() if times > 1]:
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
    for dimension, members in read_table("pipeline", "data/units.yaml", UnitTable).root.items():
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
