"""The old words beside the new, word by word."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher


def word_changes(old: str, new: str) -> Iterator[tuple[str, str]]:
    """Yield stretches of words as they were and as they are; both are the same where nothing has changed.

    >>> list(word_changes("It cost 9 million.", "It cost 12 million."))
    [('It cost', 'It cost'), ('9', '12'), ('million.', 'million.')]
    """
    before, after = old.split(), new.split()
    for _, start, end, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        yield " ".join(before[start:end]), " ".join(after[first:last])
