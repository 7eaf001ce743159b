"""Read feeds and sitemaps that anybody may have written: no entities, no other documents, no surprises."""

from __future__ import annotations

import calendar
import io
import re
from collections import deque
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any
from xml.etree.ElementTree import ParseError  # nosec B405 # defusedxml raises it, and reads

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from pipeline.core.errors import InputError
from pipeline.core.models import Value

MOST_ENTRIES = 5_000
"""Entries of a feed that are read: no feed is so long, and the library that reads them takes seconds for as many."""
_MAX_FEED_BYTES = 20_000_000
_TAG = rb"(?:[\w.-]\0*){0,40}?(?::\0*)?(?:i\0*t\0*e\0*m|e\0*n\0*t\0*r\0*y)"
_BEGINS = re.compile(rb"<\0*" + _TAG + rb"\0*[\s/>]", re.IGNORECASE)
_ENDS = re.compile(rb"<\0*/\0*" + _TAG + rb"[\s\0]*>\0*", re.IGNORECASE)
"""An entry's tag with any prefix, also in UTF-16 and UTF-32."""
_ENTITIES = re.compile(rb"<!ENTITY", re.IGNORECASE)


class Entry(Value):
    """What a feed or sitemap says of one article."""

    link: str
    title: str = ""
    modified: datetime | None = None
    published: date | None = None


def read_feed(data: bytes, name: str) -> list[Entry]:
    """Return the entries of an RSS or Atom feed; raises InputError for what is none, or is hostile."""
    if len(data) > _MAX_FEED_BYTES:
        raise InputError(f"{name} is larger than {_MAX_FEED_BYTES:,} bytes and is not read")
    # Null bytes out: the same words in UTF-16 and UTF-32.
    if _ENTITIES.search(data.replace(b"\0", b"")):
        raise InputError(f"{name} declares entities of its own and is not read: a feed needs none")
    import feedparser  # slow to import

    try:
        feed = feedparser.parse(io.BytesIO(_first_entries(data)), sanitize_html=False, resolve_relative_uris=False)
    except (ValueError, RecursionError, LookupError, AttributeError) as error:
        raise InputError(f"{name} cannot be read as a feed: check the address") from error
    if not feed.get("version") and not feed.entries:
        raise InputError(f"{name} is no RSS or Atom feed: check the address")
    return [_entry(entry) for entry in feed.entries[:MOST_ENTRIES]]


def count_entries(data: bytes) -> int:
    """Return how many entries a feed seems to hold."""
    return sum(1 for _ in _BEGINS.finditer(data))


def _first_entries(data: bytes) -> bytes:
    """Return a feed without the entries after so many; what stands behind the last one stays."""
    beyond = next(islice(_BEGINS.finditer(data), MOST_ENTRIES, None), None)
    if beyond is None:
        return data
    ends = deque(_ENDS.finditer(data, beyond.start()), maxlen=1)
    return data[: beyond.start()] + (data[ends[0].end() :] if ends else b"")


def _entry(entry: Any) -> Entry:
    published = _moment(entry.get("published_parsed"))
    updated = _moment(entry["updated_parsed"]) if "updated_parsed" in entry else None  # `get` would fall back, loudly
    return Entry(
        link=" ".join(str(entry.get("link") or "").split()),
        title=" ".join(str(entry.get("title") or "").split()),
        modified=updated or published,
        published=published.date() if published else None,
    )


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
