"""Suites: files that name data, splits by content, near-duplicates, pins, and what is said of each source."""

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from pipeline.core.errors import InputError
from pipeline.core.models import Case, Passage
from pipeline.core.settings import Settings
from pipeline.evaluation import Suite, load_suite
from pipeline.evaluation.cases import digest_of, folded_claim, passages_of, split_of
from pipeline.evaluation.duplicates import near_pairs
from pipeline.evaluation.suites import SHIPPED, suite_files

DATA = Path(__file__).parents[1] / "data" / "suites"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def case(claim: str, label: str = "supported", **more: Any) -> Case:
    return Case(claim=claim, label=label, evidence=("It is so.",), source="by hand", **more)


def write(folder: Path, text: str, name: str = "suite.yaml") -> Path:
    shutil.copytree(DATA, folder / "data", dirs_exist_ok=True)
    (folder / "made").mkdir(exist_ok=True)
    path = folder / "made" / name
    path.write_text(text, encoding="utf-8")
    return path


TWO_FILES = """
name: two-files
stage: verdict
data:
  - {path: ../data/fm2.jsonl, format: fm2, source: Fool Me Twice}
  - {path: ../data/verdict_rows.jsonl, format: verdict_rows, source: rows, where: {source_dataset: climate_fever}}
"""


def test_paths_are_counted_from_the_suite_file_and_each_source_is_told(tmp_path: Path, settings: Settings) -> None:
    suite = load_suite(write(tmp_path, TWO_FILES), settings)
    assert (suite.name, suite.stage, len(suite.cases)) == ("two-files", "verdict", 4)
    assert [(source.path, source.rows, source.cases) for source in suite.sources] == [
        ("../data/fm2.jsonl", 2, 2),
        ("../data/verdict_rows.jsonl", 5, 2),
    ]
    assert Counter(case.source for case in suite.cases) == {"Fool Me Twice": 2, "rows": 2}
    assert "3 of 5 rows could not be used: no evidence (1), not JSON (1), not a JSON object (1)" in suite.problems[0]
    assert all(len(source.sha256) == 64 for source in suite.sources)


def test_the_digest_knows_the_cases_and_their_answers_and_no_order(tmp_path: Path, settings: Settings) -> None:
    path = write(tmp_path, TWO_FILES)
    before = load_suite(path, settings)
    rows = (tmp_path / "data/fm2.jsonl").read_text().splitlines()
    (tmp_path / "data/fm2.jsonl").write_text("\n".join(reversed(rows)))
    assert load_suite(path, settings).digest == before.digest
    (tmp_path / "data/fm2.jsonl").write_text("\n".join(rows).replace("REFUTES", "SUPPORTS"))
    after = load_suite(path, settings)
    assert after.digest != before.digest
    assert [one.id for one in after.cases] == [one.id for one in before.cases], "the questions are the same"
    assert after.evidence_digest == before.evidence_digest


def test_a_pinned_suite_refuses_data_that_has_changed_in_one_line(tmp_path: Path, settings: Settings) -> None:
    path = write(tmp_path, TWO_FILES)
    digest = load_suite(path, settings).digest
    path.write_text(TWO_FILES + f"digest: {digest}\n")
    assert load_suite(path, settings).digest == digest
    with (tmp_path / "data/fm2.jsonl").open("a") as file:
        file.write(json.dumps({"text": "One more.", "label": "SUPPORTS", "gold_evidence": [{"text": "One."}]}) + "\n")
    with pytest.raises(
        InputError, match=f"two-files: its data has changed: cases .5. .*, pinned to {digest}"
    ) as caught:
        load_suite(path, settings)
    assert "\n" not in str(caught.value)


