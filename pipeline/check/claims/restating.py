"""Restate a part of a sentence so that it stands alone: with its subject, without its conjunction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.check.claims.clauses import Part, is_finite, subject

if TYPE_CHECKING:
    from spacy.tokens import Token


def restate(part: Part) -> str:
    """Return a part as a sentence of its own."""
    if part.role in ("event", "attempt"):
        plural = part.head.tag_ in ("NNS", "NNPS")
        return _sentence(f"there {'were' if plural else 'was'} {words(part.tokens)}")
    if part.role == "relative":
        return _sentence(_relative(part))
    own = subject(part.head)
    if own is not None:
        inside = part.tokens[0].i <= own.i <= part.tokens[-1].i or own.i > part.tokens[-1].i
        return _sentence(words(part.tokens) if inside else f"{words(phrase(own))} {words(part.tokens)}")
    return _sentence(_with_subject(part))


def words(tokens: Sequence[Token]) -> str:
    """Return contiguous tokens as they are written."""
    first, last = tokens[0], tokens[-1]
    return str(first.doc.text[first.idx : last.idx + len(last)])


def phrase(noun: Token) -> list[Token]:
    """Return a noun's own phrase: from its first word to the first comma or clause after it."""
    inside = {token.i for token in noun.subtree}
    run = [noun]
    while run[0].i - 1 in inside and not (run[0].nbor(-1).is_punct and run[0].nbor(-1).tag_ != "HYPH"):
        run.insert(0, run[0].nbor(-1))
    while run[-1].i + 1 in inside:
        following = run[-1].nbor(1)
        clause = following.dep_ in ("relcl", "acl") or following.tag_ in ("WDT", "WP", "WRB", "WP$")
        if clause or following.is_quote or (following.is_punct and following.tag_ != "HYPH"):
            break
        run.append(following)
    return run


def controller(head: Token) -> Token | None:
    """Return the noun a clause without a subject speaks of."""
    if head.dep_ == "acl":
        return head.head if head.head.pos_ in ("NOUN", "PROPN", "PRON") else controller(head.head)
    for above in head.ancestors:
        if above.pos_ in ("VERB", "AUX") and (found := subject(above)) is not None:
            return found
    return None


def past(head: Token) -> bool:
    """Tell whether the sentence around a clause speaks in the past."""
    for above in (head, *head.ancestors):
        tensed = [above, *(child for child in above.children if child.dep_ in ("aux", "auxpass"))]
        for word in tensed:
            if word.tag_ in ("VBD", "VBZ", "VBP", "MD"):
                return bool(word.tag_ == "VBD")
    return True


def _with_subject(part: Part) -> str:
    text = words(part.tokens)
    noun = controller(part.head)
    if noun is None or part.head.dep_ in ("nsubj", "csubj") or noun.i in {token.i for token in part.tokens}:
        return text
    who = words(phrase(noun))
    if is_finite(part.head) or part.head.tag_ == "VB":
        return f"{who} {text}"
    many = noun.tag_ in ("NNS", "NNPS") or noun.lower_ in ("they", "we", "you") or _joined(noun)
    be = ("were" if many else "was") if part.head.tag_ == "VBN" or past(part.head) else ("are" if many else "is")
    return f"{who} {be} {text}"


def _joined(noun: Token) -> bool:
    return any(child.dep_ == "conj" for child in noun.children)


def _relative(part: Part) -> str:
    noun = part.head.head
    relativizer = next((token for token in part.tokens[:4] if token.tag_ in ("WDT", "WP", "WP$", "WRB")), None)
    if relativizer is None or noun.pos_ not in ("NOUN", "PROPN", "PRON", "NUM"):
        return words(part.tokens)
    who = words(phrase(noun))
    place = part.tokens.index(relativizer)
    rest = part.tokens[place + 1 :]
    if not rest:
        return words(part.tokens)
    if relativizer.tag_ == "WP$":
        return f"{who}'s {words(rest)}"
    if relativizer.dep_ in ("nsubj", "nsubjpass") and subject(part.head) == relativizer:
        return f"{who} {words(rest)}"
    if relativizer.tag_ == "WRB":
        link = {"where": "in", "when": "in"}.get(relativizer.lower_)
        return f"{words(rest)} {link} {who}" if link else words(part.tokens)
    if place:
        return f"{words(rest)} {words(part.tokens[:place])} {who}"
    return _with_object(part.head, rest, who)


def _with_object(verb: Token, rest: Sequence[Token], who: str) -> str:
    """Put the antecedent where the relative pronoun was taken from: after a stranded preposition or the verb."""
    stranded = [
        child
        for child in verb.children
        if child.i > verb.i and child.tag_ in ("IN", "RP", "TO") and not _governs(child)
    ]
    gap = stranded[0] if stranded else verb
    before = [token for token in rest if token.i <= gap.i]
    behind = [token for token in rest if token.i > gap.i]
    if not before:
        return words(rest)
    return f"{words(before)} {who}" + (f" {words(behind)}" if behind else "")


def _governs(preposition: Token) -> bool:
    return any(child.dep_ in ("pobj", "pcomp") and child.i > preposition.i for child in preposition.children)


def _sentence(text: str) -> str:
    text = " ".join(text.split()).rstrip(",;:—– ")
    text = text[:1].upper() + text[1:]
    text = text if text.endswith((".", "?", "!", "”", '"')) else f"{text}."
    return f"{text}”" if text.count("“") > text.count("”") else text
