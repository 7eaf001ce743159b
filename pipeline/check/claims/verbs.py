"""Verbs and the clauses they head: tense, what reports, what holds under a condition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from pipeline.check.claims.lexicons import reporting
from pipeline.check.claims.nouns import subject

if TYPE_CHECKING:
    from spacy.tokens import Token

Role = Literal["main", "joined", "relative", "adverbial", "participle", "content", "event", "attempt", "stray"]
"""What a part of a sentence is."""
VERBS = ("VERB", "AUX")
TENSED = ("VBD", "VBZ", "VBP", "MD")
_CLAUSES = frozenset({"ROOT", "conj", "relcl", "advcl", "acl", "ccomp", "xcomp", "pcomp", "csubj", "parataxis"})
_CONDITIONS = frozenset({"if", "unless", "once", "until", "till", "whenever", "when", "lest", "provided", "whether"})


def is_finite(head: Token) -> bool:
    """Tell whether a clause has a tensed verb."""
    words = [head, *(child for child in head.children if child.dep_ in ("aux", "auxpass", "cop"))]
    return any(word.tag_ in TENSED for word in words)


def is_tensed(head: Token) -> bool:
    """Tell whether a clause has a tensed verb, or a bare form with a subject: a present that the parser misread."""
    to_do = any(child.tag_ == "TO" for child in head.children if child.dep_ == "aux")
    return is_finite(head) or (head.tag_ in ("VB", "VBN") and subject(head) is not None and not to_do)


def reports(verb: Token) -> bool:
    """Tell whether a verb can report what somebody says or thinks."""
    lemma = verb.lemma_.lower()
    return lemma in reporting().cues or lemma in reporting().naming


def begins_with_its_verb(head: Token, run: Sequence[Token]) -> bool:
    """Tell whether words begin with a verb, its auxiliary or its adverb, so that a subject can stand before them."""
    first = run[0] if run else None
    with_it = first is not None and first.head.i == head.i and first.dep_ in ("aux", "auxpass", "neg", "advmod")
    return first is not None and (first.i == head.i or with_it)


def points_back(verb: Token) -> bool:
    """Tell whether a relative pronoun before a verb ties it to a noun outside its clause: `40 of which are old`."""
    pronouns = (token for token in verb.subtree if token.tag_ in ("WDT", "WP", "WP$") and token.i < verb.i)
    return any(clause_above(token) == verb for token in pronouns)


def clause_above(token: Token) -> Token | None:
    """Return the head of the clause that a token's clause hangs on."""
    clauses = (above for above in token.ancestors if above.dep_ in _CLAUSES)
    return next((above for above in clauses if above.pos_ in VERBS or above.dep_ == "ROOT"), None)


def is_reported(token: Token) -> bool:
    """Tell whether a token stands inside what a verb reports."""
    return any(
        each.dep_ in ("ccomp", "xcomp") and reports(each.head)
        for each in (token, *token.ancestors)
        if each.i != each.head.i
    )


def is_under_a_condition(verb: Token) -> bool:
    """Tell whether a clause holds only if, when or unless another one does."""
    for clause in verb.children:
        if clause.dep_ == "advcl" and any(
            mark.lower_ in _CONDITIONS
            for mark in clause.children
            if mark.dep_ in ("mark", "advmod") and mark.i < clause.i
        ):
            return True
    return False
