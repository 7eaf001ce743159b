"""OpenDocument texts (.odt): paragraphs, headings, lists, tables, notes, comments, changes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from pipeline.articles.cleaning import Cleaner
from pipeline.articles.word.layout import BODY, Anchor, Grid, Layout, Line, Piece, Point, Story, StoryKind, lay_out
from pipeline.articles.word.names import Element
from pipeline.articles.word.odt_names import (
    BLANKS,
    BOX,
    BREAK,
    CELLS,
    CHANGE_END,
    CHANGE_ID,
    CHANGE_START,
    CHANGES,
    COMMENT,
    COMMENT_END,
    DC,
    DRAW,
    HIDDEN_PARAGRAPH,
    HOLDERS,
    NOTE,
    OFFICE,
    PARAGRAPHS,
    STYLE_NAME,
    TAB,
    TABLE,
    TEXT,
)
from pipeline.articles.word.odt_styles import Behind, Look, OdtStyles
from pipeline.articles.word.opening import members
from pipeline.articles.word.telling import Findings, cells_of, headings_of, notes_of, spans_of, title_of, told
from pipeline.articles.word.values import WordComment, WordText
from pipeline.core.errors import InputError

# What is no part of the text: what was deleted, names of fields' variables and the like.
_SKIPPED = frozenset(
    {CHANGES, f"{TEXT}sequence-decls", f"{TEXT}variable-decls", f"{TEXT}user-field-decls", f"{OFFICE}forms"}
)
_HIDDEN = frozenset({f"{TEXT}hidden-text", HIDDEN_PARAGRAPH})
_SIGNS = {TAB: "\t", BREAK: "\n"}
_BLANKS = re.compile(r"[ \t\r\n]+")
_DEEPEST = 6
_MAX_BLANKS = 1000


@dataclass
class Source:
    """Where the characters of a piece stand in the XML."""

    element: Element
    part: Literal["text", "tail", "whole"]
    """Its own text, what follows it, or the element as a whole: a blank, a tab, a field."""
    starts: Sequence[int] = ()
    """Where each character begins in the string of a `text` or a `tail`."""
    ends: Sequence[int] = ()
    changed: bool = False
    """It is part of a change that somebody has tracked."""


@dataclass
class _OdtReader:
    """Reads the body of one document."""

    styles: OdtStyles
    lines: list[Line] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    anchors: dict[str, Anchor] = field(default_factory=dict)
    comments: list[tuple[str, Element]] = field(default_factory=list)
    story: Story = BODY
    _grid: Grid = field(default_factory=Grid)
    _notes: list[tuple[Story, Element]] = field(default_factory=list)
    _boxes: list[tuple[Element, Element]] = field(default_factory=list)
    _numbers: Counter[str] = field(default_factory=Counter)
    _changes: set[str] = field(default_factory=set)
    """Those of the tracked changes that have begun and not ended."""
    _unseen: int = 0
    """How many of the blocks around are hidden."""
    _behind: Behind | None = None
    """What is behind the words in them; None for the page."""

    def read(self, body: Element) -> None:
        """Add the lines of the body, then those of its notes."""
        self._blocks(body)
        for story, note in self._notes:
            self.story = story
            self._blocks(note)

    def _blocks(self, container: Element) -> None:
        for child in container:
            if child.tag in PARAGRAPHS:
                self._paragraph(child)
            elif child.tag == CHANGES:
                self._count_changes(child)
            elif isinstance(child.tag, str) and child.tag not in _SKIPPED:
                self._block(child)

    def _block(self, block: Element) -> None:
        hidden = _is_hidden(block)
        around, self._behind = self._behind, self.styles.behind(block, self._behind or self.styles.page)
        self._unseen += hidden
        if block.tag == f"{TABLE}table-row":
            self._grid.row()
        elif block.tag in CELLS:
            self._grid.column()
        with self._grid.table() if block.tag == f"{TABLE}table" else nullcontext():
            self._blocks(block)
        self._unseen -= hidden
        self._behind = around

    def _count_changes(self, changes: Element) -> None:
        for kind in ("insertion", "deletion"):
            self.findings.changes[kind] += sum(1 for _ in changes.iter(f"{TEXT}{kind}"))

    def _paragraph(self, paragraph: Element) -> None:
        line = Line(self.story, self._grid.cell)
        style = paragraph.get(STYLE_NAME)
        line.is_title = self.styles.is_title(style)
        line.level = 1 if line.is_title else _outline(paragraph) or self.styles.level(style)
        hidden = any(_is_hidden(each) for each in paragraph.iter(HIDDEN_PARAGRAPH))
        self._unseen += hidden
        self._inlines(paragraph, line, self.styles.of_paragraph(style, self._behind or self.styles.page))
        self._unseen -= hidden
        self.lines.append(line)
        boxes, self._boxes = self._boxes, []
        story = self.story
        around = self._behind
        for box, holder in boxes:
            self.story = story if story.reference is not None else Story("box", "a text box", holder)
            self._behind = self.styles.behind(box.getparent(), around or self.styles.page)
            self._blocks(box)
        self._behind = around
        self.story = story

    def _inlines(self, element: Element, line: Line, look: Look) -> None:
        self._words(element, "text", line, look)
        for child in element:
            self._inline(child, line, look)
            self._words(child, "tail", line, look)

    def _inline(self, child: Element, line: Line, look: Look) -> None:
        if child.tag == BLANKS:
            self._show(" " * _number_of_blanks(child), Source(child, "whole"), line, look)
        elif child.tag in _SIGNS:
            self._show(_SIGNS[child.tag], Source(child, "whole"), line, look)
        elif child.tag == NOTE:
            self._note(child)
        elif child.tag in (COMMENT, COMMENT_END):
            self._mark(child, Point(line, line.length))
        elif child.tag == CHANGE_START:
            self._changes.add(child.get(CHANGE_ID, ""))
        elif child.tag == CHANGE_END:
            self._changes.discard(child.get(CHANGE_ID, ""))
        elif isinstance(child.tag, str) and child.tag not in _SKIPPED:
            boxes = [(box, child) for box in child.iter(BOX)]
            self._boxes += boxes
            if not boxes:
                if child.tag.startswith(DRAW):
                    behind = self.styles.behind(child, self._behind or self.styles.page)
                    look = replace(look, ground=behind.colour, doubt=behind.doubt)
                look = self.styles.of_words(child.get(STYLE_NAME), look)
                self._inlines(child, line, replace(look, removed=True) if child.tag in _HIDDEN else look)

    def _note(self, note: Element) -> None:
        kind: StoryKind = "endnote" if note.get(f"{TEXT}note-class") == "endnote" else "footnote"
        self._numbers[kind] += 1
        body = note.find(f"{TEXT}note-body")
        if body is not None:
            self._notes.append((Story(kind, f"{kind} {self._numbers[kind]}", note), body))

    def _mark(self, mark: Element, point: Point) -> None:
        name = mark.get(f"{OFFICE}name") or f"comment {len(self.comments)}"
        if mark.tag == COMMENT:
            self.comments.append((name, mark))
            self.anchors[name] = Anchor(start=point)
        elif name in self.anchors:
            self.anchors[name].end = point

    def _words(self, element: Element, part: Literal["text", "tail"], line: Line, look: Look) -> None:
        """Show a string of the XML, in which blanks that follow each other are one."""
        written = (element.text if part == "text" else element.tail) or ""
        if written:
            places = [match.span() for match in re.finditer(rf"{_BLANKS.pattern}|.", written)]
            starts, ends = zip(*places, strict=True)
            self._show(_BLANKS.sub(" ", written), Source(element, part, starts, ends), line, look)

    def _show(self, raw: str, source: Source, line: Line, look: Look) -> None:
        if look.is_hidden or self._unseen:
            self.findings.left_out["hidden"] += len(raw)
            return
        self.findings.left_out["doubtful"] += look.is_doubtful * len(raw)
        follows = source.part != "whole" and line.pieces and line.pieces[-1].raw.endswith(" ")
        if raw.startswith(" ") and follows:  # blanks that follow each other across elements are one blank
            raw = raw[1:]
            source = Source(source.element, source.part, source.starts[1:], source.ends[1:])
        if raw:
            source.changed = bool(self._changes)
            line.pieces.append(Piece(source, raw))


@dataclass
class OdtDocument:
    """An open .odt, read."""

    content: Element
    reader: _OdtReader
    layout: Layout
    cleaner: Cleaner
    title: str | None
    """As the file's properties have it."""

    @property
    def body(self) -> Element:
        """The element that holds its text."""
        return self.content.find(_BODY)


