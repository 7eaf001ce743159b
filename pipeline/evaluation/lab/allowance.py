"""What the prompt lab may ask for in a day: a journal beside the evaluations, a line at the begin and end of a trial.

A trial reserves the most it can cost before it asks anything, so trials at the same time cannot go past the cap
together; what it did cost is written when it ends. One that was killed stays counted at what it had reserved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from filelock import FileLock

from pipeline.core.errors import BudgetSpent, InputError, StoreError
from pipeline.core.models import Usage, Value
from pipeline.core.settings import Settings
from pipeline.evaluation.run.journal import drop_torn_line, read_lines
from pipeline.llm import Caps, Spent


class Entry(Value):
    """A line of the journal; of two with one id the later one counts."""

    id: str
    at: datetime
    person: str
    prompt: str
    """`name@version+digest` of the draft."""
    suite: str
    cases: tuple[str, ...]
    """Their ids."""
    model: str | None = None
    """None in lines that were written before it was kept."""
    calls: int
    dollars: float
    tokens_in: int = 0
    tokens_out: int = 0
    ended: bool = False
    """False while it holds what is reserved."""


class Allowance:
    """The lab's day, in UTC; for one home, whatever the number of its processes."""

    def __init__(
        self, settings: Settings, *, now: Callable[[], datetime] = lambda: datetime.now(UTC), journal: str = "lab.jsonl"
    ) -> None:
        self._path, self._now = settings.home / journal, now
        self._caps = Caps(settings.lab_max_usd, settings.lab_max_calls)

    def left(self) -> Caps:
        """Return what today's trials have left; raises StoreError for a journal that cannot be read."""
        today = self._now().astimezone(UTC).date()
        known = (entry for entry in self.entries() if entry.at.astimezone(UTC).date() == today)
        return self._caps.after(sum((Spent(calls=entry.calls, dollars=entry.dollars) for entry in known), Spent()))

    @property
    def path(self) -> Path:
        """The journal's file."""
        return self._path

    def entries(self) -> tuple[Entry, ...]:
        """Return each trial as it stands, the oldest first; raises StoreError for a journal that cannot be read."""
        try:
            return tuple({entry.id: entry for entry in read_lines(self._path, Entry)}.values())
        except (InputError, OSError) as error:
            raise StoreError(f"the lab's journal cannot be read: {error}") from error

    @contextmanager
    def reserve(
        self,
        worst: Spent,
        *,
        person: str,
        prompt: str,
        suite: str,
        cases: tuple[str, ...],
        model: str | None = None,
    ) -> Iterator[tuple[Spent, Callable[[Usage], None]]]:
        """Reserve up to the worst case; yield what may be spent and the function that takes what each call cost.

        Raises BudgetSpent where nothing is left of the day.
        """
        with self._lock():
            left = self.left()
            if worst.calls and not left.max_calls:
                raise BudgetSpent(
                    f"the lab's {self._caps.max_calls} calls of today are spent (FACTNOTES_LAB_MAX_CALLS)"
                )
            room = left.room_for(worst)
            entry = Entry(
                id=uuid4().hex,
                at=self._now(),
                person=person,
                prompt=prompt,
                suite=suite,
                cases=cases,
                model=model,
                calls=room.calls,
                dollars=room.dollars or 0.0,
            )
            if room.calls:
                self._write(entry)
        spent: list[Usage] = []
        try:
            yield room, spent.append
        finally:
            took = sum(spent, Usage())
            if room.calls:
                with self._lock():
                    cost = took.model_dump(include={"calls", "tokens_in", "tokens_out"})
                    cost |= {"dollars": took.dollars or 0.0, "ended": True}
                    self._write(entry.model_copy(update=cost))

    def _lock(self) -> FileLock:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{self._path.parent} cannot be written ({error.strerror})") from error
        return FileLock(self._path.with_suffix(".lock"), timeout=30)

    def _write(self, entry: Entry) -> None:
        drop_torn_line(self._path)
        with self._path.open("ab") as file:
            file.write(entry.model_dump_json().encode() + b"\n")
