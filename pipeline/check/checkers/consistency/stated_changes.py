"""Changes told with their size: `from 40 to 50, a rise of 20%`, `fell by a third to 60 from 90`, `doubled to 9 from 3`.

The two figures stand beside the change in one of a few forms, and count one thing in one unit. Rounded figures
have their room, and more with `about`, `nearly` and the like. Silent about changes of shares in percent, changes a
year or in real terms, and those compared with something else than the figure beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.check.checkers.consistency.changes import NO_AMOUNT
from pipeline.check.checkers.consistency.figures import Figure, rounded_alike, spell
from pipeline.check.checkers.consistency.oddity import Oddity
from pipeline.check.checkers.consistency.stretch import Stretch, is_loose
from pipeline.core.english import MONTH, YEAR

_PERIOD = r"(?:years?|months?|weeks?|days?|hours?|quarters?|decades?|seasons?|terms?)"
_TIME = (
    rf"(?:,? (?:in the (?:year|half|quarter|six months) (?:(?:to|ended) {MONTH}|before)"
    rf"|(?:in|by|since|at the end of) (?:(?:early|late) )?(?:{MONTH} )?(?:{YEAR}|{MONTH})"
    rf"|(?:the )?(?:last|this|previous|past) {_PERIOD}(?: before)?|(?:the|a) {_PERIOD} before|(?:the|a|one|two|three"
    rf"|four|five|six|ten) {_PERIOD}"
    r" (?:ago|earlier|before)|(?:in|over|within|during) (?:the )?(?:past |last |same )?(?:an?|[a-z]+|[0-9]+)"
    rf" {_PERIOD}|(?:today|now|yesterday)|on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day))?"
)
_COUNTED = r"(?: (?!(?:to|from|and|or|but|than|with|per|an?|in|on|at|by|of|for|as|were|was|is|are|while)\b)[a-z]+){0,2}"
_SCOPE = r"(?: (?:a|per) (?:day|week|month|year|head|share|litre|barrel|tonne|ton))?"
_GAP = rf"{_COUNTED}{_SCOPE}{_TIME}"
_UP = (
    r"(?:rose|risen|rises?|rising|grew|grown|grows?|growing|growth|gains?|gained|increas(?:e[sd]?|ing)|jump(?:ed|s)?"
    r"|climb(?:ed|s)?|soar(?:ed|s)?|surg(?:ed?|es)|went up|gone up|goes up|go up|up|raised?)"
)
_DOWN = (
    r"(?:fell|fallen|falls?|falling|drop(?:ped|s|ping)?|declin(?:ed?|es|ing)|decreas(?:e[sd]?|ing)|slump(?:ed|s)?"
    r"|plung(?:ed?|es)|shrank|shrunk|shrinks?|went down|gone down|goes down|down|cuts?|reduc(?:ed|es|tion)|lowered"
    r"|loss)"
)
_WAY = rf"(?:(?P<up>{_UP})|(?P<down>{_DOWN}))"
_FACTORS = {"doubl": 2.0, "tripl": 3.0, "trebl": 3.0, "quadrupl": 4.0, "halv": 0.5}
_MULTIPLIED = re.compile(r"\b(?P<verb>doubl|tripl|trebl|quadrupl|halv)(?:ed|es|ing|e)(?P<rest>.*)$", re.IGNORECASE)
_FROM_TO = (re.compile(r"\bfrom $"), re.compile(rf"^{_GAP} to $"))
_TO_FROM = (re.compile(r"\bto $"), re.compile(rf"^{_GAP},?(?: up| down)? from $"))
_COMPARED = re.compile(
    rf"^(?: (?!and\b|or\b|but\b|to\b|from\b)[A-Za-z’'-]+){{0,4}}?{_TIME},? (?:up from|down from|against) $"
)
_OPENED = re.compile(r"\b(?:to|from|by|of|than|at|above|below|between) $")
_NOUN_OF = re.compile(rf"^{_GAP}(?:,| [–—-]|—| \() an? (?:[a-z]+ )?{_WAY} of (?:[a-z]+ ){{0,3}}$", re.IGNORECASE)
_AFTER = re.compile(rf"^{_GAP}(?:,| [–—-]|—| \() ?(?:{_WAY}|or|by) (?:by )?(?:[a-z]+ ){{0,3}}$", re.IGNORECASE)
_OPENS = re.compile(rf"^{_GAP}(?:,| [–—-]|—| \() an? (?:[a-z]+ ){{0,2}}$", re.IGNORECASE)
_NOUN = re.compile(rf"^ {_WAY}\b(?! (?:in|to|on|over|for)\b)", re.IGNORECASE)
_VERB_BY = re.compile(rf"\b{_WAY} (?:by )?(?:an? )?(?:[a-z]+ )?$", re.IGNORECASE)
_TO_PAIR = re.compile(r"^(?: (?!to\b|from\b)[a-z]+){0,2},? $")
_OTHER_BASE = re.compile(
    rf"^[ -](?:(?:a|per|each|every) {_PERIOD}|an? (?:annual|average)|annual|yearly|on\b|over (?:the|its|last)|compar"
    rf"|against"
    r"|more|less|higher|lower|than|in real|after|adjusted|before|if\b|year|points?\b|of\b|since\b|from\b|per\b"
    r"|percentage)",
    re.IGNORECASE,
)
_FROM_FIGURE = re.compile(r"^ from [0-9£$€₹¥]")
_UNSURE = re.compile(
    r"\b(?:annual\w*|average\w*|real terms|inflation|adjusted|per capita|compound\w*|every|each|respectively|if|would"
    r"|could|might|scale|forecast|range\w*|rank\w*|odds|score\w*|magnitude|age[ds]?|aged|base|index|points?)\b",
    re.IGNORECASE,
)
_FRACTION = re.compile(
    r"\b(?:(?P<top>a|one|two|three|four) (?P<part>third|quarter|fifth|sixth|eighth|tenth)s?"
    r"|(?P<half>half))\b(?! (?:of|as)\b|-)"
)
_TOPS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4}
_PARTS = {"third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
_VAGUE = re.compile(
    r"\b(?:about|around|roughly|some|nearly|almost|over|under|more than|less than|fewer than|at least|up to"
    r"|approximately"
    r"|close to|as much as|well|just|an estimated|only)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Pair:
    """Where something was and where it came to."""

    begin: int
    """Where `from` or `to` stands."""
    end: int
    one: Figure
    two: Figure

    @property
    def room(self) -> tuple[float, float]:
        """The least and the greatest change the rounded figures allow, in percent."""
        least = (self.two.value - self.two.half) / (self.one.value + self.one.half)
        return 100 * (least - 1), 100 * (
            (self.two.value + self.two.half) / max(self.one.value - self.one.half, 0.01) - 1
        )

    @property
    def change(self) -> float:
        """The change in percent."""
        return 100 * (self.two.value / self.one.value - 1)


@dataclass(frozen=True)
class _Share:
    """A size of a change, in percent."""

    start: int
    end: int
    value: float
    slack: float


def odd_stated_changes(stretch: Stretch) -> Iterator[Oddity]:
    """Yield the sizes of changes that the two figures beside them contradict."""
    text, figures = stretch.text, stretch.figures
    if len(figures) < 2:
        return
    shares = [*_percents(text, figures), *_fractions(text)]
    for pair in _pairs(text, [figure for figure in figures if not figure.may_be_year]):
        yield from _multiplied(stretch, pair)
        if _UNSURE.search(text[max(0, pair.begin - 60) : pair.end + 60]):
            continue
        for share in shares:
            yield from _compare(stretch, pair, share)
        yield from _amounts(stretch, pair, figures)
    yield from _points(stretch, figures)


def _pairs(text: str, figures: Sequence[Figure]) -> Iterator[_Pair]:
    yield from _up_by(text, figures)
    for one, two in zip(figures, figures[1:], strict=False):
        between = text[one.end : two.start]
        before = text[: one.start]
        if (opened := _FROM_TO[0].search(before)) and _FROM_TO[1].match(between) and _alike(text, one, two):
            yield _Pair(opened.start(), two.end, *rounded_alike(one, two))
        elif (opened := _TO_FROM[0].search(before)) and _TO_FROM[1].match(between) and _alike(text, one, two):
            yield _Pair(opened.start(), two.end, *rounded_alike(two, one))
        elif _COMPARED.match(between) and not opened and _alike(text, one, two) and not _OPENED.search(before):
            yield _Pair(one.start, two.end, *rounded_alike(two, one))


_UP_BY = re.compile(
    rf"^{_GAP}(?: (?!and\b|or\b|but\b|to\b|from\b)[A-Za-z’'-]+){{0,3}}, (?:up|down|a rise of|an increase of|a fall of"
    rf"|a drop of|a gain of) $"
)
_BY_FROM = re.compile(r"^ (?:from|on) $")


def _up_by(text: str, figures: Sequence[Figure]) -> Iterator[_Pair]:
    """Yield `8,000, up 25 per cent from 6,400`, where the change stands between its figures."""
    for two, share, one in zip(figures, figures[1:], figures[2:], strict=False):
        between = _UP_BY.match(text[two.end : share.start]) and _BY_FROM.match(text[share.end : one.start])
        if share.unit == "%" and between and _alike(text, one, two) and not _OPENED.search(text[: two.start]):
            yield _Pair(share.end + 1, one.end, *rounded_alike(one, two))


def _alike(text: str, one: Figure, two: Figure) -> bool:
    """Tell whether two figures are amounts of one unit, and exact."""
    plain = one.unit == two.unit != "%" and min(one.value, two.value) > 0
    if not plain or is_loose(text, one) or is_loose(text, two) or one.value == two.value:
        return False
    scaled = [
        re.search(r"[a-z]", figure.text.strip("US$ACHKNZ£€¥₹"), re.IGNORECASE) is not None for figure in (one, two)
    ]
    return scaled[0] == scaled[1] or max(one.value, two.value) / min(one.value, two.value) < 50


def _percents(text: str, figures: Sequence[Figure]) -> Iterator[_Share]:
    for each in figures:
        after = text[each.end :]
        if each.unit == "%" and (_FROM_FIGURE.match(after) or not _OTHER_BASE.match(after)):
            loose = is_loose(text, each) or _VAGUE.search(text[max(0, each.start - 12) : each.start])
            slack = each.half + 0.1 + 0.02 * each.value + (max(2.0, 0.1 * each.value) if loose else 0)
            yield _Share(each.start, each.end, each.value, slack)


def _fractions(text: str) -> Iterator[_Share]:
    for match in _FRACTION.finditer(text):
        if not _OTHER_BASE.match(text[match.end() :]):
            value = 50.0 if match["half"] else 100 * _TOPS[match["top"]] / _PARTS[match["part"]]
            yield _Share(match.start(), match.end(), value, 0.15 * value + 2)


def _stated(text: str, pair: _Pair, start: int, end: int) -> re.Match[str] | None:
    """Return the words that make a size that of a pair's change, with its direction where they have one."""
    if start >= pair.end:
        between = text[pair.end : start]
        if _OPENS.match(between) and (noun := _NOUN.match(text[end:])):
            return noun
        return _NOUN_OF.match(between) or _AFTER.match(between)
    if end < pair.begin and _TO_PAIR.match(text[end : pair.begin]):
        return _VERB_BY.search(text[:start])
    return None


