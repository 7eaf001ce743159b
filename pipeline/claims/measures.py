"""Find the phrases that say how much or how long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pipeline.claims.clauses import Part
from pipeline.core.english.numbers import find_numbers

if TYPE_CHECKING:
    from spacy.tokens import Token


def adjuncts(part: Part) -> Iterator[tuple[Token, ...]]:
    """Yield the duration and amount phrases of a part: `for two weeks`, `by 12 percent`."""
    inside = {token.i for token in part.tokens}
    for token in part.tokens:
        if token.dep_ != "prep" or token.lower_ not in _MEASURING:
            continue
        words: list[Token] = []
        for word in token.subtree:
            if word.i != token.i + len(words) or word.i not in inside:
                break
            words.append(word)
        if 1 < len(words) <= _LONGEST_ADJUNCT and _measured(words[1:], by=token.lower_ == "by"):
            yield tuple(words)


_MEASURING = frozenset({"for", "by", "from", "to", "within", "over"})
_LONGEST_ADJUNCT = 6
_UNITS = frozenset({"day", "week", "month", "year", "hour", "minute", "decade", "century", "quarter", "fortnight"})


def _measured(words: Sequence[Token], *, by: bool) -> bool:
    """Tell whether words state a measure: a number with its unit, `a month`, or any number after `by`."""
    noun = next((word for word in words if word.dep_ == "pobj"), words[0])
    number = bool(find_numbers(words[0].doc[words[0].i : words[-1].i + 1].text))
    unit = noun.lemma_.lower() in _UNITS
    counted = number or words[0].lower_ in ("a", "an", "one", "half")
    return (unit and counted) or (number and (by or noun.ent_type_ in ("TIME", "PERCENT", "MONEY", "QUANTITY")))
