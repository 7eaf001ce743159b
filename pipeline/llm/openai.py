"""Chat models behind OpenAI's service or any server that speaks its chat/completions form.

The vendor's errors stop here. Nothing is retried here and nothing is traced to other services.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr

from pipeline.core.errors import (
    MalformedReply,
    ModelError,
    ModelRefused,
    ModelTimeout,
    ModelUnavailable,
    PromptTooLong,
    RateLimited,
    SettingsError,
    UnknownModel,
    WrongKey,
)
from pipeline.core.models import Usage
from pipeline.core.ports import Reply
from pipeline.core.settings import Settings
from pipeline.llm.budget import is_loopback

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage
    from langchain_openai import ChatOpenAI

OPENAI = "https://api.openai.com/v1"

_BY_CODE: dict[str, type[ModelError]] = {
    "context_length_exceeded": PromptTooLong,
    "string_above_max_length": PromptTooLong,
    "exceed_context_size_error": PromptTooLong,
    "model_not_found": UnknownModel,
    "insufficient_quota": WrongKey,
    "invalid_api_key": WrongKey,
    "content_filter": ModelRefused,
    "content_policy_violation": ModelRefused,
}
"""What the service's own error codes mean; they say more than the HTTP status."""

_BY_STATUS: dict[int, type[ModelError]] = {408: ModelTimeout, 413: PromptTooLong, 425: ModelUnavailable}
"""What a status means for which the vendor has no class of its own."""


class OpenAIChat:
    """An LLM over `langchain_openai.ChatOpenAI`."""

    def __init__(
        self,
        model: str,
        *,
        api_key: str,
        base_url: str | None = None,
        timeout_s: float = 60,
        temperature: float | None = None,
        max_output_tokens: int = 8192,
    ) -> None:
        self._model, self._base_url = model, base_url or OPENAI
        self._options: dict[str, Any] = {"timeout": timeout_s, "max_tokens": max_output_tokens}
        if temperature is not None:
            self._options["temperature"] = temperature
        self._api_key = SecretStr(api_key)

    @property
    def name(self) -> str:
        """`openai:model`."""
        return f"openai:{self._model}"

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Address (without a name or password in it), temperature and longest reply."""
        parts = urlsplit(self._base_url)
        address = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))
        return {
            "base_url": address,
            "temperature": self._options.get("temperature"),
            "max_output_tokens": self._options["max_tokens"],
        }

    def complete(self, prompt: str, schema: Mapping[str, Any]) -> Reply:
        """Answer with JSON that fits the schema; raises ModelError, with what it cost in `usage` where known."""
        from langsmith import tracing_context
        from openai import OpenAIError

        asked = self._chat.bind(response_format=_response_format(schema))
        try:
            with tracing_context(enabled=False):
                message = asked.invoke(prompt)
        except (OpenAIError, ValueError, LookupError, TypeError, AttributeError) as error:
            # langchain raises the last four for a body that is not in the form of chat/completions
            raise self._ours(error) from error
        return _reply_of(message)

    def reach(self) -> str:
        """Ask the service for its models, which costs nothing; say what it answered, or raise ModelError."""
        from openai import OpenAIError

        try:
            known = [model.id for model in self._chat.root_client.models.list()]
        except OpenAIError as error:
            raise self._ours(error) from error
        if self._model in known:
            return f"{self.parameters['base_url']} is reachable and offers it"
        return f"{self.parameters['base_url']} is reachable; it lists {len(known)} models, not this one by name"

    @cached_property
    def _chat(self) -> ChatOpenAI:
        """The vendor's client, loaded at the first call: a run that may spend nothing never does."""
        from langchain_openai import ChatOpenAI

        return ChatOpenAI(
            model=self._model,
            base_url=self._base_url,
            api_key=self._api_key,
            use_responses_api=False,
            max_retries=0,
            cache=False,
            **self._options,
        )

    def _ours(self, error: Exception) -> ModelError:
        kind = _kind_of(error)
        where = self.parameters["base_url"]
        detail = " ".join(str(getattr(error, "message", error)).split())[:200]
        if kind is RateLimited:
            limited = RateLimited(f"{where} asks to slow down")
            limited.retry_after = _retry_after(error)
            return limited
        if kind is MalformedReply:
            return _cut_off(error)
        words = {
            WrongKey: f"{where} rejects the key, or its account has no credit: check OPENAI_API_KEY",
            UnknownModel: f"{where} does not know {self._model}: check FACTNOTES_MODEL and FACTNOTES_BASE_URL",
            ModelTimeout: f"{where} did not answer within {self._options['timeout']:g} seconds",
            ModelUnavailable: f"{where} cannot be reached, is overloaded or does not answer in OpenAI's form: {detail}",
            PromptTooLong: f"the prompt does not fit {self._model}: {detail}",
            ModelRefused: f"{self._model} declined: {detail}",
        }
        return kind(words.get(kind, f"{where} rejects the request: {detail}"))


