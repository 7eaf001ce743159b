"""Where a claim stands: what the events of its log add up to. No database, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.core.models import DeskOutcome, EditorStatus, Review, ReviewStatus

DECISIONS = ("accept", "correct", "dismiss")
_EDITORS: dict[str, EditorStatus] = {"approve": "approved", "send_back": "sent_back"}


@dataclass(frozen=True)
class Standing:
    """What the events of a claim say together."""

    status: ReviewStatus
    editor_status: EditorStatus = "none"
    decision: Review | None = None
    """The newest decision that was not taken back."""
    first: Review | None = None
    """The decision that waits for a second one."""
    wants_second: bool = False
    undoable: Review | None = None
    """What undo would take back."""
    assignee: str | None = None

    @property
    def outcome(self) -> DeskOutcome | None:
        """What the newest decision says; None where the note speaks."""
        return self.decision.after if self.decision else None

    def hides_from(self, reviewer: str) -> bool:
        """Tell whether somebody must not see the first decision, being the second to decide."""
        return self.status == "awaiting_second" and self.first is not None and self.first.reviewer != reviewer


def stand(events: Sequence[Review], unreviewed: ReviewStatus = "open") -> Standing:
    """Add up the events of one claim, in order of sequence; `unreviewed` is its status without any."""
    standing = Standing(status=unreviewed)
    for event in _not_taken_back(events):
        if event.action in DECISIONS:
            standing = _decided(standing, event)
        elif event.action == "ask_second":
            standing = _asked(standing, event)
        elif event.action == "supersede":
            standing = replace(standing, status="superseded", undoable=None)
        elif event.action == "send_back":
            by_system = event if "source_change" in event.detail else None
            standing = replace(standing, status="open", first=None, wants_second=False, undoable=by_system)
    return replace(standing, editor_status=_editor_status(events), assignee=_assignee(events))


def _not_taken_back(events: Sequence[Review]) -> list[Review]:
    gone = {event.detail.get("undone") for event in events if event.action == "undo"}
    return [event for event in events if event.sequence not in gone and event.action != "undo"]


def _decided(standing: Standing, event: Review) -> Standing:
    """Take in a decision: alone it decides, as a first it waits, as a second it agrees or disputes."""
    known = replace(standing, decision=event, undoable=event)
    if not standing.wants_second:
        return replace(known, status="decided")
    first = standing.first
    if first is None or first.reviewer == event.reviewer:
        return replace(known, status="awaiting_second", first=event)
    agreed = first.after is not None and event.after is not None and first.after.agrees(event.after)
    return replace(known, status="decided" if agreed else "disputed", first=None, wants_second=False)


def _asked(standing: Standing, event: Review) -> Standing:
    asked = replace(standing, wants_second=True, undoable=event)
    if standing.status == "decided":
        return replace(asked, status="awaiting_second", first=standing.decision)
    return asked


def _editor_status(events: Sequence[Review]) -> EditorStatus:
    """Return what the editor said, if nobody has done anything but assign since."""
    actions = [event.action for event in events if event.action != "assign"]
    return _EDITORS.get(actions[-1], "none") if actions else "none"


def _assignee(events: Sequence[Review]) -> str | None:
    given = [event.detail.get("assignee") for event in events if event.action == "assign"]
    return given[-1] if given else None
