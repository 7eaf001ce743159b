"""The rules that decide: what one assertion of one source proves or contradicts of a claim, part by part.

Constructions that may decide, each with its tests in `tests/check/test_proof.py`; any other is silent.

- *Every part stands there* (`supported`): each figure of the claim has its own in the assertion, counted of the same
  thing, hanging in the same way on the same words, and no less exact; every date, name and word of content stands there
  in the same place of the clause; nothing there narrows what the claim says in general.
- *One figure is another* (`refuted`): all that, but for one figure of the same sort in the same place that cannot be
  true beside the claim's.
- *Part and whole*: `eight of the 15 judges` and `of the 15 judges, eight`; the whole never decides alone.
- *A toll*: `killed 12 people`, `12 people died` and `the death toll stands at 12` hang in one way.
- *A score or vote*: both of its numbers are one figure.
- *Office against office*: `..., police said` is held only against what police or officials say.

Both sides are plain statements (`pipeline.check.assertions`), both affirmed, both of what is or both of what is meant.
Numbers that the reader finds but cannot read, quantifiers on one side alone and subjects that only point elsewhere
leave a claim undecided.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pipeline.check.assertions import Assertion, assertions
from pipeline.check.checkers.quantities.frames import Frame
from pipeline.check.checkers.quantities.parts import Part, Statement
from pipeline.check.checkers.quantities.paths import same_path, same_tense
from pipeline.check.official import official_report

Pairing = Literal["agrees", "differs", "open"]
Proof = Literal["supported", "refuted"]
_OFFICIAL = "official"
_AROUND = timedelta(days=7)
"""How long before its publication a source without a date in the sentence may speak of a claim's day."""
_FREE = frozenset({"whole", "score"})
ORDERING = frozenset({"date", "ordinal"})
"""Figures that tell which one is meant rather than how much."""


@dataclass(frozen=True)
class Told:
    """How a sentence tells: affirmed, meant, and by which office, if any."""

    assertion: Assertion
    voice: str = ""

    def like(self, other: Told) -> bool:
        """Tell whether two sentences tell in one way, so that one can prove the other."""
        same = self.voice == other.voice or (
            _OFFICIAL in (self.voice, other.voice) and bool(self.voice and other.voice)
        )
        mine, theirs = self.assertion, other.assertion
        return same and mine.negated == theirs.negated and mine.planned == theirs.planned


def claim_told(sentence: str) -> Told | None:
    """Return how a claim's sentence tells, None where it is no plain statement; a missing full stop is forgiven."""
    whole = sentence if sentence.rstrip().endswith((".", "!", "?", "”", '"')) else f"{sentence.rstrip()}."
    found = assertions(whole)
    if len(found) == 1 and found[0].start == 0 and found[0].end >= len(whole.rstrip()):
        return Told(found[0])
    report = official_report(whole)
    return Told(*report) if report else None


def source_told(text: str, title: str | None, start: int, end: int) -> Told | None:
    """Return how a source tells the sentence at two offsets, None where it is not its own plain statement."""
    for each in assertions(text, title):
        if each.start <= start and end <= each.end:
            return Told(each)
    report = official_report(text) if (start, end) == (0, len(text)) and not title else None
    return Told(*report) if report else None


@dataclass(frozen=True)
class Pair:
    """A figure of the claim with its own in the assertion, and what comes of comparing them."""

    ours: Frame
    theirs: Frame | None
    outcome: Pairing


def hangs_alike(ours: Frame, theirs: Frame) -> bool:
    """Tell whether two figures stand in one place of their clauses: a whole is placed by its part, a score by words."""
    one, two = ours.quantity, theirs.quantity
    if not same_tense(ours.tense, theirs.tense) and "harmed" not in {slot for slot, _ in (*ours.path, *theirs.path)}:
        return False
    if one.role in _FREE or one.dimension in _FREE:
        return one.role == two.role
    return bool(ours.path) and same_path(ours.path, theirs.path)


def proves(theirs: Frame, ours: Frame) -> bool:
    """Tell whether a figure is no less exact than a claim's and told as the same sort of limit, if as one."""
    one, two = theirs.quantity, ours.quantity
    limit = one.bound in ("about", "more", "less") and one.bound != two.bound
    limit = limit and not (one.bound == "about" and two.unit == "share")  # `two thirds` is rough itself
    beyond = {
        "more": one.amount.strict[0] > two.amount.strict[0],
        "less": one.amount.strict[1] < two.amount.strict[1],
    }.get(two.bound, True)  # forty is neither more nor fewer than forty
    return (
        not limit
        and (beyond or one.bound == two.bound)
        and one.amount.within(two.amount, counted=two.dimension in ORDERING | {"score"})
    )


