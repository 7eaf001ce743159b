"""What the desk says of a claim: a verdict or a failure, never both, and flags."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile
from math import isclose
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, field_validator, model_validator

from pipeline.core.models.claims import Claim
from pipeline.core.models.comparisons import Comparison
from pipeline.core.models.evidence import Citation, Evidence, Passage
from pipeline.core.models.text import Shown, Span, Value

Label = Literal["supported", "refuted", "not_enough_evidence", "conflicting_evidence"]
"""The four labels of AVeriTeC (Schlichtkrull et al. 2023); a failure is none of them."""

FailureReason = Literal[
    "no_model",
    "budget",
    "timeout",
    "rate_limited",
    "unavailable",
    "refused",
    "malformed_reply",
    "quote_not_found",
    "quote_not_relevant",
    "no_evidence_source",
    "quotation_in_no_source",
    "wrong_key",
    "unknown_model",
    "prompt_too_long",
    "not_checkable",
    "findings_disagree",
    "day_not_known",
    "error",
]

FlagKind = Literal[
    "misattributed_title",
    "outdated",
    "misplaced_voice",
    "unproven_quotation",
    "altered_quotation",
    "wrong_speaker",
    "wrong_number",
    "wrong_fact",
    "inconsistent_article",
    "conflicting_evidence",
    "low_confidence",
    "later_evidence",
    "addresses_the_checker",
]


FOR_THE_DESK: frozenset[FlagKind] = frozenset({"addresses_the_checker"})
"""Flags that are for who checks, and are never published."""


class Verdict(Value):
    """What the evidence says of a claim, as of a day."""

    label: Label
    confidence: float = Field(ge=0, le=1)
    justification: Shown
    citations: tuple[Citation, ...] = ()
    method: str
    """The checker, or `prompt@version+digest model`."""
    by: Literal["checker", "model"]
    """Who judged."""
    probabilities: dict[Label, Annotated[float, Field(ge=0, le=1)]] | None = None
    """How likely each of the four labels is, together 1; None where who judged says nothing of the others."""
    calibrated_on: str | None = None
    """The evaluation whose people's labels the probabilities were fitted to; None: as the model says them."""
    calibrated_cases: int | None = None
    """How many cases of that evaluation they were fitted to."""

    @field_validator("probabilities")
    @classmethod
    def _check_sum(cls, value: dict[Label, float] | None) -> dict[Label, float] | None:
        if value is not None and (
            set(value) != set(get_args(Label)) or not isclose(sum(value.values()), 1, abs_tol=0.01)
        ):
            raise ValueError("probabilities: one for each label, together 1")
        return value

    @model_validator(mode="before")
    @classmethod
    def _fill_by(cls, value: Any) -> Any:
        """Tell who judged a verdict of an older report, where the method alone says it."""
        if isinstance(value, dict) and "by" not in value and "method" in value:
            return value | {"by": "model" if "@" in str(value["method"]) else "checker"}
        return value


class Failure(Value):
    """Why a claim has no verdict: never a verdict itself."""

    stage: str
    reason: FailureReason
    detail: Shown = ""
    retryable: bool = False


SETTLED: frozenset[FailureReason] = frozenset(
    {
        "not_checkable",
        "no_model",
        "no_evidence_source",
        "quotation_in_no_source",
        "findings_disagree",
        "day_not_known",
    }
)
"""Failures that the same versions would give again; any other may pass, so nobody may keep it as a result."""


UNANSWERED: frozenset[FailureReason] = frozenset(
    {
        "timeout",
        "rate_limited",
        "unavailable",
        "malformed_reply",
        "wrong_key",
        "unknown_model",
        "prompt_too_long",
        "error",
    }
)
"""Failures of a model that gave no answer at all; one that declines, or whose quotation is not found, gave one."""


class Flag(Value):
    """Something a reader should look at, pinned to the article's words."""

    kind: FlagKind
    severity: Literal["high", "medium", "low"]
    message: str
    """For a reader: what the text says, what the record says, where."""
    span: Span
    suggestion: str | None = None
    """The wording that would be right."""
    citations: tuple[Citation, ...] = ()
    checker: str


