"""Which claim of one text of an article is which claim of another text of it: same words first, then the most alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.core.models import Claim

ALIKE = 60.0
"""Percent of likeness, by edits (Indel distance), from which one claim is taken for another one reworded."""

Change = Literal["same", "context", "words"]


@dataclass(frozen=True)
class Pair:
    """A claim as it was, and what of it is another now."""

    earlier: Claim
    change: Change
    """`same`: at most moved; `context`: the same words stand otherwise; `words`: reworded."""


def own_words(claim: Claim) -> tuple[str, ...]:
    """Return a claim's own words, without their places."""
    return tuple(span.exact for span in claim.spans)


def context(claim: Claim) -> tuple[Hashable, ...]:
    """Return what else of a claim decides its note, without places."""
    attribution = claim.attribution
    attributed = attribution and (
        attribution.speaker,
        attribution.speaker_title,
        attribution.cue,
        attribution.content.exact,
        attribution.direct,
        attribution.name,
    )
    speaker = attribution.speaker_span.exact if attribution and attribution.speaker_span else None
    sentence = claim.sentence.exact if claim.sentence else None
    return claim.kind, claim.text, claim.uncheckable, sentence, claim.heading, claim.previous, attributed, speaker


def pair_claims(earlier: Sequence[Claim], later: Sequence[Claim]) -> dict[str, Pair]:
    """Return, by id of the later claim, which earlier one it was; each earlier claim is at most one later claim."""
    pairs: dict[str, Pair] = {}
    old, new = list(earlier), list(later)
    _pair_by(lambda claim: (own_words(claim), context(claim)), "same", old, new, pairs)
    _pair_by(own_words, "context", old, new, pairs)
    _pair_alike(old, new, pairs)
    return pairs


def _pair_by(
    key: Callable[[Claim], Hashable], change: Change, old: list[Claim], new: list[Claim], pairs: dict[str, Pair]
) -> None:
    """Pair what has the same key, in the order of the text; take what is paired out of both lists."""
    waiting: dict[Hashable, list[Claim]] = defaultdict(list)
    for claim in reversed(old):
        waiting[key(claim)].append(claim)
    for claim in list(new):
        if waiting[key(claim)]:
            found = waiting[key(claim)].pop()
            pairs[claim.id] = Pair(found, change)
            old.remove(found)
            new.remove(claim)


def _pair_alike(old: Sequence[Claim], new: Sequence[Claim], pairs: dict[str, Pair]) -> None:
    """Pair what is left by likeness of words within a kind, the most alike first."""
    if not old or not new:
        return
    from rapidfuzz import fuzz, process  # brings NumPy; most texts have no claim left to pair

    ours, theirs = [" ".join(own_words(claim)) for claim in new], [" ".join(own_words(claim)) for claim in old]
    scores = process.cdist(ours, theirs, scorer=fuzz.ratio, score_cutoff=ALIKE)
    ranked = sorted(zip(*scores.nonzero(), strict=True), key=lambda at: (-scores[at], abs(at[0] - at[1]), at))
    taken_new: set[int] = set()
    taken_old: set[int] = set()
    for at, was in ranked:
        if new[at].kind == old[was].kind and at not in taken_new and was not in taken_old:
            taken_new.add(at)
            taken_old.add(was)
            pairs[new[at].id] = Pair(old[was], "words")
