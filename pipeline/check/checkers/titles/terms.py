"""How days and years lie to the dated terms of office records, and what a person held beside what a text says.

No surer than the dates are: a record that knows only a year answers only for whole years.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum

from pipeline.check.checkers.titles.beside import OF_THE_WHOLE, is_beside
from pipeline.check.checkers.titles.places import is_organisation
from pipeline.check.checkers.titles.press_words import as_recorded, is_called_head, names_body
from pipeline.core.english import are_kin, find_place
from pipeline.core.models import OfficeRecord, PartialDate, TitleMention
from pipeline.evidence import (
    Match,
    Office,
    body_in_full,
    body_words,
    is_short_for,
    lexicon,
    match,
    office_place,
    office_within,
    parse_office,
    parts_of,
    plain,
    tells_apart,
)

_TERM = timedelta(days=6 * 365)
"""How long a term without an end and without a day of look-up is believed to go on."""
_ADJACENT = timedelta(days=62)
"""Two terms with a gap no longer than this are one, in years from and to."""

_OF_THE_TOWN = re.compile(
    r"\s+of (?:the|this|that) (?:city|town|village|borough|county|province|region|country|nation)$"
)

_OF_A_SORT = re.compile(
    r"(?P<of>\b(?:of|at) )(?:the )?(?:[a-z]+ ){0,2}"
    r"(?:operator|firm|company|giant|group|airline|bank|retailer|charity"
    r"|union|maker|chain|carmaker|broadcaster|club|supermarket|insurer|brewer|developer|lender|builder|housebuilder|utility"
    r"|manufacturer|publisher|start-?up|quango|regulator|watchdog|think-?tank|pressure group) (?=[A-Z])"
)
"""What a body is, before its name: `boss of rail operator Northern Star`."""
_OF_A_NATION = re.compile(r"\b(?:of|at) (?:the )?(?P<nation>[A-Z][a-z]+ )(?=[a-z])")
Run = tuple[OfficeRecord, ...]


class State(IntEnum):
    """How a day lies to a term."""

    BEFORE = 1
    """The day lies before the term."""
    MAYBE = 2
    IN = 3
    AFTER = 4


def shift(day: date, by: timedelta) -> date:
    """Return a day moved by some days, no further than dates go."""
    try:
        return day + by
    except OverflowError:
        return date.max if by > timedelta(0) else date.min


def middle(record: OfficeRecord) -> date:
    """Return the day by which a term is near another day or far from it: its end, else its beginning."""
    return record.end.latest if record.end else (record.start.latest if record.start else date.min)


def state(record: OfficeRecord, day: date) -> State:
    """Tell how a day lies to a term, no surer than the record's dates are."""
    if record.start is None:
        return State.AFTER if record.end and day > record.end.latest else State.MAYBE
    if day < record.start.earliest:
        return State.BEFORE
    if record.end is not None:
        if day > record.end.latest:
            return State.AFTER
        sure = record.start.latest <= day < record.end.earliest
        return State.IN if sure else State.MAYBE
    if day < record.start.latest:
        return State.MAYBE
    known = record.as_of if record.as_of else shift(record.start.latest, _TERM)
    return State.IN if day <= known else State.MAYBE


def state_over(record: OfficeRecord, when: PartialDate) -> State:
    """Tell how a day, month or year lies to a term: IN when they share a day for sure."""
    first, last = state(record, when.earliest), state(record, when.latest)
    if first is last:
        return first
    inside = record.start and record.start.precision != "year" and when.earliest <= record.start.earliest
    if State.IN in (first, last) or (inside and record.start and record.start.latest <= when.latest):
        return State.IN
    return State.MAYBE


def overlaps(record: OfficeRecord, when: PartialDate) -> bool:
    """Tell whether a term may share a day with a day, month or year."""
    return any(state(record, day) in (State.IN, State.MAYBE) for day in (when.earliest, when.latest)) or bool(
        record.start and when.earliest <= record.start.earliest <= when.latest
    )


