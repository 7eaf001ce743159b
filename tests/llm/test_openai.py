"""The OpenAI-compatible provider against a scripted HTTP server on this machine."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from pipeline.core import errors
from pipeline.core.errors import ModelError
from pipeline.core.models import Usage, Value
from pipeline.core.ports import Rendered
from pipeline.core.settings import load_settings
from pipeline.llm import Model, failure_of, load_prices, open_llm, price_of, usage_of
from pipeline.llm.openai import OpenAIChat, _kinds

SCHEMA = {"title": "Answer", "type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}


@dataclass
class ScriptedServer:
    """Answers chat/completions with its script, and keeps what it was asked."""

    script: list[dict[str, Any]] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""


def scripted_answer(content: str | None, *, finish: str = "stop", refusal: str | None = None) -> dict[str, Any]:
    message = {"role": "assistant", "content": content, "refusal": refusal}
    return {
        "body": {
            "id": "x",
            "object": "chat.completion",
            "created": 0,
            "model": "m",
            "choices": [{"index": 0, "message": message, "finish_reason": finish}],
            "usage": {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12},
        }
    }


def scripted_error(status: int, code: str | None = None, message: str = "no", **headers: str) -> dict[str, Any]:
    error = {"message": message, "type": "an_error", "code": code}
    return {"status": status, "body": {"error": error}, "headers": headers}


@pytest.fixture(scope="module")
def running() -> Iterator[ScriptedServer]:
    scripted = ScriptedServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            scripted.requests.append({"path": self.path, "key": self.headers.get("authorization"), **body})
            line = scripted.script.pop(0)
            time.sleep(line.get("delay", 0))
            content = line["raw"].encode() if "raw" in line else json.dumps(line["body"]).encode()
            try:
                self.send_response(line.get("status", 200))
                for name, value in {"content-type": "application/json", **line.get("headers", {})}.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except BrokenPipeError:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    scripted.url = f"http://127.0.0.1:{server.server_port}/v1"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield scripted
    server.shutdown()
    server.server_close()


@pytest.fixture
def server(running: ScriptedServer) -> ScriptedServer:
    running.script.clear()
    running.requests.clear()
    return running


@pytest.fixture
def chat(server: ScriptedServer) -> Callable[..., OpenAIChat]:
    def opened(**options: Any) -> OpenAIChat:
        return OpenAIChat("m", api_key="k-123", base_url=server.url, **options)

    return opened


def failed(chat: OpenAIChat) -> ModelError:
    with pytest.raises(ModelError) as caught:
        chat.complete("How many?", SCHEMA)
    return caught.value


def test_a_question_is_sent_in_the_form_of_chat_completions(
    server: ScriptedServer, chat: Callable[..., OpenAIChat]
) -> None:
    server.script[:] = [scripted_answer('{"a": 1}')] * 2
    reply = chat(max_output_tokens=99).complete("How many?", SCHEMA)
    assert reply.text == '{"a": 1}' and reply.usage == Usage(tokens_in=7, tokens_out=5)
    [asked] = server.requests
    assert asked["path"] == "/v1/chat/completions" and asked["key"] == "Bearer k-123"
    assert asked["messages"] == [{"content": "How many?", "role": "user"}]
    assert asked["max_completion_tokens"] == 99 and "temperature" not in asked
    chat(temperature=0).complete("How many?", SCHEMA)
    assert server.requests[1]["temperature"] == 0


def test_a_schema_is_strict_where_it_is_closed_and_complete(
    server: ScriptedServer, chat: Callable[..., OpenAIChat]
) -> None:
    class Part(Value):
        name: str

    class Closed(Value):
        parts: tuple[Part, ...]

    class Optional(Value):
        parts: tuple[Part, ...] = ()

    server.script[:] = [scripted_answer("{}")] * 3
    for schema in (Closed.model_json_schema(), Optional.model_json_schema(), SCHEMA):
        chat().complete("How many?", schema)
    formats = [asked["response_format"]["json_schema"] for asked in server.requests]
    assert [form["strict"] for form in formats] == [True, False, False]
    assert formats[0]["name"] == "Closed" and formats[0]["schema"] == Closed.model_json_schema()


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (scripted_error(401, "invalid_api_key"), "WrongKey"),
        (scripted_error(403), "WrongKey"),
        (scripted_error(429, "insufficient_quota"), "WrongKey"),
        (scripted_error(404, "model_not_found"), "UnknownModel"),
        (scripted_error(404), "UnknownModel"),
        (scripted_error(400, "model_not_found"), "UnknownModel"),
        (scripted_error(429), "RateLimited"),
        (scripted_error(500), "ModelUnavailable"),
        (scripted_error(503), "ModelUnavailable"),
        (scripted_error(409), "ModelUnavailable"),
        (scripted_error(408), "ModelTimeout"),
        (scripted_error(413), "PromptTooLong"),
        (scripted_error(400, "context_length_exceeded"), "PromptTooLong"),
        (scripted_error(400, message="prompt is too long: 9 tokens"), "PromptTooLong"),
        (scripted_error(400, "content_filter"), "ModelRefused"),
        (scripted_error(400, "unsupported_value", "temperature does not support 0.3"), "RequestNotTaken"),
        (scripted_error(422), "RequestNotTaken"),
        (scripted_answer(None, refusal="I would rather not"), "ModelRefused"),
        (scripted_answer("", finish="content_filter"), "ModelRefused"),
        (scripted_answer('{"a": ', finish="length"), "CutOff"),
        (scripted_answer(""), "MalformedReply"),
        (scripted_answer(None), "MalformedReply"),
        ({"raw": "<html>a proxy</html>", "headers": {"content-type": "text/html"}}, "ModelUnavailable"),
        ({"raw": "{not json"}, "ModelUnavailable"),
        ({"body": {"choices": None}}, "ModelUnavailable"),
        ({"body": {"error": "busy"}}, "ModelUnavailable"),
        ({"body": {"choices": []}}, "ModelUnavailable"),
        ({"body": {"id": "x", "choices": [], "usage": {}}}, "ModelRefused"),
        (scripted_error(400, message="Content Exists Risk"), "ModelRefused"),
        (scripted_error(400, "1301", "The text may hold unsafe or sensitive content"), "ModelRefused"),
        (scripted_error(400, message="The input token count (99) exceeds the maximum number allowed"), "PromptTooLong"),
        (scripted_error(400, message="The maximum prompt length is 13 but the request contains 14"), "PromptTooLong"),
        (scripted_error(400, message="Your credit balance is too low to ask"), "WrongKey"),
        (scripted_error(400, message="Budget has been exceeded! Spent: 3"), "WrongKey"),
        (scripted_error(400, message="Multiple authentication credentials received"), "WrongKey"),
        (scripted_error(400, "model_not_supported", "It is not served here"), "UnknownModel"),
    ],
)
def test_what_a_service_may_answer_becomes_an_error_of_ours(
    server: ScriptedServer, chat: Callable[..., OpenAIChat], line: dict[str, Any], kind: str
) -> None:
    server.script[:] = [line]
    error = failed(chat())
    assert type(error).__name__ == kind
    assert "\n" not in str(error) and "k-123" not in str(error)
    assert len(server.requests) == 1, "the client itself must not retry"


def test_the_pause_a_service_asks_for_is_told(server: ScriptedServer, chat: Callable[..., OpenAIChat]) -> None:
    server.script[:] = [scripted_error(429, retry_after="7"), scripted_error(429, retry_after="tomorrow")]
    errors_told = [failed(chat()), failed(chat())]
    assert [getattr(error, "retry_after", "none") for error in errors_told] == [7.0, None]


def test_a_pause_may_be_told_in_milliseconds_or_as_a_moment(
    server: ScriptedServer, chat: Callable[..., OpenAIChat]
) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    headers = [{"retry_after_ms": "250", "retry_after": "7"}, {"retry_after": moment}, {"retry_after": "inf"}]
    server.script[:] = [scripted_error(429, **each) for each in headers]
    told = [getattr(failed(chat()), "retry_after", "none") for _ in headers]
    assert told[0] == 0.25 and 3000 < told[1] <= 3600 and told[2] is None


def test_refused_empty_and_cut_off_replies_tell_their_cost(
    server: ScriptedServer, chat: Callable[..., OpenAIChat]
) -> None:
    server.script[:] = [
        scripted_answer(None, refusal="no"),
        scripted_answer(""),
        scripted_answer('{"a": ', finish="length"),
    ]
    refused, empty, cut = failed(chat()), failed(chat()), failed(chat())
    assert {usage_of(error).tokens_out for error in (refused, empty, cut)} == {5}
    assert isinstance(cut, errors.MalformedReply) and cut.reply == '{"a": '


def test_a_slow_service_is_given_up(server: ScriptedServer, chat: Callable[..., OpenAIChat]) -> None:
    server.script[:] = [{**scripted_answer("{}"), "delay": 1.0}]
    assert isinstance(failed(chat(timeout_s=0.1)), errors.ModelTimeout)


def test_a_service_that_is_not_there_is_unavailable() -> None:
    error = failed(OpenAIChat("m", api_key="k", base_url="http://127.0.0.1:9/v1"))
    assert isinstance(error, errors.ModelUnavailable) and error.retryable


class Answer(Value):
    a: int


def one(answer: Answer) -> int:
    if answer.a != 1:
        raise errors.QuoteNotFound(str(answer.a))
    return answer.a


def test_the_whole_way_waits_repairs_and_counts(server: ScriptedServer, chat: Callable[..., OpenAIChat]) -> None:
    server.script[:] = [
        scripted_error(429, retry_after="3"),
        scripted_answer('{"a": "'),
        scripted_error(500),
        scripted_answer('{"a": 1}'),
    ]
    pauses: list[float] = []
    answer, usage = Model(chat(), sleep=pauses.append).ask(Rendered("How many?", "x@1+0"), Answer, one)
    assert answer == 1 and usage.calls == 4 and pauses[0] == 3 and len(pauses) == 2
    assert (usage.tokens_in, usage.tokens_out) == (14, 10)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([scripted_answer('{"a": 2}')] * 2, "quote_not_found"),
        ([scripted_answer('{"b": 1}')] * 2, "malformed_reply"),
        ([scripted_answer('{"a": ', finish="length")] * 2, "malformed_reply"),
        ([scripted_answer(None, refusal="no")], "refused"),
        ([scripted_error(401)], "wrong_key"),
        ([scripted_error(404)], "unknown_model"),
        ([scripted_error(400, "context_length_exceeded")], "prompt_too_long"),
        ([scripted_error(429)] * 3, "rate_limited"),
        ([scripted_error(502)] * 3, "unavailable"),
    ],
)
def test_each_failure_is_reached_through_the_service(
    server: ScriptedServer, chat: Callable[..., OpenAIChat], lines: list[dict[str, Any]], reason: str
) -> None:
    server.script[:] = list(lines)
    with pytest.raises(errors.FactnotesError) as caught:
        Model(chat(), sleep=lambda _: None).ask(Rendered("How many?", "x@1+0"), Answer, one)
    failure = failure_of(caught.value, "verdict")
    assert failure.reason == reason
    assert len(server.requests) == len(lines) == usage_of(caught.value).calls


def test_no_error_class_of_the_vendor_is_unknown() -> None:
    from langchain_core import exceptions as core
    from langchain_openai.chat_models import base
    from openai import _exceptions as openai_exceptions

    known = tuple(kind for kind, _ in _kinds())
    bases = {"OpenAIError", "APIError", "APIStatusError", "ModelError"}  # judged by code and status
    classes = [
        kind
        for module in (openai_exceptions, base)
        for kind in vars(module).values()
        if isinstance(kind, type)
        and issubclass(kind, Exception)
        and kind.__module__.startswith(("openai", "langchain"))
    ]
    classes += [kind for kind in vars(core).values() if isinstance(kind, type) and issubclass(kind, core.ModelError)]
    unknown = {kind.__name__ for kind in classes if not issubclass(kind, known)} - bases
    assert len(classes) > 25 and unknown == set()


def test_parameters_hold_no_secret() -> None:
    chat = OpenAIChat("m", api_key="k-123", base_url="https://user:word@llm.example/v1?key=k-123", temperature=0.2)
    assert chat.parameters == {"base_url": "https://llm.example/v1", "temperature": 0.2, "max_output_tokens": 8192}
    assert chat.name == "openai:m"


def test_nothing_is_traced_to_another_service(
    server: ScriptedServer, chat: Callable[..., OpenAIChat], monkeypatch: pytest.MonkeyPatch
) -> None:
    from langsmith import utils

    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    seen: list[bool | str] = []
    server.script[:] = [scripted_answer('{"a": 1}')]
    opened = chat()
    real = opened._chat

    class Watching:
        def bind(self, **options: Any) -> Any:
            bound = real.bind(**options)

            class Bound:
                def invoke(self, prompt: str) -> Any:
                    seen.append(utils.tracing_is_enabled())
                    return bound.invoke(prompt)

            return Bound()

    opened._chat = Watching()  # type: ignore[assignment]
    opened.complete("How many?", SCHEMA)
    assert seen == [False]


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "FACTNOTES_API_KEY", "FACTNOTES_BASE_URL", "FACTNOTES_MODEL"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_no_model_is_opened_unless_one_is_named_or_a_key_is_set(bare: pytest.MonkeyPatch) -> None:
    assert open_llm(load_settings()) is None
    bare.setenv("OPENAI_API_KEY", "k")
    opened = open_llm(load_settings(model="openai:m", temperature=0.5, max_output_tokens=77))
    assert opened is not None and opened.name == "openai:m"
    assert opened.parameters["base_url"] == "https://api.openai.com/v1" and opened.parameters["temperature"] == 0.5
    assert opened.parameters["max_output_tokens"] == 77


def test_the_default_model_has_a_price(bare: pytest.MonkeyPatch) -> None:
    opened = open_llm(load_settings(api_key="k"))
    assert opened is not None and price_of(opened.name, None, load_prices()) is not None


def test_a_server_on_this_machine_needs_no_key(bare: pytest.MonkeyPatch, server: ScriptedServer) -> None:
    opened = open_llm(load_settings(model="openai:m", base_url=server.url))
    server.script[:] = [scripted_answer('{"a": 1}')]
    assert opened is not None and opened.complete("How many?", SCHEMA).text == '{"a": 1}'


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"model": "openai:m"}, "needs a key: set OPENAI_API_KEY"),
        ({"model": "openai:m", "base_url": "https://llm.example/v1"}, "needs a key"),
        ({"model": "oracle:m", "api_key": "k"}, "write openai:NAME"),
        ({"model": "m", "api_key": "k"}, "write openai:NAME"),
        ({"model": "openai:", "api_key": "k"}, "write openai:NAME"),
    ],
)
def test_a_model_that_cannot_be_opened_says_what_to_do(
    bare: pytest.MonkeyPatch, settings: dict[str, str], said: str
) -> None:
    with pytest.raises(errors.SettingsError, match=said):
        open_llm(load_settings(**settings))
