"""HTML pages: trafilatura finds the article, its headings and its metadata, and drops the rest."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pipeline.articles.cleaning import Block
from pipeline.articles.metadata import Metadata
from pipeline.core.errors import InputError

_PLAINLY_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article|main|div|p)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*>")
_BLOCKS = ("head", "p", "item", "quote", "list", "table", "row", "code", "ab")


def is_html(text: str) -> bool:
    """Tell whether a text plainly is HTML: it begins with a tag that only a page begins with."""
    return _PLAINLY_HTML.match(text.removeprefix("\ufeff")[:4000]) is not None


def read_page(html: str, name: str, url: str | None = None) -> tuple[list[Block], Metadata]:
    """Return a page's article as blocks, and its metadata. Raises InputError for a page without an article."""
    import trafilatura  # slow to import, and most articles are text

    for library in ("trafilatura", "htmldate"):
        logging.getLogger(library).setLevel(logging.CRITICAL)  # what they cannot read is reported here, in one line
    page = trafilatura.bare_extraction(
        _XML_DECLARATION.sub("", html),  # lxml takes a declared encoding only with bytes
        url=url,
        include_comments=False,
        with_metadata=True,
        # A date that stands in no metadata may be that of a comment or of the copyright line.
        date_extraction_params={"original_date": True, "extensive_search": False},
    )
    if page is None or page.body is None or not (page.text or "").strip():
        raise InputError(
            f"{name} has no article text in its HTML (is it a list of links, or drawn by a script?): "
            "copy the article's text into a .txt file"
        )
    reader = _Reader()
    reader.read(page.body)
    reader.flush()
    published = date.fromisoformat(page.date) if page.date else None
    metadata = Metadata(title=page.title, publisher=page.sitename, published_at=published, url=page.url)
    return list(reader.blocks), metadata


@dataclass
class _Reader:
    """Turns trafilatura's tree into blocks; the tree is at most 256 deep."""

    blocks: list[Block] = field(default_factory=list)
    _words: list[str] = field(default_factory=list)

    def read(self, element: Any, level: int = 0) -> None:
        for child in self._children(element, level):
            if child.tag == "lb":
                self._words.append("\n")
            elif child.tag in _BLOCKS:
                self.flush(level)
                inner = int(str(child.get("rend", "h2"))[-1]) if child.tag == "head" else level
                self.read(child, inner)
                self.flush(inner)
            else:
                self.read(child, level)
                self._words.append(" " if child.tag == "cell" else "")

    def _children(self, element: Any, level: int) -> Iterator[Any]:
        self._words.append(element.text or "")
        for child in element:
            yield child
            self._words.append(child.tail or "")

    def flush(self, level: int = 0) -> None:
        """End the block being read."""
        lines = (" ".join(line.split()) for line in "".join(self._words).split("\n"))
        self._words.clear()
        text = "\n".join(line for line in lines if line)
        if text:
            self.blocks.append(Block(text, level))
