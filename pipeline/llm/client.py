"""Asking a model: one question, one schema, one proof; cached, capped, retried, counted.

A reply counts only when it parses and its proof holds. It gets one chance to be mended, with the error
before it; then it is an error. Errors, refusals and unproven replies are never cached.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ValidationError
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt
from tenacity.stop import stop_base
from tenacity.wait import wait_exponential_jitter

from pipeline.core.errors import (
    BudgetSpent,
    CutOff,
    FactnotesError,
    IndexMissing,
    MalformedReply,
    ModelError,
    ModelRefused,
    ModelTimeout,
    ModelUnavailable,
    NoEvidence,
    PromptTooLong,
    QuoteNotFound,
    QuoteNotRelevant,
    RateLimited,
    RequestNotTaken,
    SettingsError,
    UnknownModel,
    WrongKey,
)
from pipeline.core.models import Failure, FailureReason, Usage
from pipeline.core.ports import LLM, RateLimit, Rendered, Reply
from pipeline.core.telemetry import get_log, span
from pipeline.llm.budget import Budget, Price, estimate_tokens
from pipeline.llm.call_queue import CallQueue
from pipeline.llm.error_kinds import LONGEST_WAIT_S
from pipeline.llm.mending import tell_mend
from pipeline.llm.replies import form_of, read_reply, whole_part

_log = get_log("model")

S = TypeVar("S", bound=BaseModel)
T = TypeVar("T")

MOST_SENT_BACK = 20_000
"""Characters of a reply that are sent back to be mended."""

_BACKOFF = wait_exponential_jitter(multiplier=0.5, max=20, jitter=0.5)
_NEVER_BILLED = (RateLimited, WrongKey, UnknownModel, PromptTooLong, RequestNotTaken)

_REASONS: tuple[tuple[type[FactnotesError], FailureReason], ...] = (
    (BudgetSpent, "budget"),
    (ModelTimeout, "timeout"),
    (RateLimited, "rate_limited"),
    (ModelUnavailable, "unavailable"),
    (RequestNotTaken, "unavailable"),
    (ModelRefused, "refused"),
    (MalformedReply, "malformed_reply"),
    (QuoteNotRelevant, "quote_not_relevant"),
    (QuoteNotFound, "quote_not_found"),
    (NoEvidence, "no_evidence_source"),
    (IndexMissing, "no_evidence_source"),
    (WrongKey, "wrong_key"),
    (UnknownModel, "unknown_model"),
    (PromptTooLong, "prompt_too_long"),
)


class Cache(Protocol):
    """Keeps proven replies by the hash of everything that decides them."""

    def get(self, key: str) -> str | None:
        """Return the reply kept under a key."""
        ...

    def put(self, key: str, text: str, usage: Usage) -> None:
        """Keep a reply and what it cost."""
        ...


class Recorder(Protocol):
    """Keeps every reply of a model as it came, before any proof, and knows those that are kept."""

    def recall(self, prompt: str, form: Mapping[str, Any]) -> Reply | None:
        """Return the reply that is kept, or raise the ModelError that is; None where the model is to be asked."""
        ...

    def record(self, prompt: str, form: Mapping[str, Any], outcome: Reply | ModelError, usage: Usage) -> None:
        """Keep what came of a call and what it cost, before it is used."""
        ...


class Model:
    """A chat model with its price, budget, cache and meter; safe to share between threads."""

    def __init__(
        self,
        llm: LLM,
        *,
        price: Price | None = None,
        budget: Budget | None = None,
        cache: Cache | None = None,
        retries: int = 2,
        at_once: int | None = None,
        rate_limit: RateLimit | None = None,
        recorder: Recorder | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Keep at most `at_once` calls in flight. Raise SettingsError for a cap in dollars without a known price.

        The cache keeps proven answers; a recorder keeps and gives back all replies, the unproven among them.
        """
        self._llm, self._cache, self._rate_limit, self._retries, self._sleep = llm, cache, rate_limit, retries, sleep
        self.price, self.budget = price, _payable(llm, price, budget or Budget())
        self._recorder, self._meter, self._queue = recorder, _Meter(), CallQueue(at_once)
        self._place = self._queue.join()
        self._persists = True

    @property
    def name(self) -> str:
        """`provider:model`."""
        return self._llm.name

    @property
    def parameters(self) -> Mapping[str, Any]:
        """What it is asked with, its address among it."""
        return self._llm.parameters

    @property
    def max_output_tokens(self) -> int:
        """The longest reply."""
        return int(self._llm.parameters.get("max_output_tokens", 4096))

    @property
    def usage(self) -> Usage:
        """Everything spent so far, by whichever run, failed calls included."""
        return self._meter.read()

    def paid_from(self, budget: Budget) -> Model:
        """Return this model with another budget; all else is shared. Raises SettingsError as this one did."""
        again = copy(self)
        again.budget = _payable(self._llm, self.price, budget)
        return again

    def for_run(self) -> Model:
        """Return this model for one more run's claims: their calls wait for those of the runs before it.

        All else is shared. What is asked of this model itself, as a run's detection is, goes before all of them.
        """
        again = copy(self)
        again._place = self._queue.join()
        return again

    def for_several(self) -> Model:
        """Return this model for questions that can be divided; all else is shared.

        Where it is too slow for one, or its reply is cut off, the same is not asked again.
        """
        again = copy(self)
        again._persists = False
        return again

    def ask(
        self, rendered: Rendered, schema: type[S], prove: Callable[[S], T], *, evidence: Sequence[str] = ()
    ) -> tuple[T, Usage]:
        """Return what the proof makes of the reply, and what it cost.

        `prove` raises QuoteNotFound or ValueError for a reply that must not count; `evidence` holds the hashes of
        what the reply depends on. Raises ModelError, QuoteNotFound or BudgetSpent, with the cost in `usage`.
        """
        form = form_of(schema)
        key = self._key(rendered.text, form, evidence)
        known = self._recall(key, schema, prove)
        if known is not None:
            return known[0], self._count(Usage(cached=1))
        meter: list[Usage] = []
        try:
            proven, text = self._converse(rendered.text, form, lambda text: self._proven(text, schema, prove), meter)
        except FactnotesError as error:
            error.usage = sum(meter, Usage())
            raise
        if self._cache is not None:
            self._cache.put(key, text, sum(meter, Usage()))
        return proven, sum(meter, Usage())

    def _converse(
        self, prompt: str, form: Mapping[str, Any], judge: Callable[[str], T], meter: list[Usage]
    ) -> tuple[T, str]:
        """Ask, and once more with the error where the first reply does not hold."""
        try:
            return self._judged(prompt, form, judge, meter)
        except (MalformedReply, QuoteNotFound) as error:
            if isinstance(error, CutOff) and not self._persists:
                raise
            return self._judged(_repair(prompt, error), form, judge, meter)

    def _judged(
        self, prompt: str, form: Mapping[str, Any], judge: Callable[[str], T], meter: list[Usage]
    ) -> tuple[T, str]:
        torn: MalformedReply | None = None
        try:
            text = self._retried(prompt, form, meter).text
        except MalformedReply as error:
            text, torn = whole_part(error.reply) or "", error
            if not text:
                raise
        try:
            judged = judge(text)
        except QuoteNotFound as error:
            error.reply = text
            raise
        except ValueError as error:
            raise torn or MalformedReply(_one_line(error), reply=text) from error
        if torn:
            tell_mend(
                "cut off: what is whole counts" if isinstance(torn, CutOff) else "the service took it for no JSON"
            )
        return judged, text

    def _retried(self, prompt: str, form: Mapping[str, Any], meter: list[Usage]) -> Reply:
        retrying = Retrying(
            retry=retry_if_exception(self._may_pass),
            stop=stop_after_attempt(self._retries + 1) | _PauseTooLong(self.budget),
            wait=_pause,
            sleep=self._sleep,
            reraise=True,
        )
        return retrying(self._in_turn, prompt, form, meter)

    def _may_pass(self, error: BaseException) -> bool:
        is_slow = isinstance(error, ModelTimeout) and not self._persists
        return isinstance(error, ModelError) and error.retryable and not is_slow

    def _in_turn(self, prompt: str, form: Mapping[str, Any], meter: list[Usage]) -> Reply:
        known = self._recorder.recall(prompt, form) if self._recorder is not None else None
        if known is not None:
            meter.append(self._count(Usage(cached=1)))
            return known
        with self._queue.turn(self._place):  # never held through a pause between two tries
            return self._call(prompt, form, meter)

    def _call(self, prompt: str, form: Mapping[str, Any], meter: list[Usage]) -> Reply:
        most_in = estimate_tokens(prompt) + estimate_tokens(json.dumps(form))
        worst = self._dollars(most_in, self.max_output_tokens) or 0.0
        with self._admitted(worst, most_in) as charge, span("ask model", model=self.name) as set_attributes:
            began = time.monotonic()
            billed: Usage | None = None
            outcome: Reply | ModelError | None = None
            try:
                outcome = reply = self._llm.complete(prompt, form)
                billed = _billed(reply, most_in)
                return reply
            except ModelError as error:
                outcome = error
                _log.info("model call failed", model=self.name, error=type(error).__name__)
                billed = usage_of(error) if error.usage or isinstance(error, _NEVER_BILLED) else None
                if self._rate_limit is not None and isinstance(error, RateLimited) and error.retry_after:
                    self._rate_limit.hold(error.retry_after)
                raise
            finally:
                known = billed or Usage()
                dollars = self._dollars(known.tokens_in, known.tokens_out)
                if billed is not None:
                    charge(dollars or 0.0)
                seconds = time.monotonic() - began
                cost = {"calls": 1, "cached": 0, "dollars": dollars, "seconds": seconds}
                used = self._count(known.model_copy(update=cost))
                meter.append(used)
                set_attributes(tokens_in=known.tokens_in, tokens_out=known.tokens_out, dollars=dollars)
                if self._rate_limit is not None and billed is not None:
                    self._rate_limit.settle(billed.tokens_in + billed.tokens_out - most_in)
                if self._recorder is not None and outcome is not None:
                    self._recorder.record(prompt, form, outcome, used)

    @contextmanager
    def _admitted(self, worst: float, tokens: int) -> Iterator[Callable[[float], None]]:
        """Begin a call when budget and rate limit allow it, and yield the function that takes what it did cost."""
        with self.budget.call(worst) as charge:
            if self._rate_limit is not None:
                try:
                    self._rate_limit.wait(tokens, self.budget.seconds_left())
                except FactnotesError:
                    charge(0.0)  # nothing was sent
                    raise
            yield charge

    def _dollars(self, tokens_in: int, tokens_out: int) -> float | None:
        return self.price.dollars(tokens_in, tokens_out) if self.price else None

    def _count(self, usage: Usage) -> Usage:
        self._meter.add(usage)
        return usage

    def _key(self, prompt: str, form: Mapping[str, Any], evidence: Sequence[str]) -> str:
        parts = [self._llm.name, dict(self._llm.parameters), prompt, form, list(evidence)]
        return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def _proven(self, text: str, schema: type[S], prove: Callable[[S], T]) -> T:
        """Return what the proof makes of a reply, and tell what was mended; raises QuoteNotFound, ValueError."""
        answer, mends = read_reply(text, schema)
        proven = prove(answer)
        for mend in mends:
            tell_mend(mend)
        if mends:
            _log.info("reply mended", model=self.name, mends=list(mends))
        return proven

    def _recall(self, key: str, schema: type[S], prove: Callable[[S], T]) -> tuple[T] | None:
        """Return a kept answer, proven again: what no longer holds is asked again."""
        text = self._cache.get(key) if self._cache is not None else None
        if text is None:
            return None
        try:
            return (self._proven(text, schema, prove),)
        except (QuoteNotFound, ValueError):
            return None


