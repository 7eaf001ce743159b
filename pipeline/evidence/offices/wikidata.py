"""Rows of a Wikidata query (SPARQL JSON or CSV) as rows in our form.

Wikidata writes a year alone as its first of January. So that day without a precision variable is read
as the year: a true first of January loses its day, nobody is judged by a day that was not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.evidence.offices.tables import Numbered, Row

_ENTITY = re.compile(r"https?://www\.wikidata\.org/entity/(Q\d+)")
_UNKNOWN = re.compile(r"_:|t\d+$|https?://www\.wikidata\.org/\.well-known/genid/")
_PEOPLE = ("person", "item", "holder", "politician", "human", "head", "officeholder", "member")
_OFFICES = ("position", "office", "post", "role", "job", "positionheld")
_BODIES = ("organisation", "organization", "of", "body", "employer", "district", "constituency")
_COUNTRIES = ("country", "jurisdiction", "state", "nation")
_STARTS = ("start", "startdate", "starttime", "since", "from", "inception")
_ENDS = ("end", "enddate", "endtime", "until", "to")
_ALIASES = ("alias", "aliases", "altlabel", "altlabels", "othernames", "alsoknownas")
_YEAR, _MONTH = "9", "10"


def is_query(content: Any) -> bool:
    """Tell whether content is the answer of a SPARQL service."""
    return isinstance(content, dict) and isinstance(content.get("results"), dict) and "bindings" in content["results"]


def has_labels(columns: Sequence[str]) -> bool:
    """Tell whether columns are those of a Wikidata query: a person and an office, one of them as a label."""
    keys = {_plain(name) for name in columns}
    labels = any(name.endswith("label") for name in keys)
    return labels and bool(keys & _both(_PEOPLE)) and bool(keys & _both(_OFFICES))


def query_rows(content: Any) -> Iterator[Numbered]:
    """Return the rows of a SPARQL answer in JSON."""
    for number, binding in enumerate(content["results"]["bindings"]):
        where = f"bindings[{number}]"
        if not isinstance(binding, dict) or not all(isinstance(cell, dict) for cell in binding.values()):
            yield Numbered(where, {}, "not a row of a SPARQL answer")
            continue
        yield Numbered(where, {name: str(cell.get("value", "")) for name, cell in binding.items()})


def as_ours(row: Row) -> Row:
    """Return a query's row in our form; raises ValueError where a person or office has no label."""
    cells = {_plain(name): str(value or "").strip() for name, value in row.items()}
    person = next((found.group(1) for name in _PEOPLE if (found := _ENTITY.fullmatch(cells.get(name, "")))), None)
    ours: dict[str, Any] = {
        "person": _label(cells, _PEOPLE),
        "office": _label(cells, _OFFICES),
        "organisation": _label(cells, _BODIES),
        "country": _label(cells, _COUNTRIES),
        "start": _date(cells, _STARTS),
        "end": _date(cells, _ENDS),
        "aliases": _aliases(cells),
        "as_of": cells.get("asof"),
        "person_id": f"wikidata:{person}" if person else None,
        "source": "Wikidata",
        "source_url": f"https://www.wikidata.org/wiki/{person}" if person else None,
    }
    for name in ("person", "office"):
        if re.fullmatch(r"Q\d+", ours[name]):
            raise ValueError(f"{name} {ours[name]} has no label: ask the label service for one")
    return ours


def _plain(name: str) -> str:
    return name.lstrip("?").replace("_", "").replace(" ", "").lower()


def _both(names: Sequence[str]) -> set[str]:
    return {*names, *(f"{name}label" for name in names)}


def _label(cells: Row, names: Sequence[str]) -> str:
    for name in (*(f"{name}label" for name in names), *names):
        value = str(cells.get(name, ""))
        if value and not value.startswith(("http://", "https://")) and not _UNKNOWN.match(value):
            return value
    return ""


def _date(cells: Row, names: Sequence[str]) -> str | None:
    """Return a date with the precision it is known with; None for Wikidata's `unknown value`."""
    for name in names:
        value = str(cells.get(name, ""))
        if not value or _UNKNOWN.match(value):
            continue
        precision = str(cells.get(f"{name}precision", ""))
        day = value.lstrip("+").split("T")[0]
        if precision == _YEAR or (not precision and day.endswith("-01-01")):
            return day[:4]
        return day[:7] if precision == _MONTH else day
    return None


def _aliases(cells: Row) -> list[str]:
    names: list[str] = []
    for name in (*_ALIASES, *(f"{person}{kind}" for person in _PEOPLE for kind in ("altlabel", "altlabels", "alias"))):
        value = str(cells.get(name, ""))
        # The label service joins other labels with a comma and a space.
        names += re.split(r"[;|]|, (?!(?:Jr|Sr)\b)" if name.endswith("altlabel") else r"[;|]", value)
    return [name for name in names if name.strip()]
