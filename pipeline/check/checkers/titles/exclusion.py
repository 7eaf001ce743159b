"""Titles a person surely does not have: the office of another country, or two that nobody holds at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from pipeline.check.checkers.titles.mentions import sightings
from pipeline.check.checkers.titles.places import is_country, regions_in
from pipeline.check.checkers.titles.sighting import Sighting
from pipeline.check.checkers.titles.terms import State, shift, state
from pipeline.core.english import are_kin, find_place
from pipeline.core.models import Article, OfficeRecord, TitleMention
from pipeline.evidence import (
    Office,
    body_words,
    initials_of,
    lexicon,
    light_key,
    name_key,
    office_place,
    office_within,
    parse_office,
    plain,
    surname,
)

Holders = Callable[[Office, str | None], Sequence[OfficeRecord]]
"""Returns everybody's records of an office of a place, or of one whose name says which it is."""

_SETTLED = {"day": timedelta(days=7), "month": timedelta(days=31), "year": timedelta(days=182)}
"""A day this near to a change of holder decides nothing: the vaguer its date, the longer."""
_SEVERAL_DEPUTIES = ("head_of_government", "minister", "mayor", "governor", "chief_executive")
"""Offices whose holder may have several deputies: one on record is no proof that there is no other."""
_HANDED_ON = 3
"""Holders who followed one another, from which an office is believed to have one at a time."""
_UNVERIFIED = timedelta(days=182)
UNIQUE = ("president", "head_of_government", "monarch", "vice_president", "chancellor", "pope", "attorney_general")


def nobody(_office: Office, _place: str | None) -> Sequence[OfficeRecord]:
    """Answer for records that cannot be asked by office."""
    return ()


def is_settled(record: OfficeRecord, day: date) -> bool:
    """Tell whether a term surely includes a day and the time around it.

    Where nobody else bears the dates out, both must be told to the day, and the day lie half a year inside them.
    """
    if record.start is None or (record.end is None and record.as_of is None):
        return False
    dates = [record.start, *([record.end] if record.end else [])]
    if record.verified:
        margin = max(_SETTLED[each.precision] for each in dates)
    elif record.end is not None and all(each.precision == "day" for each in dates):
        margin = _UNVERIFIED
    else:
        return False
    return all(state(record, shift(day, off)) is State.IN for off in (-margin, timedelta(0), margin))


def other_holder(
    claimed: Office,
    place: str,
    own: OfficeRecord,
    spellings: frozenset[str],
    days: Sequence[date],
    holders: Holders,
    title: str,
) -> OfficeRecord | None:
    """Return the one other person in an office on some days; None where that proves nothing."""
    top = claimed.kind == "prosecutor" and _TOP.search(title)
    if claimed.kind == "vice_president" and place != _STATES:  # other countries have several, ministers among them
        return None
    one = claimed.subject or claimed.kind in (*UNIQUE, "chief_justice") or top
    if not one or claimed.vague or claimed.acting:
        return None
    if claimed.rank and claimed.kind in _SEVERAL_DEPUTIES:
        return None
    organisation = set(re.findall(r"\w+", plain(f"{own.organisation or ''} {own.office}")))
    said = claimed.subject - lexicon().apart - regions_in(claimed)
    if not _is_aside(claimed, own) and organisation & {word for words in said for word in words.split()}:
        return None
    everybody = holders(claimed, place)
    if not everybody and claimed.kind == "envoy" and parse_office(own.office).kind == "ambassador":
        everybody = holders(replace(claimed, kind="ambassador"), place)
    if any(light_key(r.person) in spellings for r in everybody):
        return None
    if OF_STATE.search(title) and not any(OF_STATE.search(record.office) for record in everybody):
        return None
    return _one_of_rank(everybody, days, title) if place == _RANKED else one_on(everybody, days)


def _is_aside(claimed: Office, own: OfficeRecord) -> bool:
    """Tell whether somebody's own office is a region's, the opposition's or a civil servant's, whatever it is named by.

    A lower one of the same portfolio may be called by it.
    """
    held = office_within(own.office, own.organisation)
    apart = regions_in(held) - regions_in(claimed) or (held.subject - claimed.subject) & lexicon().apart
    return bool(apart) or held.kind == "permanent_secretary"


