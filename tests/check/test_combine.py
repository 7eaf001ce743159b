"""Rules by which findings become a note."""

from __future__ import annotations

from itertools import combinations
from typing import get_args

from pipeline.check.combine import COMBINE, combine_verdicts, make_note
from pipeline.core.models import (
    Article,
    Citation,
    Claim,
    Evidence,
    Failure,
    Finding,
    Flag,
    Label,
    Passage,
    Span,
    Verdict,
)

ARTICLE = Article(text="The harbour was closed for two days.")
CLAIM = Claim(article_id=ARTICLE.id, spans=(Span.locate("closed", ARTICLE.text),), text="closed", check_worthiness=1)
PASSAGE = Passage(text="The harbour stayed open, the port authority said.")


def verdict(label: str, confidence: float = 0.9, cited: bool = False) -> Verdict:
    citations = (Citation.locate("stayed open", PASSAGE),) if cited else ()
    return Verdict(label=label, confidence=confidence, justification="j", method="m", citations=citations)


def flag(kind: str = "wrong_number") -> Flag:
    return Flag(kind=kind, severity="high", message="m", span=CLAIM.span, checker="c")


def test_every_pair_of_labels_has_a_rule() -> None:
    labels = get_args(Label)
    assert all(frozenset(pair) in COMBINE for pair in combinations(labels, 2))
    assert all(COMBINE[frozenset({label})] == label for label in labels)


def test_two_sure_checkers_that_contradict_each_other_decide_nothing() -> None:
    assert combine_verdicts([verdict("supported"), verdict("refuted")]) is None
    assert combine_verdicts([verdict("supported"), verdict("refuted"), verdict("not_enough_evidence")]) is None


def test_the_surest_verdict_of_the_agreed_label_is_taken() -> None:
    assert combine_verdicts([verdict("supported", 0.7), verdict("supported", 0.8)]) == verdict("supported", 0.8)
    assert combine_verdicts([verdict("not_enough_evidence", 0.9), verdict("refuted", 0.6)]) == verdict("refuted", 0.6)
    assert combine_verdicts([]) is None


def test_a_failure_stays_a_failure_and_keeps_its_flags() -> None:
    failure = Failure(stage="check_claim", reason="no_model")
    note = make_note(CLAIM, [Finding(checker="c", flags=(flag(),))], (), failure)
    assert (note.verdict, note.failure, note.flags) == (None, failure, (flag(),))


def test_a_flag_found_twice_stands_once() -> None:
    findings = [Finding(checker="a", flags=(flag(),)), Finding(checker="b", flags=(flag(),))]
    assert make_note(CLAIM, findings, (), verdict("refuted")).flags == (flag(),)


def test_an_unsure_or_conflicting_verdict_of_a_model_gets_a_flag() -> None:
    assert [f.kind for f in make_note(CLAIM, (), (), verdict("refuted", 0.4)).flags] == ["low_confidence"]
    assert [f.kind for f in make_note(CLAIM, (), (), verdict("conflicting_evidence")).flags] == ["conflicting_evidence"]
    assert make_note(CLAIM, (), (), verdict("not_enough_evidence", 0.2)).flags == ()


def test_a_flag_of_doubt_says_whether_the_model_is_unsure_or_an_evaluation_showed_it() -> None:
    unsure = verdict("refuted", 0.4)
    (said,) = make_note(CLAIM, (), (), unsure).flags
    (shown,) = make_note(CLAIM, (), (), unsure.model_copy(update={"calibrated_on": "e"})).flags
    assert said.message == "The model is only 40% sure of this verdict: a person should look."
    assert "By what an evaluation showed this verdict is only 40% likely to be right" in shown.message


def test_an_unsure_verdict_of_a_checker_is_its_own_business() -> None:
    unsure = verdict("refuted", 0.4)
    assert make_note(CLAIM, [Finding(checker="c", verdict=unsure)], (), unsure).flags == ()


def test_what_a_checker_cites_joins_the_evidence_once_and_takes_the_verdicts_side() -> None:
    found = Evidence(passage=Passage(text="Two days, said the mayor."), rank=1, score=0.5, retriever="vector")
    cited = verdict("refuted", cited=True)
    findings = [Finding(checker="c", verdict=cited, passages=(PASSAGE, PASSAGE, found.passage))]
    note = make_note(CLAIM, findings, (found,), cited)
    assert [(e.passage.id, e.rank, e.stance) for e in note.evidence] == [
        (found.passage.id, 1, None),
        (PASSAGE.id, 2, "refutes"),
    ]
