"""Joined verbs: `X did a and did b`, and clauses with a subject of their own beside another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.check.claims.nouns import agrees, can_be_repeated, subject
from pipeline.check.claims.verbs import TENSED, VERBS, Role, is_finite, is_under_a_condition, points_back, reports

if TYPE_CHECKING:
    from spacy.tokens import Token

_SAYING = frozenset({"say", "think", "believe", "argue", "insist", "add"})


def joined(token: Token) -> Role | None:
    """Accept `X did a and did b` where `and` or `but` stands right before the verb, and `X did a, and Y did b`."""
    first = token.head
    if token.pos_ not in VERBS or first.pos_ not in VERBS or not (is_finite(token) and is_finite(first)):
        return None
    if is_under_a_condition(_first_of(token)) or any(
        child.lower_ in ("or", "nor", "either") for child in first.children
    ):
        return None
    own = subject(token)
    if own is not None:
        return "joined" if _is_its_own(own, token) and not _may_be_reported(first, token) else None
    return "joined" if _shares_its_subject(token) else None


def _may_be_reported(first: Token, token: Token) -> bool:
    """Tell whether a clause may go on with what is reported: after `X said that a and b`, not after `X said a, and b`.

    A noun right after `said` is the subject of what is said: `X said rain, and winds after it, were normal`.
    """
    if first.lemma_ in _SAYING and any(child.dep_ == "dobj" and child.pos_ != "PRON" for child in first.children):
        return True
    link = next((child for child in first.children if child.dep_ == "cc" and first.i < child.i < token.i), None)
    apart = link is not None and link.nbor(-1).is_punct
    return reports(first) and any(child.dep_ == "ccomp" for child in first.children) and not apart


def _is_its_own(noun: Token, verb: Token) -> bool:
    """Tell whether a subject stands before its verb and points to nothing outside: not `some of whom`."""
    return noun.i < verb.i and not points_back(verb)


def stray_clause(token: Token) -> Role | None:
    """Mend a misreading: of two subjects with `, but` between them the first is a clause of its own."""
    later = [child for child in token.head.children if child.dep_ in ("nsubj", "nsubjpass") and child.i > token.i]
    run = list(token.subtree)
    verb = any(word.tag_ in ("VBD", "VBZ", "VBP", "VBN") and not reports(word) for word in run)
    ends = [word for word in run[-1:] if word.lower_ == "but" and word.nbor(-1).text == ","]
    return "stray" if token.head.dep_ == "ROOT" and later and verb and ends else None


def _first_of(token: Token) -> Token:
    while token.dep_ == "conj":
        token = token.head
    return token


def _shares_its_subject(token: Token) -> bool:
    first = _first_of(token)
    own = subject(first)
    if own is None or own.dep_ not in ("nsubj", "nsubjpass") or not can_be_repeated(own) or not agrees(own, token):
        return False
    plain = _has_own_tense(token) or _is_bare(first)
    return plain and _conjunction_before(token) and not _is_denied(first) and not _is_framed(first, own, token)


def _is_framed(first: Token, own: Token, last: Token) -> bool:
    """Tell whether more than the subject may hold for both verbs, or another verb before the second be its partner.

    `In the film he robs a bank and flees`, `police say he robbed a bank and fled`.
    """
    chain = {first.i, *(token.i for token in last.ancestors), last.i}
    verbs = (t for t in first.doc[first.i : last.i] if t.tag_ in TENSED and not {t.i, t.head.i} & chain)
    fronted = (child for child in first.children if child.dep_ in ("prep", "advcl") and child.i < own.i)
    dated = all(any(t.ent_type_ in ("DATE", "TIME") for t in child.subtree) for child in fronted)
    sourced = any(token.lower_ == "according" for token in first.sent)
    return any(verbs) or not dated or sourced or (reports(first) and any(c.dep_ == "ccomp" for c in first.children))


def _conjunction_before(token: Token) -> bool:
    """Tell whether nothing but adverbs and auxiliaries stands between `and` or a comma and the verb."""
    at = token.i - 1
    while at > token.sent.start and token.doc[at].head.i == token.i and token.doc[at].pos_ in ("AUX", "ADV", "PART"):
        at -= 1
    before = token.doc[at]
    later = any(child.dep_ == "conj" for child in token.children)
    return before.lower_ in ("and", "but") or (before.text == "," and later and token.tag_ in ("VBD", "VBZ", "VBP"))


def _has_own_tense(token: Token) -> bool:
    return token.tag_ == "VBZ" or any(c.dep_ in ("aux", "auxpass") and c.tag_ in TENSED for c in token.children)


def _is_bare(first: Token) -> bool:
    """Tell whether a verb carries its own tense, so that a verb after it does as well and lends no auxiliary."""
    return first.tag_ in ("VBD", "VBZ", "VBP") and not any(c.dep_ in ("aux", "auxpass") for c in first.children)


def _is_denied(verb: Token) -> bool:
    return any(child.dep_ == "neg" for child in verb.children)


def parallel(token: Token) -> Role | None:
    """Accept a clause with its own subject beside another, such as after a semicolon."""
    own = subject(token)
    aside = reports(token) and not any(child.dep_ in ("dobj", "ccomp") for child in token.children)
    return "main" if own is not None and _is_its_own(own, token) and is_finite(token) and not aside else None
