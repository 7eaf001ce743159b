"""What services answer, and what happens: each row is a kind of reply or of service, played by a scripted server."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

import pytest
from pydantic import Field
from service_answers import BADLY, GOOD, KEY, ODD_USAGE, REFUSING, TEXT, WELL, Answer, Line, said, wrong

from pipeline.core.errors import FactnotesError, QuoteNotFound
from pipeline.core.models import Usage, Value
from pipeline.core.ports import Rendered
from pipeline.llm import Model, collecting_mends, failure_of
from pipeline.llm.manners import MANNERS, Manner
from pipeline.llm.openai import OpenAIChat
from pipeline.llm.wire import Service


class Found(Value):
    words: str
    label: Literal["fits", "does_not_fit"]
    confidence: float = Field(ge=0, le=1)


class Server:
    """Answers each request with its function, and keeps what it was asked."""

    def __init__(self) -> None:
        self.answer: Answer = lambda body: said(TEXT)
        self.asked: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    scripted = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            scripted.asked.append(body)
            scripted.paths.append(self.path)
            scripted.headers.append({name.lower(): value for name, value in self.headers.items()})
            line = scripted.answer(body)
            try:
                self._send(line)
            except OSError:
                self.close_connection = True

        def _send(self, line: Line) -> None:
            content = line.content
            self.send_response(line.status)
            for name, value in {"content-type": line.kind, **line.headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(content) * line.repeat))
            self.end_headers()
            for start in range(len(content)) if line.drip_s else ():
                self.wfile.write(content[start : start + 1])
                time.sleep(line.drip_s)
            for _ in range(0 if line.drip_s else line.repeat):
                self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    scripted.url = f"http://127.0.0.1:{server.server_port}/v1"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield scripted
    server.shutdown()
    server.server_close()


@pytest.fixture
def server(running: Server) -> Iterator[Server]:
    for kept in (running.asked, running.paths, running.headers):
        kept.clear()
    yield running
    MANNERS.learn(running.url, "m", Manner())


def chat(server: Server, **options: Any) -> OpenAIChat:
    return OpenAIChat("m", api_key=KEY, base_url=server.url, **options)


def prove(found: Found) -> str:
    if found.words != GOOD["words"]:
        raise QuoteNotFound(found.words)
    return found.label


@dataclass
class Outcome:
    """What came of asking once."""

    label: str | None
    reason: str | None
    detail: str
    usage: Usage
    mends: list[str]


def asking(server: Server, answer: Answer | Line, **options: Any) -> Outcome:
    server.answer = answer if callable(answer) else lambda body: answer
    model = Model(chat(server, **options), retries=0)
    with collecting_mends() as mends:
        try:
            label, usage = model.ask(Rendered("Does it fit?", "x@1+0"), Found, prove)
        except FactnotesError as error:
            failure = failure_of(error, "test")
            assert KEY not in failure.detail and "\n" not in failure.detail
            return Outcome(None, failure.reason, failure.detail, model.usage, mends)
    return Outcome(label, None, "", usage, mends)


@pytest.mark.parametrize("kind", WELL)
def test_a_good_answer_counts_wherever_it_stands(server: Server, kind: str) -> None:
    outcome = asking(server, WELL[kind])
    assert (outcome.label, outcome.usage.calls, len(server.asked)) == ("fits", 1, 1), outcome
    assert outcome.usage.tokens_in > 0 and outcome.usage.tokens_out > 0


@pytest.mark.parametrize("kind", BADLY)
def test_what_is_no_answer_is_a_failure_in_plain_words(server: Server, kind: str) -> None:
    line, reason, words = BADLY[kind]
    outcome = asking(server, line)
    assert (outcome.label, outcome.reason) == (None, reason), outcome
    assert words in outcome.detail, outcome.detail


def test_a_reply_that_the_service_itself_does_not_take_is_read_where_it_sends_it_along(server: Server) -> None:
    held = wrong(400, "Failed to validate JSON.", "json_validate_failed", failed_generation=TEXT)
    outcome = asking(server, held)
    assert (outcome.label, len(server.asked)) == ("fits", 1), outcome
    assert outcome.mends == ["the service took it for no JSON"]


@pytest.mark.parametrize("sent_along", ["", TEXT[:20], "Let me see."])
def test_a_service_that_finds_no_json_twice_is_asked_without_its_form(server: Server, sent_along: str) -> None:
    def answer(body: dict[str, Any]) -> Line:
        none = wrong(400, "Failed to generate JSON.", "json_validate_failed", failed_generation=sent_along)
        return none if "response_format" in body else said(TEXT)

    assert asking(server, answer).label == "fits"
    assert ["response_format" in asked for asked in server.asked] == [True, True, False]


@pytest.mark.parametrize("kind", REFUSING)
def test_a_refused_parameter_is_asked_otherwise_once_and_remembered(server: Server, kind: str) -> None:
    answer, options, told = REFUSING[kind]
    outcome = asking(server, answer, **options)
    assert outcome.label == "fits" and outcome.usage.calls == 1 and len(server.asked) == 2, outcome
    assert told in "; ".join(chat(server, **options).manner.told(options.get("temperature")))
    assert asking(server, answer, **options).label == "fits" and len(server.asked) == 3
    if told == "response_format":
        assert '"does_not_fit"' in server.asked[-1]["messages"][0]["content"], "the form stands in the prompt"


def test_several_refused_parameters_are_simplified_one_after_the_other(server: Server) -> None:
    def answer(body: dict[str, Any]) -> Line:
        for name in ("response_format", "max_completion_tokens", "temperature"):
            if name in body:
                return wrong(400, f"Unsupported parameter: '{name}'", "unsupported_parameter")
        return wrong(400, "max_tokens must be <= 1000") if body["max_tokens"] > 1000 else said(TEXT)

    outcome = asking(server, answer, temperature=0.1)
    assert outcome.label == "fits" and len(server.asked) == 5


@pytest.mark.parametrize(
    ("answer", "setting"),
    [
        (wrong(400, "Unsupported parameter: max_tokens, max_completion_tokens"), "FACTNOTES_MAX_OUTPUT_TOKENS"),
        (wrong(400, "This model supports at most 4096 completion tokens"), "FACTNOTES_MAX_OUTPUT_TOKENS"),
        (wrong(400, "response_format is not supported"), "FACTNOTES_MODEL"),
    ],
)
def test_what_is_refused_in_its_simplest_form_too_names_the_setting(server: Server, answer: Line, setting: str) -> None:
    outcome = asking(server, answer)
    assert outcome.reason == "error" and f"change {setting}" in outcome.detail and len(server.asked) == 2


@pytest.mark.parametrize("usage", ODD_USAGE, ids=str)
def test_usage_that_is_no_count_is_estimated(server: Server, usage: Any) -> None:
    outcome = asking(server, said(TEXT, usage=usage))
    assert outcome.label == "fits"
    assert 0 < outcome.usage.tokens_in < 10_000 and 0 < outcome.usage.tokens_out < 10_000


@pytest.mark.parametrize(
    ("usage", "counted"),
    [
        ({"prompt_tokens": 700.0, "completion_tokens": 80.5, "total_tokens": 780.5}, (700, 81)),
        ({"prompt_tokens": "700", "completion_tokens": "80"}, (700, 80)),
        ({"input_tokens": 700, "output_tokens": 80}, (700, 80)),
        ({"prompt_tokens": 700, "completion_tokens": 80, "prompt_tokens_details": {"cached_tokens": None}}, (700, 80)),
    ],
)
def test_usage_that_is_a_count_is_counted_up_to_whole_tokens(
    server: Server, usage: Any, counted: tuple[int, int]
) -> None:
    outcome = asking(server, said(TEXT, usage=usage))
    assert (outcome.usage.tokens_in, outcome.usage.tokens_out) == counted


def test_a_service_that_sends_a_byte_at_a_time_is_given_up_at_the_deadline(server: Server) -> None:
    line = said(TEXT)
    line.drip_s = 0.05
    began = time.monotonic()
    outcome = asking(server, line, timeout_s=0.5)
    assert outcome.reason == "timeout" and time.monotonic() - began < 3


def test_an_answer_that_does_not_end_is_cut_off(server: Server) -> None:
    outcome = asking(server, Line(b" " * 1_000_000, repeat=100))
    assert outcome.reason == "unavailable" and "cut off" in outcome.detail


def test_a_small_body_that_unpacks_to_a_large_one_is_cut_off(server: Server) -> None:
    outcome = asking(server, Line(gzip.compress(b" " * 50_000_000), headers={"content-encoding": "gzip"}))
    assert outcome.reason == "unavailable" and "cut off" in outcome.detail


def test_headers_that_drip_do_not_hold_a_call_open() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listening:
        stop = threading.Event()

        def drip() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65_536)
                for byte in b"HTTP/1.1 200 OK\r\nx-slow: " + b"a" * 500:
                    if stop.wait(0.05):
                        return
                    try:
                        connection.send(bytes([byte]))
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        began = time.monotonic()
        slow = OpenAIChat("m", api_key=KEY, base_url=f"http://127.0.0.1:{listening.getsockname()[1]}/v1", timeout_s=0.5)
        with pytest.raises(FactnotesError) as caught:
            slow.complete("Does it fit?", Found.model_json_schema())
        stop.set()
        thread.join()
    assert type(caught.value).__name__ == "ModelTimeout" and time.monotonic() - began < 3


def test_a_prompt_does_not_follow_a_redirect(server: Server) -> None:
    elsewhere = server.url.replace("/v1", "/elsewhere")
    outcome = asking(server, Line(b"", 307, headers={"location": elsewhere}))
    assert outcome.reason == "error" and len(server.asked) == 1 and server.paths == ["/v1/chat/completions"]


def test_an_answer_that_echoes_the_key_does_not_keep_it(server: Server) -> None:
    server.answer = lambda body: said(f"Authorization: Bearer {KEY} {TEXT}")
    assert KEY not in chat(server).complete("Does it fit?", Found.model_json_schema()).text
    for line in (wrong(400, f"bad request: Bearer {KEY}"), Line(f"<title>{KEY}</title>".encode()), wrong(500, KEY)):
        assert KEY not in asking(server, line).detail


def test_the_client_has_no_more_patience_than_its_deadline() -> None:
    assert Service(3.0).timeout.read == 3.0
