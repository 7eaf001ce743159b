"""Services that break every limit: each answer is an answer, or a failure with a reason; never a traceback."""

from __future__ import annotations

import gzip
import json
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx2
import pytest
from hypothesis import given, settings, strategies as st
from pydantic import Field
from service_answers import GOOD, KEY, TEXT, Line, said, wrong

from pipeline.core.errors import FactnotesError, QuoteNotFound
from pipeline.core.models import Value
from pipeline.core.ports import Rendered
from pipeline.llm import Model, Price, collecting_mends, failure_of, wire
from pipeline.llm.bodies import tidied
from pipeline.llm.budget import Budget, Caps
from pipeline.llm.client import MOST_SENT_BACK
from pipeline.llm.manners import MANNERS, Manner
from pipeline.llm.openai import OpenAIChat
from pipeline.llm.replies import read_reply

ADDRESS = "http://service.example/v1"
ESTIMATED = "tokens that were not counted are estimated"


class Found(Value):
    words: str
    label: Literal["fits", "does_not_fit"]
    confidence: float = Field(ge=0, le=1)


@dataclass
class Outcome:
    """What came of a question."""

    reason: str
    detail: str
    model: Model
    mends: list[str]
    sent: list[str] = field(default_factory=list)


Asking = Callable[..., Outcome]


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> Asking:
    """Ask a service that answers with a line, without a network."""

    def ask(line: Line, **given: Any) -> Outcome:
        sent: list[str] = []

        def answer(request: httpx2.Request) -> httpx2.Response:
            sent.append(json.loads(request.content)["messages"][0]["content"])
            headers = {"content-type": line.kind} | line.headers
            return httpx2.Response(line.status, headers=headers, stream=httpx2.ByteStream(line.content))

        monkeypatch.setattr(wire, "_Transport", lambda proxy: httpx2.MockTransport(answer))
        MANNERS.learn(ADDRESS, "m", Manner())
        model = Model(OpenAIChat("m", api_key=KEY, base_url=ADDRESS), retries=0, **given)
        with collecting_mends() as mends:
            try:
                reason = model.ask(Rendered("Does it fit?", "x@1+0"), Found, prove)[0]
                return Outcome(reason, "", model, mends, sent)
            except FactnotesError as error:
                failure = failure_of(error, "test")
                return Outcome(failure.reason, failure.detail, model, mends, sent)

    return ask


def prove(found: Found) -> str:
    if found.words != GOOD["words"]:
        raise QuoteNotFound(found.words)
    return found.label


def body(content: str, more: str = "") -> Line:
    """Return a completion with a content that is given as JSON, and more beside it."""
    return Line(f'{{"choices": [{{"message": {{"content": {content}}}}}]{more}}}'.encode("utf-8", "surrogatepass"))


