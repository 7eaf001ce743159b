"""An invented evaluation with everything a report must show: flips, failures, repeats, groups, hostile text."""

from __future__ import annotations

from datetime import UTC, date, datetime

from pipeline.core.models import Case, Failure, Usage
from pipeline.evaluation import Suite
from pipeline.evaluation.cases import Answer, Evaluation, Variant
from pipeline.evaluation.report import render_report
from pipeline.evaluation.scores import SCORER, compare_answers, score_answers

HOSTILE = "</script><img src=x onerror=alert(1)><b>bold</b> {{ 7 * 7 }} \u202egnp.exe"
LABELS = ("supported", "refuted", "not_enough_evidence", "conflicting_evidence")
ONE = Variant(name="verdict@1", prompt_ref="verdict@1+aaaa", model="local:small")
TWO = Variant(name="verdict@2", prompt_ref="verdict@2+bbbb", model="local:small")
QUOTE = "carried sixty passengers"


def sample_suite(cases: int = 48, name: str = "Ferries of Norhaven") -> Suite:
    """Return cases in two sources and groups of three; the first holds hostile text."""
    made = []
    for number in range(cases):
        claim = f"Ferry {number} carried {number + 20} passengers in the storm."
        evidence = (f"In the storm ferry {number} {QUOTE}, the ledger says.", "The harbour was closed.")
        made.append(
            Case(
                claim=HOSTILE if number == 0 else claim,
                label=LABELS[number % 4],
                acceptable=("not_enough_evidence",) if number % 7 == 3 else (),
                evidence=(f"{HOSTILE} {evidence[0]}",) if number == 0 else evidence,
                as_of=date(2031, 3, 11),
                context=HOSTILE if number == 0 else "",
                group=f"article {number // 3}",
                source=("ledger", "minutes <i>")[number % 2],
            )
        )
    return Suite(name=name, stage="verdict", cases=tuple(made), problems=("Two rows were left out.",))


def sample_answers(suite: Suite, variant: Variant, *, wrong_every: int, failing_every: int) -> tuple[Answer, ...]:
    """Return answers of which every so many are wrong or fail."""
    answers = []
    for number, case in enumerate(suite.cases):
        known = {"case_id": case.id, "variant": variant.id, "seconds": 1.5 + number % 3}
        usage = Usage(calls=1, tokens_in=600, tokens_out=80, dollars=0.0004)
        if number % failing_every == 5:
            failure = Failure(stage="verdict", reason="malformed_reply", detail=HOSTILE)
            answers.append(Answer(**known, failure=failure, usage=usage, citations_given=1))
            continue
        wrong = number % wrong_every == 1
        answers.append(
            Answer(
                **known,
                label=LABELS[(number + 1) % 4] if wrong else case.label,
                confidence=0.55 + (number % 5) / 20 + (0.0 if wrong else 0.2),
                citations_given=1,
                citations_proven=1,
                payload={
                    "justification": HOSTILE if number == 0 else "The ledger gives the number.",
                    "citations": [{"passage": "p", "quote": QUOTE}],
                },
                usage=usage,
            )
        )
    return tuple(answers)


def sample_evaluation(suite: Suite, *variants: Variant) -> Evaluation:
    """Return the record of an evaluation."""
    return Evaluation(
        id="0123456789abcdef",
        suite=suite.name,
        suite_digest=suite.digest,
        cases=len(suite.cases),
        evidence_digest=suite.evidence_digest,
        scorer=SCORER,
        variants=variants,
        created_at=datetime(2031, 3, 12, 9, 30, tzinfo=UTC),
        code="0.1.0",
    )


def sample_page(cases: int = 48, **about: int) -> str:
    """Return the report of two variants, the second the better one."""
    suite = sample_suite(cases)
    answers = sample_answers(suite, ONE, wrong_every=3, failing_every=16)
    answers += sample_answers(suite, TWO, wrong_every=about.get("wrong_every", 8), failing_every=24)
    scores = [score_answers(suite, variant, answers) for variant in (ONE, TWO)]
    pairings = compare_answers(suite, ONE, [TWO], answers)
    baseline = score_answers(suite, TWO, answers).model_copy(update={"name": "majority"})
    return render_report([sample_evaluation(suite, ONE, TWO)], suite, answers, scores, pairings, baselines=[baseline])
