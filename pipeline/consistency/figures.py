"""Figures in a sentence, in digits and in words, with what they count; number words are read by text2num."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from text_to_num import text2num

_UNITS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
)
_MAGNITUDES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "k": 1e3,
    "lakh": 1e5,
    "m": 1e6,
    "mn": 1e6,
    "million": 1e6,
    "crore": 1e7,
    "bn": 1e9,
    "billion": 1e9,
    "tn": 1e12,
    "trillion": 1e12,
}
_WORD = "(?:" + "|".join(_UNITS.split()) + ")"
_WORDS = rf"{_WORD}(?:(?:-| (?:and )?){_WORD}\b| (?:hundred|thousand|million|billion)\b(?: and(?= {_WORD}\b))?)*"
PERCENT = r"%|per[ -]?cents?\b|pc\b"
_FIGURE = re.compile(
    rf"(?<![\w.,/:;-])(?P<sign>[-−])?(?P<currency>US\$|A\$|C\$|HK\$|NZ\$|[$£€₹¥]|Rs\.?\s?)?"
    rf"(?:(?P<digits>[0-9]{{1,3}}(?:,[0-9]{{2,3}})+(?:\.[0-9]+)?|[0-9]{{1,12}}(?:\.[0-9]{{1,6}})?)"
    rf"(?:[\s-]?(?P<magnitude>{'|'.join(sorted(_MAGNITUDES, key=len, reverse=True))})\b)?"
    rf"(?![\w]|[-–/:.,][0-9]|[ap]\.?m\b)|\b(?P<words>{_WORDS})\b(?!-))"
    rf"(?P<percent>\s?(?:{PERCENT}))?",
    re.IGNORECASE,
)


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
    def is_count(self) -> bool:
        """True for a whole number of things."""
        return not self.unit and not self.signed and self.value.is_integer() and 0 < self.value < 1e9

    @property
    def may_be_year(self) -> bool:
        """True for `2014` alone."""
        return not self.unit and len(self.text) == 4 and self.text.isdigit() and 1400 <= self.value <= 2100


def find_figures(text: str) -> list[Figure]:
    """Return the figures of a text in order.

    >>> [figure.value for figure in find_figures("twenty-one men, 1,200 women and 3.5 million others")]
    [21.0, 1200.0, 3500000.0]
    """
    return [figure for match in _FIGURE.finditer(text) if (figure := _read(match))]


def _read(match: re.Match[str]) -> Figure | None:
    if match["digits"]:
        digits = match["digits"].replace(",", "")
        scale = _MAGNITUDES[match["magnitude"].lower()] if match["magnitude"] else 1.0
        value, half = float(digits) * scale, 0.5 * scale * 10.0 ** -len(digits.partition(".")[2])
        if scale == 1.0 and value >= 1000:  # a round thousand may be rounded
            half = max(half, min(0.5 * _round_to(int(value)), 0.05 * value))
    else:
        words = _value(match["words"].lower())
        if words is None:
            return None
        value, half = words, 0.5
    unit = "%" if match["percent"] else (match["currency"] or "").strip().lower()
    return Figure(match.start(), match.end(), value, half, unit, match[0], bool(match["sign"]))


def _round_to(value: int) -> int:
    worth = 1
    while value and value % (worth * 10) == 0:
        worth *= 10
    return worth if worth >= 100 else 1


@lru_cache(2048)
def _value(words: str) -> float | None:
    try:
        return float(text2num(words, "en"))
    except (ValueError, OverflowError, KeyError, IndexError):
        return None


def say(value: float) -> str:
    """Write a number for a reader.

    >>> say(1234.0), say(12.50)
    ('1,234', '12.5')
    """
    return f"{value:,.0f}" if float(value).is_integer() else f"{round(value, 2):,}"