def _sign(words: re.Match[str], pair: _Pair) -> int:
    ways = words.groupdict()
    if ways.get("up") or ways.get("down"):
        return 1 if ways.get("up") else -1
    return 1 if pair.two.value > pair.one.value else -1


def _compare(stretch: Stretch, pair: _Pair, share: _Share) -> Iterator[Oddity]:
    text = stretch.text
    words = _stated(text, pair, share.start, share.end)
    if words is None:
        return
    sign = _sign(words, pair)
    least, greatest = pair.room
    if least - share.slack <= sign * share.value <= greatest + share.slack:
        return
    if NO_AMOUNT.search(text) and (pair.change > 0) != (sign > 0):
        return
    begin, end = min(share.start, pair.begin), max(share.end, pair.end)
    yield stretch.odd(
        share.start,
        share.end,
        f"The text says “{text[begin:end]}”, but from {spell(pair.one.value)} to {spell(pair.two.value)} is "
        f"{pair.change:+.1f}%.",
    )


def _amounts(stretch: Stretch, pair: _Pair, figures: Sequence[Figure]) -> Iterator[Oddity]:
    """Yield `from 40 to 52, a rise of 14`."""
    text = stretch.text
    for each in figures:
        if each.start < pair.end or each.unit != pair.one.unit or is_loose(text, each) or each.may_be_year:
            continue
        words = _NOUN_OF.match(text[pair.end : each.start])
        ends = re.match(rf"^{_COUNTED}(?:[.,;)]|$| [–—-] )", text[each.end :])
        if not words or not ends or re.match(rf" (?:{_PERIOD}|points?|percentage)\b", text[each.end :]):
            continue
        change = pair.two.value - pair.one.value
        room = each.half + pair.one.half + pair.two.half
        if abs(_sign(words, pair) * each.value - change) > (room if room > 2 else 0) and not NO_AMOUNT.search(text):
            yield stretch.odd(
                each.start,
                each.end,
                f"The text says “{text[pair.begin : each.end]}”, but from {spell(pair.one.value)} to "
                f"{spell(pair.two.value)} is {spell(abs(change))}.",
            )


