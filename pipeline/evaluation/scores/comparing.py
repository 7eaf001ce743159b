"""Compare variants case by case: what differs, whether chance could have done it, and what could have been seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.evaluation.cases import Answer, Suite, Variant
from pipeline.evaluation.scores.attribution import SOURCE_F1, measure_attribution, source_f1
from pipeline.evaluation.scores.end_to_end import measure_claims
from pipeline.evaluation.scores.informative import cautions_of, check_control, one_answer_only, why_uninformative
from pipeline.evaluation.scores.labels import ACCURACY, CHECK_WORTHY, MACRO, Labelled, read_labels
from pipeline.evaluation.scores.ranking import measure_retrieval
from pipeline.evaluation.scores.scoring import SOURCE_RESAMPLES, by_source, end_to_end_sheet, measured
from pipeline.evaluation.scores.sheets import Sheet, Truths, case_of, lay_out
from pipeline.evaluation.scores.values import Comparison, Pairing, tidy
from pipeline.evaluation.statistics import (
    ALPHA,
    RESAMPLES,
    Chance,
    Difference,
    Floats,
    Interval,
    Statistic,
    class_f1,
    compare_pairs,
    holm,
    judge_difference,
    macro_f1,
    mcnemar,
    mean_interval,
    sign_flip_sampled,
    sign_flips,
    smallest_detectable,
    smallest_detectable_share,
    standard_error,
    word_difference,
)
from pipeline.evaluation.statistics.resampling import sum_clusters


@dataclass(frozen=True)
class Trial:
    """One figure of a pair, before it is known how many pairs there are."""

    figure: str
    difference: float
    interval: Interval | None
    p: float
    test: str
    detectable: float
    differing: int
    exact_p: float | None = None


@dataclass(frozen=True)
class Pair:
    """Two variants on the same cases, measured."""

    baseline: Variant
    variant: Variant
    sheets: tuple[Sheet, Sheet]
    right: tuple[Floats, Floats]
    """Of each case, how far each got it right: shares of answers, or a measure between 0 and 1."""
    labelled: tuple[Labelled, Labelled] | None
    trials: tuple[Trial, ...]
    sources: tuple[tuple[str, Trial], ...]


def compare_answers(
    suite: Suite, baseline: Variant, variants: Sequence[Variant], answers: Iterable[Answer]
) -> tuple[Pairing, ...]:
    """Compare each variant with the baseline on every case, p corrected for how many variants there are (Holm).

    Raises InputError when a case has no answer of a variant.
    """
    all_answers = list(answers)
    others = [variant for variant in variants if variant.id != baseline.id]
    pairs = [_pair(suite, baseline, variant, all_answers, ALPHA / len(others)) for variant in others]
    corrected = {
        trial.figure: holm([pair.trials[number].p for pair in pairs])
        for number, trial in enumerate(pairs[0].trials if pairs else ())
    }
    return tuple(
        _pairing(pair, [corrected[trial.figure][place] for trial in pair.trials], len(pairs))
        for place, pair in enumerate(pairs)
    )


def _pair(suite: Suite, baseline: Variant, variant: Variant, answers: Sequence[Answer], alpha: float) -> Pair:
    """Measure two variants; alpha is what is left for one of several comparisons."""
    sheets = (_sheet(suite, baseline, answers), _sheet(suite, variant, answers))
    if suite.stage in ("verdict", "detection"):
        return _label_pair(baseline, variant, sheets, alpha)
    if suite.stage == "end_to_end":
        claims = (end_to_end_sheet(sheets[0]), end_to_end_sheet(sheets[1]))
        if claims[0] and claims[1]:
            pair = _label_pair(baseline, variant, (claims[0], claims[1]), alpha)
            found = _measure_pair(suite.stage, baseline, variant, sheets, alpha)
            return replace(pair, trials=(*pair.trials, *found.trials))
    return _measure_pair(suite.stage, baseline, variant, sheets, alpha)


def _sheet(suite: Suite, variant: Variant, answers: Sequence[Answer]) -> Sheet:
    return lay_out(suite.cases, (answer for answer in answers if answer.variant == variant.id))


def _label_pair(baseline: Variant, variant: Variant, sheets: tuple[Sheet, Sheet], alpha: float) -> Pair:
    one, other = read_labels(sheets[0]), read_labels(sheets[1])
    rows, right = (one.rows(), other.rows()), (one.right_per_case, other.right_per_case)
    macro = _of_totals(MACRO, rows, macro_f1, sheets[0], alpha, RESAMPLES)
    trials = (macro, _accuracy(one, other, alpha), *_positive(one, rows, alpha))
    sources = []
    for source, places in by_source(sheets[0].cases).items():
        parts = [read_labels(sheet.only(places)) for sheet in sheets]
        part_rows = (parts[0].rows(), parts[1].rows())
        sources.append((source, _of_totals(MACRO, part_rows, macro_f1, parts[0].sheet, ALPHA, SOURCE_RESAMPLES)))
    return Pair(baseline, variant, sheets, right, (one, other), trials, tuple(sources))


def _positive(labelled: Labelled, rows: tuple[Floats, Floats], alpha: float) -> tuple[Trial, ...]:
    """Compare the F1 of `check_worthy`, where that is a label."""
    if CHECK_WORTHY not in labelled.classes:
        return ()
    number = labelled.classes.index(CHECK_WORTHY)

    def f1(totals: Floats) -> Floats:
        return np.asarray(class_f1(totals)[..., number])

    return (_of_totals("F1 of check worthy", rows, f1, labelled.sheet, alpha, RESAMPLES),)


def _measure_pair(stage: str, baseline: Variant, variant: Variant, sheets: tuple[Sheet, Sheet], alpha: float) -> Pair:
    """Compare what is measured for each case: the first measure of the stage decides."""
    measure = {"retrieval": measure_retrieval, "attribution": measure_attribution}.get(stage, measure_claims)
    one, other = measured(sheets[0], measure), measured(sheets[1], measure)
    totals = ("right", "given", "gold")
    trials: list[Trial] = []
    if "given" in one:
        rows = tuple(np.stack([values[name] for name in totals], axis=1) for values in (one, other))
        figure = SOURCE_F1 if stage == "attribution" else "claims found F1"
        trials.append(_of_totals(figure, (rows[0], rows[1]), source_f1, sheets[0], alpha, RESAMPLES))
    trials += [_mean(name, one[name], other[name], sheets[0], alpha) for name in one if name not in totals]
    return Pair(baseline, variant, sheets, (_as_share(one), _as_share(other)), None, tuple(trials), ())


def _as_share(values: dict[str, Floats]) -> Floats:
    """Return for each case how far it was got right, between 0 and 1: by the share of gold, else the first measure."""
    if "gold" not in values:
        return next(iter(values.values()))
    gold = values["gold"]
    return np.asarray(np.where(gold > 0, values["right"] / np.maximum(gold, 1), 1.0))


def _of_totals(
    figure: str, rows: tuple[Floats, Floats], statistic: Statistic, sheet: Sheet, alpha: float, resamples: int
) -> Trial:
    found: Difference = compare_pairs(rows[0], rows[1], statistic, sheet.groups, resamples)
    return Trial(
        figure=figure,
        difference=found.value,
        interval=found.interval,
        p=found.p,
        test=f"swap test of {'groups of cases' if sheet.clustered else 'cases'}, studentized, {resamples} resamples",
        detectable=smallest_detectable(found.standard_error, found.clusters, found.differing, alpha),
        differing=found.differing,
    )


def _accuracy(one: Labelled, other: Labelled, alpha: float) -> Trial:
    """Compare accuracy: McNemar's test, or its like for clusters and repeats."""
    sheet, change = one.sheet, other.right_per_case - one.right_per_case
    sums = sum_clusters(change, sheet.groups)
    interval = mean_interval(change, sheet.clusters)
    if not sheet.clustered and one.sheet.repeats == other.sheet.repeats == 1:
        lost, won = int((change < 0).sum()), int((change > 0).sum())
        chance, test = mcnemar(lost, won), "McNemar's test, mid-p"
        detectable = smallest_detectable_share(len(change), (lost + won) / len(change), alpha)
    else:
        chance, test = _sign_flips(sums, one, other)
        detectable = _detectable(change, sheet, alpha)
    return Trial(
        figure=ACCURACY,
        difference=float(change.mean()),
        interval=interval,
        p=chance.mid_p,
        test=test,
        detectable=detectable,
        differing=int((np.abs(sums) > 1e-9).sum()),
        exact_p=chance.exact,
    )


