"""Texts as words: one spelling, one way to write, and where each word stands in the text as it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from spacy.lang.en.stop_words import STOP_WORDS

from pipeline.core.models import plain

_LETTERS = r"\w[\w\u0300-\u036f]*"
WORD = re.compile(rf"{_LETTERS}(?:['’]{_LETTERS})*|[&%]")
STRETCH = re.compile(
    r"“(?P<a>[^“”\n]+)”|„(?P<g>[^“”„\n]+)[“”]|«(?P<h>[^«»\n]+)»"
    r"|“(?P<e>[^“”\"\n]+)\"(?!\w)|(?<!\w)\"(?P<f>[^\"“”\n]+)”|\"(?P<b>[^\"\n]+)\""
    r"|''(?P<d>[^'\n][^\n]*?)''|(?<!\w)‘(?P<c>[^‘\n]+?)’(?!\w)"
)
"""Words between quotation marks in one line: of one kind, or opened with one and closed with another."""
_OUR = re.compile(r"our(?P<end>s|ed|ing|able|ite|ites)?$")
_ISE = re.compile(r"is(?P<end>e|es|ed|ing|ation|ations)$")
_SIGNS = {"&": "and", "%": "percent"}
_SPLIT = frozenset({("per", "cent")})
"""Words written in one or in two."""
_THOUSAND = re.compile(r"\d{3}(?!\d)")


@dataclass(frozen=True)
class Words:
    """A text as words, for searching; places are offsets in the text as it is."""

    words: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    soft: tuple[bool, ...]
    """For each word, whether it may be written together with the one before it, as after a hyphen."""

    @cached_property
    def letters(self) -> str:
        """The words in one spelling, written together: `thou-sand` is found as `thousand`."""
        return "".join(map(spelling, self.words))

    @cached_property
    def content(self) -> frozenset[str]:
        """The words that say what a text is about, in one spelling."""
        return frozenset(spelling(word) for word in self.words if is_content(word))

    @cached_property
    def starts(self) -> dict[int, int]:
        """Which word starts at an offset of the letters; the end counts as one more."""
        starts, at = {}, 0
        for number, word in enumerate((*self.words, "")):
            starts[at] = number
            at += len(spelling(word))
        return starts

    def part(self, first: int, after: int) -> Words:
        """Return some of the words."""
        return Words(self.words[first:after], self.places[first:after], self.soft[first:after])

    def pick(self, numbers: Iterable[int]) -> Words:
        """Return the words with some numbers."""
        kept = list(numbers)
        words, places = tuple(self.words[at] for at in kept), tuple(self.places[at] for at in kept)
        return Words(words, places, tuple(self.soft[at] for at in kept))

    def place(self, first: int, after: int) -> tuple[int, int]:
        """Return where a run of words starts and ends."""
        return self.places[first][0], self.places[after - 1][1]


def is_content(word: str) -> bool:
    """Tell whether a word says what a text is about."""
    return len(word) > 3 and word not in STOP_WORDS


@lru_cache(20_000)
def words_of(text: str) -> Words:
    """Read a text as words: case, punctuation and ways to write aside; a stored passage is read once."""
    return read(text)


def read(text: str) -> Words:
    """Read a text as words, and remember nothing."""
    typed, offsets = plain(text)
    words: list[str] = []
    places: list[tuple[int, int]] = []
    soft: list[bool] = []
    end = 0
    for match in WORD.finditer(typed):
        word = unicodedata.normalize("NFC", match[0]).lower().replace("’", "'")
        soft.append(bool(words) and _is_soft(words[-1], typed[end : match.start()], typed, match))
        words.append(_SIGNS.get(word, word))
        places.append((offsets[match.start()], offsets[match.end() - 1] + 1))
        end = match.end()
    return Words(tuple(words), tuple(places), tuple(soft))


def _is_soft(before: str, between: str, typed: str, match: re.Match[str]) -> bool:
    if between == "-":
        return True
    if between == ",":
        return before.isdigit() and _THOUSAND.match(typed, match.start()) is not None
    letters = between == "." and len(before) == 1 and len(match[0]) == 1
    return letters and before.isalpha() and match[0].isalpha()


@lru_cache(50_000)
def spelling(word: str) -> str:
    """Return a word in one of its two English spellings."""
    if len(word) < 6:
        return word
    return _ISE.sub(r"iz\g<end>", _OUR.sub(r"or\g<end>", word))


def find_run(wanted: Words, stored: Words, after: int = 0) -> tuple[int, int] | None:
    """Return first and last+1 of the stored words that are the wanted ones, from a word on."""
    run = wanted.letters
    at = stored.letters.find(run) if run else -1
    while at >= 0:
        first, last = stored.starts.get(at), stored.starts.get(at + len(run))
        if first is not None and last is not None and first >= after and _same_joints(wanted, stored, first, last):
            return first, last
        at = stored.letters.find(run, at + 1)
    return None


def _same_joints(wanted: Words, stored: Words, first: int, last: int) -> bool:
    """Tell whether two ways to cut the same letters into words differ only at hyphens and the like."""
    if last - first == len(wanted.words) and wanted.words == stored.words[first:last]:
        return True
    here, there = _joints(wanted), _joints(stored.part(first, last))
    return all((here | there)[at] for at in here.keys() ^ there.keys())


def _joints(words: Words) -> dict[int, bool]:
    """Return where words begin, the first aside, and whether they could be written together there."""
    joints, at = {}, 0
    for number, word in enumerate(words.words):
        if number:
            joints[at] = words.soft[number] or (words.words[number - 1], word) in _SPLIT
        at += len(spelling(word))
    return joints
