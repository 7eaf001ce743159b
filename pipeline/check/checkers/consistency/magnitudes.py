"""Amounts off by ten, a hundred or a thousand times: `750 homes for £190 billion, a quarter of a million a home`.

Two figures of a paragraph make a third by words such as `each`, `a home`, `two fifths of the total`, but for the
place of the point. So exact a slip is no chance; where the figures differ in other ways nothing is said. A number
told twice in two manners of counting (`12 lakh (12 million rupees)`) is read here too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.check.checkers.consistency.figures import Figure, find_figures, spell
from pipeline.check.checkers.consistency.oddity import Oddity, pin
from pipeline.check.checkers.consistency.stretch import Stretch, is_loose, is_quoted
from pipeline.core.english import find_numbers

_SLIPS = (1e-3, 1e-2, 1e-1, 1e1, 1e2, 1e3)
_NEAR = 0.06
_MOST = 40
"""Figures of a paragraph: more are a list, in which some make others by chance."""
_WORDS_BEFORE = 30
"""Characters before a figure that hold the words of `_EACH_BEFORE`."""
_EACH_AFTER = re.compile(r" (?:each\b|apiece\b|a head\b|per (?P<per>[a-z]+)\b|an? (?P<a>[a-z]+)\b)")
_COUNTED = re.compile(r" (?:[a-z]+ )?(?P<noun>[a-z]+)")
_ENDED = re.compile(r"[.!?] [A-Z]")
_EACH_BEFORE = re.compile(r"\beach (?:with|paid|paying|gave|giving|got|received|costing|worth) $")
_QUARTER = re.compile(r"\b(?P<words>a quarter|half|three quarters) of a million|\b(?P<half>half) a million")
_SHARE = re.compile(
    r"(?: (?!and\b|but\b)[a-z]+){0,2}(?:,| \(| [–—-]|—)? ?(?:or )?(?:about |around |roughly |nearly |almost "
    r"|just (?:over|under) |some )?"
    r"(?P<top>an?|one|two|three|four) (?P<part>third|quarter|fifth|sixth|seventh|eighth|tenth)s? of (?:the total"
    r"|the whole|all of it|it|that)\b"
)
_TOPS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4}
_PARTS = {"third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "tenth": 10}
_INDIAN = re.compile(
    r"\b(?P<indian>lakh|crore|lakh crore)s?(?: (?:rupees|rs\.?|taka))? \((?:about |around |or )?(?:Rs\.? ?|₹|INR )?$",
    re.IGNORECASE,
)
_RUPEES = re.compile(
    r"^(?: (?:million|billion|thousand))?(?: (?:rupees|people|voters|tonnes|taka|farmers|homes|workers|families"
    r"|jobs))?\)"
)


def odd_magnitudes(stretch: Stretch) -> Iterator[Oddity]:
    """Yield numbers told twice in two manners of counting that are not one number."""
    text = stretch.text
    numbers = find_numbers(text)
    for one, two in zip(numbers, numbers[1:], strict=False):
        between = _INDIAN.search(text[: two.start])
        if not between or between.start() >= one.end or not _RUPEES.match(text[two.end :]) or one.rough or two.rough:
            continue
        if abs(one.value - two.value) > 0.1 * max(one.value, two.value):
            yield stretch.odd(
                one.start,
                two.end,
                f"The text says “{text[one.start : two.end]}”, but {text[one.start : one.end]} is {spell(one.value)}.",
            )


def odd_slips(paragraph: str, start: int) -> Iterator[Oddity]:
    """Yield the amounts of a paragraph that its other figures make, but for a nought."""
    figures = [each for each in find_figures(paragraph) if not is_quoted(paragraph, each.start, each.end)]
    money = [each for each in figures if each.unit not in ("", "%")]
    if not money or not 2 <= len(figures) <= _MOST:
        return
    yield from _by_each(paragraph, start, figures, money)
    yield from _by_share(paragraph, start, money)


def _slip(real: float, told: float) -> float | None:
    """Return the power of ten by which a figure is off; None where it is right, or off in another way."""
    return next((slip for slip in _SLIPS if abs(told / (real * slip) - 1) <= _NEAR), None) if real else None


def _by_each(paragraph: str, start: int, figures: Sequence[Figure], money: Sequence[Figure]) -> Iterator[Oddity]:
    for price, begin, value, unit in _prices(paragraph, money):
        totals = [each for each in money if each.start != begin and each.unit == unit and not _each(paragraph, each)]
        counts = [each for each in figures if each.is_count and not each.may_be_year and each.value >= 2]
        for total in totals:
            for count in counts:
                if not _tied(paragraph, price, count) or _digits(count.value) < 2 and _digits(value) < 2:
                    continue
                slip = _slip(count.value * value, total.value)
                if (
                    slip
                    and not any(_makes(other, totals, value) for other in counts)
                    and _beside(paragraph, begin, total)
                ):
                    real = f"{spell(count.value)} times {spell(value)} is {spell(count.value * value)}"
                    yield Oddity(
                        pin(paragraph, start, total.start, total.end),
                        f"The text says “{total.text.strip()}”, but {real}.",
                    )
                    return


def _makes(count: Figure, totals: Sequence[Figure], value: float) -> bool:
    return any(abs(total.value / (count.value * value) - 1) <= 0.15 for total in totals)


def _digits(value: float) -> int:
    """Return how many digits a figure has without its closing noughts."""
    return len(f"{value:.6g}".replace(".", "").split("e")[0].strip("0"))


def _beside(paragraph: str, begin: int, total: Figure) -> bool:
    low, high = sorted((begin, total.start))
    return _ENDED.search(paragraph, low, high) is None


def _tied(paragraph: str, price: str | None, count: Figure) -> bool:
    """Tell whether a number counts what the price is for."""
    noun = _COUNTED.match(paragraph, count.end)
    if noun is None:
        return False
    return price is None or any(word.rstrip("s") == price.rstrip("s") for word in noun[0].split())


def _each(paragraph: str, figure: Figure) -> bool:
    return bool(_EACH_AFTER.match(paragraph, figure.end) or _is_each_before(paragraph, figure))


def _is_each_before(paragraph: str, figure: Figure) -> bool:
    return _EACH_BEFORE.search(paragraph, max(0, figure.start - _WORDS_BEFORE), figure.start) is not None


_PERIODS = frozenset(
    {
        "year",
        "month",
        "week",
        "day",
        "hour",
        "minute",
        "night",
        "time",
        "season",
        "quarter",
        "lot",
        "bit",
        "few",
        "little",
        "good",
    }
)


def _prices(paragraph: str, money: Sequence[Figure]) -> Iterator[tuple[str | None, int, float, str]]:
    """Yield what each price is for (None for `each`), where it stands, its value and its unit."""
    for figure in money:
        after = _EACH_AFTER.match(paragraph, figure.end)
        if is_loose(paragraph, figure):
            continue
        if after or _is_each_before(paragraph, figure):
            noun = (after["per"] or after["a"]) if after else None
            if noun not in _PERIODS:
                yield noun, figure.start, figure.value, figure.unit
    for match in _QUARTER.finditer(paragraph):
        after = _EACH_AFTER.match(paragraph, match.end())
        share = {"a quarter": 0.25, "half": 0.5, "three quarters": 0.75}[match["words"] or match["half"]]
        if after and len({each.unit for each in money}) == 1 and (after["per"] or after["a"]) not in _PERIODS:
            yield after["per"] or after["a"], match.start(), share * 1e6, money[0].unit


def _by_share(paragraph: str, start: int, money: Sequence[Figure]) -> Iterator[Oddity]:
    """Yield `Revenue was $4.2 billion. ... sold $1.7 million, two fifths of the total`."""
    for part in money:
        match = _SHARE.match(paragraph, part.end)
        wholes = [each for each in money if each.end <= part.start and each.unit == part.unit]
        if not match or not wholes:
            continue
        share = _TOPS[match["top"]] / _PARTS[match["part"]]
        slips = {_slip_of_share(share * each.value, part.value) for each in wholes}
        if slips & {1e-3, 1e3} and not slips & {1.0}:
            yield Oddity(
                pin(paragraph, start, part.start, part.end),
                f"The text says “{part.text.strip()}{match[0]}”, but that share of {wholes[0].text.strip()} is "
                f"{spell(float(f'{share * wholes[0].value:.3g}'))}.",
            )


def _slip_of_share(real: float, told: float) -> float | None:
    return next((slip for slip in (1e-3, 1.0, 1e3) if abs(told / (real * slip) - 1) <= 0.2), None)
