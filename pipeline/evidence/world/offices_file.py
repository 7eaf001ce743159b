"""The shipped form of office records: a line of JSON a record, without what is empty, compressed.

The same records give the same bytes: lines stand in order, fields in that of the model.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline.core.models import OfficeRecord

NAME = "offices.jsonl.xz"
BIRTHS = "births.jsonl.xz"
SOURCES = {
    "births-by-hand": "factnotes, by hand",
    "congress": "unitedstates/congress-legislators",
    "factbook": "World Factbook",
    "ifg": "IfG Ministers Database",
    "offices-by-hand": "factnotes, by hand",
    "openstates": "Open States",
    "wikidata": "Wikidata",
}
"""What readers are told for the id of a source in `sources.yaml`."""
_DEFAULTS = {"aliases": [], "acting": False, "verified": True, "note": ""}


def write_records(records: Iterable[OfficeRecord], path: Path) -> None:
    """Write records, each once, in order."""
    lines = sorted({_line(record) for record in records})
    path.write_bytes(lzma.compress("".join(f"{line}\n" for line in lines).encode(), preset=9 | lzma.PRESET_EXTREME))


def _line(record: OfficeRecord) -> str:
    fields = record.model_dump(mode="json", exclude={"id"})
    told = {name: value for name, value in fields.items() if value is not None and _DEFAULTS.get(name) != value}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Return the rows of a file as they stand; raises OSError and LZMAError."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def named_sources(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with the names of its sources instead of their ids, each once."""
    ids = dict.fromkeys(str(row.get("source", "")).split("; "))
    return {**row, "source": "; ".join(SOURCES.get(each, each) for each in ids)}
