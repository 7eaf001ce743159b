"""What is another between two runs: claims that came, went, moved or were reworded, their outcomes and their flags."""

from __future__ import annotations

from pipeline.check.align import Pair, own_words, pair_claims
from pipeline.core.errors import InputError
from pipeline.core.models import Claim, Note, Value
from pipeline.store import KnownNote, KnownRun, Store, known_run


class ClaimDifference(Value):
    """A claim in two runs; what is None is not in that run."""

    words: str
    """Its words in the later text; those of the earlier one where it is gone."""
    earlier_words: str | None = None
    """What they were, where they were reworded."""
    earlier_claim_id: str | None = None
    later_claim_id: str | None = None
    earlier_start: int | None = None
    later_start: int | None = None
    earlier_outcome: str | None = None
    """One of the four labels, `not_checked: REASON` or `not_checkable: KIND`."""
    later_outcome: str | None = None
    flags_added: tuple[str, ...] = ()
    flags_removed: tuple[str, ...] = ()
    why: str = ""
    """Why the later run checked it again, or since which run it is unchanged."""


class RunDifference(Value):
    """Two runs side by side; a claim may stand in several lists."""

    earlier: str
    later: str
    same_text: bool
    added: tuple[ClaimDifference, ...] = ()
    removed: tuple[ClaimDifference, ...] = ()
    reworded: tuple[ClaimDifference, ...] = ()
    moved: tuple[ClaimDifference, ...] = ()
    """The same words at another place."""
    outcome_changed: tuple[ClaimDifference, ...] = ()
    flags_changed: tuple[ClaimDifference, ...] = ()
    unchanged: int = 0
    """Claims that at most moved, with the same outcome and flags."""


def compare_runs(store: Store, earlier: str, later: str) -> RunDifference:
    """Return what is another in the later run, in the order of its text; raises InputError for an unknown run."""
    one, two = _run(store, earlier), _run(store, later)
    before = {known.note.claim.id: known for known in one.notes}
    pairs = pair_claims([known.note.claim for known in one.notes], [known.note.claim for known in two.notes])
    met = {pair.earlier.id for pair in pairs.values()}
    both = [(known, pairs[known.note.claim.id]) for known in two.notes if known.note.claim.id in pairs]
    shown = [(pair, _both(before[pair.earlier.id].note, known, pair)) for known, pair in both]
    moved = [each for pair, each in shown if pair.change != "words" and each.earlier_start != each.later_start]
    outcomes = [each for _, each in shown if each.earlier_outcome != each.later_outcome]
    flagged = [each for _, each in shown if each.flags_added or each.flags_removed]
    reworded = [each for pair, each in shown if pair.change == "words"]
    return RunDifference(
        earlier=one.id,
        later=two.id,
        same_text=one.article_id == two.article_id,
        added=tuple(_added(known) for known in two.notes if known.note.claim.id not in pairs),
        removed=tuple(_removed(known.note) for known in one.notes if known.note.claim.id not in met),
        reworded=tuple(reworded),
        moved=tuple(moved),
        outcome_changed=tuple(outcomes),
        flags_changed=tuple(flagged),
        unchanged=sum(each not in outcomes and each not in flagged and each not in reworded for _, each in shown),
    )


def outcome_of(note: Note) -> str:
    """Return how a note ended, in a word or two."""
    if note.verdict:
        return note.verdict.label
    if note.claim.uncheckable:
        return f"not_checkable: {note.claim.uncheckable}"
    return f"not_checked: {note.failure.reason}" if note.failure else "not_checked"


def _run(store: Store, run_id: str) -> KnownRun:
    run = known_run(store, run_id)
    if run is None:
        raise InputError(f"no run {run_id[:64]!r}: `factnotes runs list` lists them")
    return run


def _words(claim: Claim) -> str:
    return " ... ".join(own_words(claim))


def _flags(note: Note) -> dict[str, None]:
    return dict.fromkeys(f"{flag.kind}: {flag.span.exact}" for flag in note.flags)


def _both(before: Note, known: KnownNote, pair: Pair) -> ClaimDifference:
    after = known.note
    had, has = _flags(before), _flags(after)
    return ClaimDifference(
        words=_words(after.claim),
        earlier_words=_words(pair.earlier) if pair.change == "words" else None,
        earlier_claim_id=pair.earlier.id,
        later_claim_id=after.claim.id,
        earlier_start=pair.earlier.span.start,
        later_start=after.claim.span.start,
        earlier_outcome=outcome_of(before),
        later_outcome=outcome_of(after),
        flags_added=tuple(flag for flag in has if flag not in had),
        flags_removed=tuple(flag for flag in had if flag not in has),
        why=str(known.lineage),
    )


def _added(known: KnownNote) -> ClaimDifference:
    note = known.note
    return ClaimDifference(
        words=_words(note.claim),
        later_claim_id=note.claim.id,
        later_start=note.claim.span.start,
        later_outcome=outcome_of(note),
        flags_added=tuple(_flags(note)),
        why=str(known.lineage),
    )


def _removed(note: Note) -> ClaimDifference:
    return ClaimDifference(
        words=_words(note.claim),
        earlier_claim_id=note.claim.id,
        earlier_start=note.claim.span.start,
        earlier_outcome=outcome_of(note),
        flags_removed=tuple(_flags(note)),
    )
