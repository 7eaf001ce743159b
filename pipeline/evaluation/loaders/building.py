"""What is asked of a loader, and the cases it builds alike whatever the format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.core.models import Case, Passage
from pipeline.evaluation.cases import Stage, passages_of
from pipeline.evaluation.loaders.labels import label_of
from pipeline.evaluation.loaders.reading import Row, Unusable

JUDGED: tuple[Stage, ...] = ("verdict", "retrieval", "end_to_end")
"""The stages that every set of judged claims with evidence can be asked at."""


@dataclass(frozen=True)
class Asked:
    """One data file of a suite: how to read it, and what beside it."""

    form: str
    stage: Stage
    source: str
    """Where its cases come from, for a reader: the data set's name."""
    beside: Mapping[str, Row] = field(default_factory=dict)
    """Rows of the file with the documents that the data file refers to, by their id."""
    acceptable: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Labels that the suite's author accepts too, by native label."""
    folder: Path = Path()
    """Where the data file stands, for files that it names itself."""


def judged(
    asked: Asked,
    claim: str,
    native: object,
    passages: Iterable[Passage],
    *,
    as_of: date | None = None,
    context: str = "",
    group: str | None = None,
    about: Mapping[str, Any] | None = None,
) -> Case:
    """Return the case of a claim that people judged on evidence; raises Unusable.

    A verdict case holds its evidence. A retrieval case holds the ids it should find, and only where the
    evidence decides the claim; an end-to-end case is a text with the one claim it makes.
    """
    label, acceptable = label_of(asked.form, native)
    known = {each.id: each for each in passages}
    more = tuple(extra for extra in asked.acceptable.get(str(native), ()) if extra != label)
    details = {name: value for name, value in (about or {}).items() if value not in (None, "")}
    metadata: dict[str, Any] = {**details, "native_label": str(native)}
    if asked.stage != "end_to_end" and not known:
        raise Unusable("no evidence")
    if asked.stage == "retrieval":
        if label == "not_enough_evidence":
            raise Unusable("nothing decides it, so nothing should be found")
        return built(
            asked, claim, "relevant", context=context, group=group, metadata={**details, "relevant": sorted(known)}
        )
    if asked.stage == "end_to_end":
        metadata["claims"] = [{"text": claim, "label": label, "acceptable": list(acceptable + more)}]
        return built(asked, claim, label, acceptable + more, None, as_of, context, group, metadata)
    return built(asked, claim, label, acceptable + more, known.values(), as_of, context, group, metadata)


def built(
    asked: Asked,
    claim: str,
    label: str,
    acceptable: Iterable[str] = (),
    evidence: Iterable[Passage] | None = None,
    as_of: date | None = None,
    context: str = "",
    group: str | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> Case:
    """Return a case; raises Unusable where its parts do not make one."""
    passages = tuple(evidence or ())
    about = dict(metadata or {})
    details = [described(each) for each in passages]
    if any(details):
        about["passages"] = details
    try:
        return Case(
            stage=asked.stage,
            claim=claim,
            label=label,
            acceptable=tuple(dict.fromkeys(each for each in acceptable if each != label)),
            evidence=tuple(each.text for each in passages),
            as_of=as_of,
            context=context,
            group=f"{asked.source}:{group}" if group else None,
            source=asked.source,
            metadata=about,
        )
    except (ValidationError, ValueError) as error:
        raise Unusable(" ".join(str(error).split())[:80]) from error


def described(passage: Passage) -> dict[str, Any]:
    """Return where a passage comes from, without its text, as `passages_of` takes it."""
    return passage.model_dump(mode="json", exclude={"text", "sha256", "id"}, exclude_defaults=True)


def evidence_passages(cases: Iterable[Case]) -> tuple[Passage, ...]:
    """Return every passage the cases are judged on, each once: a corpus for those that search."""
    known = {passage.id: passage for case in cases for passage in passages_of(case)}
    return tuple(known[key] for key in sorted(known))