_OF_POINTS = re.compile(r"^(?: percentage)? points?\b(?! (?:a|per) )")
_ON_THE_WAY = re.compile(rf"\b(?:{_WAY}|(?:slowed|eased))(?: [a-z]+){{0,2}},? $", re.IGNORECASE)
_NOT_OF_TIME = re.compile(
    r"\b(?:rank\w*|odds|average\w*|real terms|if|would|could|might|forecast|range\w*|respectively)\b", re.IGNORECASE
)


def _points(stretch: Stretch, figures: Sequence[Figure]) -> Iterator[Oddity]:
    """Yield shares that move the wrong way (`fell to 5.4% from 5.1%`) or by other points than is said."""
    text = stretch.text
    for two, one in zip(figures, figures[1:], strict=False):
        opened = _TO_FROM[0].search(text[: two.start])
        shares = one.unit == two.unit == "%" and not is_loose(text, one) and not is_loose(text, two)
        if not opened or not shares or not _TO_FROM[1].match(text[two.end : one.start]) or _NOT_OF_TIME.search(text):
            continue
        change, way = two.value - one.value, _ON_THE_WAY.search(text[: opened.start()])
        if way and change and not NO_AMOUNT.search(text.replace("point", "")) and (change > 0) != bool(way["up"]):
            more = "more" if change > 0 else "less"
            words = f"The text says “{text[way.start() : one.end]}”"
            yield stretch.odd(
                two.start, one.end, f"{words}, but {spell(two.value)}% is {more} than {spell(one.value)}%."
            )
        yield from _by_points(stretch, _Pair(opened.start(), one.end, one, two), figures)


