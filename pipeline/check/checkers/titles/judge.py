"""Judge a title against a person's dated records, as of a day.

A title is right when any reading makes it right, wrong only when every reading is wrong and a record
with known dates shows it. An office that is not in the records decides nothing. Blind spots: an acting
title against a record that does not say acting, a year that is off by one, and a title before the first
recorded term, unless the text itself says `current` or names the day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from pipeline.check.checkers.titles.beside import SECRETARY, TO_COME, is_federal
from pipeline.check.checkers.titles.doubts import is_anothers, left_open, may_be_renamed, without_like_names
from pipeline.check.checkers.titles.exclusion import (
    UNIQUE,
    exclude,
    is_for_one,
    one_on,
)
from pipeline.check.checkers.titles.judgement import Judgement, Moment
from pipeline.check.checkers.titles.others import (
    OF_A_GOVERNMENT,
    elsewhere,
    find_other_holder,
    is_named,
    of_another,
    spellings_of,
)
from pipeline.check.checkers.titles.places import is_country, is_organisation, regions_in
from pipeline.check.checkers.titles.terms import (
    Held,
    State,
    claimed_office,
    compare,
    is_compatible,
    middle,
    nearest_run,
    overlaps,
    runs_of,
    shares_days,
    state,
    state_over,
)
from pipeline.check.checkers.titles.turns import of_beginning, of_end
from pipeline.core.english import find_place
from pipeline.core.models import OfficeRecord, PartialDate, TitleMention
from pipeline.evidence import Match, Office, body_words, lexicon, light_key, office_place, parse_office, portfolios

_THEN = re.compile(r"then\b", re.IGNORECASE)
_SEATS_OF_ONE = ("governor", "mayor", "sheriff", "head_of_government", "attorney_general")
"""Offices that nobody holds of two places in a life, as a rule: a bare `mayor` is of the person's own."""
_CHIEF = frozenset(("chief",))
_YEAR = timedelta(days=365)
_HALF_YEAR = timedelta(days=183)
"""How old a title may be by whose name news of the day is told: one of an act or plan in it."""
_HANDED_ON = timedelta(days=62)
"""Days between who left an office and who came, from which the one is believed to have followed the other."""
_SEASON = timedelta(days=90)
"""How long a president-elect may still be called so in office, and an outgoing minister when out of it."""
_SETTLED = timedelta(days=21)
"""Days before somebody is sworn in in which the title may be said early; of who is named, not sworn in, a season."""
_SWORN_IN = ("president", "head_of_government", "governor", "mayor", "minister")
_NEW = re.compile(r"\b(?:new|next|incoming)\b", re.IGNORECASE)
_MARGIN = {"day": timedelta(days=2), "month": timedelta(days=31), "year": timedelta(days=62)}
"""How long after its recorded end a term may still be news: the vaguer the date, the longer."""
_REMEMBERED = timedelta(days=8 * 365)
"""After it a head of state or government is named with the old title in histories."""


def judge(mention: TitleMention, records: Sequence[OfficeRecord], moment: Moment) -> Judgement:
    """Return what a person's own records say of a title the text gives that person."""
    mention, moment = _with_seat(_as_federal(mention, records), records, moment)
    claimed = _as_in_britain(claimed_office(mention, moment.seat), records, moment.day)
    compared = (compare(record, claimed, mention) for record in records)
    held = [_of_the_named(without_like_names(each, claimed, moment), claimed, moment.named) for each in compared]
    one_of_many = claimed.is_profession and not claimed.subject
    if not records or (one_of_many and not any(h.match is Match.SAME for h in held)):
        return Judgement("not_in_records")
    place = mention.jurisdiction
    matching = [h for h in held if h.match and is_compatible(place, h) and not _is_ruled_out(h, claimed)]
    matching = [_of_joint_ministry(h, claimed, moment) for h in _without_the_unnamed(matching, claimed, moment)]
    if not matching:
        return elsewhere(claimed, place, held, moment, mention)
    judgement = left_open(_among(matching, mention, moment), claimed, mention, moment)
    if may_be_renamed(judgement, held, moment):
        return Judgement("unknown")
    if judgement.outcome == "right" and is_anothers(claimed, place, held, judgement.records[0], moment):
        return of_another(claimed, place, held, moment, mention) or Judgement("unknown")
    if judgement.outcome != "unknown" or any(h.match >= Match.NEAR for h in matching):
        return judgement
    if all(h.office.subject - body_words(h.record) - claimed.subject for h in matching) and (
        whose := of_another(claimed, place, held, moment, mention)
    ):  # the director of science of a body is not its director
        return whose
    if place and not _may_hold(matching, moment):
        return find_other_holder(claimed, place, held, moment, mention) or judgement
    if claimed.kind in (*UNIQUE, "chief_justice") or all(h.office.kind == claimed.kind for h in matching):
        return of_another(claimed, place, held, moment, mention) or judgement
    return judgement