def _payable(llm: LLM, price: Price | None, budget: Budget) -> Budget:
    """Return the budget; raise SettingsError where it caps dollars and there is no price."""
    if price is None and budget.caps.max_usd is not None:
        raise SettingsError(
            f"{llm.name} has no known price, so dollars cannot be capped: add it to prices.yaml in FACTNOTES_HOME"
        )
    return budget


class _Meter:
    """Counts what is spent, whichever thread spends it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._usage = Usage()

    def read(self) -> Usage:
        with self._lock:
            return self._usage

    def add(self, usage: Usage) -> None:
        with self._lock:
            self._usage += usage


class _PauseTooLong(stop_base):
    """Stop rather than wait longer than the budget or good sense allows."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget

    def __call__(self, retry_state: RetryCallState) -> bool:
        return retry_state.upcoming_sleep > min(LONGEST_WAIT_S, self._budget.seconds_left())


def failure_of(error: Exception, stage: str) -> Failure:
    """Say why a claim has no verdict; an error nobody expected is named, and is never a verdict."""
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return Failure(stage=stage, reason=reason, detail=_one_line(error), retryable=error.retryable)
    retryable = isinstance(error, FactnotesError) and error.retryable
    detail = f"{type(error).__name__}: {_one_line(error)}"
    return Failure(stage=stage, reason="error", detail=detail, retryable=retryable)


