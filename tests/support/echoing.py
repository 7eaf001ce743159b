"""A service that sends back what it was sent, wherever an answer can hold it; and the canaries it is sent."""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, get_args
from urllib.parse import quote

from pydantic import SecretStr
from scripted_service import UNDECIDED
from verdict_replies import verdict_reply

from pipeline.core.settings import Settings

PERSON, PASSWORD, QUERY = "canary-person", "canary/pass word", "canary-query-0451"
SECRETS = {
    "api_key": "canary-api-key-77312",
    "database_url": "postgresql://desk:canary-database-pw-19@127.0.0.1:9/facts",
    "notify_key": "canary-notify-key-0123456789abcdef012345",
    "smtp_password": "canary-smtp-pass-5512",
    "metrics_token": "canary-metrics-token-88",
    "factcheck_key": "canary-factcheck-key-4711",
}
"""A canary for each setting that is secret."""
SPELLED = tuple(
    form
    for each in (*SECRETS.values(), "canary-database-pw-19", PASSWORD, QUERY, f"{PERSON}:{PASSWORD}")
    for form in (each, quote(each, safe=""), json.dumps(each)[1:-1], b64encode(each.encode()).decode())
)


def secret_settings() -> set[str]:
    """Return the names of the settings that are secret by their type."""
    return {
        name
        for name, known in Settings.model_fields.items()
        if SecretStr in (known.annotation, *get_args(known.annotation))
    }


def seen_in(text: str | bytes) -> list[str]:
    """Return the canaries that stand in a text or in the bytes of a file."""
    whole = text.decode("latin-1") if isinstance(text, bytes) else text
    return [form for form in SPELLED if form in whole]


def seen_under(folder: Path) -> dict[str, list[str]]:
    """Return the files of a folder in which a canary stands.

    The vector library writes memory that it has not filled, whatever was in it: SECURITY.md says so.
    """
    files = [path for path in folder.rglob("*") if path.is_file() and not path.match("vectors/*/data_level0.bin")]
    found = {str(path): seen_in(path.read_bytes()) for path in files}
    return {path: canaries for path, canaries in found.items() if canaries}


@dataclass
class Answer:
    """What is sent back to a request, whose own words are `echo`."""

    status: int
    body: Callable[[str], Any]
    headers: Callable[[str], dict[str, str]] = field(default=lambda echo: {})


def _error(words: str) -> dict[str, Any]:
    return {"error": {"message": words, "type": words, "code": words, "param": words}}


def _said(words: str) -> dict[str, Any]:
    return {"choices": [{"index": 0, "message": {"role": "assistant", "content": words}, "finish_reason": "stop"}]}


ECHOES = {
    "an error": Answer(400, _error),
    "an error cut in the middle": Answer(500, lambda echo: _error("x" * 180 + echo + "y" * 380 + echo)),
    "an error that repeats it": Answer(500, lambda echo: _error(echo * 40)),
    "a page": Answer(502, lambda echo: f"<html><title>{echo[-70:]}</title>{echo}</html>"),
    "words instead of JSON": Answer(200, lambda echo: "x" * 60 + echo),
    "headers": Answer(429, _error, lambda echo: {"retry-after": echo, "x-request-id": echo}),
    "a redirect": Answer(
        307, lambda echo: "", lambda echo: {"location": f"http://127.0.0.1:9/{quote(echo)}?key={QUERY}"}
    ),
    "a reply that is none": Answer(200, lambda echo: _said(f'{{"label": "{echo}"')),
    "a refusal": Answer(
        200, lambda echo: {"choices": [{"index": 0, "message": {"role": "assistant", "refusal": echo}}]}
    ),
    "a rejected key": Answer(401, _error),
}
"""Where a service may put what it was sent."""


class Echo:
    """The service, and how it answers."""

    def __init__(self) -> None:
        self.answer: Answer | None = None
        self.asked = 0
        self.address = ""

    def reply(self, echo: str, body: dict[str, Any]) -> tuple[Answer, Any]:
        """Return the answer to a request, and its body; a verdict that tells what it was sent where none is set."""
        self.asked += 1
        if self.answer is not None:
            return self.answer, self.answer.body(echo)
        if "justification" not in json.dumps(body.get("response_format")):
            return Answer(200, _said), _said('{"claims": []}')
        told = UNDECIDED | {"justification": f"They sent {echo}."}
        return Answer(200, _said), _said(verdict_reply(body["messages"][-1]["content"], lambda words: told))


@contextmanager
def echoing() -> Generator[Echo, None, None]:
    """Serve on loopback, under an address with a person, a password and a key."""
    echo = Echo()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send({})

        def do_POST(self) -> None:
            self._send(json.loads(self.rfile.read(int(self.headers["content-length"]))))

        def _send(self, body: dict[str, Any]) -> None:
            sent = " ".join([self.path, *(f"{value}" for value in self.headers.values()), PASSWORD])
            answer, content = echo.reply(" ".join(sent.split()), body)
            data = content.encode() if isinstance(content, str) else json.dumps(content).encode()
            self.send_response(answer.status)
            for name, value in answer.headers(sent).items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    person = f"{PERSON}:{quote(PASSWORD, safe='')}"
    echo.address = f"http://{person}@127.0.0.1:{server.server_port}/v1?key={QUERY}"
    try:
        yield echo
    finally:
        server.shutdown()
        server.server_close()
