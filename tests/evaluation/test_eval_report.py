"""What an evaluation's report says, and that it says it safely."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from eval_samples import (
    HOSTILE,
    ONE,
    QUOTE,
    TWO,
    sample_answers,
    sample_evaluation,
    sample_page,
    sample_suite,
)
from markupsafe import escape

from pipeline.core.models import Case
from pipeline.evaluation import Suite
from pipeline.evaluation.cases import Answer, Variant
from pipeline.evaluation.report import render_report, views
from pipeline.evaluation.report.charts import band, confusion_cells, difference_scale, risk_path, whisker, x_of, y_of
from pipeline.evaluation.report.views import mark_quotes, spell_gold, spell_payload
from pipeline.evaluation.scores import Confusion, Figure, RiskPoint, compare_answers, score_answers
from pipeline.reports.shared.page import csp_hash

pytestmark = pytest.mark.slow


class Reader(HTMLParser):
    """Collects tags, ids and words of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._silent = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._silent += tag in ("style", "script")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)

    @property
    def text(self) -> str:
        """The words as a reader sees them."""
        return re.sub(r"\s+", " ", "".join(self.words).replace("\xa0", " "))


@pytest.fixture(scope="module")
def page() -> str:
    return sample_page()


@pytest.fixture(scope="module")
def read(page: str) -> Reader:
    return Reader(page)


def test_the_conclusion_stands_first_in_words(read: Reader) -> None:
    assert "verdict@2 is better than verdict@1: macro-F1 +0." in read.text
    assert read.text.index("verdict@2 is better") < read.text.index("Side by side")
    assert "Control set:" in read.text


def test_every_figure_carries_its_interval_cases_and_failures(read: Reader) -> None:
    assert re.search(r"macro-F1 0\.\d\d \[0\.\d\d, 0\.\d\d\], n 48, failures 3", read.text)
    assert read.text.count("n 48, failures 3") > 8
    for name in ("precision of refuted", "coverage", "calibration error", "citation validity", "citation support"):
        assert name in read.text
    assert "malformed reply 3" in read.text
    assert "$0.0004" in read.text
    assert "majority" in read.text


def test_groups_are_told(read: Reader) -> None:
    assert "16 independent groups of cases" in read.text
    assert "swap test of groups of cases" in read.text
    assert "intervals and tests of so few are rough" in read.text


def test_a_flipped_case_shows_both_answers_and_its_evidence(page: str) -> None:
    row = next(row for row in page.split("<details")[1:] if 'data-turns="fixed' in row and "ledger" in row)
    words = Reader(row).text
    assert "Got better" in words
    assert "verdict@1" in words
    assert "verdict@2" in words
    assert words.count("The ledger gives the number.") == 2
    assert f"<mark>{QUOTE}</mark>" in row
    assert "The harbour was closed." in words


def test_every_case_is_listed_those_that_changed_first(page: str) -> None:
    turns = re.findall(r'<details class="case t-(\w+)"', page)
    assert len(turns) == 48
    order = ["broken", "fixed", "failed", "wrong", "mixed", "right"]
    assert [order.index(turn) for turn in turns] == sorted(order.index(turn) for turn in turns)
    assert len(set(turns)) > 3


def test_hostile_text_is_escaped_everywhere(page: str, read: Reader) -> None:
    assert "<img src=x" not in page
    assert page.count("<script") == 1
    assert not {"img", "b", "i", "iframe"} & {tag for tag, _ in read.tags}
    assert str(escape(HOSTILE[: HOSTILE.index("\u202e")])) in page
    assert "49" not in read.text.split("bold")[1][:12]


def test_nothing_is_fetched_and_only_our_own_script_and_style_run(page: str, read: Reader) -> None:
    policy = next(attrs["content"] for tag, attrs in read.tags if attrs.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        inside = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.S)
        assert inside is not None
        assert f"{directive} '{csp_hash(inside[1])}'" in policy
    assert not any(
        "style" in attrs or "src" in attrs or any(name.startswith("on") for name in attrs) for _, attrs in read.tags
    )
    assert all((attrs.get("href") or "#").startswith(("#", "data:,")) for _, attrs in read.tags)


