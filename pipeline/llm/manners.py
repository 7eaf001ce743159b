"""How a service wants to be asked: which parameters it takes, learned from what it refuses, and kept for it.

The usual way is asked first. Where the service's words name a parameter of it, the next simpler form is asked once.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

FEWEST_TOKENS = 256
"""A reply that may not be longer is of no use."""
_MARGIN = 32
"""Tokens that two ways of counting may differ by."""

_SCHEMA = re.compile(
    r"response[_ ]?format|json[_ ]?schema|json_object|structured[_ ]?outputs?|response[_ ]?schema|grammar|guided"
    r"|output[_ ]?(?:config|format)|no endpoints found that (?:can|support)",
    re.IGNORECASE,
)
_CAP = re.compile(r"max[_ ]?(?:completion|output|new)?[_ ]?tokens|maximum tokens|completion tokens", re.IGNORECASE)
_STREAM = re.compile(
    r"(?:only|must|required?|strongly recommended|enable)\b.{0,60}\bstream"
    r"|\bstream\w*\b.{0,60}\b(?:only|must|required|true)|non-?stream",
    re.IGNORECASE,
)
_TEMPERATURE = re.compile(r"\btemperature\b", re.IGNORECASE)

_MOST = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"at most (\d[\d,]*) (?:completion |output )?tokens",
        r"can only afford (\d[\d,]*)",
        r"tokens\b[^\[]{0,60}\[\s*[01]\s*,\s*(\d[\d,]*)\s*\]",
        r"max\w*[ _]tokens\W*: *\d+ *> *(\d[\d,]*)",
        r"model limit of (\d[\d,]*)",
        r"max\w*[ _]tokens\b[^.]{0,60}?(?:less than or equal to|<=|at most|no more than|(?:can)?not exceed"
        r"|exceeds?(?: the)? (?:limit|maximum)(?: of)?|lower than|up to|maximum(?: value)?(?: is| of)?)"
        r"[^\d.]{0,20}(\d[\d,]*)",
    )
)
_CONTEXT = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        r"context length is (?:only )?(?P<all>\d+).{0,160}?\((?:about )?(?P<in>\d+) (?:in the messages|of text input)",
        r"context length is (?:only )?(?P<all>\d+).{0,80}?request has (?P<in>\d+) input",
        r"passed (?P<in>\d+) input tokens.{0,120}?context length is (?:only )?(?P<all>\d+)",
        r"must be <= (?P<all>\d+)\. given: (?P<in>\d+) .?inputs",
        r"prompt contains (?P<in>\d+) tokens.{0,160}?maximum context length of (?P<all>\d+)",
    )
)

_NAMED = ("schema", "cap", "temperature", "stream")


@dataclass(frozen=True)
class Manner:
    """What a service is sent beside the prompt."""

    schema: bool = True
    """Whether the form of the reply is sent as a parameter; else it stands in the prompt."""
    cap: Literal["max_completion_tokens", "max_tokens"] = "max_completion_tokens"
    """The name of the parameter for the longest reply."""
    most_tokens: int | None = None
    """The longest reply the service allows, where it said so."""
    temperature: bool = True
    stream: bool = False

    def told(self, temperature: float | None = None) -> Iterator[str]:
        """Yield what is sent otherwise than usually, for a person."""
        if not self.schema:
            yield "the form of the reply stands in the prompt, since response_format is refused"
        if self.cap == "max_tokens":
            yield "max_tokens instead of max_completion_tokens"
        if self.most_tokens is not None:
            yield f"replies of at most {self.most_tokens} tokens (less than FACTNOTES_MAX_OUTPUT_TOKENS)"
        if not self.temperature and temperature is not None:
            yield "no temperature (FACTNOTES_TEMPERATURE is refused)"
        if self.stream:
            yield "answers as a stream of events"

    def longest(self, wanted: int) -> int:
        """Return the longest reply to ask for."""
        return wanted if self.most_tokens is None else min(wanted, self.most_tokens)


@dataclass(frozen=True)
class Refusal:
    """What a service's words refuse, as far as they name it."""

    about: frozenset[str]
    """Of `schema`, `cap`, `temperature` and `stream`."""
    most_tokens: int | None = None
    """The longest reply that would be taken; 0 or less where the prompt alone is too long."""


