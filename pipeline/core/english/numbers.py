"""The numbers of a text, in digits, in words and as fractions, each with its exact place.

Number words are read by text2num; magnitudes (`5 lakh`, `£3bn`), groupings (`1,20,000`), dozens, halves and
fractions are read here. Ranges are left to the caller: `10-12` is two numbers. Times, scores, versions and
dates in digits (`10:30`, `9/11`, `1.2.3`) are none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from text_to_num import find_numbers as find_number_words

from pipeline.core.english.dates import MONTH

Kind = Literal["cardinal", "ordinal", "fraction"]
Bound = Literal["exact", "about", "more", "less"]

_MAGNITUDES = {
    "dozen": 12.0, "hundred": 1e2, "thousand": 1e3, "k": 1e3, "lakh": 1e5, "lac": 1e5, "million": 1e6, "mn": 1e6,
    "m": 1e6, "crore": 1e7, "cr": 1e7, "billion": 1e9, "bn": 1e9, "trillion": 1e12, "tn": 1e12,
}  # fmt: skip
_DOZEN = 12.0
_INDIAN = (1e5, 1e7)
_OWN = r"(?:lakhs?|lacs?|crores?|dozen)\b"
"""Magnitudes that text2num does not know."""
_MAGNITUDE = rf"(?:(?:hundred|thousand|million|billion|trillion)\b|{_OWN})"
_GAP = "[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}-]"
_PLAIN = r"[0-9]{1,15}(?:\.[0-9]{1,9})?"
_DIGITS = re.compile(
    r"(?:(?<![\w.,/:;)-])(?P<sign>[-−]))?(?<![\w.,/:])(?<![A-Za-z]-)"
    r"(?P<figure>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}"
    "|[1-9][0-9]{0,2}(?P<gap>[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE}'’])[0-9]{3}"
    rf"(?:(?P=gap)[0-9]{{3}})*)(?![0-9]|,[0-9]|(?P=gap)?[0-9])(?:\.[0-9]{{1,9}})?|{_PLAIN})(?P<vulgar>[½¼¾⅓⅔⅛⅜⅝⅞])?"
    rf"(?:{_GAP}?(?P<magnitude>{_MAGNITUDE}(?:\s{_MAGNITUDE})?|(?:bn|mn|tn|cr|(?<=[0-9])[km]|(?-i:[km]))(?!\w|\.\w)))?"
    r"(?P<ordinal>(?:st|nd|rd|th)\b)?(?!\w*[0-9]|[.,/:][0-9]|s\b|(?<=0)['’]s\b)",
    re.IGNORECASE,
)
_BEFORE_DAY = re.compile(rf"{MONTH}\s$")

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty",
    "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth", "thirtieth", "fortieth", "fiftieth", "sixtieth", "seventieth", "eightieth", "ninetieth",
    "hundredth", "thousandth", "millionth", "billionth",
)  # fmt: skip
_BIG = ("hundred", "thousand", "million", "billion", "trillion")
_ONE = "(?:" + "|".join([*_ONES, *_ORDINALS, *_BIG]) + r")\b"
_RUN = re.compile(rf"\b{_ONE}(?:{_GAP}(?:and{_GAP}|(?<!\bat one )point{_GAP})?{_ONE})*", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z]+")
_FIRST = frozenset({"a", "an", "half", *_ONES, *_ORDINALS, *_BIG})
_TOKEN = re.compile(r"\w+|-")
_ARTICLE = re.compile(rf"\b(?P<half>half{_GAP})?an?{_GAP}$", re.IGNORECASE)
_NO_ONE = re.compile(rf"\bno{_GAP}$", re.IGNORECASE)
_OWN_ALONE = re.compile(rf"\b(?:(?P<half>half{_GAP}(?:an?{_GAP})?)|an?{_GAP})(?P<magnitude>{_OWN})", re.IGNORECASE)
_OWN_AFTER = re.compile(rf"{_GAP}(?P<magnitude>{_OWN}(?:\s{_MAGNITUDE})?)", re.IGNORECASE)
_PART_AFTER = re.compile(
    rf"{_GAP}and{_GAP}an?{_GAP}(?P<part>half|quarter)\b(?:{_GAP}(?P<magnitude>{_MAGNITUDE}))?", re.IGNORECASE
)

_PARTS = {
    "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
    "twentieth": 20, "hundredth": 100,
}  # fmt: skip
_COUNTS = {"a": 1} | {word: number for number, word in enumerate(_ONES[:11]) if number}
_COUNT = "|".join(_COUNTS)
_FRACTION = re.compile(
    rf"\b(?:(?P<count>{_COUNT})[ -](?P<part>{'|'.join(_PARTS)})(?:s?(?=\sof\b)"
    r"|s\b(?<!quarters))"
    r"|(?P<half>half)(?=\s(?:of|the|its|their|all|his|her)\b)"
    rf"|(?P<top>{_COUNT})[ -](?:in|out of)[ -](?P<whole>{_COUNT}|[0-9]{{1,3}}(?:,[0-9]{{3}})*)(?=\s[a-z]))",
    re.IGNORECASE,
)
_NOT_A_SHARE = re.compile(r"\b(?:first|second|other|last|the|a|an|one)\s$", re.IGNORECASE)

_BOUNDS: tuple[tuple[Bound, str], ...] = (
    ("more", r"more than|over|at least|above|exceeding|in excess of|upwards of|no fewer than|no less than|minimum of"),
    (
        "less",
        r"nearly|almost|close to|just under|under|less than|fewer than|below|up to|as many as|as much as"
        r"|at most|no more than|not more than|a maximum of|just shy of|approaching",
    ),
    ("about", r"about|around|approximately|roughly|some|an estimated|estimated|circa|c\.|~|approx\.?|in the region of"),
    ("exact", r"exactly|precisely|only|just"),
)
_BOUND_BEFORE = re.compile(
    "|".join(rf"(?P<{bound}>(?<!\w)(?:{words}))" for bound, words in _BOUNDS).join((r"(?:", r")\s*$")),
    re.IGNORECASE,
)
_BOUND_AFTER = re.compile(
    r"\s(?:or (?P<more>more|over|longer|older)|or (?P<about>so)|or (?P<less>less|fewer|under))\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Number:
    """A number in place."""

    start: int
    end: int
    value: float
    step: float
    """What its last meaningful digit is worth: 1,000 in `12,000`."""
    digit: float
    """What its last written digit is worth: 1 in `12,000`."""
    kind: Kind = "cardinal"
    in_words: bool = False
    rough: bool = False
    """Told with an article, a half or by the dozen: `a hundred`, `half a million`, `two dozen`."""
    scale: float = 1.0
    """The magnitude it ends with."""

    @property
    def ordinal(self) -> bool:
        """True for a place in an order: `third`."""
        return self.kind == "ordinal"


@lru_cache(1024)
def find_numbers(text: str) -> tuple[Number, ...]:
    """Return the numbers of a text in order; no two overlap.

    >>> [number.value for number in find_numbers("5 lakh of 1,20,000, half a million or two and a half")]
    [500000.0, 120000.0, 500000.0, 2.5]
    """
    found: list[Number] = []
    for number in sorted(_all(text), key=lambda number: (number.start, -number.end)):
        last = found[-1] if found else None
        if last and number.start < last.end:
            continue
        if last and _continues(text, last, number):
            found[-1] = replace(number, start=last.start, value=last.value + number.value)
        else:
            found.append(number)
    return tuple(found)


def read_bound(text: str, start: int, end: int) -> tuple[Bound, int]:
    """Return what the words around a quantity say of its figure, and where those words or the quantity end.

    >>> read_bound("nearly 300", 7, 10)
    ('less', 10)
    """
    before = _BOUND_BEFORE.search(text[max(0, start - 30) : start])
    if before and before.lastgroup:
        return before.lastgroup, end  # type: ignore[return-value]
    after = _BOUND_AFTER.match(text, end)
    if after and after.lastgroup:
        return after.lastgroup, after.end()  # type: ignore[return-value]
    return "exact", end


def _all(text: str) -> Iterator[Number]:
    for number in (*_from_digits(text), *_from_words(text)):
        yield _with_part(text, number)


def _scale(words: str | None) -> float:
    """Return what magnitudes make of one: of `lakh crore` a trillion."""
    scale = 1.0
    for word in (words or "").lower().split():
        scale *= _MAGNITUDES[word] if word in _MAGNITUDES else _MAGNITUDES[word.rstrip("s")]
    return scale


def _from_digits(text: str) -> Iterator[Number]:
    at = 0
    while match := _DIGITS.search(text, at):
        end, figure = match.end(), match["figure"]
        if match["gap"] == " " and _BEFORE_DAY.search(text, max(0, match.start() - 12), match.start()):
            end, figure = match.start() + figure.index(" "), figure.partition(" ")[0]  # `May 12 300 people`
            yield Number(match.start(), end, float(figure), 1.0, 1.0)
        else:
            yield _from_figure(match)
        at = end


def _from_figure(match: re.Match[str]) -> Number:
    figure = re.sub(r"[^0-9.]", "", match["figure"])
    scale = _scale(match["magnitude"])
    decimals = len(figure.partition(".")[2])
    value = float(figure) + (unicodedata.numeric(match["vulgar"]) if match["vulgar"] else 0.0)
    digit = scale * (0.5 if match["vulgar"] else 10.0**-decimals)
    return Number(
        match.start(),
        match.end(),
        (-value if match["sign"] else value) * scale,
        digit if decimals else digit * _last_digit(value),
        digit,
        kind="ordinal" if match["ordinal"] else "cardinal",
        rough=scale == _DOZEN,
        scale=scale,
    )


def _last_digit(value: float) -> float:
    """Return what the last digit that is not a closing zero is worth, for numbers that look rounded."""
    if value < 100 or not value.is_integer():
        return 1.0
    worth = 1.0
    while value % (worth * 10) == 0 and worth * 10 <= value:
        worth *= 10
    return worth


def _from_words(text: str) -> Iterator[Number]:
    read = 0
    for word in _WORD.finditer(text):
        first, at = word[0].lower(), word.start()
        if first not in _FIRST:
            continue
        if fraction := _fraction(text, at):
            yield fraction
        if (match := _OWN_ALONE.match(text, at)) is not None:
            value = _scale(match["magnitude"]) / (2 if match["half"] else 1)
            yield Number(at, match.end(), value, value, value, in_words=True, rough=True)
        if at >= read and (run := _RUN.match(text, at)):
            read = run.end()
            yield from _of_run(text, run)


def _of_run(text: str, run: re.Match[str]) -> Iterator[Number]:
    """Yield the numbers of number words that stand together, with the article before and the magnitude after."""
    for first, last, value, kind, bare in _read_run(run[0].lower()):
        start, end = run.start() + first, run.start() + last
        if kind == "ordinal":
            yield Number(start, end, value, 1.0, 1.0, kind, in_words=True)
            continue
        article = _ARTICLE.search(text, max(0, start - 8), start) if bare else None
        if bare and article is None:
            continue  # `several hundred`: how many is not said
        if value == 1 and _NO_ONE.search(text, max(0, start - 4), start):
            continue
        half = article is not None and article["half"] is not None
        own = _OWN_AFTER.match(text, end)
        scale = _scale(own["magnitude"]) if own else 1.0
        value = value * scale / (2 if half else 1)
        step = value if half else max(_last_digit(value), min(scale, _DOZEN)) if value.is_integer() else 0.1 * scale
        yield Number(
            article.start() if article else start,
            own.end() if own else end,
            value,
            step,
            min(1.0, step),
            in_words=True,
            rough=article is not None or scale == _DOZEN,
            scale=scale,
        )


@lru_cache(4096)
def _read_run(run: str) -> tuple[tuple[int, int, float, Kind, bool], ...]:
    """Return the numbers of words that stand together, each with whether it begins with its magnitude."""
    tokens = [_Word(match) for match in _TOKEN.finditer(run)]
    return tuple(
        (
            tokens[each.start].start,
            tokens[each.end - 1].end,
            float(each.value),
            "ordinal" if each.is_ordinal else "cardinal",
            tokens[each.start].text() in _MAGNITUDES,
        )
        for each in find_number_words(tokens, "en", 0)
    )


class _Word:
    """A token as text2num wants it."""

    def __init__(self, match: re.Match[str]) -> None:
        self.start, self.end = match.span()
        self._text = match[0]

    def text(self) -> str:
        return self._text

    def nt_separated(self, previous: _Word) -> bool:
        return False

    def not_a_number_part(self) -> bool:
        return False


def _with_part(text: str, number: Number) -> Number:
    """Add `and a half`, and the magnitude that this is told in: `two and a half million`."""
    part = _PART_AFTER.match(text, number.end) if number.kind == "cardinal" and 0 <= number.value <= 100 else None
    if not part:
        return number
    scale = _scale(part["magnitude"])
    fraction = 0.5 if part["part"].lower() == "half" else 0.25
    value, step = (number.value + fraction) * scale, fraction * scale
    return replace(number, end=part.end(), value=value, step=step, digit=step, in_words=True, scale=scale)


def _continues(text: str, one: Number, two: Number) -> bool:
    """Tell whether two numbers are one: `2 crore 50 lakh`."""
    return (
        one.scale in _INDIAN
        and two.kind == "cardinal"
        and 0 < two.value < one.scale
        and (two.in_words or two.scale > 1)
        and not two.rough
        and text[one.end : two.start] in (" ", " and ")
    )


def _fraction(text: str, at: int) -> Number | None:
    match = _FRACTION.match(text, at)
    if not match or match["half"] and _NOT_A_SHARE.search(text, max(0, at - 8), at):
        return None
    value = _share(match)
    return Number(at, match.end(), value, value, value, "fraction", in_words=True) if 0 < value < 1 else None


def _share(match: re.Match[str]) -> float:
    if match["half"]:
        return 0.5
    if match["count"]:
        return _COUNTS[match["count"].lower()] / _PARTS[match["part"].lower()]
    whole = match["whole"].lower()
    below = _COUNTS.get(whole) or int(whole.replace(",", ""))
    return _COUNTS[match["top"].lower()] / below if below else 0.0