_TOP = re.compile(r"\b(?:general|chief)\b", re.IGNORECASE)
_RANKED, _STATES = "United Kingdom", "United States"
OF_STATE = re.compile(r"\bminister of state\b", re.IGNORECASE)
"""A minister under the one of the portfolio."""
_SECRETARY = re.compile(r"\bSecretary\b", re.IGNORECASE)
_MINISTER = re.compile(r"^Minister\b", re.IGNORECASE)


def _one_of_rank(everybody: Sequence[OfficeRecord], days: Sequence[date], title: str) -> OfficeRecord | None:
    """Return the one holder where a department's Secretary of State has ministers under him or her of its name.

    A secretary is none of those ministers; who is called a minister may be either, or one of several.
    """
    if _SECRETARY.search(title):
        return one_on([record for record in everybody if not _MINISTER.search(record.office)], days)
    found = one_on(everybody, days)
    return None if found and _SECRETARY.search(found.office) else found


_OF_ONE_MINISTER = frozenset(("foreign", "chief"))
"""Words of ministers who are one of a government, whoever is under them: of foreign affairs, and chief minister."""
_DEPUTIES = {"lieutenant_governor": "governor"}
"""Offices under another of the same place, by a name of their own."""


def one_above(
    claimed: Office, own: OfficeRecord, held: Office, place: str | None, days: Sequence[date], holders: Holders
) -> OfficeRecord | None:
    """Return who surely held, on some days, the office whose deputy a person was, where a title may mean just that.

    None for a bare `health minister`, which is said of those under one, too, as it always is in the United Kingdom.
    """
    kind = _DEPUTIES.get(held.kind, held.kind)
    of_one = claimed.place is not None or held.subject & _OF_ONE_MINISTER
    several = kind == "minister" and (not of_one or place in (None, _RANKED))
    deputy = kind != held.kind or (held.rank in ("deputy", "assistant") and not several)
    words = (held.subject - {"first"}) | body_words(own)
    if not deputy or (claimed.kind, claimed.rank) != (kind, "") or not claimed.subject - _LEADING <= words:
        return None
    full = replace(held, kind=kind, rank="", subject=held.subject - {"first"})
    for office, where in ((full, place), (replace(full, subject=words), None)):
        everybody = holders(office, where) if where or office.subject else ()
        if (above := one_on(everybody, days)) and light_key(above.person) != light_key(own.person):
            return above
    return None


_ONE_HOLDER = frozenset(
    ("mayor", "governor", "lieutenant_governor", "mp", "msp", "sheriff", "prosecutor", "chief_constable")
    + ("head_of_government", "chief_executive", "managing_director", "president", "chair", "director_general")
    + ("secretary_general", "treasurer", "commissioner", "vicechancellor", "leader", "speaker", "whip", "headteacher")
    + ("commander", "chief", "chief_justice", "attorney_general", "archbishop", "provost", "principal")
)
"""Offices that one person holds at a time, where their name says of what."""
_HEADS = frozenset(
    ("dean", "rector", "editor", "editor-in-chief", "abbot", "warden", "conductor", "director", "administrator")
)
"""Offices that are for one where their name says of which body, and nothing else."""
_DIRECTED = (
    *("gallery", "museum", "library", "archive", "archives", "theatre", "theater", "teatro", "opera", "ballet"),
    *("festival", "biennale", "conservatory", "orchestra", "observatory", "zoo", "institute", "laboratory", "bureau"),
    *("agency", "survey", "prison"),
)
"""Last letters of bodies with one director; those of companies and charities are a board."""
_LEADING = frozenset(("chief", "principal"))
_OF_A_STATE = ("attorney_general", "treasurer")
_ONE_SEAT = ("mayor", "mp", "msp", "governor")
"""Offices of a place, of which nobody holds two at once."""


