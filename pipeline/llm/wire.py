"""The way to a model's service: no redirects, a deadline for the whole answer, an end to how much of it is read.

A service that sends a byte a second, or a hundred megabytes, holds nobody up. What arrives is brought into the form
of a chat completion before the vendor's client sees it.
"""

from __future__ import annotations

import ssl
import time
import zlib
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any

import httpcore2
import httpx2

from pipeline.core.caching import once_for_each
from pipeline.core.secrets import hide
from pipeline.core.settings import environment
from pipeline.llm.bodies import tidied

MOST_BYTES = 8_000_000
"""No answer that can be used is longer."""

_CHUNK = 65_536
_OF_BODY = frozenset({"content-encoding", "content-length", "transfer-encoding", "content-type"})
"""Headers that tell of the body as it came."""
_PACKED = ("gzip", "x-gzip", "deflate")
_ends: ContextVar[float] = ContextVar("ends")
"""The moment (`time.monotonic()`) at which this thread's call ends."""


def trust() -> ssl.SSLContext:
    """Return who vouches for services: those that SSL_CERT_FILE or SSL_CERT_DIR names, else the system's.

    Reading them takes longer than a small question, so a process does it once.
    """
    named = environment()
    return _read_trust(named.get("SSL_CERT_FILE"), named.get("SSL_CERT_DIR"))


@once_for_each
def _read_trust(file: str | None, folder: str | None) -> ssl.SSLContext:
    return httpx2.create_ssl_context()


class Service(httpx2.Client):
    """The client of one service, by the proxy it is reached through or by none."""

    def __init__(
        self,
        timeout_s: float,
        proxy: str | None = None,
        most_bytes: int = MOST_BYTES,
        hide: Callable[[str], str] = hide,
    ) -> None:
        """`hide` returns a text without what nobody may read: a service may send back what it was sent."""
        self._timeout_s, self._most_bytes, self._hide = timeout_s, most_bytes, hide
        packed = {"accept-encoding": "gzip"}
        super().__init__(transport=_Transport(proxy=proxy), trust_env=False, timeout=timeout_s, headers=packed)

    def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """Send a request and read the whole answer; raises httpx2.TimeoutException at the deadline."""
        reset = _ends.set(time.monotonic() + self._timeout_s)
        try:
            answer = super().send(request, **options | {"stream": True, "follow_redirects": False})
            try:
                body = self._read(answer)
            finally:
                answer.close()
        finally:
            _ends.reset(reset)
        return self._answered(request, answer, body)

    def _read(self, answer: httpx2.Response) -> bytes | None:
        """Return the body, None where it is too long, also as it came: what is packed may unpack to nothing.

        Raises httpx2.DecodingError for one packed in another way, httpx2.ReadTimeout at the deadline.
        """
        unpack = _unpacker(answer)
        body, came = bytearray(), 0
        for part in answer.iter_raw(_CHUNK):
            body += unpack(part, self._most_bytes - len(body) + 1)
            came += len(part)
            if max(came, len(body)) > self._most_bytes:
                return None
            try:
                _left(None)
            except httpcore2.ReadTimeout as error:
                raise httpx2.ReadTimeout(str(error)) from error
        return bytes(body)

    def _answered(self, request: httpx2.Request, answer: httpx2.Response, body: bytes | None) -> httpx2.Response:
        """Return an answer as the vendor's client takes it, without secrets: what it says of it holds none either."""
        headers = [
            (name, self._hide(value)) for name, value in answer.headers.multi_items() if name.lower() not in _OF_BODY
        ]
        status = answer.status_code
        if body is None:
            status, body = 502, b'{"message": "answers with more than can be read, which was cut off"}'
        body = self._hide(body.decode(errors="surrogateescape")).encode(errors="surrogateescape")
        tidy = tidied(status, body) if request.method == "POST" or status >= 300 else None
        headers.append(("content-type", "application/json"))
        status, content = (tidy.status, tidy.content) if tidy else (status, body)
        whole = httpx2.Response(status, headers=headers, content=content, request=request)
        whole.elapsed = answer.elapsed
        return whole


def _unpacker(answer: httpx2.Response) -> Callable[[bytes, int], bytes]:
    """Return what unpacks the pieces of a body, each to so many bytes at most: a small piece may hold any number."""
    packed = answer.headers.get("content-encoding", "identity").strip().lower()
    if packed in ("", "identity"):
        return lambda part, most: part
    if packed not in _PACKED:
        raise httpx2.DecodingError("the answer is packed in a way that was not asked for")
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 32)  # gzip, or zlib

    def unpack(part: bytes, most: int) -> bytes:
        try:
            return unpacking.decompress(part, most)
        except zlib.error as error:
            raise httpx2.DecodingError("the answer is packed wrongly") from error

    return unpack


def _left(timeout: float | None) -> float:
    """Return how long one more step may take; raises httpcore2.ReadTimeout when time is up."""
    ends = _ends.get(None)
    left = 3600.0 if ends is None else ends - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout("the time for the whole answer is up")
    return left if timeout is None else min(left, timeout)


class _Transport(httpx2.HTTPTransport):
    """Connects so that every step respects the deadline of the call."""

    def __init__(self, proxy: str | None) -> None:
        super().__init__(proxy=proxy, verify=trust())
        self._pool._network_backend = _Backend()  # no parameter reaches it; a test holds that it does


class _Stream(httpcore2.NetworkStream):
    def __init__(self, inner: httpcore2.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore2.NetworkBackend):
    def __init__(self) -> None:
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        return _Stream(self._inner.connect_tcp(host, port, _left(timeout), local_address, socket_options))

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)
