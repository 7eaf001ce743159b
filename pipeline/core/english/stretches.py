"""Which lines of a text are read: those that people write, in pieces that a reader's loops get through.

Who looks into a sentence compares its words, figures and quotations with each other, so a sentence that has no end
would take hours. One of more than `LONGEST` characters is no sentence that anybody wrote to be read (the longest in
news pages has half as many): it is left out before anything is parsed, and told.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

LONGEST = 1_000
"""Characters of the longest sentence that is read."""
_PIECE = 1_500
"""A line is cut behind a sentence so that no piece is longer."""
_END = re.compile(r"[.!?…][\"'”’)\]]*(?=\s)")
_SURE_END = re.compile(r"[^\W\d_]{3}[\"'”’)\]]*[.!?…][\"'”’)\]]*(?=\s+[\"“‘(]?[^\W\d_])")


@lru_cache(64)
def readable_lines(text: str) -> tuple[tuple[int, str], ...]:
    r"""Return the lines of a text that are read, each with its offset and without white space at its end.

    >>> readable_lines("It rained.\n\nIt stopped.")
    ((0, 'It rained.'), (12, 'It stopped.'))
    """
    pieces = ((start, text[start:end].rstrip()) for start, end in _pieces(text))
    return tuple((start, piece) for start, piece in pieces if piece.strip())


@lru_cache(64)
def endless(text: str) -> tuple[tuple[int, int], ...]:
    """Return where the stretches begin and end that are too long to be read."""
    return tuple(
        (start, end)
        for first, line in _lines(text)
        if len(line) > LONGEST
        for start, end in _stretches(line, first)
        if end - start > LONGEST
    )


def stretches_of(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a text's sentences begin and end, by their marks and line ends alone."""
    for first, line in _lines(text):
        yield from _stretches(line, first)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    offset = 0
    for line in text.splitlines(keepends=True):
        yield offset, line.rstrip()
        offset += len(line)


def _stretches(line: str, first: int) -> Iterator[tuple[int, int]]:
    """Yield from where to where a line goes on without an end, white space left out."""
    start = 0
    for end in [*(match.end() for match in _END.finditer(line)), len(line)]:
        begin = start + len(line[start:end]) - len(line[start:end].lstrip())
        if end > begin:
            yield first + begin, first + end
        start = end


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    for first, line in _lines(text):
        if len(line) <= LONGEST:
            yield first, first + len(line)
        else:
            yield from _of_long_line(text, line, first)


def _of_long_line(text: str, line: str, first: int) -> Iterator[tuple[int, int]]:
    begin: int | None = None
    last = first
    for start, end in _stretches(line, first):
        if end - start > LONGEST:
            if begin is not None:
                yield from _cut(text, begin, last)
            begin = None
        else:
            begin, last = start if begin is None else begin, end
    if begin is not None:
        yield from _cut(text, begin, last)


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut what is longer than a piece behind a sentence, outside quotation marks where it can be."""
    while end - start > _PIECE:
        window = text[start : start + _PIECE]
        sure = [match.end() for match in _SURE_END.finditer(window, _PIECE // 4)]
        outside = _outside_marks(window, sure)
        plain = [match.end() for match in _END.finditer(window)]
        stop = start + (outside or sure or plain or [_PIECE])[-1]
        yield start, stop
        start = stop + len(text[stop:end]) - len(text[stop:end].lstrip())
    yield start, end


def _outside_marks(window: str, ends: list[int]) -> list[int]:
    """Return the ends before which every quotation mark that was opened is closed."""
    marks = [match.start() for match in re.finditer('[“”"]', window)]
    opened, straight, closed_after = 0, 0, [True]
    for at in marks:
        opened += {"“": 1, "”": -1}.get(window[at], 0)
        straight += window[at] == '"'
        closed_after.append(opened <= 0 and straight % 2 == 0)
    return [end for end in ends if closed_after[bisect_right(marks, end - 1)]]
