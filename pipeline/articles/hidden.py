"""What a page holds and nobody sees: taken out of its tree before it is read, and told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pipeline.articles.styles import WHITE, Colour, alike, colour_of, declarations, hides

_NEVER_SHOWN = ("template", "noscript", "script", "style", "object", "svg", "math-hidden")
_RULE = re.compile(r"([^{}@]{1,2000})\{([^{}]{0,2000})\}")
_BLOCK = re.compile(
    r"@(?:media|supports|keyframes|-webkit-keyframes)[^{]{0,300}\{(?:[^{}]{0,2000}\{[^{}]{0,2000}\}){0,200}\s*\}"
)
_ALWAYS = re.compile(r"@media\s+(?:only\s+)?(?:all|screen)\s*\{((?:[^{}]{0,2000}\{[^{}]{0,2000}\}){0,200})\s*\}")
_COMPOUND = re.compile(
    r"(?:[a-z][a-z0-9]*|\*)?(?:[.#][A-Za-z_-][\w-]*|\[[\w-]{1,60}(?:=[\"']?[\w -]{0,60}[\"']?)?\])*", re.I
)
_PART = re.compile(r"(?P<kind>[.#\[]?)(?P<name>[\w*-]+)(?:=[\"']?(?P<value>[\w -]*)[\"']?)?\]?")
_STEP = re.compile(r"\s*(>)\s*|\s+")
_MOST_SELECTORS = 200
"""Hiding selectors of a page that are more than one class or one id; each is held against each element."""
_READERS_ONLY = re.compile(r"\b(?:sr-only|screen-reader-text|screen-reader|visually-?hidden|u-hidden-visually)\b")
_MOST_RULES = 200_000


@dataclass(frozen=True)
class Hidden:
    """Words that were taken out, and the element that held them."""

    words: str
    parent: Any
    how: str


def take_hidden_out(tree: Any) -> list[Hidden]:
    """Remove from a tree what a reader does not see; return what that was, in order."""
    sheet = _hidden_by_sheet(tree)
    found: list[tuple[Any, str]] = []
    seen: set[Any] = set()
    for element in tree.iter():
        parent = element.getparent()
        if parent is not None and parent in seen:
            seen.add(element)
            continue
        how = _how_hidden(element, sheet)
        if how:
            seen.add(element)
            found.append((element, how))
    taken = []
    for element, how in found:
        parent = element.getparent()
        if parent is None:
            continue
        words = _words(element, how)
        _remove(element, keep_summary=how == "closed details")
        if words:
            taken.append(Hidden(words, parent, how))
    return taken


def _how_hidden(element: Any, sheet: _Sheet) -> str:
    if not isinstance(element.tag, str):
        return "comment"
    tag = element.tag
    if tag in ("html", "body", "head", "meta", "link", "title", "base") or _in_head(element):
        return ""
    if tag in ("script", "style"):
        return ""  # what is declared is read from them, and no reader of text takes them
    if tag in _NEVER_SHOWN:
        return tag
    if tag in ("details", "dialog") and element.get("open") is None:
        return f"closed {tag}"
    if element.get("hidden") is not None:
        return "hidden"
    if element.get("popover") is not None:
        return "closed popover"
    if _is_styled_away(element) or sheet.hides(element):
        return "style"
    return "for screen readers" if _READERS_ONLY.search(element.get("class") or "") else ""


def _is_styled_away(element: Any) -> bool:
    """Tell whether an element's own style, or the attributes that were styles once, let nothing be read."""
    style = element.get("style") or ""
    sized_away = element.tag == "font" and (element.get("size") or "").strip() == "0"
    return sized_away or bool(style and hides(style)) or _is_unreadable(element, style)


def _in_head(element: Any) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag == "head"


def _is_unreadable(element: Any, style: str) -> bool:
    """Tell whether letters have the colour of their ground, as far as it is told; white where it is not."""
    told = declarations(style).get("color") or (element.get("color") if element.tag == "font" else None)
    colour = colour_of(told)
    if colour is None:
        return False
    above = element
    for _ in range(40):
        if above is None:
            break
        if ground := _ground(above):
            return alike(colour, ground)
        above = above.getparent()
    return alike(colour, WHITE)


def _ground(element: Any) -> Colour | None:
    said = declarations(element.get("style") or "")
    told = said.get("background-color") or said.get("background", "") or element.get("bgcolor")
    return colour_of(told) or (colour_of(told.split()[0]) if told else None)


