"""Which passages and which of their sentences a claim may be held against, cheapest test first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipeline.check.assertions import is_about_untruth
from pipeline.check.comparison.reading import Reading, read_sentence
from pipeline.check.comparison.table import stem_of, wordings
from pipeline.check.quoted import quoted_regions
from pipeline.core.english import parsed_sentences
from pipeline.core.models import Passage

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_DOUBT = re.compile(
    r"\b(?:rumou?r\w*|reportedly|alleg\w+|might|whether|unless|if|claim|claims|claimed|claiming|boast\w*|insist\w*|advertis\w+|den(?:y|ies|ied))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class SourceSentence:
    """A sentence of a passage that may be compared."""

    passage: Passage
    reading: Reading
    beside: tuple[Reading, ...]
    """The sentences before and after it."""


@lru_cache(4096)
def bag(text: str) -> frozenset[str]:
    """Return the stems of a text's words that say something of its topic; those with a capital are marked."""
    found = set()
    for match in _WORD.finditer(text):
        word = match[0].casefold().removesuffix("'s").removesuffix("’s")
        if len(word) > 2 and word not in wordings().light:
            found.add(("^" if match[0][0].isupper() else "") + stem_of(word))
    return frozenset(found)


def nearness(one: frozenset[str], two: frozenset[str]) -> float:
    """Return how much two bags share: names count twice."""
    shared = one & two
    return sum(2.0 if word[0] == "^" else 1.0 for word in shared)


@lru_cache(2048)
def source_sentences(passage: Passage) -> tuple[SourceSentence, ...]:
    """Return the sentences of a passage that tell what is, in order; none of a passage about an untruth.

    What somebody says is kept, because a reader sees who says it; questions, doubts and labels of fact-checks are not.
    """
    if is_about_untruth(passage.text):
        return ()
    today = passage.published_at
    readings = tuple(read_sentence(each.tokens, each.line_start, today) for each in parsed_sentences(passage.text))
    return tuple(
        SourceSentence(passage, reading, tuple(readings[max(0, at - 1) : at] + readings[at + 1 : at + 2]))
        for at, reading in enumerate(readings)
        if _tells(reading.text)
    )


def _tells(sentence: str) -> bool:
    bare = "".join(_outside(sentence))
    return not bare.rstrip("\"”’') ").endswith("?") and not _DOUBT.search(bare)


def _outside(text: str) -> Iterator[str]:
    at = 0
    for start, end in quoted_regions(text):
        yield text[at:start]
        at = max(at, end)
    yield text[at:]
