"""Chat models behind OpenAI's service, Azure's, or any server that speaks their chat/completions form.

The vendor's errors stop here. Nothing is retried here but a request in a simpler form, and nothing is traced to
other services.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from pipeline.core.errors import (
    MalformedReply,
    ModelError,
    ModelRefused,
    ModelTimeout,
    ModelUnavailable,
    PromptTooLong,
    RateLimited,
    RequestNotTaken,
    RequestRejected,
    SettingsError,
    UnknownModel,
    WrongKey,
)
from pipeline.core.ports import Reply
from pipeline.core.settings import KEY_NAMES, Settings, environment
from pipeline.llm.address import OPENAI, Address, azure_place, read_address, require_header
from pipeline.llm.bodies import STRANGE
from pipeline.llm.budget import is_loopback
from pipeline.llm.error_kinds import BY_CODE, BY_STATUS, UNCERTAIN, in_words, kind_of_words, retry_after
from pipeline.llm.manners import FEWEST_TOKENS, MANNERS, Manner, parameters, read_refusal, simpler, worded
from pipeline.llm.replies import whole_part
from pipeline.llm.vendor_messages import HELD_BACK, cut_off, reply_of

if TYPE_CHECKING:
    from langchain_openai.chat_models.base import BaseChatOpenAI

_PROVIDERS = ("openai", "azure")
_NO_COMPLETION = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What the vendor's client raises for a body that is not in the form it reads, however deep."""
_MOST_TRIES = 6
"""How many forms of a request are tried at most: one simpler each time."""
_TWICE = 2
"""So often in a row a service may find no JSON in its model's replies, before it is asked without their form."""
_SETTINGS = {
    "cap": "FACTNOTES_MAX_OUTPUT_TOKENS",
    "temperature": "FACTNOTES_TEMPERATURE",
    "schema": "FACTNOTES_MODEL",
    "stream": "FACTNOTES_MODEL",
}
"""What to change where a service refuses a parameter in its simplest form too."""
_DENIES = "rejects the key, or its account has no credit"
_DENIES_ALL = "refuses access to this key, place or network"