def _by_points(stretch: Stretch, pair: _Pair, figures: Sequence[Figure]) -> Iterator[Oddity]:
    text = stretch.text
    for each in figures:
        called = each.start > pair.end and not each.unit and _OF_POINTS.match(text[each.end :])
        words = _NOUN_OF.match(text[pair.end : each.start]) if called else None
        change = pair.two.value - pair.one.value
        if (
            words
            and not is_loose(text, each)
            and abs(abs(change) - each.value) > each.half + pair.one.half + pair.two.half
        ):
            told = f"The text says “{text[pair.begin : each.end]}” points"
            yield stretch.odd(each.start, each.end, f"{told}, but the difference is {spell(round(abs(change), 2))}.")


def _multiplied(stretch: Stretch, pair: _Pair) -> Iterator[Oddity]:
    """Yield `doubled to 30 from 10`; `doubled from 10 to 30` is read with the other changes."""
    text = stretch.text
    match = _MULTIPLIED.search(text[: pair.begin])
    if not match or pair.two.start > pair.one.start or not re.fullmatch(r"(?: [a-z]+){0,3},? ", match["rest"]):
        return
    factor = _FACTORS[match["verb"].lower()]
    ratio = pair.two.value / pair.one.value
    over = re.search(r"\b(?:more than|over|at least) $", text[: match.start()]) is not None
    more = (0.98, 1.5) if factor > 1 else (0.6, 1.02)
    low, high = more if over else (0.85, 1.2)
    if not low * factor <= ratio <= high * factor:
        yield stretch.odd(
            pair.two.start,
            pair.two.end,
            f"The text says “{text[match.start() : pair.end]}”, but {spell(pair.two.value)} is {ratio:.1f} times "
            f"{spell(pair.one.value)}.",
        )
