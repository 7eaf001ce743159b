"""The prompts of a desk: which there are, what each reached, how two versions differ, whether a file is sound."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from jinja2 import Environment, nodes
from pydantic import ValidationError

from pipeline.check import VERDICT_INPUTS
from pipeline.core.errors import FactnotesError, InputError, PromptError
from pipeline.core.models import Value
from pipeline.evaluation.prompts.lock import lock_problems, name_of, read_lock, write_whole
from pipeline.evaluation.run.bundle import Bundle
from pipeline.evaluation.run.replay import Scored
from pipeline.evaluation.scores import Figure, score_answers
from pipeline.llm import Prompt, load_prompt, prompt_files, prompt_names
from pipeline.store import LATEST

USED: dict[str, str] = {
    "detect_claims": "finding claims (check, estimate; stage detection)",
    "predict_verdict": "judging claims (check, estimate; stage verdict)",
}
"""Where each prompt is used; a prompt that is not here is used nowhere."""

_OURS = frozenset({"as_of", "number", "found"})
"""Values that we make ourselves: the only ones that may stand outside a fence."""


class PromptRow(Value):
    """One version of a prompt, as a list shows it."""

    name: str
    version: int
    status: str
    ref: str
    purpose: str
    used: str
    """Where it is used; empty for what is not taken: drafts, older versions."""
    locked: bool
    """True when it was promoted, or live before promotions began."""
    reached: tuple[str, ...] = ()
    """Its headline figure with each model, from the newest complete evaluation that holds it."""
    evaluation: str | None = None


def list_prompts(folder: Path, found: Sequence[Bundle] = ()) -> tuple[PromptRow, ...]:
    """Return every version of every prompt, with what it reached in stored evaluations. Raises PromptError."""
    lock = read_lock(folder) or {}
    rows = []
    for name in prompt_names(folder):
        versions = [load_prompt(name, folder, number) for number in prompt_files(name, folder)]
        taken = max((each.version for each in versions if each.header.status == "live"), default=None)
        for prompt in versions:
            evaluation, reached = _reached(prompt, found)
            rows.append(
                PromptRow(
                    name=name,
                    version=prompt.version,
                    status=prompt.header.status,
                    ref=prompt.ref,
                    purpose=prompt.header.purpose,
                    used=USED.get(name, "nowhere") if prompt.version == taken else "",
                    locked=name_of(prompt) in lock,
                    reached=reached,
                    evaluation=evaluation,
                )
            )
    return tuple(rows)


def _reached(prompt: Prompt, found: Iterable[Bundle]) -> tuple[str | None, tuple[str, ...]]:
    """Return the newest complete evaluation that holds a version, and its headline figure with each model."""
    for bundle in sorted(found, key=lambda each: each.evaluation.created_at, reverse=True):
        variants = [each for each in bundle.evaluation.variants if each.prompt_ref == prompt.ref]
        if not variants or not bundle.manifest.complete:
            continue
        scores = _headlines(bundle, [variant.id for variant in variants])
        if scores:
            suite = bundle.evaluation.suite
            lines = [f"{each.model} on {suite}: {scores[each.id]}" for each in variants if each.id in scores]
            return bundle.evaluation.id, tuple(lines)
    return None, ()


def _headlines(bundle: Bundle, variants: Sequence[str]) -> dict[str, Figure]:
    """Return the headline of each variant, as it was stored or else scored now; an evaluation without any has none."""
    try:
        stored = Scored.model_validate_json((bundle.folder / "scores.json").read_bytes())
        return {each.variant: each.headline for each in stored.scores if each.variant in variants}
    except (OSError, ValidationError):
        pass
    try:
        suite, answers = bundle.suite(), bundle.answers()
        known = {each.id: each for each in bundle.evaluation.variants}
        return {each: score_answers(suite, known[each], answers).headline for each in variants}
    except FactnotesError:
        return {}  # an evaluation that cannot be scored tells nothing of the prompt


def find_version(named: str, folder: Path) -> Prompt:
    """Return the prompt of `name` (what is live, else the newest), `name@2` or `name@latest`. Raises PromptError."""
    name, number = name_and_number(named, folder)
    if number:
        return load_prompt(name, folder, number)
    try:
        return load_prompt(name, folder)
    except PromptError:
        return load_prompt(name, folder, newest_version(name, folder))


def name_and_number(named: str, folder: Path) -> tuple[str, int | None]:
    """Read `name@2` or `name@latest`; there is no number in `name` alone. Raises PromptError."""
    name, at, number = named.partition("@")
    if not at:
        return name, None
    if number in LATEST:
        return name, newest_version(name, folder)
    if not re.fullmatch(r"v?[1-9]\d{0,8}", number, re.ASCII):
        raise PromptError(f"{named!r} is not a version of a prompt: write {name}@2 or {name}@latest")
    return name, int(number.removeprefix("v"))


def newest_version(name: str, folder: Path) -> int:
    """Return the highest number of a prompt's versions. Raises PromptError that names the prompts there are."""
    known = prompt_files(name, folder)
    if not known:
        raise PromptError(
            f"there is no prompt {name} in {folder}: known are {', '.join(prompt_names(folder)) or 'none'}"
        )
    return max(known)


