"""The words a reader of the published page meets, and the scale behind a rating."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.core.models import FlagKind, Label
from pipeline.reports.publication.models import Publication, PublishedCheck, Source
from pipeline.reports.shared.segments import Segment, mark_spans
from pipeline.reports.shared.views import spell_date
from pipeline.reports.shared.wording import FLAGS, OUTCOMES


@dataclass(frozen=True)
class Rating:
    """How a verdict is rated in ClaimReview: in words, and in a number only where a number is honest."""

    words: str
    value: int | None


RATINGS: Mapping[Label, Rating] = {
    "supported": Rating("Supported by the evidence", 5),
    "refuted": Rating("Refuted by the evidence", 1),
    "conflicting_evidence": Rating("Sources disagree", None),
    "not_enough_evidence": Rating("Not enough evidence", None),
}
"""5 is the best and 1 the worst of the numbers; 2 to 4 are never given.

Sources that disagree are no half truth, and a lack of evidence is no place between true and false: both are
rated in words alone, which is what readers are shown.
"""
BEST, WORST = 5, 1

SCALE = (
    f"Ratings: {RATINGS['supported'].words} ({BEST}), {RATINGS['refuted'].words} ({WORST}); "
    f"“{RATINGS['conflicting_evidence'].words}” and “{RATINGS['not_enough_evidence'].words}” have no number, "
    "because neither lies between true and false."
)


def verdict_words(check: PublishedCheck) -> str:
    """Return the verdict in words, or what is remarked on where there is none."""
    return OUTCOMES[check.label].label if check.label else remarks_words(check)


def remarks_words(check: PublishedCheck) -> str:
    """Return what kinds of remarks a check has."""
    return ", ".join(dict.fromkeys(FLAGS[kind] for remark in check.remarks for kind in remark.kinds))


def kinds_words(kinds: tuple[FlagKind, ...]) -> str:
    """Return what kind of remark it is."""
    return ", ".join(FLAGS[kind] for kind in kinds)


def decision_words(check: PublishedCheck) -> str:
    """Say what a person did and when, and who did where names are published.

    What differs from what was found is decided, not corrected: to readers a correction is of what was published.
    """
    did = "Confirmed" if check.decision == "accept" else "Decided"
    decided, approved = spell_date(check.decided_at.date()), spell_date(check.approved_at.date())
    if check.decided_by and check.decided_by == check.approved_by and decided == approved:
        return f"{did} and approved by {check.decided_by} on {approved}."
    approver = f" by {check.approved_by}" if check.approved_by else ""
    when = f"and approved{approver}" if decided == approved else f"on {decided}, approved{approver}"
    return f"{did} by {check.decided_by or 'a person'} {when} on {approved}."


def first_mentions(checks: Sequence[PublishedCheck]) -> dict[str, PublishedCheck]:
    """Return the check that gives each message first: the others point to it."""
    first: dict[str, PublishedCheck] = {}
    for check in checks:
        if check.justification:
            first.setdefault(check.justification, check)
        for remark in check.remarks:
            first.setdefault(remark.message, check)
    return first


def source_words(source: Source) -> str:
    """Return where a passage comes from, without its name."""
    if source.kind == "added":
        return "added by the reviewer"
    dated, event = spell_date(source.published_at), spell_date(source.event_date)
    if source.kind == "office_record":
        happened, unknown = None, None
    else:
        happened, unknown = f"about {event}" if event and event != dated else None, "no date"
    publisher = source.publisher if source.title else None
    unverified = None if source.verified else "not verified"
    return ", ".join(filter(None, [publisher, dated or unknown, happened, unverified]))


def source_name(source: Source) -> str:
    """Return what a source is called."""
    return source.title or source.publisher or source.url or "No title"


def source_pieces(source: Source) -> tuple[Segment[str], ...]:
    """Return a passage's words in pieces; one with a key decides."""
    return mark_spans(source.text or "", source.proven)


def unsourced(check: PublishedCheck) -> bool:
    """Tell whether readers should know that a verdict names no source; a lack of evidence has none to name."""
    return check.label not in (None, "not_enough_evidence") and not check.sources


def nothing_words(publication: Publication) -> str:
    """Say that nothing is published."""
    return f"No check of this article is published. {publication.coverage}."


def found_first(checks: Sequence[PublishedCheck]) -> list[PublishedCheck]:
    """Return the checks in the order a reader wants them: refuted first, supported without a remark last."""

    def place(check: PublishedCheck) -> tuple[bool, int, int]:
        order = list(OUTCOMES).index(check.label) if check.label else len(OUTCOMES)
        return (check.label == "supported" and not check.remarks, order, check.number)

    return sorted(checks, key=place)


ABOUT = (
    "Claims are judged on what was known on {day}. A person decided each check that is published here, and an "
    "editor approved it; what is not approved is counted, and not shown."
)
