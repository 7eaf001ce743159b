"""What the lab can try a prompt on: suites known by name, the desk's reviews, and cases of stored evaluations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.errors import InputError
from pipeline.core.models import Case
from pipeline.core.settings import Settings
from pipeline.evaluation.cases import Stage
from pipeline.evaluation.run.bundle import bundles
from pipeline.evaluation.suites import REVIEWS, Reviews, load_suite, read_suite_file, suite_files

PROMPT_STAGES: Mapping[str, Stage] = {"predict_verdict": "verdict", "detect_claims": "detection"}
"""The prompts that a case can be asked with, and the stage of such cases."""

MOST_CASES = 5
"""How many cases one trial asks."""

_EVALUATION = "evaluation:"
_NEWEST = 10
_SHOWN = 12


@dataclass(frozen=True)
class Shelf:
    """The cases of a suite as far as a page shows them."""

    name: str
    total: int
    matching: int
    shown: tuple[Case, ...]
    chosen: tuple[Case, ...]


def shelf_names(settings: Settings, stage: Stage) -> tuple[str, ...]:
    """Return the names of what holds cases of a stage; a file that cannot be read is left out."""
    names = [name for name, path in suite_files(settings).items() if _stage_of(path) == stage]
    names += [REVIEWS] if stage == "verdict" else []
    newest = [bundle.evaluation for bundle in bundles(settings.home) if bundle.evaluation.stage == stage][-_NEWEST:]
    return (*names, *(f"{_EVALUATION}{evaluation.id}" for evaluation in reversed(newest)))


def _stage_of(path: Path) -> Stage | None:
    try:
        return read_suite_file(path).stage
    except InputError:
        return None


def take_down(
    name: str,
    settings: Settings,
    stage: Stage,
    *,
    reviews: Reviews,
    find: str = "",
    wanted: Iterable[str] = (),
) -> Shelf:
    """Return the cases of a suite that hold some words, and the wanted ones by id; raises InputError.

    Only what `shelf_names` lists is opened: a name is never a path.
    """
    if name not in shelf_names(settings, stage):
        raise InputError(f"there is no suite {name[:80]!r} with cases of the stage {stage}")
    cases = _cases(name, settings, reviews)
    words = find.casefold().split()
    matching = [case for case in cases if _holds(case, words)]
    ids = set(wanted)
    chosen = tuple(case for case in cases if case.id in ids)
    if len(chosen) > MOST_CASES:
        raise InputError(f"choose at most {MOST_CASES} cases: an evaluation asks them all")
    return Shelf(name, len(cases), len(matching), tuple(matching[:_SHOWN]), chosen)


def _holds(case: Case, words: Iterable[str]) -> bool:
    text = f"{case.id} {case.label} {case.claim}".casefold()
    return all(word in text for word in words)


def _cases(name: str, settings: Settings, reviews: Reviews) -> tuple[Case, ...]:
    if name.startswith(_EVALUATION):
        wanted = name.removeprefix(_EVALUATION)
        found = next((bundle for bundle in bundles(settings.home) if bundle.evaluation.id == wanted), None)
        if found is None:
            raise InputError(f"the evaluation {wanted} is gone")
        return found.suite().cases
    return load_suite(name, settings, reviews=reviews).cases
