"""Answering one case: what a stage would say of it, as an `Answer`, whatever goes wrong.

A case brings its own evidence, so every variant judges on the same texts. Without a model, detection,
attribution and retrieval answer as the embedded default does; verdicts only where a sure check decides.
"""

from __future__ import annotations

import json
import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple

from pipeline.check import (
    PER_CALL,
    Question as ClaimQuestion,
    attributions,
    detect_claims,
    detect_claims_with_model,
    predict_verdict_among,
)
from pipeline.core.errors import InputError, QuoteNotFound, StoreError
from pipeline.core.models import (
    Article,
    Attribution,
    Case,
    Citation,
    Claim,
    Evidence,
    Failure,
    Label,
    Note,
    Passage,
    Span,
)
from pipeline.core.ports import LLM, Embedder, RateLimit
from pipeline.evaluation.cases import Answer, Variant, passages_of
from pipeline.evaluation.run.recorder import MemoryReplies, ModelReply, QuestionRecorder, ReplyStore
from pipeline.llm import Budget, Cache, Model, Price, Prompt, failure_of

UNDATED = date(2026, 1, 1)
"""The day a case without a date is judged as of: the same whenever it is asked, so that answers can be repeated."""

CHECK_WORTHY = 0.5
"""A sentence is check-worthy when one of its checkable claims reaches this."""

Retrieve = Callable[[Claim, Article, date], tuple[Evidence, ...]]
"""Finds evidence in the suite's own corpus."""

Check = Callable[[Case, Model | None, Prompt | None, int], tuple[Note, ...]]
"""Checks a whole article on the case's own evidence, so many claims in a call."""


@dataclass(frozen=True)
class System:
    """A variant with what it answers with; without a model it is the embedded default."""

    variant: Variant
    prompt: Prompt | None = None
    llm: LLM | None = None
    price: Price | None = None
    rate_limit: RateLimit | None = None
    """The limits of its service, kept with all other processes."""

    @property
    def claims_per_call(self) -> int:
        """How many claims it is asked on in a call."""
        return int(self.variant.parameters.get(PER_CALL, 1))


@dataclass(frozen=True)
class EvalContext:
    """What every question of a run shares."""

    budget: Budget
    replies: ReplyStore = field(default_factory=MemoryReplies)
    cache: Cache | None = None
    retries: int = 2
    embedder: Embedder | None = None
    retrieve: Retrieve | None = None
    check: Check | None = None
    sources_told: bool = True
    """Whether the model is told where each passage comes from."""
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class Question:
    """One variant, one case, once."""

    system: System
    case: Case
    repeat: int = 0
    together: tuple[Case, ...] = ()
    """The cases that are asked in the same call, itself among them; none for a call of its own."""

    @property
    def key(self) -> tuple[str, str, int]:
        """Case id, variant id and repeat."""
        return self.case.id, self.system.variant.id, self.repeat


@dataclass(frozen=True)
class Prediction:
    """What a stage answers, before it is an `Answer`."""

    label: str | None = None
    confidence: float | None = None
    payload: Mapping[str, Any] | None = None
    probabilities: Mapping[Label, float] | None = None


@dataclass(frozen=True)
class Quoted:
    """A quotation as a model gave it."""

    passage: int
    """The number it named."""
    quote: str
    proven: bool
    """True where the words stand in that passage."""


class Answered(NamedTuple):
    """An answer, and what it was made of."""

    answer: Answer
    calls: int
    """How many the model was really asked for just now."""
    replies: tuple[ModelReply, ...]
    """As they came; the second is the one chance to mend the first."""


def answer(question: Question, context: EvalContext) -> Answered:
    """Return the answer to a question; a failure is a value of the answer.

    What is kept costs nothing and takes no room in the budget. Raises ModelUnusable, which no other
    question would survive, StoreError, and ReplyNotKept where something is to be asked and there is no model.
    """
    system = question.system
    recorder = QuestionRecorder(
        context.replies,
        name=system.variant.model or "none",
        parameters=system.variant.parameters,
        asked=question.key,
        cache=context.cache,
        shared=len(question.together) > 1,
    )
    began = time.monotonic()
    prediction, failure = _predict(question, recorder, context)
    if recorder.fatal is not None:
        raise recorder.fatal
    given, proven = count_citations(question, recorder.replies, sources_told=context.sources_told)
    if failure is None:
        recorder.remember()
    seconds = recorder.usage.seconds if system.prompt else round(time.monotonic() - began, 4)
    answered = Answer(
        case_id=question.case.id,
        variant=system.variant.id,
        repeat=question.repeat,
        label=prediction.label,
        confidence=prediction.confidence,
        probabilities=dict(prediction.probabilities) if prediction.probabilities else None,
        failure=failure,
        citations_given=given,
        citations_proven=proven,
        payload=dict(prediction.payload or {}),
        usage=recorder.usage,
        seconds=seconds,
    )
    return Answered(answered, recorder.calls, tuple(recorder.replies))


