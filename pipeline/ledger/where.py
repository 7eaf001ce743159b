"""Where things are: what makes a place of a name, in its sentence and in the article as a whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from pipeline.core.english import Sentence, find_place
from pipeline.ledger.fact_words import fact_words
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
    r"(?:city|town|village|suburb|province|district|region|island|port|borough|municipality) of) "
    rf"{_NAME}|{_NAME}-based\b"
)
"""A name that can only be a place's: `south of Olm`, `the town of Olm`, `the Olm-based firm`."""


def kinds_of_names(text: str, read: Collection[Sentence]) -> Mapping[str, FactKind]:
    """Return names of an article that are places, or are not, by what it says of them or by most of its sentences."""
    votes: dict[str, Counter[FactKind]] = {}
    for sentence in read:
        for each in sentence.tokens.ents:
            kind: FactKind = "place" if each.label_ in ("GPE", "LOC", "FAC") else "name"
            votes.setdefault(each.text, Counter())[kind] += 1
    found = {name: kinds.most_common(1)[0][0] for name, kinds in votes.items() if _is_told(name, kinds)}
    for name in (*_placed(text), *_gone_to(read)):
        found[name] = "place"
    return found


def _is_told(name: str, kinds: Counter[FactKind]) -> bool:
    (_, most), *rest = kinds.most_common(2)
    return bool(rest) and most > rest[0][1] and find_place(name) is None


def _gone_to(read: Collection[Sentence]) -> Iterator[str]:
    """Yield names that things are only ever in or from, or that people go to, whatever the parser takes them for."""
    within, others = set(), set()
    for token in (token for sentence in read for token in sentence.tokens if token.pos_ == "PROPN"):
        alone = "PROPN" not in {token.nbor(step).pos_ for step in (-1, 1) if 0 <= token.i + step < len(token.doc)}
        how = token.dep_, token.head.lemma_
        if how in _GOES and alone and token.ent_type_ in ("", "PERSON", "PRODUCT", "GPE", "LOC") and not token.is_upper:
            within.add(token.text)
        elif how != ("pobj", "from") and (token.ent_type_ in ("ORG", "PERSON", "DATE") or token.dep_ in _DOES):
            others.add(token.text)
    yield from within - others


def _placed(text: str) -> Iterator[str]:
    for dateline in DATELINE.finditer(text):
        yield from (dateline[1], dateline[1].title())
    for match in _LOCATED.finditer(text):
        yield match[1] or match[2]


def widened(tokens: Tokens, first: Token, last: Token) -> tuple[Token, Token] | None:
    """Return a name with the words that make a place of it: `northern Velda`, `Olm county`, `south of Olm`."""
    before = tokens[first.i - tokens.start - 1] if first.i > tokens.start else None
    after = tokens[last.i - tokens.start + 1] if last.i + 1 < tokens.end else None
    around = after is not None and after.pos_ == "NOUN" and after.lower_ in fact_words().places | fact_words().areas
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