class Finding(Value):
    """What one checker says of one claim; a silent checker returns an empty one."""

    checker: str
    verdict: Verdict | None = None
    failure: Failure | None = None
    """Why there is none, where it looked and can say: counted, and neither a flag nor a verdict."""
    flags: tuple[Flag, ...] = ()
    passages: tuple[Passage, ...] = ()
    """What it cites beyond the evidence it was given, such as an office record."""


class TraceStep(Value):
    """What one part of a check said of a claim; a part that said nothing was silent."""

    stage: str
    """The checker, `model`, `left out` (evidence), `asked` (a source), `withheld`, `recall` or `failed`; empty in
    older reports."""
    label: Label | None = None
    reason: FailureReason | None = None
    flags: tuple[FlagKind, ...] = ()
    detail: Shown = ""
    kept: bool = False
    """True where an earlier run's answer was kept, and nobody was asked."""
    service: Shown = ""
    """The outside source that saw the words of the detail."""

    @model_validator(mode="before")
    @classmethod
    def _from_line(cls, value: Any) -> Any:
        return _read_trace_line(value) if isinstance(value, str) else value

    @property
    def findings(self) -> tuple[Label | FailureReason | FlagKind, ...]:
        """Its label, reason and flags."""
        return tuple(each for each in (self.label, self.reason, *self.flags) if each)

    def __str__(self) -> str:
        found = ", ".join([*self.findings, *([self.detail] if self.detail else [])])
        stage = f"{self.stage} {self.service}" if self.service else self.stage
        return f"{stage}: {found or 'silent'}" if self.stage else self.detail


def _read_trace_line(line: str) -> dict[str, Any]:
    """Return the fields of a line such as `titles: refuted, outdated`: stores and reports once kept such lines."""
    stage, _, found = line.partition(": ")
    if not stage or not found or found.endswith(", "):
        return {"stage": "", "detail": line}
    words = [] if found == "silent" else found.split(", ")
    fields: dict[str, Any] = {"stage": stage}
    for name, known in (("label", get_args(Label)), ("reason", get_args(FailureReason))):
        if words and words[0] in known:
            fields[name] = words.pop(0)
    flags = tuple(takewhile(lambda word: word in get_args(FlagKind), words))
    return fields | {"flags": flags, "detail": ", ".join(words[len(flags) :])}


class Note(Value):
    """A claim with a verdict or the reason there is none, and its flags."""

    claim: Claim
    verdict: Verdict | None = None
    failure: Failure | None = None
    flags: tuple[Flag, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    trace: tuple[TraceStep, ...] = ()
    """Which checkers looked, and what each said."""
    comparison: Comparison | None = None
    """The claim beside its nearest source, where nothing decided it."""

    @model_validator(mode="after")
    def _one_outcome(self) -> Self:
        if (self.verdict is None) == (self.failure is None):
            raise ValueError("a note holds a verdict or a failure, never both, never neither")
        return self

    @property
    def differs(self) -> bool:
        """True where nobody could judge the claim, and its nearest source says something else in the same place."""
        undecided = self.verdict is None or self.verdict.label == "not_enough_evidence"
        return undecided and self.comparison is not None and bool(self.comparison.differing)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation of the verdict and of the flags."""
        own = self.verdict.citations if self.verdict else ()
        return (*own, *(citation for flag in self.flags for citation in flag.citations))


def never_answered(notes: Iterable[Note]) -> Failure | None:
    """Return how a model failed that was asked about claims and answered none; None where it answered any."""
    asked = [(step, note.failure) for note in notes for step in note.trace if _asks_model(step)]
    if any(step.reason not in UNANSWERED for step, _ in asked):
        return None
    return next((failure for _, failure in asked), None)


def _asks_model(step: TraceStep) -> bool:
    unasked = step.kept or step.reason in ("budget", "no_evidence_source", "no_model")
    return step.stage == "model" and not unasked
