"""The days of an article: which source is believed, which only gives an estimate, and why.

A day is known where a source declares it for this very article, in a form that means one day only, and none
contradicts it. All else is an estimate; it is never later than another day the page gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pipeline.articles.day_sources import ALONE, Found, Page, modified_days, published_days
from pipeline.articles.day_values import ReadDay, read_day
from pipeline.core.models import Datum, Rival

DAY_UNKNOWN = "the day of publication is "
"""How the warning of a day that is not known for sure begins."""
GIVE_DAY = "nothing that depends on it is decided: give it with --date"
"""What to do about it."""
_UNDECLARED = "no source declares it for this article"
_DAY = timedelta(days=1)
_FAR = timedelta(days=3)
"""How far a hint may be from what is declared: an address often holds the day a story was begun."""
_MOST_RIVALS = 12


@dataclass(frozen=True)
class Days:
    """The days of an article: at most one of `known` and `estimated`."""

    known: date | None = None
    estimated: date | None = None
    data: tuple[Datum, ...] = ()
    warning: str | None = None


@dataclass(frozen=True)
class _Said:
    """A source whose day could be read."""

    read: ReadDay
    found: Found

    @property
    def day(self) -> date:
        return self.read.day

    @property
    def is_local(self) -> bool:
        """True where it tells a day as its readers saw it, and not a moment in UTC."""
        return not self.read.utc_minutes and self.read.doubt is None


def find_days(page: Page) -> Days:
    """Return the days of a page's article, with every source that tells one."""
    published = list(published_days(page))
    changed = _changed(list(modified_days(page)))
    said = [_Said(each.read, each) for each in published if each.read]
    declared = [each for each in said if each.found.strength == "declared"]
    if declared:
        chosen, doubts = _of_declared(declared, said, changed, page)
    elif said:
        chosen, doubts = _of_hints(said, page)
    elif (guess := _guess(page, changed)) is not None:
        chosen, doubts = guess
    else:
        return Days(warning=f"{DAY_UNKNOWN}not told by the page; {GIVE_DAY}")
    return _days(chosen, doubts, published, changed)


def _days(chosen: _Said, doubts: list[str], published: Sequence[Found], changed: Datum | None) -> Days:
    rivals = [Rival(value=each.raw[:80], source=each.source) for each in published if each is not chosen.found]
    why = "; ".join(doubts) or _why(chosen, published)
    datum = Datum(
        name="published",
        value=chosen.day.isoformat(),
        source=chosen.found.source,
        known=not doubts,
        why=why,
        rivals=tuple(rivals[:_MOST_RIVALS]),
    )
    data = (datum, changed) if changed else (datum,)
    if not doubts:
        return Days(known=chosen.day, data=data)
    told = f"{DAY_UNKNOWN}only estimated: {chosen.day.isoformat()}, from {chosen.found.source} ({why}); {GIVE_DAY}"
    return Days(estimated=chosen.day, data=data, warning=told)


def _changed(found: Sequence[Found]) -> Datum | None:
    """Return the day of the last change, by its first readable source."""
    first = next((each for each in found if each.read), None)
    if first is None or first.read is None:
        return None
    rivals = [Rival(value=each.raw[:80], source=each.source) for each in found if each is not first]
    return Datum(
        name="modified",
        value=first.read.day.isoformat(),
        source=first.source,
        known=first.read.doubt is None,
        rivals=tuple(rivals[:_MOST_RIVALS]),
    )


def _why(chosen: _Said, published: Sequence[Found]) -> str:
    same = sum(1 for each in published if each is not chosen.found and each.read and each.read.day == chosen.day)
    return f"{same} other source{'' if same == 1 else 's'} tell the same" if same else "nothing contradicts it"


