"""A report as rows for a terminal: what an editor must look at first, then the rest in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.core.models import Note, Report
from pipeline.core.printing import visible
from pipeline.reports.shared.views import NoteView, view_notes
from pipeline.reports.shared.wording import (
    DIFFERS,
    FLAGS,
    OUTCOMES,
    REASONS,
    SEVERITIES,
    UNCHECKABLE,
    differences,
    likely_by,
    likely_labels,
    shorten,
)
from pipeline.store import NoteSummary


@dataclass(frozen=True)
class Row:
    """One note in a table: its number in the article, outcome, words, flags and the reason."""

    number: int
    outcome: str
    words: str
    flags: str
    why: str
    flagged: bool
    """True for what is refuted or flagged."""
    unread: bool
    """True for what was not checked and has nothing beside it that an editor could look at."""
    likely: str = ""
    """How likely each label is, where somebody says it."""
    likely_by: str = ""
    """What that rests on."""


def table_rows(report: Report, *, words: int = 72, why: int = 96) -> list[Row]:
    """Return a row for each note: what may do most harm first, the rest by place in the article."""
    views = view_notes(report)
    first = most_harmful_first(view for view in views if view.flagged or view.differs)
    rest = (view for view in views if not (view.flagged or view.differs))
    return [_row(view, words, why) for view in (*first, *rest)]


def most_harmful_first(views: Iterable[NoteView]) -> list[NoteView]:
    """Return notes in the order in which the desk's queue hands their claims out."""
    return sorted(views, key=lambda view: (NoteSummary.by(view.note).expected_harm, view.number))


def explain(note: Note) -> str:
    """Return the most telling sentence of a note: its gravest flag, its justification or its reason."""
    if note.flags:
        return min(note.flags, key=lambda flag: SEVERITIES.index(flag.severity)).message
    if told := differences(note):
        return told
    if note.verdict:
        return note.verdict.justification
    if note.claim.uncheckable:
        return UNCHECKABLE[note.claim.uncheckable]
    return REASONS[note.failure.reason].short if note.failure else ""


def _row(view: NoteView, words: int, why: int) -> Row:
    verdict = view.note.verdict
    kinds = dict.fromkeys(FLAGS[flag.kind] for flag in view.note.flags)
    kinds |= {DIFFERS: None} if view.note.differs else {}
    return Row(
        number=view.number,
        outcome=OUTCOMES[view.outcome].label,
        words=shorten(visible(view.note.claim.span.exact), words),
        flags=", ".join(kinds),
        why=shorten(visible(explain(view.note)), why),
        flagged=view.flagged,
        unread=view.outcome == "not_checked" and not view.flagged and not view.differs,
        likely=likely_labels(verdict) if verdict else "",
        likely_by=likely_by(verdict) if verdict and verdict.probabilities else "",
    )