def new_version(name: str, folder: Path, origin: int | None = None) -> Path:
    """Copy a version (the newest unless named) to the next number as a draft; return its file. Raises PromptError."""
    newest = newest_version(name, folder)
    source = prompt_files(name, folder).get(origin or newest)
    if source is None:
        raise PromptError(f"there is no version {origin} of the prompt {name}")
    load_prompt(name, folder, origin or newest)  # a file that is wrong is not copied
    content = source.read_text(encoding="utf-8")
    return add_version(name, folder, newest + 1, re.sub(r"(?m)^status:.*$", "status: draft", content, count=1))


def add_version(name: str, folder: Path, version: int, content: str) -> Path:
    """Write the file of a version that is not there yet, whole or not at all; return it. Raises PromptError."""
    path = folder / name / f"v{version}.md"
    try:
        with path.open("x", encoding="utf-8"):
            pass
    except FileExistsError as error:
        raise PromptError(f"{path} is there already: somebody made it just now") from error
    except OSError as error:
        raise PromptError(f"{path} cannot be written ({error.strerror})") from error
    write_whole(path, content)
    return path


def diff_versions(older: Prompt, newer: Prompt) -> tuple[str, ...]:
    """Return the lines of a unified diff of what two versions say to the model, and of their front matter."""
    lines = difflib.unified_diff(_lines(older), _lines(newer), name_of(older), name_of(newer), lineterm="", n=2)
    return tuple(lines)


def diff_words(older: Prompt, newer: Prompt) -> tuple[str, ...]:
    """Return the lines that differ with the words that went in [- -] and those that came in {+ +}."""
    marked = ""
    for went, came in word_changes(older, newer):
        marked += came if went == came else _marked(went, "[-", "-]") + _marked(came, "{+", "+}")
    return tuple(line for line in marked.split("\n") if "[-" in line or "{+" in line)


def word_changes(older: Prompt, newer: Prompt) -> tuple[tuple[str, str], ...]:
    """Return two versions as pairs of what one says and what the other says in its place; the same where they agree."""
    one, other = (re.findall(r"\s|\S+", "\n".join(_lines(each))) for each in (older, newer))
    matcher = difflib.SequenceMatcher(a=one, b=other, autojunk=False)
    return tuple(
        ("".join(one[start:end]), "".join(other[first:last])) for _, start, end, first, last in matcher.get_opcodes()
    )


def _marked(text: str, opening: str, closing: str) -> str:
    return "\n".join(f"{opening}{part}{closing}" if part.strip() else part for part in text.split("\n"))


def _lines(prompt: Prompt) -> list[str]:
    header = [f"purpose: {prompt.header.purpose}", f"inputs: {', '.join(prompt.header.inputs)}", ""]
    return header + prompt.body.splitlines()


def check_prompts(folder: Path) -> tuple[str, ...]:
    """Return a line for everything that is wrong with the prompts in a folder; nothing is sent to a model."""
    if not prompt_names(folder):
        raise InputError(f"there is no prompt in {folder}")
    problems: list[str] = []
    for name in prompt_names(folder):
        try:
            versions = [load_prompt(name, folder, number) for number in prompt_files(name, folder)]
        except PromptError as error:
            problems.append(str(error))
            continue
        problems += _problems(name, versions)
    return (*problems, *(() if problems else lock_problems(folder)))


def _problems(name: str, versions: Sequence[Prompt]) -> Iterator[str]:
    live = [each for each in versions if each.header.status == "live"]
    if not live:
        yield f"{name}: no version is live"
    taken = [frozenset(each.header.inputs) for each in live[-1:]]
    forms = VERDICT_INPUTS if name == "predict_verdict" and set(taken) <= set(VERDICT_INPUTS) else taken
    for prompt in versions:
        if live and frozenset(prompt.header.inputs) not in forms:
            known = " or ".join(", ".join(sorted(form)) for form in forms)
            yield f"{name_of(prompt)}: the desk cannot fill its inputs in: they must be {known}"
        for expression in unfenced(prompt.body):
            yield f"{name_of(prompt)}: {expression} stands outside a fence: write {{{{ {expression} | fenced(...) }}}}"


def unfenced(body: str) -> tuple[str, ...]:
    """Return the expressions of a template that put text of others into a prompt without marks around it."""
    found = []
    parsed = Environment(autoescape=False).parse(body)  # noqa: S701 # nosec B701 # never rendered
    for output in parsed.find_all(nodes.Output):
        for node in output.nodes:
            if isinstance(node, nodes.TemplateData) or (isinstance(node, nodes.Filter) and node.name == "fenced"):
                continue
            if _last_name(node) not in _OURS:
                found.append(_words(node))
    return tuple(found)


def _last_name(node: nodes.Expr) -> str | None:
    if isinstance(node, nodes.Name):
        return node.name
    return node.attr if isinstance(node, nodes.Getattr) else None


def _words(node: nodes.Expr) -> str:
    if isinstance(node, nodes.Getattr):
        return f"{_words(node.node)}.{node.attr}"
    names = [each.name for each in node.find_all(nodes.Name)]
    return node.name if isinstance(node, nodes.Name) else f"something of {' and '.join(names) or 'a constant'}"