def _detectable(change: Floats, sheet: Sheet, alpha: float) -> float:
    sums = sum_clusters(change, sheet.groups)
    differing = int((np.abs(sums) > 1e-9).sum())
    return smallest_detectable(standard_error(change, sheet.clusters) or 0.0, len(sums), differing, alpha)


def _sign_flips(sums: Floats, one: Labelled, other: Labelled) -> tuple[Chance, str]:
    """Count all sign changes: times their repeats, the sums of a case or a group are whole numbers."""
    asked = np.rint(1 / np.concatenate([one.sheet.weight, other.sheet.weight])).astype(np.int64)
    whole = sums * float(np.lcm.reduce(np.unique(asked)))
    return sign_flips(whole), "sign-flip test of cases with their repeats or groups, mid-p"


def _mean(name: str, one: Floats, other: Floats, sheet: Sheet, alpha: float) -> Trial:
    change = other - one
    sums = sum_clusters(change, sheet.groups)
    return Trial(
        figure=name,
        difference=float(change.mean()),
        interval=mean_interval(change, sheet.clusters),
        p=sign_flip_sampled(sums),
        test=f"sign-flip test of {'groups of cases' if sheet.clustered else 'cases'}, 10000 resamples",
        detectable=_detectable(change, sheet, alpha),
        differing=int((np.abs(sums) > 1e-9).sum()),
    )


