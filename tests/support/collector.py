"""A collector of traces on loopback: takes OTLP over HTTP as any other does, and keeps the spans."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


@dataclass(frozen=True)
class Received:
    """A span as it arrived."""

    id: str
    parent: str
    trace: str
    name: str
    attributes: dict[str, Any]
    failed: bool


@dataclass
class Collector:
    """What arrived, and where."""

    address: str = ""
    spans: list[Received] = field(default_factory=list)
    raw: bytes = b""
    paths: set[str] = field(default_factory=set)

    def named(self, name: str) -> list[Received]:
        return [span for span in self.spans if span.name == name]

    def parent_of(self, span: Received) -> Received:
        (found,) = [each for each in self.spans if each.id == span.parent]
        return found

    def take(self, body: bytes) -> None:
        self.raw += body
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for scope in resource.scope_spans:
                self.spans += [_span(span) for span in scope.spans]


def _span(span: Any) -> Received:
    told = {each.key: getattr(each.value, str(each.value.WhichOneof("value"))) for each in span.attributes}
    ids = (span.span_id.hex(), span.parent_span_id.hex(), span.trace_id.hex())
    return Received(*ids, span.name, told, span.status.code == 2)


@contextmanager
def collecting() -> Iterator[Collector]:
    """Take spans on a free port of this machine."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            collector.paths.add(self.path)
            collector.take(gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body)
            reply = ExportTraceServiceResponse().SerializeToString()
            self.send_response(200)
            self.send_header("content-type", "application/x-protobuf")
            self.send_header("content-length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collector.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield collector
    server.shutdown()
    server.server_close()
