"""Pages of other people's servers, fetched as they ask: robots.txt, pauses, and no more after "too many requests".

An interface that is made for programs, and that an editor named, is no page to crawl: robots.txt is not asked about it.
Wikipedia's, say, keeps crawlers from the very addresses that it offers to programs. Pauses are kept there too.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from urllib.parse import urlsplit

import protego

from pipeline.articles import Page, Seen, fetch, fetch_if_changed
from pipeline.core.errors import FetchError, ForbiddenAddress
from pipeline.core.settings import Settings

_AGENT = "factnotes"
_PAUSE_S, _LONGEST_S = 1.0, 30.0
_TEXT = ("text/html", "application/xhtml+xml", "text/plain", "text/markdown", "text/x-markdown")
_BUSY = (429, 503)


class Polite:
    """Fetches for one sync, or for one article that is checked; for one thread at a time."""

    def __init__(self, settings: Settings, sleep: Callable[[float], None] = time.sleep) -> None:
        self._settings, self._sleep = settings, sleep
        self._robots: dict[str, protego.Protego | None] = {}
        self._asked_at: dict[str, float] = {}
        self._busy: set[str] = set()

    def fetch(self, url: str, seen: Seen, media_types: Collection[str] = _TEXT) -> Page | None:
        """Return a page, or None where it is as it was; raises FetchError, ForbiddenAddress."""
        host = urlsplit(url).netloc
        self._refuse_busy(url, host)
        robots = self._rules(url, host)
        if robots is None:
            raise FetchError(f"{url} is not fetched: the robots.txt of {host} cannot be read now; try again later")
        if not robots.can_fetch(url, _AGENT):
            raise FetchError(f"{url} is not fetched: the robots.txt of {host} asks not to")
        return self._fetch(url, host, seen, media_types, robots.crawl_delay(_AGENT))

    def ask(
        self,
        url: str,
        media_types: Collection[str],
        seen: Seen | None = None,
        pause: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Page | None:
        """Return what a service for programs answers; nothing of the question leaves its host. Raises FetchError."""
        host = urlsplit(url).netloc
        self._refuse_busy(f"a question to {host}", host)
        return self._fetch(url, host, seen or Seen(), media_types, pause, one_host=True, headers=headers)

    def _refuse_busy(self, what: str, host: str) -> None:
        if host in self._busy:
            raise FetchError(f"{what} is left for the next sync: {host} wants fewer questions", _BUSY[0])

    def _fetch(
        self,
        url: str,
        host: str,
        seen: Seen,
        media_types: Collection[str],
        pause: float | None,
        *,
        one_host: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> Page | None:
        self._pause(host, pause)
        try:
            return fetch_if_changed(url, self._settings, seen, media_types, one_host=one_host, headers=headers)
        except FetchError as error:
            if error.status in _BUSY:
                self._busy.add(host)
            raise

    def _rules(self, url: str, host: str) -> protego.Protego | None:
        """Return a host's rules; all is allowed where there are none, nothing where they cannot be read (RFC 9309)."""
        if host not in self._robots:
            address = f"{urlsplit(url).scheme}://{host}/robots.txt"
            try:
                data = fetch(address, self._settings, ("text/plain", "text/html", "application/octet-stream")).data
                self._robots[host] = protego.Protego.parse(data[:500_000].decode("utf-8", errors="replace"))
            except ForbiddenAddress:
                raise
            except FetchError as error:
                none = error.status is not None and 400 <= error.status < 500 and error.status not in _BUSY
                self._robots[host] = protego.Protego.parse("") if none else None
        return self._robots[host]

    def _pause(self, host: str, wanted: float | None) -> None:
        pause = min(max(_PAUSE_S, wanted or 0.0), _LONGEST_S)
        left = self._asked_at.get(host, float("-inf")) + pause - time.monotonic()
        if left > 0:
            self._sleep(left)
        self._asked_at[host] = time.monotonic()
