"""One sentence that a reader fails on costs the others nothing: it is logged and told in the report."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from typing import TypeVar

from pipeline.core.caching import once_for_each
from pipeline.core.clock import look_at_clock
from pipeline.core.errors import FactnotesError
from pipeline.core.models import Article, Span
from pipeline.core.telemetry import get_log

_log = get_log("check")
_SHOWN = 60

Given = TypeVar("Given")
Read = TypeVar("Read")


@once_for_each
def _places(article: Article) -> dict[int, int]:
    """Return where an article's spared stretches begin and end; what reads the article fills it in."""
    return {}


@contextmanager
def sparing(article: Article, start: int, end: int) -> Generator[None, None, None]:
    """Let whatever reads a stretch of an article fail on it alone; our own errors, which mean something, go on.

    Raises BudgetSpent before it where the time for reading is up.
    """
    look_at_clock()
    try:
        yield
    except FactnotesError:
        raise
    except Exception as error:  # a bug met in one sentence must not cost the others theirs
        _log.error("sentence could not be read", start=start, exc_info=error)
        places = _places(article)
        places[start] = max(end, places.get(start, end))


def each_alone(
    read: Callable[[Given], Iterable[Read]], given: Iterable[Given], article: Article, place: Callable[[Given], Span]
) -> list[Read]:
    """Return what is read of each of many; one that cannot be read is left out."""
    found: list[Read] = []
    for one in given:
        span = place(one)
        with sparing(article, span.start, span.end):
            found.extend(read(one))
    return found


def spared(article: Article) -> tuple[Span, ...]:
    """Return the stretches of an article that some reader failed on, in order."""
    found = (Span.of(article.text, start, end) for start, end in sorted(_places(article).items()) if start < end)
    return tuple(found)


def told_place(span: Span) -> str:
    """Return where a stretch begins, for a reader: its character and its first words."""
    words = " ".join(span.exact[: 2 * _SHOWN].split())
    return f"character {span.start} (“{words[:_SHOWN]}{'…' if len(words) > _SHOWN else ''}”)"
