"""How much of an article is read: all of it, or what the time allows; and what is not, in words for the report."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from pipeline.check.sparing import spared, told_place
from pipeline.core.caching import once_for_same
from pipeline.core.english import load_syntax, parse_all, readable_lines, stretches_of, unread
from pipeline.core.models import Article, Entry, Span

_SHARE = 0.2
"""The share of the time left that parsing may take: finding claims and comparing them takes four times as long."""
_SAMPLE = 3_000
"""About how many characters are parsed to learn how fast this machine is now."""


def within_time(article: Article, deadline: float | None) -> Article:
    """Return an article as far as there is time to read it: whole, or its first paragraphs under the same id."""
    if deadline is None or len(article.text) <= _SAMPLE:
        return article
    load_syntax()
    sample = _sample(article)
    begun = time.perf_counter()
    parse_all(line for _, line in sample)
    a_character = (time.perf_counter() - begun) / max(1, sum(len(line) for _, line in sample))
    affordable = int((deadline - time.monotonic()) * _SHARE / a_character) if a_character else len(article.text)
    return _first_part(article, max(affordable, _SAMPLE))


def _sample(article: Article) -> list[tuple[int, str]]:
    lines = readable_lines(article.text)
    taken = next((n for n, (start, line) in enumerate(lines, 1) if start + len(line) >= _SAMPLE), len(lines))
    return list(lines[:taken])


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
