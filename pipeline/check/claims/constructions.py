"""The constructions that are claims of their own: an allow-list, each certain about the subject it speaks of.

Whatever is not certain stays in the clause around it, in the article's own words. What is reported, asked or holds
under a condition is never taken apart.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from pipeline.check.claims.joining import joined, parallel, stray_clause
from pipeline.check.claims.lexicons import clause_language
from pipeline.check.claims.nouns import subject
from pipeline.check.claims.participles import adverbial, beside_its_subject, by_doing
from pipeline.check.claims.relatives import presupposed, relative
from pipeline.check.claims.verbs import Role, clause_above, is_finite, is_reported

if TYPE_CHECKING:
    from spacy.tokens import Token


def role_of(token: Token, asserted: Collection[Token]) -> Role | None:
    """Return what a token is the head of, where that is certain and its sentence asserts it; else None.

    `asserted` holds the heads found to its left and above it.
    """
    rules = {
        "conj": joined,
        "relcl": relative,
        "advcl": adverbial,
        "acl": beside_its_subject,
        "ccomp": _content,
        "parataxis": parallel,
        "pcomp": by_doing,
        "prep": beside_its_subject,
        "pobj": presupposed,
        "nsubj": stray_clause,
    }
    rule = rules.get(token.dep_)
    if rule is None or is_reported(token):
        return None
    # What a relative clause after a comma tells holds whatever is made of the clause around it.
    known = token.dep_ in ("relcl", "nsubj") or clause_above(token) in asserted
    return rule(token) if known else None


def _content(token: Token) -> Role | None:
    """Accept what follows `the problem is that`; not what follows `the fear is that`."""
    above = token.head
    if above.lemma_ != "be" or token.i < above.i or subject(token) is None or not is_finite(token):
        return None
    noun = subject(above)
    told = (
        noun is None
        or noun.pos_ in ("ADJ", "ADV")
        or noun.dep_ == "csubj"
        or noun.lemma_.lower() in clause_language().facts
    )
    return "content" if told else None
