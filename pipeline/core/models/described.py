"""What fields of a model are for: the docstrings below them, read when a schema is asked for and not at each import."""

from __future__ import annotations

import ast
import inspect
from functools import cache
from itertools import pairwise
from textwrap import dedent


@cache
def descriptions(model: type) -> dict[str, str]:
    """Return what stands below each field of a class and of those it comes from; nothing where their source is gone.

    Pydantic's `use_attribute_docstrings` does it at import, for every model: a tenth of a short command's time.
    """
    found: dict[str, str] = {}
    for each in reversed(model.__mro__):
        found |= _own(each) if "__annotations__" in vars(each) else {}
    return found


def _own(model: type) -> dict[str, str]:
    try:
        source = inspect.getsource(model)
    except (OSError, TypeError):
        return {}
    (defined,) = ast.parse(dedent(source)).body
    body = defined.body if isinstance(defined, ast.ClassDef) else []
    return {
        field.target.id: inspect.cleandoc(below.value.value)
        for field, below in pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str)
    }
