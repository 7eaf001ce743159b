"""What newspapers call an office: `America's top diplomat` is the Secretary of State. The names lie in a table."""

from __future__ import annotations

import re
from functools import cached_property

from pydantic import Field

from pipeline.core.caching import once_for_each
from pipeline.core.english import find_places
from pipeline.core.tables import Spellings, Table, Word, WordList, read_table


class PressName(Table):
    """A row: words of newspapers, the office they mean, and where."""

    says: WordList
    means: Word
    places: Spellings = ()
    not_places: Spellings = ()
    alone: bool = False
    """True where the words mean the office without a place, too."""
    source: Word

    @cached_property
    def words(self) -> re.Pattern[str]:
        """The words, longest first."""
        words = "|".join(re.escape(say) for say in sorted(self.says, key=len, reverse=True))
        return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)

    def counts_in(self, places: frozenset[str]) -> bool:
        """Tell whether the row counts for a title that names some places."""
        if not places:
            return self.alone
        return bool(places & set(self.places)) if self.places else not places & set(self.not_places)


class PressNames(Table):
    """The table; of two rows that count, the first does."""

    names: tuple[PressName, ...] = Field(min_length=1)


@once_for_each
def press_names() -> PressNames:
    """Return the table."""
    return read_table(__package__, "press_names.yaml", PressNames)


def in_office_words(title: str) -> str:
    """Return a title with the press name of its office replaced by the office's own.

    >>> in_office_words("America's top diplomat")
    "America's secretary of state"
    """
    rows = [row for row in press_names().names if row.words.search(title)]
    if not rows:
        return title
    places = frozenset(place.name for _, _, place in find_places(title))
    row = next((row for row in rows if row.counts_in(places)), None)
    return row.words.sub(row.means, title, count=1) if row else title
