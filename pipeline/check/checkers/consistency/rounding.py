"""How far a figure of a product or a portion may be off, and how one that is not right is told."""

from __future__ import annotations

from pipeline.check.checkers.consistency.figures import Figure
from pipeline.check.checkers.consistency.oddity import Oddity
from pipeline.check.checkers.consistency.stretch import Stretch

EXACT = 1000
"""Below it a number of things, or a price without a magnitude, is no rounded one."""


def room(figure: Figure) -> float:
    """Return how far a figure may be off: closing noughts may be rounding, but in small numbers of things."""
    return 0.0 if figure.is_count and figure.value < EXACT else min(figure.half_if_rounded, 0.05 * figure.value)


def told_from_to(stretch: Stretch, odd: Figure, first: Figure, last: Figure, sum_: str) -> Oddity:
    """Return an oddity on a figure, shown with the words from one figure to another."""
    begin, end = min(first.start, last.start), max(first.end, last.end)
    return stretch.odd(odd.start, odd.end, f"The text says “{stretch.text[begin:end]}”, but {sum_}.")
