"""What a document's styles make of a paragraph or a run: a heading, the title, hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.articles.styles import WHITE, Colour, alike, colour_of
from pipeline.articles.word.names import W14, Element, is_on, w

_HEADING = re.compile(r"heading\s*([1-9])", re.IGNORECASE)
_SMALLEST, _NARROWEST, _CLOSEST = 3, 5, -100
"""Half points of a letter, per cent of its width, and twentieths of a point between two, that nobody can read."""
_COLOURED = frozenset(map(w, ("tbl", "txbxContent")))
"""What has a ground by a style of its own."""
_LIGHTEST = ("background1", "light1")
_FILL, _NO_FILL = f"{W14}textFill", f"{W14}noFill"
_OUTLINES = tuple(f"{W14}textOutline/{W14}{kind}" for kind in ("solidFill", "gradFill"))
_DEEPEST = 6
_BODY_LEVEL = 9


class Styles:
    """The styles of one document, by their ids."""

    def __init__(self, root: Element | None, page: Colour = WHITE) -> None:
        self._page = page
        self._defaults = None if root is None else root.find(f"{w('docDefaults')}/{w('rPrDefault')}")
        self._by_id = {style.get(w("styleId")): style for style in (() if root is None else root.iter(w("style")))}

    def level(self, paragraph: Element) -> int:
        """Return the level of a heading (1 to 6), or 0: by outline level, else by the style's name."""
        if self.is_title(paragraph):
            return 1
        own = paragraph.find(f"{w('pPr')}/{w('outlineLvl')}")
        if own is not None:
            return _outline(own)
        for style, name in self._chain(_style_of(paragraph)):
            if match := _HEADING.fullmatch(name):
                return min(int(match.group(1)), _DEEPEST)
            if style is not None and (found := style.find(f"{w('pPr')}/{w('outlineLvl')}")) is not None:
                return _outline(found)
        return 0

    def is_title(self, paragraph: Element) -> bool:
        """Tell whether a paragraph has the style Title, or one that is based on it."""
        return any(name.casefold() == "title" for _, name in self._chain(_style_of(paragraph)))

    def hides(self, run: Element, paragraph: Element) -> bool:
        """Tell whether a run's text is hidden: what its own properties say wins over its styles."""
        if is_on(self._said("vanish", run, paragraph)):
            return True
        size, scale, spacing = (_number(self._said(name, run, paragraph)) for name in ("sz", "w", "spacing"))
        too_small = size is not None and size <= _SMALLEST or scale is not None and scale <= _NARROWEST
        return too_small or spacing is not None and spacing <= _CLOSEST or self._is_blank(run, paragraph)

    def _is_blank(self, run: Element, paragraph: Element) -> bool:
        """Tell whether letters have the colour of their ground; white where none is told, but in a table or a box."""
        if any(self._has(each, run, paragraph) for each in _OUTLINES):
            return False
        if run.find(f"{w('rPr')}/{_FILL}") is not None:
            return run.find(f"{w('rPr')}/{_FILL}/{_NO_FILL}") is not None
        said = self._said("color", run, paragraph)
        colour = colour_of("#" + _told(said, "val")) or (WHITE if _told(said, "themeColor") in _LIGHTEST else None)
        filled = self._has(_FILL, run, paragraph)
        if colour is None or filled or self._said("highlight", run, paragraph) is not None:
            return False
        shades = self._said("shd", run, paragraph), self._shade(paragraph)
        shade = next((each for each in shades if each is not None and not _is_none(each)), None)
        if shade is not None:
            ground = colour_of("#" + _told(shade, "fill")) if _told(shade, "val") in ("", "clear") else None
            return ground is not None and alike(colour, ground)
        return alike(colour, self._page) and not any(each.tag in _COLOURED for each in paragraph.iterancestors())

    def _has(self, name: str, run: Element, paragraph: Element) -> bool:
        """Tell whether a run or a style of it has a property."""
        chains = (self._chain(_style_of(each)) for each in (run, paragraph))
        parts = (run, *(style for chain in chains for style, _ in chain if style is not None))
        return any(each.find(f"{w('rPr')}/{name}") is not None for each in parts)

    def _shade(self, paragraph: Element) -> Element | None:
        """Return what a paragraph is shaded with: its own word, else that of its style."""
        styles = (style for style, _ in self._chain(_style_of(paragraph)) if style is not None)
        found = (each.find(f"{w('pPr')}/{w('shd')}") for each in (paragraph, *styles))
        return next((each for each in found if each is not None), None)

    def _said(self, name: str, run: Element, paragraph: Element) -> Element | None:
        """Return a property of a run: its own, else that of its style or of its paragraph's."""
        own = run.find(f"{w('rPr')}/{w(name)}")
        if own is not None:
            return own
        for style_id in (_style_of(run), _style_of(paragraph)):
            for style, _ in self._chain(style_id):
                found = None if style is None else style.find(f"{w('rPr')}/{w(name)}")
                if found is not None:
                    return found
        return None if self._defaults is None else self._defaults.find(f"{w('rPr')}/{w(name)}")

    def _chain(self, style_id: str | None) -> Iterator[tuple[Element | None, str]]:
        """Yield a style and those it is based on, each with its name (or its id, if the file lacks it)."""
        met = set()
        while style_id and style_id not in met:
            met.add(style_id)
            style = self._by_id.get(style_id)
            if style is None:
                yield None, style_id
                return
            name = style.find(w("name"))
            yield style, style_id if name is None else name.get(w("val"), style_id)
            based = style.find(w("basedOn"))
            style_id = None if based is None else based.get(w("val"))


def _style_of(element: Element) -> str | None:
    for properties, style in (("pPr", "pStyle"), ("rPr", "rStyle")):
        found = element.find(f"{w(properties)}/{w(style)}")
        if found is not None:
            return str(found.get(w("val")))
    return None


def _is_none(shade: Element) -> bool:
    """Tell whether a shade says that there is none."""
    bare = _told(shade, "fill") == "auto" and not _told(shade, "themeFill")
    return _told(shade, "val") == "nil" or _told(shade, "val") in ("", "clear") and bare


def _told(element: Element | None, name: str) -> str:
    return "" if element is None else str(element.get(w(name), "")).lower()


def _number(element: Element | None) -> int | None:
    told = _told(element, "val").removesuffix("%")
    return int(told) if re.fullmatch(r"-?\d{1,6}", told) else None


def _outline(level: Element) -> int:
    value = level.get(w("val"), "")
    return min(int(value) + 1, _DEEPEST) if value.isdecimal() and int(value) < _BODY_LEVEL else 0
