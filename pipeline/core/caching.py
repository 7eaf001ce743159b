"""What many claims ask for and is slow to work out: of a whole article, or a table that is read from a file."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition
from typing import ParamSpec, TypeVar

from cachetools import LRUCache, cached

_KEPT = 32
"""More articles than are checked at once, or each claim would work it out again."""

Asked = ParamSpec("Asked")
Found = TypeVar("Found")


def once_for_each(function: Callable[Asked, Found]) -> Callable[Asked, Found]:
    """Keep what a function returns for each of the last articles; threads that ask for the same wait for the first.

    `functools.lru_cache` would let each of them work it out. The function must not ask itself for the same again.

    >>> once_for_each(len)("An article")
    10
    """
    kept: Callable[Asked, Found] = cached(LRUCache(_KEPT), condition=Condition())(function)
    return kept


def once_for_same(function: Callable[Asked, Found]) -> Callable[Asked, Found]:
    """Keep what a function returns for the last arguments that are the very same objects, which are kept alive.

    A tuple of all claims of an article is not compared with itself for each claim.

    >>> claims = ("one", "two")
    >>> once_for_same(len)(claims)
    2
    """

    def with_arguments(*args: Asked.args, **kwargs: Asked.kwargs) -> tuple[object, Found]:
        return (args, kwargs), function(*args, **kwargs)

    def same(*args: object, **kwargs: object) -> tuple[object, ...]:
        return (*map(id, args), *((name, id(value)) for name, value in sorted(kwargs.items())))

    kept = cached(LRUCache(_KEPT), key=same, condition=Condition())(with_arguments)

    def of_same(*args: Asked.args, **kwargs: Asked.kwargs) -> Found:
        found: Found = kept(*args, **kwargs)[1]
        return found

    return of_same