def _of_declared(
    declared: Sequence[_Said], said: Sequence[_Said], changed: Datum | None, page: Page
) -> tuple[_Said, list[str]]:
    """Choose among what is declared for this article; return it with what makes it doubtful."""
    chosen = next((each for each in declared if each.read.doubt is None), declared[0])
    chosen = _local(_settled(chosen, said), said, page)
    doubts = []
    if chosen.read.doubt and not (chosen.read.other is None and _is_confirmed(chosen, said)):
        doubts.append(chosen.read.doubt)
    doubts += [
        f"{each.found.source} says {each.day.isoformat()}"
        for each in said
        if each.found is not chosen.found and _contradicts(each, chosen, changed)
    ]
    if changed and changed.known and date.fromisoformat(changed.value) < chosen.day - _DAY:
        doubts.append(f"{changed.source} is before it, {changed.value}")
    if _may_be_another(chosen.read, page) and not _is_confirmed(chosen, said):
        doubts.append("its time is in UTC, and the day may be another where the page is from")
    return chosen, list(dict.fromkeys(doubts))


def _settled(chosen: _Said, said: Sequence[_Said]) -> _Said:
    """Return an ambiguous day as the one of its two meanings that another source tells."""
    other = chosen.read.other
    if other and any(each.day == other and not each.read.doubt for each in said):
        return replace(chosen, read=replace(chosen.read, day=other, other=chosen.day))
    return chosen


def _contradicts(each: _Said, chosen: _Said, changed: Datum | None) -> bool:
    if each.read.doubt and chosen.day in (each.day, each.read.other):
        return False
    if changed and each.day.isoformat() == changed.value:
        return False
    if each.found.source.startswith(("JSON-LD WebPage", "the first time", ALONE)):
        return False
    return abs(each.day - chosen.day) > (_DAY if each.found.strength == "declared" else _FAR)


def _local(chosen: _Said, said: Sequence[_Said], page: Page) -> _Said:
    """Return the source that tells the day of the page's own place, where the chosen one tells it in UTC."""
    local = [each for each in said if each.is_local]
    if not _may_be_another(chosen.read, page) or any(each.day == chosen.day for each in local):
        return chosen
    near = (each for each in local if abs(each.day - chosen.day) == _DAY and _reaches(chosen.read, each.day))
    return next(near, chosen)


def _reaches(read: ReadDay, day: date) -> bool:
    """Tell whether a moment in UTC may be of the day before or after, somewhere."""
    minutes = read.utc_minutes or 0
    return (day < read.day and minutes < 8 * 60) or (day > read.day and minutes >= 12 * 60)


def _may_be_another(read: ReadDay, page: Page) -> bool:
    """Tell whether a moment in UTC is of another day where the page is from; at midnight sharp a day was meant."""
    minutes = read.utc_minutes
    return bool(minutes) and ((page.american and (minutes or 0) < 8 * 60) or (page.eastern and (minutes or 0) >= 780))


def _is_confirmed(chosen: _Said, said: Sequence[_Said]) -> bool:
    """Tell whether a source that is no moment in UTC tells the same day."""
    return any(
        each.day == chosen.day and (each.is_local or each.found.source.startswith("printed"))
        for each in said
        if each.found is not chosen.found
    )


def _of_hints(said: Sequence[_Said], page: Page) -> tuple[_Said, list[str]]:
    """Choose where no source is declared: the day that hints of two kinds agree on, else the earliest, estimated."""
    sure = [each for each in said if not each.read.doubt]
    for each in sure:
        kinds = {other.found.source.partition(" ")[0] for other in sure if other.day == each.day}
        far = any(abs(other.day - each.day) > _DAY for other in sure)
        if len(kinds) > 1 and not far and not _may_be_another(each.read, page):
            return each, []
    first = _settled(min(said, key=lambda each: each.day), said)
    return first, [first.read.doubt or _UNDECLARED]


def _guess(page: Page, changed: Datum | None) -> tuple[_Said, list[str]] | None:
    """Return an estimate where no source tells a day: what a library makes of the page, else the last change."""
    read = read_day(page.guessed, now=page.now) if page.guessed else None
    if read and not (changed and changed.value == page.guessed):
        return _Said(read, Found(page.guessed or "", "a guess from the page", "hint", read)), [_UNDECLARED]
    if changed:
        day = ReadDay(date.fromisoformat(changed.value))
        return _Said(day, Found(changed.value, changed.source, "hint", day)), [
            "only a change is dated, it may be older"
        ]
    return None
