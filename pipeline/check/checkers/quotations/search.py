"""Quoted words: where they stand in an article, and where in a stored text, word for word or nearly so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.check.checkers.quotations.alignment import Alignment, align, house_style
from pipeline.check.checkers.quotations.words import STRETCH, Words, find_run, words_of
from pipeline.check.places import Stretches
from pipeline.core.caching import once_for_each
from pipeline.core.models import Article, Claim, Span

FEWEST_WORDS = 3
"""Fewer are a term, not a quotation."""
_PLAIN_WORDS = 6
"""From this many words on, chance is no explanation for the same words without quotation marks."""
_SIC = re.compile(r"\[sic\]", re.IGNORECASE)
_LETTER = re.compile(r"\[([A-Za-z])\](?=[a-z])")
_CUT = re.compile(r"\[[^\]]*\]|\([.…]+\)|…|\.\s?\.\s?\.")
_BETWEEN = re.compile(r"[,.!?—-]?(?:[”\"»]|'')(?P<gap>[^“”\"«»\n]{3,80}?)(?:[“\"«]|'')")
_SHORTEST_PIECE = 2
_LONGEST_CUT = 60
"""Words that may be left out between two pieces of one quotation."""
_LONGEST_NAME = 8
_REARRANGED = 3
"""Content words from which on the same ones in another order are the same quotation."""


def find_stretches(claim: Claim, article: Article) -> list[Span]:
    """Return the claim's quoted words in place, without the marks; single words are left out."""
    own = [*claim.spans, *([claim.attribution.content] if claim.attribution and claim.attribution.direct else [])]
    every = _stretches(article)
    found = list(
        dict.fromkeys(span for one in sorted(own, key=lambda span: span.start) for span in every.touching(one))
    )
    if not found and claim.attribution and claim.attribution.direct:
        found = [claim.attribution.content]
    return [span for span in found if len(words_of(span.exact).words) > 1]


@once_for_each
def _stretches(article: Article) -> Stretches:
    """Return everything in quotation marks, without the marks."""
    matches = ((match, match.lastgroup or "a") for match in STRETCH.finditer(article.text))
    return Stretches(
        Span.of(article.text, match.start(group), match.end(group)) for match, group in matches if match[group].strip()
    )


def find_words(quote: str, text: str) -> tuple[int, int] | None:
    """Return where quoted words stand, word for word, with cuts, brackets and a speaker's name between allowed.

    `…` stands for words left out of the same speech, `[sic]` for nothing, `[t]he` for a changed first letter, and
    other words in brackets for a few that the newspaper put right.
    """
    pieces = _pieces(quote)
    if not pieces:
        return None
    whole, undivided = words_of(text), _without_speakers(text)
    place = _in_order(pieces, whole)
    place = place if place or undivided is whole else _in_order(pieces, undivided)
    return place if place and (len(pieces) == 1 or not _crosses(text, place)) else None


@lru_cache(64)
def _pieces(quote: str) -> tuple[Words, ...]:
    """Return a quotation's parts between cuts; none where one is too short to be found."""
    quote = _LETTER.sub(r"\1", _SIC.sub(" ", quote))
    pieces = tuple(piece for piece in map(words_of, _CUT.split(quote)) if piece.words)
    short = len(pieces) > 1 and any(len(piece.words) < _SHORTEST_PIECE for piece in pieces)
    return () if short else pieces


def _crosses(text: str, place: tuple[int, int]) -> bool:
    """Tell whether a place holds the end of one answer of a transcript and the start of another."""
    return any(place[0] < label.start() < place[1] for label in _LABEL.finditer(text))


def _in_order(pieces: Sequence[Words], stored: Words) -> tuple[int, int] | None:
    runs: list[tuple[int, int]] = []
    for piece in pieces:
        run = find_run(piece, stored, runs[-1][1] if runs else 0)
        if run is None or (runs and run[0] - runs[-1][1] > _LONGEST_CUT):
            return None
        runs.append(run)
    return stored.place(runs[0][0], runs[-1][1])


