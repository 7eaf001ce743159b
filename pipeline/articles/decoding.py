"""Bytes to characters: declared encodings first, the detector only when it is sure, never in silence."""

from __future__ import annotations

import codecs
import re

from pipeline.core.errors import InputError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Word file"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x1f\x8b", "a gzip file"),
)
# The encodings a text in English may plausibly have when it is neither declared nor Unicode.
_GUESSES = ["cp1252", "mac_roman"]
_MAX_CHAOS = 0.02
# What cp1252 shows inside a word when the bytes are from DOS or another code page.
_WRONG = re.compile(r"[A-Za-z][‚„‰†‡ƒˆ¤¦¬¶¯]")
# Letters of UTF-8 that were read as cp1252 and saved again; a quotation mark may close a word in capitals (NÃO, CAFÉ”).
_MANGLED = re.compile(
    "â(?:€[œ™˜“”¦¢\x9d\x9c\x93\x94\x98\x99]|\x80[\x80-\xbf])|Ã[\x80-\x9f\xa0-\xbfƒ„†ˆ‰Š‹ŒŽšœžŸ™˜]"
    "|Â[\xa0-\xbf]|[ÅÄ][‚ƒ„†‡ˆ‰\xa1-\xbf]|ðŸ"
)
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_META = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE)
_ONE_BYTE = frozenset({"cp1252", "iso8859-15", "cp1250", "iso8859-2", "mac_roman", "mac-roman"})
"""What a text in UTF-8 with letters beyond ASCII never is."""
_SAMPLE, _FEWEST, _ZEROS = 2000, 40, 0.8
"""Bytes that are looked at, bytes a text must have, and the share of zeros in the upper bytes of UTF-16 in English."""
_SAVE = "open it in an editor and save it as UTF-8"


def decode(data: bytes, name: str, declared: str | None = None) -> tuple[str, tuple[str, ...]]:
    """Return a text and warnings: by its byte order mark, as declared, as UTF-8, else as detected.

    Raises InputError for binary data and for bytes that fit no encoding for sure.
    """
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    if marked is None and (unmarked := _unmarked(data)):
        return unmarked
    _refuse_binary(data, name)
    encoding = marked or _known(declared)
    if encoding and not marked and (other := _other(data, encoding, name)):
        return other
    if encoding:
        text = _strictly(data, encoding, name)
        return text, _doubts(text)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _detected(data, name, error)
    return text, _doubts(text)


def declared_in_html(data: bytes) -> str | None:
    """Return the encoding that an HTML page names in its first 4096 bytes, if any."""
    found = _META.search(data[:4096])
    return found.group(1).decode("ascii") if found else None


def _known(declared: str | None) -> str | None:
    if not declared:
        return None
    try:
        name = codecs.lookup(declared.strip(" \"'")).name
    except (LookupError, UnicodeError):
        return None
    # Browsers read these as Windows-1252 (WHATWG Encoding Standard); a page that names UTF-16 in ASCII is not UTF-16.
    return {"iso8859-1": "cp1252", "ascii": "cp1252", "utf-16": "utf-8", "utf-16-le": "utf-8"}.get(name, name)


def _unmarked(data: bytes) -> tuple[str, tuple[str, ...]] | None:
    """Return a text in UTF-16 that lacks its byte order mark, where every other byte says so; else None."""
    sample = data[:_SAMPLE]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if len(data) < _FEWEST or len(data) % 2 or max(even, odd) < _ZEROS * len(sample) / 2 or min(even, odd):
        return None
    encoding = "utf-16-be" if even > odd else "utf-16-le"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return text, (f"there is no byte order mark; read as {encoding}", *_doubts(text))


def _other(data: bytes, encoding: str, name: str) -> tuple[str, tuple[str, ...]] | None:
    """Return a text that is surely not in the encoding it declares, with a warning; None where it may be."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if encoding not in ("utf-8", "utf-8-sig"):
            return None
        try:
            text, (told, *more) = _detected(data, name, error)
        except InputError:
            return None
        return text, (told.replace("was not declared", f"is not {encoding}, as it says"), *more)
    if text.isascii() or encoding not in _ONE_BYTE:
        return None
    return text, (f"the encoding is not {encoding}, as it says; read as utf-8", *_doubts(text))


def _refuse_binary(data: bytes, name: str) -> None:
    for magic, kind in _BINARY:
        if data.startswith(magic):
            raise InputError(f"{name} is {kind}, not text: save the article's text in a .txt, .md, .html or .docx file")
    if any(data.startswith(mark) for mark, _ in _MARKS) or b"\0" not in data:
        return
    if max(data[0:2000:2].count(0), data[1:2000:2].count(0)) > len(data[:2000]) * 0.4:
        raise InputError(f"{name} looks like UTF-16 without a byte order mark: {_SAVE}")
    raise InputError(f"{name} is binary, not text: save the article's text in a .txt, .md, .html or .docx file")


def _strictly(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(f"{name} says that it is {encoding}, but byte {error.start} is not: {_SAVE}") from error
    except LookupError as error:  # a codec that is not a text encoding, such as `hex`
        raise InputError(f"{name} declares {encoding}, which is no text encoding: {_SAVE}") from error


def _detected(data: bytes, name: str, error: UnicodeDecodeError) -> tuple[str, tuple[str, ...]]:
    whole = b"".join(_MULTIBYTE.findall(data))
    if len(whole) > sum(byte >= 0x80 for byte in data) / 2:
        raise InputError(f"{name} is broken UTF-8 at byte {error.start}: {_SAVE}") from error
    from charset_normalizer import from_bytes  # seldom needed

    best = from_bytes(data, cp_isolation=_GUESSES).best()
    text = str(best) if best else ""
    if best is None or best.chaos > _MAX_CHAOS or _WRONG.search(text):
        raise InputError(f"{name} is not UTF-8 and its encoding is not declared: {_SAVE}") from error
    return text, (f"the encoding was not declared; read as {best.encoding}",)


def _doubts(text: str) -> tuple[str, ...]:
    doubts = []
    if "\ufffd" in text:
        doubts.append(f"{text.count(chr(0xFFFD))} characters were lost before this file was saved (shown as \ufffd)")
    if found := _MANGLED.search(text):
        doubts.append(f"some characters look wrongly converted, such as {found.group()!r}")
    return tuple(doubts)
