"""The caps of one run, kept by all the processes that work at it: one row for each run.

A call reserves the most it may cost before it begins, and what it did cost is settled when it ends; each is one
transaction. What a process that died had reserved stays reserved, so the caps are never exceeded, whoever is killed.
The cap in seconds is a moment that all read from the row. PostgreSQL's clock counts where there is one, else this
machine's.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.core.errors import StoreError
from pipeline.core.telemetry import get_log
from pipeline.llm.budget import Budget, Caps, Spent
from pipeline.store import Store, insert_missing, moment, schema as t

_log = get_log("budget")

_LOOK_S = 0.25
"""How often a call looks whether those in flight have left it room."""

_B = t.budgets.c


def open_budget(store: Store, run_id: str, caps: Caps, seconds_left: float | None = None) -> None:
    """Write down what a run may spend; one that is begun again goes on with what it had. Raises StoreError.

    `seconds_left` is what is left of the cap in seconds, by default all of it.
    """
    left = caps.max_seconds if seconds_left is None else seconds_left
    with store.writing() as connection:
        now = moment(connection)
        row = {"id": run_id, "max_usd": caps.max_usd, "max_calls": caps.max_calls, "max_seconds": caps.max_seconds}
        row |= {"ends_at": None if left is None else now + left}
        insert_missing(connection, t.budgets, [row | {"calls": 0, "dollars": 0.0, "reserved": 0.0, "moved_at": now}])


class SharedBudget(Budget):
    """Caps that the processes and threads of a run keep together."""

    def __init__(
        self,
        store: Store,
        run_id: str,
        *,
        patience_s: float = 120,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Read what `open_budget` wrote; raises StoreError where that was in another store.

        Calls in flight that hold the room of others are waited for until none has ended for `patience_s`: their
        process may be dead.
        """
        ledger = RowLedger(store, run_id, patience_s, sleep)
        caps, seconds_left = ledger.read()
        super().__init__(caps, ledger=ledger, seconds_left=seconds_left, clock=clock)


class RowLedger:
    """What the processes of a run spend together (implements `pipeline.llm.budget.Ledger`)."""

    def __init__(self, store: Store, run_id: str, patience_s: float, sleep: Callable[[float], None]) -> None:
        self._store, self._run_id, self._patience_s, self._sleep = store, run_id, patience_s, sleep

    def read(self) -> tuple[Caps, float]:
        """Return the caps and the seconds left of them; raises StoreError."""
        with self._store.reading() as connection:
            row, now = self._row(connection), moment(connection)
        caps = Caps(row["max_usd"], row["max_calls"], row["max_seconds"])
        return caps, math.inf if row["ends_at"] is None else row["ends_at"] - now

    def begin(self, worst: float, budget: Budget) -> None:
        """Reserve what a call may cost at most; raises BudgetSpent, StoreError."""
        if budget.caps.max_usd is None and budget.caps.max_calls is None:
            budget.require_time()
            return
        while not self._admit(worst, budget):
            self._sleep(_LOOK_S)

    def _admit(self, worst: float, budget: Budget) -> bool:
        """Reserve what a call may cost; False where it is to wait. Raises BudgetSpent."""
        with self._store.writing() as connection:
            row, now = self._row(connection, locked=True), moment(connection)
            budget.require_time()
            spent, reserved = Spent(calls=row["calls"], dollars=row["dollars"]), row["reserved"]
            if not budget.caps.admit(spent, reserved, worst):
                if now - row["moved_at"] > self._patience_s:
                    raise budget.caps.no_room(spent, reserved, worst)
                return False
            moved = {"calls": spent.calls + 1, "reserved": reserved + worst, "moved_at": now}
            connection.execute(sa.update(t.budgets).where(_B.id == self._run_id).values(moved))
            return True

    def end(self, worst: float, cost: float) -> None:
        """Count what a call did cost; where that cannot be written it stays at its worst, and no answer is lost."""
        if not worst:
            return
        try:
            with self._store.writing_lightly() as connection:
                moved = {"dollars": _B.dollars + cost, "reserved": _B.reserved - worst, "moved_at": moment(connection)}
                connection.execute(sa.update(t.budgets).where(_B.id == self._run_id).values(moved))
        except StoreError as error:
            _log.warning("what a call did cost could not be written down", error=type(error).__name__)

    def _row(self, connection: Connection, locked: bool = False) -> sa.RowMapping:
        query = sa.select(t.budgets).where(_B.id == self._run_id)
        row = connection.execute(query.with_for_update() if locked else query).mappings().first()
        if row is None:
            raise StoreError(
                f"{self._store.where} does not know the caps of this run: let all its processes use one store, "
                "by FACTNOTES_DATABASE_URL or FACTNOTES_HOME"
            )
        return row
