"""Read the figures by country and year: population, GDP in dollars, inflation of consumer prices."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from pipeline.core.errors import InputError
from pipeline.evidence.world.facts import Measure, Series

FILES: Mapping[Measure, tuple[str, str]] = {
    "population": ("datasets-population", "data/population.csv"),
    "gdp": ("datasets-gdp", "data/gdp.csv"),
    "inflation": ("datasets-inflation", "data/inflation-consumer.csv"),
}
"""By measure, its source and the file in a clone of it."""
_FROM = 1960
_DIGITS: Mapping[Measure, int] = {"population": 0, "gdp": 0, "inflation": 2, "area": 0}


def read_series(folder: Path, measure: Measure) -> dict[str, Series]:
    """Return a measure by the code of the country, or of a region of the world; raises InputError."""
    source, file = FILES[measure]
    path = folder / file
    if not path.exists():
        raise InputError(f"{path} is missing: give a clone of the data set {source}")
    values: dict[str, dict[int, float]] = defaultdict(dict)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.reader(lines):
            if len(row) == 4 and row[2].isdigit() and row[3]:
                values[row[1]][int(row[2])] = _rounded(float(row[3]), measure)
    return {code: make_series(code, measure, by_year, source) for code, by_year in sorted(values.items())}


def _rounded(value: float, measure: Measure) -> float:
    """Return a figure as it is worth keeping: of dollars five digits."""
    if measure == "gdp":
        return float(f"{value:.5g}")
    return round(value, _DIGITS[measure])


def make_series(country: str, measure: Measure, by_year: Mapping[int, float], source: str) -> Series:
    """Return the figures of some years as a series; years between them without a figure hold None."""
    years = [year for year in by_year if year >= _FROM]
    first, last = min(years), max(years)
    return Series(
        country=country,
        measure=measure,
        first_year=first,
        values=tuple(by_year.get(year) for year in range(first, last + 1)),
        source=source,
    )
