"""A scripted model: it answers what its script says. For tests, benchmarks and trying things without a key."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pipeline.core.errors import ModelUnavailable
from pipeline.core.models import Usage
from pipeline.core.ports import Reply

Line = str | Exception
"""A reply, or the error to raise instead."""


class Scripted:
    """An LLM that takes its replies from a list, in order, or from a function of the prompt."""

    name = "scripted:scripted"

    def __init__(
        self,
        script: Iterable[Line] | Callable[[str], Line],
        *,
        latency_s: float = 0.0,
        usage: Usage | None = None,
        max_output_tokens: int = 4096,
    ) -> None:
        """Each reply costs `usage`; without it a character counts as a token."""
        self._script = script if callable(script) else _Lines(script)
        self._latency_s, self._usage = latency_s, usage
        self._max_output_tokens = max_output_tokens
        self._lock = threading.Lock()
        self._prompts: list[str] = []

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The longest reply."""
        return {"max_output_tokens": self._max_output_tokens}

    @property
    def prompts(self) -> tuple[str, ...]:
        """The prompts it was asked, in order."""
        return tuple(self._prompts)

    def complete(self, prompt: str, schema: Mapping[str, Any]) -> Reply:
        """Return the script's next line after the latency, or raise it."""
        with self._lock:
            self._prompts.append(prompt)
            line = self._script(prompt)
        time.sleep(self._latency_s)
        if isinstance(line, Exception):
            raise line
        return Reply(text=line, usage=self._usage or Usage(tokens_in=len(prompt), tokens_out=len(line)))


class _Lines:
    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = iter(lines)

    def __call__(self, prompt: str) -> Line:
        return next(self._lines, ModelUnavailable("the script has run out"))
