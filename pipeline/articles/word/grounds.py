"""What may stand behind the words of a Word file: the page, a cell as its table's style has it, a box, a shape.

What is not sure is told by all that may be: words are in the colour of their ground where they are so on each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.articles.styles import WHITE, Colour, alike, colour_of, declarations
from pipeline.articles.word.names import BOX, CELL, ROW, Element, is_on, w

Grounds = frozenset[Colour | None]
"""Colours that may be behind words; None for one that is not known."""
Chain = Callable[[str | None], Iterator[tuple[Element | None, str]]]
"""Yields a style and those it is based on, by its id."""
_UNKNOWN: Grounds = frozenset({None})
_A, _VML = "{http://schemas.openxmlformats.org/drawingml/2006/main}", "{urn:schemas-microsoft-com:vml}"
_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_SHAPES = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
_FILLS = tuple(f"{_A}{kind}Fill" for kind in ("no", "solid", "grad", "blip", "patt", "grp"))
_OLD_SHAPES = tuple(f"{_VML}{kind}" for kind in ("shape", "rect", "roundrect", "oval", "polyline"))
_PICTURES = (f"{_A}blip", f"{_VML}imagedata")
_OF_PAGE = ("bg1", "lt1")
_LEAST = {"cx": 457_200, "cy": 101_600}
"""Width and height of what words can stand on: half an inch, and eight points."""
_ROWS, _COLUMNS = ("firstRow", "lastRow"), ("firstColumn", "lastColumn")
_LOOKED_AT = {"firstRow": 0x20, "lastRow": 0x40, "firstColumn": 0x80, "lastColumn": 0x100}
_UNBANDED = {"noHBand": 0x200, "noVBand": 0x400}
_BANDS = {"noHBand": ("band1Horz", "band2Horz"), "noVBand": ("band1Vert", "band2Vert")}
_CORNERS = ("neCell", "nwCell", "seCell", "swCell")
_NAMED = {"firstColumn": "firstCol", "lastColumn": "lastCol"}


@dataclass(frozen=True)
class Scene:
    """What a document shows besides its text."""

    page: Colour = WHITE
    is_dark: bool = False
    """Whether anything in it may have another colour than the page: shapes, pictures, shades, tables."""
    is_dark_behind: bool = False
    """Whether such a shape or picture may lie behind its text."""

    @property
    def grounds(self) -> Grounds:
        """What may be behind words that stand on the page itself."""
        return frozenset({self.page, None} if self.is_dark_behind else {self.page})


def scene_of(page: Colour, body: Element, margins: Iterable[Element]) -> Scene:
    """Look at a document's body, and at what stands in the margins of its pages, which lies behind all text."""
    behind = any(_may_lie_behind(each, page) for each in body.iter(f"{_DRAWN}anchor", *_OLD_SHAPES))
    floating = (each for root in margins for each in root.iter(f"{_DRAWN}anchor", *_OLD_SHAPES))
    behind = behind or any(_may_lie_behind(each, page, always=True) for each in floating)
    shades = any(not is_no_shade(each) for each in body.iter(w("shd")))
    return Scene(page, behind or shades or body.find(f".//{w('tbl')}") is not None or _is_dark(body, page), behind)


def _may_lie_behind(shape: Element, page: Colour, *, always: bool = False) -> bool:
    """Tell whether words may stand on a shape, or on a picture, that has not the colour of the page."""
    if shape.tag in _OLD_SHAPES:
        said = declarations(shape.get("style", ""))
        behind = said.get("position") == "absolute" and (always or said.get("z-index", "").startswith("-"))
        return behind and shape.find(f"{_VML}textpath") is None and _is_dark(shape, page)
    behind = always or shape.get("behindDoc") in ("1", "true")
    if not behind or any(str(each.tag).endswith("}docPr") and each.get("hidden") in ("1", "true") for each in shape):
        return False
    size = shape.find(f"{_DRAWN}extent")
    sizes = ("" if size is None else size.get(side, "") for side in _LEAST)
    large = all(not told.isdecimal() or int(told) >= least for told, least in zip(sizes, _LEAST.values(), strict=True))
    return large and (_is_dark(shape, page) or shape.find(f".//{_SHAPES}wsp") is None)


def _is_dark(holder: Element, page: Colour) -> bool:
    """Tell whether a shape in an element, or the element itself, may have another colour than the page."""
    if any(True for _ in holder.iter(*_PICTURES)):
        return True
    for shape in holder.iter(f"{_SHAPES}wsp", *_OLD_SHAPES):
        colour = _filled(shape)
        if not _is_clear(shape) and (colour is None or not alike(colour, page)):
            return True
    return False


def _is_clear(shape: Element) -> bool:
    if shape.tag in _OLD_SHAPES:
        return shape.get("filled") in ("f", "false")
    return shape.find(f"{_SHAPES}spPr/{_A}noFill") is not None


