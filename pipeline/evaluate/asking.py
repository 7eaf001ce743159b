"""Asking a model for an evaluation: every reply is kept as it came, and no reply is asked for twice.

A `Listener` stands between `pipeline.llm.Model` and the model. It serves one question (a variant, a case, a
repeat), so what was heard and what it cost belongs to that answer alone. What is kept is the reply before any
proof: parsing, proving and the one repair run again whenever the evaluation is resumed or replayed.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

from pydantic import AwareDatetime, ValidationError

from pipeline.budget import Price, estimate_tokens
from pipeline.errors import (
    FactnotesError,
    MalformedReply,
    ModelError,
    ModelRefused,
    PromptTooLong,
    UnknownModel,
    WrongKey,
)
from pipeline.evaluate.cases import canonical
from pipeline.llm import Cache, usage_of
from pipeline.models import Usage, Value
from pipeline.ports import LLM, Reply

Problem = Literal["malformed_reply", "refused", "prompt_too_long"]

_SETTLED: tuple[tuple[type[ModelError], Problem], ...] = (
    (MalformedReply, "malformed_reply"),
    (ModelRefused, "refused"),
    (PromptTooLong, "prompt_too_long"),
)
"""What a service says of a reply that the same question would bring again; anything else may pass and is not kept."""


class NotHeard(FactnotesError):
    """A reply is not among those that were kept, and there is no model to ask."""

    def __init__(self, case_id: str, prompt: str) -> None:
        super().__init__(f"no reply to the question on case {case_id} is kept: its prompt is another now")
        self.prompt = prompt


class Heard(Value):
    """One reply of a model, as it came."""

    key: str
    """Hash of model, parameters, whole prompt, schema and repeat."""
    case_id: str
    variant: str
    repeat: int
    text: str
    problem: Problem | None = None
    """What the service said is wrong with it, such as that it was cut off."""
    detail: str = ""
    usage: Usage


class Charge(Usage):
    """What one call cost, and of which model and when: unknown of calls made before that was kept."""

    model: str | None = None
    at: AwareDatetime | None = None


class Heap(Protocol):
    """Where replies are kept."""

    def reply(self, key: str) -> Heard | None:
        """Return the reply kept under a key."""
        ...

    def keep(self, heard: Heard) -> None:
        """Keep a reply for good before it is used."""
        ...

    def charge(self, charge: Charge) -> None:
        """Keep what one call cost, whatever came of it."""
        ...


class Reading:
    """A heap of replies that are there already; it takes no new ones."""

    def __init__(self, replies: Mapping[str, Heard]) -> None:
        self._replies = replies

    def reply(self, key: str) -> Heard | None:
        """Return the reply kept under a key."""
        return self._replies.get(key)

    def keep(self, heard: Heard) -> None:
        """Let a reply go that was only taken from the cache."""

    def charge(self, charge: Charge) -> None:
        """Let a cost go: nothing is asked here."""


class Listener:
    """An LLM for one question: it answers from the heap, then from the cache, then from the model itself."""

    def __init__(
        self,
        llm: LLM | None,
        heap: Heap,
        *,
        name: str,
        parameters: Mapping[str, Any],
        asked: tuple[str, str, int],
        price: Price | None = None,
        cache: Cache | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take `asked` as case id, variant id and repeat; without `llm` nothing can be asked anew."""
        self.name, self.parameters = name, parameters
        self._llm, self._heap, self._asked, self._clock = llm, heap, asked, clock
        self._price, self._cache = price, cache
        self.heard: list[Heard] = []
        self.usage = Usage()
        """What the whole conversation cost when it was held, failed calls included."""
        self.fatal: FactnotesError | None = None
        """What no other question would survive, or a missing reply: whoever swallowed it must raise it again."""
        self.calls = 0
        """How many of its replies the model was really asked for just now."""

    @property
    def asks(self) -> bool:
        """Tell whether there is a model to ask: replies that are kept keep no service busy."""
        return self._llm is not None

    def complete(self, prompt: str, schema: Mapping[str, Any]) -> Reply:
        """Answer a prompt; raises NotHeard, and what the model raises."""
        key = self._key(prompt, schema)
        heard = self._heap.reply(key) or self._cached(key)
        if heard is None:
            heard = self._ask(key, prompt, schema)
        self.heard.append(heard)
        self.usage += heard.usage
        if heard.problem:
            raise _error(heard)
        return Reply(text=heard.text, usage=heard.usage)

    def remember(self) -> None:
        """Put the conversation into the cache: call it only when it ended in a proven answer."""
        if self._cache is not None:
            for heard in self.heard:
                self._cache.put(heard.key, heard.model_dump_json(), heard.usage)

    def _key(self, prompt: str, schema: Mapping[str, Any]) -> str:
        parts = ["evaluate", self.name, dict(self.parameters), prompt, schema, self._asked[2]]
        return hashlib.sha256(canonical(parts).encode(errors="surrogatepass")).hexdigest()

    def _cached(self, key: str) -> Heard | None:
        text = self._cache.get(key) if self._cache is not None else None
        if text is None:
            return None
        try:
            known = Heard.model_validate_json(text)
        except ValidationError:
            return None
        return self._kept(known.model_copy(update=self._where()))

    def _ask(self, key: str, prompt: str, schema: Mapping[str, Any]) -> Heard:
        if self._llm is None:
            self.fatal = NotHeard(self._asked[0], prompt)
            raise self.fatal
        self.calls += 1
        began = self._clock()
        try:
            reply = self._llm.complete(prompt, schema)
        except ModelError as error:
            spent = self._charged(usage_of(error), began)
            problem = next((name for kind, name in _SETTLED if isinstance(error, kind)), None)
            if problem is None:
                self.usage += spent
                self.fatal = error if isinstance(error, WrongKey | UnknownModel) else self.fatal
                raise
            text = error.reply if isinstance(error, MalformedReply) else ""
            told = {"problem": problem, "detail": str(error), "text": text, "usage": spent}
        else:
            estimated = Usage(tokens_in=estimate_tokens(prompt), tokens_out=estimate_tokens(reply.text))
            spent = self._charged(reply.usage if reply.usage.tokens_in else estimated, began)
            told = {"text": reply.text, "usage": spent}
        return self._kept(Heard.model_validate({"key": key} | self._where() | told))

    def _where(self) -> dict[str, Any]:
        case_id, variant, repeat = self._asked
        return {"case_id": case_id, "variant": variant, "repeat": repeat}

    def _kept(self, heard: Heard) -> Heard:
        self._heap.keep(heard)
        return heard

    def _charged(self, told: Usage, began: float) -> Usage:
        dollars = self._price.dollars(told.tokens_in, told.tokens_out) if self._price else None
        seconds = round(self._clock() - began, 3)
        spent = told.model_copy(update={"calls": 1, "cached": 0, "dollars": dollars, "seconds": seconds})
        self._heap.charge(Charge(**dict(spent), model=self.name, at=datetime.now(UTC)))
        return spent


def _error(heard: Heard) -> ModelError:
    error: ModelError
    if heard.problem == "malformed_reply":
        error = MalformedReply(heard.detail, reply=heard.text)
    else:
        error = ModelRefused(heard.detail) if heard.problem == "refused" else PromptTooLong(heard.detail)
    error.usage = heard.usage
    return error