class OpenAIChat:
    """An LLM over `langchain_openai`, for OpenAI's form and for Azure's."""

    def __init__(
        self,
        model: str,
        *,
        api_key: str,
        base_url: str | None = None,
        timeout_s: float = 60,
        temperature: float | None = None,
        max_output_tokens: int = 8192,
        provider: str = "openai",
        key_name: str = "OPENAI_API_KEY",
    ) -> None:
        """Take the name of the variable that holds the key, for what is said of it.

        Raise SettingsError for an address, a key or a proxy that cannot be used.
        """
        require_header(api_key)
        self._provider, self._model, self._api_key = provider, model, SecretStr(api_key)
        self._timeout_s, self._temperature, self._most = timeout_s, temperature, max_output_tokens
        self._key_name = key_name
        self._without_json = 0
        """How often in a row the service found no JSON in its own model's reply."""
        self._address = read_address(base_url or OPENAI, api_key)

    @property
    def name(self) -> str:
        """`provider:model`."""
        return f"{self._provider}:{self._model}"

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Address (without a name or password in it), temperature and longest reply."""
        return {
            "base_url": self._address.shown,
            "temperature": self._temperature,
            "max_output_tokens": self._most,
        }

    @property
    def address(self) -> Address:
        """Where it is, and by which proxy it is reached."""
        return self._address

    @property
    def manner(self) -> Manner:
        """How it is asked by now."""
        return MANNERS.of(self._address.shown, self._model)

    def complete(self, prompt: str, schema: Mapping[str, Any]) -> Reply:
        """Answer with JSON that fits the schema; raises ModelError, with what it cost in `usage` where known.

        A parameter that the service refuses is left out or sent in its simpler form from then on.
        """
        from openai import OpenAIError

        from pipeline.core.telemetry import get_log  # slow, and an article that is unchanged asks nothing

        for tries_left in reversed(range(_MOST_TRIES)):
            manner = self.manner
            try:
                reply = self._asked(prompt, schema, manner)
            except (OpenAIError, *_NO_COMPLETION) as error:
                better = self._simpler(error, manner) if tries_left else None
                if better is None:
                    raise self._ours(error, manner) from error
                MANNERS.learn(self._address.shown, self._model, better)
                told = list(better.told(self._temperature))
                get_log("model").info("asked otherwise from now on", model=self.name, manner=told)
            else:
                self._without_json = 0
                return reply
        raise AssertionError("the last try returns or raises")

    def _asked(self, prompt: str, schema: Mapping[str, Any], manner: Manner) -> Reply:
        from langsmith import tracing_context

        asked = self._chat.bind(**parameters(manner, schema, self._most, self._temperature))
        with tracing_context(enabled=False):
            message = asked.invoke(worded(prompt, schema, manner))
        reply = reply_of(message)
        return Reply(text=self._address.hide(reply.text), usage=reply.usage)

    def _simpler(self, error: Exception, manner: Manner) -> Manner | None:
        """Return how to ask again where an error refuses a parameter; None where it is about something else."""
        status = getattr(error, "status_code", None)
        if status is None or status < 400 or status in (401, 403, 408, 409, 429):
            return None
        words = _words_of(error)
        if getattr(error, "code", None) == "json_validate_failed" and whole_part(cut_off(error).reply) is None:
            self._without_json += 1
            return replace(manner, schema=False) if self._without_json >= _TWICE and manner.schema else None
        refusal = read_refusal(words)
        if refusal.most_tokens is None and (_kind_of(error, words) in (PromptTooLong, MalformedReply, ModelRefused)):
            return None
        return simpler(manner, refusal, self._most, self._temperature is not None)

    def reach(self) -> str:
        """Ask the service for its models, which costs nothing; say what it answered, or raise ModelError."""
        from openai import NotFoundError, OpenAIError

        where = self._address.shown
        try:
            known = [model.id for model in self._chat.root_client.models.list()]
        except NotFoundError:
            return f"{where} is reachable; it lists no models, `factnotes doctor --try` asks it"
        except (OpenAIError, *_NO_COMPLETION) as error:
            raise self._ours(error, self.manner) from error
        if self._model in known:
            return f"{where} is reachable and offers it"
        return f"{where} is reachable; it lists {len(known)} models, not this one by name"

    @cached_property
    def _chat(self) -> BaseChatOpenAI:
        """The vendor's client, loaded at the first call: a run that may spend nothing never does."""
        import httpx2
        from langchain_openai import AzureChatOpenAI, ChatOpenAI

        from pipeline.llm.wire import Service, trust

        warnings.filterwarnings("ignore", message=".*structured output feature", category=UserWarning)
        common: dict[str, Any] = {
            "api_key": self._api_key,
            "use_responses_api": False,
            "max_retries": 0,
            "cache": False,
            "timeout": self._timeout_s,
            "http_client": Service(self._timeout_s, self._address.proxy, hide=self._address.hide),
            "http_async_client": httpx2.AsyncClient(
                verify=trust(), trust_env=False
            ),  # else the vendor's client makes one
        }
        azure = azure_place(self._address, self._provider, self._model)
        if azure is not None:
            return AzureChatOpenAI(model=self._model, **azure, **common)
        query = dict(self._address.query) or None
        return ChatOpenAI(model=self._model, base_url=self._address.url, default_query=query, **common)

    def _ours(self, error: Exception, manner: Manner) -> ModelError:
        """Return our error for a vendor's; no secret stands in it."""
        words = self._address.hide(_words_of(error))
        ours = self._told(error, manner, words)
        if isinstance(ours, MalformedReply):
            ours.reply = self._address.hide(ours.reply)
        return ours

    def _told(self, error: Exception, manner: Manner, words: str) -> ModelError:
        where, detail, status = self._address.shown, words[:200], getattr(error, "status_code", None)
        said = f" ({detail.rstrip('.')})" if detail and not re.fullmatch(r"status \d+", detail) else ""
        kind = _kind_of(error, words)
        if kind is RateLimited:
            pause = retry_after(getattr(getattr(error, "response", None), "headers", {}), words)
            limited = RateLimited(f"{where} asks to slow down{in_words(pause)}{said}")
            limited.retry_after = pause
            return limited
        if kind is MalformedReply:
            return cut_off(error)
        refused = _refused_setting(error, manner, words)
        if kind in (RequestNotTaken, PromptTooLong) and refused:
            return RequestRejected(f"{where} rejects every request in this form: change {refused}: {detail}")
        lines = {
            WrongKey: f"{where} {_DENIES_ALL if status == 403 else _DENIES}{said}: check {self._key_name}",
            UnknownModel: f"{where} does not know {self._model}{said}: check FACTNOTES_MODEL and FACTNOTES_BASE_URL",
            ModelTimeout: f"{where} did not answer within {self._timeout_s:g} seconds (FACTNOTES_MODEL_TIMEOUT_S)",
            ModelUnavailable: self._unavailable(error, detail),
            PromptTooLong: f"the prompt does not fit {self._model}: {detail}",
            ModelRefused: f"{self._model} declined: {HELD_BACK if _is_filtered(error) else detail}",
            RequestRejected: self._rejected(error, detail),
        }
        return kind(lines.get(kind, f"{where} rejects the request: {detail}"))

    def _rejected(self, error: Exception, detail: str) -> str:
        if getattr(error, "status_code", None) == 407:
            return f"the proxy {self._address.shown_proxy or 'on the way'} refuses access: check its name and password"
        told = detail if detail.startswith("answers ") else f"takes no such request ({detail})"
        return f"{self._address.shown} {told}: check FACTNOTES_BASE_URL{_where_to(error)}"

    def _unavailable(self, error: Exception, detail: str) -> str:
        where, status = self._address.shown, getattr(error, "status_code", None)
        if getattr(error, "code", None) == STRANGE:
            return f"{where} {detail}: check FACTNOTES_BASE_URL"
        if status is not None:
            return f"{where} is overloaded or out of order: {detail}"
        through = f" through the proxy {self._address.shown_proxy}" if self._address.proxy else ""
        cause = self._address.hide(_cause(error))[:200] or detail
        return f"{where} cannot be reached{through}, or does not answer in OpenAI's form: {cause}"


