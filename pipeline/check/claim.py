"""One claim: evidence, checkers, the model where they are silent, and what an earlier run knows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import NamedTuple, Protocol

from pipeline.check.checkers.consistency import check_consistency, contradictions
from pipeline.check.checkers.quantities import check_quantities
from pipeline.check.checkers.quotations import check_copy, check_quotation
from pipeline.check.checkers.sections import check_section
from pipeline.check.checkers.titles import check_title
from pipeline.check.combine import combine_verdicts, make_note, withhold_support
from pipeline.check.comparison import compare_claim
from pipeline.check.recheck import kept_verdict, same_evidence
from pipeline.check.verdict import predict_verdict
from pipeline.core.errors import FactnotesError, StoreError
from pipeline.core.models import (
    COPY,
    SETTLED,
    Article,
    Claim,
    Evidence,
    Failure,
    Finding,
    Note,
    Passage,
    TraceStep,
    Usage,
    Value,
    Verdict,
    Versions,
    content_id,
)
from pipeline.core.ports import CheckContext, Checker, Earlier, Embedder, OfficeRecords, Sources
from pipeline.core.telemetry import SetAttributes, get_log, span
from pipeline.llm import Model, Prompt, collecting_mends, failure_of, usage_of

_log = get_log("check")

CHECKERS: tuple[Checker, ...] = (
    check_title,
    check_quotation,
    check_copy,
    check_quantities,
    check_section,
    check_consistency,
)
"""Surest and cheapest first; none needs a model."""


class Retrieve(Protocol):
    """Finds evidence for a claim, with every guard applied."""

    def __call__(
        self,
        claim: Claim,
        article: Article,
        as_of: date,
        *,
        report: Callable[[str], None] = ...,
        copied: Callable[[Passage], None] = ...,
    ) -> tuple[Evidence, ...]:
        """Return evidence, best first; later passages are marked and come last.

        `report` is called with a line on each passage that was found and left out, and why, `copied` with those that
        copy the article.
        """
        ...


@dataclass(frozen=True)
class Tools:
    """What a check works with; opened once, used by every claim."""

    retrieve: Retrieve
    records: OfficeRecords
    sources: Sources
    embedder: Embedder
    versions: Versions
    model: Model | None = None
    detect_prompt: Prompt | None = None
    verdict_prompt: Prompt | None = None
    service: str | None = None
    """The outside service behind the model, for the report."""
    proxy: str | None = None
    """A proxy that reads what is sent to it."""
    deadline: float | None = None
    """`time.monotonic()` after which no claim is begun."""
    concurrency: int = 8


class CheckedClaim(Value):
    """A claim's note and what it cost."""

    note: Note
    usage: Usage = Usage()
    left: bool = False
    """True where the run was stopped before the claim was begun: the note is none."""

    @property
    def is_settled(self) -> bool:
        """True where checking again with the same versions would give the same."""
        return not self.left and (self.note.failure is None or self.note.failure.reason in SETTLED)


class Job(NamedTuple):
    """One claim to check: its position in the article, itself and what it stands in."""

    position: int
    claim: Claim
    article: Article
    claims: tuple[Claim, ...]
    as_of: date

    @property
    def key(self) -> str:
        """Identify the job by content; versions are the caller's part."""
        around = content_id(*(claim.model_dump_json() for claim in self.claims))
        return content_id(self.article.model_dump_json(), self.claim.id, around, self.as_of.isoformat())


def check_claim(job: Job, tools: Tools, earlier: Earlier | None = None) -> CheckedClaim:
    """Judge one claim: sure checkers first, then the model; every failure is a value of the note.

    A model's verdict that an earlier run got from the same evidence is kept. Raises StoreError.
    """
    with span("check claim", claim_id=job.claim.id, kind=job.claim.kind) as set_attributes:
        done = _check_claim(job, tools, earlier)
        _trace_outcome(done, set_attributes)
    return done


def _check_claim(job: Job, tools: Tools, earlier: Earlier | None) -> CheckedClaim:
    late = tools.deadline is not None and time.monotonic() > tools.deadline
    try:
        if late and kept_verdict(earlier) is None:
            detail = "the cap in seconds was reached before this claim was begun"
            return CheckedClaim(note=make_note(job.claim, (), (), failed("budget", detail)))
        return _judge(job, tools, earlier)
    except StoreError:
        raise
    except Exception as error:  # a bug met in one claim must not cost the others theirs
        failure = failure_of(error, "check_claim")
        if failure.reason == "error":
            _log.error("claim could not be checked", exc_info=error)
        step = TraceStep(stage="failed", detail=failure.detail)
        return CheckedClaim(note=make_note(job.claim, (), (), failure, (step,)))


def _trace_outcome(done: CheckedClaim, set_attributes: SetAttributes) -> None:
    """Log and trace what came of a claim, without a word of it; what is wrong in full at level debug alone."""
    failure, usage = done.note.failure, done.usage
    outcome = done.note.verdict.label if done.note.verdict else failure.reason if failure else None
    spent = {"calls": usage.calls, "cached": usage.cached, "dollars": usage.dollars}
    flags = [flag.kind for flag in done.note.flags]
    _log.info("claim checked", outcome=outcome, flags=flags, seconds=round(usage.seconds, 3), **spent)
    set_attributes(outcome=outcome, flags=len(flags), **spent)
    if failure:
        _log.debug("claim not checked", stage=failure.stage, detail=failure.detail)


