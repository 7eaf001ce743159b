"""What a service says is wrong, as one line, whatever form it has for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_SAYING = (
    "message",
    "Message",
    "msg",
    "detail",
    "error",
    "error_message",
    "errors",
    "error_description",
    "errorMessage",
)
_LONGEST = 600
_DEEPEST = 6


def words_of(data: Any, depth: int = 0) -> str:
    """Return the words of an error's body; empty where it says nothing."""
    if isinstance(data, str):
        return " ".join(data.split())[:_LONGEST]
    if depth > _DEEPEST or not data:
        return ""
    if isinstance(data, list):
        return "; ".join(words for each in data[:5] if (words := words_of(each, depth + 1)))[:_LONGEST]
    if not isinstance(data, dict):
        return ""
    said = next((words for name in _SAYING if (words := words_of(data.get(name), depth + 1))), "")
    parts = (_place(data), said, _upstream(data.get("metadata"), depth))
    return ": ".join(part for part in parts if part)[:_LONGEST] if said else ""


def _place(data: Mapping[str, Any]) -> str:
    """Return which field an error is about, as pydantic tells it."""
    place = data.get("loc")
    return ".".join(map(str, place)) if isinstance(place, list) else ""


def _upstream(metadata: Any, depth: int) -> str:
    """Return what the service behind a gateway said."""
    raw = metadata.get("raw") if isinstance(metadata, dict) else None
    if not isinstance(raw, str):
        return words_of(raw, depth + 1)
    try:
        return words_of(json.loads(raw), depth + 1) or words_of(raw)
    except (ValueError, RecursionError):
        return words_of(raw)
