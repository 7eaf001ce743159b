"""Notes: what several checkers and the model found, combined by one visible table of rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.core.models import (
    Claim,
    Comparison,
    Evidence,
    Failure,
    Finding,
    Flag,
    FlagKind,
    Label,
    Note,
    Passage,
    TraceStep,
    Verdict,
)

LOW_CONFIDENCE = 0.6
"""A model's verdict below this gets a flag: a person should look."""

COMBINE: dict[frozenset[Label], Label | None] = {
    frozenset({"supported"}): "supported",
    frozenset({"refuted"}): "refuted",
    frozenset({"not_enough_evidence"}): "not_enough_evidence",
    frozenset({"conflicting_evidence"}): "conflicting_evidence",
    frozenset({"supported", "refuted"}): None,
    frozenset({"supported", "conflicting_evidence"}): "conflicting_evidence",
    frozenset({"refuted", "conflicting_evidence"}): "conflicting_evidence",
    frozenset({"supported", "not_enough_evidence"}): "supported",
    frozenset({"refuted", "not_enough_evidence"}): "refuted",
    frozenset({"not_enough_evidence", "conflicting_evidence"}): "conflicting_evidence",
}
"""Which label several sure checkers give together; None, or any other mixture, decides nothing."""


def combine_verdicts(verdicts: Sequence[Verdict]) -> Verdict | None:
    """Return the verdict that checkers give together: the surest one of the label the table names."""
    if not verdicts:
        return None
    label = COMBINE.get(frozenset(verdict.label for verdict in verdicts))
    agreeing = [verdict for verdict in verdicts if verdict.label == label]
    return max(agreeing, key=lambda verdict: verdict.confidence, default=None)


CONTRADICTING: frozenset[FlagKind] = frozenset(
    {
        "inconsistent_article",
        "wrong_number",
        "wrong_fact",
        "altered_quotation",
        "wrong_speaker",
        "misattributed_title",
        "outdated",
    }
)
"""Flags that say of words that they are not right; one of low severity may itself be wrong."""


def withhold_support(claim: Claim, outcome: Verdict | Failure, flags: Iterable[Flag]) -> Verdict | Failure:
    """Return how a claim ends beside what sure checks flag: none of its words is supported and contradicted at once."""
    if isinstance(outcome, Failure) or outcome.label != "supported":
        return outcome
    against = next((flag for flag in flags if _contradicts(flag, claim)), None)
    if against is None:
        return outcome
    detail = f"{outcome.method} found it supported; {against.checker}: {against.message}"
    return Failure(stage=against.checker, reason="findings_disagree", detail=detail)


def _contradicts(flag: Flag, claim: Claim) -> bool:
    sure = flag.kind in CONTRADICTING and flag.severity != "low"
    return sure and any(flag.span.overlap(span) for span in claim.spans)


def make_note(
    claim: Claim,
    findings: Iterable[Finding],
    evidence: Sequence[Evidence],
    outcome: Verdict | Failure,
    trace: Sequence[TraceStep] = (),
    comparison: Comparison | None = None,
) -> Note:
    """Build the note of a claim from what was found and how it ended."""
    findings = tuple(findings)
    verdict = outcome if isinstance(outcome, Verdict) else None
    flags = [flag for finding in findings for flag in finding.flags]
    if verdict and not any(finding.verdict == verdict for finding in findings):
        flags += _flags_of_doubt(claim, verdict)
    return Note(
        claim=claim,
        verdict=verdict,
        failure=None if isinstance(outcome, Verdict) else outcome,
        flags=tuple(dict.fromkeys(flags)),
        evidence=_with_stance(_all_evidence(evidence, findings), verdict),
        trace=tuple(trace),
        comparison=comparison,
    )


def _flags_of_doubt(claim: Claim, verdict: Verdict) -> list[Flag]:
    flags = []
    if verdict.label == "conflicting_evidence":
        message = "The sources disagree: read both before this is published."
        flags.append(
            Flag(kind="conflicting_evidence", severity="medium", message=message, span=claim.span, checker="model")
        )
    if verdict.confidence < LOW_CONFIDENCE and verdict.label != "not_enough_evidence":
        told = f"The model is only {verdict.confidence:.0%} sure of this verdict"
        if verdict.calibrated_on:
            told = f"By what an evaluation showed this verdict is only {verdict.confidence:.0%} likely to be right"
        message = f"{told}: a person should look."
        flags.append(Flag(kind="low_confidence", severity="low", message=message, span=claim.span, checker="model"))
    return flags


def _all_evidence(evidence: Sequence[Evidence], findings: Sequence[Finding]) -> list[Evidence]:
    """Put what checkers cite beyond the retrieved evidence behind it, each passage once."""
    known = {each.passage.id for each in evidence}
    found = list(evidence)
    for finding in findings:
        for passage in finding.passages:
            if passage.id not in known:
                known.add(passage.id)
                found.append(_cited_passage(passage, len(found) + 1, finding.checker))
    return found


def _cited_passage(passage: Passage, rank: int, checker: str) -> Evidence:
    retriever = "office_records" if passage.kind == "office_record" else checker
    return Evidence(passage=passage, rank=rank, score=1.0, retriever=retriever)


def _with_stance(evidence: Sequence[Evidence], verdict: Verdict | None) -> tuple[Evidence, ...]:
    stances = {"supported": "supports", "refuted": "refutes"}
    stance = stances.get(verdict.label, "context") if verdict else None
    cited = {citation.passage_id for citation in verdict.citations} if verdict else set()
    return tuple(each.model_copy(update={"stance": stance}) if each.passage.id in cited else each for each in evidence)
