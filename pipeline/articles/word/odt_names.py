"""Names of OpenDocument: elements by what is done with them."""

from __future__ import annotations

_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, STYLE, TABLE = (f"{{{_NAMESPACE}{name}:1.0}}" for name in ("office", "text", "style", "table"))
FO = f"{{{_NAMESPACE}xsl-fo-compatible:1.0}}"
LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
DC = "{http://purl.org/dc/elements/1.1/}"
META = f"{{{_NAMESPACE}meta:1.0}}"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
PARAGRAPHS = (f"{TEXT}p", f"{TEXT}h")
COMMENT, COMMENT_END = f"{OFFICE}annotation", f"{OFFICE}annotation-end"
CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
DRAW = f"{{{_NAMESPACE}drawing:1.0}}"
NOTE, BOX = f"{TEXT}note", f"{DRAW}text-box"
CHANGES, CHANGE_ID = f"{TEXT}tracked-changes", f"{TEXT}change-id"
CHANGE_START, CHANGE_END = f"{TEXT}change-start", f"{TEXT}change-end"
BLANKS, TAB, BREAK = f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break"
SPAN, STYLE_NAME = f"{TEXT}span", f"{TEXT}style-name"
HIDDEN_PARAGRAPH = f"{TEXT}hidden-paragraph"
HOLDERS = frozenset({*PARAGRAPHS, SPAN, f"{TEXT}a"})
"""Elements among whose words a mark may stand; it stands before or after any other, such as a field."""
