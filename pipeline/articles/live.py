"""Live blogs and collections: pages whose parts have a day of their own each, found by what marks them as parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pipeline.articles.cleaning import Block
from pipeline.articles.day_values import read_day
from pipeline.articles.declared import Declared, Node, types_of, words_of
from pipeline.articles.visible import Kept, Seen, seen_blocks

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_PART = re.compile(
    r"(?:^|[\s_-])(?:live-?blog-?(?:post|entry|item|update|block|event)s?|lb-?(?:post|entry|item)|live-?(?:post"
    r"|entry|update|item)"
    r"|timeline-?(?:item|entry|event|post)|blog-?(?:update|entry)|(?:post|update|event)-?(?:live|entry))(?:$|[\s_-])",
    re.IGNORECASE,
)
_FEWEST = 2
_FEWEST_WORDS = 8
_FEWEST_OF_COLLECTION = 25
_MOST = 2000
_TIME_WORDS = 7


@dataclass(frozen=True)
class Part:
    """What is known of a part of a page besides its text."""

    title: str | None
    day: date
    time: str | None


def read_entries(tree: Any, declared: Declared, blocks: Sequence[Block]) -> tuple[list[Part], list[Block]]:
    """Return the parts of a page with their days, and its blocks, each with the number of its part (from 1)."""
    found = [(element, part) for element in _elements(tree, declared) if (part := _part(element))]
    if len(found) >= _FEWEST:
        return _from_elements(found, blocks)
    updates = [update for node in declared.articles for update in _updates(node)]
    return _from_updates(updates, blocks) if len(updates) >= _FEWEST else ([], list(blocks))


def _elements(tree: Any, declared: Declared) -> list[Any]:
    """Return the elements that are parts, outermost ones without those they lie in."""
    marked = [
        e for e in tree.iter() if isinstance(e.tag, str) and "liveBlogUpdate" in (e.get("itemprop") or "").split()
    ]
    if len(marked) < _FEWEST:
        marked = [e for e in tree.iter() if isinstance(e.tag, str) and _PART.search(f"{e.get('class') or ''} ")]
    live = any("LiveBlogPosting" in types_of(node) for node in declared.articles)
    if len(marked) < _FEWEST and live:
        marked = _siblings(tree, ("article", "section", "li", "div"), _FEWEST_WORDS)
    if len(marked) < _FEWEST:
        marked = _siblings(tree, ("article",), _FEWEST_OF_COLLECTION)
    inside = set(marked[:_MOST])
    return [each for each in marked[:_MOST] if not _holds_another(each, inside)]


def _holds_another(element: Any, others: set[Any]) -> bool:
    return any(child is not element and child in others for child in element.iter())


def _siblings(tree: Any, tags: tuple[str, ...], words: int) -> list[Any]:
    """Return the children of the first element that has several with a time, a heading and enough text of their own."""
    parents: dict[Any, list[Any]] = {}
    for moment in tree.iter("time"):
        if not moment.get("datetime"):
            continue
        element = moment
        for above in moment.iterancestors():
            if above.tag in tags:
                element = above
                break
        if element is not moment and element.getparent() is not None:
            parents.setdefault(element.getparent(), []).append(element)
    for children in parents.values():
        own = list(dict.fromkeys(children))
        if len(own) >= _FEWEST and len(own) == len(children) and all(_is_part(each, words) for each in own):
            return own
    return []


def _is_part(element: Any, fewest: int) -> bool:
    seen = [each for each in seen_blocks(element) if not each.is_around]
    text = [each for each in seen if not each.is_linked and each.tag not in _HEADINGS]
    return any(each.tag in _HEADINGS for each in seen) and sum(len(each.words) for each in text) >= fewest


def _part(element: Any) -> Part | None:
    """Return title and day of a part, or None where it tells no day."""
    moment = next((each for each in element.iter("time") if each.get("datetime")), None)
    dated = next((e for e in element.iter() if isinstance(e.tag, str) and e.get("itemprop") == "datePublished"), None)
    raw = (dated is not None and (dated.get("content") or dated.get("datetime"))) or (
        moment.get("datetime") if moment is not None else None
    )
    read = read_day(raw) if raw else None
    if read is None or read.doubt:
        return None
    heading = next((each for each in element.iter(*_HEADINGS)), None)
    title = " ".join(heading.text_content().split()) if heading is not None else None
    return Part(title or None, read.day, raw)


def _from_elements(found: Sequence[tuple[Any, Part]], blocks: Sequence[Block]) -> tuple[list[Part], list[Block]]:
    """Return the blocks before the parts as they were kept, and those of the parts as a reader sees them."""
    seen = [[each for each in seen_blocks(element) if _belongs(each)] for element, _ in found]
    within = Kept([each.text for part in seen for each in part])
    lead: list[Block] = []
    tail: list[Block] = []
    begun = False
    for block in blocks:
        if within.place(re.findall(r"\w+", block.text.casefold())) is not None:
            begun = True
        else:
            (tail if begun else lead).append(block)
    parts = [
        Block(each.text, _HEADINGS.get(each.tag, 0), number) for number, part in enumerate(seen, 1) for each in part
    ]
    return [part for _, part in found], [*lead, *parts, *tail]


def _belongs(seen: Seen) -> bool:
    if seen.is_around and not (
        seen.element.tag == "time" or len(seen.words) <= _TIME_WORDS and any(map(str.isdigit, seen.text))
    ):
        return False
    return not seen.is_linked or seen.tag in _HEADINGS


def _updates(node: Node) -> Iterator[Node]:
    updates = node.get("liveBlogUpdate") or ()
    yield from (
        each for each in (updates if isinstance(updates, list) else [updates])[:_MOST] if isinstance(each, dict)
    )


def _from_updates(updates: Sequence[Node], blocks: Sequence[Block]) -> tuple[list[Part], list[Block]]:
    """Return the blocks, each with the declared update it belongs to: from its headline or first words to the next."""
    kept = Kept([block.text for block in blocks])
    starts: dict[int, Part] = {}
    for update in updates:
        day = read_day(words_of(update.get("datePublished")) or "")
        title = words_of(update.get("headline") or update.get("name"))
        for words in (title, words_of(update.get("articleBody"))):
            place = kept.place(re.findall(r"\w+", (words or "").casefold())[:12]) if words else None
            if day and not day.doubt and place is not None:
                starts.setdefault(place, Part(title, day.day, words_of(update.get("datePublished"))))
                break
    if len(starts) < _FEWEST:
        return [], list(blocks)
    order = sorted(starts)
    numbered = [replace(block, part=sum(start <= at for start in order)) for at, block in enumerate(blocks)]
    return [starts[each] for each in order], numbered
