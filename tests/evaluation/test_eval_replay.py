"""Replay and comparison: the same figures from the bundle alone, and a reason where it is not what it was."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from bridges import SUITE, begin, finish, said, system

from pipeline.core.errors import InputError
from pipeline.core.models import Case
from pipeline.core.settings import PROJECT
from pipeline.evaluation import Bundle, compare_bundles, find_bundle, replay, rescore, score_bundle
from pipeline.evaluation.run.bundle import sha256_of
from pipeline.evaluation.run.replay import encode, prove_again
from pipeline.llm import Budget, Caps

pytestmark = pytest.mark.slow

RECORDED = PROJECT / "prompts" / "evaluations" / "small-model"
"""A real evaluation: two prompts of `predict_verdict`, a small model on this machine, cases of our own."""


def sealed(home: Path, label: str = "supported") -> Bundle:
    two = [system(name="one"), system(lambda prompt: said(prompt, label), name="two")]
    bundle = finish(begin(home, two), two)
    bundle.seal(encode(score_bundle(bundle)))
    return bundle


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    return sealed(tmp_path)


def moved(bundle: Bundle, to: Path) -> Bundle:
    shutil.copytree(bundle.folder, to)
    return Bundle(to)


def test_a_real_evaluation_is_proven_and_scored_again_from_its_bundle_alone() -> None:
    found = replay(Bundle(RECORDED))
    assert (found.proven, found.taken) == (52, 0)
    older, draft = found.scored.scores
    assert (older.cases, draft.cases) == (26, 26)
    assert older.failures == {"malformed_reply": 5, "quote_not_found": 13}
    assert draft.failures == {"quote_not_found": 8}
    assert encode(found.scored) == (RECORDED / "scores.json").read_bytes()
    assert "With 26 cases it can show almost nothing" in found.scored.pairings[0].headline.sentence


def test_a_bundle_is_scored_again_elsewhere_to_the_same_bytes(bundle: Bundle, tmp_path: Path) -> None:
    before = (bundle.folder / "scores.json").read_bytes()
    elsewhere = moved(bundle, tmp_path / "another machine")
    shutil.rmtree(bundle.folder)
    found = replay(elsewhere)
    assert (found.proven, found.taken) == (16, 0)
    assert encode(found.scored) == (elsewhere.folder / "scores.json").read_bytes() == before


def test_answers_that_no_reply_decides_are_taken_and_counted(tmp_path: Path) -> None:
    one = [system()]
    bundle = finish(begin(tmp_path, one), one, Budget(Caps(max_calls=5)))
    bundle.seal(encode(score_bundle(bundle)))
    found = replay(Bundle(bundle.folder))
    assert (found.proven, found.taken) == (5, 3)
    assert found.scored.scores[0].failures == {"budget": 3}


def change_line(name: str, change: Callable[[dict[str, object]], None]) -> Callable[[Path], None]:
    def tamper(folder: Path) -> None:
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        row = json.loads(lines[0])
        change(row)
        (folder / name).write_text("\n".join([json.dumps(row), *lines[1:]]) + "\n", encoding="utf-8")

    return tamper


def other_label(row: dict[str, object]) -> None:
    row["label"] = "refuted" if row["label"] == "supported" else "supported"


def other_reply(row: dict[str, object]) -> None:
    row["text"] = str(row["text"]).replace("0.9", "0.8")


TAMPERING = {
    "answers.jsonl": change_line("answers.jsonl", other_label),
    "cases.jsonl": change_line("cases.jsonl", other_label),
    "replies.jsonl": change_line("replies.jsonl", other_reply),
    "scores.json": lambda folder: (folder / "scores.json").write_text("{}"),
    "prompts/predict_verdict/v1.md": lambda folder: (folder / "prompts/predict_verdict/v1.md").write_text("other"),
}


@pytest.mark.parametrize("name", TAMPERING)
def test_a_changed_file_is_named(bundle: Bundle, name: str) -> None:
    TAMPERING[name](bundle.folder)
    with pytest.raises(InputError, match=f"not as it was sealed: {name} was changed"):
        replay(Bundle(bundle.folder))


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("answers.jsonl", "label of the answer does not follow from the reply"),
        ("cases.jsonl", "the cases are not those that were asked"),
        ("replies.jsonl", "confidence of the answer does not follow from the reply"),
        ("scores.json", "the figures are others now"),
    ],
)
def test_a_changed_file_whose_hash_was_changed_as_well_is_found_out(bundle: Bundle, name: str, says: str) -> None:
    TAMPERING[name](bundle.folder)
    found = Bundle(bundle.folder)
    found.save_manifest(files=found.manifest.files | {name: sha256_of(bundle.folder / name)})
    with pytest.raises(InputError, match=says):
        replay(Bundle(bundle.folder))


def test_files_that_are_missing_or_too_many_are_named(bundle: Bundle) -> None:
    (bundle.folder / "replies.jsonl").unlink()
    (bundle.folder / "more.txt").write_text("x")
    with pytest.raises(InputError, match="replies.jsonl is missing; more.txt does not belong"):
        replay(Bundle(bundle.folder))


def test_figures_of_an_older_scorer_are_refused_until_they_are_scored_anew(bundle: Bundle) -> None:
    before = (bundle.folder / "scores.json").read_bytes()
    (bundle.folder / "scores.json").write_bytes(b"{}\n")
    older = bundle.evaluation.model_copy(update={"scorer": "0"})
    files = bundle.manifest.files | {"scores.json": sha256_of(bundle.folder / "scores.json")}
    bundle.save_manifest(evaluation=older, files=files)
    with pytest.raises(InputError, match="scored by scorer 0; this version has scorer"):
        replay(Bundle(bundle.folder))
    assert rescore(Bundle(bundle.folder)).proven == 16
    assert (bundle.folder / "scores.json").read_bytes() == before
    assert replay(Bundle(bundle.folder)).proven == 16


def test_an_unfinished_evaluation_is_not_replayed(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not finished"):
        replay(begin(tmp_path, [system()]))


def test_a_folder_without_an_evaluation_and_an_ambiguous_name_say_so(bundle: Bundle, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no evaluation"):
        Bundle(tmp_path)
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(InputError, match="cannot be read"):
        Bundle(tmp_path)
    with pytest.raises(InputError, match="no evaluation 'zzz'"):
        find_bundle("zzz", tmp_path)
    other = sealed(tmp_path)
    with pytest.raises(InputError, match="'20' is part of several evaluation ids"):
        find_bundle("20", tmp_path)
    assert find_bundle(other.evaluation.id, tmp_path).folder == other.folder
    assert find_bundle("latest", tmp_path).folder == other.folder
    assert find_bundle(str(bundle.folder), tmp_path).digest == bundle.digest


def test_two_evaluations_of_one_suite_are_compared_case_by_case(tmp_path: Path) -> None:
    one = sealed(tmp_path / "a", "refuted")
    three = [system(name="three")]
    other = finish(begin(tmp_path / "b", three), three)
    compared = compare_bundles(one, other)
    assert [each.name for each in compared.variants] == ["one", "two", "three"]
    assert [pairing.headline.difference < 0 for pairing in compared.pairings] == [True, False]
    assert compared.pairings[0].broken and not compared.pairings[1].broken


def test_the_same_variant_asked_twice_is_compared_with_itself(tmp_path: Path) -> None:
    compared = compare_bundles(sealed(tmp_path / "a"), sealed(tmp_path / "b"))
    assert len({each.id for each in compared.variants}) == len(compared.scores) == 4
    assert all(pairing.headline.difference == 0 for pairing in compared.pairings)


def of(cases: list[Case], home: Path, repeats: int = 1) -> Bundle:
    one = [system()]
    suite = SUITE.model_copy(update={"cases": tuple(sorted(cases, key=lambda each: each.id))})
    suite = type(suite).model_validate(suite.model_dump(exclude={"digest"}))
    return finish(begin(home, one, suite, repeats), one)


def test_comparing_is_refused_with_the_reason(tmp_path: Path) -> None:
    cases = list(SUITE.cases)
    whole = of(cases, tmp_path / "whole")
    fewer = of(cases[:-1], tmp_path / "fewer")
    with pytest.raises(InputError, match="the cases differ: 1 are only in the first, 0 only in the second"):
        compare_bundles(whole, fewer)
    relabelled = [cases[0].model_copy(update={"label": "refuted"}), *cases[1:]]
    with pytest.raises(InputError, match=f"the judge differs: 1 cases have another right answer.*{cases[0].id}"):
        compare_bundles(whole, of(relabelled, tmp_path / "relabelled"))
    first = cases[0].model_dump(exclude={"id"})
    cut = [Case.model_validate(first | {"evidence": cases[0].evidence[:1]}), *cases[1:]]
    with pytest.raises(InputError, match="the evidence differs"):
        compare_bundles(whole, of(cut, tmp_path / "cut"))
    with pytest.raises(InputError, match="one asked 1 times and the other 2"):
        compare_bundles(whole, of(cases, tmp_path / "twice", repeats=2))
    rescored = of(cases, tmp_path / "rescored")
    rescored.save_manifest(evaluation=rescored.evaluation.model_copy(update={"scorer": "0"}))
    with pytest.raises(InputError, match="the scorer differs"):
        compare_bundles(whole, rescored)


def test_two_that_were_made_by_other_code_are_compared_with_a_caution(tmp_path: Path) -> None:
    one, other = sealed(tmp_path / "a"), sealed(tmp_path / "b")
    other.save_manifest(evaluation=other.evaluation.model_copy(update={"code": "0.0.1+other"}))
    assert "two versions of factnotes" in compare_bundles(one, other).cautions[0]


def test_replies_are_not_proven_again_with_another_prompt_than_the_one_that_was_asked(tmp_path: Path) -> None:
    shutil.copytree(RECORDED, tmp_path / "copy")
    bundle = find_bundle(str(tmp_path / "copy"), tmp_path)
    (first, _) = bundle.evaluation.variants
    assert len(list(prove_again(bundle, first))) == 26
    file = next((tmp_path / "copy" / "prompts").rglob("v1.md"))
    file.write_text(file.read_text(encoding="utf-8") + "Be kind.\n", encoding="utf-8")
    with pytest.raises(InputError, match="was asked"):
        list(prove_again(bundle, first))
