"""Tables of data on a page: each row becomes a line, its cells set apart, so that a figure keeps its row and column."""

from __future__ import annotations

from typing import Any

SEPARATOR = " | "
"""Between the cells of a row."""
_MOST_WORDS = 40
"""Words of a cell of data; more make a table that only lays out a page."""
_MOST_ROWS = 2000


def write_rows_as_lines(tree: Any) -> None:
    """Replace each table of data by paragraphs, one for each row; the lists in a cell are joined by semicolons."""
    from lxml import etree

    for table in list(tree.iter("table")):
        if table.getparent() is None or any(True for _ in table.iterdescendants("table", "form", "article", "h1")):
            continue
        rows = [row for row in table.iter("tr")][:_MOST_ROWS]
        cells = [[_words(cell) for cell in row if cell.tag in ("td", "th")] for row in rows]
        if not _is_data(cells):
            continue
        lines = etree.Element("div")
        caption = next((" ".join(each.text_content().split()) for each in table.iterchildren("caption")), "")
        for words in [caption, *(SEPARATOR.join(row) for row in cells if any(row))]:
            if words:
                etree.SubElement(lines, "p").text = words
        lines.tail = table.tail
        table.getparent().replace(table, lines)


def _is_data(rows: list[list[str]]) -> bool:
    wide = [row for row in rows if len(row) > 1]
    return len(wide) > 1 and all(len(cell.split()) <= _MOST_WORDS for row in rows for cell in row)


def _words(cell: Any) -> str:
    parts: list[str] = []
    for element in cell.iter():
        if element.tag in ("li", "p", "br", "div") and any(part.strip() for part in parts):
            parts.append("; ")
        if isinstance(element.tag, str) and element.tag not in ("script", "style") and element.text:
            parts.append(element.text)
        if element is not cell and element.tail:
            parts.append(element.tail)
    return " ".join("".join(parts).split()).strip("; ").replace(" ;", ";").replace("|", "/")