def _with_seat(mention: TitleMention, records: Sequence[OfficeRecord], moment: Moment) -> tuple[TitleMention, Moment]:
    """Return `Archbishop X of Clonard` as of a see, where Clonard is no place that is known and no record's country."""
    place = mention.jurisdiction
    office = parse_office(mention.title)
    national = office.kind in (*OF_A_GOVERNMENT, *UNIQUE, "ambassador") and office.subject != _CHIEF
    if not place or national or moment.seat or find_place(place) or any(place == record.country for record in records):
        return mention, moment
    return mention.model_copy(update={"jurisdiction": None}), replace(moment, seat=place)


def _as_federal(mention: TitleMention, records: Sequence[OfficeRecord]) -> TitleMention:
    """Return `Federal Environment Minister X` as one of the only country that the records know the person in."""
    countries = {office_place(record.country) for record in records}
    governs = mention.jurisdiction is None and parse_office(mention.title).kind in OF_A_GOVERNMENT
    one = next(iter(countries)) if len(countries) == 1 and governs and is_federal(mention.title) else None
    return mention.model_copy(update={"jurisdiction": one}) if one else mention


def _as_in_britain(claimed: Office, records: Sequence[OfficeRecord], day: date) -> Office:
    """Return a bare `Chancellor` who is then in the British government as that of the Exchequer, a minister.

    So is `UK chancellor`, whoever is in it.
    """
    bare = claimed.kind == "chancellor" and not (claimed.subject or claimed.rank)
    if bare and claimed.place:
        return parse_office("Chancellor of the Exchequer") if claimed.place == "United Kingdom" else claimed
    held = (record for record in records if bare and state(record, day) is State.IN)
    british = [parse_office(each.office) for each in held if office_place(each.country) == "United Kingdom"]
    governs = any(
        office.kind in (*OF_A_GOVERNMENT, "chief_secretary") or "duchy" in office.subject
        for office in british
        if "finance" in office.subject or not office.subject & lexicon().apart
    )
    return parse_office("Chancellor of the Exchequer") if governs else claimed


def _is_ruled_out(held: Held, claimed: Office) -> bool:
    """Tell whether a record that is only like a title is of an office that nobody has beside it."""
    other = held.match is Match.PERHAPS and held.office.kind != claimed.kind
    return other and exclude(claimed, held.office, held.place or "")


def _without_the_unnamed(matching: list[Held], claimed: Office, moment: Moment) -> list[Held]:
    """Leave out what is only like a title and of another body, which nothing names, where the very office is known.

    The director of a gallery that the article names is not meant as the chair of a council.
    """
    if not any(h.match is Match.SAME for h in matching):
        return matching
    return [
        h
        for h in matching
        if h.match is not Match.PERHAPS
        or h.office.kind == claimed.kind
        or not body_words(h.record)
        or is_named(body_words(h.record), moment.named)
    ]


def _of_the_named(held: Held, claimed: Office, named: frozenset[str]) -> Held:
    """Return a record as surely meant where its body or place, left out of a title, is named in the article.

    Nobody is chief minister of two states in a life.
    """
    missing = (held.office.subject | body_words(held.record)) - claimed.subject
    sort = bool(claimed.subject) and claimed.subject <= lexicon().belongs  # `hospital boss`
    same = claimed.rank == held.office.rank and (sort or claimed.kind == held.office.kind)
    short = held.match is Match.NEAR and same
    spoken = is_named(missing, named) or (claimed.kind, claimed.subject) == ("minister", _CHIEF)
    return replace(held, match=Match.SAME) if short and spoken and not claimed.vague else held


