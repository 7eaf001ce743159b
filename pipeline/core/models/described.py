"""What fields of a model are for: the docstrings below them, read when a schema is asked for and not at each import."""

from __future__ import annotations

import inspect
import re
from functools import cache
from pathlib import Path

from pydantic import BaseModel

_FIELD = re.compile(r'^    (\w+):.*\n(?:(?: {5}.*|    [)\]}].*)?\n)*    """((?:.|\n)*?)"""', re.MULTILINE)
"""A field that may take several lines, and the docstring right below it."""


@cache
def descriptions(model: type[BaseModel]) -> dict[str, str]:
    """Return what stands below each field of a class and of those it comes from; nothing where their source is gone.

    Pydantic's `use_attribute_docstrings` does it at import, for every model: a tenth of a short command's time. No
    `ast` is used, because threads ask for schemas and Python 3.11 parses in one thread at a time or fails.
    """
    found: dict[str, str] = {}
    for each in reversed(model.__mro__[: model.__mro__.index(BaseModel)]):
        found |= _own(each)
    return found


def _own(model: type) -> dict[str, str]:
    try:
        source = Path(inspect.getfile(model)).read_text(encoding="utf-8")
    except (OSError, TypeError):
        return {}
    defined = re.search(rf"^class {model.__qualname__}\b(?:.*\n(?=[\s)]))*.*\n", source, re.MULTILINE)
    return {name: inspect.cleandoc(words) for name, words in _FIELD.findall(defined[0])} if defined else {}
