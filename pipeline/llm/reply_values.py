"""Values of a reply as models write them, brought to the form that was asked for where their meaning is certain.

A label in capitals, a percentage, an extra field, a null left out: each has one meaning, and a list inside the answer
that is null or left out is empty. What has none stays as it is and does not validate: no label is taken for another.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

_NOTHING = frozenset({"null", "none", "n/a", "nil", ""})
_WRAPPERS = frozenset({"properties", "arguments", "parameters", "answer", "result", "response", "output", "reply"})
_PERCENT = re.compile(r"\s*(\d{1,3}(?:\.\d+)?)\s*(?:%|percent)\s*")
_NUMBERED = {
    thing: re.compile(
        rf"[\s<\[(#]*(?:(?:{names}|number|no)[\s.:#_-]*)*[\[(#]*\s*(\d{{1,4}})(?:-[0-9a-f]{{12}})?[\s.:)\]>]*",
        re.IGNORECASE,
    )
    for thing, names in (("claim", "claim|c"), ("passage", "passage|source|p"))
}
"""A number in words, or in the mark that a prompt puts around what it numbers: `Claim 3`, `claim-3-e7e61f0a9b2c`."""
_SUFFIXES = ("_id", "_number", "_no", "_index")
"""What models add to the name of a field."""
_SAME_AS: Mapping[str, frozenset[str]] = {
    "supported": frozenset(("supports", "support")),
    "refuted": frozenset(("refutes", "refute")),
    "not_enough_evidence": frozenset(("not_enough_info", "not_enough_information", "nei", "insufficient_evidence")),
    "conflicting_evidence": frozenset(("conflicting",)),
    "other": frozenset(("different", "differs")),
}
"""Words for the labels in the data sets of the field (FEVER, AVeriTeC, SciFact), each with one meaning.

