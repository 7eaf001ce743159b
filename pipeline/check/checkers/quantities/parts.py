"""The parts of a statement that proof must find on the other side: every number, name, word of content and quantifier."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.check.checkers.quantities.frames import Frame, find_frames
from pipeline.check.checkers.quantities.synonyms import describes, is_country, is_name, keys_at, wordings
from pipeline.core.english import find_dates, parse

if TYPE_CHECKING:
    from spacy.tokens import Token

_NUMBER = re.compile(
    r"\S*\d\S*|[½¼¾⅓⅔⅛⅜⅝⅞]|\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven"
    r"|eigh|nine)teen(?:th)?|(?:twen|thir|for|fif|six|seven|eigh|nine)(?:ty|tieth)|hundreds?|hundredth|thousands?|thousandth"
    r"|millions?|billions?|trillions?|dozens?|lakhs?|crores?|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth"
    r"|tenth|eleventh|twelfth|hal(?:f|ves)|thirds|quarters?|fifths|sixths|sevenths|eighths|ninths|tenths|couple|pair|twice"
    r"|thrice|once|doubled?|doubles|doubling|tripled?|triples|trebled?|quadrupled?|halved|twofold|threefold|both|single"
    r"|sole|scores?|neither|last|latest|next)\b",
    re.IGNORECASE,
)
"""Whatever says how much or which in a row; nothing is left out because it is hard to read."""
QUANTIFIERS = frozenset({
    "all", "both", "most", "every", "each", "no", "none", "few", "fewer", "several", "many", "much", "half", "any", "some",
    "only", "neither", "either", "majority", "minority", "whole", "entire", "another", "other", "remaining", "rest",
    "more", "less", "least", "almost", "nearly", "just", "exactly", "alone", "together", "combined", "total", "average",
})  # fmt: skip
_READ_WITH_NUMBERS = frozenset({
    "some", "more", "less", "least", "almost", "nearly", "just", "exactly", "fewer", "most",
})  # fmt: skip
"""Quantifiers that the reader of a figure beside them takes into account."""
_DIRECTED = frozenset({
    "subject", "object", "to", "from", "for", "against", "with", "than", "between", "without", "before", "after", "over",
    "under", "above", "below", "despite", "until", "till", "since", "by", "into", "toward", "towards", "like", "as", "about",
})  # fmt: skip
"""Places in a clause that change what is said, so that a word has to stand in the same one."""
PRONOUNS = frozenset({"it", "they", "he", "she", "this", "that", "these", "those", "them", "him", "who", "which"})


@dataclass(frozen=True)
class Part:
    """A word of content with its place in the clause."""

    text: str
    keys: frozenset[str]
    slots: frozenset[str]
    """Its places: the library of `the library, opened in 1978, holds maps` is opened and holds."""
    name: bool
    describes: bool
    """True for a common noun that says what the name beside it is: `the ferry Solveig`, `the town of Holm`."""
    country: bool

    def meets(self, other: Part, *, toll: bool = False) -> bool:
        """Tell whether both are one word, or one meaning, in the same place; a toll has its cause in several places."""
        if not self.keys & other.keys:
            return False
        return any(_alike(one, two, _CAUSES if toll else frozenset()) for one in self.slots for two in other.slots)


def _alike(one: str, two: str, causes: frozenset[str]) -> bool:
    return one == two or not {one, two} & _DIRECTED or {one, two} <= causes


_CAUSES = frozenset({"subject", "from", "in", "of", "by", "during", "at", "after", "", "when"})


@dataclass(frozen=True)
class Statement:
    """A clause or sentence, taken apart."""

    parts: tuple[Part, ...]
    frames: tuple[Frame, ...]
    """Its figures, dates included."""
    unread: tuple[str, ...]
    """Numbers that no figure or date holds."""
    quantifiers: frozenset[str]
    pronoun: bool
    """True where its subject only points somewhere else."""
    circumstances: tuple[frozenset[str], ...]
    """Keys of common nouns that stand beside the verb: `in the second half`."""


@lru_cache(1024)
def read_statement(text: str, start: int, end: int, today: date | None) -> Statement:
    """Take apart the part of a text that two offsets bound; its words are read in the whole text's syntax."""
    frames = tuple(f for f in find_frames(text, today) if start <= f.quantity.start and f.quantity.end <= end)
    taken = [(f.quantity.start, f.quantity.end) for f in frames]
    taken += [(when.start, when.end) for when in find_dates(text, today)]
    doc = parse(text, entities=False)
    tokens = [token for token in doc if start <= token.idx < end and not token.is_space]
    free = [token for token in tokens if not _within(token.idx, taken)]
    numbers = (match for match in _NUMBER.finditer(text, start, end) if not _touch(match, taken))
    return Statement(
        parts=tuple(_parts(free)),
        frames=frames,
        unread=tuple(match[0] for match in numbers),
        quantifiers=frozenset(_quantifiers(free, taken)),
        pronoun=any(token.dep_ in ("nsubj", "nsubjpass") and _points_away(token) for token in tokens),
        circumstances=tuple(_circumstances(tokens, taken)),
    )


