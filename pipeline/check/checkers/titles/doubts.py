"""What leaves a title open, or makes it somebody else's, though a record of the person's seems to bear it out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from pipeline.check.checkers.titles.exclusion import OF_STATE, one_on
from pipeline.check.checkers.titles.judgement import Judgement, Moment
from pipeline.check.checkers.titles.others import OF_A_GOVERNMENT, spellings_of
from pipeline.check.checkers.titles.terms import Held, State, state
from pipeline.core.english import find_place, find_places
from pipeline.core.models import OfficeRecord, TitleMention
from pipeline.evidence import (
    Match,
    Office,
    body_words,
    lexicon,
    light_key,
    office_place,
    office_within,
    parse_office,
    plain,
)

_SECRETARY, _MINISTER = re.compile(r"\bSecretary\b", re.IGNORECASE), re.compile(r"\bMinister\b", re.IGNORECASE)
_SECRETARY_OF_STATE = re.compile(r"Secretary of State\b", re.IGNORECASE)
_HANDED_ON = timedelta(days=31)
_OF_PARTIES = ("leader", "whip")
_OF_A_PLACE = ("mayor", "governor", "sheriff")


def left_open(judgement: Judgement, claimed: Office, mention: TitleMention, moment: Moment) -> Judgement:
    """Return a judgement, or `unknown` for a title that is right, or stale, only of what the text does not name."""
    if judgement.outcome == "stale":
        last = judgement.records[0]
        other = _is_of_an_unnamed_body(last, claimed, moment) or _is_under_the_secretary(last, mention)
        return Judgement("unknown") if other else judgement
    if judgement.outcome != "right":
        return judgement
    record = judgement.records[0]
    if OF_STATE.search(mention.title) and not OF_STATE.search(record.office):
        return Judgement("unknown")  # a minister of state is under the minister
    if OF_STATE.search(record.office) and _is_under_another(record, claimed, mention, moment):
        return Judgement("unknown")
    unnamed = _is_of_an_unnamed_host(record, claimed, moment) or _is_of_an_unnamed_owner(record, claimed, moment)
    return Judgement("unknown") if unnamed or _is_of_a_named_other(record, claimed, moment) else judgement


def _is_of_an_unnamed_body(record: OfficeRecord, claimed: Office, moment: Moment) -> bool:
    """Tell whether a bare `President X` would be of a body of which a text names no word: another club has one, too."""
    own = body_words(record) - lexicon().common_names - lexicon().belongs
    bare = not (claimed.subject or claimed.place or moment.seat)
    return bare and claimed.kind not in _OF_ONE_PLACE and bool(own) and not own & moment.named


_OF_ONE_PLACE = (*_OF_A_PLACE, "head_of_government", "prosecutor", "chief_constable", "bishop")
"""Heads of a place, which papers of that place call by the bare title."""


def _is_under_the_secretary(record: OfficeRecord, mention: TitleMention) -> bool:
    """Tell whether a `Health minister` may be one under Britain's secretary of state, who is `British` abroad."""
    of_state = office_place(record.country) == "United Kingdom" and _SECRETARY_OF_STATE.match(record.office)
    minister = _MINISTER.search(mention.title) and not _SECRETARY.search(mention.title)
    return bool(of_state and minister) and mention.jurisdiction is None


def _is_under_another(record: OfficeRecord, claimed: Office, mention: TitleMention, moment: Moment) -> bool:
    """Tell whether somebody else, on the day, has the title without `of State`, by which this one is only like it."""
    place = claimed.place or mention.jurisdiction or office_place(record.country)
    head = _SECRETARY if _SECRETARY.search(mention.title) else _MINISTER
    bare = OF_STATE.search(mention.title) is None and bool(claimed.subject)
    others = moment.holders(claimed, place) if bare and place else ()
    return any(
        head.search(each.office)
        and not OF_STATE.search(each.office)
        and light_key(each.person) != light_key(record.person)
        and state(each, moment.day) is State.IN
        for each in others
    )


def _is_of_an_unnamed_host(record: OfficeRecord, claimed: Office, moment: Moment) -> bool:
    """Tell whether a text says `the Polish ambassador` and does not name the host country on record."""
    if claimed.kind != "ambassador" or claimed.subject:
        return False
    hosts = parse_office(record.office).subject
    places = (find_place(word.title()) for word in moment.named)
    named = moment.named | {plain(place.name) for place in places if place}
    return bool(hosts) and not hosts & named