def test_a_limit_draws_the_same_cases_whatever_the_order_of_the_rows(tmp_path: Path, settings: Settings) -> None:
    path = write(tmp_path, TWO_FILES.replace("source: Fool Me Twice", "limit: 1"))
    drawn = load_suite(path, settings)
    assert drawn.sources[0].cases == 1
    rows = (tmp_path / "data/fm2.jsonl").read_text().splitlines()
    (tmp_path / "data/fm2.jsonl").write_text("\n".join(reversed(rows)))
    assert load_suite(path, settings).digest == drawn.digest


def test_a_question_that_stands_in_two_files_is_asked_once_and_both_answers_are_accepted(
    tmp_path: Path, settings: Settings
) -> None:
    rows = [
        {"claim": "The mill burned.", "label": label, "evidence": ["It was lost to fire."], "source": "by hand"}
        for label in ("supported", "not_enough_evidence", "supported")
    ]
    path = write(tmp_path, "\n".join(map(json.dumps, rows)), "own.jsonl")
    suite = load_suite(path, settings)
    assert len(suite.cases) == 1
    assert suite.cases[0].accepts("supported") and suite.cases[0].accepts("not_enough_evidence")
    assert suite.problems == (
        "2 rows ask what another row asks: each question is asked once",
        "1 questions have two answers in the data: both are accepted",
    )


def test_a_question_whose_answers_contradict_each_other_is_not_asked(tmp_path: Path, settings: Settings) -> None:
    rows = [
        {"claim": claim, "label": label, "evidence": ["It was lost to fire."], "source": "by hand"}
        for claim, label in (
            ("The mill burned.", "supported"),
            ("The mill burned.", "refuted"),
            ("It rained.", "refuted"),
        )
    ]
    suite = load_suite(write(tmp_path, "\n".join(map(json.dumps, rows)), "own.jsonl"), settings)
    assert [one.claim for one in suite.cases] == ["It rained."]
    assert suite.problems[-1] == "1 questions have two answers that contradict each other: they are left out"


def test_rows_of_one_text_become_one_case_with_all_its_speakers(tmp_path: Path, settings: Settings) -> None:
    text = "name: said\nstage: attribution\ndata: [{path: ../data/attribution_rows.jsonl, format: attribution_rows}]"
    (only,) = load_suite(write(tmp_path, text), settings).cases
    assert sorted(told["source"] for told in only.metadata["attributions"]) == ["the mayor", "the warden"]


def test_a_retrieval_suite_brings_what_is_searched(tmp_path: Path, settings: Settings) -> None:
    text = "name: found\nstage: retrieval\ndata:\n  - {path: ../data/retrieval_rows.jsonl, format: retrieval_rows, "
    suite = load_suite(write(tmp_path, text + "corpus: ../data/retrieval_corpus.jsonl}"), settings)
    assert len(suite.corpus) == 2
    assert set(suite.cases[0].metadata["relevant"]) <= {passage.id for passage in suite.corpus}
    pinned = text + f"corpus: ../data/retrieval_corpus.jsonl}}\nevidence_digest: {suite.evidence_digest}"
    assert load_suite(write(tmp_path, pinned), settings).evidence_digest == suite.evidence_digest
    with (tmp_path / "data/retrieval_corpus.jsonl").open("a") as file:
        file.write(json.dumps({"id": "p3", "text": "One more passage."}) + "\n")
    with pytest.raises(InputError, match="evidence .*, pinned to"):
        load_suite(tmp_path / "made/suite.yaml", settings)
    judged = "name: found\nstage: end_to_end\ndata: [{path: ../data/fm2.jsonl, format: fm2}]"
    assert len(load_suite(write(tmp_path, judged), settings).corpus) == 3, "the evidence of all its cases"


def test_reviews_come_from_whoever_knows_the_store(settings: Settings) -> None:
    gold = [case("The mill burned."), case("The mill stands.", "refuted"), case("x", "check_worthy", stage="detection")]
    suite = load_suite("reviews", settings, reviews=lambda: gold)
    assert sorted(one.claim for one in suite.cases) == ["The mill burned.", "The mill stands."]
    assert (suite.sources[0].format, suite.sources[0].sha256) == ("reviews", digest_of(gold[:2]))
    with pytest.raises(InputError, match="only known with a store"):
        load_suite("reviews", settings)


