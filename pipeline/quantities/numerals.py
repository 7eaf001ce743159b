"""Numbers in a text, in digits and in words, with their places; number words are read by text2num."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from text_to_num import text2num

_MAGNITUDES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "k": 1e3,
    "million": 1e6,
    "mn": 1e6,
    "m": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "trillion": 1e12,
    "tn": 1e12,
    "dozen": 12.0,
}
_DIGITS = re.compile(
    r"(?<![\w.,/:])(?<![A-Za-z]-)(?<!\s-)(?P<figure>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]{1,15}(?:\.[0-9]{1,9})?)"
    r"(?:[\s-]?(?P<magnitude>hundred|thousand|million|billion|trillion|dozen|(?:bn|mn|tn|k|m)(?![\w.]))\b)?"
    r"(?P<ordinal>(?:st|nd|rd|th)\b)?(?![\w]*[0-9])",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z]+")
_ORDINALS = (
    "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
    "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth",
)  # fmt: skip
_HALF_AFTER = re.compile(r"[ -]and[ -]a[ -]half\b", re.IGNORECASE)
_LONGEST_RUN = 9


@dataclass(frozen=True)
class Numeral:
    """A number in place."""

    start: int
    end: int
    value: float
    unit: float
    """What its last meaningful digit is worth."""
    ordinal: bool = False
    in_words: bool = False


def find_numerals(text: str) -> tuple[Numeral, ...]:
    """Return the numbers of a text in order; no two overlap."""
    found = [_from_digits(match) for match in _DIGITS.finditer(text)]
    taken = {offset for numeral in found for offset in range(numeral.start, numeral.end)}
    words = [match for match in _WORD.finditer(text) if match.start() not in taken]
    at = 0
    while at < len(words):
        numeral, used = _from_words(text, words, at)
        if numeral:
            found.append(numeral)
        at += used
    return tuple(sorted((_with_half(text, numeral) for numeral in found), key=lambda numeral: numeral.start))


def _from_digits(match: re.Match[str]) -> Numeral:
    figure = match["figure"].replace(",", "")
    magnitude = _MAGNITUDES[match["magnitude"].lower()] if match["magnitude"] else 1.0
    decimals = len(figure.partition(".")[2])
    return Numeral(
        match.start(),
        match.end(),
        float(figure) * magnitude,
        magnitude * 10.0**-decimals if decimals else _last_digit(float(figure)) * magnitude,
        ordinal=bool(match["ordinal"]),
    )


def _last_digit(value: float) -> float:
    """Return what the last digit that is not a closing zero is worth, for numbers that look rounded."""
    if value < 100 or not value.is_integer():
        return 1.0
    worth = 1.0
    while value % (worth * 10) == 0 and worth * 10 <= value:
        worth *= 10
    return worth if worth >= 10 else 1.0


def _from_words(text: str, words: list[re.Match[str]], at: int) -> tuple[Numeral | None, int]:
    first = words[at][0].lower()
    if first in _ORDINALS:
        return Numeral(words[at].start(), words[at].end(), _ORDINALS.index(first) + 2.0, 1.0, True, True), 1
    if first == "half" and _is_half_magnitude(text, words, at):
        magnitude = words[at + 2]
        value = _MAGNITUDES[magnitude[0].lower()] / 2
        return Numeral(words[at].start(), magnitude.end(), value, value, in_words=True), 3
    if _value(first) is None and not (first in ("a", "an") and _magnitude_follows(text, words, at)):
        return None, 1
    return _longest(text, words, at)


def _longest(text: str, words: list[re.Match[str]], at: int) -> tuple[Numeral | None, int]:
    last = at + 1
    while last < min(len(words), at + _LONGEST_RUN) and _joined(text, words[last - 1], words[last]):
        last += 1
    for end in range(last, at, -1):
        run = text[words[at].start() : words[end - 1].end()].lower()
        run = re.sub(r"^an? ", "one ", run)
        dozens = run.endswith(" dozen")
        value = _value(run.removesuffix(" dozen").strip())
        if value is not None:
            value *= 12 if dozens else 1
            unit = max(_last_digit(value), 12.0 if dozens else 1.0)
            return Numeral(words[at].start(), words[end - 1].end(), value, unit, in_words=True), end - at
    return None, 1


def _joined(text: str, before: re.Match[str], word: re.Match[str]) -> bool:
    return text[before.end() : word.start()] in ("-", " ", "\N{NO-BREAK SPACE}")


def _magnitude_follows(text: str, words: list[re.Match[str]], at: int) -> bool:
    following = words[at + 1] if at + 1 < len(words) else None
    return following is not None and _joined(text, words[at], following) and following[0].lower() in _MAGNITUDES


def _is_half_magnitude(text: str, words: list[re.Match[str]], at: int) -> bool:
    return (
        at + 2 < len(words)
        and words[at + 1][0].lower() == "a"
        and _joined(text, words[at], words[at + 1])
        and _magnitude_follows(text, words, at + 1)
    )


@lru_cache(4096)
def _value(words: str) -> float | None:
    if words == "dozen":
        return 12.0
    try:
        return float(text2num(words, "en"))
    except (ValueError, OverflowError, KeyError, IndexError):
        return None


def _with_half(text: str, numeral: Numeral) -> Numeral:
    half = _HALF_AFTER.match(text, numeral.end)
    if not half or numeral.ordinal or numeral.value > 100:
        return numeral
    return Numeral(numeral.start, half.end(), numeral.value + 0.5, 0.5, in_words=True)
