"""A .docx with its lines and its text: what reading and annotating both begin with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pipeline.articles.cleaning import Cleaner
from pipeline.articles.styles import WHITE, colour_of
from pipeline.articles.word.grounds import scene_of
from pipeline.articles.word.layout import Layout, Story, lay_out
from pipeline.articles.word.names import Element, w
from pipeline.articles.word.opening import open_docx
from pipeline.articles.word.story import NoteReference, Reader
from pipeline.articles.word.styles import Styles
from pipeline.core.errors import InputError

_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


@dataclass
class WordDocument:
    """An open .docx, read."""

    docx: Any
    """The document of python-docx."""
    reader: Reader
    layout: Layout
    cleaner: Cleaner
    notes: dict[str, Element] = field(default_factory=dict)
    """The roots of the parts that hold footnotes and endnotes, where there are such."""

    def keep_notes(self) -> None:
        """Put what was changed in footnotes and endnotes back into their parts."""
        for kind, root in self.notes.items():
            _part(self.docx, f"{kind}s")._blob = _serialized(root)  # python-docx has no name for such parts


def open_document(data: bytes, name: str) -> WordDocument:
    """Read a .docx. Raises InputError for what is none, or cannot be read."""
    docx = open_docx(data, name)
    styles = _part(docx, "styles")
    page = docx.element.find(w("background"))
    colour = None if page is None else colour_of(f"#{page.get(w('color'))}")
    scene = scene_of(colour or WHITE, docx.element.body, _margins(docx))
    reader = Reader(Styles(getattr(styles, "element", None), scene))
    reader.read(docx.element.body)
    notes = {kind: _root(docx, f"{kind}s", name) for kind in ("footnote", "endnote")}
    _read_notes(reader, notes)
    cleaner = Cleaner()
    layout = lay_out(reader.lines, cleaner)
    return WordDocument(docx, reader, layout, cleaner, {kind: root for kind, root in notes.items() if root is not None})


def part_element(docx: Any, kind: str) -> Element | None:
    """Return the root of a part that python-docx knows, such as `comments`, without making one."""
    return getattr(_part(docx, kind), "element", None)


def _read_notes(reader: Reader, notes: dict[str, Element | None]) -> None:
    numbers: Counter[str] = Counter()
    for reference in tuple(reader.references):
        numbers[reference.kind] += 1
        note = _note(notes[reference.kind], reference)
        if note is not None:
            label = f"{reference.kind} {numbers[reference.kind]}"
            reader.read(note, Story("footnote" if reference.kind == "footnote" else "endnote", label, reference.mark))


def _note(root: Element | None, reference: NoteReference) -> Element | None:
    notes = () if root is None else root.iter(w(reference.kind))
    return next((note for note in notes if note.get(w("id")) == reference.note_id), None)


def _margins(docx: Any) -> Iterator[Element]:
    """Yield the roots of what stands above and below the pages."""
    for part in docx.part.package.iter_parts():
        if re.fullmatch(r"/word/(?:header|footer)\d*\.xml", str(part.partname)) and hasattr(part, "element"):
            yield part.element


def _part(docx: Any, kind: str) -> Any:
    try:
        return docx.part.part_related_by(_RELATIONSHIPS + kind)
    except (KeyError, ValueError):
        return None


def _root(docx: Any, kind: str, name: str) -> Element | None:
    from docx.oxml.parser import parse_xml
    from lxml.etree import LxmlError

    part = _part(docx, kind)
    try:
        return None if part is None else parse_xml(part.blob)
    except LxmlError as error:
        raise InputError(f"{name} has broken {kind}: open it in Word or LibreOffice and save it again") from error


def _serialized(root: Element) -> bytes:
    from lxml import etree

    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
