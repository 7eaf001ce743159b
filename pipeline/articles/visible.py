"""What a reader sees on a page, block by block: held against what was kept of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_BLOCK_TAGS_WORDS = (
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody td "
    "tfoot th thead tr ul caption button amp-accordion amp-carousel label legend option select textarea "
    "iframe "
)
_BLOCK_TAGS = frozenset(_BLOCK_TAGS_WORDS.split())
_UNREAD_WORDS = "script style noscript template svg button select option textarea iframe object video audio form label "
_UNREAD = frozenset(_UNREAD_WORDS.split())
_AROUND = frozenset(["nav", "footer", "aside"])
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:related|recirc\w*|share|sharing|social\w*|newsletter\w*|promo\w*|advert\w*|ads?|sponsor\w*"
    r"|outbrain"
    r"|taboola|subscri\w*|comments?|respond|tags?|taglist|topics?|breadcrumbs?|most|trending|popular|recommend\w*"
    r"|teasers?"
    r"|read-?more|readmore|more-?(?:on|from|stories|news)|also|sidebar|rail|widget\w*|toolbar|menu|nav\w*|footer"
    r"|masthead"
    r"|cookie\w*|consent|gdpr|onetrust|paywall|regwall|piano|byline\w*|author\w*|bio|credits?|copyright|license"
    r"|disclaimer|next|prev\w*|pagination"
    r"|signup|sign-up|follow|banner|modal|popup|overlay|skip|print|donat\w*|membership|callout-?link|poll|quiz"
    r"|carousel"
    r"|gallery-?nav|slideshow-?nav|timestamp|dateline|meta|metadata|kicker|eyebrow|player|jw\w*|embed\w*|login"
    r"|search)(?:$|[\s_-])",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"(?:^|[\s_-])(?:caption\w*|figcaption|cutline|image-?(?:text|info|credit)|photo-?(?:text|info|credit)"
    r"|gallery)(?:$|[\s_-])",
    re.I,
)
_WORD = re.compile(r"\w+")
_SENTENCE = re.compile(r"[.!?…][\"'”’)\]]*(?=\s|$)")
_OF_TIMES = re.compile(
    r"\d+(?:st|nd|rd|th|am|pm)?|[ap]m?|m|(?:first|last|originally)?|published|posted|updated|modified|edited|on|at|by|gmt|utc"
    r"|[a-z]{1,2}t|ist|cet|hours?|minutes?|min|days?|ago|read|mon|tue|wed|thu|fri|sat|sun|[a-z]+day"
    r"|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
)
"""A word of a line that tells when a page was made."""
_SHINGLE = 4
_KEPT_SHARE = 0.6
_FEWEST = 6
"""Words of a sentence whose loss is told."""


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, folded, to compare them."""
    return tuple(_WORD.findall(text.casefold()))


@dataclass(frozen=True)
class Seen:
    """A block that a reader sees."""

    text: str
    tag: str
    element: Any
    linked: int
    """Characters of it that are links."""
    is_around: bool
    """True for what stands beside the article: menus, related stories, calls to subscribe."""

    @property
    def is_caption(self) -> bool:
        """True where it stands below a picture."""
        above = self.element
        for _ in range(4):
            if above is None:
                return False
            if above.tag in ("figure", "figcaption", "caption") or _CAPTION.search(above.get("class") or ""):
                return True
            above = above.getparent()
        return False

    @property
    def is_box(self) -> bool:
        """True where it stands in a box of the article: around it by its tag alone, not by what it is called."""
        above, boxed = self.element, False
        while above is not None:
            boxed = boxed or above.tag == "aside"
            if above.tag in ("nav", "footer") or above.get("role") or _is_named_furniture(above):
                return False
            above = above.getparent()
        return boxed

    @property
    def is_teased(self) -> bool:
        """True where it stands around the article only by being called a teaser, as a first paragraph may be."""
        above = self.element
        while above is not None:
            names = f"{above.get('class') or ''} {above.get('id') or ''}"
            if is_around(above) and not _is_called_teaser(above, names):
                return False
            above = above.getparent()
        return self.is_around

    @property
    def words(self) -> list[str]:
        """Its words, folded."""
        return list(words_of(self.text))

    @property
    def is_linked(self) -> bool:
        """True where most of it is links."""
        return 2 * self.linked > len(self.text)


def seen_blocks(body: Any) -> list[Seen]:
    """Return what a reader sees below an element, in order; hidden elements must have been taken out."""
    reader = _Walk()
    reader.read(body)
    return reader.blocks


