"""Files that facts are ticked on: kept beside the store under the hash of their content, and handed out as files only.

A file is written before the event that names it, and none is ever deleted or written over: a copy of the store and of
the folder, in this order, holds every file that the copied log names.
"""

from __future__ import annotations

import hashlib
import mimetypes
import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

from pipeline.core.errors import InputError, StoreError
from pipeline.core.printing import ORDERS
from pipeline.ledger.models import FactEvent, FactSource, KeptFile
from pipeline.store import sync_folder

_UNFIT = re.compile(r"[<>:\"|?*\s]+")
_LONGEST_NAME = 120
_BYTES = "application/octet-stream"


def keep_file(folder: Path, name: str, data: bytes, most: int) -> KeptFile:
    """Keep a file in a folder and return what names it; one that is there already, and whole, is left as it is.

    Raises InputError for an empty or too large one, StoreError where it cannot be written.
    """
    if not data:
        raise InputError(f"the file {clean_name(name)} is empty: nothing to keep")
    if len(data) > most:
        raise InputError(f"the file {clean_name(name)} has {len(data):,} bytes: at most {most:,} are kept")
    kept = _named(name, hashlib.sha256(data).hexdigest(), len(data))
    if why_lost(folder, kept):
        _write(_path(folder, kept.sha256), data)
    return kept


def kept_file(folder: Path, name: str, sha256: str) -> KeptFile:
    """Return a file that was kept before, by its hash; raises InputError where there is none."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256) or not _path(folder, sha256).is_file():
        raise InputError("choose the file again: it is not kept here")
    return _named(name, sha256, _path(folder, sha256).stat().st_size)


def read_file(folder: Path, kept: KeptFile) -> bytes:
    """Return a kept file's bytes; raises StoreError for one that is missing or is not what was kept."""
    if why := why_lost(folder, kept):
        raise StoreError(f"{kept.name} ({kept.sha256[:12]}) {why}: restore {folder} from a backup")
    return _path(folder, kept.sha256).read_bytes()


def why_lost(folder: Path, kept: KeptFile) -> str:
    """Tell what has become of a kept file: `is missing`, `was altered`, or nothing where it is whole."""
    try:
        with _path(folder, kept.sha256).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return "is missing" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
    return "" if found == kept.sha256 else "was altered"


def files_of(events: Iterable[FactEvent]) -> tuple[KeptFile, ...]:
    """Return the files that a log names, each once, in the order they came."""
    named = [source.file for event in events for source in event.sources if source.file]
    return tuple({kept.sha256: kept for kept in reversed(named)}.values())[::-1]


def as_source(kept: KeptFile, *, primary: bool = False) -> FactSource:
    """Return a kept file as what a fact rests on."""
    return FactSource(kind="file", reference=kept.name, primary=primary, file=kept)


def clean_name(name: str) -> str:
    r"""Return a file's name without folders, and without what no name needs or what hides how it ends.

    >>> clean_name("C:\\notes\\..\\min\u202eutes 3 May.pdf")
    'minutes_3_May.pdf'
    """
    last = re.split(r"[/\\]", name.strip())[-1]
    cleaned = _UNFIT.sub("_", ORDERS.sub("", last)).strip("._ ")
    stem, dot, end = cleaned.rpartition(".")
    if dot and len(end) < _LONGEST_NAME // 4:
        return f"{stem[: _LONGEST_NAME - len(end) - 1]}.{end}"
    return cleaned[:_LONGEST_NAME] or "file"


def _named(name: str, sha256: str, size: int) -> KeptFile:
    name = clean_name(name)
    return KeptFile(name=name, sha256=sha256, size=size, media_type=mimetypes.guess_type(name)[0] or _BYTES)


def _path(folder: Path, sha256: str) -> Path:
    return folder / sha256[:2] / sha256


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; what is written is on the disk before it has its name."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, part = tempfile.mkstemp(suffix=".part", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(part).replace(path)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
    except OSError as error:
        raise StoreError(f"the file cannot be kept in {path.parent.parent} ({error.strerror or error})") from error
