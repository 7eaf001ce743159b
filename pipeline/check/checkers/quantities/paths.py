"""How a figure hangs on its verb: what proves one figure hangs there in the same way, active or passive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.check.checkers.quantities.parsing import Quantity
from pipeline.check.checkers.quantities.synonyms import keys_at, lemma_keys

if TYPE_CHECKING:
    from spacy.tokens import Token

Step = tuple[str, frozenset[str]]
_BEFALLS = frozenset({"die", "perish"})
_TOLL = frozenset({"toll", "number"})
_PLACES = frozenset({"in", "at", "on", "near", "of"})
_HOLDING = frozenset({"crowd", "total", "group"})
"""Nouns that add nothing to a count: `a crowd of 300 people`."""
HARM = frozenset({"kill", "die", "injure", "wound", "hurt", "perish"})


def path_of(top: Token, verb: Token, quantity: Quantity) -> tuple[Step, ...]:
    """Return the steps from a figure up to its verb, each as a place in the phrase and what may be meant by its head.

    `12 people died`, `killed 12 people` and `the death toll stands at 12` are one way of hanging.
    """
    harmed = _harm(top, verb) if quantity.dimension == "count" and quantity.role == "" else None
    return (("harmed", harmed),) if harmed else tuple(_steps(top, verb, quantity))


def _harm(top: Token, verb: Token) -> frozenset[str] | None:
    lemma = verb.lemma_.lower()
    if lemma in HARM and top.head == verb:
        acted = "dobj" if lemma not in _BEFALLS else "nsubj"
        return lemma_keys(verb) if top.dep_ in (acted, "nsubjpass") else None
    subjects = [child for child in verb.children if child.dep_ == "nsubj" and child.lemma_.lower() in _TOLL]
    for subject in subjects:
        words = [token for token in subject.subtree if token.lemma_.lower() in ("death", "dead")]
        if words and top.dep_ in ("pobj", "attr", "dobj"):
            return lemma_keys(words[0])
    return None


def _steps(top: Token, verb: Token, quantity: Quantity) -> Iterator[Step]:
    at = top
    while at not in (verb, at.head):
        if at.dep_ == "conj" and at.head.pos_ not in ("VERB", "AUX"):
            at = at.head
            continue
        slot, head = _slot(at)
        if slot == "in" and head.lemma_.lower() in _HOLDING and at.head.lower_ == "of":
            at = head
            continue
        if at == top and quantity.role and quantity.dimension != "count":
            slot = quantity.role
        yield slot, _keys(head)
        at = head


def _slot(at: Token) -> tuple[str, Token]:
    """Return the place of a word under the next word of content above it."""
    if at.dep_ == "pobj":
        above = at.head.head
        if at.head.dep_ == "agent":
            return "subject", above
        return ("in" if at.head.lower_ in _PLACES else str(at.head.lower_)), above
    names = {"nsubj": "subject", "nsubjpass": "object", "dobj": "object", "attr": "is", "acomp": "is"}
    if at.dep_ == "nsubj" and at.head.lemma_.lower() in _BEFALLS:
        return "object", at.head
    return names.get(at.dep_, "beside"), at.head


def _keys(head: Token) -> frozenset[str]:
    if head.like_num or head.pos_ == "NUM":
        return frozenset({"#"})
    return keys_at(head)


def same_path(one: tuple[Step, ...], two: tuple[Step, ...]) -> bool:
    """Tell whether two figures hang in the same way on the same words.

    >>> same_path((("object", frozenset({"kill"})),), (("subject", frozenset({"kill"})),))
    False
    """
    if len(one) != len(two):
        return False
    return all(slot == other and bool(keys & others) for (slot, keys), (other, others) in zip(one, two, strict=True))


_STATES = frozenset({"be", "have"})


def tense_of(verb: Token) -> str:
    """Return the tense of a verb, marked where it is of being or having: `had` and `has had` are not one there."""
    words = {child.lower_ for child in verb.children if child.dep_ in ("aux", "auxpass")}
    if words & {"will", "shall", "wo", "'ll", "’ll"}:
        return "future"
    if words & {"has", "have", "'ve", "’ve"}:
        return "perfect" if verb.lemma_.lower() in _STATES else "past"
    if words & {"was", "were", "did", "had"}:
        return "past"
    if words & {"is", "are", "does", "do"}:
        return "present"
    return {"VBD": "past", "VBZ": "present", "VBP": "present"}.get(verb.tag_, "")


def same_tense(one: str, two: str) -> bool:
    """Tell whether two tenses may tell of one time; a participle has none."""
    return one == two or not one or not two
