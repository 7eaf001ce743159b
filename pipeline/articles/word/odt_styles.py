"""What an OpenDocument text's styles make of words: a heading, the title, or nothing that anybody sees."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.articles.styles import WHITE, Colour, alike, colour_of
from pipeline.articles.word.names import Element
from pipeline.articles.word.odt_names import BOX, CELLS, DRAW, FO, LOEXT, STYLE, STYLE_NAME, TABLE, TEXT

_HEADING = re.compile(r"Heading(?:_20_| )?([1-9])")
_LENGTH = re.compile(r"(-?\d{1,6}(?:\.\d{1,6})?)(pt|cm|mm|in|pc|px|%)")
_POINTS = {"pt": 1.0, "cm": 28.35, "mm": 2.835, "in": 72.0, "pc": 12.0, "px": 0.75}
_SMALLEST, _CLOSEST = 1.5, -5.0
"""Points of a letter, and between two, that nobody can read."""
_NARROWEST, _FAINTEST = 5.0, 10.0
"""Per cent of a letter's own width, and of its ink."""
_DEEPEST = 6
_OF_TABLE, _OF_SHAPE = f"{TABLE}style-name", f"{DRAW}style-name"
_FAMILIES = {
    f"{TEXT}section": ("section", STYLE_NAME),
    f"{TABLE}table": ("table", _OF_TABLE),
    f"{TABLE}table-row": ("table-row", _OF_TABLE),
    **dict.fromkeys(CELLS, ("table-cell", _OF_TABLE)),
}
"""Blocks with a ground of their own: of which family their styles are, and which attribute names them."""
_LOOSE = (f"{TABLE}default-cell-style-name", f"{TABLE}template-name")
"""Attributes by which cells may get a ground that they do not name."""
_FRAME, _COLUMN = f"{DRAW}frame", f"{TABLE}table-column"
_STROKES = tuple(f"{DRAW}{kind}" for kind in ("line", "connector", "measure", "image", "text-box"))


@dataclass(frozen=True)
class Behind:
    """What is behind the words of a block."""

    colour: Colour | None = WHITE
    """None where it is not known."""
    doubt: Colour | None = None
    """The page's, where something dark may lie on it or not."""


@dataclass(frozen=True)
class Look:
    """How words stand on their ground, as far as styles tell."""

    removed: bool = False
    colour: Colour | None = None
    """None for the program's own, which it sets off from the ground."""
    ground: Colour | None = WHITE
    """None where it is not known, such as on a picture."""
    doubt: Colour | None = None
    """What the ground may be where that is not known."""
    points: float = 12.0
    illegible: bool = False

    @property
    def is_doubtful(self) -> bool:
        """True where words are seen only if something lies behind them."""
        ink, may_be = self.colour, self.doubt if self.ground is None else None
        return ink is not None and may_be is not None and alike(ink, may_be)

    @property
    def is_hidden(self) -> bool:
        """True where nobody sees the words."""
        blank = self.colour is not None and self.ground is not None and alike(self.colour, self.ground)
        return self.removed or self.illegible or self.points <= _SMALLEST or blank


