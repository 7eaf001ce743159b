"""The wording that would be right: the evidence's figure in the text's own form, where that is simple."""

from __future__ import annotations

from pipeline.check.checkers.quantities.parsing import Quantity
from pipeline.core.english import Number, find_numbers

_SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def suggest(words: str, ours: Quantity, there: str, theirs: Quantity) -> str:
    """Return the text's words with the evidence's number, or the evidence's words where forms differ.

    `45 people` beside `Fifty-four died` becomes `54 people`; `for three months` beside `30 days` becomes `30 days`.
    """
    own, other = find_numbers(words), find_numbers(there)
    if len(own) != 1 or len(other) != 1 or (ours.dimension, ours.unit) != (theirs.dimension, theirs.unit):
        return there
    if own[0].kind != other[0].kind or own[0].kind == "fraction":
        return there
    number = _number(own[0], other[0], there)
    if number is None:
        return there
    if words[own[0].start].isupper() and own[0].in_words:
        number = number[:1].upper() + number[1:]
    return f"{words[: own[0].start]}{number}{words[own[0].end :]}"


def _number(own: Number, other: Number, there: str) -> str | None:
    written = there[other.start : other.end]
    whole = other.value.is_integer()
    if own.in_words and not own.ordinal and whole and other.value < len(_SMALL):
        return _SMALL[int(other.value)]
    if not other.in_words:
        return written
    return None if own.ordinal or not whole else f"{other.value:,.0f}"
