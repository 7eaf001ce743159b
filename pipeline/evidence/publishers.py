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
_PARTS = re.compile(r"\s+(?:via|after|quoting)\s+|\s*/\s*|\s*[()|]\s*")


def same_page(one: str | None, other: str | None) -> bool:
    """Tell whether two addresses lead to one page: scheme, `www.`, tracking and a last slash do not count.

    >>> same_page("http://www.example.com/news/?utm_source=x", "https://example.com/news")
    True
    """
    return bool(one and other) and _page(str(one)) == _page(str(other))


@lru_cache(4096)
def publishers_of(publisher: str | None, url: str | None) -> frozenset[str]:
    """Return every name a text's publisher goes by: what is written, and what its address says.

    >>> sorted(publishers_of("The Daily Harbour via Example", "https://www.dailyharbour.co.uk/1"))
    ['dailyharbour', 'example']
    """
    names = {_squeezed(part) for part in _PARTS.split(publisher or "") if part.casefold() not in _NOT_A_NAME}
    if url:
        site = _site(url)
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
    domain = _domain(url) or host
    if domain in _HOSTING:
        return host if host != domain else f"{domain}/{urlsplit(url).path.strip('/').split('/')[0]}"
    return domain


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
