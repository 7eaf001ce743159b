"""One claim: evidence, checkers, the model where they are silent, and what an earlier run knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial

from pipeline.check.addressed import find_words_to_checkers, stands_in_words_to_checkers
from pipeline.check.asking import (
    ask_model,
    batches_of,
    is_late,
    note_of_error,
    step_of_model,
    too_late,
    trace_outcome,
)
from pipeline.check.checkers.consistency import check_consistency, contradictions
from pipeline.check.checkers.quantities import check_quantities
from pipeline.check.checkers.quotations import check_copy, check_quotation
from pipeline.check.checkers.sections import check_section
from pipeline.check.checkers.titles import check_age, check_title
from pipeline.check.checkers.world import check_world
from pipeline.check.combine import combine_verdicts, make_note, withhold_support
from pipeline.check.comparison import compare_claim, excludes
from pipeline.check.job import CheckedClaim, Job, Pending, Tools, failed, sources_beside
from pipeline.check.recheck import kept_verdict, same_evidence
from pipeline.check.relevance import fitting, nothing_relevant
from pipeline.check.undated import find_with
from pipeline.check.verdict import Question
from pipeline.core.errors import NoEvidence, StoreError
from pipeline.core.models import (
    BESIDE,
    COPY,
    Citation,
    Claim,
    Comparison,
    Evidence,
    Failure,
    Finding,
    Note,
    Passage,
    TraceStep,
    Usage,
    Verdict,
)
from pipeline.core.ports import CheckContext, Checker, Earlier
from pipeline.core.telemetry import span
from pipeline.llm import failure_of

CHECKERS: tuple[Checker, ...] = (
    check_title,
    check_quotation,
    check_copy,
    check_world,
    check_age,
    check_quantities,
    check_section,
    check_consistency,
)
"""Surest and cheapest first; none needs a model."""


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
            trace_outcome(begun, set_attributes)
    return begun


def _begin_claim(job: Job, tools: Tools, earlier: Earlier | None) -> CheckedClaim | Pending:
    asked: tuple[TraceStep, ...] = ()
    try:
        if is_late(tools) and kept_verdict(earlier) is None:
            return CheckedClaim(note=make_note(job.claim, (), (), too_late()))
        found, asked = _ask(job, tools)
        return _judge(job, tools, earlier, found, asked)
    except StoreError:
        raise
    except Exception as error:  # a bug met in one claim must not cost the others theirs
        note = note_of_error(job, error)
        return CheckedClaim(note=note.model_copy(update={"trace": (*asked, *note.trace)}))  # what was sent was sent


def _ask(job: Job, tools: Tools) -> tuple[tuple[Passage, ...], tuple[TraceStep, ...]]:
    """Ask outside sources about a claim; return what they have, and what was sent to whom. Raises StoreError."""
    if tools.ask is None or not job.claim.checkable:
        return (), ()
    with span("ask sources"):
        answered = tools.ask(job.claim)
    return answered.passages, answered.steps


def _judge(
    job: Job, tools: Tools, earlier: Earlier | None, found: Sequence[Passage] = (), asked: Sequence[TraceStep] = ()
) -> CheckedClaim | Pending:
    left_out: list[str] = []
    copies: list[Passage] = []
    likenesses: dict[str, float] = {}
    evidence: tuple[Evidence, ...] = ()
    if job.claim.checkable:
        with span("retrieve evidence"):
            evidence = tools.retrieve(
                job.claim,
                job.article,
                job.as_of,
                report=left_out.append,
                copied=copies.append,
                near=likenesses.__setitem__,
                **({"beside": found} if found else {}),
            )
    sources = tools.sources_for(job.article)
    context = CheckContext(
        article=job.article,
        claims=job.claims,
        evidence=evidence,
        as_of=job.as_of,
        records=tools.records,
        sources=sources_beside(sources, found) if found and job.claim.kind == "quotation" else sources,
        embedder=tools.embedder,
        world=tools.world,
        day_known=job.day_known,
    )
    withheld: list[TraceStep] = []
    findings = _find(job.claim, context, withheld.append)
    trace = [*asked, *(TraceStep(stage="left out", detail=line) for line in left_out)]
    trace += [*map(_step, findings), *withheld]
    outcome = _decided(job.claim, findings)
    compared = cache(partial(compare_claim, job.claim, context, copies))
    near = fitting(job.claim, evidence, tools.embedder, likenesses)
    if outcome is None and evidence and all(each.later for each in near):
        outcome, near = _without_near(evidence, compared())
    make = partial(_make_note, job.claim, findings, context, near, copies, compared)
    if outcome is None and job.claim.kind == "title" and not job.day_known and (withheld or tools.model):
        outcome = failed("day_not_known", "the day of publication is only estimated, and a title is right at its time")
    if outcome is not None:
        return CheckedClaim(note=make(outcome, trace))
    known = kept_verdict(earlier)
    if known is not None and earlier is not None and earlier.note is not None:
        step = TraceStep(stage="model", label=known.label, detail=f"as in run {earlier.run_id}", kept=True)
        note = make(known, [*trace, step], [each.passage for each in earlier.note.evidence])
        if same_evidence(note, earlier.note):
            return CheckedClaim(note=note, usage=Usage(cached=1))
    if unasked := _why_not_asked(job, tools):
        return CheckedClaim(note=make(unasked, [*trace, step_of_model(unasked)]))
    try:
        question = Question.of(job.claim, job.article, near, job.as_of)
    except NoEvidence as error:
        failure = failure_of(error, "predict_verdict")
        return CheckedClaim(note=make(failure, [*trace, step_of_model(failure)]))
    return Pending(job, question, tuple(trace), make)


def _decided(claim: Claim, findings: Sequence[Finding]) -> Verdict | Failure | None:
    """Return what the checkers have come to."""
    if claim.uncheckable:
        return failed("not_checkable", claim.uncheckable)
    outcome = combine_verdicts([finding.verdict for finding in findings if finding.verdict])
    return outcome or next((finding.failure for finding in findings if finding.failure), None)


def _why_not_asked(job: Job, tools: Tools) -> Failure | None:
    """Return why no model is asked about a claim that the checkers leave open; None where one is."""
    if tools.model is None or tools.verdict_prompt is None:
        return failed("no_model", "no check without a model can decide this claim")
    if stands_in_words_to_checkers(job.claim, job.article):
        return failed("no_model", "these words speak to whoever checks them: no model is asked about them")
    return None


def _without_near(
    evidence: Sequence[Evidence], comparison: Comparison | None
) -> tuple[Verdict | None, tuple[Evidence, ...]]:
    """Return the desk's own verdict where no evidence comes near a claim, or what is left to judge it on.

    A sentence that can be held against the claim word by word is near enough, whatever the rest of its passage says.
    """
    if all(each.later for each in evidence):
        return None, tuple(evidence)
    held = tuple(each for each in evidence if comparison and each.passage.id == comparison.passage_id)
    return (None, held) if held else (nothing_relevant(), ())


def _make_note(
    claim: Claim,
    findings: Sequence[Finding],
    context: CheckContext,
    near: Sequence[Evidence],
    copies: Sequence[Passage],
    compared: Callable[[], Comparison | None],
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
    ended, differing = withhold_differing(claim, context, ended)
    if ended is not outcome:
        trace, outcome = [*trace, TraceStep(stage="withheld", reason="findings_disagree")], ended
    undecided = isinstance(outcome, Failure) or outcome.label == "not_enough_evidence"
    comparison = differing or (compared() if claim.checkable and undecided else None)
    copied = [passage for passage in copies if comparison and comparison.passage_id == passage.id]
    cited = {each.passage_id for each in _citations(findings, outcome)} | {
        comparison.passage_id if comparison else None
    }
    kept = [each for each in context.evidence if each in near or each.passage.id in cited]
    kept = [each.model_copy(update={"rank": rank}) for rank, each in enumerate(kept, 1)]
    known = {each.passage.id for each in kept}
    behind = [(passage, BESIDE) for passage in beyond if passage.id in cited - known]
    behind += [(passage, COPY) for passage in copied]
    added = [
        Evidence(passage=passage, rank=rank, score=0.0, retriever=retriever)
        for rank, (passage, retriever) in enumerate(behind, len(kept) + 1)
    ]
    shown = [each.passage for each in (*kept, *added)] + [p for finding in findings for p in finding.passages]
    to_checkers = find_words_to_checkers(claim, context.claims, context.article, shown)
    return make_note(claim, [*findings, to_checkers], [*kept, *added], outcome, trace, comparison)


def withhold_differing(
    claim: Claim, context: CheckContext, outcome: Verdict | Failure
) -> tuple[Verdict | Failure, Comparison | None]:
    """Return how a claim ends that a model found supported by words that say another number, day or name, and in which.

    A model that says "supported" and copies any sentence on the matter would get away with it.
    """
    if isinstance(outcome, Failure) or (outcome.by, outcome.label) != ("model", "supported"):
        return outcome, None
    cited = {citation.passage_id for citation in outcome.citations}
    evidence = tuple(each for each in context.evidence if each.passage.id in cited)
    found = compare_claim(claim, replace(context, evidence=evidence))
    if found is None:
        return outcome, None
    told = [citation.span for citation in outcome.citations if citation.passage_id == found.passage_id]
    other = [part.source_words.exact for part in found.differing if part.source_words and excludes(part, claim, told)]
    if not other:
        return outcome, None
    detail = f"{outcome.method} found it supported; what it cites says “{'” and “'.join(other)}”"
    return Failure(stage="comparison", reason="findings_disagree", detail=detail), found


def _citations(findings: Iterable[Finding], outcome: Verdict | Failure) -> Iterator[Citation]:
    verdicts = [outcome] if isinstance(outcome, Verdict) else []
    verdicts += [finding.verdict for finding in findings if finding.verdict]
    yield from (citation for verdict in verdicts for citation in verdict.citations)
    yield from (citation for finding in findings for flag in finding.flags for citation in flag.citations)


def _step(finding: Finding) -> TraceStep:
    label = finding.verdict.label if finding.verdict else None
    reason = finding.failure.reason if finding.failure else None
    flags = tuple(flag.kind for flag in finding.flags)
    return TraceStep(stage=finding.checker, label=label, reason=reason, flags=flags)


def _find(claim: Claim, context: CheckContext, withhold: Callable[[TraceStep], None]) -> list[Finding]:
    """Ask every checker; a title that is decided lends its weight to what the person is quoted with.

    So its note also holds the flags on those quotations.
    """
    checkers = CHECKERS if claim.checkable else (check_section,)
    findings = find_with(checkers, claim, context, withhold)
    if claim.kind == "title" and any(finding.verdict for finding in findings):
        for quoted in _quoted_by(claim, context.claims):
            (finding,) = find_with((check_quotation,), quoted, context, withhold)
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
