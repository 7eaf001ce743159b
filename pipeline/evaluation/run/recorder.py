"""Recording what a model says in an evaluation: every reply is kept as it came, and no reply is asked for twice.

A `QuestionRecorder` hears `llm.Model` for one question (a variant, a case, a repeat), so replies and what they
cost belong to that answer alone. What is kept is the reply before any proof: parsing, proving and the one repair run
again whenever the evaluation is resumed or replayed.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

from pydantic import AwareDatetime, ValidationError

from pipeline.core.errors import (
    FactnotesError,
    MalformedReply,
    ModelError,
    ModelRefused,
    ModelUnusable,
    PromptTooLong,
)
from pipeline.core.models import Usage, Value
from pipeline.core.ports import Reply
from pipeline.evaluation.cases import canonical
from pipeline.llm import Cache

Problem = Literal["malformed_reply", "refused", "prompt_too_long"]

_SETTLED: tuple[tuple[type[ModelError], Problem], ...] = (
    (MalformedReply, "malformed_reply"),
    (ModelRefused, "refused"),
    (PromptTooLong, "prompt_too_long"),
)
"""What a service says of a reply that the same question would bring again; anything else may pass and is not kept."""


class ReplyNotKept(FactnotesError):
    """A reply is not among those that were kept, and there is no model to ask."""

    def __init__(self, case_id: str, prompt: str) -> None:
        super().__init__(f"no reply to the question on case {case_id} is kept: its prompt is another now")
        self.prompt = prompt


class ModelReply(Value):
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


class ReplyStore(Protocol):
    """Where replies are kept."""

    def reply(self, key: str) -> ModelReply | None:
        """Return the reply kept under a key."""
        ...

    def keep(self, reply: ModelReply) -> None:
        """Keep a reply for good before it is used."""
        ...

    def charge(self, charge: Charge) -> None:
        """Keep what one call cost, whatever came of it."""
        ...


class MemoryReplies:
    """Replies that are known, those that come and what they cost, in memory (implements `ReplyStore`)."""

    def __init__(self, known: Mapping[str, ModelReply] | None = None) -> None:
        self._lock = threading.Lock()
        self._replies = dict(known or {})
        self.charges: list[Charge] = []

    def reply(self, key: str) -> ModelReply | None:
        """Return the reply kept under a key."""
        return self._replies.get(key)

    def keep(self, reply: ModelReply) -> None:
        """Keep a reply."""
        with self._lock:
            self._replies[reply.key] = reply

    def charge(self, charge: Charge) -> None:
        """Keep what one call cost."""
        with self._lock:
            self.charges.append(charge)


class QuestionRecorder:
    """Records the conversation on one question: from the replies that are kept, then from the cache, then as it comes.

    It implements `llm.Recorder`, and stands for the model (as a `ports.LLM`) where there is none to
    ask anew.
    """

    def __init__(
        self,
        kept: ReplyStore,
        *,
        name: str,
        parameters: Mapping[str, Any],
        asked: tuple[str, str, int],
        cache: Cache | None = None,
        shared: bool = False,
    ) -> None:
        """Take `asked` as case id, variant id and repeat.

        What a `shared` call costs counts for the case that it was made for, and for no other.
        """
        self._shared = shared
        self.name, self.parameters = name, parameters
        self._kept, self._asked, self._cache = kept, asked, cache
        self.replies: list[ModelReply] = []
        self.usage = Usage()
        """What the whole conversation cost when it was held, failed calls included."""
        self.fatal: FactnotesError | None = None
        """What no other question would survive, or a missing reply: whoever swallowed it must raise it again."""
        self.calls = 0
        """How many of its replies the model was really asked for just now."""

    def recall(self, prompt: str, form: Mapping[str, Any]) -> Reply | None:
        """Return the reply that is kept, or raise the error that is; None where the model is to be asked."""
        key = self._key(prompt, form)
        known = self._kept.reply(key) or self._cached(key)
        if known is None:
            return None
        self._add(known)
        if known.problem:
            raise _error(known)
        return Reply(text=known.text, usage=known.usage)

    def record(self, prompt: str, form: Mapping[str, Any], outcome: Reply | ModelError, usage: Usage) -> None:
        """Keep what a call cost, and its reply unless it may be another the next time."""
        self.calls += 1
        usage = usage.model_copy(update={"seconds": round(usage.seconds, 3)})
        self._kept.charge(Charge(**dict(usage), model=self.name, at=datetime.now(UTC)))
        fields: dict[str, Any] = {"key": self._key(prompt, form), "usage": usage} | self._where()
        if isinstance(outcome, Reply):
            fields |= {"text": outcome.text}
        elif problem := next((name for kind, name in _SETTLED if isinstance(outcome, kind)), None):
            text = outcome.reply if isinstance(outcome, MalformedReply) else ""
            detail = outcome.problem if isinstance(outcome, MalformedReply) else str(outcome)
            fields |= {"problem": problem, "detail": detail, "text": text}
        else:
            self.usage += usage
            self.fatal = outcome if isinstance(outcome, ModelUnusable) else self.fatal
            return
        reply = ModelReply.model_validate(fields)
        self._kept.keep(reply)
        self._add(reply)

    def complete(self, prompt: str, schema: Mapping[str, Any]) -> Reply:
        """Raise ReplyNotKept: there is no model to ask."""
        self.fatal = ReplyNotKept(self._asked[0], prompt)
        raise self.fatal

    def remember(self) -> None:
        """Put the conversation into the cache: call it only when it ended in a proven answer."""
        if self._cache is not None:
            for reply in self.replies:
                self._cache.put(reply.key, reply.model_dump_json(), reply.usage)

    def _key(self, prompt: str, form: Mapping[str, Any]) -> str:
        parts = ["evaluate", self.name, dict(self.parameters), prompt, form, self._asked[2]]
        return hashlib.sha256(canonical(parts).encode(errors="surrogatepass")).hexdigest()

    def _cached(self, key: str) -> ModelReply | None:
        text = self._cache.get(key) if self._cache is not None else None
        if text is None:
            return None
        try:
            known = ModelReply.model_validate_json(text).model_copy(update=self._where())
        except ValidationError:
            return None
        self._kept.keep(known)
        return known

    def _add(self, reply: ModelReply) -> None:
        self.replies.append(reply)
        if not self._shared or reply.case_id == self._asked[0]:
            self.usage += reply.usage

    def _where(self) -> dict[str, Any]:
        case_id, variant, repeat = self._asked
        return {"case_id": case_id, "variant": variant, "repeat": repeat}


def _error(kept: ModelReply) -> ModelError:
    if kept.problem == "malformed_reply":
        return MalformedReply(kept.detail, reply=kept.text)
    return ModelRefused(kept.detail) if kept.problem == "refused" else PromptTooLong(kept.detail)
