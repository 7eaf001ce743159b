"""Judge a title against a person's dated records, as of a day.

A title is right when any reading makes it right, wrong only when every reading is wrong and a record
with known dates shows it. An office that is not in the records decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from typing import Literal

from pipeline.models import OfficeRecord, PartialDate, TitleMention
from pipeline.places import are_kin, find_place
from pipeline.titles.lexicon import lexicon
from pipeline.titles.offices import Match, Office, match, office_place, parse_office

Outcome = Literal[
    "right",
    "stale",
    "premature_former",
    "wrong_country",
    "wrong_office",
    "wrong_years",
    "not_in_records",
    "unknown",
]

WRONG: frozenset[Outcome] = frozenset({"stale", "premature_former", "wrong_country", "wrong_office", "wrong_years"})

_TERM = timedelta(days=6 * 365)
"""How long a term without an end and without a day of look-up is believed to go on."""
_YEAR = timedelta(days=365)
_REMEMBERED = timedelta(days=8 * 365)
"""After it a head of state or government is named with the old title in histories."""
_ADJACENT = timedelta(days=62)
"""Two terms with a gap no longer than this are one, in years from and to."""


@dataclass(frozen=True)
class Moment:
    """The day a title is judged at, and what the sentence tells about time."""

    day: date
    others: tuple[PartialDate, ...] = ()
    """Other days the sentence speaks of: a title right at one of them is right."""
    anchored: bool = True
    """True where the sentence clearly speaks of the day itself; else nobody is called out of date."""
    past: bool = False
    then: bool = False
    famous: bool = False
    """True for an undated title of a head of state or government: histories give it to people long out of office."""


@dataclass(frozen=True)
class Judgement:
    """What the records say of a title."""

    outcome: Outcome
    records: tuple[OfficeRecord, ...] = ()
    """The records that decide, best first."""


class _State(IntEnum):
    NEVER = 0
    BEFORE = 1
    """The day lies before the term."""
    MAYBE = 2
    IN = 3
    AFTER = 4


@dataclass(frozen=True)
class _Held:
    record: OfficeRecord
    office: Office
    place: str | None
    match: Match


def judge(mention: TitleMention, records: Sequence[OfficeRecord], moment: Moment) -> Judgement:
    """Return what a person's own records say of a title the text gives that person."""
    said = parse_office(mention.title)
    if not records or said.is_profession:
        return Judgement("not_in_records")
    held = [_held(record, said) for record in records]
    place = mention.jurisdiction
    here = [h for h in held if h.match and _compatible(place, h)]
    if not here:
        return _elsewhere(said, place, held, moment, mention)
    if mention.start_year or mention.end_year:
        return _years(mention, here)
    if mention.modifier in ("elect", "future"):
        return _elect(here, moment)
    if mention.modifier == "acting" and not any(h.record.acting or h.office.acting for h in here):
        return Judgement("unknown")
    if moment.past or moment.then or mention.modifier in ("late", "former"):
        return _former(mention, here, moment)
    return _current(here, moment)


def _held(record: OfficeRecord, said: Office) -> _Held:
    office = parse_office(record.office)
    place = office_place(record.country) or office.place or office_place(record.organisation) or office.implied
    return _Held(record, office, place, match(said, office))


def _compatible(place: str | None, held: _Held) -> bool:
    return place is None or held.place is None or are_kin(place, held.place) or _is_body_of(place, held)


def _is_body_of(place: str, held: _Held) -> bool:
    """Tell whether a place is an organisation: a nationality before its office says nothing."""
    found = find_place(held.place or "")
    return found is not None and found.kind == "organisation" and place != held.place


def state(record: OfficeRecord, day: date) -> _State:
    """Tell how a day lies to a term, no surer than the record's dates are."""
    if record.start is None:
        return _State.AFTER if record.end and day > record.end.latest else _State.MAYBE
    if day < record.start.earliest:
        return _State.BEFORE
    if record.end is not None:
        if day > record.end.latest:
            return _State.AFTER
        sure = record.start.latest <= day < record.end.earliest
        return _State.IN if sure else _State.MAYBE
    if day < record.start.latest:
        return _State.MAYBE
    known = record.as_of if record.as_of else record.start.latest + _TERM
    return _State.IN if day <= known else _State.MAYBE


def _overlaps(record: OfficeRecord, when: PartialDate) -> bool:
    return any(state(record, day) in (_State.IN, _State.MAYBE) for day in (when.earliest, when.latest)) or bool(
        record.start and when.earliest <= record.start.earliest <= when.latest
    )


def _current(here: list[_Held], moment: Moment) -> Judgement:
    good = [h for h in here if h.match >= Match.NEAR]
    for h in sorted(good, key=lambda h: (h.match, h.record.verified), reverse=True):
        if state(h.record, moment.day) is _State.IN or _goes_on(h.record, moment.day):
            return Judgement("right", (h.record,))
    for h in good:
        if any(_overlaps(h.record, when) for when in moment.others):
            return Judgement("right", (h.record,))
    states = [state(h.record, moment.day) for h in here]
    exact = [h for h in good if h.match is Match.SAME]
    if any(s in (_State.IN, _State.MAYBE) for s in states) or not exact or not moment.anchored:
        return Judgement("unknown")
    past = [h.record for h in exact if state(h.record, moment.day) is _State.AFTER]
    if not past:
        return Judgement("unknown")
    last = max(past, key=lambda record: record.end.latest if record.end else date.min)
    if moment.famous and last.end and moment.day - last.end.latest > _REMEMBERED:
        return Judgement("unknown")
    return Judgement("stale", (last,)) if _proves_end(last, moment.day) else Judgement("unknown")


