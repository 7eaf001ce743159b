"""The figures of a sentence that a check inside an article may rely on, with their percent or currency sign.

Silent on numbers that are only nearly told (`a hundred`, `two dozen`) and on those joined to others.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.core.english import Number, find_numbers

_BEFORE = re.compile(
    r"(?<![\w.,/:;-])(?P<sign>[-−])?(?P<currency>US\$|A\$|C\$|HK\$|NZ\$|[$£€₹¥]|Rs\.?\s?)?$", re.IGNORECASE
)
_JOINED = re.compile(r"[-–/:.,][0-9]|[ap]\.?m\b|\w", re.IGNORECASE)
_PERCENT = re.compile(r"\s?(?:%|per[ -]?cents?\b|pc\b)", re.IGNORECASE)
_SAME_RUN = ("-", " ", " and ")


@dataclass(frozen=True)
class Figure:
    """A number in a text: its value, and how far a rounded number may be off."""

    start: int
    end: int
    value: float
    half: float
    """Half of what its last digit is worth."""
    unit: str
    """`%`, a currency sign, or nothing."""
    text: str
    signed: bool = False

    @property
    def loose(self) -> float:
        """How far it may be off where a headline rounds."""
        return max(self.half, 0.5 * _round_to(int(self.value)) if self.value >= 1000 else 0)

    @property
    def half_if_rounded(self) -> float:
        """How far it may be off where closing noughts may be rounding: 50 in `1,200`."""
        worth = 2 * self.half
        while self.value and worth and (self.value / (worth * 10)).is_integer():
            worth *= 10
        return worth / 2

    @property
    def is_count(self) -> bool:
        """True for a whole number of things."""
        return not self.unit and not self.signed and self.value.is_integer() and 0 < self.value < 1e9

    @property
    def may_be_year(self) -> bool:
        """True for `2014` alone."""
        return not self.unit and len(self.text) == 4 and self.text.isdigit() and 1400 <= self.value <= 2100


def find_figures(text: str) -> list[Figure]:
    """Return the figures of a text in order.

    >>> [figure.value for figure in find_figures("twenty-one men, 1,200 women and a dozen others")]
    [21.0, 1200.0]
    """
    numbers = find_numbers(text)
    joined = {each for pair in pairwise(numbers) for each in pair if _is_one_run(text, *pair)}
    usable = (number for number in numbers if number.kind == "cardinal" and not number.rough and number not in joined)
    return [figure for number in usable if (figure := _read(text, number))]


def value_of(words: str) -> float | None:
    """Return the plain number that some words are, `a` and `an` too; None where they are none, or more than one.

    >>> value_of("twenty-one"), value_of("an"), value_of("a dozen"), value_of("£5")
    (21.0, 1.0, None, None)
    """
    if words.lower() in ("a", "an"):
        return 1.0
    figures = find_figures(words)
    plain = len(figures) == 1 and figures[0].text == words and not figures[0].unit and not figures[0].signed
    return figures[0].value if plain else None


def _is_one_run(text: str, one: Number, two: Number) -> bool:
    words = one.in_words and two.in_words and one.kind == two.kind == "cardinal"
    return words and text[one.end : two.start] in _SAME_RUN


def _read(text: str, number: Number) -> Figure | None:
    before = _BEFORE.search(text, max(0, number.start - 6), number.start)
    joined = text.startswith("-", number.end) if number.in_words else _JOINED.match(text, number.end)
    if before is None or joined:
        return None
    value, half = abs(number.value), 0.5 * number.digit
    if value >= 1000 and number.scale == 1.0 and not number.in_words:  # a round thousand may be rounded
        half = max(half, min(0.5 * _round_to(int(value)), 0.05 * value))
    percent = _PERCENT.match(text, number.end)
    start, end = before.start(), percent.end() if percent else number.end
    unit = "%" if percent else (before["currency"] or "").strip().lower()
    signed = number.value < 0 or before["sign"] is not None
    return Figure(start, end, value, half, unit, text[start:end], signed)


def rounded_alike(one: Figure, two: Figure) -> tuple[Figure, Figure]:
    """Return two figures as somebody rounded them who rounds both to one place, or to as many digits.

    >>> [figure.half for figure in rounded_alike(*find_figures("from 8,000 to 6,800"))]
    [50.0, 50.0]
    """
    finer = min(one.half, two.half)
    digits = max(_digits(one), _digits(two))
    return _as_fine(one, finer, digits), _as_fine(two, finer, digits)


def _digits(figure: Figure) -> int:
    """Return how many digits of a figure count."""
    return math.floor(math.log10(figure.value)) - math.floor(math.log10(2 * figure.half)) + 1


def _as_fine(figure: Figure, finer: float, digits: int) -> Figure:
    by_digits = 0.5 * 10.0 ** (math.floor(math.log10(figure.value)) - digits + 1)
    return replace(figure, half=min(figure.half, max(finer, by_digits)))


def _round_to(value: int) -> int:
    worth = 1
    while value and value % (worth * 10) == 0:
        worth *= 10
    return worth if worth >= 100 else 1


def spell(value: float) -> str:
    """Write a number for a reader.

    >>> spell(1234.0), spell(12.50)
    ('1,234', '12.5')
    """
    return f"{value:,.0f}" if float(value).is_integer() else f"{round(value, 2):,}"
