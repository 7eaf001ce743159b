"""Ministers of the United Kingdom since 1979, out of the Institute for Government's database."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from pipeline.core.models import OfficeRecord
from pipeline.evidence.offices import read_records
from pipeline.evidence.world.sources_git import Clone

REPOSITORY = "instituteforgov/ifg-ministers-database-public"
_TABLES = ("appointment", "person", "post", "organisation", "appointment_characteristics")


def records_of(clone: Clone) -> list[OfficeRecord]:
    """Return a record for each appointment."""
    as_of = clone.last("data/appointment.csv").day
    with tempfile.TemporaryDirectory() as folder:
        for table in _TABLES:
            Path(folder, f"{table}.csv").write_text(clone.read(f"data/{table}.csv") or "", "utf-8")
        read = read_records(Path(folder, "appointment.csv"), "ifg", as_of=as_of, today=as_of)
    return [_ours(record, as_of) for record in read.records]


def _ours(record: OfficeRecord, as_of: date) -> OfficeRecord:
    fields = record.model_dump(exclude={"id"}) | {
        "source": "ifg",
        "source_url": f"https://github.com/{REPOSITORY}",
        "as_of": as_of,
    }
    return OfficeRecord(**fields)
