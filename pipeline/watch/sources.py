"""What a source lists now: the files of a folder, the entries of a feed or sitemap, the addresses of a list.

A source says what it likes. Whatever cannot be an article is an item with a problem and costs no other item;
nothing a feed says is expanded, followed or opened here but the sitemaps that a sitemap index names.
"""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.articles import (
    MOST_ITEMS,
    Entry,
    Fetch,
    feed_entries,
    is_web_address,
    sitemap_entries,
)
from pipeline.core.errors import InputError
from pipeline.core.models import content_id
from pipeline.watch.models import Item, Listing, Watch, printable

ARTICLES = (".txt", ".md", ".markdown", ".html", ".htm", ".xhtml", ".eml", ".srt", ".vtt")
_BESIDE = (".yaml", ".yml")
_PASSED = (".*", "~*", "*~", "*.tmp", "*.swp", "*.part", "*.crdownload", "Thumbs.db")
"""Names of files that programs leave beside drafts: never drafts themselves."""
_MAX_URL = 2000


def list_items(watch: Watch, fetch: Fetch) -> Listing:
    """Return what the watch's source lists now; raises InputError where it cannot be read at all."""
    if watch.kind == "folder":
        return _folder(Path(watch.source))
    if watch.kind == "urls":
        return _addresses(watch.source)
    problems: list[str] = []
    if watch.kind == "feed":
        return _listing(feed_entries(watch.source, fetch, problems), problems)
    return _listing(list(sitemap_entries(watch.source, fetch, problems)), problems)


def _folder(folder: Path) -> Listing:
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}: check the path, or that its disk is there")
    problems: list[str] = []
    found = sorted(_walk(folder, problems))
    root = folder.resolve()
    items = [_file(path, folder, root) for path in found if path.suffix.lower() not in _BESIDE]
    return _capped(items, problems, complete=not problems)


def _walk(folder: Path, problems: list[str]) -> Iterator[Path]:
    """Yield what is not a folder, and links to folders, which are not followed; raises InputError at the top."""

    def refused(error: OSError) -> None:
        problem = f"{error.filename} cannot be read ({error.strerror}): check its permissions"
        if Path(str(error.filename)) == folder:
            raise InputError(problem) from error
        problems.append(problem)

    for parent, folders, files in os.walk(folder, onerror=refused):
        links = [name for name in folders if Path(parent, name).is_symlink()]
        folders[:] = [name for name in folders if name not in links and not _is_passed(name)]
        yield from (Path(parent, name) for name in (*links, *files) if not _is_passed(name))


def _is_passed(name: str) -> bool:
    return any(fnmatch.fnmatch(name, pattern) for pattern in _PASSED)


def _file(path: Path, folder: Path, root: Path) -> Item:
    key = path.relative_to(folder).as_posix()
    problem = None
    modified = None
    try:
        modified = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if not path.resolve().is_relative_to(root):
            problem = "it is a link that leads out of the folder: copy the file into the folder"
        elif not path.is_file():
            problem = "it is a link to a folder, which is not followed" if path.is_dir() else "it is no ordinary file"
    except OSError as error:
        problem = f"it cannot be read ({error.strerror})"
    if problem is None and path.suffix.lower() not in ARTICLES:
        problem = f"{path.suffix or 'files without an ending'} is not read: save it as text, Markdown or HTML"
    return _item(key, str(path), modified=modified, problem=problem)


def _addresses(source: str) -> Listing:
    text = source
    if not is_web_address(source.strip()):
        try:
            text = Path(source).read_bytes()[:10_000_000].decode("utf-8-sig")
        except (OSError, UnicodeDecodeError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "not UTF-8"
            raise InputError(f"{source[:200]} cannot be read ({reason}): give a file with a URL a line") from error
    lines = (line.strip() for line in text.splitlines())
    entries = [Entry(link=line) for line in lines if line and not line.startswith("#")]
    if not entries:
        raise InputError("there is no address in it: give one URL a line")
    listing = _listing(entries, [])
    return listing.model_copy(update={"complete": True})


def _listing(entries: Iterable[Entry], problems: list[str]) -> Listing:
    items = []
    for entry in entries:
        if not entry.link:
            problems.append(f"an entry without an address is left out: {entry.title[:80] or 'no title either'}")
            continue
        known = {"modified": entry.modified, "published": entry.published, "estimated": entry.estimated}
        items.append(_item(entry.link, entry.link, problem=_why_not_fetched(entry.link), **known))
    return _capped(items, problems)


def _why_not_fetched(link: str) -> str | None:
    if not is_web_address(link):
        return f"{link[:200]!r} is not an http or https URL and is not opened"
    try:
        parts = urlsplit(link)
        if not parts.hostname or parts.port == 0:
            return f"{link[:200]!r} names no host"
    except ValueError:
        return f"{link[:200]!r} is no valid URL"
    if parts.username or parts.password:
        return f"a URL on {parts.hostname} holds a user name or password and is not fetched"
    return "its address is longer than 2,000 bytes" if len(link.encode(errors="replace")) > _MAX_URL else None


def _item(key: str, location: str, **known: object) -> Item:
    key = printable(key)
    if len(key.encode()) > _MAX_URL:  # as long as an index of a database takes
        key = f"{key.encode()[: _MAX_URL - 20].decode(errors='ignore')}…{content_id(key)}"
    return Item.model_validate({"key": key, "location": location, **known})


def _capped(items: list[Item], problems: list[str], *, complete: bool = False) -> Listing:
    """Keep one item for each key, the newest first; those without a date come last, in their own order."""
    unique = {item.key: item for item in reversed(items)}
    ordered = [item for item in items if unique.get(item.key) is item]
    ordered.sort(key=lambda item: item.modified.timestamp() if item.modified else float("-inf"), reverse=True)
    if len(ordered) > MOST_ITEMS:
        problems.append(f"{len(ordered):,} items are listed: only the newest {MOST_ITEMS:,} are looked at")
    return Listing(items=tuple(ordered[:MOST_ITEMS]), problems=tuple(map(printable, problems)), complete=complete)
