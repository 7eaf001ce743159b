"""Articles from URLs, against a real HTTP server on loopback."""

from __future__ import annotations

import gzip
import socket
import tracemalloc
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import httpcore
import pytest

from pipeline.articles import load_article
from pipeline.core import safe_http
from pipeline.core.errors import FetchError, ForbiddenAddress
from pipeline.core.safe_http import Deadline, GuardedBackend, is_public
from pipeline.core.settings import Settings

TEXT = "The harbour council voted on Tuesday to rebuild the eastern pier before the ferries return."
PAGE = f"<!doctype html><html><head><title>Pier</title></head><body><article><p>{TEXT}</p></article></body></html>"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.server.asked.append(f"{self.headers['Host']}{self.path}")
        name = self.path.split("?")[0].split("/")[1]
        if name.isdecimal():
            self._answer(302, location=f"/{int(name) - 1}" if name != "0" else "/page")
        elif name == "to":
            self._answer(302, location=self.path.removeprefix("/to/"))
        elif name == "huge":
            self._pour(b"The ferries came. " * 4000, 3000)
        elif name == "drip":
            self._pour(b"a", 1000, pause=0.05)
        elif name == "silent":
            self.server.stopped.wait(10)
        else:
            self._answer(*ANSWERS.get(name, (404, b"", "text/html")))

    def _answer(self, status: int, body: bytes = b"", kind: str = "text/html", location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        if body[:2] == b"\x1f\x8b":
            self.send_header("Content-Encoding", self.path.partition("?")[2] or "gzip")
        self.end_headers()
        self.wfile.write(body)

    def _pour(self, piece: bytes, times: int, pause: float = 0) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        try:
            for _ in range(times):
                self.wfile.write(piece)
                self.server.sent += len(piece)
                if pause and self.server.stopped.wait(pause):
                    return
        except OSError:
            pass  # the client hung up, as it should


ANSWERS = {
    "page": (200, PAGE.encode(), "text/html; charset=utf-8"),
    "latin": (200, TEXT.replace("pier", "café").encode("latin-1"), "text/plain; charset=iso-8859-1"),
    "notes.md": (200, f"# *Pier*\n\n{TEXT}".encode(), "text/markdown"),
    "packed": (200, gzip.compress(TEXT.encode()), "text/plain"),
    "bomb": (200, gzip.compress(b"a" * 9_000_000), "text/plain"),
    "pdf": (200, b"%PDF-1.7", "application/pdf"),
    "broken": (503, b"", "text/html"),
    "seen": (304, b"", "text/html"),
}


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []
        self.sent = 0
        self.stopped = Event()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server_port}/{path}"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.stopped.set()
        running.shutdown()
        thread.join()


OPEN = Settings(allow_private_urls=True, fetch_timeout_s=10)


def failed(url: str, settings: Settings = OPEN) -> str:
    with pytest.raises(FetchError) as caught:
        load_article(url, settings)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_page_is_fetched_and_knows_its_address(server: Server) -> None:
    article = load_article(server.url("page"), OPEN)
    assert (article.text, article.title, article.url) == (TEXT, "Pier", server.url("page"))


def test_the_declared_charset_and_type_are_heeded(server: Server) -> None:
    assert "café" in load_article(server.url("latin"), OPEN).text
    assert load_article(server.url("notes.md"), OPEN).title == "Pier"
    assert load_article(server.url("packed"), OPEN).text == TEXT


def test_five_redirects_are_followed_and_no_more(server: Server) -> None:
    assert load_article(server.url("4"), OPEN).url == server.url("page")
    assert "redirects more than 5 times" in failed(server.url("5"))


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("none", "answered 404 Not Found"),
        ("broken", "answered 503"),
        ("seen", "answered 304 as if it had been seen before"),
        ("pdf", "is application/pdf"),
        ("packed?gzip,gzip", "packed more than once"),
        ("to/ftp://x.example/a", "give an http or https URL"),
        ("to/file:///etc/hosts", "give an http or https URL"),
        ("to/http://a:b@x.example/", "user name or password"),
    ],
)
def test_what_is_no_page_is_refused_in_one_line(server: Server, path: str, message: str) -> None:
    assert message in failed(server.url(path))