def test_an_end_to_end_case_without_claims_makes_the_one_it_is(tmp_path: Path, settings: Settings) -> None:
    row = {"stage": "end_to_end", "claim": "The mill burned.", "label": "refuted", "source": "by hand"}
    (only,) = load_suite(write(tmp_path, json.dumps(row), "own.jsonl"), settings).cases
    assert only.metadata["claims"] == [{"text": "The mill burned.", "label": "refuted", "acceptable": []}]


def test_reviews_stand_beside_files_in_one_suite(tmp_path: Path, settings: Settings) -> None:
    path = write(tmp_path, TWO_FILES + "  - {format: reviews}\n")
    assert len(load_suite(path, settings, reviews=lambda: [case("The mill burned.")]).cases) == 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: x\nstage: poetry\ndata: [{path: a}]", "stage"),
        ("name: Has Spaces\ndata: [{path: a}]", "name"),
        ("name: x\ndata: []", "data"),
        ("name: x\ndata: [{path: a, limits: 3}]", "limits"),
        ("- just\n- a list", "file"),
        ("name: [", "cannot be read"),
        ("name: x\ndata: [{path: nowhere.jsonl}]", "nowhere.jsonl cannot be read"),
        ("name: x\ndata: [{format: fm2}]", "needs a path"),
        ("name: x\nstage: detection\ndata: [{path: ../data/fm2.jsonl, format: fm2}]", "makes no cases of the stage"),
        ("name: x\ndata: [{path: ../data/detection_rows.jsonl}]", "no case of the stage verdict in it: .*2 of 2 rows"),
    ],
)
def test_a_suite_that_cannot_be_used_says_what_is_wrong_in_one_line(
    tmp_path: Path, settings: Settings, text: str, said: str
) -> None:
    with pytest.raises(InputError, match=said) as caught:
        load_suite(write(tmp_path, text), settings)
    assert "\n" not in str(caught.value)


def test_an_unknown_suite_is_told_which_there_are(settings: Settings) -> None:
    with pytest.raises(InputError, match="no suite or file nonsense: known are reviews, seed-attribution"):
        load_suite("nonsense", settings)


def test_a_desk_keeps_suites_of_its_own(settings: Settings) -> None:
    (settings.home / "suites").mkdir(parents=True)
    shutil.copy(DATA / "fm2.jsonl", settings.home)
    (settings.home / "suites/mine.yaml").write_text("name: mine\ndata: [{path: ../fm2.jsonl, format: fm2}]")
    assert len(load_suite("mine", settings).cases) == 2


def gold_claims() -> list[dict[str, Any]]:
    gold = json.loads((SHIPPED.parent / "gold/putin-trump-call.json").read_text())
    labels = [claim["expected_verdict"] for claim in gold["claims"]]
    return [{"label": label} for label in labels if label != "not_checkable"]


def test_the_suites_that_come_with_factnotes_load_at_every_stage(settings: Settings) -> None:
    suites = {name: load_suite(name, settings) for name in suite_files(settings)}
    assert {suite.stage for suite in suites.values()} == {
        "detection",
        "attribution",
        "retrieval",
        "verdict",
        "end_to_end",
    }
    assert all(path.parent == SHIPPED for path in suite_files(settings).values())
    assert not [problem for suite in suites.values() for problem in suite.problems]
    verdicts = suites["seed-verdict"]
    assert Counter(one.label for one in verdicts.cases) == {"supported": 21, "not_enough_evidence": 8, "refuted": 3}
    assert any(one.acceptable for one in verdicts.cases)
    dated = [passage for one in verdicts.cases for passage in passages_of(one)]
    assert all(isinstance(passage, Passage) for passage in dated) and any(passage.published_at for passage in dated)
    searched = {passage.id for passage in suites["seed-retrieval"].corpus}
    assert all(set(one.metadata["relevant"]) <= searched for one in suites["seed-retrieval"].cases)
    (article,) = suites["seed-end-to-end"].cases
    assert Counter(told["label"] for told in article.metadata["claims"]) == Counter(
        one["label"] for one in gold_claims()
    )
    assert {told["source"] for one in suites["seed-attribution"].cases for told in one.metadata["attributions"]}


