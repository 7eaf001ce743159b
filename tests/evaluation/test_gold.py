"""Decided claims as evaluation cases: what a person said, on what it was said, and nothing made up."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from decided import NOON, RUN, accepted, corrected, decided, event, set_aside, set_right, untouched
from hypothesis import given, strategies as st
from samples import sample_report

from pipeline.core.errors import ModelUnavailable
from pipeline.core.models import AddedEvidence, Case, Correction, DecidedNote, DeskOutcome, Note, ReasonCode, Review
from pipeline.core.settings import PROJECT
from pipeline.evaluation import Gold
from pipeline.evaluation.cases import Variant, passages_of
from pipeline.evaluation.gold import JudgedRun, gold_cases
from pipeline.evaluation.loaders import FORMATS
from pipeline.evaluation.loaders.building import Asked
from pipeline.evaluation.run.answer import EvalContext, Question, System, answer
from pipeline.llm import Budget, load_prompt
from pipeline.llm.scripted import Scripted

REPORT = sample_report()
WORDS = (AddedEvidence(text="The protocol counts 29 cracks."),)
ADDRESS = (AddedEvidence(url="https://protocol.example/29"),)


def _note(words: str) -> Note:
    found = (note for note in REPORT.notes if words in note.claim.span.exact)
    return min(found, key=lambda note: len(note.claim.span.exact))


CRACKS = _note("Inspectors counted")
"""Supported on two passages."""


def _run(*notes: DecidedNote, run_id: str = RUN) -> JudgedRun:
    return JudgedRun(run_id, REPORT.as_of, REPORT.article, REPORT.versions, notes)


def _gold(*notes: DecidedNote, **options: Any) -> Gold:
    return gold_cases([_run(*notes)], **options)


def _case(note: DecidedNote, **options: Any) -> Case:
    gold = _gold(note, **options)
    assert gold.left_out == {}
    (case,) = gold.cases
    return case


def test_an_accepted_verdict_is_a_verdict_case_on_the_evidence_it_was_judged_on() -> None:
    case = _case(accepted(CRACKS))
    assert (case.stage, case.label, case.acceptable) == ("verdict", "supported", ())
    assert case.claim == CRACKS.claim.text
    assert case.evidence == tuple(evidence.passage.text for evidence in CRACKS.evidence)
    assert (case.as_of, case.group) == (date(2031, 3, 14), REPORT.article.id)


def test_a_case_keeps_where_its_evidence_comes_from() -> None:
    found = passages_of(_case(accepted(CRACKS)))
    assert found == tuple(evidence.passage for evidence in CRACKS.evidence)
    assert any(passage.publisher and passage.published_at for passage in found)


def test_later_evidence_is_no_part_of_a_case() -> None:
    note = _note("The bridge carries 9,400 vehicles")
    later = [evidence.passage.text for evidence in note.evidence if evidence.later]
    assert later
    assert not set(later) & set(_case(accepted(note)).evidence)


def test_a_case_tells_where_it_comes_from() -> None:
    told = _case(set_right(CRACKS, Correction(label="refuted")), roles={"Ada Quist": "reviewer"}).metadata
    assert (told["review"], told["sequence"], told["action"], told["reason"]) == (1, 1, "correct", "other")
    assert (told["reviewer_role"], told["decided"], told["approved"]) == ("reviewer", "2031-03-15", True)
    assert (told["run"], told["claim_id"], told["found"]) == (RUN, CRACKS.claim.id, "supported")
    assert (told["model"], told["prompts"]) == (REPORT.versions.model, list(REPORT.versions.prompts))
    assert CRACKS.verdict
    assert told["method"] == CRACKS.verdict.method


def test_names_and_comments_are_left_out_unless_asked_for() -> None:
    after = DeskOutcome.of(CRACKS)
    said = event(CRACKS, 1, "accept", after).model_copy(update={"comment": "Ask Ola at 555-01 23"})
    note = decided(CRACKS, said)
    assert not {"Ada Quist", "555-01"} & set(_case(note).model_dump_json().split('"'))
    assert "Ola" not in _case(note).model_dump_json()
    told = _case(note, include=("names", "comments")).metadata
    assert (told["reviewer"], told["comment"]) == ("Ada Quist", "Ask Ola at 555-01 23")


@pytest.mark.parametrize(
    ("correction", "reason", "stage", "evidence"),
    [
        (Correction(label="refuted"), "other", "verdict", 2),
        (Correction(label="refuted"), "false_alarm", "verdict", 2),
        (Correction(label="refuted", evidence=WORDS), "other", "verdict", 3),
        (Correction(label="refuted", evidence=WORDS), "wrong_evidence", "verdict", 3),
        (Correction(label="refuted", evidence=WORDS), "evidence_too_old", "verdict", 3),
        (Correction(label="refuted"), "wrong_evidence", "end_to_end", 0),
        (Correction(label="refuted"), "evidence_too_old", "end_to_end", 0),
        (Correction(label="refuted", evidence=ADDRESS), "other", "end_to_end", 0),
        (Correction(evidence=ADDRESS), "other", "verdict", 2),
        (Correction(justification="It says so."), "wrong_evidence", "end_to_end", 0),
        (Correction(label="not_enough_evidence"), "wrong_evidence", "verdict", 2),
        (Correction(label="not_enough_evidence"), "evidence_too_old", "end_to_end", 0),
    ],
)
def test_a_correction_is_a_case_on_what_its_label_was_given_on(
    correction: Correction, reason: ReasonCode, stage: str, evidence: int
) -> None:
    case = _case(set_right(CRACKS, correction, reason))
    assert (case.stage, case.label, len(case.evidence)) == (stage, correction.label or "supported", evidence)


def test_a_correction_of_flags_tells_which_were_false() -> None:
    note = _note("former mayor")
    told = _case(set_right(note, Correction(flags=(0,)), "false_alarm")).metadata
    assert (told["flags_kept"], told["flags_dropped"]) == (["misattributed_title"], ["outdated"])


def test_a_claim_judged_without_any_evidence_is_asked_end_to_end() -> None:
    note = _note("the harbour office put up a weight limit")
    assert not note.evidence
    assert _case(set_right(note, Correction(label="supported"))).stage == "end_to_end"
    assert _case(set_right(note, Correction(label="not_enough_evidence"))).stage == "verdict"


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        (accepted(_note("the harbour office")), "without a verdict"),
        (set_right(CRACKS, Correction(label="refuted"), "misread_claim"), "misread"),
        (set_right(CRACKS, Correction(label="refuted"), "not_checkable"), "not checkable"),
        (set_aside(_note("voted 7 to 2"), "false_alarm"), "false alarm"),
        (set_aside(CRACKS, "wrong_evidence"), "about the note"),
        (set_aside(CRACKS, "evidence_too_old"), "about the note"),
        (set_aside(CRACKS, "misread_claim"), "about the note"),
        (set_aside(CRACKS, "other"), "about the note"),
    ],
)
def test_what_gives_no_answer_makes_no_case_and_is_counted(note: DecidedNote, reason: str) -> None:
    gold = _gold(note)
    assert gold.cases == ()
    ((told, count),) = gold.left_out.items()
    assert reason in told
    assert count == 1


def test_a_claim_set_aside_as_not_checkable_is_a_detection_case() -> None:
    case = _case(set_aside(CRACKS, "not_checkable"))
    assert (case.stage, case.label, case.evidence) == ("detection", "not_check_worthy", ())
    assert case.claim == CRACKS.claim.text


def test_what_nobody_decided_gives_nothing() -> None:
    assert _gold(*map(untouched, REPORT.notes)) == Gold((), {})


def test_an_undone_decision_gives_nothing_and_one_sent_back_nothing_either() -> None:
    after = corrected(CRACKS, Correction(label="refuted"))
    first = event(CRACKS, 1, "correct", after, reason="other")
    undone = decided(CRACKS, first, event(CRACKS, 2, "undo", undone=1), status="open", approved=False)
    assert _gold(undone) == Gold((), {})
    back = decided(CRACKS, first, event(CRACKS, 2, "send_back"), outcome=after, status="open", approved=False)
    assert _gold(back) == Gold((), {})


def test_the_newest_decision_counts_and_an_undone_one_gives_way_to_the_one_before() -> None:
    first, second = corrected(CRACKS, Correction(label="refuted")), DeskOutcome.of(CRACKS)
    events = (event(CRACKS, 1, "correct", first, reason="other"), event(CRACKS, 2, "accept", second))
    assert _case(decided(CRACKS, *events, outcome=second)).label == "supported"
    undo = event(CRACKS, 3, "undo", undone=2)
    assert _case(decided(CRACKS, *events, undo, outcome=first)).label == "refuted"


def _two(*reasons: ReasonCode, settled: ReasonCode | None, evidence: tuple[AddedEvidence, ...] = ()) -> DecidedNote:
    """Return a claim that two people decided differently and an editor settled as refuted."""
    refuted = corrected(CRACKS, Correction(label="refuted", evidence=evidence))
    events: tuple[Review, ...] = (
        event(CRACKS, 1, "accept", DeskOutcome.of(CRACKS)),
        event(CRACKS, 2, "correct", refuted, reason=reasons[0], reviewer="Cy Dahl"),
    )
    if settled is None:
        return decided(CRACKS, *events, outcome=refuted, status="disputed", approved=False)
    last = event(CRACKS, 3, "correct", refuted, reason=settled, reviewer="Brit Ness")
    return decided(CRACKS, *events, last, outcome=refuted)


def test_of_two_who_differ_the_settled_label_counts() -> None:
    case = _case(_two("other", settled="other"))
    assert (case.label, case.acceptable, case.metadata["reviewers"]) == ("refuted", (), 3)


def test_the_other_label_is_acceptable_only_where_the_evidence_had_grown_old() -> None:
    case = _case(_two("evidence_too_old", settled="evidence_too_old"))
    assert (case.stage, case.label, case.acceptable) == ("end_to_end", "refuted", ("supported",))
    newer = _case(_two("evidence_too_old", settled="evidence_too_old", evidence=WORDS))
    assert (newer.stage, newer.acceptable) == ("verdict", ())
    assert _case(_two("wrong_evidence", settled="wrong_evidence")).acceptable == ()


def test_a_dispute_and_a_first_of_two_decisions_are_left_out_and_counted() -> None:
    assert _gold(_two("other", settled=None)).left_out == {"two people differ and no editor has settled it": 1}
    first = decided(
        CRACKS, event(CRACKS, 1, "accept", DeskOutcome.of(CRACKS)), status="awaiting_second", approved=False
    )
    assert _gold(first).left_out == {"waits for a second decision": 1}


def test_a_claim_counts_once_with_the_run_that_was_judged() -> None:
    other = CRACKS.model_copy(update={"evidence": (), "verdict": None, "failure": _note("the harbour office").failure})
    judged = accepted(CRACKS)
    elsewhere = judged.model_copy(update={"note": other})
    gold = gold_cases([_run(elsewhere, run_id="a later run"), _run(judged), _run(elsewhere, run_id="an older run")])
    (case,) = gold.cases
    assert case.metadata["run"] == RUN
    assert len(case.evidence) == 2


def test_one_question_decided_in_two_ways_is_no_gold() -> None:
    claim = CRACKS.claim.model_copy(update={"id": "0123456789abcdef"})
    copy = CRACKS.model_copy(update={"claim": claim})
    gold = _gold(accepted(CRACKS), set_right(copy, Correction(label="refuted")))
    assert (gold.cases, gold.left_out) == ((), {"the same question was decided in two ways": 2})
    assert len(_gold(accepted(CRACKS), accepted(copy)).cases) == 1


def test_only_decisions_since_a_day_are_taken() -> None:
    assert len(_gold(accepted(CRACKS), since=NOON.date()).cases) == 1
    assert _gold(accepted(CRACKS), since=NOON.date() + timedelta(days=1)) == Gold((), {})


def test_every_case_is_read_by_the_evaluation_as_it_was_written() -> None:
    notes = [accepted(note) for note in REPORT.notes if note.claim.checkable]
    notes.append(set_aside(_note("the harbour office"), "not_checkable"))
    cases = _gold(*notes).cases
    assert {case.stage for case in cases} == {"verdict", "detection"}
    for case in cases:
        asked = Asked("cases", case.stage, "review")
        assert list(FORMATS["cases"].cases_of(json.loads(case.model_dump_json()), asked)) == [case]


@given(st.randoms(use_true_random=False))
def test_the_same_decisions_give_the_same_cases_in_the_same_order(chance: random.Random) -> None:
    notes = [accepted(note) for note in REPORT.notes if note.claim.checkable]
    numbered = []
    for number, note in enumerate(notes):
        events = tuple(review.model_copy(update={"id": 10 * number + review.id}) for review in note.reviews)
        numbered.append(note.model_copy(update={"reviews": events}))
    wanted = _gold(*numbered)
    chance.shuffle(numbered)
    again = gold_cases([_run(*numbered[:5]), _run(*numbered[5:])])
    assert [case.model_dump_json() for case in again.cases] == [case.model_dump_json() for case in wanted.cases]
    assert again.left_out == wanted.left_out


ORDERS = yaml.safe_load((Path(__file__).parents[1] / "data" / "hostile" / "orders.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("order", ORDERS)
def test_what_a_reviewer_wrote_gives_no_order_to_a_model_that_is_asked_of_the_case(order: str) -> None:
    words, seen = ORDERS[order].strip(), list[str]()
    added = (AddedEvidence(text=f"The protocol counts 29 cracks.\n{words}"),)
    plain = set_right(CRACKS, Correction(label="refuted", evidence=WORDS), "wrong_evidence")
    note = set_right(CRACKS, Correction(label="refuted", evidence=added, justification=words), "wrong_evidence")
    note = note.model_copy(
        update={"reviews": tuple(each.model_copy(update={"comment": words}) for each in note.reviews)}
    )
    case = _case(note, include=("comments", "names"))
    assert (case.stage, case.label, case.claim) == (_case(plain).stage, _case(plain).label, _case(plain).claim)

    def asked(prompt: str) -> str:
        seen.append(prompt)
        raise ModelUnavailable("nobody is there")

    context = EvalContext(budget=Budget(), retries=0, sleep=lambda seconds: None)
    for version in (1, None):
        prompt = load_prompt("predict_verdict", PROJECT / "prompts", version)
        system = System(Variant(name="one", prompt_ref=prompt.ref, model="scripted:one"), prompt, Scripted(asked))
        assert answer(Question(system, case), context).answer.failure
    assert len(seen) == 2 and all("The protocol counts 29 cracks." in prompt for prompt in seen)
    assert not any(line in prompt for prompt in seen for line in words.splitlines())
