"""Read evidence from office documents: PDF by page, Word and OpenDocument by heading and table row, RTF, e-mail.

What cannot be read is told in one line and never guessed: scanned pages, passwords, broken files.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.articles import WordCell, WordText, is_mail, load_article, read_mail, read_word
from pipeline.core.errors import InputError
from pipeline.core.models import Span
from pipeline.core.settings import load_settings
from pipeline.evidence.pdf_sight import Sight, hidden_layers
from pipeline.evidence.rtf import seen_rtf

_MAX_BYTES, _MAX_UNPACKED = 100_000_000, 300_000_000
_MOST_PAGES = 5_000
"""A hundred kilobytes can name one page twenty thousand times."""
_SCANNED_CHARS = 20
"""A page with fewer characters holds a picture or nothing."""
_BROKEN_WORD = re.compile(r"(?<=[a-z])[-‐]\n(?=[a-z])")
_SINGLE_BREAK = re.compile(r"(?<!\n)\n(?!\n)")
_SIGNED = {b"%PDF-": ".pdf", b"{\\rtf": ".rtf"}
_PACKED, _PACKED_ENDINGS = b"PK\x03\x04", frozenset({".docx", ".odt", ".xlsx"})
_LOCKED = b"\xd0\xcf\x11\xe0"
"""How files of the old Office begin, and those of today's that a password locks."""
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
        _refuse_misnamed(path, suffix)
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


def _refuse_misnamed(path: Path, suffix: str) -> None:
    with path.open("rb") as file:
        head = file.read(8)
    for sign, ending in _SIGNED.items():
        if head.startswith(sign) and suffix != ending:
            raise InputError(f"{path} holds a file of the kind {ending}: give it that ending")
    if head.startswith(_PACKED) and suffix not in _PACKED_ENDINGS:
        raise InputError(f"{path} holds a packed file, such as .docx or .xlsx: give it the ending of its kind")
    if head.startswith(_LOCKED):
        raise InputError(
            f"{path} is locked with a password or of an old Office: save it as {suffix} without a password"
        )


def _refuse_bomb(path: Path) -> None:
    with zipfile.ZipFile(path) as file:
        if sum(part.file_size for part in file.infolist()) > _MAX_UNPACKED:
            raise InputError(f"{path} unpacks to more than {_MAX_UNPACKED:,} bytes and is not read")


def _pdf(path: Path) -> Document:
    import pypdf

    reader = pypdf.PdfReader(path)
    if reader.is_encrypted and not reader.decrypt(""):
        raise InputError(f"{path} is locked with a password: save it without one")
    pages = len(reader.pages)
    off = hidden_layers(reader)
    read = [_seen_on(reader.pages[at], off) for at in range(min(pages, _MOST_PAGES))]
    texts = [text for text, _, _ in read]
    pieces = tuple(Piece(text, f"page {number}") for number, text in enumerate(texts, 1) if len(text) >= _SCANNED_CHARS)
    empty = len(texts) - len(pieces)
    if not pieces:
        counted = "1 page" if len(texts) == 1 else f"{len(texts)} pages"
        raise InputError(f"{path} looks scanned: it has no text on its {counted}: run text recognition on it")
    problems: tuple[str, ...] = (
        (f"{path}: {empty} of {len(texts)} pages hold no text and may be scanned",) if empty else ()
    )
    if pages > _MOST_PAGES:
        problems += (f"{path}: only the first {_MOST_PAGES:,} of {pages:,} pages are read: split it",)
    problems += tuple(f"{path}: {told}" for told in _unseen(read))
    title = reader.metadata.title if reader.metadata else None
    return Document(pieces, title or None, problems=problems)


def _seen_on(page: Any, off: frozenset[int]) -> tuple[str, int, bool]:
    """Return what a reader of a page sees, how many letters nobody does, and whether some are a layer over a scan."""
    sight = Sight(page, off=off)
    text = page.extract_text(visitor_operand_before=sight.before, visitor_operand_after=sight.after)
    scan = sight.scan()
    covered = sight.covered(scan)
    if scan or covered:
        sight = Sight(page, scan, off, covered)
        text = page.extract_text(visitor_operand_before=sight.before, visitor_operand_after=sight.after)
    return _unwrapped(text), sight.hidden, bool(scan)


