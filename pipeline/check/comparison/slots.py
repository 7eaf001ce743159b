"""The places of a sentence that words can fill: whose, of what, who does it, what somebody is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.check.comparison.table import keys_of

if TYPE_CHECKING:
    from spacy.tokens import Token

Slot = tuple[str, str]
"""A relation and a key of the word it leads to: `("of", "execut")`."""

_OF = frozenset({"of", "at", "for", "in", "with", "to", "on"})
_WHERE = frozenset({"in", "at", "on", "near", "under", "over", "outside", "inside", "off"})
_BESIDE = frozenset({"appos", "compound", "nmod", "amod"})
_HOPS = 4


def slots_of(head: Token) -> frozenset[Slot]:
    """Return the slots that a phrase with this head fills; empty where the parse does not tell."""
    return frozenset(_slots(head, _HOPS))


def _slots(head: Token, hops: int) -> Iterator[Slot]:
    yield from _described(head)
    above, dep = head.head, head.dep_
    if above is head or not hops:
        return
    if dep in ("conj", "appos") and above.pos_ == "PROPN":
        yield from _slots(above, hops - 1)
    elif dep in ("nsubj", "nsubjpass"):
        yield from _of_subject(above, dep)
    elif dep in ("dobj", "oprd"):
        yield from _to("object", above)
    elif dep == "attr":
        yield from (slot for child in above.children if child.dep_ == "nsubj" for slot in _to("is", child))
    elif dep == "pobj":
        yield from _under(above)
    elif dep == "poss":
        yield from _to("of", above)
    elif dep == "appos":
        yield from _to("is", above)
    elif dep in ("compound", "nmod", "amod"):
        yield from _to("beside", above)


def title_of(head: Token) -> Token | None:
    """Return the common noun in apposition that says what a name is: `captain` in `the captain, Ann Lee,`."""
    for token in (*head.children, *([head.head] if head.dep_ == "appos" else [])):
        if token.pos_ == "NOUN" and (token is head.head or token.dep_ in ("appos", "compound", "nmod")):
            return token
    return None


def _described(head: Token) -> Iterator[Slot]:
    """Yield what a common noun beside a name says that it is."""
    for child in head.children:
        if child.dep_ in _BESIDE and child.pos_ == "NOUN":
            yield from _to("is", child)


def _of_subject(verb: Token, dep: str) -> Iterator[Slot]:
    if verb.lemma_ in ("be", "become", "remain"):
        yield from (slot for child in verb.children if child.dep_ in ("attr", "acomp") for slot in _to("is", child))
    else:
        yield from _to("object" if dep == "nsubjpass" else "subject", verb)


def _under(preposition: Token) -> Iterator[Slot]:
    above, word = preposition.head, preposition.lower_
    if above.dep_ == "prep" and above.head is not above:
        above = above.head
    if word == "by" and above.pos_ == "VERB":
        yield from _to("subject", above)
    elif above.pos_ in ("NOUN", "PROPN"):
        yield from _to("of" if word in _OF else word, above)
    else:
        yield from _to("where" if word in _WHERE else word, above)


def _to(relation: str, token: Token) -> Iterator[Slot]:
    if token.pos_ in ("NOUN", "VERB", "ADJ", "AUX", "PROPN") and token.is_alpha:
        yield from ((relation, key) for key in keys_of(token.lemma_.lower()))