def read_refusal(words: str) -> Refusal:
    """Return what the words of a refused request (status 400, 402, 404, 405, 413, 415, 422 or 501) refuse."""
    most = _most_tokens(words)
    patterns = zip(_NAMED, (_SCHEMA, _CAP, _TEMPERATURE, _STREAM), strict=True)
    about = {name for name, pattern in patterns if pattern.search(words)}
    return Refusal(frozenset(about | ({"cap"} if most is not None else set())), most)


def _most_tokens(words: str) -> int | None:
    for pattern in _CONTEXT:
        if found := pattern.search(words):
            return int(found["all"]) - int(found["in"]) - _MARGIN
    for pattern in _MOST:
        if found := pattern.search(words):
            return int(found[1].replace(",", ""))
    return None


def simpler(manner: Manner, refusal: Refusal, wanted: int, sends_temperature: bool) -> Manner | None:
    """Return the next simpler manner after a refusal; None where nothing of it was sent."""
    if refusal.most_tokens is not None:
        lower = refusal.most_tokens
        return replace(manner, most_tokens=lower) if FEWEST_TOKENS <= lower < manner.longest(wanted) else None
    if "schema" in refusal.about and manner.schema:
        return replace(manner, schema=False)
    if "temperature" in refusal.about and manner.temperature and sends_temperature:
        return replace(manner, temperature=False)
    if "cap" in refusal.about and manner.cap == "max_completion_tokens":
        return replace(manner, cap="max_tokens")
    if "stream" in refusal.about and not manner.stream:
        return replace(manner, stream=True)
    return None


class KnownManners:
    """The manners of the services this process has met; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], Manner] = {}

    def of(self, service: str, model: str) -> Manner:
        """Return how a model's service is asked now."""
        with self._lock:
            return self._known.get((service, model), Manner())

    def learn(self, service: str, model: str, manner: Manner) -> None:
        """Keep how it is asked from now on."""
        with self._lock:
            self._known[service, model] = manner


MANNERS = KnownManners()
"""Of this process."""


def parameters(
    manner: Manner, schema: Mapping[str, Any], wanted: int, temperature: float | None = None
) -> dict[str, Any]:
    """Return what is sent beside the prompt, as the vendor's client takes it."""
    given: dict[str, Any] = {"response_format": response_format(schema)} if manner.schema else {}
    if temperature is not None and manner.temperature:
        given["temperature"] = temperature
    more: dict[str, Any] = {"stream": True} if manner.stream else {}
    capped = given if manner.cap == "max_completion_tokens" else more
    capped[manner.cap] = manner.longest(wanted)
    return given | ({"extra_body": more} if more else {})


def worded(prompt: str, schema: Mapping[str, Any], manner: Manner) -> str:
    """Return the prompt, with the form of the reply where no parameter says it."""
    if manner.schema:
        return prompt
    form = json.dumps(schema, ensure_ascii=False)
    return f"{prompt}\n\nReply with one JSON object that fits this JSON schema, and with nothing else:\n{form}\n"


def response_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameter that asks for JSON of a schema."""
    form = {"name": str(schema.get("title", "reply")), "schema": dict(schema), "strict": _is_strict(schema)}
    return {"type": "json_schema", "json_schema": form}


def _is_strict(schema: Any) -> bool:
    """Tell whether each object of a schema is closed and requires all its fields, as `strict` demands."""
    if isinstance(schema, list):
        return all(_is_strict(part) for part in schema)
    if not isinstance(schema, Mapping):
        return True
    if "properties" in schema and (
        schema.get("additionalProperties") is not False or set(schema["properties"]) != set(schema.get("required", ()))
    ):
        return False
    return "default" not in schema and all(_is_strict(part) for part in schema.values())
