"""What the JSON API takes and gives beside the desk's own values."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints

from pipeline.core.models import Coverage, Person, ReasonCode, Review, ReviewStatus, Value
from pipeline.review import MAX_NUMBER, Comment, Corrected, Filter, Name, Number
from pipeline.store import STORED, RunOverview

MAX_PAGE = 200


Cursor = Annotated[str, StringConstraints(min_length=1, max_length=400, pattern=r"^[\x21-\x7e]+$")]
ClaimId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]


class Narrowing(Filter):
    """Which claims; what is left out does not narrow."""

    def filter(self) -> Filter:
        """Return it as the desk takes it; raises InputError."""
        return Filter.parse({name: getattr(self, name) for name in Filter.model_fields})


class QueueQuery(Narrowing):
    """Which claims, and which page of them."""

    limit: int = Field(default=50, ge=1, le=MAX_PAGE)
    """How many on a page."""
    cursor: Cursor | None = None
    """`next` of the page before."""


class NextQuery(Narrowing):
    """Which claims, and after which one."""

    after: ClaimId | None = None
    """The claim that was in view."""


class HistoryQuery(Value):
    """Which events of the log, oldest first."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    person: Name | None = None
    after: int = Field(default=0, ge=0, le=MAX_NUMBER)
    """Id of the last event that is known."""
    limit: int = Field(default=100, ge=1, le=MAX_PAGE)


class _Seen(Value):
    seen: Number
    """The claim's `sequence` that was in view: an action on an older one is refused with 409."""


class Accept(_Seen):
    """The note is right."""

    action: Literal["accept"]
    comment: Comment = ""
    note_id: Number | None = None
    """The note that was in view; the newest by default."""


class Correct(_Seen):
    """The note should read otherwise."""

    action: Literal["correct"]
    correction: Corrected
    reason: ReasonCode
    comment: Comment = ""
    note_id: Number | None = None


class Dismiss(_Seen):
    """The claim needs no note."""

    action: Literal["dismiss"]
    reason: ReasonCode
    comment: Comment = ""
    note_id: Number | None = None


class Undo(_Seen):
    """Take back the newest decision."""

    action: Literal["undo"]


class Assign(_Seen):
    """Give the claim to somebody, or to nobody."""

    action: Literal["assign"]
    assignee: Name | None


class Judge(_Seen):
    """Ask for a second, blind decision; or, as editor, approve a decided claim or send it back."""

    action: Literal["ask_second", "approve", "send_back"]
    comment: Comment = ""


Action = Annotated[Accept | Correct | Dismiss | Undo | Assign | Judge, Field(discriminator="action")]


class Bulk(Value):
    """One action on every claim of a filter."""

    filter: Narrowing
    action: Literal["accept", "dismiss", "assign", "ask_second", "approve", "send_back"]
    expected: Number
    """How many claims the filter is known to match: another number is refused."""
    reason: ReasonCode | None = None
    comment: Comment = ""
    assignee: Name | None = None


class Next(Value):
    """The next claim for whoever asks; for a few minutes it is nobody else's."""

    claim_id: str | None
    """None when nothing is left."""
    sequence: int | None = None
    """What to hand back as `seen`."""


class HistoryPage(Value):
    """Events of the log."""

    items: tuple[Review, ...]
    next: int | None = None
    """`after` of the next page; None when there was no more."""


class RunSummary(Value):
    """A run with its coverage and how far its review is."""

    id: str
    article_id: str
    title: str | None = None
    as_of: date
    status: str
    started_at: datetime
    finished_at: datetime | None = None
    problem: str | None = None
    coverage: Coverage | None = None
    """None for a run that has not finished."""
    statuses: dict[ReviewStatus, int] = {}
    """How many claims have which status with the reviewers."""

    @classmethod
    def of(cls, run: RunOverview) -> Self:
        """Return a run as the API tells it."""
        fields = {name: getattr(run, name) for name in cls.model_fields} | {"status": STORED[run.status]}
        return cls.model_validate(fields if run.status == "finished" else fields | {"coverage": None})


class SessionView(Value):
    """Who sends the request."""

    person: Person
    csrf: str
    """What the header X-CSRF-Token must hold where something is changed, unless a token of the API is sent."""


class Health(Value):
    """That the desk runs and its store answers."""

    status: Literal["ok"] = "ok"


class Problem(Value):
    """Problem details (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: tuple[dict[str, Any], ...] = ()
    """Where a request is wrong: `at` and `problem`."""
    newest: Review | None = None
    """With 409: the event that came first."""
