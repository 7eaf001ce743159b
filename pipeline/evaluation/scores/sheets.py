"""The answers of a variant laid out as arrays, in the order of the cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.core.errors import InputError
from pipeline.core.models import Case, Usage
from pipeline.evaluation.cases import Answer
from pipeline.evaluation.scores.values import Figure
from pipeline.evaluation.statistics import Floats, Interval, share_interval

Whole = NDArray[np.int64]
Truths = NDArray[np.bool_]

COVERAGE = "coverage"

LABELS = ("supported", "refuted", "not_enough_evidence", "conflicting_evidence", "check_worthy", "not_check_worthy")
"""The order labels are shown in; others follow by the alphabet."""


@dataclass(frozen=True)
class Sheet:
    """Every answer of one variant; each case weighs 1, shared by its repeats."""

    cases: tuple[Case, ...]
    answers: tuple[Answer, ...]
    place: Whole
    """Of each answer: which case it is of."""
    weight: Floats
    """Of each answer: 1 divided by the repeats of its case."""
    failed: Truths
    clusters: Whole
    """Of each case: cases of one cluster share an article, or whatever their group is."""
    repeats: int

    @property
    def clustered(self) -> bool:
        """Tell whether any two cases share a cluster."""
        return int(self.clusters.max(initial=-1)) + 1 < len(self.cases)

    @property
    def failures(self) -> int:
        """How many answers failed."""
        return int(self.failed.sum())

    @property
    def usage(self) -> Usage:
        """What all answers cost together."""
        return sum_usage(self.answers)

    @property
    def groups(self) -> Whole | None:
        """The cluster of each case, or None where every case stands alone."""
        return self.clusters if self.clustered else None

    def figure(self, name: str, value: float | None, interval: Interval | None = None, of: str = "") -> Figure:
        """Return a figure of these answers, with their number and their failures."""
        return Figure.make(
            name, value, interval, n=len(self.cases), repeats=self.repeats, failures=self.failures, of=of
        )

    def share(self, name: str, hits: Truths, asked: Truths, of: str) -> Figure:
        """Return the share of hits among the answers that are asked about; repeats of a case are one cluster."""
        counted = (hits & asked).astype(np.float64), asked.astype(np.float64)
        clusters = self.clusters[self.place] if self.clustered or self.repeats > 1 else None
        value = None
        if asked.any():
            value = float((counted[0] * self.weight).sum() / (counted[1] * self.weight).sum())
        return self.figure(name, value, share_interval(*counted, clusters), of)

    @property
    def coverage(self) -> Figure:
        """The share of cases answered."""
        return self.share(COVERAGE, ~self.failed, np.ones_like(self.failed), "share of cases answered")

    def per_case(self, values: Iterable[float] | Floats) -> Floats:
        """Return the mean over repeats of a number of each answer, for each case."""
        numbers = np.asarray(values if isinstance(values, np.ndarray) else list(values), dtype=np.float64)
        sums = np.bincount(self.place, weights=numbers * self.weight, minlength=len(self.cases))
        return sums.astype(np.float64)

    def only(self, places: Sequence[int]) -> Sheet:
        """Return the sheet of some of the cases."""
        wanted = {place: number for number, place in enumerate(places)}
        kept = np.array([place in wanted for place in self.place.tolist()], dtype=bool)
        return Sheet(
            cases=tuple(self.cases[place] for place in places),
            answers=tuple(answer for answer, keep in zip(self.answers, kept, strict=True) if keep),
            place=np.array([wanted[place] for place in self.place[kept].tolist()], dtype=np.int64),
            weight=self.weight[kept],
            failed=self.failed[kept],
            clusters=np.unique(self.clusters[list(places)], return_inverse=True)[1].ravel().astype(np.int64),
            repeats=self.repeats,
        )


def lay_out(cases: Sequence[Case], answers: Iterable[Answer]) -> Sheet:
    """Lay out one variant's answers to all the cases; answers to other cases are left out.

    Raises InputError when a case has no answer, or one answer twice: a score of some of the cases is no score.
    """
    places = {case.id: place for place, case in enumerate(cases)}
    kept = sorted(
        (answer for answer in answers if answer.case_id in places), key=lambda a: (places[a.case_id], a.repeat)
    )
    if not cases:
        raise InputError("there is no case to score: the suite is empty")
    if len({(answer.case_id, answer.repeat) for answer in kept}) != len(kept):
        raise InputError("a case has two answers of one repeat: score one variant at a time")
    place = np.array([places[answer.case_id] for answer in kept], dtype=np.int64)
    asked = np.bincount(place, minlength=len(cases))
    if missing := int((asked == 0).sum()):
        raise InputError(f"{missing} of {len(cases)} cases have no answer yet: resume the evaluation first")
    groups = {name: n for n, name in enumerate(dict.fromkeys(cluster_of(case) for case in cases))}
    return Sheet(
        cases=tuple(cases),
        answers=tuple(kept),
        place=place,
        weight=1.0 / asked[place],
        failed=np.array([answer.failure is not None for answer in kept], dtype=bool),
        clusters=np.array([groups[cluster_of(case)] for case in cases], dtype=np.int64),
        repeats=int(asked.max()),
    )


def case_of(case: Case) -> str:
    """Return the id of the suite's case: its own, or for a claim of an article the article's."""
    return str(case.metadata.get("case", case.id)) if case.stage == "end_to_end" else case.id


def cluster_of(case: Case) -> tuple[str, str]:
    """Return what a case shares with those it is not independent of; its own id when it stands alone."""
    return ("group", case.group) if case.group else ("case", case.id)


def count_failures(answers: Iterable[Answer]) -> dict[str, int]:
    """Count failed answers by reason, the most frequent first."""
    counts = Counter(answer.failure.reason for answer in answers if answer.failure)
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def sum_usage(answers: Iterable[Answer]) -> Usage:
    """Add up what answers cost; dollars are None when one of them has no known price."""
    calls = cached = tokens_in = tokens_out = 0
    dollars: float | None = 0.0
    for answer in answers:
        usage = answer.usage
        calls, cached = calls + usage.calls, cached + usage.cached
        tokens_in, tokens_out = tokens_in + usage.tokens_in, tokens_out + usage.tokens_out
        dollars = None if dollars is None or usage.dollars is None else dollars + usage.dollars
    return Usage(calls=calls, cached=cached, tokens_in=tokens_in, tokens_out=tokens_out, dollars=dollars)


def in_order(labels: Iterable[str]) -> tuple[str, ...]:
    """Return distinct labels in the order they are shown in."""
    known = {label: place for place, label in enumerate(LABELS)}
    return tuple(sorted(set(labels), key=lambda label: (known.get(label, len(known)), label)))
