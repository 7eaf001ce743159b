"""What stands between quotation marks of any kind, also where a mark is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_OPEN, _CLOSE, _EITHER = "“„«‟", "”»", '"＂'
_SINGLE = re.compile(r"(?:(?<=^)|(?<=[\s(\[—–:\"“]))['‘](?=\w)(?!\d\d(?:s\b|(?!\w)))")
_SINGLE_END = re.compile(r"(?<=[\w.,!?…])['’](?!\w)")
_TYPED = re.compile(r"``(?P<words>.*?)(?:''|$)", re.DOTALL)
_BLOCK = re.compile(r"^[ \t]*>.*$", re.MULTILINE)


@lru_cache(2048)
def quoted_regions(text: str) -> tuple[tuple[int, int], ...]:
    """Return the offsets of what is quoted, marks included, in order; an unclosed quotation goes on to the end.

    >>> quoted_regions("He read “Dunes” twice.")
    ((8, 15),)
    """
    found = [
        *_double(text),
        *_single(text),
        *((m.start(), m.end()) for m in (*_TYPED.finditer(text), *_BLOCK.finditer(text))),
    ]
    return tuple(sorted(found))


def _double(text: str) -> Iterator[tuple[int, int]]:
    opened: int | None = None
    for at, character in enumerate(text):
        if character in _OPEN or (character in _EITHER and opened is None):
            opened = at if opened is None else opened
        elif character in _CLOSE or character in _EITHER:
            # Closed and never opened: whatever stands before it in its paragraph may be quoted.
            yield (text.rfind("\n", 0, at) + 1 if opened is None else opened), at + 1
            opened = None
    if opened is not None:
        yield opened, len(text)


def _single(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    while opening := _SINGLE.search(text, at):
        closing = _SINGLE_END.search(text, opening.end())
        paragraph = text.find("\n", opening.end())
        last = len(text) if paragraph < 0 else paragraph
        at = closing.end() if closing and closing.end() <= last else last
        yield opening.start(), at
