"""What people do at the desk: who they are, what they decide, and where a claim stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from pipeline.core.models.notes import Flag, Label, Note
from pipeline.core.models.text import Value

ReasonCode = Literal[
    "false_alarm", "wrong_evidence", "misread_claim", "not_checkable", "evidence_too_old", "other", "checked_myself"
]
"""Why a person corrects or dismisses a note; `checked_myself` for a verdict on a claim that nobody had checked."""

ReviewAction = Literal[
    "accept", "correct", "dismiss", "undo", "assign", "ask_second", "approve", "send_back", "supersede"
]

ReviewStatus = Literal["open", "decided", "awaiting_second", "disputed", "superseded", "none"]
"""Where a claim stands with the reviewers; `superseded` where a newer text of its article was checked, `none` where
nobody need decide: no one can check it, or it is a quotation that no source ought to hold."""

EditorStatus = Literal["none", "approved", "sent_back"]

Role = Literal["reviewer", "editor", "admin"]


class Person(Value):
    """Who acts at the desk."""

    name: str = Field(min_length=1, max_length=200)
    role: Role


LOCAL_PERSON = Person(name="local", role="admin")
"""The one who sits at a desk without accounts."""


SYSTEM = "factnotes"
"""Who stands in the log where a decision came along with words that moved; no account may have this name."""


class AddedEvidence(Value):
    """Evidence a person adds: an address, words, or both."""

    url: str | None = None
    text: str | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.url or self.text):
            raise ValueError("added evidence needs an address or a text")
        return self


class Correction(Value):
    """How a note should read; what is None stays as the note has it."""

    label: Label | None = None
    justification: str | None = None
    flags: tuple[int, ...] | None = None
    """Positions of the note's flags that are kept; None for all."""
    evidence: tuple[AddedEvidence, ...] = ()


class DeskOutcome(Value):
    """What the desk says of a claim; without a label it is not checked, or dismissed."""

    label: Label | None = None
    justification: str | None = None
    flags: tuple[Flag, ...] = ()
    dismissed: bool = False
    evidence: tuple[AddedEvidence, ...] = ()
    """What people have added."""

    @classmethod
    def of(cls, note: Note) -> Self:
        """Return what a note says before a person has decided."""
        verdict = note.verdict
        return cls(
            label=verdict.label if verdict else None,
            justification=verdict.justification if verdict else None,
            flags=note.flags,
        )

    def agrees(self, other: DeskOutcome) -> bool:
        """Tell whether two people came to the same: label, flags and dismissal; words and sources may differ."""
        return (self.label, self.flags, self.dismissed) == (other.label, other.flags, other.dismissed)


class Review(Value):
    """An event of the review log: who did what to a claim, when and why; appended, never changed."""

    id: int
    claim_id: str
    run_id: str
    """The run whose note was in view."""
    sequence: int = Field(ge=1)
    """Its place among the events of the claim."""
    action: ReviewAction
    reason: ReasonCode | None = None
    comment: str = ""
    reviewer: str
    at: datetime
    before: DeskOutcome | None = None
    after: DeskOutcome | None = None
    detail: dict[str, Any] = {}
    """What belongs to one action, such as `assignee`, or the sequence that was `undone`."""


class DecidedNote(Value):
    """A note, and what the desk says of it now."""

    note: Note
    outcome: DeskOutcome
    status: ReviewStatus
    editor_status: EditorStatus = "none"
    reviews: tuple[Review, ...] = ()

    @property
    def decisions(self) -> tuple[Review, ...]:
        """The decisions that stand, oldest first: none that was undone, none from before an editor sent it back."""
        undone = {review.detail.get("undone") for review in self.reviews if review.action == "undo"}
        sent_back = [review.sequence for review in self.reviews if review.action == "send_back"]
        return tuple(
            review
            for review in self.reviews
            if review.action in ("accept", "correct", "dismiss")
            and review.sequence not in undone
            and review.sequence > max((each for each in sent_back if each not in undone), default=0)
        )
