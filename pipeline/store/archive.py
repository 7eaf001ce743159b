"""Zip archives with a manifest: each holds what its manifest names and nothing else, every file with its sha256.

The hashes find damage, not forgery: who can change the archive can change the manifest. Nothing of an archive is
trusted before it is checked: names that would leave the folder, entries nobody named, sizes that only a bomb has.
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, TypeVar

from pydantic import Field, ValidationError

from pipeline.core.errors import InputError
from pipeline.core.models import Value

MANIFEST = "manifest.json"
_MAX_MANIFEST = 50_000_000
_CHUNK = 1 << 20
_READING = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
"""What the library raises on damaged archives."""

M = TypeVar("M", bound=Value)


class ArchivedFile(Value):
    """A file to keep."""

    path: str = Field(min_length=1)
    """Below its folder, with `/`."""
    size: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    mode: int = Field(default=0o600, ge=0, le=0o777)


def write_archive(
    target: IO[bytes],
    manifest: bytes,
    files: Iterable[ArchivedFile],
    sources: Mapping[str, Path],
    *,
    folder: str = "",
    mode: int = 0o600,
) -> None:
    """Write files by their path, each below `folder`: the same files make the same bytes.

    Raises OSError, and InputError when one changed since it was hashed.
    """
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(_entry(folder + MANIFEST, mode), manifest)
        for file in files:
            entry = _entry(folder + file.path, mode)
            with sources[file.path].open("rb") as source, archive.open(entry, "w") as written:
                if _copy(source, written, file.size) != file.sha256:
                    raise InputError(f"{file.path} changed while it was saved: try again")


def _entry(name: str, mode: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)  # no time of its own
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, mode << 16
    return entry


class Archive:
    """An archive that is open for reading."""

    def __init__(self, entries: zipfile.ZipFile, path: Path, kind: str, *, in_folder: bool) -> None:
        """Messages call it a `kind`; `in_folder` tells that all of it is kept in one folder."""
        self._zip, self._path, self._kind = entries, path, kind
        names = entries.namelist()
        self.folder = names[0].partition("/")[0] if in_folder and names else ""
        """The name of that folder."""
        self._prefix = f"{self.folder}/" if in_folder else ""

    def manifest(self, model: type[M]) -> M:
        """Return what it says of itself; raises InputError."""
        try:
            if self._zip.getinfo(self._prefix + MANIFEST).file_size > _MAX_MANIFEST:
                raise InputError(f"{self._path} is no {self._kind}: its manifest is too large")
            return model.model_validate_json(self._zip.read(self._prefix + MANIFEST))
        except KeyError as error:
            raise InputError(f"{self._path} is no {self._kind}: it has no {MANIFEST}") from error
        except ValidationError as error:
            raise InputError(
                f"{self._path}: its manifest cannot be read; it was changed, or made by another version"
            ) from error
        except _READING as error:
            raise InputError(f"{self._path} is damaged: its manifest cannot be read ({error})") from error

    def require_files(self, named: Collection[str], most_bytes: int | None = None) -> None:
        """Raise InputError unless it holds the files its manifest names, each in its place, and nothing else."""
        unsafe = next((name for name in (self.folder, *named) if name and not is_safe(name)), None)
        if unsafe is not None:
            raise InputError(f"{self._path}: refused, {unsafe[:80]!r} would be written where it does not belong")
        if sorted(self._zip.namelist()) != sorted(self._prefix + name for name in (MANIFEST, *named)):
            raise InputError(f"{self._path} is damaged: it does not hold the files its manifest names")
        if most_bytes is not None and sum(entry.file_size for entry in self._zip.infolist()) > most_bytes:
            raise InputError(f"{self._path}: refused, it would unpack to more than {most_bytes:,} bytes")

    def extract(self, name: str, sha256: str, target: IO[bytes] | None = None, size: int | None = None) -> None:
        """Read a file, to a target or only to check it; raises InputError when it is not as saved."""
        try:
            entry = self._zip.getinfo(self._prefix + name)
            with self._zip.open(entry) as source:
                digest = _copy(source, target, entry.file_size if size is None else size)
        except InputError as error:
            raise InputError(f"{self._path} is damaged: {name} is longer than it was") from error
        except _READING as error:
            if isinstance(error, OSError) and error.errno is not None:  # the disk's, not the archive's
                raise
            raise InputError(f"{self._path} is damaged: {name} cannot be read ({error})") from error
        if digest != sha256:
            raise InputError(f"{self._path} is damaged: {name} is not what was saved")

    def manifest_bytes(self) -> bytes:
        """Return the manifest as it was written, once `manifest` could read it."""
        return self._zip.read(self._prefix + MANIFEST)


@contextmanager
def open_archive(path: Path, kind: str, *, in_folder: bool = False) -> Iterator[Archive]:
    """Open an archive; raises InputError for what is none."""
    try:
        entries = zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise InputError(f"there is no file {path}") from error
    except _READING as error:
        raise InputError(f"{path} is no {kind}, or a damaged one ({error})") from error
    with entries:
        yield Archive(entries, path, kind, in_folder=in_folder)


def is_safe(path: str) -> bool:
    """Tell whether a path stays below the folder it is put in, on any system."""
    parts = PurePosixPath(path).parts
    odd = any(character in path for character in "\\:\0") or any(part in ("..", ".") for part in path.split("/"))
    return bool(parts) and not odd and not path.startswith("/") and "/".join(parts) == path and path != MANIFEST


def _copy(source: IO[bytes], target: IO[bytes] | None, limit: int) -> str:
    """Copy a file and return its sha256; raises InputError past the limit, which no saved file exceeds."""
    digest, left = hashlib.sha256(), limit
    while chunk := source.read(_CHUNK):
        left -= len(chunk)
        if left < 0:
            raise InputError("a file grew while it was saved: try again")
        digest.update(chunk)
        if target is not None:
            target.write(chunk)
    return digest.hexdigest()


def hash_of(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
