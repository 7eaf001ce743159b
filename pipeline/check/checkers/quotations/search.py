"""Quoted words as words: where they stand in an article, and where in a stored text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from pipeline.core.models import Article, Claim, Passage, Span

_FEWEST_WORDS = 3
"""Fewer are a term, not a quotation."""
_PLAIN_WORDS = 6
"""From this many words on, chance is no explanation for the same words without quotation marks."""
_LOOSE_WORDS = 5
"""Content words below which a loose match says nothing: short phrases resemble each other."""
_LOOSE_SHARE = 0.75
"""Of the content words, in order and on both sides: quoting errors change a word or two, paraphrases most of them."""
STRETCH = re.compile(r"[“„«](?P<a>[^“”„«»\n]+)[”“»]|\"(?P<b>[^\"\n]+)\"|(?<!\w)‘(?P<c>[^‘\n]+?)’(?!\w)")
WORD = re.compile(r"\w+(?:['’]\w+)*")

_OUR = re.compile(r"our(?P<end>s|ed|ing|able|ite|ites)?$")
_ISE = re.compile(r"is(?P<end>e|es|ed|ing|ation|ations)$")
_SIC = re.compile(r"\[sic\]", re.IGNORECASE)
_LETTER = re.compile(r"\[([A-Za-z])\](?=[a-z])")
_CUT = re.compile(r"\[[^\]]*\]|\([.…]+\)|…|\.\s?\.\s?\.")
_BETWEEN = re.compile(r"[,.!?—-]?[”\"»](?P<gap>[^“”\"«»\n]{3,80}?)[“\"«]")
_SHORTEST_PIECE = 2
_LONGEST_CUT = 300
"""Characters that may be left out between two pieces of one quotation."""
_LONGEST_NAME = 8


@dataclass(frozen=True)
class Words:
    """A text as words, for searching; `joined` holds them in one spelling with a blank around each."""

    words: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    joined: str

    def find(self, wanted: Sequence[str], after: int = 0) -> tuple[int, int] | None:
        """Return where a run of words stands in the text, behind an offset."""
        run = " ".join(map(_spelling, wanted))
        at = self.joined.find(f" {run} ")
        while at >= 0:
            place = self.place(at, at + len(run) + 1)
            if place[0] >= after:
                return place
            at = self.joined.find(f" {run} ", at + 1)
        return None

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Turn offsets in `joined` into offsets in the text."""
        first = self.joined.count(" ", 0, start + 1) - 1
        last = max(first, self.joined.count(" ", 0, max(end, 1)) - 1)
        return self.places[max(0, first)][0], self.places[min(last, len(self.places) - 1)][1]


def find_stretches(claim: Claim, article: Article) -> list[Span]:
    """Return the claim's quoted words in place, without the marks; terms of one or two words are left out."""
    own = [*claim.spans, *([claim.attribution.content] if claim.attribution and claim.attribution.direct else [])]
    found = []
    for match in STRETCH.finditer(article.text):
        group = match.lastgroup or "a"
        span = Span.of(article.text, match.start(group), match.end(group)) if match[group].strip() else None
        if span and any(span.overlap(other) for other in own):
            found.append(span)
    if not found and claim.attribution and claim.attribution.direct:
        found = [claim.attribution.content]
    return [span for span in found if len(words_of(span.exact).words) >= _FEWEST_WORDS]


@lru_cache(20_000)
def words_of(text: str) -> Words:
    """Read a text as words: case, punctuation and kinds of apostrophe aside; a stored passage is read once."""
    return _read(text)


def _read(text: str) -> Words:
    matches = list(WORD.finditer(text))
    words = tuple(match[0].lower().replace("’", "'") for match in matches)
    return Words(words, tuple(match.span() for match in matches), _join(words))


def _join(words: Sequence[str]) -> str:
    return f" {' '.join(map(_spelling, words))} "


@lru_cache(50_000)
def _spelling(word: str) -> str:
    """Return a word in one of its two English spellings."""
    if len(word) < 6:
        return word
    return _ISE.sub(r"iz\g<end>", _OUR.sub(r"or\g<end>", word))


