"""Scripted verdicts in the form that a prompt asks for: one claim, or each of several in parts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

_CLAIM = re.compile(r"^Claim (\d+), as of [^\n]*:\n<claim-\1-([0-9a-f]{12})>\n(.*?)\n</claim-\1-\2>$", re.M | re.S)
_SAYS = {"supported": "same", "refuted": "other", "conflicting_evidence": "other", "not_enough_evidence": "silent"}


def claims_asked(prompt: str) -> list[str]:
    """Return the words of each claim that a prompt on several asks about; none for a prompt on one."""
    return [words for _, _, words in _CLAIM.findall(prompt)]


def in_parts(number: int, verdict: Mapping[str, Any]) -> dict[str, Any]:
    """Return a verdict (label, confidence, citations, justification) as it is given on one claim of several."""
    label, sure = verdict["label"], verdict["confidence"]
    others = {name: round((1 - sure) / 3, 6) for name in _SAYS if name != label}
    return {
        "claim": number,
        "parts": [{"part": "all of it", "says": _SAYS[label]}],
        "citations": verdict["citations"],
        "justification": verdict["justification"],
        "label": label,
        "probabilities": {label: sure} | others,
    }


def verdict_reply(prompt: str, judge: Callable[[str], Mapping[str, Any]]) -> str:
    """Return the reply to a prompt; `judge` is asked on the words of each claim, or on the prompt of one."""
    asked = claims_asked(prompt)
    if not asked:
        return json.dumps(judge(prompt))
    return json.dumps({"claims": [in_parts(number, judge(words)) for number, words in enumerate(asked, start=1)]})
