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


IN_THREADS = """
import gc, time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
import pipeline.core.models as models
from pipeline.core.models.described import descriptions

nouns = [each for each in vars(models).values() if isinstance(each, type) and models.Value in each.__bases__]
alone = [descriptions(noun) for noun in nouns]
together = Barrier(8)

def ask(_):
    together.wait()
    return [descriptions.__wrapped__(noun) for noun in nouns]

gc.set_threshold(100)
gc.callbacks.append(lambda *_: time.sleep(0))  # as Dask does: threads change in the midst of what Python makes in C
with ThreadPoolExecutor(8) as pool:
    assert all(told == alone for told in pool.map(ask, range(8)))
"""


@pytest.mark.process
def test_threads_that_ask_at_the_same_time_are_all_told_the_same() -> None:
    done = subprocess.run([sys.executable, "-c", IN_THREADS], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
