"""A web site on loopback whose pages a test writes, with ETags, and a log of what was asked of it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Site:
    """Pages by path with their query; what is no page is answered with 404."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.pages: dict[str, str | tuple[int, str]] = {}
        self.slow: dict[str, float] = {}
        """Seconds that a path's answer takes, unless the site ends before."""
        self.ends = threading.Event()
        self.asked: list[str] = []
        self.keys: list[str | None] = []
        """The API key that came with each question."""
        self.sent: list[str] = []
        """Paths whose whole page was sent."""

    def answer(self, path: str, seen: str | None) -> tuple[int, bytes, str]:
        """Return status, body and ETag."""
        self.asked.append(path)
        page = self.pages.get(path, (404, "nothing here"))
        status, text = page if isinstance(page, tuple) else (200, page)
        tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:12]}"'
        if status == 200 and seen == tag:
            return 304, b"", tag
        self.sent.append(path)
        return status, text.encode(), tag


@contextmanager
def running_site() -> Generator[Site, None, None]:
    """Serve a site until the end."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.keys.append(self.headers.get("X-Goog-Api-Key"))
            site.ends.wait(site.slow.get(self.path, 0))
            status, body, tag = site.answer(self.path, self.headers.get("If-None-Match"))
            self.send_response(status)
            kind = (
                "application/json" if body[:1] in (b"{", b"[") else "text/xml" if body[:5] == b"<?xml" else "text/html"
            )
            self.send_header("Content-Type", "text/plain" if self.path == "/robots.txt" else f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            if status == 302:
                self.send_header("Location", body.decode())
            if status in (200, 304):
                self.send_header("ETag", tag)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = Site(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield site
    finally:
        site.ends.set()
        server.shutdown()
        server.server_close()
        thread.join()
