"""What no claim holds: clauses outside quotation marks, items of lists, and captions above a photographer's name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.core.english import Sentence, is_word
from pipeline.ledger.fact_words import fact_words

if TYPE_CHECKING:
    from spacy.tokens import Token

_ITEM = re.compile(r"[•*·▪●–—-] ?(?=\w)")
_SHORT = 4
"""Words of a clause that is too short to say anything by itself."""
_FURNITURE = re.compile(r":\s*$|\bcontribut\w+ (?:reporting|to this (?:article|report|story))\b|\b[Yy]our\b")
"""Words above a list, who helped, and words to the reader."""
_CREDIT = re.compile(r"(?:[^\W\d_a-z]{2,}[.’'-]?[^\W\d_a-z]* ?){2,3}")
_ON_A_DAY = re.compile(
    r"\bon (?:[A-Z][a-z]+day(?:, [^,.]+(?:, \d{4})?)?|[A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?|"
    r"\d{1,2} [A-Z]\w+(?: \d{4})?)\.$"
)
"""How a caption ends that tells the day of its picture."""
_FINITE = frozenset({"ROOT", "relcl", "ccomp", "conj", "advcl"})
_SPEAKERS = frozenset({"i", "we", "you"})


def uncovered(sentence: Sentence, held: Collection[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield what a sentence says outside of what is held already, the longer clauses first."""
    line, words = sentence.line.start, sentence.line.text
    if (item := _ITEM.match(words)) and _is_apart(line, line + len(words), held):
        if sentence.span.start == line and len(words.split()) > _SHORT:
            yield line + item.end(), line + len(words.rstrip(" .;"))
        return
    found = sorted(_clauses(sentence), key=lambda each: each[0] - each[1])
    told: list[tuple[int, int]] = [*held]
    for begin, until in found:
        if _is_apart(begin, until, told):
            told.append((begin, until))
            yield begin, until


def _is_apart(start: int, end: int, held: Collection[tuple[int, int]]) -> bool:
    return not any(begin < end and start < until for begin, until in held)


def _clauses(sentence: Sentence) -> Iterator[tuple[int, int]]:
    if _FURNITURE.search(sentence.span.exact):
        return
    for token in sentence.tokens:
        if token.pos_ not in ("VERB", "AUX") or not _tells(token):
            continue
        words = [each for each in token.subtree if not each.is_punct]
        if len(words) > _SHORT:
            yield sentence.line.start + words[0].idx, sentence.line.start + words[-1].idx + len(words[-1])


def _tells(verb: Token) -> bool:
    """Tell whether a verb says what happened: with a subject of its own or of its noun, and no mere `she said`."""
    if verb.dep_ == "acl":
        return bool(verb.tag_ == "VBN")
    subject = next((child for child in verb.children if child.dep_.startswith("nsubj")), None)
    says = verb.lemma_ in fact_words().saying and any(child.dep_ in ("ccomp", "xcomp") for child in verb.children)
    return verb.dep_ in _FINITE and subject is not None and subject.lower_ not in _SPEAKERS and not says


def captions(read: Sequence[Sentence]) -> Iterator[tuple[int, int]]:
    """Yield sentences that say what is seen and stand, alone in their lines, above a name in capitals."""
    for sentence, below in pairwise(read):
        alone = sentence.line.text.strip() == sentence.span.exact.strip() and not sentence.line.is_heading
        if alone and (_is_sight(sentence) or _is_above_a_credit(sentence, below)):
            yield sentence.span.start, sentence.span.end


def _is_above_a_credit(sentence: Sentence, below: Sentence) -> bool:
    return _is_credit(below) and sentence.tokens.root.tag_ in ("VBZ", "VBP", "VBG")


def _is_sight(sentence: Sentence) -> bool:
    """Tell whether a sentence says what is seen on a day: without a verb of its own, or in the present."""
    if not _ON_A_DAY.search(sentence.span.exact):
        return False
    root = sentence.tokens.root
    verbs = [each for each in sentence.tokens if each.tag_ in ("VBD", "VBZ", "VBP", "MD")]
    seen = root.tag_ in ("VBZ", "VBP") and root.lemma_ in fact_words().sights
    return seen or (root.pos_ in ("NOUN", "PROPN") and not verbs)


def _is_credit(sentence: Sentence) -> bool:
    words = sentence.line.text.strip()
    return bool(_CREDIT.fullmatch(words)) and not all(is_word(each.lower()) for each in words.split())
