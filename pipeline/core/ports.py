"""The few seams of factnotes: what a stage needs from outside, said as protocols.

Only what really has more than one implementation stands here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from pipeline.core.models import Article, Claim, Evidence, Finding, Note, OfficeRecord, Passage, RecheckReason, Usage

if TYPE_CHECKING:
    import numpy
    import numpy.typing

Vectors: TypeAlias = "numpy.typing.NDArray[numpy.float32]"


class Embedder(Protocol):
    """Turns texts into vectors of unit length."""

    @property
    def name(self) -> str:
        """Name, version and digest of the weights: vectors of two names never mix."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return an array of shape (len(texts), dimensions)."""
        ...


@dataclass(frozen=True)
class Rendered:
    """A prompt with its inputs filled in."""

    text: str
    ref: str
    """`name@version+digest` of the prompt it was made from."""


@dataclass(frozen=True)
class Reply:
    """What a model answered: the text as it came, and what it cost."""

    text: str
    usage: Usage


class LLM(Protocol):
    """A chat model behind any service."""

    @property
    def name(self) -> str:
        """`provider:model`."""
        ...

    @property
    def parameters(self) -> Mapping[str, Any]:
        """What else decides the answer, such as base URL and temperature; no secret."""
        ...

    def complete(self, prompt: str, schema: Mapping[str, Any]) -> Reply:
        """Answer a prompt with JSON that fits a JSON schema; raises ModelError, never a vendor's error."""
        ...


class OfficeRecords(Protocol):
    """Dated office records, by person and by office."""

    def of_person(self, name: str) -> Sequence[OfficeRecord]:
        """Return the records of the person a name means: exact name or alias, else one clear match, else none."""
        ...

    def named(self, surname: str) -> Sequence[OfficeRecord]:
        """Return the records of everybody whose name ends with a surname."""
        ...

    def __len__(self) -> int: ...


class Sources(Protocol):
    """Every stored passage, for looking words up."""

    def __len__(self) -> int: ...

    def passages(self) -> Sequence[Passage]:
        """Return all passages of kind `passage`, in a stable order."""
        ...


@dataclass(frozen=True)
class CheckContext:
    """What a checker may look at besides the claim."""

    article: Article
    claims: tuple[Claim, ...]
    evidence: tuple[Evidence, ...]
    """For this claim, best first; those with `later` must not decide."""
    as_of: date
    records: OfficeRecords
    sources: Sources
    embedder: Embedder
    world: bool = False
    """Whether the shipped facts of the world count."""
    day_known: bool = True
    """False where `as_of` is only estimated, or assumed."""


class Checker(Protocol):
    """A check that needs no model: a plain function, sure of what it says or silent."""

    def __call__(self, claim: Claim, context: CheckContext) -> Finding:
        """Return a verdict, flags, both or neither."""
        ...


@dataclass(frozen=True)
class Earlier:
    """What an earlier run said of a claim."""

    reason: RecheckReason | None
    """Why the claim must be checked again; None where only its evidence can tell."""
    claim_id: str | None = None
    """The claim as it was then; None for a new one."""
    note: Note | None = None
    run_id: str | None = None
    """The run that judged it."""
    decided_claim_id: str | None = None
    """The claim of the same words in an earlier text of the article that people have decided last, if any."""
    decided_elsewise: bool = False
    """True where something else stood around it then."""

    def with_decision(self, claim_id: str, elsewise: bool) -> Earlier:
        """Return the same, telling of a decision on the same words in an earlier text."""
        return replace(self, decided_claim_id=claim_id, decided_elsewise=elsewise)


class Recall(Protocol):
    """Knows what earlier runs said of an article's claims."""

    source: str | None
    """Where the article was read, for the next run to find this one."""

    def __call__(self, claims: Sequence[Claim], as_of: date, run_id: str) -> Mapping[str, Earlier]:
        """Return what is known of each claim, by id, to the run that asks."""
        ...


class RateLimit(Protocol):
    """Spreads the calls of all processes over time, as the service's limits ask."""

    def wait(self, tokens: int, longest_s: float) -> None:
        """Return when a call of so many tokens may begin; raises RateLimited, and BudgetSpent after `longest_s`."""
        ...

    def settle(self, tokens: int) -> None:
        """Count tokens beyond those a call began with, or give back."""
        ...

    def hold(self, seconds: float) -> None:
        """Let no process ask for so long."""
        ...
