"""Data files in the formats of the field, read to cases. What cannot be used is counted by reason, never guessed.

| format | what it is |
|---|---|
| cases | our own: a case a line |
| averitec, fever, fm2, climate_fever, scifact, wice | judged claims with evidence |
| factscore | atomic facts of biographies |
| claimbuster, checkthat | sentences worth a check |
| verdict_rows, detection_rows, extraction_rows, attribution_rows, retrieval_rows | sets brought to one form |
| annotated_article | an article annotated by hand, as in `seeds/gold/` |
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.core.errors import InputError
from pipeline.core.models import Case, Passage
from pipeline.evaluation.cases import Stage
from pipeline.evaluation.loaders import annotated, detection, ours, verdicts
from pipeline.evaluation.loaders.building import JUDGED, Asked
from pipeline.evaluation.loaders.labels import LABELS
from pipeline.evaluation.loaders.reading import Row, Unusable, read_bytes, rows_of

__all__ = ["FORMATS", "LABELS", "Asked", "Format", "Loaded", "load_file", "read_documents"]

_ALL: tuple[Stage, ...] = ("verdict", "detection", "attribution", "retrieval", "end_to_end")


@dataclass(frozen=True)
class Format:
    """How the rows of a format become cases."""

    cases_of: Callable[[Row, Asked], Iterable[Case | Unusable]]
    stages: tuple[Stage, ...]
    document: Callable[[Row], Passage] | None = None
    """Makes a passage of a row of the corpus, where a suite may search all of it."""


FORMATS: Mapping[str, Format] = {
    "cases": Format(ours.cases, _ALL),
    "averitec": Format(verdicts.averitec, JUDGED),
    "fever": Format(verdicts.fever, JUDGED),
    "fm2": Format(verdicts.fm2, JUDGED),
    "climate_fever": Format(verdicts.climate_fever, JUDGED),
    "scifact": Format(verdicts.scifact, JUDGED, verdicts.abstract_of),
    "wice": Format(verdicts.wice, JUDGED),
    "factscore": Format(verdicts.factscore, ("detection", "end_to_end")),
    "claimbuster": Format(detection.claimbuster, ("detection",)),
    "checkthat": Format(detection.checkthat, ("detection",)),
    "verdict_rows": Format(ours.verdict_rows, JUDGED),
    "detection_rows": Format(ours.detection_rows, ("detection",)),
    "extraction_rows": Format(ours.extraction_rows, ("detection",)),
    "attribution_rows": Format(ours.attribution_rows, ("attribution",)),
    "retrieval_rows": Format(ours.retrieval_rows, ("retrieval",), ours.passage_of),
    "annotated_article": Format(annotated.annotated_article, _ALL, ours.passage_of),
}


@dataclass(frozen=True)
class Loaded:
    """What a file gave."""

    cases: tuple[Case, ...]
    rows: int
    skipped: Mapping[str, int]
    sha256: str


def load_file(
    path: Path, asked: Asked, *, where: Mapping[str, Any] | None = None, contents: bytes | None = None
) -> Loaded:
    """Read a data file; `where` keeps the rows whose fields have a value, or one of several. Raises InputError.

    Rows that `where` leaves out are no problem and are not counted among the rows.
    """
    form = FORMATS.get(asked.form)
    if form is None:
        raise InputError(f"there is no format {asked.form!r}: known are {', '.join(sorted(FORMATS))}")
    if asked.stage not in form.stages:
        raise InputError(f"the format {asked.form} makes no cases of the stage {asked.stage}: {', '.join(form.stages)}")
    content = read_bytes(path) if contents is None else contents
    cases: list[Case] = []
    skipped: Counter[str] = Counter()
    rows = 0
    for row in rows_of(content, path.name):
        if not isinstance(row, Unusable) and not _kept(row, where or {}):
            continue
        rows += 1
        cases += _cases_of(row, asked, form, skipped)
    return Loaded(tuple(cases), rows, dict(sorted(skipped.items())), hashlib.sha256(content).hexdigest())


def _cases_of(row: Row | Unusable, asked: Asked, form: Format, skipped: Counter[str]) -> Iterator[Case]:
    """Give the cases of a row and count what is wrong with it; nothing a file holds may end the reading."""
    if isinstance(row, Unusable):
        skipped[str(row)] += 1
        return
    try:
        for case in form.cases_of(row, asked):
            if isinstance(case, Unusable):
                skipped[str(case)] += 1
            else:
                yield case
    except Unusable as reason:
        skipped[str(reason)] += 1
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError, OverflowError) as error:
        skipped[f"not of the form {asked.form} ({type(error).__name__})"] += 1


def _kept(row: Row, where: Mapping[str, Any]) -> bool:
    for name, wanted in where.items():
        allowed = wanted if isinstance(wanted, list) else [wanted]
        if row.get(name) not in allowed:
            return False
    return True


def read_documents(paths: Sequence[Path]) -> dict[str, Row]:
    """Return the rows of files of documents by their id (`id` or `doc_id`). Raises InputError."""
    found: dict[str, Row] = {}
    for path in paths:
        for row in rows_of(read_bytes(path), path.name):
            key = None if isinstance(row, Unusable) else row.get("id", row.get("doc_id"))
            if key is not None and not isinstance(row, Unusable):
                found[str(key)] = row
    return found
