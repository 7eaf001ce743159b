"""A document's paragraphs in reading order, with tracked changes accepted: what each shows, and in which element."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field

from pipeline.articles.styles import declarations
from pipeline.articles.word.layout import BODY, Anchor, Grid, Line, Piece, Point, Story
from pipeline.articles.word.names import (
    ALTERNATIVES,
    BOX,
    CELL,
    COMMENT_REFERENCE,
    CONTROL,
    DELETED,
    FORMULA_TEXT,
    FORMULAS,
    INSERTED,
    NOTE_REFERENCES,
    PARAGRAPH,
    PICTURES,
    PROPERTIES,
    RANGE_END,
    RANGE_START,
    ROW,
    RUN,
    Element,
    chosen,
    is_on,
    w,
)
from pipeline.articles.word.signs import UNREADABLE, shown
from pipeline.articles.word.styles import Styles
from pipeline.articles.word.telling import Findings

_MOVED_OUT = w("moveFrom")


@dataclass(frozen=True)
class NoteReference:
    """Where a footnote or an endnote is referred to."""

    kind: str
    note_id: str
    mark: Element


@dataclass
class Reader:
    """Reads the stories of one document one after another."""

    styles: Styles
    lines: list[Line] = field(default_factory=list)
    anchors: dict[str, Anchor] = field(default_factory=dict)
    references: list[NoteReference] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    story: Story = BODY
    _grid: Grid = field(default_factory=Grid)
    _open: Line | None = None
    """A line that goes on in the next paragraph, because the mark between them is deleted."""
    _fields: list[str] = field(default_factory=list)
    """The fields that are open, each in its code or in its result."""
    _begun: list[str] = field(default_factory=list)
    """Comments that begin between two paragraphs."""
    _boxes: list[tuple[Element, Element]] = field(default_factory=list)
    _unseen: int = 0
    """How many of the boxes around are hidden."""

    def read(self, root: Element, story: Story = BODY) -> None:
        """Add the lines of a story, such as the body or one footnote."""
        before, self.story = self.story, story
        self._blocks(root)
        self._close()
        self.story = before

    def _blocks(self, container: Element) -> None:
        for child in container:
            if child.tag == PARAGRAPH:
                self._paragraph(child)
            elif child.tag in (ROW, CELL):
                self._close()
                if not self._is_deleted(child):
                    self._grid.row() if child.tag == ROW else self._grid.column()
                    self._blocks(child)
                self._close()
            elif child.tag in (RANGE_START, RANGE_END):
                self._mark_between(child)
            elif child.tag == w("altChunk"):
                self.findings.left_out["part"] += 1
            else:
                self._blocks_inside(child)

    def _blocks_inside(self, child: Element) -> None:
        inside = _contents(child)
        if inside is None or child.tag in DELETED:
            return
        with self._grid.table() if child.tag == w("tbl") else nullcontext():
            self._blocks(inside)

    def _is_deleted(self, part: Element) -> bool:
        """Tell whether a row or a cell is deleted; count that, and insertions."""
        properties = part.find(w("trPr") if part.tag == ROW else w("tcPr"))
        if properties is None:
            return False
        deleted = any(properties.find(w(name)) is not None for name in ("del", "cellDel"))
        inserted = any(properties.find(w(name)) is not None for name in ("ins", "cellIns"))
        self.findings.changes["deletion" if deleted else "insertion"] += deleted or inserted
        return deleted

    def _mark_between(self, mark: Element) -> None:
        comment = mark.get(w("id"))
        if mark.tag == RANGE_START:
            self._begun.append(comment)
        elif self.lines:
            self._anchor(comment).end = Point(self.lines[-1], self.lines[-1].length)

    def _paragraph(self, paragraph: Element) -> None:
        line = self._open or Line(self.story, self._grid.cell)
        line.level, line.is_title = self.styles.level(paragraph), self.styles.is_title(paragraph)
        for comment in self._begun:
            self._anchor(comment).start = Point(line, line.length)
        self._begun.clear()
        self._inlines(paragraph, line, paragraph)
        self._fields = [each for each in self._fields if each != "code"]  # one that is left open hides no more
        self._open = line
        if not self._mark_is_deleted(paragraph):
            self._close()

    def _mark_is_deleted(self, paragraph: Element) -> bool:
        mark = paragraph.find(f"{w('pPr')}/{w('rPr')}")
        if mark is None:
            return False
        self.findings.changes["insertion"] += mark.find(w("ins")) is not None
        self.findings.changes["deletion"] += mark.find(w("del")) is not None
        return any(mark.find(name) is not None for name in DELETED)

    def _close(self) -> None:
        """End the open line, and read the text boxes that hang on it."""
        if self._open is not None:
            self.lines.append(self._open)
        self._open = None
        boxes, self._boxes = self._boxes, []
        for box, holder in boxes:
            reference = holder if self.story.reference is None else self.story.reference
            hidden = _is_hidden(box, holder)
            self._unseen += hidden
            self.read(box, Story("box", "a text box", reference))
            self._unseen -= hidden

    def _inlines(self, parent: Element, line: Line, paragraph: Element) -> None:
        for child in parent:
            if child.tag == RUN:
                self._run(child, line, paragraph)
            elif child.tag in (RANGE_START, RANGE_END, COMMENT_REFERENCE):
                self._mark(child, line)
            elif child.tag in FORMULAS:
                line.pieces.append(Piece(child, "".join(text.text or "" for text in child.iter(FORMULA_TEXT))))
            elif child.tag in DELETED | INSERTED:
                self._change(child, line, paragraph)
            elif (inside := _contents(child)) is not None:
                self._inlines(inside, line, paragraph)

    def _change(self, change: Element, line: Line, paragraph: Element) -> None:
        if len(change) and change.tag != _MOVED_OUT:  # a move is counted where it arrives
            self.findings.changes[{w("ins"): "insertion", w("del"): "deletion"}.get(change.tag, "move")] += 1
        if change.tag in INSERTED:
            self._inlines(change, line, paragraph)
            return
        for mark in change.iter(RANGE_START, RANGE_END):  # a comment may begin or end among words that are deleted
            self._mark(mark, line)

    def _mark(self, mark: Element, line: Line) -> None:
        anchor = self._anchor(mark.get(w("id")))
        if mark.tag == RANGE_START:
            anchor.start = Point(line, line.length)
        elif mark.tag == RANGE_END:
            anchor.end = Point(line, line.length)

    def _anchor(self, comment: str) -> Anchor:
        return self.anchors.setdefault(comment, Anchor())

    def _run(self, run: Element, line: Line, paragraph: Element) -> None:
        hidden = self.styles.hides(run, paragraph)
        doubtful = not hidden and self.styles.may_hide(run, paragraph)
        for child in run:
            if child.tag == w("fldChar"):
                self._field(child.get(w("fldCharType")))
            elif child.tag in NOTE_REFERENCES and not hidden:
                self.references.append(NoteReference(NOTE_REFERENCES[child.tag], child.get(w("id")), child))
            elif child.tag in PICTURES or child.tag == ALTERNATIVES:
                self._boxes += [(box, child) for box in _boxes(child)]
            if "code" not in self._fields and (raw := shown(child)):
                self._show(Piece(child, raw), line, hidden)
                self.findings.left_out["doubtful"] += doubtful * len(raw)

    def _show(self, piece: Piece, line: Line, hidden: bool) -> None:
        if hidden or self._unseen:
            self.findings.left_out["hidden"] += len(piece.raw)
            return
        self.findings.left_out["sign"] += piece.raw == UNREADABLE
        line.pieces.append(piece)

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self._fields.append("code")
        elif self._fields and kind == "separate":
            self._fields[-1] = "result"
        elif self._fields and kind == "end":
            self._fields.pop()


def _contents(element: Element) -> Element | None:
    """Return in what an element's contents are, if they are shown: itself, a control's contents, one alternative."""
    if not isinstance(element.tag, str) or element.tag in PROPERTIES:
        return None
    if element.tag == CONTROL:
        if is_on(element.find(f"{w('sdtPr')}/{w('showingPlcHdr')}")):
            return None  # what asks for a text is none
        return element.find(w("sdtContent"))
    return chosen(element) if element.tag == ALTERNATIVES else element


def _is_hidden(box: Element, holder: Element) -> bool:
    """Tell whether a text box is not shown, by what it stands in; lengths are not asked: they count from an anchor."""
    for part in box.iterancestors():
        if any(str(each.tag).endswith("}docPr") and each.get("hidden") in ("1", "true") for each in part):
            return True
        said = declarations(part.get("style", "")) if part.tag.startswith(_VML) else {}
        if any(said.get(name) == value for name, value in _HIDING):
            return True
        if part is holder:
            break
    return False


_VML = "{urn:schemas-microsoft-com:vml}"
_HIDING = (("visibility", "hidden"), ("display", "none"), ("mso-hide", "all"))


def _boxes(element: Element) -> Iterator[Element]:
    """Yield the contents of text boxes, of one alternative only, and not those inside others."""
    for child in element if element.tag != ALTERNATIVES else [each for each in (chosen(element),) if each is not None]:
        if child.tag == BOX:
            yield child
        else:
            yield from _boxes(child)