class _Walk:
    """Reads a tree into blocks, without recursion: pages may be nested deeply."""

    def __init__(self) -> None:
        self.blocks: list[Seen] = []
        self._parts: list[str] = []
        self._linked = 0
        self._block: tuple[Any, bool] = (None, False)

    def read(self, body: Any) -> None:
        """Read everything below an element."""
        stack: list[tuple[Any, bool, bool, bool]] = [(body, False, False, False)]
        while stack:
            element, around, linked, closes = stack.pop()
            is_block = element.tag in _BLOCK_TAGS
            if closes:
                if is_block:
                    self._flush()
                parent = element.getparent()
                if element.tail and parent is not None:
                    self._add(element.tail, linked and element.tag != "a", (_holder(parent), around))
                continue
            if not isinstance(element.tag, str) or element.tag in _UNREAD:
                if element.tag in _BLOCK_TAGS:
                    self._flush()
                stack.append((element, around, linked, True))
                continue
            if is_block:
                self._flush()
            inside = around or is_around(element)
            within = linked or element.tag == "a"
            stack.append((element, around, linked, True))
            if element.tag == "br":
                self._parts.append("\n")
            if element.text:
                self._add(element.text, within, (_holder(element), inside))
            stack += [(child, inside, within, False) for child in reversed(element)]

    def _add(self, text: str, linked: bool, where: tuple[Any, bool]) -> None:
        if not self._parts:
            self._block = where
        self._parts.append(text)
        if linked:
            self._linked += len(" ".join(text.split()))

    def _flush(self) -> None:
        text = " ".join("".join(self._parts).split())
        if text:
            element, around = self._block
            self.blocks.append(Seen(text, element.tag if element is not None else "div", element, self._linked, around))
        self._parts, self._linked = [], 0


def _holder(element: Any) -> Any:
    while element.tag not in _BLOCK_TAGS and element.getparent() is not None:
        element = element.getparent()
    return element


def is_around(element: Any) -> bool:
    """Tell whether an element stands beside the article, by its tag, its role or its names."""
    if element.tag in _AROUND or element.get("role") in (
        "navigation",
        "complementary",
        "contentinfo",
        "search",
        "banner",
    ):
        return True
    if element.tag in (
        "body",
        "html",
        "main",
        "article",
        "h1",
        "h2",
        "h3",
        "p",
        "li",
        "td",
        "span",
        "a",
        "em",
        "strong",
    ):
        return element.tag in ("p", "li") and _FURNITURE.search(element.get("class") or "") is not None
    return _is_named_furniture(element)


def _is_named_furniture(element: Any) -> bool:
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return names != " " and _FURNITURE.search(names[:300]) is not None


def _is_called_teaser(element: Any, names: str) -> bool:
    found = [match[0].strip(" \t\n_-").casefold() for match in _FURNITURE.finditer(names[:300])]
    return element.tag in ("div", "section", "p") and bool(found) and {*found} <= {"teaser", "teasers"}


def shingles(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the runs of four words, or all of them where there are fewer."""
    if len(words) <= _SHINGLE:
        yield tuple(words)
        return
    for at in range(len(words) - _SHINGLE + 1):
        yield tuple(words[at : at + _SHINGLE])


class Kept:
    """What was kept of a page, to ask whether words are in it, and in which block."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._place: dict[tuple[str, ...], int] = {}
        for number, text in enumerate(texts):
            words = _WORD.findall(text.casefold())
            for size in range(1, _SHINGLE):
                if len(words) == size:
                    self._place.setdefault(tuple(words), number)
            for shingle in shingles(words):
                self._place.setdefault(shingle, number)

    def place(self, words: Sequence[str]) -> int | None:
        """Return the block that holds most of some words, as far as one does; None for words that were lost."""
        asked = list(shingles(words))
        found = [self._place[each] for each in asked if each in self._place]
        if not asked or len(found) < _KEPT_SHARE * len(asked):
            return None
        return min(found)


def lost_sentences(seen: Sequence[Seen], kept: Kept) -> tuple[list[str], int]:
    """Return the visible sentences of blocks that were not kept, and how many sentences there are."""
    lost, count = [], 0
    for block in seen:
        for sentence in split_sentences(block.text):
            words = _WORD.findall(sentence.casefold())
            if len(words) < _FEWEST or all(map(_OF_TIMES.fullmatch, words)):
                continue
            count += 1
            if kept.place(words) is None:
                lost.append(sentence)
    return lost, count


def split_sentences(text: str) -> Iterator[str]:
    """Yield the stretches of a text up to marks that end sentences: roughly, to count and to show them."""
    start = 0
    for match in _SENTENCE.finditer(text):
        if match.end() - start > 20:
            yield text[start : match.end()].strip()
            start = match.end()
    if text[start:].strip():
        yield text[start:].strip()
