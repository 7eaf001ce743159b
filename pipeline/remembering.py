"""What is worked out of a whole article and asked for by each of its claims: once, whichever thread is first."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition
from typing import TypeVar

from cachetools import LRUCache, cached

_ARTICLES = 32
"""More than are checked at once, or each claim would work it out again."""

Whole = TypeVar("Whole")
Found = TypeVar("Found")


def once_for_each(function: Callable[[Whole], Found]) -> Callable[[Whole], Found]:
    """Keep what a function returns for each of the last articles; threads that ask for the same wait for the first.

    `functools.lru_cache` would let each of them work it out. The function must not ask itself for the same again.

    >>> once_for_each(len)("An article")
    10
    """
    kept: Callable[[Whole], Found] = cached(LRUCache(_ARTICLES), condition=Condition())(function)
    return kept
