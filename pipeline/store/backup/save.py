"""Save a home: a copy of the store at one moment, made while others write, and the files beside it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import sqlalchemy as sa
from pydantic import SecretStr

from pipeline import __version__
from pipeline.core.errors import InputError, SettingsError, StoreError
from pipeline.core.models import Value
from pipeline.core.settings import Settings
from pipeline.store.archive import Archive, ArchivedFile, hash_of, open_archive, write_archive
from pipeline.store.connection import parse_url

STORE = "store.db"
KIND = "backup"

_COUNTED = ("articles", "runs", "claims", "notes", "reviews")
_NOT_SAVED = ("sessions",)
"""Tables that are emptied in the copy: nobody stays signed in through a backup."""
_UNSAID = ("home", "base_url")


class Manifest(Value):
    """What a backup holds and what made it."""

    format: Literal[1] = 1
    made_at: datetime
    version: str
    """The code's."""
    revision: str
    """The store's schema."""
    rows: dict[str, int]
    """How many rows the store's main tables have."""
    files: tuple[ArchivedFile, ...]
    left_out: tuple[str, ...] = ()
    """What lies in the home and is not saved: derived indexes, links, sockets."""
    prompts: dict[str, str] = {}
    """The sha256 of each prompt file, which are not part of the home."""
    settings: dict[str, str] = {}
    """Settings that were not the default, without secrets."""

    @property
    def size(self) -> int:
        """How many bytes its files have together."""
        return sum(file.size for file in self.files)


def manifest_of(archive: Archive) -> Manifest:
    """Read the manifest of a backup and hold the list of entries against it; raises InputError."""
    manifest = archive.manifest(Manifest)
    archive.require_files([file.path for file in manifest.files])
    return manifest


@dataclass(frozen=True)
class Saved:
    """A backup that was written and read again."""

    file: Path
    manifest: Manifest


def save_backup(settings: Settings, file: Path) -> Saved:
    """Save the home in a new file, and read it again; others may go on working.

    Raises SettingsError where the store is no file of the home, InputError when the file exists or lies in
    the home, StoreError when the store is damaged, OSError when the disk is full; then there is no file.
    """
    require_file_store(settings, "save")
    home, file = settings.home.resolve(), file.resolve()
    if not settings.store_path.is_file():
        raise InputError(f"there is no store in {settings.home}: nothing to save")
    if file.exists():
        raise InputError(f"{file} exists: give another name")
    if file.is_relative_to(home):
        raise InputError(f"{file} lies in the home that is saved: give a place outside it")
    file.parent.mkdir(parents=True, exist_ok=True)
    with _scratch(file) as scratch:
        copy = scratch / STORE
        revision, rows = _copy_store(settings.store_path, copy)
        sources = {STORE: copy}
        found, left_out = _files_beside(home, settings)
        sources |= found
        manifest = Manifest(
            made_at=datetime.now(UTC),
            version=__version__,
            revision=revision,
            rows=rows,
            files=tuple(_described(name, path) for name, path in sorted(sources.items())),
            left_out=left_out,
            prompts={
                path.relative_to(settings.prompts).as_posix(): hash_of(path)
                for path in sorted(settings.prompts.rglob("*.md"))
            },
            settings=_recorded_settings(settings),
        )
        written = scratch / "archive"
        with written.open("xb") as target:
            write_archive(target, manifest.model_dump_json(indent=2).encode(), manifest.files, sources)
            target.flush()
            os.fsync(target.fileno())
        written.chmod(0o600)  # it holds what the store holds, hashes of passwords too
        _verify(written, manifest)
        _publish(written, file)
    return Saved(file, manifest)


def require_file_store(settings: Settings, doing: str) -> None:
    """Refuse with the engine's own command where the store is not a file of the home; raises SettingsError."""
    if settings.database_url is None:
        return
    url = parse_url(settings.database_url.get_secret_value())
    if url.get_backend_name() == "sqlite":
        command = {"save": ".backup COPY", "restore": ".restore COPY"}[doing]
        raise SettingsError(
            f'the store is {url.database}, not in the home: {doing} it with `sqlite3 {url.database} "{command}"`'
        )
    commands = {
        "save": "`pg_dump --format=custom --file=FILE DATABASE`, then copy",
        "restore": "`pg_restore --clean --if-exists --single-transaction --dbname=DATABASE FILE`, and put back",
    }
    raise SettingsError(
        f"the store is in PostgreSQL ({_plain(url)}): {doing} it with {commands[doing]} "
        f"{settings.attachments_path}, which holds the files that facts rest on; "
        "DATABASE being the address in FACTNOTES_DATABASE_URL"
    )


def _plain(url: sa.URL) -> str:
    return f"{url.database} on {url.host or 'a local socket'}"