def _predict(question: Question, recorder: QuestionRecorder, context: EvalContext) -> tuple[Prediction, Failure | None]:
    stage, system = question.case.stage, question.system
    try:
        if system.prompt is None:
            context.budget.require_time()
        if stage == "end_to_end" and context.check is not None:
            model = _model(system, context, recorder) if system.prompt else None
            return _of_notes(context.check(question.case, model, system.prompt, system.claims_per_call))
        if system.prompt is None:
            return _embedded(question.case, context)
        model = _model(system, context, recorder)
        return _by_model(question, context.sources_told, model, system.prompt), None
    except StoreError:
        raise
    except Exception as error:  # one case must not cost the others their answers
        return Prediction(), failure_of(error, stage)


def _model(system: System, context: EvalContext, recorder: QuestionRecorder) -> Model:
    return Model(
        system.llm or recorder,
        price=system.price,
        budget=context.budget,
        rate_limit=system.rate_limit,
        recorder=recorder,
        retries=context.retries,
        sleep=context.sleep,
    )


def _of_notes(notes: Sequence[Note]) -> tuple[Prediction, Failure | None]:
    """Return the claims of an article with their verdicts; what may pass on one of them fails the whole case."""
    failures = [note.failure for note in notes if note.failure]
    passing = [each for each in failures if each.retryable or each.reason == "budget"]
    claims = [
        {"text": note.claim.text, "label": note.verdict.label if note.verdict else None}
        | {"failure": note.failure.reason if note.failure else None}
        | _likely(note)
        for note in notes
    ]
    return Prediction(payload={"claims": claims}), passing[0] if passing else None


def _likely(note: Note) -> dict[str, Any]:
    """Return how likely each label of a claim is, where its verdict says it."""
    if note.verdict is None or note.verdict.probabilities is None:
        return {}
    return {"confidence": note.verdict.confidence, "probabilities": dict(note.verdict.probabilities)}


def _by_model(question: Question, sources_told: bool, model: Model, prompt: Prompt) -> Prediction:
    case = question.case
    if case.stage == "verdict":
        members = question.together or (case,)
        place = members.index(case)
        asked = [_claim_question(member, sources_told) for member in members]
        outcome = predict_verdict_among(asked, place, model, prompt)
        if isinstance(outcome, Exception):
            raise outcome
        cited = [{"passage": each.passage_id, "quote": each.span.exact} for each in outcome.citations]
        payload = {"justification": outcome.justification, "citations": cited}
        return Prediction(outcome.label, outcome.confidence, payload, outcome.probabilities)
    if case.stage == "detection":
        claims, _ = detect_claims_with_model(article_of(case), model, prompt)
        return _worth(claims)
    raise InputError(f"no prompt answers cases of the stage {case.stage}: evaluate them with --model none")


def _embedded(case: Case, context: EvalContext) -> tuple[Prediction, Failure | None]:
    if case.stage == "detection":
        return _worth(detect_claims(article_of(case), context.embedder)), None
    if case.stage == "attribution":
        found = [_attribution_row(each) for each in attributions(article_of(case))]
        return Prediction("attributed" if found else "not_attributed", payload={"attributions": found}), None
    if case.stage == "retrieval" and context.retrieve is not None:
        claim, article = claim_of(case)
        found_passages = context.retrieve(claim, article, case.as_of or UNDATED)
        ranking = [each.passage.id for each in found_passages if not each.later]
        return Prediction("relevant", payload={"ranking": ranking}), None
    return Prediction(), Failure(
        stage=case.stage, reason="no_model", detail="nothing decides this case without a model"
    )


def _worth(claims: Sequence[Claim]) -> Prediction:
    """Tell whether a sentence is check-worthy by the best of its checkable claims."""
    score = max((claim.check_worthiness for claim in claims if claim.checkable), default=0.0)
    worthy = score >= CHECK_WORTHY
    found = [{"text": claim.text, "quote": claim.span.exact, "score": claim.check_worthiness} for claim in claims]
    label: Literal["check_worthy", "not_check_worthy"] = "check_worthy" if worthy else "not_check_worthy"
    return Prediction(label, score if worthy else 1 - score, {"score": score, "claims": found})


