"""Titles that are somebody else's: of another country, another body, another seat, or of the one above.

Each needs an office that the person surely held on the day, and records that give the title to one other, or to nobody
who holds both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from pipeline.check.checkers.titles.exclusion import (
    BANKS,
    exclude,
    is_for_one,
    is_of_another_territory,
    is_settled,
    one_above,
    one_on,
    other_holder,
    seat_of_another,
)
from pipeline.check.checkers.titles.judgement import Judgement, Moment
from pipeline.check.checkers.titles.places import is_country, regions_in
from pipeline.check.checkers.titles.terms import Held, State, middle, shift, state
from pipeline.core.english import are_kin, find_place
from pipeline.core.models import OfficeRecord, TitleMention
from pipeline.evidence import Match, Office, body_words, lexicon, light_key, parse_office, plain, town_words

_PARLIAMENT = re.compile(r"\b(?:MP|[Mm]ember of [Pp]arliament)\b")
"""A councillor may sit in a parliament, too; nobody sits there twice."""
OF_A_GOVERNMENT = frozenset(
    ("minister", "attorney_general", "solicitor_general", "head_of_government", "vice_president")
)
_NATIONAL = (*OF_A_GOVERNMENT, "chancellor")
"""Offices that, without a country, are of the one in whose government the person has another."""
_BESIDE = ("president", "adviser", "chief_secretary", "permanent_secretary")
"""Offices beside a government's own, whose holders are known to be of its country, too."""
_MINISTER = re.compile(r"\bminister\b", re.IGNORECASE)
_SEATS = ("governor", "lieutenant_governor", "senator", "representative", "attorney_general", "treasurer")
"""Offices of a state: `Ohio senator` says which country it is in."""
_MONTHS = timedelta(days=182)
"""How old an undated act may be that stands in the news of a day."""
_SORTS = frozenset(
    ("county", "city", "town", "borough", "district", "council", "school", "schools", "trust", "club", "fc", "company")
    + ("limited", "corporation", "holdings", "foundation", "nhs", "hospital", "hospitals")
    + ("group", "plc", "ltd", "inc", "royal", "national", "university", "police", "service", "orchestra", "team")
)
"""Words of a body's full name that a text may leave out."""


def elsewhere(claimed: Office, place: str | None, held: list[Held], moment: Moment, mention: TitleMention) -> Judgement:
    """Judge a title of which the person has no record for the place the text gives."""
    found = find_place(place) if place else None
    exact = [h for h in held if h.match is Match.SAME and h.place and h.record.verified and _is_known(h.record, moment)]
    if found is not None and found.kind == "country" and exact and all(is_country(h.place) for h in exact):
        near = min(exact, key=lambda h: abs((middle(h.record) - moment.day).days))
        governs = near.office.kind in (*OF_A_GOVERNMENT, *_OF_A_COUNTRY, "monarch")  # a bank's head may go to another
        if governs or state(near.record, moment.day) is State.IN:
            return Judgement("wrong_country", (near.record,))
    return (
        _of_two_countries(claimed, place, held, moment, mention)
        or _of_two_organisations(claimed, place, held, moment, mention)
        or of_another(claimed, place, held, moment, mention)
        or _of_the_one_above(claimed, held, moment, mention)
        or Judgement("not_in_records")
    )


def _of_two_countries(
    claimed: Office, place: str | None, held: list[Held], moment: Moment, mention: TitleMention
) -> Judgement | None:
    """Tell whether a member of one country's government has a title that the records give to one of another's."""
    days = _days_of(mention, moment)
    if not is_country(place) or claimed.kind not in OF_A_GOVERNMENT or claimed.acting or not days:
        return None
    other = one_on(moment.holders(claimed, place), days)
    if other is None or light_key(other.person) in spellings_of(held):
        return None
    for h in held:
        abroad = h.office.kind in OF_A_GOVERNMENT and is_country(h.place) and not are_kin(place or "", h.place or "")
        if abroad and not h.record.acting and all(is_settled(h.record, day) for day in days):
            return Judgement("wrong_country", (h.record, other), moment.asserted)
    return None


