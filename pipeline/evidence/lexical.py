"""Lexical search: BM25 over passages, English stems and stop words, kept in memory.

BM25 (Robertson and Zaragoza 2009) in Lucene's variant, by bm25s. Fifteen thousand passages take
about a second to index, so nothing is kept on disk.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

import bm25s
import Stemmer
from bm25s.selection import topk
from bm25s.stopwords import STOPWORDS_EN

from pipeline.core.models import Passage

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it opens at debug, and a flow's handlers would print it

_K1, _B = 0.9, 0.4
"""Anserini's values (Yang, Fang and Lin 2017), made for short passages; better than 1.5 and 0.75 on the benchmark."""


def searchable_text(passage: Passage) -> str:
    """Return what is searched of a passage: its title, which often names what the text calls `it`, and its text.

    >>> searchable_text(Passage(text="It opened in May.", title="Harbour bridge"))
    'Harbour bridge. It opened in May.'
    """
    title = (passage.title or "").strip("[] ")
    return f"{title}. {passage.text}" if title else passage.text


class LexicalIndex:
    """BM25 over passages; safe to share between threads once made."""

    def __init__(self, passages: Iterable[Passage]) -> None:
        known = list(passages)
        self._ids = [passage.id for passage in known]
        self._bm25: bm25s.BM25 | None = None
        tokens = [_tokens(searchable_text(passage)) for passage in known]
        # bm25s refuses an index without a single word.
        if any(tokens):
            self._bm25 = bm25s.BM25(method="lucene", k1=_K1, b=_B)
            self._bm25.index(tokens, show_progress=False)

    def __len__(self) -> int:
        return len(self._ids)

    def query(self, text: str, limit: int) -> list[tuple[str, float]]:
        """Return the ids of the passages that share words with a text, best first, with their BM25 scores."""
        words = _tokens(text)
        if self._bm25 is None or not words:
            return []
        # The steps of `BM25.retrieve` for one query, without the progress bars it makes even where none is shown.
        scores, rows = topk(self._bm25.get_scores(words), k=min(limit, len(self._ids)))
        return [(self._ids[row], float(score)) for row, score in zip(rows, scores, strict=True) if score > 0]


_WORD = re.compile(r"\b\w\w+\b")
_STOP_WORDS = frozenset(STOPWORDS_EN)


def _tokens(text: str) -> list[str]:
    """Return the stems of a text's words, as `bm25s.tokenize` does."""
    words = [word for word in _WORD.findall(text.lower()) if word not in _STOP_WORDS]
    return list(Stemmer.Stemmer("english").stemWords(words))  # a stemmer is no thread's to share, and cheap to make
