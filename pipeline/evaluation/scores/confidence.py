"""Does confidence mean anything: calibration, the risk that is left when unsure answers go to people, and citations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.evaluation.cases import Answer
from pipeline.evaluation.scores.labels import Labelled
from pipeline.evaluation.scores.probabilities import BRIER, brier_figures, sureness
from pipeline.evaluation.scores.sheets import Sheet
from pipeline.evaluation.scores.values import Bin, Figure, RiskPoint
from pipeline.evaluation.statistics import Floats, share_interval, wilson_interval

CALIBRATION = "calibration error"
RISK_AREA = "area under risk-coverage"
SURENESS = (CALIBRATION, RISK_AREA, BRIER)
"""Figures that say of themselves what answers are sure by."""
BINS = 10
_POINTS = 200


def confidence_figures(labelled: Labelled) -> tuple[tuple[Figure, ...], tuple[Bin, ...], tuple[RiskPoint, ...]]:
    """Return calibration error, area under the risk-coverage curve and Brier score, with what they are made of.

    An answer is as sure as it says that its label is likely, or else confident. Nothing where no answer says either.
    """
    sheet = labelled.sheet
    sure = [None if answer.failure else sureness(answer) for answer in sheet.answers]
    given = np.array([each is not None for each in sure], dtype=bool)
    if not given.any():
        return (), (), ()
    confidence = np.array([each or 0.0 for each in sure])[given]
    right = labelled.right[given].astype(np.float64)
    weight = sheet.weight[given]
    bins = calibration_bins(confidence, right)
    points = risk_curve(confidence, right, weight, len(sheet.cases))
    what, first = _measure_of([answer for answer, known in zip(sheet.answers, given, strict=True) if known])
    distance = f"mean distance of {what} and share of right answers, {len(bins)} equal-mass bins"
    area = f"mean share of wrong answers over the coverages reached, {first} first"
    figures = (
        sheet.figure(CALIBRATION, calibration_error(bins), of=distance),
        sheet.figure(RISK_AREA, risk_area(points), of=area),
        *brier_figures(sheet),
    )
    return figures, bins, _thin(points)


def _measure_of(answers: Sequence[Answer]) -> tuple[str, str]:
    """Return in words by what answers are sure, and which of them come first."""
    told = sum(answer.probabilities is not None for answer in answers)
    if not told:
        return "confidence", "the most confident"
    others = "" if told == len(answers) else f" ({told} of {len(answers)} answers tell it, else confidence)"
    return f"the probability of the label given{others}", f"the likeliest by the probability of its label{others}"


def calibration_bins(confidence: Floats, right: Floats, bins: int = BINS) -> tuple[Bin, ...]:
    """Return bins of equally many answers, each of ten at least; answers of one confidence count alike.

    Equal-mass bins: Nguyen and O'Connor (2015), Posterior calibration and exploratory analysis for natural language
    processing models. A bin's interval is Wilson's.
    """
    order = np.argsort(confidence, kind="stable")
    sure, truth = confidence[order], _level_ties(confidence[order], right[order])
    number = max(1, min(bins, len(sure) // 10))
    made = []
    for places in np.array_split(np.arange(len(sure)), number):
        share = float(truth[places].mean())
        low, high = wilson_interval(share * len(places), len(places)) or (0.0, 1.0)
        made.append(
            Bin(
                confidence=round(float(sure[places].mean()), 6),
                right=round(share, 6),
                low=round(low, 6),
                high=round(high, 6),
                answers=len(places),
            )
        )
    return tuple(made)


def calibration_error(bins: tuple[Bin, ...]) -> float:
    """Return the expected calibration error: Naeini, Cooper and Hauskrecht (2015)."""
    answers = sum(one.answers for one in bins)
    return sum(abs(one.confidence - one.right) * one.answers for one in bins) / answers


def risk_curve(confidence: Floats, right: Floats, weight: Floats, cases: int) -> tuple[RiskPoint, ...]:
    """Return coverage and risk at each confidence that occurs, the highest first.

    El-Yaniv and Wiener (2010), On the foundations of noise-free selective classification.
    """
    order = np.argsort(-confidence, kind="stable")
    taken = np.cumsum(weight[order])
    wrong = np.cumsum(weight[order] * (1 - right[order]))
    ends = np.flatnonzero(np.append(np.diff(confidence[order]) != 0, True))
    return tuple(
        RiskPoint(
            confidence=round(float(confidence[order][end]), 6),
            coverage=round(float(taken[end]) / cases, 6),
            risk=round(float(wrong[end] / taken[end]), 6),
        )
        for end in ends
    )


def risk_area(points: tuple[RiskPoint, ...]) -> float:
    """Return the mean risk over the coverages that are reached: Geifman, Uziel and El-Yaniv (2019)."""
    area = before = 0.0
    for point in points:
        area += (point.coverage - before) * point.risk
        before = point.coverage
    return area / before


def _level_ties(sure: Floats, truth: Floats) -> Floats:
    """Give answers of one confidence their mean, so that their order cannot matter."""
    groups = np.unique(sure, return_inverse=True)[1].ravel()
    return np.asarray((np.bincount(groups, weights=truth) / np.bincount(groups))[groups])


def _thin(points: tuple[RiskPoint, ...]) -> tuple[RiskPoint, ...]:
    """Keep few enough points to draw."""
    if len(points) <= _POINTS:
        return points
    return tuple(points[place] for place in np.unique(np.linspace(0, len(points) - 1, _POINTS).astype(int)))


VALIDITY = "citation validity"
SUPPORT = "citation support"
_UNDECIDED = (None, "not_enough_evidence")


def citation_figures(sheet: Sheet) -> tuple[Figure, ...]:
    """Return the share of quotations that stand in their passage, and of decisions that show one that does.

    A decision is any label but `not_enough_evidence`. Quotations of failed answers count: that one was made up is
    often why they failed. Nothing where nobody quotes.
    """
    given = np.array([answer.citations_given for answer in sheet.answers], dtype=np.float64)
    if not given.any():
        return ()
    proven = np.array([answer.citations_proven for answer in sheet.answers], dtype=np.float64)
    decided = np.array([answer.label not in _UNDECIDED for answer in sheet.answers], dtype=np.float64)
    shown = decided * (proven > 0)
    clusters = sheet.clusters[sheet.place]

    def figure(name: str, hits: Floats, asked: Floats, of: str) -> Figure:
        value = float(hits.sum() / asked.sum()) if asked.any() else None
        return sheet.figure(name, value, share_interval(hits, asked, clusters), of)

    return (
        figure(VALIDITY, proven, given, "quotations that stand in their passage, those of failed answers counted"),
        figure(SUPPORT, shown, decided, "decisions that show a quotation found in the evidence"),
    )