def seat_of_another(
    claimed: Office, own: OfficeRecord, held: Office, spellings: frozenset[str], days: Sequence[date], holders: Holders
) -> tuple[OfficeRecord, ...] | None:
    """Return what shows that `the mayor of Boston` is somebody else, whatever country that is in; None without proof.

    Either the records know one other holder on the days, or the person holds the same office of another place.
    """
    if not claimed.subject or claimed.vague or claimed.acting or own.acting:
        return None
    office, everybody = _office_meant(claimed, holders)
    if _may_be_said_of(claimed, own, held, everybody) or claimed.kind != office.kind == "head_coach" != held.kind:
        return None
    if any(light_key(record.person) in spellings for record in everybody):
        return None
    clubs = (
        office.kind == held.kind
        and claimed.kind in _OF_ONE_CLUB
        and not (_is_of_a_land(claimed) or _is_of_a_land(held))
    )
    one = is_for_one(office, everybody) or clubs or _is_mixed_up(claimed, own, held) or _direct_both(office, own, held)
    if one and (rival := one_on(everybody, days)):
        apart = _are_apart(claimed, office, own, held) and not _share_letters(claimed, own, rival)
        return (own, rival) if apart else None
    there = [r for r in everybody if any(state(r, day) not in (State.BEFORE, State.AFTER) for day in days)]
    turned = (held.subject == claimed.subject and held.seat != claimed.seat) or _are_other_quarters(claimed, held)
    named = bool(parse_office(own.office).subject)  # not a bare `Mayor` of some authority
    same = office.kind == held.kind and office.kind in _ONE_SEAT and named and claimed.rank != "deputy"
    return (own,) if same and not there and (turned or not held.subject & claimed.subject) else None


def _may_be_said_of(claimed: Office, own: OfficeRecord, held: Office, everybody: Sequence[OfficeRecord]) -> bool:
    """Tell whether somebody's own office may be called by a title, or may go with it.

    A vice-president presides over a senate, as somebody does over a state's; a party has co-leaders, and leaders of its
    groups in councils.
    """
    words, parties = _words_of(own), bool(everybody) and all("party" in _words_of(each) for each in everybody)
    presides = held.kind in ("vice_president", "lieutenant_governor") and bool(claimed.subject & _CHAMBERS)
    of_a_chamber = claimed.subject <= _CHAMBERS and bool(claimed.subject & words)
    of_a_group = claimed.kind == held.kind == "leader" and parties and "party" not in words
    return presides or of_a_chamber or of_a_group or held.kind == f"co_{claimed.kind}"


def _share_letters(claimed: Office, own: OfficeRecord, rival: OfficeRecord) -> bool:
    """Tell whether the letters by which a title names the one body may be the other's: both an EPA, of two states."""
    letters = initials_of(rival)
    if letters not in claimed.subject:
        return False
    return letters in (initials_of(own) or "") or office_place(own.country) != office_place(rival.country)


_CHAMBERS = frozenset(
    ("senate", "council", "rajya", "chamber", "house", "representatives", "assembly", "delegates", "commons", "lords")
)
"""A vice-president presides over one in many countries."""
_QUARTERS = frozenset(("north", "south", "east", "west"))


def _are_other_quarters(one: Office, other: Office) -> bool:
    """Tell whether two offices are alike but for a point of the compass: of South Ardglen and of North Ardglen."""
    here, there = (
        {word.removesuffix("ern") for word in words}
        for words in (one.subject - other.subject, other.subject - one.subject)
    )
    return bool(here and there) and not here & there and here | there <= _QUARTERS


_OF_ONE_CLUB = ("manager", "coach", "head_coach")
"""Nobody manages two clubs at once; a club and a country somebody may."""


def _direct_both(office: Office, own: OfficeRecord, held: Office) -> bool:
    """Tell whether somebody is director of a museum and called the director of another body: of such a one, too."""
    plainly = office.kind == held.kind == "director" and not (office.rank or held.rank or held.subject)
    return plainly and any(word.endswith(_DIRECTED) for word in body_words(own))


_SPECIFIC = ("director", "head", "manager", "secretary", "dean", "principal", "editor", "officer", "superintendent")
"""Offices of which a body has several: the words behind say which."""


def _is_mixed_up(claimed: Office, own: OfficeRecord, held: Office) -> bool:
    """Tell whether a title is, but for one word, what the person is: `deputy head of research at the Water Survey`.

    Nobody has so special an office at two bodies of nearly one name.
    """
    words = held.subject | body_words(own)
    like = (claimed.kind, claimed.rank) == (held.kind, held.rank) and claimed.kind in _SPECIFIC
    return like and len(claimed.subject) > 1 and len(claimed.subject - words) == len(words - claimed.subject) == 1


