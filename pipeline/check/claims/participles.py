"""Participles beside their subject, and adverbial clauses that are certain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.check.claims.lexicons import clause_language
from pipeline.check.claims.nouns import can_be_repeated, subject, words_before
from pipeline.check.claims.verbs import Role, clause_above, is_finite, is_reported

if TYPE_CHECKING:
    from spacy.tokens import Token

_CONCEDING = frozenset({"while", "although", "though", "whereas"})
_FIXED_PARTICIPLES = frozenset(
    {"according", "including", "regarding", "concerning", "considering", "depending", "compared", "given", "pending",
     "following", "based", "barring", "owing", "during", "starting", "beginning", "excepting"}
)  # fmt: skip


def adverbial(token: Token) -> Role | None:
    """Accept `while X did a, Y did b`, `while doing a` and participles right beside their subject."""
    mark = next((child for child in token.children if child.dep_ in ("mark", "advmod") and child.i < token.i), None)
    first = min(token.subtree, key=lambda word: word.i)
    if mark is not None and first == mark and mark.lower_ in _CONCEDING:
        own = subject(token)
        if own is not None:
            return "adverbial" if own.i < token.i and is_finite(token) else None
        return "participle" if mark.lower_ == "while" and _while_doing(token) else None
    return beside_its_subject(token)


def is_fact_behind(token: Token) -> bool:
    """Tell whether an adverbial clause with its own subject is certain: a reason, or a time in the past."""
    own = subject(token)
    mark = min(token.subtree, key=lambda word: word.i)
    modal = any(child.tag_ == "MD" for child in token.children)
    if own is None or modal or not is_finite(token) or is_reported(token) or mark.head.i != token.i:
        return False
    past = token.tag_ == "VBD" or any(
        child.tag_ == "VBD" for child in token.children if child.dep_ in ("aux", "auxpass")
    )
    return mark.lower_ in ("because", "since") or (mark.lower_ in ("after", "when") and past)


def _while_doing(token: Token) -> bool:
    """Accept `X did a while doing b` of an active X, and `X, while open to b, did c`."""
    above = clause_above(token)
    if above is not None and above.dep_ == "pcomp":  # `by closing a while doing b, X ...`
        above = clause_above(above)
    own = subject(above) if above is not None else None
    if own is None or own.dep_ != "nsubj" or not can_be_repeated(own):
        return False
    doing = token.tag_ == "VBG" and token.pos_ == "VERB"
    return doing or (token.pos_ == "ADJ" and _stands_beside(token, own))


def _stands_beside(token: Token, noun: Token) -> bool:
    """Tell whether a clause stands between commas right after a subject whose verb follows."""
    inside = sorted(word.i for word in token.subtree)
    doc, end = token.doc, inside[-1] + 1
    if inside[0] and doc[inside[0]].text == ",":
        inside.pop(0)
    before = doc[inside[0] - 1]
    closed = end < len(doc) and (doc[end].text == "," or doc[end - 1].text == ",")
    return bool(before.text == "," and before.i == noun.i + 1 and closed and noun.head.i >= end)


def beside_its_subject(token: Token) -> Role | None:
    """Accept `Founded in 1921, the club ...` and `The canal, dug in 1826, ...`."""
    if token.tag_ != "VBN" or token.lower_ in _FIXED_PARTICIPLES or any(c.dep_ == "dobj" for c in token.children):
        return None
    if any(child.dep_ in ("aux", "auxpass", "nsubj", "nsubjpass", "mark") for child in token.children):
        return None
    noun = participle_subject(token)
    return "participle" if noun is not None else None


def participle_subject(token: Token) -> Token | None:
    """Return the subject that a participle stands right beside: before it at the sentence's front, or after it."""
    above = clause_above(token)
    own = subject(above) if above is not None else None
    if own is None or own.dep_ not in ("nsubj", "nsubjpass") or not can_be_repeated(own):
        return None
    fronted = token.lemma_.lower() in clause_language().origins and _is_fronted(token, own)
    return own if fronted or (_stands_beside(token, own) and _stands_for_one(own)) else None


def _stands_for_one(noun: Token) -> bool:
    """Tell whether a subject stands alone before its comma: no list, no noun inside that could be meant."""
    return noun.pos_ in ("NOUN", "PROPN") and not any(child.dep_ in ("conj", "cc") for child in noun.children)


def _is_fronted(token: Token, noun: Token) -> bool:
    inside = sorted(word.i for word in token.subtree)
    comma = inside[-1] + 1
    at_front = inside[0] == token.i == token.sent.start
    possessive = any(child.dep_ == "poss" and child.tag_ == "PRP$" for child in noun.subtree)
    begins = noun.i - words_before(noun)
    return at_front and token.doc[comma].text == "," and begins == comma + 1 and not possessive


def by_doing(token: Token) -> Role | None:
    """Accept `By closing the port, X cut costs` of an active X."""
    link = token.head
    above = clause_above(token)
    own = subject(above) if above is not None else None
    if token.tag_ != "VBG" or link.lower_ != "by" or link.i != token.sent.start or token.i != link.i + 1:
        return None
    return "participle" if own is not None and own.dep_ == "nsubj" and can_be_repeated(own) else None
