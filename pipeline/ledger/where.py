"""Where things are: what makes a place of a name, in its sentence and in the article as a whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from pipeline.core.english import Sentence, is_word
from pipeline.ledger.fact_words import fact_words, is_place
from pipeline.ledger.models import FactKind
from pipeline.ledger.signs import DATELINE

if TYPE_CHECKING:
    from spacy.tokens import Span as Tokens, Token

_GOES = frozenset({("pobj", "in"), ("dobj", "visit"), ("dobj", "reach"), ("dobj", "leave")})
_DOES = frozenset({"nsubj", "nsubjpass", "agent"})
_NAME = r"([^\W\d_a-z][\w’'-]+(?: [^\W\d_a-z][\w’'-]+){0,3})"
_COMPASS = r"(?:north|south)?-?(?:north|south|east|west)"
_LOCATED = re.compile(
    rf"\b(?:{_COMPASS} of|outskirts of|downtown|(?:based|born|headquartered|raised|lives?|lived|living) in|"
    r"(?:coast|shores?|suburbs?) of|(?:city|town|village|suburb|province|district|region|island|port|borough|"
    r"municipality) of) "
    rf"{_NAME}|{_NAME}-based\b"
    r"|^(?:[^\n]*[.!?] )?([^\W\d_a-z][\w’'-]+) in (?:[^\W\d_a-z][\w’'-]+ )+"
    r"(?:County|District|Prefecture|Province|Region|State)\b",
    re.M,
)
"""A name that can only be a place's: `south of Olm`, `the town of Olm`, `the Olm-based firm`."""


def kinds_of_names(text: str, read: Collection[Sentence], people: Collection[str]) -> Mapping[str, FactKind]:
    """Return names of an article that are places, or are not, by what it says of them or by most of its sentences."""
    votes: dict[str, Counter[FactKind]] = {}
    for sentence in read:
        for each in sentence.tokens.ents:
            kind: FactKind = "place" if each.label_ in ("GPE", "LOC", "FAC") else "name"
            votes.setdefault(each.text, Counter())[kind] += 1
    found = {name: kinds.most_common(1)[0][0] for name, kinds in votes.items() if _is_told(name, kinds)}
    found.update(dict.fromkeys(_firms(read), "name"))
    found.update(dict.fromkeys((*_placed(text, people), *_gone_to(read), *_listed(read)), "place"))
    return found


def _is_told(name: str, kinds: Counter[FactKind]) -> bool:
    (_, most), *rest = kinds.most_common(2)
    return bool(rest) and most > rest[0][1] and not is_place(name)


def _firms(read: Collection[Sentence]) -> Iterator[str]:
    """Yield names that have what only a firm or a body has, such as staff, and that nothing is ever in."""
    owners, places = set(), set()
    for each in (each for sentence in read for each in sentence.tokens.ents if each.label_ in ("GPE", "LOC", "FAC")):
        has = each.root.dep_ in ("compound", "poss") and each.root.head.lemma_.lower() in fact_words().owned
        tells = each.root.dep_ == "nsubj" and each.root.head.lemma_ in fact_words().saying
        told = each.root.dep_ == "dobj" and each.root.head.lemma_ == "tell"
        if has or tells or told or (each.end < len(each.doc) and is_from_somewhere(each.doc[each.end])):
            owners.add(each.text)
        elif each.root.dep_ == "pobj" and each.root.head.lower_ in ("in", "at", "to", "near"):
            places.add(each.text)
    yield from (name for name in owners - places if not is_place(name))


def is_from_somewhere(of: Token) -> bool:
    """Tell whether `of` tells where somebody or a firm is from: `Holt of Velda`, and not `Bank of Velda`."""
    if of.lower_ != "of" or not of.i or of.i + 1 == len(of.doc):
        return False
    return not is_word(of.nbor(-1).lower_) and is_place(of.nbor().text)


def _listed(read: Collection[Sentence]) -> Iterator[str]:
    """Yield names in a list of what something is in, of which one is known to be a place: `in Velda, Olm and Ness`."""
    for token in (token for sentence in read for token in sentence.tokens):
        if token.dep_ != "pobj" or token.head.lower_ not in ("in", "near", "across"):
            continue
        named = [each for each in (token, *token.conjuncts) if each.pos_ == "PROPN"]
        if any(is_place(each.text) for each in named):
            yield from (each.text for each in named if not any(child.dep_ == "compound" for child in each.children))


def _gone_to(read: Collection[Sentence]) -> Iterator[str]:
    """Yield names that things are only ever in or from, or that people go to, whatever the parser takes them for."""
    within, others = set(), set()
    for token in (token for sentence in read for token in sentence.tokens if token.pos_ == "PROPN"):
        alone = "PROPN" not in {token.nbor(step).pos_ for step in (-1, 1) if 0 <= token.i + step < len(token.doc)}
        alone = alone and not any(each.lower_ in ("a", "an") for each in token.children)
        how = token.dep_, token.head.lemma_
        if how in _GOES and alone and token.ent_type_ in ("", "PERSON", "PRODUCT", "GPE", "LOC") and not token.is_upper:
            within.add(token.text)
        elif how != ("pobj", "from") and (token.ent_type_ in ("ORG", "PERSON", "DATE") or token.dep_ in _DOES):
            others.add(token.text)
    yield from within - others


def _placed(text: str, people: Collection[str]) -> Iterator[str]:
    for dateline in DATELINE.finditer(text):
        yield from (dateline[1], dateline[1].title())
    for match in _LOCATED.finditer(text):
        if not match[3]:
            yield match[1] or match[2]
        elif match[3] not in people and not _is_of_many(match[3].lower()):
            yield match[3]


def _is_of_many(word: str) -> bool:
    """Tell whether a word, in small letters, is a common noun or a party's: `republicans`."""
    return word in fact_words().groups or is_word(word) or (word.endswith("s") and is_word(word[:-1]))


def widened(tokens: Tokens, first: Token, last: Token) -> tuple[Token, Token] | None:
    """Return a name with the words that make a place of it: `northern Velda`, `Olm county`, `south of Olm`."""
    before = tokens[first.i - tokens.start - 1] if first.i > tokens.start else None
    after = tokens[last.i - tokens.start + 1] if last.i + 1 < tokens.end else None
    kinds = fact_words().places | fact_words().areas
    if (
        after is not None
        and after.dep_ == "compound"
        and after.tag_ == "NN"
        and after.head.i == after.i + 1
        and after.head.lower_ in kinds
    ):
        after = after.head
    around = after is not None and after.pos_ == "NOUN" and after.lower_ in kinds
    within = before is not None and before.pos_ != "PROPN" and before.lower_ in fact_words().directions
    if before is not None and within:
        return before, after if after is not None and around else last
    if after is not None and around:
        return first, after
    return None


def is_beside_a_direction(tokens: Tokens, first: Token) -> bool:
    """Tell whether a name stands behind `north of`."""
    at = first.i - tokens.start
    words = " ".join(each.lower_ for each in tokens[max(0, at - 4) : at] if each.lower_ != "the")
    return re.search(rf"(?<![\w-]){_COMPASS} of$", words.replace(" - ", "-")) is not None
