"""The same Word file with comments at exact words, and with proposed wordings as tracked changes."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.articles.word.cutting import cut, isolate_words, run_of_its_own
from pipeline.articles.word.document import WordDocument, open_document
from pipeline.articles.word.layout import Piece, Placed
from pipeline.articles.word.marks import Marks, refuse_many, writable
from pipeline.articles.word.opening import is_open_document
from pipeline.articles.word.values import WordNote
from pipeline.core.errors import InputError


@dataclass
class _Part:
    """The part of a note's words that is in one line."""

    placed: Placed
    start: int
    """A raw offset in the line."""
    end: int

    def pieces(self) -> list[Piece]:
        """Return the pieces that hold the words."""
        found = []
        at = 0
        for piece in self.placed.line.pieces:
            if at < self.end and self.start < at + len(piece.raw):
                found.append(piece)
            at += len(piece.raw)
        return found


@dataclass
class _Planned:
    """A note and where it goes."""

    note: WordNote
    parts: list[_Part]
    replacement: str | None = None
    """What is written as a tracked change."""
    told: list[str] = field(default_factory=list)
    """What the comment says besides, because the file cannot show it."""


def annotate_word(data: bytes, notes: Sequence[WordNote], name: str = "the file") -> bytes:
    """Return a .docx with one comment at the words of each note, and its replacement as a tracked change.

    Everything else stays as it is. Word keeps no comments inside footnotes, endnotes and text boxes: there the comment
    stands at the reference and names the words. A replacement that cannot be shown as one change is told in the
    comment. Raises InputError for what is no .docx, and for a note whose words are not where `read_word` has them.
    """
    if is_open_document(data):
        raise InputError(f"{name} is an OpenDocument text: save it as .docx to get comments into it")
    document = open_document(data, name)
    refuse_many(document.docx, len(notes), name)
    planned = [_plan(note, document, name) for note in notes]
    _settle_changes(planned)
    _cut(planned)
    marks = Marks(document.docx, document.notes.values())
    for each in planned:
        _comment(each, marks)
    for each in planned:
        if each.replacement is not None:
            marks.change(each.parts[0].pieces(), each.note.author, each.replacement)
    document.keep_notes()
    written = io.BytesIO()
    document.docx.save(written)
    return written.getvalue()


def _plan(note: WordNote, document: WordDocument, name: str) -> _Planned:
    span = note.span
    if not span.is_in(document.layout.text):
        raise InputError(f"{span.exact[:60]!r} is not at character {span.start} of {name}: read the file again")
    lines = document.layout.within(span.start, span.end)
    parts = [_Part(placed, *placed.raw_range(span.start, span.end)) for placed in lines]
    if not parts:
        raise InputError(f"the note at character {span.start} of {name} has no words: give it some")
    return _Planned(note, parts)


def _settle_changes(planned: Iterable[_Planned]) -> None:
    """Decide which replacements are written as tracked changes: those in one line that overlap no other."""
    taken: list[_Planned] = []
    for each in planned:
        words = each.note.replacement
        if words is None or words == each.note.span.exact:
            continue
        if _can_change(each) and not any(_overlap(each.note, other.note) for other in taken):
            each.replacement = writable(words)
            taken.append(each)
        else:
            each.told.append(f"Proposed wording: {words}" if words else "Proposed: delete these words")


def _can_change(planned: _Planned) -> bool:
    return len(planned.parts) == 1 and planned.parts[0].placed.line.story.kind != "box"


def _overlap(one: WordNote, other: WordNote) -> bool:
    return one.span.start < other.span.end and other.span.start < one.span.end


def _cut(planned: Iterable[_Planned]) -> None:
    """Cut all runs first: afterwards nothing is moved from one run to another."""
    offsets: defaultdict[int, set[int]] = defaultdict(set)
    lines = {}
    for part in (part for each in planned for part in each.parts):
        if part.placed.line.story.kind != "box":
            lines[id(part.placed.line)] = part.placed.line
            offsets[id(part.placed.line)] |= {part.start, part.end}
    for key, line in lines.items():
        cut(line, offsets[key])
    for each in planned:
        if each.replacement is not None:
            for piece in each.parts[0].pieces():
                isolate_words(piece)


def _comment(planned: _Planned, marks: Marks) -> None:
    in_body = [part for part in planned.parts if part.placed.line.story.kind == "body"]
    said = [planned.note.comment, *planned.told]
    if in_body:
        marks.comment(in_body[0].pieces()[0].unit, in_body[-1].pieces()[-1].unit, planned.note.author, _joined(said))
        return
    story = planned.parts[0].placed.line.story
    said.insert(0, f"In {story.label}, at “{planned.note.span.exact}”:")
    reference = run_of_its_own(story.reference)
    marks.comment(reference, reference, planned.note.author, _joined(said))


def _joined(lines: Iterable[str]) -> str:
    return writable("\n".join(line for line in lines if line))
