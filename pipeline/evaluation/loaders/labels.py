"""What the labels of public data sets mean here: one table. A label that is not in it makes no case."""

from __future__ import annotations

from typing import get_args

from pipeline.core.models import Label
from pipeline.evaluation.cases import Stage
from pipeline.evaluation.loaders.reading import Unusable

_S: Label = "supported"
_R: Label = "refuted"
_N: Label = "not_enough_evidence"
_C: Label = "conflicting_evidence"

CHECK_WORTHY, NOT_CHECK_WORTHY = "check_worthy", "not_check_worthy"
CHECKED = "checked"
"""Of a whole article: its claims have the labels."""

LABELS: dict[str, dict[str, tuple[str, ...]]] = {
    "averitec": {
        "Supported": (_S,),
        "Refuted": (_R,),
        "Not Enough Evidence": (_N,),
        "Conflicting Evidence/Cherrypicking": (_C,),
    },
    "fever": {"SUPPORTS": (_S,), "REFUTES": (_R,), "NOT ENOUGH INFO": (_N,)},
    "fm2": {"SUPPORTS": (_S,), "REFUTES": (_R,)},
    "climate_fever": {"SUPPORTS": (_S,), "REFUTES": (_R,), "NOT_ENOUGH_INFO": (_N,), "DISPUTED": (_C,)},
    "scifact": {"SUPPORT": (_S,), "CONTRADICT": (_R,), "NOT_ENOUGH_INFO": (_N,), "BOTH": (_C,)},
    # A claim is one claim: where a part is open, the whole is.
    "wice": {"supported": (_S,), "partially_supported": (_N,), "not_supported": (_N,)},
    # NS: what the annotators read does not support it; whether it contradicts it they were not asked.
    "factscore": {"S": (_S,), "NS": (_N, _R)},
    "claimbuster": {"1": (CHECK_WORTHY,), "0": (NOT_CHECK_WORTHY,), "-1": (NOT_CHECK_WORTHY,)},
    "checkthat": {
        "Yes": (CHECK_WORTHY,),
        "No": (NOT_CHECK_WORTHY,),
        "1": (CHECK_WORTHY,),
        "0": (NOT_CHECK_WORTHY,),
    },
    "verdict_rows": {"supported": (_S,), "refuted": (_R,), "not_enough_evidence": (_N,), "conflicting": (_C,)},
    "detection_rows": {"true": (CHECK_WORTHY,), "false": (NOT_CHECK_WORTHY,)},
    "annotated_article": {
        "supported": (_S,),
        "refuted": (_R,),
        "not_enough_evidence": (_N,),
        "conflicting_evidence": (_C,),
    },
}
"""By format and native label: the label here, then the others that may be defended."""

OWN_LABELS: dict[Stage, tuple[str, ...]] = {
    "detection": (CHECK_WORTHY, NOT_CHECK_WORTHY),
    "attribution": ("attributed",),
    "retrieval": ("relevant",),
    "verdict": get_args(Label),
    "end_to_end": (*get_args(Label), CHECKED),
}
"""What a case of each stage may answer."""


def label_of(form: str, native: object) -> tuple[str, tuple[str, ...]]:
    """Return our label and the acceptable others; raises Unusable for a label nobody has mapped."""
    if native is None or native == "":
        raise Unusable("no label")
    known = LABELS[form].get(str(native).strip())
    if known is None:
        raise Unusable(f"unknown label {str(native)[:40]!r}")
    return known[0], known[1:]