@dataclass(frozen=True)
class _Compound:
    """What a selector asks of one element: a tag, classes, an id, attributes."""

    tag: str
    classes: frozenset[str]
    ids: frozenset[str]
    attributes: tuple[tuple[str, str | None], ...]
    is_child: bool
    """Whether the element before it must be the parent."""

    def fits(self, element: Any) -> bool:
        """Tell whether an element is such a one."""
        return (
            self.tag in ("", element.tag)
            and self.ids <= {element.get("id")}
            and self.classes <= set((element.get("class") or "").split())
            and all(self._has(element, *attribute) for attribute in self.attributes)
        )

    @staticmethod
    def _has(element: Any, name: str, value: str | None) -> bool:
        return element.get(name) is not None and value in (None, element.get(name))


class _Sheet:
    """The plain selectors by which a page's own style sheets hide elements."""

    def __init__(self) -> None:
        self.classes: set[str] = set()
        self.ids: set[str] = set()
        self._others: list[tuple[_Compound, ...]] = []

    def add(self, selector: str) -> None:
        """Take a selector in, if it is one that is understood."""
        steps = [part for part in _STEP.split(selector.strip()) if part]
        read = list[_Compound]()
        is_child = False
        for step in steps:
            if step == ">":
                is_child = True
                continue
            if not _COMPOUND.fullmatch(step):
                return
            read.append(_compound(step, is_child))
            is_child = False
        if len(read) == 1 and not read[0].attributes and len(read[0].classes) + len(read[0].ids) == 1:
            self.classes |= read[0].classes
            self.ids |= read[0].ids
        elif read and len(self._others) < _MOST_SELECTORS:
            self._others.append(tuple(read))

    def hides(self, element: Any) -> bool:
        """Tell whether a selector fits an element."""
        names = (element.get("class") or "").split()
        if not self.classes.isdisjoint(names) or element.get("id") in self.ids:
            return True
        return any(compounds[-1].fits(element) and _is_below(element, compounds) for compounds in self._others)


def _compound(step: str, is_child: bool) -> _Compound:
    parts = [(part["kind"], part["name"], part["value"]) for part in _PART.finditer(step)]
    named = {kind: frozenset(name for each, name, _ in parts if each == kind) for kind in (".", "#", "")}
    tag = "".join(named[""] - {"*"}).lower()
    return _Compound(tag, named["."], named["#"], tuple((n, v) for kind, n, v in parts if kind == "["), is_child)


def _is_below(element: Any, compounds: tuple[_Compound, ...]) -> bool:
    """Tell whether the elements above one are those that a selector names before it."""
    above, is_child = element.getparent(), compounds[-1].is_child
    for compound in reversed(compounds[:-1]):
        while above is not None and not compound.fits(above):
            if is_child:
                return False
            above = above.getparent()
        if above is None:
            return False
        above, is_child = above.getparent(), compound.is_child
    return True


def _hidden_by_sheet(tree: Any) -> _Sheet:
    """Return what a page's own style sheets hide, by plain rules outside of conditions."""
    found = _Sheet()
    for sheet in tree.iter("style"):
        if sheet.get("media") not in (None, "", "all", "screen"):
            continue
        text = _ALWAYS.sub(r"\1", (sheet.text or "")[:_MOST_RULES])
        for selectors, body in _RULE.findall(_BLOCK.sub("", text)):
            if hides(body):
                for selector in selectors.split(","):
                    found.add(selector)
    return found


def _words(element: Any, how: str) -> str:
    if how == "comment":
        return ""  # a comment is no text of any reader
    texts = (text for text in element.itertext(with_tail=False) if isinstance(text, str))
    words = " ".join(" ".join(texts).split())[:400]
    if how == "noscript" and "<" in words:
        words = " ".join(re.sub(r"<[^>]{0,500}>", " ", words).split())
    if how == "closed details":
        summary = next((" ".join(each.text_content().split()) for each in element.iterchildren("summary")), "")
        words = words.removeprefix(summary).strip()
    return words


def _remove(element: Any, *, keep_summary: bool) -> None:
    if keep_summary:
        element.text = None
        for child in list(element):
            if child.tag == "summary":
                child.tail = None
            else:
                child.tail = None
                element.remove(child)
        return
    parent, before = element.getparent(), element.getprevious()
    if element.tail:
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    element.tail = None
    parent.remove(element)
