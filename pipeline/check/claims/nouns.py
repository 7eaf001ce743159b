"""Noun phrases: their words, and whether it is sure which noun a clause speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Token

_NOUNS = frozenset({"NOUN", "PROPN", "PRON", "NUM"})
_SUBJECTS = ("nsubj", "nsubjpass", "csubj", "csubjpass", "expl")
_DEPENDENT = frozenset({"it", "there", "this", "that", "which", "who", "what", "one", "none", "some", "all", "each"})
"""Pronouns that are no subject to repeat: it is not sure, or not told, what they stand for."""
_PLURAL = frozenset({"they", "we", "you", "these", "those"})
_LONGEST = 15
"""A subject of more words is not repeated."""


def subject(head: Token) -> Token | None:
    """Return a clause's own subject, if it has one: the nearest."""
    found = [child for child in head.children if child.dep_ in _SUBJECTS]
    return min(found, key=lambda child: abs(child.i - head.i), default=None)


def words(tokens: Sequence[Token]) -> str:
    """Return contiguous tokens as they are written."""
    first, last = tokens[0], tokens[-1]
    return str(first.doc.text[first.idx : last.idx + len(last)])


def phrase(noun: Token) -> list[Token]:
    """Return a noun's own phrase: from its first word to the first comma or dash after it."""
    inside = {token.i for token in noun.subtree}
    run = [noun]
    while run[0].i - 1 in inside and not _ends(run[0].nbor(-1)):
        run.insert(0, run[0].nbor(-1))
    while run[-1].i + 1 in inside and not _ends(run[-1].nbor(1)):
        run.append(run[-1].nbor(1))
    while run[-1].i > noun.i and run[-1].dep_ in ("cc", "mark", "punct"):
        run.pop()
    return run


def _ends(token: Token) -> bool:
    return token.is_quote or token.is_space or (token.is_punct and token.tag_ not in ("HYPH", "POS"))


def can_be_repeated(noun: Token) -> bool:
    """Tell whether a subject's phrase stands whole between a clause's beginning and its verb, and can stand again.

    False for a list of which the phrase is only a part, and for what the parser tore apart.
    """
    own = phrase(noun)
    last = own[-1].i
    listed = any(token.dep_ in ("conj", "cc") and token.i > last for token in noun.subtree)
    after = own[-1].nbor(1) if last + 1 < len(noun.doc) else None
    verb = noun.head
    bounded = after is not None and (after.is_punct or after.i == verb.i or after.head.i == verb.i)
    return (
        noun.pos_ in _NOUNS
        and noun.i < verb.i
        and noun.lower_ not in _DEPENDENT | {"it"}
        and len(own) <= _LONGEST
        and not listed
        and bounded
        and _begins_whole(own[0], noun)
    )


def _begins_whole(first: Token, noun: Token) -> bool:
    """Tell whether nothing that belongs to the noun stands before its phrase."""
    return bool(min(token.i for token in noun.subtree) == first.i)


def is_plural(noun: Token) -> bool:
    """Tell whether a noun takes `are`."""
    joined = any(child.dep_ == "conj" for child in noun.children)
    return noun.tag_ in ("NNS", "NNPS") or noun.lower_ in _PLURAL or joined


def agrees(noun: Token, verb: Token) -> bool:
    """Tell whether a noun can be the subject of a verb's form: `is` and `runs` of one, `are` and `run` of several."""
    tensed = next((child for child in verb.children if child.dep_ in ("aux", "auxpass")), verb)
    form = tensed.lower_
    if form in ("is", "was", "has") or tensed.tag_ == "VBZ":
        return not is_plural(noun)
    if form in ("are", "were", "have") or tensed.tag_ == "VBP":
        return is_plural(noun)
    return True


def sure_antecedent(clause: Token, noun: Token) -> bool:
    """Tell whether a clause after a comma surely speaks of the noun just before the comma.

    The noun stands alone there: it is in no list, and no other noun that it depends on could be meant.
    """
    first = min(token.i for token in clause.subtree)
    comma = first - 1
    if comma < 1 or noun.i != comma - 1 or noun.doc[comma].text not in (",", "—", "–", "--"):
        return False
    if noun.pos_ not in ("NOUN", "PROPN") or noun.dep_ in ("conj", "poss", "compound", "npadvmod"):
        return False
    own = phrase(noun)
    listed = any(token.dep_ in ("conj", "cc") for token in own) or any(child.dep_ == "conj" for child in noun.children)
    return not listed and _begins_whole(own[0], noun) and not _is_nested(noun)


def _is_nested(noun: Token) -> bool:
    """Tell whether a noun hangs on another one: `the head of the firm`."""
    if noun.dep_ == "appos":
        return noun.pos_ != "PROPN" or any(child.dep_ == "conj" for child in noun.head.children)
    if noun.dep_ != "pobj":
        return noun.dep_ not in ("nsubj", "nsubjpass", "dobj", "attr", "dative")
    before = noun.head.nbor(-1) if noun.head.i else None
    return noun.head.head.pos_ not in ("VERB", "AUX") or (before is not None and before.pos_ in _NOUNS)


def words_before(noun: Token) -> int:
    """Return how many words of its phrase stand before a noun."""
    return int(noun.i - min(token.i for token in noun.subtree))
