"""Traces: a run is a tree of spans, run -> stage -> claim -> question to the model, sent to a collector over HTTP.

The tracer is this project's own and not the process's: other libraries' spans may hold what an article says.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

SetAttributes = Callable[..., None]
"""Adds attributes to a span, as keywords; None adds nothing."""

_PATH = "/v1/traces"
_SEND_SECONDS = 5.0
"""A collector that does not answer holds up the end of a process no longer."""


class _Process:
    """What this process does with spans."""

    endpoint: str | None = None
    tracer: Tracer | None = None


def start_traces(endpoint: str | None, version: str) -> None:
    """Send spans to a collector from now on; a process keeps to the first one it is given."""
    if endpoint is None or _Process.tracer is not None:
        return
    # Imported only where traces are on: the SDK and its exporter take a quarter of a second.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    exporter = OTLPSpanExporter(endpoint=address_of(endpoint), timeout=_SEND_SECONDS)
    provider = TracerProvider(resource=Resource.create({"service.name": "factnotes", "service.version": version}))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    _Process.endpoint, _Process.tracer = endpoint, provider.get_tracer("factnotes", version)


def address_of(endpoint: str) -> str:
    """Return where a collector takes spans.

    >>> address_of("http://127.0.0.1:4318"), address_of("http://127.0.0.1:4318/v1/traces")
    ('http://127.0.0.1:4318/v1/traces', 'http://127.0.0.1:4318/v1/traces')
    """
    bare = endpoint.rstrip("/")
    return bare if urlsplit(bare).path.endswith(_PATH) else bare + _PATH


@contextmanager
def span(name: str, **attributes: str | int | float | None) -> Generator[SetAttributes, None, None]:
    """Time what is done while it is open, as a part of the span around it; nothing where traces are off.

    An error is recorded by its kind alone.
    """
    tracer = _Process.tracer
    if tracer is None:
        yield _silent
        return
    with tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as made:
        _add(made, **attributes)
        try:
            yield lambda **more: _add(made, **more)
        except BaseException as error:
            from opentelemetry.trace import Status, StatusCode

            made.set_attribute("error.type", type(error).__name__)
            made.set_status(Status(StatusCode.ERROR))
            raise


def _silent(**attributes: str | int | float | None) -> None:
    return


def _add(made: Span, **attributes: str | int | float | None) -> None:
    for name, value in attributes.items():
        if value is not None:
            made.set_attribute(name, value)
