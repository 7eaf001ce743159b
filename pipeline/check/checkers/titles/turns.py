"""What a text says of a term's beginning or end, `became mayor in 2019`, `resigned as mayor last week`, beside records.

No surer than records are: who leaves may say so a year before, and who is elected takes office later, or again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from pipeline.check.checkers.titles.terms import State, state_over
from pipeline.core.models import OfficeRecord, PartialDate

Turn = tuple[Literal["right", "wrong_years"], OfficeRecord]

_NEWS = timedelta(days=92)
"""How far the day of leaving may lie from the recorded end."""
_OVER = timedelta(days=366)
"""After it nobody leaves an office any more."""
_TAKES_OFFICE = timedelta(days=120)
_ELECTED_BEFORE = timedelta(days=400)
"""How long after an election a term may begin."""
_OTHER_YEARS = timedelta(days=730)


def of_end(good: Sequence[OfficeRecord], exact: Sequence[OfficeRecord], when: PartialDate) -> Turn | None:
    """Judge that a person left an office at a time; None where the records leave it open.

    `good` may be of the office, `exact` surely are. Wrong is only an end more than a year after the recorded one,
    more than two before it, or before every term began.
    """
    for record in good:
        if record.end is not None and max(_gap(record.end, when), _gap(when, record.end)) <= _NEWS:
            return "right", record
    known = all(record.verified and _tells_of(record, when) for record in exact)
    if not exact or not known or not all(_cannot_leave(record, when) for record in exact):
        return None
    return "wrong_years", max(exact, key=lambda record: str(record.end or ""))


def of_beginning(
    good: Sequence[OfficeRecord], exact: Sequence[OfficeRecord], when: PartialDate, elected: bool
) -> Turn | None:
    """Judge that a person took an office at a time, or was elected to it; None where the records leave it open."""
    later = _ELECTED_BEFORE if elected else _TAKES_OFFICE
    for record in good:
        if record.start is not None and _gap(when, record.start) <= later and _gap(record.start, when) <= _NEWS:
            return "right", record
    apart = all(record.verified and record.start and _is_apart(record, when, elected) for record in exact)
    known = all(_tells_of(record, when) for record in exact)
    return ("wrong_years", min(exact, key=lambda record: str(record.start))) if exact and apart and known else None


def _gap(one: PartialDate, other: PartialDate) -> timedelta:
    """Return how long after a date another one is at least; zero where it is not later."""
    return max(timedelta(0), other.earliest - one.latest)


def _tells_of(record: OfficeRecord, when: PartialDate) -> bool:
    return record.as_of is None or record.as_of >= when.latest


def _cannot_leave(record: OfficeRecord, when: PartialDate) -> bool:
    if record.start is not None and _gap(when, record.start) > _NEWS:
        return True
    return record.end is not None and (_gap(record.end, when) > _OVER or _gap(when, record.end) > _OTHER_YEARS)


def _is_apart(record: OfficeRecord, when: PartialDate, elected: bool) -> bool:
    """Tell whether a term began in other years; who is elected may be so again in the midst of one on record."""
    began = record.start
    other = began is not None and max(_gap(began, when), _gap(when, began)) > _OTHER_YEARS
    return other and not (elected and state_over(record, when) in (State.IN, State.MAYBE))
