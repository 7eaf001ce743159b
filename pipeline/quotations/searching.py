"""Quoted words as words: where they stand in an article, and where in a stored text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from pipeline.models import Article, Claim, Passage, Span

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


@dataclass(frozen=True)
class Words:
    """A text as words, for searching; `joined` holds them with a blank around each."""

    words: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    joined: str

    def find(self, wanted: Sequence[str]) -> tuple[int, int] | None:
        """Return where a run of words stands in the text."""
        at = self.joined.find(f" {' '.join(wanted)} ")
        return self.place(at, at + len(" ".join(wanted)) + 1) if at >= 0 else None

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
    """Read a text as words: case, punctuation and kinds of apostrophe aside."""
    matches = list(WORD.finditer(text))
    words = tuple(match[0].lower().replace("’", "'") for match in matches)
    return Words(words, tuple(match.span() for match in matches), f" {' '.join(words)} ")


def is_own(passage: Passage, article: Article) -> bool:
    """Tell whether a passage is the article, a copy of it, or its publisher's own."""
    if article.url and passage.source_url == article.url:
        return True
    if article.publisher and passage.publisher and article.publisher.casefold() == passage.publisher.casefold():
        return True
    return _reproduces(passage.text, article.text)


def _reproduces(passage: str, article: str) -> bool:
    """Tell whether most of what a passage says besides quotations stands in the article word for word."""
    whole = words_of(article).joined
    pieces = [words_of(piece).words for piece in re.split(r"[.!?\n]+\s", STRETCH.sub(". ", passage))]
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
    return (start, end) if common >= _LOOSE_SHARE * max(len(content), len(there)) else None


def _content(words: Sequence[str]) -> list[str]:
    return [word for word in words if len(word) > 3]


def counts(text: str, place: tuple[int, int], exact: bool, length: int) -> bool:
    """Want the words between quotation marks; a long exact run proves itself, as in a transcript."""
    inside = any(match.start() < place[1] and place[0] < match.end() for match in STRETCH.finditer(text))
    return inside or (exact and length >= _PLAIN_WORDS)
