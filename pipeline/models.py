"""The nouns of factnotes: frozen values, described by the docstrings under their fields.

Identity comes from content, so every run can be repeated. Storage keys, services and threads are
other modules' business. Offsets are always Unicode code points, `end` exclusive.
"""

from __future__ import annotations

import calendar
import hashlib
import json
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from itertools import takewhile
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints, model_validator

from pipeline.errors import QuoteNotFound

Label = Literal["supported", "refuted", "not_enough_evidence", "conflicting_evidence"]
"""The four labels of AVeriTeC (Schlichtkrull et al. 2023); a failure is none of them."""

ClaimKind = Literal["event", "quantity", "quotation", "title", "causal", "other"]

Uncheckable = Literal["opinion", "prediction", "question", "rhetoric"]
"""Why nobody can check a statement; it is kept and marked, not dropped."""

FailureReason = Literal[
    "no_model",
    "budget",
    "timeout",
    "rate_limited",
    "unavailable",
    "refused",
    "malformed_reply",
    "quote_not_found",
    "no_evidence_source",
    "wrong_key",
    "unknown_model",
    "prompt_too_long",
    "not_checkable",
    "error",
]

FlagKind = Literal[
    "misattributed_title",
    "outdated",
    "misplaced_voice",
    "unproven_quotation",
    "altered_quotation",
    "wrong_speaker",
    "wrong_number",
    "inconsistent_article",
    "conflicting_evidence",
    "low_confidence",
    "later_evidence",
]

Modifier = Literal["current", "former", "acting", "elect", "future", "late"]


def content_id(*parts: str) -> str:
    """Return 16 hex digits that depend on the parts, their order and nothing else."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]


def text_hash(text: str) -> str:
    """Return the sha256 of a text in UTF-8, as 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


class Value(BaseModel):
    """Base of every noun: immutable, closed, and described by its docstrings."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, defer_build=True)


class PartialDate(RootModel[Annotated[str, StringConstraints(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$")]]):
    """A day, a month or a year, written `2009-09-30`, `2009-09` or `2009`: a month is not a day."""

    model_config = ConfigDict(frozen=True)

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


_SAME = {ord(c): "'" for c in "‘’‚‛`´′"} | {ord(c): '"' for c in "“”„‟«»″"} | {ord(c): "-" for c in "‐‑‒–—―−"}
_DROPPED = "\u00ad\u200b\u200c\u200d\ufeff"


def fold(text: str) -> tuple[str, list[int]]:
    """Fold quotation marks, dashes and white space; return the text and each character's old offset.

    >>> fold("a — “b”")[0]
    'a - "b"'
    """
    folded: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text):
        if character in _DROPPED:
            continue
        character = " " if character.isspace() else character.translate(_SAME)
        if character == " " and (not folded or folded[-1] == " "):
            continue
        folded.append(character)
        offsets.append(offset)
    return "".join(folded), offsets


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
        """Find a quote in a text, tolerant of quotation marks, dashes and white space only.

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


class Heading(Value):
    """A heading of an article, in place."""

    span: Span
    level: int = Field(default=2, ge=1, le=6)


class Article(Value):
    """The text being checked: NFC, offsets in code points."""

    text: str = Field(min_length=1)
    title: str | None = None
    url: str | None = None
    publisher: str | None = None
    published_at: date | None = None
    language: str = "en"
    headings: tuple[Heading, ...] = ()
    warnings: tuple[str, ...] = ()
    """What the reader of the article's source should know, such as a guessed encoding."""
    id: str = Field(default_factory=lambda data: content_id("article", data["text"]))
    """Hash of the text."""

    @model_validator(mode="after")
    def _is_proven(self) -> Self:
        if not unicodedata.is_normalized("NFC", self.text):
            raise ValueError("the text is not in NFC")
        if any(not heading.span.is_in(self.text) for heading in self.headings):
            raise ValueError("a heading's span does not hold its words")
        return self

    def heading_at(self, offset: int) -> Heading | None:
        """Return the heading an offset stands under (or in), if any."""
        above = [heading for heading in self.headings if heading.span.start <= offset]
        return above[-1] if above else None


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
    """As written, modifier and country included."""
    span: Span
    """Title and person together."""
    office: str
    """The office without modifier and country, as written."""
    jurisdiction: str | None = None
    """Country or organisation, in the standard name, where the text tells it."""
    modifier: Modifier = "current"
    start_year: int | None = None
    end_year: int | None = None


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
    source_url: str | None = None
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
    source_url: str | None = None
    title: str | None = None
    publisher: str | None = None
    published_at: date | None = None
    event_date: PartialDate | None = None
    origin: str | None = None
    """What reprints of one story share; None when it is its own."""
    kind: Literal["passage", "office_record"] = "passage"
    verified: bool = True
    note: str = ""
    sha256: str = Field(default_factory=lambda data: text_hash(data["text"]))
    id: str = Field(
        default_factory=lambda data: content_id("passage", data["text"], str(data["source_url"]), data["kind"])
    )

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.sha256 != text_hash(self.text):
            raise ValueError("the stored hash is not the hash of the text")
        return self


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