def find_words(quote: str, text: str) -> tuple[int, int] | None:
    """Return where quoted words stand, word for word, with cuts, brackets and a speaker's name between allowed.

    `…` stands for words left out of the same speech, `[sic]` for nothing, `[t]he` for a changed first letter, and
    other words in brackets for a few that the newspaper put right.
    """
    quote = _LETTER.sub(r"\1", _SIC.sub(" ", quote))
    pieces = [words_of(piece).words for piece in _CUT.split(quote)]
    pieces = [piece for piece in pieces if piece]
    if not pieces or (len(pieces) > 1 and any(len(piece) < _SHORTEST_PIECE for piece in pieces)):
        return None
    whole, undivided = words_of(text), _without_speakers(text)
    place = _in_order(pieces, whole)
    return place if place or undivided is whole else _in_order(pieces, undivided)


def _in_order(pieces: list[tuple[str, ...]], stored: Words) -> tuple[int, int] | None:
    places: list[tuple[int, int]] = []
    for piece in pieces:
        place = stored.find(piece, places[-1][1] if places else 0)
        if place is None or (places and place[0] - places[-1][1] > _LONGEST_CUT):
            return None
        places.append(place)
    return places[0][0], places[-1][1]


@lru_cache(20_000)
def _without_speakers(text: str) -> Words:
    """Read a text as words without what stands between two parts of one quotation: `,” she said, “`."""
    gaps = [match.span("gap") for match in _BETWEEN.finditer(text) if len(match["gap"].split()) <= _LONGEST_NAME]
    stored = words_of(text)
    if not gaps:
        return stored
    kept = [
        (word, place)
        for word, place in zip(stored.words, stored.places, strict=True)
        if not any(start <= place[0] < end for start, end in gaps)
    ]
    words = tuple(word for word, _ in kept)
    return Words(words, tuple(place for _, place in kept), _join(words))


def is_own(passage: Passage, article: Article) -> bool:
    """Tell whether a passage is the article, a copy of it, or its publisher's own."""
    if article.url and passage.source_url == article.url:
        return True
    if article.publisher and passage.publisher and article.publisher.casefold() == passage.publisher.casefold():
        return True
    return _reproduces(passage.text, article.text)


@lru_cache(20_000)
def _reproduces(passage: str, article: str) -> bool:
    """Tell whether most of what a passage says besides quotations stands in the article word for word."""
    whole = words_of(article).joined
    pieces = [_read(piece).words for piece in re.split(r"[.!?\n]+\s", STRETCH.sub(". ", passage))]
    pieces = [piece for piece in pieces if len(piece) >= 4]
    total = sum(len(piece) for piece in pieces)
    copied = sum(len(piece) for piece in pieces if f" {' '.join(piece)} " in whole)
    return total >= 8 and copied >= 0.6 * total


def find_loosely(wanted: Words, text: str) -> tuple[int, int] | None:
    """Return where nearly all content words stand in the same order."""
    content = _content(wanted.words)
    stored = words_of(text)
    if len(content) < _LOOSE_WORDS or len(set(content) & set(stored.words)) < _LOOSE_SHARE * len(set(content)):
        return None
    aligned = fuzz.partial_ratio_alignment(wanted.joined.strip(), stored.joined)
    if aligned is None:
        return None
    start, end = stored.place(aligned.dest_start, aligned.dest_end)
    there = _content(words_of(text[start:end]).words)
    common = LCSseq.similarity(content, there)
    if common >= _LOOSE_SHARE * max(len(content), len(there)):
        return start, end
    return _rearranged(content, text)


def _rearranged(content: list[str], text: str) -> tuple[int, int] | None:
    """Return the quotation that holds all content words, in another order or with a sentence between."""
    for match in STRETCH.finditer(text):
        place = match.span(match.lastgroup or "a")
        there = _content(words_of(text[place[0] : place[1]]).words)
        if set(content) <= set(there) and len(there) <= 2 * len(content):
            return place
    return None


def _content(words: Sequence[str]) -> list[str]:
    return [word for word in words if len(word) > 3]


def counts(text: str, place: tuple[int, int], exact: bool, length: int) -> bool:
    """Want the words between quotation marks; a long exact run proves itself, as in a transcript."""
    inside = any(match.start() < place[1] and place[0] < match.end() for match in STRETCH.finditer(text))
    return inside or (exact and length >= _PLAIN_WORDS)
