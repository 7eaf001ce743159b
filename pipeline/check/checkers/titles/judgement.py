"""What a title is judged at, and what the records say of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipeline.check.checkers.titles.exclusion import Holders, nobody
from pipeline.core.models import OfficeRecord, PartialDate

TitleFinding = Literal[
    "right",
    "stale",
    "premature_former",
    "wrong_country",
    "wrong_office",
    "wrong_years",
    "not_in_records",
    "unknown",
]

WRONG: frozenset[TitleFinding] = frozenset(
    {"stale", "premature_former", "wrong_country", "wrong_office", "wrong_years"}
)


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
    asserted: PartialDate | None = None
    """The day, month or year for which the sentence asserts the office, as in `is the current` or `On 3 May X was`."""
    around: tuple[PartialDate, ...] = ()
    """Where a `then-Mayor` has no day of its clause that is understood: the days of the sentence."""
    act: PartialDate | None = None
    """The older day, month or year of what the named person did, as in `opened in 2019 by`."""
    leaving: bool = False
    """Said of somebody outgoing."""
    seat: str | None = None
    """The state or town that stands behind the name, as in `(D-Ohio)` or `Mayor Ana Reyes of Alder Falls`."""
    decade: int | None = None
    """First year of the decade in which the office was held, as the text says."""
    shared: bool = False
    """True where the words could give the name to either of two titles, as in `counselor to the President X`."""
    began: PartialDate | None = None
    """When the text says that the term began."""
    ended: PartialDate | None = None
    """When the text says that it ended."""
    elected: bool = False
    """True where it began with an election."""
    named: frozenset[str] = frozenset()
    """The words of the article's names, in lower case: a bare `chairman` is of the body that it names."""
    owned: bool = False
    """True of `the company's chairman`: those names are then of its sentence and the one before alone."""
    bounded: bool = False
    """True in a sentence of the news whose time may not be the title's own: of that day, or of months before."""
    near: bool = False
    """True in such a sentence that ties the name to a near day: who left long before is not called so."""
    courtesy: bool = False
    """True where it clearly speaks of the day, but with a title that people keep: `Governor Reyes`."""
    elsewhen: bool = False
    """True where words or days around the mention may speak of an older time."""
    holders: Holders = nobody


@dataclass(frozen=True)
class Judgement:
    """What the records say of a title."""

    outcome: TitleFinding
    records: tuple[OfficeRecord, ...] = ()
    """The records that decide, best first."""
    when: PartialDate | None = None
    """The time the text gives, where it was judged at that and not at the article's day."""
