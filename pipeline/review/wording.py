"""The words of the review desk, in a browser and in a terminal: decisions, reasons, statuses, dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from pipeline.core.models import EditorStatus, PartialDate, ReasonCode, Review, ReviewAction, ReviewStatus

REASON_CODES: Mapping[ReasonCode, str] = {
    "false_alarm": "False alarm",
    "wrong_evidence": "Wrong evidence",
    "misread_claim": "Misread claim",
    "not_checkable": "Not checkable",
    "evidence_too_old": "Evidence too old",
    "other": "Other",
    "checked_myself": "Checked it myself",
}
"""In the order of the digits that pick them."""

STATUSES: Mapping[ReviewStatus, str] = {
    "open": "Open",
    "awaiting_second": "Awaiting second review",
    "disputed": "Disputed",
    "decided": "Decided",
    "superseded": "Superseded",
    "none": "Nothing to decide",
}

EDITOR_STATUSES: Mapping[EditorStatus, str] = {"none": "", "approved": "Approved", "sent_back": "Sent back"}

ACTIONS: Mapping[ReviewAction, str] = {
    "accept": "accepted",
    "correct": "corrected",
    "dismiss": "dismissed",
    "undo": "undid",
    "assign": "assigned",
    "ask_second": "asked for a second review",
    "approve": "approved",
    "send_back": "sent back",
    "supersede": "took it out of the queue: a newer text was checked",
}
"""What somebody did, in the past."""


def spell_moment(moment: datetime) -> str:
    """Return a time to the minute, with its zone.

    >>> spell_moment(datetime(2031, 3, 9, 7, 5, tzinfo=UTC))
    '9 March 2031, 07:05 UTC'
    """
    at = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def spell_money(dollars: float) -> str:
    """Return dollars as they are read: to the cent, and what is less than ten cents to a hundredth of one.

    >>> spell_money(1234.5), spell_money(0.0312), spell_money(0)
    ('$1,234.50', '$0.0312', '$0.00')
    """
    return f"${dollars:,.4f}" if 0 < dollars < 0.1 else f"${dollars:,.2f}"


def spell_distance(day: date | PartialDate | None, article_day: date | None) -> str | None:
    """Say how long before or after an article something was, no more precisely than the dates allow.

    >>> spell_distance(date(2031, 3, 12), date(2031, 3, 14))
    '2 days before the article'
    """
    if day is None or article_day is None:
        return None
    if isinstance(day, PartialDate) and day.precision != "day":
        return _spell_part(day, article_day)
    days = ((day.earliest if isinstance(day, PartialDate) else day) - article_day).days
    if days == 0:
        return "the day of the article"
    return f"{_length(abs(days))} {'before' if days < 0 else 'after'} the article"


def _spell_part(day: PartialDate, article_day: date) -> str:
    if day.earliest <= article_day <= day.latest:
        return f"the {day.precision} of the article"
    if day.latest < article_day:
        return f"{_length((article_day - day.latest).days)} or more before the article"
    return f"{_length((day.earliest - article_day).days)} or more after the article"


def _length(days: int) -> str:
    for length, unit in ((365.25, "year"), (30.44, "month")):
        count = int(days / length)
        if count >= 2:
            return f"{count} {unit}s"
    return "1 day" if days == 1 else f"{days} days"


def describe_review(review: Review) -> str:
    """Return what somebody did, to stand behind the name."""
    if review.action == "undo" and review.detail.get("returned"):
        return "put it back into the queue: this text is there again"
    if review.action == "undo":
        return "took back the decision before"
    if review.action == "assign":
        whom = review.detail.get("assignee")
        return f"assigned it to {whom}" if whom else "assigned it to nobody"
    return ACTIONS[review.action]


RUN_STATUSES: Mapping[str, str] = {
    "running": "Running",
    "lost": "Stopped unexpectedly",
    "finished": "Finished",
    "failed": "Failed",
    "cancelled": "Cancelled",
}
"""How runs stand, as people read it."""

VISIT_STATUSES: Mapping[str, str] = {
    "running": "running",
    "lost": "its worker died",
    "finished": "finished",
    "failed": "failed",
    "skipped": "skipped",
}


def spell_progress(statuses: Mapping[ReviewStatus, int]) -> str:
    """Return how far the review of a run is."""
    parts = [f"{statuses[status]:,} {STATUSES[status].lower()}" for status in STATUSES if status in statuses]
    return ", ".join(parts) or "no claims"
