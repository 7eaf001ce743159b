"""Cut long texts into passages: at paragraphs, else sentences, else words, always verbatim."""

from __future__ import annotations

import re

PASSAGE_CHARS = 900
"""About what the embedding model reads of a text (256 tokens)."""

_PARAGRAPH = re.compile(r"\n\s*")
_SENTENCE = re.compile(r"[.!?…][\"'”’»)\]]*\s+")
_SPACE = re.compile(r"\s+")


def split_text(text: str, limit: int = PASSAGE_CHARS) -> list[str]:
    """Return a text in pieces of at most `limit` characters, in order; only white space between them is left out.

    >>> split_text("One bridge. Two piers. Three arches.", 25)
    ['One bridge. Two piers.', 'Three arches.']
    """
    pieces: list[str] = []
    start = 0
    while len(text) - start > limit:
        end = _cut(text, start, limit)
        pieces.append(text[start:end].strip())
        start = end
    pieces.append(text[start:].strip())
    return [piece for piece in pieces if piece]


def _cut(text: str, start: int, limit: int) -> int:
    """Return where the piece from `start` ends: at the last good break of the best kind that is not too early."""
    # A break may end after the limit, when it is white space that is left out.
    window = text[start : start + limit]
    for kind, earliest in ((_PARAGRAPH, limit // 2), (_SENTENCE, limit // 3), (_SPACE, 1)):
        ends = [match.end() for match in kind.finditer(window) if match.end() >= earliest]
        if ends:
            return start + ends[-1]
    return start + limit
