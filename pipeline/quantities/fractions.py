"""Shares told as fractions: `half of`, `two thirds of`, `one in five`, as percentages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PARTS = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10,
}  # fmt: skip
_COUNTS = {
    "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10,
}  # fmt: skip
_NUMBER = "|".join(_COUNTS)
_FRACTION = re.compile(
    rf"\b(?:(?P<count>{_NUMBER})[ -](?P<part>third|quarter|fifth|sixth|seventh|eighth|ninth|tenth)s?(?=\sof\b)"
    rf"|(?P<half>half)(?=\s(?:of|the|its|their|all|his|her)\b)"
    rf"|(?P<top>{_NUMBER})[ -](?:in|out of)[ -](?P<whole>{_NUMBER}|\d+)(?=\s[a-z]))",
    re.IGNORECASE,
)
_NOT_A_SHARE = re.compile(r"\b(?:first|second|other|last|the|a|an|one|and a)\s$", re.IGNORECASE)
ROUGH = 1.5
"""Percentage points that a fraction in words may be rounded by."""


@dataclass(frozen=True)
class Fraction:
    """A fraction in place, in percent."""

    start: int
    end: int
    percent: float


def find_fractions(text: str) -> Iterator[Fraction]:
    """Yield the fractions of a text that tell a share of something."""
    for match in _FRACTION.finditer(text):
        if match["half"] and _NOT_A_SHARE.search(text[: match.start()]):
            continue
        percent = _percent(match)
        if 0 < percent < 100:
            yield Fraction(match.start(), match.end(), percent)


def _percent(match: re.Match[str]) -> float:
    if match["half"]:
        return 50.0
    if match["top"]:
        whole = match["whole"].lower()
        below = int(whole) if whole.isdigit() else _COUNTS[whole]
        return 100.0 * _COUNTS[match["top"].lower()] / below if below else 0.0
    return 100.0 * _COUNTS[match["count"].lower()] / _PARTS[match["part"].lower()]
