"""What people may type, declared once for commands, forms and the JSON API: lengths, characters, addresses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, TypeAdapter, ValidationError

from pipeline.core.errors import InputError
from pipeline.core.models import AddedEvidence, Correction as AnyCorrection, Label, Value

MAX_NUMBER = 2**31 - 1
"""Largest number of a row in either database."""


def _text(longest: int, shortest: int | None = None) -> StringConstraints:
    """Return the limits of a text; NUL cannot be stored, and half of a surrogate pair is no text to pydantic."""
    return StringConstraints(min_length=shortest, max_length=longest, pattern=r"^[^\x00]*$")


def _has_host(url: str) -> str:
    if not urlsplit(url).hostname:
        raise ValueError("names no host")
    return url


def _as_written(value: object) -> object:
    """Refuse a number where a day is written: pydantic would take it for seconds since 1970."""
    if isinstance(value, (int, float)) or (isinstance(value, str) and len(value) != len("2024-06-30")):
        raise ValueError("give a day such as 2024-06-30")
    return value


def _true_or_false(value: object) -> object:
    if value not in ("true", "false", None) and not isinstance(value, bool):
        raise ValueError("give true or false")
    return value


Comment = Annotated[str, _text(4_000)]
Wording = Annotated[str, _text(10_000)]
Passage = Annotated[str, _text(20_000)]
WebAddress = Annotated[
    str, StringConstraints(max_length=2_000, pattern=r"^https?://[^\s\x00]+$"), AfterValidator(_has_host)
]
Name = Annotated[str, _text(200, 1)]
SearchName = Annotated[str, _text(100, 1)]
Sought = Annotated[str, _text(400)]
Id = Annotated[str, _text(64)]
Number = Annotated[int, Field(strict=True, ge=0, le=MAX_NUMBER)]
Day = Annotated[date, BeforeValidator(_as_written)]
Truth = Annotated[bool, BeforeValidator(_true_or_false)]


class Added(Value):
    """Evidence a person adds: an address, words, or both."""

    url: WebAddress | None = None
    text: Passage | None = None


class Corrected(Value):
    """How the note should read; what is left out stays."""

    label: Label | None = None
    justification: Wording | None = None
    flags: Annotated[tuple[Number, ...], Field(max_length=1_000)] | None = None
    """Positions of the note's flags that are kept, from 0; all by default."""
    evidence: Annotated[tuple[Added, ...], Field(max_length=20)] = ()

    def correction(self) -> AnyCorrection:
        """Return it as the desk takes it."""
        evidence = tuple(AddedEvidence(url=each.url, text=each.text) for each in self.evidence if each.url or each.text)
        return AnyCorrection(label=self.label, justification=self.justification, flags=self.flags, evidence=evidence)


def typed(what: str, text: str, kind: Any) -> str:
    """Return a text as it is kept, without white space at its ends; raises InputError where its type refuses it."""
    try:
        kept: str = TypeAdapter(kind).validate_python(text.strip())
    except ValidationError as error:
        raise InputError(f"{what}: {problem(error)}") from error
    return kept


def typed_correction(correction: AnyCorrection) -> AnyCorrection:
    """Return a correction as it is kept; raises InputError."""
    given = {
        "label": correction.label,
        "justification": (correction.justification or "").strip() or None,
        "flags": correction.flags,
        "evidence": [_stripped(each) for each in correction.evidence],
    }
    try:
        return Corrected.model_validate(given).correction()
    except ValidationError as error:
        name = next(str(part) for part in reversed(error.errors()[0]["loc"]) if not isinstance(part, int))
        raise InputError(f"{_FIELDS.get(name, name)}: {problem(error)}") from error


_FIELDS: Mapping[str, str] = {"url": "evidence address", "text": "evidence text"}


def _stripped(added: AddedEvidence) -> dict[str, str | None]:
    url, text = (added.url or "").strip(), (added.text or "").strip()
    if not (url or text):
        raise InputError("evidence: give an address or a text")
    scheme, colon, rest = url.partition(":")
    return {"url": f"{scheme.lower()}{colon}{rest}" or None, "text": text or None}


def problem(error: ValidationError) -> str:
    """Return in a line what is wrong with what was typed."""
    first = error.errors()[0]
    kind, limits = first["type"], first.get("ctx", {})
    if kind == "string_too_long":
        return f"{len(first['input']):,} characters are too many, at most {limits['max_length']:,} are kept"
    if kind == "string_too_short":
        return "must not be empty"
    if kind == "too_long":
        return f"at most {limits['max_length']:,} can be given at once"
    if first["loc"][-1:] == ("url",) and kind != "string_unicode":
        return "give one that begins with http:// or https:// and names a host"
    if kind in ("string_pattern_mismatch", "string_unicode"):
        return "holds a character that cannot be stored; type it again"
    return first["msg"].removeprefix("Value error, ")
