"""Figures of an evaluation: what counts as right, where failures go, and what a comparison may say."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score, ndcg_score

from pipeline.core.errors import InputError
from pipeline.core.models import Case, Failure, Usage
from pipeline.evaluation import Suite
from pipeline.evaluation.cases import Answer, Stage, Variant
from pipeline.evaluation.scores import Scores, compare_answers, control_set, lay_out, read_labels, score_answers
from pipeline.evaluation.scores.attribution import same_source
from pipeline.evaluation.scores.confidence import calibration_bins, calibration_error, risk_curve
from pipeline.evaluation.scores.end_to_end import NOT_FOUND, UNDECIDED, split_claims
from pipeline.evaluation.scores.ranking import average_precision
from pipeline.evaluation.statistics import mcnemar

pytestmark = pytest.mark.slow

ONE = Variant(name="verdict@1", prompt_ref="verdict@1+aaaa")
TWO = Variant(name="verdict@2", prompt_ref="verdict@2+bbbb")
LABELS = ("supported", "refuted", "not_enough_evidence")
MALFORMED = Failure(stage="verdict", reason="malformed_reply")


def suite_of(labels: list[str], stage: Stage = "verdict", **about: Any) -> Suite:
    """Return a suite of invented claims; keyword values that are lists give one to each case."""
    cases = []
    for number, label in enumerate(labels):
        own = {name: value[number] if isinstance(value, list) else value for name, value in about.items()}
        claim = f"The ferry of Norhaven carried {number} passengers."
        cases.append(Case(stage=stage, claim=claim, label=label, **{"source": "by hand", **own}))
    return Suite(name="ferries", stage=stage, cases=tuple(cases))


def answers_of(
    suite: Suite, told: list[str | None], variant: Variant = ONE, repeat: int = 0, **about: Any
) -> list[Answer]:
    """Return an answer to each case; None is a failure."""
    return [
        Answer(
            case_id=case.id,
            variant=variant.id,
            repeat=repeat,
            label=label,
            failure=None if label else MALFORMED,
            **{name: value[number] if isinstance(value, list) else value for name, value in about.items()},
        )
        for number, (case, label) in enumerate(zip(suite.cases, told, strict=True))
    ]


def score(suite: Suite, answers: list[Answer], variant: Variant = ONE) -> Scores:
    return score_answers(suite, variant, answers)


def value(scores: Scores, name: str) -> float | None:
    figure = scores.figure(name)
    assert figure is not None, name
    return figure.value


def drawn(cases: int, skill: float, seed: int) -> tuple[list[str], list[str | None]]:
    """Return gold labels and answers of which a share is right."""
    chance = random.Random(seed)
    gold = [chance.choices(LABELS, (5, 4, 2))[0] for _ in range(cases)]
    return gold, [label if chance.random() < skill else chance.choice(LABELS) for label in gold]


class TestLabels:
    def test_without_failures_the_figures_are_those_of_scikit_learn(self) -> None:
        gold, told = drawn(90, 0.5, seed=1)
        scores = score(suite := suite_of(gold), answers_of(suite, told))
        assert value(scores, "macro-F1") == pytest.approx(f1_score(gold, told, average="macro"), abs=1e-6)
        each = dict(zip(LABELS, f1_score(gold, told, average=None, labels=list(LABELS)), strict=True))
        assert {one.label: one.f1.value for one in scores.classes} == pytest.approx(each, abs=1e-6)
        right = sum(one == other for one, other in zip(gold, told, strict=True))
        assert value(scores, "accuracy") == pytest.approx(right / 90, abs=1e-6)
        assert scores.headline.name == "macro-F1"

    def test_a_failure_is_neither_right_nor_an_answer_nor_dropped(self) -> None:
        suite = suite_of(["supported", "supported", "refuted", "refuted"])
        scores = score(suite, answers_of(suite, ["supported", None, "refuted", "refuted"]))
        assert value(scores, "macro-F1") == pytest.approx((2 / 3 + 1) / 2, abs=1e-6)
        assert value(scores, "macro-F1 of answered") == 1.0
        assert value(scores, "accuracy") == 0.75
        assert value(scores, "accuracy of answered") == 1.0
        assert value(scores, "coverage") == 0.75
        assert value(scores, "precision of refuted") == 1.0
        assert scores.failures == {"malformed_reply": 1}
        assert str(scores.headline).endswith("n 4, failures 1")
        assert scores.confusion is not None
        assert scores.confusion.answers[-1] == "failure"
        assert [row[-1] for row in scores.confusion.counts] == [1.0, 0.0]

    def test_more_failures_never_raise_the_headline(self) -> None:
        gold, told = drawn(60, 0.6, seed=2)
        suite = suite_of(gold)
        before = value(score(suite, answers_of(suite, told)), "macro-F1")
        failing: list[str | None] = [
            None if number % 3 == 0 and one == gold[number] else one for number, one in enumerate(told)
        ]
        after = value(score(suite, answers_of(suite, failing)), "macro-F1")
        assert before is not None
        assert after is not None
        assert after < before

    def test_an_acceptable_answer_is_right_and_becomes_the_gold_label(self) -> None:
        suite = suite_of(["supported", "refuted", "not_enough_evidence"], acceptable=[("not_enough_evidence",), (), ()])
        scores = score(suite, answers_of(suite, ["not_enough_evidence", "refuted", "not_enough_evidence"]))
        assert value(scores, "accuracy") == 1.0
        classes = {one.label: one for one in scores.classes}
        assert classes["not_enough_evidence"].gold == 2
        assert classes["not_enough_evidence"].f1.value == 1.0
        assert classes["supported"].gold == 0
        assert value(scores, "macro-F1") == 1.0

    def test_a_label_that_no_case_has_is_a_miss_and_stands_in_the_confusion_matrix(self) -> None:
        suite = suite_of(["supported", "refuted"])
        scores = score(suite, answers_of(suite, ["conflicting_evidence", "refuted"]))
        assert value(scores, "macro-F1") == 0.5
        assert scores.confusion is not None
        assert "conflicting_evidence" in scores.confusion.answers

    def test_repeats_are_averaged_before_f1_is_taken(self) -> None:
        suite = suite_of(["supported", "refuted"])
        answers = answers_of(suite, ["supported", "refuted"]) + answers_of(suite, ["supported", "supported"], repeat=1)
        scores = score(suite, answers)
        # supported: 1 right, 1.5 answered, 1 gold; refuted: 0.5 right, 0.5 answered, 1 gold
        assert value(scores, "macro-F1") == pytest.approx((2 / 2.5 + 1 / 1.5) / 2, abs=1e-6)
        assert (scores.cases, scores.repeats) == (2, 2)
        assert "n 2 x 2" in str(scores.headline)

    def test_repeats_of_equal_answers_narrow_no_interval(self) -> None:
        gold, told = drawn(40, 0.6, seed=3)
        suite = suite_of(gold)
        once = score(suite, answers_of(suite, told))
        thrice = score(suite, [one for repeat in range(3) for one in answers_of(suite, told, repeat=repeat)])
        for name in ("macro-F1", "accuracy", "coverage"):
            one, other = once.figure(name), thrice.figure(name)
            assert one is not None
            assert other is not None
            assert other.value == one.value
            assert other.low == pytest.approx(one.low, abs=0.02)
            assert other.high == pytest.approx(one.high, abs=0.02)

    def test_cases_of_one_article_widen_intervals(self) -> None:
        gold = ["supported", "refuted"] * 40
        told: list[str | None] = [
            label if number // 8 % 2 else "not_enough_evidence" for number, label in enumerate(gold)
        ]
        alone = suite_of(gold)
        grouped = suite_of(gold, group=[f"article {number // 8}" for number in range(80)])
        one, other = (score(suite, answers_of(suite, told)) for suite in (alone, grouped))
        assert (one.clusters, other.clusters) == (80, 10)
        for name in ("macro-F1", "accuracy"):
            narrow, wide = one.figure(name), other.figure(name)
            assert narrow is not None
            assert wide is not None
            assert (wide.high or 0) - (wide.low or 0) > 1.8 * ((narrow.high or 0) - (narrow.low or 0))

    def test_the_order_of_answers_changes_no_byte(self) -> None:
        gold, told = drawn(50, 0.6, seed=4)
        suite = suite_of(gold, group=[f"article {number // 3}" for number in range(50)])
        answers = answers_of(suite, told, confidence=[0.5 + number / 200 for number in range(50)])
        mixed = random.Random(1).sample(answers, len(answers))
        assert score(suite, answers).model_dump_json() == score(suite, mixed).model_dump_json()

    def test_nothing_right_is_not_certain_to_be_nothing(self) -> None:
        suite = suite_of(["supported"] * 10 + ["refuted"] * 10)
        scores = score(suite, answers_of(suite, ["supported"] * 20))
        refuted = next(one for one in scores.classes if one.label == "refuted")
        assert (refuted.f1.value, refuted.f1.low, refuted.f1.high) == (0.0, None, None)
        assert (refuted.precision.value, refuted.recall.value) == (None, 0.0)
        assert refuted.recall.high == pytest.approx(0.278, abs=0.001)

    def test_each_source_has_its_own_figures(self) -> None:
        suite = suite_of(["supported", "refuted", "supported", "refuted"], source=["a", "a", "b", "b"])
        scores = score(suite, answers_of(suite, ["supported", "refuted", "refuted", "supported"]))
        assert [(one.source, one.figures[0].value, one.figures[0].n) for one in scores.sources] == [
            ("a", 1.0, 2),
            ("b", 0.0, 2),
        ]

    def test_a_case_without_an_answer_is_an_error_not_a_smaller_suite(self) -> None:
        suite = suite_of(["supported", "refuted"])
        answers = answers_of(suite, ["supported", "refuted"])
        with pytest.raises(InputError, match="1 of 2 cases have no answer"):
            score(suite, answers[:1])
        with pytest.raises(InputError, match="two answers of one repeat"):
            score(suite, [*answers, answers[0]])
        with pytest.raises(InputError, match="empty"):
            lay_out([], [])


class TestConfidence:
    def test_answers_as_sure_as_they_are_right_have_no_calibration_error(self) -> None:
        confidence = np.repeat([0.2, 0.6, 0.9], 10)
        right = np.concatenate([np.arange(10) < count for count in (2, 6, 9)]).astype(float)
        assert calibration_error(calibration_bins(confidence, right)) == pytest.approx(0, abs=1e-6)

    def test_the_error_of_answers_too_sure_of_themselves_is_known(self) -> None:
        bins = calibration_bins(np.full(40, 0.9), (np.arange(40) < 20).astype(float))
        assert calibration_error(bins) == pytest.approx(0.4)
        assert sum(one.answers for one in bins) == 40

    def test_bins_hold_equally_many_and_ties_do_not_depend_on_order(self) -> None:
        confidence = np.repeat([0.4, 0.8], 50)
        right = np.array(([1.0] * 10 + [0.0] * 40) * 2)
        bins = calibration_bins(confidence, right)
        assert {one.answers for one in bins} == {10.0}
        assert bins == calibration_bins(confidence, np.array(([0.0] * 40 + [1.0] * 10) * 2))

    def test_the_risk_curve_takes_the_surest_first_and_never_covers_failures(self) -> None:
        points = risk_curve(np.array([0.9, 0.8, 0.8, 0.5]), np.array([1.0, 1.0, 0.0, 0.0]), np.ones(4), cases=5)
        assert [(one.coverage, one.risk) for one in points] == [
            (0.2, 0.0),
            (0.6, pytest.approx(1 / 3, abs=1e-6)),
            (0.8, 0.5),
        ]

    def test_without_confidence_nothing_is_said_of_it(self) -> None:
        suite = suite_of(["supported", "refuted"])
        scores = score(suite, answers_of(suite, ["supported", "refuted"]))
        assert scores.figure("calibration error") is None
        assert scores.calibration == scores.risk == ()


class TestCitationsAndCosts:
    def test_quotations_of_failed_answers_count(self) -> None:
        suite = suite_of(["supported", "refuted", "refuted"])
        answers = answers_of(
            suite, ["supported", None, "refuted"], citations_given=[2, 2, 0], citations_proven=[2, 1, 0]
        )
        scores = score(suite, answers)
        assert value(scores, "citation validity") == 0.75
        assert value(scores, "citation support") == 0.5

    def test_money_and_time_are_for_each_case_and_unknown_prices_stay_unknown(self) -> None:
        suite = suite_of(["supported", "refuted"])
        usage = [Usage(calls=1, tokens_in=100, tokens_out=10, dollars=0.02), Usage(cached=1, tokens_in=100)]
        scores = score(suite, answers_of(suite, ["supported", "refuted"], usage=usage, seconds=[3.0, 1.0]))
        assert scores.costs.dollars == 0.01
        assert scores.costs.seconds.value == 2.0
        assert (scores.costs.tokens_in, scores.costs.cached, scores.costs.total_dollars) == (100, 1, 0.02)
        unknown = score(suite, answers_of(suite, ["supported", "refuted"], usage=[usage[0], Usage(dollars=None)]))
        assert unknown.costs.dollars is None


class TestOtherStages:
    def test_average_precision_is_that_of_scikit_learn_ties_and_weights_included(self) -> None:
        chance = np.random.default_rng(5)
        scores, truth = chance.integers(0, 8, 60) / 8, chance.integers(0, 2, 60).astype(float)
        weights = np.stack([np.ones(60), chance.integers(0, 3, 60).astype(float)])
        expected = [average_precision_score(truth, scores, sample_weight=row) for row in weights]
        assert average_precision(scores, truth, weights) == pytest.approx(expected)

    def test_detection_ranks_by_how_sure_it_is_and_failures_come_last(self) -> None:
        suite = suite_of(["check_worthy", "not_check_worthy", "check_worthy"], stage="detection")
        answers = answers_of(suite, ["check_worthy", "not_check_worthy", None], confidence=[0.9, 0.8, None])
        scores = score(suite, answers)
        assert value(scores, "average precision") == pytest.approx((1 + 2 / 3) / 2, abs=1e-6)
        assert scores.headline.name == "macro-F1"
        better = answers_of(suite, ["check_worthy", "not_check_worthy", "check_worthy"], TWO)
        pairing = compare_answers(suite, ONE, [TWO], answers + better)[0]
        assert [one.figure for one in pairing.figures] == ["macro-F1", "accuracy", "F1 of check worthy"]
        assert pairing.figures[2].difference == pytest.approx(1 - 2 / 3, abs=1e-6)

    def test_retrieval_figures_are_means_over_queries_and_a_failure_found_nothing(self) -> None:
        relevant = [{"relevant": ["p1", "p2"]}, {"relevant": ["p1"]}]
        suite = suite_of(["relevant", "relevant"], stage="retrieval", metadata=relevant)
        found = Answer(case_id=suite.cases[0].id, variant=ONE.id, payload={"ranking": ["p9", "p2", "p3", "p1"]})
        failed = Answer(case_id=suite.cases[1].id, variant=ONE.id, failure=MALFORMED)
        scores = score(suite, [found, failed])
        gain = ndcg_score([[0, 1, 0, 1]], [[4, 3, 2, 1]], k=10)
        assert scores.headline.name == "nDCG@10"
        assert value(scores, "nDCG@10") == pytest.approx(gain / 2, abs=1e-6)
        assert value(scores, "recall@5") == 0.5
        assert value(scores, "MRR") == 0.25
        assert value(scores, "coverage") == 0.5

    def test_attributions_are_paired_by_content_and_right_by_source(self) -> None:
        gold = {"source": "the harbour master", "content": "no boat had left the harbour that night", "cue": "said"}
        suite = suite_of(["attributed", "attributed"], stage="attribution", metadata={"attributions": [gold]})
        right = {"speaker": "The harbour master", "content": "no boat had left the harbour"}
        wrong = {"speaker": "A fisherman", "content": "no boat had left the harbour that night"}
        answers = [
            Answer(case_id=case.id, variant=ONE.id, payload={"attributions": [one]})
            for case, one in zip(suite.cases, (right, wrong), strict=True)
        ]
        scores = score(suite, answers)
        assert value(scores, "source F1") == 0.5
        assert value(scores, "content overlap") == pytest.approx((2 * 6 / 14 + 1) / 2, abs=1e-6)

    @pytest.mark.parametrize(
        ("gold", "given", "same"),
        [
            ("Mayor Ada Lind", "Lind", True),
            ("she", "Ada Lind", False),
            ("", "Lind", False),
            ("the police", "the court", False),
        ],
    )
    def test_a_source_is_itself_in_longer_and_shorter_words(self, gold: str, given: str, same: bool) -> None:
        assert same_source(gold, given) is same

    def test_end_to_end_a_claim_that_was_not_found_is_a_failure_not_a_verdict(self) -> None:
        claims = [
            {"text": "The ferry sank in 1931.", "label": "refuted"},
            {"text": "Forty people were on board.", "label": "supported"},
        ]
        suite = suite_of(["supported"], stage="end_to_end", metadata={"claims": claims})
        told = [{"text": "The ferry sank in 1931", "label": "refuted"}, {"text": "It rained.", "label": "supported"}]
        scores = score(suite, [Answer(case_id=suite.cases[0].id, variant=ONE.id, payload={"claims": told})])
        assert value(scores, "claims found F1") == 0.5
        assert value(scores, "macro-F1") == 0.5
        assert value(scores, "precision of refuted") == 1.0
        assert (scores.cases, scores.clusters) == (1, 1)

    def test_end_to_end_a_claim_found_without_a_verdict_is_another_failure_than_one_not_found(self) -> None:
        gold = [{"text": "The ferry sank in 1931.", "label": "refuted"}, {"text": "It rained.", "label": "supported"}]
        suite = suite_of(["checked"], stage="end_to_end", metadata={"claims": gold})
        told = [{"text": "The ferry sank in 1931.", "label": None}]
        answer = Answer(case_id=suite.cases[0].id, variant=ONE.id, payload={"claims": told})
        assert [answers[0].failure for _, answers in split_claims(suite.cases[0], [answer])] == [UNDECIDED, NOT_FOUND]
        assert value(score(suite, [answer]), "claims found recall") == 0.5

    def test_whole_articles_are_compared_by_verdicts_and_by_claims_found(self) -> None:
        texts = ("The ferry sank in 1931.", "Forty people were on board.", "The harbour was closed at noon.")
        gold = [{"text": text, "label": label} for text, label in zip(texts, LABELS, strict=True)]
        suite = suite_of(["checked"] * 12, stage="end_to_end", metadata={"claims": gold})
        told = {ONE.id: gold[:1], TWO.id: gold}
        answers = [
            Answer(case_id=case.id, variant=variant, payload={"claims": claims})
            for variant, claims in told.items()
            for case in suite.cases
        ]
        pairing = compare_answers(suite, ONE, [TWO], answers)[0]
        assert [one.figure for one in pairing.figures] == ["macro-F1", "accuracy", "claims found F1"]
        assert pairing.figures[2].difference == 0.5
        assert pairing.headline.finding == "better"
        assert pairing.fixed == tuple(case.id for case in suite.cases)
        assert (pairing.cases, pairing.clusters) == (36, 12)


class TestComparing:
    def _compared(self, suite: Suite, one: list[str | None], other: list[str | None]) -> Any:
        answers = answers_of(suite, one) + answers_of(suite, other, TWO)
        return compare_answers(suite, ONE, [ONE, TWO], answers)[0]

    def test_a_much_better_prompt_is_called_better_and_its_flips_are_named(self) -> None:
        gold, told = drawn(150, 0.4, seed=6)
        suite = suite_of(gold)
        pairing = self._compared(suite, told, list(gold))
        assert [one.figure for one in pairing.figures] == ["macro-F1", "accuracy"]
        assert pairing.headline.finding == "better"
        assert pairing.headline.sentence.startswith("verdict@2 is better than verdict@1: macro-F1 +0.")
        wrong = [case.id for case, one, label in zip(suite.cases, told, gold, strict=True) if one != label]
        assert list(pairing.fixed) == wrong
        assert pairing.broken == ()
        assert str(pairing.control) == f"Control set: {pairing.control.cases} of {pairing.control.cases} cases " + (
            "that the baseline gets right stayed right."
        )

    def test_a_small_suite_says_that_it_shows_almost_nothing(self) -> None:
        gold, told = drawn(24, 0.6, seed=7)
        other: list[str | None] = [
            gold[n] if n in (2, 9, 14) else "supported" if n in (4, 11) else one for n, one in enumerate(told)
        ]
        pairing = self._compared(suite_of(gold), told, other)
        assert pairing.headline.finding == "no_evidence"
        assert "With 24 cases it can show almost nothing" in pairing.headline.sentence
        assert pairing.headline.detectable > 0.25

    def test_several_variants_are_corrected_for_their_number(self) -> None:
        gold, told = drawn(100, 0.5, seed=9)
        better = [label if number % 8 == 0 else one for number, (label, one) in enumerate(zip(gold, told, strict=True))]
        suite = suite_of(gold)
        three = Variant(name="verdict@3", prompt_ref="verdict@3+cccc")
        answers = answers_of(suite, told) + answers_of(suite, better, TWO) + answers_of(suite, told, three)
        alone = compare_answers(suite, ONE, [ONE, TWO], answers)[0].headline
        among = compare_answers(suite, ONE, [ONE, TWO, three], answers)[0].headline
        assert among.p == alone.p == alone.corrected_p
        assert among.corrected_p == pytest.approx(2 * (alone.p or 0), abs=1e-5)
        assert among.detectable is not None
        assert alone.detectable is not None
        assert among.detectable > alone.detectable
        assert "corrected for 2 comparisons" in among.sentence

    def test_failures_of_a_variant_count_against_it(self) -> None:
        gold, told = drawn(120, 0.8, seed=10)
        failing: list[str | None] = [None if number % 4 == 0 else one for number, one in enumerate(told)]
        pairing = self._compared(suite_of(gold), told, failing)
        assert pairing.headline.finding == "worse"
        assert any("25% of the variant's answers failed" in line for line in pairing.cautions)

    @pytest.mark.parametrize(
        ("one", "other", "why"),
        [
            (["refuted"] * 8 + ["supported"] * 8, ["refuted"] * 8 + ["supported"] * 8, "every case wrong"),
            (["supported"] * 8 + ["refuted"] * 8, ["supported"] * 8 + ["refuted"] * 8, "every case right"),
            (["supported"] * 16, ["supported"] * 16, "to every case"),
            ([None] * 10 + ["refuted"] * 6, ["supported"] * 8 + ["refuted"] * 8, "answers failed"),
        ],
        ids=["floor", "ceiling", "one answer", "failures"],
    )
    def test_an_evaluation_that_can_show_nothing_says_so(
        self, one: list[str | None], other: list[str | None], why: str
    ) -> None:
        pairing = self._compared(suite_of(["supported"] * 8 + ["refuted"] * 8), one, other)
        assert why in " ".join(pairing.uninformative)
        assert pairing.headline.finding == "uninformative"
        assert "cannot compare" in pairing.headline.sentence

    def test_five_articles_can_show_nothing_however_many_claims_they_have(self) -> None:
        gold = ["supported", "refuted"] * 50
        suite = suite_of(gold, group=[f"article {number % 5}" for number in range(100)])
        pairing = self._compared(suite, ["supported"] * 100, list(gold))
        assert "Only 5 independent cases" in " ".join(pairing.uninformative)
        assert pairing.headline.p > 0.05

    def test_a_baseline_that_never_flags_is_cautioned_about(self) -> None:
        gold, told = drawn(80, 0.7, seed=11)
        silent: list[str | None] = ["supported" if one == "refuted" else one for one in told]
        pairing = self._compared(suite_of(gold), silent, told)
        assert any("never answers “refuted”" in line for line in pairing.cautions)

    def test_a_ceiling_leaves_no_room_for_an_improvement(self) -> None:
        gold, _ = drawn(60, 1, seed=12)
        nearly: list[str | None] = [*gold[:-1], "supported" if gold[-1] != "supported" else "refuted"]
        pairing = self._compared(suite_of(gold), nearly, list(gold))
        assert any("no room to show an improvement" in line for line in pairing.cautions)

    def test_single_answers_are_tested_by_mcnemar_and_repeats_by_sign_changes(self) -> None:
        gold, told = drawn(60, 0.6, seed=13)
        suite = suite_of(gold)
        once = self._compared(suite, told, list(gold))
        accuracy = once.figures[1]
        assert accuracy.test == "McNemar's test, mid-p"
        assert accuracy.p is not None
        assert accuracy.exact_p is not None
        assert accuracy.p < accuracy.exact_p
        assert accuracy.exact_p == pytest.approx(mcnemar(len(once.broken), len(once.fixed)).exact, abs=1e-6)
        repeated = [
            answer
            for variant, labels in ((ONE, told), (TWO, list(gold)))
            for repeat in range(2)
            for answer in answers_of(suite, labels, variant, repeat=repeat)
        ]
        twice = compare_answers(suite, ONE, [TWO], repeated)[0]
        assert "sign-flip" in twice.figures[1].test
        assert twice.figures[1].p == pytest.approx(once.figures[1].p, abs=1e-6)
        assert twice.headline.p == pytest.approx(once.headline.p, abs=0.02)

    def test_retrieval_is_compared_query_by_query(self) -> None:
        suite = suite_of(["relevant"] * 20, stage="retrieval", metadata={"relevant": ["p1"]})
        answers = [
            Answer(case_id=case.id, variant=variant.id, payload={"ranking": ranking})
            for variant, ranking in ((ONE, ["p2", "p1"]), (TWO, ["p1", "p2"]))
            for case in suite.cases
        ]
        pairing = compare_answers(suite, ONE, [TWO], answers)[0]
        assert pairing.headline.figure == "nDCG@10"
        assert pairing.headline.finding == "better"
        assert len(pairing.fixed) == 20

    def test_the_control_set_is_what_is_right_every_time(self) -> None:
        suite = suite_of(["supported", "supported"])
        answers = answers_of(suite, ["supported", "supported"]) + answers_of(suite, ["supported", "refuted"], repeat=1)
        sheet = lay_out(suite.cases, answers)
        assert control_set(sheet, read_labels(sheet).right_per_case) == (suite.cases[0].id,)