def test_evidence_that_is_later_or_the_article_itself_is_no_part_of_the_seed_suite(settings: Settings) -> None:
    gold = json.loads((SHIPPED.parent / "gold/putin-trump-call.json").read_text())
    rows = (SHIPPED.parent / "reference/passages.jsonl").read_text().splitlines()
    texts = {row["id"]: row["text"] for row in map(json.loads, rows)}
    shown = {text for one in load_suite("seed-verdict", settings).cases for text in one.evidence}
    assert not shown & {texts[each] for each in [*gold["later"], *gold["never_support"]]}


def test_claims_that_differ_in_few_words_are_told_where_they_stand_in_two_splits(
    tmp_path: Path, settings: Settings
) -> None:
    claims = [f"The council of Marle built {number} new homes on the east bank." for number in range(100, 112)]
    sides = {claim: split_of(case(claim)) for claim in claims}
    assert len(set(sides.values())) == 3
    rows = "\n".join(json.dumps({"claim": each, "label": "supported", "evidence": ["x y"]}) for each in claims)
    (tmp_path / "own.jsonl").write_text(rows)
    text = "name: near\nsplit: dev\ndata: [{path: ../own.jsonl}]"
    suite = load_suite(write(tmp_path, text), settings)
    assert {split_of(one) for one in suite.cases} == {"dev"}
    dev = sum(side == "dev" for side in sides.values())
    assert suite.problems[0].startswith(
        f"{dev * (12 - dev)} pairs of claims are nearly the same and stand in two splits"
    )


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6).map(" ".join), max_size=12))
def test_near_pairs_are_those_that_comparing_every_pair_would_find(texts: list[str]) -> None:
    bags = [set(text.split()) for text in texts]
    wanted = {
        (one, other)
        for other in range(len(texts))
        for one in range(other)
        if len(bags[one] & bags[other]) >= 0.8 * len(bags[one] | bags[other])
    }
    assert set(near_pairs(texts)) == wanted


@given(st.text(min_size=1, max_size=60), st.sampled_from(["{}", " {}", "{}\n", "{} ", "{}.", "{} !", "\u200b{}"]))
def test_the_same_claim_is_never_on_two_sides(text: str, way: str) -> None:
    written = way.format(text)
    one, other = case(text), case(written, "refuted", as_of="2020-01-01", group="another")
    assert folded_claim(text) == folded_claim(written)
    assert split_of(one) == split_of(other)


@pytest.mark.parametrize("text", ["The “bridge”  opened", "THE «BRIDGE» OPENED.", 'the \u00a0"bridge" opened!'])
def test_quotation_marks_case_and_spaces_do_not_move_a_claim(text: str) -> None:
    assert folded_claim(text) == 'the "bridge" opened'


def test_splits_have_the_shares_they_should() -> None:
    sides = Counter(split_of(case(f"Claim number {number}.")) for number in range(3000))
    assert {name: round(count / 3000, 1) for name, count in sides.items()} == {
        "train": 0.2,
        "dev": 0.4,
        "held_out": 0.4,
    }


def test_a_suite_refuses_a_case_twice_and_a_case_of_another_stage() -> None:
    with pytest.raises(ValueError, match="twice"):
        Suite(name="x", stage="verdict", cases=(case("a"), case("a", "refuted")))
    with pytest.raises(ValueError, match="not of the stage detection"):
        Suite(name="x", stage="detection", cases=(case("a"),))
