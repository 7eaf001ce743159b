"""Lexical search: BM25 over passages, English stems and stop words, kept in an SQLite file or in memory.

BM25 (Robertson and Zaragoza 2009) in Lucene's variant. What a query needs of the file is read and nothing else: the
lists of its words, so neither opening nor memory grows with the passages. SQLite's own full-text search was measured
first: it knows only other parameters, which rank worse, and took four times as long among 50,000 passages.
"""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy
import numpy.typing
import Stemmer
from bm25s.stopwords import STOPWORDS_EN

from pipeline.core.models import Passage
from pipeline.evidence.inverted_index import InvertedIndex, Lists

_K1, _B = 0.9, 0.4
"""Anserini's values (Yang, Fang and Lin 2017), made for short passages; better than 1.5 and 0.75 on the benchmark."""


class WordMatch(NamedTuple):
    """A passage that shares words with a text."""

    id: str
    score: float
    """BM25."""
    beside: float
    """The share of the text's neighbouring words that are neighbours here too, each pair by its commoner word."""


def searchable_text(passage: Passage) -> str:
    """Return what is searched of a passage: its title, which often names what the text calls `it`, and its text.

    >>> searchable_text(Passage(text="It opened in May.", title="Harbour bridge"))
    'Harbour bridge. It opened in May.'
    """
    title = (passage.title or "").strip("[] ")
    return f"{title}. {passage.text}" if title else passage.text


class LexicalIndex:
    """BM25 over passages in a file, or in memory without one; safe to share between threads. Raises StoreError."""

    def __init__(self, passages: Iterable[Passage] = (), path: Path | None = None) -> None:
        self._file = InvertedIndex(path)
        self.add(passages)

    def __len__(self) -> int:
        return self._file.size()[0]

    @property
    def snapshot(self) -> str | None:
        """What was written with `settle` after the last change; None where a change was cut short."""
        return self._file.snapshot()

    def ids(self) -> frozenset[str]:
        """Return the ids of all passages."""
        return self._file.ids()

    def add(self, passages: Iterable[Passage]) -> None:
        """Take passages in, all or none; those that are there stay as they are."""
        self._file.add((passage.id, _tokens(searchable_text(passage))) for passage in passages)

    def remove(self, ids: Iterable[str]) -> None:
        """Forget passages; ids that are not there are ignored."""
        self._file.remove(ids)

    def settle(self, snapshot: str) -> None:
        """Note what the passages in it are the whole of."""
        self._file.settle(snapshot)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def query(self, text: str, limit: int, also: Sequence[str] = ()) -> list[WordMatch]:
        """Return the passages that share words with a text, best first: so many, and those of `also` among them."""
        return query_all([self], text, limit, also)


class JoinedWords:
    """Several indexes searched as one: a word is as rare as it is in all of them together."""

    def __init__(self, parts: Sequence[LexicalIndex]) -> None:
        self._parts = tuple(parts)

    def query(self, text: str, limit: int, also: Sequence[str] = ()) -> list[WordMatch]:
        """Return the best of every part, each id once, best first, and those of `also`."""
        return query_all(self._parts, text, limit, also)


def joined_with(words: LexicalIndex | JoinedWords, passages: Iterable[Passage]) -> JoinedWords:
    """Return a search among what is indexed and a few passages beside it."""
    parts = words._parts if isinstance(words, JoinedWords) else (words,)
    return JoinedWords((*parts, LexicalIndex(passages)))


def query_all(parts: Sequence[LexicalIndex], text: str, limit: int, also: Sequence[str]) -> list[WordMatch]:
    """Search several indexes with common statistics."""
    stems = _tokens(text)
    sizes = [part._file.size() for part in parts]
    count, length = sum(size[0] for size in sizes), sum(size[1] for size in sizes)
    if not stems or not count:
        return []
    lists = [part._file.lists(list(dict.fromkeys(stems))) for part in parts]
    rarity = _rarities(stems, lists, count)
    found: dict[str, WordMatch] = {}
    for part, each in zip(parts, lists, strict=True):
        scores = _scores(stems, each, rarity, length / count)
        for match in _best(part, scores, stems, rarity, limit, also):
            found.setdefault(match.id, match)
    ranked = sorted(found.values(), key=lambda match: -match.score)
    wanted = set(also)
    return ranked[:limit] + [match for match in ranked[limit:] if match.id in wanted]


def _rarities(stems: Sequence[str], lists: Sequence[Mapping[str, Lists]], count: int) -> dict[str, float]:
    """Return the inverse document frequency of each stem that is anywhere."""
    known = {stem: sum(len(each[stem].rows) for each in lists if stem in each) for stem in dict.fromkeys(stems)}
    return {stem: math.log(1 + (count - n + 0.5) / (n + 0.5)) for stem, n in known.items() if n}


def _scores(
    stems: Sequence[str], lists: Mapping[str, Lists], rarity: Mapping[str, float], mean: float
) -> numpy.typing.NDArray[numpy.float32]:
    last = max((int(each.rows.max()) for each in lists.values()), default=0)
    scores = numpy.zeros(last + 1, dtype=numpy.float32)
    for stem in stems:
        if stem in lists:
            rows, counts, lengths = lists[stem]
            often = counts.astype(numpy.float32)
            scores[rows] += rarity[stem] * often / (often + _K1 * (1 - _B + _B * lengths / mean))
    return scores


def _best(
    part: LexicalIndex,
    scores: numpy.typing.NDArray[numpy.float32],
    stems: Sequence[str],
    rarity: Mapping[str, float],
    limit: int,
    also: Sequence[str],
) -> list[WordMatch]:
    rows = numpy.flatnonzero(scores)
    if len(rows) > limit:
        rows = rows[numpy.argpartition(-scores[rows], limit - 1)[:limit]]
    wanted = {*rows.tolist(), *(row for row in part._file.rows_of(also) if row < len(scores))}
    pairs = {pair: min(rarity.get(stem, 0.0) for stem in pair) for pair in pairwise(stems)}
    whole = sum(pairs.values()) or 1.0
    return [
        WordMatch(id_, float(scores[row]), sum(pairs[each] for each in pairs.keys() & pairwise(words)) / whole)
        for row, id_, words in part._file.texts(wanted)
        if scores[row] > 0
    ]


_WORD = re.compile(r"\b\w\w+\b")
_STOP_WORDS = frozenset(STOPWORDS_EN)
_kept = threading.local()


def _tokens(text: str) -> list[str]:
    """Return the stems of a text's words, as `bm25s.tokenize` does."""
    stemmer = getattr(_kept, "stemmer", None)  # it is no thread's to share
    if stemmer is None:
        stemmer = _kept.stemmer = Stemmer.Stemmer("english")
    return list(stemmer.stemWords([word for word in _WORD.findall(text.lower()) if word not in _STOP_WORDS]))
