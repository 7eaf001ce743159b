"""A claim beside the sentence of a source that comes nearest to it, part by part."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from pipeline.core.models.text import Span, Value

PartKind = Literal[
    "number", "date", "name", "place", "organisation", "title", "superlative", "negation", "attribution", "quotation",
    "other",
]  # fmt: skip
"""What a part of a claim says: how many, when, who, where, which body, which office, which rank, whether at all, who
says so, in which words, or anything else that two sentences can disagree in."""

Relation = Literal["agrees", "differs", "not_mentioned"]


class Part(Value):
    """Words of a claim, and the words of a source in the same place of what it says."""

    kind: PartKind
    words: Span
    """In the article."""
    relation: Relation
    source_words: Span | None = None
    """In the passage; None where it does not mention the part."""

    @model_validator(mode="after")
    def _shows_both(self) -> Self:
        if (self.source_words is None) != (self.relation == "not_mentioned"):
            raise ValueError("a part that agrees or differs shows the source's words, one that is not mentioned none")
        return self


class Comparison(Value):
    """What a reader is shown of a claim without a verdict: two texts side by side, never a judgement."""

    passage_id: str
    sha256: str
    sentence: Span
    """In the passage: the sentence or sentences that come nearest to the claim."""
    parts: tuple[Part, ...] = Field(min_length=1)
    """In the order of the claim's words."""

    @property
    def differing(self) -> tuple[Part, ...]:
        """The parts in which source and article differ."""
        return tuple(part for part in self.parts if part.relation == "differs")

    @model_validator(mode="after")
    def _stays_in_the_sentence(self) -> Self:
        shown = [part.source_words for part in self.parts if part.source_words]
        if any(words.start < self.sentence.start or words.end > self.sentence.end for words in shown):
            raise ValueError("words of a source that are compared must stand in the sentence that is shown")
        return self