def _unseen(read: Sequence[tuple[str, int, bool]]) -> Iterator[str]:
    """Tell what of pages nobody sees, a line for each kind."""
    hidden = {number: letters for number, (_, letters, _) in enumerate(read, 1) if letters}
    layers = [number for number, (_, _, layer) in enumerate(read, 1) if layer]
    if hidden:
        yield f"text that nobody sees was left out: about {sum(hidden.values())} letters, first on page {min(hidden)}"
    if layers:
        yield (
            f"the words of page {layers[0]}{' and others' if len(layers) > 1 else ''} are an invisible layer over a "
            "picture or under it, as text recognition makes it: compare them with what the picture shows"
        )


def _unwrapped(text: str) -> str:
    """Join the lines of a paragraph, and words that a line's end divides."""
    lines = "\n".join(line.strip() for line in text.replace("\0", "").splitlines())
    return _SINGLE_BREAK.sub(" ", _BROKEN_WORD.sub("", lines)).strip()


def _word(path: Path) -> Document:
    word = read_word(path.read_bytes(), str(path))
    pieces = tuple(by_heading(list(_blocks_of(word))))
    return Document(pieces, word.title, problems=tuple(f"{path}: {warning}" for warning in word.warnings))


Block = tuple[str, str] | list[list[str]]
"""A heading or a paragraph, or the rows of a table."""


def _blocks_of(word: WordText) -> Iterator[Block]:
    """Yield the body of a Word file in order: its paragraphs, and each table where its first cell stands."""
    headings, cells = {each.span for each in word.headings}, {each.span: each for each in word.cells}
    tables: dict[int, list[WordCell]] = {}
    for cell in word.cells:
        tables.setdefault(cell.table, []).append(cell)
    for span in _paragraphs(word):
        found = cells.get(span)
        if found is None:
            yield ("heading" if span in headings else "text", span.exact)
        elif found is tables[found.table][0]:
            yield _table(tables[found.table])


def _paragraphs(word: WordText) -> Iterator[Span]:
    notes = set(word.footnotes)
    for match in re.finditer(r"(?s)\S.*?(?=\n\n|\Z)", word.text):
        span = Span(start=match.start(), end=match.end(), exact=match[0])
        if span not in notes:
            yield span


def _table(cells: Iterable[WordCell]) -> list[list[str]]:
    """Return the words of a table's cells by row and column, empty ones too."""
    words: dict[tuple[int, int], str] = {}
    for cell in cells:
        place = cell.row, cell.column
        words[place] = " ".join((words.get(place, ""), *cell.span.exact.split())).strip()
    rows, columns = (range(1, max(each) + 1) for each in zip(*words, strict=True))
    return [[words.get((row, column), "") for column in columns] for row in rows]


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


def _rtf(path: Path) -> Document:
    from striprtf.striprtf import rtf_to_text

    data = path.read_bytes()
    if not data.lstrip().startswith(b"{\\rtf"):
        raise InputError(f"{path} is no RTF: save it as RTF or text")
    seen, hidden = seen_rtf(data.decode("latin-1"))
    text = re.sub(r"\n+", "\n\n", rtf_to_text(seen, errors="replace")).strip()
    problems = (f"{path}: hidden text was left out: about {hidden} letters",) if hidden else ()
    return Document((Piece(text),), problems=problems)


def _eml(path: Path) -> Document:
    data = path.read_bytes()
    text = data.decode("utf-8", "replace")
    if not is_mail(text):
        raise InputError(f"{path} is no e-mail: save it as EML")
    mail = read_mail(data, text)
    words = _html_text(mail.html) if mail.html else mail.text
    if not words:
        raise InputError(f"{path} has no text: save what is attached as a file of its own")
    sender = next((f"e-mail from {datum.value}" for datum in mail.data if datum.name == "byline"), "e-mail")
    known = mail.metadata
    problems = tuple(f"{path}: {warning}" for warning in mail.warnings)
    return Document((Piece(words, sender),), known.title, known.published_at or known.estimated_at, problems)


def _html_text(text: str) -> str:
    return load_article("-", load_settings(), stdin=text.encode()).text


def _tables(path: Path) -> Document:
    from pipeline.evidence.table_files import read_table

    return read_table(path)


READERS: Mapping[str, Callable[[Path], Document]] = {
    ".pdf": _pdf,
    ".docx": _word,
    ".odt": _word,
    ".rtf": _rtf,
    ".eml": _eml,
    ".csv": _tables,
    ".tsv": _tables,
    ".xlsx": _tables,
}
NOT_READ = frozenset(_OLD)
"""Endings of files that are told how to be saved."""
