"""Restate a part of a sentence so that it stands alone: with its subject, without its conjunction.

Only what `constructions` is certain of comes here without its own subject; all else is repeated as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.check.claims.clauses import Part
from pipeline.check.claims.lexicons import clause_language
from pipeline.check.claims.nouns import can_be_repeated, is_plural, phrase, subject, words
from pipeline.check.claims.participles import participle_subject
from pipeline.check.claims.relatives import relativizer_of

if TYPE_CHECKING:
    from spacy.tokens import Token


def restate(part: Part) -> str:
    """Return a part as a sentence of its own."""
    if part.role in ("event", "attempt"):
        return as_sentence(f"there {'were' if is_plural(part.head) else 'was'} {words(part.tokens)}")
    if part.role == "relative":
        return as_sentence(_relative(part))
    if part.role == "participle":
        return as_sentence(_participle(part))
    own = subject(part.head) or (shared_subject(part.head) if part.role == "joined" else None)
    lost = own is not None and own.i < part.tokens[0].i and can_be_repeated(own)
    return as_sentence(f"{words(phrase(own))} {words(part.tokens)}" if own and lost else words(part.tokens))


def shared_subject(head: Token) -> Token | None:
    """Return the subject that a joined verb shares with the first one."""
    while head.dep_ == "conj":
        head = head.head
    return subject(head)


def is_past(head: Token) -> bool:
    """Tell whether the sentence around a clause speaks in the past."""
    for above in (head, *head.ancestors):
        tensed = [above, *(child for child in above.children if child.dep_ in ("aux", "auxpass"))]
        for word in tensed:
            if word.tag_ in ("VBD", "VBZ", "VBP", "MD"):
                return bool(word.tag_ == "VBD")
        if above.tag_ == "VB" and above.dep_ == "ROOT":
            return False
    return True


def _participle(part: Part) -> str:
    head = part.head
    noun = participle_subject(head) if head.tag_ == "VBN" else subject(_above(head))
    if noun is None:
        return words(part.tokens)
    lasting = head.tag_ != "VBN" or head.lemma_.lower() in clause_language().lasting
    past = is_past(head) or not lasting
    be = ("were" if past else "are") if is_plural(noun) else ("was" if past else "is")
    text = words(_without_link(part.tokens))
    return f"{words(phrase(noun))} {be} {text[:1].lower()}{text[1:]}"


def _above(head: Token) -> Token:
    return next(above for above in head.ancestors if above.pos_ in ("VERB", "AUX") and subject(above) is not None)


def _without_link(tokens: Sequence[Token]) -> Sequence[Token]:
    return tokens[1:] if tokens[0].lower_ in ("while", "by") else tokens


def _relative(part: Part) -> str:
    pronoun = relativizer_of(part.head)
    rest = [token for token in part.tokens if pronoun is not None and token.i > pronoun.i]
    if pronoun is None or not rest:
        return words(part.tokens)
    who = words([token for token in phrase(part.head.head) if token.i < pronoun.i])
    if pronoun.tag_ == "WP$":
        return f"{who}’s {words(rest)}" if "’" in part.head.doc.text else f"{who}'s {words(rest)}"
    if pronoun == subject(part.head):
        return f"{who} {words(rest)}"
    return _with_object(part.head, rest, lower_start(who))


def _with_object(verb: Token, rest: Sequence[Token], who: str) -> str:
    """Put the antecedent where the relative pronoun was taken from: after a stranded preposition or the verb."""
    stranded = [
        child for child in verb.children if child.i > verb.i and child.dep_ == "prep" and not list(child.rights)
    ]
    gap = stranded[0] if stranded else verb
    before = [token for token in rest if token.i <= gap.i]
    behind = [token for token in rest if token.i > gap.i]
    return f"{words(before)} {who}" + (f" {words(behind)}" if behind else "")


def lower_start(text: str) -> str:
    """Return words to stand inside a sentence: a leading article loses its capital."""
    first, _, rest = text.partition(" ")
    return f"{first.lower()} {rest}" if first.lower() in _DETERMINERS else text


_DETERMINERS = frozenset({"the", "a", "an", "its", "his", "her", "their", "our", "my", "this", "these", "some"})


def as_sentence(text: str) -> str:
    """Return words with a capital letter and a full stop, and with a quotation closed that was opened."""
    text = " ".join(text.split()).rstrip(",;:—– ")
    text = text[:1].title() + text[1:]
    text = text if text.rstrip(_CLOSING).endswith((".", "?", "!")) else f"{text}."
    text = f"{text}”" if text.count("“") > text.count("”") else text
    return f'{text}"' if len(_OPENED.findall(text)) > len(_CLOSED.findall(text)) else text


_OPENED, _CLOSED = re.compile(r'(?<![\w.,!?\'])"(?=\w)'), re.compile(r'(?<=[\w.,!?\'])"(?!\w)')
_CLOSING = "”\"'’)"
"""Marks that may stand after the full stop."""
