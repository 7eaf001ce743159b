"""A news site for the day at a desk: a feed and its pages on loopback, which grow, change and answer badly at times.

Whatever becomes of an entry is written to the log before it is served. The site runs in the process that calls `serve`.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.sax.saxutils import escape

KINDS = {
    "article": 0.7, "moved": 0.05, "twin": 0.05, "missing": 0.04, "picture": 0.04, "empty": 0.04, "circle": 0.04,
    "no address": 0.02, "other scheme": 0.02,
}  # fmt: skip
"""What an entry leads to, and how often: the first three to an article, the others to none whenever they are asked."""
ARTICLES = ("article", "moved", "twin")
FAULTS = (("503", 0.04), ("unasked 304", 0.03), ("cut off", 0.03), ("slow", 0.02), ("no feed", 0.02))
"""What becomes of a share of the answers that would be right."""
NO_FEED = "<html><body><p>Please sign in to read on.</p></body></html>"
OLD_S = 300.0
"""Seconds after which an entry may leave the feed."""


@dataclass
class Entry:
    """One entry of the feed."""

    number: int
    kind: str
    link: str
    text: str
    version: int
    updated: datetime
    listed_at: float
    listed: bool = True

    @property
    def token(self) -> str:
        """What stands in each sentence of this version and nowhere else."""
        return f"f{self.number}v{self.version}"


class FeedSite:
    """A feed that somebody else writes."""

    def __init__(self, log: Callable[..., None], clock: Callable[[], datetime], calm: Path, lines: int) -> None:
        self._log, self._clock, self._calm, self._lines = log, clock, calm, lines
        self._random, self._lock = random.Random(11), threading.Lock()
        self._entries: list[Entry] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.base = f"http://127.0.0.1:{self._server.server_port}"

    def serve(self, until: float, pause: float) -> None:
        """Answer, and change something every so often until a moment, then answer until the process is killed."""
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        while True:
            if time.time() < until:
                with self._lock:
                    self._change()
            time.sleep(pause)

    def _change(self) -> None:
        act = self._random.random()
        articles = [entry for entry in self._entries if entry.kind == "article" and entry.listed]
        old = [entry for entry in self._entries if entry.listed and time.time() - entry.listed_at > OLD_S]
        if articles and act < 0.25:
            entry = self._random.choice(articles)
            entry.version, entry.updated = entry.version + 1, self._clock()
            entry.text = self._text(entry.token)
            self._tell("changed", entry)
        elif old and act < 0.3:
            entry = self._random.choice(old)
            entry.listed = False
            self._tell("dropped", entry)
        else:
            self._entries.append(self._new())
            self._tell("listed", self._entries[-1])

    def _new(self) -> Entry:
        number = len(self._entries)
        kind = self._random.choices(list(KINDS), list(KINDS.values()))[0]
        link = {"no address": "", "other scheme": f"ftp://127.0.0.1/{number}"}.get(kind, f"{self.base}/a/{number}")
        entry = Entry(number, kind, link, "", 0, self._clock(), time.time())
        twins = [each for each in self._entries if each.kind == "article"]
        if kind == "twin" and twins:
            entry.text = self._random.choice(twins).text
        elif kind in ARTICLES:
            entry.text = self._text(entry.token)
        return entry

    def _text(self, token: str) -> str:
        lines = [f"The council of district {token} {n} repaired a school in the town." for n in range(self._lines)]
        return "\n".join(lines)

    def _tell(self, did: str, entry: Entry) -> None:
        self._log(did=did, number=entry.number, link=entry.link, kind=entry.kind, text=entry.text)

    def answer(self, path: str) -> tuple[int, str, str, str]:
        """Return status, type, body and what was wrong on purpose."""
        with self._lock:
            right = self._feed() if path == "/feed.xml" else self._page(path)
            fault = "" if self._calm.exists() else self._fault()
        if fault == "503":
            right = (503, "text/html", "busy")
        elif fault == "unasked 304":
            right = (304, "text/html", "")
        elif fault == "no feed" and path == "/feed.xml":
            right = (200, "text/html", NO_FEED)
        elif fault == "slow":
            time.sleep(2)
        self._log(did="answered", path=path, status=right[0], fault=fault)
        return *right, fault

    def _fault(self) -> str:
        chance = self._random.random()
        for name, share in FAULTS:
            if 0 <= chance < share:
                return name
            chance -= share
        return ""

    def _feed(self) -> tuple[int, str, str]:
        entries = "".join(
            f"<entry><title>Entry {each.number}.</title>"
            + (f'<link href="{escape(each.link)}"/>' if each.link else "")
            + f"<updated>{each.updated.isoformat()}</updated></entry>"
            for each in self._entries
            if each.listed
        )
        head = '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>'
        return 200, "application/atom+xml", f"{head}{entries}</feed>"

    def _page(self, path: str) -> tuple[int, str, str]:
        number = path.rsplit("/", 1)[-1]
        entry = self._entries[int(number)] if number.isdecimal() and int(number) < len(self._entries) else None
        kind = entry.kind if entry else "missing"
        if entry is None or kind == "missing":
            return 404, "text/html", "nothing here"
        if kind == "circle" or kind == "moved" and path.startswith("/a/"):
            return 302, "text/html", f"/{'a' if kind == 'circle' else 'b'}/{number}"
        if kind == "picture":
            return 200, "image/png", "PNG"
        body = "".join(f"<p>{line}</p>" for line in entry.text.split("\n") if line)
        return 200, "text/html", f"<html><head></head><body><article>{body}</article></body></html>"


def _handler(site: FeedSite) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, text, fault = site.answer(self.path)
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            if status == 302:
                self.send_header("Location", text)
            self.end_headers()
            with suppress(OSError):  # a worker that was killed in the meantime
                self.wfile.write(body[: len(body) // 2] if fault == "cut off" else body)
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            return

    return Handler
