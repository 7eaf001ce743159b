"""From bytes to an open document: what is no sound Word file is refused before anything of it is unpacked."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from typing import Any
from urllib.parse import unquote

from pipeline.core.errors import InputError

_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.text"
_MAX_MEMBERS = 10_000
_MAX_XML = 40_000_000
_MAX_ALL = 300_000_000
_XML = (".xml", ".rels")
_DECLARATIONS = tuple(
    words.encode(encoding) for words in ("<!DOCTYPE", "<!ENTITY") for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
_SAVE = "open it in Word or LibreOffice and save it as .docx"
_PROTECTED = "is protected by a password: save it without one, and give that"
_OLDER = f"is an old Word file (.doc): {_SAVE}"
_OTHER_KINDS = re.compile(rb"ms-word\.(?:document|template)\.macroEnabled|wordprocessingml\.template\.main")
_STRICT = b"purl.oclc.org/ooxml"
_UNFIT = (KeyError, ValueError, AttributeError, TypeError, NotImplementedError, zipfile.BadZipFile)
_BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)
_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_MODE = re.compile(rb"\s+TargetMode\s*=\s*[\"'][^\"']*[\"']")
_TARGET = re.compile(rb"\bTarget\s*=\s*[\"']([^\"']*)[\"']")


def is_word(data: bytes) -> bool:
    """Tell by its content whether a file is for this reader: .docx, .odt, or a Word file that it refuses."""
    if data.startswith(_OLD):
        return "WordDocument".encode("utf-16-le") in data or _is_encrypted(data)
    if not data.startswith(_ZIP):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            return any(path.startswith("word/") for path in file.namelist()) or is_open_document(data)
    except _BROKEN:
        return b"word/document" in data or _OPEN_DOCUMENT in data[:200]


def is_open_document(data: bytes) -> bool:
    """Tell whether a zip file says that it is an OpenDocument text."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            return file.read("mimetype").startswith(_OPEN_DOCUMENT)
    except (KeyError, *_BROKEN):
        return False


def members(data: bytes, name: str) -> tuple[dict[str, bytes], frozenset[str]]:
    """Unpack the XML of a zip file whose declared sizes are within bounds; return it by path, and all paths.

    Raises InputError for an old or encrypted Word file, a broken zip, one that unpacks to too much, and XML with a DTD.
    """
    if data.startswith(_OLD):
        raise InputError(f"{name} {_PROTECTED if _is_encrypted(data) else _OLDER}")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            infos = file.infolist()
            _refuse_large(infos, name)
            found = {info.filename: file.read(info) for info in infos if info.filename.endswith(_XML)}
    except _BROKEN as error:
        raise InputError(f"{name} is a broken file ({error}): {_SAVE} again") from error
    if any(words in part for part in found.values() for words in _DECLARATIONS):
        raise InputError(f"{name} holds XML with a document type, which no Word file needs: {_SAVE} again")
    return found, frozenset(info.filename for info in infos)


def open_docx(data: bytes, name: str) -> Any:
    """Return a .docx as python-docx opens it; raise InputError for what it cannot read."""
    found, paths = members(data, name)
    if _OTHER_KINDS.search(found.get("[Content_Types].xml", b"")):
        raise InputError(f"{name} is a template or holds macros: {_SAVE}")
    if _STRICT in found.get("_rels/.rels", b""):
        raise InputError(f"{name} is a Strict Open XML document: save it as a plain Word document (.docx)")
    import docx  # seldom needed
    from lxml.etree import LxmlError

    try:
        opened = docx.Document(io.BytesIO(_mended(data, found, paths)))
        if opened.element.body is None:
            raise ValueError("it has no body")
        return opened
    except (LxmlError, *_UNFIT) as error:
        reason = str(error).strip("'\"").partition("\n")[0][:120]
        raise InputError(f"{name} is no .docx that can be read ({reason}): {_SAVE} again") from error


def _is_encrypted(data: bytes) -> bool:
    return "EncryptedPackage".encode("utf-16-le") in data


def _refuse_large(infos: list[zipfile.ZipInfo], name: str) -> None:
    if any(info.flag_bits & 1 for info in infos):
        raise InputError(f"{name} {_PROTECTED}")
    text = sum(info.file_size for info in infos if info.filename.endswith(_XML))
    if len(infos) > _MAX_MEMBERS or text > _MAX_XML or sum(info.file_size for info in infos) > _MAX_ALL:
        raise InputError(f"{name} unpacks to more than a text needs: save its text without its pictures, and give that")


def _mended(data: bytes, found: dict[str, bytes], paths: frozenset[str]) -> bytes:
    """Let relationships to parts that the file lacks lead outside: Word passes over them, python-docx stops at them."""
    mended = {path: _leading_outside(part, path, paths) for path, part in found.items() if path.endswith(".rels")}
    if all(found[path] == part for path, part in mended.items()):
        return data
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for path in old.namelist():
            new.writestr(path, mended[path] if path in mended else old.read(path))
    return written.getvalue()


def _leading_outside(relationships: bytes, path: str, paths: frozenset[str]) -> bytes:
    folder = posixpath.dirname(posixpath.dirname(path))
    return _RELATIONSHIP.sub(
        lambda each: each.group() if _leads(each.group(), folder, paths) else _external(each.group()), relationships
    )


def _leads(relationship: bytes, folder: str, paths: frozenset[str]) -> bool:
    target = _TARGET.search(relationship)
    if target is None or b"External" in relationship:
        return True
    words = unquote(target.group(1).decode("utf-8", "replace"))
    return posixpath.normpath(posixpath.join("/", folder, words)).lstrip("/") in paths


def _external(relationship: bytes) -> bytes:
    bare = _MODE.sub(b"", relationship)
    return re.sub(rb"(?=/?>$)", b' TargetMode="External"', bare, count=1)
