"""The columns of a table of office records: which are ours, which are not, and which of those hold dates.

A term whose dates stand in a column that we do not know would be read as one without an end. So such a column is
an error, whatever it is called, and no date is guessed from it; any other unknown column is left out and named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.core.english import MONTHS
from pipeline.core.models import OfficeRecord

FIELDS = frozenset(OfficeRecord.model_fields) - {"id"}
OTHER_NAMES = {
    "title": "office",
    "position": "office",
    "org": "organisation",
    "organization": "organisation",
    "url": "source_url",
    "start_date": "start",
    "end_date": "end",
}
_NOT_USED = frozenset(
    ["id", "kind", "sha256", "source_dataset", "licence", "redistributable", "rank", "unique_post", "end_scheduled"]
    + ["verified_precision", "named_in_article", "language", "after_article", "same_day", "distractor"]
    + ["published_note", "url_note", "title_note", "entities"]
)
"""Columns of annotated rows that say nothing of the term."""
_OTHER_DATES = re.compile(
    r"(?:^|_)(?:birth\w*|born|dob|death\w*|died|dod|retrieved|accessed|updated|modified|created|published|checked"
    r"|verified|read"
    r"|added|imported|downloaded|id|ids|number|no|code|rank|votes|ward|phone|fax|zip|postcode|population)(?:_|$)"
)
"""Columns whose dates, or what looks like dates, are not those of a term."""
_TERM = re.compile(
    r"(?:^|_)(?:from|to|until|till|since|start\w*|began|begins?|begin\w*|end\w*|left|elected|appointed|took_office"
    r"|term\w*|years?|dates?"
    r"|tenure|in_office|assumed\w*|inaugurated|sworn_in|resigned|retired|period|when)(?:_|$)"
)
_MONTH = "|".join(name for month in MONTHS for name in (month, month[:3]))
_YEAR = r"(?:1[0-9]{3}|20[0-9]{2})"
_DATE = re.compile(
    rf"(?=.*(?:\b{_YEAR}\b|[0-9]{{1,2}}[-/.][0-9]{{1,2}}[-/.][0-9]{{2,4}}|[0-9]{{1,2}}[- ](?:{_MONTH})"
    rf"|(?:{_MONTH})[- ][0-9]{{2}}))"
    rf"(?:{_MONTH}|[0-9]{{1,4}}(?:st|nd|rd|th)?|[-–—/.,:;() ]|to|until|till|since|from|present|current|incumbent|now"
    rf"|[TZ+])+",
    re.IGNORECASE,
)


def plain(name: str) -> str:
    """Return a column's name as we write ours.

    >>> plain(" Start Date")
    'start_date'
    """
    return re.sub(r"[\s-]+", "_", name.strip().lower())


def unknown_columns(row: Iterable[str]) -> list[str]:
    """Return the columns that are no field of a record and no field of an annotated row."""
    return [name for name in row if name and plain(name) not in FIELDS | OTHER_NAMES.keys() | _NOT_USED]


def date_columns(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the unknown columns that hold dates where a row has not both a start and an end."""
    loose = [row for row in rows if not _has(row, "start") or not _has(row, "end")]
    unknown = unknown_columns(dict.fromkeys(name for row in loose for name in row))
    return [name for name in unknown if any(_is_date(name, row.get(name)) for row in loose)]


def _has(row: Mapping[str, Any], field: str) -> bool:
    """Tell whether a row gives a field, under any name of it."""
    return any(
        value not in (None, "") for name, value in row.items() if OTHER_NAMES.get(plain(name), plain(name)) == field
    )


def _is_date(name: str, value: Any) -> bool:
    text = str(value if value is not None else "").strip()
    if not text or _OTHER_DATES.search(plain(name)):
        return False
    return bool(_TERM.search(plain(name)) and re.search(r"[0-9]", text) or _DATE.fullmatch(text))


def refusal(names: Sequence[str]) -> str:
    """Return what is wrong with columns that hold dates, and what to do."""
    shown = ", ".join(repr(name) for name in names)
    hold = "holds dates but is" if len(names) == 1 else "hold dates but are"
    return (
        f"{shown} {hold} not a known column, and no date is guessed: rename to start and end (or start_date, "
        f"end_date), "
        "or as_of for the day it was known to be right, or delete; dates as 2009-09-30, 2009-09 or 2009"
    )


def left_out(names: Sequence[str]) -> str:
    """Return a line on columns that are not used."""
    shown = ", ".join(repr(name) for name in names)
    known = ", ".join(sorted(FIELDS))
    return f"{shown} {'is' if len(names) == 1 else 'are'} not known and not used (known are {known})"
