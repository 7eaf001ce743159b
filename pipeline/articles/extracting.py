"""What trafilatura finds on a page: its article's text as blocks, title, site and author."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from pipeline.articles.cleaning import Block

_BLOCKS = ("head", "p", "item", "quote", "list", "table", "row", "code", "ab")


@dataclass(frozen=True)
class Extracted:
    """An article as trafilatura reads it; `day` is what htmldate makes of the page."""

    blocks: list[Block]
    title: str | None = None
    site: str | None = None
    author: str | None = None
    url: str | None = None
    day: str | None = None


def extract(tree: Any, url: str | None) -> Extracted:
    """Return the article of a page (an lxml tree, which stays as it is); without blocks where there is none."""
    import trafilatura  # slow to import, and most articles are text

    for library in ("trafilatura", "htmldate"):
        logging.getLogger(library).setLevel(logging.CRITICAL)  # what they cannot read is reported here, in one line
    page = trafilatura.bare_extraction(
        deepcopy(tree),
        url=url,
        include_comments=False,
        with_metadata=True,
        # A date that stands in no metadata may be that of a comment or of the copyright line.
        date_extraction_params={"original_date": True, "extensive_search": False},
    )
    if page is None or page.body is None or not (page.text or "").strip():
        return Extracted([])
    reader = _Reader()
    reader.read(page.body)
    reader.flush()
    return Extracted(reader.blocks, page.title, page.sitename, page.author, page.url, page.date)


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
