"""Offices of the United States: Congress and presidents (congress-legislators), governors and others (openstates)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import yaml

from pipeline.core.english import full_state
from pipeline.core.models import OfficeRecord, PartialDate
from pipeline.evidence.offices import record_of
from pipeline.evidence.offices.congress import list_rows
from pipeline.evidence.world.sources_git import Clone, Version

CONGRESS = "unitedstates/congress-legislators"
STATES = "openstates/people"
_CURRENT = "legislators-current.yaml"
_HISTORICAL = "legislators-historical.yaml"
_STATE_OFFICES = {
    "governor": "Governor",
    "lt_governor": "Lieutenant Governor",
    "attorney general": "Attorney General",
}
_SINCE = 1990
_RECESS = timedelta(days=120)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def congress_records(clone: Clone) -> list[OfficeRecord]:
    """Return the terms of everybody whom a version of the list of current members names, and of the executive.

    Of former members too, where their list is there.
    """
    records: list[OfficeRecord] = []
    former = {_id(person): person for person in _load(clone.read(_HISTORICAL))}
    for who, (person, seen) in _members(clone).items():
        if seen == clone.head.day or who not in former:
            records += _terms([person], seen, seen < clone.head.day, clone.head.day)
    # Who is on the list of former members has left, whatever the plan was: a term without a last day tells nothing.
    records += [each for each in _terms([*former.values()], clone.head.day, False, clone.head.day) if each.end]
    executive = _load(clone.read("executive.yaml"))
    records += _terms(executive, clone.head.day, False, clone.head.day)
    return [each for each in records if (each.end.latest if each.end else each.as_of or date.min).year >= _SINCE]


def _members(clone: Clone) -> dict[str, tuple[dict[str, Any], date]]:
    """Return each member by id as the last looked at version has them, and that version's day."""
    members: dict[str, tuple[dict[str, Any], date]] = {}
    for version in quarterly(clone.versions(_CURRENT)):
        for person in _load(clone.read(_CURRENT, version.commit)):
            members[_id(person)] = (person, version.day)
    for person in _load(clone.read(_CURRENT)):
        members[_id(person)] = (person, clone.head.day)
    return members


def _id(person: dict[str, Any]) -> str:
    return str(person["id"].get("bioguide") or person["id"])


def quarterly(versions: list[Version]) -> list[Version]:
    """Return the last version of each quarter of a year."""
    return list({(each.day.year, (each.day.month - 1) // 3): each for each in versions}.values())


def _load(text: str | None) -> list[Any]:
    content = yaml.load(text or "[]", _LOADER)  # noqa: S506 # nosec B506 # both are safe loaders
    return content if isinstance(content, list) else []


def _terms(people: list[Any], seen: date, gone: bool, today: date) -> Iterator[OfficeRecord]:
    """Return the terms of people as of the day a list was made; an old list does not tell how the last one ended."""
    rows: list[dict[str, Any]] = []
    for each in list_rows(people):
        if each.problem:
            continue
        row = dict(each.row) | {"source": "congress", "verified": True}
        row["as_of"] = today  # whoever sits now stands in the newest list: nobody else has come back
        row["source_url"] = "https://github.com/unitedstates/congress-legislators"
        if row["end"] > seen:
            row |= {"end": None, "as_of": seen}
        elif gone and row["end"] >= seen:
            row |= {"end": str(row["end"])[:7]}
        rows.append(row)
    for row in _without_recess(rows):
        yield record_of({name: value for name, value in row.items() if value is not None})


def _without_recess(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return terms with those of one seat joined that only the weeks between two Congresses part.

    Lists of years ago let a term end on the day of the last sitting.
    """
    done: list[dict[str, Any]] = []
    for row in rows:
        last = next((each for each in reversed(done) if _is_same_seat(each, row)), None)
        gap = row["start"] - _day(last["end"]) if last and last["end"] else None
        if last and gap is not None and timedelta(0) <= gap <= _RECESS:
            last |= {name: row.get(name) for name in ("end", "as_of")}
        else:
            done.append(row)
    return done


def _is_same_seat(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return (one["person_id"], one["person"], one["office"]) == (other["person_id"], other["person"], other["office"])


def _day(end: date | str) -> date:
    return end if isinstance(end, date) else PartialDate(end).earliest


def everybody(clone: Clone) -> list[dict[str, Any]]:
    """Return everybody whom the lists of Congress of today or a former quarter name, and of the executive."""
    return [person for person, _ in _members(clone).values()] + _load(clone.read("executive.yaml"))


def state_records(clone: Clone) -> list[OfficeRecord]:
    """Return the terms of governors, their deputies and attorneys general."""
    people = _of_states(clone)
    return [each for person, serving in people for each in _of_person(person, serving, clone.head.day)]


def state_people(clone: Clone) -> list[dict[str, Any]]:
    """Return governors, their deputies and attorneys general as their pages have them."""
    return [person for person, _ in _of_states(clone)]


def _of_states(clone: Clone) -> Iterator[tuple[dict[str, Any], bool]]:
    """Yield each page of somebody with an office of a state, and whether it is one of those who serve."""
    names = [
        path for path in clone.paths("data") if path.endswith(".yml") and path.split("/")[2] in ("executive", "retired")
    ]
    for path, content in zip(names, clone.read_many([f"HEAD:{path}" for path in names]), strict=True):
        if content and any(f"type: {kind}".encode() in content for kind in _STATE_OFFICES):
            person = yaml.load(content, _LOADER)  # noqa: S506 # nosec B506 # both are safe loaders
            yield person, path.split("/")[2] == "executive"


def _of_person(person: dict[str, Any], serving: bool, as_of: date) -> Iterator[OfficeRecord]:
    for role in person.get("roles", ()):
        state = _state(str(role.get("jurisdiction", "")))
        office = _STATE_OFFICES.get(role.get("type", ""))
        start, end = str(role.get("start_date") or ""), str(role.get("end_date") or "")
        if not (state and office and start):
            continue
        last = min(as_of, date.fromisoformat(end)) if len(end) == 10 else as_of
        yield OfficeRecord(
            person=str(person["name"]),
            person_id=str(person["id"]).replace("ocd-person/", "openstates:"),
            aliases=tuple(dict.fromkeys(str(each["name"]) for each in person.get("other_names", ()))),
            office=f"{office} of {state}",
            country="United States",
            start=PartialDate(start),
            # A list of those who serve gives the end of the term; a list of those who have gone, the day or nearly so.
            end=None if serving or not end else PartialDate(end[:7]),
            as_of=last if serving or not end else as_of,
            source_url="https://github.com/openstates/people",
            source="openstates",
        )


def _state(jurisdiction: str) -> str | None:
    """Return the state of an id such as `ocd-jurisdiction/country:us/state:ak/government`."""
    if "/state:" not in jurisdiction or not jurisdiction.endswith("/government"):
        return None
    return full_state(jurisdiction.split("/state:")[1].split("/")[0].upper())