"Contradicts" is none of them: a passage contradicts a claim, or another passage.
"""
_NEEDLESS = frozenset(("claim", "justification", "probabilities", "citations"))
"""Fields that an item may lack and is still known for one."""
_WHOLE = 100
_WHOLE_NUMBER = re.compile(r"\s*[+-]?\d+\s*")
_SMALLEST_PERCENT = 10
"""A bare 8 may be of ten; 90 can only be of a hundred."""


def fitted(value: Any, form: Mapping[str, Any], *, inside: bool = False) -> tuple[Any, tuple[str, ...]]:
    """Return a value in the form of a JSON schema as far as its meaning is certain, and what was mended.

    One that stands `inside` something that breaks off is no answer in itself: it may be one of many.
    """
    fitting = _Fitting(form, inside=inside)
    found = fitting.fit(fitting.unwrap(value), form)
    return found, tuple(dict.fromkeys(fitting.mends))


class _Fitting:
    """Fits values to the parts of one schema."""

    def __init__(self, form: Mapping[str, Any], *, inside: bool) -> None:
        self._form, self._parts, self._inside = form, form.get("$defs", {}), inside
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
        return self._listed(value, names)

    def _listed(self, value: Any, names: set[str]) -> Any:
        """Return the only list of a form by its name, where it has another, or none: items by number, or one item."""
        only = next(iter(names)) if len(names) == 1 else None
        if self._inside or only is None or not isinstance(value, dict) or only in {_plain(name) for name in value}:
            return value
        item = self._resolved(self._resolved(self._form["properties"][only]).get("items", {}))
        given = {*map(_plain, value), *map(self._stem, value)}
        if set(item.get("required", ("?",))) <= given | _NEEDLESS:
            self.mends.append("one item where a list was wanted")
            return {only: [value]}
        lists = [each for each in value.values() if isinstance(each, list) and any(isinstance(it, dict) for it in each)]
        others = [each for each in value.values() if isinstance(each, dict | list)]
        if len(lists) == len(others) == 1 and not given & item.get("properties", {}).keys():
            self.mends.append(f"a list without its name {only}")
            return {only: lists[0]}
        if self._by_number(value, item.get("properties", {})):
            self.mends.append(f"a list without its name {only}")
            return {only: value}
        return value

    @staticmethod
    def _stem(name: str) -> str:
        plain = _plain(name)
        return next((plain.removesuffix(end) for end in _SUFFIXES if plain.endswith(end)), plain)

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
        if _are_shares(wanted, self._resolved):
            value = self._fit_shares(value)
        named = {self._name(name, value, wanted): each for name, each in value.items()}
        if part.get("additionalProperties") is False and named.keys() - wanted.keys():
            self.mends.append("fields nobody asked for")
            named = {name: each for name, each in named.items() if name in wanted}
        for name in part.get("required", ()):
            if name not in named and self._can_be_null(wanted[name]):
                self.mends.append("a null left out")
                named[name] = None
            elif part is not self._form and self._is_list(wanted[name]) and named.get(name) is None:
                self.mends.append("an empty list left out")
                named[name] = []
        number = self._number_field(wanted)
        named = {name: self._fit_numbering(name, each) if name == number else each for name, each in named.items()}
        return {name: self.fit(each, wanted.get(name, {})) for name, each in named.items()}

    def _name(self, name: str, value: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
        plain = _plain(name)
        plain = plain if plain in wanted else self._stem(name)
        if name in wanted or plain not in wanted or plain in value:
            return name
        self.mends.append("the name of a field")
        return plain

    def _can_be_null(self, part: Mapping[str, Any]) -> bool:
        return any(each.get("type") == "null" for each in self._resolved(part).get("anyOf", ()))

    def _is_list(self, part: Mapping[str, Any]) -> bool:
        return self._resolved(part).get("type") == "array"

    def _fit_shares(self, value: dict[str, Any]) -> dict[str, Any]:
        """Return shares of a whole as parts of 1: those without a mark are of a hundred where one of them is over 1."""
        bare = {name: number for name, each in value.items() if (number := _unmarked(each)) is not None}
        if max(bare.values(), default=0) <= 1:
            return value
        self.mends.append("a percentage")
        return value | {name: number / _WHOLE for name, number in bare.items()}

    def _fit_array(self, value: Any, part: Mapping[str, Any]) -> Any:
        items = part.get("items", {})
        value = self._as_list(value, self._resolved(items).get("properties", {}))
        if isinstance(value, dict) and self._resolved(items).get("type") == "object":
            self.mends.append("one item where a list was wanted")
            value = [value]
        if isinstance(value, list) and any(map(_says_nothing, value)):
            self.mends.append("empty items of a list")
            value = [each for each in value if not _says_nothing(each)]
        return [self.fit(each, items) for each in value] if isinstance(value, list) else value

    def _as_list(self, value: Any, fields: Mapping[str, Any]) -> Any:
        """Return items that stand in a string, by number in an object, or as `part: word` each, as a list."""
        if isinstance(value, str) and value.strip().startswith("["):
            with suppress(ValueError):
                value = json.loads(value)
                self.mends.append("a list in words")
        if isinstance(value, dict) and (items := self._by_number(value, fields)):
            self.mends.append("a list by its numbers")
            return items
        if len(fields) != 2 or self._number_field(fields):
            return value
        one, two = fields
        if isinstance(value, dict) and value.keys() - fields.keys() and all(isinstance(v, str) for v in value.values()):
            self.mends.append("a list as an object")
            return [{one: name, two: each} for name, each in value.items()]
        if isinstance(value, list) and value and all(isinstance(each, str) and ":" in each for each in value):
            self.mends.append("a list in words")
            return [dict(zip((one, two), map(str.strip, each.rsplit(":", 1)), strict=True)) for each in value]
        return value

    def _number_field(self, fields: Mapping[str, Any]) -> str | None:
        """Return the name of the field that numbers an item, if one does."""
        return next((name for name, part in fields.items() if self._resolved(part).get("type") == "integer"), None)

    def _by_number(self, value: dict[str, Any], fields: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the items of an object that gives each under its number, none where it is no such object."""
        name = self._number_field(fields)
        numbers = [_number_in(key, name) for key in value] if name else []
        items = [each for each in value.values() if isinstance(each, dict)]
        if name is None or None in numbers or len(items) < len(value):
            return []
        return [{name: number, **each} for number, each in zip(numbers, items, strict=True)]

    def _fit_word(self, value: Any, part: Mapping[str, Any]) -> Any:
        if value in part["enum"] or not isinstance(value, str):
            return value
        plain = _plain(value)
        meant = [word for word in part["enum"] if plain == _plain(str(word)) or plain in _SAME_AS.get(word, ())]
        if len(meant) != 1:
            return value
        self.mends.append("the spelling of a label")
        return meant[0]

    def _fit_number(self, value: Any, part: Mapping[str, Any]) -> Any:
        if part.get("minimum") != 0 or part.get("maximum") != 1 or isinstance(value, bool):
            return value
        percent = _PERCENT.fullmatch(value) if isinstance(value, str) else None
        number = float(percent[1]) if percent else _bare(value)
        if number is None or not (percent or number > _SMALLEST_PERCENT) or number > _WHOLE:
            return value
        self.mends.append("a percentage")
        return number / _WHOLE

    def _fit_numbering(self, name: str, value: Any) -> Any:
        """Return the number of an item that a field gives in words, or in a list of its own."""
        if isinstance(value, list) and len(value) == 1:
            self.mends.append("a list around a number")
            value = value[0]
        number = _number_in(value, name) if isinstance(value, str) and not _WHOLE_NUMBER.fullmatch(value) else None
        if number is None:
            return value
        self.mends.append(f"the number of a {_thing(name)}")
        return number


def _are_shares(wanted: Mapping[str, Any], resolved: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> bool:
    """Tell whether the fields of an object are numbers from 0 to 1 alone, as shares of a whole are."""
    parts = [resolved(part) for part in wanted.values()]
    return len(parts) > 1 and all((part.get("minimum"), part.get("maximum")) == (0, 1) for part in parts)


def _unmarked(value: Any) -> float | None:
    return None if isinstance(value, bool) else _bare(value)


def _thing(field: str) -> str:
    """Return what a field numbers: a claim says so, and all else are passages."""
    return "claim" if field == "claim" else "passage"


def _number_in(words: str, field: str) -> int | None:
    """Return the one number in words for an item that a field numbers: `Claim 3`, `#3`, `[3]`, `P3`, `3.`."""
    numbered = _NUMBERED[_thing(field)].fullmatch(words)
    return int(numbered[1]) if numbered else None


def _says_nothing(item: Any) -> bool:
    """Tell whether an item of a list is an object of nulls and words for them: `{"passage": null, "quote": "None"}`."""
    values = list(item.values()) if isinstance(item, dict) else []
    words = [each.strip().lower() for each in values if isinstance(each, str)]
    return None in values and all(word in _NOTHING for word in words) and len(words) + values.count(None) == len(values)


def _bare(value: Any) -> float | None:
    if isinstance(value, str):
        return float(value) if re.fullmatch(r"\d{1,3}(\.\d+)?", value.strip()) else None
    return float(value) if isinstance(value, int | float) else None


def _plain(word: str) -> str:
    """Return a word in small letters, its parts joined by _."""
    return re.sub(r"[\s_-]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word.strip().strip("\"'`*.")).lower())
