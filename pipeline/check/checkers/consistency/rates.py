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
from pipeline.core.english import find_places

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
    rf"^[^.;:,()]{{0,24}}(?:,| [–—-]|—) ?(?:an? {_WHAT} of |which (?:makes|is) |lasting |or |taking |for )?$"
)
_THAT_MAKES = re.compile(
    rf"^(?:(?:That|This|It) (?:makes|made|is|was|took|takes|gives|gave|meant|means|lasted)"
    rf"|The (?:whole )?{_WHAT} (?:takes|took|lasts|lasted|was))(?: for)?(?: an? {_WHAT} of)? $"
)
_LASTING = re.compile(r"\b(?:for|lasted|lasting|took) $")
_FROM_TO = re.compile(rf", from {_CLOCK.pattern.replace('?P<', '?P<_')} (?:to|until|till) {_CLOCK.pattern}(?=[.;)]|$)")
_ELSEWHERE = re.compile(
    r"\b(?:local time|GMT|UTC|BST|CET|[ECMP][SD]T|time zones?|clocks? (?:go|went|change)|flights?|fl(?:y|ew|own|ies)"
    r"|planes?|aircraft|air(?:line|port)\w*|land(?:s|ed)|t(?:ake|akes|ook) off|overnight|next (?:day|morning)|following"
    r"|days?|breaks?|intervals?|pauses?|stops?|apart|interrupt\w+|Saturdays|Sundays|(?:Mon|Tues|Wednes|Thurs|Fri)days)\b"
)
_LENGTH_ENDS = re.compile(
    r"(?: (?:later|afterwards|long|altogether|in (?:all|total)))?"
    r"(?:[.;)]|$| [–—-]|, (?:when|which|and|but|before|after|without)\b|,? according\b|, [^,.;]{2,40} (?:said|says)\b)"
)
"""What makes a length that of the whole: not `later than`, `each way` or `of that`."""
_TWO_OF_MANY = re.compile(r",? ?(?:[ap]\.?m\.?)?,? (?:and|or|&) (?:again |later )?(?:at )?$")
_SETS_OUT = re.compile(
    r"\b(?:leaves?|left|sails?|sailed|departs?|departed|sets? (?:off|out)|starts?|started|begins?|began|opened"
    r"|pull(?:s|ed) out|from|between)\b"
)
_GETS_IN = re.compile(
    r"\b(?:arriv(?:es?|ed)|reach(?:es|ed)"
    r"|(?:is|are|was|were|gets?|got|came|comes?|pulls?|pulled) (?:in|into|off|back|out)"
    r"|dock(?:s|ed)|end(?:s|ed)|finish(?:es|ed)|clos(?:es|ed)|until|till|to|return(?:s|ed)|over)\b"
)
_OPENING = re.compile(r"\b(?:open|runs?|running|operates?|daily|trad(?:es?|ing)|service|scheduled|due)\b")
_DECIMAL = re.compile(
    r"\b(?:rose|rises?|fell|falls?|up|down|grew|dropped|slipped|climbed|rate|ratio|odds|price|section|index|average)\b"
)
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+")
_OF_DAY = re.compile(r" (?:in the (?:morning|afternoon|evening)|at night)")
_FACE = 720
"""Minutes on the face of a clock."""
_PAUSED, _PAUSE = 300, 120
"""Minutes after which what lasts may have been interrupted for so many: a hearing is, for lunch."""
_WAY = re.compile(r"^[ -](?P<unit>km|kilomet(?:re|er)s?|miles?)\b(?! (?:a|an|per|each|every) )")
_SPEED = re.compile(r"^ ?(?P<unit>km/h|kph|kmh|kilomet(?:re|er)s (?:an|per) hour|mph|miles (?:an|per) hour)\b")
_AVERAGE_OF = re.compile(r"\ban average(?: speed)? of $")
_WORKS_OUT = re.compile(r"^(?:That|This|It|Which) (?:works? out|worked out|is|was|makes|made|gives|gave|means)\b")
_TAKING = re.compile(r"\b(?:in|took|takes|taking|within|lasting|lasted) $")
_THEN_SPEED = re.compile(
    r"(?: for the [0-9.,]+ (?:km|miles))?(?:,| [–—-]|—)?(?: or| at| for| giving| with| which is| which makes)?"
    r" an average(?: speed)? of $"
)
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
    text, lengths = stretch.text, _lengths(stretch.text)
    if len(lengths) != 1:
        return
    (length,) = lengths
    ahead = _is_ahead_of_times(text, length)
    if not ahead and not _LENGTH_ENDS.match(text, length.end):
        return
    opened = None if ahead else _THAT_MAKES.match(text[: length.start])
    told = stretch.sentence_before if opened else text
    times = list(_CLOCK.finditer(told))
    if len(times) != 2 or _ELSEWHERE.search(told + text) or _lengths(told) not in ([], lengths):
        return
    one, other = times
    beside = other.end() <= length.start and _TOLD_AFTER.match(text[_half_of_day(text, other) : length.start])
    if not (ahead or (_is_a_way(told, one, other) if opened else beside)) or not _is_a_span(told, one, other):
        return
    real = (_minute(other) - _minute(one)) % _FACE
    paused = ahead and real >= _PAUSED and 0 < real - length.minutes <= _PAUSE
    if not (paused or _fits(real, length, told, one, other) or _is_vague(text, length.start)):
        yield stretch.odd(
            length.start,
            length.end,
            f"The text says “{text[length.start : length.end]}”, but from {_written(one)} to "
            f"{_written(other)} is {_spelled(real)}.",
        )


