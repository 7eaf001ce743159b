"""Years gone by: `28 years since the flood of 1996`, `the 50th anniversary of the 1974 strike`.

The first year and the number stand in one sentence, or in two that follow each other; the last is another
year of it or that of the article. One year more or less is no oddity, for nobody tells the month. Silent where
the sentence names a year besides these, or speaks of a time of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from pipeline.check.checkers.consistency.figures import value_of
from pipeline.check.checkers.consistency.oddity import Oddity, other_years
from pipeline.check.checkers.consistency.stretch import Stretch
from pipeline.core.english import MONTH, WEEKDAYS, YEAR

_N = r"(?P<n>[0-9]{1,3}|[A-Za-z]+(?:-[a-z]+)?)"
_Y = rf"(?P<year>{YEAR})(?![\w,-]*\d)"
_FROM = (
    rf"(?:(?!that\b|which\b|who\b|when\b|began\b)[A-Za-z’'-]+ ){{0,8}}?(?:of |in |on "
    rf"|from )?(?:[0-9]{{1,2}} )?(?:{MONTH} )?(?:[0-9]{{1,2}}, )?"
)
_IT_IS = re.compile(
    rf"\b(?:it is|it has been|it[’']s been|has been|have been) (?:now )?{_N} years since {_FROM}{_Y}", re.IGNORECASE
)
_THEN = rf"\b(?:in (?P<then>{YEAR}),? )"
_LATER = re.compile(
    rf"(?<![\w-])(?P<ahead>{_THEN})?[, ]*{_N} years after (?:(?!but\b|and\b|then\b|who\b"
    rf"|which\b)[A-Za-z’'-]+ ){{1,8}}?in {_Y}",
    re.IGNORECASE,
)
_SINCE = re.compile(
    rf"\b(?:has|have|[’']s|is|are)\b [^.;]{{0,60}}?\bsince (?:{MONTH} )?{_Y}(?:,| [–—-]|—"
    rf"| \() ?(?:for )?{_N} years?(?=[.;)]|,(?! (?:as|with|most|many|some|two|three|half))|$| in which)"
)
_LAST = re.compile(
    rf"\b(?:entered|joined|became|was elected|was appointed|began|started|opened|took over|came|moved"
    rf"|arrived)\b[^.;,]{{0,40}}? in {_Y}"
    rf",? and (?:left|retired|resigned|stood down|stepped down|quit|closed|ended|gave (?:it )?up"
    rf"|sold)\b[^.;,]{{0,30}}? in (?P<then>{YEAR})"
    rf",? after {_N} years(?= in which| there| in it|[.,;]|$)"
)
_SPELL = re.compile(
    rf"\b(?:from|between) {_Y} (?:to|until|till|and) (?P<then>{YEAR})\b(?: [a-z]+){{0,8}}?,? (?:an? )?(?:spell|period"
    rf"|span|stretch|stint|total) of {_N} years\b",
)
_LATER_IN = re.compile(
    rf"\b(?:in|since) (?:{MONTH} )?{_Y}\b[^.;()“”]{{3,80}}? {_N} years (?:later|afterwards),? in (?:{MONTH} "
    rf")?(?P<then>{YEAR})(?![\w,-]*\d)"
)
_IN_BRACKETS = re.compile(rf"\bfor {_N} years,? \((?P<year>{YEAR}) ?[-–] ?(?P<then>{YEAR})\)")
_OLD = re.compile(
    rf"\b(?:law|act|treaty|constitution|statute|bridge|building|school|house|hospital|stadium"
    rf"|ship) of {_Y}, (?:now )?{_N} years old(?=[.,;)]|$| now| and)"
)
_SO_OLD = re.compile(
    rf"\b(?:founded|built|established|opened|set up) in {_Y},? (?:is|turns) {_N}(?: years old)?(?: this year|[.,;]|$)"
)
_FOR = re.compile(rf"\b(?:has|have|[’']s) (?:been )?[^.;]{{0,50}}?\bfor {_N} years,? (?:ever )?since {_Y}")
_HEDGE = re.compile(
    r"\b(?:about|around|some|roughly|nearly|almost|over|under|more than|less than|at least|approximately|just|only"
    r"|every|last|first|next"
    r"|another|further|the|those|these|of)(?: the| a)? $",
    re.IGNORECASE,
)
_NTH = r"(?P<nth>[0-9]{1,3})(?:st|nd|rd|th)"
_OF_YEAR = re.compile(
    rf"\b{_NTH} anniversary of (?:the |its |his |her |their )?(?:{_Y}|{_FROM}(?:in|of|on"
    rf"|from) (?:[0-9]{{1,2}} )?(?:{MONTH} )?(?:[0-9]{{1,2}}, )?(?P<year2>{YEAR})(?![\w,-]*\d))"
)
_OWN = re.compile(
    rf"\b(?:(?:its|their) {_NTH} (?:wedding )?(?:anniversary|birthday|jubilee)(?=[.,;)]|$| (?:on|in|this|with|today"
    rf"|at|by|tomorrow)\b)"
    rf"|the {_NTH.replace('nth', 'nth2')} (?:anniversary|birthday|jubilee) of the [a-z]+ (?=falls\b|is\b))",
    re.IGNORECASE,
)
_FOUNDED = re.compile(
    rf"\b(?:founded|married|wed|opened|established|built|set up|formed|created|launched|started|began"
    rf"|incorporated)\b[^.;]{{0,30}}?\b(?:in|on) (?:[0-9]{{1,2}} )?(?:{MONTH} )?(?:[0-9]{{1,2}}, )?{_Y}"
)
_PRESENT = re.compile(
    rf"\b(?:today|yesterday|tomorrow|this (?:week|month|year|summer|autumn|winter|spring|weekend)"
    rf"|on (?:{'|'.join(WEEKDAYS)})|last (?:week|night)"
    r"|next (?:week|month))\b"
)
_OTHER_TIME = re.compile(
    r"\b(?:next year|last year|in (?:[a-z]+ )?years|years? ago|earlier|later|previous\w*|then|at the time|had|when"
    r"|will have|would|by the time|ahead of|approach\w+"
    r"|before|until|run-up|upcoming|nears?|nearing|eve of|plan\w*|prepar\w+)\b",
    re.IGNORECASE,
)


def odd_spans(stretch: Stretch) -> Iterator[Oddity]:
    """Yield the numbers of years of a sentence that its own years, or the article's, contradict."""
    for pattern in (_LAST, _SPELL, _LATER_IN, _IN_BRACKETS):
        yield from _between(stretch, pattern)
    yield from _begun_before(stretch)
    if stretch.today:
        for pattern in (_IT_IS, _SINCE, _OLD, _SO_OLD, _FOR):
            yield from _until_today(stretch, pattern, stretch.today)
        yield from _after(stretch, stretch.today)
        yield from _anniversaries(stretch, stretch.today)


