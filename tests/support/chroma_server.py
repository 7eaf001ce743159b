"""A real Chroma server for tests, on a free port of this machine."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx


class ChromaServer:
    """A server on an index's folder; it can be killed and started again where it was."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, wait: bool = True) -> None:
        """Start it, and wait until it answers."""
        command = [sys.executable, "-m", "pipeline.evidence.serve_vectors", str(self.folder), str(self.port)]
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with (self.folder.parent / "chroma.log").open("a") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        until = time.monotonic() + 600
        while wait and not self._answers():
            assert self._process.poll() is None and time.monotonic() < until, "the Chroma server does not start"
            time.sleep(0.1)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/api/v2/heartbeat", timeout=5).status_code == 200
        except httpx.TransportError:
            return False


@contextmanager
def chroma(folder: Path) -> Iterator[ChromaServer]:
    """Run a server on a folder."""
    server = ChromaServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()
