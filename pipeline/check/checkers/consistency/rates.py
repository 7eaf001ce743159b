"""Time, way and speed: `from 2.15 pm to 5.01 pm, two hours`, `210 km in two hours, an average of 90 km/h`.

Two times of the clock in one sentence and what lies between them, told right after them or as `That makes ...`; a
way and how long it took beside an average speed; an average beside the figures it is of. Times are compared on the face
of the clock, so that nobody has to know morning from evening. Silent about flights, time zones and other days, about
top speeds, and where the sentence has another time, way or length of time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from pipeline.check.checkers.consistency.figures import Figure, find_figures, spell, value_of
from pipeline.check.checkers.consistency.oddity import Oddity
from pipeline.check.checkers.consistency.stretch import Stretch, is_loose

_CLOCK = re.compile(
    r"(?<![\w.:,£$€-])(?:(?P<hour>[01]?\d|2[0-3])[.:](?P<minute>[0-5]\d)(?![.:,]?\d|%)"
    r"(?! ?(?:km|m|kg|lb|cm|mm|million|per|points?|seconds?|metres|miles)\b)"
    r"|(?P<full>1[0-2]|[1-9])(?= ?[ap]\.?m\b)|(?P<noon>noon|midday|midnight)\b)(?: ?[ap]\.?m\b\.?)?"
)
_NUMBER = r"(?:[0-9]+(?:\.[0-9]+)?|[a-z]+(?:-[a-z]+)?)"
_LENGTH = re.compile(
    rf"\b(?P<halves>(?:an|one) hour and a half|(?P<whole>{_NUMBER}) and a half hours)\b"
    rf"|\b(?P<hours>{_NUMBER}) hours?(?:,? (?:and )?(?P<minutes>{_NUMBER}) minutes?)?\b|\b(?P<only>{_NUMBER}) minutes\b"
    rf"|\b(?P<days>{_NUMBER}) days\b"
)
_WHAT = r"(?:journey|trip|ride|match|game|meeting|debate|walk|wait|delay|climb|crossing|drive|shift|session|hearing)"
_TOLD_AFTER = re.compile(
    rf"^[^.;:,()]{{0,24}}(?:,| [–—-]|—| \() ?(?:an? {_WHAT} of |which (?:makes|is) |lasting |or |taking |for )?$"
)
_THAT_MAKES = re.compile(
    rf"^(?:(?:That|This|It) (?:makes|made|is|was|took|takes|gives|gave|meant|means|lasted)"
    rf"|The (?:whole )?{_WHAT} (?:takes|took|lasts|lasted|was))(?: for)?(?: an? {_WHAT} of)? $"
)
_ELSEWHERE = re.compile(
    r"\b(?:local time|GMT|UTC|BST|CET|[ECMP][SD]T|time zones?|clocks? (?:go|went|change)|flights?|fl(?:y|ew|own|ies)"
    r"|planes?|aircraft|air(?:line|port)\w*|land(?:s|ed)|t(?:ake|akes|ook) off|overnight|next (?:day|morning)|following"
    r"|days?|break|interval|stops?|apart|interrupt\w+|Saturdays|Sundays|(?:Mon|Tues|Wednes|Thurs|Fri)days)\b"
)
_FACE = 720
"""Minutes on the face of a clock."""
_WAY = re.compile(r"^[ -](?P<unit>km|kilomet(?:re|er)s?|miles?)\b")
_SPEED = re.compile(r"^ ?(?P<unit>km/h|kph|kmh|kilomet(?:re|er)s (?:an|per) hour|mph|miles (?:an|per) hour)\b")
_AVERAGE_OF = re.compile(r"\ban average(?: speed)? of $")
_WORKS_OUT = re.compile(r"^(?:That|This|It|Which) (?:works? out|worked out|is|was|makes|made|gives|gave|means)\b")
_KM_PER_MILE = 1.609
_OTHER_SPEED = re.compile(r"\b(?:top|maximum|peak|fastest|including|without|excluding)\b")
_JOINS = re.compile(r"^(?:, | and |, and )$")
_OF_THESE = re.compile(
    r"^(?: (?!and\b|but\b)[a-z]+){0,5}, (?:or |for |giving |making |which is |with )?an average of $"
)
_WEIGHTED = re.compile(r"\b(?:weighted|respectively|median|moving|adjusted|best|seasonally)\b")


@dataclass(frozen=True)
class _Length:
    """A length of time: minutes, and how far it may be off."""

    start: int
    end: int
    minutes: float
    slack: float


def odd_rates(stretch: Stretch) -> Iterator[Oddity]:
    """Yield the lengths of time, speeds and averages of a sentence that its other figures contradict."""
    yield from _between_times(stretch)
    yield from _speeds(stretch)
    yield from _averages(stretch)


def _between_times(stretch: Stretch) -> Iterator[Oddity]:
    text = stretch.text
    lengths = _lengths(text)
    if len(lengths) != 1:
        return
    (length,) = lengths
    opened = _THAT_MAKES.match(text[: length.start])
    told = stretch.sentence_before if opened else text
    times = list(_CLOCK.finditer(told))
    if len(times) != 2 or _ELSEWHERE.search(told + text) or _lengths(told) not in ([], lengths):
        return
    if not opened and not (
        times[1].end() <= length.start and _TOLD_AFTER.match(text[_half_of_day(text, times[1]) : length.start])
    ):
        return
    real = (_minute(times[1]) - _minute(times[0])) % _FACE
    off = abs(real - length.minutes % _FACE)
    if min(off, _FACE - off) > length.slack and not _is_vague(text, length.start):
        yield stretch.odd(
            length.start,
            length.end,
            f"The text says “{text[length.start : length.end]}”, but from {times[0][0].strip()} to "
            f"{times[1][0].strip()} is {_spelled(real)}.",
        )


def _half_of_day(text: str, time: re.Match[str]) -> int:
    """Return where a time ends with the half of the day that is told behind it."""
    told = re.compile(r" (?:in the (?:morning|afternoon|evening)|at night)").match(text, time.end())
    return told.end() if told else time.end()


_VAGUE = re.compile(
    r"\b(?:about|around|some|nearly|almost|over|under|than|least|roughly|up to|just|only|another|further|first|last"
    r"|next|every) $"
)


def _is_vague(text: str, at: int) -> bool:
    """Tell whether a length of time is only nearly told."""
    return _VAGUE.search(text[:at]) is not None


def _minute(time: re.Match[str]) -> int:
    if time["noon"]:
        return 0
    return 60 * int(time["hour"] or time["full"]) + int(time["minute"] or 0)


def _spelled(minutes: float) -> str:
    hours, left = divmod(round(minutes), 60)
    parts = [f"{hours} {'hour' if hours == 1 else 'hours'}"] * (hours > 0) + [f"{left} minutes"] * (left > 0)
    return " and ".join(parts) or "12 hours or none"


def _lengths(text: str) -> list[_Length]:
    found = []
    for match in _LENGTH.finditer(text):
        if length := _length(match):
            found.append(length)
    return found


def _length(match: re.Match[str]) -> _Length | None:
    if match["halves"]:
        hours = value_of(match["whole"]) if match["whole"] else 1.0
        return _Length(*match.span(), 60 * (hours + 0.5), 20) if hours else None
    if match["days"]:
        days = value_of(match["days"])
        return _Length(*match.span(), 1440 * days, 60) if days else None
    hours = value_of(match["hours"]) if match["hours"] else 0.0
    minutes = value_of(match["minutes"] or match["only"]) if match["minutes"] or match["only"] else 0.0
    if hours is None or minutes is None or not hours + minutes:
        return None
    exact = 5 if minutes % 5 == 0 else 1
    return _Length(*match.span(), 60 * hours + minutes, exact if minutes else 35)


def _speeds(stretch: Stretch) -> Iterator[Oddity]:
    text = stretch.text
    for speed in stretch.figures:
        spoken = _SPEED.match(text[speed.end :])
        if not spoken or not _AVERAGE_OF.search(text[: speed.start]) or _is_vague(text, speed.start):
            continue
        told = stretch.sentence_before if _WORKS_OUT.match(text) else text[: speed.start]
        ways = [(each, unit) for each in find_figures(told) if (unit := _WAY.match(told[each.end :]))]
        lengths = _lengths(told)
        if len(ways) != 1 or len(lengths) != 1 or _OTHER_SPEED.search(told + text) or _is_vague(told, lengths[0].start):
            continue
        ((way, measured),) = ways
        real = way.value * _km(measured["unit"]) / (lengths[0].minutes / 60) / _km(spoken["unit"])
        if is_loose(told, way) or abs(real - speed.value) <= 0.12 * real + speed.half_if_rounded:
            continue
        yield stretch.odd(
            speed.start,
            speed.end + spoken.end(),
            f"The text says “{text[speed.start : speed.end + spoken.end()]}”, but "
            f"{told[way.start : way.end + measured.end()]} in {told[lengths[0].start : lengths[0].end]} are "
            f"{spell(float(f'{real:.3g}'))} an hour.",
        )


def _km(unit: str) -> float:
    return _KM_PER_MILE if unit.startswith("m") else 1.0


def _averages(stretch: Stretch) -> Iterator[Oddity]:
    text, figures = stretch.text, [each for each in stretch.figures if not each.may_be_year]
    for at, average in enumerate(figures):
        parts = _joined(text, figures[:at])
        gap = text[parts[-1].end : average.start] if parts else ""
        if len(parts) < 2 or not _OF_THESE.match(gap) or _WEIGHTED.search(text):
            continue
        if any(is_loose(text, each) or each.unit != average.unit for each in parts) or _is_vague(text, average.start):
            continue
        real = fmean(each.value for each in parts)
        if abs(real - average.value) > average.half + 0.02 * real:
            yield stretch.odd(
                average.start,
                average.end,
                f"The text says “{text[parts[0].start : average.end]}”, but their average is {spell(round(real, 2))}.",
            )


def _joined(text: str, figures: Sequence[Figure]) -> list[Figure]:
    """Return the last figures that stand in one list: `9.2, 8.4 and 6.8`."""
    parts: list[Figure] = list(figures[-1:])
    for each in reversed(figures[:-1]):
        if not _JOINS.match(text[each.end : parts[0].start]):
            break
        parts.insert(0, each)
    return parts
