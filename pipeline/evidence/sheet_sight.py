"""What of a spreadsheet nobody sees: rows and columns that are hidden, cells in the colour of their ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, Any

from pipeline.articles import WHITE, alike

_SMALLEST = 1.5
"""Points of a letter that nobody can read."""
_SHOWS_NOTHING = ";;;"
"""A format of numbers that shows none, and no words."""
_WHITE_OF_THEME = 0
_COLOURING = ("conditionalFormatting", "tableParts", "picture")
_ASKED = tuple(f"{{*}}{kind}" for kind in ("row", "col", *_COLOURING))
_NOT_TOLD = "00000000"
"""The colour of a ground that a file leaves out."""


@dataclass(frozen=True)
class Unseen:
    """Rows and columns of a sheet that are not shown, counted from 1."""

    rows: frozenset[int] = frozenset()
    columns: tuple[tuple[int, int], ...] = ()
    """From the first to the last of those that are hidden together."""
    coloured: bool = False
    """Whether more than the cells' own styles gives them colours: a table's style, conditions, a picture."""

    def has(self, row: int, column: int) -> bool:
        """Tell whether a cell stands in one of them."""
        return row in self.rows or any(first <= column <= last for first, last in self.columns)


def unseen_of(file: IO[bytes]) -> Unseen:
    """Read which rows and columns a sheet's XML hides, and whether it colours cells."""
    from lxml import etree

    rows, columns, coloured, at = set[int](), list[tuple[int, int]](), False, 0
    reading = etree.iterparse(file, events=("end",), tag=_ASKED, resolve_entities=False, no_network=True)
    for _, element in reading:
        kind = etree.QName(element).localname
        if kind in _COLOURING:
            coloured = True
        elif kind == "row":
            at = int(element.get("r") or at + 1)
            if _is_hidden(element, "ht"):
                rows.add(at)
        elif _is_hidden(element, "width"):
            columns.append((int(element.get("min", 1)), int(element.get("max", 1))))
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return Unseen(frozenset(rows), tuple(columns), coloured)


def _is_hidden(element: Any, size: str) -> bool:
    if element.get("hidden") in ("1", "true"):
        return True
    try:
        return float(element.get(size, 1)) == 0
    except ValueError:
        return False


def is_blank(cell: Any, *, coloured: bool = False) -> bool:
    """Tell whether a cell's own style lets nobody read it; of a sheet that is `coloured`, colours are not asked."""
    if not cell.has_style:
        return False
    if cell.number_format == _SHOWS_NOTHING:
        return True
    size = cell.font.sz
    return (size is not None and size <= _SMALLEST) or (not coloured and _is_like_ground(cell))


def _is_like_ground(cell: Any) -> bool:
    colour = cell.font.color
    ground = cell.fill.fgColor if cell.fill.fill_type == "solid" else None
    if ground is None:
        return cell.fill.fill_type is None and _is_white(colour)
    one, other = _parts(colour), None if ground.rgb == _NOT_TOLD else _parts(ground)
    return one is not None and other is not None and alike(one, other)


def _is_white(colour: Any) -> bool:
    if colour is not None and colour.type == "theme":
        return bool(colour.theme == _WHITE_OF_THEME and not colour.tint)
    parts = _parts(colour)
    return parts is not None and alike(parts, WHITE)


def _parts(colour: Any) -> tuple[int, int, int] | None:
    """Return red, green and blue of a colour that is told in numbers."""
    if colour is None or colour.type != "rgb" or len(colour.rgb) != 8:
        return None
    return int(colour.rgb[2:4], 16), int(colour.rgb[4:6], 16), int(colour.rgb[6:], 16)
