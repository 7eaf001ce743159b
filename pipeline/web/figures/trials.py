"""What trying out prompts has spent, kept apart from the runs: evaluations and the lab, by model and day."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from pipeline.core.errors import FactnotesError, InputError
from pipeline.core.settings import Settings
from pipeline.evaluation import IMPORTED, Allowance, Charge, Manifest, read_lines
from pipeline.web.figures.count import beginnings
from pipeline.web.figures.models import TrialKind, Trials, TrialSpending, Window


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


_LARGEST_IMPORT_NOTE = 20


class _Read(NamedTuple):
    """An account as it was read."""

    state: tuple[int, int]
    """Size and time of its last change."""
    days: Days


class TrialAccounts:
    """The accounts of one home; safe to share between threads. Only what was written to since is read again."""

    def __init__(self, settings: Settings) -> None:
        self._lock = threading.Lock()
        self._evaluations, self._lab = settings.home / "evaluations", Allowance(settings)
        self._read: dict[Path, _Read] = {}

    def read(self, now: datetime | None = None) -> Trials:
        """Return what was spent by now; an account that cannot be read is named and left out."""
        at, unread = now or datetime.now(UTC), list[str]()
        with self._lock:
            files = sorted(self._evaluations.glob("*/calls.jsonl"))
            evaluations = [self._days(file, _of_evaluation, unread) for file in files]
            lab = [self._days(self._lab.path, lambda _: _of_lab(self._lab), unread)]
            self._read = {file: self._read[file] for file in (*files, self._lab.path) if file in self._read}
        by_kind: tuple[tuple[TrialKind, list[Days]], ...] = (("evaluation", evaluations), ("lab", lab))
        spending = [each for kind, found in by_kind for each in trial_spending(kind, _together(found), at)]
        return Trials(spending=tuple(spending), unread=tuple(unread))

    def _days(self, file: Path, read: Callable[[Path], Days], unread: list[str]) -> Days:
        try:
            found = file.stat()
            state = (found.st_size, found.st_mtime_ns)
            if file not in self._read or self._read[file].state != state:
                self._read[file] = _Read(state, read(file))
        except FileNotFoundError:
            return {}
        except (FactnotesError, OSError, ValueError):
            unread.append(file.parent.name if file.name == "calls.jsonl" else file.name)
            return {}
        return self._read[file].days


def _of_evaluation(file: Path) -> Days:
    """Sum what an evaluation's own calls cost, not those that came with it from elsewhere."""
    note = file.parent.with_name(file.parent.name + IMPORTED)
    start = int(note.read_text()[:_LARGEST_IMPORT_NOTE]) if note.exists() else 0
    charges = tuple(read_lines(file, Charge, start))
    whose, when = (None, date.min) if all(each.model and each.at for each in charges) else _guess(file.parent)
    return _together(
        {(each.model or whose, each.at.astimezone(UTC).date() if each.at else when): _tally(each)} for each in charges
    )


def _tally(charge: Charge) -> Tally:
    unpriced = charge.calls if charge.dollars is None else 0
    return Tally(charge.calls, charge.tokens_in, charge.tokens_out, charge.dollars or 0.0, unpriced)


def _guess(folder: Path) -> tuple[str | None, date]:
    """Return an evaluation's model, where it has one, and its last day of work: of calls written without them."""
    try:
        manifest = Manifest.model_validate_json((folder / "manifest.json").read_bytes())
    except ValueError as error:
        raise InputError(f"{folder}/manifest.json cannot be read") from error
    models = {variant.model for variant in manifest.evaluation.variants if variant.model}
    began = [session.began for session in manifest.sessions] or [manifest.evaluation.created_at]
    return models.pop() if len(models) == 1 else None, max(began).astimezone(UTC).date()


def _of_lab(lab: Allowance) -> Days:
    """Sum the lab's trials; one that has not ended counts as what it has reserved."""
    return _together(
        {(each.model, each.at.astimezone(UTC).date()): Tally(each.calls, each.tokens_in, each.tokens_out, each.dollars)}
        for each in lab.entries()
    )


def _together(accounts: Iterable[Days]) -> Days:
    total: dict[tuple[str | None, date], Tally] = {}
    for key, tally in _lines(accounts):
        total[key] = total.get(key, Tally()).plus(tally)
    return total


def _lines(accounts: Iterable[Days]) -> Iterator[tuple[tuple[str | None, date], Tally]]:
    for days in accounts:
        yield from days.items()
