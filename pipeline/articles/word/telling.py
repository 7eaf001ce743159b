"""What a document's lines are besides words, and what its reader should know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.articles.cleaning import Cleaner
from pipeline.articles.word.layout import Anchor, Layout, Placed
from pipeline.articles.word.values import WordCell, WordComment
from pipeline.core.models import Heading, Span

_NOTES = ("footnote", "endnote")


@dataclass
class Findings:
    """What was met in a document besides its words, counted by kind."""

    changes: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)


def title_of(layout: Layout, noted: str | None) -> str | None:
    """Return the title in sight, else the one noted in the file's properties, else a first line that is a heading."""
    holding = [placed for placed in layout.placed if placed.tidied.text]
    in_sight = [placed for placed in holding if placed.line.is_title]
    if not in_sight and noted and noted.strip():
        return " ".join(Cleaner().clean(noted).split()) or None
    first = in_sight[:1] or [placed for placed in holding[:1] if placed.line.level == 1]
    return first[0].tidied.text if first else None


def headings_of(layout: Layout) -> tuple[Heading, ...]:
    """Return the headings in place."""
    return tuple(
        Heading(span=_span(placed), level=placed.line.level)
        for placed in layout.placed
        if placed.line.level and placed.tidied.text
    )


def notes_of(layout: Layout) -> tuple[Span, ...]:
    """Return the paragraphs of footnotes and endnotes in place."""
    return tuple(_span(placed) for placed in layout.placed if placed.line.story.kind in _NOTES and placed.tidied.text)


def cells_of(layout: Layout) -> tuple[WordCell, ...]:
    """Return the lines that stand in tables of the body, in place."""
    return tuple(
        WordCell(table=placed.line.cell[0], row=placed.line.cell[1], column=placed.line.cell[2], span=_span(placed))
        for placed in layout.placed
        if placed.line.cell and placed.line.story.kind == "body" and placed.tidied.text
    )


def spans_of(layout: Layout, anchors: Mapping[str, Anchor]) -> dict[str, Span]:
    """Return the words that comments are anchored to, of those that are anchored to words."""
    by_line = {id(placed.line): placed for placed in layout.placed}
    spans = {comment: _anchored(layout.text, anchor, by_line) for comment, anchor in anchors.items()}
    return {comment: span for comment, span in spans.items() if span}


def _anchored(text: str, anchor: Anchor, by_line: dict[int, Placed]) -> Span | None:
    if anchor.start is None or anchor.end is None:
        return None
    start = by_line[id(anchor.start.line)].first_after(anchor.start.raw)
    end = by_line[id(anchor.end.line)].last_before(anchor.end.raw)
    return Span.of(text, start, end) if text[start:end].strip() else None


def told(findings: Findings, cleaner: Cleaner, layout: Layout, comments: Sequence[WordComment]) -> tuple[str, ...]:
    """Say what was read as accepted, put elsewhere or left out, a line each."""
    told = [
        _changes(findings),
        _count(len(comments), "comment") and f"{_count(len(comments), 'comment')} in the file: no part of the text",
        _notes(layout),
    ]
    left_out = findings.left_out
    if left_out["hidden"]:
        told.append(f"hidden text was left out: {_count(left_out['hidden'], 'character')}")
    if left_out["doubtful"]:
        told.append(
            f"{_count(left_out['doubtful'], 'character')} in the colour of the page: read, as something dark may lie "
            "behind"
        )
    if left_out["part"]:
        told.append(f"{_count(left_out['part'], 'part')} inserted from another file could not be read")
    if left_out["sign"]:
        told.append(f"{_count(left_out['sign'], 'symbol')} of a font's own could not be read (shown as \ufffd)")
    return (*(each for each in told if each), *cleaner.warnings())


def _changes(findings: Findings) -> str:
    kinds = ", ".join(_count(count, kind) for kind, count in sorted(findings.changes.items()) if count)
    return f"tracked changes were read as accepted: {kinds}" if kinds else ""


def _notes(layout: Layout) -> str:
    lines = [placed.line.story for placed in layout.placed if placed.tidied.text]
    labels = {story.label: story.kind for story in lines if story.kind in _NOTES}
    kinds = [_count(sum(each == kind for each in labels.values()), kind) for kind in _NOTES]
    said = " and ".join(kind for kind in kinds if kind)
    return f"at the end of the text: {said}" if said else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}" if number else ""


def _span(placed: Placed) -> Span:
    return Span(start=placed.start, end=placed.end, exact=placed.tidied.text)
