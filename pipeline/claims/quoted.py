"""Find words in quotation marks, before any syntax: marks are surer than parses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipeline.models import Article, Span

_CLOSERS = {"“": "”", "„": "“”", "«": "»", '"': '"'}
_SINGLE_CLOSER = re.compile(r"(?<=[,.?!…])’(?!\w)|(?<=\w)’(?![\w’])")
_WORD = re.compile(r"\w+(?:['’.-]\w+)*")
TERM_WORDS = 2
"""Up to this many quoted words inside a sentence are a term or a scare quote, not a quotation."""


@dataclass(frozen=True)
class Quoted:
    """Words in quotation marks, marks included."""

    span: Span
    closed: bool
    """False where the paragraph ends first: such a quotation goes on in the next paragraph."""

    @property
    def words(self) -> int:
        """How many words stand between the marks."""
        return len(_WORD.findall(self.span.exact))

    @property
    def inner(self) -> str:
        """The words without the marks."""
        return self.span.exact[1 : -1 if self.closed else None].strip()


@lru_cache(8)
def quoted(article: Article) -> tuple[Quoted, ...]:
    """Return every outermost stretch in quotation marks, in order; none crosses a line."""
    found: list[Quoted] = []
    offset = 0
    for line in article.text.splitlines(keepends=True):
        for start, end, closed in _in_line(line.rstrip()):
            found.append(Quoted(Span.of(article.text, offset + start, offset + end), closed))
        offset += len(line)
    return tuple(found)


def _in_line(line: str) -> Iterator[tuple[int, int, bool]]:
    at = 0
    while at < len(line):
        if not _opens(line, at):
            at += 1
            continue
        end = _closing(line, at)
        if end is not None and end - at > 1:
            yield at, end + 1, True
            at = end
        elif end is None and at + 1 < len(line) and (line[at] == "“" or not line[:at].strip("‘ ")):
            yield at, len(line), False
            return
        at += 1


def _opens(line: str, at: int) -> bool:
    free_before = at == 0 or not line[at - 1].isalnum()
    free_after = at + 1 < len(line) and not line[at + 1].isspace()
    return free_before and free_after and (line[at] in _CLOSERS or line[at] == "‘")


def _closing(line: str, at: int) -> int | None:
    if line[at] == "‘":
        closers = list(_SINGLE_CLOSER.finditer(line, at + 1))
        sure = [m.start() for m in closers if line[m.start() - 1] in ",.?!…"]
        return sure[0] if sure else closers[0].start() if closers else None
    ends = [end for mark in _CLOSERS[line[at]] if (end := line.find(mark, at + 1)) >= 0]
    return min(ends, default=None)
