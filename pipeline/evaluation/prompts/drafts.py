"""Drafts of prompts as people type them: read strictly, tried as they are, kept as the next version.

A draft is a template that somebody types into a page, so it may do no more than a prompt needs: fill inputs in,
each between marks, choose and repeat. That bounds what a render costs, and keeps text of others apart.
"""

from __future__ import annotations

from pathlib import Path

import yaml
from jinja2 import Environment, TemplateError, nodes

from pipeline.core.errors import PromptError
from pipeline.evaluation.prompts.catalogue import add_version, newest_version, unfenced
from pipeline.llm import Prompt, load_prompt, parse_prompt

LONGEST = 30_000
"""Characters of a draft's text."""

_ALLOWED = (
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Filter,
    nodes.Const,
    nodes.Concat,
    nodes.For,
    nodes.If,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
)


def read_draft(origin: Prompt, purpose: str, body: str, folder: Path) -> Prompt:
    """Return what was typed as the next version of a prompt, with the inputs of the one it was made from.

    Raises PromptError that says what is wrong with it.
    """
    if not body.strip():
        raise PromptError("the draft is empty")
    if len(body) > LONGEST:
        raise PromptError(f"the draft is longer than {LONGEST} characters; shorten it")
    version = newest_version(origin.name, folder) + 1
    draft = parse_prompt(origin.name, version, _content(origin, purpose, body), "the draft")
    outside = unfenced(draft.body)
    if outside:
        raise PromptError(
            f'the draft: {outside[0]} stands outside a fence: write {{{{ {outside[0]} | fenced("a name") }}}}'
        )
    return draft


def _content(origin: Prompt, purpose: str, body: str) -> str:
    _require_plain(body)
    fields = {"purpose": " ".join(purpose.split()) or origin.header.purpose, "status": "draft"}
    header = yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{header}inputs: [{', '.join(origin.header.inputs)}]\n---\n{body.strip()}\n"


def _require_plain(body: str) -> None:
    """Raise PromptError for a template that does more than fill in, choose and repeat."""
    try:
        parsed = Environment(autoescape=False).parse(body)  # noqa: S701 # nosec B701 # never rendered
    except TemplateError as error:
        raise PromptError(f"the draft: {' '.join(str(error).split())}") from error
    except RecursionError as error:
        raise PromptError("the draft: its expressions are nested too deeply") from error
    for node in parsed.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED) or (isinstance(node, nodes.Filter) and node.name != "fenced"):
            what = node.name if isinstance(node, nodes.Filter) else type(node).__name__.lower()
            raise PromptError(f"the draft: line {node.lineno}: {what} is not for prompts: fill in, fence, if and for")
        if isinstance(node, nodes.For) and (not isinstance(node.iter, nodes.Name) or node.recursive or _repeats(node)):
            raise PromptError(f"the draft: line {node.lineno}: for goes over an input, and not within another for")


def _repeats(node: nodes.For) -> bool:
    return next(node.find_all(nodes.For), None) is not None


def save_draft(draft: Prompt, folder: Path) -> Prompt:
    """Write a draft as the next version and return it; the newest version where that says the same already.

    Raises PromptError.
    """
    newest = load_prompt(draft.name, folder, newest_version(draft.name, folder))
    if newest.sha256 == draft.sha256:
        return newest
    version = newest.version + 1
    add_version(draft.name, folder, version, _content(draft, draft.header.purpose, draft.body))
    return load_prompt(draft.name, folder, version)
