"""Ministers of the United Kingdom as the Institute for Government publishes them, as rows in our form.

Either a table with a line for each appointment (the download of its pages: `minister_name`, `role`,
`department`), or `appointment.csv` of its public repository with `person.csv`, `post.csv` and
`organisation.csv` (and `appointment_characteristics.csv`, for acting terms) beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.core.errors import InputError
from pipeline.evidence.offices.tables import Numbered, Row, read_content

_PEOPLE = ("minister_name", "minister", "person_name", "person", "name")
_OFFICES = ("role", "post_name", "post", "office", "appointment", "position")
_BODIES = ("department", "organisation_name", "organisation", "organization")
_APPOINTMENT = frozenset({"person_id", "post_id", "start_date"})
_SOURCE = "IfG Ministers Database"


def has_columns(columns: Sequence[str]) -> bool:
    """Tell whether columns are those of an appointments table, flat or with ids."""
    keys = {_plain(name) for name in columns}
    flat = keys & set(_PEOPLE) and keys & set(_OFFICES) and keys & set(_BODIES)
    return bool("start_date" in keys and flat) or keys >= _APPOINTMENT


def table_rows(rows: Sequence[Numbered], path: Path) -> Iterator[Numbered]:
    """Return one row for each appointment, in our form, or what is wrong with it; raises InputError."""
    linked = any(set(map(_plain, each.row)) >= _APPOINTMENT for each in rows)
    tables = _tables(path.parent) if linked else {}
    for each in rows:
        if each.problem:
            yield each
            continue
        cells = {_plain(name): _value(value) for name, value in each.row.items()}
        try:
            yield Numbered(each.where, _linked(cells, tables) if linked else _flat(cells))
        except ValueError as error:
            yield Numbered(each.where, {}, str(error))


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_")


def _value(value: Any) -> str:
    text = str(value if value is not None else "").strip()
    return "" if text in ("NULL", "null", "None", "nan") else text


def _first(cells: Row, names: Sequence[str]) -> str:
    return next((str(cells[name]) for name in names if cells.get(name)), "")


def _flat(cells: Row) -> Row:
    office = _first(cells, _OFFICES)
    identity = cells.get("minister_id") or cells.get("person_id")
    return {
        "person": _first(cells, _PEOPLE),
        "person_id": f"ifg:{identity}" if identity else None,
        "aliases": cells.get("aliases", ""),
        "office": office.removesuffix(" (on leave)"),
        "organisation": _first(cells, _BODIES),
        "acting": cells.get("is_acting") or None,
        "start": cells.get("start_date"),
        "end": cells.get("end_date"),
        "as_of": cells.get("as_of"),
        "country": "United Kingdom",
        "source": _SOURCE,
    }


def _tables(folder: Path) -> dict[str, dict[str, list[Row]]]:
    """Return the tables beside `appointment.csv`, rows by id; raises InputError where one is missing."""
    tables = {}
    for name, key in (("person", "id"), ("post", "id"), ("organisation", "id")):
        path = folder / f"{name}.csv"
        if not path.is_file():
            raise InputError(f"appointments by id need {name}.csv beside them: there is none in {folder}")
        tables[name] = _grouped(path, key)
    characteristics = folder / "appointment_characteristics.csv"
    tables["characteristics"] = _grouped(characteristics, "appointment_id") if characteristics.is_file() else {}
    return tables


def _grouped(path: Path, key: str) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = defaultdict(list)
    content = read_content(path)
    for each in content if isinstance(content, list) else []:
        if isinstance(each, Numbered):
            cells = {_plain(name): _value(value) for name, value in each.row.items()}
            rows[cells.get(key, "")].append(cells)
    return rows


def _linked(cells: Row, tables: Mapping[str, Mapping[str, list[Row]]]) -> Row:
    people = tables["person"].get(cells["person_id"])
    posts = tables["post"].get(cells["post_id"])
    if not people or not posts:
        missing = "person" if not people else "post"
        raise ValueError(f"{missing} {cells[f'{missing}_id']} is not in {missing}.csv")
    body = tables["organisation"].get(posts[0].get("organisation_id", ""), [{}])[0]
    names = _names(people, cells.get("start_date", ""))
    acting = [each.get("is_acting", "").lower() for each in tables["characteristics"].get(cells.get("id", ""), ())]
    return {
        "person": names[0],
        "person_id": f"ifg:{cells['person_id']}",
        "aliases": names[1:],
        "office": posts[0].get("name", ""),
        "organisation": body.get("name", ""),
        "acting": bool(acting) and all(each in ("true", "1") for each in acting),
        "start": cells.get("start_date"),
        "end": cells.get("end_date"),
        "country": "United Kingdom",
        "source": _SOURCE,
    }


def _names(people: Sequence[Row], day: str) -> list[str]:
    """Return a person's names, the one of a day first: many became lords and baronesses later."""
    then = [
        each for each in people if (each.get("start_date") or "") <= day < (each.get("end_date") or "9999")
    ] or list(people)
    names = [str(each.get("name") or "") for each in (*then, *people)]
    return list(dict.fromkeys(name for name in names if name)) or [""]
