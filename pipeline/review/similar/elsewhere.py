"""What others have found of a claim: offered where theirs says the same, by the rules for decisions of the desk."""

from __future__ import annotations

import re
from datetime import date

from pipeline.core.models import Claim
from pipeline.core.ports import Embedder
from pipeline.evidence import EarlierCheck, checks_with
from pipeline.review.similar.compare import difference, surface_difference
from pipeline.review.similar.reading import Reading, read_claim
from pipeline.store import Store

_WORD = re.compile(r"[A-Za-z][A-Za-z]{3,}")
_READ, _COMPARED = 300, 20


def checks_elsewhere(
    store: Store, embedder: Embedder, claim: Claim, day: date | None, *, near: float, limit: int = 5
) -> tuple[EarlierCheck, ...]:
    """Return the checks of others on a claim that says the same, the nearest first; raises StoreError."""
    found = _sharing_words(store, claim.text)
    if not found:
        return ()
    cosines = embedder.embed([claim.text, *(check.claim for check in found)])
    by_nearness = sorted(zip(cosines[1:] @ cosines[0], found, strict=True), key=lambda each: -float(each[0]))
    asked = read_claim(claim.text, day)
    same = (
        check
        for cosine, check in by_nearness[:_COMPARED]
        if cosine >= near and _says_the_same(asked, read_claim(check.claim, check.claimed_on or check.reviewed_on))
    )
    return tuple(dict.fromkeys(same))[:limit]


def _says_the_same(one: Reading, two: Reading) -> bool:
    return surface_difference(one, two) is None and difference(one, two) is None


def _sharing_words(store: Store, text: str) -> list[EarlierCheck]:
    """Return checks that hold the longest words of a claim, or fewer of them where that finds none."""
    words = sorted(dict.fromkeys(_WORD.findall(text)), key=len, reverse=True)[:3]
    for count in range(len(words), 0, -1):
        if found := checks_with(store, words[:count], _READ):
            return list(found)
    return []
