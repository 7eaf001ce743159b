"""Prompts: versioned files that check themselves.

`prompts/<name>/v<N>.md` holds a front matter (purpose, status, inputs) and a jinja2 template. Text that
others wrote goes through the filter `fenced`, which puts it between marks that it cannot hold itself, without what
speaks to a model in it (`core.english.find_addressed`):

    {{ article | fenced("article") }}
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml
from jinja2 import StrictUndefined, Template, TemplateError, meta, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import ValidationError

from pipeline.core.english import without_addressed
from pipeline.core.errors import PromptError
from pipeline.core.models import Value
from pipeline.core.ports import Rendered

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_DRAFT = re.compile(r"^status:[ \t]*[\"']?draft[\"']?[ \t]*$", re.MULTILINE)
_MARK = "the mark"
"""Where a render keeps its mark: no input of a prompt can have a name with a space."""

LEFT_OUT = "[words left out here: they speak to whoever checks, not to readers]"
"""What a model is given in the place of orders to it, of turns of a conversation and of marks that end a part."""

_FRONT_MATTER = re.compile(r"---\n(?P<header>.*?)\n---\n(?P<body>.*)", re.DOTALL)


class Header(Value):
    """The front matter of a prompt file."""

    purpose: str
    status: Literal["live", "draft"]
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class Prompt:
    """One version of a prompt."""

    name: str
    version: int
    header: Header
    body: str
    digest: str
    """The first 8 hex digits of `sha256`."""
    sha256: str = ""
    """Of the file as it is (or will be) when it is live: a draft that is promoted keeps its digest."""

    @property
    def ref(self) -> str:
        """`name@version+digest`, which every verdict made with it keeps."""
        return f"{self.name}@{self.version}+{self.digest}"

    def render(self, **inputs: Any) -> Rendered:
        """Fill the inputs in; what they hold is text, never template. Raises PromptError."""
        self._check(inputs)
        try:
            text = _template(self.body).render({**inputs, _MARK: _mark(self.body, inputs)})
        except TemplateError as error:
            raise PromptError(f"{self.ref}: {error}") from error
        return Rendered(text=text, ref=self.ref)

    def _check(self, inputs: Mapping[str, Any]) -> None:
        missing, extra = set(self.header.inputs) - set(inputs), set(inputs) - set(self.header.inputs)
        if missing or extra:
            wrong = [f"missing {name}" for name in sorted(missing)] + [f"unknown {name}" for name in sorted(extra)]
            raise PromptError(f"{self.ref}: inputs do not fit: {', '.join(wrong)}")


def load_prompt(name: str, folder: Path, version: int | None = None) -> Prompt:
    """Return a prompt: the highest live version, or the one asked for, draft or not. Raises PromptError."""
    versions = prompt_files(name, folder)
    wanted = sorted(versions, reverse=True) if version is None else [version]
    for number in wanted:
        if number not in versions:
            break
        prompt = _read(name, number, versions[number])
        if version is not None or prompt.header.status == "live":
            return prompt
    found = ", ".join(f"v{number}" for number in sorted(versions)) or "nothing"
    what = "live version" if version is None else f"version {version}"
    raise PromptError(f"no {what} of the prompt {name} in {folder / name}: there is {found}")


def prompt_names(folder: Path) -> tuple[str, ...]:
    """Return the names of the prompts in a folder."""
    found = sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    return tuple(name for name in found if _NAME.fullmatch(name) and prompt_files(name, folder))


def prompt_files(name: str, folder: Path) -> dict[int, Path]:
    """Return the file of each version of a prompt, in their order. Raises PromptError for what cannot be a name."""
    if not _NAME.fullmatch(name):
        raise PromptError(f"{name!r} is not the name of a prompt: use small letters, digits and _")
    files = {path: re.fullmatch(r"v([1-9]\d*)", path.stem) for path in (folder / name).glob("*.md")}
    return dict(sorted((int(number.group(1)), path) for path, number in files.items() if number))


def as_live(content: str) -> str:
    """Return the text of a prompt file with the status live: what promotion writes, and what its digest is made of."""
    parts = _FRONT_MATTER.fullmatch(content)
    if parts is None:
        return content
    header = _DRAFT.sub("status: live", parts["header"], count=1)
    return f"---\n{header}\n---\n{parts['body']}"


def _read(name: str, version: int, path: Path) -> Prompt:
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"{path}: {' '.join(str(error).split())}") from error
    return parse_prompt(name, version, content, str(path))


@lru_cache(maxsize=64)
def parse_prompt(name: str, version: int, content: str, where: str) -> Prompt:
    """Return the prompt that a file's content makes; `where` names it in a PromptError."""
    try:
        parts = _FRONT_MATTER.fullmatch(content)
        if parts is None:
            raise PromptError(f"{where}: it does not begin with a front matter between two lines of ---")
        header = Header.model_validate(yaml.safe_load(parts["header"]))
        body = parts["body"].strip() + "\n"
        used = meta.find_undeclared_variables(_environment().parse(body))
    except (yaml.YAMLError, TemplateError) as error:
        raise PromptError(f"{where}: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        problem = error.errors()[0]
        raise PromptError(f"{where}: front matter: {'.'.join(map(str, problem['loc']))}: {problem['msg']}") from error
    if used != set(header.inputs):
        unlike = ", ".join(sorted(used ^ set(header.inputs)))
        raise PromptError(f"{where}: declared and used inputs differ: {unlike}")
    sha256 = hashlib.sha256(as_live(content).encode()).hexdigest()
    return Prompt(name=name, version=version, header=header, body=body, digest=sha256[:8], sha256=sha256)


@lru_cache(maxsize=64)
def _template(body: str) -> Template:
    """Compile a prompt once: an evaluation renders it thousands of times."""
    return _environment().from_string(body)


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,  # a prompt is plain text, never a web page
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

    @pass_context
    def fenced(context: Context, text: object, label: str) -> str:
        mark = context[_MARK]
        return f"<{label}-{mark}>\n{without_addressed(str(text), LEFT_OUT)}\n</{label}-{mark}>"

    environment.filters["fenced"] = fenced
    return environment


def _mark(body: str, inputs: Mapping[str, Any]) -> str:
    """Return a mark that does not occur in the inputs, the same for the same inputs, so that answers can be cached."""
    data = json.dumps(inputs, ensure_ascii=False, sort_keys=True, default=str)
    seed = hashlib.sha256((body + data).encode(errors="surrogatepass")).hexdigest()
    while seed[:12] in data:
        seed = hashlib.sha256(seed.encode()).hexdigest()
    return seed[:12]