def _pairing(pair: Pair, corrected: Sequence[float], compared: int) -> Pairing:
    sheet = pair.sheets[0]
    reasons = why_uninformative(*pair.sheets, pair.right)
    cautions: tuple[str, ...] = ()
    if pair.labelled:
        reasons += one_answer_only(*pair.labelled)
        cautions = cautions_of(*pair.labelled, pair.trials[1].detectable)
    change = pair.right[1] - pair.right[0]

    def worded(trial: Trial, p: float, among: int, cases: int) -> Comparison:
        return _comparison(pair, trial, p, among, cases, informative=not reasons)

    size = Counter(case.source for case in sheet.cases)

    return Pairing(
        baseline=pair.baseline.id,
        variant=pair.variant.id,
        cases=len(sheet.cases),
        clusters=int(sheet.clusters.max()) + 1,
        compared=compared,
        figures=tuple(
            worded(trial, p, compared, len(sheet.cases)) for trial, p in zip(pair.trials, corrected, strict=True)
        ),
        sources=tuple((source, worded(trial, trial.p, 1, size[source])) for source, trial in pair.sources),
        fixed=_cases(sheet, change > 1e-9),
        broken=_cases(sheet, change < -1e-9),
        control=check_control(sheet, *pair.right),
        uninformative=reasons,
        cautions=cautions,
    )


def _cases(sheet: Sheet, chosen: Truths) -> tuple[str, ...]:
    """Return the ids of the chosen cases of the suite; a claim of an article stands for its article."""
    return tuple(dict.fromkeys(case_of(case) for case, is_so in zip(sheet.cases, chosen, strict=True) if is_so))


def _comparison(
    pair: Pair, trial: Trial, corrected: float, compared: int, cases: int, *, informative: bool
) -> Comparison:
    finding = judge_difference(trial.difference, corrected, informative=informative)
    return Comparison(
        figure=trial.figure,
        difference=tidy(trial.difference) or 0.0,
        low=tidy(trial.interval.low) if trial.interval else None,
        high=tidy(trial.interval.high) if trial.interval else None,
        p=tidy(trial.p),
        corrected_p=tidy(corrected),
        exact_p=tidy(trial.exact_p),
        test=trial.test,
        detectable=tidy(trial.detectable),
        differing=trial.differing,
        finding=finding,
        sentence=word_difference(
            finding,
            baseline=pair.baseline.name,
            variant=pair.variant.name,
            figure=trial.figure,
            difference=trial.difference,
            interval=trial.interval,
            p=corrected,
            detectable=trial.detectable,
            cases=cases,
            compared=compared,
        ),
    )
