"""What an evaluation is made of: a suite of cases, the variants that answer them, and their answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from pipeline.core.models import Case, Failure, Passage, Usage, Value, content_id, fold

Stage = Literal["detection", "attribution", "retrieval", "verdict", "end_to_end"]

Split = Literal["train", "dev", "held_out"]
"""`train` gives examples to prompts, `dev` is what they are tuned on, `held_out` is asked once, at the end."""

_SHARES: tuple[tuple[Split, int], ...] = (("train", 20), ("dev", 60), ("held_out", 100))
"""Up to which hundredth of all hashes each split reaches: 20, 40 and 40 of 100."""


class SuiteSource(Value):
    """A file that cases came from, as it was when it was read."""

    path: str
    """As the suite file writes it."""
    format: str
    sha256: str
    """Of the file; for reviews, which are in no file, the digest of the cases."""
    rows: int
    """Rows read, whatever became of them."""
    cases: int
    """Cases made of them."""
    skipped: dict[str, int] = {}
    """Rows that became no case, by reason."""


class Suite(Value):
    """Cases to be asked together, and where they come from."""

    name: str
    stage: Stage
    cases: tuple[Case, ...]
    """In order of id, each id once."""
    corpus: tuple[Passage, ...] = ()
    """What a retrieval suite searches; the `relevant` of its cases are ids of these passages."""
    sources: tuple[SuiteSource, ...] = ()
    split: Split | None = None
    """None for all of them."""
    problems: tuple[str, ...] = ()
    """A line for each thing that a reader of the figures should know."""
    digest: str = Field(default_factory=lambda data: digest_of(data["cases"]))
    """Hash of the cases with their answers, whatever their order."""

    @model_validator(mode="after")
    def _is_of_one_piece(self) -> Self:
        ids = {case.id for case in self.cases}
        if len(ids) != len(self.cases):
            raise ValueError("a case stands in the suite twice")
        if any(case.stage != self.stage for case in self.cases):
            raise ValueError(f"a case is not of the stage {self.stage}")
        return self

    @property
    def evidence_digest(self) -> str:
        """Hash of every text that may be cited or found."""
        texts = {text for case in self.cases for text in case.evidence} | {passage.id for passage in self.corpus}
        return content_id("evidence", *sorted(texts))


class Variant(Value):
    """One way to answer: a prompt, a model and its parameters, or a baseline without any."""

    name: str
    """For a reader."""
    prompt_ref: str | None = None
    """`name@version+digest`; None for a baseline and for the checkers alone."""
    model: str | None = None
    """`provider:name`; None for no model."""
    parameters: dict[str, Any] = {}
    id: str = Field(
        default_factory=lambda data: content_id(
            "variant", str(data["prompt_ref"]), str(data["model"]), canonical(data["parameters"])
        )
    )
    """Hash of all but the name."""


class Answer(Value):
    """What one variant says of one case, once: an answer or the reason there is none."""

    case_id: str
    variant: str
    """The id of the variant."""
    repeat: int = Field(default=0, ge=0)
    label: str | None = None
    confidence: float | None = Field(default=None, ge=0, le=1)
    probabilities: dict[str, float] | None = None
    """How likely each of the four labels is, as the model says it; None where it does not."""
    failure: Failure | None = None
    citations_given: int = Field(default=0, ge=0)
    """Quotations in the model's replies, the unproven ones of a failed answer among them."""
    citations_proven: int = Field(default=0, ge=0)
    """Those of them that stand in the passage they name."""
    payload: dict[str, Any] = {}
    """What other stages answer: `ranking` (passage ids), `attributions`, `claims`; or what a reader may want to see."""
    usage: Usage = Usage()
    seconds: float = Field(default=0.0, ge=0)

    @model_validator(mode="after")
    def _one_outcome(self) -> Self:
        if self.label is not None and self.failure is not None:
            raise ValueError("an answer holds a label or a failure, never both")
        if self.label is None and self.failure is None and not self.payload:
            raise ValueError("an answer holds a label, a payload or a failure")
        if self.citations_proven > self.citations_given:
            raise ValueError("more citations were proven than given")
        return self


class Evaluation(Value):
    """One stored evaluation: everything that must be equal before two of them may be compared."""

    id: str
    suite: str
    """Its name."""
    suite_digest: str
    stage: Stage = "verdict"
    cases: int = Field(ge=0)
    evidence_digest: str
    scorer: str
    """Version of the scorer."""
    variants: tuple[Variant, ...]
    repeats: int = Field(default=1, ge=1)
    created_at: datetime
    code: str
    """Version of factnotes."""


def passages_of(case: Case) -> tuple[Passage, ...]:
    """Return the case's evidence as passages, with where each comes from (`metadata["passages"]`, where that is kept).

    Raises ValueError where what is recorded does not fit the evidence.
    """
    passages = case.metadata.get("passages") or [{} for _ in case.evidence]
    both = [(text, about) for text, about in zip(case.evidence, passages, strict=True) if text.strip()]
    return tuple(Passage.model_validate({**about, "text": text}) for text, about in both)


def canonical(value: Any) -> str:
    """Return JSON that is the same for the same content."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def digest_of(cases: Iterable[Case]) -> str:
    """Return 16 hex digits of the cases with their answers, whatever their order."""
    lines = sorted(canonical(case.model_dump(mode="json")) for case in cases)
    return hashlib.sha256("\n".join(lines).encode(errors="surrogatepass")).hexdigest()[:16]


@lru_cache(65536)
def folded_claim(text: str) -> str:
    """Return the text as it is compared: case, quotation marks, dashes, spaces and the ending do not count.

    >>> folded_claim("The “bridge”  opened. ")
    'the "bridge" opened'
    """
    return fold(text)[0].casefold().strip(" .!?")


def split_of(case: Case) -> Split:
    """Return the side a case is on: by the folded claim alone, so no claim is on two sides, in any file or suite."""
    digest = hashlib.sha256(folded_claim(case.claim).encode(errors="surrogatepass")).digest()
    place = int.from_bytes(digest[:8], "big") % 100
    return next(name for name, end in _SHARES if place < end)
