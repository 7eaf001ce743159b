"""What a person held, beside what a text says: the same office, the same place, or neither."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.models import OfficeRecord, TitleMention
from pipeline.places import are_kin, find_place
from pipeline.titles.lexicon import lexicon
from pipeline.titles.offices import Match, Office, match, office_place, parse_office, plain


@dataclass(frozen=True)
class Held:
    """A record of the person, and how surely it means the office in the text."""

    record: OfficeRecord
    office: Office
    place: str | None
    match: Match


def compare(record: OfficeRecord, said: Office, mention: TitleMention) -> Held:
    """Return a record with its office and place, and how they match what the text says."""
    office = parse_office(record.office)
    place = office_place(record.country) or office.place or office_place(record.organisation) or office.implied
    if _is_organisation(office.place):
        place = office.place
    same = plain(mention.office) == plain(record.office) or _is_chief(said, office, place)
    return Held(record, office, place, Match.SAME if same else match(said, office))


def _is_organisation(place: str | None) -> bool:
    found = find_place(place or "")
    return found is not None and found.kind == "organisation"


def _is_chief(said: Office, held: Office, place: str | None) -> bool:
    """Tell whether `NATO chief` is said of the one who holds the top office of NATO."""
    top = said.kind in lexicon().chiefs and held.kind in lexicon().top_offices and not (said.rank or held.rank)
    return top and said.place == place and _is_organisation(place) and not (said.subject or held.subject)


def is_compatible(place: str | None, held: Held) -> bool:
    """Tell whether the place a text gives does not contradict a record."""
    if place is None or held.place is None or are_kin(place, held.place):
        return True
    return _is_body_of(place, held) or place in (held.office.place, held.office.implied)


def _is_body_of(place: str, held: Held) -> bool:
    """Tell whether a place is an organisation: a nationality before its office says nothing."""
    return _is_organisation(held.place) and place != held.place
