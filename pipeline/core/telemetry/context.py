"""The ids that log lines and spans belong to, carried from a thread to those that work for it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

Args = ParamSpec("Args")
Result = TypeVar("Result")


@contextmanager
def bound(**ids: str) -> Generator[None, None, None]:
    """Add ids to every log line of this thread while it is open."""
    from structlog.contextvars import bound_contextvars

    with bound_contextvars(**ids):
        yield


class LogContext:
    """What is bound where it is made; threads do not inherit it by themselves."""

    def __init__(self) -> None:
        from opentelemetry import context
        from structlog.contextvars import get_contextvars

        self._ids = dict(get_contextvars())
        self._span = context.get_current()

    @contextmanager
    def again(self, **ids: str) -> Generator[None, None, None]:
        """Bind the same in the thread at work, with more ids."""
        from opentelemetry import context
        from structlog.contextvars import bound_contextvars

        token = context.attach(self._span)
        try:
            with bound_contextvars(**self._ids, **ids):
                yield
        finally:
            context.detach(token)

    def call(self, function: Callable[Args, Result], *args: Args.args, **named: Args.kwargs) -> Result:
        """Call a function with the same bound, in whatever thread this is."""
        with self.again():
            return function(*args, **named)
