"""A stored evaluation as one file: a zip with the folder's manifest; a replay proves the replies again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.core.errors import InputError, StoreError
from pipeline.evaluation.run.bundle import Bundle, Manifest
from pipeline.store import MANIFEST, ArchivedFile, open_archive, write_archive

LARGEST = 2_000_000_000
"""Bytes that an archive may unpack to."""
IMPORTED = ".imported"
"""Ends the name of a file that stands beside an imported evaluation: how many bytes of its account came with it."""

_ID = re.compile(r"[A-Za-z0-9-]{1,80}")


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
        files = {name: bundle.folder / name for name in sorted(bundle.manifest.files)}
        listed = [
            ArchivedFile(path=name, size=path.stat().st_size, sha256=bundle.manifest.files[name])
            for name, path in files.items()
        ]
        manifest, folder = (bundle.folder / MANIFEST).read_bytes(), f"{bundle.evaluation.id}/"
        with part.open("wb") as written:
            write_archive(written, manifest, listed, files, folder=folder, mode=0o644)
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
    with open_archive(path, "archive of an evaluation", in_folder=True) as archive:
        manifest = archive.manifest(Manifest)
        archive.require_files(manifest.files, LARGEST)
        if manifest.evaluation.id != archive.folder or not _ID.fullmatch(archive.folder):
            raise InputError(f"{path}: refused, {archive.folder[:80]!r} is not the id of its evaluation")
        target = folder / archive.folder
        for name, sha256 in manifest.files.items():
            place = target / name
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("wb") as file:
                archive.extract(name, sha256, file)
        target.mkdir(exist_ok=True)
        (target / MANIFEST).write_bytes(archive.manifest_bytes())
    return Bundle(target)