def _goes_on(record: OfficeRecord, day: date) -> bool:
    """Tell whether nothing says that a term ended: enough to support a title, not to refute one."""
    return record.end is None and record.as_of is None and record.start is not None and record.start.latest <= day


def _proves_end(record: OfficeRecord, day: date) -> bool:
    if record.end is None:
        return False
    return record.verified or day - record.end.latest >= _YEAR


def _former(mention: TitleMention, here: list[_Held], moment: Moment) -> Judgement:
    good = [h for h in here if h.match >= Match.NEAR]
    now = [h.record for h in good if h.match is Match.SAME and state(h.record, moment.day) is _State.IN]
    before = [h.record for h in good if state(h.record, moment.day) is _State.AFTER]
    former = mention.modifier == "former" and not moment.then and not moment.past
    if former and now:
        return _premature(now, before, moment)
    if before:
        return Judgement("right", tuple(before[:1]))
    if now and not former:
        return Judgement("right", tuple(now[:1]))
    return Judgement("unknown" if good or any(h.match for h in here) else "not_in_records")


def _premature(now: list[OfficeRecord], before: list[OfficeRecord], moment: Moment) -> Judgement:
    day = moment.day
    for when in moment.others:
        if any(r.end and r.end.earliest <= when.latest for r in before) and not any(_overlaps(r, when) for r in now):
            return Judgement("right", tuple(before[:1]))
    for record in now:
        if record.start and (record.verified or day - record.start.latest >= _YEAR):
            return Judgement("premature_former", (record,))
    return Judgement("unknown")


def _elect(here: list[_Held], moment: Moment) -> Judgement:
    coming = [h.record for h in here if h.match >= Match.NEAR and state(h.record, moment.day) is _State.BEFORE]
    return Judgement("right", tuple(coming[:1])) if coming else Judgement("unknown")


def _terms(records: list[OfficeRecord]) -> list[tuple[OfficeRecord, ...]]:
    """Join adjacent terms, so that `from 2001 to 2009` may span two of them."""
    runs: list[tuple[OfficeRecord, ...]] = []
    for record in sorted((r for r in records if r.start), key=lambda r: r.start.earliest if r.start else date.min):
        last = runs[-1][-1].end if runs else None
        if runs and last and record.start and record.start.earliest - last.latest <= _ADJACENT:
            runs[-1] = (*runs[-1], record)
        else:
            runs.append((record,))
    return runs


def _years(mention: TitleMention, here: list[_Held]) -> Judgement:
    loose = [h.record for h in here]
    runs = [(record,) for record in loose if record.start] + _terms(loose)
    if len(runs) > 1:
        runs.append(tuple(sorted((r for r in loose if r.start), key=lambda r: str(r.start))))
    off = [(_distance(mention, run), run) for run in runs]
    if not off:
        return Judgement("unknown")
    least, run = min(off, key=lambda pair: pair[0])
    if least == 0:
        return Judgement("right", run[:1])
    exact = [h.record for h in here if h.match is Match.SAME]
    if least < 2 or not exact or not all(record.verified and (record.end or record.as_of) for record in exact):
        return Judgement("unknown")
    return Judgement("wrong_years", _terms(exact)[0])


def _distance(mention: TitleMention, run: Sequence[OfficeRecord]) -> int:
    first, last = run[0].start, run[-1].end
    off = 0
    if mention.start_year and first:
        off += abs(mention.start_year - first.earliest.year)
    if mention.end_year:
        if last is not None:
            off += abs(mention.end_year - last.latest.year)
        elif run[-1].as_of is None or mention.end_year <= run[-1].as_of.year:
            off += 2
    elif last is not None and mention.start_year:
        return off if off else 0
    return off


def _elsewhere(said: Office, place: str | None, held: list[_Held], moment: Moment, mention: TitleMention) -> Judgement:
    """Judge a title of which the person has no record for the place the text gives."""
    found = find_place(place) if place else None
    exact = [h for h in held if h.match is Match.SAME and h.place and h.record.verified]
    if found is not None and found.kind == "country" and exact and all(_is_country(h.place) for h in exact):
        near = sorted(exact, key=lambda h: abs((_middle(h.record) - moment.day).days))
        return Judgement("wrong_country", (near[0].record,))
    if _plain_present(mention, moment) and place:
        return _other_office(said, place, held, moment)
    return Judgement("not_in_records")


def _plain_present(mention: TitleMention, moment: Moment) -> bool:
    timeless = not (mention.start_year or mention.end_year or moment.past or moment.then)
    return mention.modifier == "current" and moment.anchored and timeless


def _is_country(place: str | None) -> bool:
    found = find_place(place or "")
    return found is not None and found.kind == "country"


def _middle(record: OfficeRecord) -> date:
    return record.end.latest if record.end else (record.start.latest if record.start else date.min)


def _other_office(said: Office, place: str, held: list[_Held], moment: Moment) -> Judgement:
    """Find an office the person held on the day that nobody holds together with the one the text gives."""
    for h in held:
        if h.place != place or h.record.acting or not h.record.verified or state(h.record, moment.day) is not _State.IN:
            continue
        days = h.record.start is not None and h.record.start.precision == "day"
        if days and _exclude(said, h.office, place) and (h.record.end or h.record.as_of):
            return Judgement("wrong_office", (h.record,))
    return Judgement("not_in_records")


def _exclude(said: Office, held: Office, place: str) -> bool:
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
    if office.kind in ("president", "vice_president") and office.subject:
        return None
    return lexicon().exclusive.get(office.kind)
