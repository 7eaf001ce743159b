"""What claims are held against: passages, office records, and citations proven by their offsets."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from pipeline.core.models.text import PartialDate, Shown, Span, Value, content_id, text_hash


class OfficeRecord(Value):
    """A dated fact: this person held this office."""

    person: str
    person_id: str | None = None
    """Who it is at the source, such as `wikidata:Q42`: two of one name and scheme with other ids are two people."""
    aliases: tuple[str, ...] = ()
    office: str
    """With its jurisdiction or without, such as `President of Russia` or `Auditor General`."""
    organisation: str | None = None
    """The body or country the office belongs to."""
    country: str | None = None
    start: PartialDate | None = None
    end: PartialDate | None = None
    """None for a term that was open when the record was made."""
    as_of: date | None = None
    """When the record was last known to be right: after it an open term is unknown."""
    acting: bool = False
    verified: bool = True
    """False where the dates were not seen in a source."""
    source_url: Shown | None = None
    source: str | None = None
    note: str = ""
    id: str = Field(
        default_factory=lambda data: content_id(
            "office",
            *(str(data[name]) for name in ("person", "office", "organisation", "start", "end", "as_of")),
            *(str(data[name]) for name in ("acting", "verified", "source_url")),
            *([data["person_id"]] if data["person_id"] else []),
        )
    )


class Passage(Value):
    """A stored piece of evidence."""

    text: str = Field(min_length=1)
    source_url: Shown | None = None
    title: str | None = None
    publisher: str | None = None
    published_at: date | None = None
    published_in: PartialDate | None = None
    """The month or year of publication, where its day is not known."""
    event_date: PartialDate | None = None
    origin: str | None = None
    """What reprints of one story share; None when it is its own."""
    place: str | None = None
    """Where it stands in its document, such as `page 3` or `sheet Budget, row 12`."""
    kind: Literal["passage", "office_record"] = "passage"
    verified: bool = True
    note: str = ""
    sha256: str = Field(default_factory=lambda data: text_hash(data["text"]))
    id: str = Field(
        default_factory=lambda data: content_id("passage", data["text"], str(data["source_url"]), data["kind"])
    )

    @property
    def published(self) -> date | PartialDate | None:
        """When it was published, as far as that is known."""
        return self.published_at or self.published_in

    def is_after(self, day: date) -> bool:
        """Tell whether it was published or happened after a day; published in a month or year may be its last day."""
        if self.published_at is not None and self.published_at > day:
            return True
        if self.published_at is None and self.published_in is not None and self.published_in.latest > day:
            return True
        return self.event_date is not None and self.event_date.earliest > day

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.sha256 != text_hash(self.text):
            raise ValueError("the stored hash is not the hash of the text")
        return self


BESIDE = "another claim"
"""The `retriever` of a passage that was found for another claim of the article, and proves this one too."""
COPY = "copy"
"""The `retriever` of a passage that copies the article."""


class Evidence(Value):
    """A passage that bears on a claim, and how it was found."""

    passage: Passage
    rank: int = Field(ge=1)
    score: float
    retriever: str
    """Such as `vector`, `lexical`, `vector+lexical` or `office_records`."""
    stance: Literal["supports", "refutes", "context"] | None = None
    later: bool = False
    """Published or happened after the day the claim is judged at: shown, never used."""

    @property
    def copied(self) -> bool:
        """True for a copy of the article: it proves nothing, and is kept only where it says something else."""
        return self.retriever == COPY


class Citation(Value):
    """Words in a stored passage, proven by offset and by the passage's hash."""

    passage_id: str
    sha256: str
    span: Span

    @classmethod
    def locate(cls, quote: str, passage: Passage) -> Self:
        """Prove a quote in a passage; raises QuoteNotFound."""
        return cls(passage_id=passage.id, sha256=passage.sha256, span=Span.locate(quote, passage.text))