def _of_joint_ministry(held: Held, claimed: Office, moment: Moment) -> Held:
    """Return a minister for industry and trade as surely meant by `Trade Minister X`, where another is both that day.

    Else, where nobody else is known to be for trade, the ministry may have been parted since.
    """
    secretary = SECRETARY.search(held.record.office)  # under whom ministers have parts of what he has, such as sports
    whole = held.match is Match.NEAR and not regions_in(held.office) and not secretary
    joined = whole and claimed.subject in {each.subject for each in portfolios(held.record.office)}
    if not joined:
        return held
    part = replace(held, office=replace(held.office, subject=claimed.subject))
    national = claimed.place or held.place not in lexicon().federations
    another = _is_of_another_now(held, moment) or (national and _is_of_another_now(part, moment))
    return replace(held, match=Match.SAME) if another else held


def _among(matching: list[Held], mention: TitleMention, moment: Moment) -> Judgement:
    if moment.decade:
        return _in_decade(matching, moment.decade)
    if moment.began or moment.ended:
        return _at_turn(matching, moment)
    if mention.start_year or mention.end_year:
        return _years(mention, matching, moment)
    if mention.modifier in ("elect", "future"):
        return _elect(matching, moment)
    if _is_acting(mention) and not any(h.record.acting or h.office.acting for h in matching):
        return Judgement("unknown")
    if mention.modifier == "late":  # no record of offices says that somebody died
        return Judgement("unknown")
    if moment.asserted and mention.modifier == "current":
        return _asserted(matching, moment.asserted, moment.past)
    if moment.past or moment.then or mention.modifier == "former":
        return _former(mention, matching, moment)
    if moment.act:
        return _at_act(matching, moment.act, moment)
    judgement = _current(matching, mention, moment)
    full = judgement.outcome == "right" and not judgement.records[0].acting
    return Judgement("unknown") if full and _is_acting(mention) else judgement


def _at_turn(matching: list[Held], moment: Moment) -> Judgement:
    good, exact = [h.record for h in _good(matching)], _exact(matching)
    when = moment.ended or moment.began
    if when is None:
        return Judgement("unknown")
    turn = of_end(good, exact, when) if moment.ended else of_beginning(good, exact, when, moment.elected)
    return Judgement(turn[0], (turn[1],), when) if turn else Judgement("unknown")


def _is_acting(mention: TitleMention) -> bool:
    return mention.modifier == "acting" or parse_office(mention.title).acting


def _good(matching: list[Held]) -> list[Held]:
    return sorted(
        (h for h in matching if h.match >= Match.NEAR), key=lambda h: (h.match, h.record.verified), reverse=True
    )


def _exact(matching: list[Held]) -> list[OfficeRecord]:
    """Return the records of the very office; what nobody bears out adds nothing to a term that somebody does."""
    exact = [h.record for h in matching if _is_same(h, matching)]
    verified = [record for record in exact if record.verified]
    return [record for record in exact if record.verified or not any(shares_days(record, one) for one in verified)]


def _current(matching: list[Held], mention: TitleMention, moment: Moment) -> Judgement:
    good = _good(matching)
    for h in good:
        days = moment.others or (PartialDate(moment.day.isoformat()),)
        if any(state_over(h.record, when) is State.IN for when in days):
            return Judgement("right", (h.record,))
    still = [h for h in matching if state(h.record, moment.day) in (State.IN, State.MAYBE)]
    exact = _exact(matching)
    if (still and not _went_elsewhere(still, matching, mention, moment)) or not exact:
        return Judgement("unknown")
    if not moment.anchored and (still or not _is_long_over(exact, moment)):
        return Judgement("unknown")
    past = [record for record in exact if state(record, moment.day) is State.AFTER]
    if not past:
        return _too_soon(matching, mention, moment) or Judgement("unknown")
    last = max(past, key=lambda record: record.end.latest if record.end else date.min)
    since = moment.day - last.end.latest if last.end else timedelta(0)
    if (moment.famous and since > _REMEMBERED) or (moment.leaving and since < _SEASON):
        return Judgement("unknown")
    return Judgement("stale", (last,)) if _proves_end(last, moment.day) else Judgement("unknown")


