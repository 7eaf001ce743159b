"""Read tables of evidence, CSV and XLSX: each row is a passage, with the names of its columns and its place."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.core.errors import InputError
from pipeline.evidence.documents import Document, Piece, rows_of
from pipeline.evidence.sheet_colours import Colours, tables_of
from pipeline.evidence.sheet_sight import Seen, Unseen, sight_of, unseen_of

_MOST_ROWS = 50_000
_MOST_COLUMNS = 1_000
_MOST_SHEET_ROWS = 1_048_576
"""As many as a spreadsheet has; in one of a few kilobytes each row may end at the last of 16,384 columns."""
_RECORD_COLUMNS = ({"person", "office"}, {"person", "position"})
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DELIMITERS = ",;\t|"


def read_table(path: Path) -> Document:
    """Read a CSV, TSV or XLSX file; raises InputError where it holds no rows, or office records."""
    hidden, doubtful = Counter[str](), Counter[str]()
    counted = {Seen.NO: hidden, Seen.PERHAPS: doubtful}
    sheets = list(_xlsx_sheets(path, counted) if path.suffix.lower() == ".xlsx" else _csv_sheets(path))
    pieces: list[Piece] = []
    for sheet in sheets:
        pieces += _pieces(path, *sheet)
    if not pieces:
        raise InputError(f"{path} holds no rows below names of columns: check the file")
    problems: tuple[str, ...] = ()
    if len(pieces) > _MOST_ROWS:
        problems = (f"{path}: only the first {_MOST_ROWS:,} of {len(pieces):,} rows are read: split it",)
    if hidden:
        problems += (
            f"{path}: what nobody sees was left out: {hidden.total()} cells, first on sheet {next(iter(hidden))}",
        )
    if doubtful:
        cells = "1 cell" if doubtful.total() == 1 else f"{doubtful.total()} cells"
        problems += (
            f"{path}: {cells} in the colour of the ground: read, as a condition or a table's "
            f"style may set them off, first on sheet {next(iter(doubtful))}: look at them",
        )
    return Document(tuple(pieces[:_MOST_ROWS]), problems=problems)


def _pieces(path: Path, sheet: str | None, rows: Sequence[list[str]], at: int | None) -> Iterator[Piece]:
    if at is None:
        return
    names = {name.strip().casefold() for name in rows[at]}
    if any(columns <= names for columns in _RECORD_COLUMNS):
        raise InputError(f"{path} holds office records: read it with `factnotes offices import {path}`")
    above = " ".join(cell for row in rows[:at] for cell in row if cell)
    title = ", ".join(part for part in (above or path.stem, sheet) if part)
    where = f"sheet {sheet}" if sheet else "table"
    for piece in rows_of([list(row) for row in rows[at:]], where, at + 1):
        yield Piece(piece.text, piece.place, title)


def _header(filled: Sequence[int]) -> int | None:
    """Return where the names of the columns stand, by how many cells of each row are not empty: below titles of one."""
    widest = max(filled, default=0)
    if not widest:
        return None
    return next(at for at, cells in enumerate(filled) if cells >= min(2, widest))


_Sheet = tuple[str | None, list[list[str]], int | None]
"""The name of a sheet, its rows, and which of them has the names of its columns."""


def _csv_sheets(path: Path) -> Iterator[_Sheet]:
    text = _decoded(path.read_bytes())
    first, _, rest = text.partition("\n")
    delimiter = None
    if first.strip().lower().startswith("sep=") and len(first.strip()) <= len("sep=;"):
        delimiter, text = first.strip()[4:] or "\t", rest
    delimiter = delimiter or _delimiter(text, path)
    try:
        rows = [[" ".join(cell.split()) for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    except csv.Error as error:
        raise InputError(f"{path} is no table ({error}): save it as CSV in UTF-8") from error
    yield None, rows, _header([sum(map(bool, row)) for row in rows])


def _delimiter(text: str, path: Path) -> str:
    """Return what parts the cells: the character that stands in most of the first lines, as often in each."""
    if path.suffix.lower() == ".tsv":
        return "\t"
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    return max(
        _DELIMITERS, key=lambda each: (sum(each in line for line in lines), sum(line.count(each) for line in lines))
    )


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")  # what a spreadsheet saves on its own


def _xlsx_sheets(path: Path, counted: Mapping[Seen, Counter[str]] | None = None) -> Iterator[_Sheet]:
    """Yield each sheet that is shown with its rows; cells that are not seen for sure are counted by sheets' names."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                with sheet._get_source() as file:  # openpyxl tells of a sheet that it streams no row that is hidden
                    unseen = unseen_of(file)
                tables = tables_of(book._archive, sheet._worksheet_path)
                colours = unseen.colours(tables, book._differential_styles.styles)
                rows = islice(sheet.iter_rows(max_col=_MOST_COLUMNS), _MOST_SHEET_ROWS)
                read = [_row(row, number, unseen, colours) for number, row in enumerate(rows, 1)]
                for kind, by_sheet in (counted or {}).items():
                    if found := sum(sights[kind] for _, sights, _ in read):
                        by_sheet[sheet.title] += found
                yield sheet.title, [cells for cells, _, _ in read], _header([filled for _, _, filled in read])
    finally:
        book.close()


def _row(row: Sequence[Any], number: int, unseen: Unseen, colours: Colours) -> tuple[list[str], Counter[Seen], int]:
    """Return a row up to its last cell that is not empty, how many of which kind are seen, and how many are filled.

    Cells that only their own style hides are none of the last: their row may hold the names of the columns.
    """
    last = next((at for at in range(len(row), 0, -1) if row[at - 1].value is not None), 0)
    cells, sights, filled = list[str](), Counter[Seen](), 0
    for column, cell in enumerate(row[:last], 1):
        is_away = cell.value is not None and unseen.has(number, column)
        sight = Seen.NO if is_away else Seen.YES
        if cell.value is not None and not is_away:
            sight = sight_of(cell, colours.given(number, column, cell.value))
        sights[sight] += 1
        filled += not is_away and bool(_cell(cell))
        cells.append("" if sight is Seen.NO else _cell(cell))
    return cells, sights, filled


def _cell(cell: Any) -> str:
    """Return a cell as it is read: whole numbers without a point, percentages as such, days without a time."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime):
        return str(value.date() if value.time() == datetime.min.time() else value)
    if isinstance(value, (bool, date, str)):
        return " ".join(str(value).split())
    if isinstance(value, (int, float)):
        percent = "%" in (cell.number_format or "")
        return f"{value * 100 if percent else value:.10g}{'%' if percent else ''}"
    return str(value)
