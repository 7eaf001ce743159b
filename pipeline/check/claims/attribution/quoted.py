"""Find words in quotation marks, before any syntax: marks are surer than parses."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.core.caching import once_for_each
from pipeline.core.english import readable_lines
from pipeline.core.models import Article, Span

_CLOSERS = {"“": "”", "„": "“”", "«": "»", '"': '"'}
_PAIRS = ("''", "``")
_SINGLE_CLOSER = re.compile(r"(?<=[,.?!…])’(?!\w)|(?<=\w)’(?![\w’])")
_STRAIGHT = re.compile(r'(?P<closing>(?<=[^\s("“])"(?!\w))|"')
_CURLY = re.compile("[“”]")
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
        return self.span.exact[self.mark : -self.mark if self.closed else None].strip()

    @property
    def ending(self) -> str:
        """The words without the marks that close them, or words quoted inside: `he said ‘no,’”` ends in a comma."""
        return self.inner.rstrip("’'”\"")

    @property
    def mark(self) -> int:
        """How many characters a quotation mark has."""
        return 2 if self.span.exact.startswith(_PAIRS) else 1


@once_for_each
def quoted(article: Article) -> tuple[Quoted, ...]:
    """Return every outermost stretch in quotation marks, in order; none crosses a line."""
    return tuple(
        Quoted(Span.of(article.text, offset + start, offset + end), closed)
        for offset, line in readable_lines(article.text)
        for start, end, closed in _in_line(line)
    )


@once_for_each
def _ends(article: Article) -> tuple[int, ...]:
    return tuple(each.span.end for each in quoted(article))


def quoted_near(article: Article, start: int, end: int) -> tuple[Quoted, ...]:
    """Return the quotations that a stretch touches, or comes near by the length of a mark."""
    every = quoted(article)
    first = bisect_left(_ends(article), start - _MARK)
    last = bisect_right(every, end + _MARK, key=lambda each: each.span.start)
    return every[first:last]


_MARK = 2
"""How long a quotation mark may be."""


def _in_line(line: str) -> Iterator[tuple[int, int, bool]]:
    at, odd = 0, line.count('"') % 2 == 1
    while at < len(line):
        if not _opens(line, at):
            at += 1
            continue
        if line.startswith(_PAIRS, at):
            after = line.find("''", at + 2) + 2
            if after > at + 4:
                yield at, after, True
            at = max(after, at + 2)
            continue
        end = _closing(line, at)
        if odd and end is not None and line[at] == '"' and _opens_anew(line, end):
            at = end  # one mark of the line was never closed
            continue
        if end is not None and end - at > 1:
            yield at, end + 1, True
            at = end
        elif end is None and at + 1 < len(line) and (line[at] == "“" or not line[:at].strip("‘ ")):
            yield at, len(line), False
            return
        at += 1


def _opens(line: str, at: int) -> bool:
    free_before = at == 0 or not line[at - 1].isalnum()
    if line.startswith(_PAIRS, at):
        return free_before and at + 2 < len(line) and not line[at + 2].isspace()
    free_after = at + 1 < len(line) and not line[at + 1].isspace()
    return free_before and free_after and (line[at] in _CLOSERS or line[at] == "‘")


def _opens_anew(line: str, at: int) -> bool:
    """Tell whether a straight mark plainly opens words: a blank before it, a letter or a figure behind it."""
    return line[at] == '"' and line[at - 1].isspace() and line[at + 1 : at + 2].isalnum()


def _closing(line: str, at: int) -> int | None:
    if line[at] == "‘":
        closers = list(_SINGLE_CLOSER.finditer(line, at + 1))
        sure = [m.start() for m in closers if line[m.start() - 1] in ",.?!…"]
        return sure[0] if sure else closers[0].start() if closers else None
    ends = [end for mark in _CLOSERS[line[at]] if (end := line.find(mark, at + 1)) >= 0]
    other = _closing_of_other_kind(line, at, min(ends, default=len(line)))
    return min(ends, default=None) if other is None else other


def _closing_of_other_kind(line: str, at: int, end: int) -> int | None:
    """Return where a quotation opened with a curly mark is closed with a straight one, or the other way round.

    A mark of the other kind that opens words of its own comes first where one quotation stands inside another.
    """
    if line[at] == "“":
        match = _STRAIGHT.search(line, at + 1, end)
        return match.start() if match and match["closing"] else None
    if line[at] == '"':
        match = _CURLY.search(line, at + 1, end)
        return match.start() if match and match[0] == "”" else None
    return None