def open_llm(settings: Settings) -> OpenAIChat | None:
    """Return the model the settings name, or None where they name none; raises SettingsError."""
    if settings.model_name is None:
        return None
    provider, _, model = settings.model_name.partition(":")
    if provider != "openai" or not model:
        raise SettingsError(
            f"{settings.model_name!r} is not a model: write openai:NAME (any OpenAI-compatible server, "
            "with FACTNOTES_BASE_URL for its address)"
        )
    key = settings.api_key.get_secret_value() if settings.api_key else ""
    if not key and not is_loopback(settings.base_url):
        raise SettingsError(f"{settings.model_name} needs a key: set OPENAI_API_KEY or FACTNOTES_API_KEY")
    return OpenAIChat(
        model,
        api_key=key or "none",
        base_url=settings.base_url,
        timeout_s=settings.model_timeout_s,
        temperature=settings.temperature,
        max_output_tokens=settings.max_output_tokens,
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
        (openai.BadRequestError, ModelError),
        (core.ModelInvalidRequestError, ModelError),
        (openai.UnprocessableEntityError, ModelError),
        (unexported.InvalidWebhookSignatureError, ModelError),
    )


def _kind_of(error: Exception) -> type[ModelError]:
    """Return our class for a vendor's error; what nobody knows is a service that answers in no known form."""
    body = getattr(error, "body", None)
    fields = body if isinstance(body, dict) else {}
    for code in (getattr(error, "code", None), fields.get("code"), fields.get("type")):
        if isinstance(code, str) and code in _BY_CODE:
            return _BY_CODE[code]
    by_class = next((ours for kind, ours in _kinds() if isinstance(error, kind)), None)
    status = getattr(error, "status_code", None)
    if by_class is None and isinstance(status, int):
        return _BY_STATUS.get(status, ModelUnavailable if status >= 500 else ModelError)
    return by_class or ModelUnavailable


def _retry_after(error: Exception) -> float | None:
    """Return the pause a service asks for: in milliseconds, in seconds, or until a moment (RFC 9110)."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    header = headers.get("retry-after", "")
    for text, scale in ((headers.get("retry-after-ms", ""), 1000), (header, 1)):
        with suppress(ValueError):
            seconds = float(text) / scale
            return max(0.0, seconds) if isfinite(seconds) else None
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _cut_off(error: Exception) -> MalformedReply:
    """Say that a reply was longer than allowed, with what it held and cost."""
    completion = getattr(error, "completion", None)
    malformed = MalformedReply(
        "the reply was cut off at its longest: be shorter",
        reply=(completion.choices[0].message.content or "") if completion and completion.choices else "",
    )
    if completion and completion.usage:
        malformed.usage = Usage(tokens_in=completion.usage.prompt_tokens, tokens_out=completion.usage.completion_tokens)
    return malformed


def _reply_of(message: AIMessage) -> Reply:
    metadata = message.usage_metadata
    usage = Usage(tokens_in=metadata["input_tokens"], tokens_out=metadata["output_tokens"]) if metadata else Usage()
    refusal = message.additional_kwargs.get("refusal")
    text = str(message.text)
    problem: ModelError | None = None
    if refusal:
        problem = ModelRefused(f"the model declined: {' '.join(str(refusal).split())[:200]}")
    elif not text.strip():
        problem = MalformedReply("the reply is empty")
    if problem:
        problem.usage = usage if metadata else None
        raise problem
    return Reply(text=text, usage=usage)


def _response_format(schema: Mapping[str, Any]) -> dict[str, Any]:
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
