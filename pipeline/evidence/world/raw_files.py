"""Files of public repositories, one by one, laid down as a clone would have them: for an update without git.

A repository's list of commits tells whether it has anything newer, and of which commit the files are asked. What has
come is kept with what the server said of it: a run that was cut off goes on, and what is as it was is not sent again.
"""

from __future__ import annotations

import json
import re
import tarfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from pipeline.articles import Page, Seen
from pipeline.core.errors import FetchError, ForbiddenAddress
from pipeline.core.settings import Settings
from pipeline.evidence.sources.polite import Polite
from pipeline.evidence.world.sources import WORLD, Raw, read_sources
from pipeline.evidence.world.sources_git import Clone, Version

_COMMITS, _SEEN, _TAKEN, _ARCHIVE = "commits.json", "seen.json", "taken.json", "archive.tar.gz"
_LARGEST_FILE, _LARGEST_ALL = 2_000_000, 500_000_000
"""Of an archive: a page of one person or country has a hundredth of the one, a repository a tenth of the other."""
_SHA = re.compile(r"[0-9a-f]{40}")
_MEDIA_TYPES = (
    *("text/plain", "text/csv", "text/yaml", "application/yaml", "application/x-yaml"),
    *(
        "application/json",
        "application/vnd.github+json",
        "application/octet-stream",
        "application/x-gzip",
        "application/gzip",
    ),
)
_TIMEOUT_S = 120.0
"""For a whole file: the list of former members of Congress has some ten megabytes."""


class Repository(NamedTuple):
    """One repository of a source, and to which day a desk has it."""

    source: str
    name: str
    """`owner/name`."""
    known_to: date
    raw: Raw


@dataclass(frozen=True)
class RawClone(Clone):
    """What stands for a clone: a folder with the files of one commit."""

    version: Version

    def paths(self, under: str, commit: str = "HEAD") -> list[str]:
        """Return the files under a folder, in order."""
        files = (path for path in (self.folder / under).rglob("*") if path.is_file())
        return sorted(path.relative_to(self.folder).as_posix() for path in files)

    def read(self, path: str, commit: str = "HEAD") -> str | None:
        """Return a file's text; None where it is not there."""
        file = self.folder / path
        return file.read_bytes().decode("utf-8", "replace") if file.is_file() else None

    def read_many(self, names: list[str]) -> Iterator[bytes | None]:
        """Return the content of files named as `commit:path`, in order; None for one that is not there."""
        for name in names:
            text = self.read(name.partition(":")[2])
            yield None if text is None else text.encode()

    def _log(self, *arguments: str) -> list[Version]:
        return [self.version]


@dataclass(frozen=True)
class Archive(RawClone):
    """What stands for a clone: an archive of one commit, in which every name begins with a folder of its own."""

    def paths(self, under: str, commit: str = "HEAD") -> list[str]:
        """Return the files under a folder, in order."""
        return sorted(path for path in self._texts if path.startswith(f"{under}/"))

    def read(self, path: str, commit: str = "HEAD") -> str | None:
        """Return a file's text; None where it is not there."""
        data = self._texts.get(path)
        return None if data is None else data.decode("utf-8", "replace")

    @cached_property
    def _texts(self) -> dict[str, bytes]:
        """Every file that may be a page by its size; raises TarError, EOFError, zlib.error, OSError."""
        texts: dict[str, bytes] = {}
        left = _LARGEST_ALL
        with tarfile.open(self.folder / _ARCHIVE, "r|gz") as archive:
            for member in archive:
                left -= member.size
                if left < 0:
                    raise tarfile.TarError("it unpacks to more than any such repository has")
                if member.isfile() and member.size <= _LARGEST_FILE and (content := archive.extractfile(member)):
                    texts[member.name.partition("/")[2]] = content.read()
        return texts


@dataclass(frozen=True)
class _Kept(Seen):
    """What was noted of a file: what the server said, and of which commit or on which day it was asked."""

    of: str = ""