def _is_of_an_unnamed_owner(record: OfficeRecord, claimed: Office, moment: Moment) -> bool:
    """Tell whether the words around `the city's mayor` do not name the city on record."""
    if not moment.owned or claimed.subject or claimed.place:
        return False
    words = {part for word in body_words(record) or parse_office(record.office).subject for part in word.split()}
    return bool(words) and not words & moment.named


def _is_of_a_named_other(record: OfficeRecord, claimed: Office, moment: Moment) -> bool:
    """Tell whether an article of Dublin speaks of `Lord Mayor X`, who is that of Cork, while somebody is of Dublin."""
    own = {part for word in parse_office(record.office).subject - claimed.subject for part in word.split()}
    if claimed.kind not in _OF_A_PLACE or claimed.place or not own or own & moment.named:
        return False
    offices = (replace(claimed, subject=claimed.subject | {word}) for word in sorted(moment.named))
    others = (each for office in offices for each in moment.holders(office, None))
    return any(state(each, moment.day) is State.IN and each.person != record.person for each in others)


def without_like_names(held: Held, claimed: Office, moment: Moment) -> Held:
    """Return a record as hardly meant by `the Securities Commission` where an article names other countries alone.

    Many countries have a body of such a name; one of words of its own, such as a company's, is meant anywhere.
    """
    home = office_place(held.record.country)
    if claimed.place or home is None or not _is_of_common_words(held.record):
        return held
    said = (find_place(word.upper() if len(word) < _SHORT else word.title()) for word in moment.named)
    named = {place.country for place in said if place and place.country}
    return replace(held, match=min(held.match, Match.PERHAPS)) if named and home not in named else held


_SHORT = 4
"""Letters from which a name of a country is none of its initials."""


def _is_of_common_words(record: OfficeRecord) -> bool:
    """Tell whether the name of a record's body is one that every country may have a body of."""
    places = {word for _, _, place in find_places(record.organisation or "") for word in plain(place.name).split()}
    words = body_words(record) - places
    return bool(words) and words <= lexicon().portfolio | lexicon().common_names | lexicon().organisation_words


def is_anothers(claimed: Office, place: str | None, held: Sequence[Held], own: OfficeRecord, moment: Moment) -> bool:
    """Tell whether the records give exactly an office to one other, of which somebody's own is only a longer name.

    The president of the Royal Society of Lomond is not that of the Royal Society. A minister may be called by a part of
    the portfolio that a junior one has.
    """
    at_another_time = moment.others or moment.past or moment.then or moment.asserted
    if at_another_time or claimed.kind in OF_A_GOVERNMENT or not (claimed.subject or place):
        return False
    more = _whole_subject(own) - claimed.subject - {"city", "town"}
    if (
        claimed.kind not in _OF_PARTIES and more and all(find_place(word.title()) for word in more)
    ):  # London, Ontario, has a mayor, too
        return False
    everybody = moment.holders(claimed, None) if claimed.subject else moment.holders(claimed, place)
    exact = [record for record in everybody if _whole_subject(record) == claimed.subject]
    now = (record for record in exact if state(record, moment.day) not in (State.BEFORE, State.AFTER))
    mine = any(light_key(record.person) in spellings_of(held) for record in now)
    return _whole_subject(own) != claimed.subject and not mine and one_on(exact, (moment.day,)) is not None


def _whole_subject(record: OfficeRecord) -> frozenset[str]:
    office = office_within(record.office, record.organisation)
    return (office.subject | body_words(record)) - ({"party"} if office.kind in _OF_PARTIES else set())


def may_be_renamed(judgement: Judgement, held: Sequence[Held], moment: Moment) -> bool:
    """Tell whether an office may have got another name while the person held it: `agriculture`, now `rural affairs`.

    The person went from the one to another of the same government, and nobody is on record for the first since.
    """
    if judgement.outcome != "stale" or not judgement.records[0].end:
        return False
    left, ended = judgement.records[0], judgement.records[0].end
    mine = next(h for h in held if h.record is left)
    for h in held:
        went_on = (
            h.office.kind == mine.office.kind and h.place == mine.place and state(h.record, moment.day) is State.IN
        )
        fields = any(one & mine.office.subject and one & h.office.subject for one in lexicon().recut)
        if went_on and fields and h.record.start and abs(h.record.start.earliest - ended.latest) <= _HANDED_ON:
            place = mine.place if mine.office.kind in OF_A_GOVERNMENT else None
            others = [r for r in moment.holders(mine.office, place) if state(r, moment.day) is not State.AFTER]
            return all(light_key(record.person) in spellings_of(held) for record in others)
    return False