def decide(
    claim: Statement, source: Statement, pairs: Sequence[Pair], *, days: bool, pinned: bool = False
) -> Proof | None:
    """Return what an assertion proves of a claim whose figures were paired with its own.

    `days` tells that the days agree, `pinned` that both name one: a rank of one day has one holder.
    """
    if claim.unread or claim.pronoun or source.pronoun or not days or not pairs:
        return None
    if claim.quantifiers != source.quantifiers or _narrows(claim, source):
        return None
    differing = [pair for pair in pairs if pair.outcome == "differs"]
    rest = [pair for pair in pairs if pair.outcome != "differs"]
    if any(pair.outcome == "open" for pair in rest) or len(differing) > 1:
        return None
    missing = list(lacking(claim, source))
    if not differing:
        narrower = any(pair.theirs and any(surplus(pair.theirs, claim, source)) for pair in pairs)
        return None if missing or narrower else "supported"
    if not pinned and _may_be_another(differing[0].ours, claim):
        return None
    theirs = differing[0].theirs
    alike = _only_describes(missing, claim, source) and theirs is not None and not any(surplus(theirs, claim, source))
    return "refuted" if alike else None


def surplus(frame: Frame, claim: Statement, source: Statement) -> Iterator[Part]:
    """Yield the words of a figure's clause that a claim does not have: its figure may be of something narrower."""
    clause = set(frame.clause.split())
    known = frozenset(key for part in claim.parts for key in part.keys)
    toll = {"toll", "number"} if frame.path[:1] and frame.path[0][0] == "harmed" else set()
    for part in source.parts:
        idle = part.describes or part.sequel or part.country or part.keys & (_OF_A_TOLL | toll)
        if (part.text in clause or part.counted) and not part.keys & known and not idle:
            yield part


def _may_be_another(frame: Frame, claim: Statement) -> bool:
    """Tell whether there are often two: a whole of two parts, a rank of two days, a match of two weeks."""
    score = frame.quantity.dimension == "score" and not any("vote" in part.keys for part in claim.parts)
    return frame.quantity.role == "whole" or frame.quantity.dimension == "ordinal" or score


def _only_describes(missing: Sequence[Part], claim: Statement, source: Statement) -> bool:
    """Tell whether what is missing only says what a named thing is, so that its figure is still the same figure."""
    named = any(part.name and part not in missing and not part.country for part in claim.parts)
    known = frozenset(key for part in claim.parts for key in part.keys)
    elsewhere = any(part.country and not part.keys & known for part in source.parts)
    return all(part.describes or (part.country and named and not elsewhere) for part in missing)


def lacking(claim: Statement, source: Statement) -> Iterator[Part]:
    """Yield the words of a claim that an assertion does not have in the same place."""
    toll = _is_toll(claim) and _is_toll(source)
    for part in claim.parts:
        met = any(part.meets(other, toll=toll) or (part.describes and part.keys & other.keys) for other in source.parts)
        if not met and not (toll and part.keys & _OF_A_TOLL):
            yield part


def _is_toll(statement: Statement) -> bool:
    return any(slot == "harmed" for frame in statement.frames for slot, _ in frame.path)


_OF_A_TOLL = frozenset({"toll", "stand", "reach", "rise"})
"""Words that a toll is told with, and that say nothing more."""


def _narrows(claim: Statement, source: Statement) -> bool:
    """Tell whether an assertion is told under a circumstance that the claim does not have."""
    known = frozenset(key for part in claim.parts for key in part.keys)
    ranks = {frame.quantity.noun for frame in claim.frames if frame.quantity.dimension == "ordinal"}
    other = any(f.quantity.dimension == "ordinal" and f.quantity.noun not in ranks for f in source.frames)
    return other or any(not keys & known for keys in source.circumstances)


def days_agree(claim: Sequence[tuple[date, date]], source: Sequence[tuple[date, date]], published: date | None) -> bool:
    """Tell whether every day that a claim names is named or meant by an assertion, or it names none.

    An assertion without a day speaks of the days before its publication.
    """
    around = ((published - _AROUND, published),) if published and not source else ()
    return all(any(_meet(day, other) for other in (*source, *around)) for day in claim)


def _meet(one: tuple[date, date], two: tuple[date, date]) -> bool:
    return one[0] <= two[1] and two[0] <= one[1]
