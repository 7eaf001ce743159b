"""Tell what nobody can check: questions, predictions, opinions and rhetoric in the author's own voice.

What somebody else is reported to say stays checkable: whether they said it can be found out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.check.claims.foretelling import Judgement, foretold, phrase_in
from pipeline.check.claims.lexicons import evaluative
from pipeline.check.claims.nouns import subject

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["Judgement", "uncheckable"]

_FIRST = frozenset({"i", "we"})
_PERSONS = frozenset({"he", "she", "they", "who"})
_MEASURES = frozenset({"PERCENT", "MONEY", "QUANTITY", "CARDINAL", "ORDINAL", "DATE", "TIME"})
_STATES = frozenset({"be", "remain", "seem", "appear", "look", "feel", "become"})
_ASIDE = frozenset({"relcl", "acl", "advcl", "appos"})
_COMPLEMENTS = ("acomp", "attr", "oprd")


def uncheckable(tokens: Sequence[Token], head: Token, *, asked: bool) -> Judgement | None:
    """Return why a statement in the author's own voice cannot be checked, or None where it can.

    Only its own predicate decides: a judgement in a clause beside it leaves the fact a fact.
    """
    if asked:
        return "question", "It is a question."
    core = _core(tokens, head)
    if (found := foretold(core, head)) is not None:
        return found
    rules = (_demand, _appeal, _stance, _evaluation, _interpretation)
    return next((found for rule in rules if (found := rule(core, head)) is not None), None)


def _core(tokens: Sequence[Token], head: Token) -> list[Token]:
    """Return the tokens of a statement without the clauses that stand beside its predicate."""
    if head.pos_ not in ("VERB", "AUX"):
        return list(tokens)
    inside = {head.i, *(above.i for above in head.ancestors)}
    return [token for token in tokens if not _is_aside(token, inside)]


def _is_aside(token: Token, inside: set[int]) -> bool:
    for each in (token, *token.ancestors):
        if each.i in inside:
            return False
        if each.dep_ in _ASIDE:
            return True
    return False


def _demand(tokens: Sequence[Token], head: Token) -> Judgement | None:
    duty = next((child for child in head.children if child.lower_ in evaluative().duty), None)
    if duty is None or duty not in tokens or (duty.lower_ == "must" and _is_required(tokens, head)):
        return None
    return "opinion", f"“{duty}” says what ought to be, not what is."


def _is_required(tokens: Sequence[Token], head: Token) -> bool:
    """Tell whether `must` tells a rule that is in force: an amount, a day, or what rules are made of."""
    who = subject(head)
    if who is None or who.lower_ in (*_FIRST, "you"):
        return False
    return _is_measured(tokens) or head.lemma_.lower() in evaluative().requirements


def _appeal(tokens: Sequence[Token], head: Token) -> Judgement | None:
    bare = head.tag_ == "VB" and subject(head) is None and head.dep_ == "ROOT"
    if bare and not any(child.dep_ == "aux" for child in head.children) and head.i == tokens[0].i:
        return "rhetoric", "It asks the reader to do something."
    return None


def _stance(tokens: Sequence[Token], head: Token) -> Judgement | None:
    who = subject(head)
    if who is not None and who.lower_ in _FIRST and head.lemma_ in ("think", "believe", "hope", "feel", "want", "wish"):
        told = any(child.dep_ == "ccomp" for child in head.children) and _is_measured(tokens)
        return None if told else ("opinion", f"The author says what they {head.lemma_}.")
    hedges = (token for token in tokens if _weakens(token, head) and _is_one_of(token, evaluative().hedge))
    hedge = next(hedges, None)
    return ("opinion", f"“{hedge.text}” marks it as a judgement or a guess.") if hedge is not None else None


def _weakens(token: Token, head: Token) -> bool:
    """Tell whether a word hedges the statement itself: its verb, its complement, an adverb to one of them."""
    if token.i == head.i:
        return any(child.dep_ in ("xcomp", "ccomp", "acomp", "oprd", "attr") for child in token.children)
    if token.dep_ in ("advmod", "npadvmod"):
        return token.head.i == head.i or token.head.dep_ in (*_COMPLEMENTS, "ccomp") or token.i == token.sent.start
    return token.dep_ in _COMPLEMENTS and token.head.i == head.i


def _evaluation(tokens: Sequence[Token], head: Token) -> Judgement | None:
    measured = _is_measured(tokens)
    if not measured and (idiom := _idiom(tokens, head)):
        return "opinion", f"“{idiom}” is a judgement in a figure of speech."
    if measured:
        return None
    strong = next((t for t in tokens if _is_one_of(t, evaluative().strong) and _is_predicated(t, head)), None)
    if strong is not None:
        return "opinion", f"“{strong.text}” is a judgement."
    weak = [token for token in tokens if token.lemma_.lower() in evaluative().weak and token.pos_ != "PROPN"]
    needed = 1 if head.lemma_ in _STATES and any(_is_complement(token, head) for token in weak) else 2
    if len({token.lemma_ for token in weak}) >= needed:
        shown = ", ".join(f"“{token.text}”" for token in weak[:3])
        return "opinion", f"{shown}: a judgement rather than a fact."
    return None


def _idiom(tokens: Sequence[Token], head: Token) -> str | None:
    idiom = phrase_in(tokens, evaluative().idioms)
    who = subject(head)
    literal = who is not None and (who.ent_type_ == "PERSON" or who.lower_ in _PERSONS)
    return None if idiom and literal and idiom.startswith("raise ") else idiom


def _is_predicated(token: Token, head: Token) -> bool:
    """Tell whether a judging word is what the statement says: not that a powerful earthquake struck on Tuesday."""
    if token.i == head.i or (token.dep_ == "advmod" and token.head.i == head.i):
        return True
    holder = token.head if token.dep_ in ("amod", "advmod", "compound", "conj") else token
    while holder.dep_ == "conj":
        holder = holder.head
    light = holder.dep_ == "dobj" and head.lemma_.lower() in evaluative().light
    nameless = holder.dep_ in ("nsubj", "dobj") and not any(each.ent_type_ for each in token.sent)
    return holder.head.i == head.i and (holder.dep_ in _COMPLEMENTS or light or nameless)


def _interpretation(tokens: Sequence[Token], head: Token) -> Judgement | None:
    lemma = head.lemma_.lower()
    if lemma not in evaluative().interpreting:
        return None
    who = subject(head)
    abstract = who is None or (who.lemma_.lower() in evaluative().abstract_subjects and not who.ent_type_)
    return ("opinion", f"“{head.text}” says what something means, not that it happened.") if abstract else None


def _is_one_of(token: Token, lemmas: frozenset[str]) -> bool:
    """Tell whether a word is in a list, and neither a name nor a part of a compound: `great-grandfather`."""
    if token.lemma_.lower() not in lemmas and token.lower_ not in lemmas:
        return False
    present = token.lemma_ == "appear" and any(child.dep_ == "prep" for child in token.children)
    named = token.pos_ == "PROPN" or token.ent_type_ in ("PERSON", "ORG", "GPE", "WORK_OF_ART")
    hyphens = (token.doc[at].text == "-" for at in (token.i - 1, token.i + 1) if 0 <= at < len(token.doc))
    return not present and not named and not any(hyphens)


def _is_measured(tokens: Sequence[Token]) -> bool:
    return any(token.like_num or token.ent_type_ in _MEASURES for token in tokens)


def _is_complement(token: Token, head: Token) -> bool:
    return token.dep_ in _COMPLEMENTS or (token.head.dep_ in ("acomp", "attr") and token.head.head == head)
