"""A scripted model service under load: it judges nothing, takes its time, fails now and then, and counts.

    python benchmarks/scripted_load.py --port N [--latency 0.3] [--limited 0.02] [--broken 0.01]

It speaks the form of chat/completions on loopback. A detection gets a claim for each sentence of its text, a verdict
mostly "not enough evidence" and now and then a proven quotation. Which requests fail depends on the question and on how
often it was asked, not on time. It serves until it is ended; `GET /counts` tells what it
counted, `POST /reset` begins anew.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import re
import time
from collections import Counter
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

RETRY_AFTER_S = 1
_SENTENCE = re.compile(r"[^.]+\.")


class Load:
    """What was asked and answered."""

    def __init__(self, latency: float, limited: float, broken: float) -> None:
        self.latency, self.limited, self.broken = latency, limited, broken
        self._chance: Counter[str] = Counter()
        self.reset()

    def reset(self) -> None:
        """Forget what was counted."""
        self.asked: Counter[str] = Counter()
        self.answered: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.in_flight = self.most_in_flight = 0
        self.busy_s = 0.0
        self.first = self.last = 0.0
        self.idle_s = 0.0

    def counts(self) -> dict[str, Any]:
        """Return what was counted since the last reset."""
        return {
            "asked": dict(self.asked),
            "answered": dict(self.answered),
            "failed": dict(self.failed),
            "in_flight": self.in_flight,
            "most_in_flight": self.most_in_flight,
            "busy_s": round(self.busy_s, 3),
            "span_s": round(self.last - self.first, 3),
        }

    async def complete(self, request: Request) -> Response:
        """Answer after a while, or refuse."""
        body = await request.json()
        prompt = body["messages"][-1]["content"]
        key = key_of(prompt)
        began = time.monotonic()
        self.first = self.first or began
        self.asked[key] += 1
        self._chance[key] += 1
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            return await self._answer(key, prompt, body["model"])
        finally:
            self.in_flight -= 1
            self.last = time.monotonic()
            self.busy_s += self.last - began

    async def _answer(self, key: str, prompt: str, model: str) -> Response:
        dice = int(hashlib.sha256(f"{key} {self._chance[key]}".encode()).hexdigest()[:8], 16) / 16**8
        if dice < self.limited:
            self.failed["429"] += 1
            error = {"error": {"message": "scripted: slow down", "type": "requests", "code": "rate_limit_exceeded"}}
            return JSONResponse(error, 429, {"retry-after": str(RETRY_AFTER_S)})
        await asyncio.sleep(self.latency)
        if dice < self.limited + self.broken:
            self.failed["500"] += 1
            return JSONResponse({"error": {"message": "scripted fault", "type": "server_error"}}, 500)
        self.answered[key] += 1
        return JSONResponse(_reply(reply_to(prompt), model, len(prompt)))


def _between(prompt: str, label: str) -> str | None:
    """Return the last fenced part of a prompt with a label."""
    found = re.findall(rf"<{label}-(\w+)>\n(.*?)\n</{label}-\1>", prompt, re.DOTALL)
    return found[-1][1] if found else None


def key_of(prompt: str) -> str:
    """Return what is asked: `detect TITLE` or `TITLE: claim`."""
    title = re.search(r"^Title: (.*)$", prompt, re.MULTILINE)
    claim = _between(prompt, "claim")
    about = title[1] if title else "untitled"
    return f"detect {about}" if claim is None else f"{about}: {claim}"


def reply_to(prompt: str) -> dict[str, Any]:
    """Return the scripted answer to a question."""
    text = _between(prompt, "text")
    if text is not None:
        return {"claims": [_claim(found[0].strip()) for found in _SENTENCE.finditer(text)]}
    reply: dict[str, Any] = {
        "citations": [],
        "justification": "The passages leave it open.",
        "label": "not_enough_evidence",
    }
    passage = _between(prompt, "passage-1")
    if passage and hashlib.sha256(prompt.encode()).digest()[0] < 64:
        cited = [{"passage": 1, "quote": passage.split(". ")[0]}]
        reply = {"citations": cited, "justification": "The minutes say so.", "label": "supported"}
    return {**reply, "confidence": 0.8}


def _claim(quote: str) -> dict[str, Any]:
    drafted = {"quote": quote, "text": quote, "kind": "event", "uncheckable": None, "check_worthiness": 0.7}
    return {**drafted, "reason": "a statement of fact", "speaker": None, "speaker_title": None, "cue": None}


def _reply(content: dict[str, Any], model: str, asked: int) -> dict[str, Any]:
    text = json.dumps(content)
    usage = {"prompt_tokens": asked // 4, "completion_tokens": len(text) // 4}
    return {
        "id": "scripted",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": usage | {"total_tokens": sum(usage.values())},
    }


def make_app(load: Load) -> Starlette:
    """Return the service."""

    async def counts(_: Request) -> Response:
        return JSONResponse(load.counts())

    async def reset(_: Request) -> Response:
        load.reset()
        return JSONResponse({})

    async def models(_: Request) -> Response:
        return JSONResponse({"object": "list", "data": [{"id": "scripted", "object": "model"}]})

    return Starlette(
        routes=[
            Route("/v1/chat/completions", load.complete, methods=["POST"]),
            Route("/v1/models", models),
            Route("/counts", counts),
            Route("/reset", reset, methods=["POST"]),
        ]
    )


def main() -> None:
    """Serve until ended."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--latency", type=float, default=0.3)
    parser.add_argument("--limited", type=float, default=0.02)
    parser.add_argument("--broken", type=float, default=0.01)
    given = parser.parse_args()
    app = make_app(Load(given.latency, given.limited, given.broken))
    uvicorn.run(app, host="127.0.0.1", port=given.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
