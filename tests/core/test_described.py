"""What fields are for, as schemas tell it: the same as pydantic would read at import, whoever asks and however many."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from itertools import pairwise

import pytest
from pydantic import BaseModel, ConfigDict, Field

import pipeline.core.models as models
from pipeline.core.models import Value
from pipeline.core.models.described import descriptions


class Mill(Value):
    """A mill."""

    stones: int = 0
    """How many it has."""
    river: str | None = Field(
        default=None,
        alias="on",
    )
    """Where its water comes from;
    nothing for a windmill."""
    sails: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Say what it is."""
        return "mill"


class Watermill(Mill):
    """A mill with a wheel."""

    wheel: Mill | None = None
    """What turns."""


class ReadAtImport(BaseModel):
    """A mill."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    stones: int = 0
    """How many it has."""
    river: str | None = Field(
        default=None,
        alias="on",
    )
    """Where its water comes from;
    nothing for a windmill."""
    sails: tuple[str, ...] = ()


def test_a_schema_describes_fields_as_pydantic_does() -> None:
    assert Mill.model_json_schema() == ReadAtImport.model_json_schema() | {"title": "Mill"}


def test_a_field_that_comes_from_another_model_keeps_its_words() -> None:
    assert list(descriptions(Watermill)) == ["stones", "river", "wheel"]
    described = Watermill.model_json_schema()["properties"]
    assert described["stones"]["description"] == "How many it has."
    assert described["wheel"]["description"] == "What turns."


def test_a_model_without_a_source_has_no_words() -> None:
    made = type("Made", (Value,), {"__annotations__": {"x": int}, "__module__": "nowhere"})
    assert descriptions(made) == {}


def own_docstrings(model: type) -> int:
    """Count the docstrings below fields, with the parser: this is one thread."""
    body = ast.parse(inspect.getsource(model)).body[0].body  # type: ignore[attr-defined]
    return sum(
        isinstance(field, ast.AnnAssign) and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
        for field, below in pairwise(body)
    )


def test_no_docstring_of_the_nouns_is_missed() -> None:
    nouns = [each for each in vars(models).values() if isinstance(each, type) and Value in each.__bases__]
    assert len(nouns) > 20
    found = {noun.__name__: (len(descriptions(noun)), own_docstrings(noun)) for noun in nouns}
    assert not {name: each for name, each in found.items() if each[0] != each[1]}


@pytest.mark.process
def test_threads_that_ask_at_the_same_time_all_get_the_whole_schema() -> None:
    code = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pipeline.core.models import Article, Note, OfficeRecord, Passage, Report
sys.setswitchinterval(1e-6)
asked = [Report, Note, Passage, OfficeRecord, Article] * 4
with ThreadPoolExecutor(len(asked)) as pool:
    told = list(pool.map(lambda model: model.model_json_schema(), asked))
assert told == [model.model_json_schema() for model in asked]
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
