"""A sentence as the checks inside an article read it: its words, where they stand, what comes before, the day."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import accumulate

from pipeline.check.checkers.consistency.figures import Figure, find_figures
from pipeline.check.checkers.consistency.oddity import Oddity, pin
from pipeline.core.english import read_bound

_MARKS = {"“": "”", "«": "»", "„": "“"}
_SINGLE = re.compile(r"(?<!\w)‘[^‘“”\n]*’(?!\w)")
_ALSO_LOOSE = re.compile(
    r"\b(?:an average of|averag\w+|typically|usually|well|mostly|probably|perhaps|maybe|possibly|(?<!, )or|between"
    r"|another"
    r"|a further|more|extra|additional|close to|nearer|similarly|equivalent|the equivalent of|not quite"
    r"|just (?:over|under)|as (?:few|little) as) (?:the |a |an )?$",
    re.IGNORECASE,
)
_LOOSE_AFTER = re.compile(r"^(?: [a-z]+)? (?:or (?:so|more|less|fewer)|at least|at most|plus)\b|^\+|^-odd\b")

_BETWEEN = re.compile(r"(?<=[.!?”])\s+(?=[A-Z“])")


@dataclass(frozen=True)
class Stretch:
    """One sentence."""

    text: str
    start: int
    """Where it stands in the article."""
    before: str = ""
    """Its paragraph up to it, a page of it at most."""
    today: date | None = None

    @property
    def figures(self) -> list[Figure]:
        """Its figures in order."""
        return list(figures_of(self.text))

    @property
    def sentence_before(self) -> str:
        """The sentence of its paragraph that comes before it, or nothing."""
        return _BETWEEN.split(self.before.strip())[-1]

    def odd(self, begin: int, end: int, message: str) -> Oddity:
        """Return an oddity on some of its words."""
        return Oddity(pin(self.text, self.start, begin, end), message)


@lru_cache(64)
def figures_of(text: str) -> tuple[Figure, ...]:
    """Return the figures of a sentence, which every rule asks for."""
    return tuple(find_figures(text))


def is_loose(text: str, figure: Figure) -> bool:
    """Tell whether words around a figure say that it is not exact.

    >>> is_loose("about 300 of them", find_figures("about 300 of them")[0])
    True
    """
    bound, _ = read_bound(text, figure.start, figure.end)
    before, after = text[max(0, figure.start - 30) : figure.start], text[figure.end : figure.end + 24]
    loose = _ALSO_LOOSE.search(before) or _LOOSE_AFTER.match(after)
    return bound != "exact" or figure.signed or loose is not None


@lru_cache(64)
def quoted(paragraph: str) -> tuple[tuple[int, int], ...]:
    """Return the stretches of a paragraph between quotation marks; one that is not closed lasts to the end.

    >>> quoted('She said: "It rained." He went on.')
    ((10, 22),)
    """
    found = [match.span() for match in _SINGLE.finditer(paragraph)]
    opened, closing = -1, ""
    for at, mark in enumerate(paragraph):
        if opened >= 0 and mark in (closing, '"'):
            found.append((opened, at + 1))
            opened = -1
        elif opened < 0 and (mark in _MARKS or mark == '"' and not paragraph[at - 1 : at].isdigit()):
            opened, closing = at, _MARKS.get(mark, "”")
    if opened >= 0:
        found.append((opened, len(paragraph)))
    return tuple(sorted(found))


@lru_cache(64)
def _foreign(paragraph: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return where the stretches between quotation marks begin, and how far each or one before it lasts."""
    stretches = quoted(paragraph)
    return tuple(first for first, _ in stretches), tuple(accumulate((last for _, last in stretches), max))


def is_quoted(paragraph: str, begin: int, end: int) -> bool:
    """Tell whether any of some words of a paragraph are in somebody else's voice.

    >>> is_quoted('She said: "It rained." He went on.', 11, 13), is_quoted('She said: "It rained."', 0, 3)
    (True, False)
    """
    starts, ends = _foreign(paragraph)
    before = bisect_left(starts, end)
    return before > 0 and begin < ends[before - 1]
