"""One claim: evidence, checkers, the model where they are silent, and what an earlier run knows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Literal, NamedTuple, Protocol

from pipeline.check.batches import plan_batches
from pipeline.check.calibration import Calibration, calibrate
from pipeline.check.checkers.consistency import check_consistency, contradictions
from pipeline.check.checkers.quantities import check_quantities
from pipeline.check.checkers.quotations import check_copy, check_quotation
from pipeline.check.checkers.sections import check_section
from pipeline.check.checkers.titles import check_title
from pipeline.check.combine import combine_verdicts, make_note, withhold_support
from pipeline.check.comparison import compare_claim
from pipeline.check.recheck import kept_verdict, same_evidence
from pipeline.check.relevance import fitting, nothing_relevant
from pipeline.check.verdict import Question, predict_verdicts, shared_passages, told
from pipeline.core.errors import NoEvidence, SettingsError, StoreError
from pipeline.core.models import (
    BESIDE,
    COPY,
    SETTLED,
    Article,
    Citation,
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
from pipeline.core.telemetry import SetAttributes, bound, get_log, span
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
    claims_per_call: int = 8
    calibrations: tuple[Calibration, ...] = ()
    """Those for the model with its parameters, whatever the prompt."""


class CheckedClaim(Value):
    """A claim's note and what it cost."""

    note: Note
    usage: Usage = Usage()
    left: bool = False
    """True where the run was stopped before the claim was begun: the note is none."""
    waits: bool = False
    """True where only the model can decide it and is still to be asked: the note is none."""

    @property
    def is_settled(self) -> bool:
        """True where checking again with the same versions would give the same."""
        if self.left or self.waits:
            return False
        return self.note.failure is None or self.note.failure.reason in SETTLED

    @property
    def needs_model(self) -> bool:
        """True where a model could decide what nothing else did."""
        return self.note.failure is not None and self.note.failure.reason == "no_model"


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


class Batch(NamedTuple):
    """Claims that are checked in one go: one that is begun, or several that the model is asked on together."""

    jobs: tuple[Job, ...]
    stage: Literal["check", "judge"]

    @property
    def key(self) -> str:
        """Identify the batch by content; versions are the caller's part."""
        return content_id(self.stage, *(job.key for job in self.jobs))


class CheckedBatch(Value):
    """The notes of a batch, in the order of its jobs, and what they cost."""

    claims: tuple[CheckedClaim, ...]

    @property
    def is_settled(self) -> bool:
        """True where checking again with the same versions would give the same."""
        return all(claim.is_settled for claim in self.claims)


@dataclass(frozen=True)
class Pending:
    """A claim that only the model can decide: what it is asked on, and what was found without it."""

    job: Job
    question: Question
    trace: tuple[TraceStep, ...]
    make_note: MakeNote

    @property
    def key(self) -> tuple[object, ...]:
        """The same for claims that say the same, on the same passages: they are asked about once."""
        question = self.question
        return told(question), question.as_of, tuple(passage.id for passage in question.passages)


def check_claims(jobs: Sequence[Job], tools: Tools) -> tuple[Note, ...]:
    """Check claims one after the other, those that wait for the model in its batches; return their notes in order.

    Raises StoreError.
    """
    begun = [begin_claim(job, tools) for job in jobs]
    notes = {place: each.note for place, each in enumerate(begun) if isinstance(each, CheckedClaim)}
    waiting = [(place, each) for place, each in enumerate(begun) if isinstance(each, Pending)]
    for batch in batches_of([each for _, each in waiting], tools):
        done = ask_model([waiting[place][1] for place in batch], tools)
        notes |= {waiting[place][0]: each.note for place, each in zip(batch, done, strict=True)}
    return tuple(notes[place] for place in range(len(jobs)))


def batches_of(waiting: Sequence[Pending], tools: Tools) -> tuple[tuple[int, ...], ...]:
    """Return the places of claims that wait for the model, in the batches it is asked on."""
    if tools.verdict_prompt is None:
        return ()
    return plan_batches([each.question for each in waiting], tools.verdict_prompt, tools.claims_per_call)


def check_claim(job: Job, tools: Tools, earlier: Earlier | None = None) -> CheckedClaim:
    """Judge one claim: sure checkers first, then the model; every failure is a value of the note.

    A model's verdict that an earlier run got from the same evidence is kept. Raises StoreError.
    """
    begun = begin_claim(job, tools, earlier)
    return begun if isinstance(begun, CheckedClaim) else ask_model([begun], tools)[0]


def begin_claim(job: Job, tools: Tools, earlier: Earlier | None = None) -> CheckedClaim | Pending:
    """Judge a claim without the model, as far as that goes; every failure is a value of the note. Raises StoreError."""
    with span("check claim", claim_id=job.claim.id, kind=job.claim.kind) as set_attributes:
        begun = _begin_claim(job, tools, earlier)
        if isinstance(begun, CheckedClaim):
            _trace_outcome(begun, set_attributes)
    return begun


