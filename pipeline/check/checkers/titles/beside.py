"""Posts beside the one that a title names: of a part of the country or body, under the minister, or still to come.

A record of such a post neither bears a title out nor shows that it is over.
"""

from __future__ import annotations

import re

from pipeline.check.checkers.titles.places import is_country, is_organisation, regions_in
from pipeline.core.english import find_places
from pipeline.core.models import OfficeRecord, TitleMention
from pipeline.evidence import Office, body_words, lexicon, office_place, office_within, parse_office, plain

_FEDERAL = re.compile(r"\bfederal\b|^union (?=.*\bminister\b)", re.IGNORECASE)
_OF_A_PART = re.compile(r"^(?:state|provincial|regional|cantonal)\b", re.IGNORECASE)
_PART = re.compile(
    r"^(?:The )?(?:(?:(?:State |Provincial |Regional )?Government|(?:Free )?State|Province|Canton|Land|Region"
    r"|Autonomous (?:Community|Region)) of (?:the )?(?P<name>.+)"
    r"|(?P<first>\w+) (?:Regional|State|Provincial) Government)$"
)
"""The government of a part of a country, by a name that need not be known."""
TO_COME = re.compile(r"[-‐‑ ](?:elect|designate)\b", re.IGNORECASE)
SECRETARY = re.compile(r"\b(?<!cabinet )secretary\b", re.IGNORECASE)
_OF_THE_TREASURY = re.compile(r"\bSecretary to the Treasury\b")
_TREASURY = re.compile(r"\b(?:treasury|secretary)\b", re.IGNORECASE)
_MINISTER = re.compile(r"\bminister\b", re.IGNORECASE)
_OF_STATE = re.compile(r"\bminister of state\b", re.IGNORECASE)
_OF_A_DEPARTMENT = re.compile(r"\b(?:department|faculty|sixth form)\b", re.IGNORECASE)
_CHIEF_SECRETARY = re.compile(r"\bchief secretary\b", re.IGNORECASE)
OF_THE_WHOLE: frozenset[str] = frozenset(("executive", "general", "managing"))
"""Words that make no part of a body of an office: the general secretary has all of the union."""
_AUTHORITIES = frozenset(("county", "city", "town", "borough", "district", "parish"))
"""Sorts of councils, of which a place may have several."""


def is_beside(record: OfficeRecord, held: Office, claimed: Office, mention: TitleMention) -> bool:
    """Tell whether a record's office, though like a title, is one beside the office that the title names."""
    return (
        _is_of_a_region(record, claimed, mention)
        or _is_under_the_minister(record, held, mention)
        or _is_of_the_treasury(record, mention)
        or _is_of_a_part(record, held, claimed, mention)
        or _is_under_its_minister(record, held, mention)
        or _is_of_another_authority(record, claimed)
        or _is_of_an_arm(record, mention)
        or (mention.modifier != "elect" and bool(TO_COME.search(record.office)))
    )


def is_federal(title: str) -> bool:
    """Tell whether a title is in so many words one of a whole federation."""
    return bool(_FEDERAL.search(title))


def _is_of_a_region(record: OfficeRecord, claimed: Office, mention: TitleMention) -> bool:
    """Tell whether one of a region's government is called as of the whole country, or the other way about.

    `Britain's health secretary` is hardly the Scottish one.
    """
    whole = office_within(record.office, record.organisation)
    regions = regions_in(whole)
    unknown = not regions and _is_of_an_unknown_region(record)
    if not regions and not unknown:
        said = _OF_A_PART.match(mention.title)
        own = f"{record.office} {record.organisation or ''}".lower()
        return said is not None and claimed.kind == "minister" and said[0].lower() not in own
    country = whole.implied or office_place(record.country)
    other = bool(whole.subject - parse_office(record.office).subject) or unknown
    return other and mention.jurisdiction == country and not regions & claimed.subject


def _is_of_an_unknown_region(record: OfficeRecord) -> bool:
    """Tell whether a government's name is that of no country that is known, and the record's own country is."""
    found = _PART.match(record.organisation or "")
    name = (found["name"] or found["first"]) if found else ""
    words = {word.lower() for word in name.split()}
    known = any(place.kind != "region" for _, _, place in find_places(name)) or words & lexicon().portfolio
    return bool(name) and not known and is_country(office_place(record.country))


def _is_under_the_minister(record: OfficeRecord, held: Office, mention: TitleMention) -> bool:
    """Tell whether a record's office is that of a secretary, where countries call those under a minister so."""
    country = office_place(record.country)
    secretary = held.kind == "minister" and SECRETARY.search(record.office) and not _MINISTER.search(record.office)
    said = _MINISTER.search(mention.title) and not SECRETARY.search(mention.title)
    return bool(secretary and said) and country is not None and country not in lexicon().governed_by_secretaries


def _is_under_its_minister(record: OfficeRecord, held: Office, mention: TitleMention) -> bool:
    """Tell whether one under the minister of a record is named: a minister of state, or a state's chief secretary."""
    of_state = held.kind == "minister" and _OF_STATE.search(mention.title) and not _OF_STATE.search(record.office)
    civil = "chief" in held.subject and _CHIEF_SECRETARY.search(mention.title)
    return bool(of_state) or (bool(civil) and not _CHIEF_SECRETARY.search(record.office))


def _is_of_another_authority(record: OfficeRecord, claimed: Office) -> bool:
    """Tell whether a title is of a county's council or mayor and the record of a city's, whose names may be alike."""
    own = frozenset(re.findall(r"\w+", f"{record.office} {record.organisation or ''}".lower())) & _AUTHORITIES
    said = claimed.subject & _AUTHORITIES
    of_one = "council" in claimed.subject or claimed.kind == "mayor"
    return of_one and bool(own and said) and not own & said


def _is_of_an_arm(record: OfficeRecord, mention: TitleMention) -> bool:
    """Tell whether a title is of a body's arm in one country, which the record's name does not say: `Elmbank UK`."""
    body = body_words(record)
    for start, end, place in find_places(mention.title) if body else ():
        before = re.search(r"([\w&'-]+) $", mention.title[:start])
        behind_name = before is not None and before[1][0].isupper() and plain(before[1]) in body
        if (
            behind_name
            and (place.form == "name" or mention.title[start:end].isupper())
            and plain(mention.title[start:end]) not in plain(record.organisation or "")
        ):
            return True
    return False


def _is_of_the_treasury(record: OfficeRecord, mention: TitleMention) -> bool:
    """Tell whether the one above a secretary to the Treasury is named: the finance minister, or the Chancellor."""
    return bool(_OF_THE_TREASURY.search(record.office)) and not _TREASURY.search(mention.title)


def _is_of_a_part(record: OfficeRecord, held: Office, claimed: Office, mention: TitleMention) -> bool:
    """Tell whether somebody is the head of a branch or an area of a body whose name alone stands in the title."""
    if claimed.kind in lexicon().chiefs and _OF_A_DEPARTMENT.search(mention.title):
        return not _OF_A_DEPARTMENT.search(record.office) and "epartment" not in (record.organisation or "")
    body = body_words(record)
    parts = held.subject - claimed.subject
    if is_organisation(claimed.place) and not claimed.subject:
        return held.kind in lexicon().top_offices - {"commissioner"} and bool(parts - OF_THE_WHOLE)
    return bool((parts - body) & lexicon().levels and claimed.subject & body)
