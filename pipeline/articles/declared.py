"""What a page declares about its article: JSON-LD of its main entity, meta tags, microdata, times; with their place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_JSON_ARTICLES = re.compile(r"(?:Article|(?<!Job)Posting|Report)$")
_JSON_PAGES = re.compile(r"(?:Page)$")
_INTO = ("@graph", "mainEntity", "mainEntityOfPage")
"""Where the main entity may lie; what lies elsewhere, such as in `itemListElement`, is another one."""
_DEEPEST = 12
_MOST_NODES = 500
_COMMA_TOO_MANY = re.compile(r",\s*([}\]])")
_NOISE = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?://\s*\]\]>|\]\]>|-->)\s*;?\s*$")

Node = dict[str, Any]


@dataclass
class Declared:
    """What a page declares: meta tags in order, the nodes of JSON-LD that are its article, and its own names."""

    meta: list[tuple[str, str]] = field(default_factory=list)
    """Name, in lower case, and content."""
    articles: list[Node] = field(default_factory=list)
    """Those that are of this page, as far as it tells."""
    others: list[Node] = field(default_factory=list)
    """Articles of which the page does not tell that they are its own."""
    pages: list[Node] = field(default_factory=list)
    language: str | None = None
    canonical: str | None = None
    title: str = ""
    titles: list[str] = field(default_factory=list)

    def named(self, *names: str) -> Iterator[tuple[str, str]]:
        """Yield the meta tags of names, in the order of the names."""
        for name in names:
            yield from (each for each in self.meta if each[0] == name)

    def first(self, *names: str) -> str | None:
        """Return the content of the first meta tag of names."""
        return next((content for _, content in self.named(*names)), None)


def read_declared(tree: Any) -> Declared:
    """Return what a page (an lxml tree) declares; what cannot be read is left out."""
    declared = Declared(language=(tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")))
    for meta in tree.iter("meta"):
        if meta.get("itemprop") and not _in_head(meta):  # of a thing in the body: what it is of is asked there
            continue
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv")
        content = (meta.get("content") or "").strip()
        if name and content:
            declared.meta.append((name.strip().lower(), content[:2000]))
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split() and link.get("href"):
            declared.canonical = declared.canonical or link.get("href").strip()
    heads = [" ".join(each.text_content().split()) for each in tree.iter("h1")]
    title = next((" ".join(each.text_content().split()) for each in tree.iter("title")), "")
    declared.title = title
    declared.titles = [each for each in (*heads, declared.first("og:title") or "", title) if each]
    _read_json(tree, declared)
    return declared


def _in_head(element: Any) -> bool:
    parent = element.getparent()
    return parent is not None and (parent.tag in ("head", "html") or parent.getparent() is None)


def _read_json(tree: Any, declared: Declared) -> None:
    nodes = [node for script in tree.iter("script") for node in _nodes_of(script)][:_MOST_NODES]
    articles = [node for node in nodes if any(_JSON_ARTICLES.search(kind) for kind in types_of(node))]
    declared.pages = [node for node in nodes if any(_JSON_PAGES.search(kind) for kind in types_of(node))]
    own = [node for node in articles if _is_of(node, declared)]
    if not own and len(articles) == 1 and not _names_another(articles[0], declared):
        own = articles
    declared.articles, declared.others = own, [node for node in articles if node not in own]


def _nodes_of(script: Any) -> Iterator[Node]:
    if "ld+json" not in (script.get("type") or "").lower():
        return
    text = _NOISE.sub("", script.text or "")
    for form in (text, _COMMA_TOO_MANY.sub(r"\1", text)):
        try:
            data = json.loads(form, strict=False)
        except (ValueError, RecursionError):
            continue
        yield from _walk(data, 0)
        return


def _walk(value: Any, depth: int) -> Iterator[Node]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for each in value:
            yield from _walk(each, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in _INTO:
            yield from _walk(value.get(key), depth + 1)


def types_of(node: Node) -> tuple[str, ...]:
    """Return the types of a node, without the vocabulary they are from."""
    types = node.get("@type") or ()
    return tuple(str(each).rpartition("/")[2] for each in (types if isinstance(types, list) else [types]))


def words_of(value: Any) -> str | None:
    """Return the words of a value of JSON-LD: a text, the name of a thing, the first of a list."""
    if isinstance(value, list):
        return next((words for each in value[:20] if (words := words_of(each))), None)
    if isinstance(value, dict):
        return words_of(value.get("name") or value.get("@value"))
    return " ".join(str(value).split()) or None if isinstance(value, str | int | float) else None


def _is_of(node: Node, declared: Declared) -> bool:
    """Tell whether a node names this page's address or headline."""
    addresses = {_address(each) for each in _addresses(node)}
    own = {_address(each) for each in (declared.canonical, declared.first("og:url")) if each}
    if addresses & own:
        return True
    headline = words_of(node.get("headline") or node.get("name"))
    return bool(headline) and any(_alike(headline or "", title) for title in declared.titles)


def _names_another(node: Node, declared: Declared) -> bool:
    """Tell whether the only article of a page has a headline that is none of the page's."""
    return bool(words_of(node.get("headline")) and declared.titles)


def _addresses(node: Node) -> Iterator[str]:
    page = node.get("mainEntityOfPage")
    for value in (node.get("url"), node.get("@id"), page, page.get("@id") if isinstance(page, dict) else None):
        if isinstance(value, str) and value.strip():
            yield value


def _address(url: str) -> str:
    return re.sub(r"^https?://(?:www\.|amp\.|m\.)?|[#?].*$", "", url.strip().lower()).rstrip("/")


def _alike(one: str, other: str) -> bool:
    """Tell whether two headlines share most of their words."""
    first, second = ({word.lower() for word in re.findall(r"\w+", words)} for words in (one, other))
    shorter = min(len(first), len(second))
    return shorter > 0 and len(first & second) >= 0.6 * shorter and len(first & second) >= min(2, shorter)
