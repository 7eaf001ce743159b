"""Read feeds and sitemaps that anybody may have written: no entities, no other documents, no surprises."""

from __future__ import annotations

import calendar
import gzip
import io
import re
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import ParseError  # nosec B405 # defusedxml raises it, and reads

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from pipeline.articles.day_values import read_day
from pipeline.core.errors import FactnotesError, InputError
from pipeline.core.models import Value

MOST_ENTRIES = 5_000
"""Entries of a feed that are read: no feed is so long, and the library that reads them takes seconds for as many."""
_MAX_FEED_BYTES = 20_000_000
_TAG = rb"(?:[\w.-]\0*){0,40}?(?::\0*)?(?:i\0*t\0*e\0*m|e\0*n\0*t\0*r\0*y)"
_BEGINS = re.compile(rb"<\0*" + _TAG + rb"\0*[\s/>]", re.IGNORECASE)
_ENDS = re.compile(rb"<\0*/\0*" + _TAG + rb"[\s\0]*>\0*", re.IGNORECASE)
"""An entry's tag with any prefix, also in UTF-16 and UTF-32."""
_DEEPEST = 10_000
_ELEMENT = re.compile(
    rb"<!\[CDATA\[(?:[^\]]|\](?!\]>))*+|<!--(?:[^-]|-(?!->))*+|(?P<ends></)|"
    rb"<(?:br|hr|img|p|li|input|meta)\b|(?P<open><[A-Za-z_](?![^<>]*/>))",
    re.IGNORECASE,
)
"""An element that begins or ends, outside of text that is taken as it is; those of a page that need no end aside."""
MOST_ITEMS = 50_000
"""As many as one sitemap may hold."""
_MOST_SITEMAPS = 100
_MAX_SITEMAP_BYTES = 50_000_000
"""As the sitemap protocol has it, unpacked."""
_ENTITIES = re.compile(rb"<!ENTITY", re.IGNORECASE)


class Fetched(Protocol):
    """What a fetcher gives."""

    @property
    def data(self) -> bytes:
        """The answer's body."""
        ...

    @property
    def url(self) -> str:
        """Where the last redirect led."""
        ...


Fetch = Callable[[str], Fetched]


class Entry(Value):
    """What a feed or sitemap says of one article."""

    link: str
    title: str = ""
    modified: datetime | None = None
    published: date | None = None
    """The day it gives in a form that means one day only."""
    estimated: date | None = None
    """The day it gives in any other form."""


def is_web_address(text: str) -> bool:
    """Tell whether a text begins like an http or https URL."""
    return text.lower().startswith(("http://", "https://"))


def read_feed(data: bytes, name: str, address: str = "") -> list[Entry]:
    """Return the entries of an RSS or Atom feed; raises InputError for what is none, or is hostile.

    Links that are relative, or without a scheme, lead from the feed's address.
    """
    if len(data) > _MAX_FEED_BYTES:
        raise InputError(f"{name} is larger than {_MAX_FEED_BYTES:,} bytes and is not read")
    # Null bytes out: the same words in UTF-16 and UTF-32.
    if _ENTITIES.search(data.replace(b"\0", b"")):
        raise InputError(f"{name} declares entities of its own and is not read: a feed needs none")
    entries = _first_entries(data)
    if _is_deep(entries.replace(b"\0", b"")):
        raise InputError(f"{name} has more than {_DEEPEST:,} elements within one another and is not read")
    import feedparser  # slow to import

    try:
        feed = feedparser.parse(io.BytesIO(entries), sanitize_html=False, resolve_relative_uris=False)
    except (ValueError, RecursionError, LookupError, AttributeError) as error:
        raise InputError(f"{name} cannot be read as a feed: check the address") from error
    if not feed.get("version") and not feed.entries:
        raise InputError(f"{name} is no RSS or Atom feed: check the address")
    return [_entry(entry, address) for entry in feed.entries[:MOST_ENTRIES]]


def _is_deep(data: bytes) -> bool:
    """Tell whether more elements are open at once than the library that reads feeds takes in good time."""
    opened = 0
    for match in _ELEMENT.finditer(data):
        opened = max(0, opened - 1) if match["ends"] else opened + (match["open"] is not None)
        if opened > _DEEPEST:
            return True
    return False


def _first_entries(data: bytes) -> bytes:
    """Return a feed without the entries after so many; what stands behind the last one stays."""
    beyond = next(islice(_BEGINS.finditer(data), MOST_ENTRIES, None), None)
    if beyond is None:
        return data
    ends = deque(_ENDS.finditer(data, beyond.start()), maxlen=1)
    return data[: beyond.start()] + (data[ends[0].end() :] if ends else b"")