def shares_days(one: OfficeRecord, other: OfficeRecord) -> bool:
    """Tell whether two terms of known days surely overlap."""
    if one.start is None or other.start is None or one.end is None or other.end is None:
        return False
    return one.start.latest < other.end.earliest and other.start.latest < one.end.earliest


def runs_of(records: Sequence[OfficeRecord]) -> list[Run]:
    """Join adjacent terms, so that `from 2001 to 2009` may span two of them."""
    runs: list[Run] = []
    for record in sorted((r for r in records if r.start), key=lambda r: r.start.earliest if r.start else date.min):
        last = runs[-1][-1].end if runs else None
        if runs and last and record.start and record.start.earliest - last.latest <= _ADJACENT:
            runs[-1] = (*runs[-1], record)
        else:
            runs.append((record,))
    return runs


def nearest_run(records: Sequence[OfficeRecord], start: int | None, end: int | None) -> tuple[int, Run] | None:
    """Return the terms that years from and to fit best, and by how many years they miss; None without a start."""
    runs = [(record,) for record in records if record.start] + runs_of(records)
    if len(runs) > 1:
        runs.append(tuple(sorted((r for r in records if r.start), key=lambda r: str(r.start))))
    return min(((_misses(run, start, end), run) for run in runs), key=lambda pair: pair[0], default=None)


def _misses(run: Run, start: int | None, end: int | None) -> int:
    first, last = run[0].start, run[-1].end
    off = 0
    if start and first:
        off += _off(start, first)
    if end:
        if last is not None:
            off += _off(end, last)
        elif run[-1].as_of is None or end <= run[-1].as_of.year:
            off += 2
    return off


def _off(year: int, when: PartialDate) -> int:
    """Return how many years lie between a year and a date, which may be a year itself."""
    return min(abs(year - when.earliest.year), abs(year - when.latest.year))


@dataclass(frozen=True)
class Held:
    """A record of the person, and how surely it means the office in the text."""

    record: OfficeRecord
    office: Office
    place: str | None
    match: Match


def claimed_office(mention: TitleMention, seat: str | None) -> Office:
    """Return the office a mention names, with the state or town that stands behind the person's name."""
    claimed = parse_office(_OF_A_SORT.sub(r"\g<of>", _OF_THE_TOWN.sub("", mention.title)))
    if not seat:
        return claimed
    seated = parse_office(f"{mention.title} of {seat}")
    return replace(seated, place=claimed.place or mention.jurisdiction or seated.place)


def compare(record: OfficeRecord, claimed: Office, mention: TitleMention) -> Held:
    """Return a record with its office and place, and how they match what the text says."""
    claimed = _of_own_nation(record, claimed, mention)
    office, claimed = _without_country(record, _part_meant(record, claimed), claimed)
    place = office_place(record.country) or office.place or office_place(record.organisation) or office.implied
    organisation = office_place(record.organisation)
    if is_organisation(office.place) or is_organisation(organisation):  # the country is then the holder's own
        place = office.place if is_organisation(office.place) else organisation
    if place is None and record.country:
        place = record.country
    claimed, office = as_recorded(record, claimed, office, mention)
    body = body_words(record)
    if not body - _OF_ANY_PARTY and (body := body_in_full(record, claimed.subject)):
        claimed, office = replace(claimed, vague=False), replace(office, vague=False)
    named_so = plain(mention.office) == plain(record.office) and claimed.kind == office.kind
    same = named_so or _is_chief(claimed, office, place, record, mention)
    bare = Match.SAME if same else match(claimed, office)
    found = bare if same or not body else _of_body(claimed, office, body, record)
    most = Match.PERHAPS if is_beside(record, office, claimed, mention) else Match.SAME
    return Held(record, office, place, min(found, most))


