"""Whether a claim's earlier note still holds, now that its evidence was found anew."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.models import NEW_LINEAGE, SETTLED, Evidence, Flag, Lineage, Note, RecheckReason, Verdict
from pipeline.ports import Earlier


def kept_verdict(earlier: Earlier | None) -> Verdict | None:
    """Return the verdict that a model gave in an earlier run, where nothing but the evidence can have changed it.

    What checkers say costs nothing and may hang on the whole article, so it is never kept but found again.
    """
    if earlier is None or earlier.reason or earlier.note is None:
        return None
    verdict = earlier.note.verdict
    return verdict if verdict and verdict.by == "model" else None


def same_evidence(one: Note, other: Note) -> bool:
    """Tell whether two notes stand on the same passages in the same order, with the same stances and marks."""
    return _seen(one.evidence) == _seen(other.evidence)


def lineage_of(note: Note, earlier: Earlier | None) -> Lineage:
    """Return how a new note stands to the earlier one: kept, or made again and why."""
    if earlier is None:
        return NEW_LINEAGE
    previous = earlier.claim_id if earlier.claim_id != note.claim.id else None
    if note.failure and note.failure.reason not in SETTLED:  # no word on the claim, so nothing to compare
        return Lineage(reason=earlier.reason, previous_claim_id=previous)
    reason = earlier.reason or _difference(note, earlier)
    return Lineage(reason=reason, since_run_id=None if reason else earlier.run_id, previous_claim_id=previous)


def _difference(note: Note, earlier: Earlier) -> RecheckReason | None:
    """Return what made a note another one than before; None for the same note."""
    before = earlier.note
    if before is None:
        return "new claim"
    if _seen(note.evidence, records=True) != _seen(before.evidence, records=True):
        return "office records changed"
    if not same_evidence(note, before):
        return "evidence changed"
    return None if _said(note) == _said(before) else "context changed"


def _seen(evidence: Sequence[Evidence], *, records: bool | None = None) -> list[tuple[object, ...]]:
    return [
        (each.passage, each.stance, each.later)
        for each in evidence
        if records is None or (each.passage.kind == "office_record") == records
    ]


def _said(note: Note) -> tuple[object, ...]:
    """Return what a note says, without places."""
    failure = note.failure.reason if note.failure else None
    return note.verdict, failure, [_flagged(flag) for flag in note.flags]


def _flagged(flag: Flag) -> tuple[object, ...]:
    told = flag.kind, flag.severity, flag.message, flag.suggestion
    return *told, flag.citations, flag.checker, flag.span.exact