def _filled(shape: Element) -> Colour | None:
    """Return the colour that a shape is filled with for sure."""
    if shape.tag in _OLD_SHAPES:
        told = shape.get("fillcolor", "").partition("[")[0]
        return None if shape.find(f"{_VML}fill") is not None or _is_clear(shape) else colour_of(told)
    told = shape.find(f"{_SHAPES}spPr/{_A}solidFill")
    return None if told is None else drawn_colour(told)


def drawn_colour(fill: Element) -> Colour | None:
    """Return the colour of a fill that is one, in numbers or the page's of the theme, and lets no light through."""
    colour = next((each for each in fill if isinstance(each.tag, str)), None)
    if colour is None or len(colour):
        return None
    kind = colour.tag.rpartition("}")[2]
    value = next((told for name, told in colour.attrib.items() if name.rpartition("}")[2] == "val"), "")
    if kind == "schemeClr":
        return WHITE if value in _OF_PAGE else None
    return colour_of(f"#{value}") if kind == "srgbClr" else None


def told(element: Element | None, name: str) -> str:
    """Return what an element tells by an attribute, in small letters."""
    return "" if element is None else str(element.get(w(name), "")).lower()


def is_no_shade(shade: Element) -> bool:
    """Tell whether a shade says that there is none."""
    bare = told(shade, "fill") == "auto" and not told(shade, "themeFill")
    return told(shade, "val") == "nil" or told(shade, "val") in ("", "clear") and bare


def shade_colour(shade: Element) -> Colour | None:
    """Return the colour of a shade; None for a pattern, and what is not told in numbers."""
    return colour_of("#" + told(shade, "fill")) if told(shade, "val") in ("", "clear") else None


@dataclass(frozen=True)
class Format:
    """A part of a table's style that holds for a cell."""

    part: Element
    is_sure: bool = True
    """False where it may hold or not, such as for every second row."""


@dataclass
class Tables:
    """The cells of a document's tables and its boxes: what is behind their words, and what their styles say."""

    scene: Scene
    chain: Chain
    default: str | None = None
    """The style of tables that name none."""
    says: frozenset[str] = frozenset()
    """What any of the styles says of letters."""
    _formats: dict[Element, list[Format]] = field(default_factory=dict)
    _grounds: dict[Element, Grounds] = field(default_factory=dict)
    _rows: dict[Element, Mapping[str, bool | None]] = field(default_factory=dict)

    def behind(self, element: Element) -> Grounds:
        """Return what may be behind the words of an element."""
        holder = next((each for each in element.iterancestors() if each.tag in (CELL, BOX)), None)
        if holder is None:
            return self.scene.grounds
        if holder not in self._grounds:
            self._grounds[holder] = self._in_box(holder) if holder.tag == BOX else self._in_cell(holder)
        return self._grounds[holder]

    def said(self, name: str, element: Element) -> tuple[Element | None, bool]:
        """Return what the style of the table around says of letters, and whether it is known what that is."""
        if w(name) not in self.says:
            return None, True
        cell = next((each for each in element.iterancestors() if each.tag in (CELL, BOX)), None)
        for each in self.formats(cell) if cell is not None and cell.tag == CELL else ():
            found = each.part.find(f"{w('rPr')}/{w(name)}")
            if found is not None:
                return (found, True) if each.is_sure else (None, False)
        return None, True

    def formats(self, cell: Element) -> list[Format]:
        """Return the parts of the table's style that hold for a cell, the strongest first."""
        if cell not in self._formats:
            self._formats[cell] = list(self._formats_of(cell))
        return self._formats[cell]

    def _in_box(self, box: Element) -> Grounds:
        shape = next((each for each in box.iterancestors() if each.tag in (f"{_SHAPES}wsp", *_OLD_SHAPES)), None)
        if shape is not None and _is_clear(shape) and not self.scene.is_dark:
            return self.scene.grounds
        return _UNKNOWN if shape is None else frozenset({_filled(shape)})

    def _in_cell(self, cell: Element) -> Grounds:
        found = set[Colour | None]()
        for each, is_sure in self._shades(cell):
            if is_no_shade(each):
                continue
            found.add(shade_colour(each))
            if is_sure:
                return frozenset(found)
        return self.behind(cell) | found

    def _shades(self, cell: Element) -> Iterator[tuple[Element, bool]]:
        """Yield the shades that a cell, its row, its table and their style tell, the strongest first."""
        table = _table_of(cell)
        own = cell.find(f"{w('tcPr')}/{w('shd')}")
        row = cell.getparent().find(f"{w('tblPrEx')}/{w('shd')}")
        whole = None if table is None else table.find(f"{w('tblPr')}/{w('shd')}")
        for shade, is_sure in ((own, True), (row, False), (whole, False)):
            if shade is not None:
                yield shade, is_sure
        for each in self.formats(cell):
            for kind, is_cell in (("tcPr", True), ("pPr", False), ("tblPr", False)):
                shade = each.part.find(f"{w(kind)}/{w('shd')}")
                if shade is not None:
                    yield shade, each.is_sure and is_cell

    def _formats_of(self, cell: Element) -> Iterator[Format]:
        table, row = _table_of(cell), cell.getparent()
        if table is None or row.tag != ROW:
            return
        named = table.find(f"{w('tblPr')}/{w('tblStyle')}")
        chain = self.chain(self.default if named is None else named.get(w("val")))
        styles = [each for each, _ in chain if each is not None]
        if row not in self._rows:
            self._rows[row] = {**_looks(table), **_row_ends(row, table)}
        for kind, is_sure in _kinds(self._rows[row], _cell_ends(cell, row), _marks(cell) | _marks(row)):
            for style in styles:
                parts = (each for each in style.iterchildren(w("tblStylePr")) if each.get(w("type")) == kind)
                yield from (Format(part, is_sure) for part in parts)
        yield from (Format(style) for style in styles)


