"""How much of an article is read: all of it, or what the time allows; and what is not, in words for the report."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence, Sized
from typing import TypeVar

from pipeline.check.sparing import spared, told_place
from pipeline.core.caching import once_for_same
from pipeline.core.clock import time_limit
from pipeline.core.english import load_syntax, readable_lines, stretches_of, unread
from pipeline.core.errors import BudgetSpent
from pipeline.core.models import Article, Entry, Span

_SHARE = 0.5
"""The share of the time left that finding claims may take; judging them has the rest."""
_LEAST = 1_500
"""About how many characters are read however late it is: a paragraph, or there would be nothing to tell of."""
_SLOWEST, _FASTEST, _SAFE = 2, 8, 0.8
"""How many times as much is read next: as the speed so far allows, with some room, within bounds."""

Found = TypeVar("Found", bound=Sized)


def read_in_time(article: Article, deadline: float | None, find: Callable[[Article], Found]) -> tuple[Article, Found]:
    """Return an article as far as there is time to read it, and what is found in that.

    That is all of it, or its first paragraphs under the same id: more and more of them are read while there is time,
    and what is not done when time is up counts as not read. Something is found however late it is.
    """
    if deadline is None or len(article.text) <= _LEAST:
        return article, find(article)
    load_syntax()
    begun = time.monotonic()
    end = begun + _SHARE * (deadline - begun)
    length = _LEAST
    read = _first_part(article, length)
    found = find(read)
    while read is not article and not (found and time.monotonic() > end):
        took, begun = time.monotonic() - begun, time.monotonic()
        length = int(length * min(_FASTEST, max(_SLOWEST, _SAFE * (end - begun) / max(took, 0.001))))
        more = _first_part(article, length) if length < len(article.text) else article
        try:
            with time_limit(end if found else math.inf):
                read, found = more, find(more)
        except BudgetSpent:
            break
    return read, found


def _first_part(article: Article, length: int) -> Article:
    """Return the lines of an article that begin before a length; at least one."""
    kept = [start + len(line) for start, line in readable_lines(article.text) if start + len(line) <= length]
    end = kept[-1] if kept else length
    if not article.text[end:].strip():
        return article
    kept_spans = {
        "headings": tuple(heading for heading in article.headings if heading.span.end <= end),
        "corrections": tuple(span for span in article.corrections if span.end <= end),
        "entries": tuple(_cut(entry, article, end) for entry in article.entries if entry.span.start < end),
    }
    return article.model_copy(update={"text": article.text[:end], **kept_spans})


def _cut(entry: Entry, article: Article, end: int) -> Entry:
    """Return an entry as far as it is read: what is read of it keeps its day."""
    span = entry.span
    return entry if span.end <= end else entry.model_copy(update={"span": Span.of(article.text, span.start, end)})


@once_for_same
def unreached(article: Article, read: Article) -> tuple[Span, ...]:
    """Return the sentences of an article behind what was read of it, by their marks: nothing there was parsed."""
    if read is article:
        return ()
    end = len(read.text)
    return tuple(Span.of(article.text, end + start, end + stop) for start, stop in stretches_of(article.text[end:]))


def left_out(read: Article, behind: Sequence[Span]) -> Iterator[str]:
    """Yield in a line each, for the report, what was not read: behind what was, and inside it."""
    if behind:
        yield (
            f"not read, because the cap in seconds left no time for it: {len(behind)} sentences, from "
            f"{told_place(behind[0])} on; give more seconds, or the article in parts"
        )
    if long := unread(read):
        yield (
            f"not read, because nobody writes so long a sentence (more than 1,000 characters): {len(long)}, the first "
            f"from {told_place(long[0])} on"
        )
    if failed := spared(read):
        yield (
            f"left out of some checks, because factnotes met an error in it: {len(failed)} places, the first at "
            f"{told_place(failed[0])}; the log tells more"
        )
