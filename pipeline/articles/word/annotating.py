"""The same Word file with comments at exact words, and with proposed wordings as tracked changes."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Sequence

from pipeline.articles.word.cutting import cut, isolate_words, run_of_its_own
from pipeline.articles.word.document import open_document
from pipeline.articles.word.marks import Marks, refuse_many, writable
from pipeline.articles.word.odt_annotating import annotate_odt
from pipeline.articles.word.opening import is_open_document
from pipeline.articles.word.planning import Part, Planned, plan, settle_changes
from pipeline.articles.word.values import WordNote


def annotate_word(data: bytes, notes: Sequence[WordNote], name: str = "the file") -> bytes:
    """Return a .docx or .odt with one comment at the words of each note, and its replacement as a tracked change.

    Everything else stays as it is. Word keeps no comments inside footnotes, endnotes and text boxes: there the comment
    stands at the reference and names the words. A replacement that cannot be shown as one change is told in the
    comment. Raises InputError for what is no such file, and for a note whose words are not where `read_word` has them.
    """
    if is_open_document(data):
        return annotate_odt(data, notes, name)
    document = open_document(data, name)
    refuse_many(document.docx, len(notes), name)
    planned = [plan(note, document.layout, name) for note in notes]
    settle_changes(planned, _can_change)
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


def _can_change(part: Part) -> bool:
    return part.placed.line.story.kind != "box"


def _cut(planned: Iterable[Planned]) -> None:
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


def _comment(planned: Planned, marks: Marks) -> None:
    in_body = [part for part in planned.parts if part.placed.line.story.kind == "body"]
    said = writable(planned.said())
    if in_body:
        marks.comment(in_body[0].pieces()[0].unit, in_body[-1].pieces()[-1].unit, planned.note.author, said)
        return
    reference = run_of_its_own(planned.parts[0].placed.line.story.reference)
    marks.comment(reference, reference, planned.note.author, said)
