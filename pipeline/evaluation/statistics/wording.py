"""Sentences about chance that a reader without statistics reads right."""

from __future__ import annotations

import math
from typing import Literal

from pipeline.evaluation.statistics.power import ALPHA
from pipeline.evaluation.statistics.resampling import Interval

Finding = Literal["better", "worse", "no_evidence", "uninformative"]
"""What a comparison shows of the second variant; `uninformative` says that it could show nothing either way."""

ALMOST_NOTHING = 0.2
"""A suite that could only have shown a difference of this much or more can show almost nothing."""


def judge_difference(difference: float, p: float, *, informative: bool = True, alpha: float = ALPHA) -> Finding:
    """Return what a difference with this p, corrected for how many there are, allows to say."""
    if not informative:
        return "uninformative"
    if p > alpha or not difference:
        return "no_evidence"
    return "better" if difference > 0 else "worse"


def word_difference(
    finding: Finding,
    *,
    baseline: str,
    variant: str,
    figure: str,
    difference: float,
    interval: Interval | None,
    p: float,
    detectable: float,
    cases: int,
    compared: int = 1,
) -> str:
    """Return what a comparison shows, what it could have shown, and nothing more."""
    where = f"{figure} {difference:+.2f}" + (f" [{interval.low:+.2f}, {interval.high:+.2f}]" if interval else "")
    corrected = f", corrected for {compared} comparisons" if compared > 1 else ""
    if finding in ("better", "worse"):
        sentence = f"{variant} is {finding} than {baseline}: {where}, {word_p(p)}{corrected}."
    elif finding == "uninformative":
        sentence = f"This evaluation cannot compare {variant} with {baseline} ({where} on {_counted(cases)})."
    else:
        sentence = f"No evidence of a difference between {variant} and {baseline}: {where}, {word_p(p)}{corrected};"
        sentence += f" {word_detectable(detectable)}."
    return f"{sentence} {warn_of_size(detectable, cases)}".rstrip()


def word_detectable(detectable: float) -> str:
    """Say what a suite could have shown; rounded up, so that it never promises too much."""
    if detectable >= 1:
        return "this suite could not have shown even the greatest difference"
    return f"this suite could only have shown one of {ceil_hundredth(detectable):.2f} or more"


def in_plain_words(line: str) -> str:
    """Return a stored line as it is shown: its words stay as stored, because replay compares them byte for byte."""
    return line.replace("Only 1 independent groups ", "Only 1 independent group ")


def _counted(cases: int) -> str:
    return f"{cases} case{'' if cases == 1 else 's'}"


def warn_of_size(detectable: float, cases: int) -> str:
    """Return a warning where a suite is too small to show anything but a huge difference, else nothing."""
    if detectable < ALMOST_NOTHING:
        return ""
    return f"With {_counted(cases)} it can show almost nothing: add cases before deciding by it."


def word_p(p: float) -> str:
    """Return `p = 0.03`, or `p < 0.001` where more digits would tell nothing.

    >>> word_p(0.0312), word_p(0.0004), word_p(0.0496)
    ('p = 0.03', 'p < 0.001', 'p = 0.0496')
    """
    if p < 0.001:
        return "p < 0.001"
    near = abs(p - ALPHA) < 0.006 or p < 0.01
    return f"p = {p:.4f}" if near else f"p = {p:.2f}"


def ceil_hundredth(value: float) -> float:
    """Round up to two decimals.

    >>> ceil_hundredth(0.0701), ceil_hundredth(0.08)
    (0.08, 0.08)
    """
    return math.ceil(round(value * 100, 6)) / 100