_BODY = f"{OFFICE}body/{OFFICE}text"


def holder_of(source: Source) -> Element:
    """Return what a mark beside a piece stands in, or, where it may stand in none, the element it stands beside."""
    above = [source.element, *source.element.iterancestors()][source.part != "text" :]
    inner = next(at for at, each in enumerate(above) if each.tag in PARAGRAPHS and not _in_shape(each))
    foreign = [each for each in above[:inner] if each.tag not in HOLDERS]
    return foreign[-1] if foreign else above[0]


def _in_shape(paragraph: Element) -> bool:
    """Tell whether a paragraph is a drawing's own text, which is read with the line that the drawing stands in."""
    above = paragraph.getparent().tag
    return bool(above.startswith(DRAW) and above != BOX)


def open_odt(data: bytes, name: str) -> OdtDocument:
    """Read an .odt. Raises InputError for one that is encrypted, broken or too large."""
    found, _ = members(data, name)
    if b"encryption-data" in found.get("META-INF/manifest.xml", b""):
        raise InputError(f"{name} is protected by a password: save it without one, and give that")
    content = _parsed(found, "content.xml", name)
    body = content.find(_BODY)
    if body is None:
        raise InputError(f"{name} is no OpenDocument text: open it and save it as .odt or .docx")
    roots = [_parsed(found, "styles.xml", name)] if "styles.xml" in found else []
    reader = _OdtReader(OdtStyles([*roots, content]))
    reader.read(body)
    cleaner = Cleaner()
    return OdtDocument(content, reader, lay_out(reader.lines, cleaner), cleaner, _noted_title(found, name))


