"""Read evidence from office documents: PDF by page, Word and OpenDocument by heading and table row, RTF, e-mail.

What cannot be read is told in one line and never guessed: scanned pages, passwords, broken files.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from pipeline.articles import load_article
from pipeline.core.errors import InputError
from pipeline.core.settings import load_settings

_MAX_BYTES, _MAX_UNPACKED = 100_000_000, 300_000_000
_SCANNED_CHARS = 20
"""A page with fewer characters holds a picture or nothing."""
_BROKEN_WORD = re.compile(r"(?<=[a-z])[-‐]\n(?=[a-z])")
_SINGLE_BREAK = re.compile(r"(?<!\n)\n(?!\n)")
_OLD = {".doc": "DOCX", ".xls": "XLSX", ".ods": "XLSX", ".ppt": "PDF", ".pptx": "PDF", ".odp": "PDF", ".pages": "DOCX"}


@dataclass(frozen=True)
class Piece:
    """A text of a document, and where it stands in it."""

    text: str
    place: str | None = None
    """Such as `page 3` or `sheet Budget, row 12`."""
    title: str | None = None
    """Where it is not the document's."""


@dataclass(frozen=True)
class Document:
    """What a file says, and what of it could not be read."""

    pieces: tuple[Piece, ...]
    title: str | None = None
    published_at: date | None = None
    problems: tuple[str, ...] = ()


def read_office_document(path: Path) -> Document:
    """Read a document by its ending; raises InputError in one line where it cannot be."""
    suffix = path.suffix.lower()
    if suffix in _OLD:
        raise InputError(f"{path}: {suffix} is not read: save it as {_OLD[suffix]}")
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InputError(f"{path} is larger than {_MAX_BYTES:,} bytes: split it")
        if zipfile.is_zipfile(path):
            _refuse_bomb(path)
        return READERS[suffix](path)
    except InputError:
        raise
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror or 'broken'}): check the path and the file"
        ) from error
    except Exception as error:  # each of the libraries has its own for a broken file, and leaks those of others
        raise InputError(
            f"{path} is no whole {suffix[1:].upper()} file ({type(error).__name__}): save it anew"
        ) from error


def _refuse_bomb(path: Path) -> None:
    with zipfile.ZipFile(path) as file:
        if sum(part.file_size for part in file.infolist()) > _MAX_UNPACKED:
            raise InputError(f"{path} unpacks to more than {_MAX_UNPACKED:,} bytes and is not read")


def _pdf(path: Path) -> Document:
    import pypdf

    reader = pypdf.PdfReader(path)
    if reader.is_encrypted and not reader.decrypt(""):
        raise InputError(f"{path} is locked with a password: save it without one")
    texts = [_unwrapped(page.extract_text()) for page in reader.pages]
    pieces = tuple(Piece(text, f"page {number}") for number, text in enumerate(texts, 1) if len(text) >= _SCANNED_CHARS)
    empty = len(texts) - len(pieces)
    if not pieces:
        raise InputError(f"{path} looks scanned: it has no text on its {len(texts)} pages: run text recognition on it")
    problems = (f"{path}: {empty} of {len(texts)} pages hold no text and may be scanned",) if empty else ()
    title = reader.metadata.title if reader.metadata else None
    return Document(pieces, title or None, problems=problems)


def _unwrapped(text: str) -> str:
    """Join the lines of a paragraph, and words that a line's end divides."""
    lines = "\n".join(line.strip() for line in text.replace("\0", "").splitlines())
    return _SINGLE_BREAK.sub(" ", _BROKEN_WORD.sub("", lines)).strip()


def _docx(path: Path) -> Document:
    import docx
    from docx.table import Table

    document = docx.Document(str(path))
    blocks: list[Block] = []
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            blocks.append([[" ".join(cell.text.split()) for cell in row.cells] for row in block.rows])
        else:
            level = (block.style.name or "").startswith(("Heading", "Title")) if block.style else False
            blocks.append(("heading" if level else "text", block.text))
    return Document(tuple(by_heading(blocks)), document.core_properties.title or None)


Block = tuple[str, str] | list[list[str]]
"""A heading or a paragraph, or the rows of a table."""


def by_heading(blocks: list[Block]) -> Iterator[Piece]:
    """Yield the text under each heading, and each row of a table with the names of its columns."""
    heading, lines, tables = None, list[str](), 0
    for block in blocks:
        if isinstance(block, list):
            tables += 1
            yield from rows_of(block, f"table {tables}")
        elif block[0] == "heading" and block[1].strip():
            yield from _under(heading, lines)
            heading, lines = block[1].strip(), []
        elif block[1].strip():
            lines.append(block[1].strip())
    yield from _under(heading, lines)


