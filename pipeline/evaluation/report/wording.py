"""The words a reader of an evaluation sees for labels, outcomes of cases and figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pipeline.evaluation.cases import Stage
from pipeline.evaluation.scores import Figure
from pipeline.reports import OUTCOMES

Turn = Literal["broken", "fixed", "failed", "wrong", "mixed", "right", "other"]
"""What became of a case, the first that fits: what a reader wants to see first comes first."""

TURNS: dict[Turn, str] = {
    "broken": "Got worse",
    "fixed": "Got better",
    "failed": "An answer failed",
    "wrong": "All wrong",
    "mixed": "Right and wrong",
    "right": "All right",
    "other": "No right or wrong",
}

ALONE: dict[Turn, str] = {"failed": "Failed", "wrong": "Wrong", "right": "Right"}
"""The same where there is one variant alone."""

STAGES: Mapping[Stage, str] = {
    "detection": "claim detection",
    "attribution": "attribution",
    "retrieval": "retrieval",
    "verdict": "verdicts on given evidence",
    "end_to_end": "whole articles",
}

_SYMBOLS = {label: words.symbol for label, words in OUTCOMES.items()}


def spell_label(label: str) -> str:
    """Return a label for a reader.

    >>> spell_label("not_enough_evidence"), spell_label("check_worthy")
    ('Not enough evidence', 'Check worthy')
    """
    return label.replace("_", " ").capitalize()


def symbol_of(label: str) -> str:
    """Return the symbol of a verdict's label, a dot for others."""
    return {str(name): symbol for name, symbol in _SYMBOLS.items()}.get(label, "•")


def spell_money(dollars: float | None) -> str:
    """Return dollars with as many digits as tell something.

    >>> spell_money(None), spell_money(0.0), spell_money(0.00042), spell_money(12.5)
    ('unknown price', '$0', '$0.00042', '$12.50')
    """
    if dollars is None:
        return "unknown price"
    if not dollars:
        return "$0"
    return f"${dollars:.2f}" if dollars >= 1 else f"${dollars:.2g}"


def spell_value(figure: Figure | None) -> str:
    """Return a figure's value and interval.

    >>> spell_value(Figure(name="accuracy", value=0.5, low=0.4, high=0.6, n=10))
    '0.50 [0.40, 0.60]'
    """
    if figure is None or figure.value is None:
        return "–"
    interval = "" if figure.low is None or figure.high is None else f" [{figure.low:.2f}, {figure.high:.2f}]"
    return f"{figure.value:.2f}{interval}"


def spell_counts(figure: Figure) -> str:
    """Return what a figure is made of: `n 240, failures 3`."""
    repeats = f" x {figure.repeats}" if figure.repeats > 1 else ""
    return f"n {figure.n}{repeats}, failures {figure.failures}"
