"""Read a file of rows or of one document: JSONL, JSON, CSV or YAML, recognised by content, not by its name."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from pipeline.core.errors import InputError

Row = Mapping[str, Any]


class Numbered(NamedTuple):
    """A row, or what is wrong with it, and where it stands."""

    where: str
    """Such as `line 3` or `memberships[2]`."""
    row: Row
    problem: str | None = None


def read_text(path: Path) -> str:
    """Return a file's text; raises InputError where it cannot be read or is not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): check the path") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8: save it as UTF-8") from error


def read_content(path: Path) -> list[Numbered] | Any:
    """Return a file's rows, or the one value a JSON or YAML document holds; raises InputError."""
    text = read_text(path)
    start = text.lstrip()[:1]
    if not start:
        raise InputError(f"{path} is empty")
    if path.suffix.lower() in (".yaml", ".yml"):
        return _yaml(path, text)
    if start in "{[":
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as error:
            if _is_json_lines(text):
                return list(json_lines(text))
            raise InputError(f"{path} is not JSON ({getattr(error, 'msg', 'nested too deeply')})") from error
        return document
    if text.lstrip().startswith(("- ", "---")):
        return _yaml(path, text)
    return list(_csv(path, text))


def _is_json_lines(text: str) -> bool:
    """Tell whether a text that is no JSON document has an object on one of its first lines."""
    return any(each.row for each in itertools.islice(json_lines(text), 20))


def json_lines(text: str) -> Iterator[Numbered]:
    """Return the rows of JSON Lines; empty lines are left out."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        where = f"line {number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield Numbered(where, {}, f"not JSON ({getattr(error, 'msg', 'nested too deeply')})")
            continue
        yield Numbered(where, row) if isinstance(row, dict) else Numbered(where, {}, "not an object with fields")


def _csv(path: Path, text: str) -> Iterator[Numbered]:
    first, _, rest = text.lstrip("\r\n").partition("\n")
    told = re.fullmatch(r"\s*sep=(?P<mark>[,;\t])\s*", first)  # how a spreadsheet says what stands between cells
    skipped = 0
    if told:
        text, first, skipped = rest, rest.split("\n", 1)[0], 1
    delimiter = told["mark"] if told else max(",;\t", key=first.count)
    if delimiter not in first:
        raise InputError(f"{path} is neither JSON, JSON Lines, YAML nor CSV with a row of column names")
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter, restkey="")
    try:
        for row in reader:
            cells = {name.strip(): value for name, value in row.items() if name}
            extra = "" in row
            if not extra and not any((value or "").strip() for value in cells.values()):
                continue
            yield Numbered(
                f"line {reader.line_num + skipped}", cells, "more cells than column names" if extra else None
            )
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num}: not CSV ({error})") from error


def _yaml(path: Path, text: str) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(text, loader)  # noqa: S506 # nosec B506 # both are safe loaders
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise InputError(f"{path} is not YAML ({' '.join(str(error).split())[:160]})") from error
