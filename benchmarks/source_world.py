"""A site on loopback with thousands of entries as they are found in the wild: synced, killed, resumed, synced again.

    python -m benchmarks.source_world [--entries 10000] [--home FOLDER] [--json]

The site lists its entries in a sitemap, half of them with the day they changed, and the newest in a feed. Of a hundred
entries one fails, one fails once, one is missing, one redirects, one leads home, one copies another, one tells a day to
come, one is slow, one is empty and one asks for consent. What is counted is what the site was asked, and what the store
then holds.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from pipeline.core.settings import Settings
from pipeline.evidence import Source, add_source, known_sources, source_named, sync_source
from pipeline.store import Store

_SLOW_S, _NEWEST = 0.05, 100
BROKEN = {0: 500, 1: 500, 2: 404}
"""By the last two digits of an entry: what is answered in its place; by 1 only the first time."""
UNREADABLE = {4: "leads home", 8: "empty", 9: "asks for consent"}
_CONSENT = (
    "We value your privacy. We and our partners use cookies and process personal data. Accept all cookies. Reject all "
    "cookies. Manage your choices. You can change your preferences at any time. By clicking you agree to our use."
)


def sentence(number: int) -> str:
    """Return what no other entry says."""
    return f"Harbour office number {number} of Velda counted {number * 7 + 3} crates on its quay in the spring of 2021."


class World:
    """What the site holds, and what it was asked."""

    def __init__(self, entries: int) -> None:
        self.entries = entries
        self.statuses: Counter[int] = Counter()
        self.sent_bytes = 0
        self.asked: Counter[str] = Counter()
        self.changed: set[int] = set()
        self.base = ""
        self._mended: set[int] = set()
        self._lock = threading.Lock()

    def sound(self) -> list[int]:
        """Return the entries whose words a store is to hold."""
        out = {0, 2, *UNREADABLE, 5}
        return [number for number in range(self.entries) if number % 100 not in out]

    def answer(self, path: str, seen: str | None) -> tuple[int, bytes, str]:
        """Return status, body and tag, and count them."""
        status, text = self._page(path)
        number = path.rpartition("/")[2]
        tag = f'"{path}-{number.isdigit() and int(number) in self.changed}"'
        if status == 200 and seen == tag:
            status, text = 304, ""
        body = text.encode()
        with self._lock:
            self.statuses[status] += 1
            self.asked[path] += 1
            self.sent_bytes += len(body)
        return status, body, tag

    def _page(self, path: str) -> tuple[int, str]:
        if path == "/robots.txt":
            return 200, "User-agent: *\nDisallow: /admin/\n"
        if path == "/sitemap.xml":
            return 200, self._sitemap()
        if path == "/feed.xml":
            return 200, self._feed()
        if path == "/":
            return 200, _html("Velda quays", "Welcome to the quays of Velda. " * 20, None)
        head, _, number = path.rpartition("/")
        if head not in ("/entry", "/moved") or not number.isdigit():
            return 404, "nothing here"
        return self._entry(int(number), head)

    def _entry(self, number: int, head: str) -> tuple[int, str]:
        kind = number % 100
        if kind in BROKEN and number not in self._mended:
            self._mended |= {number} if kind == 1 else set()
            return BROKEN[kind], "broken"
        if kind == 3 and head == "/entry":
            return 302, f"/moved/{number}"
        if kind == 4:
            return 302, "/"
        if kind == 7:
            time.sleep(_SLOW_S)
        if kind == 8:
            return 200, "<html></html>"
        if kind == 9:
            return 200, _html("Before you go on", _CONSENT, None)
        told = sentence(number + 5 if kind == 5 else number)
        more = " A clerk has since counted them again." if number in self.changed else ""
        return 200, _html(f"Quay {number}", f"{told} The clerk wrote it down.{more}", "2199" if kind == 6 else "2021")

    def _sitemap(self) -> str:
        form = "<url><loc>{}/entry/{}</loc>{}</url>"
        day = "<lastmod>{}</lastmod>"
        urls = [
            form.format(self.base, n, day.format("2199-06-02" if n in self.changed else "2021-06-01") if n % 2 else "")
            for n in range(self.entries)
        ]
        name = "http://www.sitemaps.org/schemas/sitemap/0.9"
        return f'<?xml version="1.0"?><urlset xmlns="{name}">{"".join(urls)}</urlset>'

    def _feed(self) -> str:
        newest = range(max(0, self.entries - _NEWEST), self.entries)
        items = "".join(f"<item><title>Quay {n}</title><link>/entry/{n}</link></item>" for n in newest)
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Quays</title>{items}</channel></rss>'


def _html(title: str, words: str, year: str | None) -> str:
    day = f'<meta property="article:published_time" content="{year}-06-01T08:00:00Z">' if year else ""
    text = f"<article><h1>{title}</h1><p>{words}</p></article>"
    return f"<!DOCTYPE html><html lang='en'><head><title>{title}</title>{day}</head><body>{text}</body></html>"


@contextmanager
def running(world: World) -> Generator[str, None, None]:
    """Serve a world until the end; yield its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body, tag = world.answer(self.path, self.headers.get("If-None-Match"))
            self.send_response(status)
            kind = "text/plain" if self.path == "/robots.txt" else "text/xml" if body[:5] == b"<?xml" else "text/html"
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", tag)
            if status == 302:
                self.send_header("Location", body.decode())
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    world.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield world.base
    finally:
        server.shutdown()
        server.server_close()


