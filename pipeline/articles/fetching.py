"""Pages from the web: read in pieces, within limits of size, time and redirects, from public addresses only."""

from __future__ import annotations

import ssl
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import httpcore
import httpx

from pipeline.core.caching import once_for_each
from pipeline.core.errors import FetchError
from pipeline.core.safe_http import Deadline, GuardedBackend
from pipeline.core.settings import Settings

_MAX_REDIRECTS = 5
_PACKED = ("", "identity", "gzip", "x-gzip")
_SAVE = "save the page and give the file"
_TEXT = ("text/html", "application/xhtml+xml", "text/plain", "text/markdown", "text/x-markdown")
_TEXT_WANTED = "a page of text: save its text in a file and give that"
FEEDS = (
    *("application/rss+xml", "application/atom+xml", "application/xml", "text/xml", "application/rdf+xml"),
    *("application/gzip", "application/x-gzip", "application/octet-stream", "text/plain", "text/html"),
)
"""Media types under which feeds and sitemaps are served."""


@dataclass(frozen=True)
class Page:
    """What a URL answered."""

    data: bytes
    url: str
    """Where the last redirect led."""
    media_type: str
    """Such as `text/html`; empty if the server did not say."""
    charset: str | None
    etag: str = ""
    modified: str = ""
    """What the server said of when it changed, word for word."""


@dataclass(frozen=True)
class Seen:
    """What was noted of a page when it was fetched before."""

    etag: str = ""
    modified: str = ""


class _NotModifiedError(Exception):
    """The page is as it was."""


@once_for_each
def _trust() -> ssl.SSLContext:
    """Return who vouches for servers; reading that takes longer than many a page."""
    return httpx.create_ssl_context(trust_env=False)


class _GuardedTransport(httpx.HTTPTransport):
    """httpx's transport over a guarded backend; proxies of the environment would hide the address, so none is used."""

    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        trust = _trust()
        super().__init__(verify=trust, trust_env=False)
        # httpx offers no parameter for the backend of its pool.
        self._pool = httpcore.ConnectionPool(ssl_context=trust, network_backend=backend)


def fetch_if_changed(
    url: str,
    settings: Settings,
    seen: Seen,
    media_types: Collection[str] = _TEXT,
    *,
    one_host: bool = False,
    headers: Mapping[str, str] | None = None,
) -> Page | None:
    """Return a page as `fetch` does, or None where the server says that it is as it was seen."""
    asked = {"If-None-Match": seen.etag, "If-Modified-Since": seen.modified, **(headers or {})}
    asked = {name: value for name, value in asked.items() if value}
    try:
        return _fetch(url, settings, media_types, asked, one_host)
    except _NotModifiedError:
        if seen == Seen():
            raise _unasked(url) from None
        return None


def fetch(
    url: str,
    settings: Settings,
    media_types: Collection[str] = _TEXT,
    asked: Mapping[str, str] | None = None,
    *,
    one_host: bool = False,
) -> Page:
    """Return the page a URL leads to, of one of the media types or of none that the server tells.

    `asked` are headers to send. With `one_host` nothing of the URL is sent on to where another server redirects, or
    without TLS. Raises FetchError or ForbiddenAddress, each with what to do.
    """
    try:
        return _fetch(url, settings, media_types, asked or {}, one_host)
    except _NotModifiedError:
        raise _unasked(url) from None


def _unasked(url: str) -> FetchError:
    status = httpx.codes.NOT_MODIFIED
    return FetchError(f"{url} answered {status} as if it had been seen before: try again later, or {_SAVE}", status)


