"""One row of office records in our own form: the names of its fields, its dates, its country.

Dates keep the precision they were given with. An end that lay in the future when the record was made
is a plan: the term was open then, and nobody knows from the record how it went on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any

from countryinfo import all_countries
from pydantic import ValidationError

from pipeline.core.english import find_place
from pipeline.core.models import OfficeRecord, PartialDate
from pipeline.evidence.offices.columns import FIELDS, OTHER_NAMES, date_columns, refusal

_DATE = re.compile(r"\+?(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?(?:[T ].*)?")
_YES, _NO = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})
_OPEN = frozenset({"present", "incumbent", "current", "now", "open"})
_QID = re.compile(r"Q[1-9]\d*")


def is_record(row: Mapping[str, Any]) -> bool:
    """Tell whether a row is an office record rather than a passage."""
    return "person" in row and ("office" in row or ("text" not in row and ("title" in row or "position" in row)))


def record_of(row: Mapping[str, Any], *, today: date | None = None, known_countries: bool = False) -> OfficeRecord:
    """Make a record of a row in our form, or with `title` and `org`; fields it does not know are not used, or refused.

    With `today`, an end after it is a plan although the row says no `as_of`; with `known_countries`, a
    country must be one. Raises ValueError, which says what is wrong with which field.
    """
    if dates := date_columns([row]):
        raise ValueError(refusal(dates))
    fields = _named(row)
    for name in ("person", "office"):
        if not isinstance(fields.get(name), str):
            raise ValueError(f"{name} is missing")
    fields |= {name: _read(name, value) for name, value in fields.items()}
    if "country" in fields:
        fields["country"] = _country(str(fields["country"]), known_countries)
    if fields["office"].endswith(" (acting)"):
        fields |= {"office": fields["office"].removesuffix(" (acting)"), "acting": True}
    if "person_id" in fields:
        fields["person_id"] = _identity(str(fields["person_id"]), row.get("source_dataset"))
    try:
        return _settled(OfficeRecord.model_validate(fields), bool(row.get("end_scheduled")), today)
    except ValidationError as error:
        problem = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}") from error


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in row.items():
        value = value.strip() if isinstance(value, str) else value
        ours = name if name in FIELDS else OTHER_NAMES.get(name)
        if ours and value not in (None, "") and (name == ours or row.get(ours) in (None, "")):
            fields[ours] = " ".join(value.split()) if ours in ("person", "office", "organisation") else value
    return fields


def _read(name: str, value: Any) -> Any:
    if name == "aliases":
        return _names(value)
    if name in ("acting", "verified"):
        return _truth(name, value)
    if name == "end" and str(value).strip().lower() in _OPEN:
        return None
    return date_of(name, value) if name in ("start", "end", "as_of") else value


def _names(aliases: Any) -> tuple[str, ...]:
    """Return names given as a list, or as one text with `;` or `|` between them."""
    if isinstance(aliases, str):
        aliases = re.split(r"[;|]", aliases)
    if not isinstance(aliases, (list, tuple)) or not all(isinstance(name, str) for name in aliases):
        raise ValueError("aliases: give a list of names, or one text with ; between them")
    return tuple(dict.fromkeys(name.strip() for name in aliases if name.strip()))


def _truth(name: str, value: Any) -> bool:
    text = str(value).lower()
    if text not in _YES | _NO:
        raise ValueError(f"{name}: {value!r} is neither true nor false")
    return text in _YES


@lru_cache(65536)
def _date_text(name: str, value: str) -> str:
    found = _DATE.fullmatch(value)
    parts = [part for part in found.group("year", "month", "day") if part] if found else []
    while len(parts) > 1 and parts[-1] == "00":  # how some data sets write that a day or month is not known
        parts.pop()
    try:
        return str(PartialDate("-".join(parts)))
    except ValueError as error:
        raise ValueError(f"{name}: {value!r} is no date: write 2009-09-30, 2009-09 or 2009") from error


def date_of(name: str, value: Any) -> str:
    """Return a date as we write it, its time of day dropped; raises ValueError."""
    text = _date_text(name, str(value).strip())
    # Seen to be right some time in a month was surely right on its first day.
    return PartialDate(text).earliest.isoformat() if name == "as_of" else text


@cache
def _codes() -> dict[str, str]:
    codes: dict[str, str] = {}
    for country in all_countries():
        place = find_place(country.name())
        if place and place.kind == "country":  # the library also has parts of countries, under their country's code
            codes |= {str(code).upper(): country.name() for code in country.iso().values()}
    return codes


@lru_cache(1024)
def _country(given: str, must_be_known: bool) -> str:
    """Return a country's standard name for a name, demonym or ISO code."""
    place = find_place(given) or find_place(_codes().get(given.upper(), "")) or find_place(given.title())
    if place and place.form in ("name", "adjective"):
        return place.name
    if must_be_known:
        raise ValueError(f"country: {given!r} is not known: use its English name or ISO code, or leave it empty")
    return given


def _identity(given: str, scheme: Any) -> str:
    if _QID.fullmatch(given):
        return f"wikidata:{given}"
    return given if ":" in given or not scheme else f"{scheme}:{given}"


def _settled(record: OfficeRecord, planned: bool, today: date | None) -> OfficeRecord:
    """Return a record whose end is a fact; raises ValueError where the end comes before the start."""
    start, end = record.start, record.end
    if start and end and end.latest < start.earliest:
        raise ValueError(f"end {end} is before start {start}")
    seen = record.as_of or today
    if end is None or not (planned if seen is None else end.earliest > seen):
        return record
    note = f"Planned to end on {end}."
    fields = {name: getattr(record, name) for name in FIELDS}
    return OfficeRecord(**fields | {"end": None, "note": f"{record.note} {note}".strip()})