def open_llm(settings: Settings) -> OpenAIChat | None:
    """Return the model the settings name, or None where they name none; raises SettingsError."""
    if settings.model_name is None:
        return None
    provider, _, model = settings.model_name.partition(":")
    if provider not in _PROVIDERS or not model:
        raise SettingsError(
            f"{settings.model_name!r} is not a model: write openai:NAME (any OpenAI-compatible server, "
            "with FACTNOTES_BASE_URL for its address) or azure:NAME"
        )
    key = settings.api_key.get_secret_value() if settings.api_key else ""
    if not key and not is_loopback(settings.base_url):
        raise SettingsError(f"{settings.model_name} needs a key: set OPENAI_API_KEY or FACTNOTES_API_KEY")
    if provider == "azure" and settings.base_url is None:
        raise SettingsError(
            f"{settings.model_name} needs its address: set FACTNOTES_BASE_URL to the resource's endpoint"
        )
    return OpenAIChat(
        model,
        api_key=key or "none",
        base_url=settings.base_url,
        timeout_s=settings.model_timeout_s,
        temperature=settings.temperature,
        max_output_tokens=settings.max_output_tokens,
        provider=provider,
        key_name=next((name for name in KEY_NAMES if environment().get(name)), KEY_NAMES[0]),
    )


