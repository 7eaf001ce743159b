"""Sentences that people marked as worth a check or not, in the public formats."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.core.models import Case
from pipeline.evaluation.loaders.building import Asked, built
from pipeline.evaluation.loaders.labels import label_of
from pipeline.evaluation.loaders.reading import Row, Unusable, text_in, text_or_none


def claimbuster(row: Row, asked: Asked) -> Iterator[Case]:
    """Read ClaimBuster (zenodo.org/records/3609356, README): CSV with Text and Verdict, or JSON with text and label.

    Check-worthy factual sentences are 1; unimportant factual (0) and non-factual ones (-1) are not check-worthy.
    Sentences of one debate share a group.
    """
    native = row.get("verdict", row.get("label"))
    label, acceptable = label_of(asked.form, native)
    about = {"speaker": text_or_none(row, "speaker"), "speaker_title": text_or_none(row, "speaker_title")}
    yield built(
        asked,
        text_in(row, "text"),
        label,
        acceptable,
        group=text_or_none(row, "file_id"),
        metadata={name: value for name, value in about.items() if value} | {"native_label": str(native)},
    )


def checkthat(row: Row, asked: Asked) -> Iterator[Case]:
    """Read CheckThat! check-worthiness (gitlab.com/checkthat_lab, task 1): TSV with the text and class_label Yes or No.

    The text is under `text` (debates) or `tweet_text`; earlier labs write check_worthiness 1 or 0.
    """
    native = row.get("class_label", row.get("check_worthiness"))
    if native is None:
        raise Unusable("no label")
    label, acceptable = label_of(asked.form, native)
    topic = text_or_none(row, "topic_id", "topic")
    yield built(
        asked, text_in(row, "text", "tweet_text"), label, acceptable, group=topic, metadata={"native_label": native}
    )