_EXECUTIVE = ("European Commission", "European Union")
_WHOLES = ("European Union", "United Nations")
"""Organisations of which others are a part."""


def _of_two_organisations(
    claimed: Office, place: str | None, held: list[Held], moment: Moment, mention: TitleMention
) -> Judgement | None:
    """Tell whether a known organisation has another president than an officer of it, or the president of one more."""
    days = _days_of(mention, moment)
    if not days or place is None or is_country(place) or place in _WHOLES or claimed.acting or claimed.vague:
        return None
    kinds = lexicon().top_offices if claimed.kind in lexicon().chiefs else (claimed.kind,)
    everybody = [record for kind in sorted(kinds) for record in moment.holders(replace(claimed, kind=kind), place)]
    one = claimed.kind in lexicon().chiefs or is_for_one(claimed, everybody)
    other = one_on(everybody, days) if one else None
    if other is None or any(light_key(each.person) in spellings_of(held) for each in everybody):
        return None
    for h in held:
        same = h.office.kind in kinds and h.office.rank == claimed.rank
        own_body = not is_country(h.place) or bool(h.office.subject | body_words(h.record))
        of_another_body = same and own_body and h.place is not None and h.place not in _WHOLES
        settled = not h.record.acting and all(is_settled(h.record, day) for day in days)
        head = h.office.kind in lexicon().top_offices and not (h.office.subject or h.office.rank)
        head = head or h.office.kind == "other"
        within = h.place == place and claimed.kind != "leader" and not (head and claimed.kind in lexicon().chiefs)
        if settled and (within or of_another_body):
            return Judgement("wrong_office", (h.record, other), moment.asserted)
    return None


def of_another(
    claimed: Office, place: str | None, held: list[Held], moment: Moment, mention: TitleMention
) -> Judgement | None:
    """Tell whether the records know an office of the day to be somebody else's."""
    place = place or (claimed.implied if claimed.kind in _SEATS else None)
    found_other = find_other_holder(claimed, place, held, moment, mention)
    return (
        found_other
        or _seat_of_another(claimed, held, moment, mention)
        or _in_own_body(claimed, place, held, moment, mention)
        or _of_a_deputy(claimed, held, moment, mention)
    )


_OF_A_STATE = (
    *("head_of_government", "president", "attorney_general", "vice_president", "chief_justice", "governor", "mayor"),
)
"""Offices that, without a place, are of the one that the person is known to hold another office of."""


_OF_A_COUNTRY = ("president", "attorney_general", "vice_president", "chief_justice")
"""Of these the ones that are of a whole country by the office of another part of its government."""


_OF_TOWNS = ("mayor", "governor", "senator", "representative", "mp")
"""Offices whose names hold a place, and no body that has a president."""
_OF_ITS_GOVERNMENT = (
    *OF_A_GOVERNMENT,
    *("president", "chief_justice", "justice", "judge", "governor", "ambassador", "envoy", "speaker"),
)


def _in_own_body(
    claimed: Office, place: str | None, held: list[Held], moment: Moment, mention: TitleMention
) -> Judgement | None:
    """Tell whether a bare title is somebody else's in the body or place of which the person then had another office.

    The article names the body, or the office is one of a state.
    """
    days = _days_of(mention, moment)
    if not days or claimed.subject or place or claimed.rank or claimed.vague or claimed.acting:
        return None
    of_body = claimed.kind == "president" and not mention.title[:1].isupper()  # `its president`, not `President X`
    for h in held:
        if h.record.acting or h.office.kind == claimed.kind or not all(is_settled(h.record, day) for day in days):
            continue
        body = body_words(h.record)
        of_state = claimed.kind in _OF_A_STATE and not of_body
        if not body and of_body and h.office.kind not in _OF_TOWNS:
            body = h.office.subject
        elif not body and not of_body:
            town = town_words(h.record) if claimed.kind == "mayor" else frozenset()
            body = town or regions_in(h.office) or h.office.subject
            of_state = of_state and (not town or is_named(town, moment.named))
        office = replace(claimed, subject=body)
        everybody = moment.holders(office, None) if of_state or is_named(body, moment.named) else ()
        national = claimed.kind in _OF_A_COUNTRY and is_country(h.place) and h.office.kind in _OF_ITS_GOVERNMENT
        national = national and not of_body and not regions_in(h.office)
        if national and not everybody:
            everybody = moment.holders(claimed, h.place)
        mine = any(light_key(record.person) in spellings_of(held) for record in everybody)
        other = one_on(everybody, days) if not mine and is_for_one(office, everybody) else None
        if other:
            return Judgement("wrong_office", (h.record, other), moment.asserted)
    return None


