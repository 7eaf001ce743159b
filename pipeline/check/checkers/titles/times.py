"""When a title was held, as the words of its own construction say: years, decades, the day a sentence asserts it for.

Understood are `2014-18`, `from May 2014 to June 2016`, `between 2014 and 2018`, `until 2018`, `since 2014`, `in the
1990s`, `in 2016` and `on 3 May 2016`, behind the title, in brackets, or between commas; where the article has a day,
`until last year` and, behind a verb such as `resigned as`, `last week`, `in May` and `11 days ago` too. Whatever else
there says of time makes a title loose: it is never called wrong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pipeline.core.english import MONTHS, WEEKDAYS, When, find_dates
from pipeline.core.models import PartialDate

_PART = (
    r"(?:(?:the )?(?:early|late|mid|(?:spring|summer|autumn|fall|winter|end|start|beginning|middle)(?: of)?"
    r"|[A-Z][a-z]+|\d{1,2}(?:st|nd|rd|th)?)[.,]?[ -]){0,2}"
)
"""A month or a day before a year; not another year."""
_YEARS = re.compile(
    rf"\s*,?\s*\(?(?:(?:from|between|in)\s+)?{_PART}(?P<start>[12]\d{{3}})\s*(?:to|and|until|till|through|-|–|—)\s*"
    rf"{_PART}(?P<end>[12]\d{{3}}|\d{{2}}(?!\s+[A-Z][a-z]|%))\b"
)
_UNTIL = re.compile(rf"\s*,?\s*(?:until|till|through|up to)\s+{_PART}(?P<end>[12]\d{{3}})\b")
_SINCE = re.compile(rf"\s*,?\s*(?:ever )?since\s+{_PART}(?P<start>[12]\d{{3}})\b")
_DECADE = re.compile(
    r"\s*,?\s*(?:in|during|through|throughout)\s+(?:much of |most of |part of )?the\s+"
    r"(?:early |mid-|late )?(?P<decade>[12]\d\d0)['’]?s\b"
)
_AT = re.compile(
    r"\s*,?\s*\(?(?:on|in|as of|back in|during)\s+(?P<date>(?:[\w.]+,?\s){0,2}[12]\d{3})\b(?!\s*(?:to|[-–—]))"
)
_BEFORE_NAME = re.compile(
    r"(?:^|[.!?]['\"’”]?\s+)(?:On|In|As of|Back in)\s+(?:[A-Z][a-z]+day,?\s)?"
    r"(?P<date>(?:[\w.]+,?\s){0,2}[12]\d{3}),?\s+$"
)
_NAMED = rf"(?:{'|'.join(MONTHS)})"
_DAYS = rf"(?:{'|'.join(WEEKDAYS)})"
_WHICH = rf"(?:(?:late|early|earlier) )?(?:last|this) (?:year|month|week|{_NAMED}|{_DAYS})|yesterday|today"
_UNTIL_NEAR = re.compile(
    rf"\s*,?\s*(?:until|till|up to|up until)\s+(?:(?P<when>{_WHICH}|{_NAMED})|(?:very )?recently|(?:late )?last "
    r"(?:spring|summer|autumn|fall|winter))\b(?!\s+\d)"
)
_EVENT = re.compile(
    r"\s*,?\s*(?:(?:on|in|back in|late in|early in|earlier in)\s+)?"
    rf"(?P<when>{_WHICH}|{_DAYS}|(?:{_DAYS},? )?\d{{1,2}} {_NAMED}(?:,? [12]\d{{3}})?"
    rf"|{_NAMED}(?: \d{{1,2}}(?:st|nd|rd|th)?\b)?(?:,? [12]\d{{3}})?|[12]\d{{3}}"
    r"|(?P<number>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) (?P<unit>day|week)s? ago)"
    r"\b(?!\s*(?:to|[-–—])\s*\d)"
)
_COUNTED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_EARLIEST = 1600
"""Before it a bare number is hardly the year of an office."""
_YEAR_AFTER = re.compile(
    r"\b(?:in|since|by|until|from|of|after|before|during|between|and|early|late|mid-)\s*$", re.IGNORECASE
)
_COMING = re.compile(
    r"(?:\b(?P<until>until|till|by|through|from|for|before|in|the|its|their) )?\b(?P<year>[12]\d{3})"
    r"(?P<season>[-–/]\d\d)?\b"
)
"""A year with the word before it, or a year of account such as `2016-17`."""
_STILL = ("until", "till", "by", "through", "the", "its", "their")
"""Words before the article's own year in what is not over: `until 2021`, `the 2021 budget`."""
_ENDED = re.compile(r"\s*,?\s*(?:until|till|before|when|at the time)\b")
_SOMETIME = re.compile(
    r"\s*[,(]?\s*(?:for (?:\w+ ){0,4}(?:years?|months?|decades?|terms?|weeks?)|during|under|when|while|before|after"
    r"|until|till|since|from (?=[\d'’]|the |early|late|mid|[A-Z][a-z]+,? \d)|between"
    r"|in (?:the|those|that|his|her|early|late|mid|\d)|at (?:the|that) time|back (?:then|in)|then|once|through"
    r"|throughout|amid|as of|of (?:the|those) (?:time|days|years|era)|by \d|\d{4}|['’]\d\d)\b"
)
"""Words of time behind a title."""
_CLOSED = re.compile(
    r"\s*(?:[,.;:!?)\]”\"]|[-–—]\s|$)"
    r"|\s+(?:and|but) (?!(?:again|then|later|from|between|since|until|in|after|before)\b|\d)"
)
_IN_TITLE = re.compile(
    r"\b(?:years?|months?|weeks?|decades?|days|era|times?|period|century|terms?|crisis|war|siege|pandemic|during|until"
    r"|till|since|when|while|before|after|then|under|amid|between|throughout|\d{4})\b"
)
"""Words that date a title from inside its complement."""


