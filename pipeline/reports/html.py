"""A report as one HTML file that needs nothing else: no network, no server, no script but its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment

from pipeline.models import Article, FlagKind, Report
from pipeline.reports.tables import explain
from pipeline.showing.blocks import Block, cut_blocks
from pipeline.showing.page import common_style, environment, inline, page_language
from pipeline.showing.segments import Mark, Segment
from pipeline.showing.views import NoteView, view_notes
from pipeline.showing.wording import FLAGS, OUTCOMES, Outcome


@dataclass(frozen=True)
class Key:
    """What a segment of the article lies under: a note's claim, or one of that note's flags."""

    note: int
    flag: int | None = None


@dataclass(frozen=True)
class Piece:
    """Words of the article under the same claims and flags."""

    text: str
    notes: tuple[NoteView, ...]
    """The longest claim first, the innermost last."""
    flagged: tuple[NoteView, ...]
    """Notes that have a flag on these very words."""
    ends: tuple[NoteView, ...]
    """Notes whose claim ends here."""
    flag_ends: tuple[NoteView, ...]
    """Notes with a flag that ends here and that no claim on these words has too."""


def render_html(report: Report) -> str:
    """Return the whole report as one self-contained HTML file with a strict content security policy."""
    views = view_notes(report)
    outcomes: Counter[Outcome] = Counter(view.outcome for view in views)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            article=report.article,
            blocks=_blocks(report.article, views),
            first=[view for view in views if view.flagged],
            outcomes={outcome: outcomes[outcome] for outcome in OUTCOMES if outcomes[outcome]},
            flags=_count_flags(views),
            language=page_language(report.article),
            style=common_style() + inline(__package__, "report.css") + _bar_rules(outcomes),
            script=inline(__package__, "report.js"),
        )
    )


def _count_flags(views: Sequence[NoteView]) -> dict[FlagKind, int]:
    """Count the notes that have a flag of each kind, as a filter shows them."""
    counts = Counter(kind for view in views for kind in {flag.kind for flag in view.note.flags})
    return {kind: counts[kind] for kind in FLAGS if counts[kind]}


def _blocks(article: Article, views: Sequence[NoteView]) -> Iterator[Block[Piece, NoteView]]:
    beside = ((view.note.claim.span.start, view) for view in views)
    return cut_blocks(article, _marks(views), lambda segment: _piece(segment, views), beside)


def _marks(views: Sequence[NoteView]) -> Iterator[Mark[Key]]:
    for view in views:
        for span in view.note.claim.spans:
            yield Mark(span.start, span.end, Key(view.number))
        for index, flag in enumerate(view.note.flags):
            yield Mark(flag.span.start, flag.span.end, Key(view.number, index))


def _piece(segment: Segment[Key], views: Sequence[NoteView]) -> Piece:
    claims = [key.note for key in segment.keys if key.flag is None]
    ends = sorted(key.note for key in segment.ends if key.flag is None)
    flagged = dict.fromkeys(key.note for key in segment.keys if key.flag is not None)
    told = {flag.kind for number in claims for flag in views[number - 1].note.flags}
    flag_ends = dict.fromkeys(
        key.note
        for key in segment.ends
        if key.flag is not None and views[key.note - 1].note.flags[key.flag].kind not in told
    )
    return Piece(
        text=segment.text,
        notes=tuple(views[number - 1] for number in claims),
        flagged=tuple(views[number - 1] for number in flagged),
        ends=tuple(views[number - 1] for number in ends),
        flag_ends=tuple(views[number - 1] for number in flag_ends),
    )


def _bar_rules(outcomes: Counter[Outcome]) -> str:
    """Return the widths of the coverage bar: in the style sheet, as the policy allows no style attributes."""
    return "".join(f".bar .o-{outcome}{{flex-grow:{count}}}\n" for outcome, count in sorted(outcomes.items()))


@cache
def _environment() -> Environment:
    made = environment(__package__)
    made.globals.update(explain=explain)
    return made
