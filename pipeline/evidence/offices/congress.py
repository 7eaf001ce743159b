"""Members of the United States Congress, presidents and vice-presidents (congress-legislators) in our form.

Terms of one seat that follow each other are one time in office.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from pipeline.core.english import full_state
from pipeline.evidence.offices.tables import Numbered, Row

_OFFICES = {
    "sen": ("United States Senator", "United States Senate"),
    "rep": ("United States Representative", "United States House of Representatives"),
    "prez": ("President of the United States", None),
    "viceprez": ("Vice President of the United States", None),
}
_NEXT = timedelta(days=14)
"""A new Congress meets some days after the old one ends."""
_TERRITORIES = {
    "AS": "American Samoa",
    "DC": "the District of Columbia",
    "GU": "Guam",
    "MP": "the Northern Mariana Islands",
    "PR": "Puerto Rico",
    "VI": "the Virgin Islands",
}


def is_list(content: Any) -> bool:
    """Tell whether content is a list of people with terms."""
    return (
        isinstance(content, list)
        and bool(content)
        and all(isinstance(each, dict) and "terms" in each and "name" in each for each in content[:3])
    )


def list_rows(content: Sequence[Any]) -> Iterator[Numbered]:
    """Return one row for each time in office, in our form, or what is wrong with it."""
    for number, person in enumerate(content):
        where = f"[{number}]"
        if not isinstance(person, dict) or not isinstance(person.get("name"), dict):
            yield Numbered(where, {}, "not a person with a name and terms")
            continue
        known = _person(person)
        where += f" {known['person']}"
        held: list[tuple[dict[str, Any], str]] = []
        for at, term in enumerate(person["terms"] if isinstance(person.get("terms"), list) else []):
            try:
                _add(held, known, term, f"{where}, terms[{at}]")
            except ValueError as error:
                yield Numbered(f"{where}, terms[{at}]", {}, str(error))
        for row, there in held:
            yield Numbered(there, row)


def _person(person: Row) -> dict[str, Any]:
    name: Mapping[str, Any] = person["name"]
    first, last = str(name.get("first") or ""), str(name.get("last") or "")
    suffix = f" {name['suffix']}" if name.get("suffix") else ""
    short = f"{first} {last}".strip()
    names = [str(name.get("official_full") or ""), short]
    names += [f"{first} {name['middle']} {last}"] if name.get("middle") else []
    names += [f"{name['nickname']} {last}"] if name.get("nickname") else []
    names += [f"{short}{suffix}"] if suffix else []
    others = person.get("other_names")
    for other in others if isinstance(others, list) else ():
        if isinstance(other, dict):
            names.append(f"{other.get('first') or first} {other.get('last') or last}")
    names = [each for each in dict.fromkeys(names) if each.strip()]
    ids: Any = person.get("id")
    ids = ids if isinstance(ids, dict) else {}
    scheme = next((each for each in ("wikidata", "bioguide", "govtrack") if ids.get(each)), None)
    return {
        "person": names[0] if names else "",
        "aliases": names[1:],
        "person_id": f"{scheme}:{ids[scheme]}" if scheme else None,
        "country": "United States",
        "source": "unitedstates/congress-legislators",
    }


def _add(held: list[tuple[dict[str, Any], str]], known: Row, term: Any, where: str) -> None:
    """Add a term, or let the last one of the same seat go on; raises ValueError."""
    if not isinstance(term, dict) or term.get("type") not in _OFFICES:
        raise ValueError(f"type is not one of {', '.join(_OFFICES)}")
    start, end = _day(term, "start"), _day(term, "end")
    office, body = _OFFICES[term["type"]]
    state = str(term.get("state") or "")
    if state:
        office = f"{office} for {full_state(state) or _TERRITORIES.get(state, state)}"
    for row, _ in reversed(held):
        if row["office"] == office and start - row["end"] <= _NEXT and row["end"] <= end:
            row["end"] = end
            return
    held.append(({**known, "office": office, "organisation": body, "start": start, "end": end}, where))


def _day(term: Row, name: str) -> date:
    value = term.get(name)
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise ValueError(f"{name}: {value!r} is no date: write 2009-09-30") from error
