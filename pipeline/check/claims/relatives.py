"""Relative clauses after a comma, where it is certain which noun they speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.check.claims.lexicons import clause_language
from pipeline.check.claims.nouns import agrees, is_plural, subject, sure_antecedent, words_before
from pipeline.check.claims.verbs import Role, is_finite, reports

if TYPE_CHECKING:
    from spacy.tokens import Token

_SHORTEST_RELATIVE = 3


def relative(token: Token) -> Role | None:
    """Accept `N, who/which ...` where N is the noun just before the comma, and `In a N that ...`."""
    noun, pronoun = token.head, relativizer_of(token)
    if pronoun is not None and any(t.tag_ in ("WDT", "WP", "WP$") and t.head.dep_ == "conj" for t in token.subtree):
        return None
    if (
        pronoun is None
        or not (is_finite(token) or token.tag_ == "VBN")
        or len(list(token.subtree)) < _SHORTEST_RELATIVE
    ):
        return None
    if presupposed(noun) == "event" and noun.i == pronoun.i - 1 and pronoun == subject(token):
        return "relative"
    if pronoun.lower_ not in ("who", "which", "whose") or not sure_antecedent(token, noun):
        return None
    return "relative" if _speaks_of(token, noun, pronoun) else None


def relativizer_of(token: Token) -> Token | None:
    """Return the relative pronoun that a clause begins with."""
    first = min(token.subtree, key=lambda word: word.i)
    return first if first.tag_ in ("WDT", "WP", "WP$") else None


def _speaks_of(token: Token, noun: Token, pronoun: Token) -> bool:
    if pronoun.lower_ == "whose":
        owned = pronoun.head
        return owned == subject(token) and not _reports_aside(token)
    if _is_thing(noun) if pronoun.lower_ == "who" else noun.ent_type_ == "PERSON":
        return False
    if pronoun == subject(token):
        return agrees(noun, token) and (pronoun.lower_ == "who" or _means_no_event(token, noun))
    return pronoun.lower_ == "which" and _is_object(token, noun, pronoun)


def _is_thing(noun: Token) -> bool:
    return noun.ent_type_ in ("GPE", "LOC", "FAC", "DATE", "TIME", "MONEY", "PERCENT", "EVENT", "WORK_OF_ART")


def _reports_aside(token: Token) -> bool:
    return reports(token) and any(child.dep_ == "ccomp" for child in token.children)


def _means_no_event(token: Token, noun: Token) -> bool:
    """Tell whether `which` cannot mean the whole clause before it: `closed the pool, which angered parents`.

    The clause is not finished, or the verb's form takes several, or only a thing can be said to be so.
    """
    if noun.dep_ in ("nsubj", "nsubjpass") and noun.head.i > token.i:
        return True
    if is_plural(noun) and _shows_number(token):
        return True
    if any(child.dep_ == "auxpass" for child in token.children):
        return token.lemma_.lower() in clause_language().made
    return token.lemma_.lower() in clause_language().of_things and any(
        c.dep_ in ("dobj", "prep") for c in token.children
    )


def _shows_number(token: Token) -> bool:
    tensed = next((child for child in token.children if child.dep_ in ("aux", "auxpass")), token)
    return bool(tensed.tag_ == "VBP" or tensed.lower_ == "were")


def _is_object(token: Token, noun: Token, pronoun: Token) -> bool:
    """Accept `X, which Y built, ...` and `a X, which Y had agreed to`: X is what was built, or agreed to."""
    own = subject(token)
    if own is None or own.i != pronoun.i + 1 + words_before(own):
        return False
    if any(child.dep_ in ("dobj", "ccomp", "xcomp") and child != pronoun for child in token.children):
        return False
    stranded = any(child.dep_ == "prep" and not list(child.rights) for child in token.children)
    unfinished = noun.dep_ in ("nsubj", "nsubjpass") and noun.head.i > token.i
    new = any(child.lower_ in ("a", "an") for child in noun.children if child.dep_ == "det")
    return (unfinished and not reports(token)) or (new and stranded)


def presupposed(token: Token) -> Role | None:
    """Take `Despite the union's attempts to stop it` and `In a speech that ...` apart: both are asserted."""
    preposition = token.head
    if token.dep_ != "pobj" or preposition.i != token.sent.start:
        return None
    kinds = {child.dep_ for child in token.children}
    doing = any(child.dep_ == "acl" and child.tag_ in ("VB", "VBG") for child in token.children)
    if preposition.lower_ in ("despite", "after", "following", "amid") and "poss" in kinds and doing:
        return "attempt"
    new = any(child.lower_ in ("a", "an") for child in token.children if child.dep_ == "det")
    return "event" if preposition.lower_ in ("in", "during", "at", "after") and new and "relcl" in kinds else None