class Citation(Value):
    """Words in a stored passage, proven by offset and by the passage's hash."""

    passage_id: str
    sha256: str
    span: Span

    @classmethod
    def locate(cls, quote: str, passage: Passage) -> Self:
        """Prove a quote in a passage; raises QuoteNotFound."""
        return cls(passage_id=passage.id, sha256=passage.sha256, span=Span.locate(quote, passage.text))


class Verdict(Value):
    """What the evidence says of a claim, as of a day."""

    label: Label
    confidence: float = Field(ge=0, le=1)
    justification: str
    citations: tuple[Citation, ...] = ()
    method: str
    """The checker, or `prompt@version+digest model`."""
    by: Literal["checker", "model"]
    """Who judged."""

    @model_validator(mode="before")
    @classmethod
    def _tell_by(cls, value: Any) -> Any:
        """Tell who judged a verdict of an older report, where the method alone says it."""
        if isinstance(value, dict) and "by" not in value and "method" in value:
            return value | {"by": "model" if "@" in str(value["method"]) else "checker"}
        return value


class Failure(Value):
    """Why a claim has no verdict: never a verdict itself."""

    stage: str
    reason: FailureReason
    detail: str = ""
    retryable: bool = False


SETTLED: frozenset[FailureReason] = frozenset({"not_checkable", "no_model", "no_evidence_source"})
"""Failures that the same versions would give again; any other may pass, so nobody may keep it as a result."""


class Flag(Value):
    """Something a reader should look at, pinned to the article's words."""

    kind: FlagKind
    severity: Literal["high", "medium", "low"]
    message: str
    """For a reader: what the text says, what the record says, where."""
    span: Span
    suggestion: str | None = None
    """The wording that would be right."""
    citations: tuple[Citation, ...] = ()
    checker: str


class Finding(Value):
    """What one checker says of one claim; a silent checker returns an empty one."""

    checker: str
    verdict: Verdict | None = None
    flags: tuple[Flag, ...] = ()
    passages: tuple[Passage, ...] = ()
    """What it cites beyond the evidence it was given, such as an office record."""


class TraceStep(Value):
    """What one part of a check said of a claim; a part that said nothing was silent."""

    stage: str
    """The checker, `model`, `left out` (evidence), `recall` or `failed`; empty for what an older report says freely."""
    label: Label | None = None
    reason: FailureReason | None = None
    flags: tuple[FlagKind, ...] = ()
    detail: str = ""

    @model_validator(mode="before")
    @classmethod
    def _from_line(cls, value: Any) -> Any:
        return _read_trace_line(value) if isinstance(value, str) else value

    @property
    def findings(self) -> tuple[Label | FailureReason | FlagKind, ...]:
        """Its label, reason and flags."""
        return tuple(each for each in (self.label, self.reason, *self.flags) if each)

    def __str__(self) -> str:
        said = ", ".join([*self.findings, *([self.detail] if self.detail else [])])
        return f"{self.stage}: {said or 'silent'}" if self.stage else self.detail


