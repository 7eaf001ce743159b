"""What the vendor's client returns or raises for one answer, as a reply of ours or as the error that it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.core.errors import CutOff, MalformedReply, ModelError, ModelRefused
from pipeline.core.models import Usage
from pipeline.core.ports import Reply

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

_CUT = "the reply was cut off at its longest: raise FACTNOTES_MAX_OUTPUT_TOKENS, or take a model that thinks less"
HELD_BACK = "a filter of its service held the answer back"
"""What is told of an answer that a filter took away without a word."""
_DECLINING = re.compile(
    r"\W*(?:i['’]?m (?:really |very )?sorry|sorry|i apologi[sz]e|unfortunately)?[\s,.!]*(?:but )?"
    r"(?:as an ai\b[^.]{0,40}, )?i(?:['’]m| am)? ?(?:can['’]?t|cannot|can not|won['’]?t|will not|not able to|unable to)"
    r" (?:assist|help|comply|fulfil|fulfill|provide|continue|discuss|engage|respond|answer|process|do that|do this)\b",
    re.IGNORECASE,
)
"""How a model begins that declines in prose, where nothing in its reply could be an answer."""


def cut_off(error: Exception) -> MalformedReply:
    """Say that a reply was longer than allowed, or no JSON in the service's own eyes, with what it held and cost."""
    completion = getattr(error, "completion", None)
    if completion is None:
        body = getattr(error, "body", None)
        held = body.get("failed_generation") if isinstance(body, dict) else None
        return MalformedReply("the service found no JSON in the reply", reply=str(held or ""))
    malformed = CutOff(_CUT, reply=(completion.choices[0].message.content or "") if completion.choices else "")
    if completion.usage:
        malformed.usage = Usage(tokens_in=completion.usage.prompt_tokens, tokens_out=completion.usage.completion_tokens)
    return malformed


def reply_of(message: AIMessage) -> Reply:
    """Return the text of a message and what it cost; raises MalformedReply, ModelRefused with the cost in `usage`."""
    metadata = message.usage_metadata
    usage = Usage(tokens_in=metadata["input_tokens"], tokens_out=metadata["output_tokens"]) if metadata else Usage()
    refusal = message.additional_kwargs.get("refusal")
    finish = message.response_metadata.get("finish_reason")
    text = str(message.text)
    problem: ModelError | None = None
    declined = refusal or (text if _declines(text) else None)
    if declined or finish == "content_filter":
        problem = ModelRefused(f"the model declined: {' '.join(str(declined or HELD_BACK).split())[:200]}")
    elif finish == "length":
        problem = CutOff(_CUT, reply=text)
    elif not text.strip():
        problem = MalformedReply("the reply is empty")
    if problem:
        problem.usage = usage if metadata else None
        raise problem
    return Reply(text=text, usage=usage)


def _declines(text: str) -> bool:
    return "{" not in text and bool(_DECLINING.match(text))
