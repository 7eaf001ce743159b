"""The stored sources as one article's quotations are looked up in them: sorted once, used by every claim."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from threading import Condition

from cachetools import LRUCache, cached

from pipeline.check.checkers.quotations.words import STRETCH, find_run, read, words_of
from pipeline.core.models import Article, Passage

_KEPT = 8
"""More articles than are checked at once."""
_COPIED_SHARE = 0.6
_FEWEST_COPIED = 8
_SENTENCE = 4
"""Words that make a sentence worth comparing."""


class Shelf:
    """What may be searched for one article: nothing of its own."""

    def __init__(self, article: Article, passages: Sequence[Passage]) -> None:
        self.article = article
        self.given = passages
        self.passages = tuple(passage for passage in passages if not _is_own(passage, article))

    @cached_property
    def independent(self) -> tuple[Passage, ...]:
        """The passages that are no copies of the article."""
        return tuple(passage for passage in self.passages if not self.is_copy(passage))

    @cached_property
    def copies(self) -> tuple[Passage, ...]:
        """The passages that are copies of the article."""
        return tuple(passage for passage in self.passages if self.is_copy(passage))

    def is_copy(self, passage: Passage) -> bool:
        """Tell whether a passage is a copy of the article."""
        return passage.id in self._copies

    @cached_property
    def _copies(self) -> frozenset[str]:
        content = words_of(self.article.text).content
        return frozenset(
            passage.id
            for passage in self.passages
            if len(words_of(passage.text).content & content) >= _COPIED_SHARE / 2 * len(words_of(passage.text).content)
            and _reproduces(passage.text, self.article.text)
        )


def _is_own(passage: Passage, article: Article) -> bool:
    """Tell whether a passage is the article itself, or of its own publisher."""
    if article.url and passage.source_url == article.url:
        return True
    publishers = article.publisher, passage.publisher
    return bool(all(publishers) and len({str(name).casefold() for name in publishers}) == 1)


def _reproduces(passage: str, article: str) -> bool:
    """Tell whether most of what a passage says besides quotations stands in the article word for word."""
    whole = words_of(article)
    pieces = [read(piece) for piece in re.split(r"[.!?\n]+\s", STRETCH.sub(". ", passage))]
    pieces = [piece for piece in pieces if len(piece.words) >= _SENTENCE]
    total = sum(len(piece.words) for piece in pieces)
    copied = sum(len(piece.words) for piece in pieces if find_run(piece, whole))
    return total >= _FEWEST_COPIED and copied >= _COPIED_SHARE * total


def _key(article: Article, passages: Sequence[Passage]) -> tuple[object, ...]:
    # A shelf holds what it was given, so no other sequence can have the same id as long as it is kept.
    return article.id, article.url, article.publisher, article.published_at, id(passages)


_made: Callable[[Article, Sequence[Passage]], Shelf] = cached(LRUCache(_KEPT), key=_key, condition=Condition())(Shelf)


def shelf_of(article: Article, passages: Sequence[Passage]) -> Shelf:
    """Return the shelf of an article; claims that ask for the same wait for the first."""
    return _made(article, passages)