def _entry(entry: Any, address: str) -> Entry:
    published = _moment_of(entry, "published")
    updated = _moment_of(entry, "updated") if "updated_parsed" in entry else None  # `get` would fall back, loudly
    day = read_day(str(entry.get("published") or ""))
    sure = day is not None and day.doubt is None and not 0 < (day.utc_minutes or 0) < _EARLY
    return Entry(
        link=_resolved(" ".join(str(entry.get("link") or "").split()), address),
        title=" ".join(str(entry.get("title") or "").split()),
        modified=updated or published,
        published=day.day if day and sure else None,
        estimated=day.day if day and not sure else None,
    )


def _resolved(link: str, address: str) -> str:
    try:
        return urljoin(address, link) if link and not urlsplit(link).scheme else link
    except ValueError:
        return link  # no address at all: refused where it is opened


_EARLY = 8 * 60
"""Minutes of a day in UTC that are still the day before in America."""


def _moment_of(entry: Any, name: str) -> datetime | None:
    """Return a moment as the library reads it; its day as we do, where that is another: `2024/6/29` is no November."""
    moment, day = _moment(entry.get(f"{name}_parsed")), read_day(str(entry.get(name) or ""))
    if moment is None or day is None:
        return None
    near = abs(moment.date() - day.day) <= timedelta(days=1)
    return moment if near else datetime.combine(day.day, time(), UTC)


def _moment(parsed: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def read_sitemap(data: bytes, name: str) -> tuple[list[Entry], list[str]]:
    """Return the pages of a sitemap and the sitemaps an index names; raises InputError for what is none."""
    try:
        root = ElementTree.fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise InputError(f"{name} declares a document type or entities and is not read: sitemaps need none") from error
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise InputError(f"{name} is no well-formed XML ({error}): check the address") from error
    kind = _local(root.tag)
    if kind not in ("urlset", "sitemapindex"):
        raise InputError(f"{name} is no sitemap but <{kind[:40]}>: check the address")
    found = [Entry(link=_text(child, "loc"), modified=_w3c(_text(child, "lastmod"))) for child in root]
    return ([], [entry.link for entry in found]) if kind == "sitemapindex" else (found, [])


def _local(tag: Any) -> str:
    return str(tag).rpartition("}")[2]


def _text(parent: Any, name: str) -> str:
    return next((" ".join((child.text or "").split()) for child in parent if _local(child.tag) == name), "")


def _w3c(text: str) -> datetime | None:
    """Read a date of the W3C form; a day without a time counts to its end."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) <= len("2026-01-01"):
        moment = moment.replace(hour=23, minute=59, second=59)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def feed_entries(address: str, fetch: Fetch, problems: list[str]) -> list[Entry]:
    """Return the entries of a feed, of a very long one the first; what is left out is told."""
    fetched = fetch(address)
    if (count := sum(1 for _ in _BEGINS.finditer(fetched.data))) > MOST_ENTRIES:
        problems.append(f"{address} lists {count:,} entries: only the first {MOST_ENTRIES:,} are read")
    return read_feed(fetched.data, address, fetched.url)


def sitemap_entries(address: str, fetch: Fetch, problems: list[str]) -> Iterator[Entry]:
    """Yield the entries of a sitemap, or of those that an index on the same host names."""
    host = urlsplit(address).hostname
    todo, seen, count = [address], {address}, 0
    while todo:
        sitemap = todo.pop(0)
        try:
            entries, nested = read_sitemap(_unpacked(fetch(sitemap).data, sitemap), sitemap)
        except FactnotesError as error:
            if sitemap == address:
                raise
            problems.append(str(error))
            continue
        for entry in entries:
            count += 1
            if count > MOST_ITEMS:
                problems.append(f"{address} lists more than {MOST_ITEMS:,} pages: the rest is left out")
                return
            yield entry
        for link in nested:
            reason = _why_not_nested(link, host, sitemap == address, len(seen))
            if reason:
                problems.append(f"the sitemap {link[:200]} is left out: {reason}")
            elif link not in seen:
                seen.add(link)
                todo.append(link)


def _why_not_nested(link: str, host: str | None, is_top: bool, count: int) -> str | None:
    if not is_web_address(link):
        return "it is not an http or https URL"
    if urlsplit(link).hostname != host:
        return "it is on another host"
    if not is_top:
        return "an index within an index is not read"
    return f"more than {_MOST_SITEMAPS} are not read" if count > _MOST_SITEMAPS else None


def _unpacked(data: bytes, name: str) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            text = file.read(_MAX_SITEMAP_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{name} is no whole gzip file: try again later") from error
    if len(text) > _MAX_SITEMAP_BYTES:
        raise InputError(f"{name} unpacks to more than {_MAX_SITEMAP_BYTES:,} bytes and is not read")
    return text
