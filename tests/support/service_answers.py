"""Answers of model services, as their documentation and their issues show them; a scripted server gives them."""

# ruff: noqa: E501 # the words of a service stand on one line, as it writes them

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

KEY = "sk-scripted-0123456789"

GOOD = {"words": "the ferry left at nine", "label": "fits", "confidence": 0.9}
TEXT = json.dumps(GOOD)
THOUGHTS = "The ferry left at nine, so it fits."


@dataclass
class Line:
    """One answer of the server."""

    body: Any = None
    status: int = 200
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    drip_s: float = 0.0
    """A byte each so many seconds."""
    repeat: int = 1

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Answer = Callable[[dict[str, Any]], Line]


def said(message: Any, *, finish: Any = "stop", **more: Any) -> Line:
    """Return a chat completion with a message (a text is its content)."""
    message = {"role": "assistant", "content": message} if not isinstance(message, dict) else message
    usage = {"prompt_tokens": 70, "completion_tokens": 8, "total_tokens": 78}
    choice = {"index": 0, "message": message, "finish_reason": finish}
    return Line({"id": "x", "object": "chat.completion", "model": "m", "choices": [choice], "usage": usage} | more)


def wrong(status: int, message: Any, code: Any = None, **more: Any) -> Line:
    return Line({"error": {"message": message, "type": "invalid_request_error", "code": code} | more}, status)


def events(*chunks: Any, done: bool = True) -> Line:
    lines = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks] + (["data: [DONE]\n\n"] if done else [])
    return Line(b": a comment\n\n" + "".join(lines).encode(), kind="text/event-stream")


def piece(finish: str | None = None, **delta: Any) -> dict[str, Any]:
    return {
        "id": "x",
        "object": "chat.completion.chunk",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }


def pieces(text: str = TEXT) -> list[dict[str, Any]]:
    return [piece(content=text[:9]), piece(content=text[9:]), piece("stop")]