def _read_trace_line(line: str) -> dict[str, Any]:
    """Return the fields of a line such as `titles: refuted, outdated`: stores and reports once kept such lines."""
    stage, _, said = line.partition(": ")
    if not stage or not said or said.endswith(", "):
        return {"stage": "", "detail": line}
    words = [] if said == "silent" else said.split(", ")
    fields: dict[str, Any] = {"stage": stage}
    for name, known in (("label", get_args(Label)), ("reason", get_args(FailureReason))):
        if words and words[0] in known:
            fields[name] = words.pop(0)
    flags = tuple(takewhile(lambda word: word in get_args(FlagKind), words))
    return fields | {"flags": flags, "detail": ", ".join(words[len(flags) :])}


class Note(Value):
    """A claim with a verdict or the reason there is none, and its flags."""

    claim: Claim
    verdict: Verdict | None = None
    failure: Failure | None = None
    flags: tuple[Flag, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    trace: tuple[TraceStep, ...] = ()
    """Which checkers looked, and what each said."""

    @model_validator(mode="after")
    def _one_outcome(self) -> Self:
        if (self.verdict is None) == (self.failure is None):
            raise ValueError("a note holds a verdict or a failure, never both, never neither")
        return self

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation of the verdict and of the flags."""
        own = self.verdict.citations if self.verdict else ()
        return (*own, *(citation for flag in self.flags for citation in flag.citations))


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

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        decided = self.supported + self.refuted + self.not_enough_evidence + self.conflicting_evidence
        if decided + sum(self.not_checked.values()) + sum(self.not_checkable.values()) != self.claims:
            raise ValueError("the coverage does not add up")
        return self

    @classmethod
    def of(cls, notes: Iterable[Note]) -> Self:
        """Count notes."""
        labels: dict[str, int] = {}
        unchecked: dict[str, int] = {}
        uncheckable: dict[str, int] = {}
        flags: dict[str, int] = {}
        total = 0
        for note in notes:
            total += 1
            if note.verdict:
                labels[note.verdict.label] = labels.get(note.verdict.label, 0) + 1
            elif note.claim.uncheckable:
                uncheckable[note.claim.uncheckable] = uncheckable.get(note.claim.uncheckable, 0) + 1
            elif note.failure:
                unchecked[note.failure.reason] = unchecked.get(note.failure.reason, 0) + 1
            for flag in note.flags:
                flags[flag.kind] = flags.get(flag.kind, 0) + 1
        return cls(claims=total, **labels, not_checked=unchecked, not_checkable=uncheckable, flags=flags)

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
        return f"{self.claims} claims: " + ", ".join([*decided, unchecked, opinions])


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


class Disclosure(Value):
    """An outside service that saw part of the text."""

    service: str
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
    problems: tuple[str, ...] = ()
    """What went wrong outside single claims, such as a model that failed to detect claims."""

    @model_validator(mode="after")
    def _is_proven(self) -> Self:
        if self.coverage != Coverage.of(self.notes):
            raise ValueError("the coverage does not count the notes")
        for note in self.notes:
            passages = {evidence.passage.id: evidence.passage for evidence in note.evidence}
            spans = [*note.claim.spans, *(flag.span for flag in note.flags)]
            if any(not span.is_in(self.article.text) for span in spans):
                raise ValueError(f"claim {note.claim.id}: words that are not in the article")
            for citation in note.citations:
                cited = passages.get(citation.passage_id)
                if cited is None or cited.sha256 != citation.sha256 or not citation.span.is_in(cited.text):
                    raise ValueError(f"claim {note.claim.id}: a citation that is not in its passage")
        return self


ReasonCode = Literal["false_alarm", "wrong_evidence", "misread_claim", "not_checkable", "evidence_too_old", "other"]
"""Why a person corrects or dismisses a note."""

ReviewAction = Literal["accept", "correct", "dismiss", "undo", "assign", "ask_second", "approve", "send_back"]

ReviewStatus = Literal["open", "decided", "awaiting_second", "disputed", "none"]
"""Where a claim stands with the reviewers; `none` for a statement that nobody can check."""

EditorStatus = Literal["none", "approved", "sent_back"]

Role = Literal["reviewer", "editor", "admin"]


class Person(Value):
    """Who acts at the desk."""

    name: str = Field(min_length=1, max_length=200)
    role: Role


LOCAL_PERSON = Person(name="local", role="admin")
"""The one who sits at a desk without accounts."""


SYSTEM = "factnotes"
"""Who stands in the log where a decision came along with words that moved; no account may have this name."""


class AddedEvidence(Value):
    """Evidence a person adds: an address, words, or both."""

    url: str | None = None
    text: str | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.url or self.text):
            raise ValueError("added evidence needs an address or a text")
        return self


class Correction(Value):
    """How a note should read; what is None stays as the note has it."""

    label: Label | None = None
    justification: str | None = None
    flags: tuple[int, ...] | None = None
    """Positions of the note's flags that are kept; None for all."""
    evidence: tuple[AddedEvidence, ...] = ()


class DeskOutcome(Value):
    """What the desk says of a claim; without a label it is not checked, or dismissed."""

    label: Label | None = None
    justification: str | None = None
    flags: tuple[Flag, ...] = ()
    dismissed: bool = False
    evidence: tuple[AddedEvidence, ...] = ()
    """What people have added."""

    @classmethod
    def of(cls, note: Note) -> Self:
        """Return what a note says before a person has decided."""
        verdict = note.verdict
        return cls(
            label=verdict.label if verdict else None,
            justification=verdict.justification if verdict else None,
            flags=note.flags,
        )

    def agrees(self, other: DeskOutcome) -> bool:
        """Tell whether two people came to the same: label, flags and dismissal; words and sources may differ."""
        return (self.label, self.flags, self.dismissed) == (other.label, other.flags, other.dismissed)


class Review(Value):
    """An event of the review log: who did what to a claim, when and why; appended, never changed."""

    id: int
    claim_id: str
    run_id: str
    """The run whose note was in view."""
    sequence: int = Field(ge=1)
    """Its place among the events of the claim."""
    action: ReviewAction
    reason: ReasonCode | None = None
    comment: str = ""
    reviewer: str
    at: datetime
    before: DeskOutcome | None = None
    after: DeskOutcome | None = None
    detail: dict[str, Any] = {}
    """What belongs to one action, such as `assignee`, or the sequence that was `undone`."""


class DecidedNote(Value):
    """A note, and what the desk says of it now."""

    note: Note
    outcome: DeskOutcome
    status: ReviewStatus
    editor_status: EditorStatus = "none"
    reviews: tuple[Review, ...] = ()

    @property
    def decisions(self) -> tuple[Review, ...]:
        """The decisions that stand, oldest first: none that was undone, none from before an editor sent it back."""
        undone = {review.detail.get("undone") for review in self.reviews if review.action == "undo"}
        sent_back = [review.sequence for review in self.reviews if review.action == "send_back"]
        return tuple(
            review
            for review in self.reviews
            if review.action in ("accept", "correct", "dismiss")
            and review.sequence not in undone
            and review.sequence > max((each for each in sent_back if each not in undone), default=0)
        )


class Case(Value):
    """One gold row for evaluation: a question, its answer, and where both come from."""

    stage: Literal["detection", "attribution", "retrieval", "verdict", "end_to_end"] = "verdict"
    claim: str = Field(min_length=1)
    """The text asked about: a claim, a sentence (detection), a reported text (attribution), a query (retrieval)."""
    label: str
    """The right answer: one of the four labels, `check_worthy` or `not_check_worthy`, `attributed`, `relevant`."""
    acceptable: tuple[str, ...] = ()
    """Other answers that a careful checker may defend: gold labels are noisy."""
    evidence: tuple[str, ...] = ()
    """Texts the claim is judged on."""
    as_of: date | None = None
    context: str = ""
    """What stands around it, to understand it."""
    group: str | None = None
    """What it shares with other cases, such as its article: cases of one group are not independent."""
    source: str
    """A review, a data set, or `by hand`."""
    metadata: dict[str, Any] = {}
    """Speaker, native label and the like; `relevant` (retrieval), `attributions` or `claims` where they are asked."""
    id: str = Field(
        default_factory=lambda data: content_id(
            "case", data["stage"], data["claim"], data["context"], str(data["as_of"]), *data["evidence"]
        )
    )
    """Hash of the question; the answer is not part of it."""

    def accepts(self, label: str | None) -> bool:
        """Tell whether a label is the right one or one of the acceptable ones."""
        return label is not None and (label == self.label or label in self.acceptable)