def _under(heading: str | None, lines: list[str]) -> Iterator[Piece]:
    if lines:
        yield Piece("\n\n".join(lines), f"under “{heading}”" if heading else None)


def rows_of(rows: list[list[str]], where: str, first: int = 1) -> Iterator[Piece]:
    """Yield each row of a table as a sentence with the names of its columns, which the first row holds."""
    names = rows[0] if rows else []
    for number, row in enumerate(rows[1:], first + 1):
        cells = [f"{name}: {cell}" if name else cell for name, cell in zip(names, row, strict=False) if cell]
        if cells:
            yield Piece("; ".join(cells) + ".", f"{where}, row {number}")


_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def _odt(path: Path) -> Document:
    from defusedxml import ElementTree

    with zipfile.ZipFile(path) as file:
        body = ElementTree.fromstring(file.read("content.xml"), forbid_dtd=True)
        meta = ElementTree.fromstring(file.read("meta.xml")) if "meta.xml" in file.namelist() else None
    title = None if meta is None else meta.findtext(".//{http://purl.org/dc/elements/1.1/}title")
    return Document(tuple(by_heading(list(_odt_blocks(body)))), title or None)


def _odt_blocks(parent: Any) -> Iterator[Block]:
    for child in parent:
        if child.tag == _TABLE + "table":
            yield [[_odt_text(cell) for cell in row] for row in child.iter(_TABLE + "table-row")]
        elif child.tag == _TEXT + "h":
            yield "heading", _odt_text(child)
        elif child.tag == _TEXT + "p":
            yield "text", _odt_text(child)
        elif child.tag != _TEXT + "tracked-changes":  # it holds what was deleted
            yield from _odt_blocks(child)


def _odt_text(element: Any) -> str:
    """Return the words of an element; notes at the foot and comments are not the text's own."""
    parts = [element.text or ""]
    for child in element:
        name = child.tag.rpartition("}")[2]
        if name in ("tab", "line-break", "s"):
            parts.append(" ")
        elif name not in ("note", "annotation"):
            parts.append(_odt_text(child))
        parts.append(child.tail or "")
    return " ".join("".join(parts).split())


def _rtf(path: Path) -> Document:
    from striprtf.striprtf import rtf_to_text

    data = path.read_bytes()
    if not data.lstrip().startswith(b"{\\rtf"):
        raise InputError(f"{path} is no RTF: save it as RTF or text")
    text = rtf_to_text(data.decode("latin-1"), errors="replace")
    return Document((Piece(re.sub(r"\n+", "\n\n", text).strip()),))


def _eml(path: Path) -> Document:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    if not isinstance(message, EmailMessage) or message["from"] is None:
        raise InputError(f"{path} is no e-mail: save it as EML")
    body = message.get_body(("plain", "html"))
    if body is None:
        raise InputError(f"{path} has no text: save what is attached as a file of its own")
    text = str(body.get_content())
    if body.get_content_subtype() == "html":
        text = _html_text(text)
    attached = [part.get_filename() or "without a name" for part in message.iter_attachments()]
    problems = (
        (f"{path}: attachments are not read ({', '.join(attached)[:100]}): save them as files",) if attached else ()
    )
    sender = f"e-mail from {' '.join(str(message['from']).split())}"
    return Document((Piece(_without_quoted(text), sender),), _subject(message), _sent(message), problems)


def _html_text(text: str) -> str:
    return load_article("-", load_settings(), stdin=text.encode()).text


def _without_quoted(text: str) -> str:
    """Return what the sender wrote: not the older mail below, which lines with `>` repeat."""
    return "\n".join(line for line in text.splitlines() if not line.startswith(">")).strip()


def _subject(message: EmailMessage) -> str | None:
    return " ".join(str(message["subject"] or "").split()) or None


def _sent(message: EmailMessage) -> date | None:
    try:
        moment = message["date"].datetime if message["date"] else None
    except (AttributeError, ValueError, MessageError):
        return None
    return moment.date() if isinstance(moment, datetime) else None


def _tables(path: Path) -> Document:
    from pipeline.evidence.table_files import read_table

    return read_table(path)


READERS: Mapping[str, Callable[[Path], Document]] = {
    ".pdf": _pdf,
    ".docx": _docx,
    ".odt": _odt,
    ".rtf": _rtf,
    ".eml": _eml,
    ".csv": _tables,
    ".tsv": _tables,
    ".xlsx": _tables,
}
NOT_READ = frozenset(_OLD)
"""Endings of files that are told how to be saved."""