def _kinds() -> tuple[tuple[type[Exception], type[ModelError]], ...]:
    """Return the vendor's error classes and ours, the narrower first."""
    import openai
    from langchain_core import exceptions as core
    from langchain_openai.chat_models.base import OpenAIRefusalError
    from openai import _exceptions as unexported

    return (
        (core.ContextOverflowError, PromptTooLong),
        (openai.ContentFilterFinishReasonError, ModelRefused),
        (OpenAIRefusalError, ModelRefused),
        (openai.LengthFinishReasonError, MalformedReply),
        (unexported.SubjectTokenProviderError, WrongKey),
        (openai.AuthenticationError, WrongKey),
        (core.ModelAuthenticationError, WrongKey),
        (openai.PermissionDeniedError, WrongKey),
        (core.ModelPermissionDeniedError, WrongKey),
        (openai.NotFoundError, UnknownModel),
        (core.ModelNotFoundError, UnknownModel),
        (openai.RateLimitError, RateLimited),
        (core.ModelRateLimitError, RateLimited),
        (openai.APITimeoutError, ModelTimeout),
        (core.ModelTimeoutError, ModelTimeout),
        (openai.APIConnectionError, ModelUnavailable),
        (core.ModelConnectionError, ModelUnavailable),
        (openai.InternalServerError, ModelUnavailable),
        (core.ModelAPIError, ModelUnavailable),
        (openai.ConflictError, ModelUnavailable),
        (openai.APIResponseValidationError, ModelUnavailable),
        (unexported.WebSocketConnectionClosedError, ModelUnavailable),
        (unexported.WebSocketQueueFullError, ModelUnavailable),
        (openai.BadRequestError, RequestNotTaken),
        (core.ModelInvalidRequestError, RequestNotTaken),
        (openai.UnprocessableEntityError, RequestNotTaken),
        (unexported.InvalidWebhookSignatureError, RequestNotTaken),
    )


def _kind_of(error: Exception, words: str) -> type[ModelError]:
    """Return our class for a vendor's error; what nobody knows is a service that answers in no known form."""
    body = getattr(error, "body", None)
    fields = body if isinstance(body, dict) else {}
    for code in (getattr(error, "code", None), fields.get("code"), fields.get("type")):
        if isinstance(code, str) and code in BY_CODE:
            return BY_CODE[code]
    status = getattr(error, "status_code", None)
    by_words = kind_of_words(words) if status in UNCERTAIN and getattr(error, "code", None) != STRANGE else None
    by_class = next((ours for kind, ours in _kinds() if isinstance(error, kind)), None)
    if by_words is not None and by_class is not PromptTooLong:
        return by_words
    if by_class is None and isinstance(status, int):
        return BY_STATUS.get(status, ModelUnavailable if status >= 500 else RequestNotTaken)
    return by_class or ModelUnavailable


def _words_of(error: Exception) -> str:
    """Return what a service said, as one line."""
    body = getattr(error, "body", None)
    said = body.get("message") if isinstance(body, dict) else None
    return " ".join(str(said or getattr(error, "message", error)).split())


def _cause(error: BaseException) -> str:
    """Return what lies at the bottom of an error, empty where it says nothing."""
    while error.__cause__ is not None:
        error = error.__cause__
    return " ".join(str(error).split())


def _is_filtered(error: Exception) -> bool:
    import openai

    return isinstance(error, openai.ContentFilterFinishReasonError)


def _refused_setting(error: Exception, manner: Manner, words: str) -> str | None:
    """Return the setting of a parameter that is refused in its simplest form too."""
    if getattr(error, "status_code", None) is None:
        return None
    refusal = read_refusal(words)
    if refusal.most_tokens is not None:
        return _SETTINGS["cap"] if refusal.most_tokens >= FEWEST_TOKENS else None
    simplest = {"cap": manner.cap == "max_tokens", "schema": not manner.schema, "stream": manner.stream}
    return next((_SETTINGS[name] for name in sorted(refusal.about) if simplest.get(name)), None)


def _where_to(error: Exception) -> str:
    """Say where a redirect leads, without a query."""
    location = getattr(getattr(error, "response", None), "headers", {}).get("location", "")
    return f" (it leads to {location.partition('?')[0].rpartition('@')[2][:120]})" if location else ""
