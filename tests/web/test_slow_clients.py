"""Clients that take their time: half requests end at a deadline, and keep nobody from the desk."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
import uvicorn
from guarded import open_desk

from pipeline.cli.desk import _serve
from pipeline.core.settings import load_settings
from pipeline.web import PunctualProtocol
from pipeline.web.gate import requests

HEALTH = b"GET /api/v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
POST = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
MOST = 6
SERVERS: dict[int, uvicorn.Server] = {}


class Hasty(PunctualProtocol):
    """The desk's own, in less time and with fewer places."""

    header_seconds, most_connections = 0.6, MOST


class Crowded(PunctualProtocol):
    """The desk's own, with fewer places: on a busy machine a test needs long for its headers, too."""

    header_seconds, most_connections = 600.0, MOST


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with open_desk(tmp_path_factory.mktemp("slow")) as desk, serving(desk.app, Hasty) as found:
        yield found


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with open_desk(tmp_path_factory.mktemp("crowded")) as desk, serving(desk.app, Crowded) as found:
        yield found


@contextmanager
def serving(app: object, protocol: type[PunctualProtocol]) -> Iterator[int]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, http=protocol, ws="none", log_config=None, access_log=False))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
    thread.start()
    SERVERS[listening.getsockname()[1]] = server
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


def connected(port: int, *sent: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    for each in sent:
        connection.sendall(each)
    return connection


def answered(connection: socket.socket) -> bytes:
    """Return what comes before the connection ends, or the beginning of an answer."""
    try:
        return connection.recv(65_536)
    except ConnectionResetError:
        return b""


def healthy(port: int) -> bool:
    with connected(port, HEALTH) as connection:
        return answered(connection).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "begun",
    [(), (b"GET / HT",), (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",), (HEALTH, b"GET /")],
    ids=["nothing", "half a line", "half a header", "half a second request"],
)
def test_headers_that_do_not_come_end_the_connection(port: int, begun: tuple[bytes, ...]) -> None:
    with connected(port, *begun) as connection:
        while answered(connection):
            continue
    assert healthy(port)


def test_headers_that_drip_end_the_connection_whatever_comes(port: int) -> None:
    with connected(port, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n") as connection:
        connection.settimeout(0.05)
        assert any(_is_ended(connection) for _ in range(400)), "twenty seconds of dripping"


def _is_ended(connection: socket.socket) -> bool:
    """Send a byte more, and tell whether nobody takes it."""
    try:
        connection.sendall(b"x")
        return connection.recv(100) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def test_headers_without_end_are_cut_off_before_the_deadline(port: int) -> None:
    with connected(port, b"GET / HTTP/1.1\r\n") as connection, pytest.raises(OSError, match="reset|Broken pipe"):
        for number in range(10_000):
            connection.sendall(b"X-%d: %s\r\n" % (number, b"a" * 1000))


def test_a_body_that_drips_is_refused_and_the_connection_closed(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "BODY_SECONDS", 0.4)
    with connected(port, POST, b"Content-Length: 50\r\n\r\n", b"name=a") as connection:
        assert answered(connection).startswith(b"HTTP/1.1 408")
    assert healthy(port)


def test_half_requests_on_every_connection_keep_nobody_from_the_desk(crowded: int) -> None:
    with ExitStack() as open_ones:
        for _ in range(4 * MOST):
            open_ones.enter_context(connected(crowded, b"GET / HTTP/1.1\r\nHost: "))
        assert all(healthy(crowded) for _ in range(MOST))


FORM = (
    b"POST /drafts HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\n"
    b"Content-Length: 5000\r\n\r\n"
)
PART = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.docx"\r\n\r\n'


@pytest.mark.parametrize("sent", [(FORM,), (FORM, PART), (FORM, PART, b"PK")], ids=["nothing", "a head", "two bytes"])
def test_a_file_that_drips_is_refused_and_the_connection_closed(
    port: int, sent: tuple[bytes, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "BODY_SECONDS", 0.4)
    with connected(port, *sent) as connection:
        assert answered(connection).startswith(b"HTTP/1.1 408")
    assert healthy(port)


def wait_for_bodies(port: int, count: int) -> None:
    """Wait until the server reads the bodies of so many requests; fails when it has not after a while."""
    for _ in range(1_000):
        with suppress(RuntimeError):  # the server's own thread changes the set while it is copied
            if sum(not each.is_idle for each in list(SERVERS[port].server_state.connections)) >= count:
                return
        threading.Event().wait(0.01)
    pytest.fail(f"the server does not read the bodies of {count} requests")


@pytest.mark.parametrize("form", [FORM + PART, POST + b"Content-Length: 50\r\n\r\nname=a"], ids=["a file", "fields"])
def test_half_bodies_on_every_connection_keep_nobody_from_the_desk(crowded: int, form: bytes) -> None:
    with ExitStack() as open_ones:
        for number in range(4 * MOST):
            open_ones.enter_context(connected(crowded, form))
            wait_for_bodies(crowded, min(number + 1, MOST))
        assert all(healthy(crowded) for _ in range(MOST))


def test_of_bodies_that_are_under_way_the_slowest_makes_room(crowded: int) -> None:
    with ExitStack() as open_ones:
        quick = open_ones.enter_context(connected(crowded, POST, b"Content-Length: 60006\r\n\r\n", b"x" * 60_000))
        assert healthy(crowded), "and by now it is under way"
        for _ in range(2 * MOST):
            open_ones.enter_context(connected(crowded, POST, b"Content-Length: 9\r\n\r\n", b"n"))
            wait_for_bodies(crowded, 2)
        quick.sendall(b"name=a")
        assert answered(quick).startswith(b"HTTP/1.1 403"), "the form has no token"


def test_a_request_under_way_is_never_cut_off_to_make_room(crowded: int) -> None:
    with ExitStack() as open_ones:
        busy = open_ones.enter_context(connected(crowded, POST, b"Content-Length: 6\r\n\r\n", b"name"))
        assert healthy(crowded), "and by now it is under way"
        for _ in range(2 * MOST):
            open_ones.enter_context(connected(crowded, b"GET"))
        busy.sendall(b"=a")
        assert answered(busy).startswith(b"HTTP/1.1 403"), "the form has no token"


def test_the_desk_is_served_by_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[object] = []
    monkeypatch.setattr(uvicorn.Server, "run", lambda self, sockets: used.append(self.config.http))
    with open_desk(tmp_path) as desk, socket.create_server(("127.0.0.1", 0)) as listening:
        _serve(desk.app, load_settings(home=tmp_path), listening)
    assert used == [PunctualProtocol]
    assert PunctualProtocol.header_seconds == 10 and PunctualProtocol.most_connections < 1024
