"""A stored evaluation as one file: a zip with the folder's manifest, every file held against its sha256.

The manifest finds damage, not forgery; a replay proves the replies again. Nothing of an archive is trusted before it
is checked: names that would leave the folder, entries the manifest does not name, sizes that only a bomb has.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import ValidationError

from pipeline.errors import InputError, StoreError
from pipeline.evaluate.journal import first_line
from pipeline.evaluate.stored import Bundle, Manifest

MANIFEST = "manifest.json"
LARGEST = 2_000_000_000
"""Bytes that an archive may unpack to."""
IMPORTED = ".imported"
"""Ends the name of a file that stands beside an imported evaluation: how many bytes of its account came with it."""

_LARGEST_MANIFEST = 50_000_000
_CHUNK = 1 << 20
_SAFE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}(/[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}){0,5}")
_ID = re.compile(r"[A-Za-z0-9-]{1,80}")
_READING = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What the library raises on damaged archives."""


def is_packed(path: Path) -> bool:
    """Tell whether a path is an archive, by its name and that it is there."""
    return path.suffix.lower() == ".zip" and path.is_file()


def pack(bundle: Bundle, target: Path) -> Path:
    """Write a sealed evaluation as a zip: the same evaluation gives the same bytes. Return its path.

    Raises InputError for one that is not finished or was changed, and where the file is there already; StoreError.
    """
    if not bundle.manifest.files:
        raise InputError(f"{bundle.evaluation.id} is not finished: run it again to go on with it")
    changed = bundle.changed_files()
    if changed:
        raise InputError(f"{bundle.folder} is not as it was sealed: {'; '.join(changed[:5])}")
    if target.exists():
        raise InputError(f"{target} is there already: name another file with --out")
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for name in (MANIFEST, *sorted(bundle.manifest.files)):
                entry = zipfile.ZipInfo(f"{bundle.evaluation.id}/{name}")  # no time of its own
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                archive.writestr(entry, (bundle.folder / name).read_bytes())
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StoreError(f"{target} cannot be written ({error.strerror})") from error
    return target


@contextmanager
def unpacked(path: Path) -> Iterator[Bundle]:
    """Open an archive's evaluation in a folder that is gone afterwards; raises InputError."""
    with TemporaryDirectory(prefix="factnotes-") as folder:
        yield unpack(path, Path(folder))


def import_bundle(path: Path, home: Path) -> Bundle:
    """Put an archive's evaluation among those of a desk; raises InputError, also where it is there already."""
    place = home / "evaluations"
    try:
        place.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".importing-", dir=place) as folder:
            bundle = unpack(path, Path(folder))
            target = place / bundle.evaluation.id
            if target.exists():
                raise InputError(f"the evaluation {bundle.evaluation.id} is there already")
            _note_import(target, bundle)
            bundle.folder.rename(target)
    except OSError as error:
        raise StoreError(f"{place} cannot be written ({error.strerror})") from error
    return Bundle(target)


def _note_import(target: Path, bundle: Bundle) -> None:
    """Write down how much of its account came with an evaluation: others have paid for that."""
    calls = bundle.folder / "calls.jsonl"
    target.with_name(target.name + IMPORTED).write_text(str(calls.stat().st_size if calls.exists() else 0))


def unpack(path: Path, folder: Path) -> Bundle:
    """Unpack an archive below a folder, every file held against the manifest; raises InputError."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _unpack(archive, path, folder)
    except FileNotFoundError as error:
        raise InputError(f"there is no file {path}") from error
    except _READING as error:
        raise InputError(f"{path} is no archive of an evaluation, or a damaged one ({first_line(error)})") from error


def _unpack(archive: zipfile.ZipFile, path: Path, folder: Path) -> Bundle:
    names = archive.namelist()
    root = names[0].partition("/")[0] if names else ""
    if not _ID.fullmatch(root) or f"{root}/{MANIFEST}" not in names:
        raise InputError(f"{path} is no archive of an evaluation: it has no {MANIFEST}")
    manifest = _manifest(archive, f"{root}/{MANIFEST}", path)
    _require_whole(archive, path, root, manifest)
    target = folder / root
    for name in (MANIFEST, *manifest.files):
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        digest = _extract(archive, f"{root}/{name}", place)
        if name != MANIFEST and digest != manifest.files[name]:
            raise InputError(f"{path} is damaged: {name} is not what was packed")
    return Bundle(target)


def _manifest(archive: zipfile.ZipFile, name: str, path: Path) -> Manifest:
    if archive.getinfo(name).file_size > _LARGEST_MANIFEST:
        raise InputError(f"{path}: its manifest is too large")
    try:
        return Manifest.model_validate_json(archive.read(name))
    except ValidationError as error:
        raise InputError(f"{path}: its manifest cannot be read: {first_line(error)}") from error


def _require_whole(archive: zipfile.ZipFile, path: Path, root: str, manifest: Manifest) -> None:
    """Raise InputError unless the archive holds what its manifest names, each in its place, and nothing else."""
    listed: Sequence[str] = (MANIFEST, *manifest.files)
    unsafe = next((name for name in listed if not _SAFE.fullmatch(name)), None)
    if unsafe is not None or manifest.evaluation.id != root:
        raise InputError(f"{path}: refused, {(unsafe or root)[:80]!r} would be written where it does not belong")
    if sorted(archive.namelist()) != sorted(f"{root}/{name}" for name in listed):
        raise InputError(f"{path} is damaged: it does not hold the files its manifest names")
    if sum(each.file_size for each in archive.infolist()) > LARGEST:
        raise InputError(f"{path}: refused, it would unpack to more than {LARGEST:,} bytes")


def _extract(archive: zipfile.ZipFile, name: str, place: Path) -> str:
    """Write an entry as a plain file and return its sha256; the library ends where the entry said it ends."""
    digest = hashlib.sha256()
    with archive.open(name) as source, place.open("wb") as target:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            target.write(chunk)
    return digest.hexdigest()