class OdtStyles:
    """The styles of one document, automatic ones too, by name."""

    def __init__(self, roots: Sequence[Element]) -> None:
        styles = [style for root in roots for style in root.iter(f"{STYLE}style")]
        self._by_name = {style.get(f"{STYLE}name"): style for style in styles}
        self._of_family = {(style.get(f"{STYLE}family"), style.get(f"{STYLE}name")): style for style in styles}
        defaults = (style for root in roots for style in root.iter(f"{STYLE}default-style"))
        self._default = next((each for each in defaults if each.get(f"{STYLE}family") == "paragraph"), None)
        pages = (page for root in roots for page in root.iter(f"{STYLE}page-layout-properties"))
        told = {_on_ground(Look(), page).ground for page in pages} or {WHITE}
        page = told.pop() if len(told) == 1 else None  # which page a paragraph comes to stand on is not known
        dark = page is not None and any(self._is_dark_behind(each, page) for root in roots for each in root.iter())
        self.page = Behind(None, page) if dark else Behind(page)

    def is_title(self, name: str | None) -> bool:
        """Tell whether a style is Title, or made from it."""
        return "Title" in self._chain(name)

    def level(self, name: str | None) -> int:
        """Return the level of a heading that is one by its style only, or 0."""
        found = (match for each in self._chain(name) if (match := _HEADING.fullmatch(each)))
        return min(int(next(found, ["0", "0"])[1]), _DEEPEST)

    def behind(self, block: Element, around: Behind) -> Behind:
        """Return what is behind the words of a block, such as a section, a cell or a shape, inside of others."""
        if block.tag == BOX:
            return around  # its frame tells
        if block.tag.startswith(DRAW):
            return self._in_shape(block)
        if block.tag not in _FAMILIES:
            return around
        family, attribute = _FAMILIES[block.tag]
        if block.tag == f"{TABLE}table" and self._is_loose(block):
            around = Behind(None)
        return self._filled(family, block.get(attribute), around)

    def _filled(self, family: str, name: str | None, around: Behind) -> Behind:
        """Return what a style of a block makes of what is behind it: what comes first is over what it is made from."""
        for style in self._made_from(family, name):
            for properties in style:
                look = _on_ground(_UNKNOWN, properties)
                if look is not _UNKNOWN:
                    return Behind(look.ground)
                if properties.get(f"{FO}background-color") == "transparent":
                    return around
        return around

    def _is_loose(self, table: Element) -> bool:
        """Tell whether cells of a table may have a ground that they do not name."""
        if table.get(_LOOSE[1]):
            return True
        parts = (each for each in table.iter(_COLUMN, f"{TABLE}table-row"))
        return any(
            each.get(_LOOSE[0])
            or each.tag == _COLUMN
            and self._filled("table-column", each.get(_OF_TABLE), _NOTHING) != _NOTHING
            for each in parts
        )

    def _in_shape(self, shape: Element) -> Behind:
        """Return what is behind the words of a frame or a shape; out of the latter they may run."""
        filled = self._fill_of(shape)
        page = self.page.colour
        if not isinstance(filled, tuple) or shape.tag != _FRAME and not (page and alike(filled, page)):
            return Behind(None)
        return Behind(filled)

    def _fill_of(self, shape: Element) -> Colour | str | None:
        """Return the one colour that a shape is filled with, `none`, or None where neither is sure."""
        fill, ground, colour, opacity, clear = (
            self._drawn(shape, name)
            for name in (
                f"{DRAW}fill",
                f"{FO}background-color",
                f"{DRAW}fill-color",
                f"{DRAW}opacity",
                f"{STYLE}background-transparency",
            )
        )
        if opacity not in (None, "100%") or clear not in (None, "0%"):
            return None
        if fill is None:
            return "none" if ground == "transparent" else colour_of(ground)
        return colour_of(colour) if fill == "solid" else "none" if fill == "none" else None

    def _drawn(self, shape: Element, name: str) -> str | None:
        """Return what the style of a shape, or one that it is made from, says of it."""
        styles = self._made_from("graphic", shape.get(_OF_SHAPE))
        told = (part.get(name) for style in styles for part in style.iterchildren(f"{STYLE}graphic-properties"))
        return next((each for each in told if each is not None), None)

    def _is_dark_behind(self, shape: Element, page: Colour) -> bool:
        """Tell whether a shape or a picture lies behind text and may have another colour than the page."""
        if shape.get(_OF_SHAPE) is None or not str(shape.tag).startswith(DRAW) or shape.tag in _STROKES:
            return False
        if self._drawn(shape, f"{STYLE}run-through") != "background":
            return False
        filled = self._fill_of(shape)
        if shape.find(f"{DRAW}image") is not None or filled is None:
            return True
        return isinstance(filled, tuple) and not alike(filled, page)

    def _made_from(self, family: str, name: str | None) -> Iterator[Element]:
        """Yield a style of a family and those that it is made from."""
        met: set[str] = set()
        while name and name not in met:
            met.add(name)
            style = self._of_family.get((family, name))
            if style is None:
                return
            yield style
            name = style.get(f"{STYLE}parent-style-name")

    def of_paragraph(self, name: str | None, behind: Behind) -> Look:
        """Return how the words of a paragraph look, on what is behind it."""
        look = self._over(Look(ground=behind.colour, doubt=behind.doubt), [self._default])
        return self._over(look, self._styles(name))

    def of_words(self, name: str | None, around: Look) -> Look:
        """Return how words of a style look inside others; what says nothing of it leaves it as it is around."""
        return self._over(around, self._styles(name))

    def _over(self, look: Look, styles: Sequence[Element | None]) -> Look:
        """Return a look as styles change it, those that come first over those that they are made from."""
        for style in reversed([each for each in styles if each is not None]):
            for properties in style.iter(f"{STYLE}paragraph-properties"):
                look = _on_ground(look, properties)
            for properties in style.iter(f"{STYLE}text-properties"):
                look = _written(look, properties)
        return look

    def _styles(self, name: str | None) -> list[Element | None]:
        return [self._by_name.get(each) for each in self._chain(name)]

    def _chain(self, name: str | None) -> Iterator[str]:
        met: set[str] = set()
        while name and name not in met:
            met.add(name)
            yield name
            style = self._by_name.get(name)
            name = None if style is None else style.get(f"{STYLE}parent-style-name")


_UNKNOWN, _NOTHING = Look(), Behind()


def _on_ground(look: Look, properties: Element) -> Look:
    ground, picture = properties.get(f"{FO}background-color"), properties.find(f"{STYLE}background-image")
    if picture is not None and picture.attrib or properties.get(f"{DRAW}fill") in ("bitmap", "gradient", "hatch"):
        return replace(look, ground=None, doubt=None)
    return look if ground in (None, "transparent") else replace(look, ground=colour_of(ground), doubt=None)


def _written(look: Look, properties: Element) -> Look:
    look = _on_ground(look, properties)
    if display := properties.get(f"{TEXT}display"):
        look = replace(look, removed=display == "none")
    if properties.get(f"{STYLE}use-window-font-color") == "true":
        look = replace(look, colour=None)
    elif colour := colour_of(properties.get(f"{FO}color")):
        look = replace(look, colour=colour)
    if (points := _points(properties.get(f"{FO}font-size"), look.points)) is not None:
        look = replace(look, points=points)
    close = _points(properties.get(f"{FO}letter-spacing"), look.points)
    narrow = _points(properties.get(f"{STYLE}text-scale"), 100.0)
    inked = properties.get(f"{FO}color") is not None  # without, LibreOffice writes no ink for its own colour
    faint = _points(properties.get(f"{LOEXT}opacity"), 100.0) if inked else None
    return replace(
        look,
        illegible=look.illegible
        or (close is not None and close <= _CLOSEST)
        or (narrow is not None and narrow <= _NARROWEST)
        or (faint is not None and faint <= _FAINTEST),
    )


def _points(length: str | None, whole: float) -> float | None:
    """Return a length in points; per cent are of a whole."""
    match = _LENGTH.fullmatch(length or "")
    if match is None:
        return None
    return float(match[1]) * (whole / 100 if match[2] == "%" else _POINTS[match[2]])
