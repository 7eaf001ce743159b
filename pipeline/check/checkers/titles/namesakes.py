"""Which of several people of one name a title may mean, and what holds whoever is meant."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.check.checkers.titles.judgement import WRONG, Judgement
from pipeline.check.checkers.titles.places import is_country
from pipeline.check.checkers.titles.terms import Held, claimed_office, compare, is_compatible
from pipeline.core.models import OfficeRecord, TitleMention
from pipeline.evidence import Match, parted

_BY_TIME = ("stale", "premature_former")


def who_is_meant(
    mention: TitleMention, found: Sequence[OfficeRecord], seat: str | None
) -> list[Sequence[OfficeRecord]]:
    """Part records by person, without namesakes of other countries where one has held the very office.

    `Canadian Governor General Ana Reyes` means her who was that, at whatever time, and no minister of Chile.
    """
    people: list[Sequence[OfficeRecord]] = [*parted(found)]
    place = mention.jurisdiction
    if len(people) < 2 or not is_country(place):
        return people
    claimed = claimed_office(mention, seat)
    held = [[compare(record, claimed, mention) for record in person] for person in people]
    if not any(_has_held(person, place) for person in held):
        return people
    return [person for person, offices in zip(people, held, strict=True) if not _is_of_elsewhere(offices, place)]


def _has_held(person: Sequence[Held], place: str | None) -> bool:
    return any(each.match is Match.SAME and each.place and is_compatible(place, each) for each in person)


def _is_of_elsewhere(person: Sequence[Held], place: str | None) -> bool:
    return all(is_country(each.place) and not is_compatible(place, each) for each in person)


def of_namesakes(judgements: Sequence[Judgement]) -> Judgement:
    """Return what holds whoever of one name is meant: right for one is right, wrong only what is wrong for all."""
    if all(each.outcome in WRONG for each in judgements):
        return next((each for each in judgements if each.outcome in _BY_TIME), judgements[0])
    right = next((each for each in judgements if each.outcome == "right"), Judgement("unknown"))
    return right if len(judgements) > 1 else judgements[0]
