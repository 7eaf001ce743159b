"""Days of the calendar: `4 March 2024 was a Monday`, `Christmas Day fell on a Monday in 2023`.

Only holidays that stand on one day of the year everywhere; which weekday it is, the calendar tells alone.
"""

from __future__ import annotations

import re
from datetime import date

from pipeline.check.checkers.world.forms import Answer, Form, Setting, form, in_group
from pipeline.core.english import WEEKDAY, WEEKDAYS, find_written_dates, format_date, make_date, weekday_number
from pipeline.core.models import PartialDate, Passage

_HOLIDAYS: dict[str, tuple[int, int]] = {
    "New Year's Day": (1, 1), "Epiphany": (1, 6), "Valentine's Day": (2, 14), "St Patrick's Day": (3, 17),
    "International Women's Day": (3, 8), "May Day": (5, 1), "Bastille Day": (7, 14), "Halloween": (10, 31),
    "All Saints' Day": (11, 1), "Christmas Eve": (12, 24), "Christmas Day": (12, 25), "Boxing Day": (12, 26),
    "New Year's Eve": (12, 31), "Anzac Day": (4, 25), "Canada Day": (7, 1), "Armistice Day": (11, 11),
}  # fmt: skip
_MODERN = 1930


def judge_date(match: re.Match[str], setting: Setting) -> Answer | None:
    """Tell whether a date with its year is a weekday."""
    words = match["date"].rstrip(",")
    written = find_written_dates(words)
    if len(written) != 1 or not (written[0].year and written[0].month and written[0].day):
        return None
    if (written[0].start, written[0].end) != (0, len(words)):
        return None
    return _judge(make_date(written[0].year, written[0].month, written[0].day), match)


def judge_holiday(match: re.Match[str], setting: Setting) -> Answer | None:
    """Tell whether a holiday is a weekday in a year."""
    holiday = _HOLIDAYS.get(match["holiday"].replace("’", "'").replace("St.", "St"))
    named = match["year"] or match["year2"] if match["year"] or match["year2"] else None
    this = setting.day.year if match["this"] and setting.day else None
    year = int(named) if named else this
    return _judge(make_date(year, *holiday), match) if holiday and year else None


def _judge(day: date | None, match: re.Match[str]) -> Answer | None:
    if day is None or day.year < _MODERN:
        return None
    name = WEEKDAYS[day.weekday()]
    fact = Passage(
        text=f"{format_date(day)} is a {name}.",
        title="The Gregorian calendar",
        publisher="factnotes world data",
        event_date=PartialDate(str(day.year)),
        note="worked out from the calendar",
    )
    right = weekday_number(match["weekday"]) == day.weekday()
    return Answer(
        "right" if right else "wrong", in_group(match, "weekday"), fact, "wrong_fact", None if right else name
    )


_FALLS = r" (?:is|was|fell on|falls on|will fall on|will be|is on|was on) (?:an? )?"
_DAY = rf"(?P<weekday>{WEEKDAY})"
_NAMES = "|".join(re.escape(name).replace("'", "['’]").replace("St ", r"St\.? ") for name in _HOLIDAYS)
WHOLE: tuple[Form, ...] = (
    form(rf"(?P<date>[\w ,]{{8,24}}?){_FALLS}{_DAY}", judge_date),
    form(
        rf"(?P<holiday>{_NAMES})(?: (?:in )?(?P<year>[12][0-9]{{3}}))?{_FALLS}{_DAY}"
        r"(?: in (?P<year2>[12][0-9]{3})|(?P<this> this year))?",
        judge_holiday,
    ),
)
