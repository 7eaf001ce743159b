"""Baselines: answers without a model, the same every time, scored like any others."""

from collections import Counter
from typing import Any

from pipeline.core.models import Case, Passage
from pipeline.evaluation import Suite
from pipeline.evaluation.baselines import baseline_answers


def suite(*cases: Case, **more: Any) -> Suite:
    return Suite(name="made-up", stage=cases[0].stage, cases=cases, **more)


def case(number: int, label: str, evidence: str = "Nothing of the kind.", **more: Any) -> Case:
    return Case(claim=f"The mill burned down in {number}.", label=label, evidence=(evidence,), source="by hand", **more)


CASES = [case(1900 + number, "refuted" if number % 3 else "supported") for number in range(30)]


def said(of: Suite) -> dict[str, dict[str, str | None]]:
    return {variant.name: {each.case_id: each.label for each in answers} for variant, answers in baseline_answers(of)}


def test_majority_says_the_commonest_label_of_the_suite() -> None:
    assert set(said(suite(*CASES))["majority"].values()) == {"refuted"}
    assert set(said(suite(*CASES))["nothing read"].values()) == {"not_enough_evidence"}


def test_random_answers_are_drawn_by_the_case_alone_whatever_the_order() -> None:
    forward, backward = said(suite(*CASES))["random"], said(suite(*reversed(CASES)))["random"]
    assert forward == backward
    assert min(Counter(forward.values()).values()) >= 7 and set(forward.values()) == {"refuted", "supported"}


def test_word_overlap_wants_most_words_and_every_number_in_one_passage() -> None:
    told = suite(
        case(1950, "supported", "In 1950 the mill burned down."),
        case(1951, "refuted", "In 1950 the mill burned down."),
        case(1952, "supported", "It was 1952."),
    )
    labels = said(told)["word overlap"]
    assert [labels[each.id] for each in told.cases] == ["supported", "not_enough_evidence", "not_enough_evidence"]


def test_a_retrieval_suite_is_ranked_by_chance_and_by_words() -> None:
    corpus = tuple(Passage(text=f"Passage {number} of the parish register.") for number in range(150))
    wanted = Passage(text="The ferry sails to Torv every day.")
    asked = Case(stage="retrieval", claim="When does the ferry sail to Torv?", label="relevant", source="by hand")
    found = dict(
        (variant.name, answers[0]) for variant, answers in baseline_answers(suite(asked, corpus=(*corpus, wanted)))
    )
    assert found["word overlap"].payload["ranking"][0] == wanted.id
    ranking = found["random"].payload["ranking"]
    assert len(ranking) == len(set(ranking)) == 100 and set(ranking) <= {each.id for each in (*corpus, wanted)}


def test_every_baseline_answers_every_case_as_a_variant_of_its_own() -> None:
    answers = baseline_answers(suite(*CASES))
    assert len({variant.id for variant, _ in answers}) == len(answers) == 4
    for variant, given in answers:
        assert [each.case_id for each in given] == [each.id for each in CASES]
        assert {each.variant for each in given} == {variant.id} and not any(each.failure for each in given)


def test_a_stage_without_a_baseline_has_none() -> None:
    asked = Case(stage="attribution", claim="He said so.", label="attributed", source="by hand")
    assert baseline_answers(suite(asked)) == ()