def _fits(real: int, length: _Length, told: str, one: re.Match[str], other: re.Match[str]) -> bool:
    """Tell whether minutes between two times are a length: of two without am and pm the later may stand first."""
    off = abs(real - length.minutes % _FACE)
    off = min(off, _FACE - off)
    if off in (60, 120, 180) and len(_NAME.findall(told)) > 1:
        return True  # between two places an hour or two may be those of their clocks
    bare = length.minutes < 60 and not re.search("[mn]", one[0] + other[0])
    return min(off, abs((-real) % _FACE - length.minutes) if bare else _FACE) <= length.slack


def _is_ahead_of_times(text: str, length: _Length) -> bool:
    """Tell whether a length is told before its beginning and end, as in `met for three hours, from 2:10 to 5:10`."""
    timed = _LASTING.search(text[: length.start]) and _FROM_TO.match(text, length.end)
    return timed is not None and not _OPENING.search(text)


def _is_a_way(told: str, one: re.Match[str], other: re.Match[str]) -> bool:
    """Tell whether a sentence tells when something began and when it ended, not when it is open or goes."""
    between = told[one.end() : other.start()]
    began = _SETS_OUT.search(told[: one.start()]) and _GETS_IN.search(between)
    return began is not None and not _OPENING.search(told)


def _is_a_span(told: str, one: re.Match[str], other: re.Match[str]) -> bool:
    """Tell whether two times are a beginning and an end: no two of many, no prices, no hours of two places."""
    between, before = told[one.end() : other.start()], told[: one.start()]
    of_many = _TWO_OF_MANY.match(between) and not before.endswith("between ")
    decimal = any(
        re.fullmatch(r"\d+\.\d\d", each[0]) and _DECIMAL.search(told[: each.start()]) for each in (one, other)
    )
    places = {place.name for _, _, place in find_places(told)}
    return not of_many and not decimal and len(places) < 2


def _half_of_day(text: str, time: re.Match[str]) -> int:
    """Return where a time ends with the half of the day that is told behind it."""
    told = _OF_DAY.match(text, time.end())
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


