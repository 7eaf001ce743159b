"""Years: ages against birth years, durations against their first and last year or day, years ago.

Only what one sentence says of one person or one span; words such as `about` and `more than` widen or
silence the comparison. Ages in a sentence that names another year are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from pipeline.check.checkers.consistency.figures import find_figures
from pipeline.check.checkers.consistency.oddity import Oddity, other_years, pin
from pipeline.core.english import MONTH, WEEKDAYS, YEAR, make_date, month_number, weekday_number

_NUMBER = r"(?:[0-9]{1,3}|[A-Za-z]+(?:-[a-z]+)?)"
_LENGTHS = (
    r"(?:term|tenure|reign|stint|spell|career|period|span|stretch|presidency|premiership|rule|mandate|run"
    r"|war|marriage|ban|drought|gap|absence)"
)
_BETWEEN = rf"(?P<how>from|between) (?P<first>{YEAR}) (?P<joint>to|until|till|and|through) (?P<last>{YEAR})\b"
_AFTER = re.compile(
    rf"\b{_BETWEEN}(?:,| –| —|—| \()\s?(?:(?:a|the) (?:period|span|total|stretch) of |for "
    rf"|a )?(?P<n>{_NUMBER})[ -]years?\b"
    r"(?!-old| (?:as|at|with|behind|on|under|later|after|before|earlier|ago|old|into))",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"(?<![\w.,–-])(?P<n>{_NUMBER})(?:-year(?: [a-z]+)? {_LENGTHS}| years),? {_BETWEEN}", re.IGNORECASE
)
_HEDGE = re.compile(
    r"\b(?:aged?|ages|about|around|some|roughly|nearly|almost|over|under|more than|less than|at least|approximately"
    r"|every|each|last|first|of those|than|further|another|next|the)(?: the| a| an| his| her)?(?: of)? $",
    re.IGNORECASE,
)
_AGO = re.compile(
    rf"(?<![\w.,–-])(?P<n>{_NUMBER}) years ago,? (?:back )?in (?P<first>{YEAR})\b"
    rf"|\b(?:in|since) (?:{MONTH} )?(?P<first2>{YEAR}),? (?P<n2>{_NUMBER}) years ago\b",
    re.IGNORECASE,
)
_BORN = (
    rf"\b[Bb]orn (?:on (?:[0-9]{{1,2}} {MONTH},? |{MONTH} [0-9]{{1,2}},? )|in (?:{MONTH},? )?"
    rf"|in [A-Z][\w ]{{1,30}}? in )?(?P<born>{YEAR})\b"
)
_IS_BORN = re.compile(_BORN)
_AGED = re.compile(
    r"(?<=[a-z]), (?:aged |who is |age )?(?P<age>[1-9][0-9]),|\bis (?P<age2>[1-9][0-9]) years old\b"
    r"|\bis now (?P<age3>[1-9][0-9])\b(?=[ ,.]*(?:and|but|$|[,.]))"
)
_DIED = re.compile(
    rf"\b(?:died|passed away|was killed|were killed)\b(?:(?!\bborn\b)[^.;])*?\bin (?:{MONTH},? )?(?P<died>{YEAR})\b"
)
_AT_DEATH = re.compile(
    r"\b(?:died|passed away|was killed)\b[^.;]*?\b(?:aged|at the age of|at age"
    r"|at) (?P<age>[1-9][0-9])\b(?! ?(?:[ap]\.?m|%|per ?cent|[A-Z]|:))"
)
_LIFE = re.compile(rf"\((?:born )?(?P<born>{YEAR})\s?[-–]\s?(?P<died>{YEAR})\)")
_TURNED = re.compile(
    r"\b(?:turned|celebrated (?:his|her) |turning) ?(?P<age>[1-9][0-9])(?:th|st|nd"
    r"|rd)?(?: birthday)?\b(?![\d%])[^.;]{0,20}?\bin (?P<then>[12][0-9]{3})\b"
)
_TURNED_NOW = re.compile(
    r"\b(?:turned|turns|will turn) (?P<age>[1-9][0-9]|10[0-9]) (?:on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
    r"|yesterday|today"
    r"|last (?:week|month)|this (?:week|month|year))\b"
)
_OF_AGE = re.compile(r"\b[Tt]he (?P<age>[1-9][0-9])-year-old,? (?:who was )?$")
_THEN = re.compile(r"\b(?:then|at the time|when (?:he|she)|was (?:just |only )?[0-9]{2} when)\b", re.IGNORECASE)
_FROM_DAY_TO_DAY = re.compile(
    rf"(?<![\w.,–-])(?P<n>{_NUMBER}) days,? (?:from|between) (?:(?P<d1>[0-9]{{1,2}})(?: (?P<m1>{MONTH}))?"
    rf" (?:to|and|until) (?P<d2>[0-9]{{1,2}}) (?P<m2>{MONTH})"
    rf"|(?P<m3>{MONTH}) (?P<d3>[0-9]{{1,2}}) (?:to|and|until|through) (?:(?P<m4>{MONTH}) "
    rf")?(?P<d4>[0-9]{{1,2}}))(?![\w,]*\d)"
)
_ANY_DAY = "|".join(WEEKDAYS)
_DAYS_SPAN = re.compile(
    rf"(?<![\w.,–-])(?P<n>{_NUMBER})-day [a-z]+(?: [a-z]+)?,? from (?:(?P<w1>{_ANY_DAY}) to (?P<w2>{_ANY_DAY})"
    rf"|(?:(?P<d1>[0-9]{{1,2}}) )?(?P<m1>{MONTH})(?: (?P<e1>[0-9]{{1,2}}))?"
    rf" to (?:(?P<d2>[0-9]{{1,2}}) )?(?P<m2>{MONTH})?(?: ?(?P<e2>[0-9]{{1,2}}))?)(?![\w,]*\d)"
)


def odd_years(text: str, start: int, today: date | None) -> Iterator[Oddity]:
    """Yield the ages and durations of a sentence that its own years contradict."""
    yield from _durations(text, start)
    yield from _day_spans(text, start, today)
    yield from _counted_days(text, start, today)
    if today:
        yield from _years_ago(text, start, today)
    yield from _ages_at_death(text, start)
    yield from _ages_turned(text, start)
    if today:
        yield from _ages_now(text, start, today)
        yield from _ages_turning(text, start, today)


def _number(words: str) -> int | None:
    if words.lower() == "decade":
        return 10
    figures = find_figures(words)
    whole = len(figures) == 1 and figures[0].text == words and figures[0].is_count
    return int(figures[0].value) if whole else None


def _durations(text: str, start: int) -> Iterator[Oddity]:
    for pattern in (_AFTER, _BEFORE):
        for match in pattern.finditer(text):
            years, first, last = _number(match["n"]), int(match["first"]), int(match["last"])
            if years is None or last <= first or _HEDGE.search(text[: match.start("n")]):
                continue
            lasts = last - first
            part_of_it = match["how"].lower() == "between" and pattern is _BEFORE
            if years > lasts + 1 or (years < lasts - 1 and not part_of_it):
                yield Oddity(
                    pin(text, start, match.start("n"), match.end("n")),
                    f"The text says “{match['n']}” years, but from {first} to {last} is {lasts}.",
                )


def _day_spans(text: str, start: int, today: date | None) -> Iterator[Oddity]:
    for match in _DAYS_SPAN.finditer(text):
        days = _number(match["n"])
        length = _days_between(match, today)
        if days is None or length is None:
            continue
        fits = (days - length) % 7 in (0, 1) if match["w1"] else days in (length, length + 1)
        if not fits and (days < 8 or not match["w1"]):
            period = match[0][match[0].index("from ") :]
            yield Oddity(
                pin(text, start, match.start("n"), match.end("n")),
                f"The text says “{match['n']}-day”, but “{period}” is {length + 1} days, first and last included.",
            )


def _counted_days(text: str, start: int, today: date | None) -> Iterator[Oddity]:
    """Yield `nine days, from 4 to 13 August`."""
    for match in _FROM_DAY_TO_DAY.finditer(text):
        days, length = _number(match["n"]), _length(match, today.year if today else 2023)
        if days is None or length is None or _HEDGE.search(text[: match.start("n")]) or days in (length, length + 1):
            continue
        yield Oddity(
            pin(text, start, match.start("n"), match.end("n")),
            f"The text says “{match[0]}”, but that is {length + 1} days, first and last included.",
        )


def _length(match: re.Match[str], year: int) -> int | None:
    months = (match["m1"] or match["m2"], match["m2"]) if match["d1"] else (match["m3"], match["m4"] or match["m3"])
    days = (match["d1"], match["d2"]) if match["d1"] else (match["d3"], match["d4"])
    first, last = (make_date(year, month_number(month), int(day)) for month, day in zip(months, days, strict=True))
    return (last - first).days if first and last and last > first else None


def _days_between(match: re.Match[str], today: date | None) -> int | None:
    if match["w1"]:
        return (weekday_number(match["w2"]) - weekday_number(match["w1"])) % 7
    one, two = match["d1"] or match["e1"], match["d2"] or match["e2"]
    if not one or not two or bool(match["d1"]) != bool(match["d2"]):
        return None
    year = today.year if today else 2023
    first_month = month_number(match["m1"])
    first = make_date(year, first_month, int(one))
    last = make_date(year, month_number(match["m2"]) if match["m2"] else first_month, int(two))
    return (last - first).days if first and last and last > first else None


def _years_ago(text: str, start: int, today: date) -> Iterator[Oddity]:
    for match in _AGO.finditer(text):
        words, first = match["n"] or match["n2"], int(match["first"] or match["first2"])
        years = _number(words)
        begin = match.start("n") if match["n"] else match.start("n2")
        if years is None or _HEDGE.search(text[:begin]) or other_years(text, first, today.year):
            continue
        if abs(today.year - first - years) > 1:
            yield Oddity(
                pin(text, start, begin, begin + len(words)),
                f"The text says “{words} years ago”, but {first} is {today.year - first} years before the "
                f"article’s date ({today.isoformat()}).",
            )


def _age_oddity(text: str, start: int, match: re.Match[str], born: int, year: int, age: int, group: str) -> Oddity:
    low, high = year - born - 1, year - born
    return Oddity(
        pin(text, start, match.start(group), match.end(group)),
        f"The text gives the age {age}, but somebody born in {born} was {low} or {high} in {year}.",
    )


def _ages_at_death(text: str, start: int) -> Iterator[Oddity]:
    aged = _AT_DEATH.search(text)
    life = _LIFE.search(text)
    if not aged or len(_LIFE.findall(text)) > 1:
        return
    born, died = (int(life["born"]), int(life["died"])) if life else _born_and_died(text)
    age = int(aged["age"])
    if born and died and not other_years(text, born, died) and age not in (died - born, died - born - 1):
        yield _age_oddity(text, start, aged, born, died, age, "age")


def _born_and_died(text: str) -> tuple[int, int]:
    births, deaths = list(_IS_BORN.finditer(text)), list(_DIED.finditer(text))
    if len(births) != 1 or len(deaths) != 1:
        return 0, 0
    return int(births[0]["born"]), int(deaths[0]["died"])


def _ages_turned(text: str, start: int) -> Iterator[Oddity]:
    births, turned = list(_IS_BORN.finditer(text)), list(_TURNED.finditer(text))
    if len(births) != 1 or len(turned) != 1:
        return
    born, then, age = int(births[0]["born"]), int(turned[0]["then"]), int(turned[0]["age"])
    if age != then - born and not other_years(text, born, then):
        yield Oddity(
            pin(text, start, turned[0].start("age"), turned[0].end("age")),
            f"The text says turning {age} in {then}, but somebody born in {born} turned {then - born} in {then}.",
        )


def _ages_turning(text: str, start: int, today: date) -> Iterator[Oddity]:
    """Yield `born in 1950 and turned 70 last week`, and `the 60-year-old, who was born in 1950`."""
    births, turned = list(_IS_BORN.finditer(text)), list(_TURNED_NOW.finditer(text))
    if len(births) != 1 or other_years(text, int(births[0]["born"])) or re.search(_KIN, text):
        return
    born = int(births[0]["born"])
    aged = _OF_AGE.search(text[: births[0].start()])
    if len(turned) == 1 and int(turned[0]["age"]) not in {today.year - born, today.year - born - (today.month == 1)}:
        yield _age_oddity(text, start, turned[0], born, today.year, int(turned[0]["age"]), "age")
    if aged and int(aged["age"]) not in (today.year - born, today.year - born - 1):
        yield _age_oddity(text, start, aged, born, today.year, int(aged["age"]), "age")


_KIN = r"\b(?:son|daughter|children|child|brother|sister|wife|husband|mother|father|parents|twins)\b"


def _ages_now(text: str, start: int, today: date) -> Iterator[Oddity]:
    births = list(_IS_BORN.finditer(text))
    ages = list(_AGED.finditer(text))
    if len(births) != 1 or len(ages) != 1 or _THEN.search(text) or re.search(r"\bdie[ds]\b|\bkilled\b|\blate\b", text):
        return
    born, group = int(births[0]["born"]), str(ages[0].lastgroup)
    age = int(ages[0][group])
    if other_years(text, born) or age in (today.year - born, today.year - born - 1):
        return
    if len(
        re.findall(r"\b(?:son|daughter|children|child|brother|sister|wife|husband|mother|father|parents|twins)\b", text)
    ):
        return
    yield _age_oddity(text, start, ages[0], born, today.year, age, group)
