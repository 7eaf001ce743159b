"""Near-identical words: the quoted words laid beside those that a source holds, and how they differ.

The alignment stays between the source's quotation marks, so what it gives back is never more than what stands there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rapidfuzz.distance import Levenshtein

from pipeline.check.checkers.quotations.words import WORD, Words, is_content, spelling, words_of
from pipeline.core.english import find_numbers
from pipeline.core.models import plain

_SIMILAR = 0.6
"""From this share of common letters on, one word may be a slip for another: `past`, `fast`."""
_SHORT_OF = (
    (re.compile(r"\bcan't\b"), "can not"),
    (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"\bcannot\b"), "can not"),
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"'re\b"), " are"),
    (re.compile(r"'ll\b"), " will"),
    (re.compile(r"'ve\b"), " have"),
    (re.compile(r"'m\b"), " am"),
    (re.compile(r"\b(it|that|he|she|there|what|who|here|where|let)'s\b"), r"\1 is"),
    (re.compile(r"\b(?:gonna)\b"), "going to"),
    (re.compile(r"\b(?:wanna)\b"), "want to"),
)
_FILLERS = re.compile(r"\b(?:um+|uh+|er|erm|hmm?|ah|oh|you know|i mean)\b")
_MONEY = re.compile(r"([$£€])\s?(\d[\d,.]*(?:\s(?:hundred|thousand|million|billion|trillion))?)")
_MONEYS = {"$": "dollars", "£": "pounds", "€": "euros"}


@dataclass(frozen=True)
class Change:
    """Words of the article that stand otherwise in the source; either may be none."""

    ours: tuple[str, ...]
    theirs: tuple[str, ...]

    @property
    def is_slip(self) -> bool:
        """Tell whether one word stands for another that looks like it."""
        if len(self.ours) != 1 or len(self.theirs) != 1:
            return False
        return Levenshtein.normalized_similarity(self.ours[0], self.theirs[0]) >= _SIMILAR


@dataclass(frozen=True)
class Alignment:
    """Quoted words and the words of a source that are nearest to them."""

    ours: Words
    theirs: Words
    """Only what is beside ours."""
    pairs: tuple[tuple[int, int], ...]
    """Places of the words that agree."""

    @property
    def place(self) -> tuple[int, int]:
        """Where the source's words stand in its text."""
        return self.theirs.place(0, len(self.theirs.words))

    def is_whole(self, text: str) -> bool:
        """Tell whether the source's words stand in one piece, with no mark of quotation between them."""
        return not any(mark in text[slice(*self.place)] for mark in '“”"«»„')

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What differs, in order."""
        found, i, j = [], 0, 0
        for a, b in (*self.pairs, (len(self.ours.words), len(self.theirs.words))):
            if a > i or b > j:
                found.append(Change(self.ours.words[i:a], self.theirs.words[j:b]))
            i, j = a + 1, b + 1
        return tuple(found)

    @property
    def differing(self) -> int:
        """How many words differ, of the side that has more."""
        return sum(max(len(change.ours), len(change.theirs)) for change in self.changes)

    @property
    def agreeing(self) -> list[str]:
        """The content words that agree."""
        return [self.ours.words[i] for i, _ in self.pairs if is_content(self.ours.words[i])]

    def __str__(self) -> str:
        return "; ".join(map(_spell, self.changes)) if self.pairs else "the same words in another order, or with others"


def _spell(change: Change) -> str:
    ours, theirs = " ".join(change.ours), " ".join(change.theirs)
    if not ours:
        return f"with “{theirs}”"
    return f"“{theirs}” where the text has “{ours}”" if theirs else f"without “{ours}”"


def align(ours: Words, stored: Words) -> Alignment | None:
    """Lay words beside the stored ones that are nearest to them; None where fewer than half agree."""
    wanted = [spelling(word) for word in ours.words]
    given = [spelling(word) for word in stored.words]
    if 2 * len(set(wanted) & set(given)) < len(set(wanted)):
        return None
    start, end = _nearest(wanted, given)
    if end <= start:
        return None
    start, end = _with_edges(wanted, given, start, end)
    pairs = tuple(_pairs(wanted, given[start:end]))
    return Alignment(ours, stored.part(start, end), pairs) if 2 * len(pairs) >= len(wanted) else None


def _nearest(wanted: Sequence[str], given: Sequence[str]) -> tuple[int, int]:
    """Return the run of given words that fewest changes turn into the wanted ones (Sellers 1980)."""
    costs = [(0, -j) for j in range(len(given) + 1)]
    for i, word in enumerate(wanted, 1):
        row = [(i, 0)]
        for j, other in enumerate(given, 1):
            (over, left), (up, above), (beside, back) = costs[j - 1], costs[j], row[j - 1]
            row.append(min((over + (word != other), left), (up + 1, above), (beside + 1, back)))
        costs = row
    end = min(range(len(costs)), key=lambda j: (costs[j][0], abs(j + costs[j][1] - len(wanted))))
    return -costs[end][1], end


def _with_edges(wanted: Sequence[str], given: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """Take in a source's word where the first or last one stands for another: a cut there costs as much as a change."""
    pairs = list(_pairs(wanted, given[start:end]))
    if pairs:
        before = pairs[0][0] - pairs[0][1]
        after = (len(wanted) - pairs[-1][0]) - (end - start - pairs[-1][1])
        start = max(0, start - before) if before > 0 else start
        end = min(len(given), end + after) if after > 0 else end
    return start, end


def _pairs(wanted: Sequence[str], given: Sequence[str]) -> Iterator[tuple[int, int]]:
    for step in Levenshtein.opcodes(wanted, given):
        if step.tag == "equal":
            yield from zip(range(step.src_start, step.src_end), range(step.dest_start, step.dest_end), strict=True)


@lru_cache(4096)
def house_style(text: str, *, in_full: bool) -> str:
    """Write a text the way no newspaper differs from another: without fillers, numbers in figures.

    With `in_full` short forms are written out as well.

    >>> house_style("We, um, owe them two hundred", in_full=False) == house_style("We owe them 200", in_full=False)
    True
    """
    text = plain(text)[0].replace("’", "'").lower()
    for short, full in _SHORT_OF if in_full else ():
        text = short.sub(full, text)
    text = _FILLERS.sub(" ", _MONEY.sub(lambda match: f"{match[2]} {_MONEYS[match[1]]}", text))
    for number in reversed(find_numbers(text)):
        text = f"{text[: number.start]} {number.value:g}{'th' if number.ordinal else ''} {text[number.end :]}"
    return words_of(" ".join(WORD.findall(text))).letters
