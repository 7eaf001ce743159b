"""Units of measure, read from `pipeline/data/units.yaml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from pipeline.remembering import once_for_each

_TABLE = Path(__file__).resolve().parents[1] / "data" / "units.yaml"


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
    for dimension, members in yaml.safe_load(_TABLE.read_text(encoding="utf-8")).items():
        for name, entry in members.items():
            unit = Unit(
                name, dimension, float(entry["factor"]), float(entry.get("spread", 0)), float(entry.get("zero", 0))
            )
            words.update({str(word).lower(): unit for word in entry["words"]})
            signs.update({sign: unit for sign in entry.get("signs", ())})
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
