"""What an OpenDocument text's styles make of words: a heading, the title, or nothing that anybody sees."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.articles.styles import WHITE, Colour, alike, colour_of
from pipeline.articles.word.names import Element
from pipeline.articles.word.odt_names import DRAW, FO, LOEXT, STYLE, TEXT

_HEADING = re.compile(r"Heading(?:_20_| )?([1-9])")
_LENGTH = re.compile(r"(-?\d{1,6}(?:\.\d{1,6})?)(pt|cm|mm|in|pc|px|%)")
_POINTS = {"pt": 1.0, "cm": 28.35, "mm": 2.835, "in": 72.0, "pc": 12.0, "px": 0.75}
_SMALLEST, _CLOSEST = 1.5, -5.0
"""Points of a letter, and between two, that nobody can read."""
_NARROWEST, _FAINTEST = 5.0, 10.0
"""Per cent of a letter's own width, and of its ink."""
_DEEPEST = 6


@dataclass(frozen=True)
class Look:
    """How words stand on their ground, as far as styles tell."""

    removed: bool = False
    colour: Colour | None = None
    """None for the program's own, which it sets off from the ground."""
    ground: Colour | None = WHITE
    """None where it is not known, such as in a table."""
    points: float = 12.0
    illegible: bool = False

    @property
    def is_hidden(self) -> bool:
        """True where nobody sees the words."""
        blank = self.colour is not None and self.ground is not None and alike(self.colour, self.ground)
        return self.removed or self.illegible or self.points <= _SMALLEST or blank


class OdtStyles:
    """The styles of one document, automatic ones too, by name."""

    def __init__(self, roots: Sequence[Element]) -> None:
        self._by_name = {style.get(f"{STYLE}name"): style for root in roots for style in root.iter(f"{STYLE}style")}
        defaults = (style for root in roots for style in root.iter(f"{STYLE}default-style"))
        self._default = next((each for each in defaults if each.get(f"{STYLE}family") == "paragraph"), None)
        pages = (page for root in roots for page in root.iter(f"{STYLE}page-layout-properties"))
        told = {_on_ground(Look(), page).ground for page in pages} or {WHITE}
        self._page = told.pop() if len(told) == 1 else None  # which page a paragraph comes to stand on is not known

    def is_title(self, name: str | None) -> bool:
        """Tell whether a style is Title, or made from it."""
        return "Title" in self._chain(name)

    def level(self, name: str | None) -> int:
        """Return the level of a heading that is one by its style only, or 0."""
        found = (match for each in self._chain(name) if (match := _HEADING.fullmatch(each)))
        return min(int(next(found, ["0", "0"])[1]), _DEEPEST)

    def of_paragraph(self, name: str | None, *, coloured: bool) -> Look:
        """Return how the words of a paragraph look; `coloured` where it stands on a ground of another's."""
        look = self._over(Look(ground=None if coloured else self._page), [self._default])
        return self._over(look, self._styles(name))

    def of_words(self, name: str | None, around: Look) -> Look:
        """Return how words of a style look inside others; what says nothing of it leaves it as it is around."""
        return self._over(around, self._styles(name))

    def is_coloured(self, name: str | None) -> bool:
        """Tell whether a style, such as of a section, gives what stands in it a ground of its own."""
        parts = (part for style in self._styles(name) if style is not None for part in style)
        return any(_on_ground(_UNKNOWN, part) is not _UNKNOWN for part in parts)

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


_UNKNOWN = Look()


def _on_ground(look: Look, properties: Element) -> Look:
    ground, picture = properties.get(f"{FO}background-color"), properties.find(f"{STYLE}background-image")
    if picture is not None and picture.attrib or properties.get(f"{DRAW}fill") in ("bitmap", "gradient", "hatch"):
        return replace(look, ground=None)
    return look if ground in (None, "transparent") else replace(look, ground=colour_of(ground))


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
