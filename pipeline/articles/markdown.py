"""Markdown: headings with their levels, and paragraphs reduced to their words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token

from pipeline.articles.cleaning import Block
from pipeline.articles.metadata import Metadata, from_yaml

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)


def read_markdown(text: str, name: str) -> tuple[list[Block], Metadata]:
    """Return a document's blocks and its metadata: YAML front matter, else the first heading of level 1.

    Raises InputError for front matter that cannot be read.
    """
    metadata = Metadata()
    front = _FRONT_MATTER.match(text)
    if front and (found := from_yaml(front.group(1), f"the front matter of {name}")):
        metadata, text = found, text[front.end() :]
    blocks = list(_blocks(MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)))
    title = next((block.text for block in blocks if block.level == 1), None)
    return blocks, metadata.over(Metadata(title=title))


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    level = 0
    row: list[str] | None = None
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "heading_close":
            level = 0
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            yield Block(" | ".join(row or ()))
            row = None
        elif token.type == "inline" and row is not None:
            row.append(_words(token))
        elif token.type == "inline":
            yield Block(_words(token), level)
        elif token.type in ("code_block", "fence"):
            yield Block(token.content)
        elif token.type == "html_block":
            yield Block(_without_tags(token.content))


def _words(inline: Token) -> str:
    words = {"text": None, "code_inline": None, "softbreak": " ", "hardbreak": "\n"}
    return "".join(words[token.type] or token.content for token in inline.children or () if token.type in words)


class _Words(HTMLParser):
    """Collects what a browser would show as text."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style") and self._hidden > 0

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)


def _without_tags(html: str) -> str:
    parser = _Words()
    parser.feed(html)
    parser.close()
    return "".join(parser.words)