def _begin_claim(job: Job, tools: Tools, earlier: Earlier | None) -> CheckedClaim | Pending:
    try:
        if _is_late(tools) and kept_verdict(earlier) is None:
            return CheckedClaim(note=make_note(job.claim, (), (), _too_late()))
        return _judge(job, tools, earlier)
    except StoreError:
        raise
    except Exception as error:  # a bug met in one claim must not cost the others theirs
        return CheckedClaim(note=_note_of_error(job, error))


def ask_model(batch: Sequence[Pending], tools: Tools) -> tuple[CheckedClaim, ...]:
    """Judge claims with the model, in one call where its prompt takes several; every failure is a value of the note.

    Claims that say the same on the same passages are asked about once. Raises StoreError, ModelUnusable.
    """
    first = {each.key: each for each in reversed(batch)}
    asked = [each for each in batch if first[each.key] is each]
    with span("judge claims", claims=len(batch)), collecting_mends() as mends:
        outcomes, costs = _ask([each.question for each in asked], tools)
        beyond = shared_passages([each.question for each in asked])
        answers = {each.key: outcome for each, outcome in zip(asked, outcomes, strict=True)}
        spent = {id(each): cost for each, cost in zip(asked, costs, strict=True)}
        steps = partial(_step_of_model, mends=mends, others=len(batch) - 1)
        done = tuple(
            CheckedClaim(
                note=_note_of_model(each, answers[each.key], steps, beyond), usage=spent.get(id(each), Usage())
            )
            for each in batch
        )
        for pending, each in zip(batch, done, strict=True):
            claim_id = pending.job.claim.id
            with bound(claim_id=claim_id), span("judge claim", claim_id=claim_id) as set_attributes:
                _trace_outcome(each, set_attributes)
    return done


def _ask(
    questions: Sequence[Question], tools: Tools
) -> tuple[Sequence[Verdict | Exception | Failure], Sequence[Usage]]:
    nothing = [Usage()] * len(questions)
    if tools.model is None or tools.verdict_prompt is None:
        raise SettingsError("claims that wait for a model need one, and its prompt")
    if _is_late(tools):
        return [_too_late()] * len(questions), nothing
    try:
        outcomes, costs = predict_verdicts(questions, tools.model, tools.verdict_prompt)
        known = tools.calibrations
        return [calibrate(each, known) if isinstance(each, Verdict) else each for each in outcomes], costs
    except StoreError:
        raise
    except Exception as error:  # a bug must cost no more than the claims it was met on
        return [error] * len(questions), [usage_of(error), *nothing[1:]]


def _note_of_model(
    pending: Pending,
    outcome: Verdict | Exception | Failure,
    step: Callable[[Verdict | Failure], TraceStep],
    beyond: Sequence[Passage],
) -> Note:
    try:
        if isinstance(outcome, Exception):
            outcome = _failure(outcome, "predict_verdict")
        return pending.make_note(outcome, [*pending.trace, step(outcome)], beyond)
    except StoreError:
        raise
    except Exception as error:  # a bug met in one claim must not cost the others theirs
        return _note_of_error(pending.job, error)


def _note_of_error(job: Job, error: Exception) -> Note:
    failure = _failure(error, "check_claim")
    return make_note(job.claim, (), (), failure, (TraceStep(stage="failed", detail=failure.detail),))


def _failure(error: Exception, stage: str) -> Failure:
    failure = failure_of(error, stage)
    if failure.reason == "error":
        _log.error("claim could not be checked", exc_info=error)
    return failure


def _is_late(tools: Tools) -> bool:
    return tools.deadline is not None and time.monotonic() > tools.deadline


def _too_late() -> Failure:
    return failed("budget", "the cap in seconds was reached before this claim was begun")


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


def _judge(job: Job, tools: Tools, earlier: Earlier | None) -> CheckedClaim | Pending:
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
    near = fitting(job.claim, evidence, tools.embedder)
    if outcome is None and evidence and not any(not each.later for each in near):
        outcome, near = _without_near(job.claim, context, copies)
    make = partial(_make_note, job.claim, findings, context, near, copies)
    if outcome is not None:
        return CheckedClaim(note=make(outcome, trace))
    known = kept_verdict(earlier)
    if known is not None and earlier is not None and earlier.note is not None:
        step = TraceStep(stage="model", label=known.label, detail=f"as in run {earlier.run_id}", kept=True)
        note = make(known, [*trace, step], [each.passage for each in earlier.note.evidence])
        if same_evidence(note, earlier.note):
            return CheckedClaim(note=note, usage=Usage(cached=1))
    if tools.model is None or tools.verdict_prompt is None:
        failure = failed("no_model", "no check without a model can decide this claim")
        return CheckedClaim(note=make(failure, [*trace, _step_of_model(failure)]))
    try:
        question = Question.of(job.claim, job.article, near, job.as_of)
    except NoEvidence as error:
        failure = failure_of(error, "predict_verdict")
        return CheckedClaim(note=make(failure, [*trace, _step_of_model(failure)]))
    return Pending(job, question, tuple(trace), make)


