"""What a model answers on claims, and the proof that it must pass: quotations that are found, a label that follows.

A prompt whose inputs are `claim` and `context` gets one `JudgedClaim`; one that takes `claims` gets `JudgedClaims`,
each judged part by part. One claim of these that cannot be read is an `UnreadClaim` and costs the others nothing.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator, model_validator

from pipeline.core.errors import QuoteNotFound
from pipeline.core.models import Citation, Label, Passage, Value
from pipeline.llm import tell_mend

SHORTEST_QUOTE = 12
"""A quotation of fewer characters is found almost anywhere and proves nothing."""

_WRAPPED = re.compile(r"^(?:>\s+|[\"'“”‘’«»`*_]+|\.{3}|…|\[(?:\.{3}|…)\])|(?:[\"'“”‘’«»`*_]+|\.{3}|…|\[(?:\.{3}|…)\])$")
"""Marks at the ends of a quotation that are none of its words."""
_UNNUMBERED = -1_000_000
"""Stands for a number that was left out or cannot be read; no reply gives it."""
_NO_REASON = "The model gave no reason."
_EVEN = 0.5
_FARTHEST_SUM = 0.15
"""Probabilities whose sum is farther from 1 are no distribution."""


class CitedQuote(Value):
    """What a model cites."""

    passage: int
    """The number of the passage."""
    quote: str
    """Words copied exactly from that passage."""


class JudgedClaim(Value):
    """What a model answers: grounds first, so that the label follows from them."""

    citations: tuple[CitedQuote, ...]
    justification: str = Field(min_length=1)
    label: Label
    confidence: float = Field(ge=0, le=1)


class JudgedPart(Value):
    """One part of a claim that could be wrong by itself, and what the passages say of it."""

    part: str = Field(min_length=1)
    says: Literal["same", "other", "silent"]


class Probabilities(Value):
    """How likely each label is."""

    supported: float = Field(ge=0, le=1)
    refuted: float = Field(ge=0, le=1)
    not_enough_evidence: float = Field(ge=0, le=1)
    conflicting_evidence: float = Field(ge=0, le=1)

    @model_validator(mode="after")
    def _check_sum(self) -> Self:
        total = sum(self.model_dump().values())
        if abs(total - 1) > _FARTHEST_SUM:
            raise ValueError(f"the four probabilities must add up to 1, not to {total:g}")
        return self

    def by_label(self) -> dict[Label, float]:
        """Return them by label, exactly 1 together."""
        total = sum(self.model_dump().values())
        return {label: round(getattr(self, label) / total, 4) for label in get_args(Label)}


def _read_shares(value: Any, read: ValidatorFunctionWrapHandler) -> Probabilities | None:
    """Return probabilities, None where there are none that can be read: they decide nothing."""
    try:
        shares: Probabilities = read(value)
    except ValidationError:
        return None
    return shares


class JudgedInParts(Value):
    """What a model answers on one claim of several: its parts first, then what proves them, then the label."""

    claim: int
    """The number of the claim."""
    parts: tuple[JudgedPart, ...] = Field(min_length=1)
    citations: tuple[CitedQuote, ...]
    justification: str = Field(min_length=1)
    label: Label
    probabilities: Annotated[Probabilities, WrapValidator(_read_shares)]

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, value: Any) -> Any:
        """Put in what is left out and decides nothing: the number of an answer that may be the only one, and why."""
        if not isinstance(value, dict):
            return value
        filled: dict[str, Any] = {"claim": _UNNUMBERED, "probabilities": None, **value}
        why = value.get("justification")
        if why is None or (isinstance(why, str) and not why.strip()):
            filled["justification"] = _NO_REASON
        return filled

    @property
    def shares(self) -> Probabilities | None:
        """How likely each label is, where the model told it."""
        return self.probabilities

    @property
    def confidence(self) -> float:
        """How likely the label is; an even chance where the model does not tell."""
        return self.shares.by_label()[self.label] if self.shares else _EVEN

    @property
    def lacking(self) -> tuple[str, ...]:
        """What is left out, or cannot be read, though the verdict stands without it; as the trace tells it."""
        lacks = {
            "probabilities that cannot be read, left out": self.shares is None,
            "a reason left out": self.justification == _NO_REASON,
        }
        return tuple(what for what, is_so in lacks.items() if is_so)


class UnreadClaim(Value):
    """An answer on one claim of several that does not fit its form."""

    claim: int | None
    problem: str


def _read(value: Any, read: ValidatorFunctionWrapHandler) -> JudgedInParts | UnreadClaim:
    try:
        judged: JudgedInParts = read(value)
    except ValidationError as error:
        problem = error.errors()[0]
        if isinstance(value, dict) and {each["loc"] for each in error.errors()} == {("claim",)}:
            return _read(value | {"claim": _UNNUMBERED}, read)
        number = value.get("claim") if isinstance(value, dict) else None
        where = ".".join(map(str, problem["loc"]))
        return UnreadClaim(claim=number if isinstance(number, int) else None, problem=f"{where}: {problem['msg']}")
    return judged


class JudgedClaims(Value):
    """What a model answers on several claims at once, in their order."""

    claims: tuple[Annotated[JudgedInParts, WrapValidator(_read)], ...]

    @property
    def read(self) -> tuple[JudgedInParts | UnreadClaim, ...]:
        """What was read of each claim: its form in `claims` is what a service is asked for."""
        return self.claims

    @property
    def unread(self) -> tuple[JudgedInParts | UnreadClaim, ...]:
        """The answers that do not fit their form as they are, or not in all of it."""
        return tuple(
            each
            for each in self.read
            if isinstance(each, UnreadClaim) or each.claim == _UNNUMBERED or each.shares is None
        )

    @model_validator(mode="after")
    def _check_one_is_read(self) -> Self:
        problems = [each.problem for each in self.read if isinstance(each, UnreadClaim)]
        if len(problems) == len(self.read):
            raise ValueError(problems[0] if problems else "there is no answer on any claim")
        return self

    def check_numbers(self, asked: int) -> None:
        """Raise ValueError where the answers are numbered otherwise than the claims: each may be of another claim.

        Where each claim has an answer, one too many that only repeats another word for word says nothing. An answer
        without a number is nobody's, and costs no other. Where one claim got one answer there is nothing to mix up.
        """
        if asked == len(self.read) == 1:
            return
        said: dict[int, set[Value]] = {}
        for each in self.read:
            if each.claim is not None and each.claim != _UNNUMBERED:
                said.setdefault(each.claim, set()).add(each.model_copy(update={"claim": _UNNUMBERED}))
        wanted = range(1, asked + 1)
        repeated = set[Value]().union(*(said[number] for number in wanted)) if said.keys() >= set(wanted) else set()
        if any(number not in wanted and not answers <= repeated for number, answers in said.items()):
            told = ", ".join(map(str, sorted(said)))
            raise ValueError(f"the claims are numbered 1 to {asked}, and the answers {told}: use the claims' numbers")
        if twice := [number for number in wanted if len(said.get(number, ())) > 1]:
            raise ValueError(f"there are several answers on claim {twice[0]}, and they differ: give one on each claim")

    def on(self, number: int, asked: int) -> JudgedInParts:
        """Return the answer on a claim by its number, of as many as were asked; raises ValueError."""
        self.check_numbers(asked)
        own = self.read if asked == len(self.read) == 1 else [each for each in self.read if each.claim == number]
        if not own:
            raise ValueError(f"there is no answer on claim {number}")
        if isinstance(own[0], UnreadClaim):
            raise ValueError(f"claim {number}: {own[0].problem}")
        return own[0]


def check_parts(judged: JudgedInParts) -> None:
    """Raise ValueError for a label that does not follow from what was said of the parts."""
    said = {part.says for part in judged.parts}
    if judged.label == "supported" and said != {"same"}:
        raise ValueError(
            "supported needs every part to be the same in the passages: a silent part makes it "
            "not_enough_evidence, another one refuted"
        )
    if judged.label == "refuted" and "other" not in said:
        raise ValueError("refuted needs a part that is other in the passages; silence refutes nothing")


def prove_citations(label: Label, cited: Sequence[CitedQuote], passages: Sequence[Passage]) -> tuple[Citation, ...]:
    """Return the places of what is cited; raises QuoteNotFound, and ValueError for a label without its grounds."""
    citations: dict[Citation, None] = {}
    for each in cited:
        if not each.quote.strip():
            tell_mend("an empty quotation")
            continue
        if not 1 <= each.passage <= len(passages):
            raise ValueError(f"there is no passage {each.passage}: they are numbered 1 to {len(passages)}")
        passage = passages[each.passage - 1]
        citation = _located(each.quote, passage)
        if len(citation.span.exact) < min(SHORTEST_QUOTE, len(passage.text)):
            raise ValueError(f"the quotation {each.quote!r} is too short to prove anything: quote a whole clause")
        citations[citation] = None
    if label in ("supported", "refuted") and not citations:
        raise ValueError(f"{label} needs at least one citation, else the label is not_enough_evidence")
    if label == "conflicting_evidence" and len({citation.passage_id for citation in citations}) < 2:
        raise ValueError(
            "conflicting_evidence needs citations from at least two passages that contradict each other; "
            "a passage that contradicts the claim refutes it, and one about something else is not_enough_evidence"
        )
    return tuple(citations)


def _located(quote: str, passage: Passage) -> Citation:
    """Return where words stand in a passage: as they are, else without marks that only wrap them.

    Raises QuoteNotFound.
    """
    for words in dict.fromkeys(_unwrapped(quote)):
        with suppress(QuoteNotFound):
            found = Citation.locate(words, passage)
            if words != quote:
                tell_mend("marks around a quotation")
            return found
    raise QuoteNotFound(quote)


def _unwrapped(quote: str) -> Iterator[str]:
    """Yield words as they are, then without quotation marks, marks of Markdown, escapes and dots around them."""
    yield quote
    words = html.unescape(quote).replace("\\", "")
    while (bare := _WRAPPED.sub("", words.strip())) != words:
        words = bare
    if words:
        yield words