WELL: dict[str, Line] = {
    "plain": said(TEXT),
    "wrapped by a gateway": Line({"code": 0, "msg": "ok", "data": json.loads(said(TEXT).content)}),
    "cut off behind its last word": said(TEXT, finish="length"),
    "minimal, as small servers write it": Line({"choices": [{"message": {"content": TEXT}}]}),
    "text/plain": Line(said(TEXT).content, kind="text/plain; charset=utf-8"),
    "latin-1": Line(
        json.dumps({"choices": [{"message": {"content": f"Voilà: {TEXT}"}}]}, ensure_ascii=False).encode("latin-1")
    ),
    "byte-order mark before the body": Line(b"\xef\xbb\xbf" + said(TEXT).content),
    "blank lines that keep the connection open (OpenRouter)": Line(b"\n\n   \n" + said(TEXT).content),
    "gzip": Line(gzip.compress(said(TEXT).content), headers={"content-encoding": "gzip"}),
    "thoughts in tags (DeepSeek R1, Qwen3 behind Ollama)": said(f"<think>\n{THOUGHTS}\n</think>\n\n{TEXT}"),
    "thoughts whose opening tag the template ate (vLLM)": said(f"{THOUGHTS}\n</think>\n\n{TEXT}"),
    "thoughts in a field beside (DeepSeek)": said({"content": TEXT, "reasoning_content": THOUGHTS}),
    "answer in the reasoning alone (vLLM's parser)": said({"content": None, "reasoning_content": f"{THOUGHTS} {TEXT}"}),
    "answer in `reasoning` (OpenRouter, Ollama)": said({"content": "", "reasoning": TEXT}),
    "answer in reasoning_details (OpenRouter)": said(
        {"content": None, "reasoning_details": [{"type": "reasoning.text", "text": TEXT}]}
    ),
    "answer in a tool call (Bedrock proxies)": said(
        {
            "content": None,
            "tool_calls": [{"id": "c", "type": "function", "function": {"name": "Found", "arguments": TEXT}}],
        },
        finish="tool_calls",
    ),
    "a tool call whose arguments are an object (Ollama)": said(
        {"content": "", "tool_calls": [{"function": {"name": "Found", "arguments": GOOD}}]}, finish="tool_calls"
    ),
    "answer in a legacy function call": said(
        {"content": None, "function_call": {"name": "Found", "arguments": TEXT}}, finish="function_call"
    ),
    "content in parts, thoughts among them (Mistral's Magistral)": said(
        [{"type": "thinking", "thinking": [{"type": "text", "text": THOUGHTS}]}, {"type": "text", "text": TEXT}]
    ),
    "content in parts of text (LiteLLM)": said(
        [{"type": "text", "text": TEXT[:9]}, {"type": "text", "text": TEXT[9:]}]
    ),
    "content that is the object itself": said({"content": GOOD}),
    "parsed beside a null content": said({"content": None, "parsed": GOOD}),
    "text of the old completions form": Line({"choices": [{"text": TEXT, "finish_reason": "stop"}]}),
    "a delta where the message was due": Line({"choices": [{"delta": {"content": TEXT}, "finish_reason": "stop"}]}),
    "two choices": Line({"choices": [{"message": {"content": TEXT}}, {"message": {"content": TEXT}}]}),
    "an empty choice before the answer": Line(
        {"choices": [{"message": {"content": ""}}, {"message": {"content": TEXT}}]}
    ),
    "no reason of the end": said(TEXT, finish=None),
    "eos_token as the end (TGI)": said(TEXT, finish="eos_token"),
    "eos as the end (Together)": said(TEXT, finish="eos"),
    "end_turn as the end (gateways to Anthropic)": said(TEXT, finish="end_turn"),
    "STOP as the end (Gemini)": said(TEXT, finish="STOP"),
    "an error that is null (LiteLLM)": said(TEXT, error=None),
    "Azure's filter results": said(TEXT, prompt_filter_results=[{"prompt_index": 0, "content_filter_results": {}}]),
    "a body that is a list of one": Line([said(TEXT).body]),
    "fields nobody knows (Groq, Perplexity)": said(TEXT, x_groq={"id": "r"}, citations=["u"], search_results=[]),
    "a stream of events nobody asked for": events(*pieces()),
    "a stream whose last event has the usage": events(
        *pieces(), {"choices": [], "usage": {"prompt_tokens": 70, "completion_tokens": 8}}
    ),
    "a stream without [DONE]": events(*pieces(), done=False),
    "a stream with thoughts": events(piece(role="assistant", reasoning_content=THOUGHTS), *pieces()),
    "a stream of a tool call": events(
        piece(tool_calls=[{"index": 0, "function": {"name": "Found", "arguments": TEXT[:9]}}]),
        piece("tool_calls", tool_calls=[{"index": 0, "function": {"arguments": TEXT[9:]}}]),
    ),
    "fence and words": said(f"Here:\n```json\n{TEXT}\n```\nAnything else?"),
    "special tokens left in (llama.cpp, old templates)": said(f"{TEXT}<|im_end|>"),
    "gpt-oss channels left in": said(
        f"<|channel|>analysis<|message|>{THOUGHTS}<|end|><|start|>assistant<|channel|>final<|message|>{TEXT}"
    ),
    "loose JSON, capitals and a percentage": said(
        "{'words': 'the ferry left at nine', 'label': 'Fits', 'confidence': '90%',}"
    ),
}