def _words_of(record: OfficeRecord) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", plain(f"{record.office} {record.organisation or ''}")))


def _is_of_a_land(office: Office) -> bool:
    return office.place is not None or any(find_place(word.title()) is not None for word in office.subject)


def _office_meant(claimed: Office, holders: Holders) -> tuple[Office, list[OfficeRecord]]:
    """Return an office and who held it; `chief of Brightwater` is its chief executive where nobody is its chief."""
    found = list(holders(claimed, None))
    office = claimed
    if not found and claimed.kind == "coach":
        office = replace(claimed, kind="head_coach")
        found = list(holders(office, None))
    if not found and claimed.kind in lexicon().chiefs:
        office = replace(claimed, kind="chief_executive")
        found = [r for kind in sorted(lexicon().top_offices) for r in holders(replace(claimed, kind=kind), None)]
    return office, [r for r in found if parse_office(r.office).seat == claimed.seat or not claimed.seat]


def is_for_one(office: Office, everybody: Sequence[OfficeRecord]) -> bool:
    """Tell whether one person holds an office at a time: by its kind, or as its holders followed one another."""
    if office.rank or _is_of_a_board(office, everybody):
        return False
    officer = office.kind.startswith("chief_") and office.kind not in ("chief_economist", "chief_of_staff")
    of_a_state = office.kind == "minister" and office.implied == _STATES and bool(regions_in(office))
    sure = officer or of_a_state or office.kind in _ONE_HOLDER or _is_head(office, everybody)
    return sure or _is_handed_on(everybody)


def _is_of_a_board(office: Office, everybody: Sequence[OfficeRecord]) -> bool:
    """Tell whether a governor is one of the Federal Reserve's, or a commissioner one of a commission's."""
    several = office.kind == "commissioner" and any("ommission" in (each.organisation or "") for each in everybody)
    return several or (office.kind == "governor" and "reserve" in office.subject)


def _is_head(office: Office, everybody: Sequence[OfficeRecord]) -> bool:
    """Tell whether an office is the highest of a body: `rector of Lea University`, but not `director of Lea Foods`."""
    words = office.subject - _LEADING
    if office.kind not in _HEADS or not words or (office.kind == "conductor" and words == office.subject):
        return False
    directed = office.kind != "director" or any(word.endswith(_DIRECTED) for word in words)
    bodies = [frozenset(re.findall(r"[\w'-]+", plain(record.organisation or ""))) for record in everybody]
    return directed and bool(bodies) and all(words <= body for body in bodies)


def _is_handed_on(everybody: Sequence[OfficeRecord]) -> bool:
    """Tell whether an office went from one to the next, at least twice, and was never held by two."""
    terms = sorted(
        (r for r in everybody if r.start is not None), key=lambda r: r.start.earliest if r.start else date.min
    )
    pairs = list(zip(terms, terms[1:], strict=False))
    others = {light_key(record.person) for record in terms}
    apart = all(one.end and two.start and one.end.earliest <= two.start.latest for one, two in pairs)
    return len(others) >= _HANDED_ON and len(terms) == len(everybody) and apart


def one_on(everybody: Sequence[OfficeRecord], days: Sequence[date]) -> OfficeRecord | None:
    """Return the record of the one person who surely holds an office on all of some days."""
    there = [r for r in everybody if any(state(r, day) not in (State.BEFORE, State.AFTER) for day in days)]
    one = len({light_key(record.person) for record in there}) == 1
    return there[0] if one and all(is_settled(r, day) and not r.acting for r in there for day in days) else None


def _are_apart(claimed: Office, office: Office, own: OfficeRecord, held: Office) -> bool:
    """Tell whether a person's own office is another than the one that somebody else holds: of another body or kind."""
    words = body_words(own) | held.subject
    if not words & claimed.subject:
        return True
    other_kind = claimed.kind == office.kind != held.kind and claimed.subject <= words
    lower = claimed.kind == held.kind and bool(held.rank) and not claimed.rank
    other_seat = claimed.kind == held.kind and not (claimed.subject <= words or words <= claimed.subject)
    return other_kind or lower or other_seat


_TERRITORIAL = ("governor", "lieutenant_governor", "head_of_government", "mayor")