@contextmanager
def _scratch(file: Path) -> Iterator[Path]:
    """Give a folder beside the file, so that the finished archive is only renamed."""
    folder = Path(tempfile.mkdtemp(prefix=f".{file.name}.", dir=file.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copy_store(path: Path, copy: Path) -> tuple[str, dict[str, int]]:
    """Copy a SQLite file as it is at one moment and check the copy; return its revision and number of rows."""
    try:
        reading = closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=30))
        with reading as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)  # one step: a snapshot that writers neither wait for nor change
        with closing(sqlite3.connect(copy, isolation_level=None)) as target:
            target.execute("pragma journal_mode = delete")  # one file, nothing beside it
            tables = {name for (name,) in target.execute("select name from sqlite_master where type = 'table'")}
            for table in tables.intersection(_NOT_SAVED):
                target.execute(f"delete from {table}")  # noqa: S608 # nosec B608 # a name of ours
            check_store(target)
            return _described_store(target, tables)
    except sqlite3.Error as error:
        if "full" in str(error):
            raise OSError(28, "No space left on device", str(copy)) from error
        raise StoreError(f"{path} cannot be saved ({error}); check it with `factnotes doctor`") from error


def check_store(connection: sqlite3.Connection) -> None:
    """Raise StoreError unless a SQLite file is whole: pages, indexes and references."""
    (found,) = connection.execute("pragma integrity_check(1)").fetchone()
    broken = connection.execute("pragma foreign_key_check").fetchone()
    if found != "ok" or broken:
        problem = found if found != "ok" else f"a row of {broken[0]} refers to nothing"
        raise StoreError(f"the store is damaged ({problem}): take an older backup")


def _described_store(connection: sqlite3.Connection, tables: set[str]) -> tuple[str, dict[str, int]]:
    if "alembic_version" not in tables:
        raise StoreError("the store has no schema version: it is no store of factnotes")
    (revision,) = connection.execute("select version_num from alembic_version").fetchone()
    counts = {
        table: connection.execute(f"select count(*) from {table}").fetchone()[0]  # noqa: S608 # nosec B608 # ours
        for table in _COUNTED
        if table in tables
    }
    return str(revision), counts


_MADE_AGAIN = ("world/offices.db", "world/pages", "world/raw")
"""Of the world's data only what an update has brought is saved; these are made from it, or asked for again."""
_OF_A_MOMENT = (".lock", ".url", ".part")
"""Locks, addresses of what runs, and files that are not written to their end."""
_OF_SERVING = ("prefect", "serve")
"""Folders of what `factnotes serve` runs: its record of runs, logs and password are of this machine."""


def _files_beside(home: Path, settings: Settings) -> tuple[dict[str, Path], tuple[str, ...]]:
    """Return the files to save by their path below the home, and what is left out."""
    indexes = (settings.vectors_path, settings.reviewed_vectors_path, settings.words_path.parent)
    derived = {*(path.name for path in indexes), *(f"{path.name}.new" for path in indexes), *_OF_SERVING}
    own = {STORE + end for end in ("", "-wal", "-shm", "-journal")}
    found: dict[str, Path] = {}
    left_out: list[str] = sorted(name for name in (*derived, *_MADE_AGAIN) if (home / name).exists())
    for path in sorted(home.rglob("*")):
        name = path.relative_to(home)
        if name.parts[0] in derived | own or name.suffix in _OF_A_MOMENT or _is_made_again(name):
            continue
        mode = path.lstat().st_mode
        if stat.S_ISREG(mode):
            found[name.as_posix()] = path
        elif not stat.S_ISDIR(mode):
            left_out.append(name.as_posix())
    return found, tuple(left_out)


def _is_made_again(name: Path) -> bool:
    text = name.as_posix()
    return any(text == each or text.startswith((f"{each}.", f"{each}/")) for each in _MADE_AGAIN)


def _described(name: str, path: Path) -> ArchivedFile:
    status = path.stat()
    return ArchivedFile(path=name, size=status.st_size, sha256=hash_of(path), mode=status.st_mode & 0o777)


def _recorded_settings(settings: Settings) -> dict[str, str]:
    """Return the settings that are not the default, without secrets and addresses that may hold some."""
    return {
        name: str(getattr(settings, name))
        for name, field in type(settings).model_fields.items()
        if name not in _UNSAID
        and getattr(settings, name) != field.default
        and not isinstance(getattr(settings, name), SecretStr)
    }


def _verify(path: Path, manifest: Manifest) -> None:
    with open_archive(path, KIND) as archive:
        if manifest_of(archive) != manifest:
            raise InputError(f"{path} was not written as it should be: try another disk")
        for file in manifest.files:
            archive.extract(file.path, file.sha256, size=file.size)


def _publish(written: Path, file: Path) -> None:
    """Give the archive its name, at once and never over another file."""
    try:
        os.link(written, file)
    except FileExistsError as error:
        raise InputError(f"{file} exists: give another name") from error
    except OSError:  # a file system without hard links
        written.rename(file)
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Write a folder's names to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
