"""What a Word or OpenDocument file says."""

from __future__ import annotations

from datetime import datetime

from pipeline.articles.cleaning import Cleaner
from pipeline.articles.word.document import WordDocument, open_document, part_element
from pipeline.articles.word.names import DELETED, PARAGRAPH, TEXT, Element, w
from pipeline.articles.word.odt import read_odt
from pipeline.articles.word.opening import is_open_document
from pipeline.articles.word.telling import cells_of, headings_of, notes_of, spans_of, title_of, told
from pipeline.articles.word.values import WordComment, WordText

_TITLE = "{http://purl.org/dc/elements/1.1/}title"


def read_word(data: bytes, name: str = "the file") -> WordText:
    """Return the text of a .docx or .odt file, with tracked changes accepted and hidden text left out.

    Raises InputError, one line that begins with the file's name, for what is no such file or cannot be read.
    """
    if is_open_document(data):
        return read_odt(data, name)
    document = open_document(data, name)
    layout, findings = document.layout, document.reader.findings
    comments = tuple(_comments(document))
    return WordText(
        text=layout.text,
        title=title_of(layout, _core_title(document)),
        headings=headings_of(layout),
        comments=comments,
        footnotes=notes_of(layout),
        cells=cells_of(layout),
        tracked_changes=findings.changes.total(),
        warnings=told(findings, document.cleaner, layout, comments),
    )


def _core_title(document: WordDocument) -> str | None:
    package = document.docx.part.package
    parts = [part for part in package.iter_parts() if part.partname == "/docProps/core.xml"]
    found = next((part.element.find(_TITLE) for part in parts if hasattr(part, "element")), None)
    return None if found is None else found.text


def _comments(document: WordDocument) -> list[WordComment]:
    root = part_element(document.docx, "comments")
    found = () if root is None else root.iter(w("comment"))
    anchored = spans_of(document.layout, document.reader.anchors)
    return [
        WordComment(
            author=comment.get(w("author"), ""),
            text=_words(comment),
            written_at=_moment(comment.get(w("date"))),
            span=anchored.get(comment.get(w("id"))),
        )
        for comment in found
    ]


def _words(comment: Element) -> str:
    lines = ("".join(_shown(paragraph)) for paragraph in comment.iter(PARAGRAPH))
    return Cleaner().clean("\n".join(lines)).strip()


def _shown(paragraph: Element) -> list[str]:
    texts = paragraph.iter(TEXT)
    return [text.text or "" for text in texts if not any(above.tag in DELETED for above in text.iterancestors())]


def _moment(written: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(written) if written else None
    except ValueError:
        return None
