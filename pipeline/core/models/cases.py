"""A gold case of an evaluation, with where it came from."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field

from pipeline.core.models.text import Value, content_id


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
