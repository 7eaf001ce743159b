"""Where an index is kept: a folder with one owner at a time, or a server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

import httpx
from filelock import FileLock, Timeout
from pydantic import ValidationError

from pipeline.core.errors import IndexMissing, IndexUnreachable, SettingsError, StoreBusy, StoreError

if TYPE_CHECKING:
    import chromadb
    from chromadb.api import ClientAPI

PAUSE_S = 0.2
"""Between two attempts to reach a server."""
_ANSWER_S = 60.0
"""A server that leaves a request without an answer for so long is taken for dead."""


class Place(Protocol):
    """Where an index is kept."""

    name: str
    """How errors name it."""
    wait_s: float

    def take(self, create: bool) -> None:
        """Make sure that it may be used."""
        ...

    def connect(self) -> ClientAPI:
        """Return Chroma's client."""
        ...

    def release(self) -> None:
        """Let others use it."""
        ...


def import_chroma() -> None:
    """Import Chroma, which reads a `.env` of the current folder meanwhile; raises SettingsError where that stops it."""
    try:
        import chromadb  # noqa: F401 # takes over half a second
    except ValidationError as error:
        names = ", ".join(sorted({str(each["loc"][0]).upper() for each in error.errors()}))
        raise SettingsError(
            f"Chroma cannot use {names} of the environment or of a .env in {Path.cwd()}: take that out, or start in "
            "another folder"
        ) from error


def _settings() -> chromadb.Settings:
    """Return what Chroma is told: nothing of a `.env`."""
    import chromadb

    return chromadb.Settings(_env_file=None, anonymized_telemetry=False)


class _Folder:
    def __init__(self, path: Path, wait_s: float) -> None:
        self.path, self.wait_s, self.name = path, wait_s, f"in {path}"
        self._lock: FileLock | None = None

    def take(self, create: bool) -> None:
        if not create and not (self.path / "chroma.sqlite3").is_file():
            raise missing(self.name)
        self._lock = _locked(self.path, self.wait_s)

    def connect(self) -> ClientAPI:
        import chromadb
        from chromadb.api.shared_system_client import SharedSystemClient

        try:
            return chromadb.PersistentClient(self.path, settings=_settings())
        except BaseException:
            SharedSystemClient.clear_system_cache()  # else the failed start is kept for this path
            raise

    def release(self) -> None:
        if self._lock is not None:
            self._lock.release()


class _Server:
    def __init__(self, url: str, wait_s: float) -> None:
        self.url, self.wait_s = _checked(url), wait_s
        self.name = f"at {self.url}"

    def take(self, create: bool) -> None:
        """Ask whether it lives: Chroma's client would wait for its first answer without end."""
        until = time.monotonic() + self.wait_s
        while True:
            try:
                answer = httpx.get(f"{self.url}/api/v2/heartbeat", timeout=max(1.0, self.wait_s))
                break
            except httpx.TransportError as error:
                if time.monotonic() > until:
                    raise unreachable(self.name) from error
            time.sleep(PAUSE_S)
        if answer.status_code != 200 or "heartbeat" not in answer.text:
            raise StoreError(f"no Chroma server answers {self.name}: check FACTNOTES_CHROMA_URL")

    def connect(self) -> ClientAPI:
        import chromadb

        client = chromadb.HttpClient(host=self.url, settings=_settings())
        client._server._session.timeout = _ANSWER_S  # has none, and no setting for one
        return client

    def release(self) -> None:
        return


def place_of(where: Path | str, wait_s: float | None) -> Place:
    """Return the folder or the server behind an address; raises SettingsError."""
    if isinstance(where, Path):
        return _Folder(where, 2.0 if wait_s is None else wait_s)
    return _Server(where, 10.0 if wait_s is None else wait_s)


def served_at(where: Path | str) -> Path | str:
    """Return the server's URL where a folder is served by its owner just now, else what was given."""
    if not isinstance(where, Path):
        return where
    try:
        url = address_file(where).read_text(encoding="utf-8").strip()
    except OSError:
        return where
    try:
        lock = _locked(where, 0)
    except StoreBusy:
        return url
    address_file(where).unlink(missing_ok=True)  # its server was killed
    lock.release()
    return where


def address_file(folder: Path) -> Path:
    """Return where who serves a folder says at which URL."""
    return folder.with_name(folder.name + ".url")


def _checked(url: str) -> str:
    """Return a server's URL as it is asked; raises SettingsError for one that leads to none."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        fine = False
    if not fine or parts.username or parts.path.strip("/") or parts.query or parts.fragment:
        raise SettingsError("the Chroma server's address must be like http://127.0.0.1:8000: set FACTNOTES_CHROMA_URL")
    return f"{parts.scheme}://{parts.netloc}"


def missing(name: str) -> IndexMissing:
    """Return the error for a place without an index."""
    return IndexMissing(f"no evidence index {name}: run `factnotes index PATH...` to build it")


def unreachable(name: str) -> IndexUnreachable:
    """Return the error for a server that does not answer."""
    return IndexUnreachable(
        f"the evidence index's server {name} does not answer: start it, or check FACTNOTES_CHROMA_URL"
    )


@contextmanager
def own_folder(path: Path, wait_s: float | None = None) -> Iterator[None]:
    """Own the folder of an index without opening it, as who serves or deletes it must; raises StoreBusy."""
    place = _Folder(path, 2.0 if wait_s is None else wait_s)
    place.take(create=True)
    try:
        yield
    finally:
        place.release()


def _locked(path: Path, wait_s: float) -> FileLock:
    lock = FileLock(path.with_name(path.name + ".lock"), timeout=wait_s, thread_local=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise StoreBusy(f"another process uses the evidence index in {path}: wait until it ends, or stop it") from error
    except OSError as error:
        raise StoreError(f"the evidence index in {path} cannot be locked: {error.strerror}") from error
    return lock
