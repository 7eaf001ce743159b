"""Which countries, regions and organisations the places of offices are."""

from __future__ import annotations

from pipeline.core.english import find_place
from pipeline.evidence import Office


def is_country(place: str | None) -> bool:
    """Tell whether a standard name is a country's."""
    found = find_place(place or "")
    return found is not None and found.kind == "country"


def is_organisation(place: str | None) -> bool:
    """Tell whether a standard name is that of an organisation such as NATO."""
    found = find_place(place or "")
    return found is not None and found.kind == "organisation"


def regions_in(office: Office) -> frozenset[str]:
    """Return the names of regions that an office holds, in lower case."""
    return frozenset(word for word in office.subject if (found := find_place(word.title())) and found.kind == "region")