class RawFiles:
    """Fetches for one update: within the limits of size, time and addresses of every page, and politely."""

    def __init__(self, settings: Settings, sleep: Callable[[float], None] = time.sleep, world: Path = WORLD) -> None:
        slow = settings.model_copy(update={"fetch_timeout_s": max(settings.fetch_timeout_s, _TIMEOUT_S)})
        self._polite = Polite(slow, sleep)
        self._folder = settings.home / "world" / "raw"
        self._world = world

    def repositories(self) -> list[Repository]:
        """Return what can be had file by file, in order of the sources; raises TableError."""
        taken = _read_json(self._folder / _TAKEN)
        return [
            each._replace(known_to=max(each.known_to, date.fromisoformat(taken.get(each.name, "1970-01-01"))))
            for each in _shipped(self._world)
        ]

    def newer(self, repository: Repository) -> RawClone | None:
        """Return a repository's files; None where it has nothing newer. Raises FetchError, ForbiddenAddress."""
        place = self._place(repository)
        version = self._version(repository, place)
        if version.day <= repository.known_to:
            return None
        raw, name, commit = repository.raw, repository.name, version.commit
        if raw.archives:
            self._bring(f"{raw.archives}/{name}/tar.gz/{commit}", place, _ARCHIVE, commit)
            return Archive(name, place, version)
        for path in raw.paths:
            self._bring(f"{raw.files}/{name}/{commit}/{path}", place, path, commit)
        return RawClone(name, place, version)

    def take(self, days: Mapping[str, date]) -> None:
        """Note to which days repositories were taken."""
        path = self._folder / _TAKEN
        _write_json(path, {**_read_json(path), **{name: str(day) for name, day in days.items()}})

    def drop(self, repository: Repository) -> None:
        """Have a repository's files asked for anew: they could not be read."""
        (self._place(repository) / _SEEN).unlink(missing_ok=True)

    def _place(self, repository: Repository) -> Path:
        return self._folder / repository.name.replace("/", "+")

    def _version(self, repository: Repository, place: Path) -> Version:
        """Return the newest commit of what tells the day; asked once a day."""
        address = f"{repository.raw.commits}/{repository.name}/commits?path={repository.raw.paths[0]}&per_page=1"
        self._bring(address, place, _COMMITS, str(datetime.now(UTC).date()), check=newest_commit)
        return newest_commit((place / _COMMITS).read_bytes())

    def _bring(
        self, address: str, place: Path, path: str, of: str, check: Callable[[bytes], object] = lambda data: None
    ) -> None:
        """Have a file in its place as it is in a commit, or on a day."""
        notes = _read_json(place / _SEEN)
        file = place / path
        kept = _Kept(**notes[path]) if path in notes and file.is_file() else _Kept()
        if kept.of == of:
            return
        page = self._ask(address, Seen(kept.etag, kept.modified))
        if page is None and not kept.of:
            raise FetchError(f"{address} answered that it is as it was, and was never here: try again later")
        if page is not None:
            check(page.data)
            _write(file, page.data)
        _write_json(place / _SEEN, {**notes, path: asdict(_noted(kept, page, of))})

    def _ask(self, address: str, seen: Seen) -> Page | None:
        try:
            return self._polite.ask(address, _MEDIA_TYPES, seen)
        except ForbiddenAddress:
            raise
        except FetchError as error:  # what it says to do is for articles
            raise FetchError(str(error).rpartition(": ")[0] or str(error), error.status) from error


def _noted(kept: _Kept, page: Page | None, of: str) -> _Kept:
    return replace(kept, of=of) if page is None else _Kept(page.etag, page.modified, of)


def _shipped(world: Path) -> Iterator[Repository]:
    """Yield the repositories to which the shipped data were built, with the days of those."""
    states = _read_json(world / "offices_repositories.json")
    for source, entry in read_sources(world).items():
        if entry.raw and entry.raw.owner:
            for name in (each for each in states if each.startswith(f"{entry.raw.owner}/")):
                yield Repository(source, name, date.fromisoformat(states[name]["day"]), entry.raw)
        elif entry.raw:
            name = urlsplit(entry.url).path.strip("/")
            yield Repository(source, name, entry.as_of, entry.raw)


def newest_commit(data: bytes) -> Version:
    """Return the first commit of a list in the form of GitHub's interface; raises FetchError."""
    try:
        first = json.loads(data)[0]
        sha, day = str(first["sha"]), date.fromisoformat(str(first["commit"]["committer"]["date"])[:10])
        message = str(first["commit"].get("message", ""))
    except (ValueError, LookupError, TypeError) as error:
        raise FetchError("the list of its commits cannot be read: try again later") from error
    if not _SHA.fullmatch(sha):
        raise FetchError("the list of its commits names none by its number: try again later")
    return Version(sha, day, message)


def _read_json(path: Path) -> dict[str, Any]:
    """Return an object of a file of our own; an empty one where it is not there or not whole."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write_json(path: Path, content: object) -> None:
    _write(path, json.dumps(content, indent=1).encode())


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.part")
    fresh.write_bytes(data)
    fresh.replace(path)