@dataclass(frozen=True)
class Tenure:
    """What the words behind a title say of when it was held."""

    start: int | None = None
    end: int | None = None
    decade: int | None = None
    at: PartialDate | None = None
    stop: int = 0
    """Where those words end; 0 when there are none."""
    over: bool = False
    """True where the words say that it ended."""
    ended: PartialDate | None = None
    """The day, month or year of its end, where the words say that with the article's own day."""
    former: bool = False
    """True of `until recently`: it has ended by the article's day."""
    loose: bool = False
    """True where words of time stand there that are not understood."""


def tenure_after(text: str, at: int, today: date | None = None) -> Tenure:
    """Read when a title was held from the words that follow it."""
    tenure = _until_near(text, at, today) or _tenure_after(text, at)
    loose = not _CLOSED.match(text, tenure.stop) if tenure.stop else bool(_SOMETIME.match(text, at))
    return replace(tenure, loose=loose)


def tenure_behind_comma(text: str, at: int) -> Tenure:
    """Read `, 2014-18,` at a comma that ends a title; years that no comma closes belong to the verb."""
    tenure = _tenure_after(text, at)
    years = tenure.start or tenure.end
    return tenure if years and _CLOSED.match(text, tenure.stop) else Tenure()


def _until_near(text: str, at: int, today: date | None) -> Tenure | None:
    """Read `until last year` and `until recently`."""
    match = _UNTIL_NEAR.match(text, at)
    if match is None or today is None:
        return None
    ended = _resolved(match["when"], today) if match["when"] else None
    if match["when"] and ended is None:
        return None
    year = ended.earliest.year if ended else None
    return Tenure(end=year, stop=match.end(), over=True, ended=ended, former=ended is None)


def event_time(text: str, at: int, today: date | None) -> tuple[PartialDate, int] | None:
    """Return the time that follows `resigned as mayor`, and where its words end; None without one that is understood.

    >>> event_time(" last month over the ferry.", 0, date(2021, 3, 2))[0]
    PartialDate(root='2021-02')
    """
    match = _EVENT.match(text, at)
    if match is None:
        return None
    when = _ago(match, today) if match["unit"] else _resolved(match["when"], today)
    return (when, match.end()) if when else None


def _ago(match: re.Match[str], today: date | None) -> PartialDate | None:
    number = match["number"]
    count = int(number) if number.isdigit() else _COUNTED.index(number) + 1 if number in _COUNTED else 1
    if today is None:
        return None
    if match["unit"] == "day":
        return PartialDate((today - timedelta(days=count)).isoformat())
    return _shared(today - timedelta(days=7 * count + 3), today - timedelta(days=7 * count - 3))