def _is_long_over(exact: Sequence[OfficeRecord], moment: Moment) -> bool:
    """Tell whether all terms ended half a year or more before a sentence of the news that names a near day."""
    ends = [record.end.latest for record in exact if record.end and record.verified]
    return moment.near and len(ends) == len(exact) and moment.day - max(ends) > _HALF_YEAR


def _went_elsewhere(still: list[Held], matching: list[Held], mention: TitleMention, moment: Moment) -> bool:
    """Tell whether who had an office then has one of its kind elsewhere, and somebody else surely has that office.

    Each of the two is named by a word of its own: the director of another museum, the minister of another portfolio.
    """
    said = claimed_office(mention, moment.seat).subject
    had = [h for h in matching if _is_same(h, matching)]
    apart = all(
        now.match is Match.PERHAPS
        and now.office.kind == then.office.kind
        and not (said <= _words_of(now) or _words_of(then) <= _words_of(now) or _words_of(now) <= _words_of(then))
        for now in still
        for then in had
    )
    return apart and all(_is_of_another_now(then, moment) for then in had)


def _words_of(held: Held) -> frozenset[str]:
    return held.office.subject | body_words(held.record)


def _is_of_another_now(held: Held, moment: Moment) -> bool:
    """Tell whether the records know one other holder, on the day, of just the office of a record."""
    place = held.place if is_organisation(held.place) else None
    everybody = moment.holders(replace(held.office, subject=_words_of(held)), place)
    other = one_on(everybody, (moment.day,))
    return other is not None and light_key(other.person) != light_key(held.record.person)


def _too_soon(matching: list[Held], mention: TitleMention, moment: Moment) -> Judgement | None:
    """Tell whether an office that its first recorded term gives somebody later was surely another's on the day.

    It must be for one: by its kind, as its holders followed one another, as a ministry that its country names, or as
    that other left it when the person came.
    """
    first = min((h for h in matching if _is_same(h, matching)), key=lambda h: str(h.record.start), default=None)
    begun = first.record.start if first else None
    if (
        first is None
        or _NEW.search(mention.title)
        or moment.shared
        or moment.others
        or begun is None
        or begun.precision != "day"
        or begun.earliest - moment.day < (_SETTLED if first.office.kind in _SWORN_IN else _SEASON)
    ):
        return None
    office = replace(first.office, subject=first.office.subject | body_words(first.record))
    national = is_country(first.place) and first.office.kind in OF_A_GOVERNMENT
    found = [*(() if national else moment.holders(office, None))]
    found += moment.holders(first.office, first.place) if first.place else ()
    everybody = tuple({record.id: record for record in found}.values())
    mine = [r for r in everybody if light_key(r.person) in spellings_of(matching)]
    early = any(state(r, moment.day) is not State.BEFORE for r in mine)
    ministry = national and bool(office.subject) and not office.rank and first.place != "United Kingdom"
    one = is_for_one(first.office, everybody) or ministry
    other = one_on(everybody, (moment.day,)) if not early else None
    handed = other is not None and other.end is not None and abs(begun.earliest - other.end.latest) <= _HANDED_ON
    sure = one or (handed and bool(office.subject))
    return Judgement("wrong_office", (first.record, other)) if other and sure else None


def _proves_end(record: OfficeRecord, day: date) -> bool:
    """Tell whether a term was surely over on a day; after what the record knows its holder may have come back."""
    if record.end is None or (record.as_of is not None and record.as_of < day):
        return False
    return day - record.end.latest > (_MARGIN[record.end.precision] if record.verified else _YEAR)


