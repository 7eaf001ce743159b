"""The limits of a model's service, kept by all processes together: one row for each model and service.

The row holds when the next request may begin. Who wants to ask moves it on by one interval and waits until the
moment it held: calls begin in the order they came, evenly spread, and nobody asks the row again and again. A
process that dies loses its place and nobody else's. When the service answers that it has had too much, everybody
stays away for as long as it asks. PostgreSQL's clock counts where there is one, else this machine's.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.core.errors import BudgetSpent, RateLimited
from pipeline.store import Store, insert_missing, moment, schema as t

LONGEST_HOLD_S = 120.0
"""A service that asks everybody to stay away for longer is not waited for."""

_MOST_HELD_S = 3600.0
"""So that one strange answer does not stop a desk for days."""

_P = t.paces.c


class Place(NamedTuple):
    """A call's place in the row, in seconds from now."""

    wait_s: float
    held_s: float
    """How long the service wants nobody to ask."""
    taken: bool
    """False where the place was too late, so that none was taken."""


class SharedRateLimit:
    """Spreads the calls to one model over time; safe to share between threads (implements `ports.RateLimit`)."""

    def __init__(
        self,
        store: Store,
        model: str,
        service: str,
        *,
        requests_per_minute: float = 0,
        tokens_per_minute: float = 0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Keep the limits that are not 0; a pause the service asks for is kept by all in any case."""
        self._store, self._sleep = store, sleep
        self._key = {"model": model, "service": service}
        self._own = sa.and_(_P.model == model, _P.service == service)
        self._per_request = 60 / requests_per_minute if requests_per_minute else 0.0
        self._per_token = 60 / tokens_per_minute if tokens_per_minute else 0.0

    def wait(self, tokens: int, longest_s: float = math.inf) -> None:
        """Return when a call of so many tokens may begin.

        Raises RateLimited where the service wants a pause that is not waited for, BudgetSpent where the turn
        would come after `longest_s`, StoreError.
        """
        until = time.monotonic() + longest_s
        while True:
            place = self.reserve(tokens, until - time.monotonic())
            if place.held_s > LONGEST_HOLD_S:
                limited = RateLimited(f"{self._key['service']} asks to stay away for {place.held_s:.0f} more seconds")
                limited.retry_after = place.held_s
                raise limited
            if not place.taken:
                raise BudgetSpent(
                    f"the cap in seconds ends before the limit of {self._key['service']} lets a call begin"
                )
            if place.wait_s <= 0:
                return
            self._sleep(place.wait_s)
            if self.held_s() <= 0:
                return

    def reserve(self, tokens: int, within_s: float = math.inf) -> Place:
        """Take the next place unless it comes later than `within_s` or the service wants a long pause."""
        with self._store.writing_lightly() as connection:
            now, row = self._locked(connection)
            begins = max(now, row.next_request, row.next_token, row.not_before)
            wait_s, held_s = begins - now, max(0.0, row.not_before - now)
            taken = wait_s <= max(0.0, within_s) and held_s <= LONGEST_HOLD_S
            steps = {"next_request": self._per_request, "next_token": tokens * self._per_token}
            moved = {name: begins + step for name, step in steps.items() if step}
            if taken and moved:
                connection.execute(sa.update(t.paces).where(self._own).values(moved))
        return Place(wait_s, held_s, taken)

    def settle(self, tokens: int) -> None:
        """Count tokens that a call took beyond those it was reserved for; fewer than none gives back."""
        if not self._per_token or not tokens:
            return
        with self._store.writing_lightly() as connection:
            later = _P.next_token + tokens * self._per_token
            connection.execute(sa.update(t.paces).where(self._own).values(next_token=later))

    def hold(self, seconds: float) -> None:
        """Let nobody ask for so long, because the service says so."""
        with self._store.writing_lightly() as connection:
            now, row = self._locked(connection)
            until = max(row.not_before, now + min(seconds, _MOST_HELD_S))
            connection.execute(sa.update(t.paces).where(self._own).values(not_before=until))

    def held_s(self) -> float:
        """Return for how many seconds the service wants nobody to ask."""
        with self._store.reading() as connection:
            not_before = connection.scalar(sa.select(_P.not_before).where(self._own))
            return max(0.0, (not_before or 0.0) - moment(connection))

    def _locked(self, connection: Connection) -> tuple[float, sa.Row[tuple[float, float, float]]]:
        """Return the moment and the row, which is this transaction's own until its end."""
        query = sa.select(_P.next_request, _P.next_token, _P.not_before).where(self._own).with_for_update()
        row = connection.execute(query).first()
        if row is None:
            fresh = {"next_request": 0.0, "next_token": 0.0, "not_before": 0.0}  # nosec B105 # tokens of a model
            insert_missing(connection, t.paces, [self._key | fresh])
            row = connection.execute(query).one()
        return moment(connection), row
