"""The fact ledger of a draft: its facts, what was done to each, where each stands, and who signed which text."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from pipeline.core.models import DeskOutcome, Span, Value, content_id
from pipeline.core.settings import Settings

FactKind = Literal[
    "name",
    "title",
    "number",
    "date",
    "age",
    "place",
    "quotation",
    "attribution",
    "measurement",
    "superlative",
    "cause",
    "work",
    "link",
    "caption",
    "other",
]
"""What a fact is about; `work` is a product, a law or a work of art, `superlative` a record such as `first` or `only`,
`other` an assertion as a whole."""

FactState = Literal["open", "ticked", "changed", "query", "cannot_check", "not_a_fact", "replaced"]
"""`replaced` where its parts, or what it was merged into, stand for it."""

FactAction = Literal[
    "tick",
    "change",
    "ask",
    "cannot_check",
    "not_a_fact",
    "comment",
    "assign",
    "add",
    "harm",
    "undo",
    "split",
    "merge",
]

SourceKind = Literal["passage", "link", "file", "call", "anonymous"]

SETTLED: tuple[FactState, ...] = ("ticked", "cannot_check", "not_a_fact", "replaced")
"""States that do not stand in the way of a signature; a change does until the next version of the draft has it."""


class KeptFile(Value):
    """A file that was kept beside the store, under the hash of its content."""

    name: str = Field(min_length=1, max_length=200)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=0)
    """Bytes."""
    media_type: str
    """As its name says it: nothing is shown by it."""


class FactSource(Value):
    """What a fact is ticked on: a cited passage, an own link or file, a call, or somebody who is not named."""

    kind: SourceKind
    reference: str = Field(min_length=1, max_length=2_000)
    """The passage's id or words, the address, the file's name, or `phoned X on D`."""
    primary: bool = False
    """True where the source knows it at first hand."""
    file: KeptFile | None = None
    """The file itself, where it was kept; else `reference` only names one."""


class Fact(Value):
    """Words of a draft that somebody must be able to stand for."""

    kind: FactKind
    span: Span
    context: str
    """The sentence, and the one before where a pronoun leans on it: the tick holds while both are the same."""
    occurrence: int = Field(default=0, ge=0)
    """Counts the same words in the same context, wherever they stand."""
    id: str = Field(
        default_factory=lambda data: content_id(
            "fact", data["kind"], data["span"].exact, data["context"], str(data["occurrence"])
        )
    )
    """Depends on kind, words and context and not on the place: moved words keep their tick."""


class FactEvent(Value):
    """An event of the ledger's log: appended, never changed."""

    id: int
    draft_id: str
    fact_id: str
    sequence: int = Field(ge=1)
    """Its place among the events of the fact."""
    action: FactAction
    version: int = Field(ge=1)
    """The version of the draft in view."""
    person: str
    at: datetime
    comment: str = ""
    sources: tuple[FactSource, ...] = ()
    """Of a tick or a change; with a comment what was attached to the fact."""
    words: str = ""
    """The new words of a change, the question of a query, the name of an assignment."""
    detail: dict[str, Any] = {}
    """The fact itself where a person added it, with the ids it is a part `of`; the ids a fact went `into`; or the
    sequence that was `undone`."""


class FactStanding(Value):
    """A fact of the version in view and where it stands."""

    fact: Fact
    state: FactState = "open"
    sequence: int = 0
    """How many events there are: hand it back as `seen`."""
    by: str | None = None
    """Who brought it into this state."""
    at: datetime | None = None
    sources: tuple[FactSource, ...] = ()
    words: str = ""
    """The new words of a change, or the question of a query."""
    comments: tuple[str, ...] = ()
    attached: tuple[FactSource, ...] = ()
    """What was attached to it with a comment, and decides nothing."""
    assignee: str | None = None
    harmful: bool = False
    """It may harm somebody: house rules ask more of its sources."""
    added_by: str | None = None
    """The person who added what was not found by itself."""
    before: Fact | None = None
    """The fact of an earlier version whose words or context have changed into these, for the old and the new."""
    was: FactState | None = None
    """Where that one stood."""

    @property
    def settled(self) -> bool:
        """True where nothing is left to be done in this text."""
        return self.state in SETTLED


class Checked(Value):
    """A claim of the newest check of a draft's text, with what the desk says of it now: shown, and never a tick."""

    claim_id: str
    run_id: str
    words: str
    spans: tuple[Span, ...]
    outcome: DeskOutcome
    by_person: bool = False
    """People have decided it at the desk; else it is what the machine says."""

    def stands_at(self, fact: Fact) -> bool:
        """Tell whether a flag is at the fact's words, or they are all in the claim that was judged."""
        start, end = fact.span.start, fact.span.end
        if any(flag.span.start < end and start < flag.span.end for flag in self.outcome.flags):
            return True
        return self.outcome.label is not None and self.spans[0].start <= start and end <= self.spans[-1].end


class Rules(Value):
    """House rules of ticking, as the settings have them."""

    sources_for_harm: int = Field(default=2, ge=1)
    """Independent sources that a fact needs which may harm somebody."""
    anonymous_alone: bool = False
    """Whether a source without a name is enough by itself."""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the rules of a desk."""
        return cls(sources_for_harm=settings.ledger_sources_for_harm, anonymous_alone=settings.ledger_anonymous_alone)


class Signature(Value):
    """Who stands for which text, by which rules."""

    person: str
    at: datetime
    version: int
    text_sha256: str
    rules: Rules
    events: int = Field(ge=0)
    """How many events the ledger had: a later one breaks the signature."""
    counts: dict[FactState, int] = {}


class Draft(Value):
    """A draft and its versions."""

    id: str
    name: str
    version: int = Field(ge=1)
    """The newest."""
    article_id: str
    """Of the newest version."""
    added_at: datetime


class Ledger(Value):
    """A draft's facts in the order of its text, and the signatures that were put under it."""

    draft: Draft
    text: str
    warnings: tuple[str, ...] = ()
    """What the reader of this version should know, such as changes that were read as accepted."""
    facts: tuple[FactStanding, ...]
    gone: tuple[FactStanding, ...] = ()
    """Facts of the version before that were worked at and whose words are in this one no more."""
    checked: tuple[Checked, ...] = ()
    """What a check of the same text says, where it was asked for."""
    events: int = 0
    """How much was done to its facts: who signs hands it back as `seen`."""
    signature: Signature | None = None
    """The newest."""
    broken: str = ""
    """Why the newest signature no longer holds; empty where it does."""

    @model_validator(mode="after")
    def _is_proven(self) -> Self:
        if any(not each.fact.span.is_in(self.text) for each in self.facts):
            raise ValueError("a fact's words are not in the text")
        return self

    def find(self, fact_id: str) -> FactStanding | None:
        """Return a fact by its id or by a unique beginning of it."""
        found = [each for each in self.facts if fact_id and each.fact.id.startswith(fact_id)]
        return found[0] if len(found) == 1 else None

    def checked_at(self, fact: Fact) -> tuple[Checked, ...]:
        """Return what a check says where a fact's words stand."""
        return tuple(each for each in self.checked if each.stands_at(fact))
