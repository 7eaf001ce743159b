"""Places counted in UTF-16, as JavaScript, Java and .NET do, beside those in code points that everything here keeps."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from typing import Any

_BEYOND = 0xFFFF
_OF_PASSAGES = ("source_words",)
"""Fields whose spans are of a passage's text, which is not given with them."""


class Utf16:
    """Counts the code units before an offset of one text."""

    def __init__(self, text: str) -> None:
        self._pairs = [at for at, character in enumerate(text) if ord(character) > _BEYOND]

    def at(self, offset: int) -> int:
        r"""Return how many code units stand before an offset in code points.

        >>> Utf16("a\U0001f6a2b").at(2)
        3
        """
        return offset + bisect_left(self._pairs, offset)


def with_utf16(value: Any, text: str) -> Any:
    """Return what was made for JSON with `start_utf16` and `end_utf16` beside the `start` and `end` of every place.

    Places are of `text`; below `proven`, of the text beside it. Places in passages whose text is not there stay as
    they are.
    """
    return _added(value, Utf16(text))


def _added(value: Any, count: Utf16) -> Any:
    if isinstance(value, list):
        return [_added(each, count) for each in value]
    if not isinstance(value, Mapping):
        return value
    elsewhere = "passage_id" in value
    added = {name: each if _is_elsewhere(name, elsewhere) else _added(each, count) for name, each in value.items()}
    if value.get("proven") and isinstance(value.get("text"), str):
        added["proven"] = _added(value["proven"], Utf16(value["text"]))
    if isinstance(value.get("start"), int) and isinstance(value.get("end"), int):
        added |= {"start_utf16": count.at(value["start"]), "end_utf16": count.at(value["end"])}
    return added


def _is_elsewhere(name: str, in_passage: bool) -> bool:
    return name in _OF_PASSAGES or (in_passage and name in ("span", "sentence"))
