"""Titles a person surely does not have: the office of another country, or one nobody holds together with his own.

Two proofs of another office count. Either nobody holds both offices at once, as a governor and a minister of
defence; or the records name one other person, and only one, in that very office on that day. Blind spots: juniors
who go by their department's name (so a department that shares a word with the title keeps us silent), and offices
the records do not hold at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from pipeline.models import OfficeRecord
from pipeline.places import find_place
from pipeline.titles.lexicon import lexicon
from pipeline.titles.names import light_key
from pipeline.titles.offices import Office, plain
from pipeline.titles.terms import State, shift, state

Holders = Callable[[Office, str], Sequence[OfficeRecord]]
"""Returns everybody's records of an office of a place."""

_SETTLED = timedelta(days=21)
"""A day this near to a change of holder decides nothing."""
_UNIQUE = ("president", "head_of_government", "monarch", "vice_president", "chancellor", "pope", "attorney_general")


def nobody(_office: Office, _place: str) -> Sequence[OfficeRecord]:
    """Answer for records that cannot be asked by office."""
    return ()


def is_country(place: str | None) -> bool:
    """Tell whether a standard name is a country's."""
    found = find_place(place or "")
    return found is not None and found.kind == "country"


def is_settled(record: OfficeRecord, day: date) -> bool:
    """Tell whether a verified term with exact dates surely includes a day and the weeks around it."""
    exact = record.verified and record.start is not None and record.start.precision == "day"
    known = record.end is not None or record.as_of is not None
    around = all(state(record, shift(day, off)) is State.IN for off in (-_SETTLED, timedelta(0), _SETTLED))
    return exact and known and around


def other_holder(
    said: Office, place: str, own: OfficeRecord, spellings: frozenset[str], day: date, holders: Holders
) -> OfficeRecord | None:
    """Return the one other person in an office on a day; None where that proves nothing."""
    if not (said.subject or said.kind in _UNIQUE) or said.vague or said.acting:
        return None
    organisation = set(re.findall(r"\w+", plain(f"{own.organisation or ''} {own.office}")))
    if organisation & {word for words in said.subject for word in words.split()}:
        return None
    there = [r for r in holders(said, place) if state(r, day) is not State.BEFORE and state(r, day) is not State.AFTER]
    if not there or any(light_key(r.person) in spellings for r in holders(said, place)):
        return None
    one = len({light_key(record.person) for record in there}) == 1
    return there[0] if one and all(is_settled(r, day) and not r.acting for r in there) else None


def exclude(said: Office, held: Office, place: str) -> bool:
    """Tell whether nobody holds both offices at once."""
    one, other = _group(said, place), _group(held, place)
    if not one or not other:
        return False
    if one == other == "region":
        return bool(said.subject and held.subject) and (said.subject != held.subject or said.kind != held.kind)
    if one == other == "cabinet":
        return place == "United States" and not said.vague and not held.vague
    return one != other and {one, other} not in ({"cabinet", "staff"}, {"cabinet", "premiership"})


def _group(office: Office, place: str) -> str | None:
    if office.kind == "minister" and not office.vague:
        regional = find_place(next(iter(office.subject), "").title()) if len(office.subject) == 1 else None
        return "state" if regional and regional.kind == "region" and place == "United States" else "cabinet"
    if office.kind == "governor" and office.subject & {"bank", "reserve"}:
        return "bank"
    if office.kind == "chair" and "reserve" in office.subject:
        return "bank"
    if office.kind == "adviser" and "security" in office.subject and place == "United States":
        return "staff"
    if office.kind in ("president", "vice_president") and office.subject:
        return None
    return lexicon().exclusive.get(office.kind)