@lru_cache(20_000)
def _without_speakers(text: str) -> Words:
    """Read a text as words without what stands between two parts of one quotation: `,” she said, “`."""
    gaps, stored = list(_gaps(text)), words_of(text)
    if not gaps:
        return stored
    return stored.pick(at for at, place in enumerate(stored.places) if not any(a <= place[0] < b for a, b in gaps))


def counts(text: str, place: tuple[int, int], length: int) -> bool:
    """Want the words between quotation marks; a long exact run proves itself, as in a transcript."""
    if length >= _PLAIN_WORDS or any(start <= place[0] and place[1] <= end for _, (start, end) in answers(text)):
        return True
    return any(match.start() < place[1] and place[0] < match.end() for match in STRETCH.finditer(text))


def find_nearly(quote: str, text: str) -> Alignment | None:
    """Return the words of one quotation or answer in a text that are nearest to quoted words, if half agree."""
    wanted = words_of(quote)
    if not _shares_half(wanted.content, text):
        return None
    found = [each for part in spoken(text) if (each := align(wanted, part.words)) is not None]
    return min(found, key=lambda each: (each.differing, -len(each.pairs)), default=None)


def _shares_half(content: frozenset[str], text: str) -> bool:
    return len(content & words_of(text).content) >= len(content) / 2


def find_rearranged(quote: str, text: str) -> Alignment | None:
    """Return the quotation in a text that holds all content words, in another order or with others between."""
    wanted = words_of(quote)
    content = wanted.content
    if len(content) < _REARRANGED or not content <= words_of(text).content:
        return None
    for part in spoken(text):
        if content <= part.words.content and len(part.words.words) <= 2 * len(wanted.words):
            return Alignment(wanted, part.words, ())
    return None


def same_but_for(quote: str, near: Alignment, *, in_full: bool) -> bool:
    """Tell whether words differ only in the way newspapers write them, with `in_full` also in short forms."""
    theirs = " ".join(near.theirs.words)
    return house_style(" ".join(words_of(quote).words), in_full=in_full) == house_style(theirs, in_full=in_full)


@dataclass(frozen=True)
class Spoken:
    """Somebody's words in a text: one quotation, with what its speaker's name parts, or one answer of a transcript."""

    words: Words
    label: str | None = None
    """Who speaks, where a transcript says it."""


@lru_cache(20_000)
def spoken(text: str) -> tuple[Spoken, ...]:
    """Return what a text holds of people's words."""
    stored = words_of(text)
    quotations = (Spoken(_inside(stored, places)) for places in _quotations(text))
    return (*quotations, *(Spoken(_inside(stored, [place]), label) for label, place in answers(text)))


def _quotations(text: str) -> list[list[tuple[int, int]]]:
    """Return where the parts of each quotation stand, without marks."""
    gaps = dict(_gaps(text))
    found: list[list[tuple[int, int]]] = []
    for match in STRETCH.finditer(text):
        place = match.span(match.lastgroup or "a")
        if found and gaps.get(found[-1][-1][1] + 1) == match.start():
            found[-1].append(place)
        else:
            found.append([place])
    return found


def _gaps(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a speaker's name parts a quotation: `,” she said, “`."""
    for match in _BETWEEN.finditer(text):
        if len(match["gap"].split()) <= _LONGEST_NAME:
            yield match.span("gap")


@lru_cache(20_000)
def answers(text: str) -> tuple[tuple[str, tuple[int, int]], ...]:
    """Return what follows each name of a transcript, as in `ANN LEE: We meet`."""
    labels = list(_LABEL.finditer(text))
    ends = [*(label.start() for label in labels[1:]), len(text)]
    return tuple(
        (label["name"], (label.end(), end))
        for label, end in zip(labels, ends, strict=False)
        if text[label.end()] not in '“"«„'
    )


_LABEL = re.compile(
    r"(?m)(?:^|(?<=[.?!”\"]\s))(?P<name>(?:[A-Z][\w.'’-]*|Q)(?:\s[A-Z][\w.'’-]*){0,4})(?:,\s[^:.“\"\n]{2,60})?:\s+(?=\S)"
)


def _inside(stored: Words, places: Sequence[tuple[int, int]]) -> Words:
    return stored.pick(at for at, place in enumerate(stored.places) if any(a <= place[0] < b for a, b in places))
