"""Read a file of office records in any of the forms we know; good rows are kept, bad ones reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pipeline.core.errors import InputError
from pipeline.core.models import OfficeRecord
from pipeline.evidence.offices import congress, ifg, popolo, wikidata
from pipeline.evidence.offices.columns import date_columns, left_out, plain, refusal, unknown_columns
from pipeline.evidence.offices.rows import is_record, record_of
from pipeline.evidence.offices.tables import Numbered, Row, read_content

Form = Literal["ours", "wikidata", "popolo", "ifg", "congress"]
FORMS: tuple[Form, ...] = ("ours", "wikidata", "popolo", "ifg", "congress")


@dataclass(frozen=True)
class ReadRecords:
    """What a file holds: its form, its records, and what could not be used, each with file and row."""

    form: Form
    records: tuple[OfficeRecord, ...]
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """What of the whole file was not used: its unknown columns."""


def read_records(
    path: Path,
    form: Form | None = None,
    *,
    as_of: date | None = None,
    country: str | None = None,
    today: date | None = None,
    known_countries: bool = False,
) -> ReadRecords:
    """Read a file; its form is recognised by content unless given.

    `as_of` and `country` count for rows that do not say theirs; see `record_of` for `today` and
    `known_countries`. Raises InputError where the file cannot be read or is in none of the forms.
    """
    if path.is_dir():
        raise InputError(f"{path} is a folder: give files of office records")
    content = read_content(path)
    known_form = form or form_of(content)
    if known_form is None:
        raise InputError(f"{path} is in none of the forms {', '.join(FORMS)}: {_missing(content)}")
    rows, notes = _known(list(_rows(content, known_form, path)), known_form, path)
    given = {"as_of": as_of.isoformat() if as_of else None, "country": country}
    records: list[OfficeRecord] = []
    problems: list[str] = []
    for each in rows:
        try:
            if each.problem:
                raise ValueError(each.problem)
            records.append(_record(each.row, known_form, given, today, known_countries))
        except ValueError as error:
            problems.append(f"{path}, {each.where}: {error}")
    return ReadRecords(known_form, tuple(records), tuple(problems), notes)


def _known(rows: list[Numbered], form: Form, path: Path) -> tuple[list[Numbered], tuple[str, ...]]:
    """Return rows under our names of columns, and a line on those left out; raises InputError where one holds dates."""
    if form != "ours":
        return rows, ()
    named = [each._replace(row={plain(name): value for name, value in each.row.items()}) for each in rows]
    if dates := date_columns([each.row for each in named]):
        raise InputError(f"{path}: {refusal(dates)}")
    unknown = unknown_columns(dict.fromkeys(name for each in named for name in each.row))
    return named, (f"{path}: {left_out(unknown)}",) if unknown else ()


def _record(row: Row, form: Form, given: Row, today: date | None, known_countries: bool) -> OfficeRecord:
    row = wikidata.as_ours(row) if form == "wikidata" else row
    missing = {name: value for name, value in given.items() if value and row.get(name) in (None, "")}
    return record_of({**row, **missing}, today=today, known_countries=known_countries)


def form_of(content: Any) -> Form | None:
    """Tell a file's form by what it holds; None for none of ours."""
    if wikidata.is_query(content):
        return "wikidata"
    if popolo.is_document(content):
        return "popolo"
    if congress.is_list(content):
        return "congress"
    return _form_of_rows([each.row for each in _numbered(content) if each.row][:20])


def _missing(content: Any) -> str:
    """Return what a file of an unknown form lacks."""
    rows = [each for each in _numbered(content) if each.row][:20]
    names = next((each for each in rows if "person" in {plain(str(cell)) for cell in each.row.values()}), None)
    if names:
        return f"{names.where} looks like the row of column names: delete what stands above it"
    return "office records need a person and an office"


def _form_of_rows(rows: Sequence[Row]) -> Form | None:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    if wikidata.has_labels(columns):
        return "wikidata"
    rows = [{plain(name): value for name, value in row.items()} for row in rows]
    if any(is_record(row) for row in rows) and not {"minister_name", "post_id"} & set(columns):
        known_by_ifg = "start_date" in columns and "department" in columns
        return "ifg" if known_by_ifg else "ours"
    return "ifg" if ifg.has_columns(columns) else None


def _numbered(content: Any) -> Iterator[Numbered]:
    """Return the rows of a table, or of a JSON list of objects."""
    for at, each in enumerate(content if isinstance(content, list) else [content]):
        if isinstance(each, Numbered):
            yield each
        elif isinstance(each, dict):
            yield Numbered(f"[{at}]", each)
        else:
            yield Numbered(f"[{at}]", {}, "not an object with fields")


def _rows(content: Any, form: Form, path: Path) -> Iterable[Numbered]:
    """Return a file's rows as its form has them; raises InputError where it is not in that form."""
    if form == "popolo" and popolo.is_document(content):
        return popolo.document_rows(content)
    if form == "congress" and isinstance(content, list) and not any(isinstance(each, Numbered) for each in content):
        return congress.list_rows(content)
    if form == "wikidata" and wikidata.is_query(content):
        return wikidata.query_rows(content)
    if form in ("popolo", "congress"):
        raise InputError(f"{path} is not in the form {form}")
    rows = list(_numbered(content))
    return ifg.table_rows(rows, path) if form == "ifg" else rows
