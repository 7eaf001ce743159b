"""Words and where they stand: ids from content, folding, dates of unknown precision, spans proven by their offsets."""

from __future__ import annotations

import calendar
import hashlib
import json
import unicodedata
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    RootModel,
    StringConstraints,
    model_validator,
)

from pipeline.core.errors import QuoteNotFound
from pipeline.core.models.described import descriptions
from pipeline.core.secrets import hide


def content_id(*parts: str) -> str:
    """Return 16 hex digits that depend on the parts, their order and nothing else."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]


def text_hash(text: str) -> str:
    """Return the sha256 of a text in UTF-8, as 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def storable(text: str) -> bool:
    """Tell whether both databases can keep a text: no NUL, no half of a surrogate pair."""
    return not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text)


Shown = Annotated[str, AfterValidator(hide)]
"""A text that is shown and proves nothing, so that what is secret in it may be hidden where it enters."""


class Value(BaseModel):
    """Base of every noun: immutable, closed, and described by its docstrings."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe each field by the docstring below it."""
        form = handler(core_schema)
        properties = handler.resolve_ref_schema(form).get("properties", {})
        for name, words in descriptions(cls).items():
            field = cls.model_fields.get(name)
            described = properties.get(name) or properties.get((field and field.alias) or "")
            if field and described:
                described.setdefault("description", words)
        return form


class PartialDate(RootModel[Annotated[str, StringConstraints(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$")]]):
    """A day, a month or a year, written `2009-09-30`, `2009-09` or `2009`: a month is not a day."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    @model_validator(mode="after")
    def _exists(self) -> Self:
        _ = self.earliest
        return self

    @property
    def precision(self) -> Literal["year", "month", "day"]:
        """How much of the date is known."""
        return ("year", "month", "day")[self.root.count("-")]

    @property
    def earliest(self) -> date:
        """The first day it may mean."""
        parts = [int(part) for part in self.root.split("-")]
        return date(*(parts + [1, 1])[:3])

    @property
    def latest(self) -> date:
        """The last day it may mean."""
        first = self.earliest
        if self.precision == "day":
            return first
        month = 12 if self.precision == "year" else first.month
        return date(first.year, month, calendar.monthrange(first.year, month)[1])

    def __str__(self) -> str:
        return self.root


_SAME = {ord(c): "'" for c in "‘’‚‛`´′"} | {ord(c): '"' for c in "“”„‟«»″"} | {ord(c): "-" for c in "‒–—―−"}
_HYPHENS = frozenset("‐‑")
_UNSEEN = frozenset("\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")


def plain(text: str) -> tuple[str, list[int]]:
    """Write a text as it would be typed: ligatures and wide letters as letters, one kind of hyphen and blank.

    What nobody sees is dropped; line breaks, quotation marks and dashes stay. Returns the text and each character's old
    offset.

    >>> plain("ﬁve\u00a0co\u2010ops")
    ('five co-ops', [0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    """
    if text.isascii():
        return text, list(range(len(text)))
    typed: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text):
        for each in typed_as(character):
            typed.append(each)
            offsets.append(offset)
    return "".join(typed), offsets


@lru_cache(4096)
def typed_as(character: str) -> str:
    """Return a character as it would be typed; nothing for what nobody sees."""
    if character in _UNSEEN:
        return ""
    if character in _HYPHENS:
        return "-"
    kind = unicodedata.category(character)
    if kind == "Zs":
        return " "
    made_of = unicodedata.decomposition(character)
    if kind in ("Ll", "Lu", "Lt", "Lo", "Nd") and made_of.startswith(("<compat>", "<wide>")):
        return unicodedata.normalize("NFKC", character)
    return character


def opens_large(word: str) -> bool:
    """Tell whether a word begins with a capital, or with a ligature: some fonts set `Fi` and `Fl` as the small ones.

    >>> opens_large("Fiona"), opens_large("ﬁona"), opens_large("fiona")
    (True, True, False)
    """
    return word[:1].isupper() or "\ufb00" <= word[:1] <= "\ufb06"


@lru_cache(8)
def fold(text: str) -> tuple[str, tuple[int, ...]]:
    """Fold what only looks different: `plain`, quotation marks, dashes, white space; also gives each old offset.

    >>> fold("a — “b”")[0]
    'a - "b"'
    """
    folded: list[str] = []
    offsets: list[int] = []
    for character, offset in zip(*plain(text), strict=True):
        character = " " if character.isspace() else character.translate(_SAME)
        if character == " " and (not folded or folded[-1] == " "):
            continue
        folded.append(character)
        offsets.append(offset)
    return "".join(folded), tuple(offsets)


class Span(Value):
    """Words in place: `text[start:end] == exact` (W3C TextPositionSelector and TextQuoteSelector)."""

    start: int = Field(ge=0)
    end: int
    exact: str

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not self.exact or self.end - self.start != len(self.exact):
            raise ValueError(f"a span of {self.end - self.start} cannot hold {len(self.exact)} code points")
        return self

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Self:
        """Return the span of `text[start:end]`, without white space at its ends."""
        words = text[start:end]
        start += len(words) - len(words.lstrip())
        exact = words.strip()
        return cls(start=start, end=start + len(exact), exact=exact)

    @classmethod
    def locate(cls, quote: str, text: str, *, near: int = 0) -> Self:
        """Find a quote in a text, tolerant of ways to write the same: marks, dashes, white space, ligatures.

        `exact` is the text's own words. Of several places the one nearest to offset `near` is taken.
        Raises QuoteNotFound.
        """
        folded, offsets = fold(text)
        wanted = fold(quote)[0].strip()
        if wanted not in folded:
            wanted = fold(unicodedata.normalize("NFC", quote))[0].strip()
        places: list[int] = []
        at = folded.find(wanted) if wanted else -1
        while at >= 0:
            places.append(at)
            at = folded.find(wanted, at + 1)
        if not places:
            raise QuoteNotFound(quote)
        best = min(places, key=lambda place: abs(offsets[place] - near))
        start, end = offsets[best], offsets[best + len(wanted) - 1] + 1
        return cls(start=start, end=end, exact=text[start:end])

    def is_in(self, text: str) -> bool:
        """Tell whether the words stand at their offsets in a text."""
        return text[self.start : self.end] == self.exact

    def overlap(self, other: Span) -> int:
        """Return how many code points two spans of one text share."""
        return max(0, min(self.end, other.end) - max(self.start, other.start))
