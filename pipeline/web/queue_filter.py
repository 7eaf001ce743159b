"""A filter as the queue page shows it: tabs, what narrows it and the link without, choices of its form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

from pipeline.core.models import Label
from pipeline.reports import FLAGS, OUTCOMES, spell_date
from pipeline.review import EDITOR_STATUSES, STATUSES, UNASSIGNED, Filter

LABELS: Mapping[str, str] = {
    **{label: OUTCOMES[label].label for label in ("refuted", "conflicting_evidence", "not_enough_evidence")},
    "supported": OUTCOMES["supported"].label,
    "not_checked": OUTCOMES["not_checked"].label,
}
VERDICTS: tuple[Label, ...] = get_args(Label)
CHECKERS: Mapping[str, str] = {
    "titles": "Titles",
    "quotations": "Quotations",
    "copies": "Copied stories",
    "quantities": "Quantities",
    "voices": "Voices",
    "consistency": "Consistency",
    "predict_verdict": "Model",
}
EDITOR_CHOICES: Mapping[str, str] = {"none": "Not looked at"} | {
    status: words for status, words in EDITOR_STATUSES.items() if words
}
_TABS = ("open", "awaiting_second", "disputed", "decided", "any", "superseded", "none")
_NAMES: Mapping[str, str] = {
    "run": "Run",
    "article": "Article",
    "label": "Verdict",
    "flag": "Flag",
    "checker": "Checker",
    "publisher": "Publisher",
    "since": "From",
    "until": "To",
    "assignee": "Assigned to",
    "editor_status": "Editor",
    "moved": "Note changed since",
    "differs": "A source differs",
    "text": "Words",
}


def status_label(status: str) -> str:
    """Return a status of the filter in words."""
    return next((words for known, words in STATUSES.items() if known == status), "All")


def tabs(filter: Filter) -> Iterator[tuple[str, str, str]]:
    """Yield status, words and query for each status a reader may want."""
    for status in _TABS:
        yield status, status_label(status), filter.model_copy(update={"status": status}).query()


def narrowed(filter: Filter) -> Iterator[tuple[str, str, str]]:
    """Yield name, value and the query without it for each field that narrows; the status has its tabs."""
    for field, name in _NAMES.items():
        value = getattr(filter, field)
        if value is not None:
            yield name, _spell(field, value), filter.model_copy(update={field: None}).query()


def _spell(field: str, value: object) -> str:
    known: dict[str, Mapping[str, str]] = {
        "label": LABELS,
        "flag": {str(kind): words for kind, words in FLAGS.items()},
        "checker": CHECKERS,
        "editor_status": EDITOR_CHOICES,
        "moved": {"True": "yes", "False": "no"},
        "differs": {"True": "yes", "False": "no"},
        "assignee": {UNASSIGNED: "nobody"},
    }
    if field in ("since", "until"):
        return spell_date(value) or ""  # type: ignore[arg-type]
    return known.get(field, {}).get(str(value), str(value))
