"""The parts of a statement that proof must find on the other side: numbers, names, words of content, quantifiers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.check.checkers.quantities.frames import Frame, find_frames
from pipeline.check.checkers.quantities.synonyms import describes, is_country, is_name, keys_at
from pipeline.core.english import find_dates, parse, readable_lines

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
    "all", "both", "most", "every", "each", "no", "none", "few", "fewer", "several", "many", "much", "half",
    "any", "some", "only", "neither", "either", "majority", "minority", "whole", "entire", "another", "other",
    "remaining", "rest", "more", "less", "least", "almost", "nearly", "just", "exactly", "alone", "together",
    "combined", "total", "average",
})  # fmt: skip
_READ_WITH_NUMBERS = frozenset({
    "some", "more", "less", "least", "almost", "nearly", "just", "exactly", "fewer", "most",
})  # fmt: skip
"""Quantifiers that the reader of a figure beside them takes into account."""
_DIRECTED = frozenset({
    "subject", "object", "to", "from", "for", "against", "with", "than", "between", "without", "before",
    "after", "over", "under", "above", "below", "despite", "until", "till", "since", "by", "into", "toward",
    "towards", "like", "as", "about",
})  # fmt: skip
"""Places in a clause that change what is said, so that a word has to stand in the same one."""
_RELATIVE = frozenset({"who", "which", "that"})
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
    event: bool
    """True for what befalls people, such as a storm, and for its name."""
    counted: bool
    """True for what stands between the number and the noun of a count: `250 full-time teachers`."""
    sequel: bool
    """True for what only tells why, or what came before: `after a profit warning`."""

    def meets(self, other: Part, *, toll: bool = False) -> bool:
        """Tell whether both are one word, or one meaning, in the same place; a toll has its cause in several places."""
        if not self.keys & other.keys:
            return False
        causes = _CAUSES if toll and self.event and other.event else frozenset()
        return any(_alike(one, two, causes) for one in self.slots for two in other.slots)


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


Region = tuple[int, int]


@lru_cache(1024)
def read_statement(text: str, regions: tuple[Region, ...], today: date | None) -> Statement:
    """Take apart the parts of a text that offsets bound; their words are read in the syntax of their line."""
    frames = tuple(f for f in find_frames(text, today) if _within(f.quantity.start, regions))
    low, high = min((low for low, _ in regions), default=0), max((high for _, high in regions), default=0)
    lines = (each for each in readable_lines(text) if each[0] <= low and high <= each[0] + len(each[1]))
    start, line = next(lines, (0, text))
    if line == text:
        return _read(text, regions, today, frames)
    here = tuple((low - start, high - start) for low, high in regions)
    local = tuple(f for f in find_frames(line, today) if _within(f.quantity.start, here))
    return replace(_read(line, here, today, local), frames=frames)


def _read(text: str, regions: tuple[Region, ...], today: date | None, frames: tuple[Frame, ...]) -> Statement:
    taken = [(f.quantity.start, f.quantity.end) for f in frames]
    taken += [(when.start, when.end) for when in find_dates(text, today)]
    doc = parse(text, entities=False)
    tokens = [token for token in doc if _within(token.idx, regions) and not token.is_space]
    counts = [(f.quantity.start, f.quantity.end) for f in frames if f.quantity.dimension == "count"]
    free = [token for token in tokens if not _within(token.idx, taken) or _narrows_count(token, counts)]
    numbers = (match for match in _NUMBER.finditer(text) if _touch(match, regions) and not _touch(match, taken))
    return Statement(
        parts=tuple(_parts(free, counts)),
        frames=frames,
        unread=tuple(match[0] for match in numbers),
        quantifiers=frozenset(_quantifiers(free, taken)),
        pronoun=any(_points_away(token) for token in tokens),
        circumstances=tuple(_circumstances(tokens, taken)),
    )


def _narrows_count(token: Token, counts: list[Region]) -> bool:
    """Tell whether a word stands between number and noun of a count: `250 full-time teachers`."""
    inside = any(low < token.idx and token.idx + len(token) < high for low, high in counts)
    return inside and token.pos_ in ("ADJ", "NOUN", "PROPN", "VERB", "ADV") and not token.like_num


def _within(offset: int, regions: Iterable[Region]) -> bool:
    return any(low <= offset < high for low, high in regions)


def _touch(match: re.Match[str], regions: Iterable[Region]) -> bool:
    return any(low < match.end() and match.start() < high for low, high in regions)


def _points_away(token: Token) -> bool:
    """Tell whether a word is a pronoun without its noun in the clause: `which` and `that` of a clause have one."""
    if token.lower_ not in PRONOUNS or token.pos_ != "PRON" or token.dep_ in ("poss", "mark", "det"):
        return False
    return not any(above.dep_ == "relcl" for above in (token.head, token.head.head)) or token.lower_ not in _RELATIVE


def _parts(tokens: list[Token], counts: list[Region]) -> Iterator[Part]:
    for token in tokens:
        content = token.pos_ in ("NOUN", "PROPN", "VERB", "ADJ", "ADV", "NUM") or is_name(token)
        if content and not token.is_punct and token.dep_ not in ("aux", "auxpass", "neg"):
            if token.lower_ in QUANTIFIERS or token.lower_ in _BOUNDS:
                continue
            slots, name = frozenset(_slots(token)), is_name(token)
            kind = describes(token) or _is_type(token)
            country, event, counted = is_country(token), _is_event(token), _narrows_count(token, counts)
            yield Part(token.text, keys_at(token), slots, name, kind, country, event, counted, _is_sequel(token))


_EVENTS = frozenset({
    "storm", "hurricane", "typhoon", "cyclone", "tornado", "quake", "earthquake", "tremor", "flood", "flooding",
    "landslide", "mudslide", "avalanche", "fire", "blaze", "wildfire", "explosion", "blast", "crash", "collision",
    "derailment", "attack", "bombing", "strike", "airstrike", "accident", "shooting", "collapse", "eruption",
    "tsunami", "heatwave", "outbreak", "epidemic", "stampede", "shipwreck", "disaster",
})  # fmt: skip


def _is_event(token: Token) -> bool:
    """Tell whether a word is a disaster or its name: `Typhoon Belinda`, `the storm`."""
    near = (token, *token.children, *((token.head,) if token.dep_ == "compound" else ()))
    return any(
        each.lemma_.lower() in _EVENTS for each in near if each == token or "compound" in (token.dep_, each.dep_)
    )


def _is_sequel(token: Token) -> bool:
    return any(above.dep_ == "prep" and above.lower_ in _SEQUELS for above in token.ancestors) or token.lower_ == "also"


_SETTLED = frozenset({
    "town", "city", "village", "province", "region", "state", "county", "district", "country", "island", "port",
})  # fmt: skip


def _is_type(token: Token) -> bool:
    """Read `the town of Holm`."""
    if token.pos_ != "NOUN" or token.lemma_.lower() not in _SETTLED:
        return False
    return any(
        name.dep_ == "pobj" and is_name(name) for of in token.children if of.lower_ == "of" for name in of.children
    )


_BOUNDS = frozenset(
    {"about", "at", "around", "roughly", "approximately", "precisely", "over", "up", "estimated", "circa"}
)


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


_BESIDE = re.compile(r"\s(?:than\s|of\s|the\s|as\s)?")


def _quantifiers(tokens: list[Token], taken: list[Region]) -> Iterator[str]:
    for token in tokens:
        beside = any(_BESIDE.fullmatch(token.doc.text[token.idx + len(token) : low]) for low, _ in taken)
        if token.lower_ in QUANTIFIERS and not (beside and token.lower_ in _READ_WITH_NUMBERS):
            yield token.lower_


_SEQUELS = frozenset({"after", "following", "amid", "despite", "because", "due"})
"""What these add tells why or when, and narrows nothing."""


def _circumstances(tokens: list[Token], taken: list[Region]) -> Iterator[frozenset[str]]:
    """Yield the common nouns of prepositional phrases that hang on a verb; names, places and times narrow less."""
    for token in tokens:
        if token.dep_ != "pobj" or token.pos_ != "NOUN" or _within(token.idx, taken):
            continue
        if token.head.dep_ == "prep" and token.head.lower_ not in _SEQUELS and token.head.head.pos_ in ("VERB", "AUX"):
            yield keys_at(token)
