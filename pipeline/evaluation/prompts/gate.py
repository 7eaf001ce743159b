"""The prompt gate: what was agreed about live prompts still holds. Works from stored evaluations, without a network.

It fails where a live prompt's text changed without a new version, where a version became live without a
promotion, where floors were changed by hand, and where a live prompt is below its floor by more than the noise
(or no evaluation of it on the pinned suite is there to tell). Stored replies are parsed and proven again by the
code that is here now, so a change of the code that costs answers fails too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from pipeline.check import deciding
from pipeline.core.errors import FactnotesError, InputError, PromptError
from pipeline.core.models import Value
from pipeline.core.settings import Settings
from pipeline.evaluation.prompts.floors import GATED, answered, level_of, value_of
from pipeline.evaluation.prompts.lock import (
    Floor,
    live_prompts,
    lock_problems,
    read_floors,
    write_floors,
    write_lock,
    write_log,
)
from pipeline.evaluation.run.bundle import Bundle, bundles
from pipeline.evaluation.run.replay import prove_again
from pipeline.evaluation.scores import SCORER, Scores, score_answers
from pipeline.llm import Prompt, load_prompt


class Checked(Value):
    """One thing the gate looked at."""

    what: str
    fine: bool
    how: str
    """What was found, and what to do where it is not fine."""

    def __str__(self) -> str:
        return f"{'ok    ' if self.fine else 'FAILED'} {self.what}: {self.how}"


class Gate(Value):
    """Everything the gate looked at."""

    checks: tuple[Checked, ...]
    notes: tuple[str, ...] = ()
    """What a reader should know, and no reason to fail."""

    @property
    def passed(self) -> bool:
        """True when nothing failed."""
        return all(check.fine for check in self.checks)


def gate_command(
    settings: Settings,
    *,
    given: Sequence[Path] = (),
    floor_of: str | None = None,
    why: str | None = None,
    day: date,
) -> Gate:
    """Do what `factnotes eval gate` does; the command prints `checks` and `notes` and ends with 4 unless `passed`.

    With `floor_of` (a prompt's name) its floor is first set from the newest complete evaluation of the live version;
    with `why` broken floors are first lowered to what was measured. Both together set a floor below one that an older
    scorer measured. Raises PromptError, InputError.
    """
    folder, done = settings.prompts, list[str]()
    if floor_of is not None:
        live, found = load_prompt(floor_of, folder), known_bundles(folder, settings.home, given)
        done += set_floor(folder, floor_of, newest_of(live, found), day, why)
    elif why is not None:
        done += lower_floors(folder, settings.home, why, day, given) or ("no floor is broken: nothing was lowered",)
    gate = run_gate(folder, settings.home, given)
    return gate.model_copy(update={"notes": (*done, *gate.notes)})


def newest_of(live: Prompt, found: Iterable[Bundle]) -> Bundle:
    """Return the newest complete evaluation that holds a version; raises InputError."""
    holding = [
        bundle
        for bundle in found
        if bundle.manifest.complete and any(each.prompt_ref == live.ref for each in bundle.evaluation.variants)
    ]
    if not holding:
        raise InputError(f"there is no complete evaluation of {live.ref}: run `factnotes eval run` first")
    return max(holding, key=lambda each: (each.evaluation.created_at, each.evaluation.id))


def known_bundles(folder: Path, home: Path, given: Sequence[Path] = ()) -> tuple[Bundle, ...]:
    """Return the evaluations to look at: those given, those kept beside the prompts, the desk's own."""
    return (*(Bundle(path) for path in given), *bundles(folder), *bundles(home))


def run_gate(folder: Path, home: Path, given: Sequence[Path] = ()) -> Gate:
    """Look at the prompts in a folder with the evaluations there are. Raises PromptError, InputError."""
    problems = lock_problems(folder)
    checks = [Checked(what="live prompts", fine=False, how=problem) for problem in problems]
    if not problems:
        count = len(live_prompts(folder))
        checks.append(Checked(what="live prompts", fine=True, how=f"{count} live versions are as they were promoted"))
    floors, found = read_floors(folder), known_bundles(folder, home, given)
    checks += [_check_floor(floor, folder, found) for floor in floors]
    bare = sorted({prompt.name for prompt in live_prompts(folder)} - {floor.prompt for floor in floors})
    notes = [f"{name} has no floor: what it achieves is not gated" for name in bare]
    return Gate(checks=tuple(checks), notes=tuple(notes))


def _check_floor(floor: Floor, folder: Path, found: Iterable[Bundle]) -> Checked:
    what = f"{floor.prompt} with {floor.model} on {floor.suite}"
    try:
        scores = _scores(floor, load_prompt(floor.prompt, folder), found)
    except FactnotesError as error:
        return Checked(what=what, fine=False, how=str(error))
    parts, fine = [], True
    for name, level in sorted(floor.figures.items()):
        value = value_of(scores, name)
        agreed = f"floor {level.floor:.3f}, noise {level.noise:.3f}"
        if value is None:
            parts.append(f"{name}: nothing to say ({agreed})")
            fine = False
        else:
            parts.append(f"{name} {value:.3f} ({agreed})")
            fine = fine and value >= level.least
    how = ", ".join(parts) + f"; {scores.cases} cases, {sum(scores.failures.values())} failures"
    advice = '; evaluate again, mend the prompt, or accept it with --lower-floor "why"'
    return Checked(what=what, fine=fine, how=how if fine else how + advice)


def _scores(floor: Floor, live: Prompt, found: Iterable[Bundle]) -> Scores:
    """Score the newest whole evaluation of the live prompt on the pinned suite; raises InputError."""
    fitting = [(bundle, variant) for bundle in found if (variant := answered(live, floor, bundle)) is not None]
    if not fitting:
        raise InputError(
            f"there is no evaluation of {live.ref} with {floor.model} on the pinned suite {floor.suite} "
            f"({floor.suite_digest}): run `factnotes eval run {floor.suite} --prompt {floor.prompt}@{live.version}`, "
            "or name its folder"
        )
    bundle, variant = max(fitting, key=lambda each: (each[0].evaluation.created_at, each[0].evaluation.id))
    _require_whole(bundle)
    if floor.scorer != SCORER:
        raise InputError(f"the floor was set by scorer {floor.scorer}, this is {SCORER}: set it again with --set-floor")
    return score_answers(bundle.suite(), variant, prove_again(bundle, variant))


def _require_whole(bundle: Bundle) -> None:
    changed = bundle.changed_files()
    if changed:
        raise InputError(f"the evaluation {bundle.evaluation.id} is not as it was stored: {changed[0]}")


def lower_floors(folder: Path, home: Path, why: str, day: date, given: Sequence[Path] = ()) -> tuple[str, ...]:
    """Bring the floors that are broken down to what was measured, with a line in the log; return those lines."""
    _need(why)
    found, lines, floors = known_bundles(folder, home, given), [], []
    for floor in read_floors(folder):
        scores = _scores(floor, load_prompt(floor.prompt, folder), found)
        lowered = _lowered(floor, scores)
        floors.append(lowered)
        lines += [
            f"Floor of {floor.prompt} with {floor.model} on {floor.suite} lowered: {name} {level.floor:.3f} to "
            f"{lowered.figures[name].floor:.3f}, because: {why}"
            for name, level in floor.figures.items()
            if lowered.figures[name] != level
        ]
    if lines:
        _write(folder, floors, day, lines)
    return tuple(lines)


def _lowered(floor: Floor, scores: Scores) -> Floor:
    figures = dict(floor.figures)
    for name, level in floor.figures.items():
        figure = scores.figure(name)
        reached = level_of(figure) if figure is not None else None
        if reached is not None and reached.floor < level.least:
            figures[name] = reached
    return floor.model_copy(update={"figures": figures, "evaluation": floor.evaluation})


def set_floor(folder: Path, prompt: str, bundle: Bundle, day: date, why: str | None = None) -> tuple[str, ...]:
    """Agree on what the live version of a prompt reaches in an evaluation, its replies proven by the code of now.

    Raises PromptError where that is lower than what was agreed; where another scorer had measured that, it needs a why.
    """
    if why is not None:
        _need(why)
    _require_whole(bundle)
    live, suite = load_prompt(prompt, folder), bundle.suite()
    answered = [each for each in bundle.evaluation.variants if each.prompt_ref == live.ref and each.model]
    if not answered or not bundle.manifest.complete:
        raise InputError(f"the evaluation {bundle.evaluation.id} holds no complete answers of {live.ref}")
    known = {floor.key: floor for floor in read_floors(folder)}
    lines = []
    for variant in answered:
        scores = score_answers(suite, variant, prove_again(bundle, variant))
        levels = {name: level_of(figure) for name in GATED if (figure := scores.figure(name)) is not None}
        floor = Floor(
            prompt=prompt,
            model=str(variant.model),
            parameters=deciding(variant.parameters),
            suite=suite.name,
            suite_digest=suite.digest,
            scorer=SCORER,
            evaluation=bundle.evaluation.id,
            figures={name: level for name, level in levels.items() if level is not None},
        )
        lower = _refuse_lower(known.get(floor.key), floor, why)
        known[floor.key] = floor
        reached = ", ".join(
            f"{name} {level.floor:.3f} (noise {level.noise:.3f})" for name, level in floor.figures.items()
        )
        lines.append(
            f"Floor of {prompt} with {floor.model} on {floor.suite} set: {reached}, "
            f"n {scores.cases}, failures {sum(scores.failures.values())}, evaluation {floor.evaluation}{lower}"
        )
    _write(folder, known.values(), day, lines)
    return tuple(lines)


def _refuse_lower(before: Floor | None, after: Floor, why: str | None) -> str:
    """Return what the log adds where an older scorer's floor is lowered; raises PromptError where none may be."""
    changes = ""
    for name, level in before.figures.items() if before else ():
        if name in after.figures and after.figures[name].floor >= level.floor:
            continue
        if before is None or before.scorer == after.scorer:
            raise PromptError(
                f"{name} of {after.prompt} would go below the agreed {level.floor:.3f}: "
                'a floor is lowered with `factnotes eval gate --lower-floor "why"` alone'
            )
        if why is None:
            raise PromptError(
                f"{name} of {after.prompt} would go below the {level.floor:.3f} of scorer {before.scorer}: "
                'say why, with --set-floor and --lower-floor "why" together'
            )
        changes += f"; {name} lowered from the {level.floor:.3f} of scorer {before.scorer}, because: {why}"
    return changes


def _write(folder: Path, floors: Iterable[Floor], day: date, lines: Iterable[str]) -> None:
    problems = lock_problems(folder)
    if problems:
        raise PromptError(f"first mend what the gate found: {problems[0]}")
    write_floors(folder, floors)
    for line in lines:
        write_log(folder, day, line)
    write_lock(folder)


def _need(why: str) -> None:
    if len(why.split()) < 2:
        raise InputError("say in words why the floor may be lowered: the log keeps it")
