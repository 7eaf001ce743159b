"""What the check of a claim works with, and what it gives: jobs, batches of them, notes with their cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from pipeline.check.calibration import Calibration
from pipeline.check.together import CallSize
from pipeline.check.verdict import Question, told
from pipeline.core.models import (
    SETTLED,
    Article,
    Claim,
    Evidence,
    Failure,
    Note,
    Passage,
    TraceStep,
    Usage,
    Value,
    Verdict,
    Versions,
    content_id,
)
from pipeline.core.ports import Embedder, OfficeRecords, Sources
from pipeline.llm import Model, Prompt

if TYPE_CHECKING:
    from pipeline.evidence import Answered, Asking


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
        near: Callable[[str, float], None] = ...,
        beside: Sequence[Passage] = ...,
    ) -> tuple[Evidence, ...]:
        """Return evidence, best first; later passages are marked and come last.

        `report` is called with a line on each passage that was found and left out, and why, `copied` with those that
        copy the article, `near` with the likeness to the claim of passages by their id, as far as it is known.
        `beside` are passages that are searched for this claim too.
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
    call_size: CallSize = field(default_factory=CallSize)
    """What the calls of a run teach of how many claims a call may hold."""
    calibrations: tuple[Calibration, ...] = ()
    """Those for the model with its parameters, whatever the prompt."""
    world: bool = False
    """Whether the shipped facts of the world count."""
    sources_of: Callable[[Article], Sources] | None = None
    """Gives the sources for an article; None where `sources` are for all."""
    problems: tuple[str, ...] = ()
    """What a reader of the report must know of what there was to check with."""
    open_asking: Callable[[Article, date], Asking] | None = None
    """Opens what asks outside sources about the claims of an article, judged as of a day; None where there are none."""
    ask: Callable[[Claim], Answered] | None = None
    """Asks outside sources about a claim of the article that is checked; None where nobody may be asked."""

    def sources_for(self, article: Article) -> Sources:
        """Return the passages that an article's quotations are looked up in."""
        return self.sources_of(article) if self.sources_of else self.sources


def source_failed(note: Note) -> bool:
    """Tell whether a source was asked about a claim and failed: another time it may answer."""
    return any(step.service and step.reason for step in note.trace)


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
        if self.left or self.waits or source_failed(self.note):
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
    day_known: bool = True
    """False where `as_of` is only estimated, or assumed."""

    @property
    def key(self) -> str:
        """Identify the job by content; versions are the caller's part."""
        around = content_id(*(claim.model_dump_json() for claim in self.claims))
        article = self.article.model_dump_json(exclude={"warnings", "provenance"})
        return content_id(article, self.claim.id, around, self.as_of.isoformat(), str(self.day_known))


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


class MakeNote(Protocol):
    """Makes the note of a claim from how it ended; `beyond` holds passages that other claims found."""

    def __call__(self, outcome: Verdict | Failure, trace: Sequence[TraceStep], beyond: Sequence[Passage] = ...) -> Note:
        """Return the note."""
        ...


def failed(reason: str, detail: str) -> Failure:
    """Return a failure of the check of one claim."""
    return Failure.model_validate({"stage": "check_claim", "reason": reason, "detail": detail})


class StoredSources:
    """Every stored passage in memory (implements `Sources`)."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = tuple(passages)

    def __len__(self) -> int:
        return len(self._passages)

    def passages(self) -> tuple[Passage, ...]:
        """Return all passages."""
        return self._passages


def sources_beside(sources: Sources, found: Sequence[Passage]) -> Sources:
    """Return sources with what was found for one claim among them."""
    every = {passage.id: passage for passage in (*sources.passages(), *found)}
    return StoredSources(tuple(every.values()))