def _resolved(words: str, today: date | None) -> PartialDate | None:
    """Return the one date of words such as `last May`, by the day they were written."""
    found = [when for when in find_dates(f"in {words}", today) if when.precision != "decade"]
    day = next((when for when in found if when.precision == "day"), None)
    when = day if day and len(found) == 2 else found[0] if len(found) == 1 else None
    return _past(when.partial or _shared(when.first, when.last), today) if isinstance(when, When) else None


def _past(when: PartialDate | None, today: date | None) -> PartialDate | None:
    """Return the last `May` before a day, where the next one was meant by nobody."""
    if when is None or today is None or when.earliest <= today or when.earliest.year > today.year:
        return when
    return PartialDate(f"{when.earliest.year - 1}{str(when)[4:]}") if str(when)[4:] != "-02-29" else None


def _shared(first: date, last: date) -> PartialDate | None:
    """Return the month or year two days share."""
    length = 7 if (first.year, first.month) == (last.year, last.month) else 4
    return PartialDate(first.isoformat()[:length]) if first.year == last.year else None


def is_dated_behind(text: str, at: int) -> bool:
    """Tell whether years stand behind a name that follows its title, as in `Minister Lena Alm (2014-18)`."""
    years = re.compile(r"\s*[,(]\s*(?:in |from |until |since )?[12]\d{3}\b").match(text, at)
    return bool(years) or bool(tenure_behind_comma(text, at).stop)


def is_sometime(text: str, at: int) -> bool:
    """Tell whether words of time stand at an offset."""
    return bool(_SOMETIME.match(text, at))


def is_dated_within(complement: str) -> bool:
    """Tell whether the words behind a head date the title, as in `minister for four years`."""
    return bool(_IN_TITLE.search(complement))


def _tenure_after(text: str, at: int) -> Tenure:
    if match := _YEARS.match(text, at):
        start, last = match["start"], match["end"]
        last = start[:2] + last if len(last) == 2 else last
        return Tenure(int(start), int(last), stop=match.end())
    over = bool(_ENDED.match(text, at))
    if match := _UNTIL.match(text, at):
        return Tenure(end=int(match["end"]), stop=match.end(), over=over)
    if match := _SINCE.match(text, at):
        return Tenure(int(match["start"]), stop=match.end())
    if match := _DECADE.match(text, at):
        return Tenure(decade=int(match["decade"]), stop=match.end(), over=True)
    if (match := _AT.match(text, at)) and (when := _one_date(match["date"])):
        return Tenure(at=when, stop=match.end())
    return Tenure(over=over)


def date_before(text: str) -> PartialDate | None:
    """Return the date that opens the sentence a name continues, as in `On 3 May 2014, Lena Alm`."""
    match = _BEFORE_NAME.search(text)
    return _one_date(match["date"]) if match else None


def dates_in(sentence: str) -> tuple[PartialDate, ...]:
    """Return the days, months and years a sentence names; a year alone only after a word such as `in`.

    >>> [str(day) for day in dates_in("He spoke on 3 May 2014.")]
    ['2014-05-03']
    """
    return tuple(day for _, day in placed_dates(sentence))


def placed_dates(text: str) -> tuple[tuple[int, PartialDate], ...]:
    """Return the days, months and years a text names, each with its offset; a year alone only after a word."""
    found = (
        (when.start, when.partial)
        for when in find_dates(text)
        if when.precision != "year"
        or (when.first.year >= _EARLIEST and _YEAR_AFTER.search(text, max(0, when.start - 12), when.start))
    )
    return tuple((start, day) for start, day in found if day)


def without_years_to_come(words: str, day: date) -> str:
    """Return words without the years that are not over on a day: they take nothing to an older time.

    >>> without_years_to_come("It will be shut until 2031.", date(2021, 3, 2))
    'It will be shut .'
    """

    def left(match: re.Match[str]) -> str:
        ends = int(match["year"]) + bool(match["season"])
        to_come = ends > day.year or (ends == day.year and match["until"] in _STILL)
        return "" if to_come else match[0]

    return _COMING.sub(left, words)


def _one_date(words: str) -> PartialDate | None:
    found = dates_in(words if " " in words else f"in {words}")
    return found[0] if len(found) == 1 else None
