"""Small office documents, made byte by byte or by the libraries that also read them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path


def write_pdf(path: Path, pages: Sequence[str]) -> Path:
    """Write a PDF with a line of text on each page; an empty one holds nothing, as a scan does."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    for text in pages:
        lines = " T* ".join(f"({line}) Tj" for line in text.split("\n"))
        stream = f"BT /F1 12 Tf 14 TL 40 700 Td {lines} ET" if text else ""
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        kids.append(len(objects) + 1)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {len(objects)} 0 R "
            "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
        )
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>"
    return write_pdf_objects(path, objects)


def write_pdf_objects(path: Path, objects: Sequence[str]) -> Path:
    """Write a PDF of objects that are numbered from 1, the first of which is its catalogue."""
    body, places = "%PDF-1.6\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(objects) + 1} /Root 1 0 R >>"
    path.write_bytes(f"{body}{end}\nstartxref\n{len(body)}\n%%EOF".encode("latin-1"))
    return path


_NAMES = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" ' + " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("text", "table")
)


def write_odt(path: Path, body: str) -> Path:
    """Write an OpenDocument text with the given elements."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        content = f"<office:document-content {_NAMES}><office:body>{body}</office:body></office:document-content>"
        file.writestr("content.xml", content)
    path.write_bytes(kept.getvalue())
    return path