def test_ids_are_unique_and_links_lead_somewhere(read: Reader) -> None:
    ids = [attrs["id"] for _, attrs in read.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    links = [attrs["href"] for tag, attrs in read.tags if tag == "a"]
    assert all(str(link)[1:] in ids for link in links)


def test_the_same_evaluation_gives_the_same_bytes(page: str) -> None:
    assert sample_page() == page


def test_an_evaluation_that_shows_nothing_says_so_before_any_figure() -> None:
    suite = sample_suite(12)
    answers = [
        Answer(case_id=case.id, variant=variant.id, label=case.label) for variant in (ONE, TWO) for case in suite.cases
    ]
    scores = [score_answers(suite, variant, answers) for variant in (ONE, TWO)]
    pairings = compare_answers(suite, ONE, [TWO], answers)
    page = render_report([sample_evaluation(suite, ONE, TWO)], suite, answers, scores, pairings)
    words = Reader(page).text
    assert "This evaluation can show nothing about verdict@2." in words
    assert "Both get every case right (ceiling)" in words
    assert words.index("can show nothing") < words.index("Side by side")


def test_one_variant_alone_is_compared_with_nothing() -> None:
    suite = sample_suite(12)
    answers = sample_answers(suite, ONE, wrong_every=3, failing_every=9)
    page = render_report([sample_evaluation(suite, ONE)], suite, answers, [score_answers(suite, ONE, answers)])
    words = Reader(page).text
    assert "One variant alone: nothing is compared." in words
    assert "All wrong" not in words
    assert "Side by side" not in words
    assert "Differences" not in words
    assert 'value="flipped"' not in page


def test_rankings_are_shown_without_labels() -> None:
    cases = tuple(
        Case(stage="retrieval", claim=f"query {n}", label="relevant", source="by hand", metadata={"relevant": ["p1"]})
        for n in range(8)
    )
    suite = Suite(name="Searches", stage="retrieval", cases=cases)
    answers = [
        Answer(case_id=case.id, variant=variant.id, label="relevant", payload={"ranking": ranking})
        for variant, ranking in ((ONE, ["p2", "p1"]), (TWO, ["p1", "p2"]))
        for case in cases
    ]
    scores = [score_answers(suite, variant, answers) for variant in (ONE, TWO)]
    pairings = compare_answers(suite, ONE, [TWO], answers)
    words = Reader(render_report([sample_evaluation(suite, ONE, TWO)], suite, answers, scores, pairings)).text
    assert "nDCG@10" in words
    assert "Got better" in words
    assert "1. p1 (relevant)" in words
    assert "2. p1 (relevant)" in words
    assert "relevant: p1" in words
    assert "first relevant at 2" in words
    assert "Gold label" not in words
    assert "Label by label" not in words


def test_repeats_show_every_answer() -> None:
    suite = sample_suite(12)
    answers = [
        one.model_copy(update={"repeat": repeat})
        for repeat in range(3)
        for one in sample_answers(suite, ONE, wrong_every=3 + repeat, failing_every=9)
    ]
    page = render_report([sample_evaluation(suite, ONE)], suite, answers, [score_answers(suite, ONE, answers)])
    words = Reader(page).text
    assert "each asked 3 times" in words
    assert "repeat 3" in words
    assert "n 12 x 3" in words


def test_cases_beyond_what_a_browser_opens_at_once_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_CASES", 10)
    page = sample_page()
    assert page.count("<details class=") == 10
    assert "38 more cases, none of which changed, are not listed here" in Reader(page).text


def test_a_variant_asked_in_two_evaluations_keeps_its_model() -> None:
    suite = sample_suite(12)
    again = ONE.model_copy(update={"name": "verdict@1 (again)", "id": f"{ONE.id}-second"})
    answers = [
        one for variant in (ONE, again) for one in sample_answers(suite, variant, wrong_every=4, failing_every=9)
    ]
    scores = [score_answers(suite, variant, answers) for variant in (ONE, again)]
    pairings = compare_answers(suite, ONE, [again], answers)
    evaluations = [sample_evaluation(suite, ONE), sample_evaluation(suite, ONE)]
    page = render_report(evaluations, suite, answers, scores, pairings, cautions=["Made by two versions."])
    words = Reader(page).text
    assert "Before you readMade by two versions.Two rows were left out." in words
    assert "verdict@1 (again)" in words
    assert words.count("local:small · verdict@1+aaaa") == 2
    assert "no model" not in words


def test_more_variants_than_colours_are_shown() -> None:
    suite = sample_suite(12)
    many = [Variant(name=f"verdict@{n}", prompt_ref=f"verdict@{n}") for n in range(8)]
    answers = [one for variant in many for one in sample_answers(suite, variant, wrong_every=4, failing_every=9)]
    scores = [score_answers(suite, variant, answers) for variant in many]
    pairings = compare_answers(suite, many[0], many[1:], answers)
    words = Reader(render_report([sample_evaluation(suite, *many)], suite, answers, scores, pairings)).text
    assert "corrected for 7 comparisons" in words
    assert "H minus A" in words


class TestCharts:
    def test_a_whisker_stays_on_its_scale(self) -> None:
        drawn = whisker(Figure(name="accuracy", value=0.5, low=-0.1, high=0.75, n=4))
        assert drawn is not None
        assert (drawn.value, drawn.low, drawn.high) == (50, 0, 75)
        assert whisker(Figure(name="seconds", value=3.2, n=4)) is None
        assert whisker(Figure(name="precision", value=None, n=4)) is None

    def test_differences_share_one_scale_with_zero_in_the_middle(self) -> None:
        suite = sample_suite()
        answers = sample_answers(suite, ONE, wrong_every=3, failing_every=16)
        answers += sample_answers(suite, TWO, wrong_every=8, failing_every=24)
        (pairing,) = compare_answers(suite, ONE, [TWO], answers)
        scale = difference_scale(pairing.figures)
        drawn = [band(one, scale) for one in pairing.figures]
        assert all(50 < one.whisker.value <= 100 and 0 <= one.whisker.low <= one.whisker.high <= 100 for one in drawn)
        assert all(one.unseen is not None and sum(one.unseen) == pytest.approx(100, abs=0.02) for one in drawn)

    def test_the_risk_curve_goes_in_steps_to_the_last_coverage(self) -> None:
        path = risk_path(
            [RiskPoint(confidence=0.9, coverage=0.5, risk=0.0), RiskPoint(confidence=0.4, coverage=0.8, risk=0.25)]
        )
        assert path == f"M {x_of(0)} {y_of(0.0)} H {x_of(0.5)} V {y_of(0.0)} H {x_of(0.8)} V {y_of(0.25)}"
        assert risk_path([]) == ""

    def test_a_confusion_cell_is_as_dark_as_its_share(self) -> None:
        table = Confusion(gold=("supported",), answers=("supported", "refuted", "failure"), counts=((3.0, 1.0, 0.0),))
        ((label, cells),) = confusion_cells(table)
        assert label == "supported"
        assert [(cell.tint, cell.right) for cell in cells] == [(6, True), (2, False), (0, False)]


def test_answers_without_labels_are_spelled_out() -> None:
    claims = [{"text": "It sank.", "label": "not_enough_evidence"}, "It rained."]
    payload = {"claims": claims, "attributions": [{"speaker": "Ada Lind", "content": "it sank"}], "score": 0.25}
    assert spell_payload(payload, {}, {}) == (
        "claim: It sank. (not enough evidence)",
        "claim: It rained.",
        "Ada Lind: it sank",
        "score: 0.25",
    )
    ranking = [f"p{number}" for number in range(1, 31)]
    lines = spell_payload({"ranking": ranking}, {"relevant": ["p25"]}, {"p1": "Harbour ledger"})
    assert len(lines) == 11
    assert (lines[0], lines[-1]) == ("1. Harbour ledger", "25. p25 (relevant)")
    assert spell_gold({"claims": claims}, {}) == ("claim: It sank. (not enough evidence)", "claim: It rained.")


@pytest.mark.parametrize(
    ("quotes", "marked"),
    [(["ferry left"], ["ferry left"]), (["ferry left", "left at"], ["ferry left at"]), (["nowhere", ""], [])],
)
def test_quoted_words_are_marked_and_no_word_is_lost(quotes: list[str], marked: list[str]) -> None:
    pieces = mark_quotes("The ferry left at noon.", quotes)
    assert "".join(piece.text for piece in pieces) == "The ferry left at noon."
    assert [piece.text for piece in pieces if piece.quoted] == marked
