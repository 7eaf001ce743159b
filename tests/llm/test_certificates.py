"""A model's service over TLS: nobody whom no authority vouches for sees a prompt."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from receivers import Certificate, certificate
from service_answers import KEY, TEXT, said

from pipeline.core.errors import ModelUnavailable
from pipeline.llm.openai import OpenAIChat


@contextmanager
def serving(made: Certificate) -> Iterator[tuple[str, list[str]]]:
    """Serve chat completions over TLS; yield the address and the prompts that arrived."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(json.loads(self.rfile.read(int(self.headers["content-length"])))["messages"][0]["content"])
            content = said(TEXT).content
            self.send_response(200)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = made.context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *given: None  # type: ignore[method-assign] # a client that hangs up is what is wanted
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"https://127.0.0.1:{server.server_port}/v1", seen
    finally:
        server.shutdown()
        server.server_close()


def asked(address: str) -> str:
    return OpenAIChat("m", api_key=KEY, base_url=address, timeout_s=60).complete("A draft.", {"title": "T"}).text


def test_a_service_that_an_authority_of_ones_own_vouches_for_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.path))
    with serving(made) as (address, seen):
        assert asked(address) == TEXT and seen == ["A draft."]


@pytest.mark.parametrize("fault", ["self-signed", "expired", "of another host"])
def test_a_service_that_nobody_vouches_for_sees_no_prompt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    given = {"expired": {"days_left": -1}, "of another host": {"host": "192.0.2.1"}}.get(fault, {})
    made = certificate(tmp_path, **given)  # type: ignore[arg-type]
    if fault != "self-signed":
        monkeypatch.setenv("SSL_CERT_FILE", str(made.path))
    with serving(made) as (address, seen):
        with pytest.raises(ModelUnavailable, match="cannot be reached"):
            asked(address)
        assert not seen
