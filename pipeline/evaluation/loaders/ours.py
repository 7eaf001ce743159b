"""Our own form, a case a line, and public sets that were brought to one form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from pipeline.core.models import Case, Passage
from pipeline.evaluation.cases import passages_of
from pipeline.evaluation.loaders.building import Asked, built, judged
from pipeline.evaluation.loaders.labels import CHECK_WORTHY, OWN_LABELS, label_of
from pipeline.evaluation.loaders.reading import Row, Unusable, day_in, text_in, text_or_none, texts_in
from pipeline.evaluation.loaders.verdicts import chunked

_PASSAGE = frozenset(Passage.model_fields) - {"id", "sha256"}


def cases(row: Row, asked: Asked) -> Iterator[Case]:
    """Read our own form: a line of JSON with the fields of a Case; the id may be left out and is never believed."""
    given = {name: value for name, value in row.items() if name != "id"}
    try:
        case = Case.model_validate({"source": asked.source, "stage": asked.stage, **given})
    except ValidationError as error:
        problem = error.errors()[0]
        raise Unusable(f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}") from error
    if case.stage != asked.stage:
        raise Unusable(f"of the stage {case.stage}")
    try:
        passages_of(case)
    except (ValueError, TypeError) as error:
        raise Unusable("metadata.passages does not fit the evidence") from error
    for label in (case.label, *case.acceptable):
        if label not in OWN_LABELS[case.stage]:
            raise Unusable(f"unknown label {label[:40]!r}")
    yield case


def verdict_rows(row: Row, asked: Asked) -> Iterator[Case]:
    """Read judged claims of several sets in one form: claim, evidence texts, label, source_dataset, native_label.

    Sentences of one document (WiCE, Check-COVID) are joined to passages, as a store would hold them.
    """
    texts = texts_in(row, "evidence")
    sentences = text_or_none(row, "source_dataset") in ("wice", "check_covid")
    case = judged(
        asked,
        text_in(row, "claim"),
        row.get("label"),
        [Passage(text=text) for text in (chunked(texts) if sentences else texts)],
        as_of=day_in(row, "claim_date"),
        context=text_or_none(row, "context") or "",
        group=text_or_none(row, "page", "doc"),
        about={"speaker": text_or_none(row, "speaker"), "native": text_or_none(row, "native_label")} | _where(row),
    )
    yield case


def detection_rows(row: Row, asked: Asked) -> Iterator[Case]:
    """Read sentences of several sets in one form: sentence, label true or false, speech, previous_sentence."""
    label, acceptable = label_of(asked.form, row.get("label"))
    yield built(
        asked,
        text_in(row, "sentence"),
        label,
        acceptable,
        context=text_or_none(row, "previous_sentence") or "",
        group=text_or_none(row, "speech"),
        metadata=_where(row),
    )


def extraction_rows(row: Row, asked: Asked) -> Iterator[Case]:
    """Read sentences with the claims that people took from them: sentence, preceding, claims, topic."""
    claims = texts_in(row, "claims")
    if not claims:
        raise Unusable("no claims")
    yield built(
        asked,
        text_in(row, "sentence"),
        CHECK_WORTHY,
        context=text_or_none(row, "preceding") or "",
        group=text_or_none(row, "topic"),
        metadata={"claims": list(claims)} | _where(row),
    )


def attribution_rows(row: Row, asked: Asked) -> Iterator[Case]:
    """Read quoted and reported speech: text, source, cue, content, article. Rows of one text become one case."""
    attribution = {name: text_in(row, name) for name in ("source", "cue", "content")}
    article = text_or_none(row, "article")
    yield built(
        asked,
        text_in(row, "text"),
        "attributed",
        group=article,
        metadata={"attributions": [attribution]} | _where(row),
    )


def retrieval_rows(row: Row, asked: Asked) -> Iterator[Case]:
    """Read queries with the ids of what they should find: query, relevant; passages (id, text, title) are `corpus`."""
    wanted = texts_in(row, "relevant")
    missing = [each for each in wanted if each not in asked.beside]
    if not wanted or missing:
        raise Unusable("what it should find is not in the corpus" if missing else "no relevant")
    relevant = sorted({passage_of(asked.beside[each]).id for each in wanted})
    yield built(
        asked,
        text_in(row, "query"),
        "relevant",
        as_of=day_in(row, "claim_date"),
        group=text_or_none(row, "page"),
        metadata={"relevant": relevant} | _where(row),
    )


def passage_of(row: Row) -> Passage:
    """Return a passage from a row with the fields of one; raises Unusable."""
    known: Mapping[str, Any] = {name: value for name, value in row.items() if name in _PASSAGE and value is not None}
    try:
        return Passage.model_validate(known)
    except ValidationError as error:
        problem = error.errors()[0]
        raise Unusable(f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}") from error


def _where(row: Row) -> dict[str, str]:
    dataset = text_or_none(row, "source_dataset")
    return {"source_dataset": dataset} if dataset else {}
