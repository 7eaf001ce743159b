"""Add up what trials spent, kept apart from the runs: by model, today, in 30 days and ever."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple

from pipeline.operations.figures import beginnings
from pipeline.operations.values import TrialKind, TrialSpending, Window


class Tally(NamedTuple):
    """What some calls took together."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    dollars: float = 0.0
    unpriced: int = 0

    def plus(self, other: Tally) -> Tally:
        """Return the sum."""
        return Tally(
            self.calls + other.calls,
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            self.dollars + other.dollars,
            self.unpriced + other.unpriced,
        )


Days = Mapping[tuple[str | None, date], Tally]
"""Sums by model and day (UTC)."""


def trial_spending(kind: TrialKind, days: Days, now: datetime) -> tuple[TrialSpending, ...]:
    """Return what each model cost in each part of the past."""
    today, month = (moment.date() for moment in beginnings(now.astimezone(UTC)))
    since: dict[Window, date] = {"today": today, "month": month, "ever": date.min}
    return tuple(
        TrialSpending(kind=kind, model=model, window=window, **_since(days, model, first)._asdict())
        for model in sorted({model for model, _ in days}, key=lambda model: model or "")
        for window, first in since.items()
    )


def _since(days: Days, model: str | None, first: date) -> Tally:
    total = Tally()
    for (of, day), tally in days.items():
        if of == model and day >= first:
            total = total.plus(tally)
    return total