def _attribution_row(each: Attribution) -> dict[str, Any]:
    return {"source": each.speaker, "cue": each.cue, "content": each.content.exact, "direct": each.direct}


def article_of(case: Case) -> Article:
    """Return the text asked about as an article of its own; no case of ours is a copy of its evidence."""
    return Article(text=unicodedata.normalize("NFC", case.claim), published_at=case.as_of)


def _claim_question(case: Case, sources_told: bool) -> ClaimQuestion:
    claim, article = claim_of(case)
    return ClaimQuestion.of(claim, article, evidence_of(case, sources_told=sources_told), case.as_of or UNDATED)


def claim_of(case: Case) -> tuple[Claim, Article]:
    """Return a case's claim as a check would have it, and the article it stands in: the claim alone."""
    article = article_of(case)
    span = Span.of(article.text, 0, len(article.text))
    speaker = case.metadata.get("speaker")
    attribution = Attribution(speaker=str(speaker), content=span, direct=False) if speaker else None
    claim = Claim(
        article_id=article.id,
        spans=(span,),
        text=span.exact,
        check_worthiness=1,
        attribution=attribution,
        previous=case.context or None,
    )
    return claim, article


def evidence_of(case: Case, *, sources_told: bool = True) -> tuple[Evidence, ...]:
    """Return a case's evidence as passages, each text once, in its order, with where each comes from where it is known.

    None of them counts as later than the case's day: its label was given on all of them.
    """
    first: dict[str, Passage] = {}
    for passage in passages_of(case):
        first.setdefault(passage.text, passage if sources_told else Passage(text=passage.text))
    return tuple(
        Evidence(passage=passage, rank=rank, score=1.0, retriever="given")
        for rank, passage in enumerate(first.values(), start=1)
    )


def count_citations(question: Question, replies: Sequence[ModelReply], *, sources_told: bool = True) -> tuple[int, int]:
    """Return how many quotations a model gave in all its replies to a question, and how many of them are proven."""
    found = cited_quotes(question, replies, sources_told=sources_told)
    return len(found), sum(each.proven for each in found)


def cited_quotes(question: Question, replies: Sequence[ModelReply], *, sources_told: bool = True) -> tuple[Quoted, ...]:
    """Return every quotation a model gave in its replies to a question, and whether it is proven.

    Of a reply on several cases those on the question's own count.
    """
    case = question.case
    if case.stage != "verdict":
        return ()
    own = [each.passage for each in evidence_of(case, sources_told=sources_told)]
    members = question.together or (case,)
    shared = {
        each.passage.id: each.passage for member in members for each in evidence_of(member, sources_told=sources_told)
    }
    found = []
    for reply in replies:
        answers = _answers(reply.text)
        together = len(answers) > 1
        place = members.index(case) + 1
        mine = [each for each in answers if each.get("claim") == place] if together else answers
        passages = list(shared.values()) if together else own
        quotes = [quote for each in mine for quote in _quotes(each)]
        found += [Quoted(*quote, _is_proven(passages, quote)) for quote in quotes]
    return tuple(found)


def _answers(text: str) -> list[Mapping[str, Any]]:
    """Return the answers in a reply: itself, or those on each of several claims."""
    try:
        reply = json.loads(text)
    except ValueError:
        return []
    if not isinstance(reply, dict):
        return []
    claims = reply.get("claims")
    return [each for each in claims if isinstance(each, dict)] if isinstance(claims, list) else [reply]


def _quotes(answer: Mapping[str, Any]) -> list[tuple[int, str]]:
    cited = answer.get("citations")
    given = [each for each in cited if isinstance(each, dict)] if isinstance(cited, list) else []
    return [(each.get("passage", 0), str(each.get("quote", ""))) for each in given]


def groups_of(cases: Sequence[Case], per_call: int) -> dict[str, tuple[Case, ...]]:
    """Return for each case, by id, those that are asked in the same call: the same whichever of them are open."""
    ordered = sorted(cases, key=lambda case: case.id)
    groups = [tuple(ordered[start : start + per_call]) for start in range(0, len(ordered), per_call)]
    return {case.id: group for group in groups for case in group} if per_call > 1 else {}


def _is_proven(passages: Sequence[Passage], cited: tuple[int, str]) -> bool:
    number, quote = cited
    if not isinstance(number, int) or not 1 <= number <= len(passages):
        return False
    try:
        Citation.locate(quote, passages[number - 1])
    except QuoteNotFound:
        return False
    return True