def test_a_huge_answer_is_stopped_early_and_never_held_in_memory(server: Server) -> None:
    load_article(server.url("page"), OPEN)  # imports are not what is measured
    tracemalloc.start()
    try:
        message = failed(server.url("huge"), Settings(allow_private_urls=True, max_download_bytes=1_000_000))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "larger than 1,000,000 bytes" in message
    assert peak < 10_000_000
    assert server.sent < 20_000_000 < 4000 * 18 * 3000


def test_a_small_answer_that_unpacks_to_a_huge_one_is_stopped(server: Server) -> None:
    message = failed(server.url("bomb"), Settings(allow_private_urls=True, max_download_bytes=1_000_000))
    assert "larger than 1,000,000 bytes" in message


@pytest.mark.parametrize("path", ["silent", "drip"])
def test_a_slow_server_is_left_when_the_time_is_up(server: Server, path: str) -> None:
    message = failed(server.url(path), Settings(allow_private_urls=True, fetch_timeout_s=0.3))
    assert "not answered in full within 0.3 s" in message


def test_an_unreachable_server_and_an_unknown_name_are_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert "cannot be fetched" in failed(f"http://127.0.0.1:{taken.getsockname()[1]}/")
    assert "cannot be fetched (the name news.invalid is not known)" in failed("http://news.invalid/")


@pytest.mark.parametrize(
    "url", ["http://", "http:///x", "https://exa mple/", "http://0177.0.0.1/", "http://[bad/", "http://x:99999/"]
)
def test_what_is_no_url_is_an_error(url: str) -> None:
    assert failed(url)


PRIVATE = [
    "127.0.0.1",
    "localhost",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0.0.0.0",
    "127。0。0。1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.8",
    "198.18.0.1",
    "224.0.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:a00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fe80::1]",
    "[fc00::1]",
    "[fec0::1]",
    "[ff02::1]",
    "[2001:db8::1]",
]


@pytest.mark.parametrize("host", PRIVATE)
def test_private_addresses_are_refused_in_every_writing(server: Server, host: str) -> None:
    with pytest.raises(ForbiddenAddress, match="FACTNOTES_ALLOW_PRIVATE_URLS"):
        load_article(server.url("page", host), Settings())
    assert server.asked == []


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::"]
)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


def resolve_to(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """Make every name resolve to the next of some addresses; return the names that were asked for."""
    asked: list[str] = []

    def resolver(host: str, port: int, **_: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers[len(asked) - 1], port))]

    monkeypatch.setattr(safe_http.socket, "getaddrinfo", resolver)
    return asked


def test_a_redirect_to_a_private_address_is_not_followed(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_http, "is_public", lambda address: address == "127.0.0.1")
    inner = server.url("page", "127.0.0.2")
    with pytest.raises(ForbiddenAddress, match=r"127\.0\.0\.2"):
        load_article(server.url(f"to/{inner}"), Settings())
    assert len(server.asked) == 1


def test_a_name_with_one_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in ("1.1.1.1", "10.0.0.1")]
    monkeypatch.setattr(safe_http.socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(ForbiddenAddress, match=r"news\.example"):
        load_article("http://news.example/", Settings())


def test_the_address_that_was_checked_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = resolve_to(monkeypatch, "1.1.1.1", "127.0.0.1")
    connected: list[str] = []

    def connect(_: object, host: str, *__: object) -> httpcore.NetworkStream:
        connected.append(host)
        raise httpcore.ConnectError("no network in tests")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    with pytest.raises(httpcore.ConnectError):
        GuardedBackend(Deadline(5), allow_private=False).connect_tcp("news.example", 80)
    assert (asked, connected) == (["news.example"], ["1.1.1.1"])


def test_the_server_still_hears_the_name(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GuardedBackend, "_resolve", lambda *_: ["127.0.0.1"])
    assert load_article(server.url("page", "news.example"), OPEN).text == TEXT
    assert server.asked == [f"news.example:{server.server_port}/page"]
