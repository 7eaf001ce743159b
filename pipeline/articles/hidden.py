"""What a page holds and nobody sees: taken out of its tree before it is read, and told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pipeline.articles.style_sheets import Sheet, hidden_by_sheets
from pipeline.articles.styles import WHITE, Colour, alike, colour_of, declarations, ground_of, hides

_NEVER_SHOWN = ("template", "noscript", "script", "style", "object", "svg", "math-hidden")
_READERS_ONLY = re.compile(r"\b(?:sr-only|screen-reader-text|screen-reader|visually-?hidden|u-hidden-visually)\b")


@dataclass(frozen=True)
class Hidden:
    """Words that were taken out, and the element that held them."""

    words: str
    parent: Any
    how: str


def take_hidden_out(tree: Any) -> list[Hidden]:
    """Remove from a tree what a reader does not see; return what that was, in order."""
    sheet = hidden_by_sheets(tree)
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


def _how_hidden(element: Any, sheet: Sheet) -> str:
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
    return ground_of(declarations(element.get("style") or "")) or colour_of(element.get("bgcolor"))


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