def _years(words: str) -> int | None:
    number = value_of(words)
    return int(number) if number and number.is_integer() else None


def _hedged(text: str, at: int) -> bool:
    return _HEDGE.search(text[:at]) is not None


def _gone(stretch: Stretch, match: re.Match[str], last: int, told: str) -> Iterator[Oddity]:
    """Yield a number of years between a year and a last one if it is off by more than one."""
    years, first = _years(match["n"]), int(match["year"])
    if years is None or _hedged(stretch.text, match.start("n")) or first > last:
        return
    if abs(last - first - years) > 1:
        begin, end = match.start("n"), match.end("n")
        words = stretch.text[min(begin, match.start()) : match.end()].strip(" ,")
        yield stretch.odd(begin, end, f"The text says “{words}”, but {first} is {last - first} years before {told}.")


def _between(stretch: Stretch, pattern: re.Pattern[str]) -> Iterator[Oddity]:
    for match in pattern.finditer(stretch.text):
        if not other_years(match[0], int(match["year"]), int(match["then"])):
            yield from _gone(stretch, match, int(match["then"]), match["then"])


_BEGAN = re.compile(
    r"(?:^(?:He|She|They)\b|\b[A-Z][\w’'-]+)(?: [a-z]+ly| first)? (?:took (?:it )?over|bought|inherited|founded"
    r"|opened)\b"
)
_UNTIL = re.compile(
    rf"^(?:He|She|They) (?:ran|owned|kept|led|held|headed|managed) (?:it|them|the [a-z]+) for {_N} years, until"
    rf" (?P<then>{YEAR})(?=[.,;]|$)"
)


