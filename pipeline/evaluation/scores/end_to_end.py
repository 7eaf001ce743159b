"""Scores of whole articles: are the claims found, and does each get the right verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.core.models import Case, Failure, Usage, content_id
from pipeline.evaluation.cases import Answer
from pipeline.evaluation.scores.attribution import pair_up

FOUND = 0.5
"""Claims that share less of their words are two claims."""
NOT_FOUND = Failure(stage="claim detection", reason="error", detail="the claim was not found")
UNDECIDED = Failure(stage="verdict", reason="error", detail="the claim was found and has no verdict")


def measure_claims(case: Case, answer: Answer) -> dict[str, float]:
    """Return what a case adds: `right` (gold claims found), `given` and `gold`; a failure finds none."""
    gold, given = claims_in(case.metadata), [] if answer.failure else claims_in(answer.payload)
    found = pair_up([claim["text"] for claim in gold], [claim["text"] for claim in given], FOUND)
    return {"right": len(found), "given": len(given), "gold": len(gold)}


def split_claims(case: Case, answers: list[Answer]) -> Iterator[tuple[Case, list[Answer]]]:
    """Yield a verdict case for each gold claim that has a label, with what was answered to it.

    A claim that was not found is a failure: it has no verdict. The claims of one article share their cluster.
    """
    gold = [claim for claim in claims_in(case.metadata) if claim.get("label")]
    made = [
        Case(
            stage="end_to_end",
            claim=claim["text"],
            label=str(claim["label"]),
            acceptable=tuple(claim.get("acceptable", ())),
            source=case.source,
            group=case.group or case.id,
            metadata={"case": case.id},
            id=content_id("claim of case", case.id, str(number)),
        )
        for number, claim in enumerate(gold)
    ]
    texts = [claim["text"] for claim in gold]
    answered: list[list[Answer]] = [[] for _ in made]
    for answer in answers:
        given = [] if answer.failure else claims_in(answer.payload)
        pairs = {one: given[other] for one, other, _ in pair_up(texts, [claim["text"] for claim in given], FOUND)}
        for number, one in enumerate(made):
            answered[number].append(_answer(one.id, answer, pairs.get(number)))
    yield from zip(made, answered, strict=True)


def claims_in(holder: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the claims of a case or an answer: texts, or mappings with `text` and `label`."""
    return [claim if isinstance(claim, dict) else {"text": str(claim)} for claim in holder.get("claims", ())]


def _answer(case_id: str, answer: Answer, claim: dict[str, Any] | None) -> Answer:
    label = claim.get("label") if claim else None
    failure = None if label else (answer.failure or (UNDECIDED if claim else NOT_FOUND))
    return Answer(
        case_id=case_id,
        variant=answer.variant,
        repeat=answer.repeat,
        label=label,
        confidence=claim.get("confidence") if claim and label else None,
        probabilities=claim.get("probabilities") if claim and label else None,
        failure=failure,
        usage=Usage(),
    )