def _fetch(
    url: str, settings: Settings, media_types: Collection[str], asked: Mapping[str, str], one_host: bool
) -> Page:
    """Return a page as `fetch` does; raises _NotModifiedError as well."""
    backend = GuardedBackend(Deadline(settings.fetch_timeout_s), allow_private=settings.allow_private_urls)
    try:
        with httpx.Client(
            transport=_GuardedTransport(backend),
            timeout=settings.fetch_timeout_s,
            headers=_headers(media_types, settings.contact) | dict(asked),
            trust_env=False,
        ) as client:
            return _follow(client, url, settings.max_download_bytes, media_types, one_host)
    except httpx.TimeoutException as error:
        seconds = f"{settings.fetch_timeout_s:g} s"
        raise FetchError(f"{url} was not answered in full within {seconds}: try again later, or {_SAVE}") from error
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        reason = " ".join(str(error).split())[:120]
        raise FetchError(f"{url} cannot be fetched ({reason}): check the address, or {_SAVE}") from error


def _headers(media_types: Collection[str], contact: str | None) -> dict[str, str]:
    # What is not ASCII could not be sent; a desk that says how to be reached is turned away less.
    reached = f" ({contact})" if contact and contact.isascii() and contact.isprintable() else ""
    return {"User-Agent": f"factnotes{reached}", "Accept": ", ".join(media_types), "Accept-Encoding": "gzip"}


def _follow(
    client: httpx.Client, url: str, max_bytes: int, media_types: Collection[str], one_host: bool = False
) -> Page:
    request = client.build_request("GET", url)
    for _ in range(_MAX_REDIRECTS + 1):
        _refuse_url(request.url)
        # httpx would read the whole body of a redirect; here it is dropped unread.
        response = client.send(request, stream=True, follow_redirects=False)
        try:
            if response.next_request is None:
                return _read(response, url, max_bytes, media_types)
            if one_host and not _stays(request.url, response.next_request.url):
                raise FetchError(f"{request.url.host} sends what it is asked on to another server: check its address")
            request = response.next_request
        finally:
            response.close()
    raise FetchError(f"{url} redirects more than {_MAX_REDIRECTS} times: give the address it ends at, or {_SAVE}")


def _stays(asked: httpx.URL, led_to: httpx.URL) -> bool:
    return led_to.netloc == asked.netloc and (led_to.scheme == asked.scheme or led_to.scheme == "https")


def _refuse_url(url: httpx.URL) -> None:
    if url.scheme not in ("http", "https") or not url.host:
        raise FetchError(f"{url.scheme}: addresses are not fetched: give an http or https URL, or a file")
    if url.userinfo:
        raise FetchError(f"a URL on {url.host} holds a user name or password and is not fetched: {_SAVE}")


def _read(response: httpx.Response, url: str, max_bytes: int, media_types: Collection[str]) -> Page:
    if response.status_code == httpx.codes.NOT_MODIFIED:
        raise _NotModifiedError
    if not response.is_success:
        status = f"{response.status_code} {response.reason_phrase}".strip()
        raise FetchError(f"{url} answered {status}: {_advice(response.status_code)}", response.status_code)
    media_type = response.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type and media_type not in media_types:
        wanted = _TEXT_WANTED if media_types is _TEXT else "a feed or sitemap"
        raise FetchError(f"{url} is {media_type[:60]}, not {wanted}")
    # Stacked encodings, and others than were asked for, could unpack one small piece of the answer to any size.
    if response.headers.get("content-encoding", "").strip().lower() not in _PACKED:
        raise FetchError(f"{url} is packed more than once, or in a way that was not asked for: {_SAVE}")
    too_large = FetchError(f"{url} is larger than {max_bytes:,} bytes: save the article's text in a file and give that")
    announced = response.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > max_bytes:
        raise too_large
    data = bytearray()
    for piece in response.iter_bytes():
        data += piece
        if len(data) > max_bytes:
            raise too_large
    page = Page(bytes(data), str(response.url), media_type, response.charset_encoding)
    return replace(page, etag=response.headers.get("etag", ""), modified=response.headers.get("last-modified", ""))


def _advice(status: int) -> str:
    busy = status in (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE)
    return "it wants fewer questions: try again later" if busy else f"check the address, or {_SAVE}"
