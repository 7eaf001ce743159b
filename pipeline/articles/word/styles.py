"""What a document's styles make of a paragraph or a run: a heading, the title, hidden."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pipeline.articles.styles import WHITE, Colour, alike, colour_of
from pipeline.articles.word.grounds import Grounds, Scene, Tables, drawn_colour, is_no_shade, shade_colour, told
from pipeline.articles.word.names import RUN, W14, Element, is_on, w

_HEADING = re.compile(r"heading\s*([1-9])", re.IGNORECASE)
_SMALLEST, _NARROWEST, _CLOSEST = 3, 5, -100
"""Half points of a letter, per cent of its width, and twentieths of a point between two, that nobody can read."""
_LIGHTEST = ("background1", "light1")
_FILL, _NO_FILL = f"{W14}textFill", f"{W14}noFill"
_OUTLINE, _DRAWN = f"{W14}textOutline", (f"{W14}solidFill", f"{W14}gradFill")
_SET_OFF = (*map(w, ("shadow", "emboss", "imprint")), *(f"{W14}{kind}" for kind in ("shadow", "glow", "reflection")))
"""What lets letters be seen that have the colour of their ground."""
_PARAGRAPH_STYLE, _RUN_STYLE = f"{w('pPr')}/{w('pStyle')}", f"{w('rPr')}/{w('rStyle')}"
_DEEPEST = 6
_BODY_LEVEL = 9


class Styles:
    """The styles of one document, by their ids."""

    def __init__(self, root: Element | None, scene: Scene | None = None) -> None:
        self._defaults = None if root is None else root.find(f"{w('docDefaults')}/{w('rPrDefault')}")
        self._by_id = {style.get(w("styleId")): style for style in (() if root is None else root.iter(w("style")))}
        defaults = {style.get(w("type")): name for name, style in self._by_id.items() if _is_default(style)}
        self._plain = defaults.get("paragraph")
        self._scene = scene or Scene()
        self._looked_up: dict[tuple[str, str], Element | None] = {}
        letters = f"{w('rPr')}/*"
        tables = (style for style in self._by_id.values() if style.get(w("type")) == "table")
        says = frozenset(each.tag for style in tables for part in style.iter() for each in part.iterfind(letters))
        self._tables = Tables(self._scene, self._chain, defaults.get("table"), says)

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
        said = self._said(run, paragraph)
        if is_on(said("vanish")):
            return True
        size, scale, spacing = (_number(said(name)) for name in ("sz", "w", "spacing"))
        too_small = size is not None and size <= _SMALLEST or scale is not None and scale <= _NARROWEST
        too_close = spacing is not None and spacing <= _CLOSEST
        return too_small or too_close or self._is_blank(run, paragraph)

    def may_hide(self, run: Element, paragraph: Element) -> bool:
        """Tell whether a run's text has the colour of the page and is seen only if something else lies behind it."""
        if not self._scene.is_dark_behind or self._behind(run, paragraph) != self._scene.grounds:
            return False
        return self._is_blank(run, paragraph, frozenset({self._scene.page}))

    def _is_blank(self, run: Element, paragraph: Element, grounds: Grounds | None = None) -> bool:
        """Tell whether letters have the colour of what is behind them, whatever of several grounds that is."""
        inks = list(self._inks(run, paragraph))
        if None in inks or any(self._found(each, run, paragraph) is not None for each in _SET_OFF):
            return False
        grounds = grounds or self._behind(run, paragraph)
        return all(ink and ground and alike(ink, ground) for ink in inks for ground in grounds)

    def _inks(self, run: Element, paragraph: Element) -> Iterator[Colour | None]:
        """Yield the colours that letters are written in; None for one that is not known, or that suits its ground."""
        if run.find(f"{w('rPr')}/{_FILL}/{_NO_FILL}") is None:
            said = self._said(run, paragraph)("color")
            yield colour_of("#" + told(said, "val")) or (WHITE if told(said, "themeColor") in _LIGHTEST else None)
        for drawn in (self._found(each, run, paragraph) for each in (_OUTLINE, _FILL)):
            yield from (drawn_colour(each) for each in (() if drawn is None else drawn) if each.tag in _DRAWN)

    def _behind(self, run: Element, paragraph: Element) -> Grounds:
        """Return what may be behind a run's letters."""
        said = self._said(run, paragraph)
        marked = told(said("highlight"), "val") or "none"
        if marked != "none":
            return frozenset({colour_of(marked) if marked in ("white", "black") else None})
        own = paragraph.find(f"{w('pPr')}/{w('shd')}")
        styled = self._of_style(f"{w('pPr')}/{w('shd')}", _style_of(paragraph) or self._plain)
        for shade in (said("shd"), own if own is not None else styled):
            if shade is not None and not is_no_shade(shade):
                return frozenset({shade_colour(shade)})
        return self._tables.behind(paragraph)

    def _found(self, name: str, run: Element, paragraph: Element) -> Element | None:
        """Return a property that a run or a style of it has."""
        path = f"{w('rPr')}/{name}"
        own = run.find(path)
        styles = (_style_of(run), _style_of(paragraph) or self._plain)
        found = (own, *(self._of_style(path, style_id) for style_id in styles))
        return next((each for each in found if each is not None), None)

    def _said(self, run: Element, paragraph: Element) -> Callable[[str], Element | None]:
        """Return what looks a run's properties up: its own, else its style's, its paragraph's, its table's."""
        styles = _style_of(run), _style_of(paragraph)

        def said(name: str) -> Element | None:
            path = f"{w('rPr')}/{w(name)}"
            found = (run.find(path), *(self._of_style(path, style_id) for style_id in styles))
            own = next((each for each in found if each is not None), None)
            return own if own is not None else self._around(name, paragraph, is_plain=styles[1] is None)

        return said

    def _around(self, name: str, paragraph: Element, *, is_plain: bool) -> Element | None:
        """Return what the table around, the style of all paragraphs or the document's defaults say of letters."""
        path = f"{w('rPr')}/{w(name)}"
        of_table, is_known = self._tables.said(name, paragraph)
        plain = self._of_style(path, self._plain) if is_plain else None
        if not is_known or (of_table is not None and plain is not None):  # which of the two wins differs by program
            return None
        said = of_table if of_table is not None else plain
        return self._defaults.find(path) if said is None and self._defaults is not None else said

    def _of_style(self, path: str, style_id: str | None) -> Element | None:
        """Return what a style, or one that it is based on, says."""
        if style_id is None:
            return None
        if (path, style_id) not in self._looked_up:
            styles = (style for style, _ in self._chain(style_id) if style is not None)
            found = (style.find(path) for style in styles)
            self._looked_up[path, style_id] = next((each for each in found if each is not None), None)
        return self._looked_up[path, style_id]

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
    found = element.find(_RUN_STYLE if element.tag == RUN else _PARAGRAPH_STYLE)
    return None if found is None else str(found.get(w("val")))


def _is_default(style: Element) -> bool:
    return told(style, "default") in ("1", "true", "on")


def _number(element: Element | None) -> int | None:
    number = told(element, "val").removesuffix("%")
    return int(number) if re.fullmatch(r"-?\d{1,6}", number) else None


def _outline(level: Element) -> int:
    value = level.get(w("val"), "")
    return min(int(value) + 1, _DEEPEST) if value.isdecimal() and int(value) < _BODY_LEVEL else 0
