"""Scores of attributions: is the source the right one, and how much of the content is found, by words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from pipeline.core.models import Case, fold
from pipeline.evaluation.cases import Answer
from pipeline.evaluation.scores.sheets import Sheet
from pipeline.evaluation.scores.values import Figure
from pipeline.evaluation.statistics import Floats, bootstrap_intervals

_WORD = re.compile(r"\w+(?:['-]\w+)*")


def words_of(text: str) -> Counter[str]:
    """Count the words of a text, whatever their case."""
    return Counter(word.casefold() for word in _WORD.findall(fold(text)[0]))


def word_f1(one: str, other: str) -> float:
    """Return the F1 of the words of two texts, each as often as it stands there (as SQuAD, Rajpurkar et al. 2016).

    >>> word_f1("the old bridge", "The bridge")
    0.8
    """
    first, second = words_of(one), words_of(other)
    both = first.total() + second.total()
    return 2 * (first & second).total() / both if both else 0.0


def pair_up(gold: Sequence[str], given: Sequence[str], least: float) -> tuple[tuple[int, int, float], ...]:
    """Return which given text is which gold text, one to one, with their overlap: the best pairing as a whole.

    Texts that share less than `least` are no pair.
    """
    if not gold or not given:
        return ()
    shared = np.array([[word_f1(one, other) for other in given] for one in gold])
    rows, columns = linear_sum_assignment(np.where(shared >= least, shared, 0.0), maximize=True)
    pairs = ((int(row), int(column), float(shared[row, column])) for row, column in zip(rows, columns, strict=True))
    return tuple(pair for pair in pairs if pair[2] >= least)


SOURCE_F1 = "source F1"
CONTENT = "content overlap"
FOUND = 0.3
"""Contents that share less of their words are two attributions."""
_PARTICLES = frozenset({"the", "a", "an", "of", "his", "her", "their", "its"})
_PRONOUNS = frozenset({"he", "she", "it", "they", "who", "which", "that", "i", "we", "you"})


def measure_attribution(case: Case, answer: Answer) -> dict[str, float]:
    """Return what a case adds: `right`, `given` and `gold` attributions, and the content overlap of the gold ones.

    Attributions are paired by content. A paired one is right when its source is. A gold one that was not found has
    an overlap of 0, and a failure finds none.
    """
    gold = _attributions_in(case.metadata)
    given = [] if answer.failure else _attributions_in(answer.payload)
    pairs = pair_up([one["content"] for one in gold], [one["content"] for one in given], FOUND)
    right = sum(same_source(gold[one]["source"], given[other]["source"]) for one, other, _ in pairs)
    overlap = sum(shared for _, _, shared in pairs) / len(gold) if gold else float(not given)
    return {"right": right, "given": len(given), "gold": len(gold), CONTENT: overlap}


def source_figure(sheet: Sheet, rows: Floats) -> Figure:
    """Return F1 of sources over all attributions; rows are right, given and gold of each case."""
    totals = rows.sum(axis=0)
    value = float(source_f1(totals))
    (interval,) = bootstrap_intervals(rows, source_f1, sheet.groups)
    of = f"{totals[2]:.0f} attributions; found with the right source"
    return sheet.figure(SOURCE_F1, value, interval, of)


def source_f1(totals: Floats) -> Floats:
    """Return F1 of right, given and gold."""
    right, given, gold = np.moveaxis(np.asarray(totals, dtype=np.float64), -1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(2 * right / (given + gold))


def same_source(gold: str, given: str) -> bool:
    """Tell whether two wordings name one source: all words of the shorter one, or half of the longer one's.

    A pronoun is only itself.

    >>> same_source("the spokesman Jan Loos", "Loos"), same_source("he", "the mayor")
    (True, False)
    """
    first, second = (_names(words) for words in (gold, given))
    if not first or not second:
        return first == second
    if (first.keys() | second.keys()) & _PRONOUNS:
        return first == second
    shared = (first & second).total()
    return shared == min(first.total(), second.total()) or 2 * shared >= max(first.total(), second.total())


def _names(source: str) -> Counter[str]:
    """Count the words of a source that name somebody."""
    return Counter({word: number for word, number in words_of(source).items() if word not in _PARTICLES})


def _attributions_in(holder: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return source and content of each attribution; what we find calls its source the speaker."""
    return [
        {"source": str(one.get("source") or one.get("speaker") or ""), "content": str(one.get("content") or "")}
        for one in holder.get("attributions", ())
    ]
