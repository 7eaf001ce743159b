"""PDFs of one page, written operator by operator: what is painted, in which order and with what."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from documents import write_pdf_objects

SEEN, UNSEEN = "The council closed the pier in May.", "Nobody sees these words."
_FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def pdf(path: Path, content: str, resources: str = "", objects: Sequence[str] = (), root: str = "") -> Path:
    """Write a PDF of a page; further objects are numbered from 5."""
    page = (
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
        f"/Resources << /Font << /F1 {_FONT} >> {resources} >> >>"
    )
    made = [
        f"<< /Type /Catalog /Pages 2 0 R {root} >>",
        "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        page,
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        *objects,
    ]
    return write_pdf_objects(path, made)


def said(words: str, x: int = 40, y: int = 700, size: float = 12, looks: str = "") -> str:
    return f"BT {looks} /F1 {size} Tf {x} {y} Td ({words}) Tj ET "


FIRST = said(SEEN)
IMAGE = (
    "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\n"
    "stream\nx\nendstream"
)
PICTURE = "q 600 0 0 800 0 0 cm /I1 Do Q "


def form(content: str, more: str = "") -> str:
    about = f"/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /Font << /F1 {_FONT} >> >> {more}"
    return f"<< {about} /Length {len(content)} >>\nstream\n{content}\nendstream"