BADLY: dict[str, tuple[Line, str, str]] = {
    "a web page with status 200": (Line(b"<!DOCTYPE html><html><head><title>Sign in</title>", kind="text/html"), "unavailable", "a web page (Sign in)"),
    "a web page with status 502": (Line(b"<html><title>502 Bad Gateway</title>", 502, "text/html"), "unavailable", "502 Bad Gateway"),
    "Cloudflare's 524": (Line(b"<html><title>A timeout occurred</title>", 524, "text/html"), "unavailable", "A timeout occurred"),
    "an empty body": (Line(b""), "unavailable", "an empty body"),
    "JSON that breaks off": (Line(said(TEXT).content[:60]), "unavailable", "JSON that breaks off"),
    "words": (Line(b"upstream connect error", kind="text/plain"), "unavailable", "upstream connect error"),
    "an error with status 200 (OpenRouter)": (wrong(200, "Provider returned error", 502, metadata={"raw": '{"message": "engine overloaded"}'}), "unavailable", "engine overloaded"),
    "an error text with status 200": (Line({"error": "model runner has crashed"}), "unavailable", "model runner has crashed"),
    "vLLM's old error with status 200": (Line({"object": "error", "message": "engine is dead", "code": 50001}), "unavailable", "engine is dead"),
    "a limit told with status 200": (wrong(200, "slow down", 429), "rate_limited", "slow down"),
    "no choices": (Line({"choices": []}), "unavailable", "no chat completion"),
    "a completion without a choice": (Line({"id": "x", "choices": [], "usage": {}}), "refused", "its filter may have"),
    "a completion that lacks its choices": (Line({"id": "x", "object": "chat.completion", "usage": {}}), "refused", "its filter may have"),
    "a blocked prompt (Gemini)": (Line({"id": "x", "choices": None, "promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}), "refused", "its filter may have"),
    "a list of something else": (Line({"object": "list", "data": []}), "unavailable", "no chat completion"),
    "choices that are null (vLLM)": (Line({"id": "x", "choices": None}), "unavailable", "no chat completion"),
    "finish_reason error (OpenRouter)": (said("half an ans", finish="error"), "unavailable", "broke the answer off"),
    "an error in the choice (OpenRouter)": (Line({"choices": [{"message": {"content": TEXT}, "error": {"code": 502, "message": "upstream died"}, "finish_reason": "error"}]}), "unavailable", "upstream died"),
    "insufficient_system_resource (DeepSeek)": (said("half", finish="insufficient_system_resource"), "unavailable", "broke the answer off"),
    "a stream that breaks off": (events(*pieces()[:2], done=False), "unavailable", "instead of a chat completion"),
    "an error in the stream": (events(pieces()[0], {"error": {"message": "worker lost", "code": 500}}), "unavailable", "worker lost"),
    "an error without a word": (Line({}, 500), "unavailable", "out of order: status 500"),
    "503 while the model loads (llama.cpp)": (wrong(503, "Loading model", 503, type="unavailable_error"), "unavailable", "Loading model"),
    "498 no capacity (Groq)": (wrong(498, "Flex tier capacity exceeded"), "unavailable", "capacity exceeded"),
    "529 overloaded (Anthropic behind gateways)": (wrong(529, "Overloaded"), "unavailable", "Overloaded"),
    "424 failed generation (TGI)": (Line({"error": "Request failed during generation", "error_type": "generation"}, 424), "unavailable", "during generation"),
    "a limit of a day (Groq)": (wrong(429, "Limit reached on tokens per day (TPD). Please try again in 2h13m.", "rate_limit_exceeded"), "rate_limited", "slow down for 2 hours (Limit reached on tokens per day"),
    "a country that is not served": (wrong(403, "Country, region, or territory not supported", "unsupported_country_region_territory"), "wrong_key", "refuses access to this key, place or network (Country, region, or territory not supported)"),
    "a place that is not served, with 400 (Gemini)": (wrong(400, "User location is not supported for the API use."), "wrong_key", "User location is not supported"),
    "a policy that leaves no provider (OpenRouter)": (wrong(404, "No endpoints found matching your data policy", 404), "unknown_model", "matching your data policy"),
    "a proxy that asks for a password": (Line(b"<html><title>Proxy Authentication Required</title>", 407, "text/html"), "error", "the proxy on the way refuses access"),
    "a limit in words": (wrong(429, "Rate limit reached. Please try again in 1.5s.", "rate_limit_exceeded"), "rate_limited", "slow down"),
    "a filtered prompt (Azure)": (wrong(400, "The response was filtered", "content_filter", innererror={"code": "ResponsibleAIPolicyViolation"}), "refused", "filtered"),
    "a filtered answer": (said("", finish="content_filter"), "refused", "declined"),
    "content_filter and a reason as the end (Gemini)": (said("", finish="content_filter: PROHIBITED_CONTENT"), "refused", "filter of its service"),
    "refusal as the end (Anthropic)": (said("", finish="refusal"), "refused", "filter of its service"),
    "a refusal in words, with an apology": (said("Sorry, I cannot help with that."), "refused", "cannot help"),
    "words that decline nothing": (said("I cannot find the claim in the passages."), "malformed_reply", "JSON"),
    "SAFETY as the end (Gemini)": (said(None, finish="SAFETY"), "refused", "declined"),
    "moderation (OpenRouter)": (wrong(403, "Input was flagged by moderation", 403), "refused", "flagged"),
    "an inspected prompt (Qwen at Alibaba)": (wrong(400, "Input data may contain inappropriate content.", "data_inspection_failed"), "refused", "inappropriate"),
    "a refusal in its field": (said({"content": None, "refusal": "I can't help with that."}), "refused", "can't help"),
    "a balance of nothing (DeepSeek)": (wrong(402, "Insufficient Balance"), "wrong_key", "check OPENAI_API_KEY"),
    "a key refused with 400 (Gemini, in a list)": (Line([{"error": {"code": 400, "message": "API key not valid. Please pass a valid API key.", "status": "INVALID_ARGUMENT"}}], 400), "wrong_key", "check OPENAI_API_KEY"),
    "a key refused by words (xAI)": (wrong(400, f"Incorrect API key provided: {KEY}. Get one at the console"), "wrong_key", "check OPENAI_API_KEY"),
    "no such model (Ollama)": (Line({"error": {"message": 'model "m" not found, try pulling it first', "type": "api_error"}}, 404), "unknown_model", "check FACTNOTES_MODEL"),
    "no such model with 400 (DeepSeek)": (wrong(400, "Model Not Exist"), "unknown_model", "check FACTNOTES_MODEL"),
    "no such model (OpenRouter)": (wrong(400, "m is not a valid model ID", 400), "unknown_model", "check FACTNOTES_MODEL"),
    "no model loaded (LM Studio)": (wrong(404, "No models loaded. Please load a model in the developer page or use the 'lms load' command."), "unknown_model", "check FACTNOTES_MODEL"),
    "no such deployment (Azure)": (wrong(404, "The API deployment for this resource does not exist.", "DeploymentNotFound"), "unknown_model", "FACTNOTES_MODEL"),
    "no such name (LiteLLM)": (wrong(400, "Invalid model name passed in model=m. Call /v1/models", "400"), "unknown_model", "check FACTNOTES_MODEL"),
    "an address without /v1 (Ollama)": (Line(b"404 page not found", 404, "text/plain"), "unknown_model", "FACTNOTES_BASE_URL"),
    "a prompt too long (llama.cpp)": (wrong(400, "the request exceeds the available context size", 400, type="exceed_context_size_error"), "prompt_too_long", "context size"),
    "a prompt too long (LM Studio)": (wrong(400, "Trying to keep the first 9000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens"), "prompt_too_long", "context length"),
    "a prompt too long (vLLM)": (Line({"object": "error", "message": "This model's maximum context length is 4096 tokens. However, your messages resulted in 9000 tokens. Please reduce the length of the messages.", "code": 400}, 400), "prompt_too_long", "4096"),
    "a prompt too long (Groq)": (wrong(413, "Request too large for model `m` on tokens per minute (TPM): Limit 6000, Requested 9000", "rate_limit_exceeded"), "prompt_too_long", "too large"),
    "no JSON in the service's own eyes (Groq)": (wrong(400, "Failed to validate JSON.", "json_validate_failed", failed_generation='{"words": '), "malformed_reply", "no JSON"),
    "cut off at its longest": (said(TEXT[:40], finish="length"), "malformed_reply", "cut off"),
    "cut off while thinking": (said({"content": None, "reasoning_content": THOUGHTS}, finish="length"), "malformed_reply", "cut off"),
    "max_tokens as the end (Bedrock)": (said(TEXT[:40], finish="max_tokens"), "malformed_reply", "cut off"),
    "an answer that is empty": (said(""), "malformed_reply", "empty"),
    "thoughts that hold a draft": (said({"content": None, "reasoning": f"{TEXT} But is that right?"}), "malformed_reply", "thoughts"),
    "two tool calls": (said({"content": None, "tool_calls": [{"function": {"arguments": TEXT}}, {"function": {"arguments": TEXT.replace("fits", "does_not_fit")}}]}), "malformed_reply", "empty"),
    "a refusal in words": (said("I'm sorry, but I can't assist with that request."), "refused", "can't assist"),
    "a redirect": (Line(b"", 307, headers={"location": "https://elsewhere.example/v1?key=1"}), "error", "leads to https://elsewhere.example/v1)"),
    "http where https was due (nginx)": (Line(b"<html><title>400 The plain HTTP request was sent to HTTPS port</title>", 400, "text/html"), "error", "check FACTNOTES_BASE_URL"),
    "405": (wrong(405, "Method Not Allowed"), "error", "check FACTNOTES_BASE_URL"),
    "422 of FastAPI": (Line({"detail": [{"loc": ["body", "messages", 0], "msg": "Input should be a valid dictionary"}]}, 422), "unavailable", "body.messages.0: Input should be"),
    "422 of Mistral": (Line({"object": "error", "message": {"detail": [{"loc": ["body", "n"], "msg": "not allowed"}]}}, 422), "unavailable", "body.n: not allowed"),
    "a message alone (AWS)": (Line({"message": "The security token included in the request is expired"}, 403), "wrong_key", "check OPENAI_API_KEY"),
}  # fmt: skip


def refuses(name: str, line: Line, lenient: Callable[[Any], bool] = lambda value: False) -> Answer:
    """Return a service that refuses a parameter, unless its value is fine."""
    return lambda body: line if name in body and not lenient(body[name]) else said(TEXT)


REFUSING: dict[str, tuple[Answer, dict[str, Any], str]] = {
    "no JSON schema (DeepSeek)": (refuses("response_format", wrong(400, "This response_format type is unavailable now", "invalid_request_error")), {}, "response_format"),
    "no JSON schema (Azure, old version)": (refuses("response_format", wrong(400, "response_format value as json_schema is enabled only for api versions 2024-08-01-preview and later")), {}, "response_format"),
    "no JSON schema (old OpenAI models)": (refuses("response_format", wrong(400, "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.")), {}, "response_format"),
    "no JSON schema (Groq)": (refuses("response_format", wrong(400, "This model does not support response format `json_schema`")), {}, "response_format"),
    "no such field (FastAPI)": (refuses("response_format", Line({"detail": [{"type": "extra_forbidden", "loc": ["body", "response_format"], "msg": "Extra inputs are not permitted"}]}, 422)), {}, "response_format"),
    "no grammar of it (llama.cpp)": (refuses("response_format", wrong(400, "JSON schema conversion failed: Unrecognized schema")), {}, "response_format"),
    "no such schema (Gemini)": (refuses("response_format", Line([{"error": {"code": 400, "message": "Invalid JSON payload received. Unknown name \"additionalProperties\" at 'generation_config.response_schema'"}}], 400)), {}, "response_format"),
    "no provider for it (OpenRouter)": (refuses("response_format", wrong(404, "No endpoints found that can handle the requested parameters", 404)), {}, "response_format"),
    "unsupported with 500 (LiteLLM)": (refuses("response_format", wrong(500, "litellm.UnsupportedParamsError: m does not support parameters: {'response_format'}", "500")), {}, "response_format"),
    "no max_completion_tokens (old servers)": (refuses("max_completion_tokens", wrong(400, "Unrecognized request argument supplied: max_completion_tokens")), {}, "max_tokens instead"),
    "no max_completion_tokens (Mistral)": (refuses("max_completion_tokens", Line({"object": "error", "message": {"detail": [{"type": "extra_forbidden", "loc": ["body", "max_completion_tokens"], "msg": "Extra inputs are not permitted"}]}}, 422)), {}, "max_tokens instead"),
    "a smaller cap (OpenAI)": (refuses("max_completion_tokens", wrong(400, "max_tokens is too large: 8192. This model supports at most 4096 completion tokens, whereas you provided 8192."), lambda n: n <= 4096), {}, "4096 tokens"),
    "a smaller cap (Groq)": (refuses("max_completion_tokens", wrong(400, "`max_completion_tokens` must be less than or equal to `4096`, the maximum value for `max_completion_tokens` is less than the `context_window`"), lambda n: n <= 4096), {}, "4096 tokens"),
    "a range (DeepSeek)": (refuses("max_completion_tokens", wrong(400, "Invalid max_tokens value, the valid range of max_tokens is [1, 4096]"), lambda n: n <= 4096), {}, "4096 tokens"),
    "a range (Qwen at Alibaba)": (refuses("max_completion_tokens", wrong(400, "Range of max_tokens should be [1, 2000]"), lambda n: n <= 2000), {}, "2000 tokens"),
    "a smaller cap (Bedrock)": (refuses("max_completion_tokens", wrong(400, "The maximum tokens you requested exceeds the model limit of 4096. Try again with a maximum tokens value that is lower than 4096."), lambda n: n <= 4096), {}, "4096 tokens"),
    "a smaller cap (Anthropic behind gateways)": (refuses("max_completion_tokens", wrong(400, "max_tokens: 8192 > 4096, which is the maximum allowed number of output tokens for m"), lambda n: n <= 4096), {}, "4096 tokens"),
    "what the account can afford (OpenRouter)": (refuses("max_completion_tokens", wrong(402, "This request requires more credits, or fewer max_tokens. You requested up to 8192 tokens, but can only afford 3000."), lambda n: n <= 3000), {}, "3000 tokens"),
    "the rest of the context (vLLM)": (refuses("max_completion_tokens", Line({"object": "error", "message": "This model's maximum context length is 8192 tokens. However, you requested 9500 tokens (1308 in the messages, 8192 in the completion). Please reduce the length of the messages or completion.", "code": 400}, 400), lambda n: n <= 6884), {}, "6852 tokens"),
    "the rest of the context (new vLLM)": (refuses("max_completion_tokens", wrong(400, "'max_tokens' or 'max_completion_tokens' is too large: 8192. This model's maximum context length is 4096 tokens and your request has 500 input tokens (8192 > 4096 - 500)."), lambda n: n <= 3596), {}, "3564 tokens"),
    "the rest of the context (TGI)": (refuses("max_completion_tokens", Line({"error": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 500 `inputs` tokens and 8192 `max_new_tokens`", "error_type": "validation"}, 422), lambda n: n <= 3596), {}, "3564 tokens"),
    "no temperature (reasoning models of OpenAI)": (refuses("temperature", wrong(400, "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.", "unsupported_value")), {"temperature": 0.2}, "FACTNOTES_TEMPERATURE"),
    "streams only (Qwen at Alibaba)": (lambda body: events(*pieces()) if body.get("stream") else wrong(400, "This model only support stream mode, please enable the stream parameter to access the model."), {}, "stream of events"),
    "streams only (thinking models)": (lambda body: events(*pieces()) if body.get("stream") else wrong(400, "parameter.enable_thinking must be set to false for non-streaming calls"), {}, "stream of events"),
}  # fmt: skip


ODD_USAGE: list[Any] = [
    None, "many", [], {}, {"prompt_tokens": None, "completion_tokens": None, "total_tokens": None},
    {"prompt_tokens": 0, "completion_tokens": 0}, {"prompt_tokens": -700, "completion_tokens": -80},
    {"prompt_tokens": "n/a", "completion_tokens": True}, {"prompt_tokens": 1e300, "completion_tokens": 1e300},
    {"prompt_tokens": {"cached": 3}}, {"total_tokens": 780}, {"prompt_tokens": float("nan")},
]  # fmt: skip