def _written(time: re.Match[str]) -> str:
    """Return a time without the full stop of its sentence: `6:40pm`, but `6.40 p.m.`."""
    return re.sub(r"(?<=[ap]m)\.$", "", time[0].strip())


def _spelled(minutes: float) -> str:
    hours, left = divmod(round(minutes), 60)
    parts = [f"{hours} {'hour' if hours == 1 else 'hours'}"] * (hours > 0) + [f"{left} minutes"] * (left > 0)
    return " and ".join(parts) or "12 hours or none"


def _lengths(text: str) -> list[_Length]:
    return [length for match in _LENGTH.finditer(text) if (length := _length(match))]


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
        works_out = _WORKS_OUT.match(text) is not None
        told = stretch.sentence_before if works_out else text[: speed.start]
        ways = [(each, unit) for each in find_figures(told) if (unit := _WAY.match(told[each.end :]))]
        lengths = _lengths(told)
        if len(ways) != 1 or len(lengths) != 1 or _OTHER_SPEED.search(told + text) or _is_vague(told, lengths[0].start):
            continue
        ((way, measured),), (length,) = ways, lengths
        if not _TAKING.search(told[: length.start]) or not works_out and not _is_of_one_ride(told, length):
            continue
        real = way.value * _km(measured["unit"]) / (length.minutes / 60) / _km(spoken["unit"])
        if is_loose(told, way) or abs(real - speed.value) <= 0.12 * real + speed.half_if_rounded:
            continue
        yield stretch.odd(
            speed.start,
            speed.end + spoken.end(),
            f"The text says “{text[speed.start : speed.end + spoken.end()]}”, but "
            f"{told[way.start : way.end + measured.end()]} in {told[length.start : length.end]} are "
            f"{spell(float(f'{real:.3g}'))} an hour.",
        )


def _is_of_one_ride(told: str, length: _Length) -> bool:
    """Tell whether an average speed is told right after how long it took, in hours: days have nights."""
    return "day" not in told[length.start : length.end] and _THEN_SPEED.match(told, length.end) is not None


def _km(unit: str) -> float:
    return _KM_PER_MILE if unit.startswith("m") else 1.0


def _averages(stretch: Stretch) -> Iterator[Oddity]:
    text, figures = stretch.text, [each for each in stretch.figures if not each.may_be_year]
    for at, average in enumerate(figures):
        parts = _joined(text, figures[:at])
        gap = text[parts[-1].end : average.start] if parts else ""
        if len(parts) < 2 or not _OF_THESE.match(gap) or _WEIGHTED.search(text):
            continue
        if not _is_of_the_same(gap, text[average.end :]):
            continue
        if any(is_loose(text, each) or each.unit != average.unit for each in parts) or _is_vague(text, average.start):
            continue
        if not 0.5 * min(each.value for each in parts) <= average.value <= 2 * max(each.value for each in parts):
            continue  # so far off it is an average of something else
        real = fmean(each.value for each in parts)
        if abs(real - average.value) > average.half + 0.02 * real:
            yield stretch.odd(
                average.start,
                average.end,
                f"The text says “{text[parts[0].start : average.end]}”, but their average is {spell(round(real, 2))}.",
            )


def _is_of_the_same(parts: str, average: str) -> bool:
    """Tell whether an average is of the things that are listed: nothing is said of it, or their own noun again."""
    if re.match(r"[.,;)]|$", average):
        return True
    things = re.match(r" [a-z]+", parts)
    return things is not None and re.match(rf"{things[0]}\b(?! (?:across|over|per|each|for)\b)", average) is not None


def _joined(text: str, figures: Sequence[Figure]) -> list[Figure]:
    """Return the last figures that stand in one list: `9.2, 8.4 and 6.8`."""
    parts: list[Figure] = list(figures[-1:])
    for each in reversed(figures[:-1]):
        if not _JOINS.match(text[each.end : parts[0].start]):
            break
        parts.insert(0, each)
    return parts
