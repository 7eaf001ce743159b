"""What is agreed about live prompts, kept beside them under version control.

live.lock     the sha256 of every live version, and of floors.yaml: a live text never changes unseen
floors.yaml   what each live prompt has reached on its pinned suite, and how much of that is noise
LOG.md        a line for everything that was tried, promoted or lowered, newest last
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError

from pipeline.core.errors import PromptError
from pipeline.core.models import Value
from pipeline.evaluation.cases import canonical
from pipeline.llm import Prompt, load_prompt, prompt_files, prompt_names

LOCK, FLOORS, LOG = "live.lock", "floors.yaml", "LOG.md"

_LOCK_HEAD = "# Written by `factnotes prompts`. A line here changes only with a promotion or a floor, never by hand.\n"
_FLOORS_HEAD = (
    "# What live prompts have reached. Written by `factnotes prompts promote` and `factnotes eval gate`, which also\n"
    "# lock it: a change by hand fails the gate.\n"
)


class Level(Value):
    """What a figure has reached."""

    floor: float
    noise: float = Field(ge=0)
    """Half the width of its 95 % interval when it was measured: a fall of less may be chance."""

    @property
    def least(self) -> float:
        """What it must not fall below."""
        return self.floor - self.noise


class Floor(Value):
    """What a prompt with one model has reached on one suite."""

    prompt: str
    model: str
    parameters: dict[str, Any] = {}
    """Those of the model that decide its answers; where its service stands does not."""
    suite: str
    suite_digest: str
    scorer: str
    evaluation: str
    """The evaluation that set it."""
    figures: dict[str, Level]

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Prompt, model, its parameters and suite: what two floors may not both have."""
        return self.prompt, self.model, canonical(self.parameters), self.suite_digest


def live_prompts(folder: Path) -> tuple[Prompt, ...]:
    """Return every live version of every prompt, older ones too. Raises PromptError for a file that is wrong."""
    found = [
        load_prompt(name, folder, number) for name in prompt_names(folder) for number in prompt_files(name, folder)
    ]
    return tuple(prompt for prompt in found if prompt.header.status == "live")


def read_lock(folder: Path) -> dict[str, str] | None:
    """Return the sha256 of each locked version (`name v1`) and of floors.yaml; None where there is no lock."""
    path = folder / LOCK
    if not path.exists():
        return None
    entries: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            name, _, digest = line.rpartition(" ")
            if len(digest) != 64 or not name:
                raise PromptError(f"{path}: cannot read the line {line[:60]!r}: take the file from version control")
            entries[name] = digest
    return entries


def write_lock(folder: Path) -> None:
    """Lock the live prompts and floors as they are now."""
    entries = {name_of(prompt): prompt.sha256 for prompt in live_prompts(folder)}
    if (folder / FLOORS).exists():
        entries[FLOORS] = _sha256(folder / FLOORS)
    write_whole(folder / LOCK, _LOCK_HEAD + "".join(f"{name} {digest}\n" for name, digest in sorted(entries.items())))


def lock_problems(folder: Path) -> tuple[str, ...]:
    """Return a line for each live prompt, or floor, that is not as it was locked."""
    lock = read_lock(folder)
    if lock is None:
        return (f"there is no {LOCK} in {folder}: make it with `factnotes prompts lock`",)
    live = {name_of(prompt): prompt for prompt in live_prompts(folder)}
    problems = [problem for name, digest in lock.items() if (problem := _changed(name, digest, live, folder))]
    problems += [
        f"{name} is live but was never promoted: run `factnotes prompts promote {name.replace(' v', ' ')}`"
        for name in live
        if name not in lock
    ]
    if (folder / FLOORS).exists() and FLOORS not in lock:
        problems.append(f"{FLOORS} was written by hand: set a floor with `factnotes eval gate --set-floor`")
    return tuple(problems)


def _changed(name: str, digest: str, live: Mapping[str, Prompt], folder: Path) -> str | None:
    if name == FLOORS:
        path = folder / FLOORS
        if path.exists() and _sha256(path) == digest:
            return None
        return f'{FLOORS} was changed by hand: take it back; `factnotes eval gate --lower-floor "why"` lowers a floor'
    if name not in live:
        return f"{name} was live and is not any more: bring its file back with the status live"
    if live[name].sha256 == digest:
        return None
    prompt = name.split()[0]
    return (
        f"{name} is live and its text was changed: take the change back and make it in `factnotes prompts new {prompt}`"
    )


def name_of(prompt: Prompt) -> str:
    """Return how a version is called in the lock: `name v1`."""
    return f"{prompt.name} v{prompt.version}"


def read_floors(folder: Path) -> tuple[Floor, ...]:
    """Return the floors; none where there is no file. Raises PromptError."""
    path = folder / FLOORS
    if not path.exists():
        return ()
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8")) or []
        return tuple(Floor.model_validate(row) for row in rows)
    except (ValidationError, TypeError, yaml.YAMLError) as error:
        raise PromptError(f"{path} cannot be read: {' '.join(str(error).split())[:200]}") from error


def write_floors(folder: Path, floors: Iterable[Floor]) -> None:
    """Write the floors in a stable order."""
    rows = [floor.model_dump(mode="json") for floor in sorted(floors, key=lambda floor: floor.key)]
    write_whole(folder / FLOORS, _FLOORS_HEAD + yaml.safe_dump(rows, sort_keys=False, allow_unicode=True, width=110))


def write_log(folder: Path, day: date, line: str) -> None:
    """Add a dated line to the log; a log that is not there begins."""
    path = folder / LOG
    text = path.read_text(encoding="utf-8") if path.exists() else "# Log of the prompts\n"
    write_whole(path, f"{text.rstrip()}\n- {day.isoformat()} {' '.join(line.split())}\n")


def write_whole(path: Path, text: str) -> None:
    """Write a file all or nothing."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(path)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
