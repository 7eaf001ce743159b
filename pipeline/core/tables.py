"""Data tables: word lists, units, weights and prices in JSON or YAML, each read through the model that says its form.

YAML 1.1 reads a bare `off` as False and JSON keeps the last of two equal keys, so words must be text and nothing may
stand twice where it could count only once.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, StringConstraints, ValidationError

from pipeline.core.errors import TableError

Model = TypeVar("Model", bound=BaseModel)


class Table(BaseModel):
    """Base of every table: immutable, and closed, so that a misspelt row is no silent loss."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _each_once(values: object) -> object:
    if isinstance(values, list) and (repeated := _repeated(map(repr, values))):
        raise ValueError(f"{repeated} stands twice")
    return values


def _repeated(values: Iterable[str]) -> str | None:
    return next((value for value, times in Counter(values).items() if times > 1), None)


Word = Annotated[str, StringConstraints(strict=True, min_length=1, pattern=r"^\S(.*\S)?$")]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Spellings = Annotated[tuple[Word, ...], BeforeValidator(_each_once)]
"""Other words for a name, which may have none."""
Words = Annotated[frozenset[Word], BeforeValidator(_each_once), Field(min_length=1)]
WordList = Annotated[tuple[Word, ...], BeforeValidator(_each_once), Field(min_length=1)]
"""Words whose order counts."""


def _read_yaml(text: str) -> object:
    import yaml  # seldom needed, where nothing is checked

    class Loader(yaml.SafeLoader):
        """Refuses a mapping with two equal keys."""

        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
            keys = (repr(self.construct_object(key, deep=True)) for key, _ in node.value)
            if repeated := _repeated(keys):
                raise yaml.MarkedYAMLError(problem=f"{repeated} stands twice", problem_mark=node.start_mark)
            return super().construct_mapping(node, deep)

    try:
        return yaml.load(text, Loader)  # noqa: S506 # nosec B506 # a safe loader
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def _read_json(text: str) -> object:
    return json.loads(text, object_pairs_hook=_as_mapping)


def _as_mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if repeated := _repeated(repr(key) for key, _ in pairs):
        raise ValueError(f"{repeated} stands twice")
    return dict(pairs)


def read_table(package: str | None, file: str, model: type[Model]) -> Model:
    """Return a table that lies in a package, usually the reader's own `__package__`; raises TableError."""
    package = package or "pipeline"
    text = resources.files(package).joinpath(file).read_text("utf-8")
    return parse_table(text, f"{package.replace('.', '/')}/{file}", model)


def read_table_file(path: Path, model: type[Model]) -> Model:
    """Return a table that a person keeps in a file; raises TableError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TableError(f"{path} cannot be read: {error}") from error
    return parse_table(text, str(path), model)


def parse_table(text: str, name: str, model: type[Model]) -> Model:
    """Return a table from its text, JSON or YAML by the ending of its name; raises TableError with name and row."""
    try:
        return model.model_validate(_read_json(text) if name.endswith(".json") else _read_yaml(text))
    except ValidationError as error:
        raise TableError(f"{name} is not in the form it should have: {_first(error)}") from error
    except (ValueError, RecursionError) as error:
        raise TableError(f"{name} cannot be read: {' '.join(str(error).split())}") from error


def _first(error: ValidationError) -> str:
    """Return the first thing wrong, and its row."""
    wrong = error.errors(include_url=False)
    place, given = wrong[0]["loc"], wrong[0]["input"]
    if place[-1:] == ("[key]",):
        place = *place[:-2], repr(given)
    row = " > ".join(map(str, place)) or "the whole file"
    hint = " (on, off, yes and no need quotes in YAML)" if isinstance(given, bool) else ""
    more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
    return f"{row}: {wrong[0]['msg']}{hint}{more}"