Holds = bool | None
"""None for what may be so or not."""


def _kinds(row: Mapping[str, Holds], ends: Mapping[str, Holds], marked: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """Yield the kinds of cells that a cell is of, or may be of, the strongest first, and whether that is sure."""
    holds: dict[str, Holds] = {}
    for name, place in {**{each: row[f"is {each}"] for each in _ROWS}, **ends}.items():
        found = _both(row[name], place)
        holds[name] = None if found is False and name in marked else found
    rows, columns = ([each for each in names if holds[each] is not False] for names in (_ROWS, _COLUMNS))
    if rows and columns:
        yield from ((each, False) for each in _CORNERS)
    alone = len(rows) + len(columns) == 1  # which of two is the stronger differs by program
    for name in (*columns, *rows):
        yield _NAMED.get(name, name), alone and holds[name] is True
    for off, bands in _BANDS.items():
        if row[off] is not True:
            yield from ((each, False) for each in bands)


def _both(one: Holds, other: Holds) -> Holds:
    if one is False or other is False:
        return False
    return True if one and other else None


def _looks(table: Element) -> dict[str, Holds]:
    """Return which kinds of cells a table wants to set off; None where it does not say, or says two things."""
    look = table.find(f"{w('tblPr')}/{w('tblLook')}")
    if look is None:
        return dict.fromkeys({**_LOOKED_AT, **_UNBANDED})
    number = _hexadecimal(told(look, "val"))
    found: dict[str, Holds] = {}
    for name, bit in {**_LOOKED_AT, **_UNBANDED}.items():
        said = look.get(w(name))
        ways = {
            *(() if said is None else (said in ("1", "true", "on"),)),
            *(() if number is None else (bool(number & bit),)),
        }
        found[name] = next(iter(ways or {False})) if len(ways) < 2 else None
    return found


def _hexadecimal(number: str) -> int | None:
    try:
        return int(number, 16)
    except ValueError:
        return None


def _row_ends(row: Element, table: Element) -> dict[str, Holds]:
    """Tell whether a row is the first and the last of its table."""
    if row.getparent() is not table:
        return {f"is {each}": None for each in _ROWS}
    first, last = (next(row.itersiblings(ROW, preceding=way), None) is None for way in (True, False))
    repeated = not first and is_on(row.find(f"{w('trPr')}/{w('tblHeader')}"))
    return {"is firstRow": None if repeated else first, "is lastRow": None if first and last else last}


def _cell_ends(cell: Element, row: Element) -> dict[str, Holds]:
    """Tell whether a cell is the first and the last of its row."""
    room = any(row.find(f"{w('trPr')}/{w(each)}") is not None for each in ("gridBefore", "gridAfter"))
    if room or cell.getparent() is not row:
        return dict.fromkeys(_COLUMNS)
    first, last = (next(cell.itersiblings(CELL, preceding=way), None) is None for way in (True, False))
    return {"firstColumn": first, "lastColumn": None if first and last else last}


def _marks(part: Element) -> frozenset[str]:
    """Return which kinds of cells the last program that wrote a row or a cell took it for."""
    mark = part.find(f"{w('trPr' if part.tag == ROW else 'tcPr')}/{w('cnfStyle')}")
    bits = told(mark, "val")
    kinds = (*_ROWS, *_COLUMNS)
    return frozenset(
        kind for at, kind in enumerate(kinds) if bits[at : at + 1] == "1" or told(mark, kind) in ("1", "true", "on")
    )


def _table_of(cell: Element) -> Element | None:
    return next((each for each in cell.iterancestors() if each.tag == w("tbl")), None)
