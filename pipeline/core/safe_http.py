"""Addresses that may be connected to: what a name resolves to is checked, and that very address is used.

Resolving, checking and connecting happen in one place, so a name that changes its address in between
(DNS rebinding) gains nothing, and every redirect is checked like the first request.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore

from pipeline.core.errors import ForbiddenAddress

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")  # NAT64, RFC 6052
_PROTOCOL_USE = ipaddress.IPv4Network("192.0.0.0/24")  # RFC 6890


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the open Internet, also when it is wrapped in IPv6.

    >>> is_public("::ffff:127.0.0.1"), is_public("1.1.1.1")
    (False, True)
    """
    ip = _unwrapped(ipaddress.ip_address(address.split("%")[0]))
    if ip.is_multicast or ip.is_reserved or ip.is_unspecified or not ip.is_global:
        return False
    return not ip.is_site_local if isinstance(ip, ipaddress.IPv6Address) else ip not in _PROTOCOL_USE


def _unwrapped(ip: _Address) -> _Address:
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _TRANSLATED:
            return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        return ip.ipv4_mapped or ip.sixtofour or ip
    return ip


class Deadline:
    """A moment after which nothing more is waited for."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self, timeout: float | None) -> float:
        """Return how long one more step may take; raises httpcore.ReadTimeout when time is up."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for the whole answer is up")
        return left if timeout is None else min(left, timeout)


class _Stream(httpcore.NetworkStream):
    """A connection whose every step respects one deadline: a server that drips cannot hold it open."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        return _Stream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class GuardedBackend(httpcore.NetworkBackend):
    """Connects to public addresses only (or to any, if private ones are allowed), within a deadline."""

    def __init__(self, deadline: Deadline, *, allow_private: bool) -> None:
        self._inner = httpcore.SyncBackend()
        self._deadline = deadline
        self._allow_private = allow_private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve, check and connect; raises ForbiddenAddress if any address of the host is not public."""
        addresses = self._resolve(host, port)
        if not self._allow_private and not all(is_public(address) for address in addresses):
            raise ForbiddenAddress(
                f"{host} is a private or local address and is not fetched: "
                "save the page and give the file, or set FACTNOTES_ALLOW_PRIVATE_URLS=true"
            )
        problem: Exception = httpcore.ConnectError("no address")
        for address in addresses:
            try:
                stream = self._inner.connect_tcp(
                    address, port, self._deadline.left(timeout), local_address, socket_options
                )
                return _Stream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        raise problem

    def _resolve(self, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} is not known") from error
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))
