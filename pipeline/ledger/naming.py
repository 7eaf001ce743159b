"""Names that are made of a name and a common noun: `the Israeli military`, `Norway's coast guard`, `Lummi tribe`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.ledger.fact_words import fact_words

if TYPE_CHECKING:
    from spacy.tokens import Span as Tokens, Token

_PLACED = frozenset({"GPE", "NORP", "LOC"})
_FORCES = {
    "force": {"air", "police", "armed", "defence", "defense", "security", "task"},
    "guard": {"coast", "border", "national", "revolutionary"},
    "court": {"supreme", "high", "constitutional", "appeals", "federal"},
    "bank": {"central", "national"},
    "ministry": {"foreign", "health", "interior", "defence", "defense", "finance", "justice", "education"},
    "service": {"secret", "intelligence", "civil", "health", "security"},
    "exchange": {"stock", ""},
}
"""What makes a body of a common noun; an empty word for a noun that stands right behind the name."""


def bodies(tokens: Tokens) -> Iterator[tuple[Token, Token]]:
    """Yield bodies and peoples that a place or a people names."""
    for noun in tokens:
        if noun.pos_ not in ("NOUN", "PROPN") or noun.tag_ == "NNS" or not _is_body(noun):
            continue
        first = noun
        while first.i > tokens.start and _belongs(first.nbor(-1), noun):
            first = first.nbor(-1)
        while first.i < noun.i and not (first.ent_type_ in _PLACED or first.pos_ == "PROPN"):
            first = first.nbor()
        if any(each.ent_type_ in _PLACED or _names_a_people(each, noun) for each in noun.doc[first.i : noun.i]):
            yield first, noun


def _is_body(noun: Token) -> bool:
    lemma = noun.lemma_.lower()
    before = noun.nbor(-1) if noun.i else noun
    kinds = _FORCES.get(lemma) or _FORCES.get(lemma.removesuffix("s"), set())
    right = "" in kinds and (before.ent_type_ in _PLACED or before.tag_ == "POS")
    return lemma in fact_words().arms or before.lower_ in kinds or right


def _names_a_people(word: Token, noun: Token) -> bool:
    return word.pos_ == "PROPN" and noun.lemma_.lower() in fact_words().peoples


def _belongs(word: Token, noun: Token) -> bool:
    """Tell whether a word before a noun is of its phrase."""
    inside = word.i < word.head.i <= noun.i
    return word.tag_ == "POS" or (inside and (word.pos_ in ("PROPN", "NOUN") or word.dep_ in ("amod", "compound")))
