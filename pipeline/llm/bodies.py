"""Bodies of answers as services send them, brought into the one form of a chat completion that the client reads.

Where the answer stands in a tool call, in parts, in the reasoning or in a stream of events, it is moved to where it
belongs; counts of tokens become whole numbers or are left out. A body of another kind, or an error that is sent as
if all were well, becomes an error with a line that a person understands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from html import unescape
from math import ceil, inf, isfinite
from typing import Any, NamedTuple

from pipeline.llm.error_words import words_of
from pipeline.llm.mending import tell_mend

STRANGE = "not_a_chat_completion"
"""The code of an error for a body of another kind."""

_MOST_TOKENS = 10_000_000
"""A service that counts more has made a mistake."""
_MOST_DIGITS = 300
_ESTIMATED = "tokens that were not counted are estimated"
_HALF = re.compile("[\ud800-\udfff]")

_FINISHED = {
    "length": ("length", "max_tokens", "max_length", "max_output_tokens", "model_length"),
    "content_filter": (
        *("content_filter", "safety", "blocked", "content_filtered", "recitation", "guardrail_intervened"),
        *("refusal", "prohibited_content", "blocklist", "spii", "sensitive"),
    ),
    "error": ("error", "abort", "aborted", "insufficient_system_resource", "cancelled", "failed"),
}
_FINISH = {word: known for known, words in _FINISHED.items() for word in words}
"""What the reasons mean for which an answer ends; any other is an end as it should be."""


class Body(NamedTuple):
    """A status and a body as the client takes them."""

    status: int
    data: Any

    @property
    def content(self) -> bytes:
        """The body as JSON, half a pair of characters as the character for what is none."""
        return _HALF.sub("\ufffd", json.dumps(self.data, ensure_ascii=False)).encode()


def tidied(status: int, body: bytes) -> Body:
    """Return a service's answer in the form of a chat completion, or of an error."""
    text = _decoded(body).lstrip("\ufeff \t\r\n")
    if status >= 400:
        error = _parsed(text)[0]
        return _failed(status, _page(text) if error is None else error)
    if status >= 300:
        return _error(status, "answers with a redirect, which a prompt does not follow", "redirect")
    try:
        data, twice = _joined_events(text) if _is_event_stream(text) else _parsed(text)
        if isinstance(data, list) and len(data) == 1:
            data = data[0]
        if not isinstance(data, dict):
            return _error(502, f"answers with {_page(text)} instead of a chat completion", STRANGE)
        if twice:
            return _error(502, f"gives {twice!r} twice, with different values", STRANGE)
        return _completion(_unwrapped(data))
    except (LookupError, TypeError, AttributeError, ValueError, RecursionError):
        return _error(502, "answers in a form that is no chat completion", STRANGE)


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("utf-16" if body[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1", errors="replace")


def _parsed(text: str) -> tuple[Any, str]:
    """Return what JSON says, None for what is none; and the name of a field that has two values, if any has."""
    twice: list[str] = []

    def fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice.extend(name[:40] for name, value in pairs if found[name] != value)
        return found

    try:
        return json.loads(text, strict=False, object_pairs_hook=fields, parse_int=_number), "".join(twice[:1])
    except (ValueError, RecursionError):
        return None, ""


def _number(digits: str) -> float:
    """Return a whole number; one that nothing can have is infinite, for Python reads no number without end."""
    return int(digits) if len(digits) <= _MOST_DIGITS else inf


def _page(text: str) -> str:
    """Say what a body is that is not JSON."""
    if not text:
        return "an empty body"
    title = re.search(r"<title[^>]*>([^<]{1,80})", text, re.IGNORECASE)
    if title or re.match(r"<(?:!doctype|html|head|body|\?xml)", text, re.IGNORECASE):
        return f"a web page ({' '.join(unescape(title[1]).split())})" if title else "a web page"
    return "JSON that breaks off" if text[0] in "{[" else f"{' '.join(text[:80].split())!r}"


def _failed(status: int, data: Any) -> Body:
    """Return an error in the one form, whatever form the service has for it."""
    if isinstance(data, list) and len(data) == 1:
        data = data[0]
    fields = data if isinstance(data, dict) else {}
    error: dict[str, Any] = fields["error"] if isinstance(fields.get("error"), dict) else fields
    code = next((error[name] for name in ("code", "type", "error_type", "status") if _is_code(error.get(name))), None)
    return Body(
        status,
        {
            "error": {
                "message": words_of(data) or f"status {status}",
                "code": code,
                "type": error.get("type") if _is_code(error.get("type")) else None,
                "param": error.get("param"),
                "failed_generation": error.get("failed_generation"),
            }
        },
    )


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and bool(value) and not value.isdigit()


def _error(status: int, message: str, code: str | None) -> Body:
    return Body(status, {"error": {"message": message, "code": code, "type": None, "param": None}})


def _told_error(data: Mapping[str, Any]) -> Body | None:
    """Return the error that a body with a good status holds, if any."""
    is_error = bool(data.get("error")) or ("choices" not in data and (data.get("object") == "error" or words_of(data)))
    if not is_error:
        return None
    error: Mapping[str, Any] = data["error"] if isinstance(data.get("error"), dict) else data
    codes = (str(error.get(name)) for name in ("code", "status", "status_code"))
    status = next((int(code) for code in codes if re.fullmatch(r"[45]\d\d", code)), 502)
    return _failed(status, data)


_HELD_BACK = {"code": "content_filter", "message": "the service gave no answer: its filter may have held it back"}
"""What a completion of no choices means: services send it for what their filters do not let through."""
_OF_A_FILTER = frozenset(("promptFeedback", "prompt_filter_results"))
_OF_A_COMPLETION = frozenset(("id", "usage", "object")) | _OF_A_FILTER


def _unwrapped(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the completion that a gateway wraps in a message of its own, else the body itself."""
    inner = data.get("data")
    return inner if "choices" not in data and isinstance(inner, dict) and inner.get("choices") else data


def _completion(data: Mapping[str, Any]) -> Body:
    told = _told_error(data)
    if told:
        return told
    if _is_held_back(data):
        return _failed(400, _HELD_BACK)
    choices = data["choices"]
    choice = next((each for each in choices if _answer(each)), choices[0])
    finish = str(choice.get("finish_reason") or "stop")
    known = _FINISH.get(finish.lower().partition(":")[0].strip(), "stop")
    if choice.get("error") or known == "error":
        return _failed(502, choice.get("error") or {"message": f"the service broke the answer off ({finish})"})
    message = {"role": "assistant", "content": _content(choice), "refusal": _message(choice).get("refusal")}
    reply: dict[str, Any] = {
        "id": str(data.get("id") or "none"),
        "object": "chat.completion",
        "created": 0,
        "model": str(data.get("model") or "unknown"),
        "choices": [{"index": 0, "message": message, "finish_reason": known}],
    }
    usage = _usage(data.get("usage"))
    return Body(200, reply | ({"usage": usage} if usage else {}))


def _is_held_back(data: Mapping[str, Any]) -> bool:
    """Tell whether a body is a completion whose answer a filter took away."""
    is_completion = data.get("object") == "chat.completion" or {"id", "usage"} <= data.keys()
    lists_none = data.get("choices") == [] and _OF_A_COMPLETION & data.keys()
    return not data.get("choices") and bool(is_completion or lists_none or _OF_A_FILTER & data.keys())


def _message(choice: Mapping[str, Any]) -> Mapping[str, Any]:
    message = choice.get("message") or choice.get("delta") or {"content": choice.get("text")}
    return message if isinstance(message, dict) else {"content": message}


def _answer(choice: Mapping[str, Any]) -> str:
    return _text_of(_message(choice).get("content")).strip()


def _content(choice: Mapping[str, Any]) -> str | None:
    """Return the text of a choice, from where it stands; thoughts are left open, for they must end in the answer."""
    message = _message(choice)
    text = _text_of(message.get("content"))
    if text.strip() or message.get("refusal"):
        return text
    for place, read in _PLACES:
        elsewhere = read(message)
        if elsewhere.strip():
            tell_mend(f"the answer stood in {place}")
            return elsewhere
    return text or None


def _text_of(content: Any) -> str:
    """Return the text of a content: itself, its parts without thoughts, or the object it is."""
    if isinstance(content, list):
        return "".join(_text_of_part(part) for part in content)
    if isinstance(content, dict):
        return _text_of_part(content) or json.dumps(content)
    return content if isinstance(content, str) else ""


def _text_of_part(part: Any) -> str:
    if isinstance(part, str):
        return part
    if not isinstance(part, dict) or part.get("type", "text") not in ("text", "output_text"):
        return ""
    text = part.get("text", part.get("content"))
    return str(text.get("value", "")) if isinstance(text, dict) else text if isinstance(text, str) else ""


def _of_tool_call(message: Mapping[str, Any]) -> str:
    calls = [call for call in message.get("tool_calls") or () if isinstance(call, dict)]
    functions = [call.get("function") or call for call in calls] or [message.get("function_call") or {}]
    given = functions[0].get("arguments") if len(functions) == 1 else None
    return json.dumps(given) if isinstance(given, dict) else given or ""


def _of_reasoning(message: Mapping[str, Any]) -> str:
    for name in ("reasoning_content", "reasoning", "thinking", "reasoning_details"):
        thoughts = message.get(name)
        if isinstance(thoughts, list):
            thoughts = "".join(str(part.get("text") or "") for part in thoughts if isinstance(part, dict))
        if isinstance(thoughts, str) and thoughts.strip():
            return f"<think>{thoughts}"
    return ""


def _of_parsed(message: Mapping[str, Any]) -> str:
    return json.dumps(message["parsed"]) if isinstance(message.get("parsed"), dict) else ""


_PLACES: tuple[tuple[str, Callable[[Mapping[str, Any]], str]], ...] = (
    ("a tool call", _of_tool_call),
    ("the parsed reply", _of_parsed),
    ("the reasoning", _of_reasoning),
)
"""Where an answer stands when the content is empty."""


def _usage(told: Any) -> dict[str, int] | None:
    """Return whole counts of tokens; what is no count is 0, which the client estimates."""
    if not isinstance(told, dict):
        if told is not None:
            tell_mend(_ESTIMATED)
        return None
    counts = [_count(told.get(name, told.get(other))) for name, other in _COUNTS]
    if told and not all(counts):
        tell_mend(_ESTIMATED)
    names = ("prompt_tokens", "completion_tokens")
    return {**dict(zip(names, counts, strict=True)), "total_tokens": sum(counts)} if any(counts) else None


_COUNTS = (("prompt_tokens", "input_tokens"), ("completion_tokens", "output_tokens"))


def _count(told: Any) -> int:
    try:
        count = float(told) if isinstance(told, int | float | str) and not isinstance(told, bool) else 0.0
    except (ValueError, OverflowError):
        return 0
    return ceil(count) if isfinite(count) and 0 < count < _MOST_TOKENS else 0


def _is_event_stream(text: str) -> bool:
    return bool(re.match(r"(?:data|event|id|retry):|:", text))


def _joined_events(text: str) -> tuple[dict[str, Any] | None, str]:
    """Return the completion that a stream of events makes, None where it breaks off or is none; and a name as above."""
    chunks: list[dict[str, Any]] = []
    ended, twice = False, ""
    for line in text.splitlines():
        value = line.removeprefix("data:").strip() if line.startswith("data:") else ""
        ended = ended or value == "[DONE]"
        chunk, named = _parsed(value) if value.startswith("{") else (None, "")
        twice = twice or named
        if isinstance(chunk, dict):
            chunks.append(chunk)
    error = next((chunk for chunk in chunks if _told_error(chunk)), None)
    if error:
        return error, ""
    choices = [choice for chunk in chunks for choice in chunk.get("choices") or () if not choice.get("index")]
    finish = next((choice["finish_reason"] for choice in reversed(choices) if choice.get("finish_reason")), None)
    if not choices or not (ended or finish):
        return None, ""
    tell_mend("a stream of events")
    usage = next((chunk["usage"] for chunk in reversed(chunks) if chunk.get("usage")), None)
    message = _joined([dict(_message(choice)) for choice in choices])
    return chunks[0] | {"choices": [{"message": message, "finish_reason": finish}], "usage": usage}, twice


def _joined(deltas: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the message that is told piece by piece."""
    texts: dict[str, str] = {}
    arguments: dict[Any, str] = {}
    for delta in deltas:
        for name in ("content", "refusal", "reasoning_content", "reasoning"):
            if piece := _text_of(delta.get(name)):
                texts[name] = texts.get(name, "") + piece
        for call in delta.get("tool_calls") or ():
            piece = (call.get("function") or {}).get("arguments") or ""
            arguments[call.get("index", 0)] = arguments.get(call.get("index", 0), "") + piece
    calls = [{"function": {"arguments": each}} for each in arguments.values()]
    return texts | ({"tool_calls": calls} if calls else {})
