"""Whose page is it: addresses and publishers' names, compared as an editor would."""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from urllib.parse import urlsplit

from courlan import extract_domain, normalize_url

_HOSTING = frozenset(
    [
        "blogspot.com",
        "facebook.com",
        "github.io",
        "ghost.io",
        "medium.com",
        "substack.com",
        "tumblr.com",
        "twitter.com",
        "wordpress.com",
        "x.com",
        "youtube.com",
    ]
)
"""Where a host or page, not the registered domain, says who publishes."""
_NOT_A_NAME = frozenset(["copy", "mirror", "archive", "newsletter", "text", "translation"]) | {
    domain.split(".")[0] for domain in _HOSTING
}
_reading = threading.Lock()
_SHOWN_ELSEWHERE = tuple(
    map(
        re.compile,
        (
            r"https?://web\.archive\.org/web/[^/]+/(?P<url>.+)",
            r"https?://archive\.(?:ph|today|is|li|md|vn|fo)/(?:\w+/)?(?P<url>https?:/.+)",
            r"https?://[\w-]+\.cdn\.ampproject\.org/[cvi]/(?:s/)?(?P<url>.+)",
            r"https?://(?:www\.)?google\.[\w.]+/amp/(?:s/)?(?P<url>.+)",
            r"https?://webcache\.googleusercontent\.com/search\?q=cache:(?:[\w-]+:)?(?P<url>[^+&]+).*",
        ),
    )
)
"""Addresses of archives and caches, which hold the address of the page that they show."""
_TRANSLATED = re.compile(r"(?P<scheme>https?)://(?P<host>[\w-]+)\.translate\.goog(?P<path>[^?#]*)")
_PARTS = re.compile(r"\s+(?:via|after|quoting)\s+|\s*/\s*|\s*[()|]\s*")


def same_page(one: str | None, other: str | None) -> bool:
    """Tell whether two addresses lead to one page: scheme, `www.`, tracking and a last slash do not count.

    >>> same_page("http://www.example.com/news/?utm_source=x", "https://example.com/news")
    True
    """
    return bool(one and other) and _page(original(str(one))) == _page(original(str(other)))


def original(url: str) -> str:
    """Return the address of a page that an archive, a cache or a translator shows; any other address as it is.

    >>> original("https://web.archive.org/web/20320311120000/https://news.example/a")
    'https://news.example/a'
    >>> original("https://my--news-example.translate.goog/a?_x_tr_sl=en")
    'https://my-news.example/a'
    """
    if shown := _TRANSLATED.match(url):
        host = shown["host"].replace("--", "\n").replace("-", ".").replace("\n", "-")
        return f"{shown['scheme']}://{host}{shown['path']}"
    for form in _SHOWN_ELSEWHERE:
        if found := form.fullmatch(url):
            # `https://` is written with one slash where a path may not hold two
            return re.sub(r"^(?:(https?):/+)?", lambda scheme: f"{scheme[1] or 'https'}://", found["url"], count=1)
    return url


@lru_cache(4096)
def publishers_of(publisher: str | None, url: str | None) -> frozenset[str]:
    """Return every name a text's publisher goes by: what is written, and what its address says.

    >>> sorted(publishers_of("The Daily Harbour via Example", "https://www.dailyharbour.co.uk/1"))
    ['dailyharbour', 'dailyharbourcouk', 'example']
    """
    names = {_squeezed(part) for part in _PARTS.split(publisher or "") if part.casefold() not in _NOT_A_NAME}
    if url:
        site = _site(original(url))
        names |= {_squeezed(site), _folded(site)}
    return frozenset(names - {""})


def _page(url: str) -> str:
    address = urlsplit(normalize_url(url.strip()))
    return f"{_host(url)}{address.path.rstrip('/')}?{address.query}"


def _host(url: str) -> str:
    host = (urlsplit(url.strip()).hostname or "").rstrip(".")
    return re.sub(r"^(?:www\d?|m|amp|mobile)\.", "", host)


def _domain(url: str) -> str | None:
    with _reading:  # the first call reads the list of all domains, which each thread would do for itself
        return extract_domain(url)


def _site(url: str) -> str:
    host = _host(url)
    domain = _domain(url) or _last_labels(host)
    if domain in _HOSTING:
        return host if host != domain else f"{domain}/{urlsplit(url).path.strip('/').split('/')[0]}"
    return domain


def _last_labels(host: str) -> str:
    """Return what stands for a domain under an ending that no list knows, such as a house's own."""
    return host if re.fullmatch(r"[\d.]+|.*:.*", host) else ".".join(host.split(".")[-2:])


def _squeezed(name: str) -> str:
    """Fold a name or a domain to what both share: `The Daily Harbour` and `dailyharbour.co.uk` are one."""
    name = name.casefold().strip()
    domain = _domain(f"https://{name}/") if re.fullmatch(r"[\w.-]+\.\w+", name) else None
    # `example.com` is a site, `R.Politik` only has a point in it.
    if domain and domain not in _HOSTING and domain == name.removeprefix("www."):
        name = domain.split(".")[0]
    return _folded(name)


def _folded(name: str) -> str:
    squeezed = re.sub(r"[\W_]", "", name.casefold())
    return squeezed.removeprefix("the") or squeezed