class MakeNote(Protocol):
    """Makes the note of a claim from how it ended; `beyond` holds passages that other claims found."""

    def __call__(self, outcome: Verdict | Failure, trace: Sequence[TraceStep], beyond: Sequence[Passage] = ...) -> Note:
        """Return the note."""
        ...


def _without_near(
    claim: Claim, context: CheckContext, copies: Sequence[Passage]
) -> tuple[Verdict | None, tuple[Evidence, ...]]:
    """Return the desk's own verdict where no evidence comes near a claim, or what is left to judge it on.

    A sentence that can be held against the claim word by word is near enough, whatever the rest of its passage says.
    """
    if not any(not each.later for each in context.evidence):
        return None, context.evidence
    shown = compare_claim(claim, context, copies)
    compared = tuple(each for each in context.evidence if shown and each.passage.id == shown.passage_id)
    return (None, compared) if compared else (nothing_relevant(), ())


def _make_note(
    claim: Claim,
    findings: Sequence[Finding],
    context: CheckContext,
    near: Sequence[Evidence],
    copies: Sequence[Passage],
    outcome: Verdict | Failure,
    trace: Sequence[TraceStep],
    beyond: Sequence[Passage] = (),
) -> Note:
    """Build the note of a claim; one that could be checked and was not judged is held against its nearest source.

    A copy of the article is kept only where it says something else than the claim, a passage that another claim found
    only where it is cited. What a sure check contradicts is not supported beside it, whoever found that.
    """
    found = (flag for finding in findings if finding.checker != "consistency" for flag in finding.flags)
    ended = withhold_support(claim, outcome, (*found, *contradictions(context.article)))
    if ended is not outcome:
        trace, outcome = [*trace, TraceStep(stage="withheld", reason="findings_disagree")], ended
    undecided = isinstance(outcome, Failure) or outcome.label == "not_enough_evidence"
    comparison = compare_claim(claim, context, copies) if claim.checkable and undecided else None
    shown = [passage for passage in copies if comparison and comparison.passage_id == passage.id]
    cited = {each.passage_id for each in _citations(findings, outcome)} | {
        comparison.passage_id if comparison else None
    }
    kept = [each for each in context.evidence if each in near or each.passage.id in cited]
    kept = [each.model_copy(update={"rank": rank}) for rank, each in enumerate(kept, 1)]
    known = {each.passage.id for each in kept}
    behind = [(passage, BESIDE) for passage in beyond if passage.id in cited - known]
    behind += [(passage, COPY) for passage in shown]
    added = [
        Evidence(passage=passage, rank=rank, score=0.0, retriever=retriever)
        for rank, (passage, retriever) in enumerate(behind, len(kept) + 1)
    ]
    return make_note(claim, findings, [*kept, *added], outcome, trace, comparison)


def _citations(findings: Iterable[Finding], outcome: Verdict | Failure) -> Iterator[Citation]:
    verdicts = [outcome] if isinstance(outcome, Verdict) else []
    verdicts += [finding.verdict for finding in findings if finding.verdict]
    yield from (citation for verdict in verdicts for citation in verdict.citations)
    yield from (citation for finding in findings for flag in finding.flags for citation in flag.citations)


def failed(reason: str, detail: str) -> Failure:
    """Return a failure of the check of one claim."""
    return Failure.model_validate({"stage": "check_claim", "reason": reason, "detail": detail})


def _step(finding: Finding) -> TraceStep:
    label = finding.verdict.label if finding.verdict else None
    reason = finding.failure.reason if finding.failure else None
    flags = tuple(flag.kind for flag in finding.flags)
    return TraceStep(stage=finding.checker, label=label, reason=reason, flags=flags)


def _step_of_model(outcome: Verdict | Failure, mends: Sequence[str] = (), others: int = 0) -> TraceStep:
    together = [f"asked together with {others} other claim{'s' if others > 1 else ''}"] if others else []
    mended = [f"mended in the reply: {', '.join(mends)}"] if mends else []
    detail = "; ".join([*together, *mended])
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


class StoredSources:
    """Every stored passage in memory (implements `Sources`)."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = tuple(passages)

    def __len__(self) -> int:
        return len(self._passages)

    def passages(self) -> tuple[Passage, ...]:
        """Return all passages."""
        return self._passages
