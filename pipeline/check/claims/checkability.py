"""Tell what nobody can check: questions, predictions, opinions and rhetoric in the author's own voice.

What somebody else is reported to say stays checkable: whether they said it can be found out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.check.claims.clauses import subject
from pipeline.check.claims.lexicons import evaluative
from pipeline.core.models import Uncheckable

if TYPE_CHECKING:
    from spacy.tokens import Token

Judgement = tuple[Uncheckable, str]
"""Why a statement cannot be checked, and the words that tell it, for a reader."""

_FIRST = frozenset({"i", "we", "me", "my", "us", "our"})
_MEASURES = frozenset({"PERCENT", "MONEY", "QUANTITY", "CARDINAL", "ORDINAL", "DATE", "TIME"})
_STATES = frozenset({"be", "remain", "seem", "appear", "look", "feel", "become"})


def uncheckable(tokens: Sequence[Token], head: Token, *, asked: bool) -> Judgement | None:
    """Return why a statement in the author's own voice cannot be checked, or None where it can."""
    if asked:
        return "question", "It is a question."
    rules = (_prediction, _demand, _appeal, _stance, _evaluation, _interpretation)
    return next((found for rule in rules if (found := rule(tokens, head)) is not None), None)


def _prediction(tokens: Sequence[Token], head: Token) -> Judgement | None:
    verbs = [head, *(child for child in head.children if child.dep_ in ("ccomp", "conj") and child in tokens)]
    for verb in verbs:
        modals = [child for child in verb.children if child.dep_ == "aux" and child.lower_ in evaluative().future]
        perfect = any(child.lemma_ == "have" and child.dep_ == "aux" for child in verb.children)
        later = any(child.lower_ in ("later", "eventually", "soon") for child in verb.children)
        if modals and not (modals[0].lower_ in ("would", "'d", "’d") and (perfect or later)):
            return "prediction", f"It speaks of what {modals[0].lower_} be, which nobody can check yet."
    idiom = _phrase_in(tokens, evaluative().future_phrases)
    return ("prediction", f"“{idiom}” speaks of the future, which nobody can check yet.") if idiom else None


def _demand(tokens: Sequence[Token], head: Token) -> Judgement | None:
    duty = next((child for child in head.children if child.lower_ in evaluative().duty), None)
    if duty is not None and duty in tokens:
        return "opinion", f"“{duty}” says what ought to be, not what is."
    return None


def _appeal(tokens: Sequence[Token], head: Token) -> Judgement | None:
    bare = head.tag_ == "VB" and subject(head) is None and head.dep_ == "ROOT"
    if bare and not any(child.dep_ == "aux" for child in head.children) and head.i == tokens[0].i:
        return "rhetoric", "It asks the reader to do something."
    return None


def _stance(tokens: Sequence[Token], head: Token) -> Judgement | None:
    who = subject(head)
    if who is not None and who.lower_ in _FIRST and head.lemma_ in ("think", "believe", "hope", "feel", "want", "wish"):
        return "opinion", f"The author says what they {head.lemma_}."
    hedge = _one_of(tokens, evaluative().hedge)
    return ("opinion", f"“{hedge}” marks it as a judgement or a guess.") if hedge else None


def _evaluation(tokens: Sequence[Token], head: Token) -> Judgement | None:
    if idiom := _phrase_in(tokens, evaluative().idioms):
        return "opinion", f"“{idiom}” is a judgement in a figure of speech."
    if _is_measured(tokens):
        return None
    if strong := _one_of(tokens, evaluative().strong):
        return "opinion", f"“{strong}” is a judgement."
    weak = [token for token in tokens if token.lemma_.lower() in evaluative().weak and token.pos_ != "PROPN"]
    needed = 1 if head.lemma_ in _STATES and any(_is_complement(token, head) for token in weak) else 2
    if len({token.lemma_ for token in weak}) >= needed:
        shown = ", ".join(f"“{token.text}”" for token in weak[:3])
        return "opinion", f"{shown}: a judgement rather than a fact."
    return None


def _interpretation(tokens: Sequence[Token], head: Token) -> Judgement | None:
    lemma = head.lemma_.lower()
    if lemma not in evaluative().interpreting:
        return None
    who = subject(head)
    abstract = who is None or (who.lemma_.lower() in evaluative().abstract_subjects and not who.ent_type_)
    return ("opinion", f"“{head.text}” says what something means, not that it happened.") if abstract else None


def _one_of(tokens: Sequence[Token], lemmas: frozenset[str]) -> str | None:
    for token in tokens:
        before = token.lemma_ == "appear" and any(child.dep_ == "prep" for child in token.children)
        named = before or token.pos_ == "PROPN" or token.ent_type_ in ("PERSON", "ORG", "GPE", "WORK_OF_ART")
        if not named and (token.lemma_.lower() in lemmas or token.lower_ in lemmas):
            return str(token.text)
    return None


def _phrase_in(tokens: Sequence[Token], phrases: Sequence[str]) -> str | None:
    """Return the words that match a phrase of lemmas; determiners in between are looked over."""
    kept = [token for token in tokens if token.dep_ not in ("det", "poss") and not token.is_space]
    plain = " " + " ".join(token.lemma_.lower() for token in tokens) + " "
    bare = " " + " ".join(token.lemma_.lower() for token in kept) + " "
    for phrase in phrases:
        short = " ".join(word for word in phrase.split() if word not in ("a", "the"))
        if f" {phrase} " in plain or f" {short} " in bare and len(short.split()) > 1:
            return phrase
    return None


def _is_measured(tokens: Sequence[Token]) -> bool:
    return any(token.like_num or token.ent_type_ in _MEASURES for token in tokens)


def _is_complement(token: Token, head: Token) -> bool:
    return token.dep_ in ("acomp", "attr", "oprd") or (token.head.dep_ in ("acomp", "attr") and token.head.head == head)
