"""Claims that differ in few words: not independent, and not to be tuned on in one split and asked in another."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from pipeline.core.models import Case
from pipeline.evaluation.cases import Split, folded_claim, split_of

NEAR = 0.8
"""Share of common words from which on two claims are near-duplicates (Jaccard)."""

_SHOWN = 2


def near_duplicates(cases: Sequence[Case], split: Split | None) -> list[str]:
    """Say how many claims nearly stand in another split too (or, without a split, how many are nearly the same)."""
    claims = sorted({folded_claim(case.claim): case for case in cases}.items())
    sides = [split_of(case) for _, case in claims]
    pairs = [
        (claims[one][1].claim, claims[other][1].claim)
        for one, other in near_pairs([text for text, _ in claims])
        if split is None or (sides[one] != sides[other] and split in (sides[one], sides[other]))
    ]
    if not pairs:
        return []
    examples = "; ".join(f"{one[:80]!r} and {other[:80]!r}" for one, other in pairs[:_SHOWN])
    what = "are nearly the same" if split is None else "are nearly the same and stand in two splits"
    return [f"{len(pairs)} pairs of claims {what}: {examples}"]


def near_pairs(texts: Sequence[str], near: float = NEAR) -> Iterator[tuple[int, int]]:
    """Give the index pairs of texts that share at least that part of their words, each pair once.

    Only texts that share one of their rarest words are compared (prefix filtering): a text of n words
    that shares `near` of them with another shares one of its n - ceil(near * n) + 1 rarest.
    """
    words = [frozenset(re.findall(r"\w+", text)) for text in texts]
    known = Counter(word for bag in words for word in bag)
    seen: dict[str, list[int]] = {}
    for at, bag in enumerate(words):
        rarest = sorted(bag, key=lambda word: (known[word], word))
        prefix = rarest[: len(bag) - math.ceil(near * len(bag)) + 1]
        candidates = {other for word in prefix for other in seen.get(word, ())}
        for other in sorted(candidates):
            if len(bag & words[other]) >= near * len(bag | words[other]):
                yield other, at
        for word in prefix:
            seen.setdefault(word, []).append(at)
