"""Where the shipped world data come from: `seeds/world/sources.yaml`, with a licence file for each."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from pipeline.core.settings import PROJECT
from pipeline.core.tables import Table, Word, read_table_file

WORLD = PROJECT / "seeds" / "world"
"""The folder of the shipped data."""


class Raw(Table):
    """Where the files of a source's repositories can be had without git, for `factnotes world update`."""

    commits: Word
    """Address under which a repository's commits are listed, as GitHub's interface for programs does."""
    files: Word | None = None
    """Address under which `owner/name/COMMIT/path` is a file."""
    archives: Word | None = None
    """Address under which `owner/name/tar.gz/COMMIT` is everything, where names of files are not fixed."""
    paths: tuple[Word, ...] = Field(min_length=1)
    """What to read; the first tells to which day."""
    owner: Word | None = None
    """Every repository of this owner that the office records were built from, instead of the one of the source."""

    @model_validator(mode="after")
    def _check_one_way(self) -> Self:
        if bool(self.files) == bool(self.archives):
            raise ValueError("either files or archives is given")
        return self


class Source(Table):
    """A source: where it lies, in which state it was read, on which terms, and what was taken."""

    url: Word
    commit: Word | None = None
    as_of: date
    licence: Word
    taken: Word
    raw: Raw | None = None
    """Left out where a release alone brings what is newer."""


class Sources(Table):
    """The list, by what rows call their source."""

    sources: dict[Word, Source]


def read_sources(folder: Path = WORLD) -> dict[str, Source]:
    """Return the sources of a folder of world data by id; raises TableError."""
    return read_table_file(folder / "sources.yaml", Sources).sources


def licence_of(source: str, folder: Path = WORLD) -> Path:
    """Return where the licence of a source lies."""
    return folder / "licences" / f"{source}.txt"
