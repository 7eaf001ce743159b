"""When something was, told by an event: `since the onset of the war`, `during her campaign`, `since Lund left`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.ledger.fact_words import fact_words

if TYPE_CHECKING:
    from spacy.tokens import Span as Tokens, Token

_MEANWHILE = frozenset({"during", "before", "after", "throughout", "until", "following"})
"""Words of time that are also words of place or of reason."""
_TWO = (("prior", "to"), ("ahead", "of"))
_SEEKS = frozenset({"ask", "call", "look", "name", "run", "seek", "take"})
"""What is done after a thing without being later."""
_LEFT_OUT = frozenset({"relcl", "acl", "advcl", "appos", "punct", "cc", "conj"})


def times(tokens: Tokens) -> Iterator[tuple[Token, Token]]:
    """Yield times that an event tells, from the word of time to the event."""
    for token in tokens:
        if token.lower_ == "since" and token.dep_ == "mark":
            if is_while(token.head):
                done = next((each for each in token.head.rights if each.dep_ == "dobj"), token.head)
                yield token, max(done, token.head, key=lambda each: each.i)
        elif (event := _event(token)) is not None:
            yield token, event


def is_while(clause: Token) -> bool:
    """Tell whether a clause with `since` tells a time: its own verb is past, and what it stands with is perfect."""
    perfect = any(each.lemma_ == "have" and each.dep_ in ("aux", "auxpass") for each in clause.head.children)
    present = any(each.tag_ in ("VBZ", "VBP", "MD") for each in clause.children if each.dep_ in ("aux", "auxpass"))
    return perfect and clause.i > clause.head.i and clause.tag_ in ("VBD", "VBN") and not present


def _event(word: Token) -> Token | None:
    """Return the last word of the event that a word of time stands before."""
    after = word.nbor() if word.i + 1 < len(word.doc) else word
    two = (word.lower_, after.lower_) in _TWO
    if not two and word.lower_ != "since" and word.lower_ not in _MEANWHILE:
        return None
    if (word.dep_ != "prep" and not two) or (word.lower_ == "after" and word.head.lemma_ in _SEEKS):
        return None
    heads = (word, after) if two else (word,)
    noun = next((each for head in heads for each in head.children if each.dep_ == "pobj"), None)
    if noun is None or noun.ent_type_ in ("DATE", "TIME") or noun.pos_ not in ("NOUN", "PROPN") or noun.i < word.i:
        return None
    if word.lower_ in _MEANWHILE | {"ahead"} and not _is_event(noun):
        return None
    return _last(noun) if any(each.i < noun.i for each in noun.children) or noun.pos_ == "PROPN" else None


def _is_event(noun: Token) -> bool:
    war = noun.ent_type_ == "EVENT" or any(each.lower_ == "war" for each in noun.children)
    return war or noun.lemma_.lower() in fact_words().occasions


def _last(noun: Token) -> Token:
    """Return the last word of a noun's phrase, with what stands behind `of`."""
    last = noun
    for child in noun.rights:
        if child.dep_ in _LEFT_OUT or child.lower_ != "of" or child.i != last.i + 1:
            break
        last = max((each for each in child.subtree if not each.is_punct and not _is_beyond(each, child)),
                   key=lambda each: each.i)  # fmt: skip
    return last


def _is_beyond(word: Token, of: Token) -> bool:
    return any(each.dep_ in _LEFT_OUT for each in (word, *word.ancestors) if each.i > of.i)