def _of_own_nation(record: OfficeRecord, claimed: Office, mention: TitleMention) -> Office:
    """Return `chief executive of Austrian lender Elmbank` as of Elmbank, where the record is of an Austrian body."""
    found = _OF_A_NATION.search(mention.title)
    nation = find_place(found["nation"].strip()) if found else None
    if found is None or nation is None or nation.form != "adjective" or nation.name != office_place(record.country):
        return claimed
    bare = mention.title.replace(found["nation"], "", 1)
    return parse_office(_OF_A_SORT.sub(r"\g<of>", bare)) if _OF_A_SORT.search(bare) else claimed


def _part_meant(record: OfficeRecord, claimed: Office) -> Office:
    """Return a record's office; of `Vice-Chancellor and Principal` the one of the two that a text names."""
    whole = office_within(record.office, record.organisation)
    kinds = lexicon().top_offices - {"chair"} if claimed.kind in lexicon().chiefs else {claimed.kind}
    parts = [part for part in (whole, *parts_of(record.office)[1:]) if part.kind in kinds]
    return min(parts, key=lambda part: len(part.subject - claimed.subject), default=whole)


def _without_country(record: OfficeRecord, *offices: Office) -> list[Office]:
    """Return offices without the name of the record's country, where that is no country of the gazetteer.

    `First Minister of Scotland` keeps its Scotland: of another part of the country it would be another office.
    """
    country = frozenset(plain(record.country or "").split())
    part = find_place(record.country or "") is not None and country <= offices[0].subject
    if not country or part or office_place(record.country):
        return list(offices)
    return [replace(office, subject=office.subject - country) for office in offices]


def _of_body(claimed: Office, held: Office, body: frozenset[str], record: OfficeRecord) -> Match:
    """Compare two offices of which the record's belongs to a body: its name may stand in the title, or not."""
    said = claimed.subject & body
    apart = said if claimed.place else said - lexicon().common_names  # no body is named by `the museum` alone
    named = said == body or (bool(apart) and not tells_apart(body - said, record))
    left, right = claimed.subject - body, held.subject - body
    right = right if left else right - _OF_A_GROUP
    top = named and is_called_head(claimed, held, record)
    coach = claimed.kind == "coach" and held.kind in ("coach", "head_coach") and said and not left
    if coach and (held.kind == "coach" or held.rank or right):  # of the youth, or the assistant: hardly by this alone
        return Match.PERHAPS
    chief = (top or coach) and not left and right <= _OF_THE_WHOLE
    right = frozenset() if chief else right
    kind = held.kind if chief else claimed.kind
    bare = match(replace(claimed, kind=kind, subject=left), replace(held, subject=right))
    if named and left == right and kind == held.kind:
        return bare
    return min(bare, Match.NEAR) if not named and left == right else match(claimed, held)


_OF_THE_WHOLE = OF_THE_WHOLE | {"group", "staff"}
_OF_A_GROUP = frozenset(("group",))
_OF_ANY_PARTY = frozenset(("party",))


def _is_chief(claimed: Office, held: Office, place: str | None, record: OfficeRecord, mention: TitleMention) -> bool:
    """Tell whether `NATO chief` is said of the one who holds the top office of NATO."""
    named = claimed.subject and claimed.subject == held.subject - _OF_THE_WHOLE and claimed.place == place
    whole = is_organisation(place) and not (claimed.subject or held.subject) and claimed.place == place
    by_body = claimed.place in (None, place) and names_body(claimed, held, record, mention)
    by_body = by_body and held.subject - _OF_THE_WHOLE <= claimed.subject
    return is_called_head(claimed, held, record) and bool(named or whole or by_body)


def is_compatible(place: str | None, held: Held) -> bool:
    """Tell whether the place a text gives does not contradict a record."""
    if place is None or held.place is None or are_kin(place, held.place):
        return True
    return (
        is_short_for(plain(place), held.record)
        or _is_body_of(place, held)
        or place in (held.office.place, held.office.implied)
    )


def _is_body_of(place: str, held: Held) -> bool:
    """Tell whether a record's place is an organisation: a nationality before its office says nothing."""
    return is_organisation(held.place) and not is_organisation(place)
