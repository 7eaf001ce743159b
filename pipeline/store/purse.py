"""The caps of one run, kept by all the processes that work at it: one row for each run.

A call reserves the most it may cost before it begins, and what it did cost is settled when it ends; each is one
transaction. What a process that died had reserved stays reserved, so the caps are never exceeded, whoever is killed.
The cap in seconds is a moment that all read from the row. PostgreSQL's clock counts where there is one, else this
machine's.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.budget import Caps, Spent, settled
from pipeline.errors import StoreError
from pipeline.observing import get_log
from pipeline.store import Store
from pipeline.store import schema as t
from pipeline.store.rows import insert_missing, moment

_log = get_log("purse")

_LOOK_S = 0.25
"""How often a call looks whether those in flight have left it room."""

_P = t.purses.c


def open_purse(store: Store, run_id: str, caps: Caps, seconds_left: float | None = None) -> None:
    """Write down what a run may spend; one that is begun again goes on with what it had. Raises StoreError.

    `seconds_left` is what is left of the cap in seconds, by default all of it.
    """
    left = caps.max_seconds if seconds_left is None else seconds_left
    with store.writing() as connection:
        now = moment(connection)
        row = {"id": run_id, "max_usd": caps.max_usd, "max_calls": caps.max_calls, "max_seconds": caps.max_seconds}
        row |= {"ends_at": None if left is None else now + left}
        insert_missing(connection, t.purses, [row | {"calls": 0, "dollars": 0.0, "reserved": 0.0, "moved_at": now}])


class SharedPurse:
    """Caps that a run's processes keep together; safe to share between threads (implements `pipeline.budget.Purse`)."""

    def __init__(
        self,
        store: Store,
        run_id: str,
        *,
        patience_s: float = 120,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Read what `open_purse` wrote; raises StoreError where that was in another store.

        Calls in flight that hold the room of others are waited for until none has ended for `patience_s`: their
        process may be dead.
        """
        self._store, self._run_id, self._patience_s = store, run_id, patience_s
        self._clock, self._sleep = clock, sleep
        with store.reading() as connection:
            row, now = self._row(connection), moment(connection)
        self.caps = Caps(row["max_usd"], row["max_calls"], row["max_seconds"])
        """What may be spent."""
        self._ends = clock() + (math.inf if row["ends_at"] is None else row["ends_at"] - now)

    @contextmanager
    def call(self, worst: float) -> Iterator[Callable[[float], None]]:
        """Admit one call as a purse does; raises BudgetSpent, StoreError."""
        self._reserve(worst)
        with settled(worst, partial(self._settle, worst)) as charge:
            yield charge

    def seconds_left(self) -> float:
        """Return how long calls may still begin."""
        return self._ends - self._clock()

    def _reserve(self, worst: float) -> None:
        if self.caps.max_usd is None and self.caps.max_calls is None:
            self.caps.require_time(self.seconds_left())
            return
        while not self._admit(worst):
            self._sleep(_LOOK_S)

    def _admit(self, worst: float) -> bool:
        """Reserve what a call may cost; False where it is to wait. Raises BudgetSpent."""
        with self._store.writing() as connection:
            row, now = self._row(connection, locked=True), moment(connection)
            self.caps.require_time(self.seconds_left())
            spent = Spent(row["calls"], row["dollars"], row["reserved"])
            if not self.caps.admit(spent, worst):
                if now - row["moved_at"] > self._patience_s:
                    raise self.caps.no_room(spent, worst)
                return False
            then = spent.begin(worst)
            moved = {"calls": then.calls, "reserved": then.reserved, "moved_at": now}
            connection.execute(sa.update(t.purses).where(_P.id == self._run_id).values(moved))
            return True

    def _settle(self, worst: float, cost: float) -> None:
        """Count what a call did cost; where that cannot be written it stays at its worst, and no answer is lost."""
        if not worst:
            return
        try:
            with self._store.writing_lightly() as connection:
                moved = {"dollars": _P.dollars + cost, "reserved": _P.reserved - worst, "moved_at": moment(connection)}
                connection.execute(sa.update(t.purses).where(_P.id == self._run_id).values(moved))
        except StoreError as error:
            _log.warning("what a call did cost could not be written down", error=type(error).__name__)

    def _row(self, connection: Connection, locked: bool = False) -> sa.RowMapping:
        query = sa.select(t.purses).where(_P.id == self._run_id)
        row = connection.execute(query.with_for_update() if locked else query).mappings().first()
        if row is None:
            raise StoreError(
                f"{self._store.where} does not know the caps of this run: let all its processes use one store, "
                "by FACTNOTES_DATABASE_URL or FACTNOTES_HOME"
            )
        return row
