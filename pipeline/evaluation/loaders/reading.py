"""Rows of a data file, whatever its form: JSON Lines, a JSON list, CSV or TSV. A bad row is counted, never an error."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pipeline.core.errors import InputError

Row = Mapping[str, Any]


class Unusable(Exception):
    """A row that becomes no case; its text is the reason it is counted under."""


def read_bytes(path: Path) -> bytes:
    """Return the file's content; raises InputError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): check the path") from error


def rows_of(content: bytes, name: str) -> Iterator[Row | Unusable]:
    """Give each row of a file, or why it cannot be used; `name` tells CSV and TSV from JSON. Raises InputError.

    A file of JSON is a list of rows, one row, or one row a line.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: not in UTF-8 (byte {error.start}): save it as UTF-8") from error
    if name.lower().endswith(".tsv"):
        return _tsv(text)
    if name.lower().endswith(".csv"):
        return _csv(text)
    return _json(text)


def _json(text: str) -> Iterator[Row | Unusable]:
    if text.lstrip().startswith("["):
        whole = _parsed(text)
        if isinstance(whole, list):
            return (_object(each) for each in whole)
    elif "\n" in text.strip() and isinstance(whole := _parsed(text), dict):
        return iter([whole])  # one object over several lines
    return (_object(_parsed(line)) for line in text.split("\n") if line.strip())


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return Unusable("not JSON")


def _object(value: Any) -> Row | Unusable:
    if isinstance(value, (Unusable, dict)):
        return value
    return Unusable("not a JSON object")


def _csv(text: str) -> Iterator[Row | Unusable]:
    lines = csv.reader(io.StringIO(text.replace("\0", ""), newline=""))
    return _tabled(lines)


def _tsv(text: str) -> Iterator[Row | Unusable]:
    """Give rows of tab-separated text; quotation marks are text there, but for those around a whole cell."""
    lines = (
        [_unwrapped(cell) for cell in line.removesuffix("\r").split("\t")] for line in text.split("\n") if line.strip()
    )
    return _tabled(lines)


def _unwrapped(cell: str) -> str:
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        inner = cell[1:-1]
        return inner.replace('""', '"') if '"' not in inner.replace('""', "") else cell
    return cell


def _tabled(lines: Iterator[list[str]]) -> Iterator[Row | Unusable]:
    header: list[str] | None = None
    while True:
        try:
            cells = next(lines)
        except StopIteration:
            return
        except csv.Error:
            yield Unusable("not a row of the table")
            continue
        if header is None:
            header = [name.strip().casefold() for name in cells]
        elif len(cells) != len(header):
            if any(cells):
                yield Unusable(f"{len(cells)} cells under {len(header)} headings")
        else:
            yield dict(zip(header, cells, strict=True))


def text_in(row: Row, *names: str) -> str:
    """Return the text under the first of the names that is there, spaces folded; raises Unusable."""
    for name in names:
        value = row.get(name)
        if isinstance(value, str) and value.strip():
            return _sound(" ".join(value.split()))
    raise Unusable(f"no {names[0]}")


def text_or_none(row: Row, *names: str) -> str | None:
    """Return the text under the first of the names that is there, or None."""
    try:
        return text_in(row, *names)
    except Unusable:
        return None


def objects_in(row: Row, name: str) -> list[Row]:
    """Return the objects of a list, none where there is no list."""
    value = row.get(name)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def texts_in(row: Row, name: str) -> tuple[str, ...]:
    """Return the texts of a list, none where there is no list."""
    value = row.get(name)
    if not isinstance(value, list):
        return ()
    return tuple(_sound(" ".join(each.split())) for each in value if isinstance(each, str) and each.strip())


def day_in(row: Row, name: str) -> date | None:
    """Return a day written `2020-10-31` or `31-10-2020`; None where there is none. Raises Unusable."""
    value = row.get(name)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    for form in ("%Y-%m-%d", "%d-%m-%Y"):
        try:
            return datetime.strptime(str(value).strip(), form).date()  # noqa: DTZ007 # a day has no zone
        except ValueError:
            continue
    raise Unusable(f"{name} is not a day")


def _sound(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Unusable("half a character") from None
    return text