def _asserted(matching: list[Held], when: PartialDate, past: bool) -> Judgement:
    """Judge a sentence that says in so many words that an office was held at a time."""
    for h in _good(matching):
        if state_over(h.record, when) is State.IN:
            return Judgement("right", (h.record,), when)
    exact = _exact(matching)
    states = {state_over(h.record, when) for h in matching}
    if not exact or states & {State.IN, State.MAYBE} or not all(record.verified for record in exact):
        return Judgement("unknown")
    ended = [r for r in exact if state_over(r, when) is State.AFTER]
    if past and when.precision != "day" and any(_near(r, when) for r in exact):
        return Judgement("unknown")
    if ended and not past:
        if any(record.as_of is not None and record.as_of < when.earliest for record in ended):
            return Judgement("unknown")
        return Judgement("stale", (max(ended, key=lambda r: r.end.latest if r.end else date.min),), when)
    nearest = min(exact, key=lambda r: abs((middle(r) - when.earliest).days))
    return Judgement("wrong_years", (nearest,), when)


def _at_act(matching: list[Held], when: PartialDate, moment: Moment) -> Judgement:
    """Judge a title given to the author of a dated act: wrong where the term had ended by then and is not held again.

    A later title is given to earlier acts, too: `In 1995 Prime Minister X joined the party`.
    """
    for h in _good(matching):
        if state_over(h.record, when) is State.IN:
            return Judgement("right", (h.record,), when)
    exact = _exact(matching)
    over = all(state_over(h.record, when) is State.AFTER and h.record.verified for h in matching)
    if not exact or not over or state(exact[0], moment.day) is not State.AFTER:
        return Judgement("unknown")
    last = max(exact, key=lambda record: record.end.latest if record.end else date.min)
    return Judgement("wrong_years", (last,), when) if _proves_end(last, when.earliest) else Judgement("unknown")


def _near(record: OfficeRecord, when: PartialDate) -> bool:
    """Tell whether a month or year lies within weeks of a term."""
    return any(
        state(record, day) in (State.IN, State.MAYBE) for day in (when.earliest - _SEASON, when.latest + _SEASON)
    )


def _former(mention: TitleMention, matching: list[Held], moment: Moment) -> Judgement:
    good = _good(matching)
    now = [h.record for h in good if _is_same(h, matching) and state(h.record, moment.day) is State.IN]
    before = [h.record for h in good if state(h.record, moment.day) is State.AFTER]
    former = mention.modifier == "former" and not moment.then and not moment.past
    if former and now:
        return _premature(now, before, moment)
    if moment.then and moment.others:
        then = [h.record for h in good if any(state_over(h.record, when) is State.IN for when in moment.others)]
        return Judgement("right", tuple(then[:1])) if then else _not_then(matching, moment.others)
    if moment.around and not any(state_over(h.record, when) is State.IN for h in good for when in moment.around):
        return Judgement("unknown")
    if before:
        return Judgement("right", tuple(before[:1]))
    if now and not former and not moment.past and not _THEN.match(mention.title):
        return Judgement("right", tuple(now[:1]))
    return Judgement("unknown")


def _not_then(matching: list[Held], others: Sequence[PartialDate]) -> Judgement:
    """Judge `In 2003 then-Mayor X`, where no term on record includes the one time that the sentence names."""
    exact = _exact(matching)
    apart = all(state_over(h.record, when) in (State.BEFORE, State.AFTER) for h in matching for when in others)
    near = any(_near(record, when) for record in exact for when in others)
    sure = len(others) == 1 and all(record.verified and (record.end or record.as_of) for record in exact)
    if not exact or not sure or not apart or near:
        return Judgement("unknown")
    return Judgement("wrong_years", (exact[0],), others[0])


def _is_same(held: Held, matching: list[Held]) -> bool:
    """Tell whether a record is of the very office, or of the only one that a bare `governor` can mean."""
    places = {(h.office.kind, h.office.subject) for h in matching}
    one = held.office.kind in _SEATS_OF_ONE or "opposition" in held.office.subject
    bare = held.match is Match.NEAR and one and len(places) == 1
    return held.match is Match.SAME or bare


