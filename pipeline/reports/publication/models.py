"""The nouns of publishing: a publication, its checks, and what they rest on."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import model_validator

from pipeline.core.models import Article, ClaimKind, FlagKind, Label, PartialDate, Span, Value
from pipeline.reports.shared.views import web_link


class Publisher(Value):
    """Who publishes."""

    name: str
    url: str | None = None
    """Home page."""


class PublishedArticle(Article):
    """The article that was checked; every span counts the code points of `text`."""

    sha256: str
    """Of the text in UTF-8."""


class Source(Value):
    """A passage that a check rests on, or what a person added."""

    kind: Literal["passage", "office_record", "added"]
    text: str | None = None
    proven: tuple[Span, ...] = ()
    """The words of the text that decide, in order; overlapping ones joined."""
    title: str | None = None
    publisher: str | None = None
    url: str | None = None
    published_at: date | None = None
    event_date: PartialDate | None = None
    """A day, a month or a year."""
    verified: bool = True


class Place(Value):
    """Words of the article that a remark is on."""

    span: Span
    suggestion: str | None = None
    """The wording that would be right."""


class Remark(Value):
    """Something a reader should know of words of the article: one message, however many flags say it."""

    kinds: tuple[FlagKind, ...]
    message: str
    places: tuple[Place, ...]


class Speaker(Value):
    """Whom the article gives the claim to."""

    name: str
    title: str | None = None
    person: bool = False
    """True where the article leaves no doubt that it is a person."""


class PublishedCheck(Value):
    """One approved note."""

    id: str
    """The claim's: the same in every run on this text."""
    number: int
    """By place in the article, among the published ones."""
    claim: str
    """Restated to stand alone."""
    kind: ClaimKind
    spans: tuple[Span, ...]
    label: Label | None = None
    """None where only words are remarked on."""
    justification: str | None = None
    remarks: tuple[Remark, ...] = ()
    sources: tuple[Source, ...] = ()
    speaker: Speaker | None = None
    """Who made the claim, where the article gives it to somebody else: not who is said to have said the words."""
    decision: Literal["accept", "correct"]
    """A person took the note as it was found, or corrected it."""
    decided_at: datetime
    decided_by: str | None = None
    """Only where the desk publishes names."""
    approved_at: datetime
    approved_by: str | None = None
    method: str | None = None
    """What found the verdict: a checker, or `prompt@version+digest model`; None for a person's own verdict."""


class Counts(Value):
    """How many notes were published and how many not: the parts add up to `claims` and `not_checkable`."""

    claims: int
    """Statements that can be checked."""
    published: int = 0
    not_approved: int = 0
    changed: int = 0
    """Approved, but the run found something else than the note that was approved."""
    dismissed: int = 0
    """Set aside by a person, which says nothing about the claim."""
    not_checked: int = 0
    """With neither a verdict nor a flag, approved or not: there is nothing to publish."""
    not_checkable: int = 0
    """Opinions, predictions, questions and rhetoric."""

    @model_validator(mode="after")
    def _adds_up(self) -> Counts:
        if self.checked + self.not_checked != self.claims:
            raise ValueError("the counts do not add up")
        return self

    @property
    def checked(self) -> int:
        """Claims with a verdict or a flag, and those that a person set aside."""
        return self.published + self.not_approved + self.changed + self.dismissed

    def __str__(self) -> str:
        parts = [f"{self.published} published"]
        if self.not_approved:
            parts.append(f"{self.not_approved} not yet approved")
        if self.changed:
            parts.append(f"{self.changed} changed since approval")
        if self.dismissed:
            parts.append(f"{self.dismissed} set aside by a person, which says nothing about the claim")
        claims = "claim" if self.claims == 1 else "claims"
        more = "statement" if self.not_checkable == 1 else "statements"
        opinions = f"; {self.not_checkable} more {more} cannot be checked" if self.not_checkable else ""
        return f"{self.checked} of {self.claims} {claims} checked: {', '.join(parts)}{opinions}"


class Publication(Value):
    """Everything that is published of one run."""

    run_id: str
    as_of: date
    """The day the claims are judged at."""
    coverage: str
    """The counts in words."""
    counts: Counts
    article: PublishedArticle
    checks: tuple[PublishedCheck, ...]
    publisher: Publisher | None = None
    page_url: str | None = None
    """Where the page will be read; a check is at `#check-<its id>`."""
    updated_at: datetime | None = None
    """The newest approval; None when there is none."""

    @model_validator(mode="after")
    def _is_proven(self) -> Publication:
        for check in self.checks:
            spans = [*check.spans, *(place.span for remark in check.remarks for place in remark.places)]
            if any(self.article.text[span.start : span.end] != span.exact for span in spans):
                raise ValueError(f"check {check.id}: words that are not in the article")
            for source in check.sources:
                if any((source.text or "")[span.start : span.end] != span.exact for span in source.proven):
                    raise ValueError(f"check {check.id}: a citation that is not in its source")
        if self.counts.published != len(self.checks):
            raise ValueError("the counts do not count the checks")
        return self


def link_to(check: PublishedCheck, publication: Publication) -> str | None:
    """Return the address of a check on its page, if the page has one."""
    page = web_link(publication.page_url)
    return f"{page.partition('#')[0]}#check-{check.id}" if page else None
