"""Score one variant on a suite, whatever its stage: quality first, then money, seconds and tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from pipeline.core.models import Case
from pipeline.evaluation.cases import Answer, Suite, Variant
from pipeline.evaluation.scores.attribution import CONTENT, measure_attribution, source_f1, source_figure
from pipeline.evaluation.scores.confidence import citation_figures, confidence_figures
from pipeline.evaluation.scores.end_to_end import measure_claims, split_claims
from pipeline.evaluation.scores.labels import brief_figures, confusion_of, label_figures, read_labels
from pipeline.evaluation.scores.ranking import measure_retrieval, precision_figure
from pipeline.evaluation.scores.sheets import Sheet, count_failures, lay_out
from pipeline.evaluation.scores.values import (
    Bin,
    ClassScore,
    Confusion,
    Costs,
    Figure,
    RiskPoint,
    Scores,
    SourceScore,
    tidy,
)
from pipeline.evaluation.statistics import Floats, Interval, bootstrap_intervals, mean_interval


def costs_of(sheet: Sheet) -> Costs:
    """Return what one answer costs on average, and all of them together; unknown prices stay unknown."""
    usage, answers = sheet.usage, len(sheet.answers)
    seconds = sheet.per_case([answer.seconds for answer in sheet.answers])
    return Costs(
        dollars=None if usage.dollars is None else tidy(usage.dollars / answers),
        seconds=sheet.figure("seconds per case", float(seconds.mean()), mean_interval(seconds, sheet.clusters)),
        tokens_in=round(usage.tokens_in / answers, 2),
        tokens_out=round(usage.tokens_out / answers, 2),
        calls=round(usage.calls / answers, 4),
        cached=usage.cached,
        total_dollars=tidy(usage.dollars),
    )


SCORER = "2"
"""Version of the definitions above: scores of other versions are not compared."""
SOURCE_RESAMPLES = 2_000

Measure = Callable[[Case, Answer], dict[str, float]]


@dataclass(frozen=True)
class Parts:
    """What differs from stage to stage."""

    figures: tuple[Figure, ...]
    classes: tuple[ClassScore, ...] = ()
    confusion: Confusion | None = None
    calibration: tuple[Bin, ...] = ()
    risk: tuple[RiskPoint, ...] = ()
    sources: tuple[SourceScore, ...] = ()


def score_answers(suite: Suite, variant: Variant, answers: Iterable[Answer]) -> Scores:
    """Return every figure of one variant's answers; the same answers in any order give the same figures.

    Answers of other variants are left out. Raises InputError when a case has no answer.
    """
    sheet = lay_out(suite.cases, (answer for answer in answers if answer.variant == variant.id))
    parts = _SCORERS[suite.stage](sheet)
    return Scores(
        variant=variant.id,
        name=variant.name,
        stage=suite.stage,
        scorer=SCORER,
        cases=len(sheet.cases),
        repeats=sheet.repeats,
        clusters=int(sheet.clusters.max()) + 1,
        failures=count_failures(sheet.answers),
        figures=parts.figures,
        classes=parts.classes,
        confusion=parts.confusion,
        calibration=parts.calibration,
        risk=parts.risk,
        sources=parts.sources,
        costs=costs_of(sheet),
    )


def by_source(cases: Sequence[Case]) -> dict[str, list[int]]:
    """Return the places of the cases of each source, in the order of its name."""
    places: dict[str, list[int]] = {}
    for place, case in enumerate(cases):
        places.setdefault(case.source, []).append(place)
    return dict(sorted(places.items()))


def measured(sheet: Sheet, measure: Measure) -> dict[str, Floats]:
    """Return each measure for each case, averaged over repeats."""
    rows = [
        measure(sheet.cases[place], answer) for place, answer in zip(sheet.place.tolist(), sheet.answers, strict=True)
    ]
    return {name: sheet.per_case([row[name] for row in rows]) for name in rows[0]}


def end_to_end_sheet(sheet: Sheet) -> Sheet | None:
    """Return the gold claims of articles as cases of their own; None where no claim has a label."""
    rows_of = {
        place: list(rows) for place, rows in groupby(range(len(sheet.answers)), key=lambda row: sheet.place[row])
    }
    made = [
        pair
        for place, case in enumerate(sheet.cases)
        for pair in split_claims(case, [sheet.answers[row] for row in rows_of[place]])
    ]
    if not made:
        return None
    return lay_out([case for case, _ in made], [answer for _, answers in made for answer in answers])


def _score_verdicts(sheet: Sheet) -> Parts:
    labelled = read_labels(sheet)
    figures, classes = label_figures(labelled)
    sure, bins, risk = confidence_figures(labelled)
    return Parts(
        figures=(*figures, *sure, *citation_figures(sheet)),
        classes=classes,
        confusion=confusion_of(labelled),
        calibration=bins,
        risk=risk,
        sources=_sources(sheet, lambda part: brief_figures(read_labels(part), SOURCE_RESAMPLES)),
    )


def _score_detection(sheet: Sheet) -> Parts:
    parts = _score_verdicts(sheet)
    return replace(parts, figures=(parts.figures[0], precision_figure(sheet), *parts.figures[1:]))


def _score_retrieval(sheet: Sheet) -> Parts:
    return Parts(
        figures=_means(sheet, measure_retrieval),
        sources=_sources(sheet, lambda part: _means(part, measure_retrieval)),
    )


def _score_attribution(sheet: Sheet) -> Parts:
    def figures(part: Sheet) -> tuple[Figure, ...]:
        values = measured(part, measure_attribution)
        rows = np.stack([values[name] for name in ("right", "given", "gold")], axis=1)
        return source_figure(part, rows), _mean(part, CONTENT, values[CONTENT]), part.coverage

    return Parts(figures=figures(sheet), sources=_sources(sheet, figures))


def _score_end_to_end(sheet: Sheet) -> Parts:
    claims = end_to_end_sheet(sheet)
    if claims is None:
        return Parts(figures=_found(sheet), sources=_sources(sheet, _found))
    parts = _score_verdicts(claims)
    return replace(parts, figures=(parts.figures[0], *_found(sheet), *parts.figures[1:]))


def _found(sheet: Sheet) -> tuple[Figure, ...]:
    values = measured(sheet, measure_claims)
    rows = np.stack([values[name] for name in ("right", "given", "gold")], axis=1)
    totals = rows.sum(axis=0)
    shares = {"claims found F1": source_f1, "claims found recall": _recall}
    made = []
    for name, statistic in shares.items():
        (interval,) = bootstrap_intervals(rows, statistic, sheet.groups)
        of = f"{totals[2]:.0f} claims in {len(sheet.cases)} articles"
        made.append(sheet.figure(name, float(statistic(totals)), interval, of))
    return tuple(made)


def _recall(totals: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(totals[..., 0] / totals[..., 2])


def _means(sheet: Sheet, measure: Measure) -> tuple[Figure, ...]:
    means = tuple(_mean(sheet, name, values) for name, values in measured(sheet, measure).items())
    return (*means, sheet.coverage)


def _mean(sheet: Sheet, name: str, values: Floats) -> Figure:
    """Return the mean of a measure between 0 and 1."""
    found = mean_interval(values, sheet.clusters)
    interval = Interval(max(0.0, found.low), min(1.0, found.high)) if found else None
    return sheet.figure(name, float(values.mean()), interval, "mean over all cases, a failure is 0")


def _sources(sheet: Sheet, figures: Callable[[Sheet], tuple[Figure, ...]]) -> tuple[SourceScore, ...]:
    return tuple(
        SourceScore(source=source, figures=figures(sheet.only(places)))
        for source, places in by_source(sheet.cases).items()
    )


_SCORERS: dict[str, Callable[[Sheet], Parts]] = {
    "verdict": _score_verdicts,
    "detection": _score_detection,
    "retrieval": _score_retrieval,
    "attribution": _score_attribution,
    "end_to_end": _score_end_to_end,
}