def is_of_another_territory(claimed: Office, place: str | None, own: OfficeRecord, held: Office) -> bool:
    """Tell whether two titles are one office of two territories, as `first minister of Wales` and of Scotland."""
    if (claimed.kind, claimed.rank) != (held.kind, held.rank) or claimed.kind not in _TERRITORIAL or claimed.vague:
        return False
    here, there = regions_in(claimed), regions_in(held)
    if claimed.subject - here != held.subject - there:
        return False
    country, home = claimed.place or place, held.place or office_place(own.country)
    if here and there:
        return not here & there and (country is None or home is None or country == home)
    said = here | {plain(name) for name in (country, claimed.implied) if name}
    known = there | {plain(name) for name in (home, held.implied) if name}
    return bool(said and known) and not said & known and not any(are_kin(one, two) for one in said for two in known)


def exclude(claimed: Office, held: Office, place: str) -> bool:
    """Tell whether nobody holds both offices at once."""
    one, other = _group(claimed, place), _group(held, place)
    if not one or not other:
        return False
    if one == other == "region":
        nested = claimed.subject <= held.subject or held.subject <= claimed.subject
        return bool(claimed.subject and held.subject) and (not nested or claimed.kind != held.kind)
    if one == other == "cabinet":
        return place == _STATES and not claimed.vague and not held.vague
    both = ({"cabinet", "staff"}, {"cabinet", "premiership"}, *(({"cabinet", "vice"},) if place != _STATES else ()))
    return one != other and {one, other} not in both


BANKS = frozenset(("bank", "reserve"))


def _group(office: Office, place: str) -> str | None:
    if office.kind == "minister" and not office.vague:
        regional = find_place(next(iter(office.subject), "").title()) if len(office.subject) == 1 else None
        return "state" if regional and regional.kind == "region" and place == _STATES else "cabinet"
    if office.kind == "governor" and office.subject & BANKS:
        return "bank"
    if office.kind in _OF_A_STATE and regions_in(office) and place == _STATES:
        return "region"
    if office.kind == "chair" and "reserve" in office.subject:
        return "bank"
    if office.kind == "adviser" and "security" in office.subject and place == _STATES:
        return "staff"
    if office.kind in ("president", "vice_president") and office.subject:
        return None
    return lexicon().exclusive.get(office.kind)


_STATE_OFFICES = ("president", "head_of_government", "minister", "chancellor", "monarch", "governor", "ambassador")


def contradicted(sighting: Sighting, article: Article) -> Sighting | None:
    """Return an earlier mention that gives the same person a title nobody holds together with this one."""
    for other in sightings(article):
        if other.mention.span.start >= sighting.mention.span.start:
            return None
        plain = _is_plain(sighting) and _is_plain(other)
        one = plain and _is_one(sighting.mention, other.mention, article)
        if one and _cannot_both_hold(sighting.mention, other.mention):
            return other
    return None


def _is_plain(sighting: Sighting) -> bool:
    mention = sighting.mention
    dated = mention.start_year or mention.end_year or sighting.at or sighting.decade
    return mention.modifier == "current" and not (dated or sighting.past or sighting.then or sighting.leaving)


def _is_one(one: TitleMention, other: TitleMention, article: Article) -> bool:
    left, right = name_key(one.person), name_key(other.person)
    if left == right:
        return " " in left
    full, short = (left, right) if " " in left else (right, left)
    alike = {name_key(s.mention.person) for s in sightings(article) if surname(s.mention.person) == short}
    return " " not in short and surname(full) == short and alike <= {full, short}


def _cannot_both_hold(one: TitleMention, other: TitleMention) -> bool:
    left, right = parse_office(one.title), parse_office(other.title)
    if one.jurisdiction is None or other.jurisdiction is None or left.acting or right.acting:
        return False
    if one.jurisdiction == other.jurisdiction:
        return is_country(one.jurisdiction) and exclude(left, right, one.jurisdiction)
    same = (left.kind, left.rank, left.subject) == (right.kind, right.rank, right.subject)
    countries = is_country(one.jurisdiction) and is_country(other.jurisdiction)
    shared = left.kind == "monarch" or left.kind not in (*_STATE_OFFICES, *lexicon().exclusive)
    return same and countries and not shared and not are_kin(one.jurisdiction, other.jurisdiction)
