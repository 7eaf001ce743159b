"""The table of words behind the comparison of two sentences: `words.yaml`, loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache
from typing import Annotated

import Stemmer
from pydantic import Field

from pipeline.core.caching import once_for_each
from pipeline.core.tables import Table, Word, Words, read_table

Pair = Annotated[Words, Field(min_length=2, max_length=2)]
Line = Annotated[Words, Field(min_length=2)]


class Wordings(Table):
    """The hand-made table."""

    honorifics: Words
    inside: Words
    bodies: Words
    organisations: Words
    light: Words
    same: tuple[Line, ...]
    phrasal: dict[Word, Word]
    opposed: tuple[Pair, ...]
    shared_roles: Words
    shared_acts: Words
    grades: Words
    short: tuple[Line, ...]
    superlatives: Words

    @cached_property
    def meanings(self) -> dict[str, frozenset[str]]:
        """By stem, the lines of `same` it stands in."""
        return _lines_by_word(self.same, stem_of)

    @cached_property
    def many(self) -> frozenset[str]:
        """The stems of what many people are at once."""
        return frozenset(map(stem_of, self.shared_roles))

    @cached_property
    def acts(self) -> frozenset[str]:
        """The stems of what one may do as another does: who says a thing does not keep others from saying some."""
        stems = [stem_of(word) for word in self.shared_acts]
        return frozenset(stems).union(*(self.meanings.get(stem, ()) for stem in stems))

    @cached_property
    def first_names(self) -> dict[str, frozenset[str]]:
        """By first name, the lines of `short` it stands in."""
        return _lines_by_word(self.short, str)

    @cached_property
    def opposites(self) -> frozenset[Words]:
        """The pairs that exclude each other."""
        return frozenset(self.opposed)


def _lines_by_word(lines: Iterable[Iterable[str]], key: Callable[[str], str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for number, words in enumerate(lines):
        for word in words:
            found.setdefault(key(word), set()).add(f"={number}")
    return {word: frozenset(numbers) for word, numbers in found.items()}


@once_for_each
def wordings() -> Wordings:
    """Load the table once."""
    return read_table(__package__, "words.yaml", Wordings)


@lru_cache(50_000)
def stem_of(word: str) -> str:
    """Return the stem of a word in lower case."""
    return str(Stemmer.Stemmer("english").stemWord(word))  # a stemmer is no thread's to share, and cheap to make


def keys_of(lemma: str) -> frozenset[str]:
    """Return the stem of a common word with the meanings it shares with others."""
    stem = stem_of(lemma)
    return frozenset({stem}) | wordings().meanings.get(stem, frozenset())
