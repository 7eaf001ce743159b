"""Whether cited words exclude a claim that they are given for: a difference that nothing beside it explains."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.core.english import find_numbers
from pipeline.core.models import Claim, Part, Span

_KINDS = ("number", "date", "name", "place", "organisation")
_DENIED = re.compile(
    r"\b(?:not|never|no|none|nobody|without|den(?:y|ies|ied)|refus\w+|fail\w+)\b|n['’]t\b", re.IGNORECASE
)
"""Where something is denied, another number or name is what is to be expected."""
_DERIVED = re.compile(
    r"\b(?:more|fewer|less|than|next|following|previous|earlier|later|before|after|half|third|quarter|double|doubled|twice)\b",
    re.IGNORECASE,
)
"""Words by which a number or day follows from others."""


def excludes(part: Part, claim: Claim, cited: Sequence[Span]) -> bool:
    """Tell whether a differing part of a claim is excluded by cited words: they say one other thing in its place.

    Silent about words outside the claim's own, denials, several figures that may add up, and where the cited words have
    the claim's own, too.
    """
    words = part.source_words
    said = next((each for each in cited if words and each.overlap(words)), None)
    own = any(each.start <= part.words.start and part.words.end <= each.end for each in claim.spans)
    if said is None or not own or part.kind not in _KINDS or _DENIED.search(f"{claim.text} {said.exact}"):
        return False
    told = " ".join(each.exact for each in cited)
    if part.words.exact.lower() in told.lower():
        return False
    if part.kind not in ("number", "date"):
        return not any(word in told for word in re.findall(r"\b[A-ZÀ-Þ][\w’'-]+", part.words.exact)[-1:])
    return len(_figures(told)) < 2 and not _DERIVED.search(f"{part.words.exact} {told}")


def _figures(text: str) -> list[str]:
    """Return the numbers of a text but its years."""
    return [
        text[each.start : each.end]
        for each in find_numbers(text)
        if not re.fullmatch(r"[12]\d{3}", text[each.start : each.end])
    ]
