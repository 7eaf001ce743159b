"""How far the words of a claim have words like them in sentences, whatever the order.

A text's vector tells its topic; vectors of its words, in their sentence, tell more of what it says: two sentences on
one topic differ in most of them. What the topic's title says itself tells nothing and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from pipeline.check.comparison.alike import SMALL
from pipeline.check.comparison.table import stem_of, wordings
from pipeline.core.ports import Vectors
from pipeline.evidence import MiniLM

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SHORTEST = 3


class Said(NamedTuple):
    """A sentence with its passage's title before it, and where the sentence begins."""

    text: str
    start: int


def words_alike(claim: str, said: Sequence[Said], titles: Collection[str], embedder: MiniLM) -> float | None:
    """Return how near, on average, the nearest word of sentences comes to each word of a claim, at most 1.

    None where the titles say every word of the claim, or the sentences say none.
    """
    known = {stem_of(word) for title in titles for word in _folded(title)}
    wanted = [
        match.span()
        for match in _WORD.finditer(claim)
        if (word := _fold(match[0])) and _says_something(word) and stem_of(word) not in known
    ]
    own, *others = embedder.embed_words([claim, *(each.text for each in said)])
    rows = [row for row, place in enumerate(own.places) if any(_meet(place, word) for word in wanted)]
    found = [
        other.vectors[[start >= each.start for start, _ in other.places]]
        for each, other in zip(said, others, strict=True)
    ]
    if not rows or not sum(map(len, found)):
        return None
    return _mean_of_nearest(own.vectors[rows], found)


def _mean_of_nearest(own: Vectors, found: Sequence[Vectors]) -> float:
    import numpy

    return float((own @ numpy.vstack(found).T).max(axis=1).mean())


def _says_something(word: str) -> bool:
    return len(word) >= _SHORTEST and word not in wordings().light and word not in SMALL


def _folded(text: str) -> list[str]:
    return [_fold(match[0]) for match in _WORD.finditer(text)]


def _fold(word: str) -> str:
    return word.casefold().removesuffix("'s").removesuffix("’s")


def _meet(one: tuple[int, int], two: tuple[int, int]) -> bool:
    return one[0] < two[1] and two[0] < one[1]
