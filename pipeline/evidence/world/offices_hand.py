"""Offices written down by hand in `offices_by_hand.yaml`; nothing of it counts as seen in a source."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from pipeline.core.models import OfficeRecord, PartialDate
from pipeline.core.tables import Table, Word, parse_table

NAME = "offices_by_hand.yaml"
SOURCE = "offices-by-hand"
_Cell = Annotated[str, BeforeValidator(lambda cell: "" if cell is None else str(cell))]


class _Office(Table):
    office: Word
    organisation: Word | None = None
    country: Word | None = None
    address: Word
    holders: tuple[Annotated[tuple[_Cell, ...], Field(min_length=2)], ...]
    """Each a name, the first day, the last day, and other names."""


class _Offices(Table):
    as_of: date
    offices: tuple[_Office, ...]


def records_of(folder: Path) -> list[OfficeRecord]:
    """Return the records of the file in a folder of world data; raises TableError."""
    path = folder / NAME
    table = parse_table(path.read_text("utf-8"), str(path), _Offices)
    return [_record(office, holder, table.as_of) for office in table.offices for holder in office.holders]


def _record(office: _Office, holder: tuple[str, ...], as_of: date) -> OfficeRecord:
    person, start, end, *others = (*holder, "") if len(holder) == 2 else holder
    return OfficeRecord(
        person=person,
        aliases=tuple(others),
        office=office.office,
        organisation=office.organisation,
        country=office.country,
        start=PartialDate(start),
        end=PartialDate(end) if end else None,
        as_of=as_of,
        verified=False,
        source_url=office.address,
        source=SOURCE,
    )
