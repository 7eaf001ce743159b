"""Scores of rankings: retrieval, and claim detection as a ranking by check-worthiness."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.core.models import Case
from pipeline.evaluation.cases import Answer
from pipeline.evaluation.scores.sheets import Sheet
from pipeline.evaluation.scores.values import Figure
from pipeline.evaluation.statistics import Floats
from pipeline.evaluation.statistics.resampling import draw_weights, percentile_interval

NDCG = "nDCG@10"
RECALLS = (5, 10, 50)
MRR = "MRR"
PRECISION = "average precision"
_RESAMPLES = 2_000


def measure_retrieval(case: Case, answer: Answer) -> dict[str, float]:
    """Return nDCG@10, recall at some depths and reciprocal rank of a case's `ranking`; a failure found nothing."""
    grades = relevant_of(case.metadata)
    ranking = [] if answer.failure else list(dict.fromkeys(map(str, answer.payload.get("ranking", ()))))
    found = [place for place, passage in enumerate(ranking, 1) if grades.get(passage, 0) > 0]
    relevant = sum(grade > 0 for grade in grades.values())
    measures = {NDCG: _ndcg(ranking, grades, 10)}
    for depth in RECALLS:
        measures[f"recall@{depth}"] = sum(place <= depth for place in found) / relevant if relevant else 0.0
    return {**measures, MRR: 1 / found[0] if found else 0.0}


def relevant_of(metadata: Mapping[str, Any]) -> dict[str, float]:
    """Return the grade of each relevant passage; a list of ids gives each of them grade 1."""
    relevant = metadata.get("relevant", ())
    if isinstance(relevant, Mapping):
        return {str(name): float(grade) for name, grade in relevant.items()}
    return {str(name): 1.0 for name in relevant}


def precision_figure(sheet: Sheet, positive: str = "check_worthy") -> Figure:
    """Return the average precision of sentences ranked by their score, the positive label's; failures come last.

    The score is `payload["score"]`, else the confidence that the label is the positive one, else 1 or 0.
    Interval: percentile bootstrap of whole clusters over the ranking.
    """
    score = sheet.per_case([_score(answer, positive) for answer in sheet.answers])
    truth = np.array([case.label == positive for case in sheet.cases], dtype=np.float64)
    value, interval = None, None
    if truth.any():
        value = float(average_precision(score, truth, np.ones((1, len(truth))))[0])
        drawn = draw_weights(sheet.clusters, np.stack([score, truth]), _RESAMPLES)
        values = np.concatenate([average_precision(score, truth, part) for part in drawn])
        interval = percentile_interval(values, int(sheet.clusters.max()) + 1)
    return sheet.figure(PRECISION, value, interval, f"ranked by how sure it is of “{positive.replace('_', ' ')}”")


def average_precision(score: Floats, truth: Floats, weights: Floats) -> Floats:
    """Return the average precision for each row of case weights, as scikit-learn defines it: ties are one step."""
    order = np.argsort(-score, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(score[order]) != 0, True))
    weighted = weights[:, order]
    taken = np.cumsum(weighted, axis=1)[:, ends]
    hits = np.cumsum(weighted * truth[order], axis=1)[:, ends]
    steps = np.diff(hits, axis=1, prepend=0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        precision = np.where(taken > 0, hits / taken, 0.0)
        return np.asarray((steps * precision).sum(axis=1) / hits[:, -1])


def _score(answer: Answer, positive: str) -> float:
    if answer.failure:
        return -1.0
    if "score" in answer.payload:
        return float(answer.payload["score"])
    sure = 1.0 if answer.confidence is None else answer.confidence
    return sure if answer.label == positive else 1 - sure


def _ndcg(ranking: Sequence[str], grades: Mapping[str, float], depth: int) -> float:
    """Return normalised discounted cumulative gain: Järvelin and Kekäläinen (2002)."""
    gained = sum(grades.get(passage, 0.0) / math.log2(place + 1) for place, passage in enumerate(ranking[:depth], 1))
    best = sorted(grades.values(), reverse=True)[:depth]
    ideal = sum(grade / math.log2(place + 1) for place, grade in enumerate(best, 1))
    return gained / ideal if ideal else 0.0
