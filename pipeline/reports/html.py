"""A report as one HTML file that needs nothing else: no network, no server, no script but its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.models import Article, FlagKind, Report
from pipeline.reports.tables import explain
from pipeline.showing.blocks import Block, cut_blocks
from pipeline.showing.page import common_style, csp_hash, page_language, shown
from pipeline.showing.segments import Mark, Segment
from pipeline.showing.views import NoteView, headline, show_hidden, spell_date, view_notes, web_link
from pipeline.showing.wording import FLAGS, OUTCOMES, REASONS, UNCHECKABLE, NoteOutcome, shorten


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
    outcomes: Counter[NoteOutcome] = Counter(view.outcome for view in views)
    rules = common_style() + _template_text("report.css") + _bar_rules(outcomes)
    style = Markup(rules)  # noqa: S704  our own files and numbers
    script = Markup(_template_text("report.js"))  # noqa: S704  our own file
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
            style=style,
            script=script,
            style_hash=csp_hash(style),
            script_hash=csp_hash(script),
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


def _bar_rules(outcomes: Counter[NoteOutcome]) -> str:
    """Return the widths of the coverage bar: in the style sheet, as the policy allows no style attributes."""
    return "".join(f".bar .o-{outcome}{{flex-grow:{count}}}\n" for outcome, count in sorted(outcomes.items()))


def _template_text(name: str) -> str:
    return (resources.files(__package__) / "templates" / name).read_text(encoding="utf-8")


@lru_cache(1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("pipeline.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(shown=shown, plain=show_hidden, day=spell_date, short=shorten, web_link=web_link)
    environment.globals.update(
        outcome_words=OUTCOMES,
        flag_words=FLAGS,
        reasons=REASONS,
        uncheckable=UNCHECKABLE,
        explain=explain,
        headline=headline,
    )
    return environment