def declare(home: Path, base: str, entries: int) -> None:
    """Add the site's sitemap and feed as sources."""
    home.mkdir(parents=True, exist_ok=True)
    with closing(Store.open(home / "store.db")) as store:
        for kind, path in (("sitemap", "sitemap.xml"), ("feed", "feed.xml")):
            row = {"name": kind, "kind": kind, "address": f"{base}/{path}", "most": 2 * entries}
            add_source(store, Source.model_validate(row | {"added_at": datetime.now(UTC)}))


def sync(home: Path, name: str = "sitemap") -> dict[str, Any]:
    """Sync one source without pauses: the site is our own."""
    settings = Settings(home=home, allow_private_urls=True, model="none")
    with closing(Store.open(settings.store_path)) as store:
        began, cpu = time.monotonic(), time.process_time()
        done = sync_source(store, source_named(store, name), settings, lambda _: None)
        spent = {"seconds": round(time.monotonic() - began, 1), "cpu_s": round(time.process_time() - cpu, 1)}
    counts = done.model_dump(include={"new", "changed", "unchanged", "gone"})
    return counts | {"problems": len(done.problems)} | spent


def killed_at(command: list[str], world: World, asked: int, kill: Callable[[], bool] | None = None) -> bool:
    """Start a sync in a process and kill it once the site was asked so often; tell whether it was cut short."""
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while started.poll() is None and sum(world.asked.values()) < asked:
        time.sleep(0.005)
    started.send_signal(signal.SIGKILL)
    return started.wait() == -signal.SIGKILL


def lost_and_doubled(home: Path, world: World) -> tuple[list[int], int]:
    """Return the sound entries whose words are not stored, and how many are stored more than once."""
    with closing(Store.open(home / "store.db")) as store:
        assert known_sources(store)
        texts = [passage.text for passage in store.passages()]
    held = Counter(
        int(text.split("Harbour office number ")[1].split()[0]) for text in texts if "Harbour office number " in text
    )
    copied = {number + 5 for number in range(world.entries) if number % 100 == 5}
    doubled = sum(1 for number, times in held.items() if times > 1 + (number in copied))
    return [number for number in world.sound() if not held[number]], doubled


def counted(world: World) -> dict[str, int]:
    """Return what the site was asked since the last look, and begin to count anew."""
    told = {"asked": sum(world.asked.values()), "sent_pages": world.statuses[200], "not_modified": world.statuses[304]}
    told |= {"failed": sum(n for status, n in world.statuses.items() if status >= 400)}
    told |= {"sent_kb": world.sent_bytes // 1000}
    world.statuses.clear()
    world.asked.clear()
    world.sent_bytes = 0
    return told


def measure(home: Path, entries: int) -> dict[str, Any]:
    """Sync a world, killed in the middle, to its end and then again."""
    world = World(entries)
    with running(world) as base:
        declare(home, base, entries)
        command = [sys.executable, "-m", "benchmarks.source_world", "--sync", "--home", str(home)]
        cut = killed_at(command, world, entries // 2)
        until_killed = counted(world)
        resumed = sync(home) | counted(world)
        lost, doubled = lost_and_doubled(home, world)
        lost = [number for number in lost if number % 100 != 1]  # it failed the first time: told, and read the next
        second = sync(home) | counted(world)
        feed = sync(home, "feed") | counted(world)
        world.changed = {number for number in world.sound() if number % 100 == 50}
        changed = sync(home) | counted(world)
        sync(home, "feed")
        lost_at_last, doubled_at_last = lost_and_doubled(home, world)
    return {
        "topic": "source_world",
        "entries": entries,
        "killed": cut,
        "until_killed": until_killed,
        "resumed": resumed,
        "second": second,
        "feed_of_the_newest": feed,
        "after_a_hundredth_changed": changed,
        "lost": len(lost) + len(lost_at_last),
        "doubled": doubled + doubled_at_last,
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--data", type=Path, help="not needed")
    parser.add_argument("--json", action="store_true", help="print JSON in one line")
    parser.add_argument("--sync", action="store_true", help="only sync a home that is there")
    given = parser.parse_args()
    if given.sync:
        print(json.dumps(sync(given.home)))
        return
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(given.home or Path(folder) / "home", given.entries), indent=None if given.json else 1))


if __name__ == "__main__":
    main()
