"""Clients that take their time: a deadline for the headers of a request, and a limit of connections.

A request whose headers drip is cut off. When all connections are taken, one of those that hold up nobody but
themselves, the longest there, makes room for the next, else the one whose body comes slowest: half requests keep nobody
from the desk.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

HEADER_SECONDS = 10.0
"""How long the headers of a request may take from its first byte, and the first byte from the connection."""
MOST_HEADER_BYTES = 65_536
MOST_CONNECTIONS = 400
"""Far below the files that a process may have open."""


class PunctualProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    """uvicorn's protocol for one connection, with a deadline for headers and a place among so many."""

    header_seconds, most_connections = HEADER_SECONDS, MOST_CONNECTIONS
    _deadline: asyncio.TimerHandle | None = None
    _header_bytes = _body_bytes = 0
    _body_since = 0.0
    _request: object = None
    """The one whose body is counted."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a place, one of a client that does nothing where all are taken."""
        crowd = self.connections
        if len(crowd) >= self.most_connections:
            idle = min((each for each in crowd if each.is_idle), key=lambda each: each.since, default=None)
            slowest = min((each for each in crowd if each.is_sending), key=lambda each: each.pace, default=None)
            leaves = idle or slowest
            if leaves is None:
                transport.abort()  # type: ignore[attr-defined]
                return
            leaves.cut_off()
        self.since = self.loop.time()
        super().connection_made(transport)
        self._wait()

    @property
    def is_idle(self) -> bool:
        """True where no request is being answered, or its answer is not being read."""
        return self._awaits_headers or bool(self.flow and self.flow.write_paused)

    @property
    def is_sending(self) -> bool:
        """True where the body of a request is not whole yet."""
        return not self._awaits_headers and bool(self.cycle.more_body)

    @property
    def pace(self) -> float:
        """Bytes a second of the body that is under way; one that has just begun is given a second."""
        return float(self._body_bytes / (1 + self.loop.time() - self._body_since))

    @property
    def _awaits_headers(self) -> bool:
        return self.cycle is None or bool(self.cycle.response_complete)

    def data_received(self, data: bytes) -> None:
        """Take what has come; the deadline runs until the headers are whole."""
        if self.transport is None or self.transport.is_closing():
            return
        super().data_received(data)
        if not self._awaits_headers:
            if self._request is not self.cycle:
                self._request, self._body_bytes, self._body_since = self.cycle, 0, self.loop.time()
            self._body_bytes += len(data)
            self._stop_waiting()
            return
        self._header_bytes += len(data)
        if self._header_bytes > MOST_HEADER_BYTES:
            self.cut_off()
        elif self._deadline is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Give the place back."""
        self._stop_waiting()
        if self.transport is not None:
            super().connection_lost(exc)

    def eof_received(self) -> Any:
        """Let what was asked be answered."""
        return super().eof_received() if self.transport is not None else None

    def cut_off(self) -> None:
        """End the connection at once."""
        self._stop_waiting()
        self.connections.discard(self)
        self.transport.abort()

    def _wait(self) -> None:
        self._deadline = self.loop.call_later(self.header_seconds, self.cut_off)

    def _stop_waiting(self) -> None:
        self._header_bytes = 0
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
