"""What a check inside an article finds: two places that do not fit together, pinned to the second."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pipeline.core.english import YEARS
from pipeline.core.models import Span


@dataclass(frozen=True)
class Oddity:
    """Two places of an article that cannot both be right."""

    span: Span
    """The second or odd one."""
    message: str
    severity: Literal["medium", "low"] = "medium"
    suggestion: str | None = None


def other_years(text: str, *known: int) -> bool:
    """Tell whether a text names a year besides the known ones: then it may speak of another time."""
    return not years_of(text) <= {*known}


@lru_cache(64)
def years_of(text: str) -> frozenset[int]:
    """Return the years that a text names; every date of a paragraph asks for the paragraph's."""
    return frozenset(int(match[0]) for match in YEARS.finditer(text))


def pin(text: str, start: int, begin: int, end: int) -> Span:
    """Return the span of a sentence's words in the article; the sentence stands at `start`."""
    span = Span.of(text, begin, end)
    return span.model_copy(update={"start": span.start + start, "end": span.end + start})
