"""A report as one HTML file that needs nothing else: no network, no server, no script but its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from pipeline.core.models import FlagKind, Report
from pipeline.reports.run.rows import explain, most_harmful_first
from pipeline.reports.shared.blocks import Flagged, Pinned, pin
from pipeline.reports.shared.page import common_style, environment, inline, page_language
from pipeline.reports.shared.views import NoteView, view_notes
from pipeline.reports.shared.wording import FLAGS, OUTCOMES, UNCLAIMED, NoteOutcome

if TYPE_CHECKING:
    from jinja2 import Environment


def render_html(report: Report, desk: str = "") -> str:
    """Return the whole report as one self-contained HTML file with a strict content security policy.

    `desk` is where the desk is reached, to which it links.
    """
    views = view_notes(report)
    outcomes: Counter[NoteOutcome] = Counter(view.outcome for view in views)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            desk=desk,
            article=report.article,
            blocks=pin(report.article, [_pinned(view) for view in views]),
            first=most_harmful_first(view for view in views if view.flagged or view.differs),
            outcomes={outcome: outcomes[outcome] for outcome in OUTCOMES if outcomes[outcome]},
            flags=_count_flags(views),
            unclaimed_words=UNCLAIMED,
            language=page_language(report.article),
            style=common_style() + inline(__package__, "report.css") + _bar_rules(outcomes),
            script=inline(__package__, "report.js"),
        )
    )


def _count_flags(views: Sequence[NoteView]) -> dict[FlagKind, int]:
    """Count the notes that have a flag of each kind, as a filter shows them."""
    counts = Counter(kind for view in views for kind in {flag.kind for flag in view.note.flags})
    return {kind: counts[kind] for kind in FLAGS if counts[kind]}


def _pinned(view: NoteView) -> Pinned[NoteView]:
    flags = (Flagged(flag.span, index, flag.kind) for index, flag in enumerate(view.note.flags))
    return Pinned(view, view.note.claim.spans, tuple(flags))


def _bar_rules(outcomes: Counter[NoteOutcome]) -> str:
    """Return the widths of the coverage bar: in the style sheet, as the policy allows no style attributes."""
    return "".join(f".bar .o-{outcome}{{flex-grow:{count}}}\n" for outcome, count in sorted(outcomes.items()))


@cache
def _environment() -> Environment:
    made = environment(__package__)
    made.globals.update(explain=explain)
    return made
