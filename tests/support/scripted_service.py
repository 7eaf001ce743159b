"""A scripted service that speaks the form of chat/completions on loopback; it judges nothing."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from verdict_replies import verdict_reply

UNDECIDED = {"label": "not_enough_evidence", "confidence": 0.5, "justification": "scripted", "citations": []}


class Service:
    """What the service was asked and answered, and how it should answer."""

    def __init__(self, latency_s: float = 0.0, status: int = 200, error_code: str | None = None) -> None:
        self.latency_s, self.status, self.error_code = latency_s, status, error_code
        self.asked: Counter[str] = Counter()
        self.answered: Counter[str] = Counter()
        self.arrived: list[float] = []
        """When each request came, by `time.time()`."""
        self.busy, self.retry_after_s = 0, 1.0
        """How many of the next requests are answered with 429, and the pause that asks for."""
        self.address = ""
        self._in_flight, self._changed = 0, threading.Condition()

    @contextmanager
    def answering(self) -> Generator[None, None, None]:
        """Count a request as in flight."""
        with self._changed:
            self._in_flight += 1
        try:
            yield
        finally:
            with self._changed:
                self._in_flight -= 1
                self._changed.notify_all()

    def wait_until_idle(self) -> None:
        """Wait until what is in flight is answered, if only to somebody who was killed."""
        with self._changed:
            assert self._changed.wait_for(lambda: not self._in_flight, timeout=300)

    def judge(self, claim: str) -> dict[str, Any]:
        """Return the verdict on a claim."""
        return UNDECIDED

    def answer(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return the reply to a request: no claim to a detection, undecided to a claim."""
        if self.status != 200:
            return {"error": {"message": "scripted", "code": self.error_code, "type": "scripted"}}
        detects = "justification" not in json.dumps(body["response_format"])
        prompt = body["messages"][-1]["content"]
        content = json.dumps({"claims": []}) if detects else verdict_reply(prompt, self.judge)
        message = {"role": "assistant", "content": content}
        return {
            "id": "scripted",
            "object": "chat.completion",
            "created": 0,
            "model": body["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
        }


@contextmanager
def running(service: Service) -> Generator[Service, None, None]:
    """Serve on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(service.status, {"object": "list", "data": [{"id": "small", "object": "model"}]})

        def do_POST(self) -> None:
            with service.answering():
                self._answer()

        def _answer(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            prompt = body["messages"][-1]["content"]
            service.asked[prompt] += 1
            service.arrived.append(time.time())
            time.sleep(service.latency_s)
            if service.busy > 0:
                service.busy -= 1
                self._send(429, {"error": {"message": "scripted", "type": "scripted"}})
            elif self._send(service.status, service.answer(body)):
                service.answered[prompt] += 1

        def _send(self, status: int, reply: dict[str, Any]) -> bool:
            data = json.dumps(reply).encode()
            try:
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                if status == 429:
                    self.send_header("retry-after", str(service.retry_after_s))
                self.end_headers()
                self.wfile.write(data)
            except OSError:
                return False  # who asked was killed
            return True

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.address = f"http://127.0.0.1:{server.server_port}/v1"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield service
    server.shutdown()
    server.server_close()
