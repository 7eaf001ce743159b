"""The same OpenDocument text with comments at exact words, and with proposed wordings as tracked changes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from itertools import count

from pipeline.articles.word.layout import Line, Piece
from pipeline.articles.word.marks import clean_author, writable
from pipeline.articles.word.names import Element
from pipeline.articles.word.odt import OdtDocument, Source, open_odt
from pipeline.articles.word.odt_marks import Cuts, can_delete, fill, like, written
from pipeline.articles.word.odt_names import (
    CHANGE_ID,
    CHANGES,
    COMMENT,
    COMMENT_END,
    DC,
    META,
    OFFICE,
    STYLE_NAME,
    TEXT,
    XML_ID,
)
from pipeline.articles.word.planning import Part, Planned, plan, settle_changes
from pipeline.articles.word.values import WordNote
from pipeline.core.clock import utc_now

_CONTENT = "content.xml"


def annotate_odt(data: bytes, notes: Sequence[WordNote], name: str) -> bytes:
    """Return an .odt with one comment at the words of each note, and its replacement as a tracked change.

    Raises InputError for what is no .odt, and for a note whose words are not where `read_word` has them.
    """
    document = open_odt(data, name)
    planned = [plan(note, document.layout, name) for note in notes]
    settle_changes(planned, _can_change)
    marks = _OdtMarks(document)
    for each in planned:
        marks.comment(each)
    for each in planned:
        if each.replacement is not None:
            marks.change(each.parts[0], each.note.author, each.replacement)
    marks.cuts.make()
    return _packed(data, document)


def _can_change(part: Part) -> bool:
    return part.placed.line.story.kind != "box" and can_delete([piece for piece, _, _ in part.ranges()])


class _OdtMarks:
    """Plans what is written into one document, under names that nothing in it has."""

    def __init__(self, document: OdtDocument) -> None:
        self.cuts = Cuts()
        self._document = document
        self._root = document.content
        known = {value for each in self._root.iter() for value in _names(each)}
        self._names = (name for number in count(1) if (name := f"factnotes{number}") not in known)
        self._written_at = utc_now().strftime("%Y-%m-%dT%H:%M:%S")

    def comment(self, planned: Planned) -> None:
        """Let a comment begin and end at a note's words, or around the reference to the note they stand in."""
        name = next(self._names)
        begin, end = self._new(COMMENT), self._new(COMMENT_END)
        for mark in (begin, end):
            mark.set(f"{OFFICE}name", name)
        said = planned.said()
        in_body = [part for part in planned.parts if part.placed.line.story.kind == "body"]
        if in_body:
            first, last = in_body[0].ranges()[0], in_body[-1].ranges()[-1]
        else:
            first = last = Piece(Source(planned.parts[0].placed.line.story.reference, "whole"), " "), 0, 1
        self._fill(begin, planned.note.author, writable(said))
        self.cuts.begin(first[0], first[1], begin)
        self.cuts.end(last[0], last[2], end)

    def change(self, part: Part, author: str, replacement: str) -> None:
        """Mark words as deleted and write their replacement before what is left of them, in the look of the first."""
        pieces = part.ranges()
        insertion = self._insertion(pieces[0][0].node, author, replacement) if replacement else []
        for piece, start, end in pieces:
            for first, last in self._apart(piece, start, end):
                region, words = self._region("deletion", author)
                self.cuts.begin(piece, first, self._mark("change", region))
                for each in insertion:
                    self.cuts.begin(piece, first, each)
                insertion = []
                self.cuts.delete(piece, first, last, words)
        if (following := _following(part.placed.line, pieces[-1][0])) and pieces[-1][2] == len(pieces[-1][0].raw):
            self.cuts.keep_blank(following)

    def _apart(self, piece: Piece, start: int, end: int) -> Iterable[tuple[int, int]]:
        """Yield the parts of deleted words between which comments begin or end: those stay in the text."""
        bounds = [start, *self.cuts.inner(piece, start, end), end]
        return zip(bounds, bounds[1:], strict=False)

    def _insertion(self, source: Source, author: str, replacement: str) -> list[Element]:
        region, _ = self._region("insertion", author)
        words = [each for each in like(source, written(replacement, self._root), self._root)]
        shown = words[0] if len(words) == 1 and not isinstance(words[0], str) else fill(self._new(f"{TEXT}span"), words)
        return [self._mark("change-start", region), shown, self._mark("change-end", region)]

    def _region(self, kind: str, author: str) -> tuple[str, Element]:
        """Add a change to the document's list; return its name, and a paragraph for words that are deleted."""
        name = next(self._names)
        region, change = self._new(f"{TEXT}changed-region"), self._new(f"{TEXT}{kind}")
        region.set(XML_ID, name)
        region.set(f"{TEXT}id", name)
        info = self._new(f"{OFFICE}change-info")
        self._signed(info, author)
        change.append(info)
        paragraph = self._new(f"{TEXT}p")
        if kind == "deletion":
            change.append(paragraph)
        region.append(change)
        self._changes().append(region)
        return name, paragraph

    def _changes(self) -> Element:
        """Return the list of changes; a new one does not switch on that what others write is tracked."""
        body = self._document.body
        changes = body.find(CHANGES)
        if changes is None:
            changes = self._new(CHANGES)
            changes.set(f"{TEXT}track-changes", "false")
            body.insert(1 if len(body) and body[0].tag == f"{OFFICE}forms" else 0, changes)
        return changes

    def _fill(self, comment: Element, author: str, text: str) -> None:
        self._signed(comment, author)
        initials = self._new(f"{META}creator-initials")
        initials.text = "".join(word[0] for word in clean_author(author).split())[:3].upper()
        comment.append(initials)
        for line in text.split("\n"):
            comment.append(fill(self._new(f"{TEXT}p"), written(line, comment)))

    def _signed(self, element: Element, author: str) -> None:
        for tag, words in ((f"{DC}creator", clean_author(author)), (f"{DC}date", self._written_at)):
            child = self._new(tag)
            child.text = words
            element.append(child)

    def _mark(self, kind: str, region: str) -> Element:
        mark = self._new(f"{TEXT}{kind}")
        mark.set(CHANGE_ID, region)
        return mark

    def _new(self, tag: str) -> Element:
        return self._root.makeelement(tag)


def _names(element: Element) -> Iterable[str]:
    found = (element.get(name) for name in (XML_ID, f"{TEXT}id", f"{OFFICE}name", STYLE_NAME))
    return (each for each in found if each)


def _following(line: Line, piece: Piece) -> Piece | None:
    """Return the piece behind another in its line, where it begins with a blank of a string."""
    at = next(number for number, each in enumerate(line.pieces) if each is piece) + 1
    after = line.pieces[at] if at < len(line.pieces) else None
    return after if after is not None and after.node.part != "whole" and after.raw.startswith(" ") else None


def _packed(data: bytes, document: OdtDocument) -> bytes:
    """Return the file with its content written anew and all else as it was, in its order."""
    from lxml import etree

    content = etree.tostring(document.content, xml_declaration=True, encoding="UTF-8")
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info, content if info.filename == _CONTENT else old.read(info))
    return made.getvalue()