def _premature(now: list[OfficeRecord], before: list[OfficeRecord], moment: Moment) -> Judgement:
    day = moment.day
    for when in moment.others:
        if any(r.end and r.end.earliest <= when.latest for r in before) and not any(overlaps(r, when) for r in now):
            return Judgement("right", tuple(before[:1]))
    if before and not moment.anchored and moment.elsewhen:
        return Judgement("unknown")
    for record in now:
        if record.start and (record.verified or day - record.start.latest >= _YEAR):
            return Judgement("premature_former", (record,))
    return Judgement("unknown")


def _elect(matching: list[Held], moment: Moment) -> Judgement:
    good = [h.record for h in _good(matching)]
    coming = [r for r in good if state(r, moment.day) is State.BEFORE]
    coming += [r for r in good if TO_COME.search(r.office) and state(r, moment.day) is State.IN]
    if coming:
        return Judgement("right", tuple(coming[:1]))
    for record in _exact(matching):
        begun = record.start is not None and moment.day - record.start.latest > _SEASON
        long_in = begun and state(record, moment.day) is State.IN
        if long_in and record.verified and moment.anchored and (record.end is None or _has_long(record, moment.day)):
            return Judgement("stale", (record,))
    return Judgement("unknown")


def _has_long(record: OfficeRecord, day: date) -> bool:
    """Tell whether a term goes on too long for its holder to be called elect for the next one."""
    return record.end is not None and record.end.earliest - day > _YEAR


def _in_decade(matching: list[Held], decade: int) -> Judgement:
    years = [PartialDate(f"{year:04d}") for year in range(decade, decade + 10)]
    good = [h.record for h in _good(matching)]
    for record in good:
        if any(overlaps(record, year) for year in years):
            return Judgement("right", (record,))
    exact = _exact(matching)
    near = [PartialDate(f"{year:04d}") for year in (decade - 1, decade + 10)]
    doubt = any(overlaps(h.record, year) for h in matching for year in (*near, *years))
    if not exact or doubt or not all(r.verified and r.start and (r.end or r.as_of) for r in exact):
        return Judgement("unknown")
    return Judgement("wrong_years", runs_of(exact)[0])


def _years(mention: TitleMention, matching: list[Held], moment: Moment) -> Judgement:
    best = nearest_run([h.record for h in matching], mention.start_year, mention.end_year)
    if best is None:
        return Judgement("unknown")
    off, run = best
    exact = _exact(matching)
    meant = {id(h.record) for h in matching if h.match >= Match.NEAR}
    if off == 0 and not all(id(record) in meant for record in run):
        return Judgement("unknown")
    sure = bool(exact) and all(record.verified and (record.end or record.as_of) for record in exact)
    if off == 0 and mention.end_year and not _reaches(run[-1], mention.end_year):
        return Judgement("unknown")
    if off == 0:
        return _since(run, exact, moment) if not mention.end_year and not moment.past else Judgement("right", run[:1])
    runs = runs_of(exact)
    return Judgement("wrong_years", runs[0]) if off >= 2 and sure and runs else Judgement("unknown")


def _reaches(record: OfficeRecord, year: int) -> bool:
    """Tell whether a record knows that its term ended in a year."""
    return record.end is not None and year <= record.end.latest.year + 1


def _since(run: tuple[OfficeRecord, ...], exact: list[OfficeRecord], moment: Moment) -> Judgement:
    """Judge `since 2019`: the year is right, and the office must still be held."""
    states = {state(record, moment.day) for record in exact} or {State.MAYBE}
    if state(run[-1], moment.day) is State.IN:
        return Judgement("right", run[:1])
    if states == {State.AFTER} and moment.anchored and all(record.verified for record in exact):
        return Judgement("stale", (max(exact, key=lambda r: r.end.latest if r.end else date.min),))
    return Judgement("unknown")


def _may_hold(matching: list[Held], moment: Moment) -> bool:
    """Tell whether any record that may mean the office may include the day."""
    if any(h.match >= Match.NEAR for h in matching):
        return True
    return any(
        overlaps(h.record, when) for h in matching for when in (PartialDate(moment.day.isoformat()), *moment.others)
    )