_ABOVE = frozenset(("governor", "mayor", "sheriff", "chief_constable", "speaker", "whip", "head_of_government"))
"""Offices whose deputies chair or head nothing else by the same title."""


def _of_a_deputy(claimed: Office, held: list[Held], moment: Moment, mention: TitleMention) -> Judgement | None:
    """Tell whether a deputy is called by the title of the one above: `Chief Constable X` of a deputy chief constable.

    No courtesy gives a higher title than somebody has had. It may be bare where a deputy is that of nobody else, or
    where the article names the body.
    """
    days = _days_of(mention, replace(moment, anchored=moment.anchored or moment.courtesy))
    for h in held if days and not claimed.vague and not claimed.acting else ():
        words = h.office.subject | body_words(h.record)
        meant = claimed.subject or claimed.place or claimed.kind in _ABOVE or is_named(words, moment.named)
        if not meant or h.record.acting or not all(is_settled(h.record, day) for day in days):
            continue
        if above := one_above(claimed, h.record, h.office, h.place, days, moment.holders):
            return Judgement("wrong_office", (h.record, above), moment.asserted)
    return None


def _of_the_one_above(claimed: Office, held: list[Held], moment: Moment, mention: TitleMention) -> Judgement | None:
    """Tell whether the one above is called by the deputy's title: `Deputy Prime Minister X` of a prime minister."""
    days = _days_of(mention, moment)
    for h in held if days and claimed.rank == "deputy" and not claimed.acting else ():
        same = (h.office.kind, h.office.subject) == (claimed.kind, claimed.subject) and not h.office.rank
        whole = claimed.subject or (claimed.kind == "head_of_government" and claimed.place in (None, h.place))
        if same and whole and not h.record.acting and all(is_settled(h.record, day) for day in days):
            return Judgement("wrong_office", (h.record,), moment.asserted)
    return None


def _seat_of_another(claimed: Office, held: list[Held], moment: Moment, mention: TitleMention) -> Judgement | None:
    days = _days_of(mention, moment)
    spellings = spellings_of(held)
    claimed = _without_where(_with_the_named(claimed, held, moment), mention.title, moment)
    if not days or (claimed.kind == "mp" and not _PARLIAMENT.search(mention.title)):
        return None
    for h in held:
        if claimed.kind == h.office.kind == "mp" and not _PARLIAMENT.search(h.record.office):
            continue
        if all(is_settled(h.record, day) for day in days):
            if is_of_another_territory(claimed, mention.jurisdiction, h.record, h.office) and not h.record.acting:
                return Judgement("wrong_office", (h.record,), moment.asserted)
            proof = seat_of_another(claimed, h.record, h.office, spellings, days, moment.holders)
            if proof:
                return Judgement("wrong_office", proof, moment.asserted)
    return None


_WHERE = re.compile(r"\s+in\s+(?:the\s+)?(?!(?:Lords|Commons|Senate|House|Assembly|Parliament|Cabinet)\b)[A-Z][^,]*$")


def _without_where(claimed: Office, title: str, moment: Moment) -> Office:
    """Return `director of the Whitworth Gallery in Manchester` as of the gallery, whose records say no more."""
    where = _WHERE.search(title)
    if where is None or moment.holders(claimed, None):
        return claimed
    shorter = parse_office(title[: where.start()])
    return replace(claimed, subject=shorter.subject) if shorter.subject < claimed.subject else claimed


_OF_ONE_BODY = frozenset(
    ("mayor", "governor", "chief_executive", "managing_director", "headteacher", "chief_constable")
)


