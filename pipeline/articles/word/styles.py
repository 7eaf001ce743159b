"""What a document's styles make of a paragraph or a run: a heading, the title, hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.articles.word.names import Element, is_on, w

_HEADING = re.compile(r"heading\s*([1-9])", re.IGNORECASE)
_DEEPEST = 6
_BODY_LEVEL = 9


class Styles:
    """The styles of one document, by their ids."""

    def __init__(self, root: Element | None) -> None:
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
        own = run.find(f"{w('rPr')}/{w('vanish')}")
        if own is not None:
            return is_on(own)
        return self._style_hides(_style_of(run)) or self._style_hides(_style_of(paragraph))

    def _style_hides(self, style_id: str | None) -> bool:
        for style, _ in self._chain(style_id):
            found = None if style is None else style.find(f"{w('rPr')}/{w('vanish')}")
            if found is not None:
                return is_on(found)
        return False

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


def _outline(level: Element) -> int:
    value = level.get(w("val"), "")
    return min(int(value) + 1, _DEEPEST) if value.isdecimal() and int(value) < _BODY_LEVEL else 0
