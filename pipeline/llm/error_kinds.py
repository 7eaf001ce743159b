"""What the errors of services mean: by their code, by their words, by their status; and the pause they ask for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite

from pipeline.core.errors import (
    MalformedReply,
    ModelError,
    ModelRefused,
    ModelTimeout,
    ModelUnavailable,
    PromptTooLong,
    RequestRejected,
    UnknownModel,
    WrongKey,
)

BY_CODE: dict[str, type[ModelError]] = {
    "context_length_exceeded": PromptTooLong,
    "string_above_max_length": PromptTooLong,
    "exceed_context_size_error": PromptTooLong,
    "model_not_found": UnknownModel,
    "model_not_available": UnknownModel,
    "model_not_supported": UnknownModel,
    "model_decommissioned": UnknownModel,
    "DeploymentNotFound": UnknownModel,
    "insufficient_quota": WrongKey,
    "invalid_api_key": WrongKey,
    "content_filter": ModelRefused,
    "content_policy_violation": ModelRefused,
    "data_inspection_failed": ModelRefused,
    "json_validate_failed": MalformedReply,
    "redirect": RequestRejected,
}
"""What a service's own error codes mean; they say more than the HTTP status."""

BY_STATUS: dict[int, type[ModelError]] = {
    402: WrongKey,
    405: RequestRejected,
    407: RequestRejected,
    408: ModelTimeout,
    413: PromptTooLong,
    424: ModelUnavailable,
    425: ModelUnavailable,
    451: ModelRefused,
    498: ModelUnavailable,
}
"""What a status means for which the vendor has no class of its own."""

LONGEST_WAIT_S = 120.0
"""A service that asks for a longer pause is not waited for."""

UNCERTAIN = frozenset({400, 403, 404, 413, 422, 500, 501, 502})
"""Statuses with which services send errors of every kind, so that their words say more."""

_BY_WORDS: tuple[tuple[type[ModelError], re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            PromptTooLong,
            r"context (?:length|window|size)|too many (?:input )?tokens|too (?:long|large) for (?:the |this )?model"
            r"|(?:prompt|input) is too long|maximum context|reduce the length|tokens to keep from the initial prompt"
            r"|inputs?.{0,20}tokens.{0,40}must (?:have less|be <)"
            r"|(?:token count|prompt length).{0,40}(?:exceeds|\bbut\b)",
        ),
        (
            WrongKey,
            r"api[ _-]?key.{0,40}(?:not valid|invalid|incorrect|expired|missing|required|not found)"
            r"|(?:invalid|incorrect|missing|no) (?:authentication|api[ _-]?key)|insufficient (?:balance|credit|funds)"
            r"|credit balance is too low|budget has been exceeded|multiple authentication credentials"
            r"|organi[sz]ation must be verified|(?:location|country|region|territory) (?:is )?not supported",
        ),
        (
            UnknownModel,
            r"\bmodels?\b.{0,80}(?:not found|not exist|does ?n[o']t exist|not a valid|not available|decommissioned"
            r"|no longer)|(?:invalid|unknown) model|not a valid model|no models? (?:loaded|is loaded)"
            r"|deployment.{0,60}does not exist|model.{0,20}not (?:been )?loaded",
        ),
        (
            ModelRefused,
            r"content (?:management )?(?:policy|policies|filter)|flagged|moderation|inappropriate content|guardrail"
            r"|content (?:was|is|has been) (?:blocked|filtered)|content exists risk"
            r"|unsafe or sensitive content|不安全或敏感内容",
        ),
        (RequestRejected, r"plain http request was sent to https|method not allowed"),
        (ModelUnavailable, r"loading model|model is (?:currently )?loading|overloaded|try again later|at capacity"),
    )
)


def kind_of_words(words: str) -> type[ModelError] | None:
    """Return what the words of an error say, None where they say nothing known."""
    return next((kind for kind, pattern in _BY_WORDS if pattern.search(words)), None)


def retry_after(headers: Mapping[str, str], words: str = "") -> float | None:
    """Return the pause a service asks for: in milliseconds, in seconds, until a moment (RFC 9110), or in words."""
    header = headers.get("retry-after", "")
    for text, scale in ((headers.get("retry-after-ms", ""), 1000), (header, 1)):
        with suppress(ValueError):
            seconds = float(text) / scale
            return max(0.0, seconds) if isfinite(seconds) else None
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return _told_pause(words)
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


_PAUSE = re.compile(
    r"(?:try again|retry) (?:in|after) (?:about )?"
    r"(?=\d)(?:(\d+) ?h(?:ours?)?(?![a-z]) ?)?(?:(\d+) ?m(?:in(?:utes?)?)?(?![a-z]) ?)?"
    r"(?:(\d+(?:\.\d+)?) ?(ms|s(?:ec(?:onds?)?)?)\b)?",
    re.IGNORECASE,
)


def _told_pause(words: str) -> float | None:
    told = _PAUSE.search(words)
    if told is None or not any(told.groups()):
        return None
    scale = 1000 if (told[4] or "").lower() == "ms" else 1
    return int(told[1] or 0) * 3600 + int(told[2] or 0) * 60 + float(told[3] or 0) / scale


def in_words(pause: float | None) -> str:
    """Say a pause that nobody waits for in a run; empty for a shorter one, or none."""
    if pause is None or pause <= LONGEST_WAIT_S:
        return ""
    return f" for {pause / 3600:.0f} hours" if pause >= 7200 else f" for {pause / 60:.0f} minutes"
