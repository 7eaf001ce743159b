"""The passages of a run: the store's, those given to it, or both; nothing is held in memory but what was asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial

from cachetools import LRUCache, cached

from pipeline.core.caching import once_for_each
from pipeline.core.errors import IndexMissing
from pipeline.core.models import Article, Passage
from pipeline.core.ports import Sources
from pipeline.evidence import ByWords, RunFiles, from_memory, split_text
from pipeline.store import Store, passages_by_id

_FEW = 2000
"""So many passages are looked through whole for an article's quotations; of more, those that share words with it."""
_PIECE, _NEAR = 300, 100
"""The article is compared in pieces of so many characters, each with so many passages."""
_ARTICLES = 8
"""More than are checked at once."""
ONLY_RECORDS = "The store holds office records and no evidence: only titles can be checked."


class Stock:
    """What a run searches; safe to share between threads. Raises IndexMissing where there is nothing at all."""

    def __init__(self, store: Store, run_files: RunFiles | None, *, asks: bool = False) -> None:
        """Look what there is; with `asks` there are outside sources to ask, whatever is stored."""
        self._store = store
        self._given = from_memory(run_files.passages) if run_files else None
        self.given: tuple[Passage, ...] = run_files.passages if run_files else ()
        self.stored = 0 if run_files and run_files.only else store.count_passages()
        """How many passages of the store are searched."""
        self.problems: tuple[str, ...] = ()
        """What a reader of the report must know of it."""
        if run_files is None and not self.stored and not asks:
            if not store.count_records():
                raise IndexMissing("there is no evidence index yet; build one with `factnotes index PATH...`")
            self.problems = (ONLY_RECORDS,)

    @property
    def count(self) -> int:
        """How many passages there are at most."""
        return self.stored + len(self.given)

    def everything(self) -> tuple[Passage, ...]:
        """Return all passages, in order of id: only where they are few."""
        ids = {passage.id for passage in self.given} | (self._store.passage_ids() if self.stored else set())
        return tuple(self.passages_of(sorted(ids)).values())

    def passages_of(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Return the passages of ids, in their order."""
        given = dict(self._given(ids)) if self._given else {}
        missing = [id_ for id_ in ids if id_ not in given] if self.stored else []
        found = given | passages_by_id(self._store, missing)
        return {id_: found[id_] for id_ in ids if id_ in found}


class SourcesByArticle:
    """Gives for an article the passages that its quotations are looked up in: all, or of many the near ones."""

    def __init__(self, stock: Stock, words: ByWords) -> None:
        self._stock, self._words = stock, words
        self._all = LazySources(stock.everything) if stock.count <= _FEW else None
        self._near = cached(LRUCache(_ARTICLES), key=_content, lock=threading.Lock())(self._near_to)

    def __call__(self, article: Article) -> Sources:
        """Return the sources for an article, the same for each of its claims."""
        return self._all or self._near(article)

    def _near_to(self, article: Article) -> Sources:
        return LazySources(partial(self._search, article))

    def _search(self, article: Article) -> tuple[Passage, ...]:
        ids: dict[str, None] = {}
        for piece in split_text(article.text, _PIECE):
            ids |= dict.fromkeys(match.id for match in self._words.query(piece, _NEAR))
        return tuple(self._stock.passages_of(sorted(ids)).values())


class LazySources:
    """Passages that are read when they are first asked for (implements `Sources`)."""

    def __init__(self, read: Callable[[], tuple[Passage, ...]]) -> None:
        self._read = once_for_each(read)

    def __len__(self) -> int:
        return len(self.passages())

    def __bool__(self) -> bool:
        return True

    def passages(self) -> tuple[Passage, ...]:
        """Return all passages, the same at each call."""
        return self._read()


def _content(article: Article) -> str:
    return article.id
