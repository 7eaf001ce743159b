"""Put a saved home back: everything is checked in a folder beside it, then the two change places at once.

Steps, so that a kill between any two leaves a whole home: unpack and check in `.NAME.restoring/new`; note
that it is complete; exchange it with the home (one system call on Linux); rename the old one, which is now
in `.NAME.restoring/new`, to `NAME.before-restore-TIME`. The next restore cleans up what a kill left: it
deletes an unpacked copy that was never completed, and keeps any other.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.core.errors import InputError, StoreBusy, StoreError
from pipeline.core.settings import Settings
from pipeline.store import database as store_package
from pipeline.store.archive import open_archive
from pipeline.store.backup.save import KIND, STORE, Manifest, check_store, manifest_of, require_file_store, sync_folder

_COMPLETE = "complete"
_CURRENT_FOLDER = -100
_EXCHANGE = 2


@dataclass(frozen=True)
class Restored:
    """A home that was put back."""

    home: Path
    manifest: Manifest
    aside: Path | None
    """Where the old home is kept; None when there was none."""


def restore_backup(settings: Settings, file: Path, *, force: bool = False) -> Restored:
    """Put a saved home back; the old one is kept beside it.

    Raises InputError when the archive is damaged, unsafe or of another version, or the home is not empty
    and not `force`; StoreBusy while others use the home; StoreError, OSError. After any of them, and after
    a kill at any moment, the old home is as it was, or the new one is whole.
    """
    require_file_store(settings, "restore")
    home = settings.home.resolve()
    with open_archive(file, KIND) as archive:
        manifest = manifest_of(archive)
    _require_known_revision(manifest)
    if _is_used(home) and not force:
        raise InputError(f"{settings.home} is not empty: --force puts the backup in its place and keeps it aside")
    home.parent.mkdir(parents=True, exist_ok=True)
    with _staging(home) as staging:
        _unpack(file, manifest, staging / "new")
        if home.exists():
            _require_idle(home)
            (staging / "new").chmod(home.stat().st_mode & 0o777)
        aside = _put_in_place(staging, home)
    return Restored(settings.home, manifest, aside)


def _require_known_revision(manifest: Manifest) -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(store_package.__file__).parent / "migrations"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if manifest.revision not in known:
        raise InputError(
            f"the backup was made by factnotes {manifest.version} with a newer store (schema {manifest.revision}): "
            "install that version, or a newer one, to restore it"
        )


def _is_used(home: Path) -> bool:
    if not home.exists():
        return False
    if not home.is_dir():
        raise InputError(f"{home} is not a folder: move it away")
    return any(path.suffix != ".lock" for path in home.iterdir())


@contextmanager
def _staging(home: Path) -> Iterator[Path]:
    """Own the folder to unpack in, emptied of what an interrupted restore left; gone in the end."""
    staging = home.with_name(f".{home.name}.restoring")
    staging.mkdir(exist_ok=True)
    lock = FileLock(staging / "lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise StoreBusy(f"another restore of {home} is running: wait until it ends") from error
    try:
        _clean(staging, home)
        yield staging
    finally:
        lock.release()
        if not (staging / _COMPLETE).exists():
            shutil.rmtree(staging, ignore_errors=True)


def _clean(staging: Path, home: Path) -> None:
    """Delete a copy that was never completed; keep beside the home whatever may be the old one."""
    left, complete = staging / "new", staging / _COMPLETE
    if left.exists() and complete.exists():
        left.rename(_free_name(home))
    shutil.rmtree(left, ignore_errors=True)
    complete.unlink(missing_ok=True)


def _unpack(file: Path, manifest: Manifest, folder: Path) -> None:
    """Unpack an archive into a new folder and check every file and the store; raises InputError, StoreError."""
    folder.mkdir()
    with open_archive(file, KIND) as archive:
        if manifest_of(archive) != manifest:
            raise InputError(f"{file} changed while it was read: try again")
        for saved in manifest.files:
            path = folder / saved.path
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as target:
                archive.extract(saved.path, saved.sha256, target, saved.size)
                target.flush()
                os.fsync(target.fileno())
            path.chmod(saved.mode)
    if not (folder / STORE).is_file():
        raise InputError(f"{file} holds no store")
    try:
        with closing(sqlite3.connect(folder / STORE)) as connection:
            check_store(connection)
            (revision,) = connection.execute("select version_num from alembic_version").fetchone()
    except sqlite3.Error as error:
        raise StoreError(f"{file}: its store cannot be read ({error})") from error
    if revision != manifest.revision:
        raise InputError(f"{file}: its store has schema {revision}, its manifest says {manifest.revision}")


def _require_idle(home: Path) -> None:
    """Raise StoreBusy while another process has the store open: what it writes would go to the old home."""
    if not (home / STORE).is_file():
        return
    try:
        with closing(sqlite3.connect(home / STORE, timeout=1, isolation_level=None)) as connection:
            connection.execute("pragma journal_mode = delete").fetchone()  # refused while anybody else is there
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise StoreBusy(f"{home} is in use: end the desk and every run first") from error
    except sqlite3.DatabaseError:
        return  # a damaged store is what one restores over


def _put_in_place(staging: Path, home: Path) -> Path | None:
    """Let the unpacked folder and the home change places; return where the old home is kept."""
    new, complete = staging / "new", staging / _COMPLETE
    for folder in {path.parent for path in new.rglob("*")} | {new}:
        sync_folder(folder)
    complete.touch()
    sync_folder(staging)
    if not home.exists():
        new.rename(home)
        aside = None
    elif _is_used(home):
        aside = _free_name(home)
        _exchange(new, home, aside)
    else:
        aside = None
        _exchange(new, home, staging / "empty")
    sync_folder(home.parent)
    complete.unlink()
    return aside


def _exchange(new: Path, home: Path, aside: Path) -> None:
    """Put a folder in the home's place and the home aside; where the system cannot swap, in two steps."""
    if _swap(new, home):
        new.rename(aside)
        return
    home.rename(aside)
    try:
        new.rename(home)
    except OSError:
        aside.rename(home)
        raise


def _swap(one: Path, two: Path) -> bool:
    """Exchange two folders at once; False where the system or file system cannot."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    if rename(_CURRENT_FOLDER, os.fsencode(one), _CURRENT_FOLDER, os.fsencode(two), _EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL, errno.EXDEV):
        return False
    raise OSError(code, os.strerror(code), str(two))


def _free_name(home: Path) -> Path:
    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    names = (
        home.with_name(f"{home.name}.before-restore-{stamp}{end}") for end in ("", *(f"-{n}" for n in range(1, 100)))
    )
    return next(name for name in names if not name.exists())