def _begun_before(stretch: Stretch) -> Iterator[Oddity]:
    """Yield `She took over the bakery in 1958. She ran it for 46 years, until 1994`."""
    told = stretch.sentence_before
    years = re.findall(rf"\b{YEAR}\b", told)
    match = _UNTIL.match(stretch.text)
    if match and len(years) == 1 and _BEGAN.search(told) and not other_years(stretch.text, int(match["then"])):
        number, first, then = _years(match["n"]), int(years[0]), int(match["then"])
        if number is not None and first < then and abs(then - first - number) > 1:
            yield stretch.odd(
                match.start("n"),
                match.end("then"),
                f"The text says “{match[0]}”, but {first} is {then - first} years before {then}.",
            )


def _until_today(stretch: Stretch, pattern: re.Pattern[str], today: date) -> Iterator[Oddity]:
    for match in pattern.finditer(stretch.text):
        if not other_years(stretch.text, int(match["year"]), today.year) and not _had(stretch.text[: match.start()]):
            yield from _gone(stretch, match, today.year, f"the article’s date ({today.isoformat()})")


def _had(before: str) -> bool:
    return re.search(r"\b(?:said|wrote|told|then|when|had|in those days)\b", before) is not None


def _after(stretch: Stretch, today: date) -> Iterator[Oddity]:
    """Yield `in 1994, 40 years after the first in 1964`, and `on Saturday, ten years after ... in 2005`."""
    text = stretch.text
    for match in _LATER.finditer(text):
        first = int(match["year"])
        if match["then"]:
            if not other_years(text, first, int(match["then"])):
                yield from _gone(stretch, match, int(match["then"]), match["then"])
        elif (
            _PRESENT.search(text[: match.start("n")]) and not other_years(text, first) and not _OTHER_TIME.search(text)
        ):
            yield from _gone(stretch, match, today.year, f"the article’s date ({today.isoformat()})")


def _anniversaries(stretch: Stretch, today: date) -> Iterator[Oddity]:
    text = stretch.text
    for match in _OF_YEAR.finditer(text):
        yield from _anniversary(stretch, match, int(match["year"] or match["year2"]), today)
    own, founded = list(_OWN.finditer(text)), list(_FOUNDED.finditer(stretch.before[-300:] + text))
    if len(own) == len(founded) == 1 and not _OF_YEAR.search(text):
        yield from _anniversary(stretch, own[0], int(founded[0]["year"]), today)


def _anniversary(stretch: Stretch, match: re.Match[str], first: int, today: date) -> Iterator[Oddity]:
    group = "nth" if match["nth"] else "nth2"
    nth, text = int(match[group]), stretch.text
    if other_years(text, first, today.year) or _OTHER_TIME.search(text) or first >= today.year:
        return
    slack = 0 if _PRESENT.search(text) and 1 < today.month < 12 else 1
    if abs(today.year - first - nth) > slack:
        yield stretch.odd(
            match.start(group),
            match.end(),
            f"The text says “{match[0].strip()}”, but {first} is {today.year - first} years before the article’s date "
            f"({today.isoformat()}).",
        )