def _judge(job: Job, tools: Tools, earlier: Earlier | None) -> CheckedClaim:
    left_out: list[str] = []
    copies: list[Passage] = []
    evidence: tuple[Evidence, ...] = ()
    if job.claim.checkable:
        with span("retrieve evidence"):
            evidence = tools.retrieve(job.claim, job.article, job.as_of, report=left_out.append, copied=copies.append)
    context = CheckContext(
        article=job.article,
        claims=job.claims,
        evidence=evidence,
        as_of=job.as_of,
        records=tools.records,
        sources=tools.sources,
        embedder=tools.embedder,
    )
    findings = _find(job.claim, context)
    trace = [*(TraceStep(stage="left out", detail=line) for line in left_out), *map(_step, findings)]
    outcome: Verdict | Failure | None
    if job.claim.uncheckable:
        outcome = failed("not_checkable", job.claim.uncheckable)
    else:
        outcome = combine_verdicts([finding.verdict for finding in findings if finding.verdict])
        outcome = outcome or next((finding.failure for finding in findings if finding.failure), None)
    make = partial(_make_note, job.claim, findings, context, copies)
    if outcome is not None:
        return CheckedClaim(note=make(outcome, trace))
    known = kept_verdict(earlier)
    if known is not None and earlier is not None and earlier.note is not None:
        step = TraceStep(stage="model", label=known.label, detail=f"as in run {earlier.run_id}", kept=True)
        note = make(known, [*trace, step])
        if same_evidence(note, earlier.note):
            return CheckedClaim(note=note, usage=Usage(cached=1))
    with collecting_mends() as mends:
        outcome, usage = _ask(job, evidence, tools)
    trace.append(_step_of_model(outcome, mends))
    return CheckedClaim(note=make(outcome, trace), usage=usage)


def _make_note(
    claim: Claim,
    findings: Sequence[Finding],
    context: CheckContext,
    copies: Sequence[Passage],
    outcome: Verdict | Failure,
    trace: Sequence[TraceStep],
) -> Note:
    """Build the note of a claim; one that could be checked and was not judged is held against its nearest source.

    A copy of the article is kept only where it says something else than the claim. What a sure check contradicts is
    not supported beside it, whoever found that.
    """
    found = (flag for finding in findings if finding.checker != "consistency" for flag in finding.flags)
    ended = withhold_support(claim, outcome, (*found, *contradictions(context.article)))
    if ended is not outcome:
        trace, outcome = [*trace, TraceStep(stage="withheld", reason="findings_disagree")], ended
    undecided = isinstance(outcome, Failure) or outcome.label == "not_enough_evidence"
    comparison = compare_claim(claim, context, copies) if claim.checkable and undecided else None
    shown = [passage for passage in copies if comparison and comparison.passage_id == passage.id]
    behind = [Evidence(passage=each, rank=len(context.evidence) + 1, score=0.0, retriever=COPY) for each in shown]
    return make_note(claim, findings, [*context.evidence, *behind], outcome, trace, comparison)


def failed(reason: str, detail: str) -> Failure:
    """Return a failure of the check of one claim."""
    return Failure.model_validate({"stage": "check_claim", "reason": reason, "detail": detail})


def _step(finding: Finding) -> TraceStep:
    label = finding.verdict.label if finding.verdict else None
    reason = finding.failure.reason if finding.failure else None
    flags = tuple(flag.kind for flag in finding.flags)
    return TraceStep(stage=finding.checker, label=label, reason=reason, flags=flags)


def _step_of_model(outcome: Verdict | Failure, mends: Sequence[str]) -> TraceStep:
    detail = f"mended in the reply: {', '.join(mends)}" if mends else ""
    if isinstance(outcome, Verdict):
        return TraceStep(stage="model", label=outcome.label, detail=detail)
    return TraceStep(stage="model", reason=outcome.reason, detail=detail)


def _find(claim: Claim, context: CheckContext) -> list[Finding]:
    """Ask every checker; a title that is decided lends its weight to what the person is quoted with.

    So its note also holds the flags on those quotations.
    """
    checkers = CHECKERS if claim.checkable else (check_section,)
    findings = [checker(claim, context) for checker in checkers]
    if claim.kind == "title" and any(finding.verdict for finding in findings):
        for quoted in _quoted_by(claim, context.claims):
            finding = check_quotation(quoted, context)
            findings.append(finding.model_copy(update={"verdict": None, "failure": None}))
    return findings


def _quoted_by(title: Claim, claims: Iterable[Claim]) -> list[Claim]:
    """Return the quotations whose speaker is the person of a title mention."""
    speakers = [
        (claim, claim.attribution.speaker_span)
        for claim in claims
        if claim.kind == "quotation" and claim.attribution and claim.attribution.direct
    ]
    return [claim for claim, speaker in speakers if speaker and title.span.overlap(speaker)]


def _ask(job: Job, evidence: tuple[Evidence, ...], tools: Tools) -> tuple[Verdict | Failure, Usage]:
    if tools.model is None or tools.verdict_prompt is None:
        return failed("no_model", "no check without a model can decide this claim"), Usage()
    try:
        return predict_verdict(job.claim, job.article, evidence, job.as_of, tools.model, tools.verdict_prompt)
    except (FactnotesError, ValueError) as error:
        return failure_of(error, "predict_verdict"), usage_of(error)


class StoredSources:
    """Every stored passage in memory (implements `Sources`)."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = tuple(passages)

    def __len__(self) -> int:
        return len(self._passages)

    def passages(self) -> tuple[Passage, ...]:
        """Return all passages."""
        return self._passages
