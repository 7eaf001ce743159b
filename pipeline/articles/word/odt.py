"""OpenDocument texts (.odt), for reading only: paragraphs, headings, lists, tables, notes, comments, changes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.articles.cleaning import Cleaner
from pipeline.articles.word.layout import BODY, Anchor, Grid, Line, Piece, Point, Story, StoryKind, lay_out
from pipeline.articles.word.names import Element
from pipeline.articles.word.opening import members
from pipeline.articles.word.telling import Findings, cells_of, headings_of, notes_of, spans_of, title_of, told
from pipeline.articles.word.values import WordComment, WordText
from pipeline.core.errors import InputError

_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _TEXT, _STYLE, _TABLE = (f"{{{_NAMESPACE}{name}:1.0}}" for name in ("office", "text", "style", "table"))
_DC = "{http://purl.org/dc/elements/1.1/}"
_PARAGRAPHS = (f"{_TEXT}p", f"{_TEXT}h")
_COMMENT, _COMMENT_END = f"{_OFFICE}annotation", f"{_OFFICE}annotation-end"
_NOTE, _BOX = f"{_TEXT}note", f"{{{_NAMESPACE}drawing:1.0}}text-box"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_CHANGES = f"{_TEXT}tracked-changes"
# What is no part of the text: what was deleted, names of fields' variables and the like.
_SKIPPED = frozenset(
    {_CHANGES, f"{_TEXT}sequence-decls", f"{_TEXT}variable-decls", f"{_TEXT}user-field-decls", f"{_OFFICE}forms"}
)
_HIDDEN = frozenset({f"{_TEXT}hidden-text", f"{_TEXT}hidden-paragraph"})
_STYLE_NAME = f"{_TEXT}style-name"
_HEADING = re.compile(r"Heading(?:_20_| )?([1-9])")
_BLANKS = re.compile(r"[ \t\r\n]+")
_DEEPEST = 6
_MAX_BLANKS = 1000


class _OdtStyles:
    """The styles of one document, automatic ones too, by name."""

    def __init__(self, roots: Sequence[Element]) -> None:
        self._by_name = {style.get(f"{_STYLE}name"): style for root in roots for style in root.iter(f"{_STYLE}style")}

    def is_title(self, name: str | None) -> bool:
        """Tell whether a style is Title, or made from it."""
        return "Title" in self._chain(name)

    def level(self, name: str | None) -> int:
        """Return the level of a heading that is one by its style only, or 0."""
        found = (match for each in self._chain(name) if (match := _HEADING.fullmatch(each)))
        return min(int(next(found, ["0", "0"])[1]), _DEEPEST)

    def hides(self, name: str | None, otherwise: bool) -> bool:
        """Tell whether a style hides text; what says nothing of it leaves it as it is around."""
        for each in self._chain(name):
            style = self._by_name.get(each)
            for properties in () if style is None else style.iter(f"{_STYLE}text-properties"):
                if display := properties.get(f"{_TEXT}display"):
                    return bool(display == "none")
        return otherwise

    def _chain(self, name: str | None) -> Iterator[str]:
        met: set[str] = set()
        while name and name not in met:
            met.add(name)
            yield name
            style = self._by_name.get(name)
            name = None if style is None else style.get(f"{_STYLE}parent-style-name")


@dataclass
class _OdtReader:
    """Reads the body of one document."""

    styles: _OdtStyles
    lines: list[Line] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    anchors: dict[str, Anchor] = field(default_factory=dict)
    comments: list[tuple[str, Element]] = field(default_factory=list)
    story: Story = BODY
    _grid: Grid = field(default_factory=Grid)
    _notes: list[tuple[Story, Element]] = field(default_factory=list)
    _boxes: list[Element] = field(default_factory=list)
    _numbers: Counter[str] = field(default_factory=Counter)

    def read(self, body: Element) -> None:
        """Add the lines of the body, then those of its notes."""
        self._blocks(body)
        for story, note in self._notes:
            self.story = story
            self._blocks(note)

    def _blocks(self, container: Element) -> None:
        for child in container:
            if child.tag in _PARAGRAPHS:
                self._paragraph(child)
            elif child.tag == _CHANGES:
                self._count_changes(child)
            elif isinstance(child.tag, str) and child.tag not in _SKIPPED:
                self._block(child)

    def _block(self, block: Element) -> None:
        if block.tag == f"{_TABLE}table-row":
            self._grid.row()
        elif block.tag in _CELLS:
            self._grid.column()
        with self._grid.table() if block.tag == f"{_TABLE}table" else nullcontext():
            self._blocks(block)

    def _count_changes(self, changes: Element) -> None:
        for kind in ("insertion", "deletion"):
            self.findings.changes[kind] += sum(1 for _ in changes.iter(f"{_TEXT}{kind}"))

    def _paragraph(self, paragraph: Element) -> None:
        line = Line(self.story, self._grid.cell)
        style = paragraph.get(_STYLE_NAME)
        line.is_title = self.styles.is_title(style)
        line.level = 1 if line.is_title else _outline(paragraph) or self.styles.level(style)
        self._inlines(paragraph, line, self.styles.hides(style, False))
        self.lines.append(line)
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self._blocks(box)

    def _inlines(self, element: Element, line: Line, hidden: bool) -> None:
        self._show(_BLANKS.sub(" ", element.text or ""), line, hidden)
        for child in element:
            self._inline(child, line, hidden)
            self._show(_BLANKS.sub(" ", child.tail or ""), line, hidden)

    def _inline(self, child: Element, line: Line, hidden: bool) -> None:
        if child.tag == f"{_TEXT}s":
            self._show(" " * _number_of_blanks(child), line, hidden)
        elif child.tag in (f"{_TEXT}tab", f"{_TEXT}line-break"):
            self._show("\t" if child.tag.endswith("tab") else "\n", line, hidden)
        elif child.tag == _NOTE:
            self._note(child)
        elif child.tag in (_COMMENT, _COMMENT_END):
            self._mark(child, Point(line, line.length))
        elif isinstance(child.tag, str) and child.tag not in _SKIPPED:
            self._boxes += child.iter(_BOX)
            if not any(True for _ in child.iter(_BOX)):
                self._inlines(child, line, child.tag in _HIDDEN or self.styles.hides(child.get(_STYLE_NAME), hidden))

    def _note(self, note: Element) -> None:
        kind: StoryKind = "endnote" if note.get(f"{_TEXT}note-class") == "endnote" else "footnote"
        self._numbers[kind] += 1
        body = note.find(f"{_TEXT}note-body")
        if body is not None:
            self._notes.append((Story(kind, f"{kind} {self._numbers[kind]}"), body))

    def _mark(self, mark: Element, point: Point) -> None:
        name = mark.get(f"{_OFFICE}name") or f"comment {len(self.comments)}"
        if mark.tag == _COMMENT:
            self.comments.append((name, mark))
            self.anchors[name] = Anchor(start=point)
        elif name in self.anchors:
            self.anchors[name].end = point

    def _show(self, raw: str, line: Line, hidden: bool) -> None:
        if hidden:
            self.findings.left_out["hidden"] += len(raw)
            return
        if raw.startswith(" ") and line.pieces and line.pieces[-1].raw.endswith(" "):
            raw = raw[1:]  # blanks that follow each other across elements are one blank
        if raw:
            line.pieces.append(Piece(None, raw))


def read_odt(data: bytes, name: str) -> WordText:
    """Return the text of an .odt. Raises InputError for one that is encrypted, broken or too large."""
    found, _ = members(data, name)
    if b"encryption-data" in found.get("META-INF/manifest.xml", b""):
        raise InputError(f"{name} is protected by a password: save it without one, and give that")
    content = _parsed(found, "content.xml", name)
    body = content.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        raise InputError(f"{name} is no OpenDocument text: open it and save it as .odt or .docx")
    roots = [_parsed(found, "styles.xml", name)] if "styles.xml" in found else []
    reader = _OdtReader(_OdtStyles([*roots, content]))
    reader.read(body)
    return _as_text(reader, _noted_title(found, name))


def _as_text(reader: _OdtReader, title: str | None) -> WordText:
    cleaner = Cleaner()
    layout = lay_out(reader.lines, cleaner)
    spans = spans_of(layout, reader.anchors)
    comments = tuple(
        WordComment(
            author=comment.findtext(f"{_DC}creator") or "",
            text=Cleaner().clean("\n".join("".join(p.itertext()) for p in comment.iter(*_PARAGRAPHS))).strip(),
            written_at=_moment(comment.findtext(f"{_DC}date")),
            span=spans.get(name),
        )
        for name, comment in reader.comments
    )
    return WordText(
        text=layout.text,
        title=title_of(layout, title),
        headings=headings_of(layout),
        comments=comments,
        footnotes=notes_of(layout),
        cells=cells_of(layout),
        tracked_changes=reader.findings.changes.total(),
        warnings=told(reader.findings, cleaner, layout, comments),
    )


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
    title = _parsed(found, "meta.xml", name).find(f".//{_DC}title")
    return None if title is None else title.text


def _outline(paragraph: Element) -> int:
    if paragraph.tag != f"{_TEXT}h":
        return 0
    level = paragraph.get(f"{_TEXT}outline-level", "1")
    return min(int(level), _DEEPEST) if level.isdecimal() else 1


def _number_of_blanks(element: Element) -> int:
    count = element.get(f"{_TEXT}c", "1")
    return min(int(count), _MAX_BLANKS) if count.isdecimal() and len(count) < _MAX_BLANKS else 1
