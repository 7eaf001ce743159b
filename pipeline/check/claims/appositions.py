"""Facts told by two nouns side by side inside what cannot be checked: `The Malawian capital, Lilongwe, will host ...`.

Only one name and one description with its article, between commas, where nothing else could be meant by either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pipeline.check.claims.lexicons import evaluative
from pipeline.check.claims.nouns import phrase, words
from pipeline.check.claims.restating import lower_start

if TYPE_CHECKING:
    from spacy.tokens import Token

_DETERMINERS = frozenset({"the", "a", "an", "its", "his", "her", "their"})
_TIMES = frozenset({"DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "CARDINAL", "ORDINAL"})
_ENDS = frozenset({",", ".", ";", ":", "—", "–", "!", "?", ")"})
_UNSURE = frozenset({"next", "future", "possible", "potential", "likely", "alleged", "suspected", "would", "planned",
                     "proposed", "presumptive", "self", "so", "apparent", "supposed", "expected"})  # fmt: skip
_LONGEST = 14


def facts_beside(tokens: Sequence[Token]) -> Iterator[tuple[tuple[Token, ...], str]]:
    """Yield the words of each pair of nouns that says who or what is what, with its restatement."""
    inside = {token.i for token in tokens}
    for token in tokens:
        if token.dep_ != "appos" or token.head.i not in inside:
            continue
        first, second = phrase(token.head), phrase(token)
        restated = _restated(token.head, first, token, second)
        if restated and _stands_apart(first, second) and inside >= {first[0].i, second[-1].i}:
            yield tuple(token.doc[first[0].i : second[-1].i + 1]), restated


def _restated(noun: Token, first: Sequence[Token], other: Token, second: Sequence[Token]) -> str | None:
    if _is_name(noun, first) and _is_description(other, second) and not _hangs_on_a_noun(noun):
        return f"{words(first)} is {words(second)}"
    if _is_name(other, second) and _is_description(noun, first) and first[-1].i == noun.i:
        return f"{words(second)} is {lower_start(words(first))}"
    return None


def _stands_apart(first: Sequence[Token], second: Sequence[Token]) -> bool:
    """Tell whether commas stand on both sides of the second phrase, and no list goes on after it."""
    doc, after = first[0].doc, second[-1].i + 1
    if doc[second[0].i - 1].text != "," or second[0].i - 1 != first[-1].i + 1 or after >= len(doc):
        return False
    following = doc[after + 1] if after + 1 < len(doc) else None
    goes_on = following is not None and doc[after].text == "," and following.lower_ in ("and", "or")
    return doc[after].text in _ENDS and not goes_on and len(first) + len(second) <= _LONGEST


def _is_name(noun: Token, own: Sequence[Token]) -> bool:
    plain = all(token.pos_ == "PROPN" or token.text in (".", "-", "’", "'") for token in own)
    return noun.pos_ == "PROPN" and noun.tag_ == "NNP" and plain and noun.ent_type_ not in _TIMES


def _is_description(noun: Token, own: Sequence[Token]) -> bool:
    """Tell whether a phrase describes one thing, surely and without a judgement."""
    if noun.pos_ != "NOUN" or noun.tag_ != "NN" or own[0].lower_ not in _DETERMINERS:
        return False
    judging = _UNSURE | evaluative().strong | evaluative().weak
    return not any(t.dep_ in ("conj", "cc") or t.lower_ in judging or t.lemma_.lower() in judging for t in own)


def _hangs_on_a_noun(noun: Token) -> bool:
    return noun.dep_ in ("appos", "conj", "poss") or (
        noun.dep_ == "pobj" and noun.head.head.pos_ not in ("VERB", "AUX")
    )
