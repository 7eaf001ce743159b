"""Which world data a desk uses, how old they are, and whether they are ready to be asked."""

from __future__ import annotations

import hashlib
import lzma
import sqlite3
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.core.code_version import part_digest
from pipeline.core.errors import InputError
from pipeline.core.settings import Settings
from pipeline.evidence.world.offices_file import BIRTHS, NAME
from pipeline.evidence.world.sources import WORLD

if TYPE_CHECKING:  # names of people and offices: an unchanged article needs none
    from pipeline.evidence.world.offices_index import WorldFile


@dataclass(frozen=True)
class WorldStatus:
    """What a desk knows of the world."""

    source: Path
    """The compressed records: the desk's own after an update, else those that are shipped."""
    updated: bool
    ready: bool
    """True where a check can ask them."""
    records: int = 0
    people: int = 0
    known_to: Mapping[str, str] | None = None
    """By source, the last day for which any of its open terms is known."""


def updated_file(settings: Settings) -> Path:
    """Return where a desk keeps records that it has updated."""
    return settings.home / "world" / NAME


def source_file(settings: Settings) -> Path:
    """Return the records that count for a desk."""
    own = updated_file(settings)
    return own if own.is_file() else WORLD / NAME


def prepare_world(settings: Settings) -> WorldStatus:
    """Make the world data ready for a desk, where they are not; raises InputError where that fails."""
    source = source_file(settings)
    try:
        if _version(settings.world_path) != (now := _now(source)):
            from pipeline.evidence.world.births import read_lives
            from pipeline.evidence.world.offices_index import prepare

            prepare(source, settings.world_path, now, read_lives(WORLD / BIRTHS))
    except (OSError, lzma.LZMAError, sqlite3.Error, ValueError) as error:
        raise InputError(
            f"the world data {source} cannot be made ready ({error}): delete {updated_file(settings)} to use the "
            "shipped ones, or set FACTNOTES_WORLD=off"
        ) from error
    return world_status(settings)


def world_status(settings: Settings) -> WorldStatus:
    """Return what a desk has; nothing is made ready for it."""
    source = source_file(settings)
    with open_world(settings, fresh=False) as world:
        about = world.about if world else {}
    return WorldStatus(
        source=source,
        updated=source == updated_file(settings),
        ready=bool(about) and settings.world,
        records=int(about.get("records", 0)),
        people=int(about.get("people", 0)),
        known_to={name[6:]: value for name, value in about.items() if name.startswith("as_of ")},
    )


def world_version(settings: Settings) -> str | None:
    """Return which world data a check uses and to which days its sources know; None for none."""
    if not settings.world or not settings.world_path.is_file():
        return None
    prepare_world_again(settings)
    about = _about(settings.world_path)
    days = ", ".join(f"{name[6:]} to {day}" for name, day in sorted(about.items()) if name.startswith("as_of "))
    return f"{about['version'].split()[0]}: {days}"


@contextmanager
def open_world(settings: Settings, *, fresh: bool = True) -> Generator[WorldFile | None, None, None]:
    """Open the records that were made ready for a desk; None where there are none, or they are switched off.

    With `fresh`, they are made ready again where records or code have changed since. Raises InputError.
    """
    world = open_file(settings, fresh=fresh)
    try:
        yield world
    finally:
        if world:
            world.close()


def open_file(settings: Settings, *, fresh: bool = True) -> WorldFile | None:
    """Open the records as `open_world` does, for as long as the process lives."""
    if not settings.world or not settings.world_path.is_file():
        return None
    if fresh:
        prepare_world_again(settings)
    from pipeline.evidence.world.offices_index import WorldFile

    return WorldFile(settings.world_path)


def prepare_world_again(settings: Settings) -> None:
    """Make the records ready again where they or the code have changed."""
    source = source_file(settings)
    if source.is_file() and _version(settings.world_path) != _now(source):
        prepare_world(settings)


def _now(source: Path) -> str:
    births = WORLD / BIRTHS
    content = source.read_bytes() + (births.read_bytes() if births.is_file() else b"")
    return f"{hashlib.sha256(content).hexdigest()[:8]} {part_digest('evidence')} {part_digest('core')}"


def _version(path: Path) -> str | None:
    if not path.is_file():
        return None
    try:
        return _about(path).get("version")
    except sqlite3.Error:
        return None  # another file: it is made anew


def _about(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
        return dict(database.execute("SELECT name, value FROM about"))
