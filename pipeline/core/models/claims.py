"""What an article asserts: claims, who is said to have said them, and titles given to people."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipeline.core.models.text import Span, Value, content_id

ClaimKind = Literal["event", "quantity", "quotation", "title", "causal", "other"]

Uncheckable = Literal["opinion", "prediction", "question", "rhetoric"]
"""Why nobody can check a statement; it is kept and marked, not dropped."""

Modifier = Literal["current", "former", "acting", "elect", "future", "late"]


class Attribution(Value):
    """Who said what: the source, cue and content of a quotation or a reported statement (PolNeAR)."""

    speaker: str
    """As written, such as `Roberts`, `she` or `A Democratic source`."""
    speaker_span: Span | None = None
    speaker_title: str | None = None
    """As written, without the name."""
    cue: str | None = None
    content: Span
    direct: bool
    """True for words in quotation marks."""
    name: str | None = None
    """The full name, where the article tells it elsewhere."""


class Claim(Value):
    """A checkable assertion of the article, or a statement kept and marked as not checkable."""

    article_id: str
    spans: tuple[Span, ...] = Field(min_length=1)
    """Its words in the article, in order of offset."""
    text: str
    """Restated to stand alone."""
    kind: ClaimKind = "other"
    check_worthiness: float = Field(ge=0, le=1)
    """How much a check matters (ClaimBuster, CheckThat!)."""
    reasons: tuple[str, ...] = ()
    """Why it is or is not worth a check, for a reader."""
    uncheckable: Uncheckable | None = None
    """Why nobody can check it; None for a checkable claim."""
    attribution: Attribution | None = None
    heading: str | None = None
    """The heading it stands under."""
    previous: str | None = None
    """The sentence before it."""
    sentence: Span | None = None
    """The sentence it stands in."""
    id: str = Field(
        default_factory=lambda data: content_id(
            "claim", data["article_id"], data["kind"], *(f"{span.start}:{span.exact}" for span in data["spans"])
        )
    )

    @property
    def checkable(self) -> bool:
        """True unless it is an opinion, a prediction, a question or rhetoric."""
        return self.uncheckable is None

    @property
    def span(self) -> Span:
        """Its first span."""
        return self.spans[0]


class TitleMention(Value):
    """A place where the article gives a person a title or role."""

    person: str
    person_span: Span
    title: str
    """As written, modifier and country included; `head of` a body for `who heads` it."""
    span: Span
    """Title and person together."""
    office: str
    """The office without modifier and country, as written."""
    jurisdiction: str | None = None
    """Country or organisation, in the standard name, where the text tells it."""
    modifier: Modifier = "current"
    start_year: int | None = None
    end_year: int | None = None
