"""Values of a reply as models write them, brought to the form that was asked for where their meaning is certain.

A label in capitals, a percentage, an extra field, a null left out: each has one meaning. What has none stays as it
is and does not validate: no label is taken for another, and no list is filled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_NOTHING = frozenset({"null", "none", "n/a", "nil", ""})
_WRAPPERS = frozenset({"properties", "arguments", "parameters", "answer", "result", "response", "output", "reply"})
_PERCENT = re.compile(r"\s*(\d{1,3}(?:\.\d+)?)\s*(?:%|percent)\s*")
_NUMBERED = re.compile(r"\s*(?:passage\s*)?[\[(#]?\s*(\d{1,4})\s*[\])]?\s*", re.IGNORECASE)
_SMALLEST_PERCENT = 10
"""A bare 8 may be of ten; 90 can only be of a hundred."""


def fitted(value: Any, form: Mapping[str, Any]) -> tuple[Any, tuple[str, ...]]:
    """Return a value in the form of a JSON schema as far as its meaning is certain, and what was mended."""
    fitting = _Fitting(form)
    found = fitting.fit(fitting.unwrap(value), form)
    return found, tuple(dict.fromkeys(fitting.mends))


class _Fitting:
    """Fits values to the parts of one schema."""

    def __init__(self, form: Mapping[str, Any]) -> None:
        self._form, self._parts = form, form.get("$defs", {})
        self.mends: list[str] = []

    def unwrap(self, value: Any) -> Any:
        """Return what stands in a wrapper, such as a list of one or the name of the form."""
        names = set(self._form.get("properties", {}))
        if isinstance(value, list):
            value = self._unlisted(value, names)
        while isinstance(value, dict) and not names & {_plain(name) for name in value}:
            inner = [each for name, each in value.items() if self._wraps(name) and isinstance(each, dict)]
            if len(inner) != 1:
                break
            self.mends.append("a wrapper around the answer")
            value = inner[0]
        return value

    def _unlisted(self, value: list[Any], names: set[str]) -> Any:
        only = next(iter(names)) if len(names) == 1 else None
        if only and value and not any(isinstance(each, dict) and only in each for each in value):
            self.mends.append(f"a list without its name {only}")
            return {only: value}
        if len(value) == 1 or (value and all(each == value[0] for each in value)):
            self.mends.append("a list around the answer")
            return value[0]
        return value

    def _wraps(self, name: str) -> bool:
        return _plain(name) in _WRAPPERS or name == self._form.get("title")

    def fit(self, value: Any, part: Mapping[str, Any]) -> Any:
        """Return a value in the form of a part of the schema."""
        part = self._resolved(part)
        if "anyOf" in part:
            return self._fit_one_of(value, part["anyOf"])
        fits: dict[str, Callable[[Any, Mapping[str, Any]], Any]] = {
            "object": self._fit_object,
            "array": self._fit_array,
            "number": self._fit_number,
            "integer": self._fit_integer,
        }
        if "enum" in part:
            return self._fit_word(value, part)
        fit = fits.get(part.get("type", ""))
        return fit(value, part) if fit else value

    def _resolved(self, part: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in part:
            part = self._parts[part["$ref"].rpartition("/")[2]]
        return part

    def _fit_one_of(self, value: Any, parts: list[Mapping[str, Any]]) -> Any:
        others = [part for part in map(self._resolved, parts) if part.get("type") != "null"]
        if value is None or len(others) != 1:
            return value
        if "enum" in others[0] and isinstance(value, str) and value.strip().lower() in _NOTHING:
            self.mends.append("a null in words")
            return None
        return self.fit(value, others[0])

    def _fit_object(self, value: Any, part: Mapping[str, Any]) -> Any:
        wanted: Mapping[str, Any] = part.get("properties", {})
        if not isinstance(value, dict) or not wanted:
            return value
        named = {self._name(name, value, wanted): each for name, each in value.items()}
        if part.get("additionalProperties") is False and named.keys() - wanted.keys():
            self.mends.append("fields nobody asked for")
            named = {name: each for name, each in named.items() if name in wanted}
        for name in part.get("required", ()):
            if name not in named and self._can_be_null(wanted[name]):
                self.mends.append("a null left out")
                named[name] = None
        return {name: self.fit(each, wanted.get(name, {})) for name, each in named.items()}

    def _name(self, name: str, value: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
        plain = _plain(name)
        if name in wanted or plain not in wanted or plain in value:
            return name
        self.mends.append("the name of a field")
        return plain

    def _can_be_null(self, part: Mapping[str, Any]) -> bool:
        return any(each.get("type") == "null" for each in self._resolved(part).get("anyOf", ()))

    def _fit_array(self, value: Any, part: Mapping[str, Any]) -> Any:
        items = part.get("items", {})
        if isinstance(value, dict) and self._resolved(items).get("type") == "object":
            self.mends.append("one item where a list was wanted")
            value = [value]
        return [self.fit(each, items) for each in value] if isinstance(value, list) else value

    def _fit_word(self, value: Any, part: Mapping[str, Any]) -> Any:
        if value in part["enum"] or not isinstance(value, str):
            return value
        meant = [word for word in part["enum"] if _plain(str(word)) == _plain(value)]
        if len(meant) != 1:
            return value
        self.mends.append("the spelling of a label")
        return meant[0]

    def _fit_number(self, value: Any, part: Mapping[str, Any]) -> Any:
        if part.get("minimum") != 0 or part.get("maximum") != 1 or isinstance(value, bool):
            return value
        percent = _PERCENT.fullmatch(value) if isinstance(value, str) else None
        number = float(percent[1]) if percent else _bare(value)
        if number is None or not (percent or number > _SMALLEST_PERCENT) or number > 100:
            return value
        self.mends.append("a percentage")
        return number / 100

    def _fit_integer(self, value: Any, part: Mapping[str, Any]) -> Any:
        numbered = _NUMBERED.fullmatch(value) if isinstance(value, str) else None
        if numbered is None or value.strip() == numbered[1]:
            return value
        self.mends.append("the number of a passage")
        return int(numbered[1])


def _bare(value: Any) -> float | None:
    if isinstance(value, str):
        return float(value) if re.fullmatch(r"\d{1,3}(\.\d+)?", value.strip()) else None
    return float(value) if isinstance(value, int | float) else None


def _plain(word: str) -> str:
    """Return a word in small letters, its parts joined by _."""
    return re.sub(r"[\s_-]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word.strip().strip("\"'`*.")).lower())