def usage_of(error: Exception) -> Usage:
    """Return what was spent before an error."""
    usage = getattr(error, "usage", None)
    return usage if isinstance(usage, Usage) else Usage()


def _billed(reply: Reply, most_in: int) -> Usage:
    """Return what a reply is counted at: what its service does not tell is estimated."""
    told = reply.usage
    return told.model_copy(
        update={
            "tokens_in": told.tokens_in if told.tokens_in > 0 else most_in,
            "tokens_out": told.tokens_out if told.tokens_out > 0 else estimate_tokens(reply.text),
        }
    )


def _pause(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, RateLimited) else None
    return asked if asked is not None else _BACKOFF(state)


def _one_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        problems = [f"{'.'.join(map(str, each['loc'])) or 'reply'}: {each['msg']}" for each in error.errors()]
        return "; ".join(problems[:5])
    return " ".join(str(error).split())[:500]


def _bounded(reply: str) -> str:
    """Return a reply as it is sent back: of one that is longer than any answer, its beginning and its end."""
    left_out = len(reply) - MOST_SENT_BACK
    if left_out <= 0:
        return reply
    half = MOST_SENT_BACK // 2
    return f"{reply[:half]}\n[{left_out} characters are left out here]\n{reply[-half:]}"


def _repair(prompt: str, error: MalformedReply | QuoteNotFound) -> str:
    """Return the prompt again with the reply and what is wrong with it, both as data."""
    reply = _bounded(error.reply)
    problem = error.problem if isinstance(error, CutOff) else _one_line(error)
    mark = hashlib.sha256((prompt + reply + problem).encode()).hexdigest()[:12]
    return (
        f"{prompt}\n\nYour reply to the above could not be used. What was wrong with it, and the reply, as data:\n"
        f"<problem-{mark}>\n{problem}\n</problem-{mark}>\n<reply-{mark}>\n{reply}\n</reply-{mark}>\n"
        "Reply again, in full. Mend what was wrong and copy quotations letter by letter from the material; "
        "where nothing there proves the reply, change the reply, not the quotation.\n"
    )
