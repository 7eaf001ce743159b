"""The figures of a desk."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pipeline.core.models import ReviewStatus, Value
from pipeline.store import RunStatus
from pipeline.watch import ItemState, VisitStatus, WatchStatus

Window = Literal["today", "month", "ever"]
"""Runs that began today (UTC), in the 30 days that end today, or at any time."""


class RunFigures(Value):
    """Runs by how they stand; one whose process is gone is `lost`."""

    today: dict[RunStatus, int]
    month: dict[RunStatus, int]
    ever: dict[RunStatus, int]


class Failures(Value):
    """Claims that were judged and could not be, by reason; each counts in the run that tried."""

    today: dict[str, int]
    month: dict[str, int]
    ever: dict[str, int]


class Spending(Value):
    """What runs of one model, begun by one watch or by nobody's schedule, have spent."""

    model: str | None
    """None for the embedded default."""
    watch: str | None
    """Name of the watch; None for runs a person or a program began, and those of watches that are gone."""
    window: Window
    """`month` holds `today`, and `ever` both."""
    runs: int
    calls: int
    cached: int
    tokens_in: int
    tokens_out: int
    dollars: float
    """Of the calls whose price is known."""
    unpriced: int
    """Calls without a known price: what they cost is not in `dollars`."""


TrialKind = Literal["evaluation", "lab"]


class TrialSpending(Value):
    """What evaluations, or the prompt lab, have spent on one model; no run is among them."""

    kind: TrialKind
    model: str | None
    """None where it was not kept."""
    window: Window
    """A call counts on the day it was made, a trial of the lab on the day it began."""
    calls: int
    tokens_in: int
    tokens_out: int
    dollars: float
    """Of the calls whose price is known."""
    unpriced: int
    """Calls without a known price: what they cost is not in `dollars`."""


class Trials(Value):
    """What trying out prompts and models has spent."""

    spending: tuple[TrialSpending, ...] = ()
    unread: tuple[str, ...] = ()
    """Accounts that cannot be read; what they hold is not in `spending`."""


class QueueFigures(Value):
    """Claims of the queue that stand alike."""

    status: ReviewStatus
    claims: int
    flagged: int
    """Those with a flag."""
    oldest_at: datetime
    """When the run began that is the longest ago."""

    @property
    def waits(self) -> bool:
        """Tell whether they wait for a person."""
        return self.status not in ("decided", "none")


class VisitFigures(Value):
    """The newest visit of a watch."""

    status: VisitStatus | Literal["lost"]
    """`lost` where its worker died: the next one goes on with it."""
    slot: datetime
    began_at: datetime
    ended_at: datetime | None
    seconds: float
    reason: str
    missed: int
    """How many slots before its own passed unrun."""


class WatchFigures(Value):
    """One watch: when it runs, and how it went."""

    name: str
    status: WatchStatus
    schedule: str
    next_at: datetime | None
    """The next slot to come; None while it is paused."""
    due_since: datetime | None
    """The oldest slot that is due and was not begun; None where none is."""
    newest: VisitFigures | None
    visits: dict[VisitStatus, int]
    """All its visits, by how they ended."""
    items: dict[ItemState, int]
    """What it found at its source, by how each stands."""


class Outbox(Value):
    """Messages by how they stand."""

    waiting: int
    oldest_at: datetime | None
    """When the one was written that has waited longest."""
    given_up: int
    given_up_lately: int
    """Those of the 30 days that end today."""
    sent: int


class Figures(Value):
    """How it all goes at a moment."""

    at: datetime
    runs: RunFigures
    outcomes: dict[str, int]
    """Notes by label, `not_checked` and `not_checkable`."""
    flags: dict[str, int]
    failures: Failures
    spending: tuple[Spending, ...]
    trials: Trials
    queue: tuple[QueueFigures, ...]
    watches: tuple[WatchFigures, ...]
    outbox: Outbox
