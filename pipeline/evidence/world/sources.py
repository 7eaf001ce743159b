"""Where the shipped world data come from: `seeds/world/sources.yaml`, with a licence file for each."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from pathlib import Path

from pydantic import Field

from pipeline.core.settings import PROJECT
from pipeline.core.tables import Table, Word, WordList, parse_table

WORLD = PROJECT / "seeds" / "world"
"""The folder of the shipped data."""


class Source(Table):
    """A source: what rows call it, where it lies, in which state it was read, on which terms."""

    id: Word
    address: Word
    licence: Word
    """The name of the licence, as SPDX writes it where it does."""
    licence_file: Word
    """A file in `licences/`."""
    taken: Word
    """What was taken, in words."""
    read: dict[Word, Word] = Field(default_factory=dict)
    """Commit and day of each repository that was read, by its name."""
    as_of: date | None = None
    """The last day it says anything of."""


class LeftOut(Table):
    """What was looked at and not used, and why."""

    address: Word
    why: Word


class Sources(Table):
    """The list."""

    sources: tuple[Source, ...] = Field(min_length=1)
    left_out: tuple[LeftOut, ...] = ()
    needs: WordList = ("nothing",)

    @cached_property
    def ids(self) -> frozenset[str]:
        """What rows may call their source."""
        return frozenset(each.id for each in self.sources)


def read_sources(folder: Path = WORLD) -> Sources:
    """Return the list of a folder of world data; raises TableError."""
    path = folder / "sources.yaml"
    return parse_table(path.read_text("utf-8"), str(path), Sources)
