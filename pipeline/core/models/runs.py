"""A run of the check: coverage that adds up, usage, versions, where notes come from, and the whole report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import StringConstraints, model_validator

from pipeline.core.models.articles import Article
from pipeline.core.models.comparisons import Comparison
from pipeline.core.models.evidence import Passage
from pipeline.core.models.notes import Note
from pipeline.core.models.text import Shown, Span, Value

CodeChange = Annotated[str, StringConstraints(pattern=r"^code changed(: [a-z0-9, ]+)?$", max_length=32)]
"""With the parts of the code that did, where both versions tell: `code changed: check`."""

RecheckReason = (
    Literal[
        "new claim",
        "words changed",
        "context changed",
        "evidence changed",
        "office records changed",
        "prompt changed",
        "model changed",
        "embedding model changed",
        "syntax model changed",
        "settings changed",
        "earlier failure may pass",
        "asked again",
    ]
    | CodeChange
)
"""Why a claim was checked, though an earlier run may have judged it."""


class Lineage(Value):
    """How a note stands to what earlier runs said; empty where nobody has looked."""

    reason: RecheckReason | None = None
    since_run_id: str | None = None
    """The run that judged the claim, where this one found nothing that could change it."""
    previous_claim_id: str | None = None
    """The claim of an earlier text of the article that this one was, where its id is another."""

    def __str__(self) -> str:
        return f"unchanged since run {self.since_run_id}" if self.since_run_id else str(self.reason or "")


NEW_LINEAGE = Lineage()


class Coverage(Value):
    """How many claims got which outcome: the parts add up to `claims`."""

    claims: int
    supported: int = 0
    refuted: int = 0
    not_enough_evidence: int = 0
    conflicting_evidence: int = 0
    not_checked: dict[str, int] = {}
    """By reason."""
    not_checkable: dict[str, int] = {}
    """Opinions, predictions, questions and rhetoric, by kind."""
    flags: dict[str, int] = {}
    """By kind; not part of the sum."""
    differing: int = 0
    """Claims that nobody could judge, and whose nearest source says something else; not part of the sum."""
    sentences: int = 0
    """Of the article's running text; 0 where nobody counted them."""
    without_claim: int = 0
    """Those of them that hold no claim."""

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        decided = self.supported + self.refuted + self.not_enough_evidence + self.conflicting_evidence
        if decided + sum(self.not_checked.values()) + sum(self.not_checkable.values()) != self.claims:
            raise ValueError("the coverage does not add up")
        if not 0 <= self.without_claim <= self.sentences:
            raise ValueError("more sentences without a claim than sentences")
        return self

    @classmethod
    def of(cls, notes: Iterable[Note], sentences: int = 0, without_claim: int = 0) -> Self:
        """Count notes; the article's sentences are counted where its claims are found."""
        labels: dict[str, int] = {}
        unchecked: dict[str, int] = {}
        uncheckable: dict[str, int] = {}
        flags: dict[str, int] = {}
        total = differing = 0
        for note in notes:
            total += 1
            differing += note.differs
            if note.verdict:
                labels[note.verdict.label] = labels.get(note.verdict.label, 0) + 1
            elif note.claim.uncheckable:
                uncheckable[note.claim.uncheckable] = uncheckable.get(note.claim.uncheckable, 0) + 1
            elif note.failure:
                unchecked[note.failure.reason] = unchecked.get(note.failure.reason, 0) + 1
            for flag in note.flags:
                flags[flag.kind] = flags.get(flag.kind, 0) + 1
        return cls(
            claims=total,
            **labels,
            not_checked=unchecked,
            not_checkable=uncheckable,
            flags=flags,
            differing=differing,
            sentences=sentences,
            without_claim=without_claim,
        )

    def counts(self) -> dict[str, int]:
        """Return every outcome with its number, in the order a reader wants them."""
        labels = ("supported", "refuted", "not_enough_evidence", "conflicting_evidence")
        counts = {label: int(getattr(self, label)) for label in labels}
        counts |= {f"not_checked: {reason}": n for reason, n in sorted(self.not_checked.items())}
        return counts | {f"not_checkable: {kind}": n for kind, n in sorted(self.not_checkable.items())}

    def __str__(self) -> str:
        decided = [
            f"{getattr(self, label)} {label.replace('_', ' ')}"
            for label in ("supported", "refuted", "not_enough_evidence", "conflicting_evidence")
        ]
        reasons = ", ".join(f"{reason.replace('_', ' ')} {n}" for reason, n in sorted(self.not_checked.items()))
        unchecked = f"{sum(self.not_checked.values())} not checked" + (f" ({reasons})" if reasons else "")
        kinds = ", ".join(f"{kind} {n}" for kind, n in sorted(self.not_checkable.items()))
        opinions = f"{sum(self.not_checkable.values())} not checkable" + (f" ({kinds})" if kinds else "")
        line = f"{self.claims} claims: " + ", ".join([*decided, unchecked, opinions])
        unfound = self.not_checked.get("quotation_in_no_source", 0)
        line += f"; {unfound} quotation{'' if unfound == 1 else 's'} not found in any source" if unfound else ""
        line += f"; a source differs on {self.differing}" if self.differing else ""
        told = f"{self.sentences} sentence{'' if self.sentences == 1 else 's'}, {self.without_claim} without a claim"
        return line + (f"; {told}" if self.sentences else "")


