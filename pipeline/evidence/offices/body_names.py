"""What newspapers call a body: `Ofcom` is the Office of Communications. The names lie in a table."""

from __future__ import annotations

import re
from functools import cached_property

from pydantic import Field

from pipeline.core.caching import once_for_each
from pipeline.core.models import OfficeRecord
from pipeline.core.tables import Table, Word, WordList, read_table
from pipeline.evidence.offices.lexicon import lexicon
from pipeline.evidence.offices.office_names import is_short_for, plain

_LETTERS = re.compile(r"\b[A-ZÀ-Þ]{3,}\b")
_ARTICLE = re.compile(r"^the\s+")


class BodyName(Table):
    """A row: the names of one body that records use, and the short ones of newspapers."""

    names: WordList
    says: WordList
    country: Word | None = None
    """The country of the records for which the row counts; any without one."""


class BodyNames(Table):
    """The table."""

    bodies: tuple[BodyName, ...] = Field(min_length=1)

    @cached_property
    def by_name(self) -> dict[str, list[BodyName]]:
        """The rows by each name of theirs."""
        rows: dict[str, list[BodyName]] = {}
        for row in self.bodies:
            for name in {_bare(name) for name in (*row.names, *row.says)}:
                rows.setdefault(name, []).append(row)
        return rows


def _bare(name: str) -> str:
    return _ARTICLE.sub("", plain(name).strip())


@once_for_each
def body_names() -> BodyNames:
    """Return the table."""
    return read_table(__package__, "body_names.yaml", BodyNames)


def short_name_in(title: str, record: OfficeRecord) -> str | None:
    """Return the words or letters by which a title names a record's body in short; None where it does not.

    >>> record = OfficeRecord(person="Ana Reyes", office="Chair", organisation="Office of Communications")
    >>> short_name_in("Ofcom chief", record)
    'Ofcom'
    """
    if not record.organisation:
        return None
    rows = body_names().by_name.get(_bare(record.organisation), ())
    known = [say for row in rows if row.country in (None, record.country) for say in row.says]
    letters = [word for word in _LETTERS.findall(title) if is_short_for(plain(word), record)]
    found = (word for word in (*sorted(known, key=len, reverse=True), *letters) if _stands_in(title, word))
    return next(found, None)


def _stands_in(title: str, word: str) -> bool:
    """Tell whether a title has a short name by itself: the `Met`, but not the `Met Office`."""
    found = re.search(rf"(?<![\w&-]){re.escape(word)}(?![\w&-])(?: (?P<next>[A-Z]\w+))?", title)
    behind = (found["next"] or "").lower() if found else ""
    return found is not None and (not behind or behind in lexicon().head_starts or behind in lexicon().ranks)