def _within(offset: int, taken: list[tuple[int, int]]) -> bool:
    return any(low <= offset < high for low, high in taken)


def _touch(match: re.Match[str], taken: list[tuple[int, int]]) -> bool:
    return any(low < match.end() and match.start() < high for low, high in taken)


def _points_away(subject: Token) -> bool:
    """Tell whether a subject is a pronoun without its noun in the sentence: `which` of a clause has one."""
    return subject.lower_ in PRONOUNS and subject.head.dep_ != "relcl"


def _parts(tokens: list[Token]) -> Iterator[Part]:
    for token in tokens:
        content = token.pos_ in ("NOUN", "PROPN", "VERB", "ADJ", "ADV", "NUM") or is_name(token)
        if content and not token.is_punct and token.dep_ not in ("aux", "auxpass", "neg"):
            if token.lower_ in QUANTIFIERS or token.lower_ in _BOUNDS:
                continue
            slots, name = frozenset(_slots(token)), is_name(token)
            yield Part(token.text, keys_at(token), slots, name, describes(token) or _is_type(token), is_country(token))


def _is_type(token: Token) -> bool:
    """Read `the town of Holm`."""
    if token.pos_ != "NOUN" or token.lemma_.lower() not in wordings().plain:
        return False
    return any(
        name.dep_ == "pobj" and is_name(name) for of in token.children if of.lower_ == "of" for name in of.children
    )


_BOUNDS = frozenset({"about", "around", "roughly", "approximately", "precisely", "over", "up", "estimated", "circa"})


def _slots(token: Token) -> Iterator[str]:
    """Yield a word's places: its own, and that in a clause which hangs on its noun."""
    yield slot_of(token)
    for child in token.children:
        if child.dep_ == "acl" and child.tag_ == "VBN":
            yield "object"
        elif child.dep_ == "relcl":
            yield from (slot_of(word) for word in child.children if word.lower_ in ("who", "which", "that"))


def slot_of(token: Token) -> str:
    """Return a word's place in its clause, active or passive: `subject`, `object`, a preposition, or nothing."""
    at = token
    while at.dep_ in ("compound", "conj", "flat", "nmod", "amod", "poss", "appos") and at.head != at:
        if at.dep_ in ("amod", "poss", "nmod", "compound", "appos"):
            return ""
        at = at.head
    if at.dep_ == "nsubj":
        return "object" if at.head.lemma_.lower() in _BEFALLS else "subject"
    if at.dep_ in ("nsubjpass", "dobj", "dative") or (at.dep_ == "npadvmod" and at.pos_ == "PROPN"):
        return "object"
    if at.dep_ == "pobj":
        return "subject" if at.head.dep_ == "agent" else str(at.head.lower_)
    return ""


_BEFALLS = frozenset({"die", "perish"})
"""Verbs whose subject is whom it is done to."""


def _quantifiers(tokens: list[Token], taken: list[tuple[int, int]]) -> Iterator[str]:
    for token in tokens:
        beside = any(0 <= low - token.idx - len(token) <= 8 for low, _ in taken)
        if token.lower_ in QUANTIFIERS and not (beside and token.lower_ in _READ_WITH_NUMBERS):
            yield token.lower_


_SEQUELS = frozenset({"after", "following", "amid", "despite", "because", "due"})
"""What these add tells why or when, and narrows nothing."""


def _circumstances(tokens: list[Token], taken: list[tuple[int, int]]) -> Iterator[frozenset[str]]:
    """Yield the common nouns of prepositional phrases that hang on a verb; names, places and times narrow less."""
    for token in tokens:
        if token.dep_ != "pobj" or token.pos_ != "NOUN" or _within(token.idx, taken):
            continue
        if token.head.dep_ == "prep" and token.head.lower_ not in _SEQUELS and token.head.head.pos_ in ("VERB", "AUX"):
            yield keys_at(token)
