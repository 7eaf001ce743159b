"""Memberships of a Popolo document as rows in our form.

Where a membership has no dates of its own, those of its legislative period count: they are the widest
it can have had, so they are kept as years only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.evidence.offices.tables import Numbered, Row

_PLAIN_ROLES = frozenset({"", "member", "membership"})


def is_document(content: Any) -> bool:
    """Tell whether content is a Popolo document."""
    return isinstance(content, dict) and "persons" in content and ("memberships" in content or _inside(content))


def _inside(content: Mapping[str, Any]) -> bool:
    people = content["persons"]
    return isinstance(people, list) and any(isinstance(each, dict) and "memberships" in each for each in people)


def document_rows(content: Any) -> Iterator[Numbered]:
    """Return one row for each membership, in our form, or what is wrong with it."""
    tables = {name: _by_id(content.get(name)) for name in ("persons", "organizations", "posts", "areas", "events")}
    memberships = [(f"memberships[{at}]", each) for at, each in enumerate(_list(content.get("memberships")))]
    for person in tables["persons"].values():
        for at, each in enumerate(_list(person.get("memberships"))):
            if isinstance(each, dict):
                each = {"person_id": person["id"], **each}
            memberships.append((f"persons {person['id']}, memberships[{at}]", each))
    for where, membership in memberships:
        if not isinstance(membership, dict):
            yield Numbered(where, {}, "not an object with fields")
            continue
        try:
            yield Numbered(where, _row(membership, tables))
        except ValueError as error:
            yield Numbered(where, {}, str(error))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _by_id(entities: Any) -> dict[str, dict[str, Any]]:
    return {str(each["id"]): each for each in _list(entities) if isinstance(each, dict) and "id" in each}


def _row(membership: Row, tables: Mapping[str, Mapping[str, Row]]) -> Row:
    person = _linked(membership, "person", tables["persons"])
    if not person:
        raise ValueError(f"person {membership.get('person_id')!r} is not among the persons")
    post = _linked(membership, "post", tables["posts"])
    body = _linked(membership, "organization", tables["organizations"]) or _linked(
        post, "organization", tables["organizations"]
    )
    area = _linked(membership, "area", tables["areas"]) or _linked(post, "area", tables["areas"])
    period = tables["events"].get(str(membership.get("legislative_period_id")), {})
    start, end = membership.get("start_date"), membership.get("end_date")
    if not start and not end and period:
        start, end = str(period.get("start_date") or "")[:4], str(period.get("end_date") or "")[:4]
    sources = [link["url"] for link in _list(membership.get("sources")) if isinstance(link, dict) and "url" in link]
    return {
        "person": str(person.get("name") or ""),
        "person_id": _identity(person),
        "aliases": [str(each["name"]) for each in _list(person.get("other_names")) if isinstance(each, dict)],
        "office": _office(membership, post, body, area),
        "organisation": str(body.get("name") or ""),
        "start": start,
        "end": end,
        "source": "Popolo",
        "source_url": sources[0] if sources else None,
    }


def _linked(entity: Row, name: str, table: Mapping[str, Row]) -> Row:
    inside = entity.get(name)
    return inside if isinstance(inside, dict) else table.get(str(entity.get(f"{name}_id")), {})


def _identity(person: Row) -> str | None:
    for each in _list(person.get("identifiers")):
        if isinstance(each, dict) and each.get("scheme") == "wikidata" and each.get("identifier"):
            return f"wikidata:{each['identifier']}"
    return f"popolo:{person['id']}" if person.get("id") else None


def _office(membership: Row, post: Row, body: Row, area: Row) -> str:
    labels = [membership.get("label"), post.get("label"), membership.get("role"), post.get("role")]
    words = [str(each).strip() for each in labels if each]
    office = next((each for each in words if each.lower() not in _PLAIN_ROLES), "")
    name = str(body.get("name") or "").strip()
    if not office and name:
        office = f"Member of {name}" if name.lower().startswith("the ") else f"Member of the {name}"
        return f"{office} for {area['name']}" if area.get("name") else office
    return office
