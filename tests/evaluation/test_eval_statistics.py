"""Intervals, paired tests and power of evaluations, against known answers and against simulated truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy import stats
from sklearn.metrics import f1_score
from statsmodels.api import OLS
from statsmodels.stats.contingency_tables import mcnemar as statsmodels_mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from pipeline.evaluation.statistics import (
    Floats,
    bootstrap_intervals,
    class_f1,
    compare_pairs,
    fewest_pairs,
    holm,
    judge_difference,
    macro_f1,
    mcnemar,
    mcnemar_power,
    mean_interval,
    share_interval,
    sign_flip_sampled,
    sign_flips,
    smallest_detectable,
    smallest_detectable_share,
    standard_error,
    wilson_interval,
    word_detectable,
    word_difference,
    word_p,
)
from pipeline.evaluation.statistics.resampling import draw_totals, find_patterns, sum_clusters

pytestmark = pytest.mark.slow

small = st.integers(min_value=0, max_value=60)


def _rows(gold: np.ndarray, answered: np.ndarray, classes: int = 3) -> Floats:
    kinds = np.eye(classes)
    right = kinds[gold] * (gold == answered)[:, None]
    return np.concatenate([right, kinds[answered], kinds[gold]], axis=1)


def _pair(cases: int, seed: int, skill: tuple[float, float] = (0.6, 0.6)) -> tuple[Floats, Floats]:
    random = np.random.default_rng(seed)
    gold = random.choice(3, cases, p=[0.5, 0.3, 0.2])
    rows = []
    for share in skill:
        wrong = (gold + random.integers(1, 3, cases)) % 3
        rows.append(_rows(gold, np.where(random.random(cases) < share, gold, wrong)))
    return rows[0], rows[1]


@given(small, small)
def test_mcnemar_is_that_of_statsmodels(lost: int, won: int) -> None:
    known = statsmodels_mcnemar([[7, lost], [won, 9]], exact=True).pvalue
    assert mcnemar(lost, won).exact == pytest.approx(known, abs=1e-12)


@pytest.mark.parametrize(
    ("lost", "won", "exact", "mid_p"),
    [
        (1, 7, 0.0703, 0.0391),  # Fagerland, Lydersen and Laake (2013), table 1: airways before and after a transplant
        (0, 5, 0.0625, 0.03125),
        (0, 4, 0.125, 0.0625),
        (2, 2, 1.0, 0.8125),
        (0, 0, 1.0, 1.0),
    ],
)
def test_mid_p_of_known_tables(lost: int, won: int, exact: float, mid_p: float) -> None:
    assert mcnemar(lost, won).exact == pytest.approx(exact, abs=5e-5)
    assert mcnemar(lost, won).mid_p == pytest.approx(mid_p, abs=5e-5)
    assert tuple(mcnemar(won, lost)) == pytest.approx(tuple(mcnemar(lost, won)))


@given(small, small)
def test_mid_p_counts_half_of_the_outcome_at_hand(lost: int, won: int) -> None:
    discordant = lost + won
    if discordant:
        tables = np.arange(discordant + 1)
        shares = stats.binom.pmf(tables, discordant, 0.5)
        away, here = np.abs(2 * tables - discordant), abs(won - lost)
        counted = shares[away > here].sum() + shares[away == here].sum() / 2
        assert mcnemar(lost, won).mid_p == pytest.approx(counted, abs=1e-12)


@given(small, small)
def test_counting_sign_changes_of_single_cases_is_mcnemar(lost: int, won: int) -> None:
    differences = [-1] * lost + [1] * won + [0] * 5
    assert tuple(sign_flips(differences)) == pytest.approx(tuple(mcnemar(lost, won)), abs=1e-12)


@given(st.lists(st.integers(-4, 4), min_size=2, max_size=9))
def test_sign_changes_of_clusters_are_counted_as_if_each_was_tried(differences: list[int]) -> None:
    tried = stats.permutation_test(
        (np.array(differences), np.zeros(len(differences))),
        lambda one, other, axis: (one - other).sum(axis=axis),
        permutation_type="samples",
        n_resamples=np.inf,
        vectorized=True,
    )
    assert sign_flips(differences).exact == pytest.approx(float(tried.pvalue), abs=1e-9)
    ties = np.isclose(np.abs(tried.null_distribution), abs(sum(differences))).mean()
    expected = float(tried.pvalue) - ties / 2 if any(differences) else 1.0
    assert sign_flips(differences).mid_p == pytest.approx(expected, abs=1e-9)


def test_drawn_sign_changes_come_near_the_counted_ones() -> None:
    differences = np.array([3, -1, 2, 2, 1, -2, 1, 4, 0, 1, 1, -1])
    assert sign_flip_sampled(differences) == pytest.approx(sign_flips(differences).exact, abs=0.02)


@given(st.integers(1, 300), st.data())
def test_wilson_is_that_of_statsmodels(trials: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, trials))
    low, high = proportion_confint(successes, trials, method="wilson")
    assert wilson_interval(successes, trials) == pytest.approx((max(0, low), min(1, high)))


def test_a_share_of_single_trials_has_wilsons_interval_and_a_clustered_one_a_wider() -> None:
    successes = np.array([1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1] * 5)
    alone = share_interval(successes, np.ones(60))
    clustered = share_interval(successes, np.ones(60), np.repeat(np.arange(15), 4))
    assert alone == pytest.approx(wilson_interval(40, 60))
    assert alone is not None
    assert clustered is not None
    assert clustered.high - clustered.low > 1.5 * (alone.high - alone.low)


def test_a_clustered_share_of_one_counts_clusters_not_trials() -> None:
    assert share_interval(np.ones(80), np.ones(80), np.repeat(np.arange(10), 8)) == pytest.approx(
        wilson_interval(10, 10)
    )
    assert share_interval(np.zeros(0), np.zeros(0)) is None


def test_the_standard_error_of_clustered_cases_is_that_of_a_cluster_robust_regression() -> None:
    random = np.random.default_rng(3)
    clusters = random.integers(0, 12, 90)
    values = random.random(90) + 0.3 * clusters
    fitted = OLS(values, np.ones(90)).fit(cov_type="cluster", cov_kwds={"groups": clusters})
    assert standard_error(values, clusters) == pytest.approx(float(fitted.bse[0]))
    assert standard_error(values) == pytest.approx(float(stats.sem(values)))
    assert standard_error([0.5]) is None
    low, high = mean_interval(values) or (0, 0)
    assert (low, high) == pytest.approx(stats.t.interval(0.95, 89, values.mean(), stats.sem(values)))


def test_f1_of_totals_is_that_of_scikit_learn() -> None:
    random = np.random.default_rng(1)
    gold, answered = random.integers(0, 3, 200), random.integers(0, 3, 200)
    totals = _rows(gold, answered).sum(axis=0)
    assert class_f1(totals) == pytest.approx(f1_score(gold, answered, average=None))
    assert float(macro_f1(totals)) == pytest.approx(f1_score(gold, answered, average="macro"))


def test_drawing_patterns_is_drawing_cases() -> None:
    first, second = _pair(120, seed=8)
    rows = np.concatenate([first, second], axis=1)
    drawn = draw_totals(find_patterns(rows), 4000)
    random = np.random.default_rng(0)
    slow = np.array([rows[random.integers(0, 120, 120)].sum(axis=0) for _ in range(4000)])
    assert drawn.mean(axis=0) == pytest.approx(slow.mean(axis=0), abs=0.5)
    assert drawn.std(axis=0) == pytest.approx(slow.std(axis=0), rel=0.08)
    assert np.corrcoef(drawn[:, 0], drawn[:, 9])[0, 1] == pytest.approx(
        np.corrcoef(slow[:, 0], slow[:, 9])[0, 1], abs=0.06
    )


def test_whole_clusters_are_drawn() -> None:
    rows = np.eye(4)[np.repeat(np.arange(4), 25)]
    drawn = draw_totals(find_patterns(rows, np.repeat(np.arange(4), 25)), 500)
    assert np.all(drawn % 25 == 0)
    assert np.all(drawn.sum(axis=1) == 100)


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(40)))
def test_the_order_of_the_cases_changes_nothing(order: list[int]) -> None:
    first, second = _pair(40, seed=5, skill=(0.5, 0.8))
    clusters = np.arange(40) // 2
    assert compare_pairs(first, second, clusters=clusters, resamples=200) == compare_pairs(
        first[order], second[order], clusters=clusters[order], resamples=200
    )


def test_exchanging_the_variants_turns_the_difference_around() -> None:
    first, second = _pair(150, seed=6, skill=(0.5, 0.7))
    one, other = compare_pairs(first, second), compare_pairs(second, first)
    assert one.value == pytest.approx(-other.value)
    assert one.value > 0
    assert one.p < 0.05
    assert one.p == pytest.approx(other.p, abs=0.01)
    assert one.interval is not None
    assert one.interval.low < one.value < one.interval.high


def test_equal_answers_are_no_difference_and_never_significant() -> None:
    first, _ = _pair(60, seed=1)
    found = compare_pairs(first, first, resamples=500)
    assert (found.value, found.p, found.differing, found.standard_error) == (0.0, 1.0, 0, 0.0)


def test_an_interval_of_macro_f1_holds_the_truth_about_95_times_in_100() -> None:
    random, held = np.random.default_rng(17), 0
    shares = np.array([0.5, 0.3, 0.2])
    truth = float(np.mean(2 * 0.8 * shares / (shares + 0.7 * shares + 0.1)))
    for _ in range(150):
        gold = random.choice(3, 150, p=shares)
        answered = np.where(random.random(150) < 0.7, gold, random.choice(3, 150))
        ((low, high),) = (
            interval or (0, 0) for interval in bootstrap_intervals(_rows(gold, answered), macro_f1, None, 500)
        )
        held += low <= truth <= high
    assert 130 <= held <= 149


class TestEqualVariants:
    """Called different about 5 times in 100; a test that forgets clusters far more often."""

    runs = 200

    def _rates(self, cluster: int, luck: float) -> dict[str, float]:
        random = np.random.default_rng(29)
        called = {"macro_f1": 0, "naive_macro_f1": 0, "naive_accuracy": 0}
        clusters = np.arange(160) // cluster
        for _ in range(self.runs):
            gold = random.choice(3, 160, p=[0.5, 0.3, 0.2])
            rows, right = [], []
            for _ in range(2):
                skill = 1 / (1 + np.exp(-(0.6 + luck * random.normal(size=clusters[-1] + 1)[clusters])))
                answered = np.where(random.random(160) < skill, gold, (gold + random.integers(1, 3, 160)) % 3)
                rows.append(_rows(gold, answered))
                right.append((gold == answered).astype(int))
            change = right[1] - right[0]
            called["macro_f1"] += compare_pairs(*rows, clusters=clusters, resamples=300).p <= 0.05
            if cluster > 1:
                called["naive_macro_f1"] += compare_pairs(*rows, resamples=300).p <= 0.05
            called["naive_accuracy"] += mcnemar(int((change < 0).sum()), int((change > 0).sum())).mid_p <= 0.05
        return {name: count / self.runs for name, count in called.items()}

    def test_in_groups(self) -> None:
        rates = self._rates(cluster=8, luck=1.2)
        assert 0.02 <= rates["macro_f1"] <= 0.085
        assert rates["naive_macro_f1"] > 0.12
        assert rates["naive_accuracy"] > 0.12

    def test_accuracy_in_groups(self) -> None:
        random, runs, clusters = np.random.default_rng(37), 2000, np.arange(160) // 8
        called = np.zeros(2)
        for _ in range(runs):
            luck = 0.6 + 1.2 * random.normal(size=(2, 20))
            right = random.random((2, 160)) < 1 / (1 + np.exp(-luck[:, clusters]))
            change = right[1].astype(int) - right[0]
            called += np.array(sign_flips(sum_clusters(change, clusters))) <= 0.05
        by_mid_p, by_exact = called / runs
        assert 0.035 <= by_mid_p <= 0.065
        assert by_exact < by_mid_p

    def test_in_different_ways(self) -> None:
        random, called = np.random.default_rng(31), 0
        for _ in range(self.runs):
            gold = random.choice(3, 160, p=[0.4, 0.4, 0.2])
            wrong = (gold + random.integers(1, 3, 160)) % 3
            rows = [
                _rows(gold, np.where(random.random(160) < np.array(skills)[gold], gold, wrong))
                for skills in ((0.95, 0.1, 0.5), (0.1, 0.95, 0.5))
            ]
            called += compare_pairs(*rows, resamples=300).p <= 0.05
        assert 0.025 <= called / self.runs <= 0.085

    def test_alone(self) -> None:
        rates = self._rates(cluster=1, luck=0.0)
        assert 0.02 <= rates["macro_f1"] <= 0.085
        assert 0.02 <= rates["naive_accuracy"] <= 0.085  # nothing is naive about it here


@pytest.mark.parametrize(("cases", "discordance", "difference"), [(240, 0.3, 0.1), (800, 0.2, 0.05), (60, 0.4, 0.25)])
def test_power_is_what_simulated_tests_find(cases: int, discordance: float, difference: float) -> None:
    random = np.random.default_rng(2)
    won_share, lost_share = (discordance + difference) / 2, (discordance - difference) / 2
    tables = random.multinomial(cases, [won_share, lost_share, 1 - discordance], size=3000)
    distinct, counts = np.unique(tables[:, :2], axis=0, return_counts=True)
    found = sum(
        n for (won, lost), n in zip(distinct, counts, strict=True) if mcnemar(int(lost), int(won)).mid_p <= 0.05
    )
    assert mcnemar_power(cases, discordance, difference) == pytest.approx(found / 3000, abs=0.025)


def test_power_comes_near_connors_formula() -> None:
    cases, discordance, difference = 2000, 0.25, 0.03
    reach = difference * np.sqrt(cases) - 1.96 * np.sqrt(discordance)
    connor = stats.norm.cdf(reach / np.sqrt(discordance - difference**2))
    assert mcnemar_power(cases, discordance, difference) == pytest.approx(connor, abs=0.03)


def test_accuracy_is_called_different_as_often_as_promised_where_nothing_is() -> None:
    sizes = ((24, 0.32), (60, 0.2), (60, 0.52), (240, 0.05), (240, 0.32), (1000, 0.05), (1000, 0.6))
    rates = [mcnemar_power(cases, share, 0.0) for cases, share in sizes]
    assert min(rates) >= 0.035
    assert max(rates) <= 0.065
    few = [mcnemar_power(cases, share, 0.0) for cases in (10, 24) for share in (0.05, 0.1, 0.2)]
    assert max(few) < 0.035  # so few cases that differ let no test do it


def test_the_smallest_detectable_difference_is_found_four_times_in_five() -> None:
    smallest = smallest_detectable_share(500, 0.2)
    assert mcnemar_power(500, 0.2, smallest) == pytest.approx(0.8, abs=0.01)
    assert smallest_detectable_share(5000, 0.2) < smallest < smallest_detectable_share(50, 0.2)


def test_too_few_cases_detect_nothing() -> None:
    assert fewest_pairs() == 6
    assert mcnemar(0, fewest_pairs()).exact <= 0.05 < mcnemar(0, fewest_pairs() - 1).exact
    assert mcnemar(0, 5).mid_p <= 0.05 < mcnemar(0, 4).mid_p
    assert smallest_detectable_share(4, 0.4) == 1.0
    assert smallest_detectable_share(5, 0.4) > 0.9
    assert smallest_detectable(0.01, clusters=5, differing=5) == 1.0


def test_no_difference_seen_in_24_cases_promises_nothing_small() -> None:
    assert smallest_detectable(0.0, clusters=24, differing=0) > 0.25
    assert smallest_detectable(0.02, clusters=1000, differing=200) == pytest.approx(2.8 * 0.02, rel=0.01)


def test_holm_is_the_textbooks() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))
    assert holm([]) == ()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_is_that_of_statsmodels_to_the_last_digit(values: list[float]) -> None:
    assert holm(values) == tuple(multipletests(values, method="holm")[1])


class TestWording:
    def _said(self, p: float, detectable: float, difference: float = 0.03, cases: int = 240, **about: object) -> str:
        finding = judge_difference(difference, p, **about)  # type: ignore[arg-type]
        return word_difference(
            finding,
            baseline="verdict@1",
            variant="verdict@2",
            figure="macro-F1",
            difference=difference,
            interval=None,
            p=p,
            detectable=detectable,
            cases=cases,
        )

    def test_no_evidence_says_what_could_have_been_shown(self) -> None:
        said = self._said(0.4, 0.0741)
        assert said.startswith("No evidence of a difference between verdict@2 and verdict@1: macro-F1 +0.03, p = 0.40;")
        assert "this suite could only have shown one of 0.08 or more." in said
        assert "no difference" not in said.lower()

    def test_24_cases_say_that_they_show_almost_nothing(self) -> None:
        said = self._said(0.4, smallest_detectable_share(24, 0.2), cases=24)
        assert "one of 0.27 or more" in said
        assert "With 24 cases it can show almost nothing" in said

    def test_a_difference_is_said_with_its_direction(self) -> None:
        assert self._said(0.001, 0.08) == "verdict@2 is better than verdict@1: macro-F1 +0.03, p = 0.0010."
        assert self._said(0.001, 0.08, -0.03).startswith("verdict@2 is worse than verdict@1")

    def test_what_can_show_nothing_is_not_called_better(self) -> None:
        assert "cannot compare" in self._said(0.0001, 0.9, 0.4, informative=False)

    def test_what_nothing_could_show_is_said(self) -> None:
        assert word_detectable(1.0) == "this suite could not have shown even the greatest difference"

    @pytest.mark.parametrize(("p", "said"), [(0.0004, "p < 0.001"), (0.0496, "p = 0.0496"), (0.31, "p = 0.31")])
    def test_p_is_never_rounded_over_the_line(self, p: float, said: str) -> None:
        assert word_p(p) == said
