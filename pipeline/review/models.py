"""What the review desk hands out: rows of the queue, a claim in view, what a bulk action did."""

from __future__ import annotations

from datetime import date, datetime

from pipeline.core.models import (
    Article,
    ClaimKind,
    DeskOutcome,
    EditorStatus,
    FailureReason,
    FlagKind,
    Label,
    Note,
    Review,
    ReviewStatus,
    Value,
)
from pipeline.store import NoteSummary, unreviewed


class QueueItem(Value):
    """A reviewable claim: the claim, the outcome of its newest run, and where it stands."""

    claim_id: str
    run_id: str
    note_id: int
    article_id: str
    title: str | None = None
    """The article's title."""
    publisher: str | None = None
    published_at: date | None = None
    text: str
    kind: ClaimKind
    label: Label | None = None
    """The note's verdict, not a person's."""
    failure: FailureReason | None = None
    confidence: float | None = None
    check_worthiness: float
    flags: tuple[FlagKind, ...] = ()
    severity: str | None = None
    """Of its gravest flag."""
    checkers: tuple[str, ...] = ()
    """Which checkers spoke; `predict_verdict` for the model."""
    harm: int
    """0 refuted or gravely flagged, 1 conflicting, 2 low confidence, 3 other flags, 4 a source differs, 5 not checked,
    6 the rest. A claim stands nearer to the front of the queue the likelier a model says that it is refuted."""
    differs: bool = False
    """Nobody could judge the claim, and its nearest source says something else."""
    status: ReviewStatus
    editor_status: EditorStatus = "none"
    assignee: str | None = None
    wants_second: bool = False
    """Two people must decide it, the second without seeing the first."""
    sequence: int = 0
    """How many events there are: hand it back as `seen`."""
    moved: bool = False
    """The note has changed since it was decided on."""
    updated_at: datetime


class QueuePage(Value):
    """A page of the queue."""

    items: tuple[QueueItem, ...]
    total: int
    """How many claims match the filter, on all pages."""
    next: str | None = None
    """Cursor of the next page; None on the last."""


class FoldedPage(Value):
    """A page of the queue as it is listed: a part of a claim under the whole, where nothing else is said of it."""

    page: QueuePage
    parts: dict[str, tuple[QueueItem, ...]] = {}
    """By the whole's claim id; those of other pages too."""


class ClaimView(Value):
    """All a person needs to decide a claim."""

    item: QueueItem
    article: Article
    note: Note
    current: DeskOutcome
    """What the desk says now: the newest decision, else the note."""
    history: tuple[Review, ...] = ()
    hidden: bool = False
    """True for the second of two reviewers, who must not see the first one's decision yet."""

    @property
    def needs_verdict(self) -> bool:
        """Tell whether nobody has checked the claim: there is nothing to accept, a person gives a verdict."""
        item = self.item
        status = unreviewed(self.note.claim.uncheckable, item.failure, marked=bool(item.flags) or item.differs)
        return status == "open" and not NoteSummary.by(self.note).says_something


class BulkResult(Value):
    """What a bulk action did; each claim is a transaction of its own."""

    done: tuple[str, ...] = ()
    """Ids of the claims it was done to."""
    conflicts: tuple[str, ...] = ()
    """Ids of the claims that others changed meanwhile, or that do not allow it; they are as they were."""


class SavedSearch(Value):
    """A filter under a person's own name for it."""

    person: str
    name: str
    query: str
    """Canonical query string: `Filter.parse` of its fields, or a link."""
