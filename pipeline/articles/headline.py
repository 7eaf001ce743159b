"""The headline of a page, and the lines around it where its day and its author stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.articles.declared import words_of

_LINES = 12
"""Blocks below the headline in which a printed day is looked for."""
_ELEMENTS, _ABOVE = 120, 4
_LONG = 30
"""Words of a paragraph with which the text has begun."""
_KINDS = "[self::p or self::div or self::span or self::time or self::li or self::ul]"


def find_headline(tree: Any, titles: Sequence[str]) -> Any:
    """Return the element of the headline: the first `h1`, else the `h2` that the page is named for, or None."""
    head = next(iter(tree.iter("h1")), None)
    if head is not None:
        return head
    for second in tree.iter("h2"):
        words = words_of(second.text_content())
        if words and len(words.split()) > 1 and any(words in title for title in titles):
            return second
    return None


def head_lines(tree: Any, titles: Sequence[str]) -> Iterator[str]:
    """Yield the lines between the headline and the first long paragraph, where day and author stand."""
    head = find_headline(tree, titles)
    if head is None:
        return
    lines = 0
    for element in head.xpath("preceding::*[self::p or self::div or self::span or self::time][not(*)]")[-_ABOVE:]:
        yield " ".join((element.text or "").split())[:300]
    for element in head.xpath(f"following::*{_KINDS}")[:_ELEMENTS]:
        text = " ".join(element.text_content().split())
        if element.tag == "p" and len(text.split()) > _LONG or lines >= _LINES:
            return
        if text and len(text) <= 400:
            yield text
            lines += 1