def read_odt(data: bytes, name: str) -> WordText:
    """Return the text of an .odt. Raises InputError for one that is encrypted, broken or too large."""
    document = open_odt(data, name)
    reader, layout = document.reader, document.layout
    spans = spans_of(layout, reader.anchors)
    comments = tuple(
        WordComment(
            author=comment.findtext(f"{DC}creator") or "",
            text=Cleaner().clean("\n".join("".join(p.itertext()) for p in comment.iter(*PARAGRAPHS))).strip(),
            written_at=_moment(comment.findtext(f"{DC}date")),
            span=spans.get(name),
        )
        for name, comment in reader.comments
    )
    return WordText(
        text=layout.text,
        title=title_of(layout, document.title),
        headings=headings_of(layout),
        comments=comments,
        footnotes=notes_of(layout),
        cells=cells_of(layout),
        tracked_changes=reader.findings.changes.total(),
        warnings=told(reader.findings, document.cleaner, layout, comments),
    )


def _is_hidden(element: Element) -> bool:
    """Tell whether a section, a row or a field says of itself that it is not shown."""
    told = element.get(f"{TEXT}display") == "none" or element.get(f"{TEXT}is-hidden") == "true"
    return told or element.get(f"{TABLE}visibility") in ("collapse", "filter")


def _moment(written: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(written[:26]) if written else None
    except ValueError:
        return None


def _parsed(found: dict[str, bytes], path: str, name: str) -> Element:
    from lxml import etree

    try:
        return etree.fromstring(found[path], etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except (KeyError, etree.LxmlError) as error:
        raise InputError(f"{name} is a broken OpenDocument file ({path}): open it and save it again") from error


def _noted_title(found: dict[str, bytes], name: str) -> str | None:
    if "meta.xml" not in found:
        return None
    title = _parsed(found, "meta.xml", name).find(f".//{DC}title")
    return None if title is None else title.text


def _outline(paragraph: Element) -> int:
    if paragraph.tag != f"{TEXT}h":
        return 0
    level = paragraph.get(f"{TEXT}outline-level", "1")
    return min(int(level), _DEEPEST) if level.isdecimal() else 1


def _number_of_blanks(element: Element) -> int:
    count = element.get(f"{TEXT}c", "1")
    return min(int(count), _MAX_BLANKS) if count.isdecimal() and len(count) < _MAX_BLANKS else 1
