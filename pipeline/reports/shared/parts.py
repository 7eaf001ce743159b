"""Claims that are part of another one: listed under it, where nothing else was found of them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from pipeline.core.models import Claim, ClaimKind

_APART: tuple[ClaimKind, ...] = ("quotation",)
"""Kinds that are judged by other means than the sentence they stand in; a title only where records decide it."""


class Listed(NamedTuple):
    """A claim among those that are listed, with what a row says of it."""

    start: int
    end: int
    sentence: tuple[int, int] | None
    kind: ClaimKind
    said: Hashable
    """Verdict or reason: a part has that of the whole."""
    alone: bool = False
    """It has a flag or a difference of its own, and is never a part."""
    decided: bool = False
    """It was found right, wrong or in dispute."""

    @classmethod
    def of(cls, claim: Claim, said: Hashable, *, alone: bool, decided: bool) -> Listed:
        """Return a claim as it is listed."""
        sentence = (claim.sentence.start, claim.sentence.end) if claim.sentence else None
        return cls(claim.spans[0].start, claim.spans[-1].end, sentence, claim.kind, said, alone, decided)


def find_parts(listed: Sequence[Listed]) -> dict[int, int]:
    """Return which claims are part of which, by their places in a list; a part of a part is one of the whole.

    >>> whole = Listed(0, 40, (0, 40), "event", "no_model")
    >>> find_parts([Listed(5, 20, (0, 40), "quantity", "no_model"), whole, whole._replace(start=9, said="supported")])
    {0: 1}
    """
    parts: dict[int, int] = {}
    around: list[int] = []
    for at in sorted(range(len(listed)), key=lambda at: _order(listed[at])):
        around = [each for each in around if listed[each].end > listed[at].start]
        holds = [each for each in around if each not in parts and _is_part(listed[at], listed[each])]
        if holds:
            parts[at] = min(holds, key=lambda each: listed[each].end - listed[each].start)
        around.append(at)
    return dict(sorted(parts.items()))


def _is_part(part: Listed, whole: Listed) -> bool:
    inside = whole.start <= part.start and part.end <= whole.end
    title = part.kind == "title"
    shorter = part.end - part.start < whole.end - whole.start or (title and whole.kind != "title")
    one_sentence = part.sentence is None or whole.sentence is None or part.sentence == whole.sentence
    apart = part.alone or part.kind in _APART or (title and part.decided)
    return inside and shorter and one_sentence and not apart and part.said == whole.said


def _order(one: Listed) -> tuple[int, int, bool]:
    """Order by place, a whole before its parts, and a sentence before the title that is all of its words."""
    return one.start, -one.end, one.kind == "title"