def _with_the_named(claimed: Office, held: Sequence[Held], moment: Moment) -> Office:
    """Return a bare `the city's mayor` as that of the one body that is named and the person has a post in."""
    if claimed.subject or claimed.rank or claimed.place or claimed.kind not in _OF_ONE_BODY:
        return claimed
    found = {
        words
        for h in held
        for words in (h.office.subject - {"city"}, body_words(h.record))
        if words and words <= moment.named and moment.holders(replace(claimed, subject=words), None)
    }
    return replace(claimed, subject=next(iter(found))) if len(found) == 1 else claimed


def _days_of(mention: TitleMention, moment: Moment) -> tuple[date, ...]:
    """Return the days for which a title is plainly given: the day judged at, or first and last of a stated time."""
    if moment.asserted and mention.modifier in ("current", "late") and not moment.shared:
        return tuple(dict.fromkeys((moment.asserted.earliest, moment.asserted.latest)))
    if mention.modifier == "current" and mention.start_year and mention.end_year and not moment.shared:
        first, last = date(mention.start_year, 12, 31), date(mention.end_year, 1, 1)
        return (first, last) if first < last else ()
    timeless = not (mention.start_year or mention.end_year or moment.past or moment.then or moment.decade)
    timeless = timeless and not (moment.began or moment.ended)
    if mention.modifier != "current" or not timeless or moment.shared:
        return ()
    if moment.anchored:
        return (moment.day,)
    return (shift(moment.day, -_MONTHS), moment.day) if moment.bounded else ()


def spellings_of(held: Sequence[Held]) -> frozenset[str]:
    """Return how the names of a person are spelled in the records."""
    return frozenset(light_key(name) for h in held for name in (h.record.person, *h.record.aliases))


def _is_known(record: OfficeRecord, moment: Moment) -> bool:
    """Tell whether a record says anything of the day: an open one ends with the day it was last known to be right."""
    return record.end is not None or state(record, moment.day) in (State.IN, State.BEFORE)


def find_other_holder(
    claimed: Office, place: str | None, held: list[Held], moment: Moment, mention: TitleMention
) -> Judgement | None:
    """Find the office a person held on the day, where that shows the title to be another's.

    A minister without a country is one of the country that the records know the person as a minister of; so is an
    attorney general, a head of government or a deputy.
    """
    days = _days_of(mention, moment)
    spellings = spellings_of(held)
    for h in held if days else ():
        national = claimed.kind in _NATIONAL and h.office.kind in (*OF_A_GOVERNMENT, *_BESIDE)
        national = national or (_is_of_forces(claimed) and _is_of_forces(h.office))
        where = place or (h.place if national else None)
        if h.office.kind == "permanent_secretary" and not _MINISTER.search(mention.title):
            continue
        if where is None or h.record.acting or not (h.place == where or (h.place, where) == _EXECUTIVE):
            continue
        if claimed.kind == "vice_president" and not is_country(where):  # organisations have several
            continue
        regional = regions_in(h.office) or (h.office.kind == "minister" and h.office.subject == {"chief"})
        if place is None and regional and not regions_in(claimed):  # `Health Minister X` is her state's
            continue
        if not all(is_settled(h.record, day) for day in days):
            continue
        if exclude(claimed, _of_a_bank(h), where):
            return Judgement("wrong_office", (h.record,), moment.asserted)
        if other := other_holder(claimed, where, h.record, spellings, days, moment.holders, mention.title):
            return Judgement("wrong_office", (h.record, other), moment.asserted)
    return None


def _of_a_bank(h: Held) -> Office:
    """Return the office of a record, which names the bank as its body: `Deputy Governor for Markets`."""
    of_bank = BANKS & set(plain(h.record.organisation or "").split())
    return replace(h.office, subject=h.office.subject | of_bank)


_FORCES = frozenset(("army", "navy", "naval", "air", "defence", "staff"))


def _is_of_forces(office: Office) -> bool:
    return office.kind == "chief" and bool(office.subject & _FORCES)


def is_named(words: frozenset[str], named: frozenset[str]) -> bool:
    """Tell whether an article names a body or place by some words, but for those that say what it is."""
    parts = {part for word in words for part in word.split()} - _SORTS
    return bool(parts) and parts <= named
