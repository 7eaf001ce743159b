"""What of a spreadsheet nobody sees: rows and columns that are hidden, cells in the colour of their ground."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import IO, Any

from pipeline.articles import WHITE, alike
from pipeline.evidence.sheet_colours import Colours, Given, Rule, StyledTable, is_too_much, rules_of

_SMALLEST = 1.5
"""Points of a letter that nobody can read."""
_SHOWS_NOTHING = ";;;"
"""A format of numbers that shows none, and no words."""
_WHITE_OF_THEME = 0
_ASKED = tuple(f"{{*}}{kind}" for kind in ("row", "col", "conditionalFormatting", "picture"))
_NOT_TOLD = "00000000"
"""The colour of a ground that a file leaves out."""


class Seen(Enum):
    """Whether a cell is seen."""

    YES, NO, PERHAPS = "yes", "no", "perhaps"


@dataclass(frozen=True)
class Unseen:
    """Rows and columns of a sheet that are not shown, counted from 1, and the conditions that colour its cells."""

    rows: frozenset[int] = frozenset()
    columns: tuple[tuple[int, int], ...] = ()
    """From the first to the last of those that are hidden together."""
    rules: tuple[Rule, ...] = ()
    has_picture: bool = False
    """Whether a picture lies behind the cells."""

    def has(self, row: int, column: int) -> bool:
        """Tell whether a cell stands in one of them."""
        return row in self.rows or any(first <= column <= last for first, last in self.columns)

    def colours(self, tables: Iterable[StyledTable], styles: Sequence[Any]) -> Colours:
        """Return what gives cells colours besides their own style; where that is too much to look at, none is sure."""
        found, hidden = list(tables), sorted(self.rows)
        if is_too_much(self.rules, found):
            return Colours(is_unknown=True)
        for at, table in enumerate(found):
            following = hidden[bisect_left(hidden, table.area[0]) :][:1]
            found[at] = replace(table, first_hidden=following[0]) if following else table
        return Colours(self.rules, tuple(found), styles, self.has_picture)


def unseen_of(file: IO[bytes]) -> Unseen:
    """Read which rows and columns a sheet's XML hides, and what colours its cells."""
    from lxml import etree

    rows, columns, rules, has_picture, at = set[int](), list[tuple[int, int]](), list[Rule](), False, 0
    reading = etree.iterparse(file, events=("end",), tag=_ASKED, resolve_entities=False, no_network=True)
    for _, element in reading:
        kind = etree.QName(element).localname
        if kind == "picture":
            has_picture = True
        elif kind == "conditionalFormatting":
            rules += rules_of(element)
        elif kind == "row":
            at = int(element.get("r") or at + 1)
            if _is_hidden(element, "ht"):
                rows.add(at)
        elif _is_hidden(element, "width"):
            columns.append((int(element.get("min", 1)), int(element.get("max", 1))))
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    ordered = tuple(sorted(rules, key=lambda rule: rule.priority))
    return Unseen(frozenset(rows), tuple(columns), ordered, has_picture)


def _is_hidden(element: Any, size: str) -> bool:
    if element.get("hidden") in ("1", "true"):
        return True
    try:
        return float(element.get(size, 1)) == 0
    except ValueError:
        return False


def sight_of(cell: Any, given: Given) -> Seen:
    """Tell whether somebody can read a cell, by its own style and by what it is given besides."""
    if (given.code or cell.number_format) == _SHOWS_NOTHING or given.is_valueless:
        return Seen.NO
    size = cell.font.sz if cell.has_style else None
    if size is not None and size <= _SMALLEST:
        return Seen.NO
    if given.letters is None and not cell.has_style or not _is_like_ground(cell, given):
        return Seen.YES
    has_own = given.ground is not None or (cell.has_style and cell.fill.fill_type == "solid")
    if given.is_set_off and not has_own:
        return Seen.YES
    return Seen.NO if given.is_sure and (has_own or given.is_plain) else Seen.PERHAPS


def _is_like_ground(cell: Any, given: Given) -> bool:
    colour = given.letters if given.letters is not None else cell.font.color
    ground = given.ground
    if ground is None and cell.has_style:
        if cell.fill.fill_type not in (None, "solid"):
            return False
        ground = cell.fill.fgColor if cell.fill.fill_type == "solid" else None
    if ground is None:
        return _is_white(colour)
    one, other = _parts(colour), None if getattr(ground, "rgb", None) == _NOT_TOLD else _parts(ground)
    return one is not None and other is not None and alike(one, other)


def _is_white(colour: Any) -> bool:
    if colour is not None and colour.type == "theme":
        return bool(colour.theme == _WHITE_OF_THEME and not colour.tint)
    parts = _parts(colour)
    return parts is not None and alike(parts, WHITE)


def _parts(colour: Any) -> tuple[int, int, int] | None:
    """Return red, green and blue of a colour that is told in numbers."""
    if getattr(colour, "type", None) != "rgb" or len(colour.rgb) != 8:
        return None
    return int(colour.rgb[2:4], 16), int(colour.rgb[4:6], 16), int(colour.rgb[6:], 16)