class Usage(Value):
    """What something cost; adds up with `+`."""

    calls: int = 0
    """Requests that reached a model's service."""
    cached: int = 0
    """Answers taken from the cache, which cost nothing."""
    tokens_in: int = 0
    tokens_out: int = 0
    dollars: float | None = 0.0
    """None when the model has no known price."""
    seconds: float = 0.0
    """Spent waiting for models, added over concurrent calls."""

    def __add__(self, other: Usage) -> Usage:
        unknown = self.dollars is None or other.dollars is None
        return Usage(
            calls=self.calls + other.calls,
            cached=self.cached + other.cached,
            tokens_in=self.tokens_in + other.tokens_in,
            tokens_out=self.tokens_out + other.tokens_out,
            dollars=None if unknown else (self.dollars or 0) + (other.dollars or 0),
            seconds=self.seconds + other.seconds,
        )


class Versions(Value):
    """What made a report: with the same versions the same article gives the same notes."""

    code: str
    """The release, and a digest of each part of the code that can change a note."""
    model: str | None = None
    """`provider:name`, or None for the embedded default."""
    prompts: tuple[str, ...] = ()
    """`name@version+digest` of each prompt used."""
    embedding: str | None = None
    index: str | None = None
    """Snapshot of the evidence index: a hash over its passages and records."""
    syntax: str | None = None
    """Package and version of the language model that parses sentences."""
    settings: str | None = None
    """Hash of the settings that decide notes, such as how many passages a claim is judged on."""
    world: str | None = None
    """The shipped data of the world in use and to which day each source knows; None for none."""


class Disclosure(Value):
    """An outside service that saw part of the text."""

    service: Shown
    saw: str


class Report(Value):
    """Everything one run says of an article, coverage first."""

    run_id: str
    coverage: Coverage
    as_of: date
    """The day the claims are judged at."""
    as_of_assumed: bool = False
    """True when the article has no date and the day of the run was taken."""
    article: Article
    notes: tuple[Note, ...]
    usage: Usage = Usage()
    seconds: float = 0.0
    """Wall time of the run."""
    versions: Versions
    disclosures: tuple[Disclosure, ...] = ()
    created_at: datetime
    problems: tuple[Shown, ...] = ()
    """What went wrong outside single claims, such as a model that failed to detect claims."""
    unclaimed: tuple[Span, ...] = ()
    """The sentences in which no claim was found."""

    @model_validator(mode="after")
    def _is_proven(self) -> Self:
        if self.coverage != Coverage.of(self.notes, self.coverage.sentences, len(self.unclaimed)):
            raise ValueError("the coverage does not count the notes")
        if any(not span.is_in(self.article.text) for span in self.unclaimed):
            raise ValueError("a sentence without a claim that is not in the article")
        for note in self.notes:
            passages = {evidence.passage.id: evidence.passage for evidence in note.evidence}
            compared = note.comparison.parts if note.comparison else ()
            spans = [*note.claim.spans, *(flag.span for flag in note.flags), *(part.words for part in compared)]
            if any(not span.is_in(self.article.text) for span in spans):
                raise ValueError(f"claim {note.claim.id}: words that are not in the article")
            for citation in note.citations:
                cited = passages.get(citation.passage_id)
                if cited is None or cited.sha256 != citation.sha256 or not citation.span.is_in(cited.text):
                    raise ValueError(f"claim {note.claim.id}: a citation that is not in its passage")
            if note.comparison and not _is_shown(note.comparison, passages):
                raise ValueError(f"claim {note.claim.id}: a comparison with words that are not in its passage")
        return self


def _is_shown(comparison: Comparison, passages: Mapping[str, Passage]) -> bool:
    passage = passages.get(comparison.passage_id)
    spans = [comparison.sentence, *(part.source_words for part in comparison.parts if part.source_words)]
    return (
        passage is not None and passage.sha256 == comparison.sha256 and all(span.is_in(passage.text) for span in spans)
    )
