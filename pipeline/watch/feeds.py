"""Read feeds and sitemaps that anybody may have written: no entities, no other documents, no surprises."""

from __future__ import annotations

import calendar
import io
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urljoin
from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from pipeline.articles import read_day
from pipeline.core.errors import InputError
from pipeline.core.models import Value

_MOST_ENTRIES = 50_000
_MAX_FEED_BYTES = 20_000_000
_ENTITIES = re.compile(rb"<!ENTITY", re.IGNORECASE)


class Entry(Value):
    """What a feed or sitemap says of one article."""

    link: str
    title: str = ""
    modified: datetime | None = None
    published: date | None = None
    """The day it gives in a form that means one day only."""
    estimated: date | None = None
    """The day it gives in any other form."""


def read_feed(data: bytes, name: str) -> list[Entry]:
    """Return the entries of an RSS or Atom feed read at an address; raises InputError for what is none, or is hostile.

    Their addresses are resolved against that of the feed, or the base that it declares.
    """
    if len(data) > _MAX_FEED_BYTES:
        raise InputError(f"{name} is larger than {_MAX_FEED_BYTES:,} bytes and is not read")
    # Null bytes out: the same words in UTF-16 and UTF-32.
    if _ENTITIES.search(data.replace(b"\0", b"")):
        raise InputError(f"{name} declares entities of its own and is not read: a feed needs none")
    import feedparser  # slow to import

    try:
        feed = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    except (ValueError, RecursionError, LookupError, AttributeError) as error:
        raise InputError(f"{name} cannot be read as a feed: check the address") from error
    if not feed.get("version") and not feed.entries:
        raise InputError(f"{name} is no RSS or Atom feed: check the address")
    return [_entry(entry, name) for entry in feed.entries[:_MOST_ENTRIES]]


def _entry(entry: Any, base: str) -> Entry:
    published = _moment_of(entry, "published")
    updated = _moment_of(entry, "updated") if "updated_parsed" in entry else None  # `get` would fall back, loudly
    day = read_day(str(entry.get("published") or ""))
    sure = day is not None and day.doubt is None and not 0 < (day.utc_minutes or 0) < _EARLY
    return Entry(
        link=_resolved(" ".join(str(entry.get("link") or "").split()), base),
        title=" ".join(str(entry.get("title") or "").split()),
        modified=updated or published,
        published=day.day if day and sure else None,
        estimated=day.day if day and not sure else None,
    )


def _resolved(link: str, base: str) -> str:
    """Return an address that stands alone; one with a scheme is left as it is, whatever it is."""
    if not link or _SCHEME.match(link):
        return link
    try:
        return urljoin(base, link)
    except ValueError:
        return link


_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
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
