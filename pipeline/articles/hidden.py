"""What a page holds and nobody sees: taken out of its tree before it is read, and told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_NEVER_SHOWN = ("template", "noscript", "script", "style", "object", "svg", "math-hidden")
_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0(?:\.0*)?(?![.\d])"
    r"|font\s*:\s*0[a-z%]*[\s/]"
    r"|opacity\s*:\s*0(?:\.0*)?(?![.\d])|(?:left|right|top|text-indent)\s*:\s*-\s*\d{3,}"
    r"|clip\s*:\s*rect\(\s*[01](?:px)?[\s,]|clip-path\s*:\s*inset\(\s*(?:50|100)%|transform\s*:\s*scale\(\s*0",
    re.IGNORECASE,
)
_NO_SIZE = re.compile(r"(?:max-)?(?:height|width)\s*:\s*[01](?:px)?\s*(?:;|!|$)", re.IGNORECASE)
_CUT = re.compile(r"overflow\s*:\s*hidden", re.IGNORECASE)
_COLOUR = re.compile(r"(?<![-\w])(color|background(?:-color)?)\s*:\s*([^;!]+)", re.IGNORECASE)
_RULE = re.compile(r"([^{}@]{1,2000})\{([^{}]{0,2000})\}")
_BLOCK = re.compile(
    r"@(?:media|supports|keyframes|-webkit-keyframes)[^{]{0,300}\{(?:[^{}]{0,2000}\{[^{}]{0,2000}\}){0,200}\s*\}"
)
_SELECTOR = re.compile(r"\s*([a-z][a-z0-9]*)?([.#])([A-Za-z][\w-]*)\s*$", re.IGNORECASE)
_WHITES = {"white", "#fff", "#ffffff", "#fffffe", "#fefefe", "rgb(255,255,255)", "rgba(255,255,255,1)"}
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
    classes, ids = _hidden_by_sheet(tree)
    found: list[tuple[Any, str]] = []
    seen: set[Any] = set()
    for element in tree.iter():
        parent = element.getparent()
        if parent is not None and parent in seen:
            seen.add(element)
            continue
        how = _how_hidden(element, classes, ids)
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


def _how_hidden(element: Any, classes: frozenset[str], ids: frozenset[str]) -> str:
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
    style = element.get("style") or ""
    if style and (_STYLE.search(style) or (_CUT.search(style) and _NO_SIZE.search(style)) or _is_unreadable(element)):
        return "style"
    names = (element.get("class") or "").split()
    if names and (not classes.isdisjoint(names) or _READERS_ONLY.search(element.get("class"))):
        return "style" if not classes.isdisjoint(names) else "for screen readers"
    return "style" if element.get("id") in ids else ""


def _in_head(element: Any) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag == "head"


def _is_unreadable(element: Any) -> bool:
    """Tell whether letters have the colour of their ground, as far as it is told; white where it is not."""
    colours = dict(_colours(element))
    colour = colours.get("color")
    if colour is None:
        return False
    if colour == "transparent":
        return True
    ground = colours.get("background")
    above = element
    for _ in range(40):
        if ground is not None or above is None:
            break
        ground = dict(_colours(above)).get("background") or _plain_colour(above.get("bgcolor"))
        above = above.getparent()
    return colour == (ground or "#fff")


def _colours(element: Any) -> Iterator[tuple[str, str]]:
    for name, value in _COLOUR.findall(element.get("style") or ""):
        yield name.lower().partition("-")[0], _plain_colour(value) or ""


def _plain_colour(value: str | None) -> str | None:
    if not value:
        return None
    value = re.sub(r"\s+", "", value.lower())
    return "#fff" if value in _WHITES else value


def _hidden_by_sheet(tree: Any) -> tuple[frozenset[str], frozenset[str]]:
    """Return the classes and ids that a page's own style sheets hide, by plain rules outside of conditions."""
    classes: set[str] = set()
    ids: set[str] = set()
    for sheet in tree.iter("style"):
        if sheet.get("media") not in (None, "", "all", "screen"):
            continue
        for selectors, body in _RULE.findall(_BLOCK.sub("", (sheet.text or "")[:_MOST_RULES])):
            if not _STYLE.search(body):
                continue
            for selector in selectors.split(","):
                if match := _SELECTOR.match(selector):
                    (classes if match[2] == "." else ids).add(match[3])
    return frozenset(classes), frozenset(ids)


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
