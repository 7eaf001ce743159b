"""Two sentences that are the same but for a few words: what stands in the place of what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from pipeline.check.comparison.names import fold_word
from pipeline.check.comparison.table import keys_of, wordings

_WORD = re.compile(r"[^\W_]+(?:[.,'’&/–-][^\W_]+)*%?|[$£€¥]")
_PLAIN = str.maketrans({"’": "'", "–": "-", ",": None})
_ALIKE = 0.65
"""Share of words in common, in the same order, from which one sentence is taken for the other with a change."""
_FEWEST = 5
_LONGEST = 8
_TIMES = frozenset(word + s for word in ("hour", "day", "week", "month", "year", "decade") for s in ("", "s"))
"""A month and 30 days are no contradiction; with figures of one unit they are compared as figures."""
SMALL = frozenset({
    "a", "about", "after", "against", "also", "among", "an", "and", "are", "as", "at", "be", "because", "been",
    "before", "between", "but", "by", "can", "could", "during", "for", "from", "had", "has", "have", "he", "her",
    "his", "i", "if", "in", "into", "is", "it", "its", "just", "may", "more", "mr", "mrs", "ms", "not", "now", "of",
    "on", "only", "or", "over", "s", "said", "says", "she", "since", "so", "some", "such", "than", "that", "the",
    "their", "then", "there", "these", "they", "this", "those", "through", "to", "under", "until", "very", "was",
    "we", "were", "when", "where", "which", "while", "who", "will", "with", "within", "would", "you",
})  # fmt: skip
NEGATIONS = frozenset({"no", "not", "never", "nobody", "none", "nothing", "without", "neither", "nor", "cannot"})


@dataclass(frozen=True)
class Change:
    """Words of one text in the place of words of another, by their offsets."""

    start: int
    end: int
    other_start: int
    other_end: int
    opposed: bool = False
    """True for opposites and denials."""


@dataclass(frozen=True)
class Words:
    """The words of a text, folded, each with its place."""

    places: tuple[tuple[int, int], ...]
    folded: tuple[str, ...]


def overlap(own: str, other: str) -> float:
    """Return the share of words that two texts have in common, without regard to their order."""
    ours, theirs = set(words_of(own).folded), set(words_of(other).folded)
    return len(ours & theirs) / max(1, len(ours), len(theirs))


@lru_cache(4096)
def words_of(text: str) -> Words:
    """Return the words of a text, and its currency signs."""
    found = list(_WORD.finditer(text))
    return Words(tuple(match.span() for match in found), tuple(_fold(match[0]) for match in found))


def _fold(word: str) -> str:
    return word.casefold().translate(_PLAIN)


def changes(
    own: str, other: str, least: float = _ALIKE, fewest: int = _FEWEST, *, quoted: bool = False
) -> tuple[Change, ...] | None:
    """Return where two texts of nearly the same words differ, in order; None where they are not alike.

    Only words that stand in the place of other words count, not what one of them adds; a denial is one word more.
    Of `quoted` words none may be another, however near in meaning.
    """
    ours, theirs = words_of(own), words_of(other)
    if len(set(ours.folded) & set(theirs.folded)) < min(fewest, len(ours.folded) - 1):
        return None
    matcher = SequenceMatcher(None, ours.folded, theirs.folded, autojunk=False)
    matched = sum(block.size for block in matcher.get_matching_blocks())
    if matched < fewest or matcher.ratio() < least:
        return None
    return tuple(_changes(matcher.get_opcodes(), ours, theirs, quoted))


def _changes(
    opcodes: Sequence[tuple[str, int, int, int, int]], ours: Words, theirs: Words, quoted: bool
) -> Iterator[Change]:
    for tag, low, high, least, most in opcodes:
        if tag == "replace" and max(high - low, most - least) <= _LONGEST:
            if quoted or _differ(ours.folded[low:high], theirs.folded[least:most]):
                opposite = _exclude(ours.folded[low:high], theirs.folded[least:most])
                yield _change(ours, theirs, low, high, least, most, opposite)
        elif tag == "insert" and least and low and _denies(theirs.folded[least:most]):
            yield _change(ours, theirs, low - 1, low, least - 1, most, True)
        elif tag == "delete" and least and low and _denies(ours.folded[low:high]):
            yield _change(ours, theirs, low, high, least - 1, least, True)


def _change(ours: Words, theirs: Words, low: int, high: int, least: int, most: int, opposite: bool) -> Change:
    own, other = ours.places, theirs.places
    return Change(own[low][0], own[high - 1][1], other[least][0], other[most - 1][1], opposite)


def _exclude(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    return any(opposed(one, two) for one in ours for two in theirs) or _is_denied(ours) != _is_denied(theirs)


def _denies(words: Sequence[str]) -> bool:
    return bool(set(words) & NEGATIONS) and len(words) <= 2


def _differ(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Tell whether words say something else: opposites, a denial, or content that shares no meaning."""
    if _exclude(ours, theirs):
        return True
    if _same_years(ours, theirs) or (_TIMES & set(ours) and _TIMES & set(theirs)):
        return False
    mine, others = ([word for word in words if word not in SMALL] for words in (ours, theirs))
    if not mine or not others:
        return False
    return not all(_means(word, others) for word in mine) and not all(_means(word, mine) for word in others)


def _same_years(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Tell whether both tell one span of years: `2018-19` and `2018-2019`."""
    years = [{word[:4] for word in words if word[:4].isdigit() and len(word) > 4} for words in (ours, theirs)]
    return bool(years[0] & years[1])


def _is_denied(words: Sequence[str]) -> bool:
    return any(word in NEGATIONS or word.endswith("n't") for word in words)


def opposed(one: str, two: str) -> bool:
    """Tell whether two words exclude each other in one place."""
    if frozenset((one, two)) in wordings().opposites:
        return True
    pairs = ((one, two), (two, one))
    return any(
        a.startswith(x)
        and b.startswith(y)
        and a[len(x) :].lstrip("-") == b[len(y) :].lstrip("-")
        and len(a) > len(x) + 3
        for a, b in pairs
        for x, y in (("pro", "anti"), ("pro-", "anti-"), ("over", "under"), ("in", "ex"), ("im", "ex"))
    )


def _means(word: str, others: Sequence[str]) -> bool:
    plain = fold_word(word)
    return any(_same_family(plain, fold_word(other)) or keys_of(word) & keys_of(other) for other in others)


def _same_family(one: str, two: str) -> bool:
    """Tell whether two words begin alike: `cello` and `cellist`; names and figures have rules of their own."""
    common = next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    return one == two or (common >= 4 and not one.isdigit())