GOOD_CONTENT = json.dumps(TEXT)
HOSTILE: dict[str, tuple[Line, str]] = {
    "brackets without end": (Line(b"[" * 100_000), "unavailable"),
    "objects without end": (Line(b'{"a":' * 50_000), "unavailable"),
    "deep and closed": (Line(b"[" * 50_000 + b"]" * 50_000), "unavailable"),
    "a deep error": (Line(b'{"error":' * 400 + b"1" + b"}" * 400), "unavailable"),
    "a deep error with its status": (Line(b'{"error":' * 950 + b'"x"' + b"}" * 950, 400), "unavailable"),
    "a deep field beside the answer": (body(GOOD_CONTENT, f', "x": {"[" * 900}{"]" * 900}'), "fits"),
    "deep usage": (body(GOOD_CONTENT, f', "usage": {"[" * 900}{"]" * 900}'), "fits"),
    "a deep reply": (body(json.dumps("[" * 50_000)), "malformed_reply"),
    "a deep object as content": (body('{"a":' * 900 + "1" + "}" * 900), "malformed_reply"),
    "half a character": (body('"\\ud800 x"'), "malformed_reply"),
    "half a character after the answer": (body(json.dumps(TEXT + "\ud800")), "fits"),
    "half a character in an error": (wrong(400, "\ud800 no", "\ud83d"), "unavailable"),
    "half a character in a refusal": (said({"content": None, "refusal": "\ud800"}), "refused"),
    "two lists of choices": (body(GOOD_CONTENT, ', "choices": [{"message": {"content": "no"}}]'), "unavailable"),
    "two contents": (body(f'"no", "content": {GOOD_CONTENT}'), "unavailable"),
    "two usages": (body(GOOD_CONTENT, ', "usage": {"prompt_tokens": 5}, "usage": {"prompt_tokens": 1}'), "unavailable"),
    "the same twice": (body(GOOD_CONTENT, ', "id": "x", "id": "x"'), "fits"),
    "two labels": (body(json.dumps(TEXT[:-1] + ', "label": "does_not_fit"}')), "malformed_reply"),
    "a number without end as usage": (body(GOOD_CONTENT, f', "usage": {{"prompt_tokens": {"9" * 5000}}}'), "fits"),
    "a number without end in the reply": (body(json.dumps(TEXT.replace("0.9", "9" * 5000))), "malformed_reply"),
    "choices that are no list": (Line({"choices": {"0": {"message": {"content": TEXT}}}}), "unavailable"),
    "a choice that is nothing": (Line({"choices": [None]}), "unavailable"),
    "a message that is a list": (Line({"choices": [{"message": [1]}]}), "malformed_reply"),
    "a finish that is an object": (said(TEXT, finish={"a": 1}), "fits"),
    "events that are none": (Line(b'data: {"choices":[5]}\n\ndata: [DONE]\n\n'), "unavailable"),
    "a deep event": (Line(b"data: " + b"[" * 100_000 + b"\n\n"), "unavailable"),
    "a pause without end": (Line({"error": "x"}, 429, headers={"retry-after": "inf"}), "rate_limited"),
    "a pause that is past": (Line({"error": "x"}, 429, headers={"retry-after": "-5"}), "rate_limited"),
    "a redirect to no address": (Line(b"", 302, headers={"location": "http://[bad"}), "error"),
    "packed wrongly": (Line(b"\x1f\x8bxxxx", headers={"content-encoding": "gzip"}), "unavailable"),
    "packed twice": (Line(gzip.compress(b" " * 9_000), headers={"content-encoding": "gzip, gzip"}), "unavailable"),
    "packed in a way nobody asked for": (Line(b"xxxx", headers={"content-encoding": "br"}), "unavailable"),
    "a status that is none": (Line(b"x", 999), "unavailable"),
    "braces": (body(json.dumps("{" * 200_000)), "malformed_reply"),
    "quotes": (body(json.dumps('"' * 300_000)), "malformed_reply"),
    "thoughts that begin and never end": (body(json.dumps("<think>" * 100_000)), "malformed_reply"),
    "channels that begin and never end": (body(json.dumps("<|channel|>a" * 50_000)), "malformed_reply"),
    "a channel of one long word": (body(json.dumps("<|channel|>" + "a" * 300_000)), "malformed_reply"),
    "fences": (body(json.dumps("```" * 100_000)), "malformed_reply"),
    "the answer many times": (body(json.dumps(f"{TEXT}," * 5_000)), "malformed_reply"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_breaks_a_limit_is_an_answer_or_a_failure_with_a_reason(asking: Asking, kind: str) -> None:
    line, reason = HOSTILE[kind]
    outcome = asking(line)
    assert outcome.reason == reason, outcome.detail
    assert outcome.model.usage.calls == len(outcome.sent), "each call is counted"


def test_a_field_with_two_values_is_named(asking: Asking) -> None:
    assert "'content' twice" in asking(HOSTILE["two contents"][0]).detail


@pytest.mark.parametrize("length", [25_000, 3_000_000])
def test_a_reply_that_is_sent_back_to_be_mended_is_never_longer_than_a_cap(asking: Asking, length: int) -> None:
    outcome = asking(body(json.dumps("a" * length)))
    assert outcome.reason == "malformed_reply" and len(outcome.sent) == 2
    assert MOST_SENT_BACK < len(outcome.sent[1]) < MOST_SENT_BACK + 1_000
    assert f"{length - MOST_SENT_BACK} characters are left out" in outcome.sent[1]


@pytest.mark.parametrize(
    "usage",
    [
        "lots",
        [1],
        -7,
        {"prompt_tokens": -70, "completion_tokens": -8},
        {"prompt_tokens": "n/a"},
        {"prompt_tokens": 1e12},
    ],
    ids=str,
)
def test_tokens_that_are_no_count_are_estimated_and_told_and_the_cap_in_dollars_holds(
    asking: Asking, usage: Any
) -> None:
    price = Price(model="openai:m", input=1000.0, output=1000.0, date="2026-01-01", source="test")
    outcome = asking(said(TEXT, usage=usage), price=price, budget=Budget(Caps(max_usd=20)))
    assert outcome.reason == "fits"
    assert ESTIMATED in outcome.mends
    assert 0 < outcome.model.usage.tokens_in < 10_000 and (outcome.model.usage.dollars or 0) > 0.1


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_small_body_is_never_unpacked_to_more_than_the_cap(asking: Asking, pack: Callable[[bytes], bytes]) -> None:
    packed = pack(b" " * 60_000_000)
    encoding = "gzip" if pack is gzip.compress else "deflate"
    tracemalloc.start()
    outcome = asking(Line(packed, headers={"content-encoding": encoding}))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert outcome.reason == "unavailable" and "cut off" in outcome.detail
    assert most < 4 * wire.MOST_BYTES


def test_an_answer_that_unpacks_to_nothing_without_end_is_cut_off_or_ends_at_the_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def blocks() -> Iterator[bytes]:
        yield b"\x1f\x8b\x08\0" + bytes(6)
        while True:
            yield b"\0\0\0\xff\xff" * 1_000  # stored, each of no length

    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers={"content-encoding": "gzip"}, stream=_Pieces(blocks()))

    monkeypatch.setattr(wire, "_Transport", lambda proxy: httpx2.MockTransport(answer))
    with wire.Service(3600, most_bytes=1_000_000) as service:
        assert service.post(ADDRESS, json={}).status_code == 502
    with wire.Service(0.01, most_bytes=10**15) as service, pytest.raises(httpx2.ReadTimeout):
        service.post(ADDRESS, json={})


class _Pieces(httpx2.SyncByteStream):
    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces


def test_characters_that_no_database_keeps_are_replaced_and_told() -> None:
    for odd in (r"\u0000", r"\ud800", r"\udc00"):
        found, mends = read_reply(TEXT.replace("nine", f"ni{odd}ne"), Found)
        assert found.words == "the ferry left at ni\ufffdne" and mends == ("characters that are none",)
    assert read_reply(TEXT.replace("nine", r"\ud83d\ude00"), Found)[0].words.endswith("\U0001f600")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "choices",
                    "message",
                    "content",
                    "delta",
                    "error",
                    "usage",
                    "finish_reason",
                    "tool_calls",
                    "function",
                    "a",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(JSON, st.sampled_from([200, 201, 301, 400, 429, 500]), st.booleans())
@settings(max_examples=150)
def test_any_json_is_brought_into_a_form_or_called_none(data: object, status: int, streamed: bool) -> None:
    text = json.dumps(data)
    tidy = tidied(status, f"data: {text}\n\ndata: [DONE]\n\n".encode() if streamed else text.encode())
    assert json.loads(tidy.content) and 200 <= tidy.status < 600


@pytest.mark.parametrize("piece", ["{", "[", '"', "<think>", "<|channel|>a", "<|channel|>a ", "```", "{}", "\\u00"])
def test_reading_a_reply_takes_time_in_proportion_to_its_length(piece: str) -> None:
    text = piece * (400_000 // len(piece))
    began = time.process_time()
    with pytest.raises(ValueError):
        read_reply(text, Found)
    assert time.process_time() - began < 10, "the square of it would be minutes"
