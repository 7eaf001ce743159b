"""Articles that may have ended the process that checked them: looked at last, then alone, then not at all.

Which of those that were in work did it, nobody can tell; so they are tried again where they cost the others least.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipeline.watch.models import Item

_ALONE, _ENOUGH = 2, 3
TOLD = f"its check ended with its whole process {_ENOUGH} times: `factnotes check` shows why"


class Parted(NamedTuple):
    """A visit's items: for several at once, one after another, and those that are not looked at any more."""

    together: tuple[Item, ...]
    alone: tuple[Item, ...]
    left: tuple[Item, ...]


def part(items: Sequence[Item], deaths: Mapping[str, int]) -> Parted:
    """Part items by how many processes of this visit ended while they were checked (`deaths`, by key); in order."""
    together = sorted((item for item in items if deaths.get(item.key, 0) < _ALONE), key=lambda i: deaths.get(i.key, 0))
    alone = (item for item in items if _ALONE <= deaths.get(item.key, 0) < _ENOUGH)
    left = (item for item in items if deaths.get(item.key, 0) >= _ENOUGH)
    return Parted(tuple(together), tuple(alone), tuple(left))
