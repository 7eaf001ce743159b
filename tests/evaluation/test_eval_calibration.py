"""Fitting probabilities to people's labels: what is recovered, what is measured, when it is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from prompt_desk import Desk, made_up_suite, right_but
from sklearn.metrics import brier_score_loss, log_loss

from pipeline.check import Calibration, read_calibrations
from pipeline.core.errors import InputError
from pipeline.core.models import Case, Failure
from pipeline.evaluation import Suite, calibrate_evaluation, write_calibrations
from pipeline.evaluation.calibration.fitting import FOLDS, Method, Scaling, fit, out_of_sample, worth_of
from pipeline.evaluation.cases import Answer, Variant
from pipeline.evaluation.scores import score_answers
from pipeline.evaluation.scores.confidence import calibration_bins, calibration_error
from pipeline.evaluation.scores.probabilities import LABELS, Judged, brier_scores

ONE = Variant(name="verdict@1", prompt_ref="verdict@1+aaaa", model="local:small")


def judged_of(said: np.ndarray, gold: np.ndarray) -> Judged:
    """Return rows whose answered label is the likeliest, each of a case of its own."""
    rows = len(gold)
    return Judged(said, gold, said.argmax(axis=1), np.arange(rows), np.ones(rows))


def too_sure(rows: int, temperature: float, offset: float = 0.0, seed: int = 1) -> Judged:
    """Return rows said with so many times the certainty that their truth is drawn with; some labels likelier."""
    rng = np.random.default_rng(seed)
    true = rng.dirichlet(np.full(len(LABELS), 0.7), size=rows)
    gold = np.array([rng.choice(len(LABELS), p=row) for row in true])
    powers = np.exp(temperature * np.log(np.maximum(true, 1e-6)) + offset * np.arange(len(LABELS)))
    return judged_of(powers / powers.sum(axis=1, keepdims=True), gold)


# Fitting


@pytest.mark.parametrize("temperature", [0.7, 1.0, 1.6])
def test_the_temperature_that_made_a_model_too_sure_is_found_again(temperature: float) -> None:
    scaling = fit(too_sure(4_000, temperature), "temperature")
    assert 1 / scaling.scale[0] == pytest.approx(temperature, rel=0.15)
    assert len(set(scaling.scale)) == 1 and not scaling.offset.any()


def test_a_leaning_towards_a_label_is_taken_away_by_vector_scaling_and_not_by_one_temperature() -> None:
    leaning = too_sure(4_000, 1.2, offset=0.8)
    by_vector, by_temperature = (
        worth_of(out_of_sample(leaning, leaning.place, method), leaning) for method in ("vector", "temperature")
    )
    own = worth_of(leaning.said, leaning)
    assert by_vector.log_loss < by_temperature.log_loss - 0.02 and by_vector.log_loss < own.log_loss - 0.02
    assert by_vector.brier < own.brier and by_vector.calibration_error < 0.05


def test_a_handful_that_is_all_right_makes_nothing_certain() -> None:
    said = np.tile([0.7, 0.1, 0.1, 0.1], (60, 1))
    after = fit(judged_of(said, np.zeros(60, dtype=np.int64)), "temperature").apply(said)
    assert 0.9 < after[0, 0] < 0.98


@st.composite
def rows_of_answers(draw: st.DrawFn) -> Judged:
    numbers = draw(st.lists(st.tuples(*[st.floats(0, 1)] * 4).filter(lambda row: sum(row) > 0.01), min_size=20))
    gold = draw(st.lists(st.integers(0, 3), min_size=len(numbers), max_size=len(numbers)))
    said = np.array(numbers)
    return judged_of(said / said.sum(axis=1, keepdims=True), np.array(gold))


@settings(max_examples=30, deadline=None)
@given(rows_of_answers(), st.sampled_from(["temperature", "vector"]))
def test_scaled_probabilities_sum_to_one_and_one_temperature_keeps_their_order(judged: Judged, method: Method) -> None:
    after = fit(judged, method).apply(judged.said)
    assert after.sum(axis=1) == pytest.approx(1)
    if method == "temperature":
        best = np.take_along_axis(after, judged.said.argmax(axis=1)[:, None], axis=1)[:, 0]
        assert best == pytest.approx(after.max(axis=1))


@settings(max_examples=30, deadline=None)
@given(rows_of_answers(), st.sampled_from(["temperature", "vector"]))
def test_a_check_applies_the_very_scaling_that_was_fitted(judged: Judged, method: Method) -> None:
    scaling = fit(judged, method)
    applied = calibration_of(scaling, method).apply(dict(zip(LABELS, judged.said[0].tolist(), strict=True)))
    assert list(applied.values()) == pytest.approx(scaling.apply(judged.said[:1])[0].tolist())


def calibration_of(scaling: Scaling, method: Method) -> Calibration:
    parts = {name: dict(zip(LABELS, values.tolist(), strict=True)) for name, values in scaling._asdict().items()}
    return Calibration(prompt="p@1+0", model="m", method=method, evaluation="e", cases=60, **parts)


def test_out_of_sample_no_row_has_a_part_in_its_own_probabilities() -> None:
    judged = too_sure(200, 1.5)
    clusters = np.arange(200) // 2
    before = out_of_sample(judged, clusters, "temperature")
    fold = clusters % FOLDS == 3
    other = judged._replace(gold=np.where(fold, (judged.gold + 1) % 4, judged.gold))
    after = out_of_sample(other, clusters, "temperature")
    assert after[fold] == pytest.approx(before[fold]) and not np.allclose(after[~fold], before[~fold])


def test_log_loss_and_brier_score_are_those_of_scikit_learn() -> None:
    judged = too_sure(300, 1.0)
    worth = worth_of(judged.said, judged)
    said = np.maximum(judged.said, 0.005)
    assert worth.log_loss == pytest.approx(-np.log(said[np.arange(300), judged.gold]).mean())
    assert worth.log_loss == pytest.approx(log_loss(judged.gold, judged.said, labels=range(4)), rel=0.05)
    expected = brier_score_loss(judged.gold, judged.said, labels=range(4), scale_by_half=False)
    assert worth.brier == pytest.approx(expected)


def test_the_calibration_error_of_a_models_own_probabilities_is_the_one_that_scores_show() -> None:
    judged = too_sure(333, 1.4)
    said = np.round(judged.said, 1) + 1e-9
    rows = judged_of(said / said.sum(axis=1, keepdims=True), judged.gold)
    bins = calibration_bins(rows.said[np.arange(333), rows.given], rows.right)
    assert worth_of(rows.said, rows).calibration_error == pytest.approx(calibration_error(bins), abs=1e-4)


# Figures of an evaluation


def answered(told: list[dict[str, float] | None], confidence: float | None = 0.5) -> tuple[Suite, list[Answer]]:
    """Return a suite of supported claims that are all found supported, but the last, which is found refuted."""
    cases = [Case(claim=f"Ferry {n} sails.", label="supported", source="x") for n in range(len(told))]
    labels = ["supported"] * (len(told) - 1) + ["refuted"]
    answers = [
        Answer(case_id=case.id, variant=ONE.id, label=label, confidence=confidence, probabilities=probabilities)
        for case, label, probabilities in zip(cases, labels, told, strict=True)
    ]
    return Suite(name="ferries", stage="verdict", cases=tuple(sorted(cases, key=lambda case: case.id))), answers


def told(supported: float, refuted: float) -> dict[str, float]:
    rest = (1 - supported - refuted) / 2
    return dict(zip(LABELS, (supported, refuted, rest, rest), strict=True))


def test_risk_and_calibration_go_by_the_probability_of_the_label_given() -> None:
    suite, answers = answered([told(0.9, 0.1), told(0.6, 0.4), told(0.3, 0.5)])
    scores = score_answers(suite, ONE, answers)
    assert [(point.confidence, point.risk) for point in scores.risk] == [(0.9, 0), (0.6, 0), (0.5, 0.333333)]
    area, brier = scores.figure("area under risk-coverage"), scores.figure("Brier score")
    assert area is not None and "the probability of its label first" in area.of
    rows = np.array([list(answer.probabilities.values()) for answer in answers if answer.probabilities])
    assert brier is not None and brier.value == pytest.approx(brier_scores(rows, [0, 0, 0]).mean(), abs=1e-6)


def test_where_some_answers_tell_no_probabilities_it_says_so_and_takes_their_confidence() -> None:
    suite, answers = answered([told(0.9, 0.1), None, told(0.3, 0.6)], confidence=0.7)
    scores = score_answers(suite, ONE, answers)
    assert [point.confidence for point in scores.risk] == [0.9, 0.7, 0.6]
    error = scores.figure("calibration error")
    assert error is not None and "(2 of 3 answers tell it, else confidence)" in error.of
    brier = scores.figure("Brier score")
    assert brier is not None and "of 2 answers" in brier.of


def test_without_probabilities_the_figures_are_those_of_confidence_as_ever() -> None:
    suite, answers = answered([None, None, None])
    scores = score_answers(suite, ONE, answers)
    error = scores.figure("calibration error")
    assert error is not None and error.of == "mean distance of confidence and share of right answers, 1 equal-mass bins"
    assert scores.figure("Brier score") is None


def test_a_failed_answer_has_no_part_in_the_brier_score() -> None:
    suite, answers = answered([told(0.9, 0.1), told(0.9, 0.1), told(0.1, 0.9)])
    failed = Answer(case_id=answers[-1].case_id, variant=ONE.id, failure=Failure(stage="v", reason="refused"))
    brier = score_answers(suite, ONE, [*answers[:-1], failed]).figure("Brier score")
    assert brier is not None and brier.value == pytest.approx(0.01 + 0.01, abs=1e-6) and brier.failures == 1


# From a stored evaluation to the table beside the prompts


def overconfident(number: int, label: str) -> dict[str, float]:
    """Say .97 of the label whatever it is."""
    return {each: 0.97 if each == label else 0.01 for each in LABELS}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.write(1)
    return desk


def test_a_model_that_is_always_sure_and_often_wrong_is_brought_down_to_how_often_it_is_right(desk: Desk) -> None:
    bundle = desk.evaluate(
        {1: right_but(0, 3, 5)}, parameters={"temperature": 0.0, "base_url": "http://x/v1"}, tells=overconfident
    )
    (fitted,) = calibrate_evaluation(bundle)
    made = fitted.calibration
    assert made is not None and made.evaluation == bundle.evaluation.id and made.cases == 150
    assert made.parameters == {"temperature": 0.0}
    after = made.apply({label: 0.97 if label == "refuted" else 0.01 for label in LABELS})
    assert 0.7 < after["refuted"] < 0.85
    assert made.figures["log_loss"].after < made.figures["log_loss"].before
    assert made.figures["calibration_error"].after < 0.02 < 0.1 < made.figures["calibration_error"].before


def test_what_is_written_is_read_again_and_takes_the_place_of_the_same_prompt_and_model_alone(desk: Desk) -> None:
    first, second = (desk.evaluate({1: right_but(wrong)}, model="local:a", tells=overconfident) for wrong in (1, 2))
    other = desk.evaluate({1: right_but(1)}, model="local:b", tells=overconfident)
    for bundle in (first, second, other):
        (fitted,) = calibrate_evaluation(bundle)
        assert fitted.calibration is not None
        write_calibrations(desk.prompts, [fitted.calibration])
    found = read_calibrations(desk.prompts)
    assert [(each.model, each.evaluation) for each in found] == [
        ("local:a", second.evaluation.id),
        ("local:b", other.evaluation.id),
    ]


@pytest.mark.parametrize(
    ("cases", "tells", "method", "why"),
    [
        (49, overconfident, "temperature", "49 judged cases tell how likely each label is, .* needs 50"),
        (150, None, "temperature", "no answer tells how likely each label is"),
        (199, overconfident, "vector", "199 judged cases .* vector scaling needs 200"),
        (210, overconfident, "vector", "0 cases are conflicting evidence, and vector scaling needs 10 of each label"),
    ],
)
def test_too_little_to_fit_to_is_refused_in_one_line(
    desk: Desk, cases: int, tells: object, method: Method, why: str
) -> None:
    bundle = desk.evaluate({1: right_but(1)}, made_up_suite(cases), tells=tells)
    with pytest.raises(InputError, match=why) as error:
        calibrate_evaluation(bundle, method)
    assert "\n" not in str(error.value)


def test_an_evaluation_that_is_not_complete_or_was_changed_is_refused(desk: Desk) -> None:
    bundle = desk.evaluate({1: right_but(1)}, tells=overconfident)
    path = bundle.folder / "answers.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("0.97", "0.96"), encoding="utf-8")
    with pytest.raises(InputError, match="is not as it was stored: answers.jsonl was changed"):
        calibrate_evaluation(bundle)
    with pytest.raises(InputError, match="is not complete"):
        calibrate_evaluation(desk.evaluate({1: right_but(1)}, tells=overconfident, complete=False))


def test_cases_of_few_articles_are_refused_however_many_they_are(desk: Desk) -> None:
    suite = made_up_suite(150)
    few = [case.model_copy(update={"group": f"article {case.metadata['n'] % 9}"}) for case in suite.cases]
    bundle = desk.evaluate({1: right_but(1)}, Suite(name="few", stage="verdict", cases=tuple(few)), tells=overconfident)
    with pytest.raises(InputError, match="the cases are of 9 articles, and cross-validation needs 10"):
        calibrate_evaluation(bundle)


def test_a_calibration_that_does_worse_out_of_sample_is_not_made(desk: Desk) -> None:
    """Of ten articles nine are got right and one is got wrong throughout: none can tell what another is worth."""
    cases = [
        case.model_copy(update={"group": f"article {case.metadata['n'] % 10}"}) for case in made_up_suite(150).cases
    ]

    def nine_in_ten(number: int, label: str) -> dict[str, float]:
        return {each: 0.91 if each == label else 0.03 for each in LABELS}

    suite = Suite(name="uneven", stage="verdict", cases=tuple(cases))
    bundle = desk.evaluate({1: right_but(4, says="conflicting_evidence")}, suite, tells=nine_in_ten)
    with pytest.raises(InputError, match=r"out of sample log loss would rise from 0\.\d+ to 0\.\d+: the model's own"):
        calibrate_evaluation(bundle)
    assert read_calibrations(desk.prompts) == ()
