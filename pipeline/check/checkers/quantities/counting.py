"""Numbers that belong together: a part and its whole, the two sides of a score or vote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_SCORE = re.compile(
    r"(?<![\w.,:/$£€-])(?P<one>\d{1,3})(?:[-–]|\sto\s)(?P<two>\d{1,3})(?![\w:/%–-]|[.,]\d|\s?(?:percent|per cent))"
)
_SCORING = frozenset({
    "beat", "win", "lose", "defeat", "draw", "vote", "pass", "approve", "reject", "confirm", "override",
    "tie", "thrash", "edge", "rout", "down", "lead", "trail", "overcome",
})  # fmt: skip
"""Verbs with which two numbers are one result."""


@dataclass(frozen=True)
class Result:
    """A score or vote in place."""

    start: int
    end: int
    one: int
    two: int


def find_results(doc: Doc) -> Iterator[Result]:
    """Yield scores and votes, both numbers as one: `beat them 3-1`, `voted 24 to 13`."""
    for match in _SCORE.finditer(doc.text):
        token = next(token for token in doc if token.idx + len(token) > match.start())
        if any(above.lemma_.lower() in _SCORING for above in (token, *token.ancestors)):
            yield Result(match.start(), match.end(), int(match["one"]), int(match["two"]))


def whole_of(token: Token) -> Token | None:
    """Return what a number is a part of: the judges of `eight of the 15 judges` and of `of the 15 judges, eight`."""
    if token.dep_ in ("nummod", "compound", "quantmod"):
        return None
    prepositions = [child for child in token.children if child.lower_ == "of" and child.i > token.i]
    if token.dep_ == "nsubj" and not prepositions:
        prepositions = [child for child in token.head.children if child.lower_ == "of" and child.i < token.i]
    nouns = [child for each in prepositions for child in each.children if child.dep_ == "pobj" and child.pos_ == "NOUN"]
    return nouns[0] if nouns else None


def is_whole(noun: Token) -> bool:
    """Tell whether a counted noun is that of which a part is told: by a number or a quantifier."""
    if noun.dep_ != "pobj" or noun.head.lower_ not in ("of", "among"):
        return False
    above = noun.head.head
    if above.pos_ in ("VERB", "AUX"):
        return noun.head.i < above.i and any(child.dep_ == "nsubj" for child in above.children)
    return bool(above.pos_ in ("NUM", "DET", "PRON") or above.like_num or above.lemma_.lower() in _PARTS)


_PARTS = frozenset({
    "half", "third", "quarter", "fifth", "tenth", "most", "some", "many", "few", "none", "all", "majority", "minority",
    "part", "rest", "remainder", "each", "any", "several", "more", "fewer", "less", "percent", "cent", "share",
})  # fmt: skip
